"""Logistic and softmax regression: optimality, existence, uniqueness, speed."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from mmdl import data, stats
from mmdl.errors import DataError, SeparationError, ShapeError
from mmdl.stats import logistic_regression, softmax_regression


def _overlapping(seed=0, n=60, m=3):
    rng = np.random.default_rng(seed)
    X = stats.add_intercept(rng.normal(size=(n, m)))
    p = stats.sigmoid(X @ rng.normal(size=m + 1))
    return X, (rng.uniform(size=n) < p).astype(int)


def _three_classes(seed=0, n=90, m=2):
    rng = np.random.default_rng(seed)
    X = stats.add_intercept(rng.normal(size=(n, m)))
    P = stats.softmax(X @ rng.normal(size=(m + 1, 3)))
    return X, np.array([rng.choice(3, p=p) for p in P])


def test_stable_formulas_agree_with_the_printed_ones_where_those_work():
    t = np.linspace(-30, 30, 61)
    np.testing.assert_allclose(stats.sigmoid(t), 1 / (1 + np.exp(-t)), rtol=1e-15)
    np.testing.assert_allclose(stats.softplus(t), np.log1p(np.exp(t)), rtol=1e-14)
    z = t.reshape(-1, 1) * [0.0, 1.0, -0.5]
    exact = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(stats.softmax(z), exact, rtol=1e-13)
    np.testing.assert_allclose(np.exp(stats.log_softmax(z)), exact, rtol=1e-13)


def test_stable_formulas_do_not_overflow():
    big = np.array([-1e4, 0.0, 1e4])
    assert np.all(np.isfinite(stats.softplus(big)))
    assert stats.sigmoid(-700.0) == pytest.approx(np.exp(-700.0), rel=1e-12)
    assert stats.log_softmax([0.0, -1000.0])[1] == -1000.0
    assert stats.logsumexp([-np.inf, -np.inf]) == -np.inf
    assert stats.logsumexp([np.inf, 0.0]) == np.inf
    assert stats.sigmoid(np.float32(1)).dtype == np.float32


@pytest.mark.parametrize("alpha", [0.0, 0.7, [0.0, 1.0, 2.0, 0.0]])
def test_the_gradient_vanishes_at_the_fit(alpha):
    X, y = _overlapping()
    w = logistic_regression(X, y, alpha=alpha).coef
    gradient = X.T @ (stats.sigmoid(X @ w) - y) + np.asarray(alpha) * w
    np.testing.assert_allclose(gradient, 0, atol=1e-11)


def test_newton_is_iteratively_reweighted_least_squares():
    X, y = _overlapping()
    w = np.zeros(4)
    for _ in range(logistic_regression(X, y).n_steps):
        p = stats.sigmoid(X @ w)
        weights = p * (1 - p)
        w = stats.least_squares(X, X @ w + (y - p) / weights, weights=weights).coef
    np.testing.assert_allclose(w, logistic_regression(X, y).coef, rtol=1e-9)


def test_newton_converges_quadratically():
    decrements = np.array(logistic_regression(*_overlapping()).decrements)
    last = decrements[-3:]
    assert last[1] < 2 * last[0] ** 2
    assert last[2] < 2 * last[1] ** 2 + 1e-14


def test_standard_errors_are_the_spread_of_the_weights():
    rng = np.random.default_rng(1)
    X = stats.add_intercept(rng.normal(size=(400, 1)))
    truth = np.array([0.3, -0.8])
    p = stats.sigmoid(X @ truth)
    fits = [logistic_regression(X, rng.uniform(size=400) < p) for _ in range(800)]
    spread = np.std([fit.coef for fit in fits], axis=0)
    # 5 sigma of a deviation from 800 runs is 5 / sqrt(1600) = 12.5 %
    np.testing.assert_allclose(fits[0].standard_errors, spread, rtol=0.2)


def test_dependent_columns_get_the_shortest_weights():
    X, y = _overlapping()
    doubled = logistic_regression(np.hstack([X, X]), y)
    np.testing.assert_allclose(
        doubled.coef, np.tile(logistic_regression(X, y).coef / 2, 2)
    )


def test_badly_scaled_columns_do_no_harm():
    X, y = _overlapping()
    scale = np.array([1.0, 1e4, 1e-4, 1e3])
    fit, scaled = logistic_regression(X, y), logistic_regression(X * scale, y)
    # Condition 1e8 times rounding 1e-16 leaves eight digits in the smallest column.
    np.testing.assert_allclose(scaled.coef * scale, fit.coef, rtol=1e-7)
    errors = scaled.standard_errors * scale
    np.testing.assert_allclose(errors, fit.standard_errors, rtol=1e-7)


def _separable(X, side):
    """Whether some integer direction has margins >= 0, not all 0: exactly.

    In the plane it is enough to look along, and across, each of the points.
    """
    points = [(Fraction(a), Fraction(b)) for a, b in X]
    candidates = [(s * a, s * b) for a, b in points for s in (1, -1)]
    candidates += [(-s * b, s * a) for a, b in points for s in (1, -1)]
    candidates += [(a + c, b + d) for a, b in candidates for c, d in candidates]
    for u in candidates:
        margins = [
            s * (a * u[0] + b * u[1]) for (a, b), s in zip(points, side, strict=True)
        ]
        if min(margins) >= 0 and max(margins) > 0:
            return True
    return False


def test_a_fit_exists_exactly_when_no_plane_separates():
    rng = np.random.default_rng(5)
    outcomes = set()
    for _ in range(150):
        X = rng.integers(-2, 3, size=(rng.integers(2, 7), 2)).astype(float)
        y = rng.integers(0, 2, len(X))
        separable = _separable(X.astype(int).tolist(), (2 * y - 1).tolist())
        outcomes.add(separable)
        if separable:
            with pytest.raises(SeparationError) as caught:
                logistic_regression(X, y)
            margins = (2 * y - 1) * (X @ caught.value.direction)
            assert margins.min() > -1e-6 * margins.max()
        else:
            w = logistic_regression(X, y).coef
            np.testing.assert_allclose(X.T @ (stats.sigmoid(X @ w) - y), 0, atol=1e-9)
    assert outcomes == {True, False}


def test_the_message_on_separation_says_what_to_do():
    X = stats.add_intercept(np.arange(4.0))
    with pytest.raises(
        SeparationError,
        match=r"logistic_regression: expected classes that overlap, received classes "
        r"that a plane separates; the likelihood has no maximum and the weights grow "
        r"for ever: give alpha > 0",
    ):
        logistic_regression(X, [0, 0, 1, 1])
    with pytest.raises(SeparationError, match="but for samples on it, separates"):
        logistic_regression(stats.add_intercept([0.0, 1.0, 1.0, 2.0]), [0, 0, 1, 1])


def test_a_penalty_that_spares_the_separating_weights_does_not_help():
    X = stats.add_intercept(np.arange(4.0))
    assert np.isfinite(logistic_regression(X, [0, 0, 1, 1], alpha=[0, 1]).coef).all()
    with pytest.raises(SeparationError):
        logistic_regression(X, [1, 1, 1, 1], alpha=[0, 1])


def test_breast_cancer_is_separable_by_all_thirty_features():
    table = data.breast_cancer()
    (X,) = data.standardize(table.X)
    with pytest.raises(SeparationError) as caught:
        logistic_regression(stats.add_intercept(X), table.y)
    scores = stats.add_intercept(X) @ caught.value.direction
    np.testing.assert_array_equal(scores > 0, table.y == 1)


@pytest.mark.parametrize("alpha", [0.0, 0.5, [0.0, 1.0, 2.0]])
def test_the_softmax_gradient_vanishes_at_the_fit(alpha):
    X, y = _three_classes()
    fit = softmax_regression(X, y, alpha=alpha)
    residual = fit.predict_probability(X) - np.eye(3)[y]
    gradient = X.T @ residual + (np.asarray(alpha) * fit.coef.T).T
    np.testing.assert_allclose(gradient, 0, atol=1e-11)
    np.testing.assert_allclose(fit.coef.sum(axis=1), 0, atol=1e-12)


def test_softmax_of_two_classes_is_logistic_regression():
    X, y = _overlapping()
    two, one = softmax_regression(X, y), logistic_regression(X, y)
    np.testing.assert_allclose(two.contrasts[:, 0], one.coef, rtol=1e-10)
    errors = two.contrast_standard_errors[:, 0]
    np.testing.assert_allclose(errors, one.standard_errors, rtol=1e-8)
    np.testing.assert_allclose(two.log_likelihood, one.log_likelihood, rtol=1e-12)
    np.testing.assert_array_equal(two.predict(X), one.predict(X))


def test_softmax_regression_notices_separation():
    X = stats.add_intercept(np.arange(6.0))
    with pytest.raises(SeparationError, match="softmax_regression: expected classes"):
        softmax_regression(X, [0, 0, 1, 1, 2, 2])
    with pytest.raises(SeparationError):
        softmax_regression(X, [0, 1, 0, 1, 0, 1], n_classes=3)
    assert softmax_regression(X, [0, 0, 1, 1, 2, 2], alpha=1.0).coef.shape == (2, 3)


def test_softmax_reads_the_digits():
    train, test = data.digits().split(0.8, rng=np.random.default_rng(0))
    fit = softmax_regression(stats.add_intercept(train.X), train.y, alpha=1.0)
    right = fit.predict(stats.add_intercept(test.X)) == test.y
    assert right.mean() > 0.94


@pytest.mark.parametrize("fit", [logistic_regression, softmax_regression])
def test_wrong_shapes_are_named(fit):
    X, y = _overlapping()
    with pytest.raises(
        ShapeError, match=rf"{fit.__name__}: expected y of shape \(60,\)"
    ):
        fit(X, y[:, None])
    with pytest.raises(
        ShapeError,
        match=r"X of shape \(N, 4\).*give the columns of the fit, the intercept too",
    ):
        fit(X, y).predict(X[:, 1:])
    with pytest.raises(DataError, match=f"{fit.__name__}: expected alpha >= 0, one"):
        fit(X, y, alpha=-1.0)


def test_signs_are_no_classes():
    X, y = _overlapping()
    with pytest.raises(DataError, match=r"from signs -1 and 1 take \(y \+ 1\) / 2"):
        logistic_regression(X, 2 * y - 1)
    with pytest.raises(DataError, match=r"softmax_regression: .*write y.astype\(int\)"):
        softmax_regression(X, y.astype(float))
    with pytest.raises(DataError, match="classes below n_classes = 2, received 2"):
        softmax_regression(X, 2 * y, n_classes=2)


def test_steps_that_do_not_suffice_are_reported():
    with pytest.raises(
        ValueError, match="expected to arrive within 1 steps, received a"
    ):
        logistic_regression(*_overlapping(), max_steps=1)


def test_inputs_are_not_mutated():
    X, y = _overlapping()
    before = X.copy(), y.copy()
    logistic_regression(X, y), softmax_regression(X, y)
    for array, copy in zip((X, y), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_hessian_of_softmax_is_at_most_one_half():
    rng = np.random.default_rng(0)
    largest = 0.0
    for p in np.vstack([rng.dirichlet(np.ones(4), 200), [[0.5, 0.5, 0, 0]]]):
        largest = max(largest, np.linalg.eigvalsh(np.diag(p) - np.outer(p, p))[-1])
    assert largest == pytest.approx(0.5)


def test_separation_of_small_signed_patterns_is_decided_like_by_enumeration():
    corners = np.array(list(product([-1.0, 1.0], repeat=2)))
    X = stats.add_intercept(corners)
    outcomes = []
    for labels in product([0, 1], repeat=4):
        try:
            logistic_regression(X, np.array(labels))
        except SeparationError:
            outcomes.append(labels)
    # All labellings of the square but XOR and its complement are separable.
    assert len(outcomes) == 14
    assert (0, 1, 1, 0) not in outcomes
    assert (1, 0, 0, 1) not in outcomes
