r"""Least squares: the vector of the column space that is nearest to the target.

Of all weights that minimise :math:`\tfrac12 |Xw - y|^2` the function
:func:`least_squares` returns the shortest, :math:`X^+ y`, from the singular
value decomposition :math:`X = U \Sigma V^\top`. What statistics adds, the
leverage of a sample, its leave-one-out residual, the standard errors, is read
off the same three factors. Derived in ``ch-least-squares``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import ShapeError, check_matrix, check_rows, describe
from mmdl.stats.fit import Fit, check_weights
from mmdl.stats.projector import thin_svd

__all__ = ["LinearFit", "add_intercept", "landweber", "least_squares"]


@dataclass(frozen=True, eq=False)
class LinearFit(Fit):
    r"""The result of :func:`least_squares`: a :class:`Fit` and its errors.

    Attributes
    ----------
    rank : int
        The rank of X.
    singular_values : (min(N, M),) array
        In decreasing order.
    gram_inverse : (M, M) array
        :math:`(X^\top X)^+`, the covariance of the weights for unit noise.

    Examples
    --------
    >>> X = add_intercept([[0.0], [1.0], [2.0], [3.0]])
    >>> fit = least_squares(X, [0.0, 1.0, 1.0, 2.0])
    >>> fit.rank, round(float(fit.r_squared), 12)
    (2, 0.9)
    >>> fit.standard_errors.round(4)
    array([0.2646, 0.1414])
    """

    rank: int
    singular_values: np.ndarray
    gram_inverse: np.ndarray

    @property
    def degrees_of_freedom(self) -> int:
        """N - rank X, the dimension in which the residuals live."""
        return len(self.residuals) - self.rank

    @property
    def noise_variance(self) -> np.ndarray:
        """The unbiased estimate RSS / (N - rank X); NaN where N = rank X."""
        return self.rss / (self.degrees_of_freedom or np.nan)

    @property
    def covariance(self) -> np.ndarray:
        r"""The estimated covariance of the weights, :math:`s^2 (X^\top X)^+`.

        Of shape (M, M), or (K, M, M) for K targets.
        """
        return np.multiply.outer(self.noise_variance, self.gram_inverse)

    @property
    def standard_errors(self) -> np.ndarray:
        """The roots of the diagonal of :attr:`covariance`, shaped as ``coef``."""
        variances = np.diagonal(self.gram_inverse)
        return np.sqrt(np.multiply.outer(variances, self.noise_variance))


def least_squares(
    X: ArrayLike,
    y: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    rcond: float | None = None,
) -> LinearFit:
    r"""Minimise the squared error; of several minimisers return the shortest.

    .. math::

        w = X^+ y = V_r \Sigma_r^{-1} U_r^\top y
        \in \operatorname*{arg\,min}_w \tfrac12 |Xw - y|^2,

    where r is the rank. With ``weights`` :math:`\omega` the error is
    :math:`\tfrac12 \sum_i \omega_i (x_i w - y_i)^2`: the rows of X and y are
    multiplied by :math:`\sqrt{\omega_i}`; singular values, leverage, sums of
    squares and standard errors are those of the scaled problem, ``fitted`` and
    ``residuals`` are in the units of y.

    Parameters
    ----------
    X : (N, M) array_like
        One row a sample; for an intercept see :func:`add_intercept`.
    y : (N,) or (N, K) array_like
        One target, or K targets at once.
    weights : (N,) array_like, optional
        Positive weights of the samples.
    rcond : float, optional
        Singular values below ``rcond`` times the largest count as zero;
        by default ``max(N, M)`` times the machine's epsilon.

    Returns
    -------
    LinearFit

    Raises
    ------
    ShapeError
        If the shapes do not fit.
    DataError
        If an entry is not finite or a weight not positive.

    Examples
    --------
    >>> fit = least_squares([[1.0, 1.0], [1.0, 1.0]], [1.0, 3.0])
    >>> fit.coef, fit.rank
    (array([1., 1.]), 1)
    """
    X = check_matrix("least_squares", X)
    y = check_rows("least_squares", y, len(X))
    omega = check_weights("least_squares", weights, X)
    root = np.sqrt(omega)
    U, s, Vt, rank = thin_svd(root[:, None] * X, rcond)
    coordinates = U.T @ (root * y.T).T  # (r,) or (r, K)
    coef = Vt.T @ (coordinates.T / s[:rank]).T
    fitted = X @ coef
    return LinearFit(
        coef=coef,
        fitted=fitted,
        residuals=y - fitted,
        leverage=np.sum(U**2, axis=1),
        weights=omega,
        rank=rank,
        singular_values=s,
        gram_inverse=(Vt.T / s[:rank] ** 2) @ Vt,
    )


def add_intercept(X: ArrayLike) -> np.ndarray:
    """Put a column of ones before the columns of ``X``.

    Parameters
    ----------
    X : (N, M) or (N,) array_like

    Returns
    -------
    (N, 1 + M) array

    Raises
    ------
    ShapeError
        If ``X`` has more than two axes.

    Examples
    --------
    >>> add_intercept([2.0, 3.0])
    array([[1., 2.],
           [1., 3.]])
    """
    X = np.asarray(X)
    X = check_matrix("add_intercept", X[:, None] if X.ndim == 1 else X)
    return np.hstack([np.ones((len(X), 1), X.dtype), X])


def landweber(
    X: ArrayLike, y: ArrayLike, tau: float, *, start: ArrayLike | None = None
) -> Iterator[np.ndarray]:
    r"""Gradient descent on the squared error (Landweber, 1951), step by step.

    .. math:: w_{k+1} = w_k - \tau X^\top (X w_k - y), \qquad k = 0, 1, 2, \dots

    The error contracts along the j-th singular direction by
    :math:`1 - \tau \sigma_j^2` a step, so the iteration converges for
    :math:`0 < \tau < 2/\sigma_0^2`, from ``start=None`` (zero) to :math:`X^+ y`.

    Parameters
    ----------
    X : (N, M) array_like
    y : (N,) or (N, K) array_like
    tau : float
        Step size.
    start : (M,) or (M, K) array_like, optional
        The first iterate, zero by default.

    Yields
    ------
    (M,) or (M, K) array
        The iterates, the start first, without end.

    Raises
    ------
    ShapeError
        If the shapes do not fit.

    Examples
    --------
    >>> from itertools import islice
    >>> steps = landweber([[1.0], [1.0]], [1.0, 3.0], tau=0.25)
    >>> [float(w[0]) for w in islice(steps, 4)]
    [0.0, 1.0, 1.5, 1.75]
    """
    X = check_matrix("landweber", X)
    y = check_rows("landweber", y, len(X))
    shape = X.shape[1:] + y.shape[1:]
    w = np.zeros(shape, X.dtype) if start is None else np.asarray(start)
    if w.shape != shape:
        raise ShapeError(
            f"landweber: expected start of shape {shape}, received {describe(w)}."
        )
    return _landweber(X, y, tau, w)


def _landweber(
    X: np.ndarray, y: np.ndarray, tau: float, w: np.ndarray
) -> Iterator[np.ndarray]:
    while True:
        yield w
        w = w - tau * (X.T @ (X @ w - y))
