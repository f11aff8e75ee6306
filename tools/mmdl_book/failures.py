"""Why a cell failed: one sentence with the line of the chapter and what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from mmdl_book.layout import Layout

if TYPE_CHECKING:
    from mmdl_book.execute import Job

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(
    r"^ *(?:Cell In\[(\d+)\]|File (.+?\.py)(?=:|,)).*?(?:line |:)(\d+)", re.MULTILINE
)
_PLACE = re.compile(r" \(\d+\.py, line \d+\)$")  # IPython's name for a cell
_REMEDIES = {
    "FileNotFoundError": "nothing lies there (paths start from the chapter's folder; "
    "the book's data come from mmdl.data)",
    "ModuleNotFoundError": "the book's environment lacks it; chapters use only what "
    "pyproject.toml lists",
    "MemoryError": "make the experiment smaller",
    "SyntaxError": "correct the cell",
}
_DEFAULT = "correct the cell, or tag it raises-exception if the failure is meant"


class StoppedError(Exception):
    """A chapter was ended, or refused: why, what to do, of which kind this is."""

    def __init__(self, words: str, remedy: str, kind: str = "") -> None:
        super().__init__(words)
        self.words, self.remedy, self.kind = words, remedy, kind


class Told(NamedTuple):
    """A failure in words: the line of the chapter, what happened, what to do."""

    line: int
    words: str
    remedy: str


class Frame(NamedTuple):
    """One line of a traceback: in the cell with this count, or in a file."""

    cell: int
    file: str
    line: int


def explain(book: Layout, job: Job, index: int | None, error: Exception) -> str:
    """The sentence about what stopped `job` in the cell with this `index`."""
    told = tell(book, job, index, error)
    return f"{book.relative(job.page)}:{told.line}: {told.words}; {told.remedy}."


def tell(book: Layout, job: Job, index: int | None, error: Exception) -> Told:
    """What stopped `job` in the cell with this `index`."""
    if index not in job.cells:
        remedy = "remove .venv, build again"
        return Told(1, f"the kernel did not start: {error}", remedy)
    if isinstance(error, CellExecutionError):
        return _raised(book, job, index, error)
    line = job.cells[index].line
    if isinstance(error, StoppedError):
        return Told(line, error.words, error.remedy)
    if isinstance(error, CellTimeoutError):
        return Told(
            line,
            f"the cell ran longer than {job.timeout} s",
            "make it faster, or put `mystnb: {execution_timeout: SECONDS}` into the "
            "chapter's header",
        )
    if isinstance(error, DeadKernelError):
        return Told(
            line,
            "the kernel died in this cell, most likely killed for want of memory",
            "use smaller arrays, then build again",
        )
    return Told(line, f"{type(error).__name__}: {error}", "build again")


def _raised(book: Layout, job: Job, index: int, error: CellExecutionError) -> Told:
    """A cell raised: its own line first, then where below it happened."""
    frames = _frames(_ANSI.sub("", error.traceback))
    count = sum(place < index for place in job.cells) + 1
    own = [frame.line for frame in frames if frame.cell == count]
    line = job.cells[index].line + (own[0] - 1 if own else 0)
    deepest = _deepest(book, job, frames)
    here = f"{book.relative(job.page)}:{line}"
    below = f" (raised at {deepest})" if deepest not in ("", here) else ""
    words = _PLACE.sub("", error.evalue).strip().splitlines() or ["no message"]
    remedy = _REMEDIES.get(error.ename, _DEFAULT)
    return Told(line, f"{error.ename}: {words[0]}{below}", remedy)


def _frames(traceback: str) -> list[Frame]:
    """The frames, outermost first."""
    return [
        Frame(int(cell or 0), file, int(line))
        for cell, file, line in _FRAME.findall(traceback)
    ]


def _deepest(book: Layout, job: Job, frames: list[Frame]) -> str:
    """The innermost frame that belongs to the book."""
    order = sorted(job.cells)
    for frame in reversed(frames):
        if 0 < frame.cell <= len(order):
            start = job.cells[order[frame.cell - 1]].line
            return f"{book.relative(job.page)}:{start + frame.line - 1}"
        file = book.relative(Path(frame.file).expanduser())
        if file.startswith(("mmdl/", "book/")):
            return f"{file}:{frame.line}"
    return ""
