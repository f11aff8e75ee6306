r"""Entropy, cross-entropy and relative entropy, in nats.

.. math::

    H(p, q) = -\sum_k p_k \log q_k = H(p) + \mathrm{KL}(p \| q),

the bill is the price plus the overcharge. The first slot is the data. Two
conventions make the formulas whole: :math:`0 \log 0 = 0`, and the value is
:math:`+\infty` where p charges what q holds for impossible. Derived in
``ch-likelihood``.
"""

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import DataError, ShapeError, describe

__all__ = [
    "conditional_cross_entropy",
    "conditional_entropy",
    "cross_entropy",
    "entropy",
    "gaussian_kl",
    "jensen_shannon",
    "kl",
    "mutual_information",
    "total_variation",
]


def entropy(p: ArrayLike, *, base: float | None = None) -> np.ndarray:
    r"""Shannon's entropy :math:`H(p) = -\sum_k p_k \log p_k`.

    Parameters
    ----------
    p : (..., K) array_like
        Probabilities along the last axis.
    base : float, optional
        Of the logarithm: 2 counts bits; nats by default.

    Returns
    -------
    (...) array

    Raises
    ------
    DataError
        If these are no probabilities.

    Examples
    --------
    >>> float(entropy([0.5, 0.25, 0.25], base=2))
    1.5
    """
    p = _distribution("entropy", p, "p")
    return _in_base(-np.sum(_times_log(p, p), axis=-1), base)


def cross_entropy(
    p: ArrayLike, q: ArrayLike, *, base: float | None = None
) -> np.ndarray:
    r"""The mean surprise at data from p of who believes in q.

    .. math:: H(p, q) = -\sum_k p_k \log q_k

    Parameters
    ----------
    p, q : (..., K) array_like
        Probabilities along the last axis; p is the data.
    base : float, optional
        As in :func:`entropy`.

    Returns
    -------
    (...) array
        Infinite where q is 0 and p is not.

    Raises
    ------
    ShapeError, DataError
        If these are no probabilities on the same points.

    Examples
    --------
    >>> float(cross_entropy([0.5, 0.5], [0.25, 0.75], base=2).round(4))
    1.2075
    >>> float(cross_entropy([0.5, 0.5], [0.0, 1.0]))
    inf
    """
    p, q = _pair("cross_entropy", p, q)
    return _in_base(-np.sum(_times_log(p, q), axis=-1), base)


def kl(p: ArrayLike, q: ArrayLike, *, base: float | None = None) -> np.ndarray:
    r"""The relative entropy, or Kullback-Leibler divergence.

    .. math:: \mathrm{KL}(p \| q) = \sum_k p_k \log (p_k / q_k) \ge 0

    Not symmetric: p is the data, q the model.

    Parameters
    ----------
    p, q : (..., K) array_like
        Probabilities along the last axis.
    base : float, optional
        As in :func:`entropy`.

    Returns
    -------
    (...) array
        Infinite where q is 0 and p is not.

    Raises
    ------
    ShapeError, DataError
        If these are no probabilities on the same points.

    Examples
    --------
    >>> float(kl([1.0, 0.0], [0.5, 0.5], base=2)), float(kl([0.5, 0.5], [1.0, 0.0]))
    (1.0, inf)
    """
    p, q = _pair("kl", p, q)
    return _in_base(np.sum(_times_log(p, p) - _times_log(p, q), axis=-1), base)


def jensen_shannon(
    p: ArrayLike, q: ArrayLike, *, base: float | None = None
) -> np.ndarray:
    r"""The symmetric divergence of Jensen and Shannon, at most :math:`\log 2`.

    .. math::

        \mathrm{JS}(p, q) = \tfrac12 \mathrm{KL}(p \| m)
        + \tfrac12 \mathrm{KL}(q \| m), \qquad m = \tfrac12 (p + q)

    Parameters
    ----------
    p, q : (..., K) array_like
        Probabilities along the last axis.
    base : float, optional
        As in :func:`entropy`.

    Returns
    -------
    (...) array

    Raises
    ------
    ShapeError, DataError
        If these are no probabilities on the same points.

    Examples
    --------
    >>> float(jensen_shannon([1.0, 0.0], [0.0, 1.0], base=2))
    1.0
    """
    p, q = _pair("jensen_shannon", p, q)
    middle = (p + q) / 2
    return (kl(p, middle, base=base) + kl(q, middle, base=base)) / 2


def total_variation(p: ArrayLike, q: ArrayLike) -> np.ndarray:
    r"""The largest difference of the probabilities that two laws give an event.

    .. math:: \mathrm{TV}(p, q) = \tfrac12 \sum_k |p_k - q_k|

    Parameters
    ----------
    p, q : (..., K) array_like
        Probabilities along the last axis.

    Returns
    -------
    (...) array

    Raises
    ------
    ShapeError, DataError
        If these are no probabilities on the same points.

    Examples
    --------
    >>> float(total_variation([0.5, 0.5], [0.25, 0.75]))
    0.25
    """
    p, q = _pair("total_variation", p, q)
    return np.sum(np.abs(p - q), axis=-1) / 2


def conditional_entropy(joint: ArrayLike, *, base: float | None = None) -> np.ndarray:
    r"""What X leaves open of Y, :math:`H(Y | X) = H(X, Y) - H(X)`.

    Parameters
    ----------
    joint : (K, L) array_like
        The probabilities of the pairs; X is the row, Y the column.
    base : float, optional
        As in :func:`entropy`.

    Returns
    -------
    float

    Raises
    ------
    ShapeError, DataError
        If this is no matrix of probabilities.

    Examples
    --------
    >>> float(conditional_entropy([[0.5, 0.0], [0.25, 0.25]], base=2))
    0.5
    """
    return conditional_cross_entropy(joint, joint, base=base)


def conditional_cross_entropy(
    p: ArrayLike, q: ArrayLike, *, base: float | None = None
) -> np.ndarray:
    r"""The mean cross-entropy of the conditional laws of Y given X.

    .. math:: -\sum_{x, y} p(x, y) \log q(y | x)

    By the chain rule this is :math:`H(p_{XY}, q_{XY}) - H(p_X, q_X)`. It is what
    a classifier's loss estimates: no law of X enters.

    Parameters
    ----------
    p, q : (K, L) array_like
        The probabilities of the pairs; X is the row, Y the column.
    base : float, optional
        As in :func:`entropy`.

    Returns
    -------
    float
        Infinite where q holds for impossible what p does not.

    Raises
    ------
    ShapeError, DataError
        If these are no matrices of probabilities of one shape.

    Examples
    --------
    >>> p, q = [[0.5, 0.0], [0.25, 0.25]], [[0.25, 0.25], [0.25, 0.25]]
    >>> float(conditional_cross_entropy(p, q, base=2))
    1.0
    """
    p, q = (_joint("conditional_cross_entropy", a) for a in (p, q))
    if p.shape != q.shape:
        raise ShapeError(
            f"conditional_cross_entropy: expected two matrices of one shape, received "
            f"{describe(p)} and {describe(q)}."
        )
    marginal = np.sum(q, axis=1, keepdims=True)
    rows = np.divide(q, marginal, out=np.zeros_like(q), where=marginal > 0)
    return _in_base(-np.sum(_times_log(p, rows)), base)


def mutual_information(joint: ArrayLike, *, base: float | None = None) -> np.ndarray:
    r"""What X tells about Y, and Y about X.

    .. math:: I(X; Y) = \mathrm{KL}(p_{XY} \| p_X \otimes p_Y)

    Parameters
    ----------
    joint : (K, L) array_like
        The probabilities of the pairs.
    base : float, optional
        As in :func:`entropy`.

    Returns
    -------
    float

    Raises
    ------
    ShapeError, DataError
        If this is no matrix of probabilities.

    Examples
    --------
    >>> float(mutual_information([[0.5, 0.0], [0.0, 0.5]], base=2))
    1.0
    """
    p = _joint("mutual_information", joint)
    product = np.outer(np.sum(p, axis=1), np.sum(p, axis=0))
    return kl(p.ravel(), product.ravel(), base=base)


def gaussian_kl(
    mean: ArrayLike, cov: ArrayLike, other_mean: ArrayLike, other_cov: ArrayLike
) -> float:
    r"""The relative entropy of two normal laws on :math:`\mathbb{R}^d`, in nats.

    .. math::

        \mathrm{KL} = \tfrac12 \Bigl( \operatorname{tr}(\Sigma_1^{-1} \Sigma_0)
        + (\mu_1 - \mu_0)^\top \Sigma_1^{-1} (\mu_1 - \mu_0) - d
        + \log \frac{\det \Sigma_1}{\det \Sigma_0} \Bigr).

    Parameters
    ----------
    mean, other_mean : (d,) array_like or float
    cov, other_cov : (d, d) array_like or float
        Positive definite; the law with index 0 is the first one, the data.

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        If the shapes do not fit.
    DataError
        If a covariance is not symmetric and positive definite.

    Examples
    --------
    >>> gaussian_kl(0.0, 1.0, 1.0, 1.0)
    0.5
    """
    mean0, root0 = _normal("gaussian_kl", mean, cov)
    mean1, root1 = _normal("gaussian_kl", other_mean, other_cov)
    if mean0.shape != mean1.shape:
        raise ShapeError(
            f"gaussian_kl: expected two laws of one dimension, received means "
            f"{describe(mean0)} and {describe(mean1)}."
        )
    ratio = np.linalg.solve(root1, root0)
    shift = np.linalg.solve(root1, mean1 - mean0)
    log_ratio = np.sum(np.log(np.diagonal(root1) / np.diagonal(root0)))
    total = np.sum(ratio**2) + shift @ shift - len(mean0)
    return float(total / 2 + log_ratio)


def _times_log(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Compute p log q with 0 log 0 = 0, and -inf where q is 0 and p is not."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * np.log(q), 0.0)


def _in_base(nats: np.ndarray, base: float | None) -> np.ndarray:
    # Adding 0 turns the -0 of a certain event into 0.
    return (nats if base is None else nats / np.log(base)) + 0.0


def _distribution(who: str, p: ArrayLike, name: str) -> np.ndarray:
    p = np.asarray(p, dtype=np.float64)
    # 1e-6 a point lets probabilities computed in float32 pass.
    if (
        p.ndim == 0
        or not np.all(p >= 0)
        or not np.all(np.abs(np.sum(p, axis=-1) - 1) <= 1e-6 * p.shape[-1])
    ):
        raise DataError(
            f"{who}: expected probabilities in {name}, >= 0 and of sum 1 along the "
            f"last axis, received {describe(p)} of another kind; divide by the sum."
        )
    return p


def _pair(who: str, p: ArrayLike, q: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    p, q = _distribution(who, p, "p"), _distribution(who, q, "q")
    if p.shape[-1] != q.shape[-1]:
        raise ShapeError(
            f"{who}: expected p and q on the same points, received {describe(p)} and "
            f"{describe(q)}."
        )
    return p, q


def _joint(who: str, joint: ArrayLike) -> np.ndarray:
    joint = np.asarray(joint, dtype=np.float64)
    if joint.ndim != 2:
        raise ShapeError(
            f"{who}: expected a matrix of joint probabilities, received "
            f"{describe(joint)}."
        )
    return _distribution(who, joint.ravel(), "the joint law").reshape(joint.shape)


def _normal(who: str, mean: ArrayLike, cov: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """The mean and the Cholesky factor of the covariance of a normal law."""
    mean = np.atleast_1d(np.asarray(mean, dtype=np.float64))
    cov = np.atleast_2d(np.asarray(cov, dtype=np.float64))
    if mean.ndim != 1 or cov.shape != 2 * mean.shape:
        raise ShapeError(
            f"{who}: expected a mean of shape (d,) and a covariance of shape (d, d), "
            f"received {describe(mean)} and {describe(cov)}."
        )
    try:
        root = np.linalg.cholesky(cov)
    except np.linalg.LinAlgError:
        root = np.full_like(cov, np.nan)  # what the browser's NumPy returns
    if not np.isfinite(root).all() or not np.allclose(cov, cov.T):
        raise DataError(
            f"{who}: expected a covariance that is symmetric and positive definite, "
            f"received {describe(cov)} of another kind."
        )
    return mean, root
