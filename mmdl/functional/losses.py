r"""Losses: how far a prediction is from its target, as one number to differentiate.

Each is :math:`-\log p(\text{target} \mid \text{prediction})` up to constants, for the
noise that one believes in (``ch-likelihood``), averaged over all entries. Prediction
and target have the same shape; a column beside a vector is refused, because NumPy
would broadcast the two to a square without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.autodiff.boxes import Box
from mmdl.functional.activations import sigmoid, softplus
from mmdl.functional.layout import Array, ones
from mmdl.functional.targets import REDUCTIONS, check_reduction, labels_for, paired

__all__ = ["bce_with_logits", "huber", "kl_div", "mse", "nll"]


def mse(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    r"""Mean squared error :math:`\frac1{NM}\sum_{ij}(\hat y_{ij} - y_{ij})^2`.

    The mean is over all entries, so its gradient is
    :math:`\frac{2}{NM}(\hat y - y)`.

    Parameters
    ----------
    prediction, target : arrays of one shape, such as (N, M)
        A plain target takes the prediction's dtype.
    reduction : {"mean", "sum", "none"}
        Of the entries; "none" returns them all.

    Returns
    -------
    number, or array for "none"

    Raises
    ------
    ShapeError
        If the shapes differ, or there is no entry to average.

    Examples
    --------
    >>> mse(np.array([1.0, 3.0]), np.array([0.0, 0.0]))
    np.float64(5.0)
    """
    prediction, target = paired("mse", prediction, target, reduction)
    return _mse(prediction, target, reduction=reduction)


def huber(
    prediction: Any, target: Any, *, delta: float = 1.0, reduction: str = "mean"
) -> Any:
    r"""Huber's loss: :math:`\frac12 r^2` where :math:`|r| \le \delta`, linear beyond.

    With :math:`r = \hat y - y` and beyond it
    :math:`\delta(|r| - \frac12\delta)`: an outlier pulls with force at most
    :math:`\delta`.

    Parameters
    ----------
    prediction, target : arrays of one shape, such as (N, M)
    delta : float
        Positive.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    number, or array for "none"

    Raises
    ------
    ShapeError
        If the shapes differ, or there is no entry to average.

    Examples
    --------
    >>> huber(np.array([1.0, 3.0]), np.array([0.0, 0.0]), reduction="none")
    array([0.5, 2.5])
    """
    prediction, target = paired("huber", prediction, target, reduction)
    return _huber(prediction, target, delta=delta, reduction=reduction)


def bce_with_logits(logits: Any, target: Any, *, reduction: str = "mean") -> Any:
    r"""Binary cross-entropy :math:`-y\log\sigma(z) - (1-y)\log(1-\sigma(z))`.

    Computed as :math:`\log(1 + e^z) - yz`, finite for all :math:`z`; its derivative
    is :math:`\sigma(z) - y`.

    Parameters
    ----------
    logits : array
        Scores :math:`z`, before the sigmoid.
    target : array of the same shape
        Labels 0 and 1, or probabilities.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    number, or array for "none"

    Raises
    ------
    ShapeError
        If the shapes differ, or there is no entry to average.
    ValueError
        If a target lies outside [0, 1].

    Examples
    --------
    >>> bce_with_logits(np.array([0.0, 1000.0]), np.array([1, 1])).round(4)
    np.float64(0.3466)
    """
    logits, target = paired("bce_with_logits", logits, target, reduction)
    if not isinstance(target, Box) and not ((target >= 0) & (target <= 1)).all():
        raise ValueError(
            f"bce_with_logits: expected targets in [0, 1], received "
            f"{target.min()} to {target.max()}; write (y + 1) / 2 for labels -1 and 1."
        )
    return _bce_with_logits(logits, target, reduction=reduction)


def kl_div(log_q: Any, p: Any, *, axis: int = -1, reduction: str = "mean") -> Any:
    r"""Kullback-Leibler divergence :math:`\sum_k p_k\log(p_k/q_k)` of each row.

    Parameters
    ----------
    log_q : (..., C) array
        Log-probabilities of the model, such as `log_softmax` gives.
    p : (..., C) array
        Probabilities of the data.
    axis : int
        The axis of the C outcomes.
    reduction : {"mean", "sum", "none"}
        Of the rows.

    Returns
    -------
    number, or (...,) array for "none"

    Raises
    ------
    ShapeError
        If the shapes differ, or there is no entry to average.

    Examples
    --------
    >>> kl_div(np.log([[0.5, 0.5]]), np.array([[1.0, 0.0]])).round(4)
    np.float64(0.6931)
    """
    log_q, p = paired("kl_div", log_q, p, reduction)
    # p log p is continued by 0 to p = 0; log(1) there keeps the derivative finite
    log_p = np.log(np.where(p > 0, p, 1.0))
    return REDUCTIONS[reduction](np.sum(p * (log_p - log_q), axis=axis))


def nll(log_q: Any, labels: Any, *, axis: int = -1, reduction: str = "mean") -> Any:
    r"""Negative log-likelihood :math:`-\log q_{i, y_i}` of integer labels.

    Parameters
    ----------
    log_q : (..., C) array
        Log-probabilities; for logits take `cross_entropy`.
    labels : (...,) array of ints
    axis : int
        The axis of the C classes.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    number, or (...,) array for "none"

    Raises
    ------
    ShapeError, ValueError, TypeError
        If the labels do not fit the classes, see `cross_entropy`.

    Examples
    --------
    >>> nll(np.log([[0.25, 0.75]]), np.array([1])).round(4)
    np.float64(0.2877)
    """
    check_reduction("nll", reduction)
    labels = labels_for("nll", log_q, labels, axis)
    picked = np.take_along_axis(log_q, np.expand_dims(labels, axis), axis)
    return REDUCTIONS[reduction](-np.squeeze(picked, axis))


# Definitions and kernels ------------------------------------------------------------


def entrywise(slopes: Callable[..., tuple[Array, Array, Any]]) -> Callable[..., Any]:
    """Make a kernel of ``(p, t) -> values, derivative by p, function: by t``."""

    def kernel(p: Array, t: Array, *, reduction: str, **options: Any) -> Any:
        values, by_p, by_t = slopes(p, t, **options)
        scale = 1 / values.size if reduction == "mean" else 1.0
        y: Any = values
        if reduction != "none":
            flat = values.ravel(order="K")
            y = np.dot(flat, ones(flat.size, flat.dtype)) * scale
        return y, (lambda g: by_p * (g * scale), lambda g: by_t() * (g * scale))

    return kernel


@fused
def _mse(prediction: Any, target: Any, *, reduction: str) -> Any:
    return REDUCTIONS[reduction](np.square(prediction - target))


@_mse.kernel
@entrywise
def _(p: Array, t: Array) -> tuple[Array, Array, Any]:
    r = p - t
    return r * r, 2 * r, lambda: -2 * r


@fused
def _huber(prediction: Any, target: Any, *, delta: float, reduction: str) -> Any:
    r = prediction - target
    size = np.abs(r)
    near = np.where(size <= delta, r, 0.0)  # the square must not overflow beyond
    loss = np.where(size <= delta, 0.5 * near * near, delta * (size - 0.5 * delta))
    return REDUCTIONS[reduction](loss)


@_huber.kernel
@entrywise
def _(p: Array, t: Array, *, delta: float) -> tuple[Array, Array, Any]:
    r = p - t
    d = np.clip(r, -delta, delta)
    return d * (r - 0.5 * d), d, lambda: -d  # both branches at once


@fused
def _bce_with_logits(logits: Any, target: Any, *, reduction: str) -> Any:
    return REDUCTIONS[reduction](softplus(logits) - target * logits)


@_bce_with_logits.kernel
@entrywise
def _(z: Array, y: Array) -> tuple[Array, Array, Any]:
    return softplus(z) - y * z, sigmoid(z) - y, lambda: -z
