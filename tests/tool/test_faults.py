"""Faults in a chapter under the book's own settings: each is told with its line."""

from __future__ import annotations

import pytest
from tool_books import dressed

CHAPTER = r"""---
mmdl:
  needs: []
---
(ch-least-squares)=
# A chapter

$$ x $$ (eq-there)

An undefined macro $\nosuchmacro x$ in a formula.

An equation {eq}`eq-nowhere`.

A theorem {prf:ref}`thm-nowhere`.

A section {ref}`sec-nowhere`.

A source {cite:t}`nobody1900`.

A page [text](nowhere.md).

An object {func}`~mmdl.nowhere`.

$$ y $$ (eq-there)

```{nosuchdirective}
```

An image:

![A curve](nowhere.png)
"""
CHAPTER_FILE = "book/learning/least-squares.md"
FAULTS = {
    "undefined macro": r"10: formula: Undefined control sequence: \nosuchmacro; "
    "define it in book/macros.yml.",
    "undefined equation": "12: equation not found: eq-nowhere; write (label) behind "
    "its $$, or correct the label.",
    "undefined statement": "14: expected the label of a statement or exercise, "
    "received thm-nowhere, which no published chapter defines; correct the label.",
    "undefined section": "16: undefined label: 'sec-nowhere'; write (label)= above "
    "its heading, or correct the label.",
    "undefined citation": '18: could not find bibtex key "nobody1900"; add it to '
    "book/references.bib, or correct it.",
    "undefined page": "20: 'myst' cross-reference target not found: 'nowhere.md'; "
    "correct the link.",
    "undefined object": "22: py:func reference target not found: mmdl.nowhere; "
    "correct the name, or put it into __all__.",
    "duplicate label": "24: duplicate label of equation eq-there, other instance in "
    "book/learning/least-squares; choose another.",
    "unknown directive": "26: Unknown directive type: 'nosuchdirective'; correct its "
    "name.",
    "missing image": "31: image file not readable: book/learning/nowhere.png; correct "
    "the path; it starts at the chapter's folder.",
}


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> list[str]:
    """What a build says about all faults."""
    folder = tmp_path_factory.mktemp("faults")
    book = dressed(folder, {"learning/least-squares": CHAPTER})
    done = book.run("build")
    assert done.code == 1
    return done.err.splitlines()


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_one_sentence_with_its_line(said, fault):
    assert f"{CHAPTER_FILE}:{FAULTS[fault]}" in said


def test_nothing_else_is_told(said):
    findings = [told for told in said[:-1] if not told.startswith("    ")]
    assert len(findings) == len(FAULTS)
    assert said[-1] == f"{len(FAULTS)} findings."
