"""One server for all tests of the built site.

Without a site in ``_build/html`` (or ``MMDL_SITE``) or without a browser these tests
skip and say so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import built
import pytest
from built import DESKTOP, PAGES, SHIFTS, SITE, strip
from thorough import some


class Quiet(SimpleHTTPRequestHandler):
    """Serves the site without a word."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def site() -> Path:
    if not (SITE / "search.html").is_file():
        pytest.skip(f"no site in {SITE}; build it with `python dev.py build`")
    return SITE


@pytest.fixture(scope="session")
def address(site) -> Iterator[str]:
    """The site's address on this machine."""
    handler = partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class Servers:
    """Servers of folders, each at an address of its own until it is stopped."""

    def __init__(self) -> None:
        self.running: dict[str, ThreadingHTTPServer] = {}

    def __call__(self, folder: Path) -> str:
        handler = partial(Quiet, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        self.running[address] = server
        return address

    def stop(self, address: str) -> None:
        server = self.running.pop(address)
        server.shutdown()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Servers]:
    """``serve(folder)`` returns an address; ``serve.stop(address)`` ends it."""
    servers = Servers()
    yield servers
    for address in list(servers.running):
        servers.stop(address)


@pytest.fixture(scope="session")
def opener(address, browser) -> Callable:
    """Open a page that remembers what it asked for and what the console said.

    With ``html`` the browser receives that in place of the page.
    """

    def open_page(name, *, dark=False, size=DESKTOP, folder=False, script="", html=""):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.requests, page.said = [], []
        page.on("request", lambda r: page.requests.append(r.url))
        page.on("console", lambda m: page.said.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda error: page.said.append(f"error: {error}"))
        if script:
            page.add_init_script(script)
        if html:
            answer = {"body": html, "content_type": "text/html; charset=utf-8"}
            page.route("**/*.html", lambda route: route.fulfill(**answer))
        base = SITE.as_uri() + "/" if folder else address
        page.goto(base + name, wait_until="load")
        page.evaluate("document.fonts.ready.then(() => null)")
        return page

    return open_page


@pytest.fixture
def visit(opener) -> Iterator[Callable]:
    """Open a page for one test: ``visit("a.html", size=PHONE, folder=True)``."""
    pages = []

    def open_page(*args, **options):
        pages.append(opener(*args, **options))
        return pages[-1]

    yield open_page
    for page in pages:
        page.context.close()


@pytest.fixture(params=some(["server", "folder"], ["folder"]))
def folder(request) -> bool:
    """Whether pages come from their folder, not from a server."""
    return request.param == "folder"


# One visit to each page serves all tests that only look: pytest runs them together.


@pytest.fixture(scope="session", params=PAGES)
def shown(request, opener):
    """Each page, opened from its folder, with its layout shifts recorded."""
    page = opener(request.param, folder=True, script=SHIFTS)
    page.shifts = page.evaluate("shifts")
    yield page
    page.context.close()


@pytest.fixture(scope="session")
def plain(shown):
    """The same page without what formulas look like, unfolded; it comes last."""
    strip(shown)
    return shown


@pytest.fixture(scope="session")
def page_with(site) -> Callable[[str], str]:
    """The smallest page whose HTML holds a text; skips where none does yet."""
    return lambda text: built.page_with(text) or pytest.skip(f"no page holds {text!r}")
