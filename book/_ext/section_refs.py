"""References to chapters and sections print ``Chapter 2`` and ``Section 2.1``.

Sphinx would print the title for ``{ref}`` and ``Section 2`` for a chapter's
``{numref}``. A reference to a planned but unpublished chapter prints its number
without a link, so that a chapter may look ahead before its successors exist.
"""

from docutils import nodes
from numbering import chapter_of, chapters, dotted, section_number
from plan import Chapter
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode


class SectionReferences(SphinxPostTransform):
    """Resolve ``{ref}`` and ``{numref}`` without a title to numbered sections."""

    default_priority = 8  # before Sphinx's own resolver (10)

    def run(self, **kwargs: object) -> None:
        """Replace every reference that we know better than Sphinx."""
        planned = {c.label: c for c in chapters(self.config).values()}
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node.get("refdomain") == "std" and node["reftype"] in ("ref", "numref"):
                new = None if node["refexplicit"] else self.resolve(node, planned)
                if new is not None:
                    node.replace_self(new)

    def resolve(
        self, node: addnodes.pending_xref, planned: dict[str, Chapter]
    ) -> nodes.Node | None:
        """Return the node that prints the reference, or None to leave it."""
        target = node["reftarget"]
        std = self.env.get_domain("std")
        docname, node_id = std.anonlabels.get(target, ("", ""))
        if docname:
            text = section_text(self.env, docname, node_id)
            if not text:
                return None
            content = nodes.inline(text, text, classes=["std", "std-ref"])
            source = node.get("refdoc", self.env.docname)
            return make_refnode(self.app.builder, source, docname, node_id, content)
        if target in planned:
            chapter = planned[target]
            return nodes.inline(chapter.name, chapter.name, classes=["planned"])
        return None


def section_text(env: BuildEnvironment, docname: str, node_id: str) -> str:
    """Return ``Chapter 2`` or ``Section 2.1``; empty for anything else."""
    number = section_number(env, docname, node_id)
    chapter = chapter_of(env, docname)
    if not number or not chapter:
        return ""
    if len(number) == 1:
        return chapter.name
    return f"Section\N{NO-BREAK SPACE}{dotted(number)}"


def setup(app: Sphinx) -> dict:
    """Register the resolver."""
    app.setup_extension("numbering")
    app.add_post_transform(SectionReferences)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
