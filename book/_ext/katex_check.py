"""A formula that KaTeX cannot read is a warning with its line and a caret.

Formulas are rendered when a source is read, so that the report has a place; the
page remembers that it is broken and is read again by the next build.
"""

from pathlib import Path

from docutils import nodes
from katex_engine import Formula, MathError, excerpt
from katex_formulas import displayed, formulas, render, source_of
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.nodes import get_node_line, get_node_source

logger = logging.getLogger(__name__)

VERBATIM = (nodes.literal, nodes.FixedTextElement, nodes.raw, nodes.comment)
VERBATIM += (nodes.math, nodes.math_block, nodes.option_string)


def check_formulas(app: Sphinx, doctree: nodes.document) -> None:
    """Render all formulas of a source; report what KaTeX cannot read.

    For paper too: TeX would obey a command that reads a file, KaTeX knows none.
    """
    if app.builder.format not in ("html", "latex"):
        return
    broken = _broken(app.env)
    broken.discard(app.env.docname)
    for node in formulas(doctree):
        if try_to_render(app, node) is None:
            broken.add(app.env.docname)
    for node in doctree.findall(nodes.Text):
        if "$" in node and not isinstance(node.parent, VERBATIM):
            message = "formula: a $ without its partner; close it, or write dollar."
            logger.warning(
                message, location=node.parent, type="katex", subtype="dollar"
            )
            broken.add(app.env.docname)


def try_to_render(app: Sphinx, node: nodes.Node) -> Formula | None:
    """Render, or report what is wrong (once for each page and formula)."""
    try:
        return render(app, node)
    except MathError as error:
        reported = app.__dict__.setdefault("katex_reported", set())
        key = (source_of(node), isinstance(node, nodes.math_block))
        if (app.env.temp_data.get("docname"), key) not in reported:
            reported.update({(app.env.temp_data.get("docname"), key), (None, key)})
            _complain(app, node, error)
        return None


def _complain(app: Sphinx, node: nodes.Node, error: MathError) -> None:
    undefined = "Undefined control sequence" in str(error)
    remedy = (
        f"define it in {app.config.macros_file}" if undefined else "mend the formula"
    )
    is_display = isinstance(node, nodes.math_block)
    tex = displayed(node)[0] if is_display else source_of(node)
    message = f"formula: {error}; {remedy}.\n{excerpt(tex, error)}"
    logger.warning(message, location=_location(node), type="katex", subtype="formula")


def _location(node: nodes.Node) -> str | nodes.Node:
    """``file:line`` of the formula itself, not only of its paragraph."""
    source, line = get_node_source(node), get_node_line(node)
    path = Path(str(source).split(":docstring of ")[0])
    if ":docstring of " in str(source) or not line or not path.is_file():
        return node
    start = source_of(node).strip().split("\n", 1)[0]
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    for number in range(line, min(line + 60, len(lines) + 1)):
        if start in lines[number - 1]:
            return f"{path}:{number}"
    return node


def _broken(env: BuildEnvironment) -> set[str]:
    if not hasattr(env, "katex_broken"):
        env.katex_broken = set()  # type: ignore[attr-defined]
    return env.katex_broken


def read_broken_again(app: Sphinx, env: BuildEnvironment, *_: object) -> list[str]:
    """A page whose formula was wrong is read again: the warning stays."""
    return sorted(_broken(env) & env.found_docs)
