r"""The long short-term memory (Hochreiter and Schmidhuber, 1997; ``ch-recurrence``).

.. math::
   (i_t, f_t, o_t) &= \sigma(x_t W + h_{t-1} U + b)_{i,f,o}, \qquad
   g_t = \tanh(x_t W + h_{t-1} U + b)_g, \\
   c_t &= f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = o_t \odot \tanh c_t

The cell :math:`c` is only multiplied by the forget gate from step to step: where
:math:`f = 1`, gradients pass through time undiminished.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.autodiff.boxes import Box
from mmdl.functional.activations import sigmoid
from mmdl.functional.layout import Array
from mmdl.functional.recurrent import checked, sequence, states

__all__ = ["lstm"]


def lstm(
    x: Any, W: Any, U: Any, b: Any, h0: Any = None, c0: Any = None
) -> tuple[Any, Any]:
    r"""Run an LSTM over sequences.

    Parameters
    ----------
    x : (N, T, M) array
        N sequences of T vectors.
    W : (M, 4 H) array
        The parts for i, f, o and g side by side.
    U : (H, 4 H) array
    b : (4 H,) array
    h0, c0 : (N, H) arrays, optional
        State and cell before the first step, 0 by default.

    Returns
    -------
    h : (N, T, H) array
        The state after each step.
    c : (N, H) array
        The cell after the last step.

    Raises
    ------
    ShapeError
        If the shapes do not fit together.

    Examples
    --------
    >>> h, c = lstm(np.zeros((2, 3, 1)), np.zeros((1, 8)), np.zeros((2, 8)), np.ones(8))
    >>> h.shape, c.shape
    ((2, 3, 2), (2, 2))
    """
    h0, c0 = checked("lstm", 4, x, W, U, b, h0, c0)
    h, c = _lstm(x, W, U, b, h0, c0, learn_x=isinstance(x, Box))
    return h, c


@fused
def _lstm(  # noqa: PLR0913
    x: Any, W: Any, U: Any, b: Any, h: Any, c: Any, *, learn_x: bool
) -> Any:
    A = x @ W + b
    found = []
    for t in range(x.shape[1]):
        i, f, o, g = np.split(A[:, t] + h @ U, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        found.append(h)
    return sequence(found, h), c


@_lstm.kernel
def _(  # noqa: PLR0913
    x: Array, W: Array, U: Array, b: Array, h0: Array, c0: Array, *, learn_x: bool
) -> Any:
    # one matrix for all: z_t = [x_t, 1, h_{t-1}], so that z_t [W; b; U] is xW + b + hU
    n, t, m = x.shape
    stacked = np.concatenate([W, b[None], U])
    z = _room(x, h0)
    c = states(c0, t)
    gates = np.empty((t, U.shape[1], n), x.dtype)
    squashed = np.empty_like(c[1:])  # tanh c
    _run(z, c, gates, squashed, _halved(stacked))

    def pull(gs: tuple[Array, Array]) -> Any:
        g, cell = np.ascontiguousarray(gs[0].transpose(1, 2, 0)), np.array(gs[1].T)
        D, back = _run_back(g, cell, gates, c, squashed, U)
        flat = _side_by_side(D)
        found = np.dot(_side_by_side(z[:-1]), flat.T)
        by_x = np.dot(W, flat).reshape(m, t, n).transpose(2, 1, 0) if learn_x else None
        return by_x, found[:m], found[m + 1 :], found[m], back.T, cell.T

    return (z[1:, m + 1 :].transpose(2, 0, 1), c[-1].T), pull


def _room(x: Array, h0: Array) -> Array:
    """Return room for all z_t, (T + 1, M + 1 + H, N), with what is known filled in."""
    n, t, m = x.shape
    z = np.empty((t + 1, m + 1 + h0.shape[1], n), x.dtype)
    z[:t, :m] = x.transpose(1, 2, 0)
    z[:, m] = 1
    z[0, m + 1 :] = h0.T
    return z


def _side_by_side(A: Array) -> Any:
    """Return (T, K, N) as a contiguous (K, T N)."""
    return np.ascontiguousarray(A.transpose(1, 0, 2)).reshape(A.shape[1], -1)


def _halved(W: Array) -> Any:
    r"""Halve what leads to the sigmoids, and transpose.

    As :math:`\sigma(a) = (1 + \tanh(a/2))/2`, one tanh then serves all four gates.
    """
    W = W.T.copy()
    W[: 3 * len(W) // 4] *= 0.5
    return W


def _run(z: Array, c: Array, gates: Array, squashed: Array, W: Array) -> None:
    """Fill in gates, states (in z), cells and tanh(cells), step by step."""
    width = c.shape[1]
    h, sigmoids = z[1:, -width:], gates[:, : 3 * width]
    product = np.empty_like(c[0])
    steps = (z[:-1], gates, sigmoids, _four(gates), c[:-1], c[1:], squashed, h)
    # whole arrays are cut into steps faster than by indices
    for z_t, a, s, (i, f, o, g), before, after, y, h_t in zip(*steps, strict=True):
        W.dot(z_t, out=a)
        np.tanh(a, out=a)
        np.add(s, 1, out=s)
        np.multiply(s, 0.5, out=s)
        np.multiply(f, before, out=after)
        np.multiply(i, g, out=product)
        np.add(after, product, out=after)
        np.tanh(after, out=y)
        np.multiply(o, y, out=h_t)


def _four(A: Array) -> Any:
    """See (T, 4 H, N) as (T, 4, H, N): the parts for i, f, o and g."""
    return A.reshape(len(A), 4, A.shape[1] // 4, A.shape[2])


def _run_back(
    g: Array, cell: Array, gates: Array, c: Array, squashed: Array, U: Array
) -> tuple[Array, Any]:
    """Return the cotangents of z_t [W; b; U] and of h0; `cell` turns to that of c0."""
    D, through = _slopes(gates, c, squashed)
    back = np.zeros_like(c[0])
    parts = _four(D)
    by_cell = (parts[:, :2], parts[:, 3])
    steps = (g, D, *by_cell, parts[:, 2], through, _four(gates)[:, 1])
    late_first = (A[::-1] for A in steps)
    for g_t, d, i_f, d_g, d_o, y, f in zip(*late_first, strict=True):
        back += g_t
        cell += np.multiply(y, back, out=y)
        np.multiply(i_f, cell, out=i_f)
        np.multiply(d_g, cell, out=d_g)
        np.multiply(d_o, back, out=d_o)
        cell *= f
        U.dot(d, out=back)
    return D, back


def _slopes(gates: Array, c: Array, squashed: Array) -> tuple[Array, Array]:
    """Return what multiplies the cotangents, for all steps at once.

    First that of the cell (for o: of the state) on the way to each gate's argument,
    then that of the state on the way to the cell.
    """
    width = c.shape[1]
    parts = [slice(k * width, (k + 1) * width) for k in range(4)]
    i, _, o, g = (gates[:, part] for part in parts)
    D = gates * gates
    sigmoids = slice(0, 3 * width)
    np.subtract(gates[:, sigmoids], D[:, sigmoids], out=D[:, sigmoids])  # s (1 - s)
    np.subtract(1, D[:, parts[3]], out=D[:, parts[3]])  # 1 - tanh^2
    for part, factor in zip(parts, (g, c[:-1], squashed, i), strict=True):
        D[:, part] *= factor
    through = squashed * squashed
    np.subtract(1, through, out=through)
    through *= o
    return D, through
