r"""Normalisation: mean 0 and variance 1, then a learnt scale and shift.

.. math:: y = \gamma\,\hat x + \beta, \qquad
   \hat x = \frac{x - \mu}{\sqrt{v + \varepsilon}}

What differs is over which entries :math:`\mu` and :math:`v` (with the divisor `n`)
are taken: over the batch for each channel (`batch_norm`), or over the features of each
sample (`layer_norm`); `rms_norm` leaves out the mean (``ch-initialisation``). With
:math:`r = 1/\sqrt{v + \varepsilon}` and :math:`h = \gamma\,\delta` the VJP is

.. math:: \delta \mapsto r\,(h - \overline{h} - \hat x\,\overline{h\hat x}),

bars being the same means: the gradient has no component along :math:`1` and, but for
:math:`\varepsilon`, along :math:`\hat x`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.functional.layout import Array, ones, short_buffer
from mmdl.functional.storage import indexed, stored

__all__ = ["batch_norm", "layer_norm", "rms_norm"]


@fused
def layer_norm(x: Any, gamma: Any, beta: Any, *, eps: float = 1e-5) -> Any:
    r"""Normalise each row over its features.

    Parameters
    ----------
    x : (..., M) array
    gamma, beta : (M,) arrays
    eps : float
        Added to the variance.

    Returns
    -------
    (..., M) array

    Examples
    --------
    >>> layer_norm(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2), eps=0.0)
    array([[-1.,  1.]])
    """
    centred = x - np.mean(x, axis=-1, keepdims=True)
    variance = np.mean(np.square(centred), axis=-1, keepdims=True)
    return gamma * (centred / np.sqrt(variance + eps)) + beta


@layer_norm.kernel
def _layer_norm(x: Array, gamma: Array, beta: Array, *, eps: float = 1e-5) -> Any:
    m = x.shape[-1]
    rows = x.reshape(-1, m)
    each = ones(m, x.dtype) * (1 / m)  # a product with it is a mean
    unit = rows - np.dot(rows, each)[:, None]
    r = np.dot(np.square(unit), each)
    r += eps
    r = 1 / np.sqrt(r)
    unit *= r[:, None]
    y = unit * gamma
    y += beta

    def pull(g: Array) -> Any:
        g = g.reshape(-1, m)
        along = g * unit
        by_gamma = np.dot(ones(len(g), g.dtype), along)
        by_beta = np.dot(ones(len(g), g.dtype), g)
        weights = gamma * each
        h = g * gamma
        h -= np.dot(g, weights)[:, None]
        h -= np.multiply(unit, np.dot(along, weights)[:, None], out=along)
        h *= r[:, None]
        return h.reshape(x.shape), by_gamma, by_beta

    return y.reshape(x.shape), pull


@fused
def rms_norm(x: Any, gamma: Any, *, eps: float = 1e-5) -> Any:
    r"""Divide rows by their root mean square: :math:`\gamma\,x/\sqrt{\overline{x^2}}`.

    Parameters
    ----------
    x : (..., M) array
    gamma : (M,) array
    eps : float
        Added to the mean square.

    Returns
    -------
    (..., M) array

    Examples
    --------
    >>> rms_norm(np.array([[3.0, 4.0]]), np.ones(2), eps=0.0) * 12.5**0.5
    array([[3., 4.]])
    """
    square = np.mean(np.square(x), axis=-1, keepdims=True)
    return gamma * (x / np.sqrt(square + eps))


@rms_norm.kernel
def _rms_norm(x: Array, gamma: Array, *, eps: float = 1e-5) -> Any:
    m = x.shape[-1]
    rows = x.reshape(-1, m)
    each = ones(m, x.dtype) * (1 / m)
    r = np.dot(np.square(rows), each)
    r += eps
    r = 1 / np.sqrt(r)
    unit = rows * r[:, None]
    y = unit * gamma

    def pull(g: Array) -> Any:
        g = g.reshape(-1, m)
        along = g * unit
        by_gamma = np.dot(ones(len(g), g.dtype), along)
        h = g * gamma
        h -= np.multiply(unit, np.dot(along, gamma * each)[:, None], out=along)
        h *= r[:, None]
        return h.reshape(x.shape), by_gamma

    return y.reshape(x.shape), pull


@fused
def batch_norm(x: Any, gamma: Any, beta: Any, *, eps: float = 1e-5) -> Any:
    r"""Normalise each channel over the batch (and, in images, over the pixels).

    Parameters
    ----------
    x : (N, C) or (N, C, ...) array
    gamma, beta : (C,) arrays
    eps : float
        Added to the variance.

    Returns
    -------
    y : array of the shape of `x`
    mean, variance : (C,) arrays
        What was measured; the variance has the divisor `n`.

    Examples
    --------
    >>> y, mean, variance = batch_norm(
    ...     np.array([[1.0], [3.0]]), np.ones(1), np.zeros(1), eps=0.0
    ... )
    >>> y.T, mean, variance
    (array([[-1.,  1.]]), array([2.]), array([1.]))
    """
    axes = (0, *range(2, x.ndim))
    beside = (-1,) + (1,) * (x.ndim - 2)
    mean = np.mean(x, axis=axes, keepdims=True)
    centred = x - mean
    variance = np.mean(np.square(centred), axis=axes, keepdims=True)
    unit = centred / np.sqrt(variance + eps)
    y = np.reshape(gamma, beside) * unit + np.reshape(beta, beside)
    return y, np.reshape(mean, (-1,)), np.reshape(variance, (-1,))


@batch_norm.kernel
@short_buffer()
def _batch_norm(x: Array, gamma: Array, beta: Array, *, eps: float = 1e-5) -> Any:
    flat, restore = _channels_in_the_middle(x)
    n = flat.shape[0] * flat.shape[2]
    mean = _sums(flat) * (1 / n)
    centred = flat - mean[:, None]
    variance = _sums(np.square(centred)) * (1 / n)
    r = 1 / np.sqrt(variance + eps)
    scale = gamma * r
    y = centred * scale[:, None]
    y += beta[:, None]

    @short_buffer()
    def pull(gs: tuple[Array, Array, Array]) -> Any:
        g = _channels_in_the_middle(gs[0], like=x)[0]
        by_beta = _sums(g)
        along = g * centred
        by_gamma = _sums(along) * r
        slope = (2 * gs[2] - scale * r * by_gamma) * (1 / n)
        shift = (gs[1] - scale * by_beta) * (1 / n)
        d = np.multiply(centred, slope[:, None], out=along)
        d += shift[:, None]
        d += g * scale[:, None]
        return restore(d), by_gamma, by_beta

    return (restore(y), mean, variance), pull


def _channels_in_the_middle(x: Array, like: Array | None = None) -> Any:
    """Return `x` as (A, C, B), and the way back; in the memory layout of `like`."""
    like = x if like is None else like
    if like.ndim == 4 and not like.flags.c_contiguous:
        s = stored(x)
        shape = s.shape
        return s.reshape(*shape[:2], -1), lambda f: indexed(f.reshape(shape))
    width = int(np.prod(x.shape[2:]))
    return x.reshape(*x.shape[:2], width), lambda f: f.reshape(x.shape)


def _sums(a: Array) -> Any:
    """Sum (A, C, B) over A and B."""
    if a.shape[2] == 1:
        return np.dot(ones(len(a), a.dtype), a[:, :, 0])
    return np.matmul(a, ones(a.shape[2], a.dtype)).sum(0)
