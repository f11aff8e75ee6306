"""``preview``: pages get a script on their way out, and news of each build."""

from __future__ import annotations

import json
import subprocess
import threading
import urllib.request
from contextlib import contextmanager

import pytest
from mmdl_book.errors import BookError
from mmdl_book.layout import Layout
from mmdl_book.preview import EVENTS, State, _address, _server, watch


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
            assert told["findings"] == ""
            built.append("book/one.md", "\n{ref}`nowhere`\n")
            assert "book/one.md:14: undefined label" in news(events)["findings"]


def test_unknown_chapter_is_told_with_the_known_ones(book):
    with pytest.raises(
        BookError, match="expected one of welcome, one, two; received x"
    ):
        _address(Layout(book.root), ["x"])


def test_page_waits_until_there_is_news():
    state = State()
    threading.Timer(0.05, state.tell, ["a finding"]).start()
    assert state.wait_beyond(0) == (1, "a finding")


def test_taken_port_leads_to_the_next_one():
    with _server(None) as first, _server(None) as second:
        assert first.server_port != second.server_port


def test_watching_builds_once_for_each_change(book, monkeypatch):
    builds = []
    monkeypatch.setattr("mmdl_book.preview._build", lambda *_: builds.append(1) or "")
    watch(Layout(book.root), State(), rounds=1)
    assert len(builds) == 1
