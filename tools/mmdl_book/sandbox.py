"""A place where foreign code does no harm: bubblewrap (``bwrap``), and limits.

Inside are the interpreter, the library and the book's sources, to be read, and an
empty folder in memory. There is no network, no home, no environment, no other
process, no other user's right. `supervise` watches time, memory and the amount of
what comes out.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from mmdl_book.environment import FIXED
from mmdl_book.errors import BookError, UsageError
from mmdl_book.layout import Layout
from mmdl_book.supervise import Ended, Limits, converse

SEEN = ("mmdl", "book")  # of the book; no history, no build, no settings of anybody
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts")
HERE = "/tmp"  # noqa: S108  inside, where it is new, empty and nobody else's
STRANGERS = 1 << 30  # user numbers from here on belong to nobody
INSTALL = "on Debian or Ubuntu type: sudo apt install bubblewrap"


@cache
def trouble() -> str:
    """Why there is no sandbox on this machine; empty where there is one."""
    if shutil.which("bwrap") is None:
        return f"bwrap is not installed; {INSTALL}"
    tried = subprocess.run(
        [*_walls(), *_system(), "--", "/usr/bin/true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode == 0:
        return ""
    last = (tried.stderr.strip() or f"code {tried.returncode}").splitlines()[-1]
    return (
        f"bwrap does not work here ({last}); allow it (on Ubuntu: sudo sysctl -w "
        "kernel.apparmor_restrict_unprivileged_userns=0)"
    )


def need(word: str) -> None:
    """Refuse `word`, a command, where there is no sandbox."""
    if found := trouble():
        raise UsageError(
            f"{word}: chapters run in a sandbox only, and {found}, or add --trust "
            "to run them like your own programs."
        )


def _walls() -> list[str]:
    """Nothing is shared. Root needs no user namespace, and gives up its rights."""
    words = ["bwrap", "--die-with-parent", "--new-session", "--clearenv"]
    if os.geteuid() == 0:
        kinds = ("ipc", "pid", "net", "uts", "cgroup-try")
        words += [f"--unshare-{kind}" for kind in kinds]
        rights = ("CAP_SETUID", "CAP_SETGID")  # to become another, once
        return [*words, "--cap-drop", "ALL", *_each("--cap-add", rights)]
    alone = ["--unshare-all", "--unshare-user", "--cap-drop", "ALL"]
    return [*words, *alone, *_flat()]


@cache
def _flat() -> list[str]:
    """No user namespace inside this one, where bwrap is new enough to forbid it."""
    known = subprocess.run(["bwrap", "--help"], capture_output=True, check=False)
    forbid = "--disable-userns"
    return [forbid] if forbid in known.stdout.decode() else []


def _each(option: str, values: tuple[str, ...]) -> list[str]:
    return [word for value in values for word in (option, value)]


def _system() -> list[str]:
    """Libraries and devices; everything else of the machine is absent."""
    words = []
    for name in SYSTEM:
        path = Path(name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            words += [*_folders(path), "--ro-bind", name, name]
    return [*words, "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]


def _readable(book: Layout) -> Iterator[Path]:
    """The interpreter, its packages, the library, the sources, this tool."""
    for prefix in dict.fromkeys([sys.base_prefix, sys.prefix]):
        if not Path(prefix).is_relative_to("/usr"):
            yield Path(prefix)
    for name in SEEN:
        path = book.root / name
        if path.is_symlink():
            raise BookError(
                f"{name}: expected a folder, found a symbolic link to "
                f"{path.readlink()}; commit the folder itself."
            )
        if path.is_dir():
            yield path
    yield Path(__file__).resolve().parent


def _links(path: Path) -> Iterator[Path]:
    """The symbolic links on the way to a program."""
    while path.is_symlink():
        yield path
        path = Path(os.path.normpath(path.parent / path.readlink()))


def _folders(path: Path) -> list[str]:
    """Every folder above `path`, for all to pass."""
    above = [parent for parent in reversed(path.parents) if parent != Path(HERE)]
    return [w for p in above[1:] for w in ("--perms", "0755", "--dir", str(p))]


def command(book: Layout, limits: Limits, seed: int = 0) -> list[str]:
    """What starts the runner of cells inside."""
    scratch = ["--perms", "1777", "--size", str(limits.scratch), "--tmpfs", HERE]
    words = [*_walls(), *_system(), *scratch]
    words += ["--perms", "1777", "--dir", f"{HERE}/matplotlib"]
    seen = list(_readable(book))
    for path in seen:
        words += [*_folders(path), "--ro-bind", str(path), str(path)]
    for link in _links(Path(sys.executable)):
        if not any(link.is_relative_to(path) for path in (*seen, *SYSTEM)):
            target = str(link.readlink())
            words += [*_folders(link), "--symlink", target, str(link)]
    for fonts in sorted((book.kernel / "matplotlib").glob("fontlist-*.json")):
        words += ["--ro-bind", str(fonts), f"{HERE}/matplotlib/{fonts.name}"]
    words += ["--remount-ro", "/", "--chdir", HERE]
    for name, value in environment(book, HERE, seed).items():
        words += ["--setenv", name, value]
    return [*words, "--", *runner()]


def runner() -> list[str]:
    """The program that runs cells."""
    return [sys.executable, "-m", "mmdl_book.cellrunner"]


def environment(book: Layout, scratch: str, seed: int) -> dict[str, str]:
    """All that the cells find in theirs."""
    tool = Path(__file__).resolve().parents[1]
    shared = {"LD_LIBRARY_PATH": f"{sys.base_prefix}/lib"}  # of Pythons made that way
    return {
        **(shared if "LD_LIBRARY_PATH" in os.environ else {}),
        **FIXED,
        "PATH": "/usr/bin:/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": str(seed),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(book.root), str(tool)]),
        "IPYTHONDIR": f"{scratch}/ipython",
        "MPLCONFIGDIR": f"{scratch}/matplotlib",
        "JUPYTER_CONFIG_DIR": f"{scratch}/jupyter",
        "JUPYTER_DATA_DIR": f"{scratch}/jupyter",
        "JUPYTER_RUNTIME_DIR": f"{scratch}/runtime",
    }


def warm(book: Layout) -> None:
    """Have matplotlib look through the fonts once, for it does so for seconds."""
    folder = book.kernel / "matplotlib"
    if not any(folder.glob("fontlist-*.json")):
        own = {**os.environ, "MPLCONFIGDIR": str(folder)}
        words = [sys.executable, "-c", "import matplotlib.font_manager"]
        subprocess.run(words, env=own, capture_output=True, check=False)


def run(book: Layout, job: dict[str, Any], limits: Limits, *, trust: bool) -> Ended:
    """Give `job` to the runner of cells, in the sandbox unless it is trusted."""
    uid = STRANGERS + secrets.randbelow(STRANGERS)
    order = {**job, "uid": 0 if trust else uid}
    order["limits"] = limits.inherited(alone=not trust)
    if not trust:
        return converse(command(book, limits, job["seed"]), order, limits, {})
    with tempfile.TemporaryDirectory(prefix="mmdl-run-") as scratch:
        own = {**os.environ, **environment(book, scratch, job["seed"])}
        return converse(runner(), order, limits, own)
