"""``check``: reads chapters as an editor would, in a second, without running them."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from mmdl_book.errors import BookError, UsageError
from mmdl_book.layout import Layout
from mmdl_book.lint.book import Index, load
from mmdl_book.lint.findings import Finding, as_json, total
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import Rule, rules
from mmdl_book.preflight import unreadable

FORMATS = ("text", "json", "github")
RUN = "MM65"  # rules on a run; three lines of source tell more than one
FLAGS = {"json", "no-katex", "run", "trust"}


def examine(
    index: Index, pages: Iterable[Page] | None = None, *, katex: bool = True
) -> list[Finding]:
    """All findings on ``pages`` (default: all of the book), sorted by place."""
    chosen = list(index.pages.values()) if pages is None else list(pages)
    known: list[Rule] = [r for r in rules().values() if katex or not r.needs_katex]
    found = {f for page in chosen for r in known for f in r.findings(page, index)}
    return sorted(found)


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book check [PATHS] [--run [--trust]] [--json | --format github]``."""
    from mmdl_book.words import parse

    options = parse("check", words, flags=FLAGS, values={"format"})
    form = "json" if "json" in options.flags else options.values.get("format", "text")
    if form not in FORMATS:
        raise UsageError(
            f"check: expected a format of {', '.join(FORMATS)}; received {form}."
        )
    started = time.monotonic()
    gc.disable()  # a third of the time, and the process ends soon
    if broken := unreadable(book):
        raise BookError(*broken)
    index = load(book)
    pages = chosen(book, index, options.paths)
    summaries = run(book, index, pages, options.flags) if "run" in options.flags else []
    found = examine(index, pages, katex="no-katex" not in options.flags)
    tell(found, index, form)
    for line in summaries:
        print(line, file=sys.stdout if form == "text" else sys.stderr)
    if form == "text":
        count = f"{len(pages)} page{'s' * (len(pages) != 1)}"
        print(f"{count} in {time.monotonic() - started:.1f} s.")
    return 1 if found else 0


def run(
    book: Layout, index: Index, pages: Iterable[Page], flags: set[str]
) -> list[str]:
    """Run the pages for the rules on what happens then; a line about each."""
    from mmdl_book.rehearse import rehearse
    from mmdl_book.sandbox import need

    if "trust" not in flags:
        need("check --run")
    ran = rehearse(book, [page.path for page in pages], trust="trust" in flags)
    index.runs = {path: rehearsal.told for path, rehearsal in ran.items()}
    return [rehearsal.summary() for rehearsal in ran.values()]


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
        around = finding.code.startswith(RUN)
        lines = page.lines if page else ()
        print(finding.text(lines, around=around) if plain else finding.github())
    if form == "text":
        print(total(found))
