"""The LaTeX of a tiny book: given numbers, parts, solutions, single chapters."""

import re

SECOND = """
    (ch-second)=
    # Second chapter

    ## One

    (sec-two)=
    ## Two

    ### Deep

    Then
    $$ a = b $$ (eq-a)
    as said.

    New paragraph.

    And another.

    ```{code-block} python
    :caption: A listing
    :name: code-x
    1 + 1
    ```

    After code.

    ```{list-table} A table
    :name: tab-x
    * - 1
      - 2
    ```

    :::{prf:lemma} Name
    :label: lem-a
    :status: stated

    Let
    - (H1) $x$;
    - (H2) $y$.
    :::

    :::{margin}
    Aside.
    :::

    :::{exercise} ★★ Task
    :label: ex-a
    Do.
    :::

    :::{solution} ex-a
    Done.
    :::
"""
NOTATION = """
    (ch-notation)=
    # Notation

    ## Letters

    See {ref}`ch-second`, {ref}`sec-two`, {eq}`eq-a`, {numref}`tab-x`,
    {prf:ref}`lem-a`, {prf:ref}`that <lem-a>`, {ref}`text <sec-two>`.
"""
FILES = {"learning/second": SECOND, "appendices/notation": NOTATION}
NBSP = "\N{NO-BREAK SPACE}"


def latex(book, files=FILES, **config):
    built = book(files, "latex", more=["latex_book"], **config)
    assert built.warnings == ""
    return built.tex[built.tex.index(r"\begin{document}") :]


def test_headings_print_the_numbers_of_the_plan(book):
    tex = latex(book)
    assert r"\mmdlchapter{Chapter}{2}{Second chapter}" in tex
    assert r"\mmdlsection{2.2}{Two}" in tex
    assert r"\subsection*{Deep}" in tex
    assert r"\mmdlchapter{Appendix}{B}{Notation}" in tex
    assert r"\mmdlsection{B.1}{Letters}" in tex


def test_parts_open_before_their_first_chapter(book):
    tex = latex(book)
    first, second = r"\mmdlpart{I}{Learning from data}", r"\mmdlpart{}{Appendices}"
    assert tex.index(first) < tex.index(r"\mmdlchapter{Chapter}")
    assert tex.index(r"\mmdlchapter{Chapter}") < tex.index(second)


def test_page_of_the_start_is_printed_without_repeating_the_title(book):
    assert r"\mmdlchapter{}{}{About this book}" in latex(book)


def test_captions_and_equations_print_sphinx_numbers(book):
    tex = latex(book)
    assert r"\mmdlnumber{table}{2.1}" in tex
    assert r"\mmdlnumber{literalblock}{2.1}" in tex
    assert "a = b}{\\tag{2.1}\\label{equation:book/learning/second:eq-a}}" in tex


def test_references_print_the_same_text_as_the_site(book):
    tex = latex(book)
    for text in (f"Chapter{NBSP}2", f"Section{NBSP}2.2", f"Lemma{NBSP}2.1"):
        assert re.search(rf"\\hyperref\[[^]]*\]\{{\\sphinxcrossref\{{.*{text}", tex)
    assert r"\hyperref[equation:book/learning/second:eq-a]{(2.1)}" in tex
    assert "Table 2.1" in tex


def test_display_stays_in_its_paragraph(book):
    tex = latex(book)
    assert "Then\n\\mmdldisplay{%\n" in tex
    assert "eq-a}}%\nas said." in tex


def test_display_of_several_lines_is_aligned(book):
    tex = latex(book, {"learning/second": "# S\n\n$$\na &= b \\\\\n&= c\n$$\n"})
    assert "\\mmdldisplaylines{%\na &= b \\\\\n&= c}{}" in tex
    tex = latex(
        book, {"learning/second": "# S\n\n$$\n\\begin{cases} a & b \\end{cases}\n$$\n"}
    )
    assert "\\mmdldisplay{%" in tex


def test_only_a_paragraph_after_a_paragraph_is_indented(book):
    tex = latex(book)
    assert "New paragraph.\n\n\nAnd another." in tex
    assert "\\noindent\nAfter code." in tex


def test_hypotheses_are_labelled_by_themselves(book):
    tex = latex(book)
    assert "\\begin{mmdlhypotheses}\n\\item[(H1)]" in tex
    assert "(H1) \\(x\\)" not in tex


def test_margin_note_is_a_margin_note(book):
    assert re.search(r"\\mmdlmargin\{\s*Aside\.\s*\}", latex(book))


def test_solutions_have_a_chapter_at_their_place_in_the_plan(book):
    files = FILES | {"appendices/bibliography": "# Bibliography"}
    tex = latex(book, files)
    chapter = tex.index(r"\mmdlchapter{Appendix}{J}{Solutions}")
    assert tex.index(r"\mmdlsection{B.1}") < chapter < tex.index("Done.")
    assert tex.index("Done.") < tex.index(r"{K}{Bibliography}")
    assert r"\section*{Chapter~2. Second chapter}" in tex
    assert r"{Exercise~2.1}{book/learning/second:ex-a}" in tex


def test_exercise_names_the_page_of_its_solution(book):
    start = r"\begin{mmdlexercise}{2}{Exercise~2.1}{book/learning/second:sol-a}{Task}"
    assert start in latex(book)


def test_sign_that_the_text_font_lacks_comes_from_another(book):
    tex = latex(book, {"learning/second": "# S\n\nA ★ and “é”."})
    assert r"A \mmdlsymbol{★} and" in tex
    assert "“é”" in tex


def test_single_chapter_stands_alone(book):
    tex = latex(book, mmdl_pdf_chapter="book/appendices/notation")
    assert r"\mmdlchapter{Appendix}{B}{Notation}" in tex
    assert "Second chapter" not in tex
    assert r"\mmdlpart" not in tex
    assert r"\def\mmdlchaptername{Appendix B. Notation}" in book_preamble(book)


def book_preamble(book):
    return book(
        FILES,
        "latex",
        more=["latex_book"],
        mmdl_pdf_chapter="book/appendices/notation",
    ).tex.split(r"\begin{document}")[0]


def test_single_chapter_prints_numbers_of_other_chapters_without_links(book):
    tex = latex(book, mmdl_pdf_chapter="book/appendices/notation")
    said = "See Chapter 2, Section 2.2, (2.1), Table 2.1, Lemma 2.1, that, text."
    assert said in " ".join(tex.split())
    assert r"\hyperref[\detokenize{book/learning" not in tex


def test_single_chapter_ends_with_its_own_solutions(book):
    tex = latex(book, mmdl_pdf_chapter="book/learning/second")
    assert r"\mmdlchapter{}{}{Solutions}" in tex
    assert tex.index("{Solutions}") < tex.index("Done.")


SOURCES = "# Bibliography\n\n```{bibliography}\n```\n"


def test_bibliography_stays_on_its_page_and_shrinks_to_what_a_chapter_cites(
    book, tmp_path
):
    entries = "@book{%s,author={A. %s},title={T},publisher={P},address={X},year={1}}\n"
    bib = "".join(entries % (key, key) for key in ("gauss", "euler"))
    (tmp_path / "source").mkdir()
    (tmp_path / "source/refs.bib").write_text(bib, encoding="utf-8")
    files = {
        "learning/first": "# First\n\n{cite:t}`gauss`",
        "learning/second": "# Second\n\n{cite:t}`euler`",
        "learning/pause": "# Pause\n\nSee {ref}`the sources <ch-bibliography>`.",
        "appendices/bibliography": f"(ch-bibliography)=\n{SOURCES}",
    }
    config = {"more": ["latex_book", "sphinxcontrib.bibtex"]}
    config["bibtex_bibfiles"] = ["refs.bib"]
    whole = book(files, "latex", **config).tex
    place = whole.index(r"\begin{mmdlbibliography}")
    assert whole.index("{Bibliography}") < place < whole.index(r"\mmdlstatementindex")
    assert whole.count(r"\item\relax") == 2
    config["more"] = ["latex_book", "sphinxcontrib.bibtex"]
    one = book(files, "latex", mmdl_pdf_chapter="book/learning/first", **config).tex
    assert one.count(r"\item\relax") == 1
    assert r"\mmdlchapter{}{}{References}" in one
    assert "euler" not in one
    config["more"] = ["latex_book", "sphinxcontrib.bibtex"]
    none = book(files, "latex", mmdl_pdf_chapter="book/learning/pause", **config).tex
    assert "the sources" in none
    assert "appendices/bibliography" not in none


def test_pages_outside_the_plan_stay_out_of_the_pdf(book):
    files = {"learning/second": "# Second\n\n[there](#api)", "api": "(api)=\n# Api\n"}
    tex = latex(book, files, myst_heading_anchors=1)
    assert "Api" not in tex
    assert "there" in tex
