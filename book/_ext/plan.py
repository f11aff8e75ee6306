"""The plan of the book: which number belongs to which file.

``book/plan.yml`` lists every chapter, written or not, so that chapter 12 is 12
before chapter 11 exists. Everything that numbers (sections, statements, figures,
equations) asks here and nowhere else. Files in the folder ``drafts`` beside the plan
are chapters too: X1, X2, … in the order of their names, until the plan has a place
for them.
"""

from pathlib import Path, PurePosixPath
from typing import NamedTuple

import yaml
from sphinx.errors import ExtensionError

DRAFTS = "drafts"


class Chapter(NamedTuple):
    """One planned chapter: ``number`` is ``"2"``, ``"B"``, ``"N"`` or ``"X1"``."""

    number: str
    title: str
    docname: str
    part: str
    part_number: str

    @property
    def word(self) -> str:
        """``Chapter``, ``Appendix``, ``Interlude`` or ``Draft``."""
        if self.number.isdigit():
            return "Chapter"
        if self.draft:
            return "Draft"
        return "Interlude" if self.part_number else "Appendix"

    @property
    def draft(self) -> bool:
        """Whether it has no place in the plan yet."""
        return PurePosixPath(self.docname).parent.name == DRAFTS

    @property
    def name(self) -> str:
        """What a reference prints, for example ``Chapter 2``."""
        return f"{self.word}\N{NO-BREAK SPACE}{self.number}"

    @property
    def label(self) -> str:
        """The label before the chapter's title, for example ``ch-least-squares``."""
        return "ch-" + PurePosixPath(self.docname).name


def load_plan(source: Path, plan: str) -> dict[str, Chapter]:
    """Read the plan ``source / plan`` into ``{docname: Chapter}``, in its order."""
    path = source / plan
    try:
        parts = yaml.safe_load(path.read_text(encoding="utf-8"))["parts"]
        found = _chapters(parts, PurePosixPath(plan).parent)
        return insert(found, drafts(source, PurePosixPath(plan).parent))
    except FileNotFoundError:
        message = f"{plan}: expected the plan of the book, found no such file."
        raise ExtensionError(message) from None
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        problem = getattr(error, "problem", "not YAML")
        raise ExtensionError(f"{plan}:{line}: broken YAML: {problem}.") from None
    except (KeyError, TypeError) as error:
        message = f"{plan}: expected 'parts' of 'chapters' with number, slug and title"
        raise ExtensionError(f"{message}; missing {error}.") from None


def _chapters(parts: list[dict], folder: PurePosixPath) -> dict[str, Chapter]:
    chapters = {}
    for part in parts:
        for entry in part["chapters"]:
            docname = str(folder / part["folder"] / entry["slug"])
            chapters[docname] = Chapter(
                str(entry["number"]),
                entry["title"],
                docname,
                part["title"],
                str(part["number"]),
            )
    return chapters


def drafts(source: Path, folder: PurePosixPath) -> dict[str, Chapter]:
    """Return the chapters that the plan does not know yet."""
    files = sorted((source / folder / DRAFTS).glob("*.md"))
    names = [str(folder / DRAFTS / file.stem) for file in files]
    return {
        name: Chapter(f"X{i}", title_of(file), name, "Drafts", "")
        for i, (name, file) in enumerate(zip(names, files, strict=True), 1)
    }


def insert(plan: dict[str, Chapter], new: dict[str, Chapter]) -> dict[str, Chapter]:
    """Return the plan with drafts after the chapters, before the appendices."""
    names = [name for name, chapter in plan.items() if chapter.part_number]
    body = {name: plan[name] for name in names}
    return body | new | plan


def title_of(file: Path) -> str:
    """Return the first heading of a chapter, else its file's name."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            return line[2:].strip()
    return file.stem
