r"""Shallow networks with weights that nobody trained.

A shallow network is :math:`x \mapsto c_0 + \sum_k c_k\,\sigma(x w_k + b_k)`.  The
universal approximation theorem (chapter ``ch-universal-approximation``) writes
its weights down; the functions here are those formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmdl.errors import ShapeError, describe

Array = np.ndarray
Scalar = Callable[[Array], Array]


def relu(t: Array) -> Array:
    r""":math:`\max(t, 0)`.

    Parameters
    ----------
    t : array

    Returns
    -------
    array
        Of the same shape.

    Examples
    --------
    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.asarray(np.maximum(t, 0.0))


@dataclass(frozen=True)
class ShallowNetwork:
    r"""The function :math:`x \mapsto c_0 + \sigma(xW + b)\,c`.

    Attributes
    ----------
    W : (d, K) array
        Inner weights, a column for each of the K units.
    b, c : (K,) arrays
        Biases and outer weights.
    offset : float
        :math:`c_0`.
    sigma : callable
        Activation, entry by entry.

    Examples
    --------
    >>> import numpy as np
    >>> from mmdl.approx import ShallowNetwork, relu
    >>> hat = ShallowNetwork(np.ones((1, 3)), np.array([0.0, -1, -2]),
    ...                      np.array([1.0, -2, 1]), 0.0, relu)
    >>> hat(np.array([0.0, 1.0, 1.5, 3.0]))
    array([0. , 1. , 0.5, 0. ])
    """

    W: Array
    b: Array
    c: Array
    offset: float
    sigma: Scalar

    @property
    def width(self) -> int:
        """The number K of units."""
        return self.c.size

    def __call__(self, x: Array) -> Array:
        """Values at N points.

        Parameters
        ----------
        x : (N, d) array, or (N,) when d = 1

        Returns
        -------
        (N,) array
        """
        X = np.asarray(x, dtype=float)
        if X.ndim == 1 and self.W.shape[0] == 1:
            X = X[:, None]
        if X.ndim != 2 or X.shape[1] != self.W.shape[0]:
            raise ShapeError(
                f"ShallowNetwork: expected x of shape (N, {self.W.shape[0]}), "
                f"received {describe(X)}; one row a point."
            )
        return np.asarray(self.offset + self.sigma(X @ self.W + self.b) @ self.c)
