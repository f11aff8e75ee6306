r"""Ridge regression: least squares with a price on the length of the weights.

:math:`w_\alpha = (X^\top X + \alpha I)^{-1} X^\top y` minimises
:math:`\tfrac12 |Xw - y|^2 + \tfrac\alpha2 |w|^2`. In the singular basis of X it
multiplies the j-th coordinate of the least-squares solution by the *filter*
:math:`\sigma_j^2 / (\sigma_j^2 + \alpha)`. Derived in ``ch-least-squares``.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import ShapeError, check_matrix, check_rows, describe
from mmdl.stats.fit import Fit

__all__ = ["RidgeError", "RidgeFit", "ridge", "ridge_error", "ridge_path"]


@dataclass(frozen=True, eq=False)
class RidgeFit(Fit):
    """The result of :func:`ridge`, a :class:`~mmdl.stats.Fit`.

    Attributes
    ----------
    alpha : float
        The penalty.
    filters : (min(N, M),) array
        The factors on the singular coordinates, between 0 and 1.

    Examples
    --------
    >>> fit = ridge([[1.0, 0.0], [0.0, 2.0]], [1.0, 1.0], alpha=1.0)
    >>> fit.filters, float(fit.degrees_of_freedom)
    (array([0.8, 0.5]), 1.3)
    """

    alpha: float
    filters: np.ndarray

    @property
    def degrees_of_freedom(self) -> np.floating:
        """The trace of the map from y to the fitted values: sum of the filters."""
        return np.sum(self.filters)


class RidgeError(NamedTuple):
    """The two parts of the expected squared error of the ridge weights.

    Examples
    --------
    >>> RidgeError(squared_bias=0.5, variance=0.25).total
    0.75
    """

    squared_bias: float
    variance: float

    @property
    def total(self) -> float:
        """Their sum, the mean squared error."""
        return self.squared_bias + self.variance


def ridge(X: ArrayLike, y: ArrayLike, alpha: float) -> RidgeFit:
    r"""Minimise the squared error plus :math:`\tfrac\alpha2 |w|^2`.

    .. math::

        w_\alpha = (X^\top X + \alpha I)^{-1} X^\top y
        = \sum_j \frac{\sigma_j}{\sigma_j^2 + \alpha} \, v_j \, u_j^\top y .

    Every column of X is penalised. To leave an intercept free, subtract the
    column means from X and the mean from y first.

    Parameters
    ----------
    X : (N, M) array_like
    y : (N,) or (N, K) array_like
    alpha : float
        Positive.

    Returns
    -------
    RidgeFit

    Raises
    ------
    ShapeError
        If the shapes do not fit.
    ValueError
        If ``alpha`` is not positive.

    Examples
    --------
    >>> ridge([[1.0], [1.0]], [1.0, 3.0], alpha=2.0).coef
    array([1.])
    """
    X, y = _check_problem("ridge", X, y)
    alpha = float(_check_alphas("ridge", alpha))
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    filters = s**2 / (s**2 + alpha)
    coef = Vt.T @ ((U.T @ y).T * (s / (s**2 + alpha))).T
    fitted = X @ coef
    return RidgeFit(
        coef=coef,
        fitted=fitted,
        residuals=y - fitted,
        leverage=U**2 @ filters,
        weights=np.ones(len(X), X.dtype),
        alpha=alpha,
        filters=filters,
    )


def ridge_path(X: ArrayLike, y: ArrayLike, alphas: ArrayLike) -> np.ndarray:
    """The ridge weights for many penalties, from one singular value decomposition.

    Parameters
    ----------
    X : (N, M) array_like
    y : (N,) array_like
    alphas : (A,) array_like
        Positive.

    Returns
    -------
    (A, M) array

    Raises
    ------
    ShapeError
        If the shapes do not fit.
    ValueError
        If a penalty is not positive.

    Examples
    --------
    >>> ridge_path([[1.0], [1.0]], [1.0, 3.0], [2.0, 6.0])
    array([[1. ],
           [0.5]])
    """
    X, y = _check_problem("ridge_path", X, y)
    if y.ndim != 1:
        raise ShapeError(
            f"ridge_path: expected one target y of shape ({len(X)},), received "
            f"{describe(y)}; call it once a column."
        )
    alphas = np.atleast_1d(_check_alphas("ridge_path", alphas))
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    return (s * (U.T @ y) / (s**2 + alphas[:, None])) @ Vt


def ridge_error(
    X: ArrayLike, beta: ArrayLike, noise_variance: float, alpha: float
) -> RidgeError:
    r"""The expected squared error of the ridge weights when the truth is known.

    For :math:`y = X\beta + \varepsilon` with uncorrelated noise of variance
    :math:`s^2`,

    .. math::

        \mathbb{E} |w_\alpha - \beta|^2
        = \underbrace{\sum_j \Bigl(\frac{\alpha}{\sigma_j^2 + \alpha}\Bigr)^2
          (v_j^\top \beta)^2}_{\text{squared bias}}
        + \underbrace{\sum_j \frac{s^2 \sigma_j^2}
          {(\sigma_j^2 + \alpha)^2}}_{\text{variance}} ,

    where j runs over all M right singular vectors.

    Parameters
    ----------
    X : (N, M) array_like
    beta : (M,) array_like
        The true weights.
    noise_variance : float
    alpha : float
        Positive.

    Returns
    -------
    RidgeError

    Raises
    ------
    ShapeError
        If the shapes do not fit.
    ValueError
        If ``alpha`` is not positive.

    Examples
    --------
    >>> ridge_error([[1.0]], [2.0], noise_variance=1.0, alpha=1.0)
    RidgeError(squared_bias=1.0, variance=0.25)
    """
    X = check_matrix("ridge_error", X)
    beta = check_rows("ridge_error", beta, X.shape[1], "beta")
    alpha = float(_check_alphas("ridge_error", alpha))
    _, s, Vt = np.linalg.svd(X, full_matrices=True)
    squares = np.zeros(X.shape[1])
    squares[: len(s)] = s**2
    shrunk = alpha / (squares + alpha) * (Vt @ beta)
    variance = noise_variance * np.sum(squares / (squares + alpha) ** 2)
    return RidgeError(float(shrunk @ shrunk), float(variance))


def _check_problem(
    who: str, X: ArrayLike, y: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    X = check_matrix(who, X)
    return X, check_rows(who, y, len(X))


def _check_alphas(who: str, alpha: ArrayLike) -> np.ndarray:
    alpha = np.asarray(alpha, dtype=float)
    if not np.all(alpha > 0):
        raise ValueError(
            f"{who}: expected alpha > 0, received {alpha.min():.3g}; "
            f"for alpha = 0 use least_squares."
        )
    return alpha
