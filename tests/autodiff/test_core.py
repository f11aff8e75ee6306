"""The engine at a glance: levels, transforms, sweeps."""

import numpy as np

from mmdl import Tensor, grad, hessian, jvp


def test_perturbations_are_not_confused():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert jvp(lambda x: x * jvp(lambda y: x + y, 1.0, 1.0)[1], 1.0, 1.0)[1] == 1.0


def test_modes_mix_to_every_order():
    def inner(x):
        return jvp(lambda y: grad(lambda z: z**3 * y * x)(y), x, 1.0)[1]

    assert np.isclose(grad(inner)(2.0), 27 * 4.0)


def test_two_uses_of_a_node_accumulate():
    w = Tensor(np.array([1.0, 2.0]))
    h = w * 3.0
    np.sum(h * h + h).backward()
    assert np.array_equal(w.grad, 3.0 * (2 * h.value + 1))


def test_hessian_of_a_quadratic_is_its_matrix(rng=None):
    A = np.random.default_rng(0).normal(size=(4, 4))
    H = hessian(lambda x: 0.5 * x @ A @ x)(np.ones(4))
    assert np.allclose(H, (A + A.T) / 2, atol=1e-14)
