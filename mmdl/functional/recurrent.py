r"""Recurrent layers: one map, applied once per time step (``ch-recurrence``).

.. math:: h_t = \tanh(x_t W + h_{t-1} U + b)

The definitions are loops over time, written with functions of the table, so that
backpropagation through time is nothing but backpropagation. The kernels store features
first and samples last, multiply all inputs by W at once, and need one product per
step; gates are contiguous rows there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.autodiff.boxes import Box
from mmdl.errors import ShapeError
from mmdl.functional.activations import sigmoid
from mmdl.functional.layout import Array, ones

__all__ = ["gru", "rnn"]


def rnn(x: Any, W: Any, U: Any, b: Any, h0: Any = None) -> Any:
    r"""The simple recurrent layer :math:`h_t = \tanh(x_t W + h_{t-1} U + b)`.

    Parameters
    ----------
    x : (N, T, M) array
        N sequences of T vectors.
    W : (M, H) array
    U : (H, H) array
    b : (H,) array
    h0 : (N, H) array, optional
        The state before the first step, 0 by default.

    Returns
    -------
    (N, T, H) array
        The state after each step.

    Raises
    ------
    ShapeError
        If the shapes do not fit together.

    Examples
    --------
    >>> x = np.zeros((1, 3, 1))
    >>> rnn(x, np.ones((1, 1)), np.ones((1, 1)), np.array([0.5])).shape
    (1, 3, 1)
    """
    (h0,) = checked("rnn", 1, x, W, U, b, h0)
    return _rnn(x, W, U, b, h0, learn_x=isinstance(x, Box))


def gru(x: Any, W: Any, U: Any, b: Any, c: Any, h0: Any = None) -> Any:
    r"""The gated recurrent unit (Cho et al., 2014), reset after the product.

    .. math::
       r_t &= \sigma(x_t W_r + h_{t-1} U_r + b_r), \qquad
       z_t = \sigma(x_t W_z + h_{t-1} U_z + b_z), \\
       n_t &= \tanh\bigl(x_t W_n + b_n + r_t \odot (h_{t-1} U_n + c)\bigr), \\
       h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}

    Parameters
    ----------
    x : (N, T, M) array
    W : (M, 3 H) array
        :math:`W_r, W_z, W_n` side by side.
    U : (H, 3 H) array
    b : (3 H,) array
    c : (H,) array
    h0 : (N, H) array, optional
        The state before the first step, 0 by default.

    Returns
    -------
    (N, T, H) array
        The state after each step.

    Raises
    ------
    ShapeError
        If the shapes do not fit together.

    Examples
    --------
    >>> W, U = np.zeros((1, 6)), np.zeros((2, 6))
    >>> gru(np.zeros((1, 3, 1)), W, U, np.zeros(6), np.zeros(2), np.ones((1, 2)))[0]
    array([[0.5  , 0.5  ],
           [0.25 , 0.25 ],
           [0.125, 0.125]])
    """
    (h0,) = checked("gru", 3, x, W, U, b, h0)
    return _gru(x, W, U, b, c, h0, learn_x=isinstance(x, Box))


def checked(
    who: str, gates: int, x: Any, W: Any, U: Any, b: Any, *states: Any
) -> list[Any]:
    """Refuse shapes that do not fit together; fill in zeros for missing states."""
    width = U.shape[0]
    inputs = W.shape[0]
    if x.ndim != 3 or x.shape[2] != inputs:
        hint = "the axes are samples, time, features"
        if x.ndim == 2:
            hint = "for one sequence write x[None], for one feature x[:, :, None]"
        raise ShapeError(
            f"{who}: expected x of shape (N, T, {inputs}), received {x.shape}; {hint}."
        )
    wide = gates * width
    if W.shape != (inputs, wide) or U.shape != (width, wide) or b.shape != (wide,):
        raise ShapeError(
            f"{who}: expected W (M, {wide}), U ({width}, {wide}) and b ({wide},), "
            f"received {W.shape}, {U.shape}, {b.shape}; {gates} gates of {width} units."
        )
    shape = (x.shape[0], width)
    full = [np.zeros(shape, x.dtype) if s is None else s for s in states]
    for s in full:
        if s.shape != shape:
            raise ShapeError(
                f"{who}: expected a state of shape {shape}, received {s.shape}; "
                "one row for each sequence."
            )
    return full


# Definitions ------------------------------------------------------------------------


@fused
def _rnn(x: Any, W: Any, U: Any, b: Any, h: Any, *, learn_x: bool) -> Any:
    A = x @ W + b
    states = []
    for t in range(x.shape[1]):
        h = np.tanh(A[:, t] + h @ U)
        states.append(h)
    return sequence(states, h)


@fused
def _gru(x: Any, W: Any, U: Any, b: Any, c: Any, h: Any, *, learn_x: bool) -> Any:  # noqa: PLR0913
    A = x @ W + b
    states = []
    for t in range(x.shape[1]):
        a_r, a_z, a_n = np.split(A[:, t], 3, axis=1)
        u_r, u_z, u_n = np.split(h @ U, 3, axis=1)
        z = sigmoid(a_z + u_z)
        n = np.tanh(a_n + sigmoid(a_r + u_r) * (u_n + c))
        h = (1 - z) * n + z * h
        states.append(h)
    return sequence(states, h)


def sequence(states: list[Any], h: Any) -> Any:
    """Join (N, H) states to (N, T, H), also when there are none."""
    if not states:
        return np.zeros((h.shape[0], 0, h.shape[1]), h.dtype)
    return np.stack(states, axis=1)


# Kernels: features first, samples last ------------------------------------------------


def features_first(x: Array) -> Any:
    """Return (N, T, M) as a contiguous (M, T N)."""
    return np.ascontiguousarray(x.transpose(2, 1, 0)).reshape(x.shape[2], -1)


def time_first(A: Array, x: Array) -> Any:
    """Return (H, T N), made of `x` (N, T, M), as a contiguous (T, H, N)."""
    return np.ascontiguousarray(
        A.reshape(len(A), x.shape[1], x.shape[0]).transpose(1, 0, 2)
    )


def inputs(x: Array, W: Array, b: Array) -> Any:
    """Return the features of x and :math:`xW + b` of all steps, (T, gates H, N)."""
    features = features_first(x)
    A = np.dot(W.T, features)
    A += b[:, None]
    return features, time_first(A, x)


def backward_inputs(
    D: Array, features: Array, W: Array, x: Array, learn_x: bool
) -> tuple[Any, Any, Any]:
    """Return the cotangents of x, W, b from that of :math:`xW + b`, (T, gates H, N)."""
    flat = np.ascontiguousarray(D.transpose(1, 0, 2)).reshape(D.shape[1], -1)
    by_x = None
    if learn_x:
        n, t, m = x.shape
        by_x = np.dot(W, flat).reshape(m, t, n).transpose(2, 1, 0)
    by_b = np.dot(flat, ones(flat.shape[1], D.dtype))
    return by_x, np.dot(features, flat.T), by_b


def by_recurrent(before: Array, D: Array) -> Any:
    """Return the cotangent of U: the sum over time of states times cotangents."""
    h = np.ascontiguousarray(before.transpose(1, 0, 2)).reshape(before.shape[1], -1)
    flat = np.ascontiguousarray(D.transpose(1, 0, 2)).reshape(D.shape[1], -1)
    return np.dot(h, flat.T)


def states(h0: Array, t: int) -> Array:
    """Return room for the states (T + 1, H, N), of which the first is filled."""
    h = np.empty((t + 1, *h0.T.shape), h0.dtype)
    h[0] = h0.T
    return h


@_rnn.kernel
def _(x: Array, W: Array, U: Array, b: Array, h0: Array, *, learn_x: bool) -> Any:
    features, A = inputs(x, W, b)
    h = states(h0, len(A))
    for t in range(len(A)):
        a = A[t]
        a += np.dot(U.T, h[t])
        np.tanh(a, out=h[t + 1])

    def pull(g: Array) -> Any:
        g = g.transpose(1, 2, 0)
        D = 1 - np.square(h[1:])
        back = np.zeros_like(h[0])
        for t in reversed(range(len(D))):
            back += g[t]
            D[t] *= back
            back = np.dot(U, D[t])
        by_x, by_w, by_b = backward_inputs(D, features, W, x, learn_x)
        return by_x, by_w, by_recurrent(h[:-1], D), by_b, back.T

    return h[1:].transpose(2, 0, 1), pull


@_gru.kernel
def _(  # noqa: PLR0913
    x: Array, W: Array, U: Array, b: Array, c: Array, h0: Array, *, learn_x: bool
) -> Any:
    features, A = inputs(x, W, b)
    h = states(h0, len(A))
    width = len(c)
    recurrent = np.empty((len(A), width, h.shape[2]), h.dtype)  # h U_n + c
    for t, a in enumerate(A):
        u = np.dot(U.T, h[t])
        gates, candidate = a[: 2 * width], a[2 * width :]
        gates += u[: 2 * width]
        logistic(gates)
        np.add(u[2 * width :], c[:, None], out=recurrent[t])
        candidate += gates[:width] * recurrent[t]
        np.tanh(candidate, out=candidate)
        z = gates[width:]
        h[t + 1] = candidate + z * (h[t] - candidate)

    def pull(g: Array) -> Any:
        D, V, back = _gru_back(g.transpose(1, 2, 0), A, h, recurrent, U)
        by_x, by_w, by_b = backward_inputs(D, features, W, x, learn_x)
        by_c = np.dot(V[:, 2 * width :].sum(0), ones(V.shape[2], V.dtype))
        return by_x, by_w, by_recurrent(h[:-1], V), by_b, by_c, back.T

    return h[1:].transpose(2, 0, 1), pull


def logistic(a: Array) -> None:
    """Turn `a` into its sigmoid."""
    a *= 0.5
    np.tanh(a, out=a)
    a += 1
    a *= 0.5


def _gru_back(
    g: Array, gates: Array, h: Array, recurrent: Array, U: Array
) -> tuple[Array, Array, Any]:
    """Return the cotangents of xW + b, of hU and of h0, features first."""
    width = recurrent.shape[1]
    D, V = np.empty_like(gates), np.empty_like(gates)
    back = np.zeros_like(h[0])
    for t in reversed(range(len(g))):
        r, z, n = gates[t].reshape(3, width, -1)
        back = back + g[t]
        d_n = back * (1 - z) * (1 - n * n)
        d_r = d_n * recurrent[t] * r * (1 - r)
        d_z = back * (h[t] - n) * z * (1 - z)
        for part, d in enumerate((d_r, d_z, d_n)):
            D[t, part * width : (part + 1) * width] = d
        V[t] = D[t]
        V[t, 2 * width :] *= r
        back = back * z + np.dot(U, V[t])
    return D, V, back
