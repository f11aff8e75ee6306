"""``build``: checks, runs, renders, publishes; a failure leaves the former site."""

from __future__ import annotations

import gc
import os
import shutil
import time

from mmdl_book import publish
from mmdl_book.errors import BookError, full_disk_explained
from mmdl_book.layout import Layout
from mmdl_book.preflight import check

_REDIRECT = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    '<meta http-equiv="refresh" content="0; url={page}.html">'
    '<a href="{page}.html">{title}</a></html>\n'
)


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book build [--clean]``."""
    if unknown := [word for word in words if word != "--clean"]:
        raise BookError(f"build: received {unknown[0]}; it takes --clean or nothing.")
    gc.disable()  # half a second of imports; pagebuild collects now and then
    build(book, clean="--clean" in words)
    return 0


def build(book: Layout, *, clean: bool = False) -> None:
    """Build the site and publish it.

    A clean build forgets all pages, not the executed chapters: those are keyed by
    all that they depend on.
    """
    started = time.monotonic()
    check(book)
    with full_disk_explained():
        book.build.mkdir(exist_ok=True)
        publish.recover(book)
        _find_pyodide(book)
        _execute(book)
        written = _render(book, clean)
        publish.publish(book, book.work / "html")
    seconds = time.monotonic() - started
    pages = f"{len(written)} page{'s' * (len(written) != 1)}"
    print(f"Wrote {pages}; {seconds:.1f} s in all.")
    print(f"Open {(book.site / 'index.html').as_uri()}", flush=True)


def _find_pyodide(book: Layout) -> None:
    """Tell the pages where Pyodide's files are, if they could be had."""
    from mmdl_book.pyodide import FOLDER, fetch

    os.environ[FOLDER] = str(fetch(book) or "")


def _execute(book: Layout) -> None:
    from mmdl_book.execute import execute

    if done := execute(book):
        print(done, flush=True)


def _render(book: Layout, clean: bool) -> list[str]:
    """Sphinx; the names of the pages that it wrote."""
    from mmdl_book.pagebuild import make

    if clean:
        shutil.rmtree(book.work, ignore_errors=True)
    out, doctrees = book.work / "html", book.work / "doctrees"
    written = make(book, "html", out, doctrees=doctrees)
    _write_index(book)
    return written


def _write_index(book: Layout) -> None:
    """The site's door, where the first page of the book is not the door itself."""
    from mmdl_book.yamls import read

    page = read((book.root / "_toc.yml").read_text("utf8"))["root"]
    title = read((book.root / "_config.yml").read_text("utf8"))["title"]
    door = book.work / "html" / "index.html"
    text = _REDIRECT.format(page=page.removesuffix(".md"), title=title)
    if page != "index" and (not door.exists() or door.read_text("utf8") != text):
        door.write_text(text, "utf8")
