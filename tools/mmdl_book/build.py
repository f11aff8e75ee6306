"""``build``: checks, runs, renders, publishes; a failure leaves the former site."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import time

from mmdl_book import publish
from mmdl_book.errors import BookError, full_disk_explained
from mmdl_book.layout import Layout
from mmdl_book.preflight import check

UNTRUSTED = "--untrusted"
PRODUCTS = ("_build", ".venv", "*.pickle", "*.pkl", "*.npy", "*.pth", "*.ipynb")
HARM = "MM8"  # rules on what could harm a reader or a builder
_REDIRECT = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
    '<meta http-equiv="refresh" content="0; url={page}.html">'
    '<a href="{page}.html">{title}</a></html>\n'
)


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book build [--clean] [--untrusted]``."""
    if unknown := [word for word in words if word not in ("--clean", UNTRUSTED)]:
        raise BookError(
            f"build: received {unknown[0]}; it takes --clean, {UNTRUSTED} or nothing."
        )
    gc.disable()  # half a second of imports; pagebuild collects now and then
    build(book, clean="--clean" in words, untrusted=UNTRUSTED in words)
    return 0


def build(book: Layout, *, clean: bool = False, untrusted: bool = False) -> None:
    """Build the site and publish it.

    A clean build forgets all pages, not the executed chapters: those are keyed by
    all that they depend on. An untrusted one refuses what could do harm, and runs
    cells in the sandbox.
    """
    started = time.monotonic()
    check(book)
    if untrusted:
        _refuse(book)
    with full_disk_explained():
        book.build.mkdir(exist_ok=True)
        publish.recover(book)
        _find_pyodide(book)
        _execute(book, untrusted)
        written = _render(book, clean, untrusted)
        publish.publish(book, book.work / "html")
    seconds = time.monotonic() - started
    pages = f"{len(written)} page{'s' * (len(written) != 1)}"
    print(f"Wrote {pages}; {seconds:.1f} s in all.")
    print(f"Open {(book.site / 'index.html').as_uri()}", flush=True)


def _find_pyodide(book: Layout) -> None:
    """Tell the pages where Pyodide's files are, if they could be had."""
    from mmdl_book.pyodide import FOLDER, fetch

    os.environ[FOLDER] = str(fetch(book) or "")


def _refuse(book: Layout) -> None:
    """Stop where a chapter could do harm, or where no sandbox is."""
    from mmdl_book.check import examine
    from mmdl_book.lint.book import load
    from mmdl_book.sandbox import need

    need(f"build {UNTRUSTED}")
    index = load(book)
    found = [f for f in examine(index, katex=False) if f.code.startswith(HARM)]
    told = [f.text(index.pages[f.path].lines) for f in found]
    if told := [*_products(book), *told]:
        raise BookError(*told)


def _products(book: Layout) -> list[str]:
    """Finished things that came with the sources: Python would obey some of them."""
    command = ["git", "ls-files", "--", *PRODUCTS]
    done = subprocess.run(command, cwd=book.root, capture_output=True, check=False)
    names = done.stdout.decode(errors="replace").splitlines()
    return [
        f"{name}:1: a product of a build under version control; git rm --cached {name}."
        for name in names[:20]
    ]


def _execute(book: Layout, untrusted: bool) -> None:
    from mmdl_book.execute import execute

    if done := execute(book, untrusted=untrusted):
        print(done, flush=True)


def _render(book: Layout, clean: bool, untrusted: bool) -> list[str]:
    """Sphinx; the names of the pages that it wrote."""
    from mmdl_book.pagebuild import make
    from mmdl_book.safe_pages import foreign

    if clean:
        shutil.rmtree(book.work, ignore_errors=True)
    out, doctrees = book.work / "html", book.work / "doctrees"
    overrides = {"mmdl_untrusted": untrusted}
    written = make(book, "html", out, doctrees=doctrees, overrides=overrides)
    if untrusted and (found := foreign(book, out, written)):
        shutil.rmtree(book.work)  # or the next build would not write these pages
        raise BookError(*found)
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
