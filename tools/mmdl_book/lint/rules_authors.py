"""Rules on who wrote a chapter: what the byline and the citations are made from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mmdl_book.lint.book import Index, nearest
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import Fault, rule
from mmdl_book.lint.rules_page import line_of, own, settings

AUTHOR = {"name", "family", "orcid", "roles", "affiliation", "email"}
ROLES = (
    *("text", "proofs", "code", "figures"),
    *("exercises", "data", "review", "translation"),
)


@rule(
    "MM105",
    "A chapter without authors",
    why="Authors are named in the byline, in citations and among the contributors.",
    wrong="mmdl: {minutes: 90}",
    right="mmdl:\n  authors: [{name: Ada Lovelace, orcid: 0000-0002-1825-0097}]",
)
def draft_has_authors(page: Page, book: Index) -> Iterator[Fault]:
    authors = own(page).get("authors")
    form = "write authors: [{name: Your Name}]."
    if not settings(page):
        return  # told by MM101 or MM102
    if "/drafts/" in page.path and not authors:
        yield Fault(line_of(page, "mmdl"), 1, "The header names no authors.", form)
    if authors is None:
        return
    entries = authors if isinstance(authors, list) else [authors]
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            line = line_of(page, "authors")
            yield Fault(line, 1, "An author is a mapping with a name.", form)
        else:
            for key in set(entry) - AUTHOR:
                guess = nearest(str(key), AUTHOR) or f"use {', '.join(sorted(AUTHOR))}."
                message = f"An author has no {key}."
                yield Fault(line_of(page, str(key)), 1, message, guess)


def orcid_is_right(orcid: str) -> bool:
    """Form and check digit (ISO 7064, 11-2)."""
    if not re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", orcid):
        return False
    total = 0
    digits = orcid.replace("-", "")
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    expected = (12 - total % 11) % 11
    return digits[-1] == ("X" if expected == 10 else str(expected))


@rule(
    "MM110",
    "An ORCID that is none",
    why="The last digit checks the others; a wrong one links to somebody else.",
    wrong="orcid: 0000-0002-1825-0098",
    right="orcid: 0000-0002-1825-0097",
)
def orcids_are_right(page: Page, book: Index) -> Iterator[Fault]:
    authors = own(page).get("authors")
    for entry in authors if isinstance(authors, list) else []:
        orcid = entry.get("orcid") if isinstance(entry, dict) else None
        if orcid is not None and not orcid_is_right(str(orcid)):
            message = f"{orcid} is no ORCID: its form or its check digit is wrong."
            line = line_of(page, str(orcid))
            yield Fault(line, 1, message, "copy it from orcid.org.")


@rule(
    "MM113",
    "An author's part that nobody can read",
    why="Roles and family names are printed in the byline, in citations and among the "
    "contributors.",
    wrong="{name: Ada Lovelace, roles: [figure], family: Lovelac}",
    right="{name: Ada Lovelace, roles: [figures], family: Lovelace}",
)
def roles_are_known(page: Page, book: Index) -> Iterator[Fault]:
    authors = own(page).get("authors")
    for entry in authors if isinstance(authors, list) else []:
        given = entry if isinstance(entry, dict) else {}
        roles = given.get("roles") or []
        for role in roles if isinstance(roles, list) else [roles]:
            if role not in ROLES:
                fix = nearest(str(role), ROLES) or f"use {', '.join(ROLES)}."
                line = line_of(page, str(role))
                yield Fault(line, 1, f"The book has no role {role}.", fix)
        name, family = f" {given.get('name')} ", given.get("family")
        if family is not None and f" {family} " not in name:
            message = f"The family name {family} is no part of the name{name.rstrip()}."
            line = line_of(page, "family")
            yield Fault(line, 1, message, "write it as it stands in the name.")
