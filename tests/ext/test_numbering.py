"""Numbers come from the plan, in both outputs, and references print them."""

import sys

import pytest
from sphinx.errors import ExtensionError

SECOND = """
    (ch-second)=
    # Second chapter

    ## One

    (sec-two)=
    ## Two

    (sec-deep)=
    ### Deep

    $$ a $$ (eq-a)

    ```{figure} x.svg
    :name: fig-x
    :alt: nothing
    A figure.
    ```
"""


def appendix(text: str) -> str:
    return f"(ch-notation)=\n# Notation\n\n## Letters\n\n{text}\n"


def test_chapter_has_the_number_of_the_plan_though_it_is_the_first_published(book):
    page = book({"learning/second": "# Second chapter\n\n## One"}).html(
        "book/learning/second"
    )
    assert '<span class="section-number">2. </span>Second chapter' in page
    assert '<span class="section-number">2.1. </span>One' in page


def test_appendix_is_lettered(book):
    page = book({"appendices/notation": appendix("")}).html("book/appendices/notation")
    assert '<span class="section-number">B. </span>Notation' in page
    assert '<span class="section-number">B.1. </span>Letters' in page


def test_subsections_have_no_number(book):
    page = book({"learning/second": SECOND}).html("book/learning/second")
    assert "<h3>Deep<" in page


@pytest.mark.parametrize("role", ["ref", "numref"])
def test_references_print_the_word_and_the_number(book, role):
    text = appendix(
        f"{{{role}}}`ch-second`, {{{role}}}`sec-two`, {{{role}}}`ch-notation`."
    )
    built = book({"learning/second": SECOND, "appendices/notation": text})
    page = built.html("book/appendices/notation")
    assert ">Chapter\N{NO-BREAK SPACE}2</span></a>" in page
    assert ">Section\N{NO-BREAK SPACE}2.2</span></a>" in page
    assert ">Appendix\N{NO-BREAK SPACE}B</span></a>" in page
    assert built.warnings.count("WARNING") == 1  # the missing figure file


def test_reference_with_a_title_keeps_it(book):
    text = appendix("{ref}`two <sec-two>`")
    built = book({"learning/second": SECOND, "appendices/notation": text})
    assert ">two</span></a>" in built.html("book/appendices/notation")


def test_unnumbered_section_is_named_by_its_title(book):
    text = appendix("{ref}`sec-deep`")
    built = book({"learning/second": SECOND, "appendices/notation": text})
    assert ">Deep</span></a>" in built.html("book/appendices/notation")


def test_planned_chapter_is_named_without_a_link(book):
    built = book({"appendices/notation": appendix("{ref}`ch-pause`, {ref}`ch-first`")})
    page = built.html("book/appendices/notation")
    assert '<span class="planned">Interlude\N{NO-BREAK SPACE}N</span>' in page
    assert '<span class="planned">Chapter\N{NO-BREAK SPACE}1</span>' in page
    assert built.warnings == ""


def test_unknown_label_warns_with_its_place(book):
    built = book({"appendices/notation": appendix("{ref}`ch-nowhere`")})
    assert "notation.md:6: WARNING: undefined label: 'ch-nowhere'" in built.warnings


def test_figures_and_equations_count_within_the_chapter(book):
    text = appendix("{numref}`fig-x` {eq}`eq-a` {eq}`eq-b`\n\n$$ b $$ (eq-b)")
    built = book({"learning/second": SECOND, "appendices/notation": text})
    page = built.html("book/appendices/notation")
    assert "Fig. 2.1" in page
    assert ">(2.1)</a>" in page
    assert ">(B.1)</a>" in page


def test_file_without_a_place_in_the_plan_warns(book):
    built = book({"learning/third": "# Third"})
    assert "book/learning/third.md: WARNING: expected a planned chapter" in (
        built.warnings
    )


def test_page_outside_the_plan_has_no_number_and_no_warning(book):
    built = book({"ledger": "# Ledger\n\n## Part"})
    assert "section-number" not in built.html("book/ledger")
    assert built.warnings == ""


def test_second_build_reads_and_writes_nothing(book, tmp_path):
    files = {"learning/second": "# Second\n\n## One", "ledger": "# Ledger"}
    book(files)
    page = tmp_path / "html/book/learning/second.html"
    before = page.stat().st_mtime_ns
    book(files)
    assert page.stat().st_mtime_ns == before


def many(text: str) -> dict[str, str]:
    """Return two chapters and enough pages that Sphinx reads them in parallel."""
    pages = {f"page{i}": f"# Page {i}\n\n{{prf:ref}}`def-b`" for i in range(10)}
    chapter = "# S\n\n:::{prf:definition}\n:label: def-%s\nA.\n:::\n\n$$ a $$ (eq-%s)\n"
    return {
        "learning/first": chapter % ("a", "a"),
        "learning/second": chapter % ("b", "b") + text,
        **pages,
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Sphinx reads serially here")
def test_parallel_build_gives_the_same_pages(book, tmp_path):
    files = many("See {eq}`eq-a`, {prf:ref}`def-a`.")
    serial = book(files)
    pages = {p.name: p.read_text("utf-8") for p in serial.out.rglob("*.html")}
    (tmp_path / "html").rename(tmp_path / "serial")
    built = book(files, parallel=2)
    assert built.warnings == ""
    assert {p.name: p.read_text("utf-8") for p in built.out.rglob("*.html")} == pages


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (None, "found no such file"),
        ("parts: [", r"plan.yml:\d+: broken YAML"),
        ("parts: [{title: T}]", "missing 'chapters'"),
        ("[]", "expected 'parts'"),
    ],
)
def test_bad_plan_is_one_clear_sentence(tmp_path, plan, message):
    from plan import load_plan

    if plan is not None:
        (tmp_path / "plan.yml").write_text(plan, encoding="utf-8")
    with pytest.raises(ExtensionError, match=message):
        load_plan(tmp_path, "plan.yml")


def test_drafts_are_chapters_without_a_place_yet(book):
    text = """
        (ch-mine)=
        # My chapter

        See {ref}`ch-mine`.

        $$ a $$ (eq-mine)
    """
    built = book({"drafts/mine": text, "learning/second": "# Second"})
    assert built.warnings == ""
    page = built.html("book/drafts/mine")
    assert '<span class="section-number">X1. </span>My chapter' in page
    assert ">Draft\N{NO-BREAK SPACE}X1</span>" in page
    assert "(X1.1)" in page


def test_drafts_stand_before_the_appendices(tmp_path):
    from plan import load_plan

    (tmp_path / "plan.yml").write_text(
        "parts: [\n"
        "{title: T, number: I, folder: t, chapters: [{number: 1, slug: a, title: A}]},"
        "{title: E, number: '', folder: e, chapters: [{number: B, slug: b, title: B}]}]"
    )
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts/x.md").write_text("# Mine\n")
    assert [c.name.split()[1] for c in load_plan(tmp_path, "plan.yml").values()] == [
        "1",
        "X1",
        "B",
    ]
