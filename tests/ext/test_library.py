"""The library in the book: its source in chapters, its pages, links in code."""

import re
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from code_links import link_first, names_in
from docstring_sections import translate
from source_code import NotFoundError, find, show

ROOT = Path(__file__).resolve().parents[2]
PAGE = "book/learning/second"
CORE = '''
    r"""The core of it: :math:`x^2` and more.

    A lesson, see ``eq-sum`` and ``thm-none``.
    """

    from toy.errors import ToyError, check

    __all__ = ["Base", "add"]


    def add(X, y, *, alpha=1.0):
        r"""Add :math:`x^2` to all
        of them, by :func:`check`.

        Parameters
        ----------
        X : (N, M) array
            The samples.
        y : (N,) array

        Returns
        -------
        Base
            The sum.

        Raises
        ------
        ToyError
            If nothing fits.
        Unknown
            Never.

        Examples
        --------
        >>> add(1, 2)
        3
        """
        check(X)

        return X + y


    class Base:
        """What all share."""

        def step(self):
            """Do one step."""
            return 1

        @property
        def size(self):
            """The size: how many."""
            return 0
'''
TOY = {
    "__init__": '''
        """A toy, for tests.

        With two lines.
        """

        from toy.core import Base, add
        from .more import GREAT, Derived

        __all__ = ["GREAT", "Base", "Derived", "add"]
    ''',
    "core": CORE,
    "errors": '''
        """What goes wrong."""

        class ToyError(ValueError):
            """Nothing fits."""

        def check(X):
            """Look at ``X``."""

        def _look(X):
            return X
    ''',
    "more": '''
        """More of it."""

        from toy.core import Base

        GREAT = {"a": 1}


        class Derived(Base):
            """A :class:`Base` that does more."""
    ''',
}


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A library of four files; the folder that holds it."""
    for name, text in TOY.items():
        path = tmp_path / "library" / "toy" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip(), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "library"))
    yield tmp_path / "library"
    for name in [n for n in sys.modules if n.split(".")[0] == "toy"]:
        del sys.modules[name]


@pytest.fixture
def library(book, toy, monkeypatch):
    """Build one chapter and the page of the toy library."""
    monkeypatch.setattr("api_refs.PACKAGE", "toy")

    def build(chapter, builder="html", parser="myst_parser", **config):
        extensions = ["section_refs", "statements", "align", "katex", "code_links"]
        settings = {
            "extensions": [parser, *extensions, "mmdl_source", "api"],
            "macros_file": str(ROOT / "book" / "macros.yml"),
            "mmdl_library": str(toy),
            "nitpicky": True,
            "myst_enable_extensions": ["colon_fence", "dollarmath", "amsmath"],
            **config,
        }
        api = "# Toy\n\n```{eval-rst}\n.. api-module:: toy\n```\n"
        api += "\n```{eval-rst}\n.. api-module:: toy.errors\n```\n"
        return book({"learning/second": chapter, "api/toy": api}, builder, **settings)

    return build


def source(toy, name, **options):
    return show(find(name, toy), **options)


# --- finding and showing source ------------------------------------------------------


def test_a_name_is_followed_through_imports_to_its_file(toy):
    found = find("toy.Derived", toy)
    assert found.path == toy / "toy" / "more.py"
    assert toy / "toy" / "__init__.py" in found.files
    assert find("toy.Base.step", toy).node.name == "step"
    assert find("toy.GREAT", toy).path.name == "more.py"


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("toy.nothing", "toy defines no 'nothing'"),
        ("toy.Base.nothing", "defines no 'nothing'"),
        ("other.thing", "no module 'other'"),
        ("toy.core.add.inner", "defines no 'inner'"),
    ],
)
def test_a_name_that_is_not_there_says_how_far_one_came(toy, name, complaint):
    with pytest.raises(NotFoundError, match=complaint):
        find(name, toy)


def test_the_docstring_is_cut_to_its_first_paragraph(toy):
    text = source(toy, "toy.add", prose=lambda t: " ".join(t.split()))
    assert text.startswith('def add(X, y, *, alpha=1.0):\n    """Add')
    assert text.count('"""') == 2
    assert "Parameters" not in text
    assert text.endswith("check(X)\n\n    return X + y")


def test_parts_of_a_definition_can_be_shown_alone(toy):
    assert source(toy, "toy.add", part="body") == "check(X)\n\nreturn X + y"
    assert source(toy, "toy.add", part="signature") == "def add(X, y, *, alpha=1.0):"
    assert "Parameters" in source(toy, "toy.add", doc="full")
    assert '"""' not in source(toy, "toy.Base", doc="none")
    assert source(toy, "toy.GREAT") == 'GREAT = {"a": 1}'


def test_what_is_shown_is_the_code_of_the_library_and_runs():
    text = source(ROOT, "mmdl.stats.least_squares", doc="none")
    compile(text, "shown", "exec")
    original = (ROOT / "mmdl/stats/linear.py").read_text(encoding="utf-8")
    assert text.split("\n")[-3:] == [n for n in text.split("\n")[-3:] if n in original]


# --- the directive -------------------------------------------------------------------


def test_a_chapter_shows_the_source_and_links_to_its_description(library):
    built = library("# Second\n\n```{mmdl-source} toy.add\n```\n")
    html = built.html(PAGE)
    assert built.warnings == ""
    head = html.split('class="mmdl-source-head"')[1].split("</p>")[0]
    assert 'href="../api/toy.html#toy.add"' in head
    assert "toy/core.py" in head
    text = re.sub("<[^>]*>", "", html)
    assert "Add x² to all of them, by check." in text.replace("\n    ", " ")


def test_a_chapter_is_read_again_when_the_source_changes(library, toy):
    chapter = "# Second\n\n```{mmdl-source} toy.add\n```\n"
    library(chapter)
    path = toy / "toy" / "core.py"
    changed = path.read_text(encoding="utf-8").replace("return X + y", "return y + X")
    path.write_text(changed, encoding="utf-8")
    assert "y</span> <span" in library(chapter).html(PAGE)


@pytest.mark.parametrize("name", ["toy.nothing", "other.thing"])
def test_a_wrong_name_is_reported_at_its_line(library, name):
    built = library(f"# Second\n\ntext\n\n```{{mmdl-source}} {name}\n```\n")
    assert f"second.md:5: WARNING: mmdl-source: {name}: " in built.warnings


def test_source_that_no_page_describes_is_shown_without_a_link(library):
    block = "```{mmdl-source} toy.errors._look\n:unlinked:\n```\n"
    built = library(f"# Second\n\n{block}")
    head = built.html(PAGE).split('class="mmdl-source-head"')[1].split("</p>")[0]
    assert built.warnings == ""
    assert "toy.errors._look" in head
    assert "href" not in head


def test_the_pdf_shows_the_source_too(library):
    tex = library("# Second\n\n```{mmdl-source} toy.add\n```\n", "latex").tex
    assert "toy/core.py" in tex
    assert "return" in tex.split("toy/core.py")[1]


# --- the pages of the library --------------------------------------------------------


def test_a_page_lists_and_describes_every_public_name(library):
    html = library("# Second\n\n$$ x $$ (eq-sum)\n").html("book/api/toy")
    for name in ("Base", "Derived", "add", "GREAT"):
        assert f'id="toy.{name}"' in html
    assert html.index("The core of it: x² and more") < html.index('id="toy.add"')
    assert "<summary>Source</summary>" in html


def test_sections_of_docstrings_become_lists_and_errors_links(library):
    built = library("# Second\n")
    html = built.html("book/api/toy")
    assert built.warnings == ""
    assert 'class="api-section rubric">Parameters</p>' in html
    assert re.search(r"<dt>y<span class=\"classifier\">\(N,\) array</span></dt>", html)
    assert 'href="#toy.errors.ToyError"' in html
    assert re.search(r'href="#toy.Base" title="toy.Base">', html)


def test_a_label_in_a_docstring_links_once_a_chapter_holds_it(library):
    html = library("# Second\n\n$$ x $$ (eq-sum)\n").html("book/api/toy")
    assert re.search(r'href="\.\./learning/second\.html#eq-sum">.*\(2\.1\)', html)
    assert "thm-none" in html
    assert "eq-sum" in re.sub("<[^>]*>", "", library("# S\n").html("book/api/toy"))


def test_a_private_path_leads_to_the_public_description(library):
    built = library("# Second\n\n{py:func}`toy.core.add`, {py:obj}`toy.more.Derived`\n")
    html = built.html(PAGE)
    assert 'href="../api/toy.html#toy.add"' in html
    assert 'href="../api/toy.html#toy.Derived"' in html
    assert built.warnings == ""


def test_a_reference_to_nothing_is_reported(library):
    built = library("# Second\n\n{py:func}`toy.core.nothing`\n")
    assert "reference target not found: toy.core.nothing" in built.warnings


def test_in_the_pdf_only_the_table_of_names_remains(library):
    tex = library("# Second\n\n{py:func}`toy.add`\n", "latex").tex
    assert "Do one step" not in tex
    assert "What all share" in tex
    assert "toy:toy.add" not in tex


def test_a_module_that_cannot_be_imported_is_reported(library):
    rst = "```{eval-rst}\n.. api-module:: toy.absent\n```\n"
    assert "api-module: cannot import toy.absent" in library(f"# S\n\n{rst}").warnings


def test_what_is_no_section_of_a_docstring_is_left_alone():
    lines = ["Summary.", "", "Parameters", "are fine.", "", "X : y"]
    assert translate(lines) == lines


def test_stars_of_arguments_are_no_emphasis():
    lines = [
        "Parameters",
        "----------",
        "*args : any",
        "    Them.",
        "**more",
        "    All.",
    ]
    assert "\\*args : any" in translate(lines)
    assert "\\*\\*more" in translate(lines)


# --- names in code -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import mmdl\nmmdl.grad(f)", {"mmdl.grad": "mmdl.grad"}),
        ("import mmdl.stats as st\nst.ridge(X)", {"st.ridge": "mmdl.stats.ridge"}),
        ("from mmdl import optim\noptim.GD()", {"optim.GD": "mmdl.optim.GD"}),
        ("from mmdl.optim import GD as G\nG()", {"G": "mmdl.optim.GD"}),
        ("from mmdl.optim import GD\nGD = 1\nGD()", {}),
        ("import numpy as np\nnp.exp(1)", {}),
        ("%timeit x\nimport mmdl\nmmdl.grad", {"mmdl.grad": "mmdl.grad"}),
        ("this is no Python", {}),
    ],
)
def test_imports_say_what_a_name_is(code, names):
    found = names_in(code, {})
    assert {k: v for k, v in found.items() if k in names or not names} == {
        k: v for k, v in names.items() if k in names
    } or names.items() <= found.items()


def test_an_import_holds_for_the_cells_below_until_the_name_is_assigned():
    bindings = {}
    names_in("from mmdl.optim import GD", bindings)
    assert names_in("GD(lr=1)", bindings) == {"GD": "mmdl.optim.GD"}
    names_in("GD = 3", bindings)
    assert names_in("GD(lr=1)", bindings) == {}


def test_only_the_first_use_of_a_whole_name_is_linked():
    html = '<span class="n">a</span><span class="o">.</span><span class="n">GD</span>'
    html += ' <span class="n">GD</span> <span class="n">GD</span>'
    linked = link_first(html, "GD", "u", "t")
    assert linked.count("<a ") == 1
    assert linked.endswith(
        '<a href="u" title="t"><span class="n">GD</span></a> <span class="n">GD</span>'
    )
    assert '<a href="u" title="t"><span class="n">a</span>' in link_first(
        html, "a.GD", "u", "t"
    )


def test_code_and_inline_code_lead_to_the_description(library):
    cell = "```python\nfrom toy import add\nadd(1, 2)\n```\n"
    built = library(f"# Second\n\nCall `toy.add()`.\n\n{cell}")
    html = built.html(PAGE)
    assert html.count('href="../api/toy.html#toy.add"') == 2
    assert re.search(r'title="toy.add"><span class="n">add</span></a>', html)
