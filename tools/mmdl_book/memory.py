"""Sphinx's memory between builds, mended where it forgets (a Sphinx extension).

Sphinx reads a page again when its file changed, and writes the pages it read.
Two things escape it. A chapter whose file is unchanged may have run again with
other outputs; it is read again. And a page may refer to a label, number or title
of another page; when one of those changes, all pages are written again.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from mmdl_book.keys import digest, files

_OTHERS = "gen_pages_from_extensions"  # the builder's method for them
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
# Parts of domains that change with every line of prose, and are no one's target.
_PRIVATE = {
    "index": None,
    "citation": None,
    "cite": {"citation_refs"},
}


def _stable(value: Any) -> Any:
    """`value` without the order in which pages were read."""
    if isinstance(value, dict):
        return sorted((repr(key), _stable(item)) for key, item in value.items())
    if isinstance(value, (set, frozenset)):
        return sorted(map(repr, value))
    if isinstance(value, (list, tuple)):
        return [_stable(item) for item in value]
    return _ADDRESS.sub("", repr(value))


def _face(env: BuildEnvironment) -> str:
    """A hash of all that one page may show of another."""
    titles = {name: title.astext() for name, title in env.titles.items()}
    shown: list[Any] = [titles, env.toc_secnumbers, env.toc_fignumbers]
    for domain, data in sorted(env.domaindata.items()):
        private = _PRIVATE.get(domain, set())
        if private is not None:
            shown.append({key: data[key] for key in data.keys() - private})
    return digest(json.dumps(_stable(shown)))


def _outputs(app: Sphinx) -> dict[str, str]:
    """The hash of each page's outputs, by the page's name in Sphinx."""
    state = Path(app.config.nb_execution_cache_path or "") / "mmdl-book.json"
    if not state.is_file():
        return {}
    entries = json.loads(state.read_text("utf8"))["entries"]
    return {
        name.removesuffix(".md"): entry["outputs"] for name, entry in entries.items()
    }


def _ran_again(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    before = getattr(env, "mmdl_outputs", {})
    now = _outputs(app)
    env.mmdl_outputs = now  # type: ignore[attr-defined]
    return [page for page in now if before.get(page, now[page]) != now[page]]


def _changed_face(app: Sphinx, env: BuildEnvironment) -> list[str]:
    before, now = getattr(env, "mmdl_face", None), _face(env)
    env.mmdl_face = now  # type: ignore[attr-defined]
    _spare_other_pages(app, env)
    return sorted(env.found_docs) if before not in (None, now) else []


def _spare_other_pages(app: Sphinx, env: BuildEnvironment) -> None:
    """Leave pages that extensions add (sources of claims) as they are, if they are."""
    claims = files(Path(app.srcdir), ["tests/claims"])
    now = digest(env.mmdl_face, *(path.read_bytes() for path in claims))  # type: ignore[attr-defined]
    if getattr(env, "mmdl_others", None) == now and hasattr(app.builder, _OTHERS):
        setattr(app.builder, _OTHERS, lambda: None)
    env.mmdl_others = now  # type: ignore[attr-defined]


def _read_entry_points_once() -> None:
    """Pybtex looks through all installed packages for each of its 32 plug-ins."""
    from pybtex import plugin

    plugin.entry_points = cache(plugin.entry_points)


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    _read_entry_points_once()
    app.connect("env-get-outdated", _ran_again)
    app.connect("env-get-updated", _changed_face, priority=900)  # after numbering
    return {"parallel_read_safe": True, "parallel_write_safe": True}
