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

    Text by “Čebyšëv” with `code ’ α → é`, ★ and \$.
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


def latex(book, text=SECOND):
    return book({"learning/second": text}, "latex", more=["latex_book"]).out


def words(path) -> str:
    command = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return unicodedata.normalize("NFC", " ".join(text.split()))


@needs_tex
def test_paper_shows_every_element_with_its_number(book):
    text = words(typeset(latex(book), "book", "book.pdf"))
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
    ):
        assert said in text, said


@needs_tex
def test_two_runs_give_the_same_bytes(book, tmp_path):
    first = typeset(latex(book), "book", "book.pdf").read_bytes()
    shutil.rmtree(tmp_path / "latex")
    assert typeset(latex(book), "book", "book.pdf").read_bytes() == first


@needs_tex
def test_undefined_macro_is_told_with_its_chapter(book):
    folder = latex(book, "# S\n\nThen $\\nomacro$.")
    with pytest.raises(BookError, match=r"book/learning/second\.md: TeX: Undefined"):
        typeset(folder, "book", "book.pdf")


@needs_tex
def test_sign_without_a_font_is_told_with_its_chapter(book):
    folder = latex(book, "# S\n\n漢 in text.")
    message = r"book/learning/second\.md: the PDF's fonts have no 漢 \(U\+6F22\)"
    with pytest.raises(BookError, match=message):
        typeset(folder, "book", "book.pdf")


@needs_tex
def test_tex_cannot_read_outside_its_folder(book, tmp_path):
    (tmp_path / "secret.tex").write_text("secret", encoding="utf-8")
    folder = latex(book)
    tex = folder / "book.tex"
    text = tex.read_text(encoding="utf-8")
    place = r"\input{" + str(tmp_path / "secret.tex") + r"}\end{document}"
    tex.write_text(text.replace(r"\end{document}", place), encoding="utf-8")
    with pytest.raises(BookError, match="TeX:"):
        typeset(folder, "book", "book.pdf")


def test_missing_tex_is_one_sentence_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda tool: None)
    with pytest.raises(BookError, match=r"xelatex is not installed; .*apt install"):
        build_pdf(tmp_path)


def test_log_without_complaint_gives_none(tmp_path):
    (tmp_path / "a.log").write_text("Output written.", encoding="utf-8")
    (tmp_path / "a.tex").write_text("", encoding="utf-8")
    assert complaints(tmp_path / "a.log", tmp_path / "a.tex") == []
    assert complaints(tmp_path / "none.log", tmp_path / "a.tex") == []


def test_reference_that_leads_nowhere_is_a_complaint(tmp_path):
    log = "LaTeX Warning: Reference `a:b' on page 3 undefined on input line 9.\n"
    (tmp_path / "a.log").write_text(log, encoding="utf-8")
    (tmp_path / "a.tex").write_text("% mmdl-file: x\n\\ref{a:b}", encoding="utf-8")
    found = complaints(tmp_path / "a.log", tmp_path / "a.tex")
    assert found == ["x.md: the PDF has no target a:b."]
