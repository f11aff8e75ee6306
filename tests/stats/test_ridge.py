"""Ridge regression: closed form, filters, bias and variance."""

import numpy as np
import pytest

from mmdl.errors import ShapeError
from mmdl.stats import least_squares, ridge, ridge_error, ridge_path

SHAPES = [(8, 3), (3, 8), (5, 5)]


def _problem(shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape), rng.normal(size=shape[0])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("alpha", [1e-3, 1.0, 50.0])
def test_ridge_solves_the_shifted_normal_equations(shape, alpha):
    X, y = _problem(shape)
    w = ridge(X, y, alpha).coef
    np.testing.assert_allclose(X.T @ (X @ w - y) + alpha * w, 0, atol=1e-11)


@pytest.mark.parametrize("shape", SHAPES)
def test_ridge_is_least_squares_on_augmented_data(shape):
    X, y = _problem(shape)
    M = shape[1]
    stacked = least_squares(
        np.vstack([X, np.sqrt(2) * np.eye(M)]), np.r_[y, np.zeros(M)]
    )
    np.testing.assert_allclose(ridge(X, y, 2.0).coef, stacked.coef, atol=1e-12)


def test_ridge_tends_to_the_shortest_least_squares_solution():
    X, y = _problem((3, 8))
    w = ridge(X, y, 1e-9).coef
    np.testing.assert_allclose(w, least_squares(X, y).coef, atol=1e-7)


def test_leverage_is_the_derivative_of_the_fitted_value_by_its_target():
    X, y = _problem((8, 3))
    fit = ridge(X, y, 2.0)
    smoother = X @ np.linalg.solve(X.T @ X + 2.0 * np.eye(3), X.T)
    np.testing.assert_allclose(fit.leverage, np.diag(smoother), rtol=1e-12)
    np.testing.assert_allclose(fit.degrees_of_freedom, np.trace(smoother), rtol=1e-12)


def test_leave_one_out_residuals_equal_those_of_the_refits():
    X, y = _problem((9, 4))
    got = ridge(X, y, 0.7).loo_residuals
    for i in range(9):
        rest = np.arange(9) != i
        w = ridge(X[rest], y[rest], 0.7).coef
        np.testing.assert_allclose(got[i], y[i] - X[i] @ w, rtol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_path_is_made_of_single_fits(shape):
    X, y = _problem(shape)
    alphas = np.logspace(-3, 3, 7)
    path = ridge_path(X, y, alphas)
    for alpha, w in zip(alphas, path, strict=True):
        np.testing.assert_allclose(w, ridge(X, y, alpha).coef, atol=1e-12)
    assert np.all(np.diff(np.linalg.norm(path, axis=1)) < 0)


@pytest.mark.parametrize("shape", SHAPES)
def test_bias_and_variance_are_those_of_simulated_fits(shape):
    rng = np.random.default_rng(1)
    X, beta = rng.normal(size=shape), rng.normal(size=shape[1])
    Y = (X @ beta)[:, None] + 0.5 * rng.normal(size=(shape[0], 50_000))
    W = ridge(X, Y, 1.5).coef.T
    error = ridge_error(X, beta, 0.25, 1.5)
    bias = np.sum((W.mean(axis=0) - beta) ** 2)
    np.testing.assert_allclose(bias, error.squared_bias, rtol=0.05)
    np.testing.assert_allclose(W.var(axis=0).sum(), error.variance, rtol=0.02)
    total = np.mean(np.sum((W - beta) ** 2, axis=1))
    np.testing.assert_allclose(total, error.total, rtol=0.02)


def test_a_little_ridge_beats_least_squares():
    X, beta = _problem((20, 4))[0], np.ones(4)
    s = np.linalg.svd(X, compute_uv=False)
    h = 1e-6
    ols = np.sum(1 / s**2)
    slope = (ridge_error(X, beta, 1.0, h).total - ols) / h
    np.testing.assert_allclose(slope, -2 * np.sum(s**-4.0), rtol=1e-4)


@pytest.mark.parametrize("alpha", [0, -1.0, np.nan])
def test_alpha_must_be_positive(alpha):
    with pytest.raises(ValueError, match=r"ridge: expected alpha > 0, received"):
        ridge(np.ones((2, 1)), np.ones(2), alpha)


def test_the_path_takes_one_target():
    with pytest.raises(ShapeError, match=r"expected one target y of shape \(2,\)"):
        ridge_path(np.ones((2, 1)), np.ones((2, 3)), [1.0])
