r"""Likelihood: how well a law explains the data, and how sharply data fix it.

A :class:`Law` is a family of densities :math:`p_\theta` with one real parameter.
The score :math:`\partial_\theta \log p_\theta` has mean 0; its variance is the
Fisher information :math:`I(\theta)`, and no unbiased estimator from N samples
has a smaller variance than :math:`1/(N I(\theta))`. Derived in
``ch-likelihood``.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import DataError, ShapeError, check_finite, check_rng, describe
from mmdl.functional import logsumexp

__all__ = [
    "LAWS",
    "Law",
    "bernoulli",
    "cramer_rao_bound",
    "exponential",
    "geometric",
    "log_likelihood",
    "mixture_log_likelihood",
    "normal_log_density",
    "normal_mean",
    "normal_variance",
    "poisson",
]

_log_factorial = np.vectorize(lambda k: math.lgamma(k + 1), otypes=[float])


@dataclass(frozen=True)
class Law:
    r"""A family of laws with one real parameter.

    Attributes
    ----------
    name : str
    log_density : callable
        :math:`\log p_\theta(x)` of (x, theta), for points x of the support; the
        density is with respect to length, or counts points.
    score : callable
        Its derivative by theta, of (x, theta).
    fisher_information : callable
        :math:`I(\theta)` of one sample.
    draw : callable
        Samples, of (rng, theta, n).
    statistic, from_mean : callable
        All these are exponential families: the most likely parameter is a
        function of the mean of one statistic of the samples.
    parameters : tuple of float
        The open interval of the parameter.

    Examples
    --------
    >>> float(bernoulli.log_density(1, 0.25).round(4))
    -1.3863
    >>> bernoulli.estimate([0, 1, 1, 1])
    0.75
    """

    name: str
    log_density: Callable[[ArrayLike, float], np.ndarray]
    score: Callable[[ArrayLike, float], np.ndarray]
    fisher_information: Callable[[float], float]
    draw: Callable[[np.random.Generator, float, int], np.ndarray]
    statistic: Callable[[np.ndarray], np.ndarray]
    from_mean: Callable[[float], float]
    parameters: tuple[float, float]

    def estimate(self, x: ArrayLike) -> float:
        """The maximum-likelihood estimate of the parameter.

        Parameters
        ----------
        x : (N,) array_like

        Returns
        -------
        float
            On the border of ``parameters`` if the supremum is not attained.

        Raises
        ------
        DataError
            If the sample is empty or not finite.
        """
        x = check_finite(f"{self.name}.estimate", np.asarray(x, dtype=float), "x")
        if x.size == 0:
            raise DataError(f"{self.name}.estimate: expected a sample, received none.")
        return float(self.from_mean(np.mean(self.statistic(x))))

    def sample(self, theta: float, n: int, *, rng: np.random.Generator) -> np.ndarray:
        """Draw n independent points.

        Parameters
        ----------
        theta : float
        n : int
        rng : numpy.random.Generator

        Returns
        -------
        (n,) array

        Raises
        ------
        ValueError
            If ``theta`` is not inside ``parameters``.
        """
        check_rng(f"{self.name}.sample", rng)
        return np.asarray(self.draw(rng, self.check(theta), n))

    def check(self, theta: float) -> float:
        """Return ``theta`` if it is inside the interval of parameters.

        Parameters
        ----------
        theta : float

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If it is not.
        """
        low, high = self.parameters
        if not low < theta < high:
            raise ValueError(
                f"{self.name}: expected a parameter between {low:g} and {high:g}, "
                f"received {theta!r}."
            )
        return theta


bernoulli = Law(
    "bernoulli",
    log_density=lambda x, p: np.asarray(x) * np.log(p / (1 - p)) + np.log1p(-p),
    score=lambda x, p: (np.asarray(x) - p) / (p * (1 - p)),
    fisher_information=lambda p: 1 / (p * (1 - p)),
    draw=lambda rng, p, n: (rng.uniform(size=n) < p).astype(np.int64),
    statistic=lambda x: x,
    from_mean=lambda mean: mean,
    parameters=(0.0, 1.0),
)
geometric = Law(
    "geometric",  # the number of trials up to the first success: 1, 2, ...
    log_density=lambda x, p: (np.asarray(x) - 1) * np.log1p(-p) + np.log(p),
    score=lambda x, p: 1 / p - (np.asarray(x) - 1) / (1 - p),
    fisher_information=lambda p: 1 / (p**2 * (1 - p)),
    draw=lambda rng, p, n: rng.geometric(p, n),
    statistic=lambda x: x,
    from_mean=lambda mean: 1 / mean if mean else math.inf,
    parameters=(0.0, 1.0),
)
poisson = Law(
    "poisson",
    log_density=lambda x, rate: np.asarray(x) * np.log(rate) - rate - _log_factorial(x),
    score=lambda x, rate: np.asarray(x) / rate - 1,
    fisher_information=lambda rate: 1 / rate,
    draw=lambda rng, rate, n: rng.poisson(rate, n),
    statistic=lambda x: x,
    from_mean=lambda mean: mean,
    parameters=(0.0, math.inf),
)
exponential = Law(
    "exponential",  # parametrised by the rate
    log_density=lambda x, rate: np.log(rate) - rate * np.asarray(x),
    score=lambda x, rate: 1 / rate - np.asarray(x),
    fisher_information=lambda rate: 1 / rate**2,
    draw=lambda rng, rate, n: rng.exponential(1 / rate, n),
    statistic=lambda x: x,
    from_mean=lambda mean: 1 / mean if mean else math.inf,
    parameters=(0.0, math.inf),
)
normal_mean = Law(
    "normal_mean",  # variance 1
    log_density=lambda x, mean: -((np.asarray(x) - mean) ** 2 + math.log(math.tau)) / 2,
    score=lambda x, mean: np.asarray(x) - mean,
    fisher_information=lambda mean: 1.0,
    draw=lambda rng, mean, n: rng.normal(mean, 1, n),
    statistic=lambda x: x,
    from_mean=lambda mean: mean,
    parameters=(-math.inf, math.inf),
)
normal_variance = Law(
    "normal_variance",  # mean 0
    log_density=lambda x, v: -(np.asarray(x) ** 2 / v + np.log(math.tau * v)) / 2,
    score=lambda x, v: (np.asarray(x) ** 2 / v - 1) / (2 * v),
    fisher_information=lambda v: 1 / (2 * v**2),
    draw=lambda rng, v, n: rng.normal(0, math.sqrt(v), n),
    statistic=np.square,
    from_mean=lambda mean: mean,
    parameters=(0.0, math.inf),
)
LAWS = (bernoulli, geometric, poisson, exponential, normal_mean, normal_variance)


def log_likelihood(law: Law, x: ArrayLike, theta: float) -> float:
    r"""The logarithm of the likelihood of independent samples.

    .. math:: \sum_i \log p_\theta(x_i)

    Parameters
    ----------
    law : Law
    x : (N,) array_like
    theta : float

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If ``theta`` is not a parameter of the law.

    Examples
    --------
    >>> round(log_likelihood(bernoulli, [0, 1], 0.5), 4)
    -1.3863
    """
    return float(np.sum(law.log_density(np.asarray(x), law.check(theta))))


def cramer_rao_bound(law: Law, theta: float, n: int) -> float:
    r"""The least variance :math:`1 / (N I(\theta))` of an unbiased estimate.

    Parameters
    ----------
    law : Law
    theta : float
    n : int
        The number N of samples.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If ``theta`` is not a parameter of the law.

    Examples
    --------
    >>> cramer_rao_bound(poisson, 2.0, n=100)
    0.02
    """
    return float(1 / (n * law.fisher_information(law.check(theta))))


def normal_log_density(
    x: ArrayLike, mean: ArrayLike = 0.0, deviation: ArrayLike = 1.0
) -> np.ndarray:
    r"""The log-density of the normal law.

    .. math:: -\frac{(x - \mu)^2}{2 s^2} - \log s - \tfrac12 \log 2\pi

    Parameters
    ----------
    x, mean, deviation : array_like
        Of shapes that broadcast; the deviation is positive.

    Returns
    -------
    array

    Raises
    ------
    DataError
        If a deviation is not positive.

    Examples
    --------
    >>> float(normal_log_density(0.0).round(4))
    -0.9189
    """
    s = np.asarray(deviation, dtype=np.float64)
    if not np.all(s > 0):
        raise DataError(
            "normal_log_density: expected positive deviations, received others."
        )
    with np.errstate(over="ignore"):  # far away in a narrow law: log 0 = -inf
        z = (np.asarray(x) - np.asarray(mean)) / s
        return -(z**2) / 2 - np.log(s) - math.log(math.tau) / 2


def mixture_log_likelihood(
    x: ArrayLike, weights: ArrayLike, means: ArrayLike, deviations: ArrayLike
) -> float:
    r"""The log-likelihood of a mixture of normal laws.

    .. math:: \sum_i \log \sum_k \pi_k \, \mathcal{N}(x_i; \mu_k, s_k^2)

    It has no upper bound: a component that sits on a sample and shrinks makes
    it as large as one likes.

    Parameters
    ----------
    x : (N,) array_like
    weights, means, deviations : (K,) array_like
        The weights are probabilities, the deviations positive.

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        If the shapes do not fit.
    DataError
        If a deviation is not positive.

    Examples
    --------
    >>> [round(mixture_log_likelihood([0.0, 3.0], [0.5, 0.5], [0.0, 1.0], [s, 1.0]))
    ...  for s in (1e-2, 1e-4, 1e-6)]
    [-1, 4, 9]
    """
    x, weights = np.asarray(x), np.asarray(weights, dtype=np.float64)
    means, deviations = np.asarray(means), np.asarray(deviations)
    if x.ndim != 1 or not weights.shape == means.shape == deviations.shape:
        raise ShapeError(
            f"mixture_log_likelihood: expected x of shape (N,) and weights, means, "
            f"deviations of shape (K,), received {describe(x)}, {describe(weights)}, "
            f"{describe(means)}, {describe(deviations)}."
        )
    with np.errstate(divide="ignore"):
        terms = np.log(weights) + normal_log_density(x[:, None], means, deviations)
    return float(np.sum(logsumexp(terms, axis=1)))
