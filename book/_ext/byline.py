"""The line below a chapter's title: who wrote it, and under which licence.

It stands only where the header names persons. It holds no paragraph, so that nothing
takes it for the beginning of the text: not the previews, not the page's description.
"""

from __future__ import annotations

from pathlib import Path

from authors import LICENCES, Author, authors_of, header, together
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.latex import LaTeXTranslator

DOT = " \N{MIDDLE DOT} "


class byline(nodes.General, nodes.Element):
    """Authors, as tuples in ``authors``, and ``licence``."""


def written_by(env: BuildEnvironment, docname: str) -> list[Author]:
    """Return the persons whom a page's header names."""
    return authors_of(header(Path(env.doc2path(docname))))


def names_of(env: BuildEnvironment, docname: str) -> str:
    """Return ``A, B and C``, or nothing."""
    found = written_by(env, docname)
    return together(author.name for author in found) if found else ""


def add_byline(app: Sphinx, doctree: nodes.document) -> None:
    """Put the line behind the title."""
    own = header(Path(app.env.doc2path(app.env.docname)))
    authors, title = authors_of(own), doctree.next_node(nodes.title)
    if authors and title is not None and isinstance(title.parent, nodes.section):
        licence = str(own.get("licence") or "")
        line = byline("", authors=[tuple(a) for a in authors], licence=licence)
        title.parent.insert(title.parent.index(title) + 1, line)


def persons(node: byline) -> list[Author]:
    """Return the authors of a line."""
    return [Author(*row) for row in node["authors"]]


def visit_html(self: HTML5Translator, node: byline) -> None:
    """Print a line for each person, and one for the licence."""
    escape = self.encode
    self.body.append('<div class="byline">\n')
    for author in persons(node):
        told = [f'<span class="author">{escape(author.name)}</span>']
        if author.address:
            label = escape(f"ORCID of {author.name}")
            link = f'<a href="{author.address}" aria-label="{label}">ORCID</a>'
            told.append(link)
        told += [escape(", ".join(author.roles))] if author.roles else []
        told += [escape(author.affiliation)] if author.affiliation else []
        self.body.append(f"<div>{DOT.join(told)}</div>\n")
    if node["licence"] in LICENCES:
        text, address = LICENCES[node["licence"]]
        link = f'<a rel="license" href="{address}">{text}</a>'
        self.body.append(f"<div>{link}</div>\n")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def visit_latex(self: LaTeXTranslator, node: byline) -> None:
    """Print the same on paper, where an ORCID is read and typed."""
    escape = self.escape
    self.body.append("\n\\begin{mmdlbyline}\n")
    for author in persons(node):
        told = [*filter(None, [", ".join(author.roles), author.affiliation])]
        rest = f"\\quad {escape('; '.join(told))}" if told else ""
        address = author.address.removeprefix("https://")
        link = f"\\quad\\href{{{author.address}}}{{{address}}}" if address else ""
        self.body.append(f"\\textbf{{{escape(author.name)}}}{rest}{link}\\par\n")
    if node["licence"] in LICENCES:
        text, address = LICENCES[node["licence"]]
        self.body.append(f"\\href{{{address}}}{{{text}}}\\par\n")
    self.body.append("\\end{mmdlbyline}\n")
    raise nodes.SkipNode


def visit_text(self: object, node: byline) -> None:
    """Leave it out."""
    raise nodes.SkipNode


def tell_authors(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Give the template the names for the page's head."""
    if doctree is not None:
        context["page_authors"] = names_of(app.env, pagename)


def setup(app: Sphinx) -> dict[str, object]:
    """Register the line."""
    app.add_node(
        byline,
        html=(visit_html, None),
        latex=(visit_latex, None),
        text=(visit_text, None),
    )
    app.connect("doctree-read", add_byline)
    app.connect("html-page-context", tell_authors)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
