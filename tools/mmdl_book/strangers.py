"""What a table of contents may not name: files of others, addresses that run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from mmdl_book.chapters import SUFFIXES, listed, page_file
from mmdl_book.layout import Layout

LIBRARY = "book/api/"  # its pages are reStructuredText, and import the library


def strangers(book: Layout, text: str, toc: Any) -> list[str]:
    """A finding for each entry that is no page of the book."""
    found = [(name, words) for name in listed(toc) for words in _page(book, name)]
    found += [
        (url, f"the link {url} leads to no web page; write https or remove it.")
        for url in _values(toc, "url")
        if not url.startswith(("https://", "http://"))
    ]
    found += [
        (glob, f"the pattern {glob} names pages unseen; list them.")
        for glob in _values(toc, "glob")
    ]
    return [f"_toc.yml:{_line(text, name)}: {words}" for name, words in found]


def _page(book: Layout, name: str) -> Iterator[str]:
    path = page_file(book, name)
    up = ".." in PurePosixPath(name).parts or "\\" in name
    away = up or PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive
    if away or not path.resolve().is_relative_to(book.root):
        yield f"{name} lies outside of the book; copy the page into it."
    elif path.is_file() and path.suffix not in SUFFIXES:
        yield f"{name} is no Markdown; write the page as {path.stem}.md."
    elif path.suffix == ".rst" and path.is_file() and not name.startswith(LIBRARY):
        yield f"{name} is reStructuredText; write the page as {path.stem}.md."


def _values(toc: Any, key: str) -> Iterator[str]:
    """The values of ``key`` anywhere in a table of contents."""
    if isinstance(toc, list):
        for entry in toc:
            yield from _values(entry, key)
    elif isinstance(toc, dict):
        if key in toc:
            yield str(toc[key])
        for value in toc.values():
            yield from _values(value, key)


def _line(text: str, name: str) -> int:
    lines = text.splitlines()
    return next((i for i, line in enumerate(lines, 1) if name in line), 1)
