"""One environment for every build, so that equal sources give equal bytes."""

from __future__ import annotations

import os
import sys

from mmdl_book.layout import Layout

# What only a parent process can set; dev.py does so, here is the second door.
AT_START = {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}

FIXED = {
    "OPENBLAS_NUM_THREADS": "1",  # kernels run side by side, and sums keep their order
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "SOURCE_DATE_EPOCH": "1767225600",  # 2026-01-01: the date inside SVG and PDF files
    "FORCE_SOURCE_DATE": "1",  # for TeX
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # silences a kernel's debugger
}


def settle() -> None:
    """Set the environment of this process and of all that it starts."""
    os.environ.update(FIXED)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # it costs seconds every time
    sys.dont_write_bytecode = False


def settle_kernels(book: Layout) -> None:
    """Let kernels find the book's settings instead of their user's."""
    os.environ.update(
        IPYTHONDIR=str(book.kernel / "ipython"),
        MPLCONFIGDIR=str(book.kernel / "matplotlib"),
        JUPYTER_CONFIG_DIR=str(book.kernel / "jupyter"),
        JUPYTER_DATA_DIR=str(book.kernel / "jupyter"),
    )


def started_right() -> bool:
    """Whether the interpreter was started with what it reads only then."""
    return all(os.environ.get(name) == value for name, value in AT_START.items())


def start_again() -> int:
    """Run the same command in an interpreter that was started right."""
    import subprocess

    os.environ.update(AT_START)
    return subprocess.call([sys.executable, "-m", "mmdl_book", *sys.argv[1:]])
