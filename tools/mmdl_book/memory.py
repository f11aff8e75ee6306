"""Sphinx's memory between builds, mended where it forgets (a Sphinx extension).

Sphinx reads a page again when its file changed, and writes the pages it read.
Two things escape it. A chapter whose file is unchanged may have run again with
other outputs, or the bibliography may be another; they are read again. And a page
may show another's title, number or label: it is written again when one of those
that it shows has changed.
"""

from __future__ import annotations

import json
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from mmdl_book import memory_bib
from mmdl_book.keys import digest, files
from mmdl_book.targets import all_targets, frame

_OTHERS = "gen_pages_from_extensions"  # the builder's method for them


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


def _note_shown(app: Sphinx, doctree: nodes.document) -> None:
    """Remember what a page refers to."""
    found = {
        part.strip()
        for xref in doctree.findall(addnodes.pending_xref)
        for part in str(xref["reftarget"]).split(",")
    }
    app.env.metadata[app.env.docname]["mmdl_shows"] = sorted(found)


def _changed_faces(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages on which something of another page is no longer what it was."""
    around, targets = frame(env), all_targets(env)
    cited = memory_bib.shown(env)
    now = {}
    for page in env.found_docs:
        shown = env.metadata[page].get("mmdl_shows", [])
        own = [targets.get(name) for name in shown]
        now[page] = digest(around, json.dumps(own), cited.get(page, ""))
    before = getattr(env, "mmdl_faces", now)
    env.mmdl_faces = now  # type: ignore[attr-defined]
    _spare_other_pages(app, env, around)
    return sorted(page for page in now if before.get(page) != now[page])


def _spare_other_pages(app: Sphinx, env: BuildEnvironment, around: str) -> None:
    """Leave pages that extensions add (sources of claims) as they are, if they are."""
    claims = files(Path(app.srcdir), ["tests/claims"])
    now = digest(around, *(path.read_bytes() for path in claims))
    if getattr(env, "mmdl_others", None) == now and hasattr(app.builder, _OTHERS):
        setattr(app.builder, _OTHERS, lambda: None)
    env.mmdl_others = now  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    memory_bib.format_seldom()
    app.connect("env-get-outdated", _ran_again)
    app.connect("env-get-outdated", memory_bib.read_again)
    app.connect("doctree-read", _note_shown)
    app.connect("env-get-updated", _changed_faces, priority=900)  # after numbering
    return {"parallel_read_safe": True, "parallel_write_safe": True}
