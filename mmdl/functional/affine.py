r"""The affine map :math:`Y = XW + \mathbf 1 b` on rows (``ch-compositions``).

Its VJPs, with the shapes of their variables (``ch-backpropagation``):
:math:`\delta X = \delta Y\,W^{\mathsf T}`, :math:`\delta W = X^{\mathsf T}\delta Y`,
:math:`\delta b = \mathbf 1^{\mathsf T}\delta Y`: two products of the size of the
forward one.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.functional.layout import Array, ones

__all__ = ["flatten", "linear"]


@fused
def linear(X: Any, W: Any, b: Any = None) -> Any:
    r"""The affine map :math:`Y = XW + \mathbf 1 b`.

    Parameters
    ----------
    X : (..., M_in) array
        One row per sample.
    W : (M_in, M_out) array
    b : (M_out,) array, optional

    Returns
    -------
    (..., M_out) array

    Examples
    --------
    >>> linear(np.array([[1.0, 2.0]]), np.eye(2), np.array([10.0, 20.0]))
    array([[11., 22.]])
    """
    Y = X @ W
    return Y if b is None else Y + b


@linear.kernel
def _linear(X: Array, W: Array, b: Array | None = None) -> Any:
    rows = X if X.ndim == 2 else X.reshape(-1, X.shape[-1])
    # np.dot, because np.matmul leaves BLAS when an inner axis has length 1
    Y = np.dot(rows, W)
    if b is not None:
        Y += b

    def flat(g: Array) -> Array:
        return g if g.ndim == 2 else g.reshape(-1, g.shape[-1])

    def by_x(g: Array) -> Any:
        if rows.flags.f_contiguous and not rows.flags.c_contiguous:
            return np.dot(W, flat(g).T).T.reshape(X.shape)  # in the layout of X
        return np.dot(flat(g), W.T).reshape(X.shape)

    pullback = (
        by_x,
        lambda g: np.dot(rows.T, flat(g)),
        lambda g: np.dot(ones(len(rows), g.dtype), flat(g)),
    )
    return Y if X.ndim == 2 else Y.reshape(*X.shape[:-1], W.shape[1]), pullback


@fused
def flatten(x: Any) -> Any:
    """Make each sample a row.

    Parameters
    ----------
    x : (N, ...) array

    Returns
    -------
    (N, M) array

    Examples
    --------
    >>> flatten(np.zeros((5, 1, 8, 8))).shape
    (5, 64)
    """
    return np.reshape(x, (x.shape[0], prod(x.shape[1:])))


@flatten.kernel
def _flatten(x: Array) -> Any:
    n, rest = x.shape[0], x.shape[1:]
    if x.ndim < 3 or x.strides[0] != x.itemsize:
        return x.reshape(n, prod(rest)), lambda g: g.reshape(x.shape)
    # images with the samples last in memory: move blocks, not numbers
    last = (*range(1, x.ndim), 0)
    first = (x.ndim - 1, *range(x.ndim - 1))
    columns = np.ascontiguousarray(x.transpose(last)).reshape(prod(rest), n)
    return columns.T, lambda g: g.T.reshape(*rest, n).transpose(first)
