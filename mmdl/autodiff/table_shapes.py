"""Rearrangements: linear maps whose adjoint puts the entries back.

Reshaping and permuting only move entries. Indexing forgets some, so its adjoint,
`scatter`, fills with zeros, and *adds* where an index occurs twice.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff.kinds import joint, linear, register
from mmdl.autodiff.sweep import unbroadcast

reshape = linear(
    np.reshape, lambda g, y, x, *shape, **order: np.reshape(g, x.shape, **order)
)
ravel = linear(np.ravel, lambda g, y, x: np.reshape(g, x.shape))
squeeze = linear(np.squeeze, lambda g, y, x, axis=None: np.reshape(g, x.shape))
expand_dims = linear(np.expand_dims, lambda g, y, x, axis: np.reshape(g, x.shape))
transpose = linear(
    np.transpose,
    lambda g, y, x, axes=None: np.transpose(
        g, None if axes is None else np.argsort(axes)
    ),
)
swapaxes = linear(np.swapaxes, lambda g, y, x, i, j: np.swapaxes(g, i, j))
moveaxis = linear(np.moveaxis, lambda g, y, x, i, j: np.moveaxis(g, j, i))
broadcast_to = linear(np.broadcast_to, lambda g, y, x, shape: unbroadcast(g, x.shape))


def _astype(x: Any, dtype: Any) -> Any:
    return x.astype(dtype)


astype = linear(_astype, lambda g, y, x, dtype: g.astype(x.dtype))


def _getitem(x: Any, index: Any) -> Any:
    return x[index]


def _scatter(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape, g.dtype)
    if _is_basic(index):
        out[index] = g
    else:
        np.add.at(out, index, g)
    return out


def _is_basic(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        isinstance(i, int | slice | np.integer) or i is None or i is ... for i in parts
    )


getitem = linear(_getitem, lambda g, y, x, index: scatter(g, index, x.shape))
scatter = linear(_scatter, lambda g, y, x, index, shape: g[index])


def _concatenate(*arrays: Any, axis: int = 0) -> Any:
    return np.concatenate(arrays, axis)


def _split_like(g: Any, y: Any, *arrays: Any, axis: int = 0) -> list[Any]:
    ends = np.cumsum([a.shape[axis] for a in arrays])
    before = (slice(None),) * (axis % g.ndim)
    return [
        g[(*before, slice(end - a.shape[axis], end))]
        for a, end in zip(arrays, ends.tolist(), strict=True)
    ]


_joined = joint(_concatenate, _split_like)


def concatenate(arrays: Any, axis: int | None = 0) -> Any:
    """Join arrays along an axis; the adjoint cuts the cotangent at the seams."""
    if axis is None:
        return _joined(*map(np.ravel, arrays))
    return _joined(*arrays, axis=axis)


def stack(arrays: Any, axis: int = 0) -> Any:
    """Join arrays along a new axis."""
    return concatenate([np.expand_dims(a, axis) for a in arrays], axis)


register(np.concatenate, concatenate)
register(np.stack, stack)


def _put_along(g: Any, index: Any, axis: int, shape: tuple[int, ...]) -> Any:
    out = np.zeros(shape, g.dtype)
    grid = list(np.indices(index.shape, sparse=True))
    grid[axis] = index
    np.add.at(out, tuple(grid), g)
    return out


take_along = linear(
    np.take_along_axis,
    lambda g, y, x, index, axis: put_along(g, index, axis, x.shape),
)
put_along = linear(
    _put_along,
    lambda g, y, x, index, axis, shape: np.take_along_axis(g, index, axis),
)
