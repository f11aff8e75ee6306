"""Names of the library in code lead to their descriptions.

In a chapter the cells are read from the first to the last, as they run: an import
binds a name, an assignment takes the binding away. The first use of each name in
a cell becomes a link, on the page only. The same holds for ``mmdl.stats.ridge`` in
inline code, and for the library's own source, where its imports decide.
"""

import ast
import re
from html import escape
from pathlib import Path

import api_refs
from docutils import nodes
from source_code import parse
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxTranslator
from sphinx.writers.html import HTML5Translator

PYTHON = {"python", "python3", "py", "ipython", "ipython3"}
DOTTED = re.compile(r"(\w+(?:\.\w+)+)(?:\(\))?")
MAGIC = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
Bindings = dict[str, str]


class Names(ast.NodeVisitor):
    """Collects ``{"optim.GD": "mmdl.optim.GD"}`` and follows the bindings."""

    def __init__(self, bindings: Bindings) -> None:
        self.bindings = bindings
        self.used: dict[str, str] = {}

    def visit_Import(self, node: ast.Import) -> None:
        """``import mmdl.stats as st`` binds ``st``."""
        for alias in node.names:
            top = alias.name.split(".")[0]
            name, target = (alias.asname, alias.name) if alias.asname else (top, top)
            self.bindings[name] = target

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """``from mmdl import optim`` binds ``optim``."""
        for alias in node.names:
            name = alias.asname or alias.name
            self.bindings[name] = f"{node.module}.{alias.name}"
            if not alias.asname:
                self.use(name)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """``optim.GD`` is read as one name."""
        chain = _chain(node)
        if chain:
            self.use(chain)
        else:
            self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        """A name that is assigned is no longer what was imported."""
        if isinstance(node.ctx, ast.Load):
            self.use(node.id)
        else:
            self.bindings.pop(node.id, None)

    def visit_Assign(self, node: ast.Assign) -> None:
        """The right side is read before the left is bound."""
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """A definition takes the binding of its name away."""
        self.generic_visit(node)
        self.bindings.pop(node.name, None)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """So does a class."""
        self.generic_visit(node)
        self.bindings.pop(node.name, None)

    def use(self, chain: str) -> None:
        """Note a name that stands for something of the library."""
        first, dot, rest = chain.partition(".")
        target = self.bindings.get(first, "")
        if target.split(".")[0] == api_refs.PACKAGE:
            self.used.setdefault(chain, target + dot + rest)


def _chain(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _chain(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def names_in(text: str, bindings: Bindings) -> dict[str, str]:
    """Return the names of one block; ``bindings`` is carried on to the next."""
    if ">>>" in text:
        text = "\n".join(re.findall(r"^(?:>>>|\.\.\.) ?(.*)$", text, re.MULTILINE))
    try:
        tree = ast.parse(MAGIC.sub("pass", text))
    except (SyntaxError, ValueError):
        return {}
    visitor = Names(bindings)
    visitor.visit(tree)
    return visitor.used


def bindings_of(path: Path) -> Bindings:
    """Return what a file of the library imports from the library."""
    visitor = Names({})
    for node in parse(path).body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            visitor.visit(node)
    return visitor.bindings


class LinkNames(SphinxPostTransform):
    """Find the names of every block and the pages that describe them."""

    default_priority = 950
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Leave ``{name: (uri, title)}`` with each block."""
        bindings: Bindings = {}
        for block in self.document.findall(nodes.literal_block):
            if block.get("language") in PYTHON:
                path = block.get("mmdl_file")
                known = bindings_of(Path(path)) if path else bindings
                used = names_in(block.astext(), known)
                block["mmdl_names"] = {
                    chain: (uri, target)
                    for chain, target in used.items()
                    if (uri := self.uri(target))
                }
        for literal in list(self.document.findall(nodes.literal)):
            match = DOTTED.fullmatch(literal.astext())
            inside = isinstance(literal.parent, (nodes.reference, nodes.title))
            ours = match and match[1].startswith(f"{api_refs.PACKAGE}.") and not inside
            uri = self.uri(match[1]) if ours else ""
            if uri:
                link = nodes.reference("", "", internal=True, refuri=uri)
                literal.replace_self(link)
                link += literal

    def uri(self, name: str) -> str:
        """Return the address of a description, seen from this page."""
        domain = self.env.get_domain("py")
        entry = domain.objects.get(api_refs.public_name(self.app, name) or name)
        if entry is None or entry.objtype == "module":
            return ""
        builder, here = self.app.builder, self.env.docname
        return f"{builder.get_relative_uri(here, entry.docname)}#{entry.node_id}"


def visit_block(self: HTML5Translator, node: nodes.literal_block) -> None:
    """Write a block as Sphinx does, then put the links in."""
    try:
        HTML5Translator.visit_literal_block(self, node)
    finally:
        for chain, (uri, title) in node.get("mmdl_names", {}).items():
            self.body[-1] = link_first(self.body[-1], chain, uri, title)


def depart_block(self: SphinxTranslator, node: nodes.literal_block) -> None:
    """Close a block that Sphinx did not highlight."""
    HTML5Translator.depart_literal_block(self, node)


def link_first(html: str, chain: str, uri: str, title: str) -> str:
    """Wrap the first ``a.b`` of highlighted code in a link."""
    dot = r'<span class="o">\.</span>'
    names = (rf'<span class="n\w*">{re.escape(n)}</span>' for n in chain.split("."))
    pattern = rf"(?<!{dot}){dot.join(names)}(?!\w)"
    link = f'<a href="{escape(uri)}" title="{escape(title)}">'
    return re.sub(pattern, lambda m: f"{link}{m[0]}</a>", html, count=1)


def setup(app: Sphinx) -> dict[str, object]:
    """Register the transform and the visitor."""
    app.setup_extension("api_refs")
    app.add_post_transform(LinkNames)
    app.add_node(nodes.literal_block, override=True, html=(visit_block, depart_block))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
