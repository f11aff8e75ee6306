"""One side of a comparison: reads how many steps to run, prints the seconds.

python benchmarks/worker.py torch mlp    # then a number a line on standard input
"""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))


def data(task: str) -> tuple[np.ndarray, ...]:
    """The same arrays for every library."""
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    return {
        "logistic": lambda: (normal(64, 784), rng.integers(10, size=64)),
        "mlp": lambda: (normal(64, 784), rng.integers(10, size=64)),
        "hvp": lambda: (normal(64, 784), rng.integers(10, size=64)),
        "small": lambda: (normal(32, 2), normal(32, 1)),
        "cnn": lambda: (normal(64, 1, 28, 28), rng.integers(10, size=64)),
        "lstm": lambda: (normal(32, 32, 64), rng.integers(10, size=32)),
        "transformer": lambda: (
            rng.integers(64, size=(16, 64)),
            rng.integers(64, size=(16, 64)),
        ),
    }[task]()


def main() -> None:
    side, task = sys.argv[1:]
    try:
        library = importlib.import_module(f"side_{side}")
    except ModuleNotFoundError as error:
        print(f"missing: {error.name} is not installed", flush=True)
        return
    step = getattr(library, task)(*data(task))
    step()
    print("ready", flush=True)
    for line in sys.stdin:
        # processor time: with one thread the same as the clock's on an idle machine,
        # and without the others' turns on a busy one
        start = time.process_time()
        for _ in range(int(line)):
            step()
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main()
