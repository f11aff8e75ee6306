r"""In the plane: towers over the cells of a chessboard.

A product of two pulses is large only over its cell; a second layer of logistic
units cuts it off there.  Two hidden layers, explicit counts.  Chapter
``ch-universal-approximation``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmdl.approx.line import nodes
from mmdl.approx.shallow import Array
from mmdl.stats import sigmoid


@dataclass(frozen=True)
class Towers:
    r"""Two hidden layers that are nearly constant on each of K × K cells.

    First layer: :math:`\sigma(s(x_0-b_k))` and :math:`\sigma(s(x_1-b_k))` for the
    K + 1 nodes of each axis. A pulse is a difference of neighbours; over cell
    (i, j) the sum of its two pulses is near 2 and elsewhere at most near 1, so
    :math:`\sigma(s(\text{sum}-\tfrac32))` is the indicator of the cell.

    Attributes
    ----------
    grid : (K + 1,) array
    heights : (K, K) array
        The values at the cells' centres.
    s : float
        Slope of both layers.

    Examples
    --------
    >>> T = towers(lambda X: X[:, 0], 4, s=1000.0)
    >>> T.units, T(np.array([[0.3, 0.9]])).round(6)
    ((10, 16), array([0.375]))
    """

    grid: Array
    heights: Array
    s: float

    @property
    def units(self) -> tuple[int, int]:
        """Units of the first and of the second hidden layer."""
        return 2 * self.grid.size, self.heights.size

    def __call__(self, X: Array) -> Array:
        """Values at the rows of X: (N, 2) to (N,)."""
        X = np.asarray(X, dtype=float)
        first = sigmoid(self.s * (X[:, :, None] - self.grid))  # (N, 2, K + 1)
        pulses = first[:, :, :-1] - first[:, :, 1:]  # (N, 2, K)
        sums = pulses[:, 0, :, None] + pulses[:, 1, None, :]  # (N, K, K)
        second = sigmoid(self.s * (sums - 1.5))
        return np.asarray(np.einsum("nij,ij->n", second, self.heights))


def towers(f: Callable[[Array], Array], K: int, *, s: float) -> Towers:
    r"""Towers of the heights of ``f`` at the centres of K × K cells of [0, 1]².

    Parameters
    ----------
    f : callable
        (N, 2) array to (N,) array.
    K : int
        Cells a side: 2(K + 1) units in the first layer, K² in the second.
    s : float
        Slope; the larger, the steeper the walls.

    Returns
    -------
    Towers

    Examples
    --------
    >>> towers(lambda X: X.sum(axis=1), 2, s=1000.0).heights
    array([[0.5, 1. ],
           [1. , 1.5]])
    """
    grid = nodes(0.0, 1.0, K)
    centres = (grid[:-1] + grid[1:]) / 2
    points = np.stack(np.meshgrid(centres, centres, indexing="ij"), axis=-1)
    heights = np.asarray(f(points.reshape(-1, 2)), dtype=float).reshape(K, K)
    return Towers(grid, heights, s)
