"""The parts of the site that are cut, mended and measured, each by itself."""

from types import SimpleNamespace

import api
import pytest
import site_images
import site_mend
import site_nav
import site_page
import site_previews
import site_search
from docutils import nodes
from macros import Macro
from notebook_text import write_out
from site_page import is_ours
from sphinx import addnodes


def test_folded_code_is_named_by_what_one_sees():
    fold = (
        '<details class="admonition hide above-input">\n'
        '<summary aria-label="Toggle hidden content">\n'
        '<p class="collapsed admonition-title">Show</p>\n'
        '<p class="expanded admonition-title">Hide</p>\n</summary>code</details>'
    )
    mended = site_mend.name_folds(fold + fold.replace("above-input", "below-input"))
    assert "<summary>The code</summary>" in mended
    assert "<summary>The output</summary>" in mended
    assert "aria-label" not in mended
    assert "admonition" not in mended


def test_lists_of_hypotheses_are_known_by_their_numbers():
    body = '<ul class="simple">\n<li><p>(H1) a</p></li></ul>'
    assert 'class="hypotheses"' in site_mend.mark_hypotheses(body)
    assert site_mend.mark_hypotheses(body.replace("(H1)", "Hm")).count("simple") == 1


@pytest.mark.parametrize("before", ["", '<div class="pst-scrollable-table-container">'])
def test_every_table_stands_in_one_frame(before):
    body = f"{before}<table><tr></tr></table>{'</div>' if before else ''}"
    framed = '<div class="table-frame"><table><tr></tr></table></div>'
    assert site_mend.frame_tables(body) == framed


def test_columns_headed_by_a_formula_alone_have_names():
    math = "<math><mi>x</mi></math>"
    looks = '<span class="katex-html"><span>x</span></span>'
    both = f"<th><p>step {math}{looks}</p></th>"
    assert site_mend.name_headers(both) == both
    alone = site_mend.name_headers(f'<th class="head"><p>{math}{looks}</p></th>')
    hidden = '<span class="visually-hidden">x</span>'
    assert alone.startswith(f'<th class="head">{hidden}<div aria-hidden="true"><p>')
    assert site_mend.name_headers("<th><p></p></th>") == "<td><p></p></td>"


def test_settings_of_thebe_are_left_out():
    body = (
        '<p>x</p>\n<script type="text/x-thebe-config">\n{a: 1}\n</script>\n'
        "<script>kernelName = 'python3'</script><script>ours()</script>"
    )
    assert site_mend.drop_thebe(body) == "<p>x</p><script>ours()</script>"


def test_summaries_hold_no_links():
    body = '<summary>Solution of <a href="#ex-a">Exercise 1</a></summary><a>x</a>'
    assert site_mend.free_summaries(body) == (
        "<summary>Solution of Exercise 1</summary><a>x</a>"
    )


def test_preview_is_the_whole_element_and_nothing_after_it():
    body = (
        '<div class="statement theorem" id="thm-a"><div>in</div></div><div>out</div>'
        '<div class="eqn" id="eq-a"><a class="eqn-tag" id="eq-b"></a></div>'
        '<section id="s"><span id="sec-s"></span><h2>H</h2>\n<p>First.</p><p>No.</p>'
    )
    found = dict(site_previews.fragments(body))
    assert (
        found["thm-a"]
        == '<div class="statement theorem" id="thm-a"><div>in</div></div>'
    )
    assert found["eq-a"] == found["eq-b"]
    assert found["sec-s"] == found["s"]
    assert "First." in found["s"]
    assert "No." not in found["s"]


def test_huge_elements_are_no_previews():
    body = f'<figure class="x" id="fig-a">{"x" * site_previews.LIMIT}</figure>'
    assert dict(site_previews.fragments(body)) == {}


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ('<svg width="432pt" height="259.2pt" viewBox="0 0 1 1">', (576, 346)),
        ('<svg height="20" width="10">', (20, 10)),
        ('<svg viewBox="0 0 1 1"><rect width="5" height="5"/>', None),
    ],
)
def test_size_of_a_drawing_is_read_from_its_head(tmp_path, head, size):
    path = tmp_path / "a.svg"
    path.write_text(f"<?xml version='1.0'?>\n{head}</svg>", encoding="utf-8")
    found = site_images.size_of(path)
    assert found == (size[::-1] if size == (20, 10) else size)


def test_pictures_tell_their_size_and_wait_for_the_reader(tmp_path):
    path = tmp_path / "a.svg"
    path.write_text('<svg width="30px" height="20px">', encoding="utf-8")
    tag = site_images.complete('<img alt="a" src="a.svg" />', path, first=False)
    assert tag == (
        '<img alt="a" src="a.svg" width="30" height="20" loading="lazy" '
        'decoding="async">'
    )
    assert "lazy" not in site_images.complete("<img>", None, first=True)


def test_macros_are_written_out_with_their_arguments():
    table = {
        "R": Macro("R", r"\mathbb{R}", "", r"\R", ""),
        "norm": Macro("norm", r"\lVert #1\rVert", "", r"\norm{x}", ""),
        "KL": Macro("KL", r"\operatorname{KL}(#1\Vert #2)", "", r"\KL{p}{q}", ""),
    }
    assert write_out(r"x \in \R^2", table) == r"x \in \mathbb{R}^2"
    assert write_out(r"\norm{\frac{a}{b}}", table) == r"{\lVert \frac{a}{b}\rVert}"
    assert write_out(r"\KL{p}{\R}", table) == (
        r"{\operatorname{KL}(p\Vert \mathbb{R})}"
    )
    assert write_out(r"\Re z", table) == r"\Re z"


class Asset:
    def __init__(self, filename):
        self.filename = filename


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("_static/book.css", True),
        ("_static/katex/katex.css?v=1", True),
        ("_static/styles/bootstrap.css", False),
        ("https://unpkg.com/thebe", False),
        (None, False),
    ],
)
def test_only_our_own_assets_are_loaded(name, ours):
    assert is_ours(Asset(name)) is ours


def test_the_faces_of_the_first_view_are_asked_for_at_once():
    text = site_page.fonts_of("<p>No formula.</p>")
    assert len(text) == 3
    found = site_page.fonts_of('<span class="katex"><span class="mord mathbb">E')
    assert found[3:] == [
        f"_static/katex/fonts/KaTeX_{style}.woff2"
        for style in ("Main-Regular", "AMS-Regular")
    ]
    late = "x" * site_page.FIRST_VIEW + '<span class="mathcal">'
    assert site_page.fonts_of(late) == text


def test_the_library_is_listed_by_its_names():
    assert site_nav.short("mmdl.stats: statistics on arrays") == "mmdl.stats"
    assert site_nav.short("Linear regression: the geometry") == (
        "Linear regression: the geometry"
    )


def test_search_shows_what_is_said_of_a_name_and_not_its_signature():
    env = SimpleNamespace(domaindata={})
    index = site_search.Index(SimpleNamespace(env=env), "book/api/a")
    name = addnodes.desc_signature("", "ridge(X, y)", ids=["mmdl.ridge"])
    said = addnodes.desc_content("", nodes.paragraph("", "Shrinks."))
    index.walk(addnodes.desc("", name, said), [])
    (anchor, kind, title, words) = index.entries[0]
    assert (anchor, kind, title) == ("mmdl.ridge", "Function", "mmdl.ridge")
    assert "".join(words).split() == ["Shrinks."]


def test_formulas_in_the_table_of_names_are_formulas():
    def half():
        """The loss :math:`x^2` of `x`.

        More.
        """

    first, formula, last = api.summary_of(None, half)
    assert (first.astext(), formula.astext()) == ("The loss ", "x^2")
    assert isinstance(formula, nodes.math)
    assert last.astext() == " of x."
