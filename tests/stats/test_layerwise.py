"""The network of quadratic units that grows layer by layer."""

import numpy as np
import pytest

from mmdl import stats
from mmdl.errors import ShapeError


def product(n=60):
    X = np.random.default_rng(0).uniform(1, 2, (n, 4))
    return X, X.prod(axis=1)


def grow(**settings):
    X, y = product()
    return stats.gmdh(X[:40], y[:40], check=(X[40:], y[40:]), **settings)


def test_every_unit_is_the_least_squares_fit_of_its_parents():
    X, y = product()
    net = grow(layers=1, width=3)
    (layer,) = net.layers
    for (i, j), coef in zip(layer.parents, layer.coef, strict=True):
        A = stats.quadratic_features(X[:40, i], X[:40, j])
        assert np.allclose(A.T @ (A @ coef - y[:40]), 0, atol=1e-8)


def test_the_errors_are_those_of_the_prediction():
    X, y = product()
    net = grow(layers=4)
    for k, (train, check) in enumerate(net.errors, start=1):
        off = (net.predict(X, depth=k) - y) ** 2
        assert np.isclose(off[:40].mean(), train)
        assert np.isclose(off[40:].mean(), check)


def test_the_best_depth_is_chosen_by_the_check():
    X, _ = product()
    net = grow(layers=5)
    assert net.errors[net.depth - 1, 1] == net.errors[:, 1].min()
    assert np.array_equal(net.predict(X), net.predict(X, depth=net.depth))


def test_the_kept_units_are_the_best_on_the_check():
    X, y = product()
    few, all_of_them = grow(layers=1, width=2), grow(layers=1, width=6)
    assert len(all_of_them.layers[0].parents) == 6  # all pairs of four features
    check = ((all_of_them.layers[0](X[40:]) - y[40:, None]) ** 2).mean(axis=0)
    assert np.array_equal(check, np.sort(check))
    assert np.array_equal(few.layers[0].coef, all_of_them.layers[0].coef[:2])


def test_operations_count_every_fit():
    one = 40 * (3 + 42 + 12) + 72
    assert grow(layers=2, width=3).operations == (6 + 3) * one


def test_gmdh_refuses_a_check_with_other_columns():
    X, y = product()
    with pytest.raises(ShapeError, match="columns of X in the check too"):
        stats.gmdh(X, y, check=(X[:, :3], y))


def test_gmdh_refuses_a_single_feature():
    X, y = product()
    with pytest.raises(ValueError, match="a unit needs a pair"):
        stats.gmdh(X[:, :1], y, check=(X[:, :1], y))


def test_predict_refuses_too_few_columns():
    with pytest.raises(ShapeError, match="give the columns of the fit"):
        grow(layers=1).predict(np.ones((3, 1)))
