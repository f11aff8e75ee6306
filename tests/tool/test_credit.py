"""``credit``: whom the chapters name, CITATION.cff names."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from mmdl_book.credit import FILE, command, credited, current
from mmdl_book.errors import BookError, UsageError
from mmdl_book.layout import Layout
from mmdl_book.lint.rules_authors import ROLES

ROOT = Path(__file__).resolve().parents[2]
PLAN = """\
parts:
  - {number: I, title: Part, folder: part, chapters: [
      {number: 1, slug: one, title: One}, {number: 2, slug: two, title: Two}]}
"""
CONTENTS = """\
format: jb-book
root: book/welcome
chapters:
  - file: book/part/one
  - file: book/part/two
  - file: book/drafts/mine
"""
ADA = "{name: Ada Lovelace, orcid: 0000-0002-1825-0097, roles: [text]}"
GROUP = "{name: A Group, family: A Group, orcid: 0000-0001-5109-3700}"
EMMY = "{name: Emmy Noether, affiliation: 'Erlangen: Bavaria'}"
CITATION = """\
# Written by hand.
preferred-citation:
  type: book
  authors:
  - name: Nobody
    website: https://example.org
  year: 2026
authors:
    - name: "Nobody"   # for now

    - name: Somebody
version: 0.1.0
"""
EXPECTED = """\
# Written by hand.
preferred-citation:
  type: book
  authors:
  - family-names: Lovelace
    given-names: Ada
    orcid: https://orcid.org/0000-0002-1825-0097
  - family-names: Noether
    given-names: Emmy
    affiliation: 'Erlangen: Bavaria'
  year: 2026
authors:
    - family-names: Lovelace
      given-names: Ada
      orcid: https://orcid.org/0000-0002-1825-0097
    - family-names: Noether
      given-names: Emmy
      affiliation: 'Erlangen: Bavaria'
version: 0.1.0
"""


def page(*authors: str) -> str:
    return f"---\nmmdl:\n  authors: [{', '.join(authors)}]\n---\n# Title\n"


@pytest.fixture
def book(tmp_path, monkeypatch) -> Layout:
    """Two chapters and a draft, each with its authors."""
    monkeypatch.syspath_prepend(str(ROOT / "book/_ext"))
    files = {
        "_config.yml": "author: All of us\n",
        "_toc.yml": CONTENTS,
        "book/plan.yml": PLAN,
        "book/part/one.md": page(ADA, EMMY),
        "book/part/two.md": page(ADA),
        "book/drafts/mine.md": page("{name: Carl Gauss}"),
        FILE: CITATION,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf8")
    return Layout(tmp_path)


def test_authors_of_published_chapters_stand_in_the_citation(book, capsys):
    assert command(book, []) == 0
    assert (book.root / FILE).read_text("utf8") == EXPECTED
    assert command(book, []) == 0
    assert (book.root / FILE).read_text("utf8") == EXPECTED
    assert capsys.readouterr().out.splitlines() == [
        "Wrote the authors of the chapters into CITATION.cff.",
        "CITATION.cff names the authors of all chapters already.",
    ]


def test_a_chapter_that_names_nobody_is_credited_to_all(book):
    (book.root / "book/part/two.md").write_text("# Title\n", "utf8")
    assert [row.get("name") for row in credited(book)] == [None, None, "All of us"]


def test_a_group_has_one_name(book):
    (book.root / "book/part/two.md").write_text(page(GROUP, "{name: Plato}"), "utf8")
    assert credited(book)[2:] == [
        {"name": "A Group", "orcid": "https://orcid.org/0000-0001-5109-3700"},
        {"name": "Plato"},
    ]


@pytest.mark.parametrize(
    ("words", "error", "text", "sentence"),
    [
        (["x"], UsageError, CITATION, "credit: received x; it takes nothing."),
        ([], BookError, "authors: [{name: A}]\n", "CITATION.cff:1: expected authors b"),
    ],
)
def test_what_it_refuses(book, words, error, text, sentence):
    (book.root / FILE).write_text(text, "utf8")
    with pytest.raises(error, match=sentence.replace(".", r"\.")):
        command(book, words)
    assert (book.root / FILE).read_text("utf8") == text


def test_a_citation_that_is_lost_is_named(book):
    (book.root / FILE).unlink()
    with pytest.raises(BookError, match=r"CITATION\.cff:1: the file is missing; git"):
        command(book, [])


def test_the_book_s_own_citation_is_current():
    text = (ROOT / FILE).read_text("utf8")
    assert current(Layout(ROOT)) == text, "type: python dev.py credit"
    cited = yaml.safe_load(text)
    assert cited["authors"] == cited["preferred-citation"]["authors"]


def test_the_contributors_page_explains_every_role():
    page = (ROOT / "book/contributors.md").read_text("utf8")
    assert [role for role in ROLES if f"*{role}*" not in page] == []
