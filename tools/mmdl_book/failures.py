"""Why a cell failed: one sentence with the line of the chapter and what to do."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from mmdl_book.layout import Layout

if TYPE_CHECKING:
    from mmdl_book.execute import Job

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(
    r"^ *(?:Cell In\[(\d+)\]|File (.+?\.py)(?=:|,)).*?(?:line |:)(\d+)", re.M
)
_REMEDIES = {
    "FileNotFoundError": "the file does not lie where the chapter looks (paths start from "
    "the chapter's folder; the book's data come from mmdl.data)",
    "ModuleNotFoundError": "the environment lacks this package; the book uses only what "
    "pyproject.toml lists",
    "MemoryError": "make the experiment smaller",
    "SyntaxError": "correct the cell",
}
_DEFAULT = "correct the cell, or tag it raises-exception if the failure is meant"


def explain(book: Layout, job: Job, index: int | None, error: Exception) -> str:
    """The sentence about what stopped `job` in the cell with this `index`."""
    from nbclient.exceptions import (
        CellExecutionError,
        CellTimeoutError,
        DeadKernelError,
    )

    path = book.relative(job.page)
    if index is None or index not in job.cells:
        return (
            f"{path}:1: the kernel did not start: {error}; run `python dev.py clean`."
        )
    line = job.cells[index].line
    if isinstance(error, CellExecutionError):
        return _raised(book, job, index, error)
    if isinstance(error, CellTimeoutError):
        return (
            f"{path}:{line}: the cell ran longer than {job.timeout} s; make it faster, or "
            "write `mystnb: {execution_timeout: SECONDS}` into the chapter's header."
        )
    if isinstance(error, DeadKernelError):
        return (
            f"{path}:{line}: the kernel died in this cell, most likely killed for want of "
            "memory; use smaller arrays, then build again."
        )
    return f"{path}:{line}: {type(error).__name__}: {error}"


def _raised(book: Layout, job: Job, index: int, error: object) -> str:
    """A cell raised: its own line first, then where below it happened."""
    name, value = str(getattr(error, "ename", "")), str(getattr(error, "evalue", ""))
    frames = _frames(_ANSI.sub("", str(getattr(error, "traceback", ""))))
    count = sum(place < index for place in job.cells) + 1
    own = [line for cell, _, line in frames if cell == count]
    line = job.cells[index].line + (own[0] - 1 if own else 0)
    deepest = _deepest(book, job, frames)
    here = f"{book.relative(job.page)}:{line}"
    below = f" (raised at {deepest})" if deepest not in ("", here) else ""
    message = value.strip().splitlines()[0] if value.strip() else "no message"
    remedy = _REMEDIES.get(name, _DEFAULT)
    return f"{here}: {name}: {message}{below}; {remedy}."


def _frames(traceback: str) -> list[tuple[int, str, int]]:
    """(number of the cell or 0, file or "", line) of each frame, outermost first."""
    return [
        (int(cell or 0), os.path.expanduser(path), int(line))
        for cell, path, line in _FRAME.findall(traceback)
    ]


def _deepest(book: Layout, job: Job, frames: list[tuple[int, str, int]]) -> str:
    """The innermost frame that belongs to the book."""
    order = sorted(job.cells)
    for cell, path, line in reversed(frames):
        if 0 < cell <= len(order):
            return f"{book.relative(job.page)}:{job.cells[order[cell - 1]].line + line - 1}"
        if (
            path
            and not book.relative(path).startswith(("/", ".venv"))
            and ".." not in path
        ):
            return f"{book.relative(path)}:{line}"
    return ""
