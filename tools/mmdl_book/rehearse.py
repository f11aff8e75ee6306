"""Runs chapters in the sandbox, each twice, and tells what came of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from nbclient.exceptions import CellTimeoutError

from mmdl_book.errors import BookError
from mmdl_book.execute import Job, job_of
from mmdl_book.failures import StoppedError, tell
from mmdl_book.layout import Layout
from mmdl_book.lint.registry import Fault
from mmdl_book.report import Report, understand
from mmdl_book.sandbox import run, warm
from mmdl_book.supervise import Limits

SECONDS = 20  # of computing that a chapter may take; the aim is 8
MEMORY = 1_000_000_000  # bytes; browsers give a page little more
LANGUAGE = {  # what IPython says of itself, and MyST-NB wants to know
    "name": "python",
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
SEEDS = (0, 1)  # of Python's hashes in the two runs: sets come in another order
CODES = {"": "MM651", "seconds": "MM652", "memory": "MM653"}
TOO_MUCH = "MM656"  # of output, or of another kind than the book shows
Told = tuple[str, Fault]  # the rule, and what it says


@dataclass
class Rehearsal:
    """What is told of one chapter."""

    page: str
    cells: int
    report: Report
    told: list[Told]

    def summary(self) -> str:
        """One line: how long, how much."""
        count = f"{self.cells} cell{'s' * (self.cells != 1)}"
        took = f"{self.report.seconds:.1f} s of computing"
        return f"{self.page}: {count}, {took}, {self.report.peak / 1e6:.0f} MB at most."


def perform(
    book: Layout,
    job: Job,
    *,
    trust: bool = False,
    seed: int = 0,
    limits: Limits | None = None,
) -> Report:
    """Run one chapter; where all was well, its notebook then has the outputs."""
    limits = limits or Limits()
    if "plot" in job.text:
        warm(book)
    question = {
        "notebook": job.notebook,
        "timeout": job.timeout,
        "folder": str(job.page.parent),
        "seed": seed,
    }
    report = understand(run(book, question, limits, trust=trust), job, limits)
    if report.error is None:
        _fill(job.notebook, report)
    return report


def _fill(notebook: Any, report: Report) -> None:
    from nbformat import from_dict

    for index, outputs in report.outputs.items():
        cell = notebook.cells[index]
        cell.outputs = [from_dict(output) for output in outputs]
        cell.execution_count = report.counts[index]
    notebook.metadata["language_info"] = from_dict(LANGUAGE)


def rehearse(
    book: Layout, paths: Iterable[str], *, trust: bool = False
) -> dict[str, Rehearsal]:
    """Run each page that has cells twice, several at a time."""
    found: dict[str, Rehearsal] = {}
    running: dict[str, tuple[Job, list[Future[Report]]]] = {}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for path in paths:
            try:
                jobs = [job_of(book, book.root / path) for _ in SEEDS]
            except BookError as error:
                told = [("MM651", Fault(1, 1, str(error), "correct the header."))]
                found[path] = Rehearsal(path, 0, Report(), told)
                continue
            begun = [
                pool.submit(perform, book, job, trust=trust, seed=seed)
                for job, seed in zip(jobs, SEEDS, strict=True)
                if job
            ]
            if jobs[0]:
                running[path] = (jobs[0], begun)
        for path, (job, futures) in running.items():
            found[path] = _judge(book, job, *(future.result() for future in futures))
    return found


def _judge(book: Layout, job: Job, first: Report, second: Report) -> Rehearsal:
    told = [*_failed(book, job, first), *_dear(job, first), *_warned(job, first)]
    if not first.error:
        told += _differs(book, job, first, second)
    return Rehearsal(book.relative(job.page), len(job.cells), first, told)


def _failed(book: Layout, job: Job, report: Report) -> Iterator[Told]:
    if report.error is None:
        return
    told = tell(book, job, report.begun, report.error)
    code = "MM652" if isinstance(report.error, CellTimeoutError) else "MM651"
    if isinstance(report.error, StoppedError):
        code = CODES.get(report.error.kind, TOO_MUCH)
    yield code, _fault(job, report.begun, told.line, told.words, told.remedy)


def _fault(job: Job, index: int | None, line: int, words: str, remedy: str) -> Fault:
    """A fault of the cell at `index`, which readers count from 1."""
    order = sorted(job.cells)
    cell = f"Cell {order.index(index) + 1}: " if index in job.cells else ""
    return Fault(line, 1, f"{cell}{words}.", f"{remedy}.")


def _dear(job: Job, report: Report) -> Iterator[Told]:
    """Too long, or too large, as a whole."""
    if report.seconds > SECONDS:
        worst = max(report.took, key=lambda index: report.took[index][0])
        words = (
            f"{report.took[worst][0]:.1f} s of the {report.seconds:.1f} s of computing "
            f"in this chapter; at most {SECONDS} s"
        )
        line = job.cells[worst].line
        yield "MM652", _fault(job, worst, line, words, "compute less, or in mmdl")
    large = [index for index, took in report.took.items() if took[1] > MEMORY]
    if large:
        words = f"{report.took[large[0]][1] / 1e6:.0f} MB of memory; at most 1000"
        line = job.cells[large[0]].line
        yield "MM653", _fault(job, large[0], line, words, "use smaller arrays")


def _warned(job: Job, report: Report) -> Iterator[Told]:
    """What stands in red on the page."""
    for index, outputs in report.outputs.items():
        cell = job.cells[index]
        for output in () if "remove-stderr" in cell.tags else outputs:
            if output.get("name") == "stderr":
                words = f"a warning: {_first(str(output.get('text')))}"
                remedy = "mend what it warns of"
                yield "MM655", _fault(job, index, cell.line, words, remedy)


def _first(text: str) -> str:
    line = (text.strip().splitlines() or [""])[0][:100]
    return "".join(char for char in line if char.isprintable())


def _differs(book: Layout, job: Job, first: Report, second: Report) -> Iterator[Told]:
    """The first cell that puts out something else when all is run again."""
    if second.error:
        told = tell(book, job, second.begun, second.error)
        words = f"fails on a second run: {told.words}"
        yield "MM654", _fault(job, second.begun, told.line, words, told.remedy)
        return
    for index, cell in job.cells.items():
        one, other = _said(first.outputs.get(index)), _said(second.outputs.get(index))
        if one != other:
            pairs = zip([*one, "nothing"], [*other, "nothing"], strict=False)
            before, after = next((a, b) for a, b in pairs if a != b)
            words = f"first {_first(before)}, on a second run {_first(after)}"
            remedy = "seed every generator; show no times, addresses or sets"
            yield "MM654", _fault(job, index, cell.line, words, remedy)
            return


def _said(outputs: Any) -> list[str]:
    """All that a cell put out, in lines."""
    parts = []
    for output in outputs or ():
        data = output.get("data", {})
        parts += [str(output.get("text", "")), str(output.get("evalue", ""))]
        parts += [f"{kind}: {data[kind]}" for kind in sorted(data)]
    return [line for part in parts for line in part.splitlines() if line.strip()]
