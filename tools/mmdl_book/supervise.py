"""Starts a program, and ends it when it takes too much time, memory or attention."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True)
class Limits:
    """What a chapter may take."""

    seconds: float = 300  # all cells together; a chapter should need 20
    memory: int = 2 << 30  # bytes, all its processes together
    address: int = 8 << 30  # bytes of one process, used or not
    processes: int = 64  # with threads: the kernel has 20
    file: int = 64 << 20  # bytes of one file
    scratch: int = 256 << 20  # bytes of all files
    answer: int = 64 << 20  # bytes of outputs: the largest chapter has 1 MB

    @property
    def megabytes(self) -> float:
        """Its memory, as people say it."""
        return self.memory / 1e6

    def inherited(self, *, alone: bool) -> dict[str, int]:
        """What the system itself keeps, by its name in `resource`."""
        found = {
            "RLIMIT_AS": self.address,
            "RLIMIT_FSIZE": self.file,
            "RLIMIT_CORE": 0,
            "RLIMIT_NOFILE": 256,
        }
        # outside, the user's other processes would count too
        return {**found, "RLIMIT_NPROC": self.processes} if alone else found


class Ended(NamedTuple):
    """What came out, and why it was stopped: "", seconds, memory or answer."""

    answer: bytes
    stopped: str


def converse(
    words: list[str], job: dict[str, Any], limits: Limits, environment: dict[str, str]
) -> Ended:
    """Start a program, hand it `job`, and read until it ends or takes too much."""
    with tempfile.TemporaryFile() as question:
        question.write(json.dumps(job).encode())
        question.seek(0)
        process = subprocess.Popen(
            words,
            stdin=question,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment or {"PATH": os.environ.get("PATH", os.defpath)},
        )
        try:
            return _listen(process, limits)
        finally:
            process.kill()  # with it, by --die-with-parent, all inside
            process.wait()


def _listen(process: subprocess.Popen[bytes], limits: Limits) -> Ended:
    until = time.monotonic() + limits.seconds
    parts: queue.Queue[bytes] = queue.Queue(maxsize=64)
    stop = threading.Event()
    threading.Thread(target=_hear, args=(process, parts, stop), daemon=True).start()
    answer = bytearray()
    try:
        while True:
            with suppress(queue.Empty):
                part = parts.get(timeout=0.2)
                if not part:
                    return Ended(bytes(answer), "")
                answer += part
            if len(answer) > limits.answer:
                return Ended(b"", "answer")
            if time.monotonic() > until:
                return Ended(bytes(answer), "seconds")
            if resident(process.pid) > limits.memory:
                return Ended(bytes(answer), "memory")
    finally:
        stop.set()


def _hear(
    process: subprocess.Popen[bytes], parts: queue.Queue[bytes], stop: threading.Event
) -> None:
    """Hand over what a process writes, piece by piece; at its end nothing."""
    part = b"?"
    while part and process.stdout:
        part = os.read(process.stdout.fileno(), 1 << 16)
        while not stop.is_set():
            with suppress(queue.Full):
                parts.put(part, timeout=0.2)
                break
    if process.stdout:
        process.stdout.close()


def resident(root: int) -> int:
    """Bytes of memory of a process and all that descend from it."""
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        waiting += _children(process)
        try:
            size = Path(f"/proc/{process}/statm").read_text().split()
        except OSError:  # it has ended
            continue
        total += (int(size[1]) - int(size[2])) * PAGE  # without what is shared
    return total


def _children(process: int) -> list[int]:
    found = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(word) for word in path.read_text().split()]
    return found
