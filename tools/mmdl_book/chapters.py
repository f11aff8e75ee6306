"""The pages that ``_toc.yml`` lists, and the code cells in them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mmdl_book.layout import Layout
from mmdl_book.yamls import read

SUFFIXES = (".md", ".rst")
DRAFTS = "Drafts"  # the part that a publication leaves out
PUBLISH = "MMDL_PUBLISH"  # the variable that says: this build is a publication
_FILE_KEYS = ("root", "file")


def contents(book: Layout) -> Any:
    """The table of contents of this build."""
    toc = read((book.root / "_toc.yml").read_text("utf8"))
    parts = toc.get("parts") if isinstance(toc, dict) else None
    if os.environ.get(PUBLISH) and isinstance(parts, list):
        return {**toc, "parts": [p for p in parts if not _drafts(p)]}
    return toc


def _drafts(part: Any) -> bool:
    return isinstance(part, dict) and part.get("caption") == DRAFTS


def contents_file(book: Layout) -> Path:
    """The file that Sphinx reads: the author's own, or one without drafts."""
    path = book.root / "_toc.yml"
    toc = contents(book)
    if toc == read(path.read_text("utf8")):
        return path
    shorter = book.work / "toc.yml"
    shorter.parent.mkdir(parents=True, exist_ok=True)
    shorter.write_text(yaml.safe_dump(toc, sort_keys=False), "utf8")
    return shorter


def listed(toc: Any) -> list[str]:
    """Every page that a table of contents names, in the order of reading."""
    if isinstance(toc, list):
        return [page for entry in toc for page in listed(entry)]
    if not isinstance(toc, dict):
        return []
    own = [str(toc[key]) for key in _FILE_KEYS if key in toc]
    return own + [page for value in toc.values() for page in listed(value)]


def page_file(book: Layout, name: str) -> Path:
    """The file of the page that the table of contents calls `name`."""
    path = book.root / name
    found = [path, *(path.with_name(path.name + end) for end in SUFFIXES)]
    return next((file for file in found if file.is_file()), found[1])


def pages(book: Layout) -> list[Path]:
    """The files of the published pages."""
    return [page_file(book, name) for name in listed(contents(book))]


@dataclass(frozen=True)
class Cell:
    """One code cell: where its first line of code stands, and what it says."""

    line: int
    source: str
    tags: tuple[str, ...]


def outline(text: str) -> str:
    """The part of a page that decides what is run: header, fences, code of cells.

    Reading it takes a thousandth of the time that the whole page would take.
    """
    kept = []
    closing = "---" if text.startswith("---") else ""
    for number, line in enumerate(text.splitlines()):
        bare = line.strip()
        if closing:
            kept.append(line)
            closing = "" if number and bare == closing else closing
        elif bare.startswith(("```", "~~~", ":::")):
            kept.append(line)
            if "{code-cell}" in bare:
                closing = bare[: bare.index("{")].rstrip()
    return "\n".join(kept)


def read_notebook(text: str, dialect: Any) -> Any | None:
    """The chapter as a notebook, or None where it has no cell to run."""
    from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook

    if "{code-cell}" not in text or not is_myst_markdown_notebook(text):
        return None
    notebook = read_myst_markdown_notebook(text, config=dialect, add_source_map=True)
    return notebook if any(c.cell_type == "code" for c in notebook.cells) else None


def code_cells(notebook: Any, text: str) -> dict[int, Cell]:
    """The code cells by their place in the notebook."""
    lines = text.splitlines()
    starts = notebook.metadata["source_map"]
    return {
        index: Cell(
            _first_line(lines, starts[index], cell.source),
            cell.source,
            tuple(cell.metadata.get("tags", ())),
        )
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.source.strip()
    }


def _first_line(lines: list[str], fence: int, source: str) -> int:
    """The line of the file (from 1) where `source` begins below its options."""
    wanted = [line.rstrip() for line in source.splitlines()]
    for start in range(fence, len(lines) - len(wanted) + 1):
        if [line.strip() for line in lines[start : start + len(wanted)]] == [
            line.strip() for line in wanted
        ]:
            return start + 1
    return fence + 1
