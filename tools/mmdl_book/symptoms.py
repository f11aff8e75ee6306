"""What ``doctor`` looks at: each probe tells one thing about this machine."""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from mmdl_book.layout import Layout

OLDEST = (3, 11)
ROOM = 10**9  # bytes that environment, caches and site take together
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FONTS = ("DejaVuSansMono.ttf", "pplr8t.tfm", "fplmr.tfm")  # code, text, formulas
STYLES = ("titletoc.sty", "marginnote.sty", "fontspec.sty")
PIN = re.compile(r"^([\w.-]+)==(\S+)(?: ; ([^\\]+?))?\s*\\?$", re.MULTILINE)
SECONDS = 20  # until a program that is asked for its version is given up
DAY = 86400


class Told(NamedTuple):
    """Whether all is well, in words, and whose cure helps if not the probe's own."""

    well: bool
    words: str
    cure: str = ""


def python(book: Layout) -> Told:
    """The interpreter."""
    wanted = ".".join(map(str, OLDEST))
    well = sys.version_info[:2] >= OLDEST
    return Told(well, f"{platform.python_version()} ({wanted} or newer)")


def packages(book: Layout) -> Told:
    """The packages of the lock, in its versions."""
    from packaging.markers import Marker

    lock = book.root / "requirements.lock"
    pins = PIN.findall(lock.read_text("utf8")) if lock.exists() else []
    if not pins:
        return Told(False, "requirements.lock is missing or empty; git checkout it")
    wanted = {n: v for n, v, marker in pins if not marker or Marker(marker).evaluate()}
    wrong = {n: have for n, v in wanted.items() if (have := installed(n)) != v}
    if not wrong:
        return Told(True, f"{len(wanted)}, as requirements.lock has them")
    first = next(iter(wrong))
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    have = wrong[first] or "missing"
    return Told(False, f"{first} is {have}, expected {wanted[first]}{more}")


def installed(name: str) -> str:
    """The version of a package; nothing where it is missing."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def disk(book: Layout) -> Told:
    """The room that is left."""
    free = shutil.disk_usage(book.root).free
    return Told(free >= ROOM, f"{size(free)} free (1 GB is enough)")


def git(book: Layout) -> Told:
    """Git, without which a checkout cannot be tested."""
    told = program("git")(book)
    if not told.well and not (book.root / ".git").exists():
        return Told(True, "not installed, and this is no checkout")
    return told


def cache(book: Layout) -> Told:
    """How much was kept of former builds, and how old it is."""
    kept = [path for path in book.cache.rglob("*") if path.is_file()]
    if not kept:
        return Told(True, "empty; the first build runs every chapter")
    newest = max(path.stat().st_mtime for path in kept)
    days = int((time.time() - newest) // DAY)
    age = "from today" if days < 1 else f"{days} day{'s' * (days > 1)} old"
    whole = sum(path.stat().st_size for path in kept)
    return Told(True, f"{size(whole)}, {age}; python dev.py clean removes it")


def tex(book: Layout) -> Told:
    """XeLaTeX and the packages that the book's design loads."""
    from mmdl_book.pdf import TOOLS

    absent = [tool for tool in TOOLS if not shutil.which(tool)] or lost(STYLES)
    if absent:
        return Told(False, f"there is no {absent[0]}")
    return program(TOOLS[0])(book)


def fonts(book: Layout) -> Told:
    """The faces in which the book is set."""
    absent = lost(FONTS)
    if absent:
        return Told(False, f"TeX does not find {absent[0]}")
    return Told(True, "Palatino, Pazo Math, DejaVu Sans Mono")


def lost(names: tuple[str, ...]) -> list[str]:
    """The files that TeX does not find."""
    if not shutil.which("kpsewhich"):
        return list(names)
    found = {Path(line).name for line in asked("kpsewhich", *names).splitlines()}
    return [name for name in names if name not in found]


def chromium(book: Layout) -> Told:
    """A browser that tests can drive."""
    own = os.environ.get("MMDL_CHROMIUM", "")
    if own:
        words = f"{own}, from MMDL_CHROMIUM"
        return Told(bool(shutil.which(own)), words)
    name = next(filter(shutil.which, BROWSERS), "")
    return program(name)(book) if name else Told(False, "not installed")


def sandbox(book: Layout) -> Told:
    """Bubblewrap, and whether this system lets it work."""
    if platform.system() != "Linux":
        return Told(True, "not for this system; run strangers' chapters elsewhere")
    told = program("bwrap")(book)
    if told.well and not works("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"):
        words = "installed, but this system forbids it to make namespaces"
        return Told(False, words, "nothing helps")
    return told


def port(book: Layout) -> Told:
    """A port for ``preview``."""
    from mmdl_book.preview import PORTS

    for number in PORTS:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                continue
            return Told(True, f"{number} is free")
    return Told(False, f"none is free from {PORTS[0]} to {PORTS[-1]}")


def program(name: str) -> Callable[[Layout], Told]:
    """A probe for a program: whether it is there, and its version."""

    def probe(book: Layout) -> Told:
        if not shutil.which(name):
            return Told(False, "not installed")
        flag = "-v" if name == "pdftotext" else "--version"
        first = asked(name, flag).strip().partition("\n")[0]
        return Told(True, first or "installed")

    return probe


def asked(*command: str) -> str:
    """What a program answers, else its complaint; nothing if it does not answer."""
    done = started(*command)
    return (done.stdout or done.stderr).decode("utf8", "replace") if done else ""


def works(*command: str) -> bool:
    """Whether a command ends well."""
    done = started(*command)
    return done is not None and done.returncode == 0


def started(*command: str) -> subprocess.CompletedProcess[bytes] | None:
    """A command that has ended; None if it cannot start, or does not end."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def size(count: float) -> str:
    """Bytes as people read them."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} {unit}"
        count /= 1000
    return ""
