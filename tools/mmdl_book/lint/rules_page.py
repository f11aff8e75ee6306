"""Rules on the head of a chapter: its YAML, its authors, its place in the book."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from mmdl_book.lint.book import Index, nearest
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import Fault, rule
from mmdl_book.yamls import ALIASES, TooManyAliases, aliases, read

MMDL = {"authors", "licence", "level", "needs", "minutes", "data", "part"}
LICENCES = ("CC-BY-4.0",)
HEADER = """\
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}"""


def settings(page: Page) -> dict[str, Any]:
    """The header as a dictionary; empty where it is none."""
    return page.settings


def own(page: Page) -> dict[str, Any]:
    """The book's own part of the header."""
    found = settings(page).get("mmdl")
    return found if isinstance(found, dict) else {}


def line_of(page: Page, word: str) -> int:
    """The header's line on which ``word`` stands as a key or value."""
    for number, line in enumerate(page.lines[: page.header_end], 1):
        if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", line):
            return number
    return 1


@rule(
    "MM101",
    "The header is not YAML",
    why="The header says how the chapter runs; what cannot be read is not obeyed.",
    wrong="---\nmmdl: {minutes: 120\n---",
    right="---\nmmdl: {minutes: 120}\n---",
)
def header_is_yaml(page: Page, book: Index) -> Iterator[Fault]:
    if page.lines[0].strip() == "---" and (page.header_open or not page.header_end):
        fix = "put a line --- below the header's last line."
        yield Fault(page.header_open or 1, 1, "The header is never closed.", fix)
        return
    try:
        found = read(page.header)
    except TooManyAliases:
        return  # told by MM111
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 2, mark.column + 1) if mark else (1, 1)
        problem = getattr(error, "problem", None) or "it cannot be read"
        message = f"The header is not YAML: {problem}."
        yield Fault(line, column, message, "correct this line or the one above.")
        return
    if page.header and not isinstance(found, dict):
        fix = "write lines of the form key: value."
        yield Fault(2, 1, "The header holds no keys.", fix)


@rule(
    "MM102",
    "Cells without a notebook header",
    why="Without `jupytext` and `kernelspec` in the header no cell is ever run, and no "
    "output appears; nothing else says so.",
    wrong="# Title\n\n```{code-cell} ipython3\n1 + 1\n```",
    right=f"---\n{HEADER}\n---\n# Title",
)
def cells_have_a_header(page: Page, book: Index) -> Iterator[Fault]:
    found = settings(page)
    missing = [key for key in ("jupytext", "kernelspec") if key not in found]
    form = found.get("jupytext")
    told = form.get("text_representation") if isinstance(form, dict) else None
    if form is not None and (
        not isinstance(told, dict) or told.get("format_name") != "myst"
    ):
        missing.append("text_representation: {format_name: myst}")
    if page.cells and missing and not (page.header and not found):
        words = " and ".join(missing)
        fix = "begin the file with the header that `explain MM102` shows."
        yield Fault(1, 1, f"The cells never run: the header lacks {words}.", fix)


@rule(
    "MM103",
    "A kernel that the book does not have",
    why="The book runs one kernel, `python3`, from its own environment.",
    wrong="kernelspec: {name: conda-myenv, display_name: My environment}",
    right="kernelspec: {name: python3, display_name: Python 3}",
)
def kernel_is_python3(page: Page, book: Index) -> Iterator[Fault]:
    kernel = settings(page).get("kernelspec")
    if kernel is None:
        return
    name = kernel.get("name") if isinstance(kernel, dict) else kernel
    if name != "python3":
        message = f"Expected the kernel python3, received {name}."
        line = line_of(page, "kernelspec")
        yield Fault(line, 1, message, "write kernelspec: {name: python3, …}.")


@rule(
    "MM104",
    "A page that no table of contents lists",
    why="Only pages in `_toc.yml` are built.",
    wrong="book/learning/mine.md exists, _toc.yml does not name it",
    right="- file: book/learning/mine",
)
def page_is_listed(page: Page, book: Index) -> Iterator[Fault]:
    name = page.path.removesuffix(".md")
    if book.toc and name not in book.toc:
        fix = f"add `- file: {name}` to _toc.yml, or `mmdl-book new` a chapter."
        yield Fault(1, 1, "No table of contents lists this page.", fix)


@rule(
    "MM106",
    "A licence that the book cannot take",
    why="The text of the book is under CC BY 4.0 as a whole.",
    wrong="mmdl: {licence: all rights reserved}",
    right="mmdl: {licence: CC-BY-4.0}",
)
def licence_fits(page: Page, book: Index) -> Iterator[Fault]:
    licence = own(page).get("licence")
    draft = "/drafts/" in page.path
    if not settings(page):
        return  # told by MM101 or MM102
    if (licence is None and draft) or (licence is not None and licence not in LICENCES):
        line = line_of(page, "licence" if licence is not None else "mmdl")
        message = f"Expected the licence CC-BY-4.0, received {licence or 'none'}."
        yield Fault(line, 1, message, "write licence: CC-BY-4.0.")


@rule(
    "MM107",
    "A prerequisite that is no chapter",
    why="`needs` draws the map of prerequisites.",
    wrong="mmdl: {needs: [linear algebra]}",
    right="mmdl: {needs: [ch-linear-algebra]}",
)
def needs_are_chapters(page: Page, book: Index) -> Iterator[Fault]:
    needs = own(page).get("needs", [])
    known = book.planned | {name for name in book.places if name.startswith("ch-")}
    for need in needs if isinstance(needs, list) else [needs]:
        if str(need) not in known:
            fix = nearest(str(need), known) or "name the label of a chapter."
            message = f"needs: there is no chapter {need}."
            yield Fault(line_of(page, str(need)), 1, message, fix)


@rule(
    "MM108",
    "Minutes that are no number",
    why="The reading time stands on the page and in the paths through the book.",
    wrong="mmdl: {minutes: two hours}",
    right="mmdl: {minutes: 120}",
)
def minutes_are_a_number(page: Page, book: Index) -> Iterator[Fault]:
    minutes = own(page).get("minutes")
    if minutes is not None and not (type(minutes) is int and 0 < minutes <= 600):
        message = f"minutes: expected a whole number up to 600, received {minutes}."
        yield Fault(line_of(page, "minutes"), 1, message, "write minutes: 120.")


@rule(
    "MM109",
    "An unknown key in the header",
    why="A misspelt key is silently ignored.",
    wrong="mmdl: {author: [{name: Ada}]}",
    right="mmdl: {authors: [{name: Ada}]}",
)
def keys_are_known(page: Page, book: Index) -> Iterator[Fault]:
    top = {"jupytext", "kernelspec", "mmdl", "mystnb", "myst", "orphan"}
    for key in settings(page):
        if key not in top:
            fix = nearest(str(key), top) or f"use {', '.join(sorted(top))}."
            message = f"The header has no key {key}."
            yield Fault(line_of(page, str(key)), 1, message, fix)
    for key in own(page):
        if key not in MMDL:
            fix = nearest(str(key), MMDL) or f"use {', '.join(sorted(MMDL))}."
            message = f"mmdl: there is no key {key}."
            yield Fault(line_of(page, str(key)), 1, message, fix)


@rule(
    "MM111",
    "A header full of aliases",
    why="A few lines of nested aliases unfold to gigabytes.",
    wrong="a: &a [x, x]\nb: &b [*a, *a]\n…",
    right="write the values out",
)
def header_has_few_aliases(page: Page, book: Index) -> Iterator[Fault]:
    if (found := aliases(page.header)) > ALIASES:
        message = f"The header has {found} aliases; at most {ALIASES} are read."
        yield Fault(1, 1, message, "write the values out.")


@rule(
    "MM112",
    "A part that the book does not have",
    why="A draft says in which part of the book it would like to stand.",
    wrong="mmdl: {part: optimisation}",
    right="mmdl: {part: optimization}",
)
def part_is_known(page: Page, book: Index) -> Iterator[Fault]:
    part = own(page).get("part")
    if part is not None and part not in book.parts:
        fix = nearest(str(part), book.parts) or f"use {', '.join(book.parts)}."
        line = line_of(page, "part")
        yield Fault(line, 1, f"The book has no part {part}.", fix)
