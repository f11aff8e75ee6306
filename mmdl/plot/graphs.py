"""Computations as drawings: values are circles, an arrow leads to each use."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from mmdl.plot.style import BLACK, BLUE, ORANGE, SKY, VERMILLION, axes, styled

__all__ = ["graph"]

RADIUS = 0.3
ARROW: dict[str, Any] = {
    "arrowstyle": "-|>",
    "mutation_scale": 12,
    "shrinkA": 19,
    "shrinkB": 19,
    "color": BLACK,
    "lw": 1,
}
Point = tuple[float, float]


@styled
def graph(
    places: Mapping[str, Point],
    arcs: Sequence[tuple[str, str, str]],
    *,
    above: Mapping[str, str] | None = None,
    below: Mapping[str, str] | None = None,
) -> Figure:
    """Draw a graph of computations, from its inputs to its result.

    Parameters
    ----------
    places : mapping of str to (float, float)
        The nodes, in the order of computation, and where they stand.
    arcs : sequence of (str, str, str)
        From, to, and a word beside the arrow.
    above, below : mapping of str to str, optional
        Notes over and under the nodes, such as values and cotangents.

    Returns
    -------
    Figure

    Raises
    ------
    KeyError
        If an arc or a note belongs to no node.

    Examples
    --------
    >>> figure = graph({"$x$": (0, 0), "$x^2$": (2, 0)}, [("$x$", "$x^2$", "$2x$")])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['$2x$', '$x$', '$x^2$']
    """
    figure, (ax,) = axes()
    ax.set_axis_off()
    ax.set_aspect("equal")
    for tail, head, word in arcs:
        (x, y), (x2, y2) = places[tail], places[head]
        ax.add_patch(FancyArrowPatch((x, y), (x2, y2), **ARROW))
        paper = {"fc": "white", "ec": "none", "pad": 1}
        middle = ((x + x2) / 2, (y + y2) / 2)
        ax.text(*middle, word, ha="center", va="center", fontsize=10, bbox=paper)
    used = {tail for tail, _, _ in arcs}
    entered = {head for _, head, _ in arcs}
    for name, place in places.items():
        fill = SKY if name not in entered else "white" if name in used else ORANGE
        ax.add_patch(Circle(place, RADIUS, fc=fill, ec=BLUE, lw=1.2, zorder=2))
        ax.text(*place, name, ha="center", va="center", zorder=3)
    for notes, shift, colour in ((above, 1, BLACK), (below, -1, VERMILLION)):
        for name, note in (notes or {}).items():
            x, y = places[name]
            at = (x, y + shift * (RADIUS + 0.08))
            side = "bottom" if shift > 0 else "top"
            ax.text(*at, note, ha="center", va=side, fontsize=9, color=colour)
    ax.autoscale_view()
    ax.margins(0.08, 0.22)
    return figure
