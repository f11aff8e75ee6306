"""Settings and contents that cannot be right are found before anything runs."""

from __future__ import annotations

import pytest
from mmdl_book.errors import BookError
from mmdl_book.layout import Layout
from mmdl_book.preflight import check
from tool_books import FILES, HEADER


def findings(book) -> str:
    with pytest.raises(BookError) as error:
        check(Layout(book.root))
    return str(error.value)


def test_a_good_book_has_no_findings(book):
    check(Layout(book.root))


@pytest.mark.parametrize("name", ["_config.yml", "_toc.yml", "book/plan.yml"])
def test_broken_yaml_is_told_with_its_line_and_column(book, name):
    book.write(name, "a: 1\nb: [2, 3\nc: 4\n")
    assert findings(book) == (
        f"{name}:3:2: not YAML: expected ',' or ']', but got ':'; "
        "look at this line and above."
    )


def test_settings_of_the_wrong_shape_are_told(book):
    book.write("_config.yml", "just words\n")
    assert "_config.yml:1: 'just words' is not of type 'object'; " in findings(book)


def test_contents_of_the_wrong_shape_are_told(book):
    book.write("_toc.yml", "just words\n")
    assert findings(book).startswith("_toc.yml:1: toc is not a mapping: ")


def test_missing_file_is_told_with_its_remedy(book):
    (book.root / "_config.yml").unlink()
    assert findings(book) == (
        "_config.yml:1: the file is missing; git checkout _config.yml brings it back."
    )


def test_unknown_value_of_a_setting_is_told_with_its_line(book):
    book.append("_config.yml", "bibtex_bibfiles: book/references.bib\n")
    assert findings(book) == (
        "_config.yml:8: 'book/references.bib' is not of type 'array'; "
        "correct this setting."
    )


def test_listed_page_that_is_not_there_is_told_with_a_guess(book):
    book.write("_toc.yml", FILES["_toc.yml"].replace("book/two", "book/tow"))
    assert findings(book) == (
        "_toc.yml:5: there is no page book/tow.md; did you mean book/two?"
    )


def test_malformed_contents_are_told(book):
    book.append("_toc.yml", "  - fiel: book/two\n")
    assert findings(book).startswith("_toc.yml:6: entry does not contain one of ")


def test_broken_header_of_a_chapter_is_told_with_its_line(book):
    book.write("book/one.md", HEADER.replace("{name: python3", "{name: [python3"))
    assert findings(book).startswith("book/one.md:4:")


def test_the_tool_prints_findings_without_a_traceback(book):
    book.write("_toc.yml", "root: [")
    said = book.run("build")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("_toc.yml:1:8: not YAML: ")
    assert len(said.err.splitlines()) == 1
