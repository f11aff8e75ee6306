"""The laws of the chapter: densities, scores, information, estimates, sampling."""

import numpy as np
import pytest

from mmdl import stats
from mmdl.errors import DataError, ShapeError
from mmdl.stats import LAWS

THETA = {
    "bernoulli": 0.3,
    "geometric": 0.4,
    "poisson": 2.5,
    "exponential": 1.7,
    "normal_mean": 0.6,
    "normal_variance": 2.2,
}
POINTS = {"bernoulli": np.arange(2), "geometric": np.arange(1, 120)}
POINTS["poisson"] = np.arange(0, 80)
each = pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)


def _grid(law):
    """Points and their weights: an exact sum, or the trapezoidal rule."""
    if law.name in POINTS:
        return POINTS[law.name], np.ones(len(POINTS[law.name]))
    low = 0.0 if law.name == "exponential" else -25.0
    x = np.linspace(low, 25.0, 400_001)
    weights = np.full(len(x), x[1] - x[0])
    weights[[0, -1]] /= 2
    return x, weights


def _expectation(law, f):
    x, weights = _grid(law)
    return np.sum(weights * np.exp(law.log_density(x, THETA[law.name])) * f(x))


@each
def test_probabilities_sum_to_one(law):
    np.testing.assert_allclose(_expectation(law, np.ones_like), 1, atol=1e-8)


@each
def test_the_score_is_the_derivative_of_the_log_density(law):
    x, h = _grid(law)[0][::1000], 1e-6
    theta = THETA[law.name]
    difference = law.log_density(x, theta + h) - law.log_density(x, theta - h)
    np.testing.assert_allclose(law.score(x, theta), difference / (2 * h), rtol=1e-6)


@each
def test_the_score_has_mean_zero_and_the_information_as_its_variance(law):
    theta = THETA[law.name]
    mean = _expectation(law, lambda x: law.score(x, theta))
    square = _expectation(law, lambda x: law.score(x, theta) ** 2)
    np.testing.assert_allclose(mean, 0, atol=1e-8)
    np.testing.assert_allclose(square, law.fisher_information(theta), rtol=1e-7)


@each
def test_the_estimate_has_the_largest_likelihood(law):
    rng = np.random.default_rng(1)
    x = law.sample(THETA[law.name], 50, rng=rng)
    best = law.estimate(x)
    top = stats.log_likelihood(law, x, best)
    for factor in (0.9, 0.99, 1.01, 1.1):
        assert stats.log_likelihood(law, x, best * factor) < top
    np.testing.assert_allclose(np.sum(law.score(x, best)), 0, atol=1e-10)


@each
def test_the_variance_of_the_estimate_tends_to_the_bound(law):
    rng = np.random.default_rng(2)
    theta, n, runs = THETA[law.name], 400, 4000
    samples = law.sample(theta, n * runs, rng=rng).reshape(runs, n)
    estimates = np.array([law.estimate(x) for x in samples])
    ratio = estimates.var() / stats.cramer_rao_bound(law, theta, n)
    # 5 sigma of a variance from 4,000 runs is 5 sqrt(2 / 4000) = 11 %; bias O(1/n)
    assert abs(ratio - 1) < 0.13


@each
def test_samples_follow_the_density(law):
    x = law.sample(THETA[law.name], 100_000, rng=np.random.default_rng(3))
    mean = _expectation(law, lambda t: t)
    spread = np.sqrt(_expectation(law, lambda t: (t - mean) ** 2))
    assert abs(x.mean() - mean) < 5 * spread / np.sqrt(len(x))


@each
def test_parameters_outside_are_refused(law):
    low, high = law.parameters
    for theta in (low, high, np.nan):
        with pytest.raises(
            ValueError, match=f"{law.name}: expected a parameter between"
        ):
            stats.log_likelihood(law, [1.0], theta)


def test_an_empty_or_broken_sample_has_no_estimate():
    with pytest.raises(
        DataError, match=r"poisson.estimate: expected a sample, received"
    ):
        stats.poisson.estimate([])
    with pytest.raises(
        DataError, match=r"poisson.estimate: expected finite numbers in x"
    ):
        stats.poisson.estimate([np.nan])


def test_an_unattained_supremum_is_on_the_border():
    assert stats.bernoulli.estimate([1, 1]) == 1.0
    assert stats.exponential.estimate([0.0, 0.0]) == np.inf


def test_the_likelihood_of_a_mixture_has_no_upper_bound():
    x = np.random.default_rng(4).normal(size=30)
    values = [
        stats.mixture_log_likelihood(x, [0.5, 0.5], [x[0], 0.0], [s, 1.0])
        for s in 10.0 ** -np.arange(1, 300, 20)
    ]
    steps = np.diff(values)
    np.testing.assert_allclose(steps[1:], 20 * np.log(10), rtol=1e-6)


def test_a_mixture_of_one_is_a_normal_law():
    x = np.linspace(-3, 3, 7)
    value = stats.mixture_log_likelihood(x, [1.0], [0.5], [2.0])
    np.testing.assert_allclose(value, np.sum(stats.normal_log_density(x, 0.5, 2.0)))


def test_a_component_of_weight_zero_does_not_count():
    x = np.linspace(-3, 3, 7)
    value = stats.mixture_log_likelihood(x, [1.0, 0.0], [0.5, 9.0], [2.0, 1.0])
    np.testing.assert_allclose(
        value, stats.mixture_log_likelihood(x, [1.0], [0.5], [2.0])
    )


def test_mixtures_refuse_what_does_not_fit():
    with pytest.raises(ShapeError, match="expected x of shape"):
        stats.mixture_log_likelihood([1.0], [1.0], [0.0, 1.0], [1.0])
    with pytest.raises(DataError, match="expected positive deviations"):
        stats.normal_log_density(0.0, 0.0, -1.0)
