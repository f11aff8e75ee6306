"""Networks of rectified units that pass through what they are given."""

import numpy as np
import pytest

from mmdl import approx
from mmdl.errors import DataError, ShapeError


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(("n", "d"), [(1, 1), (2, 1), (20, 2), (300, 5)])
def test_memorise_passes_through_every_point(n, d):
    X, y = rng().normal(size=(n, d)), rng().normal(size=n)
    network = approx.memorise(X, y, rng=rng())
    assert network.width == n
    assert np.abs(network(X) - y).max() < 1e-8


def test_memorise_is_linear_between_the_points():
    network = approx.memorise([[0.0], [1.0], [3.0]], [1.0, 0.0, 4.0], rng=rng())
    assert np.allclose(network(np.array([0.5, 1.5, 2.0])), [0.5, 1.0, 2.0])


def test_memorise_refuses_a_point_with_two_values():
    with pytest.raises(DataError, match="two that agree"):
        approx.memorise([[1.0, 2.0], [1.0, 2.0]], [0.0, 1.0], rng=rng())


def test_memorise_wants_a_generator():
    with pytest.raises(TypeError, match="expected rng"):
        approx.memorise([[1.0]], [0.0], rng=0)


@pytest.mark.parametrize("k", [1, 2, 7])
def test_broken_line_has_the_slopes_and_the_values(k):
    breaks = np.cumsum(rng().uniform(0.1, 1, k))
    values = rng().normal(size=k)
    f = approx.broken_line(breaks, values, ends=(-2.0, 3.0))
    assert f.width == k + 1
    inside = np.linspace(breaks[0], breaks[-1], 50)
    assert np.allclose(f(inside), np.interp(inside, breaks, values))
    assert np.allclose(f(breaks[:1] - 5), values[0] + 10)
    assert np.allclose(f(breaks[-1:] + 5), values[-1] + 15)


def test_broken_line_refuses_breaks_out_of_order():
    with pytest.raises(DataError, match="breaks that increase"):
        approx.broken_line([1.0, 0.0], [0.0, 0.0], ends=(0.0, 0.0))


def test_broken_line_refuses_other_values_than_breaks():
    with pytest.raises(ShapeError, match="values"):
        approx.broken_line([0.0, 1.0], [0.0], ends=(0.0, 0.0))
