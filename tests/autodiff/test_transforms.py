"""The transforms on plain functions: arguments, structures, whole matrices."""

import numpy as np
import pytest

from mmdl import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

rng = np.random.default_rng(3)
A = rng.normal(size=(4, 3))


def test_value_and_grad_gives_both_and_keeps_the_name():
    def loss(w, x):
        """Square."""
        return np.sum((w * x) ** 2)

    w, x = rng.normal(size=(2, 3))
    value, g = value_and_grad(loss)(w, x=x)
    assert value == loss(w, x)
    assert not hasattr(value, "level")
    assert np.allclose(g, 2 * w * x**2)
    assert grad(loss).__name__ == "loss"


def test_argnums_choose():
    def f(a, b, c):
        return a * b**2 * c**3

    assert grad(f, 1)(2.0, 3.0, 1.0) == 12.0
    assert grad(f, -1)(2.0, 3.0, 1.0) == 54.0
    assert grad(f, (2, 0))(2.0, 3.0, 1.0) == (54.0, 9.0)


def test_gradient_has_the_structure_of_the_argument():
    def f(p):
        first, (second, third) = p["layers"]
        return np.sum(first**2) + second * np.sum(third) + p["scale"]

    p = {"layers": [np.ones(2), (3.0, np.ones(4))], "scale": 1.0}
    g = grad(f)(p)
    assert list(g) == ["layers", "scale"]
    assert isinstance(g["layers"], list)
    assert isinstance(g["layers"][1], tuple)
    assert g["layers"][0].tolist() == [2, 2]
    assert g["layers"][1][0] == 4.0
    assert g["layers"][1][1].tolist() == [3] * 4
    assert g["scale"] == 1.0


def test_a_variable_that_is_not_used_has_gradient_zero():
    assert grad(lambda x: 3.0)(np.ones(2)).tolist() == [0, 0]
    assert grad(lambda x, y: np.sum(x), 1)(np.ones(2), np.ones((2, 1))).shape == (2, 1)
    assert jvp(lambda x: np.ones(2), 1.0, 1.0)[1].tolist() == [0, 0]
    assert hvp(np.sum, np.ones(2), np.ones(2)).tolist() == [0, 0]


def test_inputs_are_untouched():
    x = rng.normal(size=3)
    kept = x.copy()
    value_and_grad(lambda x: np.sum(np.exp(x) * x))(x)
    hessian(lambda x: np.sum(np.exp(x) * x))(x)
    assert np.array_equal(x, kept)


def test_vjp_of_several_arguments_and_results():
    def f(a, b):
        return {"product": a * b, "sum": a + b}

    y, pullback = vjp(f, 2.0, 3.0)
    assert y == {"product": 6.0, "sum": 5.0}
    assert pullback({"product": 1.0, "sum": 0.0}) == (3.0, 2.0)
    assert pullback({"product": 0.0, "sum": 1.0}) == (1.0, 1.0)


def test_a_result_that_is_the_argument_itself():
    _, pullback = vjp(lambda x: (x, x), np.ones(2))
    assert pullback((np.ones(2), np.full(2, 2.0))).tolist() == [3, 3]
    assert grad(lambda x: x)(1.0) == 1.0


def test_jvp_of_several_arguments():
    y, dy = jvp(lambda a, b: a * b, (2.0, 3.0), (1.0, 10.0))
    assert (y, dy) == (6.0, 23.0)
    _, dy = jvp(lambda p: p["a"] * 2, ({"a": 1.0},), ({"a": 5.0},))
    assert dy == 10.0


@pytest.mark.parametrize("m", [2, 5])
def test_jacobian_of_a_linear_map_is_its_matrix(m):
    B = rng.normal(size=(m, 3))  # by columns and by rows
    assert np.allclose(jacobian(lambda x: B @ x)(rng.normal(size=3)), B, atol=1e-15)


def test_jacobian_has_the_axes_of_value_and_variable():
    X, W = rng.normal(size=(2, 3)), rng.normal(size=(3, 4))
    J = jacobian(np.matmul, 1)(X, W)
    assert J.shape == (2, 4, 3, 4)
    V = rng.normal(size=W.shape)
    assert np.allclose(np.tensordot(J, V, 2), X @ V)
    assert jacobian(lambda x: x[:0])(np.ones(3)).shape == (0, 3)
    assert jacobian(lambda x: np.zeros(2))(np.ones(3)).tolist() == [[0] * 3] * 2


def test_hessian_of_a_quadratic_is_its_matrix():
    Q = rng.normal(size=(4, 4))
    H = hessian(lambda x: 0.5 * x @ Q @ x)(rng.normal(size=4))
    assert np.allclose(H, (Q + Q.T) / 2, atol=1e-14)


def test_hessian_vector_product_is_the_hessian_times_the_vector():
    def f(x, scale):
        return scale * np.sum(np.tanh(A @ x) ** 2)

    x, v = rng.normal(size=(2, 3))
    H = hessian(f)(x, 2.0)
    assert np.allclose(H, H.T, atol=1e-14)
    assert np.allclose(hvp(f, (x, 2.0), v), H @ v, rtol=1e-12)
    twice = hvp(lambda s, x: f(x, s), (2.0, x), v, argnums=1)
    assert np.allclose(twice, H @ v, rtol=1e-12)


def test_float32_stays_float32():
    x = np.ones(3, np.float32)

    def f(x):
        return np.mean(np.tanh(x) ** 2) * 0.5

    value, g = value_and_grad(f)(x)
    assert (value.dtype, g.dtype) == (np.float32, np.float32)
    assert hvp(f, x, np.ones(3)).dtype == np.float32
    assert hessian(f)(x).dtype == np.float32
    assert jvp(f, x, np.ones(3))[1].dtype == np.float32


def test_top_level_names():
    import mmdl

    for name in mmdl.__all__:
        assert callable(getattr(mmdl, name))
    assert mmdl.autodiff.grad is mmdl.grad
    assert "check" in dir(mmdl)
    with pytest.raises(
        AttributeError, match="module 'mmdl' has no attribute 'nothing'"
    ):
        _ = mmdl.nothing
