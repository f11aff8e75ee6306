r"""How well a linear map fits: residuals, sums of squares, :math:`R^2`.

A :class:`Fit` is what remains when a method has chosen the weights: the fitted
values, the residuals, the leverage of each sample. Derived in
``ch-least-squares``.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import DataError, ShapeError, check_matrix, check_rows, describe

__all__ = ["Fit", "SumsOfSquares", "check_weights", "r_squared", "sums_of_squares"]


class SumsOfSquares(NamedTuple):
    """Total, explained and residual sum of squares.

    Examples
    --------
    >>> SumsOfSquares(total=5.0, explained=4.0, residual=1.0).residual
    1.0
    """

    total: np.ndarray
    explained: np.ndarray
    residual: np.ndarray


@dataclass(frozen=True, eq=False)
class Fit:
    """What every linear fit of N samples by M weights knows.

    Attributes
    ----------
    coef : (M,) or (M, K) array
        The weights w.
    fitted : (N,) or (N, K) array
        The fitted values Xw.
    residuals : (N,) or (N, K) array
        y - Xw.
    leverage : (N,) array
        The derivative of each fitted value by its own target.
    weights : (N,) array
        The weights of the samples, ones unless given.

    Examples
    --------
    >>> from mmdl.stats import least_squares
    >>> fit = least_squares([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], [0.0, 1.0, 5.0])
    >>> fit.predict([[1.0, 4.0]]).round(12)
    array([9.5])
    """

    coef: np.ndarray
    fitted: np.ndarray
    residuals: np.ndarray
    leverage: np.ndarray
    weights: np.ndarray

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return ``X @ coef``.

        Parameters
        ----------
        X : (N', M) array_like

        Returns
        -------
        (N',) or (N', K) array

        Raises
        ------
        ShapeError
            If ``X`` has not M columns.
        """
        return check_features("predict", X, self.coef) @ self.coef

    @property
    def rss(self) -> np.ndarray:
        """Residual sum of squares, weighted, one number a target."""
        return self.weights @ self.residuals**2

    @property
    def r_squared(self) -> np.ndarray:
        """The share of the variance explained, :func:`r_squared` of the fit."""
        y = self.fitted + self.residuals
        return r_squared(y, self.fitted, weights=self.weights)

    @property
    def loo_residuals(self) -> np.ndarray:
        r"""Residual of sample i under the fit to all the others.

        :math:`e_i / (1 - h_i)`, exact and without a refit; NaN where the
        leverage is 1, for there the other samples do not determine the fit.
        """
        gap = 1.0 - self.leverage
        # The rounding of h grows with cond X; below the root of epsilon the
        # quotient would have lost half its digits.
        gap = np.where(gap > np.sqrt(np.finfo(gap.dtype).eps), gap, np.nan)
        return (self.residuals.T / gap).T


def sums_of_squares(
    y: ArrayLike, fitted: ArrayLike, *, weights: ArrayLike | None = None
) -> SumsOfSquares:
    r"""Total, explained and residual sum of squares about the mean of ``y``.

    .. math::

        \mathrm{TSS} = \sum_i (y_i - \bar y)^2, \quad
        \mathrm{ESS} = \sum_i (\hat y_i - \bar y)^2, \quad
        \mathrm{RSS} = \sum_i (y_i - \hat y_i)^2.

    TSS = ESS + RSS for a least-squares fit with an intercept, on its own
    samples, and not otherwise.

    Parameters
    ----------
    y, fitted : (N,) or (N, K) array_like
    weights : (N,) array_like, optional
        Positive weights of the summands, and of the mean.

    Returns
    -------
    SumsOfSquares

    Raises
    ------
    ShapeError
        If the shapes of ``y`` and ``fitted`` differ.

    Examples
    --------
    >>> sums = sums_of_squares([0.0, 1.0, 5.0], [-0.5, 2.0, 4.5])
    >>> [float(s) for s in sums]
    [14.0, 12.5, 1.5]
    """
    y = check_rows("sums_of_squares", y, len(np.atleast_1d(y)))
    fitted = check_rows("sums_of_squares", fitted, len(y), "fitted")
    if y.shape != fitted.shape:
        raise ShapeError(
            f"sums_of_squares: expected fitted of the shape {y.shape} of y, "
            f"received {describe(fitted)}; a column is not a vector."
        )
    omega = check_weights("sums_of_squares", weights, y)
    mean = omega @ y / np.sum(omega)
    return SumsOfSquares(
        omega @ (y - mean) ** 2, omega @ (fitted - mean) ** 2, omega @ (y - fitted) ** 2
    )


def r_squared(
    y: ArrayLike, fitted: ArrayLike, *, weights: ArrayLike | None = None
) -> np.ndarray:
    r"""The coefficient of determination, :math:`R^2 = 1 - \mathrm{RSS}/\mathrm{TSS}`.

    At most 1; below 0 where ``fitted`` is worse than the mean of ``y``, as may
    happen on test data or without intercept.

    Parameters
    ----------
    y, fitted : (N,) or (N, K) array_like
    weights : (N,) array_like, optional
        As in :func:`sums_of_squares`.

    Returns
    -------
    scalar or (K,) array
        NaN where ``y`` is constant, for then there is nothing to explain.

    Raises
    ------
    ShapeError
        If the shapes of ``y`` and ``fitted`` differ.

    Examples
    --------
    >>> float(r_squared([0.0, 2.0], [0.0, 1.0]))
    0.5
    """
    total, _, residual = sums_of_squares(y, fitted, weights=weights)
    # The mean of equal numbers may differ from them by a rounding, so total from 0.
    constant = np.ptp(np.asarray(y), axis=0) == 0
    return 1.0 - residual / np.where(constant, np.nan, total)


def check_weights(who: str, weights: ArrayLike | None, rows: np.ndarray) -> np.ndarray:
    """The weights of the samples, ones by default, positive otherwise."""
    if weights is None:
        return np.ones(len(rows), rows.dtype)
    omega = check_rows(who, weights, len(rows), "weights")
    if omega.ndim != 1 or np.any(omega <= 0):
        raise DataError(
            f"{who}: expected positive weights of shape ({len(rows)},), received "
            f"{describe(omega)}, least {omega.min():.3g}; "
            "leave samples of weight 0 out."
        )
    return omega


def check_features(who: str, X: ArrayLike, coef: np.ndarray) -> np.ndarray:
    """New samples as a matrix, with a column for each weight of a fit."""
    X = check_matrix(who, X)
    if X.shape[1] != len(coef):
        raise ShapeError(
            f"{who}: expected X of shape (N, {len(coef)}), received {describe(X)}; "
            "give the columns of the fit, the intercept too."
        )
    return X
