"""Derivatives inside derivatives: every order, mixed modes, no confusion of levels."""

import numpy as np
import pytest

import mmdl
from mmdl import Tensor, grad, hessian, hvp, jvp, no_grad, vjp
from mmdl.autodiff import fused, logsumexp, stop_gradient
from mmdl.autodiff.boxes import Dual

rng = np.random.default_rng(0)


def d_reverse(f):
    return grad(f)


def d_forward(f):
    return lambda x: jvp(f, x, 1.0)[1]


modes = pytest.mark.parametrize("outer", [d_reverse, d_forward])
inner_modes = pytest.mark.parametrize("inner", [d_reverse, d_forward])


@modes
@inner_modes
def test_perturbations_are_not_confused(outer, inner):
    assert outer(lambda x: x * inner(lambda y: x + y)(1.0))(1.0) == 1.0
    assert outer(lambda x: x * inner(lambda y: x * y)(2.0))(3.0) == 6.0


@modes
@inner_modes
@pytest.mark.parametrize("innermost", [d_reverse, d_forward])
def test_three_modes_nest_in_any_order(outer, inner, innermost):
    def f(x):
        return inner(lambda y: innermost(lambda z: z**3 * y * x)(y))(x)

    assert np.isclose(outer(f)(2.0), 108.0)  # d/dy 3y^3 x = 9y^2 x, at y = x: (9x^3)'


@modes
@inner_modes
def test_fifth_derivative_of_the_exponential(outer, inner):
    f = np.exp
    for d in (outer, inner, outer, inner, outer):
        f = d(f)
    assert np.isclose(f(0.3), np.exp(0.3), rtol=1e-12)


def test_third_derivatives_of_many_variables_are_symmetric():
    a = rng.normal(size=(3, 3))

    def f(x):
        return logsumexp(a @ np.tanh(x)) * np.sum(x**2)

    x, u, v, w = rng.normal(size=(4, 3))

    def third(u, v, w):
        return hvp(lambda x: jvp(f, x, u)[1], x, v) @ w

    assert np.isclose(third(u, v, w), third(w, u, v), rtol=1e-10)
    assert np.isclose(third(u, v, w), third(v, w, u), rtol=1e-10)


def test_a_leaked_box_of_a_finished_trace_is_a_constant():
    leaked = []

    def f(x):
        leaked.append(x)
        return x * x

    grad(f)(3.0)
    assert grad(lambda y: y * leaked[0] + y)(1.0).value == 4.0


def test_pullback_may_be_differentiated():
    y, pullback = vjp(np.tanh, np.array([0.5, 1.0]))
    u = np.array([1.0, 2.0])
    g = grad(lambda u: np.sum(pullback(u) ** 2))(u)
    assert np.allclose(g, 2 * u * (1 - y**2) ** 2)


def test_pullback_of_a_kernel_may_be_differentiated():
    x, u = rng.normal(size=(2, 3)), rng.normal(size=2)
    _, pullback = vjp(lambda x: logsumexp(x, axis=1), x)
    p = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    g = grad(lambda u: np.sum(pullback(u) * x))(u)
    assert np.allclose(g, np.sum(p * x, axis=1))


def test_boxes_of_different_levels_in_a_kernel_use_the_definition():
    ran = []

    def definition(a, b):
        ran.append("definition")
        return a * np.sin(b)

    def kernel(a, b):
        ran.append("kernel")
        return a * np.sin(b), lambda g: (g * np.sin(b), g * a * np.cos(b))

    f = fused(definition, kernel)
    assert np.isclose(grad(f)(2.0, 1.0), np.sin(1.0))
    assert ran == ["kernel"]
    ran.clear()
    mixed = grad(lambda a: grad(lambda b: f(a, b))(1.0))(2.0)
    assert np.isclose(mixed, np.cos(1.0))
    assert "kernel" not in ran
    ran.clear()
    assert np.isclose(jvp(f, (2.0, 1.0), (0.0, 1.0))[1], 2 * np.cos(1.0))
    assert ran == ["definition"]


def test_gradient_of_a_gradient_with_respect_to_parameters():
    """The penalty on input gradients: a transform around Tensors made by hand."""
    w, x = Tensor(rng.normal(size=3)), rng.normal(size=3)
    slope = grad(lambda x: np.tanh(x @ w))(x)
    np.sum(slope**2).backward()

    def penalty(w):
        return np.sum(((1 - np.tanh(x @ w) ** 2) * w) ** 2)

    assert np.allclose(w.grad, grad(penalty)(w.value))


def test_backward_on_dual_parameters_is_the_hessian_vector_product():
    w, v = Tensor(rng.normal(size=3)), rng.normal(size=3)
    plain = w.value

    def f(w):
        return np.sum(np.exp(w)) * w[0]

    w.value = Dual(plain, v, -1)
    f(w).backward()
    assert np.allclose(w.grad.tangent, hessian(f)(plain) @ v)


def test_no_grad_makes_constants_of_what_is_outside():
    w = Tensor(np.array([1.0, 2.0]))
    with no_grad():
        y = np.sum(w * w)
        g = grad(lambda x: x * np.sum(w))(5.0)
    assert isinstance(y, np.float64)
    assert g == 3.0
    assert isinstance(np.sum(w), Tensor)


def test_no_grad_inside_a_trace_stops_the_derivative():
    def f(x):
        with no_grad():
            c = x * x
        return c * x

    assert grad(f)(3.0) == 9.0
    assert jvp(f, 3.0, 1.0)[1] == 9.0
    assert grad(lambda x: stop_gradient(x) * x)(3.0) == 3.0


def test_no_grad_may_be_nested_and_decorate():
    w = Tensor(np.ones(2))

    @no_grad()
    def f():
        with no_grad():
            pass
        return np.sum(w)

    assert not isinstance(f(), Tensor)
    assert isinstance(np.sum(w), Tensor)


def test_no_grad_ends_with_an_exception():
    w = Tensor(np.ones(2))
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert isinstance(np.sum(w), Tensor)


def test_kernels_run_under_no_grad_around_an_input_gradient():
    ran = []

    def kernel(x, w):
        ran.append("kernel")
        return np.sum(x * w), lambda g: (g * w, g * x)

    f = fused(lambda x, w: np.sum(x * w), kernel)
    w, x = Tensor(np.ones(3)), np.ones(3)
    with no_grad():
        g = grad(lambda x: f(x, w))(x)
    assert ran == ["kernel"]
    assert np.array_equal(g, w.value)


def test_control_flow_may_look_at_values():
    def f(x):
        y = x
        while y < 100.0:
            y = y * x
        return y

    assert grad(f)(5.0) == 3 * 25.0
    assert mmdl.value_and_grad(f)(5.0) == (125.0, 75.0)
