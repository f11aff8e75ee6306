r"""How convolutions run: images stored as (H, C, W, N), windows read in place.

With the samples last, every operation works on long contiguous rows. With the height
first, a window moves down by whole blocks of memory: only the horizontal neighbours
are copied (:func:`neighbours`), and the patches of all vertical positions are matrices
that overlap in memory (:func:`rows_of`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from mmdl.functional.layout import Array, ones
from mmdl.functional.patches import Pair, Window


def stored(x: Array) -> Array:
    """Return (N, C, H, W) as a contiguous (H, C, W, N); no copy if it is one."""
    return np.ascontiguousarray(x.transpose(2, 1, 3, 0))


def indexed(s: Array) -> Array:
    """Return (H, C, W, N) as (N, C, H, W), a view."""
    return s.transpose(3, 1, 0, 2)


def _horizontal(w: Window, size: Pair) -> list[tuple[int, int, slice]]:
    """For each column of the window: first and last position inside, its pixels."""
    (_, k), (_, s), (_, p), (_, d) = w
    _, n_positions = w.positions(size)
    found = []
    for j in range(k):
        offset = j * d - p  # position i sees pixel i s + offset
        first = min(max(0, -(offset // s)), n_positions)
        last = max(first, min(n_positions, (size[1] - 1 - offset) // s + 1))
        start = first * s + offset
        found.append((first, last, slice(start, start + (last - first - 1) * s + 1, s)))
    return [f if f[0] < f[1] else (f[0], f[1], slice(0)) for f in found]


def neighbours(s: Array, w: Window) -> Array:
    """Copy the horizontal neighbours of each pixel: (H + 2p, C, kw, W', N)."""
    h, c, v, n = s.shape
    top = w.padding[0]
    out = np.empty((h + 2 * top, c, w.kernel[1], w.positions((h, v))[1], n), s.dtype)
    out[:top] = 0
    out[top + h :] = 0
    inside = out[top : top + h]
    for j, (first, last, pixels) in enumerate(_horizontal(w, (h, v))):
        inside[:, :, j, :first] = 0
        inside[:, :, j, last:] = 0
        inside[:, :, j, first:last] = s[:, :, pixels]
    return out


def rows_of(columns: Array, w: Window) -> Any:
    """See the columns as one matrix (kh C kw, W' N) for each vertical position.

    Without dilation these matrices overlap in memory and nothing is copied.
    """
    (kh, _), (sh, _), _, (dh, _) = w
    block, step = int(np.prod(columns.shape[1:3])), columns.strides[0]
    n = int(np.prod(columns.shape[3:]))
    positions = (columns.shape[0] - dh * (kh - 1) - 1) // sh + 1
    item = columns.itemsize
    view = as_strided(
        columns,
        (positions, kh, block, n),
        (sh * step, dh * step, n * item, item),
        writeable=False,
    )
    return view.reshape(positions, kh * block, n)


def added(rows: Array, w: Window, size: Pair) -> Array:
    """Add rows back to the pixels that they came from: the adjoint of the two above.

    Takes (H', kh, C, kw, W', N), returns (H, C, W, N).
    """
    (kh, _), (sh, _), (top, _), (dh, _) = w
    h, v = size
    columns = np.zeros((h + 2 * top, *rows.shape[2:]), rows.dtype)
    for i in range(kh):
        columns[i * dh : i * dh + (len(rows) - 1) * sh + 1 : sh] += rows[:, i]
    inside = columns[top : top + h]
    s = np.zeros((h, rows.shape[2], v, rows.shape[5]), rows.dtype)
    for j, (first, last, pixels) in enumerate(_horizontal(w, size)):
        s[:, :, pixels] += inside[:, :, j, first:last]
    return s


def _as_matrix(w: Array) -> Any:
    """Return filters as (C_out, kh C_in kw), the order of `rows_of`."""
    return w.transpose(0, 2, 1, 3).reshape(w.shape[0], -1)


def through(rows: Array, w: Array) -> Any:
    """Return the convolution (H', C_out, W' N) of the rows."""
    return np.matmul(_as_matrix(w), rows)


def back_to_images(g: Array, w: Array, shape: Window, size: Pair) -> Array:
    """Return the adjoint in the images: (H', C_out, W', N) to (H, C_in, W, N)."""
    positions, _, v, n = g.shape
    _, c, kh, kw = w.shape
    flat = g.reshape(positions, g.shape[1], v * n)
    rows = np.matmul(_as_matrix(w).T, flat)
    return added(rows.reshape(positions, kh, c, kw, v, n), shape, size)


def by_filters(rows: Array, g: Array, like: Array) -> Any:
    """Return the adjoint in the filters, of the shape of `like`."""
    o, c, kh, kw = like.shape
    flat = g.reshape(g.shape[0], o, -1)
    total = np.matmul(rows, flat.swapaxes(1, 2)).sum(0)
    return total.reshape(kh, c, kw, o).transpose(3, 1, 0, 2)


def by_bias(g: Array) -> Any:
    """Sum (H, C, W, N) over all but the channels."""
    flat = g.reshape(g.shape[0], g.shape[1], -1)
    return np.matmul(flat, ones(flat.shape[2], g.dtype)).sum(0)
