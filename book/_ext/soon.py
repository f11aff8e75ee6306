"""``{soon}`thm-x|words```: a reference to what may not be published yet.

It prints what ``{ref}`` or ``{prf:ref}`` would print as soon as the label is
published, and the words until then.
"""

from docutils import nodes
from prf_domain import proof_domain
from section_refs import section_text
from sphinx.application import Sphinx
from sphinx.errors import NoUri
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxRole
from sphinx.util.nodes import make_refnode


class soon(nodes.Inline, nodes.TextElement):
    """The place of the reference."""


class Soon(SphinxRole):
    """The role."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the place with its words."""
        label, _, words = self.text.partition("|")
        return [soon("", words or label, label=label)], []


class Resolve(SphinxPostTransform):
    """Replace each place by the link, or by its words."""

    default_priority = 4  # before references

    def run(self, **kwargs: object) -> None:
        """Fill every place."""
        for node in list(self.document.findall(soon)):
            docname, anchor, text = self.find(node["label"])
            words = nodes.inline("", node.astext(), classes=["planned"])
            if docname and text:
                words = self.link(docname, anchor, text)
            node.replace_self(words)

    def link(self, docname: str, anchor: str, text: str) -> nodes.Element:
        """Return the link, or its words where the page is not part of the book."""
        here, content = self.env.docname, nodes.Text(text)
        try:
            return make_refnode(self.app.builder, here, docname, anchor, content)
        except NoUri:
            return nodes.inline("", text)

    def find(self, label: str) -> tuple[str, str, str]:
        """Return document, anchor and name of what is published."""
        entry = proof_domain(self.env).entries.get(label)
        if entry:
            return entry.docname, entry.label, entry.name
        labels = self.env.get_domain("std").anonlabels
        docname, anchor = labels.get(label, ("", ""))
        return docname, anchor, docname and section_text(self.env, docname, anchor)


def setup(app: Sphinx) -> dict[str, object]:
    """Register role and transform."""
    app.setup_extension("section_refs")
    app.setup_extension("statements")
    app.add_node(soon)
    app.add_role("soon", Soon())
    app.add_post_transform(Resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
