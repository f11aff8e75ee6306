"""``new``: the skeleton of a chapter, or of a piece of the library."""

from __future__ import annotations

import difflib

from mmdl_book.errors import UsageError
from mmdl_book.layout import Layout
from mmdl_book.new_piece import KINDS, make

USE = 'new chapter "Title" --author "Your Name", or new layer SmoothScale'
THINGS = ("chapter", *KINDS)


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book new THING NAME [OPTIONS]``."""
    from mmdl_book import new_chapter
    from mmdl_book.words import parse

    if not words or words[0] not in THINGS:
        raise UsageError(_unknown(words[0] if words else ""))
    kind = words[0]
    values = {"author", "orcid", "part"} if kind == "chapter" else set()
    options = parse(f"new {kind}", words[1:], flags=set(), values=values)
    if len(options.paths) != 1:
        got = f"{len(options.paths)} words"
        raise UsageError(f"new {kind}: expected one name in quotes, received {got}.")
    if kind == "chapter":
        print(new_chapter.make(book, options.paths[0], options.values))
    else:
        print(make(book, kind, options.paths[0]))
    return 0


def _unknown(word: str) -> str:
    near = difflib.get_close_matches(word, THINGS, 1)
    guess = f"did you mean {near[0]}?" if near else f"write: {USE}."
    received = word or "nothing"
    return f"new: expected one of {', '.join(THINGS)}; received {received}; {guess}"
