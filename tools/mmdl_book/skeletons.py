"""Writes several files at once: all of them, or none; never over one that exists."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path

from mmdl_book.errors import UsageError
from mmdl_book.layout import Layout


def template(name: str, words: Mapping[str, str]) -> str:
    """The template ``name`` with ``@WORD@`` replaced by each word."""
    folder = resources.files("mmdl_book") / "templates"
    text = (folder / name).read_text("utf8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def write(
    book: Layout, created: Mapping[str, str], edited: Mapping[str, str] | None = None
) -> None:
    """Create files and replace others; on any failure all is as before."""
    for name in created:
        if os.path.lexists(book.root / name):
            raise UsageError(f"new: {name} exists; choose another name, or remove it.")
    changed = {book.root / name: text for name, text in (edited or {}).items()}
    with _undone_on_failure(book, list(created), changed):
        for name, text in created.items():
            path = book.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf8", newline="\n") as file:
                file.write(text)
        for path, text in changed.items():
            replace(path, text)


@contextmanager
def _undone_on_failure(
    book: Layout, created: list[str], changed: Mapping[Path, str]
) -> Iterator[None]:
    before = {path: path.read_text("utf8") for path in changed}
    folders = {f for name in created for f in _missing_folders(book.root / name)}
    try:
        yield
    except BaseException:
        for name in created:
            (book.root / name).unlink(missing_ok=True)
        for folder in sorted(folders, key=lambda f: -len(f.parts)):
            with suppress(OSError):
                folder.rmdir()
        for path, text in before.items():
            if path.read_text("utf8") != text:
                replace(path, text)
        raise


def _missing_folders(path: Path) -> Iterator[Path]:
    for folder in path.parents:
        if folder.exists():
            return
        yield folder


def replace(path: Path, text: str) -> None:
    """In one step, so that nobody ever reads half of it."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, "utf8", newline="\n")
    fresh.replace(path)
