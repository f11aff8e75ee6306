r"""Scores to probabilities: :math:`\mathrm{softmax}(z)_k = e^{z_k}/\sum_j e^{z_j}`.

Subtracting the largest score changes nothing and keeps the exponentials below 1, so
nothing overflows (``ch-logistic-regression``). With :math:`p = \mathrm{softmax}(z)`,
the VJP is :math:`\delta \mapsto p \odot (\delta - \langle\delta, p\rangle)`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl import autodiff
from mmdl.autodiff import fused, stop_gradient
from mmdl.autodiff.boxes import Box
from mmdl.functional.layout import Array, peak, real, total

__all__ = ["log_softmax", "logsumexp", "softmax"]


def _largest(z: Any, axis: int) -> Any:
    """Return the maximum as a constant: the results do not depend on it."""
    return np.max(stop_gradient(z), axis=axis, keepdims=True)


@fused
def softmax(z: Any, *, axis: int = -1) -> Any:
    r"""Normalised exponentials along an axis.

    Parameters
    ----------
    z : (..., C) array
        Scores (logits).
    axis : int

    Returns
    -------
    (..., C) array
        Positive, with sums 1 along `axis`.

    Examples
    --------
    >>> softmax(np.array([0.0, -1000.0]))
    array([1., 0.])
    """
    e = np.exp(z - _largest(z, axis))
    return e / np.sum(e, axis=axis, keepdims=True)


@softmax.kernel
def _softmax(z: Array, *, axis: int = -1) -> Any:
    z = real(z)
    p = z - peak(z, axis)
    np.exp(p, out=p)
    p /= np.expand_dims(total(p, axis), axis)

    def pull(g: Array) -> Any:
        d = g * p
        d -= p * np.expand_dims(total(d, axis), axis)
        return d

    return p, pull


@fused
def log_softmax(z: Any, *, axis: int = -1) -> Any:
    r"""The logarithm of `softmax`, finite where `softmax` underflows to 0.

    Parameters
    ----------
    z : (..., C) array
    axis : int

    Returns
    -------
    (..., C) array

    Examples
    --------
    >>> log_softmax(np.array([0.0, -1000.0]))
    array([    0., -1000.])
    """
    z = z - _largest(z, axis)
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))


@log_softmax.kernel
def _log_softmax(z: Array, *, axis: int = -1) -> Any:
    z = real(z)
    y = z - peak(z, axis)
    y -= np.expand_dims(np.log(total(np.exp(y), axis)), axis)

    def pull(g: Array) -> Any:
        d = np.exp(y)
        d *= np.expand_dims(g.sum(axis), axis)
        return np.subtract(g, d, out=d)

    return y, pull


def logsumexp(z: Any, *, axis: int = -1, keepdims: bool = False) -> Any:
    r"""The smooth maximum :math:`\log\sum_k e^{z_k}`; its gradient is `softmax`.

    Parameters
    ----------
    z : (..., C) array
        Entries may be infinite: :math:`e^{-\infty} = 0`.
    axis : int
    keepdims : bool
        Keep the axis, with length 1.

    Returns
    -------
    (...,) array

    Examples
    --------
    >>> logsumexp(np.array([1000.0, 1000.0])).round(4)
    np.float64(1000.6931)
    """
    z = z if isinstance(z, Box) else real(z)
    return autodiff.logsumexp(z, axis, keepdims)
