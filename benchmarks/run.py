"""Speed against PyTorch and other libraries, as ratios measured in one run.

    python benchmarks/run.py                 # everything, a few minutes
    python benchmarks/run.py mlp cnn -n 15   # some tasks, more rounds

Every library runs in a process of its own with one thread.  The processes take
turns, a few steps each; a ratio compares the processor times of two neighbouring
turns, and the table gives the median of the ratios with its quartiles.  The machine
may be slow or busy: a ratio suffers from that much less than a time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
TASKS = ("logistic", "mlp", "small", "cnn", "lstm", "transformer", "hvp")
PEERS = {"logistic", "mlp", "small"}  # what the other NumPy libraries can do
TURN = 0.15  # seconds of work a turn, long against a clock, short against a minute


class Worker:
    """One library and one task in a process of its own."""

    def __init__(self, side: str, task: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), side, task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | ONE_THREAD,
            text=True,
        )
        first = self._answer()
        self.missing = first if first.startswith("missing") else ""
        self.steps = 0

    def _answer(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("benchmark: a worker ended; its error stands above")
        return line.strip()

    def seconds(self, steps: int) -> float:
        """Seconds per step over ``steps`` steps."""
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        return float(self._answer()) / steps

    def turn(self) -> float:
        """Seconds per step over one turn."""
        if not self.steps:
            self.seconds(3)
            self.steps = max(1, round(TURN / self.seconds(3)))
        return self.seconds(self.steps)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def compare(task: str, side: str, rounds: int) -> dict[str, object]:
    """Ratios of our step's time to the other library's."""
    ours, theirs = Worker("mmdl", task), Worker(side, task)
    try:
        if ours.missing or theirs.missing:
            return {
                "task": task,
                "peer": side,
                "missing": ours.missing or theirs.missing,
            }
        ours.turn(), theirs.turn()
        pairs = [(ours.turn(), theirs.turn()) for _ in range(rounds)]
    finally:
        ours.close()
        theirs.close()
    return {"task": task, "peer": side, **summary(pairs)}


def summary(pairs: list[tuple[float, float]]) -> dict[str, object]:
    """Median and quartiles of the ratios, median times in milliseconds."""
    ratios = sorted(a / b for a, b in pairs)
    low, middle, high = statistics.quantiles(ratios, n=4)
    return {
        "ratio": middle,
        "quartiles": [low, high],
        "ours_ms": 1e3 * statistics.median(a for a, _ in pairs),
        "theirs_ms": 1e3 * statistics.median(b for _, b in pairs),
    }


def imports(rounds: int) -> dict[str, object]:
    """How long ``import mmdl`` takes, against ``import numpy``."""
    pairs = [
        (import_seconds("mmdl"), import_seconds("numpy")) for _ in range(rounds + 1)
    ]
    return {"task": "import", "peer": "numpy", **summary(pairs[1:])}


def import_seconds(name: str) -> float:
    """Seconds that a fresh interpreter spends on one import, its bytecode kept."""
    environment = os.environ | ONE_THREAD
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    code = (
        "import time; start = time.process_time(); "
        f"import {name}; print(time.process_time() - start)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return float(done.stdout)


def show(rows: list[dict[str, object]]) -> None:
    """Print the table."""
    head = ("task", "against", "ratio", "quartiles", "ours ms", "theirs ms")
    print("{:12} {:9} {:>6} {:>13} {:>9} {:>9}".format(*head))
    for row in rows:
        head = f"{row['task']:12} {row['peer']:9}"
        if "missing" in row:
            print(f"{head} {row['missing']}")
            continue
        low, high = row["quartiles"]
        print(f"{head} {row['ratio']:6.2f} {low:6.2f}-{high:6.2f} "
              f"{row['ours_ms']:9.3f} {row['theirs_ms']:9.3f}")  # fmt: skip
    steps = [
        r["ratio"]
        for r in rows
        if r["peer"] == "torch" and r["task"] != "hvp" and "ratio" in r
    ]
    if steps:
        mean, worst = statistics.geometric_mean(steps), max(steps)
        print(f"training steps: geometric mean {mean:.2f}, worst {worst:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    known = ", ".join((*TASKS, "import"))
    parser.add_argument("tasks", nargs="*", metavar="TASK", help=f"of {known}")
    parser.add_argument("-n", "--rounds", type=int, default=11)
    parser.add_argument("--peers", action="store_true", help="NumPy libraries too")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    unknown = set(options.tasks) - {*TASKS, "import"}
    if unknown:
        parser.error(f"unknown task {min(unknown)}; one of {', '.join(TASKS)}")
    rows = []
    for task in options.tasks or (*TASKS, "import"):
        if task == "import":
            rows.append(imports(options.rounds))
            continue
        sides = ["torch"]
        if options.peers and task in PEERS:
            sides += ["autograd", "mygrad"]
        rows += [compare(task, side, options.rounds) for side in sides]
    show(rows)
    if options.json:
        beside = options.json.with_suffix(".part")
        beside.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
        beside.replace(options.json)


if __name__ == "__main__":
    main()
