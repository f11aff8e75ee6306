"""The book or one chapter as PDF: Sphinx writes LaTeX, XeLaTeX sets it.

TeX runs until the page numbers stand still, in a folder of its own, without shell
and without reading or writing elsewhere; only a PDF without complaint replaces
the one before.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from mmdl_book.chapters import pages
from mmdl_book.errors import BookError
from mmdl_book.layout import Layout
from mmdl_book.pagebuild import make
from mmdl_book.texlog import complaints

NAME = "mathematical-methods-in-deep-learning"
TOOLS = ("xelatex", "xdvipdfmx")
PACKAGES = (
    "texlive-xetex texlive-latex-extra texlive-fonts-recommended fonts-dejavu-core"
)
MOVING = (".aux", ".toc", ".thm", ".out")
MAX_RUNS = 6
TEX_SECONDS = 300


def build_pdf(root: Path, chapter: str | None = None, out: Path | None = None) -> Path:
    """Make the PDF of the book, or of the chapter whose file is `chapter`.md.

    Returns its path: `out`, or a file in ``_build/pdf``. Raises BookError where a
    page warns, TeX is missing or TeX complains.
    """
    _need_tex()
    book = Layout(Path(root).resolve())
    target = out or book.build / "pdf" / f"{chapter or NAME}.pdf"
    folder = write_latex(book, chapter)
    name = "chapter" if chapter else "book"
    made = typeset(folder, name, book.root)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    shutil.copyfile(made, fresh)
    fresh.replace(target)
    return target


def write_latex(book: Layout, chapter: str | None = None) -> Path:
    """Write the LaTeX of the book or of a chapter; the folder that holds it."""
    folder = book.build / "latex" / (chapter or "book")
    shutil.rmtree(folder, ignore_errors=True)  # TeX's memory of a run that failed
    make(
        book,
        "latex",
        folder,
        doctrees=book.build / ".work" / "doctrees-latex",
        overrides={"mmdl_pdf_chapter": _docname(book, chapter)},
    )
    return folder


def _docname(book: Layout, chapter: str | None) -> str:
    if chapter is None:
        return ""
    found = [page for page in pages(book) if page.stem == chapter]
    if not found:
        raise BookError(f"pdf: {chapter} is no published chapter; see _toc.yml.")
    return book.relative(found[0].with_suffix(""))


def _need_tex() -> None:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise BookError(
            f"pdf: {missing[0]} is not installed; on Debian or Ubuntu type: sudo apt "
            f"install --no-install-recommends {PACKAGES} (elsewhere: TeX Live)."
        )


def typeset(folder: Path, name: str, root: Path) -> Path:
    """Run TeX in `folder` until nothing moves; the PDF of ``name``.tex.

    `root` is where the chapters are, so that a complaint can name their lines.
    """
    before: dict[str, bytes] = {}
    for _ in range(MAX_RUNS):
        _tex(folder, name, root)
        now = {end: _bytes(folder / f"{name}{end}") for end in MOVING}
        if now == before:
            break
        before = now
    else:
        raise BookError(f"{name}.pdf: page numbers still move after {MAX_RUNS} runs.")
    if found := _complaints(folder, name, root):
        raise BookError(*found)
    _run(["xdvipdfmx", "-q", "-E", f"{name}.xdv"], folder)
    return folder / f"{name}.pdf"


def _tex(folder: Path, name: str, root: Path) -> None:
    words = ["-no-pdf", "-no-shell-escape", "-interaction=nonstopmode"]
    try:
        _run(["xelatex", *words, "-halt-on-error", f"{name}.tex"], folder)
    except BookError as error:
        raise BookError(*(_complaints(folder, name, root) or error.findings)) from None


def _complaints(folder: Path, name: str, root: Path) -> list[str]:
    return complaints(folder / f"{name}.log", folder / f"{name}.tex", root)


def _run(command: list[str], folder: Path) -> None:
    """Run one program of TeX's, which sees nothing but its folder."""
    environment = {
        **os.environ,
        "openin_any": "p",
        "openout_any": "p",
        "max_print_line": "10000",  # whole sentences in the log
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "1767225600"),
        "FORCE_SOURCE_DATE": "1",
    }
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TEX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        message = f"{command[-1]}: {command[0]} did not end within {TEX_SECONDS} s."
        raise BookError(message) from None
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[-1:]
        raise BookError(f"{command[-1]}: {command[0]} failed: {''.join(last)}")


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
