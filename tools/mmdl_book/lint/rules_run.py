"""Rules on what happens when a chapter runs; they speak after ``check --run`` only."""

from __future__ import annotations

from collections.abc import Iterator

from mmdl_book.lint.book import Index
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import Check, Fault, rule


def told(code: str) -> Check:
    """What the run of a page has against it under this number."""

    def check(page: Page, book: Index) -> Iterator[Fault]:
        for known, fault in book.runs.get(page.path, ()):
            if known == code:
                yield fault

    return check


rule(
    "MM651",
    "A cell that fails",
    why="The book is built only if every cell runs.",
    wrong="np.linalg.inv(np.zeros((2, 2)))",
    right="np.linalg.pinv(np.zeros((2, 2)))",
)(told("MM651"))

rule(
    "MM652",
    "A chapter that takes too long",
    why="A chapter computes at most 20 s on one core, and each cell ends within the "
    "book's time; readers and every build wait for it.",
    wrong="for step in range(10**9): …",
    right="for step in range(200): …",
)(told("MM652"))

rule(
    "MM653",
    "A chapter that takes too much memory",
    why="Chapters run in browsers too, which give a page 1 GB.",
    wrong="np.ones((20_000, 20_000))",
    right="np.ones((500, 500))",
)(told("MM653"))

rule(
    "MM654",
    "Another result on a second run",
    why="The text speaks of these numbers, and two builds must agree in every byte.",
    wrong="print(time.time())\nprint({'a', 'b'})",
    right="print(sorted({'a', 'b'}))",
)(told("MM654"))

rule(
    "MM655",
    "A warning printed",
    why="A warning on the page teaches readers to overlook warnings.",
    wrong="np.log(0.0)",
    right="np.log(np.maximum(p, tiny))",
)(told("MM655"))

rule(
    "MM656",
    "An output that the book does not show",
    why="Pages show text, SVG, PDF and PNG, a few of them. HTML, JavaScript, TeX, and "
    "pictures that load or run something, would work on readers' machines.",
    wrong="from IPython.display import HTML\nHTML('<b>bold</b>')",
    right="print('bold')",
)(told("MM656"))
