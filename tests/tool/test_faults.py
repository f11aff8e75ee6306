"""Faults in a chapter under the book's own settings: each is told with its line."""

from __future__ import annotations

import shutil

import pytest
from tool_books import ROOT, Book

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
FAULTS = {
    "undefined macro": (10, r"\nosuchmacro"),
    "undefined equation": (12, "eq-nowhere"),
    "undefined statement": (14, "thm-nowhere"),
    "undefined section": (16, "sec-nowhere"),
    "undefined citation": (18, "nobody1900"),
    "undefined page": (20, "nowhere.md"),
    "undefined object": (22, "mmdl.nowhere"),
    "duplicate label": (24, "eq-there"),
    "unknown directive": (26, "nosuchdirective"),
    "missing image": (31, "nowhere.png"),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> list[str]:
    """What a build says about all faults."""
    book = Book(tmp_path_factory.mktemp("faults"))
    for folder in ("_ext", "_vendor", "_static"):
        shutil.copytree(ROOT / "book" / folder, book.root / "book" / folder)
    for name in (
        "plan.yml",
        "macros.yml",
        "references.bib",
        "appendices/bibliography.md",
    ):
        text = (ROOT / "book" / name).read_text("utf8")
        book.write(f"book/{name}", text)
    settings = (ROOT / "_config.yml").read_text("utf8")
    book.write("_config.yml", settings.replace("mmdl_claims: tests", "mmdl_claims: ''"))
    book.write("book/welcome.md", "# Welcome\n")
    book.write("book/learning/least-squares.md", CHAPTER)
    book.write(
        "_toc.yml",
        "{format: jb-book, root: book/welcome, chapters: [{file: book/learning/"
        "least-squares}, {file: book/appendices/bibliography}]}",
    )
    done = book.run("build")
    assert done.code == 1
    return done.err.splitlines()


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_told_with_its_line(said, fault):
    line, word = FAULTS[fault]
    place = f"book/learning/least-squares.md:{line}:"
    assert [told for told in said if told.startswith(place) and word in told], said


def test_nothing_else_is_told(said):
    findings = [told for told in said[:-1] if not told.startswith("    ")]
    for told in findings:  # the duplicate label counts twice: as equation and as place
        assert told.startswith("book/learning/least-squares.md:")
    assert said[-1] == f"{len(FAULTS) + 1} findings."
