"""Slips of the keyboard in good chapters: told, or without effect on the page.

A dozen slips by default, 60 with ``MMDL_EVERY=1``; ``MMDL_SLIPS=500`` measures well.
"""

from __future__ import annotations

import os
from pathlib import Path

from mmdl_book.check import examine
from mmdl_book.layout import Layout
from mmdl_book.lint.book import Index, load
from mmdl_book.lint.page import Page
from page_reader import reader
from slips import Slip, slips
from thorough import EVERY

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = ("optimization/momentum", "learning/least-squares", "learning/likelihood")
COUNT = int(os.environ.get("MMDL_SLIPS") or (60 if EVERY else 12))
SHARE = 0.98


def told(index: Index, path: str, text: str) -> bool:
    """Whether ``check`` has anything to say about a chapter's new text."""
    pages = {**index.pages, path: Page(path, text)}
    return bool(examine(Index(index.layout, pages.values()), [pages[path]]))


def lost(index: Index, name: str, made: list[Slip], folder: Path) -> list[str]:
    """Slips of which nobody says anything, and which change the page."""
    path = f"book/{name}.md"
    text = index.pages[path].text
    silent = [slip for slip in made if not told(index, path, slip.made(text))]
    with reader(folder, name, text) as read:
        good = read.view(text)
        seen = [slip for slip in silent if read.view(slip.made(text)) != good]
    return [f"{path}:{text.count(chr(10), 0, s.start) + 1}: {s}" for s in seen]


def test_slips_are_told_or_change_nothing(tmp_path, capsys):
    index, found = load(Layout(ROOT)), []
    chapters = CHAPTERS[: 1 + COUNT // 60]
    for name in chapters:
        text = index.pages[f"book/{name}.md"].text
        made = slips(text, COUNT // len(chapters), seed=1)
        found += lost(index, name, made, tmp_path / name)
    share = 1 - len(found) / COUNT
    with capsys.disabled():
        print(f" {share:.1%} of {COUNT} slips told or harmless ", end="")
    assert share >= SHARE, "\n".join(found)
