"""``preview``: pages get a script on their way out, and news of each build."""

from __future__ import annotations

import json
import subprocess
import threading
import urllib.request
from contextlib import contextmanager
from functools import partial

import pytest
from mmdl_book.errors import BookError
from mmdl_book.layout import Layout
from mmdl_book.preview import EVENTS, Builder, Pages, State, _address, _server, watch


@contextmanager
def served(book):
    """The preview of a book, in a process of its own."""
    with subprocess.Popen(
        book.command("preview", "one"),
        cwd=book.root,
        env=book.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield process.stdout.readline().split()[0]
        finally:
            process.terminate()


def news(stream) -> dict:
    """The next event of a stream."""
    line = stream.readline()
    stream.readline()
    return json.loads(line.removeprefix(b"data: "))


def test_each_save_is_built_and_told_to_the_page(built):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with served(built) as address, opener.open(address) as page:
        assert address.endswith("/book/one.html")
        assert "new EventSource" in page.read().decode()
        assert "new EventSource" not in built.page("book/one.html")
        root = address.removesuffix("/book/one.html")
        with opener.open(root + EVENTS, timeout=60) as events:
            while (told := news(events))["number"] < 1:
                pass
            assert told["failure"] == ""
            built.append("book/one.md", "\n{ref}`nowhere`\n")
            while "book/one.md:14: undefined label" not in told["failure"]:
                told = news(events)
            while not any(one["line"] == 14 for one in told["findings"]):
                told = news(events)
            found = [one for one in told["findings"] if one["code"] == "MM304"]
            assert [(one["path"], one["line"], one["page"]) for one in found] == [
                ("book/one.md", 14, "/book/one.html")
            ]


def panel(browser, tmp_path, address, findings):
    """The page at an address of a site of one page, after one build."""
    (tmp_path / "book").mkdir(exist_ok=True)
    (tmp_path / "book/one.html").write_text("<!doctype html><body><h1>One</h1></body>")
    state = State()
    state.tell("")
    state.tell_findings(findings)
    with _server(partial(Pages, state=state, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}{address}")
        page.wait_for_function("document.querySelector('[role=status]').textContent")
        yield page
        page.close()
        server.shutdown()


PLACE = {"line": 3, "column": 7}
FOUND = {**PLACE, "code": "MM404", "severity": "error", "fix": "mend it."}
FINDINGS = [
    {**FOUND, "path": "book/one.md", "page": "/book/one.html", "message": "No <b>TeX."},
    {**FOUND, "path": "book/two.md", "page": "/book/two.html", "message": "Neither."},
]


def test_findings_are_shown_and_reached_by_the_keyboard(browser, tmp_path):
    for page in panel(browser, tmp_path, "/book/one.html", FINDINGS):
        box = page.get_by_role("region", name="Preview")
        assert page.get_by_role("status").text_content() == "2 findings"
        summary = box.locator("summary")
        assert summary.text_content() == "1 finding on this page, 1 on other pages"
        assert not box.locator("ol").first.is_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        told = box.locator("ol").first.inner_text().split("\n")
        assert told == ["book/one.md:3:7 error MM404", "No <b>TeX.", "Fix: mend it."]
        page.keyboard.press("Tab")  # the list, which may scroll
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.getAttribute('href')")
        assert where == "/book/two.html"
        page.reload()
        assert box.locator("ol").first.is_visible()  # it stays open from build to build


def test_unknown_chapter_is_told_with_the_known_ones(book):
    with pytest.raises(
        BookError, match="expected one of welcome, one, two; received x"
    ):
        _address(Layout(book.root), ["x"])


def test_page_waits_until_there_is_news():
    state = State()
    threading.Timer(0.05, state.tell, ["a failure"]).start()
    told = {"news": 1, "number": 1, "failure": "a failure", "findings": []}
    assert state.wait_beyond(0) == told
    found = [{"code": "MM304"}]
    threading.Timer(0.05, state.tell_findings, [found]).start()
    assert state.wait_beyond(1) == {**told, "news": 2, "findings": found}


def test_taken_port_leads_to_the_next_one():
    with _server(None) as first, _server(None) as second:
        assert first.server_port != second.server_port


def test_watching_builds_once_for_each_change(book, monkeypatch):
    builds = []
    monkeypatch.setattr(Builder, "build", lambda _: builds.append(1) or "")
    monkeypatch.setattr("mmdl_book.preview.findings", lambda _: [])
    watch(Layout(book.root), State(), rounds=1)
    assert len(builds) == 1


def test_the_next_build_waits_and_a_dead_one_is_replaced(book):
    builder = Builder(Layout(book.root), ["explain", "MM999"])
    waiting = builder.begin()
    assert builder.begin() is waiting
    waiting.kill()
    waiting.communicate()
    assert builder.begin() is not waiting
    assert builder.build().startswith("explain: there is no rule MM999")
    builder.begin()
    builder.end()
