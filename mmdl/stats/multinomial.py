r"""Softmax regression: the probabilities of C classes are softmax(xW).

The negative log-likelihood :math:`L(W) = -\sum_i \log p_{i, y_i}` is convex,
with gradient :math:`X^\top (P - Y)`. The same number added to all scores of a
sample changes nothing, so weights are determined up to that: the columns of W
are chosen with sum 0, and what has a standard error are contrasts with class 0.
Derived in ``ch-logistic-regression``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import DataError, SeparationError, ShapeError, check_matrix, describe
from mmdl.functional import log_softmax, softmax
from mmdl.stats.fit import check_features
from mmdl.stats.logistic import Coordinates
from mmdl.stats.newton import Problem, minimise

__all__ = ["SoftmaxFit", "softmax_regression"]


@dataclass(frozen=True, eq=False)
class SoftmaxFit:
    """The result of :func:`softmax_regression`.

    Attributes
    ----------
    coef : (M, C) array
        The weights W, of sum 0 over the classes.
    contrast_covariance : (C-1, C-1, M, M) array
        Of the columns of :attr:`contrasts`.
    log_likelihood : float
        Without the penalty.
    decrements : tuple of float
        The Newton decrements.

    Examples
    --------
    >>> X = np.ones((6, 1))
    >>> fit = softmax_regression(X, [0, 1, 1, 2, 2, 2])
    >>> fit.predict_probability(X[:1]).round(4)
    array([[0.1667, 0.3333, 0.5   ]])
    >>> fit.contrasts.round(4)
    array([[0.6931, 1.0986]])
    """

    coef: np.ndarray
    contrast_covariance: np.ndarray
    log_likelihood: float
    decrements: tuple[float, ...]

    @property
    def contrasts(self) -> np.ndarray:
        """The weights of the classes 1, ..., C-1 minus those of class 0, (M, C-1)."""
        return self.coef[:, 1:] - self.coef[:, :1]

    @property
    def contrast_standard_errors(self) -> np.ndarray:
        """The standard errors of :attr:`contrasts`, (M, C-1)."""
        return np.sqrt(np.einsum("ccmm->mc", self.contrast_covariance))

    @property
    def n_steps(self) -> int:
        """The number of Newton steps."""
        return len(self.decrements)

    def predict_probability(self, X: ArrayLike) -> np.ndarray:
        """The probabilities of the classes.

        Parameters
        ----------
        X : (N', M) array_like

        Returns
        -------
        (N', C) array

        Raises
        ------
        ShapeError
            If ``X`` has not M columns.
        """
        X = check_features("predict_probability", X, self.coef)
        return softmax(X @ self.coef)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """The most probable class, the first of several.

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
        return np.argmax(self.predict_probability(X), axis=1)


def softmax_regression(
    X: ArrayLike,
    y: ArrayLike,
    *,
    alpha: ArrayLike = 0.0,
    n_classes: int | None = None,
    max_steps: int = 100,
) -> SoftmaxFit:
    r"""Maximise the likelihood by Newton's method.

    Minimises :math:`L(W) + \frac12 \sum_{jc} \alpha_j W_{jc}^2`.

    Parameters
    ----------
    X : (N, M) array_like
        For an intercept see :func:`~mmdl.stats.add_intercept`.
    y : (N,) array_like of int
        Classes 0, ..., C-1; without penalty each must occur.
    alpha : float or (M,) array_like
        Penalty, one for all rows of W or one each; an intercept wants 0.
    n_classes : int, optional
        C; by default one more than the largest class.
    max_steps : int

    Returns
    -------
    SoftmaxFit

    Raises
    ------
    SeparationError
        If a direction of the weights raises no sample's loss, lowers some, and
        has no penalty: then there is no maximum.
    ShapeError, DataError
        If the shapes do not fit, or an entry of ``y`` is no class.

    Examples
    --------
    >>> fit = softmax_regression([[1.0], [2.0], [3.0]], [0, 1, 2], alpha=0.1)
    >>> float(np.abs(fit.coef.sum()).round(12))
    0.0
    """
    who = "softmax_regression"
    X = check_matrix(who, X).astype(np.float64)
    y, C = _check_classes(who, y, len(X), n_classes)
    coordinates = Coordinates(who, X, alpha)
    problem = _problem(coordinates, y, C)
    r = coordinates.U1.shape[1]
    try:
        minimum = minimise(who, problem, np.zeros(r * C), max_steps=max_steps)
    except SeparationError as error:
        direction = np.reshape(error.direction, (C, r)).T
        raise SeparationError(str(error), coordinates.weights(direction)) from None
    coef = coordinates.weights(minimum.point.reshape(C, r).T)
    logs = log_softmax(X @ coef)
    return SoftmaxFit(
        coef=coef,
        contrast_covariance=_contrast_covariance(coordinates, minimum.hessian, C),
        log_likelihood=float(np.sum(logs[np.arange(len(y)), y])),
        decrements=minimum.decrements,
    )


def _problem(coordinates: Coordinates, y: np.ndarray, C: int) -> Problem:
    """The likelihood as a function of the C columns of coordinates, end to end."""
    U1, U2 = coordinates.U1, coordinates.U2
    (N, r), Y = U1.shape, np.eye(C)[y]

    def columns(v: np.ndarray) -> np.ndarray:
        return v.reshape(C, r).T

    def value(v: np.ndarray) -> float:
        fit = np.sum(log_softmax(U1 @ columns(v))[np.arange(N), y])
        return float(-fit + penalty(v) / 2)

    def penalty(v: np.ndarray) -> float:
        return float(np.sum((U2 @ columns(v)) ** 2))

    def margins(v: np.ndarray) -> np.ndarray:
        scores = U1 @ columns(v)
        own = scores[np.arange(N), y]
        return (own[:, None] - scores)[Y == 0]

    def derivatives(v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        V = columns(v)
        P = softmax(U1 @ V)
        gradient = U1.T @ (P - Y) + U2.T @ (U2 @ V)
        return gradient.T.ravel(), _hessian(coordinates, P)

    return Problem(value, derivatives, margins, penalty)


def _hessian(coordinates: Coordinates, P: np.ndarray) -> np.ndarray:
    r"""The second derivative, a C by C array of blocks.

    .. math:: U^\top \operatorname{diag}(p_a (1\{a = b\} - p_b)) U
    """
    U1, U2 = coordinates.U1, coordinates.U2
    C, r = P.shape[1], U1.shape[1]
    H = np.empty((C, r, C, r))
    fixed = U2.T @ U2
    # On what is common to all classes, which changes nothing, H would vanish.
    gauge = np.eye(r) / C
    for a in range(C):
        for b in range(a + 1):
            weight = P[:, a] * ((a == b) - P[:, b])
            H[a, :, b] = (U1.T * weight) @ U1 + (a == b) * fixed + gauge
            H[b, :, a] = H[a, :, b].T
    return H.reshape(C * r, C * r)


def _contrast_covariance(
    coordinates: Coordinates, hessian: np.ndarray, C: int
) -> np.ndarray:
    """The covariance of the differences with class 0, in the weights."""
    r = coordinates.U1.shape[1]
    inverse = np.linalg.inv(hessian).reshape(C, r, C, r)
    difference = np.hstack([-np.ones((C - 1, 1)), np.eye(C - 1)])
    return np.einsum(
        "ca,arbs,db,mr,ns->cdmn",
        *(difference, inverse, difference, coordinates.back, coordinates.back),
        optimize=True,
    )


def _check_classes(
    who: str, y: ArrayLike, n: int, n_classes: int | None
) -> tuple[np.ndarray, int]:
    y = np.asarray(y)
    if y.shape != (n,):
        raise ShapeError(f"{who}: expected y of shape ({n},), received {describe(y)}.")
    if y.dtype.kind not in "iu" or y.min() < 0:
        raise DataError(
            f"{who}: expected classes 0, 1, ... as integers, received {describe(y)}, "
            f"least {y.min()}; write y.astype(int)."
        )
    C = max(int(y.max()) + 1, 2) if n_classes is None else n_classes
    if y.max() >= C or C < 2:
        raise DataError(
            f"{who}: expected classes below n_classes = {C}, received {y.max()}."
        )
    return y.astype(np.int64), C
