"""``{contributors}``: who wrote which chapter, from the chapters' headers.

A row for each person, in the order of the book, and a last one for the chapters that
name nobody: they belong to all authors together.
"""

from __future__ import annotations

from pathlib import Path

from authors import Author, authors_of, header, people
from docutils import nodes
from ledger_table import cell
from numbering import chapters
from plan import Chapter
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

HEADS, WIDTHS = ("Who", "What"), (40, 60)
Written = dict[Chapter, list[Author]]


class Contributors(SphinxDirective):
    """The table of all persons."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        written = self.written()
        group = nodes.tgroup("", cols=len(HEADS))
        group += [nodes.colspec("", colwidth=width) for width in WIDTHS]
        head = nodes.row("", *(cell(nodes.paragraph("", text)) for text in HEADS))
        body = nodes.tbody()
        for person in people(written.values()):
            body += nodes.row("", cell(who(person)), cell(self.what(person, written)))
        shared = [chapter for chapter, authors in written.items() if not authors]
        if shared:
            name = nodes.paragraph("", self.config.author)
            body += nodes.row("", cell(name), cell(self.links(shared)))
        group += [nodes.thead("", head), body]
        return [nodes.table("", group, classes=["contributors", "colwidths-given"])]

    def written(self) -> Written:
        """Return the published chapters, drafts left out, with their authors."""
        found: Written = {}
        for docname, chapter in chapters(self.config).items():
            path = Path(self.env.doc2path(docname))
            if docname in self.env.found_docs and not chapter.draft:
                self.env.note_dependency(str(path))
                found[chapter] = authors_of(header(path))
        return found

    def what(self, person: Author, written: Written) -> nodes.paragraph:
        """Return the chapters of a person, each with their roles in it."""
        own = {
            chapter: author.roles
            for chapter, authors in written.items()
            for author in authors
            if author.same(person)
        }
        return self.links(list(own), own)

    def links(
        self, listed: list[Chapter], roles: dict[Chapter, tuple[str, ...]] | None = None
    ) -> nodes.paragraph:
        """Return links to chapters."""
        text = nodes.paragraph()
        for chapter in listed:
            text += [nodes.Text("; ")] * bool(len(text))
            text += self.link(chapter)
            own = (roles or {}).get(chapter)
            text += [nodes.Text(f" ({', '.join(own)})")] if own else []
        return text

    def link(self, chapter: Chapter) -> addnodes.pending_xref:
        """Return a link to a chapter, by its number."""
        return addnodes.pending_xref(
            "",
            nodes.inline("", chapter.name),
            refdomain="std",
            reftype="ref",
            reftarget=chapter.label,
            refdoc=self.env.docname,
            refexplicit=True,
            refwarn=True,
        )


def who(person: Author) -> nodes.paragraph:
    """Return a name with the link to its ORCID, and where the person works."""
    text = nodes.paragraph("", person.name)
    if person.address:
        text += nodes.Text(", ")
        text += nodes.reference("", "ORCID", refuri=person.address, internal=False)
    if person.affiliation:
        text += nodes.Text(f", {person.affiliation}")
    return text


def setup(app: Sphinx) -> dict[str, object]:
    """Register the directive."""
    app.setup_extension("numbering")
    app.add_directive("contributors", Contributors)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
