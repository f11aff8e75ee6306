"""Joining and cutting: linear in all parts together, each the adjoint of the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff.boxes import as_array
from mmdl.autodiff.entries import composed, enter, joint, plainly
from mmdl.autodiff.kinds import Linear


def _concatenate(*arrays: Any, axis: int = 0) -> Any:
    return np.concatenate(arrays, axis)


def _cut(g: Any, y: Any, *arrays: Any, axis: int = 0) -> list[Any]:
    lead = (slice(None),) * (axis % g.ndim)
    parts, start = [], 0
    for a in arrays:
        stop = start + a.shape[axis]
        parts.append(g[(*lead, slice(start, stop))])
        start = stop
    return parts


joined = joint(_concatenate, _cut)


@composed(np.concatenate)
def concatenate(arrays: Any, axis: int | None = 0) -> Any:
    """Join arrays along an axis; the adjoint cuts the cotangent at the seams."""
    if axis is None:
        arrays, axis = [np.ravel(a) for a in arrays], 0
    return joined(*map(as_array, arrays), axis=axis)


@composed(np.stack)
def stack(arrays: Any, axis: int = 0) -> Any:
    """Join arrays along a new axis."""
    return concatenate([np.expand_dims(a, axis) for a in arrays], axis)


@composed(np.vstack)
def vstack(arrays: Any) -> Any:
    """Join arrays as rows."""
    return concatenate([np.atleast_2d(a) for a in arrays], 0)


@composed(np.hstack)
def hstack(arrays: Any) -> Any:
    """Join arrays side by side."""
    arrays = [np.atleast_1d(a) for a in arrays]
    return concatenate(arrays, 0 if arrays[0].ndim == 1 else 1)


@composed(np.column_stack)
def column_stack(arrays: Any) -> Any:
    """Join vectors as columns."""
    return concatenate(
        [a if np.ndim(a) > 1 else np.reshape(a, (-1, 1)) for a in arrays], 1
    )


@composed(np.append)
def append(x: Any, values: Any, axis: int | None = None) -> Any:
    """Join two arrays."""
    return concatenate([x, values], axis)


def _cutter(f: Any) -> Any:
    @composed(f)
    def op(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
        """Cut an array along an axis, where NumPy would cut the positions."""
        lead, start, parts = (slice(None),) * (axis % x.ndim), 0, []
        for piece in f(np.arange(x.shape[axis]), indices_or_sections):
            parts.append(x[(*lead, slice(start, start + piece.size))])
            start += piece.size
        return parts

    return op


split, array_split = _cutter(np.split), _cutter(np.array_split)


@composed(np.hsplit)
def hsplit(x: Any, indices_or_sections: Any) -> Any:
    """Cut into columns (a vector: into pieces)."""
    return split(x, indices_or_sections, 0 if x.ndim == 1 else 1)


@composed(np.vsplit)
def vsplit(x: Any, indices_or_sections: Any) -> Any:
    """Cut into rows."""
    return split(x, indices_or_sections, 0)


@composed(np.meshgrid)
def meshgrid(*xs: Any, indexing: str = "xy") -> tuple[Any, ...]:
    """Repeat vectors along the axes of a grid."""
    n = len(xs)
    order = [1, 0, *range(2, n)] if indexing == "xy" and n > 1 else list(range(n))
    sizes = [xs[i].size for i in order]
    return tuple(
        np.broadcast_to(
            np.reshape(x, [x.size if order[j] == i else 1 for j in range(n)]), sizes
        )
        for i, x in enumerate(xs)
    )


@composed(np.dstack)
def dstack(arrays: Any) -> Any:
    """Join arrays along the third axis."""
    return concatenate([_deep(a) for a in arrays], 2)


def _deep(a: Any) -> Any:
    a = np.atleast_2d(a)
    return a[:, :, None] if a.ndim == 2 else a


def _rows(x: Any) -> tuple[Any, ...]:
    return tuple(x)


# One hidden node for all rows: a loop over them costs as much backward as forward.
rows = enter(Linear(_rows, (lambda g, y, x: np.stack(g.filled(y)),)), plainly)


@composed(getattr(np, "unstack", None))  # since NumPy 2.1
def unstack(x: Any, *, axis: int = 0) -> tuple[Any, ...]:
    """Cut into slices, without the axis."""
    cut: tuple[Any, ...] = rows(np.moveaxis(x, axis, 0))
    return cut


@composed(np.block)
def block(arrays: Any) -> Any:
    """Join a nested list of blocks: the innermost lists along the last axis."""
    depth = _depth(arrays)
    return _blocks(arrays, depth, max(depth, *map(np.ndim, _flat(arrays))))


def _depth(arrays: Any) -> int:
    return 1 + _depth(arrays[0]) if isinstance(arrays, list) else 0


def _flat(arrays: Any) -> list[Any]:
    if not isinstance(arrays, list):
        return [arrays, arrays]
    return [leaf for a in arrays for leaf in _flat(a)]


def _blocks(arrays: Any, depth: int, least: int) -> Any:
    if not isinstance(arrays, list):
        missing = least - np.ndim(arrays)
        return np.reshape(arrays, (1,) * missing + np.shape(arrays))
    return concatenate([_blocks(a, depth - 1, least) for a in arrays], -depth)
