"""What the sandbox said of a run, taken apart.

The answer is as doubtful as the chapter itself, for a cell may have written it: each
piece counts only by its type, and the outputs only if `safe_outputs` lets all through.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from mmdl_book.execute import Job
from mmdl_book.failures import StoppedError
from mmdl_book.safe_outputs import REMEDY, faults
from mmdl_book.supervise import Ended, Limits

LONGEST = 20_000  # characters of a traceback that are read
STOPS = {
    "seconds": (
        "the chapter ran longer than {limits.seconds:.0f} s as a whole",
        "compute less, or split the chapter",
    ),
    "memory": (
        "the chapter took more than {limits.megabytes:.0f} MB of memory",
        "use smaller arrays",
    ),
    "answer": (
        "the chapter put out more than {limits.answer} bytes",
        "print less, draw less",
    ),
    "output": ("the cell put out more than 3 million characters", "print less"),
    "": (
        "the cell ended the program that runs it",
        "leave processes alone, for a chapter only computes",
    ),
}


@dataclass
class Report:
    """What is known of one run."""

    took: dict[int, tuple[float, int]] = field(default_factory=dict)
    outputs: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    counts: dict[int, int | None] = field(default_factory=dict)
    begun: int | None = None
    error: Exception | None = None

    @property
    def seconds(self) -> float:
        """Seconds of computing, all cells together."""
        return sum(seconds for seconds, _ in self.took.values())

    @property
    def peak(self) -> int:
        """The most bytes of memory."""
        return max((peak for _, peak in self.took.values()), default=0)


def understand(ended: Ended, job: Job, limits: Limits) -> Report:
    """What the runner of cells said, as far as it makes sense."""
    report = Report()
    reason, over = ended.stopped, False
    for line in ended.answer.splitlines():
        said = _read(line)
        _take_progress(report, said, job)
        reason = reason or ("output" if said.get("stop") == "output" else "")
        if isinstance(said.get("outputs"), dict):
            over = True
            _take_outputs(report, said["outputs"], job)
            report.error = _failure(said.get("failure"))
            break
    if reason or not over:
        words, remedy = STOPS[reason]
        report.error = StoppedError(words.format(limits=limits), remedy, reason)
    for index, outputs in report.outputs.items():
        found = next(faults(outputs), "")
        if found and report.error is None:
            report.begun, report.error = index, StoppedError(found, REMEDY, "output")
    return report


def _read(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _take_progress(report: Report, said: dict[str, Any], job: Job) -> None:
    begun = said.get("begin")
    if type(begun) is int and begun in job.cells:
        report.begun = begun
    ended, seconds, peak = (said.get(key) for key in ("end", "seconds", "peak"))
    known = type(ended) is int and ended in job.cells
    if known and type(seconds) is float and math.isfinite(seconds):
        memory = peak if type(peak) is int and 0 <= peak < 1 << 50 else 0
        report.took[ended] = (min(max(seconds, 0.0), 1e6), memory)


def _take_outputs(report: Report, said: dict[str, Any], job: Job) -> None:
    for index in job.cells:
        pair = said.get(str(index))
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], list):
            report.outputs[index] = [o for o in pair[0] if isinstance(o, dict)]
            report.counts[index] = pair[1] if type(pair[1]) is int else None


def _failure(said: Any) -> Exception | None:
    """The exception that a failure was, made again from its words."""
    if not isinstance(said, dict):
        return None
    kind, name, value, trace = (
        said[key] if isinstance(said.get(key), str) else ""
        for key in ("kind", "name", "value", "traceback")
    )
    if kind == "CellTimeoutError":
        return CellTimeoutError("too long")
    if kind == "DeadKernelError":
        return DeadKernelError("dead")
    if kind == "CellExecutionError":
        rows = [row[:300] for row in trace[-LONGEST:].splitlines()]
        return CellExecutionError("\n".join(rows), _plain(name), _plain(value))
    return StoppedError(
        f"the run failed: {_plain(value) or 'nobody knows why'}", "run again"
    )


def _plain(words: str) -> str:
    """One line without anything that a terminal would obey."""
    line = (words.strip().splitlines() or [""])[0][:300]
    return "".join(char for char in line if char.isprintable())
