r"""Sums and what is built on them: mean, variance, products, maxima, norms.

:math:`x \mapsto \sum_i x_i` is linear, and its adjoint repeats a number along the
axes that were summed: `spread`. Each of the two is the adjoint of the other.
A maximum is linear wherever it has a derivative: :math:`\max_i x_i = x_{i^*}`; at a
tie, :math:`i^*` is the first of the maximal indices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mmdl.autodiff.entries import composed, linear, register
from mmdl.autodiff.fusion import fused
from mmdl.autodiff.table_pointwise import root

Axis = int | tuple[int, ...] | None
Op = Callable[..., Any]
add_up: Any = np.add.reduce


def axes_of(axis: Axis, ndim: int) -> tuple[int, ...]:
    """Return the axes meant by NumPy's `axis`, counted from the front."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))


def kept(shape: tuple[int, ...], axis: Axis) -> tuple[int, ...]:
    """Return the shape after a reduction that keeps its axes as 1."""
    axes = axes_of(axis, len(shape))
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def count(shape: tuple[int, ...], axis: Axis) -> int:
    """Return how many entries each sum has."""
    n = 1
    for i in axes_of(axis, len(shape)):
        n *= shape[i]
    return n


# Sums


def _sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return add_up(x, axis=axis, keepdims=keepdims)


def _spread(g: Any, shape: tuple[int, ...], axis: Axis = None) -> Any:
    out = np.empty(shape, g.dtype)
    out[...] = g if g.ndim == 0 else g.reshape(kept(shape, axis))
    return out[()]


def _mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return add_up(x, axis=axis, keepdims=keepdims) / count(x.shape, axis)


spread: Op = linear(
    _spread, lambda g, y, x, shape, axis=None: summed(g, axis).reshape(x.shape)
)
summed: Op = linear(
    _sum, lambda g, y, x, axis=None, keepdims=False: spread(g, x.shape, axis)
)
mean = linear(
    _mean,
    lambda g, y, x, axis=None, keepdims=False: spread(
        g / count(x.shape, axis), x.shape, axis
    ),
)
register(np.sum, summed)
register(np.mean, mean)


def _cumsum(x: Any, axis: int | None = None) -> Any:
    return np.add.accumulate(x.reshape(-1) if axis is None else x, axis=axis or 0)


def _reversed_cumsum(g: Any, y: Any, x: Any, axis: int | None = None) -> Any:
    back = np.flip(cumsum(np.flip(g, axis), axis or 0), axis)
    return back.reshape(x.shape)


cumsum: Op = linear(_cumsum, _reversed_cumsum)
register(np.cumsum, cumsum)


@composed(np.var)
def var(x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """Return the mean square deviation, over n - ddof."""
    squares = np.square(x - mean(x, axis, keepdims=True))
    return summed(squares, axis, keepdims=keepdims) / (count(x.shape, axis) - ddof)


@composed(np.std)
def std(x: Any, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Any:
    """Return the standard deviation; its derivative is 0 where it vanishes."""
    return root(var(x, axis, ddof=ddof, keepdims=keepdims))


def flat_over(x: Any, axis: Axis) -> Any:
    """Move the axes of a reduction to the end, as one axis."""
    axes = axes_of(axis, x.ndim)
    if len(axes) == 1:
        return np.moveaxis(x, axes[0], -1)
    rest = tuple(i for i in range(x.ndim) if i not in axes)
    moved = np.transpose(x, rest + axes)
    return np.reshape(moved, (*(x.shape[i] for i in rest), count(x.shape, axis)))


# Products, by halves: a tree of depth log n, right also where entries vanish


@composed(np.prod)
def prod(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the product of the entries."""
    y = flat_over(x, axis)
    while y.shape[-1] > 1:
        half, rest = divmod(y.shape[-1], 2)
        tail = y[..., 2 * half :]
        y = y[..., :half] * y[..., half : 2 * half]
        y = np.concatenate([y, tail], -1) if rest else y
    y = y[..., 0] if y.shape[-1] else np.ones(y.shape[:-1], y.dtype) + y.sum(-1)
    return np.reshape(y, kept(x.shape, axis)) if keepdims else y


@composed(np.cumprod)
def cumprod(x: Any, axis: int | None = None) -> Any:
    """Return the products of the first entries, by doubling: log n steps."""
    y = np.ravel(x) if axis is None else np.moveaxis(x, axis, -1)
    step = 1
    while step < y.shape[-1]:
        later = y[..., step:] * y[..., :-step]
        y = np.concatenate([y[..., :step], later], -1)
        step *= 2
    return y if axis is None else np.moveaxis(y, -1, axis)


# Maxima, order


@composed(np.max, np.amax)
def largest(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the entry at the first position of the maximum."""
    return _entry_at(np.argmax, x, axis, keepdims)


@composed(np.min, np.amin)
def smallest(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the entry at the first position of the minimum."""
    return _entry_at(np.argmin, x, axis, keepdims)


def _entry_at(position: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    rows = flat_over(x, axis)
    best = position(rows, axis=-1)[..., None]
    y = np.take_along_axis(rows, best, -1)[..., 0]
    return np.reshape(y, kept(x.shape, axis)) if keepdims else y


@composed(np.sort)
def sort(x: Any, axis: int | None = -1, **how: Any) -> Any:
    """Sort: a permutation that is constant as long as no two entries cross."""
    if axis is None:
        x, axis = np.ravel(x), -1
    return np.take_along_axis(x, np.argsort(x, axis=axis, **how), axis)


# log-sum-exp


@fused
def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    r"""Return :math:`\log \sum_i e^{x_i}` without overflow.

    Its gradient is the softmax. The largest entry is taken out before the
    exponential, as a constant: it does not change the value.

    Parameters
    ----------
    x : array
    axis : int or tuple of ints, optional
    keepdims : bool

    Returns
    -------
    array

    Examples
    --------
    >>> import numpy as np
    >>> logsumexp(np.array([1000.0, 1000.0]))
    np.float64(1000.6931471805599)
    """
    top = _finite_top(x, axis)
    y = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return y if keepdims else np.squeeze(y, axes_of(axis, x.ndim))


def _finite_top(x: Any, axis: Axis) -> Any:
    from mmdl.autodiff.boxes import stop_gradient

    top = np.max(stop_gradient(x), axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(top), top, np.zeros_like(top))


@logsumexp.kernel
def _logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    top = _finite_top(x, axis)
    # infinite entries are meant: log 0 = -inf, and e^inf = inf
    with np.errstate(divide="ignore", over="ignore"):
        powers = np.exp(x - top)
        total = add_up(powers, axis=axis, keepdims=True)
        y = np.log(total) + top

    def pull(g: Any) -> Any:
        return powers * (np.reshape(g, y.shape) / total)

    return (y if keepdims else np.squeeze(y, axes_of(axis, x.ndim))[()]), pull
