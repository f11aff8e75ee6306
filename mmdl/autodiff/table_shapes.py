"""Rearrangements: linear maps whose adjoint puts the entries back.

Reshaping and permuting only move entries. Indexing forgets some, so its adjoint,
`scatter`, fills with zeros, and *adds* where an index occurs twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import as_array
from mmdl.autodiff.entries import composed, linear, register
from mmdl.autodiff.sweep import unbroadcast

Shape = tuple[int, ...]
Op = Callable[..., Any]


# The same entries in another shape


def _reshape(x: Any, shape: Any, order: Any = "C") -> Any:
    return x.reshape(shape, order=order)


def _transpose(x: Any, axes: Any = None) -> Any:
    return x.transpose(axes)


def _swapaxes(x: Any, i: int, j: int) -> Any:
    return x.swapaxes(i, j)


def _astype(x: Any, dtype: Any) -> Any:
    return x.astype(dtype)


reshape: Op = linear(
    _reshape, lambda g, y, x, shape, order="C": reshape(g, x.shape, order)
)
transpose: Op = linear(
    _transpose,
    lambda g, y, x, axes=None: transpose(g, None if axes is None else inverse(axes)),
)
swapaxes: Op = linear(_swapaxes, lambda g, y, x, i, j: swapaxes(g, i, j))
astype: Op = linear(_astype, lambda g, y, x, dtype: astype(g, x.dtype))
moveaxis = linear(
    np.moveaxis,
    lambda g, y, x, source, destination: np.moveaxis(g, destination, source),
)
expand_dims = linear(np.expand_dims, lambda g, y, x, axis: reshape(g, x.shape))
squeeze = linear(np.squeeze, lambda g, y, x, axis=None: reshape(g, x.shape))
broadcast_to = linear(np.broadcast_to, lambda g, y, x, shape: unbroadcast(g, x.shape))
copy = linear(np.copy, lambda g, y, x, **kwargs: g)


def inverse(axes: Any) -> list[int]:
    """Return the inverse of a permutation of axes."""
    n = len(axes)
    back = [0] * n
    for i, a in enumerate(axes):
        back[a % n] = i
    return back


register(np.transpose, transpose)
register(np.swapaxes, swapaxes)


@composed(np.reshape)
def to_shape(x: Any, shape: Any, order: Any = "C", **how: Any) -> Any:
    """Reshape; the wish to copy, or not, is dropped."""
    return reshape(x, shape, order)


@composed(np.ravel)
def ravel(x: Any, order: Any = "C") -> Any:
    """Return the entries as one vector."""
    return reshape(x, -1, order)


@composed(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    """Swap the last two axes."""
    return swapaxes(x, -1, -2)


@composed(getattr(np, "astype", None))  # since NumPy 2.1
def as_type(x: Any, dtype: Any, **how: Any) -> Any:
    """Change the type; the cotangent is changed back."""
    return astype(x, dtype)


@composed(np.atleast_1d)
def atleast_1d(*xs: Any) -> Any:
    """Give numbers an axis."""
    ys = tuple(x if np.ndim(x) else np.reshape(x, (1,)) for x in xs)
    return ys[0] if len(ys) == 1 else ys


@composed(np.atleast_2d)
def atleast_2d(*xs: Any) -> Any:
    """Make numbers and vectors rows."""
    ys = tuple(x if np.ndim(x) > 1 else np.reshape(x, (1, -1)) for x in xs)
    return ys[0] if len(ys) == 1 else ys


@composed(np.broadcast_arrays)
def broadcast_arrays(*xs: Any) -> Any:
    """Repeat all arrays to their common shape."""
    shape = np.broadcast_shapes(*map(np.shape, xs))
    return tuple(np.broadcast_to(x, shape) for x in xs)


# Indexing


def _getitem(x: Any, index: Any) -> Any:
    return x[index]


def _scatter(g: Any, index: Any, shape: Shape) -> Any:
    if is_basic(index):
        out = np.zeros(shape, g.dtype)
        out[index] = g
        return out
    size = int(np.prod(shape))
    places = np.arange(size).reshape(shape)[index]
    if g.dtype.itemsize > 8:  # bincount adds in float64
        out = np.zeros(size, g.dtype)
        np.add.at(out, places.ravel(), g.ravel())
        return out.reshape(shape)
    sums = np.bincount(places.ravel(), np.broadcast_to(g, places.shape).ravel(), size)
    return sums.astype(g.dtype, copy=False).reshape(shape)


def is_basic(index: Any) -> bool:
    """Say whether an index is made of numbers and slices: no entry occurs twice."""
    if type(index) in (int, slice):
        return True
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        i is None or i is ... or isinstance(i, int | np.integer | slice) for i in parts
    ) and not any(isinstance(i, bool) for i in parts)


getitem: Op = linear(_getitem, lambda g, y, x, index: scatter(g, index, x.shape))
scatter: Op = linear(_scatter, lambda g, y, x, index, shape: getitem(g, index))


def _along(index: Any, axis: int) -> tuple[Any, ...]:
    """Return an index for every axis: `index` for one, all positions for the rest."""
    n = index.ndim
    grid: list[Any] = [
        np.arange(size).reshape((1,) * i + (size,) + (1,) * (n - 1 - i))
        for i, size in enumerate(index.shape)
    ]
    grid[axis] = index
    return tuple(grid)


@composed(np.take_along_axis)
def take_along_axis(x: Any, indices: Any, axis: int | None = -1) -> Any:
    """Pick entries along an axis."""
    indices = as_array(indices)
    if axis is None:
        return ravel(x)[indices]
    rest = [n for i, n in enumerate(x.shape) if i != axis % x.ndim]
    if rest != [n for i, n in enumerate(indices.shape) if i != axis % x.ndim]:
        rows, indices = np.moveaxis(x, axis, -1), np.moveaxis(indices, axis, -1)
        lead = np.broadcast_shapes(rows.shape[:-1], indices.shape[:-1])
        indices = np.broadcast_to(indices, (*lead, indices.shape[-1]))
        rows = np.broadcast_to(rows, (*lead, rows.shape[-1]))
        return np.moveaxis(rows[_along(indices, -1)], -1, axis)
    return x[_along(indices, axis)]


@composed(np.take)
def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Pick slices along an axis."""
    if axis is None:
        return ravel(x)[indices]
    return x[(slice(None),) * (axis % x.ndim) + (indices,)]


@composed(np.compress)
def compress(condition: Any, x: Any, axis: int | None = None) -> Any:
    """Keep the slices that a mask marks."""
    return take(x, np.flatnonzero(condition), axis)


# Other orders and copies of the entries

flip = linear(np.flip, lambda g, y, x, axis=None: np.flip(g, axis))
fliplr = linear(np.fliplr, lambda g, y, x: np.fliplr(g))
flipud = linear(np.flipud, lambda g, y, x: np.flipud(g))
rot90 = linear(np.rot90, lambda g, y, x, k=1, axes=(0, 1): np.rot90(g, -k, axes))
tril = linear(np.tril, lambda g, y, x, k=0: np.tril(g, k))
triu = linear(np.triu, lambda g, y, x, k=0: np.triu(g, k))


def _back(shift: Any) -> Any:
    return tuple(-s for s in shift) if isinstance(shift, tuple | list) else -shift


roll = linear(np.roll, lambda g, y, x, shift, axis=None: np.roll(g, _back(shift), axis))


def rearranged(f: Any) -> Any:
    """Enter a function that drops, moves or repeats entries.

    Applied to the array of all positions it says which entry goes where; the rest is
    indexing.
    """

    @composed(f)
    def op(x: Any, *args: Any, **kwargs: Any) -> Any:
        positions = np.arange(x.size).reshape(x.shape)
        return ravel(x)[f(positions, *args, **kwargs)]

    op.__name__ = op.__qualname__ = f.__name__
    return op


repeat, tile, resize, delete = map(
    rearranged, (np.repeat, np.tile, np.resize, np.delete)
)
diagonal, linalg_diagonal = rearranged(np.diagonal), rearranged(np.linalg.diagonal)
extracted_pad = rearranged(np.pad)


@composed(np.pad)
def pad(x: Any, pad_width: Any, mode: Any = "constant", **how: Any) -> Any:
    """Pad: with a constant (zeros unless told otherwise), or with copies of entries."""
    if mode in ("edge", "reflect", "symmetric", "wrap"):
        return extracted_pad(x, pad_width, mode, **how)
    if mode != "constant" or set(how) - {"constant_values"}:
        raise TypeError(
            "np.pad: expected mode constant, edge, reflect, symmetric or wrap, "
            f"received {mode!r}; there is no derivative rule for it."
        )
    widths = np.broadcast_to(pad_width, (x.ndim, 2)).tolist()
    frame = np.pad(np.zeros(x.shape, x.dtype), pad_width, **how)
    inside = tuple(
        slice(before, n - after)
        for n, (before, after) in zip(frame.shape, widths, strict=True)
    )
    return scatter(x, inside, frame.shape) + frame


@composed(np.diag)
def diag(x: Any, k: int = 0) -> Any:
    """Take the diagonal of a matrix, or put a vector on one."""
    if x.ndim == 2:
        return diagonal(x, k)
    n = x.size + abs(k)
    places = np.diagonal(np.arange(n * n).reshape(n, n), k)
    return reshape(scatter(x, places, (n * n,)), (n, n))


@composed(np.diagflat)
def diagflat(x: Any, k: int = 0) -> Any:
    """Put the entries on a diagonal."""
    return diag(ravel(x), k)


@composed(np.trace)
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Return the sum of a diagonal."""
    return np.sum(diagonal(x, offset, axis1, axis2), axis=-1)


@composed(np.linalg.trace)
def linalg_trace(x: Any, *, offset: int = 0) -> Any:
    """Return the sums of the diagonals of the matrices in the last two axes."""
    return trace(x, offset, -2, -1)


@composed(np.diff)
def diff(x: Any, n: int = 1, axis: int = -1) -> Any:
    """Return the differences of neighbours."""
    lead = (slice(None),) * (axis % x.ndim)
    for _ in range(n):
        x = x[(*lead, slice(1, None))] - x[(*lead, slice(None, -1))]
    return x
