"""``credit``: the authors of the published chapters, written into ``CITATION.cff``.

Everything else in that file is written by hand and stays as it is.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import yaml

from mmdl_book.chapters import listed, page_file
from mmdl_book.errors import BookError, UsageError
from mmdl_book.layout import Layout
from mmdl_book.skeletons import replace
from mmdl_book.yamls import read, tree

if TYPE_CHECKING:  # the extension that prints bylines, in the book's own folder
    from authors import Author

FILE = "CITATION.cff"


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book credit``."""
    if words:
        raise UsageError(f"credit: received {words[0]}; it takes nothing.")
    path, after = book.root / FILE, current(book)
    if after == path.read_text("utf8"):
        print(f"{FILE} names the authors of all chapters already.")
        return 0
    replace(path, after)
    print(f"Wrote the authors of the chapters into {FILE}.")
    return 0


def current(book: Layout) -> str:
    """The file as it should be: with the authors whom the headers name now."""
    path = book.root / FILE
    if not path.exists():
        raise BookError(f"{FILE}:1: the file is missing; git checkout {FILE}.")
    text = path.read_text("utf8")
    rows = yaml.safe_dump(credited(book), sort_keys=False, allow_unicode=True)
    lines = text.splitlines(keepends=True)
    for start, end, indent in reversed(places(text)):
        lines[start:end] = [textwrap.indent(rows, indent)]
    return "".join(lines)


def credited(book: Layout) -> list[dict[str, str]]:
    """All whom a published chapter names, and all together where one names nobody."""
    folder = str(book.root / "book" / "_ext")
    if folder not in sys.path:
        sys.path.append(folder)
    from authors import people

    written = _written(book)
    rows = [person(author) for author in people(written)]
    if not all(written):
        everybody = read((book.root / "_config.yml").read_text("utf8"))["author"]
        rows.append({"name": everybody})
    return rows


def person(author: Author) -> dict[str, str]:
    """An author in the words of the Citation File Format."""
    given, particle, family = author.parts
    if not given:  # a group, or somebody of one name
        return {"name": family, **({"orcid": author.address} if author.orcid else {})}
    found = {
        "family-names": family,
        "given-names": given,
        "name-particle": particle,
        "orcid": author.address,
        "affiliation": author.affiliation,
    }
    return {key: value for key, value in found.items() if value}


def places(text: str) -> list[tuple[int, int, str]]:
    """Where lists of authors stand: first line, line behind, indentation."""
    found = []
    for node in _below(tree(text)):
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        for key, value in pairs:
            if key.value != "authors":
                continue
            start = value.start_mark
            if getattr(value, "flow_style", None) is not False:
                raise BookError(
                    f"{FILE}:{start.line + 1}: expected authors below each other, each "
                    "behind a hyphen; write them so once."
                )
            ends = [n.end_mark for n in _below(value) if isinstance(n.value, str)]
            found.append((start.line, ends[-1].line + 1, " " * start.column))
    return sorted(found)


def _below(node: Any) -> Iterator[Any]:
    """A node and all inside it, as they stand in the text."""
    yield node
    if isinstance(node, yaml.CollectionNode):
        for entry in node.value:
            for inner in entry if isinstance(entry, tuple) else (entry,):
                yield from _below(inner)


def _written(book: Layout) -> list[list[Author]]:
    """Whom each published chapter names."""
    from authors import authors_of, header
    from plan import load_plan

    planned = load_plan(book.root, "book/plan.yml")
    toc = read((book.root / "_toc.yml").read_text("utf8"))
    names = [n for n in listed(toc) if n in planned and not planned[n].draft]
    return [authors_of(header(page_file(book, name))) for name in names]
