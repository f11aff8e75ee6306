"""Replaces the published site in one step, and only by a site that is whole."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from mmdl_book.layout import Layout

_PRIVATE = {".buildinfo", ".doctrees", "objects.inv.tmp"}


def publish(book: Layout, source: Path) -> None:
    """Make the published site equal to `source`.

    Files that did not change are linked to those of the published site (never to
    Sphinx's own, which it overwrites in place), the others are copied.
    """
    fresh, old = book.build / "html.new", book.build / "html.old"
    recover(book)
    _mirror(source, fresh, book.site)
    if book.site.exists():
        book.site.rename(old)
    fresh.rename(book.site)
    shutil.rmtree(old, ignore_errors=True)


def recover(book: Layout) -> None:
    """Clean up after an interruption, even one between the two renamings."""
    fresh, old = book.build / "html.new", book.build / "html.old"
    if old.exists() and not book.site.exists():
        old.rename(book.site)
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)


def _mirror(source: Path, target: Path, former: Path) -> None:
    for folder, folders, names in os.walk(source):
        here = Path(folder).relative_to(source)
        folders[:] = [name for name in folders if name not in _PRIVATE]
        (target / here).mkdir(parents=True)
        for name in names:
            if name not in _PRIVATE:
                _place(source / here / name, target / here / name, former / here / name)


def _place(source: Path, target: Path, former: Path) -> None:
    if _same(source, former):
        try:
            os.link(former, target)
            return
        except OSError:  # a file system without links
            pass
    shutil.copy2(source, target)


def _same(one: Path, other: Path) -> bool:
    try:
        a, b = one.stat(), other.stat()
    except FileNotFoundError:
        return False
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)
