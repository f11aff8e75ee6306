"""What the search knows: every section, statement, exercise and function.

A page's part is kept beside its doctree, so that an unchanged page need not be
read again; all parts together become ``_static/search-index.js``. That is a
script and not JSON, because a page opened from a folder may load scripts only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from numbering import chapter_of, dotted, section_number
from sphinx import addnodes
from sphinx.application import Sphinx

TITLES = {"title", "statement_title", "solution_title"}
SILENT = (nodes.comment, nodes.raw, nodes.image, addnodes.index, addnodes.toctree)


class Index:
    """Collects a page's entries: anchor, kind, title, text."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        self.env = app.env
        self.docname = docname
        self.prf = app.env.domaindata.get("prf", {}).get("entries", {})
        self.entries: list[list[str]] = []

    def begin(self, anchor: str, kind: str, title: str) -> list[str]:
        """Return the words of a new entry, to be filled."""
        words: list[str] = []
        self.entries.append([anchor, kind, " ".join(title.split()), words])  # type: ignore[list-item]
        return words

    def walk(self, node: nodes.Node, words: list[str]) -> None:
        """Put the text below ``node`` into ``words`` or into entries of its own."""
        if isinstance(node, SILENT) or type(node).__name__ in TITLES:
            return
        if isinstance(node, addnodes.desc):
            self.walk_description(node, words)
            return
        if "cell_output" in node_classes(node):
            return
        if isinstance(node, nodes.Text):
            words.append(node.astext())
            return
        words = self.entry_of(node, words)
        for child in node.children:
            self.walk(child, words)
        if not isinstance(node, nodes.Inline):
            words.append(" ")

    def walk_description(self, node: addnodes.desc, words: list[str]) -> None:
        """Put what is said of a name into an entry of its own, not its signature."""
        signature = node.next_node(addnodes.desc_signature)
        ids = signature["ids"] if signature is not None else []
        if ids:
            words = self.begin(ids[0], "Function", ids[0])
        for child in node.children:
            if not isinstance(child, addnodes.desc_signature):
                self.walk(child, words)

    def entry_of(self, node: nodes.Node, words: list[str]) -> list[str]:
        """Return where the words of ``node`` go."""
        ids = node.get("ids", []) if isinstance(node, nodes.Element) else []
        known = next((i for i in ids if i in self.prf), "")
        if isinstance(node, nodes.section):
            return self.begin(ids[0], self.section_name(ids[0]), title_of(node))
        if known and self.prf[known].kind != "solution":
            return self.begin(known, self.prf[known].name, self.prf[known].title)
        return words

    def section_name(self, node_id: str) -> str:
        """Return ``Chapter 2`` or ``Section 2.1``; empty where nothing is numbered."""
        number = section_number(self.env, self.docname, node_id)
        chapter = chapter_of(self.env, self.docname)
        if not number or not chapter:
            return ""
        return chapter.name if len(number) == 1 else f"Section {dotted(number)}"


def node_classes(node: nodes.Node) -> list[str]:
    """Return the classes of any node."""
    return node.get("classes", []) if isinstance(node, nodes.Element) else []


def title_of(section: nodes.section) -> str:
    """Return the words of a section's title."""
    title = section.next_node(nodes.title)
    return title.astext() if title else ""


def entries(app: Sphinx, docname: str, doctree: nodes.document) -> Iterator[list[str]]:
    """Yield a page's entries with their words joined."""
    index = Index(app, docname)
    index.walk(doctree, [])
    for anchor, kind, title, words in index.entries:
        yield [anchor, kind, title, re.sub(r"\s+", " ", "".join(words)).strip()]


def part_of(app: Sphinx, docname: str) -> Path:
    """Return the file that keeps a page's part."""
    return Path(app.doctreedir) / "search" / f"{docname}.json"


def keep_part(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Write a page's part."""
    if doctree is None:
        return
    path = part_of(app, pagename)
    path.parent.mkdir(parents=True, exist_ok=True)
    page = {
        "url": app.builder.get_target_uri(pagename),
        "title": app.env.titles[pagename].astext(),
        "entries": list(entries(app, pagename, doctree)),
    }
    path.write_text(json.dumps(page, ensure_ascii=False), "utf-8")


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Join the parts of all pages."""
    if error or app.builder.format != "html":
        return
    paths = [part_of(app, docname) for docname in sorted(app.env.found_docs)]
    pages = [path.read_text("utf-8") for path in paths if path.is_file()]
    script = f"window.bookIndex=[{','.join(pages)}];\n"
    target = Path(app.outdir) / "_static" / "search-index.js"
    target.write_text(script, "utf-8", newline="\n")


def use_no_other_index(app: Sphinx) -> None:
    """Keep Sphinx from making its own index, which no page loads."""
    for method in ("load_indexer", "index_page", "dump_search_index"):
        if hasattr(app.builder, method):
            setattr(app.builder, method, lambda *_: None)


def setup(app: Sphinx) -> dict[str, object]:
    """Register."""
    app.setup_extension("numbering")
    app.connect("builder-inited", use_no_other_index)
    app.connect("html-page-context", keep_part)
    app.connect("build-finished", write_index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
