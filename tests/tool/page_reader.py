"""What a reader would see of a page, without building it: the tree that MyST reads.

Nothing is run. Identifiers and places in the source are left out; a formula counts as
what KaTeX makes of it. Two texts with equal views give equal pages, up to the names of
anchors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import myst_nb.sphinx_
from docutils import nodes
from mmdl_book.layout import Layout
from mmdl_book.pagebuild import Warnings, _application
from mmdl_book.recall import Recall
from myst_nb.core.execute.base import NotebookClientBase
from tool_books import dressed

SEEN = {"alt", "classes", "kind", "refuri", "reftarget", "reftype", "uri", "width"}
ANNOTATION = re.compile(r"<annotation.*?</annotation>", re.DOTALL)


class Reader:
    """A book of one chapter, read again and again."""

    def __init__(self, root: Path, docname: str) -> None:
        self.book, self.docname = Layout(root), docname
        overrides = {"nb_execution_mode": "off", "mmdl_claims": ""}
        recall = Recall(root / "doctrees", root / "html", "")
        recall.begin()
        warnings = Warnings(self.book)
        self.app = _application(self.book, "html", recall, overrides, warnings)
        myst_nb.sphinx_.create_client = _nobody
        self.app.connect("doctree-read", self._keep, priority=999)
        self.app.builder.read()
        from mmdl_book.lint.rules_math import katex

        self.engine, self.error, _ = katex(self.book.root)

    def view(self, text: str) -> str:
        """The page of a text, as one string."""
        (self.book.root / f"{self.docname}.md").write_text(text, "utf8")
        self.app.events.emit("env-purge-doc", self.app.env, self.docname)
        self.app.env.clear_doc(self.docname)
        self.app.builder.read_doc(self.docname)
        return "\n".join(self._lines(self.tree, 0))

    def _keep(self, _: object, tree: nodes.document) -> None:
        self.tree = tree

    def _lines(self, node: nodes.Node, depth: int) -> Iterator[str]:
        pad = " " * depth
        if isinstance(node, nodes.Text):
            yield pad + " ".join(node.astext().split())
        elif isinstance(node, nodes.math | nodes.math_block):
            yield pad + self._formula(node)
        elif not isinstance(node, nodes.target | nodes.comment):
            seen = {k: v for k, v in node.attributes.items() if k in SEEN and v}
            yield f"{pad}{node.tagname} {sorted(seen.items())}"
            for child in node.children:
                yield from self._lines(child, depth + 1)

    def _formula(self, node: nodes.Element) -> str:
        tex = re.sub(r"\\label\{[^}]*\}", "", node.astext())
        display = isinstance(node, nodes.math_block)
        try:
            html = self.engine.render(tex, display=display).html
        except self.error:
            return f"unreadable {tex}"
        return f"{display} {ANNOTATION.sub('', html)}"


def _nobody(notebook: object, path: str, *rest: object) -> NotebookClientBase:
    """A client that runs no cell, and looks for no outputs."""
    return NotebookClientBase(notebook, Path(path), *rest[:2])


@contextmanager
def reader(root: Path, name: str, text: str) -> Iterator[Reader]:
    """A reader of the chapter ``book/NAME.md`` under the book's own settings."""
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    dressed(root, {name: text})
    with ExitStack() as stack:
        stack.enter_context(patch_docutils())
        stack.enter_context(docutils_namespace())
        yield Reader(root, f"book/{name}")
