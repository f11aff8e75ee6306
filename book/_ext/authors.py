"""Who wrote a chapter, as its header says.

A header lists ``authors: [{name, family, orcid, roles, affiliation}]``, of which only
the name is required. ``family`` is needed where the family name is not the last word;
a group has its whole name there. What the byline, the citation, ``CITATION.cff`` and
the contributors' page print of a person is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
ADDRESS = "https://orcid.org/"
LICENCES = {
    "CC-BY-4.0": ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
}


class Author(NamedTuple):
    """One person, as a chapter's header describes them."""

    name: str
    family: str = ""
    orcid: str = ""
    roles: tuple[str, ...] = ()
    affiliation: str = ""

    @property
    def address(self) -> str:
        """Where their ORCID leads; empty without one."""
        return f"{ADDRESS}{self.orcid}" if self.orcid else ""

    @property
    def parts(self) -> tuple[str, str, str]:
        """Given names, particle (``van der``) and family name."""
        words = self.name.split()
        if self.family:
            rest = self.name.replace(self.family, " ", 1).split()
            return " ".join(rest), "", self.family
        given, family = words[:-1], words[-1]
        start = len(given)
        while start > 1 and given[start - 1].islower():
            start -= 1
        return " ".join(given[:start]), " ".join(given[start:]), family

    @property
    def bibtex(self) -> str:
        """The name as BibTeX takes it: ``van der Waerden, Bartel``; a group's whole."""
        given, particle, family = (re.sub(r"[{}\\]", "", part) for part in self.parts)
        last = f"{particle} {family}".strip()
        if not given or re.search(r",|\band\b", self.name):
            return f"{{{given} {last}}}".replace("{ ", "{")
        return f"{last}, {given}"

    def same(self, other: Author) -> bool:
        """Tell whether this is the same person: by ORCID, else by name."""
        if self.orcid and other.orcid:
            return self.orcid == other.orcid
        return self.name == other.name


def header(path: Path) -> dict[str, Any]:
    """Return the ``mmdl`` part of a file's header; empty without one."""
    text = path.read_text("utf-8") if path.is_file() else ""
    if not text.startswith("---\n"):
        return {}
    try:
        found = yaml.safe_load(text.split("---\n", 2)[1])
    except yaml.YAMLError:  # reading the page will tell
        return {}
    own = found.get("mmdl") if isinstance(found, dict) else None
    return own if isinstance(own, dict) else {}


def authors_of(own: Mapping[str, Any]) -> list[Author]:
    """Return the persons that a header names; what is no person is left out.

    ``mmdl-book check`` tells their authors about such entries.
    """
    entries = own.get("authors")
    found = []
    for entry in entries if isinstance(entries, list) else []:
        given = entry if isinstance(entry, dict) else {}
        name = given.get("name")
        if isinstance(name, str) and name.strip():
            found.append(_author(" ".join(name.split()), given))
    return found


def _author(name: str, given: Mapping[str, Any]) -> Author:
    family = " ".join(str(given.get("family") or "").split())
    orcid = str(given.get("orcid") or "")
    roles = given.get("roles") or ()
    return Author(
        name,
        family if f" {family} " in f" {name} " else "",
        orcid if ORCID.fullmatch(orcid) else "",
        tuple(map(str, roles)) if isinstance(roles, list | tuple) else (str(roles),),
        str(given.get("affiliation") or ""),
    )


def together(names: Iterable[str]) -> str:
    """Return ``A, B and C``."""
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def people(chapters: Iterable[Iterable[Author]]) -> list[Author]:
    """Return each person once, in the book's order, with all that is told of them."""
    found: list[Author] = []
    for author in (author for chapter in chapters for author in chapter):
        place = next((i for i, known in enumerate(found) if known.same(author)), None)
        if place is None:
            found.append(author)
            continue
        known = found[place]
        found[place] = known._replace(
            family=known.family or author.family,
            orcid=known.orcid or author.orcid,
            roles=tuple(dict.fromkeys(known.roles + author.roles)),
            affiliation=known.affiliation or author.affiliation,
        )
    return found
