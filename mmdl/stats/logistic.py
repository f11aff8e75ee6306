r"""Logistic regression: the probability of class 1 is :math:`\sigma(x w)`.

The negative log-likelihood

.. math:: L(w) = \sum_i \bigl( \log(1 + e^{x_i w}) - y_i x_i w \bigr)

is convex, with gradient :math:`X^\top (\sigma(Xw) - y)` and Hessian
:math:`X^\top S X`, :math:`S = \operatorname{diag} \sigma (1 - \sigma)`. Newton's
method on it solves a weighted least-squares problem at each step (IRLS). There
is a minimum if, and only if, no plane separates the classes. Derived in
``ch-logistic-regression``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import DataError, SeparationError, ShapeError, check_matrix, describe
from mmdl.functional import sigmoid, softplus
from mmdl.stats.fit import check_features
from mmdl.stats.newton import Problem, minimise
from mmdl.stats.projector import thin_svd

__all__ = ["Coordinates", "LogisticFit", "logistic_regression"]


@dataclass(frozen=True, eq=False)
class LogisticFit:
    r"""The result of :func:`logistic_regression`.

    Attributes
    ----------
    coef : (M,) array
    covariance : (M, M) array
        The inverse :math:`(X^\top S X + \operatorname{diag} \alpha)^+` of the
        Hessian: for ``alpha = 0`` that of the Fisher information.
    log_likelihood : float
        Without the penalty.
    decrements : tuple of float
        The Newton decrement before each step.

    Examples
    --------
    >>> X = np.ones((4, 1))
    >>> fit = logistic_regression(X, [0, 1, 1, 1])
    >>> fit.predict_probability(X[:1]).round(12)
    array([0.75])
    >>> fit.standard_errors.round(4)
    array([1.1547])
    """

    coef: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    decrements: tuple[float, ...]

    @property
    def standard_errors(self) -> np.ndarray:
        """The roots of the diagonal of :attr:`covariance`."""
        return np.sqrt(np.diagonal(self.covariance))

    @property
    def n_steps(self) -> int:
        """The number of Newton steps."""
        return len(self.decrements)

    def predict_probability(self, X: ArrayLike) -> np.ndarray:
        """The probability of class 1.

        Parameters
        ----------
        X : (N', M) array_like

        Returns
        -------
        (N',) array

        Raises
        ------
        ShapeError
            If ``X`` has not M columns.
        """
        X = check_features("predict_probability", X, self.coef)
        return sigmoid(X @ self.coef)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """The more probable class, 0 or 1; 1 where both are equal.

        Parameters
        ----------
        X : (N', M) array_like

        Returns
        -------
        (N',) array of int

        Raises
        ------
        ShapeError
            If ``X`` has not M columns.
        """
        return (self.predict_probability(X) >= 0.5).astype(np.int64)


class Coordinates:
    r"""Weights as seen from the left singular vectors of X and the penalty.

    :math:`(X; \sqrt{\operatorname{diag} \alpha}) = (U_1; U_2) \Sigma V^\top` and
    :math:`v = \Sigma V^\top w` give :math:`Xw = U_1 v` and
    :math:`\sum_j \alpha_j w_j^2 = |U_2 v|^2`.

    Examples
    --------
    >>> coordinates = Coordinates("f", np.array([[2.0], [0.0]]), 0.0)
    >>> coordinates.weights(np.array([1.0])) * coordinates.U1[0]
    array([0.5])
    """

    def __init__(self, who: str, X: np.ndarray, alpha: ArrayLike) -> None:
        M = X.shape[1]
        penalty = np.asarray(alpha, dtype=np.float64)
        if penalty.shape not in ((), (M,)) or not np.all(penalty >= 0):
            raise DataError(
                f"{who}: expected alpha >= 0, one number or {M}, received "
                f"{describe(penalty)}, least {penalty.min():.3g}."
            )
        root = np.diag(np.broadcast_to(np.sqrt(penalty), (M,)))
        U, s, Vt, rank = thin_svd(np.vstack([X, root]))
        self.U1, self.U2 = U[: len(X)], U[len(X) :]
        self.back = Vt.T / s[:rank]  # (M, r)

    def weights(self, v: np.ndarray) -> np.ndarray:
        """The weights w of a point v.

        Parameters
        ----------
        v : (r,) or (r, C) array

        Returns
        -------
        (M,) or (M, C) array
        """
        return self.back @ v


def logistic_regression(
    X: ArrayLike, y: ArrayLike, *, alpha: ArrayLike = 0.0, max_steps: int = 100
) -> LogisticFit:
    r"""Maximise the likelihood by Newton's method, that is by IRLS.

    Minimises :math:`L(w) + \frac12 \sum_j \alpha_j w_j^2`; of several
    minimisers, which exist where the columns of X are dependent, the shortest.

    Parameters
    ----------
    X : (N, M) array_like
        For an intercept see :func:`~mmdl.stats.add_intercept`.
    y : (N,) array_like
        Classes 0 and 1.
    alpha : float or (M,) array_like
        Penalty, one for all weights or one each; an intercept wants 0.
    max_steps : int

    Returns
    -------
    LogisticFit

    Raises
    ------
    SeparationError
        If a plane separates the classes and no penalty prevents the weights
        from growing for ever. Margins below 1e-8 of the largest count as zero.
    ShapeError, DataError
        If the shapes do not fit, or a class is neither 0 nor 1.

    Examples
    --------
    >>> X = [[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]
    >>> logistic_regression(X, [0, 1, 0, 1]).coef.round(3)
    array([-1.362,  0.908])
    >>> try:
    ...     logistic_regression(X, [0, 0, 1, 1])
    ... except SeparationError as error:
    ...     print((X @ error.direction).round(2))
    [-2.4 -0.8  0.8  2.4]
    """
    who = "logistic_regression"
    X = check_matrix(who, X).astype(np.float64)
    y = _check_classes(who, y, len(X))
    side = 2 * y - 1
    coordinates = Coordinates(who, X, alpha)
    U1, U2 = coordinates.U1, coordinates.U2

    def value(v: np.ndarray) -> float:
        return float(np.sum(softplus(-side * (U1 @ v))) + np.sum((U2 @ v) ** 2) / 2)

    def derivatives(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        score = U1 @ v
        gradient = U1.T @ (-side * sigmoid(-side * score)) + U2.T @ (U2 @ v)
        weights = sigmoid(score) * sigmoid(-score)
        return gradient, (U1.T * weights) @ U1 + U2.T @ U2

    problem = Problem(
        value,
        derivatives,
        margins=lambda v: side * (U1 @ v),
        penalty=lambda v: float(np.sum((U2 @ v) ** 2)),
    )
    try:
        minimum = minimise(who, problem, np.zeros(U1.shape[1]), max_steps=max_steps)
    except SeparationError as error:
        raise SeparationError(
            str(error), coordinates.weights(error.direction)
        ) from None
    inverse = np.linalg.inv(minimum.hessian)
    coef = coordinates.weights(minimum.point)
    return LogisticFit(
        coef=coef,
        covariance=coordinates.back @ inverse @ coordinates.back.T,
        log_likelihood=-float(np.sum(softplus(-side * (X @ coef)))),
        decrements=minimum.decrements,
    )


def _check_classes(who: str, y: ArrayLike, n: int) -> np.ndarray:
    """Classes as floats 0 and 1."""
    y = np.asarray(y)
    if y.shape != (n,):
        raise ShapeError(f"{who}: expected y of shape ({n},), received {describe(y)}.")
    if not np.all((y == 0) | (y == 1)):
        raise DataError(
            f"{who}: expected classes 0 and 1 in y, received others; from signs -1 "
            f"and 1 take (y + 1) / 2."
        )
    return y.astype(np.float64)
