"""What Sphinx and its extensions do in every build, and our book has no use for.

Each function here spares at least a tenth of a second; none changes a page.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from sphinx.application import Sphinx

BUILDERS = ("html", "latex", "dummy", "gettext")  # the last has settings that all read
_HELP = ("sphinxcontrib.", "alabaster")  # writers of help files; a theme
_METADATA = ("importlib.metadata", "importlib_metadata")
LEXERS = {"ipython": "IPython3Lexer", "ipython3": "IPython3Lexer"}


def look_for_plugins_once() -> None:
    """Find all plug-ins of all packages once, not for each of fifty questions."""
    for name in _METADATA:
        module = importlib.import_module(name)
        if not hasattr(module.entry_points, "mmdl_found"):
            module.entry_points = _remembering(module.entry_points)  # type: ignore[attr-defined]


def _remembering(entry_points: Any) -> Any:
    found = cache(entry_points)

    def select(**wanted: str) -> Any:
        return found().select(**wanted) if wanted else found()

    select.mmdl_found = found  # type: ignore[attr-defined]
    return select


def load_few_builders() -> None:
    """Leave the builders alone that write e-books, help files, man pages."""
    from sphinx import application

    ours = {f"sphinx.builders.{name}" for name in BUILDERS}
    application.builtin_extensions = tuple(
        name
        for name in application.builtin_extensions
        if name in ours or not name.startswith(("sphinx.builders.", *_HELP))
    )


def find_collector_at_once() -> None:
    """Look for Sphinx's own collector of contents where it is, not in all memory."""
    from sphinx.environment.collectors.toctree import TocTreeCollector
    from sphinx_external_toc import collectors

    def disable(app: Sphinx) -> None:
        for listener in list(app.events.listeners["env-get-updated"]):
            owner = getattr(listener.handler, "__self__", None)
            if isinstance(owner, TocTreeCollector) and owner.listener_ids is not None:
                owner.disable(app)

    collectors.disable_builtin_toctree_collector = disable


def know_lexers(app: Sphinx) -> None:
    """Pygments looks through all its languages for the name of every cell's."""
    import ipython_pygments_lexers

    for name, kind in LEXERS.items():
        app.add_lexer(name, getattr(ipython_pygments_lexers, kind))


def prepare() -> None:
    """Before Sphinx starts."""
    look_for_plugins_once()
    load_few_builders()
    find_collector_at_once()


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    know_lexers(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
