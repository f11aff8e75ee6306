r"""Products: linear in each factor, so the adjoint of one multiplies by the other.

For :math:`Y = A B`: :math:`\delta A = \delta Y\, B^T` and
:math:`\delta B = A^T\, \delta Y`. Every other product of NumPy is `matmul` or
`einsum` in other clothes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff.boxes import as_array
from mmdl.autodiff.entries import bilinear, composed
from mmdl.autodiff.sweep import unbroadcast

# Matrices


def _left(g: Any, y: Any, a: Any, b: Any) -> Any:
    if b.ndim == 1:
        return g * b if a.ndim == 1 else g[..., None] * b
    if a.ndim == 1:
        return unbroadcast((b @ g[..., None])[..., 0], a.shape)
    return g @ b.swapaxes(-1, -2)


def _right(g: Any, y: Any, a: Any, b: Any) -> Any:
    if a.ndim == 1:
        return g * a if b.ndim == 1 else a[:, None] * g[..., None, :]
    if b.ndim == 1:
        if a.ndim == 2:
            return g @ a
        return unbroadcast((g[..., None, :] @ a)[..., 0, :], b.shape)
    return a.swapaxes(-1, -2) @ g


matmul = bilinear(np.matmul, _left, _right)


@composed(np.dot)
def dot(a: Any, b: Any) -> Any:
    """Sum over the last axis of `a` and the last but one of `b`."""
    a, b = as_array(a), as_array(b)
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    return a @ b if b.ndim <= 2 else np.tensordot(a, b, (-1, -2))


@composed(np.inner)
def inner(a: Any, b: Any) -> Any:
    """Sum over the last axes of both."""
    a, b = as_array(a), as_array(b)
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    return np.tensordot(a, b, (-1, -1))


@composed(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    """Return the inner product of all entries."""
    return np.ravel(a) @ np.ravel(b)


@composed(np.vecdot, np.linalg.vecdot)
def vecdot(a: Any, b: Any, axis: int = -1) -> Any:
    """Return the inner products along an axis."""
    return np.sum(a * b, axis=axis)


@composed(np.outer, np.linalg.outer)
def outer(a: Any, b: Any) -> Any:
    """Return all products of an entry of `a` and an entry of `b`."""
    return np.ravel(a)[:, None] * np.ravel(b)


@composed(np.kron)
def kron(a: Any, b: Any) -> Any:
    """Return the Kronecker product of arrays with as many axes."""
    a, b = as_array(a), as_array(b)
    if a.ndim != b.ndim:
        raise ValueError(
            f"np.kron: expected arrays with as many axes, received {a.shape} and "
            f"{b.shape}; reshape one of them."
        )
    axes = range(a.ndim)
    left = np.expand_dims(a, [2 * i + 1 for i in axes])
    right = np.expand_dims(b, [2 * i for i in axes])
    return np.reshape(
        left * right, [m * n for m, n in zip(a.shape, b.shape, strict=True)]
    )


@composed(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Sum over pairs of axes: one matrix product between two reshapes."""
    a, b = as_array(a), as_array(b)
    if isinstance(axes, int):
        axes = (range(a.ndim - axes, a.ndim), range(axes))
    summed_a, summed_b = (
        [i % x.ndim for i in ([pair] if isinstance(pair, int) else pair)]
        for x, pair in zip((a, b), axes, strict=True)
    )
    free_a = [i for i in range(a.ndim) if i not in summed_a]
    free_b = [i for i in range(b.ndim) if i not in summed_b]
    shape = [a.shape[i] for i in free_a] + [b.shape[i] for i in free_b]
    n = int(np.prod([a.shape[i] for i in summed_a], dtype=int))
    rows = int(np.prod([a.shape[i] for i in free_a], dtype=int))
    columns = int(np.prod([b.shape[i] for i in free_b], dtype=int))
    left = np.reshape(np.transpose(a, free_a + summed_a), (rows, n))
    right = np.reshape(np.transpose(b, summed_b + free_b), (n, columns))
    return np.reshape(left @ right, shape)


@composed(np.cross, np.linalg.cross)
def cross(a: Any, b: Any, axis: int = -1) -> Any:
    """Return the vector product in three dimensions."""
    if np.shape(a)[axis] != 3 or np.shape(b)[axis] != 3:
        raise ValueError(
            "np.cross: expected vectors of three entries, received "
            f"{np.shape(a)} and {np.shape(b)}; append a zero."
        )
    return np.roll(a, -1, axis) * np.roll(b, 1, axis) - np.roll(a, 1, axis) * np.roll(
        b, -1, axis
    )


@composed(np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """Convolve two vectors: products of all pairs, added along the antidiagonals."""
    if len(v) > len(a):
        a, v = v, a
    n, m = len(a), len(v)
    padded = np.pad(a, (m - 1, m - 1))
    windows = np.arange(n + m - 1)[:, None] + np.arange(m)
    y = padded[windows] @ np.flip(v)
    start, size = {"full": (0, n + m - 1), "same": ((m - 1) // 2, n)}.get(
        mode, (m - 1, n - m + 1)
    )
    return y[start : start + size]


@composed(np.linalg.multi_dot)
def multi_dot(arrays: Any) -> Any:
    """Multiply a chain of matrices, from the left."""
    first, *rest = arrays
    for a in rest:
        first = first @ a
    return first


@composed(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """Multiply a matrix with itself, by repeated squaring."""
    if n < 0:
        return matrix_power(np.linalg.inv(a), -n)
    power = np.eye(a.shape[-1], dtype=a.dtype)
    if n == 0:
        return np.broadcast_to(power, a.shape)
    for bit in f"{n:b}":
        power = power @ power
        power = power @ a if bit == "1" else power
    return power
