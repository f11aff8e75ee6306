"""Pictures: images in a grid, and the network as a drawing."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from mmdl.errors import ShapeError, describe
from mmdl.plot.curves import plain
from mmdl.plot.style import BLUE, GREY, ORANGE, SIGNED, SKY, BookFigure, axes, styled

__all__ = ["images", "network_diagram"]

WIDTH = 6.0  # inches
MOST = 8  # units of a layer that are drawn


@styled
def images(
    X: ArrayLike,
    labels: Sequence[object] | None = None,
    *,
    columns: int = 10,
    signed: bool = False,
) -> Figure:
    """Images in rows, ink in black, with a word under each.

    Parameters
    ----------
    X : (N, M), (N, H, W) or (N, C, H, W) array_like
        Rows of M = H H pixels are squares; C is 1, or 3 for colours in [0, 1].
    labels : sequence of N, optional
    columns : int
        Images in a row.
    signed : bool
        Red for positive, blue for negative values, one scale for all.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If these are no images.

    Examples
    --------
    >>> from mmdl import data
    >>> some = data.digits()[:20]
    >>> len(images(some.X, some.y).axes)
    20
    """
    X = _pixels(X)
    columns = min(columns, len(X))
    rows = -(-len(X) // columns)
    side = WIDTH / max(columns, 5)
    height = rows * (
        side * X.shape[1] / X.shape[2] + (0.2 if labels is not None else 0)
    )
    figure, grid = plt.subplots(
        *(rows, columns),
        figsize=(side * columns, height),
        layout="constrained",
        squeeze=False,
        FigureClass=BookFigure,
    )
    top = np.abs(X).max() or 1.0
    scale = (
        {"cmap": SIGNED, "vmin": -top, "vmax": top} if signed else {"cmap": "gray_r"}
    )
    for k, ax in enumerate(grid.flat):
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color="#d0d0d0", linewidth=0.5)
        if k >= len(X):
            ax.remove()
            continue
        ax.imshow(X[k], interpolation="nearest", **scale)
        if labels is not None:
            ax.set_xlabel(str(labels[k]), fontsize=9, labelpad=2)
    return figure


def _pixels(X: ArrayLike) -> np.ndarray:
    """Images as matplotlib takes them, (N, H, W) or (N, H, W, 3)."""
    X = plain(X)
    if X.ndim == 2 and int(np.sqrt(X.shape[1])) ** 2 == X.shape[1]:
        side = int(np.sqrt(X.shape[1]))
        return X.reshape(-1, side, side)
    if X.ndim == 4 and X.shape[1] in (1, 3):
        return X[:, 0] if X.shape[1] == 1 else np.moveaxis(X, 1, -1)
    if X.ndim == 3:
        return X
    raise ShapeError(
        f"images: expected shape (N, H, W), (N, C, H, W) or rows of square images, "
        f"received {describe(X)}; for one image write X[None]."
    )


@styled
def network_diagram(
    widths: Sequence[int], *, names: Sequence[str] | None = None, size: str = "wide"
) -> Figure:
    """A feed-forward network: units as circles, weights as lines.

    Parameters
    ----------
    widths : sequence of int
        The number of units of each layer, inputs first; of more than eight the
        first and the last are drawn, with dots between them.
    names : sequence of str, optional
        Of the layers; by default input, hidden, output.
    size : {"wide", "half"}

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are fewer than two layers, or an empty one.

    Examples
    --------
    >>> figure = network_diagram([3, 5, 2])
    >>> [text.get_text() for text in figure.axes[0].texts][:3]
    ['input', '3', 'hidden']
    """
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(
            f"network_diagram: expected two widths or more, all positive, received "
            f"{list(widths)}."
        )
    figure, (ax,) = axes(size=size)
    ax.set_axis_off()
    ax.set_aspect("equal")
    if names is None:
        names = ["input", *["hidden"] * (len(widths) - 2), "output"]
    gap = 1.7 * (min(max(widths), MOST) - 1) / (len(widths) - 1) + 1
    layers = [_places(width, k * gap) for k, width in enumerate(widths)]
    for left, right in pairwise(layers):
        ends = [(a, b) for a in left for b in right]
        for a, b in ends:
            ax.plot(*np.transpose([a, b]), color=GREY, lw=0.5, zorder=1)
    fills = [SKY, *["white"] * (len(widths) - 2), ORANGE]
    low = min(place[:, 1].min() for place in layers)
    for places, fill, name, width in zip(layers, fills, names, widths, strict=True):
        _units(ax, places, fill, dots=width > MOST)
        foot = (places[0, 0], low - 0.5)
        under: dict[str, Any] = {
            "ha": "center",
            "va": "top",
            "textcoords": "offset points",
        }
        ax.annotate(name, foot, (0, 0), **under)
        ax.annotate(str(width), foot, (0, -14), color=GREY, **under)
    # Small networks are not blown up to fill the page.
    ax.set_ylim(min(low, -2.5) - 1.5, max(-low, 2.5) + 0.5)
    return figure


def _places(width: int, x: float) -> np.ndarray:
    """The centres of the units of a layer, without the place of the dots."""
    slots = np.arange(min(width, MOST))
    heights = (len(slots) - 1) / 2 - slots
    kept = heights if width <= MOST else np.delete(heights, MOST - 2)
    return np.column_stack([np.full(len(kept), x), kept])


def _units(ax: Axes, places: np.ndarray, fill: str, *, dots: bool) -> None:
    for place in places:
        ax.add_patch(Circle(place, 0.32, fc=fill, ec=BLUE, lw=1.2, zorder=2))
    if dots:
        x, below = places[-1]
        for shift in (0.8, 1.0, 1.2):
            ax.plot(x, below + shift, "o", color=BLUE, ms=1.5)
