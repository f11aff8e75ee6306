r"""The long short-term memory (Hochreiter and Schmidhuber, 1997; ``ch-recurrent``).

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
from mmdl.functional.recurrent import (
    backward_inputs,
    by_recurrent,
    checked,
    features_first,
    sequence,
    states,
    time_first,
)

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
    features = features_first(x)
    gates = _gates(features, W, b, x)
    h, c = states(h0, len(gates)), states(c0, len(gates))
    squashed = np.empty_like(c[1:])  # tanh c
    _run(gates, h, c, squashed, _halved(U))

    def pull(gs: tuple[Array, Array]) -> Any:
        g, g_cell = gs
        D, back, cell = _run_back(
            g.transpose(1, 2, 0), np.array(g_cell.T), gates, c, squashed, U
        )
        by_x, by_w, by_b = backward_inputs(D, features, W, x, learn_x)
        return by_x, by_w, by_recurrent(h[:-1], D), by_b, back.T, cell.T

    return (h[1:].transpose(2, 0, 1), c[-1].T), pull


def _halved(W: Array) -> Any:
    r"""Halve what leads to the sigmoids and transpose.

    As :math:`\sigma(a) = (1 + \tanh(a/2))/2`, one tanh then serves all four gates.
    """
    W = W.T.copy()
    W[: 3 * len(W) // 4] *= 0.5
    return W


def _gates(features: Array, W: Array, b: Array, x: Array) -> Any:
    """Return :math:`xW + b` of all steps, (T, 4 H, N), halved for the sigmoids."""
    A = np.dot(_halved(W), features)
    A += _halved(b[None])
    return time_first(A, x)


def _run(gates: Array, h: Array, c: Array, squashed: Array, U: Array) -> None:
    """Fill in gates, states, cells and tanh(cells), step by step."""
    width = h.shape[1]
    product, kept = np.empty_like(gates[0]) if len(gates) else None, np.empty_like(h[0])
    for t in range(len(gates)):
        a = gates[t]
        a += np.dot(U, h[t], out=product)
        np.tanh(a, out=a)
        sigmoids = a[: 3 * width]
        sigmoids += 1
        sigmoids *= 0.5
        i, f, o, g = a.reshape(4, width, -1)
        np.multiply(f, c[t], out=c[t + 1])
        c[t + 1] += np.multiply(i, g, out=kept)
        np.tanh(c[t + 1], out=squashed[t])
        np.multiply(o, squashed[t], out=h[t + 1])


def _run_back(
    g: Array, cell: Array, gates: Array, c: Array, squashed: Array, U: Array
) -> tuple[Array, Any, Array]:
    """Return the cotangents of xW + b, of h0 and of c0; `cell` is that of the cell."""
    width = c.shape[1]
    D, through = _slopes(gates, c, squashed)
    back = np.zeros_like(c[0])
    for t in reversed(range(len(g))):
        back += g[t]
        cell += through[t] * back
        d = D[t].reshape(4, width, -1)
        d[:2] *= cell
        d[2] *= back
        d[3] *= cell
        cell *= gates[t, width : 2 * width]
        back = np.dot(U, D[t])
    return D, back, cell


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
