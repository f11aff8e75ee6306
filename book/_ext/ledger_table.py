"""The nodes of the ledger's tables, the same for the page and for the PDF."""

from docutils import nodes

HEADS = ("Claim", "Kind", "Instances", "Mutants", "Test")
WIDTHS = (58, 13, 9, 8, 12)


def words(text: str) -> list[nodes.Node]:
    """Return text whose ``$...$`` parts are formulas."""
    parts = text.split("$")
    if len(parts) % 2 == 0:  # a dollar alone: no formulas
        return [nodes.Text(text)]
    return [
        nodes.math(part, part) if i % 2 else nodes.Text(part)
        for i, part in enumerate(parts)
        if part
    ]


def cell(*body: nodes.Node, span: int = 1) -> nodes.entry:
    """Return a cell, over ``span`` columns."""
    more = {"morecols": span - 1} if span > 1 else {}
    return nodes.entry("", *body, **more)


def chapter_table(rows: list[nodes.row]) -> nodes.table:
    """Return a long table with the ledger's columns."""
    group = nodes.tgroup("", cols=len(HEADS))
    group += [nodes.colspec("", colwidth=width) for width in WIDTHS]
    head = nodes.row("", *(cell(nodes.paragraph("", text)) for text in HEADS))
    group += [nodes.thead("", head), nodes.tbody("", *rows)]
    classes = ["ledger", "longtable", "colwidths-given"]
    return nodes.table("", group, classes=classes)
