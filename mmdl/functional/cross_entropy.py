r"""Cross-entropy of logits, the loss of every classifier of the book.

.. math:: \ell(z, p) = -\sum_k p_k \log\mathrm{softmax}(z)_k,
   \qquad \nabla_z\ell = \mathrm{softmax}(z) - p

for a target distribution :math:`p`; an integer label is the distribution that puts 1
on it (``ch-likelihood``, ``ch-logistic-regression``). Loss and gradient need the same
exponentials, so the kernel computes them once, and the logarithm is never taken of a
softmax that underflowed to 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.autodiff.boxes import Box
from mmdl.errors import ShapeError
from mmdl.functional.layout import Array, ones, peak, total
from mmdl.functional.softmax import log_softmax
from mmdl.functional.targets import REDUCTIONS, check_reduction, labels_for

__all__ = ["cross_entropy"]

FEW_CLASSES = 128  # up to here the kernel works with the classes first: measured


def cross_entropy(
    logits: Any,
    target: Any,
    *,
    class_weights: Any = None,
    smoothing: float = 0.0,
    axis: int = -1,
    reduction: str = "mean",
) -> Any:
    r"""Cross-entropy of logits with integer, one-hot or soft targets.

    Parameters
    ----------
    logits : (..., C) array
        Scores :math:`z`, before the softmax.
    target : (...,) array of ints, or (..., C) array of floats
        Labels in 0, …, C - 1, or a distribution for each row.
    class_weights : (C,) array, optional
        Multiplies the term of class `k` by :math:`w_k`. With integer labels the mean
        is then weighted, :math:`\sum_i w_{y_i}\ell_i / \sum_i w_{y_i}`.
    smoothing : float
        Replaces :math:`p` by :math:`(1 - \varepsilon)p + \varepsilon/C`.
    axis : int
        The axis of the C classes, 1 for images (N, C, H, W).
    reduction : {"mean", "sum", "none"}
        Of the rows.

    Returns
    -------
    number, or (...,) array for "none"

    Raises
    ------
    ShapeError
        If the target fits neither as labels nor as distributions, or is empty.
    TypeError
        If labels are not integers.
    ValueError
        If a label is not one of the C classes, or `smoothing` not in [0, 1).

    Examples
    --------
    >>> cross_entropy(np.array([[0.0, -1000.0]]), np.array([0]))
    np.float64(0.0)
    >>> cross_entropy(np.zeros((2, 4)), np.array([3, 1])).round(4) == np.log(4).round(4)
    np.True_
    """
    check_reduction("cross_entropy", reduction)
    if not 0 <= smoothing < 1:
        raise ValueError(
            f"cross_entropy: expected 0 <= smoothing < 1, received {smoothing}."
        )
    if isinstance(target, Box) or np.shape(target) == np.shape(logits):
        return _soft(logits, target, class_weights, smoothing, axis, reduction)
    labels = labels_for("cross_entropy", logits, target, axis)
    if labels.size == 0 and reduction == "mean":
        raise ShapeError(
            "cross_entropy: expected at least one row, received logits of shape "
            f"{np.shape(logits)}; the mean of nothing is not defined."
        )
    if class_weights is None and not smoothing:
        return _cross_entropy(logits, labels, axis=axis, reduction=reduction)
    p = np.zeros(logits.shape, logits.dtype)
    np.put_along_axis(p, np.expand_dims(labels, axis), 1.0, axis)
    if class_weights is None or reduction != "mean":
        return _soft(logits, p, class_weights, smoothing, axis, reduction)
    mass = float(np.sum(np.asarray(class_weights, logits.dtype)[labels]))
    return _soft(logits, p, class_weights, smoothing, axis, "sum") * (1 / mass)


def _soft(
    logits: Any, p: Any, weights: Any, smoothing: float, axis: int, reduction: str
) -> Any:
    """Cross-entropy with a distribution for each row."""
    if not isinstance(p, Box):
        p = np.asarray(p, logits.dtype)
    if p.shape != logits.shape or p.size == 0:
        raise ShapeError(
            "cross_entropy: expected a distribution for each row, of the logits' "
            f"shape {logits.shape}, received {p.shape}; at least one row."
        )
    if smoothing:
        p = (1 - smoothing) * p + smoothing / logits.shape[axis]
    if weights is not None:
        beside = [1] * logits.ndim
        beside[axis] = -1
        p = p * np.asarray(weights, logits.dtype).reshape(beside)
    return _soft_cross_entropy(logits, p, axis=axis, reduction=reduction)


@fused
def _soft_cross_entropy(z: Any, p: Any, *, axis: int, reduction: str) -> Any:
    return REDUCTIONS[reduction](-np.sum(p * log_softmax(z, axis=axis), axis=axis))


@_soft_cross_entropy.kernel
def _(z: Array, p: Array, *, axis: int, reduction: str) -> Any:
    log_q = log_softmax(z, axis=axis)
    rows = -(p * log_q).sum(axis)
    scale = 1 / rows.size if reduction == "mean" else 1.0

    def by_z(g: Array) -> Any:
        # a weighted p need not sum to 1: grad = softmax(z) sum(p) - p
        d = np.exp(log_q) * p.sum(axis, keepdims=True) - p
        return d * (scale * (np.expand_dims(g, axis) if reduction == "none" else g))

    def by_p(g: Array) -> Any:
        return -log_q * (
            scale * (np.expand_dims(g, axis) if reduction == "none" else g)
        )

    return REDUCTIONS[reduction](rows), (by_z, by_p)


@fused
def _cross_entropy(z: Any, labels: Any, *, axis: int, reduction: str) -> Any:
    q = log_softmax(z, axis=axis)
    picked = np.take_along_axis(q, np.expand_dims(labels, axis), axis)
    return REDUCTIONS[reduction](-np.squeeze(picked, axis))


@_cross_entropy.kernel
def _(z: Array, labels: Array, *, axis: int, reduction: str) -> Any:
    last = axis in (-1, z.ndim - 1)
    moved = z if last else np.moveaxis(z, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    n, n_classes = rows.shape
    first = n_classes <= FEW_CLASSES
    e = np.array(rows.T if first else rows, order="C")
    e -= peak(e, 0 if first else 1)
    y = labels.ravel()
    here = y * n + np.arange(n) if first else np.arange(0, e.size, n_classes) + y
    values = -e.ravel()[here]
    np.exp(e, out=e)
    sums = total(e, 0 if first else 1)
    values += np.log(sums)
    scale = 1 / n if reduction == "mean" else 1.0

    def pull(g: Array) -> Any:
        g = g.ravel() if reduction == "none" else g * scale
        factor = g / sums
        d = e * (factor if first else factor[:, None])
        d.ravel()[here] -= g
        d = (d.T if first else d).reshape(moved.shape)
        return d if last else np.moveaxis(d, -1, axis)

    if reduction == "none":
        return values.reshape(labels.shape), pull
    return np.dot(values, ones(n, values.dtype)) * scale, pull
