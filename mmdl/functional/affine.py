r"""The affine map :math:`Y = XW + \mathbf 1 b` on rows (``ch-neural-networks``).

Its VJPs, with the shapes of their variables (``ch-backpropagation``):
:math:`\delta X = \delta Y\,W^{\mathsf T}`, :math:`\delta W = X^{\mathsf T}\delta Y`,
:math:`\delta b = \mathbf 1^{\mathsf T}\delta Y`: two products of the size of the
forward one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.functional.layout import Array, ones

__all__ = ["linear"]


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

    pullback = (
        lambda g: np.dot(flat(g), W.T).reshape(X.shape),
        lambda g: np.dot(rows.T, flat(g)),
        lambda g: np.dot(ones(len(rows), g.dtype), flat(g)),
    )
    return Y if X.ndim == 2 else Y.reshape(*X.shape[:-1], W.shape[1]), pullback
