"""Hashes: what has to be done again is what has another hash than before."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from mmdl_book.chapters import PUBLISH
from mmdl_book.layout import Layout

# A cell may use the library, its data, any package; it runs under our settings.
CELLS_DEPEND_ON = ("mmdl", "book/data", "requirements.lock")
# A page depends on more than its own text in a way that Sphinx does not see.
PAGES_DEPEND_ON = (
    "book/_ext",
    "book/_static",
    "book/_templates",
    "book/_vendor",
    "book/macros.yml",
    "book/plan.yml",
    "requirements.lock",
    "_config.yml",
    "_toc.yml",
)
_TOOL = Path(__file__).parent
_IGNORED = {"__pycache__", ".ipynb_checkpoints"}


def files(root: Path, names: Iterable[str]) -> list[Path]:
    """The files among and under `names`, sorted."""
    found = []
    for name in names:
        path = root / name
        found += (
            [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        )
    return sorted(p for p in found if not _IGNORED.intersection(p.parts))


def digest(*parts: bytes | str) -> str:
    """A hash of `parts` in their order."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def _hash_files(book: Layout, names: Iterable[str], own: tuple[str, ...]) -> str:
    paths = [*files(book.root, names), *(_TOOL / name for name in own)]
    named = [
        (str(path.relative_to(path.parents[1])), path.read_bytes()) for path in paths
    ]
    return digest(sys.version, *(part for pair in named for part in pair))


def cells_key(book: Layout) -> str:
    """Changes when an unchanged cell may give another output."""
    own = ("kernel_settings.py", "environment.py", "cache.py", "chapters.py")
    return _hash_files(book, CELLS_DEPEND_ON, own)


def pages_key(book: Layout) -> str:
    """Changes when an unchanged page may look different."""
    own = (
        "settings",
        "pagebuild",
        "memory",
        "memory_bib",
        "targets",
        "recall",
        "guard",
    )
    own_files = tuple(f"{name}.py" for name in own)
    sources = _hash_files(book, PAGES_DEPEND_ON, own_files)
    return digest(sources, os.environ.get(PUBLISH, ""))
