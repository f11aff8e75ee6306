"""What the bibliography forgets between builds, and what it does too often.

sphinxcontrib-bibtex keeps one anchor for each entry from when it read the page
with the bibliography. A file with other entries whose date is not newer than that
reading (saved during a build, or brought back by git) leaves entries without an
anchor: that page is read again. And it formats all entries in every build: here
only when what is cited, an entry or the page has changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import wraps
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from mmdl_book.keys import digest


def _bibliography(env: BuildEnvironment) -> Any:
    return env.domaindata.get("cite")


def read_again(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """The pages with a bibliography, where the file has other entries than they."""
    data = _bibliography(env)
    if not data:
        return []
    keys = set(data["bibdata"].data.entries)
    return [
        key.docname
        for key, bibliography in data["bibliographies"].items()
        if keys != {node.removeprefix(bibliography.keyprefix)
                    for node in bibliography.citation_nodes}
    ]  # fmt: skip


def _cited(data: Any) -> dict[str, list[str]]:
    """The keys that each page cites."""
    found: dict[str, list[str]] = {}
    for reference in data["citation_refs"]:
        names = [target.key for target in reference.targets]
        found.setdefault(reference.docname, []).extend(names)
    return found


def shown(env: BuildEnvironment) -> dict[str, str]:
    """A hash of the entries that each page shows, cited there or listed."""
    data = _bibliography(env)
    if not data:
        return {}
    entries, pages = data["bibdata"].data.entries, _cited(data)
    everything = [key for keys in pages.values() for key in keys]
    pages |= {key.docname: everything for key in data["bibliographies"]}
    return {
        page: digest(*(f"{key} {entries.get(key)!r}" for key in sorted(set(keys))))
        for page, keys in pages.items()
    }


def _anchors(data: Any) -> list[str]:
    return [
        f"{place} {key} {node['ids']}"
        for place, bibliography in data["bibliographies"].items()
        for key, node in bibliography.citation_nodes.items()
    ]


def format_seldom() -> None:
    """Format the entries only when something about them has changed."""
    from sphinxcontrib.bibtex.domain import BibtexDomain

    plain = BibtexDomain.env_updated
    if hasattr(plain, "__wrapped__"):
        return

    @wraps(plain)
    def env_updated(self: BibtexDomain) -> Iterable[str]:
        now = digest(*sorted(shown(self.env).values()), *_anchors(self.data))
        if self.citations and getattr(self.env, "mmdl_citations", "") == now:
            return []
        self.env.mmdl_citations = now  # type: ignore[attr-defined]
        return plain(self)

    BibtexDomain.env_updated = env_updated
