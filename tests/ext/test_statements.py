"""Statements and proofs: one counter, labels, status, ∎."""

import pytest
from prf_domain import Entry

THEOREM = """
    # Second

    :::{prf:definition} Risk
    :label: def-risk
    A risk.
    :::

    :::{prf:theorem} On $X$ (Legendre, 1805)
    :label: thm-x

    Let
    - (H1) $X$ be
      a matrix,
    - (H2) $y$ a column.

    Then all is well.
    :::
"""
PROOF = """
    :::{prf:proof}
    By {prf:ref}`def-risk`.
    :::
"""
PAGE = "book/learning/second"


def chapter(book, text: str, builder: str = "html"):
    return book({"learning/second": text}, builder)


def test_all_kinds_share_one_counter_per_chapter(book):
    page = chapter(book, THEOREM + PROOF).html(PAGE)
    assert 'class="statement-number">Definition\N{NO-BREAK SPACE}2.1</span>' in page
    assert 'class="statement-number">Theorem\N{NO-BREAK SPACE}2.2</span>' in page


def test_statement_is_a_named_group_with_its_label_as_id(book):
    page = chapter(book, THEOREM + PROOF).html(PAGE)
    assert 'class="statement theorem" id="thm-x" role="group"' in page
    assert 'aria-labelledby="thm-x-title"' in page
    assert 'class="statement-title" id="thm-x-title"' in page


def test_entry_holds_what_the_ledger_needs(book):
    domain = chapter(book, THEOREM + PROOF).env.get_domain("prf")
    entry = domain.entries["thm-x"]
    assert isinstance(entry, Entry)
    assert (entry.kind, entry.number, entry.line) == ("theorem", "2.2", 9)
    assert entry.title == "On X (Legendre, 1805)"
    assert entry.source.endswith("Then all is well.")
    assert domain.status(entry) == "proved"
    assert domain.status(domain.entries["def-risk"]) == "definition"


def test_reference_prints_kind_and_number(book):
    page = chapter(book, THEOREM + PROOF).html(PAGE)
    link = '<a class="reference internal" href="#def-risk"><span class="prf-ref">'
    assert f"{link}Definition\N{NO-BREAK SPACE}2.1</span></a>" in page


def test_unknown_reference_warns_at_its_line(book):
    built = chapter(book, "# Second\n\n{prf:ref}`thm-none`")
    assert "second.md:3: WARNING: expected the label of a statement" in built.warnings
    assert "thm-none" in built.warnings


def test_statement_without_proof_warns_at_its_line(book):
    built = chapter(book, THEOREM)
    assert "second.md:9: WARNING: Theorem\N{NO-BREAK SPACE}2.2 (thm-x): expected a" in (
        built.warnings
    )


def test_definition_needs_neither_proof_nor_label(book):
    built = chapter(book, "# Second\n\n:::{prf:definition}\nA.\n:::")
    assert built.warnings == ""
    assert 'id="definition-2-1"' in built.html(PAGE)


def test_stated_without_proof_is_accepted_with_a_citation_only(book):
    text = "# S\n\n:::{prf:lemma}\n:label: lem-a\nA. **Stated\nwithout proof**%s.\n:::"
    assert "expected a citation" in chapter(book, text % "").warnings
    built = chapter(book, text % " {cite:p}`a`")
    assert "expected a citation" not in built.warnings
    domain = built.env.get_domain("prf")
    assert domain.status(domain.entries["lem-a"]) == "stated"


def test_status_option_says_stated(book):
    text = "# S\n\n:::{prf:lemma}\n:label: lem-a\n:status: stated\nA.\n:::"
    assert chapter(book, text).warnings == ""


@pytest.mark.parametrize("label", ["thm-a", "lem_a", "lem-A", "lemma", ""])
def test_wrong_label_warns(book, label):
    option = f":label: {label}\n" if label else ""
    text = f"# S\n\n:::{{prf:lemma}}\n{option}:status: stated\n\nA.\n:::"
    warnings = chapter(book, text).warnings
    assert "second.md:3: WARNING: lemma: expected a label lem-kebab-topic" in warnings


def test_duplicate_label_warns_once_in_one_file(book):
    text = ":::{prf:definition}\n:label: def-a\nA.\n:::\n"
    built = chapter(book, f"# S\n\n{text}\n{text}")
    assert built.warnings.count("WARNING") == 1
    assert "second.md:8: WARNING: duplicate label def-a: Definition" in built.warnings


def test_duplicate_label_warns_once_across_files(book):
    text = "# S\n\n:::{prf:definition}\n:label: def-a\nA.\n:::\n"
    built = book({"learning/first": text, "learning/second": text})
    assert built.warnings.count("WARNING") == 1
    assert "book/learning/first:3 has it" in built.warnings


def test_proof_names_another_statement(book):
    text = (
        THEOREM
        + PROOF
        + """
    :::{prf:proof}
    :of: thm-x
    Again.
    :::
    """
    )
    page = chapter(book, text).html(PAGE)
    assert 'id="proof-thm-x"' in page
    assert 'id="proof-thm-x-2"' in page
    assert '<p class="proof-title">Proof of <a' in page


def test_proof_of_an_unknown_statement_warns(book):
    built = chapter(book, "# S\n\n:::{prf:proof}\n:of: thm-none\nA.\n:::")
    assert "second.md:3: WARNING: proof of thm-none" in built.warnings


def test_proof_has_an_optional_title(book):
    text = THEOREM + "\n    :::{prf:proof} by *duality*\n    A.\n    :::"
    assert "Proof by <em>duality</em>" in chapter(book, text).html(PAGE)


def test_technical_proof_is_folded_in_html_only(book):
    text = THEOREM + "\n    :::{prf:proof}\n    :class: dropdown\n    A.\n    :::"
    built = chapter(book, text)
    assert '<details class="proof" id="proof-thm-x">\n<summary>Proof</summary>' in (
        built.html(PAGE)
    )
    domain = built.env.get_domain("prf")
    assert domain.status(domain.entries["thm-x"]) == "proved (folded)"
    assert "\\begin{mmdlproof}{Proof}" in chapter(book, text, "latex").tex


@pytest.mark.parametrize(
    ("end", "html"),
    [
        ("So.", '<p>So.<span class="qed" '),
        ("- a\n- b", '<p>b<span class="qed" '),
        ("$$ a $$", '</div>\n<span class="qed after-display" '),
        ("So\n$$ a $$", '</div>\n<span class="qed after-display" '),
        ("So $$ a $$ as claimed.", 'as claimed.<span class="qed" '),
        ("$$ a $$ (eq-a)", '</div>\n<span class="qed after-display" '),
    ],
)
def test_qed_stands_at_the_end_whatever_ends_the_proof(book, end, html):
    text = (
        "# S\n\n:::{prf:lemma}\n:label: lem-a\nA.\n:::\n\n"
        f":::{{prf:proof}}\nFirst.\n\n{end}\n:::\n"
    )
    page = chapter(book, text).html(PAGE)
    assert html in page
    assert page.count("∎") == 1


def test_changed_file_forgets_its_statements(book):
    chapter(book, THEOREM + PROOF)
    domain = chapter(book, "# Second").env.get_domain("prf")
    assert domain.entries == {}
    assert domain.proofs == []


def test_parallel_readers_are_merged_without_those_of_other_files(book):
    domain = chapter(book, "# Second").env.get_domain("prf")
    entry = Entry("lemma", "1.1", "", "lem-a", "book/learning/first", 3)
    other = {"lem-a": entry, "lem-b": entry._replace(label="lem-b", docname="x")}
    domain.merge_domaindata({"book/learning/first"}, {"entries": other, "proofs": []})
    assert list(domain.entries) == ["lem-a"]


def test_latex_prints_the_same_numbers(book):
    tex = chapter(book, THEOREM + PROOF, "latex").tex
    assert "\\begin{mmdlstatement}{definition}{Definition~2.1}{Risk}" in tex
    assert "{Theorem~2.2}{On \\(X\\) (Legendre, 1805)}" in tex
    assert "Definition\N{NO-BREAK SPACE}2.1" in tex
