"""Shapes of every sort: broadcasting, axes of length 0 and 1, numbers, layouts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import (
    basic_indices,
    broadcastable_shapes,
    mutually_broadcastable_shapes,
)

import mmdl
from mmdl import grad, jvp, vjp
from mmdl.autodiff.sweep import unbroadcast

BINARY = (np.add, np.subtract, np.multiply, np.divide, np.maximum, np.hypot, np.power)
small = {"min_dims": 0, "max_dims": 3, "min_side": 0, "max_side": 3}


def positive(shape, seed=0):
    return np.random.default_rng(seed).uniform(0.5, 2.0, size=shape)


@given(
    shapes=mutually_broadcastable_shapes(num_shapes=2, **small),
    f=st.sampled_from(BINARY),
)
def test_cotangents_have_the_shapes_of_the_arguments(shapes, f):
    a, b = (positive(s, k) for k, s in enumerate(shapes.input_shapes))
    y, pullback = vjp(f, a, b)
    assert y.shape == shapes.result_shape
    u = positive(y.shape, 2)
    da, db = pullback(u)
    va, vb = positive(a.shape, 3), positive(b.shape, 4)
    _, tangent = jvp(f, (a, b), (va, vb))
    assert (da.shape, db.shape, tangent.shape) == (a.shape, b.shape, y.shape)
    assert np.isclose(np.sum(u * tangent), np.sum(da * va) + np.sum(db * vb))


@given(data=st.data())
def test_unbroadcast_is_the_adjoint_of_broadcasting(data):
    shape = data.draw(st.sampled_from([(), (1,), (3,), (2, 1), (1, 3), (2, 3)]))
    wide = data.draw(broadcastable_shapes(shape, min_dims=len(shape), max_dims=4))
    wide = np.broadcast_shapes(shape, wide)
    g, x = positive(wide), positive(shape, 1)
    back = unbroadcast(g, shape)
    assert back.shape == shape
    assert np.isclose(np.sum(g * np.broadcast_to(x, wide)), np.sum(back * x))


@given(data=st.data(), shape=st.sampled_from([(3,), (2, 3), (2, 1, 4)]))
def test_scatter_is_the_adjoint_of_indexing(data, shape):
    index = data.draw(basic_indices(shape, allow_newaxis=True))
    x, v = positive(shape), positive(shape, 1)
    y, pullback = vjp(lambda x: x[index], x)
    u = positive(y.shape, 2)
    assert np.isclose(np.sum(u * v[index]), np.sum(pullback(u) * v))


@given(st.lists(st.integers(-4, 3), max_size=12))
def test_repeated_indices_add_up(index):
    g = grad(lambda x: np.sum(x[index] * 1.0) if index else np.sum(0.0 * x))(np.ones(4))
    expected = np.bincount(np.array(index, int) % 4, minlength=4)
    assert np.array_equal(g, expected)


UNARY = (np.exp, np.tanh, np.square, np.abs, np.negative)
REDUCTIONS = (np.sum, np.prod)
MOVES = (np.ravel, np.transpose, np.flip, np.copy, np.squeeze)


@pytest.mark.parametrize("f", UNARY + REDUCTIONS + MOVES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 0), (0, 3, 0), (1, 1)])
def test_zero_size_and_zero_dimensions(f, shape):
    x = positive(shape)
    y, pullback = vjp(f, x)
    expected = f(x)
    assert y.shape == np.shape(expected)
    assert np.array_equal(y, expected)
    assert pullback(np.ones(y.shape)).shape == shape
    assert jvp(f, x, np.ones(shape))[1].shape == y.shape


@pytest.mark.parametrize(
    "shapes", [((0, 3), (3, 2)), ((2, 0), (0, 3)), ((2, 3), (3, 0))]
)
def test_empty_products(shapes):
    a, b = map(positive, shapes)
    y, pullback = vjp(np.matmul, a, b)
    da, db = pullback(np.ones(y.shape))
    assert (da.shape, db.shape) == shapes
    y, pullback = vjp(lambda a, b: np.einsum("ij,jk->ik", a, b), a, b)
    assert [d.shape for d in pullback(np.ones(y.shape))] == list(shapes)


def test_empty_arrays_join():
    a, b = np.ones((2, 0)), np.ones((2, 3))
    y, pullback = vjp(lambda a, b: np.concatenate([a, b], axis=1), a, b)
    assert [d.shape for d in pullback(np.ones(y.shape))] == [(2, 0), (2, 3)]


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8])
def test_products_by_halves_are_numpys(n):
    x = positive((n, 3))
    y, pullback = vjp(lambda x: np.prod(x, axis=0), x)
    assert np.allclose(y, np.prod(x, axis=0), rtol=1e-14)
    assert np.allclose(pullback(np.ones(3)), y / x, rtol=1e-13)


def test_ties_go_to_the_first_position_and_to_the_second_argument():
    assert grad(np.max)(np.array([1.0, 3.0, 3.0])).tolist() == [0, 1, 0]
    assert grad(np.min)(np.array([1.0, 1.0, 3.0])).tolist() == [1, 0, 0]
    assert grad(np.maximum, (0, 1))(2.0, 2.0) == (0.0, 1.0)
    assert grad(np.minimum, (0, 1))(2.0, 2.0) == (0.0, 1.0)


def test_kinks_have_the_derivative_of_the_book():
    assert grad(lambda x: np.maximum(x, 0.0))(0.0) == 0.0  # ReLU'(0) = 0
    assert grad(np.abs)(0.0) == 0.0
    assert grad(np.linalg.norm)(np.zeros(3)).tolist() == [0, 0, 0]
    assert grad(np.std)(np.ones(3)).tolist() == [0, 0, 0]


def test_where_protects_the_branch_that_is_not_taken():
    def f(x):
        safe = np.where(x > 0, x, 1.0)
        return np.sum(np.where(x > 0, np.log(safe), 0.0))

    assert grad(f)(np.array([0.0, 2.0])).tolist() == [0.0, 0.5]


def test_powers_at_zero():
    assert grad(lambda x: x**0)(0.0) == 0.0
    assert grad(lambda x: x**1)(0.0) == 1.0
    assert grad(grad(lambda x: x**1))(0.0) == 0.0
    assert grad(grad(lambda x: x**2))(0.0) == 2.0
    assert grad(grad(grad(lambda x: x**3)))(0.0) == 6.0
    assert grad(lambda b: 0.0**b)(2.0) == 0.0


def test_logsumexp_of_extreme_entries():
    x = np.array([0.0, -1000.0, 1000.0])
    from mmdl.autodiff import logsumexp

    assert logsumexp(x) == 1000.0
    assert grad(logsumexp)(x).tolist() == [0.0, 0.0, 1.0]
    assert logsumexp(np.array([-np.inf, 0.0])) == 0.0
    assert grad(logsumexp)(np.array([-np.inf, 0.0])).tolist() == [0.0, 1.0]


def test_erf_is_accurate():
    import math

    from mmdl.autodiff import erf

    x = np.concatenate([np.linspace(-7, 7, 4001), np.geomspace(1e-300, 1, 200)])
    exact = np.array([math.erf(t) for t in x])
    assert np.max(np.abs(erf(x) - exact) / np.abs(exact + (exact == 0))) < 1e-15
    assert erf(np.inf) == 1.0
    assert np.isnan(erf(np.nan))
    assert erf(np.float32(0.5)).dtype == np.float32


LISTED = {
    "times": lambda x: [1.0, 2.0, 3.0] * x,
    "power": lambda x: x ** [1, 2, 0],
    "matmul": lambda x: [[1.0, 2.0, 3.0]] @ x,
    "left": lambda x: x @ [1.0, 2.0, 3.0],
    "dot": lambda x: np.dot(x, [1.0, 2.0, 3.0]),
    "inner": lambda x: np.inner([1, 2, 3], x),
    "outer": lambda x: np.outer(x, [1, 2]),
    "kron": lambda x: np.kron([1, 2], x),
    "tensordot": lambda x: np.tensordot(x, [1, 2, 3], 1),
    "cross": lambda x: np.cross([1, 2, 3], x),
    "convolve": lambda x: np.convolve([1, 2], x),
    "where": lambda x: np.where([True, False, True], x, [7, 8, 9]),
    "maximum": lambda x: np.maximum([0.1, 9, 0.2], x),
    "clip": lambda x: np.clip(x, 1, [2, 3, 1.1]),
    "concatenate": lambda x: np.concatenate([x, [1, 2]]),
    "stack": lambda x: np.stack([x, [1, 2, 3]]),
    "index": lambda x: x[[0, 0]],
    "solve": lambda x: np.linalg.solve([[2, 1, 0], [0, 1, 0], [0, 0, 1]], x),
    "average": lambda x: np.average(x, weights=[1, 2, 3]),
    "interp": lambda x: np.interp([0.5, 1.2], [0, 1, 2], x),
    "polyval": lambda x: np.polyval([1, 2, 3], x),
    "einsum": lambda x: np.einsum("i,i", x, [1, 2, 3]),
}


@pytest.mark.parametrize("name", LISTED)
def test_lists_may_stand_beside_tensors(name):
    x = np.array([0.7, 1.3, 1.9])
    mmdl.check(LISTED[name], x)
    assert np.allclose(vjp(LISTED[name], x)[0], LISTED[name](x), rtol=1e-14)
