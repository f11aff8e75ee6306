"""Runs the cells of one chapter; started inside the sandbox, by `rehearse` only.

The chapter comes in as JSON on the standard input. What happens goes out as lines of
JSON: which cell begins, what it took, at last the outputs and the failure. Who reads
them must doubt them: a cell may have taken over this process.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

MAX_OUTPUT = 3_000_000  # characters of one cell; a figure, drawn twice, has 100,000


def confine(job: dict[str, Any]) -> None:
    """Give up being root, and take on the limits that all cells inherit.

    Outside of the sandbox, for trusted cells, limits are as good as the system's.
    """
    if job["uid"] and os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(job["uid"], job["uid"], job["uid"])
        os.setresuid(job["uid"], job["uid"], job["uid"])
    if job["uid"]:
        hide()
    for name, most in job["limits"].items():
        with suppress(*([] if job["uid"] else [ImportError, OSError, ValueError])):
            limit(name, most)


def hide() -> None:
    """Keep cells, which may have the same user, out of this process and its files."""
    no_dump = 4  # PR_SET_DUMPABLE of <linux/prctl.h>
    if ctypes.CDLL(None).prctl(no_dump, 0, 0, 0, 0):
        raise OSError("cellrunner: prctl refused to hide this process.")


def limit(name: str, most: int) -> None:
    """Set a limit of the system, which may already be lower."""
    import resource

    kind = getattr(resource, name)
    _, hard = resource.getrlimit(kind)
    lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (lowest, lowest))


def answers() -> TextIO:
    """The way out, which cells do not inherit; their own output leads nowhere."""
    out = os.fdopen(os.dup(1), "w", encoding="utf8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    return out


def taken(process: Any) -> tuple[float, int]:
    """Seconds of computing and most bytes of memory of a kernel until now.

    Where nobody tells, the time is the clock's, and the memory 0.
    """
    try:
        folder = Path(f"/proc/{process.pid}")
        status = (folder / "status").read_text()
        times = (folder / "stat").read_text().rpartition(")")[2].split()[11:15]
    except (OSError, AttributeError):
        return time.monotonic(), 0
    rows = dict(row.split(":", 1) for row in status.splitlines() if ":" in row)
    seconds = sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
    return seconds, int(rows.get("VmHWM", "0 kB").split()[0]) * 1024


def client_of(job: dict[str, Any], out: TextIO) -> Any:
    """An nbclient that tells what it does, and bears no endless output."""
    import nbformat
    from nbclient import NotebookClient

    def tell(**words: Any) -> None:
        out.write(json.dumps(words) + "\n")
        out.flush()

    class Client(NotebookClient):
        printed = 0
        before = 0.0

        def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
            content = msg["content"]
            self.printed += len(content.get("text", "")) + sum(
                len(value) for value in content.get("data", {}).values()
            )
            if self.printed > MAX_OUTPUT:
                tell(stop="output")
                out.close()
                os._exit(1)
            return super().process_message(msg, cell, cell_index)

    def process() -> Any:
        return getattr(client.km.provisioner, "process", None)

    def begins(cell: Any, cell_index: int) -> None:
        client.printed, client.before = 0, taken(process())[0]
        tell(begin=cell_index)

    def ends(cell: Any, cell_index: int, execute_reply: Any) -> None:
        now, peak = taken(process())
        tell(end=cell_index, seconds=now - client.before, peak=peak)

    client = Client(
        nbformat.from_dict(job["notebook"]),
        timeout=job["timeout"],
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        on_cell_execute=begins,
        on_cell_executed=ends,
        resources={"metadata": {"path": job["folder"]}},
    )
    client.log.setLevel("CRITICAL")
    return client


def failure_of(error: Exception) -> dict[str, Any]:
    """A failure, in words that travel."""
    return {
        "kind": type(error).__name__,
        "name": str(getattr(error, "ename", "")),
        "value": str(getattr(error, "evalue", error)),
        "traceback": str(getattr(error, "traceback", "")),
    }


def main() -> None:
    """Run one chapter."""
    job = json.load(sys.stdin)
    confine(job)
    out = answers()
    profile = Path(os.environ["IPYTHONDIR"]) / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    source = Path(__file__).with_name("kernel_settings.py")
    shutil.copyfile(source, profile / "ipython_kernel_config.py")
    client = client_of(job, out)
    failure = None
    try:
        asyncio.run(client.async_execute())
    except Exception as error:  # noqa: BLE001  whatever it is, it is told
        failure = failure_of(error)
    outputs = {
        index: [cell.outputs, cell.get("execution_count")]
        for index, cell in enumerate(client.nb.cells)
        if cell.cell_type == "code"
    }
    out.write(json.dumps({"outputs": outputs, "failure": failure}) + "\n")
    out.close()
    os._exit(0)


if __name__ == "__main__":
    main()
