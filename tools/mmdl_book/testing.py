"""``test``: pytest in the book's environment; words after it go to pytest."""

from __future__ import annotations

import os
import subprocess
import sys

from mmdl_book.layout import Layout

# Two workers, as small machines have; tests/conftest.py tells what stays together.
BY_DEFAULT = ["-n", "2", "--dist", "loadscope", "--no-loadscope-reorder"]


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book test [WORDS FOR PYTEST]``."""
    pytest = [sys.executable, "-m", "pytest", *(words or BY_DEFAULT)]
    # Workers that share the cores only wait for each other's threads.
    env = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    return subprocess.call(pytest, cwd=None if words else book.root, env=env)
