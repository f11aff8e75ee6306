"""Boxes and margin notes in both outputs."""

PAGE = "book/learning/second"
TEXT = """
    # Second

    :::{goals}
    Prove.
    :::

    :::{break-it} Drop (H1) and see
    Broken.
    :::

    :::{in-practice}
    PyTorch.
    :::

    :::{flop-box}
    Many.
    :::

    :::{margin}
    Aside.
    :::

    :::{margin} Titled
    Second aside.
    :::
"""


def test_boxes_in_html(book):
    built = book({"learning/second": TEXT})
    page = built.html(PAGE)
    assert built.warnings == ""
    assert '<div class="box goals">\n<p class="box-title"><span class="box-kind">' in (
        page
    )
    assert '<span class="box-symbol" aria-hidden="true">✂</span>' in page
    assert '<span class="box-name">Drop (H1) and see</span></p>' in page
    assert '<span class="box-kind">In practice</span></p>' in page
    assert '<span class="box-kind">FLOP box</span></p>' in page
    assert '<aside class="margin sidebar">\n<p>Aside.</p>' in page
    assert '<aside class="margin sidebar">\n<p class="sidebar-title">Titled</p>' in page


def test_boxes_in_latex(book):
    tex = book({"learning/second": TEXT}, "latex").tex
    assert "\\begin{mmdlbox}{break-it}{Break it}{Drop (H1) and see}" in tex
    assert "\\begin{mmdlbox}{goals}{Goals}{}" in tex
