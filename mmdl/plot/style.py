"""The book's figures: two sizes, five line colours, three fills.

A colour never stands alone: lines also differ by dash, points by marker, so the
figures can be read in grey and by those who confuse colours (Okabe and Ito).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure

__all__ = [
    "COLOURS",
    "DASHES",
    "FILLS",
    "GREY",
    "MARKERS",
    "ONE_SIDED",
    "SIGNED",
    "STYLE",
    "BookFigure",
    "axes",
    "looks",
    "styled",
]

COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7")
BLACK, BLUE, VERMILLION, GREEN, PURPLE = COLOURS
FILLS = ("#E69F00", "#56B4E9", "#F0E442")
ORANGE, SKY, YELLOW = FILLS
GREY = "#767676"  # guides and zero lines: 4.5:1 on white
DASHES = ("-", "--", "-.", ":", (0, (4, 1, 1, 1, 1, 1)))
MARKERS = ("o", "s", "^", "D", "v")
ONE_SIDED, SIGNED = "cividis", "RdBu_r"  # colour maps; the second centred at 0
SIZES = {"wide": (6.0, 3.6), "half": (3.4, 2.8)}  # inches
STYLE: dict[Any, Any] = {
    "axes.labelsize": 11,
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
    "svg.hashsalt": "mmdl",
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
        with _in_style():
            return draw(*args, **keywords)

    return in_style


@contextmanager
def _in_style() -> Iterator[None]:
    # Not rc_context: it would also undo what a notebook's backend sets when
    # the first figure starts it, and no later figure would be shown.
    before = {name: plt.rcParams[name] for name in STYLE}
    plt.rcParams.update(STYLE)
    try:
        yield
    finally:
        plt.rcParams.update(before)


class BookFigure(Figure):
    """A figure that keeps the book's style, and that a notebook shows once.

    Some settings act only when a figure is drawn, which is after the function
    that made it has returned. And a notebook would show a figure twice: as the
    value of its cell, and at the cell's end because it is open.

    Examples
    --------
    >>> figure, _ = axes()
    >>> isinstance(figure, BookFigure)
    True
    >>> plt.close(figure)
    """

    def draw(self, renderer: RendererBase) -> None:
        """Draw in the book's style, whatever the reader's is.

        Parameters
        ----------
        renderer : matplotlib renderer
        """
        with _in_style():
            super().draw(renderer)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        """Close the figure, since it is being shown; others make the picture."""
        if plt.get_backend().lower().endswith(("agg", "inline")):
            plt.close(self)
        return {}


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
        1,
        panels,
        figsize=SIZES[size],
        layout="constrained",
        squeeze=False,
        FigureClass=BookFigure,
    )
    return figure, list(grid[0])


def looks() -> Iterator[tuple[str, Any, str]]:
    """Yield a colour, a dash and a marker for each object of a plot, in order.

    Colours repeat after five objects, their pairs with a dash after twenty-five.

    Yields
    ------
    tuple

    Examples
    --------
    >>> next(looks())
    ('#000000', '-', 'o')
    """
    for k in count():
        other = (k + k // 5) % 5
        yield COLOURS[k % 5], DASHES[other], MARKERS[other]
