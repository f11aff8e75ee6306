"""``pdf``: runs what changed, then has the book or one chapter typeset."""

from __future__ import annotations

import time

from mmdl_book.chapters import pages
from mmdl_book.errors import BookError, full_disk_explained
from mmdl_book.layout import Layout
from mmdl_book.preflight import check


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book pdf [CHAPTER]``."""
    from mmdl_book.execute import execute
    from mmdl_book.pdf import build_pdf

    started = time.monotonic()
    check(book)
    chapter = _chapter(book, words)
    with full_disk_explained():
        if done := execute(book):
            print(done, flush=True)
        path = build_pdf(book.root, chapter=chapter)
    print(f"{time.monotonic() - started:.1f} s in all.")
    print(f"Open {path.resolve().as_uri()}", flush=True)
    return 0


def _chapter(book: Layout, words: list[str]) -> str | None:
    names = [page.stem for page in pages(book)]
    if len(words) > 1 or (words and words[0] not in names):
        raise BookError(
            f"pdf: expected one of {', '.join(names)}; received {words[-1]}."
        )
    return words[0] if words else None
