"""The book's settings as Sphinx gets them: ``_config.yml`` read by jupyter-book.

Reading them takes longer than writing a page, so they are kept until the file, the
packages or this tool change.
"""

from __future__ import annotations

import json
import sys
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from mmdl_book.chapters import contents_file
from mmdl_book.keys import digest
from mmdl_book.layout import Layout

# jupyter-book loads these; our extensions and templates do their work, or no one does
_UNUSED = {
    "sphinx.ext.intersphinx",
    "sphinx_book_theme",
    "sphinx_comments",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_thebe",
    "sphinx_togglebutton",
}
_UNREAD = ("comments_config", "thebe_config")  # their settings


def _key(book: Layout) -> str:
    lock = book.root / "requirements.lock"
    return digest(
        (book.root / "_config.yml").read_bytes(),
        lock.read_bytes() if lock.exists() else "",
        Path(__file__).read_bytes(),
        sys.version,
    )


def _memory(book: Layout) -> Path:
    return book.build / ".settings.json"


def remembered(book: Layout) -> dict[str, Any]:
    """The settings of an earlier build from the same sources, or nothing."""
    try:
        memory = json.loads(_memory(book).read_text("utf8"))
        return memory["settings"] if memory["key"] == _key(book) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


@cache
def _read(root: Path) -> dict[str, Any]:
    book = Layout(root)
    settings = remembered(book)
    if not settings:
        settings = _ask_jupyter_book(root)
        book.build.mkdir(exist_ok=True)
        memory = {"key": _key(book), "settings": settings}
        _memory(book).write_text(json.dumps(memory), "utf8")
    for path in settings.pop("mmdl_paths"):
        sys.path.append(str(root / path))
    settings["external_toc_path"] = contents_file(book).as_posix()
    settings["nb_execution_cache_path"] = str(book.cache)
    return settings


def _ask_jupyter_book(root: Path) -> dict[str, Any]:
    from jupyter_book.config import get_final_config

    known = list(sys.path)
    settings, _ = get_final_config(
        user_yaml=root / "_config.yml",
        cli_config={"latex_individualpages": False},
        sourcedir=root,
        validate=False,  # preflight did, with lines
    )
    added = dict.fromkeys(path for path in sys.path if path not in known)
    sys.path[:] = known  # a kernel or a test must not import from book/_ext twice
    settings["mmdl_paths"] = [Path(p).relative_to(root).as_posix() for p in added]
    for name in _UNREAD:
        settings.pop(name, None)
    settings["nitpicky"] = True
    settings["nb_execution_mode"] = "cache"
    settings["myst_disable_syntax"] = ["html_block", "html_inline"]  # shown as text
    settings["extensions"] = [e for e in settings["extensions"] if e not in _UNUSED]
    if settings["html_theme"] in _UNUSED:  # no page of ours is its page
        settings["html_theme"] = "basic"
    return json.loads(json.dumps(settings))


def sphinx_settings(book: Layout, extensions: tuple[str, ...] = ()) -> dict[str, Any]:
    """Everything that a ``conf.py`` would say, and `extensions` in addition."""
    settings = dict(_read(book.root))
    settings["extensions"] = [*settings["extensions"], *extensions]
    return settings


def markdown_settings(book: Layout) -> Any:
    """The dialect of Markdown; it decides what is a cell."""
    from myst_parser.config.main import MdParserConfig

    given = {
        key[5:]: value for key, value in _read(book.root).items() if key[:5] == "myst_"
    }
    known = {field.name for field in fields(MdParserConfig)}
    return MdParserConfig(**{key: given[key] for key in given.keys() & known})
