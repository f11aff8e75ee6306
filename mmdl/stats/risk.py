r"""Risk: how much a prediction loses on average.

The empirical risk of a fixed prediction f is
:math:`\widehat R(f) = \frac1N \sum_i \ell(y_i, f(x_i))`. The first slot of every
loss and score is the data, the second the prediction. Derived in
``ch-what-is-learning``; the proper scores in ``ch-logistic-regression``.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import DataError, ShapeError, check_rng, describe

__all__ = [
    "absolute_loss",
    "accuracy",
    "brier_loss",
    "confusion_matrix",
    "empirical_risk",
    "k_fold",
    "log_loss",
    "square_loss",
    "zero_one_loss",
]


def empirical_risk(
    loss: Callable[[ArrayLike, ArrayLike], np.ndarray],
    y: ArrayLike,
    prediction: ArrayLike,
) -> float:
    r"""The mean loss :math:`\widehat R = \frac1N \sum_i \ell(y_i, \hat y_i)`.

    Parameters
    ----------
    loss : callable
        One of this module, or any map of (y, prediction) to N losses.
    y : (N, ...) array_like
    prediction : (N, ...) array_like

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        If the loss does not give one number for each sample.

    Examples
    --------
    >>> empirical_risk(square_loss, [0.0, 1.0], [0.0, 3.0])
    2.0
    """
    losses = np.asarray(loss(y, prediction))
    samples = len(np.asarray(y))
    if losses.shape != (samples,) or samples == 0:
        raise ShapeError(
            f"empirical_risk: expected one loss for each of {samples} samples, "
            f"received {describe(losses)}; sum over a sample's targets."
        )
    return float(np.mean(losses))


def square_loss(y: ArrayLike, prediction: ArrayLike) -> np.ndarray:
    r"""The square loss :math:`|y_i - \hat y_i|^2` of each sample.

    Parameters
    ----------
    y, prediction : (N,) or (N, K) array_like

    Returns
    -------
    (N,) array

    Raises
    ------
    ShapeError
        If the shapes differ.

    Examples
    --------
    >>> square_loss([1.0, 2.0], [1.0, 4.0])
    array([0., 4.])
    """
    return _per_sample(np.square(_difference("square_loss", y, prediction)))


def absolute_loss(y: ArrayLike, prediction: ArrayLike) -> np.ndarray:
    r"""The absolute loss :math:`\sum_k |y_{ik} - \hat y_{ik}|` of each sample.

    Parameters
    ----------
    y, prediction : (N,) or (N, K) array_like

    Returns
    -------
    (N,) array

    Raises
    ------
    ShapeError
        If the shapes differ.

    Examples
    --------
    >>> absolute_loss([1.0, 2.0], [1.0, 4.0])
    array([0., 2.])
    """
    return _per_sample(np.abs(_difference("absolute_loss", y, prediction)))


def zero_one_loss(y: ArrayLike, prediction: ArrayLike) -> np.ndarray:
    """1 for each sample whose class is wrong, 0 for the others.

    Parameters
    ----------
    y, prediction : (N,) array_like
        Class numbers.

    Returns
    -------
    (N,) array of float

    Raises
    ------
    ShapeError
        If the shapes differ or are no vectors.

    Examples
    --------
    >>> zero_one_loss([0, 1, 2], [0, 2, 2])
    array([0., 1., 0.])
    """
    y, prediction = _vectors("zero_one_loss", y, prediction)
    return (y != prediction).astype(np.float64)


def log_loss(y: ArrayLike, probability: ArrayLike) -> np.ndarray:
    r"""The surprise :math:`-\log q_i(y_i)` at each sample, in nats.

    Infinite where the class that came had probability 0. A proper score: its
    mean is least for the true probabilities, and for them alone.

    Parameters
    ----------
    y : (N,) array_like
        Class numbers.
    probability : (N, C) array_like, or (N,) for that of class 1 of two

    Returns
    -------
    (N,) array

    Raises
    ------
    ShapeError, DataError
        If these are no probabilities, or the class numbers do not fit.

    Examples
    --------
    >>> log_loss([1, 0], [0.5, 1.0])
    array([0.69314718,        inf])
    """
    y, rows = _probabilities("log_loss", y, probability)
    with np.errstate(divide="ignore"):
        return -np.log(rows[np.arange(len(y)), y])


def brier_loss(y: ArrayLike, probability: ArrayLike) -> np.ndarray:
    r"""The square loss of probabilities, :math:`\sum_c (q_{ic} - 1\{y_i = c\})^2`.

    A proper score, between 0 and 2. (For two classes some authors count only
    one of the two equal summands.)

    Parameters
    ----------
    y : (N,) array_like
        Class numbers.
    probability : (N, C) array_like, or (N,) for that of class 1 of two

    Returns
    -------
    (N,) array

    Raises
    ------
    ShapeError, DataError
        If these are no probabilities, or the class numbers do not fit.

    Examples
    --------
    >>> brier_loss([1, 0], [0.5, 1.0])
    array([0.5, 2. ])
    """
    y, rows = _probabilities("brier_loss", y, probability)
    return np.sum((rows - np.eye(rows.shape[1])[y]) ** 2, axis=1)


def accuracy(y: ArrayLike, prediction: ArrayLike) -> float:
    """The share of the samples whose class is right.

    Parameters
    ----------
    y, prediction : (N,) array_like
        Class numbers.

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        If the shapes differ or are no vectors.

    Examples
    --------
    >>> accuracy([0, 1, 2, 2], [0, 2, 2, 2])
    0.75
    """
    return 1.0 - empirical_risk(zero_one_loss, y, prediction)


def confusion_matrix(
    y: ArrayLike, prediction: ArrayLike, n_classes: int | None = None
) -> np.ndarray:
    """How often a sample of class i (row) is taken for class j (column).

    Parameters
    ----------
    y, prediction : (N,) array_like of int
        Class numbers.
    n_classes : int, optional
        C; by default one more than the largest number that occurs.

    Returns
    -------
    (C, C) array of int

    Raises
    ------
    ShapeError, DataError
        If the shapes differ, or a number is no class.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1, 1], [0, 1, 0, 1])
    array([[1, 0],
           [1, 2]])
    """
    y, prediction = _vectors("confusion_matrix", y, prediction)
    both = np.concatenate([y, prediction])
    top = int(both.max(initial=-1)) + 1
    n_classes = top if n_classes is None else n_classes
    _check_classes("confusion_matrix", both, n_classes)
    pairs = (n_classes * y + prediction).astype(np.intp)
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


def k_fold(
    n: int, k: int, *, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cut n samples into k folds; each is the validation set once.

    Parameters
    ----------
    n : int
    k : int
        From 2 to n; k = n leaves one out.
    rng : numpy.random.Generator

    Yields
    ------
    train, validation : arrays of int
        Row numbers; the folds differ by at most one sample.

    Raises
    ------
    ValueError
        If there are more folds than samples, or fewer than two.

    Examples
    --------
    >>> [len(v) for _, v in k_fold(10, 3, rng=np.random.default_rng(0))]
    [4, 3, 3]
    """
    check_rng("k_fold", rng)
    if not 2 <= k <= n:
        raise ValueError(f"k_fold: expected k from 2 to {n}, received {k}.")
    folds = np.array_split(rng.permutation(n), k)
    return ((np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k))


def _difference(who: str, y: ArrayLike, prediction: ArrayLike) -> np.ndarray:
    y, prediction = np.asarray(y), np.asarray(prediction)
    if y.shape != prediction.shape or y.ndim not in (1, 2):
        raise ShapeError(
            f"{who}: expected y and prediction of one shape, (N,) or (N, K), received "
            f"{describe(y)} and {describe(prediction)}; a column is not a vector."
        )
    return y - prediction


def _per_sample(losses: np.ndarray) -> np.ndarray:
    return losses if losses.ndim == 1 else np.sum(losses, axis=1)


def _vectors(
    who: str, y: ArrayLike, prediction: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    y, prediction = np.asarray(y), np.asarray(prediction)
    if y.ndim != 1 or y.shape != prediction.shape:
        raise ShapeError(
            f"{who}: expected y and prediction of shape (N,), received {describe(y)} "
            f"and {describe(prediction)}; from scores take np.argmax(scores, axis=1)."
        )
    return y, prediction


def _check_classes(who: str, y: np.ndarray, n_classes: int) -> None:
    if (
        y.dtype.kind not in "biu"
        or y.min(initial=0) < 0
        or y.max(initial=0) >= n_classes
    ):
        raise DataError(
            f"{who}: expected class numbers from 0 to {n_classes - 1}, received "
            f"{describe(y)} from {y.min()} to {y.max()}; count classes from 0."
        )


def _probabilities(
    who: str, y: ArrayLike, probability: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Class numbers as integers and one row of probabilities for each."""
    y, rows = np.asarray(y), np.asarray(probability, dtype=np.float64)
    if rows.ndim == 1:
        rows = np.column_stack([1 - rows, rows])
    if y.ndim != 1 or rows.ndim != 2 or len(y) != len(rows):
        raise ShapeError(
            f"{who}: expected y of shape (N,) and probabilities of shape (N, C), "
            f"received {describe(y)} and {describe(probability)}."
        )
    # 1e-6 lets probabilities computed in float32 pass.
    off = np.abs(np.sum(rows, axis=1) - 1)
    if not np.all(rows >= 0) or not np.all(off <= 1e-6 * rows.shape[1]):
        raise DataError(
            f"{who}: expected rows of probabilities, received rows that are negative "
            f"or have another sum than 1; apply softmax first."
        )
    _check_classes(who, y, rows.shape[1])
    return y.astype(np.int64), rows
