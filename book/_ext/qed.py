"""The ∎ at a proof's end, also where the proof ends in a display or a list."""

from docutils import nodes


class qed(nodes.Inline, nodes.Element):
    """The end of a proof; ``display`` tells that a displayed formula precedes."""


def place_qed(node: nodes.Element) -> None:
    """Append ∎ to the last line of ``node``.

    The last line may sit deep in a list. After a display, LaTeX and CSS lift the
    mark to the formula's last line, so the display itself stays as written.
    """
    last = node[-1] if len(node) else None
    if isinstance(last, nodes.math_block):
        node += qed(display=True)
    elif isinstance(last, nodes.paragraph):
        while len(last) and _blank(last[-1]):
            last.pop()
        display = len(last) > 0 and isinstance(last[-1], nodes.math_block)
        last += qed(display=display)
    elif isinstance(last, nodes.bullet_list | nodes.enumerated_list | nodes.list_item):
        place_qed(last)
    else:
        node += qed(display=False)


def _blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Text) and not node.astext().strip()
