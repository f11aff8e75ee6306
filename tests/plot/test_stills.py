"""The pictures of interactive figures as they stand on paper."""

import numpy as np
import pytest

pytest.importorskip("matplotlib.pyplot")

from mmdl import neurons, plot
from mmdl.errors import ShapeError
from mmdl.plot.stills import margin_points, updates


def test_strip_lies_around_the_first_curve_and_shows_the_second():
    x = np.linspace(0, 1, 11)
    (ax,) = plot.strip(x, x**2, x, 0.5).axes
    band = ax.collections[0].get_paths()[0].vertices
    assert band[:, 1].max() == pytest.approx(1.5)
    assert band[:, 1].min() == pytest.approx(-0.5)
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), x)
    with pytest.raises(ShapeError, match=r"strip: expected x, f and g of one shape"):
        plot.strip(x, x[1:], x, 0.5)


def test_descent_draws_distances_below_the_prediction():
    _, decay = plot.descent(20, 0.03).axes
    predicted, measured = (line.get_ydata() for line in decay.lines)
    assert (measured <= predicted * (1 + 1e-12)).all()
    assert predicted[1] / predicted[0] == pytest.approx(0.97)
    assert measured[-1] / measured[-2] == pytest.approx(0.97)


def test_squeeze_draws_every_update_between_its_two_bounds():
    _, growth = plot.squeeze(0.05).axes
    upper, sizes, along, lower, crossing = (line.get_xydata() for line in growth.lines)
    k = np.arange(1, len(sizes) + 1)
    R = upper[0, 1]
    assert (sizes[:, 1] <= R * np.sqrt(k) + 1e-12).all()
    assert (along[:, 1] >= 0.05 * k - 1e-12).all()
    assert (along[:, 1] <= sizes[:, 1] + 1e-12).all()
    assert lower[0, 1] == pytest.approx(0.05)
    assert crossing[0, 0] == pytest.approx((R / 0.05) ** 2)


@pytest.mark.parametrize("seed", [3, 24])
def test_updates_are_those_of_the_perceptron(seed):
    X, s, u = margin_points(seed, 0.1)
    run, fit = updates(X, s), neurons.perceptron(X, s)
    assert len(run) - 1 == sum(fit.mistakes)
    np.testing.assert_allclose(run[-1], fit.coef, atol=1e-12)
    assert (s * (X @ u)).min() == pytest.approx(0.1)
