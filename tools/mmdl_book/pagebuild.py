"""One run of Sphinx: quiet, strict, with every warning as ``path:line: sentence``."""

from __future__ import annotations

import errno
import gc
import io
import itertools
import os
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mmdl_book.errors import BookError, disk_is_full, full_disk_explained
from mmdl_book.keys import pages_key
from mmdl_book.layout import Layout
from mmdl_book.recall import Recall
from mmdl_book.remedies import once, with_remedy
from mmdl_book.settings import sphinx_settings

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGES_BETWEEN_COLLECTIONS = 16
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_DOCSTRING = re.compile(r":docstring of ")
_HEAD = re.compile(
    r"^(?:(?P<path>.*?)(?P<line>:\d+)?:?: )?(?:WARNING|ERROR|CRITICAL): "
    r"(?P<words>.*?)(?: \[[\w.-]+\])?$"  # Sphinx's name for the kind of warning
)


class Warnings(io.TextIOBase):
    """Sphinx's stream of warnings, told in the book's way and each once."""

    def __init__(self, book: Layout) -> None:
        super().__init__()
        self.book = book
        self.findings: list[str] = []

    def write(self, text: str) -> int:
        for line in _ANSI.sub("", text).splitlines():
            plain = line.rstrip().replace(f"{self.book.root}/", "")
            if head := _HEAD.match(plain):
                self._begin(head)
            elif plain and self.findings:  # more of the same: the source, a caret
                self.findings[-1] += f"\n{plain}"
            elif plain:
                self.findings.append(plain)
        return len(text)

    def raise_findings(self) -> None:
        """Raise what was found, if anything."""
        findings = once(self.findings)
        if any(os.strerror(errno.ENOSPC) in finding for finding in findings):
            raise disk_is_full()  # Sphinx warns of it, page by page
        if findings:
            raise BookError(*findings)

    def _begin(self, head: re.Match[str]) -> None:
        path = _DOCSTRING.split(head["path"] or "")[0]
        place = f"{path}{head['line'] or ':1'}: " if path else ""
        self.findings.append(place + with_remedy(head["words"]))


def make(
    book: Layout,
    builder: str,
    out: Path,
    *,
    doctrees: Path,
    overrides: dict[str, Any] | None = None,
) -> list[str]:
    """Run Sphinx's `builder` into `out`; the names of the pages that it wrote.

    Starts from the last green memory in `doctrees`. Raises BookError with all
    warnings, if there are any.
    """
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    recall = Recall(doctrees, out, pages_key(book))
    warnings = Warnings(book)
    try:
        with full_disk_explained():
            recall.begin()
            with patch_docutils(), docutils_namespace():
                app = _application(book, builder, recall, overrides or {}, warnings)
                written = _run(app)
            warnings.raise_findings()
            recall.keep()
    except (BookError, KeyboardInterrupt):
        raise
    except Exception as error:
        from mmdl_book.guard import StrangerError

        if isinstance(error, StrangerError):
            raise BookError(*once(warnings.findings)) from None
        raise BookError(*once(warnings.findings), _crash(book, error)) from error
    return written


def _application(
    book: Layout,
    builder: str,
    recall: Recall,
    overrides: dict[str, Any],
    warnings: Warnings,
) -> Sphinx:
    from mmdl_book import quick

    quick.prepare()
    from sphinx.application import Sphinx

    own = ("mmdl_book.quick", "mmdl_book.memory", "mmdl_book.guard")
    return Sphinx(
        srcdir=book.root,
        confdir=None,
        outdir=recall.out,
        doctreedir=recall.doctrees,
        buildername=builder,
        confoverrides={**sphinx_settings(book, own), **overrides},
        status=None,
        warning=warnings,
    )


def _run(app: Sphinx) -> list[str]:
    written: set[str] = set()
    app.connect("doctree-resolved", lambda _app, _tree, name: written.add(name))
    _collect_seldom(app)
    try:
        app.build()
    finally:
        gc.unfreeze()
    return sorted(written)


def _collect_seldom(app: Sphinx) -> None:
    """Collect garbage after some pages only: trees of nodes keep Python busy with it.

    This spares a third of the time; collecting never would take twice the memory.
    What a collection left alone, mostly packages and settings, is not looked at again.
    """
    seen = itertools.count(1)

    def collect(*_: object) -> None:
        if next(seen) % PAGES_BETWEEN_COLLECTIONS == 0:
            gc.collect()
            gc.freeze()

    gc.disable()
    app.connect("doctree-read", collect)
    app.connect("doctree-resolved", collect)


def _crash(book: Layout, error: Exception) -> str:
    """The sentence about an exception inside Sphinx or an extension."""
    frames = [
        f"{book.relative(frame.filename)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    ours = [frame for frame in frames if frame.startswith(("book/", "mmdl/"))]
    place = f" at {ours[-1]}" if ours else ""
    log = book.build / "error.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("".join(traceback.format_exception(error)), "utf8")
    words = str(error).strip() or type(error).__name__
    return f"the page builder stopped{place}: {words} (all of it: {book.relative(log)})"
