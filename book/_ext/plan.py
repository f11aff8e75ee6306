"""The plan of the book: which number belongs to which file.

``book/plan.yml`` lists every chapter, written or not, so that chapter 12 is 12
before chapter 11 exists. Everything that numbers (sections, statements, figures,
equations) asks here and nowhere else.
"""

from pathlib import Path, PurePosixPath
from typing import NamedTuple

import yaml
from sphinx.errors import ExtensionError


class Chapter(NamedTuple):
    """One planned chapter: ``number`` is ``"2"``, ``"B"`` or ``"N"``."""

    number: str
    title: str
    docname: str
    part: str
    part_number: str

    @property
    def word(self) -> str:
        """``Chapter``, ``Appendix`` or ``Interlude``."""
        if self.number.isdigit():
            return "Chapter"
        return "Interlude" if self.part_number else "Appendix"

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
        return _chapters(parts, PurePosixPath(plan).parent)
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
