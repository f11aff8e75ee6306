r"""What a loss asks of its arguments before it looks at a number.

A loss of N rows is one number, their mean, unless told otherwise; predictions and
targets fit each other exactly, since NumPy would broadcast a column beside a vector
to a square without a word (``ch-likelihood``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mmdl.autodiff import stop_gradient
from mmdl.autodiff.boxes import Box
from mmdl.errors import ShapeError

__all__ = ["REDUCTIONS", "check_reduction", "labels_for", "paired"]

REDUCTIONS: dict[str, Callable[[Any], Any]] = {
    "mean": np.mean,
    "sum": np.sum,
    "none": lambda values: values,
}


def paired(who: str, prediction: Any, target: Any, reduction: str) -> tuple[Any, Any]:
    """Return both as floats of one shape and, where constant, of one dtype."""
    check_reduction(who, reduction)
    if not isinstance(prediction, Box):
        prediction = np.asarray(prediction)
        if prediction.dtype.kind != "f":
            prediction = prediction.astype(getattr(target, "dtype", np.float64))
    if not isinstance(target, Box):
        target = np.asarray(target, prediction.dtype)
    if prediction.shape != target.shape:
        raise ShapeError(
            f"{who}: expected a target of the prediction's shape {prediction.shape}, "
            f"received {target.shape}{_hint(prediction.shape, target.shape)}"
        )
    if prediction.size == 0 and reduction == "mean":
        raise ShapeError(
            f"{who}: expected at least one entry, received shape {prediction.shape}; "
            "the mean of nothing is not defined."
        )
    return prediction, target


def _hint(prediction: tuple[int, ...], target: tuple[int, ...]) -> str:
    if prediction == (*target, 1):
        return "; write target[:, None], or prediction[:, 0]."
    if target == (*prediction, 1):
        return "; write target[:, 0], or prediction[:, None]."
    return "; compare like with like, nothing is broadcast here."


def check_reduction(who: str, reduction: str) -> None:
    """Refuse a reduction that is not known."""
    if reduction not in REDUCTIONS:
        raise ValueError(
            f"{who}: expected reduction 'mean', 'sum' or 'none', "
            f"received {reduction!r}."
        )


def labels_for(who: str, logits: Any, labels: Any, axis: int) -> Any:
    """Return `labels` as an array of ints that fits the classes, or refuse."""
    labels = np.asarray(stop_gradient(labels))
    shape = list(logits.shape)
    n_classes = shape.pop(axis) if shape else 0
    if labels.shape != tuple(shape):
        hint = "give one label, or one distribution, for each row"
        if logits.ndim == 1:
            hint = "write logits[None, :] for one row"
        raise ShapeError(
            f"{who}: expected labels of shape {tuple(shape)} for logits of shape "
            f"{logits.shape}, received {labels.shape}; {hint}."
        )
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"{who}: expected integer labels, received {labels.dtype} of shape "
            f"{labels.shape}; write y.astype(int), or give a distribution for each row."
        )
    # as unsigned, a negative label is large: one pass finds both kinds of error
    if labels.size and int(labels.astype(np.uint64).max()) >= n_classes:
        raise ValueError(
            f"{who}: expected labels in 0, ..., {n_classes - 1}, received "
            f"{labels.min()} to {labels.max()}; "
            f"logits of shape {logits.shape} have {n_classes} classes."
        )
    return labels
