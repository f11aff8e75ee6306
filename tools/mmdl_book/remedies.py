"""What to do about the warnings of Sphinx and its extensions, in a few words."""

from __future__ import annotations

import re

_REMEDIES = (  # the beginning of a warning, what its reader should do
    (r"undefined label:", "write (label)= above its heading, or correct the label"),
    (r"equation not found:", "write (label) behind its $$, or correct the label"),
    (r"could not find bibtex key", "add it to book/references.bib, or correct it"),
    (r"'myst' cross-reference target not found", "correct the link"),
    (r"\w+:\w+ reference target not found", "correct the name, or put it into __all__"),
    (r"Unknown directive type", "correct its name"),
    (r"Unknown interpreted text role", "correct its name"),
    (r"image file not readable", "correct the path; it starts at the chapter's folder"),
    (r"duplicate label", "choose another"),
    (r"document isn't included in any toctree", "list it in _toc.yml"),
    (r"Document headings start at", "begin with one # and leave no level out"),
    (r"Non-consecutive header level", "leave no level out"),
)
# Docutils tells again, without its line, what Sphinx has told.
_TOLD_TWICE = re.compile(r':1: Duplicate ID: "')


def with_remedy(words: str) -> str:
    """`words`, and what to do."""
    if words.endswith(".") or "; " in words:
        return words
    for start, remedy in _REMEDIES:
        if re.match(start, words):
            return f"{words}; {remedy}."
    return words


def once(findings: list[str]) -> list[str]:
    """`findings` without those that another one tells better."""
    labels = any("duplicate label" in finding for finding in findings)
    kept = [f for f in findings if not (labels and _TOLD_TWICE.search(f))]
    return list(dict.fromkeys(kept))
