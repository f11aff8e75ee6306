"""What an edit writes anew: the pages that show it, and no others."""

from __future__ import annotations

import os

import pytest
from tool_books import Book, dressed

FIRST = r"""(ch-least-squares)=
# First

Prose.

:::{prf:definition} A thing
:label: def-thing

A *thing* satisfies

$$ x = 1. $$ (eq-thing)
:::
"""
SECOND = """(ch-likelihood)=
# Second

Recall {prf:ref}`def-thing`, {eq}`eq-thing` and {cite:t}`a`.
"""
THIRD = """(ch-neurons)=
# Third

Nothing of others, see {ref}`ch-likelihood`.
"""
PAGES = {
    "first": "book/learning/least-squares",
    "second": "book/learning/likelihood",
    "third": "book/networks/neurons",
    "bibliography": "book/appendices/bibliography",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    """A book of three chapters, built once; each test edits it further."""
    root = tmp_path_factory.mktemp("memory") / "book"
    texts = dict(zip(list(PAGES.values())[:3], (FIRST, SECOND, THIRD), strict=True))
    new = dressed(root, {k.removeprefix("book/"): v for k, v in texts.items()})
    said = new.run("build")
    assert (said.code, said.err) == (0, "")
    return new


def written(book: Book, name: str, old: str, new: str) -> set[str]:
    """Replace `old` by `new` in a page; the pages that the next build writes."""
    stamps = stamps_of(book)
    path = book.root / f"{PAGES[name]}.md"
    text = path.read_text("utf8")
    assert old in text
    path.write_text(text.replace(old, new), "utf8")
    said = book.run("build")
    assert (said.code, said.err) == (0, "")
    return {page for page, stamp in stamps_of(book).items() if stamp != stamps[page]}


def stamps_of(book: Book) -> dict[str, int]:
    """When each page was written last."""
    folder = book.root / "_build/.work/html"
    return {n: (folder / f"{p}.html").stat().st_mtime_ns for n, p in PAGES.items()}


def test_a_sentence_above_statements_and_formulas_writes_its_page_only(book):
    assert written(book, "first", "Prose.", "Prose.\n\nMore prose.") == {"first"}
    assert "More prose." in book.page(f"{PAGES['first']}.html")


def test_a_statement_put_before_another_writes_the_pages_that_show_its_number(book):
    new = ":::{prf:remark} New\nA remark.\n:::\n\n:::{prf:definition} A"
    found = written(book, "first", ":::{prf:definition} A", new)
    assert found == {"first", "second"}
    shown = book.page(f"{PAGES['second']}.html")
    assert "Definition\N{NO-BREAK SPACE}2.2" in shown


def test_a_formula_put_before_another_writes_the_pages_that_show_its_number(book):
    new = "Prose.\n\n$$ y = 2 $$ (eq-new)\n"
    assert written(book, "first", "Prose.", new) == {"first", "second"}
    assert "(2.2)" in book.page(f"{PAGES['second']}.html")


def test_a_citation_of_a_listed_entry_writes_its_page_only(book):
    found = written(book, "third", "Nothing", "As {cite:t}`a` says: Nothing")
    assert found == {"third"}


@pytest.mark.parametrize("key", ["b", "c"])
def test_an_entry_whose_file_looks_old_is_found(book, key):
    path = book.root / "book/references.bib"
    entry = f"@book{{{key}, author={{New, {key}}}, title={{U}}, year={{2}}}}\n"
    path.write_text(path.read_text("utf8") + entry, "utf8")
    os.utime(path, ns=(0, ord(key)))  # as git and editors may leave it
    found = written(book, "third", "Nothing", f"With {{cite:t}}`{key}`: Nothing")
    assert found == {"third", "bibliography"}
    assert f"New, {key}" in book.page(f"{PAGES['bibliography']}.html")


def test_an_entry_that_changes_writes_the_pages_that_cite_it(book):
    path = book.root / "book/references.bib"
    path.write_text(path.read_text("utf8").replace("{A, B}", "{Abel, N}"), "utf8")
    texts = {n: (book.root / f"{p}.md").read_text("utf8") for n, p in PAGES.items()}
    citing = {name for name, text in texts.items() if "`a`" in text}
    assert "second" in citing  # and the third, after the test that made it cite
    found = written(book, "first", "Prose.", "Prose.\n\nProse.")
    assert found == {"first", "bibliography"} | citing
    assert "Abel" in book.page(f"{PAGES['second']}.html")


def test_a_new_title_writes_all_pages(book):
    assert written(book, "third", "# Third", "# Fourth") == set(PAGES)


def test_no_page_is_written_where_nothing_changed(book):
    stamps = stamps_of(book)
    assert "Wrote 0 pages;" in book.run("build").out
    assert stamps_of(book) == stamps
