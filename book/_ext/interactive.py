"""``{interactive} descent``: a figure whose parameters the reader moves.

It has caption, ``:name:`` and ``:alt:`` like every figure. Its picture, for paper and
for readers without scripts, is what a hidden cell above glued under the same word::

    glue("descent", plot.descent(20, 0.09), display=False)

``_static/interactive`` holds the rest: ``descent.html``, the controls; ``descent.js``,
formulas and drawing; ``kit.js``, what the figures share. Only pages with such a figure
load them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from docutils import nodes
from myst_nb.ext.glue.directives import PasteFigureDirective
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.latex import LaTeXTranslator

PLACE = "interactive"
SOURCES = Path(__file__).resolve().parent.parent / "_static" / PLACE
KIT = "kit.js"


class moving(nodes.General, nodes.Element):
    """The moving part of a figure: its ``figure`` says which."""


class Interactive(PasteFigureDirective):
    """A figure; its argument names the script and the picture."""

    def run(self) -> list[nodes.Node]:
        """Return the figure with its moving part in front of the picture."""
        name = self.arguments[0]
        if not (SOURCES / f"{name}.js").is_file():
            known = ", ".join(sorted(path.stem for path in SOURCES.glob("*.html")))
            raise self.error(
                f"interactive: expected one of {known}, received {name}; "
                f"correct the name, or add _static/{PLACE}/{name}.js."
            )
        found = super().run()
        for figure in (node for node in found if isinstance(node, nodes.figure)):
            figure["classes"].append(f"figure-{name}")
            figure.insert(0, moving("", figure=name))
        return found


def visit_moving_html(self: HTML5Translator, node: moving) -> None:
    """Print controls and empty pictures."""
    self.body.append((SOURCES / f"{node['figure']}.html").read_text("utf-8"))


def depart_moving_html(self: HTML5Translator, node: moving) -> None:
    """Nothing is left to print."""


def skip_moving(self: LaTeXTranslator, node: moving) -> None:
    """On paper nothing moves."""
    raise nodes.SkipNode


def write_scripts(app: Sphinx) -> None:
    """Put the scripts into the site."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / PLACE
    target.mkdir(parents=True, exist_ok=True)
    for path in SOURCES.glob("*.js"):
        shutil.copyfile(path, target / path.name)


def load_scripts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Name the scripts that this page needs."""
    figures = doctree.findall(moving) if doctree else ()
    needed = dict.fromkeys(f"{node['figure']}.js" for node in figures)
    for name in [KIT, *needed] if needed else ():
        app.add_js_file(f"{PLACE}/{name}", loading_method="defer")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the directive."""
    app.add_node(
        moving,
        html=(visit_moving_html, depart_moving_html),
        latex=(skip_moving, None),
    )
    app.add_directive("interactive", Interactive)
    app.connect("builder-inited", write_scripts)
    app.connect("html-page-context", load_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
