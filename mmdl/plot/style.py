"""The book's figures: two sizes, five line colours, three fills.

A colour never stands alone: lines also differ by dash, points by marker, so the
figures can be read in grey and by those who confuse colours (Okabe and Ito).
"""

from collections.abc import Callable
from functools import wraps
from itertools import cycle
from typing import ParamSpec, TypeVar

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["COLOURS", "DASHES", "FILLS", "GREY", "MARKERS", "STYLE", "axes", "styled"]

COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7")
FILLS = ("#E69F00", "#56B4E9", "#F0E442")
GREY = "#767676"  # guides and zero lines: 4.5:1 on white
DASHES = ("-", "--", "-.", ":", (0, (4, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v")
SIZES = {"wide": (6.0, 3.6), "half": (3.4, 2.8)}  # inches
STYLE = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "figure.facecolor": "white",
    "font.size": 10,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "mathtext.fontset": "cm",
    "savefig.facecolor": "white",
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
}

P = ParamSpec("P")
R = TypeVar("R")


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Run a drawing function in the book's style, and leave the reader's alone.

    Parameters
    ----------
    draw : callable

    Returns
    -------
    callable

    Examples
    --------
    >>> styled(lambda: plt.rcParams["axes.spines.top"])()
    False
    """

    @wraps(draw)
    def in_style(*args: P.args, **keywords: P.kwargs) -> R:
        # Not rc_context: it would also undo what a notebook's backend sets when
        # the first figure starts it, and no later figure would be shown.
        before = {name: plt.rcParams[name] for name in STYLE}
        plt.rcParams.update(STYLE)
        try:
            return draw(*args, **keywords)
        finally:
            plt.rcParams.update(before)

    return in_style


@styled
def axes(panels: int = 1, *, size: str = "wide") -> tuple[Figure, list[Axes]]:
    """An empty figure with ``panels`` axes side by side.

    Parameters
    ----------
    panels : int
    size : {"wide", "half"}
        6.0 by 3.6 inches, or 3.4 by 2.8.

    Returns
    -------
    figure : matplotlib Figure
    axes : list of matplotlib Axes

    Examples
    --------
    >>> figure, (left, right) = axes(2)
    >>> [float(inches) for inches in figure.get_size_inches()]
    [6.0, 3.6]
    >>> plt.close(figure)
    """
    figure, grid = plt.subplots(
        1, panels, figsize=SIZES[size], layout="constrained", squeeze=False
    )
    return figure, list(grid[0])


def looks():
    """Yield a colour, a dash and a marker for each object of a plot, in order.

    Yields
    ------
    tuple

    Examples
    --------
    >>> next(looks())
    ('#000000', '-', 'o')
    """
    yield from cycle(zip(COLOURS, DASHES, MARKERS, strict=True))
