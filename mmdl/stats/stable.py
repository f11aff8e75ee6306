r"""Five formulas that overflow when typed as printed, written so that they do not.

:math:`\log \sum_k e^{z_k}` does not change when the largest :math:`z_k` is taken
out of the sum, and :math:`\sigma(t) = 1/(1 + e^{-t})` is computed from
:math:`e^{-|t|}`, which never exceeds 1. Derived in ``ch-logistic-regression``.
"""

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["log_softmax", "logsumexp", "sigmoid", "softmax", "softplus"]


def sigmoid(t: ArrayLike) -> np.ndarray:
    r"""The logistic function :math:`\sigma(t) = 1 / (1 + e^{-t})`.

    Accurate to relative rounding for negative t too, where it is tiny.

    Parameters
    ----------
    t : array_like

    Returns
    -------
    array
        Of the shape of ``t``.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    t = _floats(t)
    small = np.exp(-np.abs(t))
    return np.where(t >= 0, 1, small) / (1 + small)


def softplus(t: ArrayLike) -> np.ndarray:
    r"""The primitive of :math:`\sigma`, :math:`\log(1 + e^t)`.

    Parameters
    ----------
    t : array_like

    Returns
    -------
    array
        Of the shape of ``t``.

    Examples
    --------
    >>> softplus([-1000.0, 1000.0])
    array([   0., 1000.])
    """
    t = _floats(t)
    return np.maximum(t, 0) + np.log1p(np.exp(-np.abs(t)))


def logsumexp(z: ArrayLike, axis: int = -1, *, keepdims: bool = False) -> np.ndarray:
    r"""The smooth maximum :math:`\log \sum_k e^{z_k}` along an axis.

    Parameters
    ----------
    z : array_like
        Entries may be infinite: :math:`e^{-\infty} = 0`.
    axis : int
    keepdims : bool
        Keep the axis with length 1.

    Returns
    -------
    array

    Examples
    --------
    >>> float(logsumexp([1000.0, 1000.0]).round(9))
    1000.693147181
    """
    z = _floats(z)
    top = np.max(z, axis=axis, keepdims=True)
    # An infinite maximum may not be subtracted from itself.
    shift = np.where(np.isfinite(top), top, 0)
    with np.errstate(divide="ignore", over="ignore"):
        total = np.sum(np.exp(z - shift), axis=axis, keepdims=True)
        result = np.log(total) + shift
    return result if keepdims else np.squeeze(result, axis=axis)


def log_softmax(z: ArrayLike, axis: int = -1) -> np.ndarray:
    r"""Log-probabilities :math:`z_k - \log \sum_j e^{z_j}`.

    Parameters
    ----------
    z : array_like
    axis : int

    Returns
    -------
    array
        Of the shape of ``z``.

    Examples
    --------
    >>> log_softmax([0.0, -1000.0])
    array([    0., -1000.])
    """
    z = _floats(z)
    return z - logsumexp(z, axis, keepdims=True)


def softmax(z: ArrayLike, axis: int = -1) -> np.ndarray:
    r"""Probabilities :math:`e^{z_k} / \sum_j e^{z_j}`.

    Parameters
    ----------
    z : array_like
    axis : int

    Returns
    -------
    array
        Of the shape of ``z``.

    Examples
    --------
    >>> softmax([0.0, 0.0]), softmax([1000.0, 0.0])
    (array([0.5, 0.5]), array([1., 0.]))
    """
    return np.exp(log_softmax(z, axis))


def _floats(t: ArrayLike) -> np.ndarray:
    t = np.asarray(t)
    return t if t.dtype.kind == "f" else t.astype(np.float64)
