"""Threshold units and the first learning machines."""

import numpy as np
import pytest

from mmdl import neurons
from mmdl.errors import ShapeError


def test_heaviside_is_zero_at_zero():
    assert neurons.heaviside(np.array([-1.0, 0.0, 1e-300])).tolist() == [0, 0, 1]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_boolean_function_is_a_small_network(n):
    inputs = neurons.boolean_inputs(n)
    for f in neurons.boolean_inputs(2**n):
        network = neurons.boolean_network(f)
        assert np.array_equal(network(inputs), f)
        assert network.W.shape[1] <= 2 ** (n - 1)


def test_perceptron_separates_what_can_be_separated():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 3))
    s = np.sign(X @ [1.0, -2.0, 0.5])
    fit = neurons.perceptron(X, s)
    assert fit.converged
    assert (s * (X @ fit.coef) > 0).all()
    shown = 50 * len(fit.mistakes)
    assert fit.flops == 2 * 3 * shown + 3 * sum(fit.mistakes)


def test_perceptron_stops_within_its_budget():
    X = np.array([[1.0, 1.0], [1.0, 1.0]])
    fit = neurons.perceptron(X, [1, -1], budget=100)
    assert not fit.converged
    assert 100 - 6 < fit.flops <= 100


def test_lms_is_stochastic_gradient_descent():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(7, 3)), rng.normal(size=7)
    path = neurons.lms(X, y, 0.1, steps=9, start=[1.0, 0.0, 0.0])
    w = np.array([1.0, 0.0, 0.0])
    for k in range(9):
        w = w - 0.1 * X[k % 7] * (X[k % 7] @ w - y[k % 7])
    assert np.allclose(path[-1], w, atol=1e-14)


def test_dichotomies_follow_the_recursion():
    for N in range(1, 12):
        for d in range(1, 8):
            assert neurons.dichotomies(N + 1, d) == (
                neurons.dichotomies(N, d) + neurons.dichotomies(N, d - 1)
            )
    assert neurons.dichotomies(10, 20) == 2**10


def test_classes_zero_and_one_are_refused():
    with pytest.raises(ValueError, match=r"classes -1 and \+1.*write 2 \* y - 1"):
        neurons.perceptron(np.eye(2), [0, 1])


def test_truth_table_of_odd_length_is_refused():
    with pytest.raises(ShapeError, match=r"2\*\*n zeros and ones.*is XOR"):
        neurons.boolean_network([0, 1, 1])
