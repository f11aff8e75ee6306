"""How weights begin: the variances that the formulas promise."""

import numpy as np
import pytest

from mmdl.nn import Linear, init

SHAPES = [(300, 500), (60, 20, 5, 5)]


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("shape", SHAPES)
def test_variances_are_those_of_glorot_and_he(shape):
    n_in, n_out = init.fans(shape)
    n = np.prod(shape)
    # the variance of n numbers: kurtosis 1.8 (uniform) or 3 (normal), 5 sigma
    W = init.glorot(shape, rng=rng(), dtype=np.float64)
    assert W.var() * (n_in + n_out) / 2 == pytest.approx(1, abs=5 * np.sqrt(0.8 / n))
    assert np.abs(W).max() <= np.sqrt(6 / (n_in + n_out))
    W = init.he(shape, rng=rng(), dtype=np.float64)
    assert W.var() * n_in / 2 == pytest.approx(1, abs=5 * np.sqrt(2 / n))


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (2, 3, 2, 2)])
def test_orthogonal_matrices_are_orthogonal(shape):
    Q = init.orthogonal(shape, rng=rng(), dtype=np.float64).reshape(shape[0], -1)
    small = Q @ Q.T if shape[0] <= Q.shape[1] else Q.T @ Q
    np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-14)


def test_orthogonal_matrices_have_no_preferred_sign():
    drawn = [init.orthogonal((1, 1), rng=np.random.default_rng(i)) for i in range(200)]
    signs = np.ravel(drawn)
    assert set(signs) == {-1.0, 1.0}
    assert abs(signs.sum()) < 5 * np.sqrt(200)


@pytest.mark.parametrize(
    "f", [getattr(init, name) for name in init.__all__ if name != "fans"]
)
def test_initialisers_have_one_signature(f):
    W = f((3, 4), rng=rng(), dtype=np.float32)
    assert W.shape == (3, 4)
    assert W.dtype == np.float32
    assert np.array_equal(W, f((3, 4), rng=rng()))
    layer = Linear(3, 4, rng=rng(), init=f)
    assert np.array_equal(layer.W.value, W)
    assert not np.any(layer.b.value)


@pytest.mark.parametrize("name", ["normal", "uniform", "glorot", "he", "orthogonal"])
def test_what_draws_asks_for_a_generator(name):
    with pytest.raises(TypeError, match=f"^{name}: expected rng, a numpy.random.Gen"):
        getattr(init, name)((3, 4))
