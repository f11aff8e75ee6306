"""The losses of classification, and whether they have a minimum."""

import numpy as np
import pytest

from mmdl import data, stats
from mmdl.errors import DataError, ShapeError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(9, 3))
Y = RNG.integers(0, 2, 9)
W = RNG.normal(size=3)
BINARY = [stats.margins, stats.logistic_loss, stats.logistic_gradient]
MANY = [stats.softmax_loss, stats.softmax_gradient]


def test_the_losses_are_minus_the_log_likelihoods_of_the_fits():
    coin = RNG.integers(0, 2, 60)
    table = stats.add_intercept(RNG.normal(size=(60, 2)))
    two = stats.logistic_regression(table, coin)
    three = stats.softmax_regression(table, coin + (table[:, 1] > 1), alpha=0.1)
    loss = stats.logistic_loss(table, coin, two.coef)
    assert loss == pytest.approx(-two.log_likelihood, rel=1e-12)
    loss = stats.softmax_loss(table, coin + (table[:, 1] > 1), three.coef)
    assert loss == pytest.approx(-three.log_likelihood, rel=1e-12)


def test_two_classes_of_softmax_are_the_logistic_loss():
    pair = np.column_stack([np.zeros(3), W])
    assert stats.softmax_loss(X, Y, pair) == pytest.approx(stats.logistic_loss(X, Y, W))
    np.testing.assert_allclose(
        stats.softmax_gradient(X, Y, pair)[:, 1], stats.logistic_gradient(X, Y, W)
    )
    np.testing.assert_allclose(
        stats.softmax_hessian(X, pair)[:, 1, :, 1], stats.logistic_hessian(X, W)
    )


def test_nothing_overflows_far_out():
    far = 1e6 * W
    side = stats.margins(X, Y, far)
    assert stats.logistic_loss(X, Y, far) == pytest.approx(-side[side < 0].sum())
    assert np.all(np.isfinite(stats.logistic_gradient(X, Y, far)))
    assert np.all(stats.logistic_hessian(X, far) == 0)
    assert np.isfinite(stats.softmax_loss(X, Y, np.column_stack([far, -far])))


def test_a_tiny_gradient_keeps_its_digits():
    one, w = np.array([[1.0]]), np.array([40.0])
    gradient = stats.logistic_gradient(one, [1], w)
    assert gradient[0] == pytest.approx(-np.exp(-40.0), rel=1e-12)


def test_margins_of_several_directions_are_columns():
    fan = RNG.normal(size=(3, 4))
    many = stats.margins(X, Y, fan)
    assert many.shape == (9, 4)
    np.testing.assert_allclose(many[:, 2], stats.margins(X, Y, fan[:, 2]), rtol=1e-12)


@pytest.mark.parametrize("f", BINARY)
def test_binary_losses_name_what_does_not_fit(f):
    with pytest.raises(ShapeError, match="as many weights as X has columns, 3, rec"):
        f(X, Y, W[:2])
    with pytest.raises(ShapeError, match=r"expected y of shape \(9,\), received"):
        f(X, Y[:, None], W)
    with pytest.raises(DataError, match="expected classes from 0 to 1 in y"):
        f(X, 2 * Y - 1, W)


@pytest.mark.parametrize("f", MANY)
def test_softmax_losses_name_what_does_not_fit(f):
    V = np.zeros((3, 4))
    with pytest.raises(DataError, match="expected classes from 0 to 3 in y"):
        f(X, np.full(9, 4), V)
    with pytest.raises(ShapeError, match="as many weights as X has columns"):
        f(X, Y, V[:2])


def test_hessians_name_what_does_not_fit():
    with pytest.raises(ShapeError, match="logistic_hessian: expected as many weights"):
        stats.logistic_hessian(X, W[:2])
    with pytest.raises(ShapeError, match="softmax_hessian: expected as many weights"):
        stats.softmax_hessian(X, np.zeros((4, 2)))


def test_a_separating_direction_has_length_one_and_no_negative_margin():
    moons = data.blobs(40, centers=[[-3, 0], [3, 0]], rng=np.random.default_rng(1))
    u = stats.separating_direction(moons.X, moons.y)
    assert np.linalg.norm(u) == pytest.approx(1.0)
    assert stats.margins(moons.X, moons.y, u).min() > 0
    assert stats.separating_direction(X, [0, 1] * 4 + [0]) is None
