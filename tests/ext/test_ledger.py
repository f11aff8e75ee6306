"""The theorem ledger on tiny books."""

import json
from textwrap import dedent

import pytest
from conftest import EXTENSIONS

CHAPTER = """
    # Second

    :::{prf:theorem} Halves ($x/2$)
    :label: thm-half

    Let $x \\in \\mathbb{R}$.
    - (H1) $x > 0$
    - (H2) $x < 1$, see {prf:ref}`lem-small`

    Then $x/2 < x$.
    :::

    :::{prf:proof}
    Subtract.
    :::

    :::{prf:lemma}
    :label: lem-small

    Let y be small. Let it be positive. There is more:

    $$
    y < 1 .
    $$
    :::

    :::{prf:proof}
    It is.
    :::
"""
PAGES = {
    "learning/second": CHAPTER,
    "appendices/notation": "# L\n\n```{theorem-ledger}\n```\n",
}


def record(label, **changes):
    mutants = [{"name": "the half lost", "rejected": True, "error": ""}]
    return {
        "label": label,
        "name": "half is less",
        "kind": "inequality",
        "sentence": "$x/2 < x$ always.",
        "file": "tests/claims/test_second.py",
        "line": 3,
        "instances": 200,
        "worst": 0.1,
        "sharp": True,
        "mutants": mutants,
        "error": "",
        "seconds": 0.1,
        **changes,
    }


@pytest.fixture
def ledger_book(book, tmp_path):
    """Return ``build(claims, untested)``: a book whose claims are given."""

    def build(claims, untested=(), *, builder="html", pages=PAGES, broken=False):
        folder = tmp_path / "source/tests/claims"
        folder.mkdir(parents=True, exist_ok=True)
        answer = json.dumps({"claims": claims, "untested": list(untested)})
        (folder / "__init__.py").write_text("")
        (folder / "test_second.py").write_text('"""Claims."""\n\nx = 1\n')
        script = f"""
            import pathlib, sys
            out = pathlib.Path(sys.argv[1])
            out.mkdir(exist_ok=True)
            (out / "claims.json").write_text({answer!r})
        """
        text = "raise SyntaxError('no comma')" if broken else dedent(script)
        (folder / "__main__.py").write_text(text)
        extensions = ["myst_parser", *EXTENSIONS, "ledger"]
        return book(pages, builder, extensions=extensions, mmdl_claims="tests")

    return build


BOTH = [record("thm-half"), record("thm-half", line=9), record("lem-small", sharp=None)]


def test_a_line_beside_the_statement_leads_to_its_claims(ledger_book):
    built = ledger_book(BOTH)
    assert not built.warnings
    page = built.html("book/learning/second")
    assert "tested: 2 claims, 2 mutants" in page
    assert 'href="../appendices/notation.html#ledger-thm-half"' in page


def test_the_table_shows_statement_hypotheses_and_claims(ledger_book):
    page = ledger_book(BOTH).html("book/appendices/notation")
    assert 'id="ledger-thm-half"' in page
    assert 'href="../learning/second.html#thm-half"' in page
    assert "2 statements, 3 claims on 600 instances; 3 of 3 mutants rejected." in page
    assert page.count("(H1)") == 1
    # its own row, and inside (H2)
    assert page.count('href="../learning/second.html#lem-small"') == 2
    assert page.count("inequality (sharp)") == 2
    shown = "Let y be small. Let it be positive."
    assert f'<p class="ledger-hypothesis">{shown}</p>' in page
    assert 'href="../../claims/second.html#L3"' in page


def test_the_claims_source_has_a_page_with_line_anchors(ledger_book):
    page = ledger_book(BOTH).html("claims/second")
    assert '<span id="L3"></span>' in page
    assert "tests/claims/test_second.py" in page


def test_a_statement_without_claim_is_a_located_warning(ledger_book):
    warnings = ledger_book(BOTH[:2]).warnings
    assert "second.md:18: WARNING: Lemma\N{NO-BREAK SPACE}2.2 (lem-small)" in warnings
    assert 'or untested("lem-small", reason="...")' in warnings


def test_a_stated_reason_takes_the_place_of_a_claim(ledger_book):
    reason = {
        "label": "lem-small",
        "reason": "pure existence",
        "file": "tests/claims/test_second.py",
        "line": 4,
    }
    built = ledger_book(BOTH[:2], [reason])
    assert not built.warnings
    assert "Untested: pure existence" in built.html("book/appendices/notation")


def test_a_failing_claim_is_a_warning_at_its_line(ledger_book):
    bad = record("thm-half", error="thm-half: the mutant 'x' survives")
    built = ledger_book([bad, BOTH[2]])
    assert "test_second.py:3: WARNING: a claim fails: thm-half: the" in built.warnings
    assert "a claim fails" in built.html("book/learning/second")


def test_a_claim_of_an_unknown_label_is_a_warning(ledger_book):
    warnings = ledger_book([*BOTH, record("thm-haff", line=7)]).warnings
    assert "test_second.py:7: WARNING: no published chapter has thm-haff" in warnings


def test_claims_of_an_unwritten_chapter_are_no_warning(ledger_book):
    early = record("thm-early", file="tests/claims/test_pause_again.py")
    stranger = record("thm-none", file="tests/claims/test_nobody.py")
    assert not ledger_book([*BOTH, early, stranger]).warnings


def test_a_second_file_of_a_chapter_belongs_to_it(ledger_book):
    more = record("thm-haff", file="tests/claims/test_second_noise.py")
    warnings = ledger_book([*BOTH, more]).warnings
    assert "no published chapter has thm-haff" in warnings


def test_claims_that_do_not_run_are_one_warning(ledger_book):
    warnings = ledger_book(BOTH, broken=True).warnings
    assert "the claims did not run: SyntaxError: no comma" in warnings


def test_a_changed_result_rewrites_the_pages(ledger_book):
    ledger_book(BOTH)
    again = ledger_book([*BOTH, record("lem-small", line=12)])
    assert again.html("book/learning/second").count("tested: 2 claims") == 2
    assert "4 claims" in again.html("book/appendices/notation")


def test_the_pdf_has_the_same_table(ledger_book):
    tex = ledger_book(BOTH, builder="latex").tex
    assert "longtable" in tex
    assert "tested: 2 claims, 2 mutants" in tex
    assert r"\(x/2 < x\) always." in tex


def test_a_chapter_can_refer_to_the_claims_of_a_statement(ledger_book):
    chapter = CHAPTER + "\n    See its {ref}`claims <ledger-thm-half>`.\n"
    built = ledger_book(BOTH, pages={**PAGES, "learning/second": chapter})
    assert not built.warnings
    page = built.html("book/learning/second")
    assert page.count('href="../appendices/notation.html#ledger-thm-half"') == 2


def test_without_a_ledger_page_the_line_stays(ledger_book):
    built = ledger_book(BOTH, pages={"learning/second": CHAPTER})
    assert "tested: 2 claims, 2 mutants" in built.html("book/learning/second")
