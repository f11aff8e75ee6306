r"""Embedding: each word is a row of a matrix (``ch-attention``).

Looking up row :math:`i` is the product :math:`e_i W` with a unit vector, hence linear
in :math:`W`; the adjoint adds the cotangents of equal words.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.functional.layout import Array

__all__ = ["embedding"]


def embedding(W: Any, words: Any) -> Any:
    r"""Look up rows: :math:`y_{\dots} = W_{i_{\dots}}`.

    Parameters
    ----------
    W : (V, M) array
    words : (...,) array of ints in 0, ..., V - 1

    Returns
    -------
    (..., M) array

    Raises
    ------
    TypeError
        If `words` are not integers.
    ValueError
        If one of them is not a row of `W`.

    Examples
    --------
    >>> embedding(np.array([[0.0, 0.0], [1.0, 2.0]]), [1, 1, 0])
    array([[1., 2.],
           [1., 2.],
           [0., 0.]])
    """
    words = np.asarray(words)
    if words.dtype.kind not in "iu":
        raise TypeError(
            f"embedding: expected integers, received {words.dtype} of shape "
            f"{words.shape}; give the numbers of the words, not the words."
        )
    # as unsigned, a negative number is large: one pass finds both kinds of error
    if words.size and int(words.astype(np.uint64).max()) >= W.shape[0]:
        raise ValueError(
            f"embedding: expected numbers in 0, ..., {W.shape[0] - 1}, received "
            f"{words.min()} to {words.max()}; W has {W.shape[0]} rows."
        )
    return _embedding(W, words.astype(np.intp, copy=False))


@fused
def _embedding(W: Any, words: Any) -> Any:
    return W[words]


@_embedding.kernel
def _(W: Array, words: Array) -> Any:
    def pull(g: Array) -> Any:
        out = np.zeros_like(W)
        flat = words.ravel()
        if flat.size == 0:
            return out
        order = np.argsort(flat, kind="stable")
        ordered = flat[order]
        starts = np.flatnonzero(np.diff(ordered, prepend=-1))
        rows = np.take(g.reshape(-1, W.shape[1]), order, axis=0)
        out[ordered[starts]] = np.add.reduceat(rows, starts, axis=0)
        return out

    return np.take(W, words, axis=0), pull
