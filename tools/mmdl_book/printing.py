"""``pdf``: runs what changed, then has the book or a chapter typeset."""

from __future__ import annotations

import time

from mmdl_book.chapters import pages
from mmdl_book.errors import BookError, full_disk_explained
from mmdl_book.layout import Layout
from mmdl_book.preflight import check

ALL = "--all"  # the book and each of its chapters, as the site offers them


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book pdf [CHAPTER | --all]``."""
    from mmdl_book.execute import execute
    from mmdl_book.pdf import build_pdf

    started = time.monotonic()
    check(book)
    wanted = _wanted(book, words)
    with full_disk_explained():
        if done := execute(book):
            print(done, flush=True)
        paths = [build_pdf(book.root, chapter=chapter) for chapter in wanted]
    print(f"{time.monotonic() - started:.1f} s in all.")
    for path in paths:
        print(f"Open {path.resolve().as_uri()}", flush=True)
    return 0


def _wanted(book: Layout, words: list[str]) -> list[str | None]:
    """The chapters to print; None is the whole book."""
    planned = [page for page in pages(book)[1:] if page.parent.name != "api"]
    chapters = [page.stem for page in planned]
    if words == [ALL]:  # an appendix, or what is about the book, is read with the book
        parts = [page for page in planned if page.parent.parent != book.root] or planned
        return [None, *(p.stem for p in parts if p.parent.name != "appendices")]
    if len(words) > 1 or not set(words) <= set(chapters):
        known = ", ".join([*chapters, ALL])
        raise BookError(f"pdf: expected one of {known}; received {' '.join(words)}.")
    return [words[0] if words else None]
