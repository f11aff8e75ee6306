"""``clean``: removes what building and testing left, not the environment."""

from __future__ import annotations

import shutil

from mmdl_book.errors import BookError
from mmdl_book.layout import Layout

LEFTOVERS = ("_build", ".pytest_cache", ".hypothesis", ".ruff_cache", ".mypy_cache")


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book clean``."""
    if words:
        raise BookError(f"clean: received {words[0]}; it takes nothing.")
    present = [name for name in LEFTOVERS if (book.root / name).exists()]
    for name in present:
        shutil.rmtree(book.root / name)
    print(f"Removed {', '.join(present)}." if present else "Nothing to remove.")
    return 0
