"""Paragraphs, lists, cells and margin notes for the LaTeX writer.

A paragraph is indented only where another paragraph precedes it; after a display
the same paragraph goes on. Hidden input of cells is left out on paper.
"""

import re

from boxes import box, box_title
from docutils import nodes
from sphinx import addnodes
from statements import proof, proof_title, statement, statement_title

INVISIBLE = (nodes.comment, nodes.target, addnodes.index, nodes.sidebar)
TITLES = nodes.title | statement_title | proof_title | box_title
TIGHT = (nodes.entry, nodes.footnote, nodes.citation, nodes.caption, nodes.legend)
HIDDEN = {"tag_hide-input", "tag_hide-cell", "tag_remove-input", "tag_remove-cell"}
JOINT = re.compile(r"(?<=\w)(?:\\_|[.,:/(=])(?=\w)")  # where long code may break
KEPT_LINES, FIRST_LINES = 7, 4  # code that does not break; what precedes a break
# Neither Latin script nor punctuation that the text font has: set in another font.
SYMBOL = re.compile(r"[\u0370-\u1dff\u2070-\u209f\u2100-\U0010ffff]")


class BlockMixin:
    """What a page is made of, below the level of sections."""

    def before(self, node: nodes.Node) -> nodes.Node | None:
        """Return the visible sibling before ``node``."""
        index = node.parent.index(node)
        for sibling in reversed(node.parent.children[:index]):
            if not isinstance(sibling, INVISIBLE):
                return sibling
        return None

    def join_lines(self) -> None:
        """Take back line ends, so that what follows stays in the paragraph."""
        while self.body and not self.body[-1].strip(" \n"):
            self.body.pop()
        if self.body:
            self.body[-1] = self.body[-1].rstrip("\n ")
            self.body.append("%" if self.body[-1].endswith("}") else "")

    def visit_paragraph(self, node: nodes.paragraph) -> None:
        """Start a paragraph, or go on with it after a display."""
        if self.table or isinstance(node.parent, TIGHT):
            super().visit_paragraph(node)
            return
        before = self.before(node)
        if isinstance(before, nodes.math_block):
            self.join_lines()
            self.body.append("\n")
        elif before is None or isinstance(before, nodes.paragraph | TITLES):
            self.body.append("\n\n")
        else:
            self.body.append("\n\n\\noindent\n")

    def visit_bullet_list(self, node: nodes.bullet_list) -> None:
        """Open a list; hypotheses are labelled by their own (H1), (H2)."""
        if "hypotheses" not in node["classes"]:
            super().visit_bullet_list(node)
            return
        for paragraph in node.findall(nodes.paragraph):
            text = paragraph[0] if len(paragraph) else None
            if isinstance(text, nodes.Text) and text.startswith("(H"):
                tag, _, rest = text.partition(") ")
                paragraph.parent["hypothesis"] = tag + ")"
                paragraph.replace(text, nodes.Text(rest))
        self.body.append("\n\\begin{mmdlhypotheses}\n")

    def depart_bullet_list(self, node: nodes.bullet_list) -> None:
        """Close the list."""
        if "hypotheses" in node["classes"]:
            self.body.append("\\end{mmdlhypotheses}\n")
        else:
            super().depart_bullet_list(node)

    def visit_list_item(self, node: nodes.list_item) -> None:
        """Start an item."""
        if "hypothesis" in node:
            self.body.append(f"\\item[{node['hypothesis']}] ")
        else:
            super().visit_list_item(node)

    def visit_Text(self, node: nodes.Text) -> None:  # noqa: N802
        """Write text; signs that the text font lacks come from another font."""
        start = len(self.body)
        super().visit_Text(node)
        new = SYMBOL.sub(r"\\mmdlsymbol{\g<0>}", "".join(self.body[start:]))
        if isinstance(node.parent, nodes.literal) and not self.in_title:
            new = JOINT.sub(r"\g<0>\\mmdlbreak{}", new)
        self.body[start:] = [new]

    def visit_literal_block(self, node: nodes.literal_block) -> None:
        """Keep short code on one page, and the first lines of longer code."""
        lines = node.astext().count("\n") + 1
        kept = lines if lines <= KEPT_LINES else FIRST_LINES
        if not self.table:
            self.body.append(f"\n\\needspace{{{kept + 2}\\baselineskip}}")
        super().visit_literal_block(node)

    def visit_transition(self, node: nodes.transition) -> None:
        """Write a rule between passages, none above the footnotes of a file."""
        if "footnotes" in node["classes"]:
            raise nodes.SkipNode
        super().visit_transition(node)

    def visit_container(self, node: nodes.container) -> None:
        """Write a cell's input and outputs, without Sphinx's CSS classes."""
        if "cell_input" in node["classes"] and HIDDEN & set(node.parent["classes"]):
            raise nodes.SkipNode
        if "cell_output" in node["classes"]:
            self.body.append("\n\\begin{mmdloutput}\n")

    def depart_container(self, node: nodes.container) -> None:
        """Close the outputs."""
        if "cell_output" in node["classes"]:
            self.body.append("\n\\end{mmdloutput}\n")

    def visit_sidebar(self, node: nodes.sidebar) -> None:
        """Write a margin note; inside a box LaTeX cannot move it."""
        inside = statement, proof, box
        boxed = any(isinstance(up, inside) for up in ancestors(node))
        self.body.append("\n\\mmdlmargin" + ("box{" if boxed else "{"))

    def depart_sidebar(self, node: nodes.sidebar) -> None:
        """Close the note."""
        self.body.append("}\n")


def ancestors(node: nodes.Node) -> list[nodes.Node]:
    """Return the parents of ``node``, the nearest first."""
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found
