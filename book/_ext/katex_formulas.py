"""From a node of the document to what KaTeX reads, and back with its markup."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from docutils import nodes
from katex_engine import Engine, Formula
from macros import table_of
from sphinx.application import Sphinx

ENVIRONMENT = re.compile(r"\s*\\begin\{([a-z]+)\*?\}(.*)\\end\{\1\*?\}\s*", re.DOTALL)
LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
NO_TAG = re.compile(r"\\(?:nonumber|notag)(?![A-Za-z])")
NO_TAG = re.compile(r"\\(?:nonumber|notag)(?![A-Za-z])")
SOURCE = re.compile(
    r'(<annotation encoding="application/x-tex">).*?(</annotation>)', re.DOTALL
)


def engine_of(app: Sphinx) -> Engine:
    """The engine of this build, with its cache beside the doctrees."""
    if not hasattr(app, "katex_engine"):
        cache = Path(app.doctreedir).parent / ".katex_cache" / "formulas.sqlite"
        app.katex_engine = Engine(table_of(app), cache)  # type: ignore[attr-defined]
    return app.katex_engine


def source_of(node: nodes.Node) -> str:
    """The TeX of a formula (the node's text may have become plain text)."""
    return node.get("tex") or node.astext()


def displayed(node: nodes.math_block) -> tuple[str, list[str]]:
    """The TeX of a display and the labels of its rows, in their order.

    In an environment of several lines each labelled line gets a placeholder for
    its number, so that the cache does not depend on numbers.
    """
    tex = source_of(node)
    found = ENVIRONMENT.fullmatch(tex)
    if found and node.get("nowrap"):
        labels: list[str] = []

        def placeholder(match: re.Match[str]) -> str:
            labels.append(match[1])
            return rf"\tag*{{{len(labels) - 1}}}"

        body = LABEL.sub(placeholder, NO_TAG.sub("", found[2]))
        name = found[1]
        return rf"\begin{{{name}*}}{body}\end{{{name}*}}", labels
    labels = LABEL.findall(tex)
    tex = LABEL.sub("", tex).strip()
    if re.search(r"\n\s*\n", tex):
        lines = (part.strip() for part in re.split(r"\n\s*\n", tex))
        tex = r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"
    elif r"\\" in re.sub(
        r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", "", tex, flags=re.DOTALL
    ):
        tex = rf"\begin{{split}}{tex}\end{{split}}"
    return tex, labels


def render(app: Sphinx, node: nodes.Node) -> Formula:
    """Render the formula of a node, inline or displayed."""
    display = isinstance(node, nodes.math_block)
    tex = displayed(node)[0] if display else source_of(node)
    formula = engine_of(app).render(tex, display=display)
    shown = escape(source_of(node).strip(), quote=False)
    html = SOURCE.sub(lambda m: m[1] + shown + m[2], formula.html)
    return Formula(html, formula.width)


def formulas(doctree: nodes.Element) -> Iterator[nodes.Element]:
    """All formulas of a document, in its order."""
    return (n for n in doctree.findall(nodes.Element) if is_formula(n))


def is_formula(node: nodes.Node) -> bool:
    """Whether the node is an inline or a displayed formula."""
    return isinstance(node, (nodes.math, nodes.math_block))
