"""The same numbers from statsmodels and scikit-learn."""

import warnings

import numpy as np
import pytest

from mmdl import data, stats


@pytest.fixture(scope="module")
def sm():
    # Its imports may warn about versions of other packages; that is not ours.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip(
            "statsmodels.api", reason="statsmodels not installed"
        )


@pytest.fixture(scope="module")
def metrics():
    return pytest.importorskip("sklearn.metrics", reason="scikit-learn not installed")


@pytest.fixture(scope="module")
def linear_model():
    name = "sklearn.linear_model"
    return pytest.importorskip(name, reason="scikit-learn not installed")


def _diabetes():
    table = data.diabetes()
    return stats.add_intercept(table.X), table.y


def _tumours():
    table = data.breast_cancer()
    (X,) = data.standardize(table.X[:, [0, 1, 4, 8]])
    return stats.add_intercept(X), table.y


@pytest.mark.parametrize("weighted", [False, True])
def test_least_squares_as_statsmodels(sm, weighted):
    X, y = _diabetes()
    omega = np.linspace(0.5, 2, len(y)) if weighted else np.ones(len(y))
    theirs = sm.WLS(y, X, weights=omega).fit()
    fit = stats.least_squares(X, y, weights=omega)
    np.testing.assert_allclose(fit.coef, theirs.params, rtol=1e-9)
    np.testing.assert_allclose(fit.standard_errors, theirs.bse, rtol=1e-9)
    np.testing.assert_allclose(fit.covariance, theirs.cov_params(), rtol=1e-7)
    np.testing.assert_allclose(fit.r_squared, theirs.rsquared, rtol=1e-10)
    np.testing.assert_allclose(fit.noise_variance, theirs.scale, rtol=1e-10)
    if not weighted:
        influence = sm.OLS(y, X).fit().get_influence()
        np.testing.assert_allclose(fit.leverage, influence.hat_matrix_diag, rtol=1e-9)
        np.testing.assert_allclose(fit.loo_residuals, influence.resid_press, rtol=1e-9)


def test_logistic_regression_as_statsmodels(sm):
    X, y = _tumours()
    theirs = sm.GLM(y, X, family=sm.families.Binomial()).fit(tol=1e-12)
    fit = stats.logistic_regression(X, y)
    np.testing.assert_allclose(fit.coef, theirs.params, rtol=1e-8)
    np.testing.assert_allclose(fit.standard_errors, theirs.bse, rtol=1e-6)
    np.testing.assert_allclose(fit.log_likelihood, theirs.llf, rtol=1e-10)


def test_softmax_regression_as_statsmodels(sm):
    rng = np.random.default_rng(0)
    X = stats.add_intercept(rng.normal(size=(300, 3)))
    P = stats.softmax(X @ rng.normal(size=(4, 4)))
    y = np.array([rng.choice(4, p=p) for p in P])
    theirs = sm.MNLogit(y, X).fit(method="newton", disp=0, tol=1e-12)
    fit = stats.softmax_regression(X, y)
    np.testing.assert_allclose(fit.contrasts, theirs.params, rtol=1e-7)
    np.testing.assert_allclose(fit.contrast_standard_errors, theirs.bse, rtol=1e-6)
    covariance = np.moveaxis(fit.contrast_covariance, 2, 1).reshape(12, 12)
    np.testing.assert_allclose(covariance, theirs.cov_params(), atol=1e-9)
    np.testing.assert_allclose(fit.log_likelihood, theirs.llf, rtol=1e-10)


def test_ridge_as_scikit_learn(linear_model):
    X, y = _diabetes()
    for alpha in (0.1, 10.0):
        theirs = linear_model.Ridge(alpha, fit_intercept=False, solver="svd").fit(X, y)
        np.testing.assert_allclose(
            stats.ridge(X, y, alpha).coef, theirs.coef_, rtol=1e-8
        )


def test_penalised_logistic_regression_as_scikit_learn(linear_model):
    X, y = _tumours()
    model = linear_model.LogisticRegression(C=0.5, tol=1e-10, max_iter=10_000)
    theirs = model.fit(X[:, 1:], y)
    fit = stats.logistic_regression(X, y, alpha=[0, 2, 2, 2, 2])
    np.testing.assert_allclose(fit.coef[1:], theirs.coef_[0], rtol=1e-5)
    np.testing.assert_allclose(fit.coef[:1], theirs.intercept_, rtol=1e-5)


def test_penalised_softmax_regression_as_scikit_learn(linear_model):
    table = data.digits()[:300].astype(np.float64)
    model = linear_model.LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000)
    theirs = model.fit(table.X, table.y)
    alpha = np.append(0.0, np.ones(64))
    fit = stats.softmax_regression(stats.add_intercept(table.X), table.y, alpha=alpha)
    np.testing.assert_allclose(fit.coef[1:].T, theirs.coef_, atol=1e-5)


def test_metrics_as_scikit_learn(metrics):
    rng = np.random.default_rng(0)
    y, guess = rng.integers(0, 3, (2, 80))
    table = metrics.confusion_matrix(y, guess)
    np.testing.assert_array_equal(stats.confusion_matrix(y, guess), table)
    assert stats.accuracy(y, guess) == pytest.approx(metrics.accuracy_score(y, guess))
    q = rng.dirichlet(np.ones(3), 80)
    risk = stats.empirical_risk(stats.log_loss, y, q)
    assert risk == pytest.approx(metrics.log_loss(y, q))
    binary, score = y > 0, rng.integers(0, 9, 80) / 9
    assert stats.auc(binary, score) == pytest.approx(
        metrics.roc_auc_score(binary, score)
    )
    # The books differ by a factor two on the Brier score of two classes.
    brier = stats.empirical_risk(stats.brier_loss, binary.astype(int), score)
    assert brier == pytest.approx(2 * metrics.brier_score_loss(binary, score))
    curve = metrics.roc_curve(binary, score, drop_intermediate=False)
    for ours, theirs in zip(stats.roc_curve(binary, score), curve, strict=True):
        np.testing.assert_allclose(ours, theirs)
