"""Runs the chapters whose cells, or what they use, changed: several at a time.

Sphinx would run them one after the other and report a failing cell without its
line. Here each chapter has a kernel of its own, and a failure is a sentence.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmdl_book.cache import ExecutionCache
from mmdl_book.chapters import Cell, code_cells, pages, read_notebook
from mmdl_book.environment import settle_kernels
from mmdl_book.errors import BookError
from mmdl_book.keys import digest
from mmdl_book.layout import Layout
from mmdl_book.settings import markdown_settings, sphinx_settings


@dataclass(frozen=True)
class Job:
    """A chapter that has to run."""

    page: Path
    text: str
    notebook: Any
    cells: dict[int, Cell]
    timeout: int

    @property
    def key(self) -> str:
        return _cells_key(self.cells)


# Runs a chapter; the list is for kernels that Ctrl-C has to end.
Perform = Callable[["Layout", Job, list[Any]], Awaitable[str]]


def _cells_key(cells: dict[int, Cell]) -> str:
    return digest(*(f"{cell.tags}{cell.source}" for cell in cells.values()))


def execute(book: Layout, *, untrusted: bool = False) -> str:
    """Run what has to run, `untrusted` in the sandbox; say what was done."""
    cache = ExecutionCache(book)
    if cache.note:
        print(cache.note, flush=True)
    jobs = [job for page in pages(book) if (job := _job(book, cache, page))]
    if not jobs:
        return ""
    settle_kernels(book)
    _write_kernel_settings()
    print(f"Running {_count(len(jobs))} ...", flush=True)
    started = time.monotonic()
    findings = _run_all(book, cache, jobs, _confined if untrusted else _run)
    if findings:
        raise BookError(*findings)
    return f"Ran {_count(len(jobs))} in {time.monotonic() - started:.1f} s."


def _count(number: int) -> str:
    return f"{number} chapter{'s' * (number != 1)}"


def _job(book: Layout, cache: ExecutionCache, page: Path) -> Job | None:
    """What is to be run for one page, if anything is."""
    text = page.read_text("utf8")
    if cache.knows_outline(page, text):
        return None
    job = job_of(book, page)
    if job is None:
        cache.store_plain(page, text)
        return None
    return None if cache.knows_cells(page, text, job.key) else job


def job_of(book: Layout, page: Path) -> Job | None:
    """A chapter as it would be run; None where it has no cell."""
    text = page.read_text("utf8")
    try:
        notebook = read_notebook(text, markdown_settings(book))
    except Exception as error:  # jupyter's reader raises much over a wild header
        words = " ".join(str(error).split())[:200] or type(error).__name__
        raise BookError(
            f"{book.relative(page)}:1: no notebook: {words}; mmdl-book check says more."
        ) from error
    if notebook is None:
        return None
    most = int(sphinx_settings(book)["nb_execution_timeout"])
    own = notebook.metadata.get("mystnb")
    wanted = own.get("execution_timeout") if isinstance(own, dict) else None
    timeout = wanted if type(wanted) is int and wanted > 0 else most
    return Job(page, text, notebook, code_cells(notebook, text), timeout)


def _write_kernel_settings() -> None:
    profile = Path(os.environ["IPYTHONDIR"]) / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    source = Path(__file__).with_name("kernel_settings.py")
    shutil.copyfile(source, profile / "ipython_kernel_config.py")


def _run_all(
    book: Layout, cache: ExecutionCache, jobs: list[Job], perform: Perform
) -> list[str]:
    """Run `jobs` in an event loop of its own thread, so that Ctrl-C stays ours."""
    clients: list[Any] = []
    result: Future[list[str]] = Future()

    def go() -> None:
        try:  # made here, for a Ctrl-C would leave half a loop in the main thread
            loop = asyncio.SelectorEventLoop()  # on Windows, zmq needs this one
            findings = loop.run_until_complete(
                _gather(book, cache, jobs, clients, perform)
            )
            result.set_result(findings)
        except BaseException as error:  # noqa: BLE001  raised again where it is awaited
            result.set_exception(error)

    threading.Thread(target=go, daemon=True).start()
    try:
        return result.result()
    except KeyboardInterrupt:
        for client in clients:
            _kill(client)
        raise


def _kill(client: Any) -> None:
    """End a kernel at once; one that ended already has no process."""
    provisioner = getattr(client.km, "provisioner", None)
    if process := getattr(provisioner, "process", None):
        process.kill()


async def _gather(
    book: Layout,
    cache: ExecutionCache,
    jobs: list[Job],
    clients: list[Any],
    perform: Perform,
) -> list[str]:
    """Run `jobs`, as many at a time as there are cores; their failures."""
    places = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(job: Job) -> str:
        async with places:
            started = time.monotonic()
            finding = await perform(book, job, clients)
            finding = finding or _unsafe(book, job)
            if not finding:
                seconds = time.monotonic() - started
                cache.store(job.page, job.text, job.key, job.notebook, seconds)
                print(f"  {book.relative(job.page)}  {seconds:.1f} s", flush=True)
            return finding

    return [finding for finding in await asyncio.gather(*map(one, jobs)) if finding]


async def _run(book: Layout, job: Job, clients: list[Any]) -> str:
    """Run one chapter; the sentence about its failure, or nothing."""
    from nbclient import NotebookClient

    from mmdl_book.failures import explain

    running: list[int] = []
    client = NotebookClient(
        job.notebook,
        timeout=job.timeout,
        kernel_name="python3",
        record_timing=False,  # it would become part of jupyter-cache's key
        coalesce_streams=True,  # a flush in mid-line must not end the line
        on_cell_start=lambda cell, cell_index: running.append(cell_index),
        resources={"metadata": {"path": str(job.page.parent)}},
    )
    client.log.setLevel("CRITICAL")
    clients.append(client)
    try:
        with (book.kernel / "log").open("ab") as log:
            await client.async_execute(stderr=log)
    except Exception as error:  # noqa: BLE001  whatever it is, the reader is told
        return explain(book, job, running[-1] if running else None, error)
    return ""


async def _confined(book: Layout, job: Job, _: list[Any]) -> str:
    """Run one chapter in the sandbox; the sentence about its failure, or nothing."""
    from mmdl_book.failures import explain
    from mmdl_book.rehearse import perform

    report = await asyncio.to_thread(perform, book, job)
    return explain(book, job, report.begun, report.error) if report.error else ""


def _unsafe(book: Layout, job: Job) -> str:
    """The sentence about outputs that the book does not show, or nothing."""
    from mmdl_book.safe_outputs import REMEDY, faults

    for index, cell in job.cells.items():
        for found in faults(job.notebook.cells[index].get("outputs", [])):
            return f"{book.relative(job.page)}:{cell.line}: {found}; {REMEDY}."
    return ""
