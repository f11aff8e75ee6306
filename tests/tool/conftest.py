"""Books to build: a new one, and one after its first build."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tool_books import FILES, Book, Result


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A tiny book that was never built."""
    new = Book(tmp_path / "book")
    for name, text in FILES.items():
        new.write(name, text)
    return new


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Result]:
    """A book's folder, a copy of it after the first build, and what that said."""
    folder = tmp_path_factory.mktemp("first")
    new = Book(folder / "book")
    for name, text in FILES.items():
        new.write(name, text)
    said = new.run("build")
    shutil.copytree(new.root, folder / "copy")
    return new.root, folder / "copy", said


@pytest.fixture
def built(first: tuple[Path, Path, Result]) -> Book:
    """The book after its first build, always in the same folder: Sphinx minds."""
    root, copy, _ = first
    shutil.rmtree(root)
    shutil.copytree(copy, root)
    return Book(root)
