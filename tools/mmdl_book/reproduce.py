"""Two clean builds, in two folders, must agree in every byte: site and PDF.

    python -m mmdl_book.reproduce [--site-only]

Each build starts from the tracked files alone, with nothing executed before.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mmdl_book import environment
from mmdl_book.layout import Layout, find_book

PRODUCTS = ("html", "pdf")


def copy_sources(book: Layout, target: Path) -> None:
    """The files under version control (as they are now) into `target`."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=book.root, capture_output=True, check=True
    )
    for name in filter(None, listing.stdout.decode().split("\0")):
        source = book.root / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)


def build(target: Path, words: list[str]) -> None:
    """Run the tool on the copy, with the copy's own library and tool."""
    paths = os.pathsep.join([str(target), str(target / "tools")])
    env = {**os.environ, **environment.AT_START, "PYTHONPATH": paths}
    for word in words:
        command = [sys.executable, "-m", "mmdl_book", word]
        if code := subprocess.call(command, cwd=target, env=env):
            sys.exit(f"reproduce: `{word}` failed with code {code}.")


def contents(folder: Path) -> dict[str, bytes]:
    """Every product of a build, by its path."""
    products = [
        path
        for name in PRODUCTS
        for path in (folder / "_build" / name).rglob("*")
        if path.is_file() and (name != "pdf" or path.suffix == ".pdf")
    ]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in products}


def difference(name: str, one: bytes | None, other: bytes | None) -> str:
    """Where two files part."""
    if one is None or other is None:
        return f"{name}: only in the {'second' if one is None else 'first'} build"
    pairs = zip(one, other, strict=False)
    place = next(
        (i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other))
    )
    around = slice(max(0, place - 40), place + 40)
    return f"{name}: byte {place}: {one[around]!r} against {other[around]!r}"


def compare(first: Path, second: Path) -> list[str]:
    """All differences between the products of two builds."""
    one, other = contents(first), contents(second)
    return [
        difference(name, one.get(name), other.get(name))
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    ]


def main() -> int:
    """Build twice and compare."""
    book = find_book()
    words = ["build"] if "--site-only" in sys.argv else ["build", "pdf"]
    with tempfile.TemporaryDirectory(prefix="mmdl-reproduce-") as scratch:
        folders = [Path(scratch) / "one", Path(scratch) / "another-name" / "two"]
        for folder in folders:
            copy_sources(book, folder)
            build(folder, words)
        differences = compare(*folders)
        count = len(contents(folders[0]))
    print(*differences[:20], sep="\n")
    verdict = (
        f"{len(differences)} of {count} files differ" if differences else "identical"
    )
    print(f"Two clean builds: {count} files, {verdict}.")
    return 1 if differences or not count else 0


if __name__ == "__main__":
    sys.exit(main())
