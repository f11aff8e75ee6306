"""Least squares: the theorems of the chapter, on random problems of every rank."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdl.errors import DataError, ShapeError
from mmdl.stats import (
    add_intercept,
    hat_matrix,
    landweber,
    least_squares,
    leverage,
    pseudo_inverse,
    r_squared,
    sums_of_squares,
)


@st.composite
def problems(draw, intercept=False):
    """A random (X, y) of any shape and any rank, well conditioned on its range."""
    n, m = draw(st.integers(1, 9)), draw(st.integers(1, 6))
    rank = draw(st.integers(1, min(n, m)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    X = rng.normal(size=(n, rank)) @ np.eye(rank, m) @ _rotation(rng, m)
    return (add_intercept(X) if intercept else X), rng.normal(size=n)


def _rotation(rng, m):
    return np.linalg.qr(rng.normal(size=(m, m)))[0]


@given(problems())
def test_the_residual_is_orthogonal_to_the_columns(problem):
    X, y = problem
    np.testing.assert_allclose(X.T @ least_squares(X, y).residuals, 0, atol=1e-10)


@given(problems())
def test_coef_is_the_shortest_minimiser(problem):
    X, y = problem
    fit = least_squares(X, y)
    expected = np.linalg.lstsq(X, y, rcond=None)[0]
    np.testing.assert_allclose(
        fit.coef, expected, atol=1e-8 * (1 + abs(expected).max())
    )
    kernel = np.eye(X.shape[1]) - pseudo_inverse(X) @ X
    np.testing.assert_allclose(
        kernel @ fit.coef, 0, atol=1e-9 * (1 + abs(fit.coef).max())
    )


@given(problems())
def test_the_hat_matrix_is_the_orthogonal_projector_on_the_columns(problem):
    X, y = problem
    P = hat_matrix(X)
    np.testing.assert_allclose(P, P.T, atol=1e-12)
    np.testing.assert_allclose(P @ P, P, atol=1e-12)
    np.testing.assert_allclose(P @ X, X, atol=1e-10)
    np.testing.assert_allclose(np.trace(P), np.linalg.matrix_rank(X), atol=1e-10)
    np.testing.assert_allclose(P @ y, least_squares(X, y).fitted, atol=1e-10)


@given(problems())
def test_leverage_is_between_0_and_1_and_sums_to_the_rank(problem):
    X, y = problem
    h = leverage(X)
    np.testing.assert_allclose(h, np.diag(hat_matrix(X)), atol=1e-12)
    np.testing.assert_allclose(h, least_squares(X, y).leverage, atol=1e-12)
    assert np.all((h >= -1e-12) & (h <= 1 + 1e-12))


@given(problems())
def test_the_pseudo_inverse_satisfies_the_four_penrose_equations(problem):
    X, _ = problem
    G = pseudo_inverse(X)
    np.testing.assert_allclose(X @ G @ X, X, atol=1e-9)
    np.testing.assert_allclose(G @ X @ G, G, atol=1e-9 * (1 + abs(G).max()) ** 2)
    np.testing.assert_allclose(X @ G, (X @ G).T, atol=1e-9)
    np.testing.assert_allclose(G @ X, (G @ X).T, atol=1e-9)


@given(problems(intercept=True))
def test_total_is_explained_plus_residual_with_an_intercept(problem):
    X, y = problem
    sums = sums_of_squares(y, least_squares(X, y).fitted)
    np.testing.assert_allclose(sums.total, sums.explained + sums.residual, atol=1e-9)


def test_r_squared_is_the_squared_correlation_with_an_intercept():
    rng = np.random.default_rng(1)
    X, y = add_intercept(rng.normal(size=(30, 3))), rng.normal(size=30)
    fit = least_squares(X, y)
    expected = np.corrcoef(y, fit.fitted)[0, 1] ** 2
    np.testing.assert_allclose(fit.r_squared, expected, rtol=1e-12)


def test_r_squared_of_bad_predictions_is_negative():
    assert r_squared([0.0, 1.0], [1.0, 0.0]) == -3.0


def test_r_squared_of_a_constant_target_is_nan():
    assert np.isnan(r_squared([2.0, 2.0], [2.0, 2.0]))
    assert np.isnan(r_squared([0.1] * 3, [0.1, 0.1, 0.2]))


@pytest.mark.parametrize("weighted", [False, True])
def test_leave_one_out_residuals_equal_those_of_the_refits(weighted):
    rng = np.random.default_rng(2)
    X, y = add_intercept(rng.normal(size=(12, 3))), rng.normal(size=12)
    omega = rng.uniform(0.5, 2.0, 12) if weighted else np.ones(12)
    got = least_squares(X, y, weights=omega).loo_residuals
    for i in range(12):
        rest = np.arange(12) != i
        refit = least_squares(X[rest], y[rest], weights=omega[rest])
        np.testing.assert_allclose(got[i], y[i] - X[i] @ refit.coef, rtol=1e-10)


def test_the_leave_one_out_residual_is_nan_where_only_that_sample_fixes_a_weight():
    fit = least_squares([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], [1.0, 2.0, 3.0])
    assert np.isnan(fit.loo_residuals[2])
    np.testing.assert_allclose(fit.loo_residuals[:2], [-1.0, 1.0])


def test_the_leave_one_out_residuals_are_nan_where_the_fit_interpolates():
    rng = np.random.default_rng(4)
    for _ in range(100):  # N < M; the rounding of the leverage varies
        X = rng.normal(size=(8, 12)) * 10 ** rng.uniform(-2, 2, (8, 1))
        assert np.all(np.isnan(least_squares(X, rng.normal(size=8)).loo_residuals))


def test_weights_minimise_the_weighted_error():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    omega = rng.uniform(0.1, 3.0, 20)
    fit = least_squares(X, y, weights=omega)
    np.testing.assert_allclose(X.T @ (omega * fit.residuals), 0, atol=1e-12)


def test_an_integer_weight_is_a_repeated_sample():
    rng = np.random.default_rng(4)
    X, y = add_intercept(rng.normal(size=(8, 2))), rng.normal(size=8)
    omega = rng.integers(1, 4, 8)
    fit = least_squares(X, y, weights=omega)
    repeated = least_squares(np.repeat(X, omega, axis=0), np.repeat(y, omega))
    np.testing.assert_allclose(fit.coef, repeated.coef, rtol=1e-12)
    np.testing.assert_allclose(fit.r_squared, repeated.r_squared, rtol=1e-12)
    np.testing.assert_allclose(fit.rss, repeated.rss, rtol=1e-12)


def test_several_targets_are_fitted_as_each_alone():
    rng = np.random.default_rng(5)
    X, Y = add_intercept(rng.normal(size=(15, 2))), rng.normal(size=(15, 4))
    both = least_squares(X, Y)
    for k in range(4):
        one = least_squares(X, Y[:, k])
        np.testing.assert_allclose(both.coef[:, k], one.coef, atol=1e-13)
        np.testing.assert_allclose(both.r_squared[k], one.r_squared)
        np.testing.assert_allclose(both.covariance[k], one.covariance)
        np.testing.assert_allclose(both.standard_errors[:, k], one.standard_errors)
        np.testing.assert_allclose(both.loo_residuals[:, k], one.loo_residuals)


def test_standard_errors_are_the_spread_of_the_weights():
    rng = np.random.default_rng(6)
    X, beta = add_intercept(rng.normal(size=(40, 2))), np.array([1.0, -2.0, 0.5])
    Y = (X @ beta)[:, None] + 0.3 * rng.normal(size=(40, 20_000))
    fit = least_squares(X, Y)
    truth = 0.3 * np.sqrt(np.diag(np.linalg.inv(X.T @ X)))
    # 5 sigma: a variance of 20,000 draws has relative error sqrt(2 / 20,000) = 1 %
    np.testing.assert_allclose(fit.coef.std(axis=1), truth, rtol=0.025)
    np.testing.assert_allclose(
        (fit.standard_errors**2).mean(axis=1), truth**2, rtol=0.01
    )


def test_noise_variance_of_an_exact_fit_is_nan():
    assert np.isnan(least_squares([[1.0]], [2.0]).noise_variance)


@given(problems())
def test_landweber_contracts_at_the_rate_of_the_theorem(problem):
    X, y = problem
    s = least_squares(X, y).singular_values
    s = s[s > 1e-10 * s[0]]
    tau = 1.5 / s[0] ** 2
    rate = np.max(np.abs(1 - tau * s**2))
    limit = pseudo_inverse(X) @ y
    for k, w in enumerate(islice(landweber(X, y, tau), 20)):
        gap = np.linalg.norm(w - limit)
        assert gap <= rate**k * np.linalg.norm(limit) * (1 + 1e-9) + 1e-10


def test_landweber_keeps_the_part_of_the_start_in_the_kernel():
    *_, w = islice(landweber([[1.0, 0.0]], [2.0], 0.5, start=[0.0, 7.0]), 100)
    np.testing.assert_allclose(w, [2.0, 7.0], rtol=1e-12)


def test_float32_stays_float32():
    X, y = np.eye(3, 2, dtype=np.float32) + 1, np.ones(3, np.float32)
    fit = least_squares(X, y)
    assert fit.coef.dtype == fit.leverage.dtype == fit.r_squared.dtype == np.float32
    assert hat_matrix(X).dtype == pseudo_inverse(X).dtype == np.float32
    assert next(landweber(X, y, 0.1)).dtype == np.float32


def test_inputs_are_not_mutated():
    X, y, omega = np.ones((3, 2)), np.arange(3.0), np.ones(3)
    before = X.copy(), y.copy(), omega.copy()
    least_squares(X, y, weights=omega), list(islice(landweber(X, y, 0.1), 3))
    for array, copy in zip((X, y, omega), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize(
    ("X", "y", "kind", "message"),
    [
        (
            np.ones(3),
            np.ones(3),
            ShapeError,
            (
                r"least_squares: expected X of shape \(N, M\), received \(3,\) "
                r"float64; for one column write X\[:, None\]"
            ),
        ),
        (
            np.ones((3, 2)),
            np.ones(2),
            ShapeError,
            (
                r"least_squares: expected y of shape \(3,\) or \(3, K\), one row a "
                r"sample, received \(2,\) float64"
            ),
        ),
        (np.ones((0, 2)), np.ones(0), ShapeError, r"received \(0, 2\) float64"),
        (
            [[1.0], [np.nan]],
            np.ones(2),
            DataError,
            "expected finite numbers in X, received 1 that are NaN or infinite",
        ),
        ([["a"]], [1], DataError, "expected real numbers in X, received"),
    ],
)
def test_least_squares_says_what_does_not_fit(X, y, kind, message):
    with pytest.raises(kind, match=message):
        least_squares(X, y)


@pytest.mark.parametrize("weights", [[1.0, 0.0], [[1.0], [1.0]], [1.0, -1.0]])
def test_weights_must_be_positive_and_one_a_sample(weights):
    with pytest.raises(DataError, match=r"expected positive weights of shape \(2,\)"):
        least_squares(np.ones((2, 1)), np.ones(2), weights=weights)


def test_a_column_against_a_vector_is_refused():
    with pytest.raises(ShapeError, match="a column is not a vector"):
        r_squared(np.ones(3), np.ones((3, 1)))


def test_predict_names_the_missing_intercept():
    fit = least_squares(add_intercept(np.arange(3.0)), np.ones(3))
    with pytest.raises(ShapeError, match=r"shape \(N, 2\).*the intercept too"):
        fit.predict(np.ones((4, 1)))


def test_landweber_refuses_a_start_of_another_shape_at_once():
    with pytest.raises(ShapeError, match=r"landweber: expected start of shape \(2,\)"):
        landweber(np.ones((3, 2)), np.ones(3), 0.1, start=np.zeros(3))
