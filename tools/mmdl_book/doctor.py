"""``doctor``: what is installed here, what is missing, and the command that mends it.

Building and testing need little; the rest prints, previews, or lets tests run that
skip without it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from mmdl_book import symptoms
from mmdl_book.cures import cure
from mmdl_book.errors import UsageError
from mmdl_book.layout import Layout
from mmdl_book.symptoms import Told

Probe = Callable[[Layout], Told]
# What is looked at, whether building and testing need it, and what it is for.
PROBES: dict[str, tuple[Probe, bool, str]] = {
    "Python": (symptoms.python, True, ""),
    "packages": (symptoms.packages, True, ""),
    "disk": (symptoms.disk, True, ""),
    "git": (symptoms.git, True, ""),
    "cache": (symptoms.cache, False, ""),
    "TeX": (symptoms.tex, False, "`pdf` needs it"),
    "fonts": (symptoms.fonts, False, "`pdf` needs them"),
    "pdftotext": (symptoms.program("pdftotext"), False, "tests of the PDF skip"),
    "Chromium": (symptoms.chromium, False, "tests of the pages skip"),
    "node": (symptoms.program("node"), False, "tests of the cells in pages skip"),
    "bwrap": (symptoms.sandbox, False, "`check --run` needs it"),
    "port": (symptoms.port, False, "`preview` needs one"),
}


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book doctor``."""
    if words:
        raise UsageError(f"doctor: received {words[0]}; it takes nothing.")
    ill = 0
    for name, (probe, needed, use) in PROBES.items():
        told = examined(probe, book)
        ill += needed and not told.well
        print("\n".join(lines(name, told, "" if needed else use)), flush=True)
    if ill:
        things = "one thing" if ill == 1 else f"{ill} things"
        print(f"Missing: {things} that building and testing need.")
        return 1
    print("Building and testing have what they need.")
    return 0


def examined(probe: Probe, book: Layout) -> Told:
    """What a probe says; one that cannot look says so instead of failing."""
    try:
        return probe(book)
    except ImportError as error:
        return Told(
            False, f"cannot be told without the package {error.name}", "packages"
        )
    except OSError as error:
        return Told(False, f"cannot be told: {error.strerror or error}")


def lines(name: str, told: Told, use: str) -> list[str]:
    """A line on the state, and one with the command for what is missing."""
    state = "ok" if told.well else "missing"
    words = told.words if told.well or not use else f"{told.words}; {use}"
    found = [f"{state:8} {name:10} {words}"]
    if told.well:
        return found
    mends = cure(told.cure or name, apt=shutil.which("apt") is not None)
    return found + ([f"{'':19} {mends}"] if mends else [])
