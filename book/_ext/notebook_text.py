"""A page's nodes as Markdown that plain Jupyter reads, numbers and all.

The doctree is the finished one: references say ``Theorem 2.1``, so the notebook
agrees with the page. Macros of the book are written out, since Jupyter does not
know them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from authors import together
from docutils import nodes
from macros import Macro, used

ARGUMENT = r"\s*(\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\})"
DEPTH = 8  # macros that call macros: the table forbids circles, this stops typos


def write_out(tex: str, table: dict[str, Macro]) -> str:
    """Replace the book's macros by what they mean."""
    for _ in range(DEPTH):
        called = used(tex, table)
        if not called:
            break
        for macro in called.values():
            pattern = rf"\\{macro.name}(?![A-Za-z])" + ARGUMENT * macro.arity

            def expand(match: re.Match[str], macro: Macro = macro) -> str:
                body = macro.tex
                for place, value in enumerate(match.groups(), start=1):
                    body = body.replace(f"#{place}", value[1:-1])
                space = " " if re.search(r"\\[A-Za-z]+$", body) else ""
                return f"{{{body}}}" if macro.arity else body + space

            tex = re.sub(pattern, expand, tex)
    return tex


class Markdown:
    """Turns nodes into Markdown; ``address`` makes links absolute or drops them."""

    def __init__(
        self,
        table: dict[str, Macro],
        number_of: Callable[[nodes.Node], str],
        address: Callable[[str], str],
    ) -> None:
        self.table = table
        self.number_of = number_of
        self.address = address
        self.level = 0

    def inside(self, node: nodes.Node) -> str:
        """Return the Markdown of all children."""
        return "".join(self.of(child) for child in node.children)

    def of(self, node: nodes.Node) -> str:
        """Return the Markdown of a node, by the name of its class."""
        if isinstance(node, nodes.Text):
            return node.astext()
        name = type(node).__name__
        method = getattr(self, f"do_{name}", None)
        if SITE_ONLY & set(node.get("classes", [])) or (not method and name in SKIPPED):
            return ""
        if method:
            return method(node)
        if name in MARKS:
            return f"{MARKS[name]}{self.inside(node).strip()}{MARKS[name]}"
        if isinstance(node, nodes.TextElement) and not isinstance(node, nodes.Inline):
            return self.do_paragraph(node)
        return self.inside(node)

    def do_paragraph(self, node: nodes.Element) -> str:
        """A paragraph, its lines joined as written."""
        return self.inside(node).strip() + "\n\n"

    def do_section(self, node: nodes.Element) -> str:
        """A section one level deeper."""
        self.level += 1
        text = self.inside(node)
        self.level -= 1
        return text

    def do_title(self, node: nodes.Element) -> str:
        """A heading with its number; a bold line outside of sections."""
        text = f"{self.number_of(node)} {self.inside(node)}".strip()
        if isinstance(node.parent, nodes.section):
            return f"{'#' * self.level} {text}\n\n"
        return f"**{text}**\n\n"

    def do_math(self, node: nodes.Element) -> str:
        """A formula in a line."""
        return f"${self.tex(node)}$"

    def do_math_block(self, node: nodes.Element) -> str:
        """A display with its number."""
        tex = re.sub(r"\\label\{[^{}]*\}", "", self.tex(node))
        number = self.number_of(node)
        tag = f"\n\\tag{{{number}}}" if number and "\\begin{align" not in tex else ""
        return f"$$\n{tex.strip()}{tag}\n$$\n\n"

    def tex(self, node: nodes.Element) -> str:
        """A formula with the book's macros written out."""
        return write_out(node.get("tex") or node.astext(), self.table).strip()

    def do_literal_block(self, node: nodes.Element) -> str:
        """Code that is not run here."""
        return f"```{node.get('language', '')}\n{node.astext()}\n```\n\n"

    def do_reference(self, node: nodes.Element) -> str:
        """A link, where it leads outside; else its words."""
        text = self.inside(node)
        uri = self.address(node.get("refuri", ""))
        return f"[{text}]({uri})" if uri else text

    def do_list_item(self, node: nodes.Element) -> str:
        """An item, its further lines indented."""
        ordered = isinstance(node.parent, nodes.enumerated_list)
        mark = f"{node.parent.index(node) + 1}. " if ordered else "- "
        lines = self.inside(node).strip().splitlines() or [""]
        pad = " " * len(mark)
        return (
            "\n".join([mark + lines[0], *(pad + x if x else x for x in lines[1:])])
            + "\n"
        )

    def do_bullet_list(self, node: nodes.Element) -> str:
        """A list."""
        return self.inside(node) + "\n"

    do_enumerated_list = do_bullet_list

    def do_statement_title(self, node: nodes.Element) -> str:
        """The number and name of a statement, in bold."""
        name = self.inside(node)
        return (
            f"**{self.number_of(node.parent)}**"
            + (f" ({name})." if name else ".")
            + "\n\n"
        )

    def do_proof_title(self, node: nodes.Element) -> str:
        """The words before a proof, in italics."""
        after = node.next_node(descend=False, siblings=True)
        space = " " if isinstance(after, nodes.paragraph) else "\n\n"
        return f"*{self.inside(node)}.*{space}"

    do_solution_title = do_proof_title

    def do_box_title(self, node: nodes.Element) -> str:
        """The kind of a box and its title."""
        kind = node.parent["kind"].replace("-", " ").capitalize()
        name = self.inside(node)
        return f"**{kind}{': ' if name else ''}{name}**\n\n"

    def do_qed(self, node: nodes.Element) -> str:
        """The end of a proof."""
        return " ∎" if not node["display"] else "∎\n\n"

    def do_byline(self, node: nodes.Element) -> str:
        """Who wrote the chapter, without their roles."""
        names = [name for name, *_ in node["authors"]]
        return f"*{together(names)}*\n\n"

    def do_caption(self, node: nodes.Element) -> str:
        """What stands below a figure."""
        return f"*{self.number_of(node.parent)}: {self.inside(node)}*\n\n"

    def do_moving(self, node: nodes.Element) -> str:
        """What a notebook does not have of an interactive figure."""
        return "*On the book's site this figure moves.*\n\n"

    def do_table(self, node: nodes.Element) -> str:
        """A table by rows."""
        rows = [
            [
                self.inside(cell).strip().replace("\n", " ").replace("|", "\\|")
                for cell in row
            ]
            for row in node.findall(nodes.row)
        ]
        if not rows:
            return ""
        rows.insert(1, ["---"] * len(rows[0]))
        title = node.next_node(nodes.title)
        caption = f"*{self.number_of(node)}: {self.inside(title)}*\n\n" if title else ""
        return caption + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n\n"


MARKS = {"emphasis": "*", "strong": "**", "literal": "`", "superscript": ""}
SITE_ONLY = {"statement-tested", "headerlink"}
SKIPPED = {"comment", "raw", "image", "index", "toctree", "target", "meta"}
