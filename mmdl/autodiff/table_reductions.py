"""Sums and what is built on them: mean, variance, norms, products, maxima.

:math:`x \\mapsto \\sum_i x_i` is linear, and its adjoint repeats a number along the
axes that were summed: `spread`. Each of the two is the adjoint of the other.
A maximum is linear wherever it has a derivative: :math:`\\max_i x_i = x_{i^*}`; at a
tie, :math:`i^*` is the first of the maximal indices.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff.kinds import linear, register

Axis = int | tuple[int, ...] | None


def kept(shape: tuple[int, ...], axis: Axis) -> tuple[int, ...]:
    """Return the shape after a reduction that keeps its axes as 1."""
    if axis is None:
        return (1,) * len(shape)
    axes = (
        {axis % len(shape)} if isinstance(axis, int) else {a % len(shape) for a in axis}
    )
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def count(shape: tuple[int, ...], axis: Axis) -> int:
    """Return how many entries each sum has."""
    n = 1
    for before, after in zip(shape, kept(shape, axis), strict=True):
        n *= before // after if after else 0 if before == 0 else before
    return n


def _spread(g: Any, shape: tuple[int, ...], axis: Axis = None) -> Any:
    out = np.empty(shape, g.dtype)
    out[...] = np.reshape(g, kept(shape, axis))
    return out


spread = linear(
    _spread, lambda g, y, x, shape, axis=None: np.reshape(np.sum(g, axis), x.shape)
)
sum_ = linear(
    np.sum,
    lambda g, y, x, axis=None, keepdims=False: spread(g, x.shape, axis),
)


def _mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims) / count(x.shape, axis)


mean = linear(
    np.mean,
    lambda g, y, x, axis=None, keepdims=False: spread(
        g / count(x.shape, axis), x.shape, axis
    ),
)


def _top(x: Any, axis: Axis, keepdims: bool, position: Any) -> Any:
    """Return the entry that `position` (an argmax) points at, along `axis`."""
    if axis is None:
        flat, last = np.reshape(x, (-1,)), 0
    elif isinstance(axis, tuple):
        rest = [i for i in range(x.ndim) if i not in {a % x.ndim for a in axis}]
        moved = np.transpose(x, (*rest, *(a % x.ndim for a in axis)))
        flat, last = np.reshape(moved, (*(x.shape[i] for i in rest), -1)), -1
    else:
        flat, last = x, axis
    best = np.expand_dims(position(flat, axis=last), last)
    y = np.squeeze(np.take_along_axis(flat, best, last), last)
    return np.reshape(y, kept(x.shape, axis)) if keepdims else y


def max_(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the largest entry: the entry at the first position of the maximum."""
    return _top(x, axis, keepdims, np.argmax)


def min_(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the smallest entry: the entry at the first position of the minimum."""
    return _top(x, axis, keepdims, np.argmin)


for _f, _op in {np.max: max_, np.amax: max_, np.min: min_, np.amin: min_}.items():
    register(_f, _op)
