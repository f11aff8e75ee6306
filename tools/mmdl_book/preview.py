"""``preview``: serves the site, builds again on every save, reloads the browser.

The script that reloads is added to pages on their way out; the site on disk has
none. What a red build and `check` found is shown over the page that one is reading.
"""

from __future__ import annotations

import html
import http.server
import io
import json
import os
import subprocess
import sys
import threading
import time
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from mmdl_book.build import UNTRUSTED
from mmdl_book.chapters import pages
from mmdl_book.environment import AT_START
from mmdl_book.errors import BookError
from mmdl_book.keys import files
from mmdl_book.layout import Layout
from mmdl_book.preview_findings import findings
from mmdl_book.sandbox import need

WATCHED = ("_config.yml", "_toc.yml", "book", "mmdl", "tests/claims", "tools/mmdl_book")
EVENTS = "/_preview"
PORTS = range(8000, 8020)
_SCRIPT = Path(__file__).with_name("preview.js")


class State:
    """What the browser should know: the number of the build, and what it found."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.number = 0  # of builds
        self.news = 0  # of all that was told
        self.failure = ""  # what a red build said
        self.findings: list[dict[str, Any]] = []  # of `check`

    def tell(self, failure: str) -> None:
        """A build has ended."""
        self._tell(number=self.number + 1, failure=failure)

    def tell_findings(self, findings: list[dict[str, Any]]) -> None:
        """And `check` after it."""
        self._tell(findings=findings)

    def _tell(self, **what: Any) -> None:
        with self.changed:
            vars(self).update(what, news=self.news + 1)
            self.changed.notify_all()

    def wait_beyond(self, news: int) -> dict[str, Any]:
        """What is new after `news`, or the same again after a while."""
        with self.changed:
            self.changed.wait_for(lambda: self.news > news, timeout=20)
            return {
                "news": self.news,
                "number": self.number,
                "failure": self.failure,
                "findings": self.findings,
            }


class Pages(http.server.SimpleHTTPRequestHandler):
    """The site, each page with the script; and the stream of events."""

    def __init__(self, *arguments: object, state: State, **named: object) -> None:
        self.state = state
        super().__init__(*arguments, **named)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if self.path == EVENTS:
            self._events()
        else:
            super().do_GET()

    def send_head(self) -> io.BytesIO | io.BufferedReader | None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix != ".html":
            return super().send_head()
        if path.is_file():
            return self._page(path.read_text("utf8"), HTTPStatus.OK)
        words = html.escape(self.state.failure or f"There is no page {self.path}.")
        return self._page(f"<!doctype html><pre>{words}</pre>", HTTPStatus.NOT_FOUND)

    def _page(self, text: str, status: HTTPStatus) -> io.BytesIO:
        code = _SCRIPT.read_text("utf8").replace("NUMBER", str(self.state.number))
        script = f"<script>{code}</script>"
        head, end, tail = text.rpartition("</body>")
        data = (f"{head}{script}{end}{tail}" if end else text + script).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        return io.BytesIO(data)

    def _events(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        news = -1
        try:
            while True:
                told = self.state.wait_beyond(news)
                news = told["news"]
                self.wfile.write(f"data: {json.dumps(told)}\n\n".encode())
        except OSError:  # the reader has left the page
            pass

    def log_message(self, *_: object) -> None:
        """Say nothing about single requests."""


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book preview [CHAPTER] [--untrusted]``."""
    untrusted = UNTRUSTED in words
    page = _address(book, [word for word in words if word != UNTRUSTED])
    if untrusted:
        need(f"preview {UNTRUSTED}")
    state = State()
    server = _server(partial(Pages, state=state, directory=str(book.site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}/{page} (Ctrl-C ends)", flush=True)
    try:
        watch(book, state, untrusted=untrusted)
    finally:
        server.shutdown()
    return 0


def _address(book: Layout, words: list[str]) -> str:
    """The address of the chapter that was asked for."""
    if not words:
        return ""
    found = [page for page in pages(book) if page.stem == words[0]]
    if not found or len(words) > 1:
        names = ", ".join(page.stem for page in pages(book))
        raise BookError(
            f"preview: expected one of {names}; received {' '.join(words)}."
        )
    return book.relative(found[0].with_suffix(".html"))


def _server(handler: partial[Pages]) -> http.server.ThreadingHTTPServer:
    for port in PORTS:
        try:
            return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            continue
    raise BookError(f"preview: ports {PORTS[0]} to {PORTS[-1]} are taken; free one.")


def watch(
    book: Layout, state: State, *, rounds: int | None = None, untrusted: bool = False
) -> None:
    """Build whenever a source changed, for ever or for some `rounds`."""
    seen: dict[Path, int] = {}
    builder = Builder(book, ["build", *([UNTRUSTED] if untrusted else [])])
    try:
        while rounds is None or state.number < rounds:
            now = {path: path.stat().st_mtime_ns for path in _existing(book)}
            if now != seen:
                seen = now
                state.tell(builder.build())
                state.tell_findings(findings(book))  # the page does not wait for it
            else:
                builder.begin()
                time.sleep(0.3)
    finally:
        builder.end()


def _existing(book: Layout) -> list[Path]:
    return [path for path in files(book.root, WATCHED) if path.exists()]


class Builder:
    """Builds in fresh processes, for extensions may change; each begins early."""

    def __init__(self, book: Layout, words: list[str]) -> None:
        self.book, self.words = book, words
        self.next: subprocess.Popen[str] | None = None

    def begin(self) -> subprocess.Popen[str]:
        """Let the next build import what it needs, and wait."""
        if self.next is None or self.next.poll() is not None:
            self.next = subprocess.Popen(
                [sys.executable, "-m", "mmdl_book.warm"],
                cwd=self.book.root,
                env={**os.environ, **AT_START},
                stdin=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        return self.next

    def build(self) -> str:
        """Build; what was wrong."""
        process = self.begin()
        self.next = None
        _, told = process.communicate(json.dumps(self.words) + "\n")
        sys.stderr.write(told)
        return told.strip() if process.returncode else ""

    def end(self) -> None:
        """Let go of a build that nobody needs any more."""
        if self.next:
            self.next.communicate()
