"""Where things are: the book's sources, and what building them leaves in ``_build``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mmdl_book.errors import BookError


@dataclass(frozen=True)
class Layout:
    """The folders of one book."""

    root: Path

    @property
    def build(self) -> Path:
        return self.root / "_build"

    @property
    def site(self) -> Path:
        """The published site; only a green build replaces it."""
        return self.build / "html"

    @property
    def work(self) -> Path:
        """Sphinx's own output and memory, kept from build to build."""
        return self.build / ".work"

    @property
    def cache(self) -> Path:
        """Executed notebooks, where jupyter-cache and MyST-NB look for them."""
        return self.build / ".jupyter_cache"

    @property
    def kernel(self) -> Path:
        """Settings of IPython and matplotlib for the kernels, instead of the user's."""
        return self.build / ".kernel"

    def relative(self, path: str | os.PathLike[str]) -> str:
        """`path` as the reader types it: from the root, with forward slashes."""
        try:
            return Path(path).resolve().relative_to(self.root).as_posix()
        except ValueError:
            return str(path)


def find_book(start: Path | None = None) -> Layout:
    """The book that `start` (default: the working directory) lies in."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / "_config.yml").exists() or (folder / "_toc.yml").exists():
            return Layout(folder)
    raise BookError(
        f"{start}: no _config.yml here or above; run this inside the book's folder."
    )
