"""The constructions do what their formulas say."""

import numpy as np
import pytest

from mmdl import approx
from mmdl.errors import ShapeError


def bumpy(x):
    return 4 * x**2 + np.cos(4 * np.pi * x)


@pytest.mark.parametrize("K", [1, 2, 10, 160])
def test_staircase_obeys_its_bound(K):
    x = np.linspace(0, 1, 8001)
    g = approx.staircase(bumpy, (0.0, 1.0), K, eta=0.5 / (K + 1) ** 2)
    # the grid's modulus is a lower bound; |f'| <= 8 + 4 pi makes up for it
    modulus = approx.modulus_of_continuity(bumpy, (0, 1), 1 / K) + (8 + 13) / 4000
    assert np.abs(g(x) - bumpy(x)).max() <= approx.staircase_bound(
        modulus, K, 0.5 / (K + 1) ** 2
    )


def test_staircase_passes_through_the_middle_of_each_step():
    g = approx.staircase(np.square, (0.0, 1.0), 4, eta=1e-12)
    t = np.array([0.125, 0.375, 0.625, 0.875])
    ends = np.linspace(0, 1, 5) ** 2
    assert np.allclose(g(t), (ends[:-1] + ends[1:]) / 2, atol=1e-10)


def test_relu_spline_interpolates_and_is_linear_between():
    g = approx.relu_spline(bumpy, (-1.0, 2.0), 7)
    points = np.linspace(-1, 2, 8)
    assert g.width == 7
    assert np.allclose(g(points), bumpy(points), atol=1e-11)
    x = np.linspace(-1, 2, 301)
    assert np.allclose(g(x), np.interp(x, points, bumpy(points)), atol=1e-11)


def test_power_from_derivative_tends_to_the_power():
    x = np.linspace(-1, 1, 101)
    g = approx.power_from_derivative(np.tanh, 3, at=0.0, step=1e-2)
    # tanh''' (0) = -2
    assert np.abs(g(x) + 2 * x**3).max() < 1e-3


def test_towers_stand_on_their_cells():
    g = approx.towers(lambda X: X[:, 0] + 10 * X[:, 1], 4, s=400.0)
    assert g.units == (10, 16)
    assert np.allclose(g(np.array([[0.125, 0.875], [0.625, 0.375]])), [8.875, 4.375])


def test_modulus_of_continuity_of_a_line():
    assert approx.modulus_of_continuity(lambda x: 3 * x, (0, 1), 0.25) == (
        pytest.approx(0.75)
    )
    assert approx.modulus_of_continuity(np.sin, (0, 1), 0.0) == 0.0


def test_settling_point_refuses_one_half():
    with pytest.raises(ValueError, match=r"0 < eta < 1/2, received 0\.5"):
        approx.settling_point(0.5)


def test_nodes_refuse_an_empty_interval():
    with pytest.raises(ValueError, match=r"received \[1.0, 1.0\] and K = 3"):
        approx.nodes(1.0, 1.0, 3)


def test_network_refuses_points_of_another_dimension():
    g = approx.relu_spline(bumpy, (0.0, 1.0), 3)
    with pytest.raises(ShapeError, match=r"expected x of shape \(N, 1\)"):
        g(np.zeros((5, 2)))
