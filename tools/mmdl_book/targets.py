"""What one page may show of another: titles, and the numbers behind labels."""

from __future__ import annotations

import json
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment

from mmdl_book.keys import digest


def frame(env: BuildEnvironment) -> str:
    """A hash of what every page shows: the contents beside it, the library's names."""
    titles = sorted(
        (name, title.get("secnumber"), title.astext())
        for name, title in env.titles.items()
    )
    names = sorted(map(repr, env.domaindata.get("py", {}).get("objects", {}).items()))
    order = sorted(env.toctree_includes.items())
    documented = sorted(getattr(env, "mmdl_documented", {}).items())
    return digest(json.dumps([titles, names, order, documented]))


def all_targets(env: BuildEnvironment) -> dict[str, list[Any]]:
    """Where each label leads, and what a reference to it prints."""
    found: dict[str, list[Any]] = {}
    data = env.domaindata
    for label, (page, anchor, *title) in data["std"]["labels"].items():
        found.setdefault(label, []).append([page, anchor, title])
    for label, (page, anchor) in data["std"]["anonlabels"].items():
        found.setdefault(label, []).append([page, anchor, _number(env, page, anchor)])
    for label, (page, _) in data["math"]["objects"].items():
        anchor = nodes.make_id(f"equation-{label}")
        found.setdefault(label, []).append([page, _number(env, page, anchor)])
    for label, entry in data.get("prf", {}).get("entries", {}).items():
        found.setdefault(label, []).append([entry.docname, entry.name, entry.title])
    return found


def _number(env: BuildEnvironment, page: str, anchor: str) -> Any:
    """The number of a section, a figure, a table or an equation."""
    sections = env.metadata[page].get("section_ids", {})
    own = env.toc_secnumbers.get(page, {}).get(sections.get(anchor))
    counted = env.toc_fignumbers.get(page, {}).values()
    return [own, *(numbers[anchor] for numbers in counted if anchor in numbers)]
