"""``links``: finds every address, and takes nothing but a clear yes for an answer."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from mmdl_book import links
from mmdl_book.errors import BookError, UsageError
from mmdl_book.layout import Layout
from mmdl_book.links import HANDLES, addresses, ask, command, found


class Host(BaseHTTPRequestHandler):
    """Answers by the path: its first number, or one number after the other."""

    seen: dict[str, int]

    def do_GET(self) -> None:
        count = self.seen[self.path] = self.seen.get(self.path, 0) + 1
        words = self.path.strip("/").split("/")
        code = int(words[min(count, len(words)) - 1].partition("?")[0])
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "/200")
        self.end_headers()
        self.wfile.write(self.path.partition("?")[2].encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host(monkeypatch):
    """The address of a host that obeys."""
    monkeypatch.setattr(links, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    Host.seen = {}
    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "answer", "asked"),
    [
        ("/200", "", 1),
        ("/302", "", 1),
        ("/500/200", "", 2),
        ("/404", "the answer is 404 Not Found", 1),
        ("/403", "the answer is 403 Forbidden", 3),
        ("/429", "the answer is 429 Too Many Requests", 3),
    ],
)
def test_whatever_is_no_clear_yes_is_a_failure(host, path, answer, asked):
    assert ask([host + path]) == {host + path: answer}
    assert Host.seen[path] == asked


def test_a_host_that_does_not_answer_is_a_failure(monkeypatch):
    monkeypatch.setattr(links, "PAUSE", 0.0)
    nobody = "http://127.0.0.1:9/"
    assert ask([nobody])[nobody].startswith("no answer (")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ('{"responseCode":1}', ""),
        ('{"responseCode":100}', "doi.org does not know it"),
        ("<html>", "no answer (Expecting value: line 1 column 1 (char 0))"),
    ],
)
def test_a_doi_is_one_that_doi_org_knows(host, monkeypatch, said, answer):
    monkeypatch.setattr(links, "HANDLES", host)
    address = f"{host}/200?{said}"
    assert ask([address]) == {address: answer}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("See [this](https://a.org/b), or <https://c.org>.", ["a.org/b", "c.org"]),
        ("(https://a.org/x_(y)). Then.", ["a.org/x_(y)"]),
        ("https://example.org/x and http://127.0.0.1:8000/", []),
        ("  url = {https://a.org/~b},", ["a.org/~b"]),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(line, told):
    assert addresses(line) == [f"https://{address}" for address in told]


def test_a_doi_is_asked_of_doi_org():
    wanted = [f"{HANDLES}10.1000/182"]
    assert addresses("  doi = {10.1000/182},") == wanted
    assert addresses("<https://doi.org/10.1000/182>") == wanted


def test_each_failure_names_its_place(host, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(links, "PLACEHOLDERS", ())
    (tmp_path / "book/_vendor").mkdir(parents=True)
    (tmp_path / "book/_vendor/x.md").write_text(f"{host}/404")
    (tmp_path / "book/a.md").write_text(f"# A\n\n{host}/200 {host}/404\n")
    assert [link.line for link in found(tmp_path)] == [3, 3]
    with pytest.raises(BookError, match=r"book/a.md:3: .*/404: the answer is 404"):
        command(Layout(tmp_path), [])
    (tmp_path / "book/a.md").write_text(f"# A\n\n{host}/200\n")
    assert command(Layout(tmp_path), []) == 0
    assert capsys.readouterr().out == "1 addresses answer.\n"
    with pytest.raises(UsageError, match="received x; it takes no words"):
        command(Layout(tmp_path), ["x"])
