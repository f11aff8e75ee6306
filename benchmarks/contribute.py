"""A newcomer's way, with a clock: from a clone to a preview, a chapter, an edit.

    python benchmarks/contribute.py [FOLDER]

Clones this repository into a new folder (default: a temporary one, removed at the
end), and types there what "Contribute a chapter" says. The first figure holds the
installation of all packages and the run of all chapters. Needs nothing but Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TITLE, SLUG = "A first chapter", "a-first-chapter"
SECOND, SECOND_SLUG = "A second chapter", "a-second-chapter"
PROSE = "A sentence that was not there before."
AIMS = {  # seconds
    "clone, new, preview: the chapter is seen": 300,
    "new, check: no findings": 60,
    "prose saved: the browser shows it": 3,
    "code saved: the browser shows it": 4,
}
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def dev(folder: Path, *words: str) -> str:
    """What a command of the book says; it must be green."""
    command = [sys.executable, "dev.py", *words]
    done = subprocess.run(
        command, cwd=folder, env=world(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def world() -> dict[str, str]:
    """The environment of somebody who has nothing of ours."""
    ours = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHASHSEED", "PYTHONUTF8")
    return {name: value for name, value in os.environ.items() if name not in ours}


@contextmanager
def preview(folder: Path) -> Iterator[str]:
    """The preview of the chapter; its address."""
    command = [sys.executable, "dev.py", "preview", SLUG]
    with (
        (folder / "preview.log").open("w") as log,
        subprocess.Popen(
            command,
            cwd=folder,
            env=world(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            said = iter(process.stdout or ())
            yield next(line.split()[0] for line in said if line.startswith("http"))
        finally:
            process.terminate()


def wait_until(address: str, is_there: Callable[[str], bool]) -> None:
    """Listen like a browser: read the page again whenever a build has ended."""
    root = "/".join(address.split("/")[:3])
    with OPENER.open(f"{root}/_preview", timeout=1200) as events:
        for line in events:
            if not line.startswith(b"data: "):
                continue
            told = json.loads(line[6:])
            if told["failure"]:
                sys.exit(told["failure"])
            try:
                with OPENER.open(address) as page:
                    if is_there(page.read().decode()):
                        return
            except urllib.error.HTTPError as error:  # not built yet
                error.close()


def settle(address: str) -> None:
    """Wait until the preview has nothing to build: it says the same news twice."""
    root, last = "/".join(address.split("/")[:3]), None
    with OPENER.open(f"{root}/_preview", timeout=1200) as events:
        for line in events:
            if line.startswith(b"data: "):
                number = json.loads(line[6:])["news"]
                if number == last:
                    return
                last = number


def measure(folder: Path) -> Iterator[float]:
    """The seconds of each step, in the order of the aims."""
    book, begun = folder / "book", time.monotonic()
    clone = ["git", "clone", "--quiet", str(ROOT), str(book)]
    subprocess.run(clone, check=True)
    dev(book, "new", "chapter", TITLE, "--author", "Ada Lovelace")
    chapter = book / "book" / "drafts" / f"{SLUG}.md"
    with preview(book) as address:
        wait_until(address, lambda page: TITLE in page)
        yield time.monotonic() - begun

        begun = time.monotonic()
        dev(book, "new", "chapter", SECOND, "--author", "Emmy Noether")
        dev(book, "check", SECOND_SLUG)
        yield time.monotonic() - begun
        wait_until(address.replace(SLUG, SECOND_SLUG), lambda page: SECOND in page)
        settle(address)

        text = chapter.read_text("utf8")
        begun = time.monotonic()
        chapter.write_text(f"{text}\n{PROSE}\n", "utf8")
        wait_until(address, lambda page: PROSE in page)
        yield time.monotonic() - begun

        settle(address)
        begun = time.monotonic()
        cell = text.replace("print(", 'print("code", "seen", end=" "); print(', 1)
        chapter.write_text(cell, "utf8")
        wait_until(address, lambda page: "code seen" in page)
        yield time.monotonic() - begun


def main(words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(words[0] if words else temporary).resolve()
        print(f"{'step':42} {'seconds':>8} {'aim':>5}")
        for (step, aim), seconds in zip(AIMS.items(), measure(folder), strict=True):
            print(f"{step:42} {seconds:8.1f} {aim:5}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
