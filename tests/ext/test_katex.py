"""Formulas on a page: markup, numbers, mistakes, the cache, what surrounds them."""

import re
from pathlib import Path

import pytest
from katex_engine import Cache, Engine, MathError, excerpt
from katex_text import plain
from macros import Macro, read

ROOT = Path(__file__).resolve().parents[2]
TABLE = read(ROOT / "book" / "macros.yml")
PAGE = "book/learning/second"
KATEX = ("section_refs", "statements", "displays", "align", "katex")


@pytest.fixture
def page(book):
    """Build one chapter and return it; ``**config`` goes to Sphinx."""

    def build(text, builder="html", **config):
        settings = {
            "extensions": [config.get("parser", "myst_parser"), *KATEX],
            "macros_file": str(ROOT / "book" / "macros.yml"),
            **config,
        }
        return book({"learning/second": text}, builder, **settings)

    return build


def text_of(html):
    return re.sub(r"<[^>]*>", "", html)


# --- markup ---------------------------------------------------------------------


def test_a_formula_is_html_beside_mathml_and_no_script_is_loaded(page):
    built = page("# Second\n\nLet $\\norm{x}_2 = 1$.\n\n$$ y = x $$\n")
    html = built.html(PAGE)
    assert html.count('<math xmlns="http://www.w3.org/1998/Math/MathML"') == 2
    assert html.count('<span class="katex-html" aria-hidden="true">') == 2
    assert "mathjax" not in html.lower().replace("mathjax_ignore", "")
    assert 'class="math' not in html
    assert built.warnings == ""


def test_the_annotation_keeps_the_tex_that_the_author_wrote(page):
    html = page("# Second\n\n$\\norm{x}<1$\n").html(PAGE)
    note = '<annotation encoding="application/x-tex">\\norm{x}&lt;1</annotation>'
    assert note in html


def test_the_name_of_a_function_is_one_subscript(page):
    html = page("# Second\n\n$\\tau_{\\min}^2$\n").html(PAGE)
    name = "<mrow><mi>min</mi><mo>\u2061</mo></mrow>"
    assert f"<msubsup><mi>τ</mi>{name}<mn>2</mn></msubsup>" in html


def test_an_equation_has_a_stable_id_and_its_number_links_to_it(page):
    built = page("# Second\n\n$$ x = 1 $$ (eq-one)\n\nSee {eq}`eq-one`.\n")
    html = built.html(PAGE)
    assert '<div class="eqn" id="eq-one">' in html
    tag = 'class="eqn-tag" href="#eq-one" title="Link to this equation">(2.1)</a>'
    assert tag in html
    assert 'href="#eq-one">(2.1)</a>' in html.split("See")[1]


def test_each_labelled_line_of_align_has_its_number_and_anchor(page):
    html = page(r"""
        # Second

        \begin{align}
        a &= b \label{eq-a} \\
        &= c \nonumber \\
        &= d \label{eq-d}
        \end{align}

        {eq}`eq-d`
        """).html(PAGE)
    tags = re.findall(r'<a class="eqn-tag" id="([^"]*)" href="#\1"[^>]*>([^<]*)<', html)
    assert tags == [("eq-a", "(2.1)"), ("eq-d", "(2.2)")]
    assert 'href="#eq-d">(2.2)</a>' in html
    assert "eqn-num" not in html.replace("mml-eqn-num", "")


def test_a_number_stands_at_the_height_of_its_formula(page):
    html = page("# Second\n\n$$ \\frac{a}{b} $$ (eq-one)\n").html(PAGE)
    body, tags = html.split('<div class="eqn-tags">')
    strut = re.compile(
        r'katex-strut" style="height:([\d.]+)em;vertical-align:-([\d.]+)'
    )
    assert [float(v) for v in strut.findall(tags)[0]] == pytest.approx(
        [float(v) for v in strut.findall(body)[-1]]
    )


def test_only_a_formula_too_long_for_a_phone_is_a_stop_of_the_keyboard(page):
    long = " + ".join(f"x_{{{i}}}" for i in range(30))
    html = page(f"# Second\n\n$$ x $$\n\n$$ {long} $$ (eq-long)\n").html(PAGE)
    scroll = 'class="eqn-body" tabindex="0" role="group" aria-label="Equation 2.1"'
    assert html.count(scroll) == html.count("tabindex") == 1


@pytest.mark.parametrize("tex", ["a = b \\\\ c = d", "a = b\n\nc = d"])
def test_several_lines_without_an_environment_stand_below_each_other(page, tex):
    built = page(f"# Second\n\n```{{math}}\n{tex}\n```\n")
    assert "mtable" in built.html(PAGE)
    assert built.warnings == ""


def test_a_tag_of_the_author_is_shown(page):
    html = page("# Second\n\n$$ x \\tag{*} $$\n").html(PAGE)
    assert "(*)" in text_of(html.split('<div class="eqn-tags">')[1])[:60]


def test_a_formula_keeps_its_bracket_and_its_comma(page):
    html = page("# Second\n\nA set ($x$), the $n$th, so $y$ and $z$.\n").html(PAGE)
    html = re.sub(r'<span class="katex eqn.*?</span></span></span></span>', "K", html)
    assert 'A set <span class="eqn-glue">(K),</span> the' in html
    assert '<span class="eqn-glue">Kth,</span> so K and' in html
    assert '<span class="eqn-glue">K.</span>' in html


@pytest.mark.parametrize(
    ("tex", "breaks", "narrow"),
    [
        ("x = w + y", 0, 0),
        ("f(x, y) = a + b + c = d", 2, 2),
        ("f(x, y) = " + " + ".join("abcdefghijk"), 11, 0),
    ],
)
def test_a_line_may_end_only_inside_a_long_formula(page, tex, breaks, narrow):
    html = page(f"# Second\n\n${tex}$\n").html(PAGE)
    assert html.count("<wbr>") == breaks
    assert html.count('<wbr class="eqn-narrow">') == narrow
    assert html.count('<wbr><span class="katex-base">') == breaks


def test_the_pdf_gets_the_tex_and_the_macros(page):
    tex = page("# Second\n\n$\\norm{x}$\n\n$$ \\R $$ (eq-r)\n", "latex").tex
    assert "\\DeclareRobustCommand\\norm[1]" in tex
    assert "\\(\\norm{x}\\)" in tex
    assert "katex" not in tex


def test_only_the_style_and_fonts_are_published(page):
    built = page("# Second\n\n$x$\n")
    folder = built.out / "_static" / "katex"
    assert {p.suffix for p in folder.rglob("*") if p.is_file()} == {
        ".css",
        ".woff2",
        "",
    }
    style = (folder / "katex.css").read_text(encoding="utf-8")
    for url in re.findall(r"url\(([^)]*)\)", style):
        assert (folder / url).is_file()
    assert "_static/katex/katex.css" in built.html(PAGE)


# --- mistakes --------------------------------------------------------------------


def test_an_undefined_macro_is_reported_at_its_own_line(page):
    built = page("# Second\n\ntext\ntext\nand $a + \\foo{b}$ here\n")
    assert "second.md:5: WARNING: formula: Undefined control sequence: \\foo" in (
        built.warnings
    )
    assert "define it in " in built.warnings
    assert "    a + \\foo{b}\n        ^^^^" in built.warnings
    assert built.warnings.count("WARNING") == 1
    assert '<code class="eqn-broken">a + \\foo{b}</code>' in built.html(PAGE)


def test_a_wrong_display_is_reported_at_its_line(page):
    built = page("# Second\n\ntext\n\n$$\n\\frac{a\n$$\n")
    assert re.search(r"second\.md:[56]: WARNING: formula: .*mend", built.warnings)


@pytest.mark.parametrize(
    ("tex", "complaint"),
    [
        ("\\KL(p, q)", r"\\KL takes 2 argument\(s\) in braces: \\KL\{p\}\{q\}"),
        ("x \\gt 0", r"LaTeX does not know \\gt"),
        ("é", "Accented Unicode"),
        ("x^2^3", "Double superscript"),
        ("\\htmlId{a}{x}", "does not know"),
        ("\\href{javascript:alert(1)}{x}", "href"),
        ("\\includegraphics{a.png}", "includegraphics"),
        ("\\def\\x{\\x}\\x", "Too many expansions"),
    ],
)
def test_what_latex_or_safety_forbid_is_refused(tex, complaint):
    with pytest.raises(MathError, match=complaint):
        Engine(TABLE).render(tex, display=False)


def test_a_sentence_inside_a_formula_is_a_lost_dollar(page):
    built = page("# Second\n\nIf $a\n- b$ is less than zero then $c$ holds\n")
    assert "second.md:4: WARNING: formula: words in a formula, a $ is missing" in (
        built.warnings
    )
    assert "second.md:3: WARNING: formula: a $ without its partner" in built.warnings


def test_words_in_text_and_dollars_in_code_are_fine(page):
    text = "$x \\text{if this is so and that too}$ `$HOME`\n\n```sh\n$HOME\n```\n"
    assert page(f"# Second\n\n{text}").warnings == ""


def test_a_definition_does_not_leak_into_the_next_formula():
    engine = Engine(TABLE)
    engine.render("\\gdef\\mine{x}\\mine", display=False)
    with pytest.raises(MathError, match="Undefined"):
        engine.render("\\mine", display=False)


def test_a_broken_page_is_reported_by_the_next_build_too(page):
    text = "# Second\n\n$\\foo$\n"
    assert "\\foo" in page(text).warnings
    assert "\\foo" in page(text).warnings
    assert page("# Second\n\n$x$\n").warnings == ""


def test_the_excerpt_of_a_long_line_is_cut_around_the_mistake():
    error = MathError("wrong", 500, 4)
    shown, caret = excerpt("x" * 500 + "\\foo" + "y" * 500, error).split("\n")
    assert len(shown) <= 64
    assert shown[caret.index("^") :].startswith("\\foo")
    assert caret.count("^") == 4


# --- the cache -------------------------------------------------------------------


class Refuses(Engine):
    """An engine whose script must not be asked."""

    _script = property(lambda _: pytest.fail("rendered anew"))


def test_a_formula_is_rendered_once_for_ever(tmp_path):
    cache = tmp_path / "formulas.sqlite"
    first = Engine(TABLE, cache).render("\\norm{x}", display=True)
    assert Refuses(TABLE, cache).render("\\norm{x}", display=True) == first


def test_a_changed_macro_renders_only_the_formulas_that_call_it(tmp_path):
    def table(tex):
        return {n: Macro(n, t, "m", "s", "g") for n, t in tex.items()}

    cache = tmp_path / "formulas.sqlite"
    engine = Engine(table({"a": "x", "b": "y"}), cache)
    engine.render("\\a", display=False)
    engine.render("\\b", display=False)
    changed = Engine(table({"a": "x", "b": "z"}), cache)
    assert ">z<" in changed.render("\\b", display=False).html
    Refuses(table({"a": "x", "b": "z"}), cache).render("\\a", display=False)


def test_a_damaged_cache_is_begun_anew(tmp_path):
    cache = tmp_path / "formulas.sqlite"
    cache.write_bytes(b"no database at all" * 100)
    assert Engine(TABLE, cache).render("x", display=False).width > 0
    assert Cache(cache).db.execute("SELECT count(*) FROM formulas").fetchone() == (1,)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_text("")
    engine = Engine(TABLE, tmp_path / "file" / "formulas.sqlite")
    assert engine.render("x", display=False).width > 0


# --- formulas where there is only text ----------------------------------------------


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("\\norm{Xw - y}_2^2", "∥Xw − y∥₂²"),
        ("x \\in \\R^{N \\times M}", "x ∈ ℝ^(N × M)"),
        ("\\frac{a+b}{c}", "(a + b)/c"),
        ("\\sqrt{x}", "√x"),
        ("-\\sum_k p_k \\log p_k", "− ∑ₖpₖ log pₖ"),
        ("\\Var[X]", "Var[X]"),
        ("\\sum_{i=0}^{N-1} x_i", "∑_(i = 0)^(N − 1)xᵢ"),
        ("\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}", "(a b; c d)"),
        ("\\hat w = \\argmin_w L(w)", "w\u0302 = arg min_w L(w)"),
    ],
)
def test_a_formula_reads_as_a_line_of_text(tex, text):
    assert plain(Engine(TABLE).render(tex, display=True).html) == text


def test_alternative_texts_hold_text(page):
    image = "```{image} a.svg\n:alt: a plot of $x_i^2$, $\\norm{x}$\n```\n"
    assert 'alt="a plot of xᵢ², ∥x∥"' in page(f"# Second\n\n{image}").html(PAGE)


OUTPUT = """\
{"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# T"]},
{"cell_type": "code", "id": "b", "execution_count": 1, "metadata": {},
 "source": ["w"], "outputs": [{"output_type": "execute_result",
 "execution_count": 1, "metadata": {}, "data": {"text/plain": ["w"],
 "text/latex": ["$\\\\displaystyle \\\\norm{w}$"]}}]}],
 "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
 "nbformat": 4, "nbformat_minor": 5}
"""


def test_outputs_of_cells_are_rendered(page, tmp_path):
    notebook = tmp_path / "source" / "book" / "learning" / "first.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_text(OUTPUT, encoding="utf-8")
    settings = {"nb_execution_mode": "off", "parser": "myst_nb"}
    suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
    built = page("# Second\n", source_suffix=suffix, **settings)
    assert "<mi>w</mi>" in built.html("book/learning/first")


def test_titles_and_search_hold_text_and_no_commands(page):
    built = page("# The norm $\\norm{x}$\n\nA $\\mathbb{R}$ and $\\foobarlike$\n")
    assert "<title>2. The norm ∥x∥" in built.html(PAGE) or (
        "<title>The norm ∥x∥" in built.html(PAGE)
    )
    index = (built.out / "searchindex.js").read_text(encoding="utf-8")
    assert "mathbb" not in index
    assert "lVert" not in index
