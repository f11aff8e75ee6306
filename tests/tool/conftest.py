"""Tiny books, built by the real command in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CELL = "\n```{code-cell}\nprint('forty' + '-two')\n```\n"
HEADER = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
"""
FILES = {
    "_config.yml": """\
title: A tiny book
author: Nobody
only_build_toc_files: true
execute: {execute_notebooks: cache, timeout: 60}
latex: {use_jupyterbook_latex: false}
html: {use_multitoc_numbering: false}
""",
    "_toc.yml": """\
format: jb-book
root: book/welcome
chapters:
  - file: book/one
  - file: book/two
""",
    "book/welcome.md": "# Welcome\n\nA first page.\n",
    "book/one.md": f"{HEADER}# One\n\nProse.\n{CELL}",
    "book/two.md": "# Two\n\nSee {ref}`the end <target>`.\n\n(target)=\n## End\n",
}


@dataclass(frozen=True)
class Result:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Book:
    """A book in a folder of its own."""

    root: Path

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, "utf8")

    def append(self, name: str, text: str) -> None:
        self.write(name, (self.root / name).read_text("utf8") + text)

    def page(self, name: str) -> str:
        return (self.root / "_build/html" / name).read_text("utf8")

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "mmdl_book", *words]

    def environment(self, **more: str) -> dict[str, str]:
        paths = [str(self.root), str(ROOT / "tools")]
        if "PYTHONPATH" in more:
            paths.append(more.pop("PYTHONPATH"))
        return {
            **os.environ,
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "PYTHONPATH": os.pathsep.join(paths),
            **more,
        }

    def run(self, *words: str, **environment: str) -> Result:
        done = subprocess.run(
            self.command(*words),
            cwd=self.root,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A tiny book that was never built."""
    new = Book(tmp_path / "book")
    for name, text in FILES.items():
        new.write(name, text)
    return new


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Result]:
    """A book's folder, a copy of it after the first build, and what that said."""
    folder = tmp_path_factory.mktemp("first")
    new = Book(folder / "book")
    for name, text in FILES.items():
        new.write(name, text)
    said = new.run("build")
    shutil.copytree(new.root, folder / "copy")
    return new.root, folder / "copy", said


@pytest.fixture
def built(first: tuple[Path, Path, Result]) -> Book:
    """The book after its first build, always in the same folder: Sphinx minds."""
    root, copy, _ = first
    shutil.rmtree(root)
    shutil.copytree(copy, root)
    return Book(root)
