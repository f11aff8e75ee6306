"""Labelled lines of align, displays inside paragraphs."""

PAGE = "book/learning/second"
ALIGN = r"""
    # Second

    $$ z = 0 $$ (eq-first)

    \begin{align}
    a &= b \label{eq-two} \\
    c &= d \\
    e &= f \label{eq-three}
    \end{align}

    $$ y = 0 $$ (eq-last)

    See {eq}`eq-first`, {eq}`eq-two`, {eq}`eq-three`, {eq}`eq-last`.
"""


def chapter(book, text: str, builder: str = "html"):
    return book({"learning/second": text}, builder)


def test_each_labelled_line_has_its_number_the_others_none(book):
    page = chapter(book, ALIGN).html(PAGE)
    assert r"a &amp;= b \tag{2.2} \\" in page
    assert "c &amp;= d \\\\\n" in page
    assert r"e &amp;= f \tag{2.3}" in page
    assert r"\begin{align*}" in page


def test_references_to_lines_print_their_numbers(book):
    built = chapter(book, ALIGN)
    page = built.html(PAGE)
    for label, number in [("first", 1), ("two", 2), ("three", 3), ("last", 4)]:
        assert f'href="#equation-eq-{label}">(2.{number})</a>' in page
        assert f'id="equation-eq-{label}"' in page
    assert built.warnings == ""


def test_latex_prints_the_same_numbers(book):
    tex = chapter(book, ALIGN, "latex").tex
    assert r"\tag{2.2}\label{equation:book/learning/second:eq-two}" in tex
    assert r"\eqref{equation:book/learning/second:eq-two}" in tex


def test_unlabelled_align_has_no_number_and_no_random_id(book):
    text = "# S\n\n\\begin{align}\na &= b\n\\end{align}\n\n$$ c $$ (eq-c)\n"
    page = chapter(book, text).html(PAGE)
    assert "equation-" not in page.split("align")[1].split("eqno")[0]
    assert "(2.1)" in page
    assert "(2.2)" not in page


def test_pages_are_the_same_in_every_build(book, tmp_path):
    first = chapter(book, ALIGN).html(PAGE)
    (tmp_path / "html").rename(tmp_path / "old")
    assert chapter(book, ALIGN).html(PAGE) == first


def test_duplicate_line_label_warns_with_its_place(book):
    text = (
        "# S\n\n$$ c $$ (eq-a)\n\n\\begin{align}\na &= b \\label{eq-a}\n\\end{align}\n"
    )
    assert "second.md:5: WARNING: duplicate label of equation eq-a" in (
        chapter(book, text).warnings
    )


def test_display_inside_a_paragraph_splits_it(book):
    page = chapter(book, "# S\n\nWe have $$ a = b $$ as said.").html(PAGE)
    assert "<p>We have </p>\n<div" in page
    assert '<p class="continued">as said.</p>' in page


def test_display_inside_a_paragraph_may_be_labelled(book):
    built = chapter(book, "# S\n\nThen\n$$ a $$ (eq-a)\nby {eq}`eq-a`.")
    assert built.warnings == ""
    page = built.html(PAGE)
    assert '<span class="eqno">(2.1)' in page
    assert "(eq-a)" not in page
    assert '<p class="continued">by <a' in page
