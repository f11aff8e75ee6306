"""``check``: reads chapters as an editor would, in a second, without running them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from mmdl_book.errors import UsageError
from mmdl_book.layout import Layout
from mmdl_book.lint.book import Index, load
from mmdl_book.lint.findings import Finding, as_json, total
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import Rule, rules

FORMATS = ("text", "json", "github")


def examine(
    index: Index, pages: Iterable[Page] | None = None, *, katex: bool = True
) -> list[Finding]:
    """All findings on ``pages`` (default: all of the book), sorted by place."""
    chosen = list(index.pages.values()) if pages is None else list(pages)
    known: list[Rule] = [r for r in rules().values() if katex or not r.needs_katex]
    found = {f for page in chosen for r in known for f in r.findings(page, index)}
    return sorted(found)


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book check [PATHS] [--json | --format github] [--no-katex]``."""
    from mmdl_book.words import parse

    options = parse("check", words, flags={"json", "no-katex"}, values={"format"})
    form = "json" if "json" in options.flags else options.values.get("format", "text")
    if form not in FORMATS:
        raise UsageError(
            f"check: expected a format of {', '.join(FORMATS)}; received {form}."
        )
    started = time.monotonic()
    index = load(book)
    pages = chosen(book, index, options.paths)
    found = examine(index, pages, katex="no-katex" not in options.flags)
    tell(found, index, form)
    if form == "text":
        count = f"{len(pages)} page{'s' * (len(pages) != 1)}"
        print(f"{count} in {time.monotonic() - started:.1f} s.")
    return 1 if found else 0


def chosen(book: Layout, index: Index, paths: list[str]) -> list[Page]:
    """The pages that the words on the command line name; all without words."""
    if not paths:
        return list(index.pages.values())
    found = []
    for word in paths:
        path = Path(word) if Path(word).is_absolute() else Path.cwd() / word
        inside = book.relative(path)
        near = [
            page
            for name, page in index.pages.items()
            if name == inside
            or name.startswith(f"{inside.rstrip('/')}/")
            or Path(name).stem == word
        ]
        if not near:
            raise UsageError(
                f"check: there is no page {word}; name a file or a chapter."
            )
        found += near
    return found


def tell(found: list[Finding], index: Index, form: str) -> None:
    """Print a report."""
    if form == "json":
        print(as_json(found))
        return
    for finding in found:
        page = index.pages.get(finding.path)
        plain = form == "text"
        print(finding.text(page.lines if page else ()) if plain else finding.github())
    if form == "text":
        print(total(found))
