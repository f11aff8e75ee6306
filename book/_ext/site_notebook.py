"""The page as a Jupyter notebook: text with its numbers, cells without outputs.

Written from the finished doctree beside the page, for pages that have code. The
first cell tells where the notebook comes from; the second one installs the library,
where the site has a public address and the reader's Python does not have it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin

from docutils import nodes
from live_wheel import build_wheel
from macros import table_of
from notebook_text import Markdown
from numbering import chapter_of, dotted
from sphinx.application import Sphinx

NOTEBOOKS = "_notebooks"
ROOT = Path(__file__).resolve().parents[2]  # where the library lies
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
Cell = dict[str, object]


class Splitter:
    """Cuts a doctree into text cells and code cells, in reading order."""

    def __init__(self, markdown: Markdown) -> None:
        self.markdown = markdown
        self.cells: list[Cell] = []
        self.text: list[str] = []

    def walk(self, node: nodes.Element) -> None:
        """Go through sections and what holds cells; write the rest as text."""
        for child in node.children:
            if is_cell(child):
                self.code(child)
            elif isinstance(child, nodes.section):
                self.markdown.level += 1
                self.walk(child)
                self.markdown.level -= 1
            elif any(is_cell(inner) for inner in child.findall(nodes.container)):
                self.walk(child)
            else:
                self.text.append(self.markdown.of(child))

    def flush(self) -> None:
        """Close the text cell."""
        source = re.sub(r"\n{3,}", "\n\n", "".join(self.text)).strip()
        self.text.clear()
        if source:
            self.add({"cell_type": "markdown", "source": lines(source)})

    def code(self, cell: nodes.container) -> None:
        """Add a code cell, then the captions of what it draws."""
        self.flush()
        for block in cell.findall(nodes.literal_block):
            if "cell_input" in block.parent.get("classes", []):
                code = {"cell_type": "code", "execution_count": None, "outputs": []}
                self.add({**code, "source": lines(block.astext())})
                break
        self.text += [self.markdown.of(c) for c in cell.findall(nodes.caption)]

    def add(self, cell: Cell) -> None:
        """Add a cell; its id is its place, so that equal pages give equal files."""
        self.cells.append({"id": f"cell-{len(self.cells)}", "metadata": {}, **cell})


def is_cell(node: nodes.Node) -> bool:
    """Tell whether ``node`` is a code cell of MyST-NB."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def lines(source: str) -> list[str]:
    """Return ``source`` the way notebooks store it."""
    return source.splitlines(keepends=True)


def markdown_for(app: Sphinx, docname: str) -> Markdown:
    """Return the writer, with the numbers and the address of this page."""
    numbers = app.env.toc_fignumbers.get(docname, {})

    def number_of(node: nodes.Node) -> str:
        if "kind" in node and "number" in node:
            return f"{node['kind'].capitalize()} {node['number']}"
        if isinstance(node, nodes.title):
            anchors = app.env.toc_secnumbers.get(docname, {})
            ids = node.parent.get("ids", [])
            top = isinstance(node.parent.parent, nodes.document)
            return dotted(
                anchors.get("" if top else f"#{ids[0]}" if ids else "-") or ()
            )
        kind = "displaymath"
        if not isinstance(node, nodes.math_block):
            kind = "table" if isinstance(node, nodes.table) else "figure"
        found = [numbers.get(kind, {}).get(i) for i in node.get("ids", [])]
        number = dotted(next(filter(None, found), ()))
        return (
            number if kind == "displaymath" else f"{kind.capitalize()} {number}".strip()
        )

    def address(uri: str) -> str:
        if "://" in uri:
            return uri
        base = app.config.html_baseurl
        here = urljoin(base, app.builder.get_target_uri(docname)) if base else ""
        return urljoin(here, uri) if here and uri else ""

    return Markdown(table_of(app), number_of, address)


def file_stem(app: Sphinx, docname: str) -> str:
    """Return a chapter's slug; ``api-neurons`` for other pages, which may share it."""
    path = PurePosixPath(docname)
    return (
        path.name
        if chapter_of(app.env, docname)
        else "-".join(path.parts[1:] or path.parts)
    )


def opening(app: Sphinx) -> Cell:
    """Return the cell that says what this file is."""
    text = (
        f"*From the book* {app.config.html_title}. Text under CC BY 4.0, code under "
        "the MIT licence. The cells need NumPy, matplotlib and the book's library "
        "`mmdl`, which lies in the book's repository."
    )
    return {"cell_type": "markdown", "id": "from", "metadata": {}, "source": [text]}


def installing(app: Sphinx) -> list[Cell]:
    """Return the cell that installs the library from the book's site."""
    base = app.config.html_baseurl
    if not base:
        return []
    name, _ = build_wheel(ROOT, complete=True)
    code = install_code(urljoin(base, f"_wheels/{name}"))
    empty = {"cell_type": "code", "execution_count": None, "outputs": []}
    return [{**empty, "id": "install", "metadata": {}, "source": lines(code)}]


def install_code(address: str) -> str:
    """Return what installs the wheel at ``address``, unless there is a library."""
    return f"try:\n    import mmdl\nexcept ImportError:\n    %pip install -q {address}"


def write_notebook(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Write the notebook of a page with code."""
    if doctree is None or not any(map(is_cell, doctree.findall(nodes.container))):
        return
    splitter = Splitter(markdown_for(app, pagename))
    splitter.walk(doctree)
    splitter.flush()
    cells = [opening(app), *installing(app), *splitter.cells]
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook = {
        "cells": cells,
        "metadata": metadata,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = Path(app.outdir) / NOTEBOOKS / f"{file_stem(app, pagename)}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(notebook, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, object]:
    """Register."""
    app.setup_extension("macros")
    app.connect("html-page-context", write_notebook, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
