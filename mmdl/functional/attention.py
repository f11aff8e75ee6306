r"""Attention: a dictionary that one can differentiate (``ch-attention``).

.. math:: \mathrm{Attn}(Q, K, V) = \mathrm{softmax}\bigl(QK^{\mathsf T}/\sqrt d\bigr)V

Each query gets a mean of the values, weighted by how well their keys fit. The root
keeps the variance of the scores at 1, whatever `d`.

The kernel keeps the keys on the last axis but one, so that the softmax works on long
rows; it scales the queries instead of the scores, and divides the results instead of
the weights.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.errors import ShapeError
from mmdl.functional.layout import Array, peak, total
from mmdl.functional.softmax import softmax

__all__ = ["attention", "attention_weights", "causal_mask", "self_attention"]


def causal_mask(n_queries: int, n_keys: int) -> Array:
    """Say which keys each query may see: those not later than itself.

    The last query stands at the last key, as it does when earlier keys are kept.

    Parameters
    ----------
    n_queries, n_keys : int

    Returns
    -------
    (n_queries, n_keys) array of bools

    Examples
    --------
    >>> causal_mask(2, 3).astype(int)
    array([[1, 1, 0],
           [1, 1, 1]])
    """
    return np.tri(n_queries, n_keys, n_keys - n_queries, dtype=bool)


def attention_weights(Q: Any, K: Any, *, mask: Any = None, causal: bool = False) -> Any:
    r"""The weights :math:`\mathrm{softmax}(QK^{\mathsf T}/\sqrt d)`, rows with sum 1.

    Parameters
    ----------
    Q : (..., T, d) array
    K : (..., S, d) array
    mask : (..., T, S) array of bools, optional
        True where a query may see a key.
    causal : bool
        Hide what is later than the query.

    Returns
    -------
    (..., T, S) array

    Raises
    ------
    ShapeError
        If queries and keys differ in length.
    ValueError
        If a query may see nothing.

    Examples
    --------
    >>> attention_weights(np.zeros((2, 1)), np.zeros((2, 1)), causal=True)
    array([[1. , 0. ],
           [0.5, 0.5]])
    """
    _check("attention_weights", Q, K, K)
    seen = _seen("attention_weights", Q.shape[-2], K.shape[-2], mask, causal)
    return _weights(Q, K, seen)


def attention(Q: Any, K: Any, V: Any, *, mask: Any = None, causal: bool = False) -> Any:
    r"""Scaled dot-product attention.

    Parameters
    ----------
    Q : (..., T, d) array
        Queries.
    K : (..., S, d) array
        Keys.
    V : (..., S, m) array
        Values.
    mask : (..., T, S) array of bools, optional
        True where a query may see a key.
    causal : bool
        Hide what is later than the query.

    Returns
    -------
    (..., T, m) array

    Raises
    ------
    ShapeError
        If the shapes do not fit together.
    ValueError
        If a query may see nothing.

    Examples
    --------
    >>> Q, K, V = np.array([[0.0]]), np.array([[1.0], [2.0]]), np.array([[3.0], [5.0]])
    >>> attention(Q, K, V)
    array([[4.]])
    """
    _check("attention", Q, K, V)
    seen = _seen("attention", Q.shape[-2], K.shape[-2], mask, causal)
    return _attention(Q, K, V, seen)


def self_attention(
    QKV: Any, n_heads: int, *, mask: Any = None, causal: bool = False
) -> Any:
    r"""Attention of a sequence to itself, in several heads side by side.

    Parameters
    ----------
    QKV : (N, T, 3 m) array
        Queries, keys and values of width `m` each; a head takes the next `m` /
        n_heads columns of each.
    n_heads : int
    mask : array of bools, broadcasting to (N, n_heads, T, T), optional
        True where a query may see a key.
    causal : bool
        Hide what is later than the query.

    Returns
    -------
    (N, T, m) array
        The results of the heads, joined.

    Raises
    ------
    ShapeError
        If the width is not three times a multiple of the heads.
    ValueError
        If a query may see nothing.

    Examples
    --------
    >>> self_attention(np.ones((1, 5, 12)), 2).shape
    (1, 5, 4)
    """
    if QKV.ndim != 3 or QKV.shape[2] % (3 * n_heads):
        raise ShapeError(
            f"self_attention: expected QKV of shape (N, T, 3 m) with m divisible by "
            f"{n_heads} heads, received {QKV.shape}; join queries, keys and values."
        )
    seen = _seen("self_attention", QKV.shape[1], QKV.shape[1], mask, causal)
    return _self_attention(QKV, seen, n_heads=n_heads)


@cache
def _past(t: int, s: int) -> Array:
    mask = causal_mask(t, s)
    mask.flags.writeable = False
    return mask


def _check(who: str, Q: Any, K: Any, V: Any) -> None:
    fit = (
        min(Q.ndim, K.ndim, V.ndim) >= 2
        and Q.shape[-1] == K.shape[-1]
        and K.shape[:-1] == V.shape[:-1]
        and Q.shape[:-2] == K.shape[:-2]
    )
    if not fit:
        raise ShapeError(
            f"{who}: expected Q (..., T, d), K (..., S, d), V (..., S, m), received "
            f"{Q.shape}, {K.shape}, {V.shape}; one value for each key, one width for "
            "queries and keys."
        )


def _seen(who: str, t: int, s: int, mask: Any, causal: bool) -> Array | None:
    """Return which keys each query sees, None for all."""
    if mask is not None:
        mask = np.asarray(mask)
        if mask.dtype != bool or mask.shape[-2:] != (t, s):
            raise ShapeError(
                f"{who}: expected a mask of bools of shape (..., {t}, {s}), received "
                f"{mask.dtype} of shape {mask.shape}; True where a key is seen."
            )
    seen: Array | None = mask
    if causal:
        past = _past(t, s)
        if mask is None and t <= s:
            return past
        seen = past if mask is None else mask & past
    if seen is not None and not (seen.any(-1).all() or seen.size == 0):
        raise ValueError(
            f"{who}: expected every query to see a key, received a mask that hides all "
            "keys from one; let it see itself."
        )
    return seen


# Definitions ------------------------------------------------------------------------


def _weights(Q: Any, K: Any, seen: Any) -> Any:
    scores = Q @ np.swapaxes(K, -1, -2) * Q.shape[-1] ** -0.5
    return softmax(scores if seen is None else np.where(seen, scores, -np.inf))


@fused
def _attention(Q: Any, K: Any, V: Any, seen: Any) -> Any:
    return _weights(Q, K, seen) @ V


@fused
def _self_attention(QKV: Any, seen: Any, *, n_heads: int) -> Any:
    n, t, width = QKV.shape
    parts = np.reshape(QKV, (n, t, 3, n_heads, width // (3 * n_heads)))
    Q, K, V = (np.swapaxes(parts[:, :, i], 1, 2) for i in range(3))  # (N, heads, T, d)
    Y = np.swapaxes(_attention.definition(Q, K, V, seen), 1, 2)
    return np.reshape(Y, (n, t, width // 3))


# Kernels ----------------------------------------------------------------------------


def _penalty(seen: Array, dtype: np.dtype[Any]) -> Array:
    """Return what is added to the scores, keys first: 0 or minus infinity."""
    zero, hidden = dtype.type(0), dtype.type(-np.inf)
    return np.ascontiguousarray(np.where(seen, zero, hidden).swapaxes(-1, -2))


def _attend(Q: Array, K: Array, V: Array, seen: Any, Y: Array) -> Any:
    """Write the result into `Y`; return a pullback that writes into three arrays."""
    Q = Q * Q.dtype.type(Q.shape[-1] ** -0.5)
    E = np.matmul(K, Q.swapaxes(-1, -2))  # scores, keys on axis -2
    if seen is not None:
        E += _penalty(seen, E.dtype)
    E -= peak(E, -2)
    np.exp(E, out=E)
    scale = (1 / total(E, -2))[..., None]
    np.matmul(E.swapaxes(-1, -2), V, out=Y)
    Y *= scale

    def pull(g: Array, by_q: Array, by_k: Array, by_v: Array) -> None:
        g = g * scale
        np.matmul(E, g, out=by_v)
        D = np.matmul(V, g.swapaxes(-1, -2))
        D -= (g * Y).sum(-1)[..., None, :]
        D *= E
        np.matmul(D, Q, out=by_k)
        np.matmul(D.swapaxes(-1, -2), K, out=by_q)
        by_q *= Q.dtype.type(Q.shape[-1] ** -0.5)

    return pull


@_attention.kernel
def _(Q: Array, K: Array, V: Array, seen: Any) -> Any:
    Y = np.empty((*Q.shape[:-1], V.shape[-1]), Q.dtype)
    attend = _attend(Q, K, V, seen, Y)

    def pull(g: Array) -> Any:
        found = np.empty(Q.shape, Q.dtype), np.empty_like(K), np.empty_like(V)
        attend(g, *found)
        return found

    return Y, pull


@_self_attention.kernel
def _(QKV: Array, seen: Any, *, n_heads: int) -> Any:
    n, t, width = QKV.shape

    def heads(A: Array, n_parts: int) -> Any:
        """See (N, T, parts m) as parts of (N, heads, T, d)."""
        d = width // (3 * n_heads)
        return A.reshape(n, t, n_parts, n_heads, d).transpose(2, 0, 3, 1, 4)

    Y = np.empty((n, t, width // 3), QKV.dtype)
    Q, K, V = heads(QKV, 3)
    attend = _attend(Q, K, V, seen, heads(Y, 1)[0])

    def pull(g: Array) -> Array:
        found = np.empty((n, t, width), QKV.dtype)
        attend(heads(g, 1)[0], *heads(found, 3))
        return found

    return Y, pull
