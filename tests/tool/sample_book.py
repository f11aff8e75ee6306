"""The template as a chapter of a small book, with one edit, read by ``check``."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from mmdl_book.check import examine
from mmdl_book.layout import Layout
from mmdl_book.lint.book import Index
from mmdl_book.lint.findings import Finding
from mmdl_book.lint.page import Page
from mmdl_book.new_chapter import make

ROOT = Path(__file__).resolve().parents[2]
PATH = "book/drafts/sample.md"
SHARED = (
    "plan", "toc", "planned", "parts", "sources", "macros", "claims", "objects",
    "packages",
)  # fmt: skip
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'
PICTURES = {
    "curve.svg": SVG.format('<path d="M0 0L9 9"/>').encode(),
    "script.svg": SVG.format("<script>alert(1)</script>").encode(),
    "loads.svg": SVG.format('<g onload="alert(1)"/>').encode(),
    "outside.svg": SVG.format('<use href="https://example.org/x.svg#a"/>').encode(),
    "heavy.png": bytes(600_000),
    "light.png": bytes(400_000),
}


def small_book(root: Path) -> Layout:
    """A book that knows our plan, sources, macros and library, with one draft."""
    (root / "book").mkdir(parents=True)
    for name in ("_toc.yml", "book/plan.yml", "book/macros.yml", "book/references.bib"):
        shutil.copy(ROOT / name, root / name)
    for name in ("book/_ext", "book/_vendor", "mmdl"):
        (root / name).symlink_to(ROOT / name)
    book = Layout(root)
    make(book, "Sample", {"author": "Ada Lovelace"})
    for name, data in PICTURES.items():
        (root / "book/drafts/sample" / name).write_bytes(data)
    return book


class Sample:
    """The chapter and the book around it."""

    def __init__(self, root: Path) -> None:
        self.book = small_book(root)
        self.text = (root / PATH).read_text("utf8")
        self._index = Index(self.book, [])
        for name in SHARED:
            getattr(self._index, name)

    def findings(self, text: str, *, katex: bool = True) -> list[Finding]:
        """What ``check`` says of a text in the chapter's place."""
        page = Page(PATH, text)
        index = Index(self.book, [page])
        vars(index).update({name: vars(self._index)[name] for name in SHARED})
        return examine(index, [page], katex=katex)

    def edited(self, old: str, new: str) -> str:
        """The chapter with one edit, whose place must be unique."""
        if not old:
            return self.text + new
        if self.text.count(old) != 1:
            raise ValueError(f"{old!r} stands {self.text.count(old)} times.")
        return self.text.replace(old, new)


@cache
def sample(root: Path) -> Sample:
    """The sample in a folder, made once."""
    return Sample(root)
