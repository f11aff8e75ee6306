"""``{mmdl-source} mmdl.stats.ridge`` shows the library's own lines in a chapter.

Nothing is retyped: the block is cut out of the file that defines the name, its
docstring shortened to the summary, and the chapter is built anew when that file
changes. Options: ``:nodoc:`` leaves the docstring out, ``:fulldoc:`` keeps it,
``:part: body`` or ``signature`` shows less; ``:unlinked:`` is for what the library's
pages do not describe, such as an entry of the table of derivatives.
"""

import re
from functools import partial
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from katex_post import as_text
from source_code import NotFoundError, find, show
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

ROLE = re.compile(r":(?:\w+:)?(\w+):`([^`]*)`")


def library_root(app: Sphinx) -> Path:
    """The folder that holds the package ``mmdl``."""
    return (Path(app.confdir) / app.config.mmdl_library).resolve()


class source_head(nodes.General, nodes.TextElement):
    """The line above a block: the name, which leads to its description."""


def as_prose(app: Sphinx, summary: str) -> str:
    """A docstring's summary without markup: ``:math:`` becomes Unicode."""

    def text(match: re.Match[str]) -> str:
        role, content = match.groups()
        if role == "math":
            return as_text(app, nodes.math(content, content))
        return content.rsplit(".", 1)[-1] if content.startswith("~") else content

    return ROLE.sub(text, " ".join(summary.split())).replace("`", "")


def part_of(argument: str) -> str:
    """Check the option ``part``."""
    return directives.choice(argument, ("all", "body", "signature"))


def code_block(text: str, path: Path) -> nodes.literal_block:
    """A block of the library's source; ``path`` tells what its names mean."""
    return nodes.literal_block(
        text, text, language="python", classes=["mmdl-code"], mmdl_file=str(path)
    )


class MmdlSource(SphinxDirective):
    """The directive."""

    required_arguments = 1
    option_spec: ClassVar = {
        "nodoc": directives.flag,
        "fulldoc": directives.flag,
        "part": part_of,
        "unlinked": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Return the head and the block."""
        name = self.arguments[0]
        root = library_root(self.env.app)
        try:
            found = find(name, root)
        except NotFoundError as error:
            return self.fail(f"mmdl-source: {name}: {error}; correct the name.")
        except SyntaxError as error:
            return self.fail(f"mmdl-source: {name}: {error}.")
        for path in found.files:
            self.env.note_dependency(str(path))
        doc = "none" if "nodoc" in self.options else "summary"
        doc = "full" if "fulldoc" in self.options else doc
        part = self.options.get("part", "all")
        text = show(found, doc=doc, part=part, prose=partial(as_prose, self.env.app))
        return self.block(name, text, found.path)

    def fail(self, message: str) -> list[nodes.Node]:
        """Warn at the directive's line."""
        logger.warning(message, location=self.get_location(), type="mmdl")
        return []

    def block(self, name: str, text: str, path: Path) -> list[nodes.Node]:
        """Return a container with the name, the file and the code."""
        shown = path.relative_to(library_root(self.env.app)).as_posix()
        if "unlinked" in self.options:
            plain = nodes.literal(name, name)
            return self.under(plain, shown, code_block(text, path))
        title = nodes.literal(name, name, classes=["xref", "py"])
        link = addnodes.pending_xref(
            "",
            title,
            refdomain="py",
            reftype="obj",
            reftarget=name,
            refdoc=self.env.docname,
            refexplicit=False,
            refwarn=False,
        )
        return self.under(link, shown, code_block(text, path))

    def under(self, name: nodes.Node, shown: str, code: nodes.Node) -> list[nodes.Node]:
        """Return the block with its head above it."""
        head = source_head("", "", name, path=shown)
        for node in (head, code):
            self.set_source_info(node)
        return [nodes.container("", head, code, classes=["mmdl-source"])]


def visit_head_html(self: nodes.NodeVisitor, node: source_head) -> None:
    """Open the line."""
    self.body.append('<p class="mmdl-source-head">')


def depart_head_html(self: nodes.NodeVisitor, node: source_head) -> None:
    """Write the file's name and close the line."""
    self.body.append(f' <span class="mmdl-source-file">{node["path"]}</span></p>\n')


def visit_head_latex(self: nodes.NodeVisitor, node: source_head) -> None:
    """Open the line, which stays with its block."""
    self.body.append("\n\n\\par\\medskip\\noindent{\\small ")


def depart_head_latex(self: nodes.NodeVisitor, node: source_head) -> None:
    """Write the file's name and close the line."""
    path = self.encode(node["path"])
    self.body.append(f"\\hfill\\textit{{{path}}}}}\\par\\nobreak\n")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the directive."""
    app.add_config_value("mmdl_library", ".", "env", types=(str,))
    app.add_node(
        source_head,
        html=(visit_head_html, depart_head_html),
        latex=(visit_head_latex, depart_head_latex),
        text=(lambda *_: None, lambda *_: None),
    )
    app.add_directive("mmdl-source", MmdlSource)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
