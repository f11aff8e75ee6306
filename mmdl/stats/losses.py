r"""The losses of logistic and softmax regression, each with two derivatives.

Both are surprises, :math:`-\log` of the probability of what was seen. With the
margins :math:`m_i = s_i x_i w`, :math:`s_i = 2 y_i - 1`, the logistic loss is

.. math:: L(w) = \sum_i \log(1 + e^{-m_i}) ,

with classes :math:`0, \dots, C - 1` it is :math:`L(W) = -\sum_i
\log\mathrm{softmax}(x_i W)_{y_i}`. Derived in :ref:`ch-logistic-regression`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import DataError, ShapeError, check_matrix, describe
from mmdl.functional import log_softmax, sigmoid, softmax, softplus

__all__ = [
    "logistic_gradient",
    "logistic_hessian",
    "logistic_loss",
    "margins",
    "softmax_gradient",
    "softmax_hessian",
    "softmax_loss",
]


def margins(X: ArrayLike, y: ArrayLike, w: Any) -> Any:
    r"""By how much each sample lies on its own side: :math:`m_i = s_i x_i w`.

    The sign :math:`s_i = 2 y_i - 1` is 1 for class 1 and -1 for class 0.

    Parameters
    ----------
    X : (N, M) array_like
    y : (N,) array_like
        Classes 0 and 1.
    w : (M,) or (M, K) array
        One direction or several; may carry derivatives, here and below.

    Returns
    -------
    (N,) or (N, K) array

    Raises
    ------
    ShapeError, DataError
        If the shapes do not fit, or a class is neither 0 nor 1.

    Examples
    --------
    >>> margins([[1.0, 2.0], [1.0, 3.0]], [1, 0], np.array([-2.0, 1.0]))
    array([ 0., -1.])
    """
    X, y = _table("margins", X, y, w, top=1)
    return ((2 * y - 1) * (X @ w).T).T


def logistic_loss(X: ArrayLike, y: ArrayLike, w: Any) -> Any:
    r"""The surprise :math:`L(w) = \sum_i \log(1 + e^{-s_i x_i w})`, in nats.

    This is :eq:`eq-logistic-loss`.

    Parameters
    ----------
    X : (N, M) array_like
    y : (N,) array_like
        Classes 0 and 1.
    w : (M,) array

    Returns
    -------
    float

    Raises
    ------
    ShapeError, DataError
        If the shapes do not fit, or a class is neither 0 nor 1.

    Examples
    --------
    >>> float(logistic_loss([[1.0], [2.0]], [1, 0], np.zeros(1)).round(6))
    1.386294
    """
    return np.sum(softplus(-margins(X, y, w)))


def logistic_gradient(X: ArrayLike, y: ArrayLike, w: Any) -> Any:
    r"""Prediction minus target, seen through the data.

    .. math:: \nabla L(w) = X^\top (\sigma(Xw) - y)

    See :eq:`eq-logistic-gradient`.

    Parameters
    ----------
    X : (N, M) array_like
    y : (N,) array_like
        Classes 0 and 1.
    w : (M,) array

    Returns
    -------
    (M,) array

    Raises
    ------
    ShapeError, DataError
        If the shapes do not fit, or a class is neither 0 nor 1.

    Examples
    --------
    >>> logistic_gradient([[1.0], [2.0]], [1, 0], np.zeros(1))
    array([0.5])
    """
    X, y = _table("logistic_gradient", X, y, w, top=1)
    s = 2 * y - 1
    # sigma(t) - 1 = -sigma(-t), without the difference of nearly equal numbers
    return X.T @ (-s * sigmoid(-s * (X @ w)))


def logistic_hessian(X: ArrayLike, w: Any) -> Any:
    r"""The curvature, which the labels do not enter.

    .. math:: D^2L(w) = X^\top S X, \qquad S = \operatorname{diag} \sigma'(x_i w)

    See :eq:`eq-logistic-gradient`.

    Parameters
    ----------
    X : (N, M) array_like
    w : (M,) array

    Returns
    -------
    (M, M) array

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> logistic_hessian([[1.0], [2.0]], np.zeros(1))
    array([[1.25]])
    """
    X, _ = _table("logistic_hessian", X, None, w)
    z = X @ w
    return (X.T * (sigmoid(z) * sigmoid(-z))) @ X


def softmax_loss(X: ArrayLike, y: ArrayLike, W: Any) -> Any:
    r"""The surprise :math:`L(W) = -\sum_i \log\mathrm{softmax}(x_i W)_{y_i}`.

    This is :eq:`eq-softmax-loss`.

    Parameters
    ----------
    X : (N, M) array_like
    y : (N,) array_like of int
        Classes 0, ..., C-1.
    W : (M, C) array

    Returns
    -------
    float

    Raises
    ------
    ShapeError, DataError
        If the shapes do not fit, or an entry of ``y`` is no class.

    Examples
    --------
    >>> float(softmax_loss([[1.0], [2.0]], [2, 0], np.zeros((1, 3))).round(6))
    2.197225
    """
    X, y = _table("softmax_loss", X, y, W, top=np.shape(W)[-1] - 1)
    return -np.sum(log_softmax(X @ W)[np.arange(len(y)), y])


def softmax_gradient(X: ArrayLike, y: ArrayLike, W: Any) -> Any:
    r"""Prediction minus target again: :math:`\nabla L(W) = X^\top (P - Y)`.

    See :prf:ref:`prop-softmax-regression`.

    Parameters
    ----------
    X : (N, M) array_like
    y : (N,) array_like of int
        Classes 0, ..., C-1.
    W : (M, C) array

    Returns
    -------
    (M, C) array
        Of the shape of its variable.

    Raises
    ------
    ShapeError, DataError
        If the shapes do not fit, or an entry of ``y`` is no class.

    Examples
    --------
    >>> softmax_gradient([[2.0]], [0], np.zeros((1, 4)))
    array([[-1.5,  0.5,  0.5,  0.5]])
    """
    X, y = _table("softmax_gradient", X, y, W, top=np.shape(W)[-1] - 1)
    return X.T @ (softmax(X @ W) - np.eye(np.shape(W)[1])[y])


def softmax_hessian(X: ArrayLike, W: ArrayLike) -> np.ndarray:
    r"""The curvature of the softmax loss, a matrix for each pair of classes.

    .. math:: \frac{\partial^2 L}{\partial W_{ac} \partial W_{bd}}
       = \sum_i x_{ia} x_{ib}\, p_{ic} (1\{c = d\} - p_{id})

    Parameters
    ----------
    X : (N, M) array_like
    W : (M, C) array_like

    Returns
    -------
    (M, C, M, C) array

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> softmax_hessian([[2.0]], np.zeros((1, 2))).reshape(2, 2)
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    X, _ = _table("softmax_hessian", X, None, W)
    P = softmax(X @ np.asarray(W))
    M, C = X.shape[1], P.shape[1]
    H = np.empty((M, C, M, C))
    for c in range(C):
        for d in range(c + 1):
            block = (X.T * (P[:, c] * ((c == d) - P[:, d]))) @ X
            H[:, c, :, d] = H[:, d, :, c] = block
    return H


def _table(
    who: str, X: ArrayLike, y: ArrayLike | None, w: Any, top: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Samples and classes, checked against the weights and each other."""
    X = check_matrix(who, X)
    if np.ndim(w) not in (1, 2) or np.shape(w)[0] != X.shape[1]:
        raise ShapeError(
            f"{who}: expected as many weights as X has columns, {X.shape[1]}, "
            f"received shape {np.shape(w)}."
        )
    if y is None:
        return X, np.empty(0, np.int64)
    y = np.asarray(y)
    if y.shape != (len(X),):
        raise ShapeError(
            f"{who}: expected y of shape ({len(X)},), received {describe(y)}."
        )
    if not np.all((y >= 0) & (y <= top) & (y == np.rint(y))):
        raise DataError(
            f"{who}: expected classes from 0 to {top} in y, received others."
        )
    return X, y.astype(np.int64)
