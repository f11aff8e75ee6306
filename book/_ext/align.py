r"""Numbers for the labelled lines of ``align`` and its kind.

MyST gives a whole ``\begin{align}`` one number and a random id. Here each line
with a ``\label{eq-x}`` becomes an equation of its own, the others none: while a
file is read the display gets one id per label (``equation-eq-x``) and the labels
are registered; when it is written the environment is starred and each label
becomes ``\tag{2.3}``, for LaTeX with the label that Sphinx's references use.

A renderer therefore finds: ``math_block`` with ``nowrap``, class ``amsmath``, no
``label``, no ``number``, text with ``\tag`` where numbers are.
"""

import re

from docutils import nodes
from numbering import dotted
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform

LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
BEGIN = re.compile(r"\\(begin|end)\{(align|alignat|flalign|gather|equation|multline)\}")


class ReadLabels(SphinxTransform):
    """Register every labelled line as an equation."""

    default_priority = 270  # after PropagateTargets has moved the random id in

    def apply(self, **kwargs: object) -> None:
        """Replace the random label of each display by its own labels."""
        for node in self.document.findall(nodes.math_block):
            if "amsmath" in node["classes"]:
                self.forget_random_label(node)
                for label in LABEL.findall(node.astext()):
                    self.register(node, label.strip())

    def forget_random_label(self, node: nodes.math_block) -> None:
        """Undo what MyST did for the display as a whole."""
        label = node.attributes.pop("label", None)
        node.attributes.update(number=None, docname=self.env.docname)
        if label is None:
            return
        self.env.get_domain("math").equations.pop(label, None)
        random_id = nodes.make_id(f"equation-{label}")
        node["ids"] = [i for i in node["ids"] if i != random_id]
        for target in list(self.document.findall(nodes.target)):
            if random_id in (target.get("refid"), *target["ids"]):
                target.parent.remove(target)
        self.document.ids.pop(random_id, None)

    def register(self, node: nodes.math_block, label: str) -> None:
        """Make ``label`` an equation whose anchor is ``node``."""
        math = self.env.get_domain("math")
        math.note_equation(self.env.docname, label, location=node)
        node_id = nodes.make_id(f"equation-{label}")
        node["ids"].append(node_id)
        self.document.ids[node_id] = node


class WriteTags(SphinxPostTransform):
    """Turn labels into the numbers that Sphinx assigned."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        """Rewrite every raw display."""
        for node in self.document.findall(nodes.math_block):
            if "amsmath" in node["classes"]:
                text = self.tagged(node)
                node[:] = [nodes.Text(text)]
                node.rawsource = text

    def tagged(self, node: nodes.math_block) -> str:
        """Return the display with its environment starred and its lines tagged."""
        docname = node["docname"]
        numbers = self.env.toc_fignumbers.get(docname, {}).get("displaymath", {})
        latex = self.app.builder.format == "latex"

        def tag(match: re.Match) -> str:
            label = match[1].strip()
            number = dotted(numbers.get(nodes.make_id(f"equation-{label}"), ()))
            anchor = f"\\label{{equation:{docname}:{label}}}" if latex else ""
            return f"\\tag{{{number}}}{anchor}"

        text = BEGIN.sub(r"\\\1{\2*}", node.astext())
        return LABEL.sub(tag, text)


def setup(app: Sphinx) -> dict:
    """Register both transforms."""
    app.setup_extension("numbering")
    app.add_transform(ReadLabels)
    app.add_post_transform(WriteTags)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
