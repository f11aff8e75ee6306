"""Formulas become HTML while the book is built: no script runs on the page.

An inline formula is KaTeX's own markup (visual HTML, hidden from screen readers,
beside MathML for them). A display is a grid: the formula in a box that scrolls
when it is too long, and at its right the numbers, each a link to itself::

    <div class="eqn" id="eq-normal">
      <div class="eqn-body">…</div>
      <div class="eqn-tags">… <a href="#eq-normal">(2.1)</a></div>
    </div>

Formulas are rendered when a source is read, so that a mistake is reported with
its line; the pages are then written from the cache.
"""

from katex_check import check_formulas, read_broken_again
from katex_html import visit_display, visit_inline
from katex_post import FormulasAsText, Glue, ShortLinks, titles_as_text
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, object]:
    """Register the renderer; it takes MathJax's place on every page."""
    app.setup_extension("macros")
    app.setup_extension("katex_assets")
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.add_post_transform(FormulasAsText)
    app.add_post_transform(Glue)
    app.add_post_transform(ShortLinks)
    app.connect("doctree-read", check_formulas, priority=900)
    app.connect("env-get-outdated", read_broken_again)
    app.connect("env-updated", titles_as_text)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": False}
