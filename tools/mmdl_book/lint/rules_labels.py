"""Rules on labels and on what refers to them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from mmdl_book.lint.book import (
    EXERCISES,
    PROVABLE,
    STATEMENTS,
    Index,
    figure_of,
    line_of_setting,
    nearest,
)
from mmdl_book.lint.page import Fence, Page
from mmdl_book.lint.registry import Fault, rule

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PREFIX = re.compile(r"(?:ch|sec|eq|def|thm|prop|lem|cor|alg|ex|rem|fig|tab)-")
PLACES = ("ch-", "sec-", "fig-", "tab-", "part-", "api-", "ex-", "thm-", "note-")
CITE = ("cite", "cite:t", "cite:p", "cite:ts", "cite:ps", "cite:author", "cite:year")
OTHERS = ("numpy.", "matplotlib.", "torch.", "scipy.")
OBJECTS = ("func", "class", "meth", "attr", "mod", "data", "exc", "obj", "py:func")
# In brackets, with brackets inside; read in linear time.
WORDS = r"(?:[^\[\]]|\[[^\[\]]*\])*"
PICTURE = re.compile(rf"!\[(?P<words>{WORDS})\]\(\s*<?(?P<address>[^)\s>]+)")
LINK = re.compile(rf"(?<!!)\[{WORDS}\]\(\s*<?([^)\s>]+)")
UNTIL_WRITTEN = "or wait until its chapter is written."


@rule(
    "MM301",
    "A label that stands twice",
    why="References would lead to one of the two, nobody knows which.",
    wrong="(sec-proof)= in two files",
    right="(sec-proof-of-novikoff)=",
)
def labels_are_unique(page: Page, book: Index) -> Iterator[Fault]:
    for table in (book.equations, book.statements, book.places):
        for label, where in table.items():
            here = [line for path, line in where if path == page.path]
            elsewhere = [f"{path}:{n}" for path, n in where if path != page.path]
            for line in here if elsewhere else here[1:]:
                first = [f"{page.path}:{here[0]}"] if line != here[0] else []
                others = ", ".join([*elsewhere, *first])
                message = f"The label {label} stands also at {others}."
                yield Fault(line, 1, message, "give one of them another name.")


@rule(
    "MM302",
    "A reference to an equation that nobody labelled",
    why="It prints as question marks.",
    wrong="by {eq}`eq-nromal`",
    right="by {eq}`eq-normal`",
)
def equations_exist(page: Page, book: Index) -> Iterator[Fault]:
    for role in page.spans.roles:
        if role.name == "eq" and role.target not in book.equations:
            fix = (
                nearest(role.target, book.equations)
                or "label the display: $$ … $$ (eq-x)."
            )
            message = f"No display has the label {role.target}."
            yield Fault(role.line, role.column, message, fix)


@rule(
    "MM303",
    "A reference to a statement that nobody made",
    why="It prints as its label.",
    wrong="by {prf:ref}`thm-novikov`",
    right="by {prf:ref}`thm-novikoff`",
)
def statements_exist(page: Page, book: Index) -> Iterator[Fault]:
    for role in page.spans.roles:
        if role.name == "prf:ref" and role.target not in book.statements:
            fix = nearest(role.target, book.statements) or f"label it, {UNTIL_WRITTEN}"
            message = f"No statement or exercise has the label {role.target}."
            yield Fault(role.line, role.column, message, fix)


@rule(
    "MM304",
    "A reference to a place that does not exist",
    why="It prints as its label.",
    wrong="see {ref}`sec-symetries`",
    right="see {ref}`sec-symmetries`",
)
def places_exist(page: Page, book: Index) -> Iterator[Fault]:
    known = {*book.places, *book.planned, *book.statements, "search", "genindex"}
    for role in page.spans.roles:
        if role.name in ("ref", "numref") and role.target not in known:
            if role.target.startswith(("api-", "ledger-")):
                continue
            fix = nearest(role.target, known) or "write the label above a heading."
            message = f"No section, figure or chapter has the label {role.target}."
            yield Fault(role.line, role.column, message, fix)


@rule(
    "MM305",
    "A citation that the bibliography lacks",
    why="It prints as a question mark.",
    wrong="{cite:t}`cybenko1998`",
    right="{cite:t}`cybenko1989`",
)
def sources_exist(page: Page, book: Index) -> Iterator[Fault]:
    for role in page.spans.roles:
        keys = role.content.split(",") if role.name in CITE else []
        for key in map(str.strip, keys):
            if key not in book.sources:
                fix = nearest(key, book.sources) or "add it to book/references.bib."
                message = f"The bibliography has no {key or 'empty key'}."
                yield Fault(role.line, role.column, message, fix)


@rule(
    "MM306",
    "An exercise without a solution",
    why="Solutions are what readers miss most in other books.",
    wrong=":::{exercise} ★ A drill\n:label: ex-drill",
    right=":::{solution} ex-drill",
)
def exercises_are_solved(page: Page, book: Index) -> Iterator[Fault]:
    solved = {fence.title for fence in page.fences if fence.name.startswith("solution")}
    for fence in page.fences:
        if fence.name in EXERCISES and fence.label and fence.label not in solved:
            message = f"The exercise {fence.label} has no solution."
            fix = f"add :::{{solution}} {fence.label} below it."
            yield Fault(fence.line, 1, message, fix)


@rule(
    "MM307",
    "A solution of nothing",
    why="It would hang under no exercise.",
    wrong=":::{solution} ex-dril",
    right=":::{solution} ex-drill",
)
def solutions_have_exercises(page: Page, book: Index) -> Iterator[Fault]:
    here = {fence.label for fence in page.fences if fence.name in EXERCISES}
    seen: set[str] = set()
    for fence in page.fences:
        if fence.name not in ("solution", "solution-start"):
            continue
        if fence.title not in here:
            fix = nearest(fence.title, here) or "name the label of an exercise above."
            message = f"This page has no exercise {fence.title or '(none named)'}."
            yield Fault(fence.line, 1, message, fix)
        elif fence.title in seen:
            message = f"A second solution of {fence.title}."
            yield Fault(fence.line, 1, message, "put both into one.")
        seen.add(fence.title)


def wanted(fence: Fence) -> str:
    """The prefix of the label of a directive."""
    kind = fence.name.removeprefix("prf:")
    if fence.name.startswith("prf:"):
        return STATEMENTS.get(kind, "")
    if fence.name in EXERCISES:
        return "ex-"
    return {"figure": "fig-", "table": "tab-", "list-table": "tab-", "math": "eq-"}.get(
        fence.name, ""
    )


@rule(
    "MM308",
    "A label that does not say what it labels",
    why="The prefix tells readers of the source, and the claims, what stands there.",
    wrong=":::{prf:lemma} Descent\n:label: thm-descent",
    right=":::{prf:lemma} Descent\n:label: lem-descent",
)
def prefixes_fit(page: Page, book: Index) -> Iterator[Fault]:
    for fence in page.fences:
        label, prefix = fence.label, wanted(fence)
        if label and prefix and not label.startswith(prefix):
            line = next(
                n
                for k in ("label", "name")
                for v, n in [fence.options.get(k, ("", 0))]
                if n
            )
            message = f"Expected a label {prefix}…, received {label}."
            topic = PREFIX.sub("", label, count=1)
            yield Fault(line, 1, message, f"write {prefix}{topic}.")
        name = str(figure_of(fence).get("name") or "")
        if name and not name.startswith("fig-"):
            message = f"Expected a name fig-…, received {name}."
            topic = PREFIX.sub("", name, count=1)
            line = line_of_setting(fence, "name")
            yield Fault(line, 1, message, f"write fig-{topic}.")
    for formula in page.spans.formulas:
        if formula.label and not formula.label.startswith("eq-"):
            message = f"Expected a label eq-…, received {formula.label}."
            yield Fault(formula.line, formula.column, message, "begin it with eq-.")
    for target in page.targets:
        if not target.text.startswith(PLACES):
            message = f"Expected a label ch-…, sec-…, received {target.text}."
            yield Fault(target.line, 2, message, "begin it with sec-.")


@rule(
    "MM309",
    "A label that is not kebab-case",
    why="Labels become addresses: small letters, digits, hyphens.",
    wrong=":label: thm-NormalEquations",
    right=":label: thm-normal-equations",
)
def labels_are_kebab(page: Page, book: Index) -> Iterator[Fault]:
    spots = [
        (f.options.get("label", f.options.get("name", ("", 0)))) for f in page.fences
    ]
    spots += [(formula.label, formula.line) for formula in page.spans.formulas]
    spots += [(target.text, target.line) for target in page.targets]
    for cell in page.cells:
        name = str(figure_of(cell).get("name") or "")
        spots += [(name, line_of_setting(cell, "name"))] if name else []
    for label, line in spots:
        if label and not KEBAB.fullmatch(label):
            better = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", label).lower()
            better = re.sub(r"[^a-z0-9]+", "-", better).strip("-")
            yield Fault(
                line, 1, f"The label {label} is not kebab-case.", f"write {better}."
            )


@rule(
    "MM310",
    "A picture that is not there",
    why="Readers would see a hole.",
    wrong="![A curve](curve.png)",
    right="![A curve](figures/curve.png)",
)
def pictures_exist(page: Page, book: Index) -> Iterator[Fault]:
    for line, column, address in pictures(page):
        if "://" in address or address.startswith("data:"):
            continue  # another rule's business
        if stays(page, book, address) and not beside(page, book, address).is_file():
            message = f"There is no picture {address}."
            yield Fault(line, column, message, "paths start from the chapter's folder.")


def beside(page: Page, book: Index, address: str) -> Path:
    """The file that a page calls ``address``."""
    return (book.root / page.path).parent / address


def stays(page: Page, book: Index, address: str) -> bool:
    """Whether an address leads to a file of the book; else MM804 tells it."""
    path = beside(page, book, address)
    if path not in book.inside:
        book.inside[path] = _inside(path, book.root / "book")
    return book.inside[path] and not address.startswith(("/", "~"))


def _inside(path: Path, folder: Path) -> bool:
    try:
        path.exists()
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # too long, odd, a circle of links
        return False


def pictures(page: Page) -> Iterator[tuple[int, int, str]]:
    """Line, column and address of each picture of a page."""
    for number, line, _ in page.prose:
        for found in PICTURE.finditer(line) if "![" in line else ():
            yield number, found.start() + 1, found["address"]
    for fence in page.fences:
        if fence.name in ("figure", "image") and fence.title:
            yield fence.line, 1, fence.title


def unescaped(text: str) -> str:
    """``&amp;`` and its like as characters, where they are some."""
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


@rule(
    "MM311",
    "A link to a file that is not there",
    why="It leads nowhere.",
    wrong="[chapter 2](least-square.md)",
    right="{ref}`ch-least-squares`",
)
def linked_files_exist(page: Page, book: Index) -> Iterator[Fault]:
    for number, line, _ in page.prose:
        for found in LINK.finditer(line) if "](" in line else ():
            address = unescaped(found[1]).partition("#")[0]
            if not address or re.match(r"[a-z][a-z+.-]*:", address, re.IGNORECASE):
                continue
            if stays(page, book, address) and not beside(page, book, address).exists():
                message = f"There is no file {address}."
                fix = "refer to a chapter by {ref} and its label."
                yield Fault(number, found.start() + 1, message, fix)


@rule(
    "MM312",
    "A function that mmdl does not have",
    why="Readers follow such names to the library's page.",
    wrong="{func}`~mmdl.stats.least_square`",
    right="{func}`~mmdl.stats.least_squares`",
)
def functions_exist(page: Page, book: Index) -> Iterator[Fault]:
    for role in page.spans.roles:
        name = role.target.removesuffix("()")
        ours = role.name in OBJECTS and not name.startswith(OTHERS)
        if ours and not known_object(name, book):
            fix = nearest(name, book.objects) or "use a public name of the library."
            message = f"mmdl has no {name}."
            yield Fault(role.line, role.column, message, fix)
    for fence in page.fences:
        if fence.name == "mmdl-source" and not known_object(fence.title, book):
            fix = nearest(fence.title, book.objects) or "name a function or class."
            message = f"mmdl-source: there is no {fence.title or '(nothing named)'}."
            yield Fault(fence.line, 1, message, fix)


def known_object(name: str, book: Index) -> bool:
    """Whether a dotted name leads to something; methods count by their class."""
    if name in book.objects:
        return True
    owner, _, last = name.rpartition(".")
    inside = {
        known.rpartition(".")[0] for known in book.objects if known.endswith(f".{last}")
    }
    classes = {
        known
        for known in inside
        if known.rpartition(".")[2] == owner.rpartition(".")[2]
    }
    return bool(owner) and owner in book.objects and bool(classes)


@rule(
    "MM313",
    "A statement or exercise without a label",
    why="Without it nobody can refer to it, and no test can claim it.",
    wrong=":::{prf:theorem} Title\n\nLet …\n:::",
    right=":::{prf:theorem} Title\n:label: thm-title\n\nLet …\n:::",
)
def statements_have_labels(page: Page, book: Index) -> Iterator[Fault]:
    for fence in page.fences:
        kind = fence.name.removeprefix("prf:")
        needs = fence.name.startswith("prf:") and kind in (*PROVABLE, "definition")
        if (needs or fence.name in EXERCISES) and not fence.label:
            prefix = STATEMENTS.get(kind, "ex-")
            message = f"This {kind} has no label."
            yield Fault(fence.line, 1, message, f"write :label: {prefix}topic below.")


@rule(
    "MM314",
    "Two labels in one place",
    why="A label belongs to what follows it; another label does not.",
    wrong="(sec-a)=\n(sec-b)=\n## Title",
    right="(sec-a)=\n## Title",
)
def labels_label_something(page: Page, book: Index) -> Iterator[Fault]:
    lines = {target.line for target in page.targets}
    for target in page.targets:
        after = [t for t in page.lines[target.line : target.line + 2] if t.strip()]
        if target.line + 1 in lines or not after:
            message = f"The label {target.text} labels nothing."
            yield Fault(target.line, 1, message, "put it on the line above a heading.")
