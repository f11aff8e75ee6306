r"""Judging a score: thresholds, ROC curve, precision and recall, calibration.

A score ranks samples; a threshold makes it a decision. The area under the ROC
curve does not depend on a threshold: it is the probability that a random
sample of class 1 gets a larger score than one of class 0, ties counting half.
Derived in ``ch-logistic-regression``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import DataError, ShapeError, check_finite, describe

__all__ = [
    "CalibrationCurve",
    "PrecisionRecallCurve",
    "RocCurve",
    "auc",
    "calibration_curve",
    "precision_recall_curve",
    "roc_curve",
]


class RocCurve(NamedTuple):
    """Rates at all thresholds, the strictest first; they start at (0, 0).

    Examples
    --------
    >>> roc_curve([0, 1], [0.2, 0.7]).true_positive_rate
    array([0., 1., 1.])
    """

    false_positive_rate: np.ndarray
    true_positive_rate: np.ndarray
    thresholds: np.ndarray


class PrecisionRecallCurve(NamedTuple):
    """Precision and recall at all thresholds, the strictest first.

    Examples
    --------
    >>> precision_recall_curve([0, 1], [0.2, 0.7]).precision
    array([1. , 0.5])
    """

    precision: np.ndarray
    recall: np.ndarray
    thresholds: np.ndarray


class CalibrationCurve(NamedTuple):
    """Mean probability, observed frequency and size of each bin that is not empty.

    Examples
    --------
    >>> calibration_curve([0, 1], [0.1, 0.9], n_bins=2).frequency
    array([0., 1.])
    """

    probability: np.ndarray
    frequency: np.ndarray
    counts: np.ndarray


def roc_curve(y: ArrayLike, score: ArrayLike) -> RocCurve:
    """The rates of hits and false alarms as the threshold falls.

    Parameters
    ----------
    y : (N,) array_like
        0 or 1; both must occur.
    score : (N,) array_like
        Larger means rather class 1.

    Returns
    -------
    RocCurve

    Raises
    ------
    ShapeError, DataError
        If the shapes differ, or there are not two classes.

    Examples
    --------
    >>> curve = roc_curve([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    >>> curve.false_positive_rate
    array([0. , 0. , 0.5, 1. ])
    """
    y, score = _two_classes("roc_curve", y, score)
    hits, alarms, thresholds = _counts(y, score)
    return RocCurve(
        np.append(0, alarms) / alarms[-1],
        np.append(0, hits) / hits[-1],
        np.append(np.inf, thresholds),
    )


def auc(y: ArrayLike, score: ArrayLike) -> float:
    r"""The area under the ROC curve.

    .. math:: P(S_1 > S_0) + \tfrac12 P(S_1 = S_0)

    Parameters
    ----------
    y : (N,) array_like
        0 or 1; both must occur.
    score : (N,) array_like

    Returns
    -------
    float

    Raises
    ------
    ShapeError, DataError
        If the shapes differ, or there are not two classes.

    Examples
    --------
    >>> auc([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.8])
    0.875
    """
    y, score = _two_classes("auc", y, score)
    _, place, ties = np.unique(score, return_inverse=True, return_counts=True)
    rank = np.cumsum(ties) - (ties - 1) / 2  # the mean rank of equal scores
    ones = np.count_nonzero(y)
    wins = np.sum(rank[place][y == 1]) - ones * (ones + 1) / 2
    return float(wins / (ones * (len(y) - ones)))


def precision_recall_curve(y: ArrayLike, score: ArrayLike) -> PrecisionRecallCurve:
    """The share of true ones among the alarms, and of alarms among the true ones.

    Parameters
    ----------
    y : (N,) array_like
        0 or 1; both must occur.
    score : (N,) array_like

    Returns
    -------
    PrecisionRecallCurve

    Raises
    ------
    ShapeError, DataError
        If the shapes differ, or there are not two classes.

    Examples
    --------
    >>> precision_recall_curve([0, 1, 1], [0.5, 0.9, 0.1]).recall
    array([0.5, 0.5, 1. ])
    """
    y, score = _two_classes("precision_recall_curve", y, score)
    hits, alarms, thresholds = _counts(y, score)
    return PrecisionRecallCurve(hits / (hits + alarms), hits / hits[-1], thresholds)


def calibration_curve(
    y: ArrayLike, probability: ArrayLike, *, n_bins: int = 10
) -> CalibrationCurve:
    """How often it is so where the model says 30 %, and so for each bin.

    Parameters
    ----------
    y : (N,) array_like
        0 or 1.
    probability : (N,) array_like
        That of class 1.
    n_bins : int
        Bins of equal width on [0, 1].

    Returns
    -------
    CalibrationCurve

    Raises
    ------
    ShapeError, DataError
        If the shapes differ, or an entry is no probability.

    Examples
    --------
    >>> calibration_curve([0, 1, 1], [0.2, 0.3, 0.9], n_bins=2).counts
    array([2, 1])
    """
    y, p = _binary("calibration_curve", y, probability)
    if p.min() < 0 or p.max() > 1:
        raise DataError(
            f"calibration_curve: expected probabilities, received values from "
            f"{p.min():.3g} to {p.max():.3g}; apply sigmoid first."
        )
    which = np.minimum((p * n_bins).astype(np.intp), n_bins - 1)
    counts = np.bincount(which, minlength=n_bins)
    kept = counts > 0
    mean = np.bincount(which, p, n_bins)[kept] / counts[kept]
    frequency = np.bincount(which, y, n_bins)[kept] / counts[kept]
    return CalibrationCurve(mean, frequency, counts[kept])


def _counts(y: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, ...]:
    """Hits and false alarms at each threshold that occurs, the largest first."""
    order = np.argsort(-score, kind="stable")
    falling = score[order]
    last = np.append(np.flatnonzero(np.diff(falling)), len(y) - 1)
    hits = np.cumsum(y[order])[last]
    return hits, last + 1 - hits, falling[last]


def _binary(who: str, y: ArrayLike, score: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    y, score = np.asarray(y), np.asarray(score, dtype=np.float64)
    if y.ndim != 1 or y.shape != score.shape or not len(y):
        raise ShapeError(
            f"{who}: expected y and one score for each sample, of shape (N,), received "
            f"{describe(y)} and {describe(score)}."
        )
    if not np.all((y == 0) | (y == 1)):
        raise DataError(f"{who}: expected classes 0 and 1, received others.")
    return y.astype(np.int64), check_finite(who, score, "score")


def _two_classes(
    who: str, y: ArrayLike, score: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    y, score = _binary(who, y, score)
    if y.min() == y.max():
        raise DataError(
            f"{who}: expected samples of both classes, received only class {y[0]}."
        )
    return y, score
