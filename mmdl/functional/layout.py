"""How arrays lie in memory, where that decides the speed.

Three facts about NumPy, each measured, none about mathematics: a sum of rows is fastest
as a product with a vector of ones, a maximum over a short axis as a few maxima of
whole slices, and a chain of element-wise operations in pieces that fit the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

BLOCK = 16384  # numbers: 64 kB of float32, a few such pieces fill a level-2 cache


def blocks(*arrays: Array) -> Iterator[tuple[Array, ...]]:
    """Cut dense arrays of one shape and layout into matching flat pieces.

    Parameters
    ----------
    *arrays : arrays
        Dense (C order, or any permutation of the axes of a C-ordered array), such as
        ``np.empty_like(x)``. A strided first array is read from a copy.

    Yields
    ------
    tuple of (n,) arrays
        Views, ``n <= BLOCK``.

    Examples
    --------
    >>> y = np.zeros((3, 2))
    >>> for (piece,) in blocks(y):
    ...     piece += 1
    >>> y.sum()
    np.float64(6.0)
    """
    flat = [a.ravel(order="K") for a in arrays]
    size = flat[0].size
    if size <= BLOCK:
        yield tuple(flat)
        return
    for start in range(0, size, BLOCK):
        yield tuple(f[start : start + BLOCK] for f in flat)


def real(x: Any) -> Any:
    """Return `x` as an array of floats: integers and lists become float64.

    Examples
    --------
    >>> real([1, 2])
    array([1., 2.])
    """
    x = np.asarray(x)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


@cache
def constant(value: float, dtype: np.dtype[Any]) -> Array:
    """Return a read-only vector of one number, as long as a block.

    NumPy has a vectorised maximum of two arrays, but not of an array and a number.
    """
    vector = np.full(BLOCK, value, dtype)
    vector.flags.writeable = False
    return vector


@contextmanager
def short_buffer() -> Iterator[None]:
    """Let rows of 1024 numbers or more meet a column without a detour.

    NumPy copies an operand that it repeats into a buffer, unless the rows are longer
    than the buffer, 8192 numbers by default: twice the time for no use.
    """
    before = np.setbufsize(1024)
    try:
        yield
    finally:
        np.setbufsize(before)


def ones(n: int, dtype: np.dtype[Any]) -> Array:
    """Return a vector of ones that must not be written to."""
    return constant(1.0, dtype)[:n] if n <= BLOCK else np.ones(n, dtype)


def total(a: Array, axis: int) -> Any:
    """Return ``a.sum(axis)`` as a product with a vector of ones.

    Examples
    --------
    >>> total(np.arange(6.0).reshape(2, 3), 1)
    array([ 3., 12.])
    """
    axis %= a.ndim
    if axis == a.ndim - 1:
        return a @ ones(a.shape[axis], a.dtype)
    if axis == a.ndim - 2:
        return ones(a.shape[axis], a.dtype) @ a
    return a.sum(axis)


def peak(a: Array, axis: int) -> Any:
    """Return ``a.max(axis, keepdims=True)``, halving the axis where it is not last.

    Examples
    --------
    >>> peak(np.arange(6.0).reshape(3, 2), 0)
    array([[4., 5.]])
    """
    axis %= a.ndim
    if axis == a.ndim - 1 or a.shape[axis] < 2:
        return a.max(axis, keepdims=True)
    before = (slice(None),) * axis
    while (n := a.shape[axis]) > 1:
        half = n // 2
        low, high = a[(*before, slice(half))], a[(*before, slice(half, 2 * half))]
        top = np.maximum(low, high)
        if n % 2:
            first = top[(*before, slice(1))]
            np.maximum(first, a[(*before, slice(n - 1, n))], out=first)
        a = top
    return a
