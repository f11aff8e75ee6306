"""The contents beside every page, and ``{book-contents}`` on the welcome page.

The sidebar shows what is published: the parts of ``_toc.yml``, and the sections
of the page that one reads. The welcome page shows the whole plan, chapters not
yet written in grey.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from docutils import nodes
from numbering import chapter_of, chapters, dotted
from plan import Chapter
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective


class Item(NamedTuple):
    """One line of the contents."""

    number: str
    title: str
    href: str
    current: bool = False
    items: tuple[Item, ...] = ()


class Part(NamedTuple):
    """A part of the book; the caption is empty for pages outside the parts."""

    caption: str
    items: list[Item]


def navigation(app: Sphinx, pagename: str) -> list[Part]:
    """Return the contents as seen from ``pagename``."""
    root = app.env.tocs[app.config.root_doc]
    parts = []
    for toctree in root.findall(addnodes.toctree):
        docnames = [doc for _, doc in toctree["entries"] if doc in app.env.titles]
        items = [item(app, doc, pagename) for doc in docnames]
        parts.append(Part(toctree.get("caption") or "", items))
    return parts


def item(app: Sphinx, docname: str, pagename: str) -> Item:
    """Return a page's line, with what is below it if it is being read."""
    env = app.env
    number = dotted(env.titles[docname].get("secnumber") or ())
    title = short(env.titles[docname].astext())
    href = (
        "#" if docname == pagename else app.builder.get_relative_uri(pagename, docname)
    )
    below: tuple[Item, ...] = ()
    children = env.toctree_includes.get(docname, [])
    if docname == pagename:
        below = tuple(sections(env, docname))
    if docname == pagename or pagename in descendants(env, docname):
        below += tuple(item(app, child, pagename) for child in children)
    return Item(number, title, href, docname == pagename, below)


def short(title: str) -> str:
    """Return the name alone of a page about a part of the library."""
    name, colon, _ = title.partition(":")
    return name if colon and name.startswith("mmdl.") else title


def descendants(env: BuildEnvironment, docname: str) -> Iterator[str]:
    """Yield all pages below ``docname``."""
    for child in env.toctree_includes.get(docname, []):
        yield child
        yield from descendants(env, child)


def sections(env: BuildEnvironment, docname: str) -> Iterator[Item]:
    """Yield the sections of a page, without their subsections."""
    for top in env.tocs[docname].children:
        for entry in top.findall(nodes.reference):
            anchor = entry.get("anchorname", "")
            depth = 0
            node: nodes.Node = entry
            while node is not top:
                depth += isinstance(node, nodes.list_item)
                node = node.parent
            if anchor and depth == 1:
                number = dotted(entry.get("secnumber") or ())
                yield Item(number, entry.astext(), anchor)


class book_contents(nodes.General, nodes.Element):
    """Where the plan of the book stands."""


class BookContents(SphinxDirective):
    """``{book-contents}``: all parts and chapters, written and planned."""

    def run(self) -> list[nodes.Node]:
        """Return the place; the list is made when all pages are known."""
        return [book_contents()]


class ShowContents(SphinxPostTransform):
    """Replace the place by the list, with links to what is published."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        """Fill every place."""
        for node in list(self.document.findall(book_contents)):
            html = self.app.builder.format == "html"
            node.replace_self(self.parts() if html else self.lines())

    def lines(self) -> list[nodes.Node]:
        """Return the plan for paper, where the contents stand elsewhere already."""
        found: list[nodes.Node] = []
        caption = None
        for chapter in filter(in_plan, chapters(self.config).values()):
            if chapter.part != caption:
                caption = chapter.part
                found += [nodes.paragraph("", caption), nodes.line_block()]
            text = f"{chapter.number} {chapter.title}"
            published = chapter.docname in self.env.titles
            line = nodes.Text(text) if published else planned(text)
            found[-1] += nodes.line("", "", line)
        return found

    def parts(self) -> nodes.container:
        """Return the list by parts."""
        box = nodes.container(classes=["book-contents"])
        caption = None
        for chapter in filter(in_plan, chapters(self.config).values()):
            if chapter.part != caption:
                caption = chapter.part
                number = f"Part {chapter.part_number} · " if chapter.part_number else ""
                title = number + caption
                box += nodes.paragraph("", title, classes=["caption"])
                box += nodes.enumerated_list()
            published = chapter.docname in self.env.titles
            entry = nodes.paragraph()
            entry += nodes.inline("", chapter.number, classes=["n"])
            entry += nodes.Text(" ")
            entry += self.link(chapter) if published else planned(chapter.title)
            box[-1] += nodes.list_item("", entry)
        return box

    def link(self, chapter: object) -> nodes.reference:
        """Return the link to a published chapter, by its own title."""
        uri = self.app.builder.get_relative_uri(self.env.docname, chapter.docname)
        title = self.env.titles[chapter.docname].astext()
        return nodes.reference("", title, refuri=uri, internal=True)


def in_plan(chapter: Chapter) -> bool:
    """Tell whether a chapter has its place; a draft has none yet."""
    return not chapter.draft


def planned(title: str) -> nodes.inline:
    """Return the title of a chapter that is not written yet."""
    return nodes.inline("", title, classes=["planned"])


def where(app: Sphinx, pagename: str, parts: list[Part]) -> str:
    """Return what stands above a page: the name of its part."""
    chapter = chapter_of(app.env, pagename)
    if not chapter:
        here = (part.caption for part in parts if any(i.current for i in part.items))
        return next(here, "")
    part = f"Part {chapter.part_number} · " if chapter.part_number else ""
    return part + chapter.part


def add_navigation(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Give the template the contents and the place of the page."""
    context["book_nav"] = navigation(app, pagename)
    context["page_where"] = where(app, pagename, context["book_nav"])


def setup(app: Sphinx) -> dict[str, object]:
    """Register the navigation and the directive."""
    app.setup_extension("numbering")
    app.add_node(book_contents)
    app.add_directive("book-contents", BookContents)
    app.add_post_transform(ShowContents)
    app.connect("html-page-context", add_navigation)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
