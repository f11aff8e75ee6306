"""Drawings of two classes: what separates them, and how well a score does."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mmdl.errors import DataError, ShapeError, describe
from mmdl.plot.style import COLOURS, GREY, axes, looks, styled
from mmdl.stats.scores import RocCurve

__all__ = ["roc", "separations"]

BLACK, BLUE, *_ = COLOURS


@styled
def separations(
    X: ArrayLike,
    labels: Mapping[str, ArrayLike],
    weights: Mapping[str, ArrayLike | None],
) -> Figure:
    """The same points labelled in several ways, each with its line if it has one.

    Parameters
    ----------
    X : (N, 3) array_like
        A column of ones and two coordinates.
    labels : mapping of str to (N,) array_like
        Classes 0 (circles) and 1 (squares); each entry is a panel.
    weights : mapping of the same names to (3,) array_like or None
        The line is where the score is 0.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If the points are not in the plane.

    Examples
    --------
    >>> X = [[1.0, 0.0, 0.0], [1.0, 1.0, 1.0]]
    >>> figure = separations(X, {"two": [0, 1]}, {"two": [-1.0, 1.0, 1.0]})
    >>> [ax.get_xlabel() for ax in figure.axes]
    ['two']
    """
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or X.shape[1] != 3:
        raise ShapeError(f"separations: expected X of shape (N, 3), received "
                         f"{describe(X)}; put a column of ones first.")  # fmt: skip
    figure, panels = axes(len(labels))
    low, high = X[:, 1:].min(axis=0) - 0.4, X[:, 1:].max(axis=0) + 0.4
    for ax, (name, y) in zip(panels, labels.items(), strict=True):
        for c, look in enumerate(LOOKS):
            ax.plot(*X[np.asarray(y) == c, 1:].T, **look)
        if weights[name] is not None:
            ends = _line(np.asarray(weights[name]), np.max(high - low))
            ax.plot(*ends, color=GREY, lw=1.2, zorder=0)
        ax.set(xticks=[], yticks=[], aspect="equal", xlabel=name)
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        ax.spines[:].set(visible=True, color=GREY, linewidth=0.6)
    return figure


LOOKS: tuple[dict[str, Any], ...] = (
    {"marker": "o", "ls": "", "color": BLACK, "mfc": "white", "ms": 5},
    {"marker": "s", "ls": "", "color": BLUE, "ms": 5},
)


def _line(w: np.ndarray, reach: float) -> np.ndarray:
    """Two far points of the line on which the score is 0, (2, 2)."""
    normal = w[1:] / np.linalg.norm(w[1:])
    foot = -w[0] / np.linalg.norm(w[1:]) * normal
    along = np.array([-normal[1], normal[0]])
    return foot[:, None] + along[:, None] * [-3 * reach, 3 * reach]


@styled
def roc(curves: Mapping[str, RocCurve]) -> Figure:
    """Hits against false alarms, one polygon for each score.

    Parameters
    ----------
    curves : mapping of str to RocCurve
        What :func:`mmdl.stats.roc_curve` returned.

    Returns
    -------
    Figure

    Raises
    ------
    DataError
        If there is no curve.

    Examples
    --------
    >>> from mmdl.stats import roc_curve
    >>> figure = roc({"score": roc_curve([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])})
    >>> len(figure.axes[0].lines)
    2
    """
    if not curves:
        raise DataError("roc: expected at least one curve, received none.")
    figure, (ax,) = axes(size="half")
    ax.plot([0, 1], [0, 1], color=GREY, lw=0.8)
    for (name, curve), (colour, dash, _) in zip(curves.items(), looks(), strict=False):
        rates = curve.false_positive_rate, curve.true_positive_rate
        ax.plot(*rates, color=colour, ls=dash, label=name)
    ax.legend(loc="lower right")
    ax.set(xlabel="false alarms", ylabel="hits", aspect="equal")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    return figure
