"""Who wrote a chapter: on its page, on paper, in its citation, among all others."""

import json
import re

import pytest
from authors import Author, authors_of, header, people, together
from pybtex.database import parse_string

ADA = {"name": "Ada Lovelace", "orcid": "0000-0002-1825-0097", "roles": ["text"]}
BARTEL = {
    "name": "Bartel van der Waerden",
    "orcid": "0000-0001-5109-3700",
    "roles": ["proofs", "code"],
    "affiliation": "Universität & Co.",
}
GROUP = {"name": "The Group of Bari", "family": "The Group of Bari"}
GABRIEL = {"name": "Gabriel García Márquez", "family": "García Márquez"}
FIRST = f"""\
---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{name: python3, display_name: Python 3}}
mmdl:
  authors: {json.dumps([ADA, BARTEL])}
  licence: CC-BY-4.0
---
(ch-first)=
# First

The text begins.

```{{code-cell}} ipython3
1 + 1
```
"""
SECOND = """\
---
mmdl:
  authors: [{name: A. Lovelace, orcid: 0000-0002-1825-0097, roles: [figures]}]
---
(ch-second)=
# Second
"""
LIST = "# Who\n\n```{contributors}\n```\n"
FILES = {
    "learning/first": FIRST,
    "learning/second": SECOND,
    "learning/pause": "(ch-pause)=\n# Pause",
    "who": LIST,
}
ALL = "The authors of Tiny"


@pytest.fixture
def made(book, tmp_path):
    """The tiny book; cells are not run."""
    (tmp_path / "source").mkdir()
    cited = "preferred-citation: {edition: '0.1', year: 2026}\n"
    (tmp_path / "source/CITATION.cff").write_text(cited, "utf-8")

    def build(builder="html", **config):
        return book(
            FILES,
            builder,
            parser="myst_nb",
            nb_execution_mode="off",
            author=ALL,
            html_title="Tiny",
            suppress_warnings=["myst-nb.lexer"],
            more=["byline", "contributors", "katex", "site_page", "latex_book"],
            **config,
        )

    return build


def test_page_citation_and_notebook_name_the_chapter_s_authors(made):
    built = made()
    assert built.warnings == ""
    page = built.html("book/learning/first")
    head, _, rest = page.partition('<div class="byline">')
    line = rest.partition("<p>")[0]
    assert re.sub(r"<[^>]+>", "", line).strip().split("\n") == [
        "Ada Lovelace · ORCID · text",
        "Bartel van der Waerden · ORCID · proofs, code · Universität &amp; Co.",
        "CC BY 4.0",
    ]
    orcid = 'href="https://orcid.org/0000-0001-5109-3700"'
    assert f'<a {orcid} aria-label="ORCID of Bartel van der Waerden">' in line
    assert '<a rel="license" href="https://creativecommons.org/licenses/by' in line
    assert head.rindex("<h1>") > head.rindex("<section")
    names = "Ada Lovelace and Bartel van der Waerden"
    assert f'<meta name="author" content="{names}">' in page
    assert '<meta name="description" content="The text begins.">' in page
    bibtex = (built.out / "_bibtex/first.bib").read_text("utf-8")
    entry = parse_string(bibtex, "bibtex").entries["mmdl-first"]
    ada, bartel = entry.persons["author"]
    assert (ada.first_names, ada.last_names) == (["Ada"], ["Lovelace"])
    assert (bartel.prelast_names, bartel.last_names) == (["van", "der"], ["Waerden"])
    assert (entry.fields["edition"], entry.fields["year"]) == ("0.1", "2026")
    previews = (built.out / "_previews/book/learning/first.js").read_text("utf-8")
    assert "<p>The text begins.</p>" in previews
    notebook = (built.out / "_notebooks/first.ipynb").read_text("utf-8")
    assert f"*{names}*" in notebook


def test_page_that_names_nobody_belongs_to_all(made):
    built = made()
    page = built.html("book/learning/pause")
    assert "byline" not in page
    assert '<meta name="author"' not in page
    bibtex = (built.out / "_bibtex/pause.bib").read_text("utf-8")
    assert f"  author = {{{{{ALL}}}}},\n" in bibtex


def test_contributors_are_listed_once_with_their_chapters_and_roles(made):
    page = made().html("book/who")
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    text = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", row)).strip() for row in rows]
    assert text == [
        "Who What",
        "Ada Lovelace, ORCID Chapter 1 (text); Chapter 2 (figures)",
        "Bartel van der Waerden, ORCID, Universität &amp; Co. Chapter 1 (proofs, code)",
        f"{ALL} Interlude N",
    ]
    assert 'href="learning/second.html#ch-second"' in rows[1]
    assert 'href="https://orcid.org/0000-0002-1825-0097"' in rows[1]


def test_paper_names_them_with_numbers_that_can_be_typed(made):
    tex = made("latex", mmdl_pdf_chapter="book/learning/first").tex
    line = tex.partition("\\begin{mmdlbyline}")[2].partition("\\end{mmdlbyline}")[0]
    ada, bartel, licence = line.split("\n")[1:-1]
    assert ada.startswith("\\textbf{Ada Lovelace}\\quad text\\quad\\href{")
    number = "orcid.org/0000-0001-5109-3700"
    assert "}\\quad proofs, code; Universität \\& Co.\\quad" in bartel
    assert bartel.endswith(f"\\href{{https://{number}}}{{{number}}}\\par")
    assert licence.endswith("{CC BY 4.0}\\par")
    assert "\\author{Ada Lovelace and Bartel van der Waerden}" in tex


@pytest.mark.parametrize(
    ("entry", "parts", "bibtex"),
    [
        (ADA, ("Ada", "", "Lovelace"), "Lovelace, Ada"),
        (BARTEL, ("Bartel", "van der", "Waerden"), "van der Waerden, Bartel"),
        (GABRIEL, ("Gabriel", "", "García Márquez"), "García Márquez, Gabriel"),
        ({"name": "Erdős Pál", "family": "Erdős"}, ("Pál", "", "Erdős"), "Erdős, Pál"),
        ({"name": "Plato"}, ("", "", "Plato"), "{Plato}"),
        (GROUP, ("", "", "The Group of Bari"), "{The Group of Bari}"),
        ({"name": "Ada and Co"}, ("Ada", "and", "Co"), "{Ada and Co}"),
        ({"name": "A}, B {\\x"}, ("A}, B", "", "{\\x"), "{A, B x}"),
    ],
)
def test_a_name_has_given_and_family_parts(entry, parts, bibtex):
    (author,) = authors_of({"authors": [entry]})
    assert author.parts == parts
    assert author.bibtex == bibtex


@pytest.mark.parametrize(
    "own",
    [{}, {"authors": None}, {"authors": "Ada"}, {"authors": ["Ada", {"name": 3}, {}]}],
)
def test_what_is_no_person_is_left_out(own):
    assert authors_of(own) == []


def test_an_orcid_that_is_none_leads_nowhere():
    entry = {"name": "Ada", "orcid": 'x" onclick="alert(1)'}
    assert authors_of({"authors": [entry]})[0].address == ""


@pytest.mark.parametrize(
    "text", ["# No header\n", "---\nmmdl: 3\n---\n", "---\nmmdl: {\n---\n", "---\n"]
)
def test_a_header_that_says_nothing_is_empty(tmp_path, text):
    (tmp_path / "one.md").write_text(text, "utf-8")
    assert header(tmp_path / "one.md") == {}


def test_one_person_is_told_from_another_by_the_orcid_first():
    one, other = "0000-0002-1825-0097", "0000-0001-5109-3700"
    found = people(
        [
            [Author("Li Wei", orcid=one, roles=("text",))],
            [Author("Li Wei", orcid=other)],
            [Author("W. Li", orcid=one, roles=("code", "text"), affiliation="Bari")],
        ]
    )
    merged = Author("Li Wei", "", one, ("text", "code"), "Bari")
    assert found == [merged, Author("Li Wei", orcid=other)]


@pytest.mark.parametrize(
    ("names", "text"), [("A", "A"), ("AB", "A and B"), ("ABC", "A, B and C")]
)
def test_names_are_joined_as_a_sentence_has_them(names, text):
    assert together(names) == text
