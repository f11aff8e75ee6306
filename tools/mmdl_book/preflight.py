"""Checks before anything runs: settings that parse, pages that exist."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import yaml

from mmdl_book.chapters import SUFFIXES, listed, page_file
from mmdl_book.errors import BookError
from mmdl_book.layout import Layout
from mmdl_book.settings import remembered
from mmdl_book.strangers import strangers
from mmdl_book.yamls import read, tree

REQUIRED = ("_config.yml", "_toc.yml")
OPTIONAL = ("book/plan.yml", "book/macros.yml")


def check(book: Layout) -> None:
    """Raise BookError with all findings."""
    findings = [_missing(name) for name in REQUIRED if not (book.root / name).exists()]
    findings += unreadable(book)
    if not findings:
        checked = remembered(book) != {}  # by an earlier build
        findings = [] if checked else _settings(book)
        findings += _contents(book) + _headers(book)
    if findings:
        raise BookError(*findings)


def unreadable(book: Layout) -> list[str]:
    """What YAML says against the files that hold the book together."""
    names = [name for name in (*REQUIRED, *OPTIONAL) if (book.root / name).exists()]
    return [told for name in names for told in _unreadable(book.root / name, name)]


def _missing(name: str) -> str:
    return f"{name}:1: the file is missing; git checkout {name} brings it back."


def _unreadable(
    path: Path, name: str, first: int = 0, text: str | None = None
) -> list[str]:
    """What YAML says against a file, with its line."""
    try:
        read(path.read_text("utf8") if text is None else text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{first + mark.line + 1}:{mark.column + 1}" if mark else "1"
        return [
            f"{name}:{place}: not YAML: {error.problem}; look at this line and above."
        ]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return [f"{name}:1: not YAML: {' '.join(str(error).split())}."]
    return []


def _settings(book: Layout) -> list[str]:
    """Settings that jupyter-book does not know or does not want so."""
    from jupyter_book.config import get_validator

    path = book.root / "_config.yml"
    settings = read(path.read_text("utf8"))
    composed = tree(path.read_text("utf8"))
    wrong = [
        (e.message, _line(composed, list(e.path)))
        for e in get_validator().iter_errors(settings)
    ]
    return [
        f"_config.yml:{line}: {words}; correct this setting." for words, line in wrong
    ]


def _line(node: Any, keys: list[Any]) -> int:
    """The line of the value at `keys` in a composed YAML document."""
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pairs = {name.value: value for name, value in node.value}
            node = pairs.get(str(key), node)
        elif isinstance(node, yaml.SequenceNode):
            node = node.value[int(key)]
    return int(node.start_mark.line) + 1 if node is not None else 1


def _contents(book: Layout) -> list[str]:
    """A malformed table of contents, or pages in it that are not there."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    text = (book.root / "_toc.yml").read_text("utf8")
    toc = read(text)
    findings = strangers(book, text, toc)
    findings += [
        _lost(book, text, n) for n in listed(toc) if not page_file(book, n).exists()
    ]
    try:
        parse_toc_data(toc)
    except MalformedError as error:
        words, _, keys = str(error).rstrip("'").partition(" @ '/")
        line = _line(tree(text), keys.split("/") if keys else [])
        findings.append(f"_toc.yml:{line}: {words}; correct the table of contents.")
    return findings


def _lost(book: Layout, toc: str, name: str) -> str:
    lines = toc.splitlines()
    line = next((i for i, text in enumerate(lines, 1) if name in text), 1)
    sources = [p for p in (book.root / "book").rglob("*") if p.suffix in SUFFIXES]
    written = [book.relative(path.with_suffix("")) for path in sources]
    near = difflib.get_close_matches(name, written, 1)
    guess = (
        f"did you mean {near[0]}?" if near else "write the page or remove this entry."
    )
    return f"_toc.yml:{line}: there is no page {name}.md; {guess}"


def _headers(book: Layout) -> list[str]:
    """Chapters whose header is not YAML."""
    findings = []
    toc = read((book.root / "_toc.yml").read_text("utf8"))
    for name in listed(toc):
        path = page_file(book, name)
        if path.exists() and path.read_text("utf8").startswith("---\n"):
            header = path.read_text("utf8")[4:].split("\n---", 1)[0]
            findings += _unreadable(path, book.relative(path), 1, header)
    return findings
