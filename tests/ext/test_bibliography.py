"""The bibliography: how an entry reads, what is listed, and the rules for keys."""

import re
from pathlib import Path

import pytest
from bib_style import Style
from pybtex.backends.plaintext import Backend
from pybtex.database import parse_file, parse_string
from thorough import some

ROOT = Path(__file__).resolve().parents[2]
BIBLIOGRAPHY = parse_file(str(ROOT / "book" / "references.bib"))
PAGE = "book/learning/second"


SAMPLES = """
@article{article, author={Hoerl, Arthur E. and Kennard, Robert W.}, title={Ridge},
  journal={Technometrics}, volume={12}, number={1}, pages={55--67}, year={1970},
  doi={10.1/x}}
@book{book, author={van der Vaart, Aad W.}, title={{Asymptotic Statistics}},
  publisher={CUP}, edition={2}, year={1998}}
@inproceedings{talk, author={A, B. and C, D. and E, F.}, title={Why?},
  booktitle={NIPS}, volume={3}, pages={1--2}, year={2000}, eprint={1.2}}
@phdthesis{thesis, author={Werbos, Paul J.}, title={Beyond}, school={Harvard},
  year={1974}}
@incollection{chapter, author={R, H.}, title={T}, booktitle={Methods},
  editor={Rustagi, J. S.}, publisher={AP}, year={1971}}
"""
READS = """
article: Hoerl, Arthur E. and Robert W. Kennard (1970). Ridge. Technometrics 12(1), \
55-67. doi:10.1/x.
book: van der Vaart, Aad W. (1998). Asymptotic Statistics. 2nd edition, CUP.
talk: A, B., D. C, and F. E (2000). Why? In NIPS, vol. 3, 1-2. arXiv:1.2.
thesis: Werbos, Paul J. (1974). Beyond. PhD thesis, Harvard.
chapter: R, H. (1971). T. In Methods. Edited by J. S. Rustagi. AP.
""".replace("\\\n", "")


@pytest.mark.parametrize("line", READS.strip().split("\n"), ids=lambda t: t[:4])
def test_an_entry_begins_as_the_text_cites_it(line):
    key, _, text = line.partition(": ")
    entries = parse_string(SAMPLES, "bibtex").entries
    made = next(iter(Style().format_entries([entries[key]]))).text.render(Backend())
    assert made.replace("\N{EN DASH}", "-") == text


ENTRIES = list(BIBLIOGRAPHY.entries.values())


@pytest.mark.parametrize("entry", some(ENTRIES, ENTRIES[::10]), ids=lambda e: e.key)
def test_every_entry_of_the_book_can_be_set_and_has_a_year(entry):
    text = next(iter(Style().format_entries([entry]))).text.render(Backend())
    assert re.match(r".+ \(\d{4}\)\. .+\.$", text)
    assert entry.key == entry.key.lower()
    assert entry.key.endswith(entry.fields["year"])
    assert not re.search(r"[{}$\\]", text)
    assert re.fullmatch(r"10\.\d{4,}/\S+", entry.fields.get("doi", "10.1000/none"))
    assert re.fullmatch(r"\d{4}\.\d{4,5}", entry.fields.get("eprint", "1234.5678"))


def test_only_what_is_cited_is_listed_and_its_identifiers_are_links(book, tmp_path):
    bib = tmp_path / "source" / "refs.bib"
    bib.parent.mkdir(parents=True)
    bib.write_text(
        "@article{legendre1805, author={Legendre, A.}, title={T}, journal={J},"
        " year={1805}, doi={10.1234/abc}}\n"
        "@article{gauss1809, author={Gauss, C.}, title={T}, journal={J}, year={1809}}",
        encoding="utf-8",
    )
    built = book(
        {
            "learning/second": "# Second\n\n{cite:t}`legendre1805` found it.\n",
            "appendices/notation": "# Sources\n\n```{bibliography}\n```\n",
        },
        extensions=["myst_parser", "section_refs", "sphinxcontrib.bibtex", "bib_style"],
        bibtex_bibfiles=["refs.bib"],
        bibtex_reference_style="author_year",
    )
    listed = built.html("book/appendices/notation")
    assert 'href="https://doi.org/10.1234/abc"' in listed
    assert "Gauss" not in listed
    assert re.search(r"Legendre.*1805", re.sub("<[^>]*>", "", built.html(PAGE)))
    assert built.warnings == ""
