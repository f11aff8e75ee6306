"""The book's unnumbered boxes, and its margin notes in LaTeX.

``goals`` opens a chapter, ``break-it`` drops a hypothesis, ``in-practice`` tells
how others call it, ``flop-box`` counts operations. Each takes an optional title.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.latex import LaTeXTranslator
from statements import Titled

# Each kind has a symbol, perhaps, and a heading.
BOXES = {
    "goals": ("", "Goals"),
    "break-it": ("✂", "Break it"),
    "in-practice": ("", "In practice"),
    "flop-box": ("", "FLOP box"),
}


class box(nodes.Element):
    """An unnumbered box; children: box_title and the body."""


class box_title(nodes.TextElement):
    """The author's part of a box's title."""


class Box(Titled):
    """One kind of box; the directive's name says which."""

    def run(self) -> list[nodes.Node]:
        """Return the box."""
        node = box("", box_title("", "", *self.title_nodes()), kind=self.name)
        return [self.parse_into(node)]


class Margin(Titled):
    """A note in the margin: the theme's own node, so that its layout holds."""

    def run(self) -> list[nodes.Node]:
        """Return the note, with its title if there is one."""
        node = nodes.sidebar(classes=["margin"])
        if self.arguments:
            node += nodes.title("", "", *self.title_nodes())
        return [self.parse_into(node)]


def visit_box_html(self: HTML5Translator, node: box) -> None:
    """Open the box."""
    self.body.append(self.starttag(node, "div", CLASS=f"box {node['kind']}"))


def depart_box_html(self: HTML5Translator, node: box) -> None:
    """Close the box."""
    self.body.append("</div>\n")


def visit_box_title_html(self: HTML5Translator, node: box_title) -> None:
    """Print the kind, open the title."""
    symbol, heading = BOXES[node.parent["kind"]]
    if symbol:
        symbol = f'<span class="box-symbol" aria-hidden="true">{symbol}</span> '
    self.body.append(f'<p class="box-title">{symbol}')
    self.body.append(f'<span class="box-kind">{heading}</span>')
    self.body.append(' <span class="box-name">' if len(node) else "")


def depart_box_title_html(self: HTML5Translator, node: box_title) -> None:
    """Close the title."""
    self.body.append("</span></p>\n" if len(node) else "</p>\n")


def visit_box_latex(self: LaTeXTranslator, node: box) -> None:
    """Open the environment; its last argument is the title, which follows."""
    heading = BOXES[node["kind"]][1]
    self.body.append(f"\n\\begin{{mmdlbox}}{{{node['kind']}}}{{{heading}}}{{")


def depart_box_latex(self: LaTeXTranslator, node: box) -> None:
    """Close the environment."""
    self.body.append("\n\\end{mmdlbox}\n")


def visit_box_title_latex(self: LaTeXTranslator, node: box_title) -> None:
    """Nothing: the argument is open already."""


def depart_box_title_latex(self: LaTeXTranslator, node: box_title) -> None:
    """Close the title's argument."""
    self.body.append("}%\n")


def use_margin(app: Sphinx) -> None:
    """Take the directive over from the theme, which may load after us."""
    app.add_directive("margin", Margin, override=True)


def setup(app: Sphinx) -> dict:
    """Register the boxes."""
    app.setup_extension("statements")
    app.add_node(
        box,
        html=(visit_box_html, depart_box_html),
        latex=(visit_box_latex, depart_box_latex),
    )
    app.add_node(
        box_title,
        html=(visit_box_title_html, depart_box_title_html),
        latex=(visit_box_title_latex, depart_box_title_latex),
    )
    for kind in BOXES:
        app.add_directive(kind, Box)
    app.connect("builder-inited", use_margin)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
