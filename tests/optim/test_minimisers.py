"""Line searches and second-order methods against what theory promises."""

import numpy as np
import pytest

pytest.importorskip("mmdl.autodiff")

from mmdl.optim import armijo, conjugate_gradient, lbfgs, newton, newton_cg, wolfe


def rosenbrock(w):
    return 100 * (w[1] - w[0] ** 2) ** 2 + (1 - w[0]) ** 2


def random_spd(rng, d):
    A = rng.normal(size=(d, d))
    return A @ A.T + np.eye(d)


def test_armijo_accepts_a_share_of_the_slope():
    rng = np.random.default_rng(0)
    for _ in range(50):
        A, w = random_spd(rng, 4), rng.normal(size=4)
        g = A @ w
        tau = armijo(lambda w, A=A: w @ A @ w / 2, w, -g, -g @ g, c=0.5)
        curvature = g @ A @ g / (g @ g)
        # with c = 1/2 a quadratic accepts exactly the steps up to 1/curvature
        assert tau <= 1 / curvature * (1 + 1e-12)
        assert tau == 1.0 or 2 * tau > 1 / curvature * (1 - 1e-12)


def test_wolfe_meets_both_conditions():
    rng = np.random.default_rng(1)
    for _ in range(50):
        A, w = random_spd(rng, 3) * 10 ** rng.uniform(-4, 3), rng.normal(size=3)
        f, df = (lambda w, A=A: w @ A @ w / 2), (lambda w, A=A: A @ w)
        p = -df(w)
        tau = wolfe(f, df, w, p)
        assert f(w + tau * p) <= f(w) + 1e-4 * tau * (df(w) @ p) + 1e-12 * f(w)
        assert df(w + tau * p) @ p >= 0.9 * (df(w) @ p)


def test_conjugate_gradient_ends_after_d_steps():
    rng = np.random.default_rng(2)
    A, b = random_spd(rng, 6), rng.normal(size=6)
    x = conjugate_gradient(lambda v: A @ v, b, max_steps=6)
    assert np.allclose(A @ x, b, atol=1e-8)


def test_conjugate_gradient_gives_descent_on_indefinite_matrices():
    b = np.array([1.0, 1.0])
    x = conjugate_gradient(lambda v: np.array([1.0, -3.0]) * v, b)
    assert x @ b > 0


@pytest.mark.parametrize("method", [newton, newton_cg, lbfgs])
def test_method_finds_the_minimum_of_rosenbrock(method):
    found = method(rosenbrock, np.array([-1.2, 1.0]))
    assert found.converged
    assert np.allclose(found.w, 1.0, atol=1e-6)


def test_newton_needs_one_step_on_a_quadratic():
    A = random_spd(np.random.default_rng(3), 5)
    found = newton(lambda w: w @ A @ w / 2 - np.sum(w), np.zeros(5), tol=1e-9)
    assert found.steps == 1
    assert np.allclose(A @ found.w, 1.0)


def test_armijo_refuses_an_ascent():
    with pytest.raises(ValueError, match="slope < 0"):
        armijo(lambda w: float(w @ w), np.ones(1), np.ones(1), 2.0)


def test_armijo_suspects_a_wrong_gradient():
    with pytest.raises(ValueError, match=r"is the gradient right\? mmdl.check"):
        armijo(lambda w: float(w @ w), np.ones(1), np.ones(1), -2.0)
