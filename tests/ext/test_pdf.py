"""PDFs of tiny books: numbers on paper, equal bytes, errors in the book's words."""

import shutil
import subprocess
import unicodedata

import pytest
from mmdl_book import pdf
from mmdl_book.errors import BookError
from mmdl_book.pdf import build_pdf, typeset
from mmdl_book.texlog import complaints

SECOND = r"""
    # Second chapter

    ## One

    Text by “Čebyšëv” … with `code ’ α → é ℓ`, ★ and \$, 1°, $1°×2$.
    $$ a = b $$ (eq-a)

    ```python
    for letter in "αβ":  # ’quoted’
        print(letter)
    ```

    :::{prf:lemma} On $x \in \R$
    :label: lem-a

    Let
    - (H1) $x$;
    - (H2) $y$.
    :::

    :::{prf:proof}
    Easy.

    \begin{align}
    a &= b \label{eq-b} \\
    c &= d
    \end{align}
    :::

    :::{break-it} Drop (H1)
    Broken.
    :::

    ```{list-table} Predicted
    :name: tab-x
    * - 1
      - 2
    ```

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
needs_tex = pytest.mark.skipif(
    not all(shutil.which(tool) for tool in (*pdf.TOOLS, "pdftotext")),
    reason="no TeX (xelatex, xdvipdfmx) or no pdftotext on this machine",
)


def paper(book, text=SECOND):
    """Typeset a book of one chapter."""
    built = book({"learning/second": text}, "latex", more=["latex_book"])
    return typeset(built.out, "book", built.out.parent / "source")


def words(path) -> str:
    command = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return unicodedata.normalize("NFC", " ".join(text.split()))


@needs_tex
def test_paper_shows_every_element_with_its_number(book):
    text = words(paper(book))
    for said in (
        "2.1 One",
        "Lemma 2.1 On x",
        "(H1)",
        "(2.1)",
        "(2.2)",
        "Table 2.1 Predicted",
        "Break it",
        "Aside.",
        "Exercise 2.1",
        "solution on p.",
        "Index of statements",
        "Čebyšëv",
        "αβ",
        "★",
        "ℓ",
        "1°",
    ):
        assert said in text, said


@needs_tex
@pytest.mark.thorough
def test_two_runs_give_the_same_bytes(book, tmp_path):
    first = paper(book).read_bytes()
    shutil.rmtree(tmp_path / "latex")
    assert paper(book).read_bytes() == first


@needs_tex
def test_undefined_macro_is_told_with_its_chapter(book):
    text = "# S\n\nThen $\\nomacro$."
    with pytest.raises(BookError, match=r"book/learning/second\.md:3: TeX: Undefined"):
        paper(book, text)


@needs_tex
def test_sign_without_a_font_is_told_with_its_chapter(book):
    text = "# S\n\n漢 in text."
    message = r"book/learning/second\.md:3: the PDF's fonts have no 漢 \(U\+6F22\)"
    with pytest.raises(BookError, match=message):
        paper(book, text)


@needs_tex
def test_tex_cannot_read_outside_its_folder(book, tmp_path):
    (tmp_path / "secret.tex").write_text("secret", encoding="utf-8")
    built = book({"learning/second": SECOND}, "latex", more=["latex_book"])
    tex = built.out / "book.tex"
    text = tex.read_text(encoding="utf-8")
    place = r"\input{" + str(tmp_path / "secret.tex") + r"}\end{document}"
    tex.write_text(text.replace(r"\end{document}", place), encoding="utf-8")
    with pytest.raises(BookError, match="TeX:"):
        typeset(built.out, "book", tmp_path)


@needs_tex
def test_display_that_leaves_the_page_is_told_with_its_line(book):
    wide = "+".join("abcdefghij")
    text = f"# S\n\n$$\n{'+'.join([wide] * 6)} = 0\n$$\n"
    message = r"book/learning/second\.md:4: on paper this is \d+ mm wider than the page"
    with pytest.raises(BookError, match=message):
        paper(book, text)


def test_missing_tex_is_one_sentence_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda tool: None)
    with pytest.raises(BookError) as error:
        build_pdf(tmp_path)
    assert str(error.value) == (
        "pdf: xelatex is not installed; on Debian or Ubuntu type: sudo apt install "
        f"--no-install-recommends {pdf.PACKAGES} (elsewhere: TeX Live)."
    )


def judge(folder, log, tex="% mmdl-file: x\n"):
    """Let the log of a run be read."""
    (folder / "a.log").write_text(log, encoding="utf-8")
    (folder / "a.tex").write_text(tex, encoding="utf-8")
    return complaints(folder / "a.log", folder / "a.tex", folder)


def test_log_without_complaint_gives_none(tmp_path):
    assert judge(tmp_path, "Output written.") == []
    assert complaints(tmp_path / "none.log", tmp_path / "a.tex", tmp_path) == []


def test_reference_that_leads_nowhere_is_a_complaint(tmp_path):
    log = "LaTeX Warning: Reference `a:b' on page 3 undefined on input line 9.\n"
    found = judge(tmp_path, log, "% mmdl-file: x\n\\ref{a:b}")
    assert found == ["x.md: the PDF has no target a:b."]


def test_line_that_is_a_hair_too_wide_is_none(tmp_path):
    log = "Overfull \\hbox (5.0pt too wide) in paragraph at lines 2--3\n"
    assert judge(tmp_path, log) == []


def test_complaint_before_the_first_chapter_says_so(tmp_path):
    log = "Overfull \\hbox (50.0pt too wide) in paragraph at lines 1--1\n"
    found = judge(tmp_path, log, "nothing\n")
    assert found[0].startswith("the PDF's first pages: on paper this is 18 mm")
