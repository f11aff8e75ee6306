"""What a page may refer to: labels, sources, functions, claims of the whole book."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mmdl_book.chapters import SUFFIXES, listed
from mmdl_book.layout import Layout
from mmdl_book.lint.page import Page, mapping

if TYPE_CHECKING:
    from mmdl_book.lint.registry import Fault

STATEMENTS = {
    "theorem": "thm-",
    "proposition": "prop-",
    "lemma": "lem-",
    "corollary": "cor-",
    "definition": "def-",
    "example": "ex-",
    "remark": "rem-",
    "algorithm": "alg-",
}
PROVABLE = ("theorem", "proposition", "lemma", "corollary")
EXERCISES = ("exercise", "exercise-start")


class Index:
    """The book around a page."""

    def __init__(self, layout: Layout, pages: Iterable[Page]) -> None:
        self.layout = layout
        self.pages = {page.path: page for page in pages}
        self.equations: dict[str, list[tuple[str, int]]] = {}
        self.statements: dict[str, list[tuple[str, int]]] = {}
        self.places: dict[str, list[tuple[str, int]]] = {}
        self.inside: dict[Path, bool] = {}  # whether it stays in the book, once asked
        self.runs: dict[str, list[tuple[str, Fault]]] = {}  # by page; `check --run`
        for page in self.pages.values():
            self._enter(page)

    def _enter(self, page: Page) -> None:
        self._enter_formulas(page)
        for target in page.targets:
            self._note(self.places, target.text, page, target.line)
        for fence in page.fences:
            kind = fence.name.removeprefix("prf:")
            if fence.label and (kind in STATEMENTS or kind in EXERCISES):
                self._note(self.statements, fence.label, page, fence.line)
            elif fence.name == "math" and fence.label:
                self._note(self.equations, fence.label, page, fence.line)
            elif fence.label:
                self._note(self.places, fence.label, page, fence.line)
            elif "---" in fence.options and (name := figure_of(fence).get("name")):
                self._note(self.places, str(name), page, fence.line)

    def _enter_formulas(self, page: Page) -> None:
        for formula in page.spans.formulas:
            inside = re.findall(r"\\label\{([^{}]*)\}", formula.tex)
            for label in filter(None, [*inside, formula.label]):
                self._note(self.equations, label, page, formula.line)

    @staticmethod
    def _note(table: dict, label: str, page: Page, line: int) -> None:
        table.setdefault(label, []).append((page.path, line))

    @property
    def root(self) -> Path:
        """The book's folder."""
        return self.layout.root

    def _text(self, name: str) -> str:
        """A file of the book, whatever bytes it has; empty where there is none."""
        try:
            return (self.root / name).read_text("utf8", errors="replace")
        except OSError:
            return ""

    @cached_property
    def toc(self) -> list[str]:
        """The pages that are published, without suffix."""
        try:
            pages = listed(mapping(self._text("_toc.yml")))
        except RecursionError:  # an alias of what it stands in
            return []
        return [name.rpartition(".md")[0] or name for name in pages]

    @cached_property
    def plan(self) -> list[dict]:
        """The planned parts."""
        return _mappings(mapping(self._text("book/plan.yml")).get("parts"))

    @cached_property
    def planned(self) -> set[str]:
        """Labels of planned chapters, written or not."""
        chapters = [c for part in self.plan for c in _mappings(part.get("chapters"))]
        return {f"ch-{chapter.get('slug')}" for chapter in chapters}

    @cached_property
    def parts(self) -> list[str]:
        """The folders of the planned parts."""
        return [str(part.get("folder")) for part in self.plan]

    @cached_property
    def sources(self) -> set[str]:
        """Keys of the bibliography."""
        text = self._text("book/references.bib")
        return set(re.findall(r"^@\w+\{\s*([^,\s]+)", text, re.MULTILINE))

    @cached_property
    def macros(self) -> set[str]:
        """Names of the macros of more than one letter."""
        groups = mapping(self._text("book/macros.yml")).values()
        names = [str(n) for rows in groups if isinstance(rows, dict) for n in rows]
        return {name for name in names if len(name) > 1}

    @cached_property
    def claims(self) -> set[str]:
        """Labels that some test claims, or says why it cannot."""
        found: set[str] = set()
        for path in sorted((self.root / "tests" / "claims").glob("test_*.py")):
            text = path.read_text("utf8", errors="replace")
            found.update(re.findall(r"\"((?:thm|prop|lem|cor)-[a-z0-9-]+)\"", text))
        return found

    @cached_property
    def objects(self) -> set[str]:
        """Dotted names that ``mmdl`` has: modules, what they define and export."""
        found = {"mmdl"}
        for path in sorted((self.root / "mmdl").rglob("*.py")):
            parts = path.relative_to(self.root).with_suffix("").parts
            if parts[-1] == "__init__":
                parts = parts[:-1]
            module = ".".join(parts)
            found.add(module)
            text = path.read_text("utf8", errors="replace")
            found |= {f"{module}.{name}" for name in names_of(text)}
        return found

    @cached_property
    def packages(self) -> set[str]:
        """What a cell may import."""
        return {"numpy", "matplotlib", "mmdl", "myst_nb"} | set(sys.stdlib_module_names)

    @property
    def labels(self) -> set[str]:
        """Every label of the book."""
        return {*self.equations, *self.statements, *self.places, *self.planned}


def _mappings(found: object) -> list[dict]:
    """The mappings in a list, or nothing."""
    rows = found if isinstance(found, list) else []
    return [row for row in rows if isinstance(row, dict)]


DEFINED = re.compile(
    r"^(?:(?P<member> {4})?(?:async )?(?:def|class) (?P<made>\w+)"
    r"|(?: {4})?(?P<set>\w+)(?:: [^=\n]+)?(?: =|$)|(?:from .* )?import (?P<got>.*)"
    r"|    (?P<listed>\w+),)",
    re.MULTILINE,
)


def names_of(source: str) -> set[str]:
    """Names at the top of a module and in its classes, read without parsing it."""
    found: set[str] = set()
    owner = ""
    for match in DEFINED.finditer(source):
        made, plain = match["made"], match["set"] or match["listed"]
        if made and not match["member"]:
            owner = made if match[0].startswith("class") else ""
            found.add(made)
        elif made:
            found.add(f"{owner}.{made}")
        elif plain:
            found |= {plain, f"{owner}.{plain}"} if owner else {plain}
        elif match["got"]:
            found |= set(re.findall(r"(\w+)(?:,|$|\))", match["got"]))
    return found


def figure_of(fence: object) -> dict:
    """The figure settings of a code cell: caption, name, alt."""
    myst = getattr(fence, "settings", {}).get("mystnb")
    if not isinstance(myst, dict):
        return {}
    figure, image = myst.get("figure"), myst.get("image")
    found = dict(figure) if isinstance(figure, dict) else {}
    if isinstance(image, dict) and "alt" in image:
        found["alt"] = image["alt"]
    return found


def line_of_setting(fence: object, key: str) -> int:
    """The line of a code cell's settings on which ``key`` stands."""
    text, line = fence.options["---"]  # type: ignore[attr-defined]
    pattern = re.compile(rf"(?<![\w-]){re.escape(key)}\s*:")
    for number, words in enumerate(text.split("\n"), line + 1):
        if pattern.search(words):
            return number
    return int(line)


def nearest(word: str, known: Iterable[str]) -> str:
    """``did you mean x?``, or nothing."""
    found = get_close_matches(word, sorted(known), 1, 0.7)
    return f"did you mean {found[0]}?" if found else ""


def load(layout: Layout) -> Index:
    """Scan every page of ``book/``."""
    paths = sorted((layout.root / "book").rglob("*.md"))
    hidden = ("_vendor", "_live", "_ext", "_templates", "_static", "_drafts")
    pages = [
        scan(layout, path)
        for path in paths
        if not any(part in hidden for part in path.parts) and path.suffix in SUFFIXES
    ]
    return Index(layout, pages)


def scan(layout: Layout, path: Path) -> Page:
    """One page, whatever bytes it has; of a link nothing but its name, for MM805."""
    name = layout.relative(path.parent) + f"/{path.name}"
    if path.is_symlink() or not path.is_file():
        return Page(name, "", plain=False)
    return Page(name, path.read_text("utf8", errors="replace"))
