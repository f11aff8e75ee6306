"""The bibliography on paper: where its page stands, and for one chapter what it cites.

Sphinx moves all entries of the bibliography to the end of the PDF. Here they stay
on their page, as hanging entries without labels: the text names author and year.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.latex import LaTeXTranslator

# How sphinxcontrib-bibtex links to an entry in LaTeX: document and id.
LINK = re.compile(r"\\hyperlink\{cite\.([^{}]*):([^:{}]+)\}")


class bib_list(nodes.Element):
    """All entries that stand together; children: bib_entry."""


class bib_entry(nodes.Element):
    """One entry, without its label."""


class KeepInPlace(SphinxPostTransform):
    """Turn citations into entries that Sphinx leaves where they are."""

    default_priority = 740  # after sphinxcontrib-bibtex, before Sphinx moves them
    formats = ("latex",)

    def run(self, **kwargs: object) -> None:
        """Replace each run of citations by a list; drop a page left without any."""
        cited = self.cited()
        pages = [d for d in self.document.findall(nodes.document) if d.parent]
        for first in list(self.document.findall(nodes.citation)):
            if first.parent is not None:
                self.collect(first, cited)
        for page in pages:
            if not any(page.findall(bib_entry)):
                page.parent.remove(page)
                self.unlink(page["docname"])

    def unlink(self, docname: str) -> None:
        """Leave the words of links to a page that is not printed."""
        for link in list(self.document.findall(nodes.reference)):
            if link.get("refuri", "").startswith(f"%{docname}#"):
                link.replace_self(link.children)

    def cited(self) -> set[str] | None:
        """Return the ids that links lead to; None if all entries are wanted."""
        if not self.config.mmdl_pdf_chapter:
            return None
        raw = (node.rawsource for node in self.document.findall(nodes.Element))
        return {match[2] for text in raw for match in LINK.finditer(text)}

    def collect(self, first: nodes.citation, cited: set[str] | None) -> None:
        """Replace ``first`` and the citations after it."""
        parent, start = first.parent, first.parent.index(first)
        entries = bib_list()
        while start < len(parent) and isinstance(parent[start], nodes.citation):
            citation = parent.pop(start)
            citation.parent = None  # docutils leaves it
            if cited is None or cited & set(citation["ids"]):
                entries += bib_entry("", *citation.children[1:], ids=citation["ids"])
        if len(entries):
            parent.insert(start, entries)


def visit_list(self: LaTeXTranslator, node: bib_list) -> None:
    """Open the list."""
    self.body.append("\n\\begin{mmdlbibliography}\n")


def depart_list(self: LaTeXTranslator, node: bib_list) -> None:
    """Close the list."""
    self.body.append("\\end{mmdlbibliography}\n")


def visit_entry(self: LaTeXTranslator, node: bib_entry) -> None:
    """Start an entry with its anchors."""
    place = self.curfilestack[-1]
    anchors = (f"\\hypertarget{{cite.{place}:{i}}}{{}}" for i in node["ids"])
    self.body.append(f"\\item\\relax{''.join(anchors)}%\n")


def depart_entry(self: LaTeXTranslator, node: bib_entry) -> None:
    """End an entry."""
    self.body.append("\n")


def setup(app: Sphinx) -> dict:
    """Register the transform and its nodes."""
    app.add_node(bib_list, latex=(visit_list, depart_list))
    app.add_node(bib_entry, latex=(visit_entry, depart_entry))
    app.add_post_transform(KeepInPlace)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
