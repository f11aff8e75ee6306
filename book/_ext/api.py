"""The library's pages: ``.. api-module:: mmdl.stats`` describes a whole package.

What ``__all__`` lists is grouped by the file that defines it, in the order of the
source; the file's docstring, a paragraph of the lesson, stands above its names.
Every name brings its description and its source, folded. In the PDF only the
table of names and their summaries remains.
"""

import importlib
import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import ClassVar, NamedTuple

import api_refs
from docutils import nodes
from docutils.statemachine import StringList
from mmdl_source import as_prose, code_block, library_root
from source_code import NotFoundError, find, show
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
MATH = re.compile(r":math:`([^`]*)`")


class Name(NamedTuple):
    """A public name: where it stands and how autodoc should describe it."""

    public: str
    kind: str
    file: str
    line: int
    derived: bool = False


class folded_source(nodes.General, nodes.Element):
    """The source of a name, folded."""


ONLY_ON_PAGES = (nodes.section, addnodes.desc)


def kind_of(thing: object) -> str:
    """Return autodoc's word for the object; empty for a module."""
    if inspect.ismodule(thing):
        return ""
    if inspect.isclass(thing):
        return "exception" if issubclass(thing, BaseException) else "class"
    named = callable(thing) and getattr(thing, "__name__", "")
    return "function" if named else "data"


def summary_of(app: Sphinx, thing: object) -> list[nodes.Node]:
    """The first paragraph of a docstring: text and formulas."""
    parts = MATH.split((inspect.getdoc(thing) or "").split("\n\n", 1)[0])
    found: list[nodes.Node] = []
    for place, part in enumerate(parts):
        if place % 2:
            found.append(nodes.math(part, part))
            continue
        before, after = part[:1].isspace(), part[-1:].isspace()
        text = " " * before + as_prose(app, part) + " " * (after and bool(part.strip()))
        found.append(nodes.Text(text))
    return found


class ApiModule(SphinxDirective):
    """The directive."""

    required_arguments = 1
    has_content = False
    option_spec: ClassVar = {}

    def run(self) -> list[nodes.Node]:
        """Return the description of the package."""
        module_name = self.arguments[0]
        self.root = library_root(self.env.app)
        try:
            module = importlib.import_module(module_name)
        except ImportError as error:
            message = f"api-module: cannot import {module_name}: {error}."
            logger.warning(message, location=self.get_location(), type="mmdl")
            return []
        self.env.note_dependency(str(module.__file__))
        self.lines = StringList()
        names = sorted(self.public(module), key=lambda n: (n.file, n.line))
        self.add(f".. py:module:: {module_name}", "")
        self.add_docstring(module)
        self.add("", f".. api-names:: {module_name}", "")
        groups = list(dict.fromkeys(n.file for n in names))
        for file in groups:
            inside = [n for n in names if n.file == file]
            if len(groups) > 1:
                self.add_heading(file)
            for name in inside:
                self.add_name(name)
        inside = self.parse_text_to_nodes(self.lines, allow_section_headings=True)
        return self.only_html(inside)

    def only_html(self, parsed: list[nodes.Node]) -> list[nodes.Node]:
        """Keep the table of names for the PDF, the descriptions for the pages."""
        first = next(
            (i for i, n in enumerate(parsed) if isinstance(n, ONLY_ON_PAGES)),
            len(parsed),
        )
        page = addnodes.only("", *parsed[first:], expr="html")
        return [*parsed[:first], page]

    def public(self, module: ModuleType) -> Iterator[Name]:
        """Yield what ``__all__`` lists, or what a module without it defines.

        What a package borrows from another one is described there.
        """
        own = [n for n, o in vars(module).items() if _defined_in(o, module, n)]
        for name in getattr(module, "__all__", own):
            thing = getattr(module, name)
            kind = kind_of(thing)
            if kind and not _borrowed(thing, module):
                yield self.describe(f"{module.__name__}.{name}", kind, thing)

    def describe(self, public: str, kind: str, thing: object) -> Name:
        """Describe one name and remember under which name it is documented."""
        try:
            found = find(public, self.root)
        except NotFoundError as error:
            logger.warning("api-module: %s", error, location=self.get_location())
            return Name(public, kind, "", 0)
        self.env.note_dependency(str(found.path))
        file = found.path.relative_to(self.root).as_posix()
        api_refs.documented(self.env)[f"{file}:{found.name}"] = (
            self.env.docname,
            public,
        )
        bases = getattr(thing, "__bases__", ())
        derived = any(
            base.__module__.startswith(f"{api_refs.PACKAGE}.") for base in bases
        )
        return Name(public, kind, file, found.node.lineno, derived)

    def add(self, *lines: str, source: str = "<api-module>") -> None:
        """Append lines of reStructuredText."""
        for number, line in enumerate(lines):
            self.lines.append(line, source, number)

    def add_docstring(self, module: ModuleType, start: int = 0) -> None:
        """Append the module's docstring from its line ``start`` on."""
        lines = inspect.getdoc(module) or ""
        source = f"{module.__file__}:docstring of {module.__name__}"
        self.add("", *lines.split("\n")[start:], "", source=source)

    def add_heading(self, file: str) -> None:
        """Append a section for one file: its docstring's first line, then the rest."""
        name = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        module = importlib.import_module(name)
        title, *_ = (inspect.getdoc(module) or name).split("\n")
        title = as_prose(self.env.app, title).rstrip(".")
        self.add("", f".. _{name.replace('.', '-')}:", "", title, "-" * len(title))
        self.add_docstring(module, start=1)

    def add_name(self, name: Name) -> None:
        """Append the description of one name."""
        if name.kind == "data":  # autodoc would print the docstring of ``dict``
            self.add("", f".. py:data:: {name.public.rsplit('.', 1)[1]}", "")
        else:
            lines = ["   :members:"] if name.kind == "class" else []
            lines += ["   :show-inheritance:"] if name.derived else []
            self.add("", f".. auto{name.kind}:: {name.public}", *lines, "")
        self.add(f".. api-source:: {name.public}", "")


def _defined_in(thing: object, module: ModuleType, name: str) -> bool:
    return getattr(thing, "__module__", "") == module.__name__ and name[0] != "_"


def _borrowed(thing: object, module: ModuleType) -> bool:
    home = str(getattr(thing, "__module__", None) or module.__name__)
    package = ".".join(module.__name__.split(".")[:2])
    return not f"{home}.".startswith(f"{package}.")


class ApiNames(SphinxDirective):
    """The table of a package's names, each with its summary."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a definition list; the names link to their descriptions."""
        module = importlib.import_module(self.arguments[0])
        rows = []
        for name in getattr(module, "__all__", []):
            thing = getattr(module, name)
            if kind_of(thing) in ("", "data"):
                continue
            summary = summary_of(self.env.app, thing)
            rows.append(self.row(f"{module.__name__}.{name}", name, summary))
        return [nodes.definition_list("", *rows, classes=["api-names"])] if rows else []

    def row(self, target: str, name: str, summary: list[nodes.Node]) -> nodes.Node:
        """Return one item."""
        link = addnodes.pending_xref(
            "",
            nodes.literal(name, name, classes=["xref", "py"]),
            refdomain="py",
            reftype="obj",
            reftarget=target,
            refdoc=self.env.docname,
            refwarn=False,
        )
        text = nodes.paragraph("", "", *summary)
        return nodes.definition_list_item(
            "", nodes.term("", "", link), nodes.definition("", text)
        )


class ApiSource(SphinxDirective):
    """The source of a name, folded."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the folded block."""
        try:
            found = find(self.arguments[0], library_root(self.env.app))
        except NotFoundError:
            return []
        return [folded_source("", code_block(show(found, doc="none"), found.path))]


def visit_folded(self: nodes.NodeVisitor, node: folded_source) -> None:
    """Open the fold."""
    self.body.append('<details class="mmdl-folded"><summary>Source</summary>\n')


def depart_folded(self: nodes.NodeVisitor, node: folded_source) -> None:
    """Close the fold."""
    self.body.append("</details>\n")


def skip(self: nodes.NodeVisitor, node: nodes.Node) -> None:
    """Leave the source out."""
    raise nodes.SkipNode


AUTODOC = {
    "autodoc_typehints": "none",  # types stand with the parameters, in shapes
    "autodoc_preserve_defaults": True,
    "autodoc_member_order": "bysource",
    "add_module_names": False,
    "toc_object_entries_show_parents": "hide",
    "python_use_unqualified_type_names": True,
}


def configure(app: Sphinx, config: Config) -> None:
    """Set autodoc as the library's docstrings want them."""
    for name, value in AUTODOC.items():
        setattr(config, name, value)


def setup(app: Sphinx) -> dict[str, object]:
    """Register the directives."""
    app.setup_extension("docstring_sections")
    app.setup_extension("api_refs")
    app.add_directive("api-module", ApiModule)
    app.add_directive("api-names", ApiNames)
    app.add_directive("api-source", ApiSource)
    app.add_node(
        folded_source,
        html=(visit_folded, depart_folded),
        latex=(skip, None),
        text=(skip, None),
    )
    app.connect("config-inited", configure)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
