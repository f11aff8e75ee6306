"""Drawings of the chapter on least squares (``ch-least-squares``)."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mmdl import stats
from mmdl.plot.style import COLOURS, FILLS, GREY, axes, styled

__all__ = ["projection", "slips", "valley"]

BLACK, BLUE, VERMILLION, GREEN, _ = COLOURS
Point = tuple[float, float, float]


@styled
def projection() -> Figure:
    r"""The fitted values as the foot of a perpendicular.

    A plane stands for the column space, :math:`\hat y = Py` for the projection
    of the target y, and Xw for any other point of the plane.

    Returns
    -------
    Figure

    Examples
    --------
    >>> projection().axes[0].axison
    False
    """
    figure, (ax,) = axes()
    ax.set_axis_off()
    ax.set_aspect("equal")
    plane = [(-0.6, -0.5, 0), (4.6, -0.5, 0), (4.6, 2.6, 0), (-0.6, 2.6, 0)]
    ax.fill(*_flat(plane).T, color=FILLS[1], alpha=0.25, lw=0)
    zero, foot, other, y = (0, 0, 0), (2.5, 1.1, 0), (4, 1.9, 0), (2.5, 1.1, 2.2)
    for column in ((1.6, -0.1, 0), (0.5, 1.5, 0)):
        _arrow(ax, zero, column, GREY, width=1.2)
    _arrow(ax, zero, y, BLACK)
    _arrow(ax, zero, foot, BLUE)
    ax.plot(*_flat([foot, y]).T, color=VERMILLION)
    ax.plot(*_flat([other, y]).T, color=GREEN, ls="--")
    ax.plot(*_flat([foot, other]).T, color=GREEN, ls=":")
    ax.plot(*_flat([other]).T, "o", color=GREEN, ms=5)
    corner = [(2.7, 1.2, 0), (2.7, 1.2, 0.22), (2.5, 1.1, 0.22)]
    ax.plot(*_flat(corner).T, color=VERMILLION, lw=1)
    for text, at, colour, shift in (
        ("$y$", y, BLACK, (-10, 9)),
        (r"$\hat{y} = Py$", foot, BLUE, (-32, -14)),
        ("$e$", (2.5, 1.1, 1.1), VERMILLION, (-10, 0)),
        ("$Xw$", other, GREEN, (18, 0)),
        ("columns of $X$", (1.6, -0.1, 0), GREY, (-8, -11)),
        ("range $X$", (4.6, -0.5, 0), BLUE, (-46, 12)),
        ("$0$", zero, BLACK, (-10, -7)),
    ):
        _word(ax, text, _flat([at])[0], colour, shift)
    return figure


def _flat(points: ArrayLike) -> np.ndarray:
    """Points of space as a draughtsman puts them on paper, (n, 3) to (n, 2)."""
    return np.asarray(points, dtype=float) @ [[1.0, 0.0], [0.55, 0.42], [0.0, 1.0]]


def _arrow(
    ax: Axes, start: Point, end: Point, colour: str, *, width: float = 1.6
) -> None:
    looks = {"arrowstyle": "-|>", "color": colour, "lw": width, "mutation_scale": 14}
    ends = {"shrinkA": 0, "shrinkB": 0}
    tail, tip = _flat([start, end])
    ax.annotate("", tip, tail, arrowprops=looks | ends)


def _word(
    ax: Axes, text: str, at: Any, colour: str, shift: tuple[float, float]
) -> None:
    """Write at a point, moved by ``shift`` points of type."""
    middle: dict[str, Any] = {
        "ha": "center",
        "va": "center",
        "textcoords": "offset points",
    }
    ax.annotate(text, at, shift, color=colour, fontsize=12, **middle)


@styled
def valley() -> Figure:
    """Descent on a loss whose minimisers form a line, from two starts.

    Returns
    -------
    Figure

    Examples
    --------
    >>> labels = valley().axes[0].get_legend_handles_labels()[1]
    >>> labels
    ['minimisers', 'from zero', 'from elsewhere']
    """
    figure, (ax,) = axes()
    X, y = np.array([[2.0, 1.0], [1.0, 0.5]]), np.array([4.0, 1.5])
    grid = np.meshgrid(np.linspace(-2.4, 4.8, 200), np.linspace(-1.4, 2.9, 200))
    height = np.abs(
        X[0, 0] * grid[0] + X[0, 1] * grid[1] - 3.8
    )  # the root of L - min L
    ax.contour(*grid, height, levels=14, colors="#b8c2c8", linewidths=0.8)
    shortest = stats.least_squares(X, y).coef
    along = np.array([-1.0, 2.0])  # spans ker X
    ax.plot(
        *np.array([shortest - 3 * along, shortest + 3 * along]).T,
        color=BLACK,
        label="minimisers",
    )
    starts = {"from zero": (0.0, 0.0), "from elsewhere": (-1.6, 1.4)}
    for (name, start), colour, mark in zip(
        starts.items(), (BLUE, VERMILLION), "os", strict=True
    ):
        walk = np.array(list(islice(stats.landweber(X, y, 0.1, start=start), 12)))
        ax.plot(*walk.T, color=colour, marker=mark, ms=4, lw=1.2, label=name)
    ax.plot(*shortest, "*", color=BLUE, ms=14, zorder=5)
    _word(ax, r"$X^{\!+}\!y$", shortest, BLUE, (22, 6))
    ax.set(xlabel="$w_0$", ylabel="$w_1$", xlim=(-2.4, 4.8), ylim=(-1.4, 2.9))
    ax.set_aspect("equal")
    ax.legend(loc="lower left", frameon=True, framealpha=1, edgecolor="none")
    return figure


@styled
def slips(
    x: ArrayLike, y: ArrayLike, wrong: Mapping[int, float], *, degree: int = 2
) -> Figure:
    """A polynomial fit before and after one target is falsified, a panel each.

    Parameters
    ----------
    x, y : (N,) array_like
    wrong : mapping of int to float
        The number of a sample and its false target.
    degree : int

    Returns
    -------
    Figure

    Examples
    --------
    >>> figure = slips([1.0, 2.0, 3.0, 4.0], [1.0, 4.0, 9.0, 16.0], {3: 10.0, 1: 8.0})
    >>> len(figure.axes)
    2
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    figure, panels = axes(len(wrong))
    for ax, (i, value) in zip(panels, wrong.items(), strict=True):
        _slip(ax, x, y, i, value, degree)
        ax.set(xlabel="height (punti)", ylim=(0.85 * y.min(), 1.08 * y.max()))
        ax.tick_params(labelleft=ax is panels[0])
    panels[0].set(ylabel="distance (punti)")
    panels[0].legend(loc="upper left")
    return figure


def _slip(
    ax: Axes, x: np.ndarray, y: np.ndarray, i: int, value: float, degree: int
) -> None:
    def powers(t: np.ndarray) -> np.ndarray:
        return np.vander(t / x.max(), degree + 1, increasing=True)

    false = y.copy()
    false[i] = value
    fine = np.linspace(0.6 * x.min(), 1.02 * x.max(), 200)
    fit = stats.least_squares(powers(x), y)
    moved = stats.least_squares(powers(x), false)
    ax.plot(fine, fit.predict(powers(fine)), color=BLACK, label="as written")
    ax.plot(
        fine,
        moved.predict(powers(fine)),
        color=VERMILLION,
        ls="--",
        label="with the slip",
    )
    ax.plot(x, y, "o", color=BLACK, ms=4)
    ax.plot(x[i], value, "s", color=VERMILLION, ms=6)
    arrow = {"arrowstyle": "->", "color": VERMILLION}
    ax.annotate("", (x[i], value), (x[i], y[i]), arrowprops=arrow)
    words = f"leverage {fit.leverage[i]:.2f}"
    ax.annotate(words, (0.6, 0.06), xycoords="axes fraction", ha="center")
