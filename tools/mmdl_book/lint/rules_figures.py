"""Rules on figures: words for those who cannot see them, captions, size."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mmdl_book.lint.book import Index, figure_of, line_of_setting
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import Fault, rule
from mmdl_book.lint.rules_cells import OWN
from mmdl_book.lint.rules_labels import PICTURE, beside, pictures, stays

LONGEST = 250
LARGEST = 500_000  # bytes
PICTURED = {"figure", "image", "interactive"}


def described(page: Page) -> Iterator[tuple[int, str]]:
    """Line and words of each alternative text."""
    for cell in page.cells:
        found = figure_of(cell)
        if "alt" in found:
            yield line_of_setting(cell, "alt"), str(found["alt"] or "")
    for fence in page.fences:
        if fence.name in PICTURED and "alt" in fence.options:
            value, line = fence.options["alt"]
            yield line, value
    for number, line, _ in page.prose:
        for image in PICTURE.finditer(line) if "![" in line else ():
            yield number, image["words"]


@rule(
    "MM701",
    "A figure without words",
    why="Who cannot see the figure reads its words: kind of plot, axes, message.",
    wrong="mystnb: {figure: {caption: …, name: fig-x}}",
    right='mystnb: {figure: …, image: {alt: "Line plot: loss against step, …"}}',
)
def figures_have_words(page: Page, book: Index) -> Iterator[Fault]:
    fix = 'add image: {alt: "kind of plot, axes, message"}.'
    for cell in page.cells:
        found = figure_of(cell)
        if found and not str(found.get("alt") or "").strip():
            yield Fault(cell.line, 1, "A figure without alternative text.", fix)
    for fence in page.fences:
        if fence.name in PICTURED and "alt" not in fence.options:
            message = "A figure without alternative text."
            yield Fault(fence.line, 1, message, "add :alt: words.")
    for number, line, _ in page.prose:
        if found_ := re.search(r"!\[\s*\]\(", line):
            message = "A picture without alternative text."
            yield Fault(number, found_.start() + 1, message, "write ![words](file).")


@rule(
    "MM702",
    "A figure without caption or name",
    why="The caption says the one message; the name lets the text refer to it.",
    wrong="mystnb: {image: {alt: …}}",
    right="mystnb: {figure: {caption: …, name: fig-topic}, image: {alt: …}}",
)
def figures_have_captions(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        found = figure_of(cell)
        unknown = found and set(cell.settings["mystnb"]) - OWN  # told by MM601
        for key in ("caption", "name") if found and not unknown else ():
            if not str(found.get(key) or "").strip():
                message = f"A figure without {key}."
                yield Fault(cell.line, 1, message, f"add {key} under figure.")


@rule(
    "MM703",
    "Words that say only that there is a picture",
    why="A screen reader says that by itself.",
    wrong="alt: Image of a curve",
    right="alt: Line plot of loss against step; it falls to 0.1",
)
def words_describe(page: Page, book: Index) -> Iterator[Fault]:
    pattern = r"\s*(?:an? )?(?:image|picture|figure|photo|screenshot) of\b"
    for line, words in described(page):
        if re.match(pattern, words, re.IGNORECASE):
            message = f"The alternative text begins with {words[:20]!r}."
            fix = "begin with the kind of plot: Line plot, Scatter, Drawing."
            yield Fault(line, 1, message, fix)


@rule(
    "MM704",
    "Words that are too many",
    why="Alternative text is read in one breath; the rest belongs to caption and text.",
    wrong="(an alternative text of 400 characters)",
    right="(250 characters at most)",
)
def words_are_few(page: Page, book: Index) -> Iterator[Fault]:
    for line, words in described(page):
        if len(words) > LONGEST:
            message = (
                f"An alternative text of {len(words)} characters; at most {LONGEST}."
            )
            yield Fault(line, 1, message, "leave out what the caption says.")


@rule(
    "MM705",
    "A picture that is too heavy",
    why="A page weighs at most 400 kB; plots come from cells, as vectors.",
    wrong="(a photograph of 3 MB)",
    right="(an SVG, or a JPEG below 500 kB)",
)
def pictures_are_light(page: Page, book: Index) -> Iterator[Fault]:
    for line, column, address in pictures(page):
        path = beside(page, book, address)
        ours = stays(page, book, address) and path.is_file()
        if ours and path.stat().st_size > LARGEST:
            size = path.stat().st_size // 1000
            message = f"{address} has {size} kB; at most {LARGEST // 1000}."
            yield Fault(line, column, message, "make it smaller, or draw it in a cell.")
