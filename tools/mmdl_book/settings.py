"""The book's settings as Sphinx gets them: ``_config.yml`` read by jupyter-book."""

from __future__ import annotations

import sys
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from mmdl_book.layout import Layout


@cache
def _read(root: Path) -> dict[str, Any]:
    from jupyter_book.config import get_final_config

    settings, _ = get_final_config(
        user_yaml=root / "_config.yml",
        cli_config={"latex_individualpages": False},
        sourcedir=root,
        validate=False,  # preflight did, with lines
    )
    # jupyter-book put book/_ext there; a kernel or a test must not import from it twice
    sys.path[:] = dict.fromkeys(sys.path)
    settings["external_toc_path"] = (root / "_toc.yml").as_posix()
    settings["nitpicky"] = True
    settings["nb_execution_mode"] = "cache"
    settings["nb_execution_cache_path"] = str(Layout(root).cache)
    return settings


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
