"""Displayed formulas in the middle of a paragraph.

``text $$ … $$ (eq-x) text`` puts a display inside a paragraph, which HTML does
not allow, and MyST leaves its label as text. Here the paragraph is split around
the display and the label read. The part after it carries the class
``continued``: it is the same paragraph, so LaTeX does not indent it.
"""

import re

from docutils import nodes
from qed import qed
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

LABEL = re.compile(r"^[ \t]*\((eq-[a-z0-9-]+)\)")


class SplitParagraphs(SphinxTransform):
    """Lift displays out of paragraphs."""

    default_priority = 20  # early: before targets and labels are looked at

    def apply(self, **kwargs: object) -> None:
        """Split every paragraph that holds a display."""
        for paragraph in list(self.document.findall(nodes.paragraph)):
            if any(isinstance(child, nodes.math_block) for child in paragraph):
                paragraph.replace_self(self.split(paragraph))

    def split(self, paragraph: nodes.paragraph) -> list[nodes.Element]:
        """Return the paragraph's pieces, displays between them."""
        pieces: list[nodes.Element] = [self.piece(paragraph)]
        for child in paragraph.children:
            last = pieces[-1]
            if isinstance(child, nodes.math_block):
                pieces += [child, self.piece(paragraph, "continued")]
                child.source, child.line = paragraph.source, paragraph.line
            elif isinstance(child, nodes.Text) and len(pieces) > 1 and not len(last):
                text = self.read_label(pieces[-2], child).lstrip()
                last += [nodes.Text(text)] if text else []
            else:
                last += child
        if len(pieces[-1]) == 1 and isinstance(pieces[-1][0], qed):
            pieces[-1] = pieces[-1][0]
        return [p for p in pieces if p.astext().strip() or not _is_text(p)]

    def piece(self, paragraph: nodes.paragraph, *classes: str) -> nodes.paragraph:
        """Return an empty paragraph in the place of ``paragraph``."""
        new = nodes.paragraph("", "", classes=[*paragraph["classes"], *classes])
        new.source, new.line = paragraph.source, paragraph.line
        return new

    def read_label(self, display: nodes.math_block, text: nodes.Text) -> str:
        """Give ``display`` the label that ``text`` starts with; return the rest."""
        match = LABEL.match(text)
        if not match:
            return text
        label, docname = match[1], self.env.docname
        math = self.env.get_domain("math")
        math.note_equation(docname, label, location=display)
        number = math.get_equation_number_for(label)
        display.attributes.update(label=label, docname=docname, number=number)
        display["ids"].append(nodes.make_id(f"equation-{label}"))
        self.document.note_explicit_target(display)
        return text[match.end() :]


def _is_text(node: nodes.Element) -> bool:
    """Tell whether a piece holds nothing but text, so that blank means empty."""
    return all(isinstance(c, nodes.Text) for c in node) and not isinstance(node, qed)


def setup(app: Sphinx) -> dict:
    """Register the transform."""
    app.add_transform(SplitParagraphs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
