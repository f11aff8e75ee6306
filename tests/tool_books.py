"""Tiny books, built by the real command in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
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
sphinx: {config: {html_theme: basic, html_theme_options: {}}}
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
        return self._done(self.command(*words), **environment)

    def latex(self) -> Result:
        """What ``pdf`` does before TeX: it writes the sources, and needs none."""
        code = (
            "from pathlib import Path; from mmdl_book.layout import Layout; "
            "from mmdl_book.pdf import write_latex; write_latex(Layout(Path.cwd()))"
        )
        return self._done([sys.executable, "-c", code])

    def _done(self, command: list[str], **environment: str) -> Result:
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)


def dressed(root: Path, chapters: dict[str, str]) -> Book:
    """A book with the real one's settings and extensions, and these chapters."""
    book = Book(root)
    for folder in ("_ext", "_vendor", "_static", "_templates"):
        shutil.copytree(ROOT / "book" / folder, root / "book" / folder)
    for name in ("plan.yml", "macros.yml", "appendices/bibliography.md"):
        book.write(f"book/{name}", (ROOT / "book" / name).read_text("utf8"))
    book.write("book/references.bib", "@book{a, author={A, B}, title={T}, year={1}}\n")
    settings = (ROOT / "_config.yml").read_text("utf8")
    settings = settings.replace("mmdl_claims: tests", "mmdl_claims: ''")
    book.write("_config.yml", settings.replace("    live: book/_ext\n", ""))
    book.write("book/welcome.md", "# Welcome\n\nA first page.\n")
    for name, text in chapters.items():
        book.write(f"book/{name}.md", text)
    files = [
        f"  - file: book/{name}" for name in (*chapters, "appendices/bibliography")
    ]
    contents = ["format: jb-book", "root: book/welcome", "chapters:", *files]
    book.write("_toc.yml", "\n".join(contents))
    return book
