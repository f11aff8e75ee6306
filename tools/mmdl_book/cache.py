"""Executed chapters, kept in jupyter-cache's format together with what they depend on.

MyST-NB looks there before it would run a chapter. jupyter-cache compares only the
code of the cells; this file adds the rest: the library, the data, the packages,
the settings of the kernel, the tags of the cells, and whether the bytes on disk
are still those that an execution wrote.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, TypedDict

from mmdl_book.chapters import outline
from mmdl_book.keys import cells_key, digest
from mmdl_book.layout import Layout


class Entry(TypedDict):
    """What is known of one chapter's last execution."""

    outline: str  # hash of what decides on the cells
    cells: str  # hash of its cells with their tags; "" where it has none
    folder: str  # jupyter-cache's name for the executed notebook
    outputs: str  # hash of the executed notebook's bytes


class ExecutionCache:
    """The executed chapters of one book; opening it drops what is stale or damaged."""

    def __init__(self, book: Layout) -> None:
        self.book = book
        self.state = book.cache / "mmdl-book.json"
        self.entries: dict[str, Entry] = {}
        self.key = cells_key(book)
        self.note = ""
        self._open()

    def _open(self) -> None:
        if not self.state.exists():  # empty, or left by a bare `jupyter-book build`
            shutil.rmtree(self.book.cache, ignore_errors=True)
            return
        try:
            state = json.loads(self.state.read_text("utf8"))
            key, self.entries = state["key"], state["entries"]
            damaged = not self._sound()
        except (OSError, ValueError, KeyError, TypeError, sqlite3.Error):
            damaged, key = True, self.key
        if damaged:
            self.note = "The cache of executed chapters was damaged; running all again."
        elif key != self.key:
            self.note = (
                "The library, data or packages changed; running all chapters again."
            )
        if self.note:
            self.entries = {}
            shutil.rmtree(self.book.cache)

    def _sound(self) -> bool:
        ran = [entry for entry in self.entries.values() if entry["cells"]]
        if not ran:
            return True
        database = f"file:{self.book.cache / 'global.db'}?mode=ro"
        with closing(sqlite3.connect(database, uri=True)) as records:
            healthy = records.execute("PRAGMA quick_check").fetchone() == ("ok",)
            known = {row[0] for row in records.execute("SELECT hashkey FROM nbcache")}
        return healthy and all(
            entry["folder"] in known
            and self._bytes(entry["folder"]) == entry["outputs"]
            for entry in ran
        )

    def _bytes(self, folder: str) -> str:
        return digest(
            (self.book.cache / "executed" / folder / "base.ipynb").read_bytes()
        )

    def _save(self) -> None:
        self.book.cache.mkdir(parents=True, exist_ok=True)
        fresh = self.state.with_suffix(".new")
        fresh.write_text(json.dumps({"key": self.key, "entries": self.entries}), "utf8")
        fresh.replace(self.state)

    def knows_outline(self, page: Path, text: str) -> bool:
        """Whether a page with this outline was executed (or had nothing to execute)."""
        entry = self.entries.get(self.book.relative(page))
        return entry is not None and entry["outline"] == digest(outline(text))

    def knows_cells(self, page: Path, text: str, cells: str) -> bool:
        """Whether these cells were executed; if so, the page now has this `text`."""
        entry = self.entries.get(self.book.relative(page))
        if entry is None or entry["cells"] != cells:
            return False
        self.entries[self.book.relative(page)] = {
            **entry,
            "outline": digest(outline(text)),
        }
        self._save()
        return True

    def store(
        self, page: Path, text: str, cells: str, notebook: Any, seconds: float
    ) -> None:
        """Keep an executed notebook instead of the chapter's former one."""
        from jupyter_cache import get_cache
        from jupyter_cache.base import CacheBundleIn

        name = self.book.relative(page)
        former = self.entries.pop(name, None)
        bundle = CacheBundleIn(notebook, str(page), data={"execution_seconds": seconds})
        records = get_cache(self.book.cache)
        record = records.cache_notebook_bundle(
            bundle, check_validity=False, overwrite=True
        )
        self._put(name, text, cells, record.hashkey)
        folders = {entry["folder"] for entry in self.entries.values()}
        if former and former["folder"] and former["folder"] not in folders:
            for old in records.list_cache_records():
                if old.hashkey == former["folder"]:
                    records.remove_cache(old.pk)
        self._save()

    def store_plain(self, page: Path, text: str) -> None:
        """Remember that a page has nothing to execute."""
        self._put(self.book.relative(page), text, "", "")
        self._save()

    def _put(self, name: str, text: str, cells: str, folder: str) -> None:
        outputs = self._bytes(folder) if folder else ""
        self.entries[name] = Entry(
            outline=digest(outline(text)), cells=cells, folder=folder, outputs=outputs
        )
        for (
            entry
        ) in self.entries.values():  # two chapters with equal cells share a folder
            if folder and entry["folder"] == folder:
                entry["outputs"] = outputs
