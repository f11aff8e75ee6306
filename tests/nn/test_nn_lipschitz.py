"""The Lipschitz bound: read off the weights, and never exceeded."""

import numpy as np
import pytest

from mmdl import functional, nn


def linear(W):
    layer = nn.Linear(*np.shape(W), rng=np.random.default_rng(0), dtype=np.float64)
    layer.W.value[...] = W
    return layer


def test_an_affine_layer_has_its_spectral_norm_not_its_radius():
    assert nn.lipschitz_bound(linear([[0.0, 5.0], [0.0, 0.0]])) == 5.0


def test_compositions_multiply_detours_add_branches_add_squares():
    double, triple = linear(2 * np.eye(2)), linear(3 * np.eye(2))
    assert nn.lipschitz_bound(nn.Sequential(double, nn.Sigmoid(), triple)) == 1.5
    assert nn.lipschitz_bound(nn.Residual(double)) == 3.0
    assert nn.lipschitz_bound(nn.Residual(double, shortcut=triple)) == 5.0
    branches = nn.Concat(linear(3 * np.eye(2)), linear(4 * np.eye(2)))
    assert nn.lipschitz_bound(branches) == 5.0


@pytest.mark.parametrize(
    ("layer", "f"),
    [
        (nn.Sigmoid(), functional.sigmoid),
        (nn.Tanh(), functional.tanh),
        (nn.ReLU(), functional.relu),
        (nn.Softplus(), functional.softplus),
        (nn.GELU(), functional.gelu),
        (nn.LeakyReLU(3.0), lambda t: functional.leaky_relu(t, slope=3.0)),
    ],
)
def test_the_constants_are_the_steepest_slopes(layer, f):
    t = np.linspace(-40, 40, 800_001)
    steepest = np.abs(np.diff(f(t)) / np.diff(t)).max()
    assert steepest == pytest.approx(nn.lipschitz_bound(layer), rel=1e-6)


def test_a_layer_without_a_known_constant_is_refused():
    with pytest.raises(TypeError, match="received LayerNorm"):
        nn.lipschitz_bound(nn.Sequential(nn.LayerNorm(3)))
