"""The site's extensions on a tiny book: contents, menu, search, notebook."""

import json

import pytest

TEXT = """\
    ---
    jupytext:
      text_representation: {extension: .md, format_name: myst}
    kernelspec: {name: python3, display_name: Python 3}
    ---
    (ch-second)=
    # Second

    We look at $x$.

    (sec-a)=
    ## A section

    :::{prf:theorem} Named
    :label: thm-a

    **Stated without proof.** For all $x \\in \\R$,

    $$ x = x $$ (eq-a)
    :::

    By {prf:ref}`thm-a` and {eq}`eq-a`:

    ```{code-cell} ipython3
    1 + 1
    ```
"""
PLAIN = """\
    # Notation

    ```{book-contents}
    ```

    See {prf:ref}`thm-a`.
"""
MACROS = r"sets: {R: {tex: '\mathbb{R}', means: reals}}"


@pytest.fixture
def site(book, tmp_path):
    """The tiny book in the site's dress; cells are not run."""
    macros = tmp_path / "macros.yml"
    macros.write_text(MACROS, encoding="utf-8")

    def build(**config):
        extensions = ["myst_nb", "section_refs", "statements", "katex", "site_page"]
        return book(
            {"learning/second": TEXT, "appendices/notation": PLAIN},
            parser="myst_nb",
            extensions=extensions,
            nb_execution_mode="off",
            macros_file=str(macros),
            html_title="Tiny",
            author="Somebody",
            suppress_warnings=["mmdl.proof", "myst-nb.lexer"],
            **config,
        )

    return build


def test_page_has_contents_numbers_and_only_our_files(site):
    built = site()
    page = built.html("book/learning/second")
    assert built.warnings == ""
    assert page.count("<script") == 3
    assert page.count('rel="stylesheet"') == 2
    assert 'aria-current="page"' in page
    assert '<span class="n">2.1</span>' in page
    assert "Part I · Learning from data" in page
    assert "<title>2\N{EN SPACE}Second — Tiny</title>" in page
    assert '<meta name="description" content="We look at x.">' in page
    left = {path.name for path in (built.out / "_static").iterdir()}
    files = {"book.css", "book.js", "favicon.svg", "search-index.js"}
    assert left == files | {"fonts", "katex"}


def test_plan_links_to_what_is_written_and_greys_the_rest(site):
    page = site().html("book/appendices/notation")
    assert 'href="../learning/second.html"' in page
    assert '<span class="planned">First</span>' in page
    assert page.index("Part I · Learning from data") < page.index("Pause")


def test_search_knows_chapters_sections_and_statements(site):
    out = site().out
    text = (out / "_static/search-index.js").read_text(encoding="utf-8")
    pages = json.loads(text.removeprefix("window.bookIndex=").removesuffix(";\n"))
    second = next(page for page in pages if page["url"].endswith("second.html"))
    kinds = [entry[:3] for entry in second["entries"]]
    assert ["thm-a", "Theorem\N{NO-BREAK SPACE}2.1", "Named"] in kinds
    assert [k for _, k, _ in kinds][:2] == ["Chapter\N{NO-BREAK SPACE}2", "Section 2.1"]
    assert "Stated without proof" in next(
        e[3] for e in second["entries"] if "thm" in e[0]
    )


def test_previews_hold_what_other_pages_may_link_to(site):
    text = (site().out / "_previews/book/learning/second.js").read_text("utf-8")
    name, data = text.removeprefix("bookPreviews(").removesuffix(");\n").split(",", 1)
    assert json.loads(name) == "book/learning/second"
    assert {"thm-a", "eq-a", "sec-a"} <= set(json.loads(data))


def test_notebook_has_numbers_macros_and_no_outputs(site):
    out = site().out
    notebook = json.loads((out / "_notebooks/second.ipynb").read_text("utf-8"))
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    assert "**Theorem 2.1** (Named)." in text
    assert "\\tag{2.1}" in text
    assert "By Theorem\N{NO-BREAK SPACE}2.1 and (2.1):" in text
    assert r"\mathbb{R}" in text
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [("".join(c["source"]), c["outputs"]) for c in code] == [("1 + 1", [])]
    assert not (out / "_notebooks/notation.ipynb").exists()


def test_menu_offers_only_what_exists(site):
    page = site().html("book/learning/second")
    assert 'download="second.ipynb"' in page
    assert "PDF" not in page
    assert "Report a problem" not in page
    assert "@incollection{mmdl-second," in page


def test_a_public_address_brings_colab_binder_and_an_installing_cell(site):
    address = "https://github.com/somebody/book"
    built = site(
        html_theme="basic",
        html_baseurl="https://example.org/book/",
        html_theme_options={"repository_url": address},
    )
    page = built.html("book/learning/second")
    assert "colab.research.google.com/github/somebody/book/blob/notebooks/" in page
    assert "mybinder.org/v2/gh/somebody/book/notebooks?labpath=second.ipynb" in page
    notebook = json.loads((built.out / "_notebooks/second.ipynb").read_text("utf-8"))
    first = next(c for c in notebook["cells"] if c["cell_type"] == "code")
    code = "".join(first["source"])
    assert "import mmdl" in code
    assert "%pip install -q https://example.org/book/_wheels/mmdl_book-" in code


def test_pages_of_one_name_share_no_files(site):
    built = site()
    from site_menu import files
    from site_notebook import file_stem

    assert file_stem(built.app, "book/learning/second") == "second"
    assert file_stem(built.app, "book/api/second") == "api-second"
    context = {"pathto": lambda name, _: name}
    assert files(built.app, "book/api/second", context) == []


def test_menu_leads_to_the_repository_once_it_has_an_address(site):
    from site_menu import source_links

    built = site()
    built.app.config.mmdl_repository = "https://example.org/b"
    edit, report = source_links(built.app, "book/learning/second")
    assert edit["href"] == "https://example.org/b/edit/main/book/learning/second.md"
    assert report["href"].startswith("https://example.org/b/issues/new?title=Second")


def test_pdfs_are_offered_and_copied(site, tmp_path):
    folder = tmp_path / "source/_build/pdf"
    folder.mkdir(parents=True)
    (folder / "second.pdf").write_bytes(b"%PDF")
    built = site(exclude_patterns=["_build"])
    page = built.html("book/learning/second")
    assert 'href="../../_pdf/second.pdf"' in page
    assert (built.out / "_pdf/second.pdf").read_bytes() == b"%PDF"
    assert "_pdf" not in built.html("book/appendices/notation")


def test_paper_gets_the_plan_as_lines(site):
    built = site(builder="latex")
    assert "1 First" in built.tex
