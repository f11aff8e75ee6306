"""The plane: points, contours, decision regions, matrices."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mmdl.errors import ShapeError, describe
from mmdl.plot.curves import plain
from mmdl.plot.style import (
    BLACK,
    GREY,
    ONE_SIDED,
    ORANGE,
    SIGNED,
    SKY,
    YELLOW,
    axes,
    looks,
    styled,
)

__all__ = ["contours", "decision_regions", "heatmap", "scatter"]

Limits = tuple[float, float]
ON_WHITE: dict[str, Any] = {"frameon": True, "framealpha": 0.9, "edgecolor": "none"}


@styled
def scatter(
    X: ArrayLike,
    y: ArrayLike | None = None,
    *,
    names: Sequence[str] = (),
    size: str = "half",
    **look: Any,
) -> Figure:
    """Points of the plane, every class with a colour and a marker of its own.

    Parameters
    ----------
    X : (N, 2) array_like
    y : (N,) array_like of int, optional
        Classes.
    names : sequence of str, optional
        Of the classes, for a legend.
    size : {"wide", "half"}
    **look
        ``xlabel``, ``ylabel``, ``xlim``, ``ylim``, ``aspect``.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If the points are not in the plane.

    Examples
    --------
    >>> from mmdl import data
    >>> moons = data.moons(60, rng=np.random.default_rng(0))
    >>> figure = scatter(moons.X, moons.y)
    >>> len(figure.axes[0].lines)
    2
    """
    X = _points("scatter", X)
    figure, (ax,) = axes(size=size)
    _classes(ax, X, np.zeros(len(X), int) if y is None else plain(y), names)
    ax.set(**({"xlabel": "$x_0$", "ylabel": "$x_1$", "aspect": "equal"} | look))
    return figure


@styled
def decision_regions(
    predict: Callable[[np.ndarray], ArrayLike],
    X: ArrayLike,
    y: ArrayLike,
    *,
    names: Sequence[str] = (),
    size: str = "half",
    **look: Any,
) -> Figure:
    """Which class a model gives to each point of the plane, and the samples.

    Parameters
    ----------
    predict : callable
        Of points (n, 2) to classes (n,), to scores (n, C) of which the largest
        counts, or to probabilities of class 1, (n,) or (n, 1) of floats.
    X : (N, 2) array_like
    y : (N,) array_like of int
    names : sequence of str, optional
        Of the classes, for a legend.
    size : {"wide", "half"}
    **look
        As for :func:`scatter`.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If the points are not in the plane.

    Examples
    --------
    >>> from mmdl import data
    >>> xor = data.xor(80, rng=np.random.default_rng(0))
    >>> figure = decision_regions(lambda x: x[:, 0] * x[:, 1] < 0, xor.X, xor.y)
    """
    X, y = _points("decision_regions", X), plain(y)
    figure, (ax,) = axes(size=size)
    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.08 * (high - low)
    sides = np.linspace(low - margin, high + margin, 300).T
    grid = np.stack(np.meshgrid(*sides), axis=-1)
    classes = _decide(plain(predict(grid.reshape(-1, 2)))).reshape(300, 300)
    n_classes = max(int(classes.max()), int(y.max())) + 1
    edges = np.arange(n_classes + 1) - 0.5
    fills = [("#ffffff", SKY, ORANGE, YELLOW)[c % 4] for c in range(n_classes)]
    ax.contourf(*sides, classes, levels=edges, colors=fills, alpha=0.45)
    if n_classes > 1:
        ax.contour(*sides, classes, levels=edges[1:-1], colors=GREY, linewidths=0.8)
    _classes(ax, X, y, names)
    ax.set(**({"xlabel": "$x_0$", "ylabel": "$x_1$"} | look))
    return figure


@styled
def contours(
    f: Callable[[np.ndarray, np.ndarray], ArrayLike],
    *,
    xlim: Limits,
    ylim: Limits,
    path: ArrayLike | Mapping[str, ArrayLike] | None = None,
    levels: int = 14,
    log: bool = False,
    **look: Any,
) -> Figure:
    """Level lines of a function of two variables, and walks over them.

    Parameters
    ----------
    f : callable
        Of two arrays of coordinates.
    xlim, ylim : pair of float
    path : (K, 2) array_like, or mapping of names to such, optional
        The points of a walk; its start is a ring, its end a dot.
    levels : int
        How many lines.
    log : bool
        Space the levels evenly in the logarithm of the height above the least.
    **look
        ``xlabel``, ``ylabel``, ``aspect``.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If the points of a walk are not in the plane.

    Examples
    --------
    >>> walk = [[2.0, 1.0], [1.0, -0.5], [0.5, 0.25]]
    >>> figure = contours(
    ...     lambda a, b: a**2 + 4 * b**2, xlim=(-3, 3), ylim=(-2, 2), path=walk
    ... )
    """
    figure, (ax,) = axes()
    sides = np.linspace(*xlim, 240), np.linspace(*ylim, 240)
    height = plain(f(*np.meshgrid(*sides)))
    above = height - height.min()
    if log:
        places: Any = np.geomspace(above[above > 0].min(), above.max(), levels)
    else:
        places = (np.arange(1, levels + 1) / levels) ** 2 * above.max()
    ax.contour(*sides, above, levels=places, colors="#b8c2c8", linewidths=0.8)
    walks = (
        path if isinstance(path, Mapping) else {"": path} if path is not None else {}
    )
    styles = looks()
    next(styles)  # black is for what is fixed
    for (name, walk), (colour, _, marker) in zip(walks.items(), styles, strict=False):
        points = _points("contours", walk)
        ax.plot(*points.T, color=colour, marker=marker, ms=3, lw=1.2, label=name)
        ax.plot(*points[0], "o", color=colour, ms=9, mfc="none")
        ax.plot(*points[-1], "o", color=colour, ms=6)
    if isinstance(path, Mapping):
        ax.legend(**ON_WHITE)
    labels = {"xlabel": "$w_0$", "ylabel": "$w_1$", "xlim": xlim, "ylim": ylim}
    ax.set(**(labels | look))
    return figure


@styled
def heatmap(
    Z: ArrayLike,
    *,
    label: str = "",
    signed: bool | None = None,
    numbers: str | None = None,
    names: tuple[Sequence[str], Sequence[str]] | None = None,
    size: str = "half",
    **look: Any,
) -> Figure:
    """A matrix as colours, row 0 on top.

    Parameters
    ----------
    Z : (K, L) array_like
    label : str
        The quantity, beside the scale.
    signed : bool, optional
        Centre the colours at 0; by default if there are both signs.
    numbers : str, optional
        A format such as ``".2f"`` to write the entries with.
    names : pair of sequences of str, optional
        Of the rows and of the columns.
    size : {"wide", "half"}
    **look
        ``xlabel``, ``ylabel``; ``extent``, the coordinates (left, right, bottom,
        top) of the picture's border.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If this is no matrix.

    Examples
    --------
    >>> figure = heatmap([[5, 1], [0, 4]], numbers="d", xlabel="said", ylabel="true")
    >>> len(figure.axes[0].texts)
    4
    """
    Z = plain(Z)
    if Z.ndim != 2:
        raise ShapeError(f"heatmap: expected a matrix, received {describe(Z)}.")
    figure, (ax,) = axes(size=size)
    both = Z.min() < 0 < Z.max() if signed is None else signed
    top = np.abs(Z).max()
    scale: dict[str, Any] = {"cmap": ONE_SIDED}
    if both:
        scale = {"cmap": SIGNED, "vmin": -top, "vmax": top}
    scale["extent"] = look.pop("extent", None)
    picture = ax.imshow(Z, aspect="auto", interpolation="nearest", **scale)
    figure.colorbar(picture, label=label).outline.set_visible(False)
    ax.spines[:].set_visible(False)
    if names is not None:
        ax.set_yticks(range(len(Z)), list(names[0]))
        ax.set_xticks(range(Z.shape[1]), list(names[1]))
    if numbers is not None:
        _write_entries(ax, Z, numbers, picture)
    ax.set(**look)
    return figure


def _write_entries(ax: Axes, Z: np.ndarray, numbers: str, picture: Any) -> None:
    """The entries, in black or white, whichever can be read."""
    for (i, j), value in np.ndenumerate(Z):
        red, green, blue, _ = picture.cmap(picture.norm(value))
        dark = 0.3 * red + 0.59 * green + 0.11 * blue < 0.5
        colour = "white" if dark else "black"
        ax.text(j, i, format(value, numbers), color=colour, ha="center", va="center")


def _points(who: str, X: ArrayLike) -> np.ndarray:
    X = plain(X)
    if X.ndim != 2 or X.shape[1] != 2 or not len(X):
        raise ShapeError(
            f"{who}: expected points of shape (N, 2), received {describe(X)}."
        )
    return X


def _classes(ax: Axes, X: np.ndarray, y: np.ndarray, names: Sequence[str]) -> None:
    if y.shape != (len(X),):
        raise ShapeError(
            f"scatter: expected y of shape ({len(X)},), received {describe(y)}."
        )
    values = range(len(names)) if names else np.unique(y)
    for value, (colour, _, marker) in zip(values, looks(), strict=False):
        name = names[value] if names else None
        face = "white" if colour == BLACK else colour
        mine = X[y == value]
        ax.plot(*mine.T, marker, color=colour, mfc=face, ms=4, mew=0.8, label=name)
    if names:
        ax.legend(**ON_WHITE)


def _decide(answer: np.ndarray) -> np.ndarray:
    if answer.ndim == 2 and answer.shape[1] > 1:
        return np.argmax(answer, axis=1)
    answer = answer.ravel()
    return answer > 0.5 if answer.dtype.kind == "f" else answer.astype(int)
