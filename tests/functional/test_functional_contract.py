"""What every function of `mmdl.functional` keeps, whatever its formula."""

import numpy as np
import pytest
from functional_cases import CASES, CONSTANTS

import mmdl
from mmdl import functional as fn
from mmdl.autodiff import PRIMITIVES

every_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)


def as_tuple(x):
    return x if isinstance(x, tuple) else (x,)


def drawn_like(arrays, seed):
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(size=np.shape(a)).astype(a.dtype) for a in arrays)


def inner(us, vs):
    return sum(float(np.sum(u * v)) for u, v in zip(us, vs, strict=True))


def flat(f):
    """`f` with its results, one or several, as a tuple."""
    return lambda *xs: as_tuple(f(*xs))


def gradients(case, u):
    """The gradient of <u, f> as a function of the arrays."""

    def g(*xs):
        pull = mmdl.vjp(flat(case.f), *xs)[1]
        return as_tuple(pull(u))

    return g


def assert_close(a, b, tolerance):
    for x, y in zip(as_tuple(a), as_tuple(b), strict=True):
        scale = max(np.max(np.abs(y), initial=0), 1e-3)
        np.testing.assert_allclose(x, y, rtol=0, atol=tolerance * scale)


def test_every_function_has_a_case():
    functions = {n for n in fn.__all__ if n.islower()}
    assert functions == {c.name for c in CASES} | CONSTANTS


def test_every_primitive_is_met_by_a_case(monkeypatch):
    met = set()
    mine = {k: p for k, p in PRIMITIVES.items() if k.startswith("mmdl.functional.")}
    assert mine
    for key, p in mine.items():
        attribute = "definition" if p.kind == "fused" else "f"
        spy = spied(getattr(p, attribute), key, met)
        monkeypatch.setattr(p, attribute, spy)
    for case in CASES:
        xs = case.arrays()
        mmdl.jvp(case.f, xs, xs)
    assert met == set(mine)


def spied(f, key, met):
    def spy(*args, **kwargs):
        met.add(key)
        return f(*args, **kwargs)

    return spy


@every_case
def test_pullback_is_the_adjoint_of_the_differential(case):
    xs = case.arrays()
    vs = drawn_like(xs, 1)
    y, jv = mmdl.jvp(flat(case.f), xs, vs)
    us = drawn_like(y, 2)
    value, pull = mmdl.vjp(flat(case.f), *xs)
    assert_close(value, y, 1e-12)  # kernel and definition
    left, right = inner(us, jv), inner(as_tuple(pull(us)), vs)
    assert left == pytest.approx(right, rel=1e-10, abs=1e-12)


@every_case
def test_differential_is_the_limit_of_central_differences(case):
    xs = case.arrays()
    for i in range(len(xs)):
        for seed in range(3):
            vs = [np.zeros_like(x) for x in xs]
            vs[i] = drawn_like(xs, 3 + seed)[i]
            vs[i] /= np.linalg.norm(vs[i])
            _, jv = mmdl.jvp(flat(case.f), xs, tuple(vs))
            assert_close(jv, central(flat(case.f), xs, vs), case.tolerance)


@every_case
def test_second_differential_is_the_limit_of_central_differences(case):
    xs = case.arrays()
    us = drawn_like(as_tuple(case.f(*xs)), 4)
    vs = drawn_like(xs, 5)
    vs = tuple(v / np.linalg.norm(v) for v in vs)
    g = gradients(case, us)
    _, forward = mmdl.jvp(g, xs, vs)
    assert_close(forward, central(g, xs, vs), 10 * case.tolerance)


def central(f, xs, vs, h=1e-5):
    """Central differences with one Richardson step: error of order h^4."""

    def slope(h):
        plus = f(*(x + h * v for x, v in zip(xs, vs, strict=True)))
        minus = f(*(x - h * v for x, v in zip(xs, vs, strict=True)))
        return [(a - b) / (2 * h) for a, b in zip(plus, minus, strict=True)]

    coarse, fine = slope(20 * h), slope(10 * h)
    return tuple((4 * b - a) / 3 for a, b in zip(coarse, fine, strict=True))


@every_case
def test_kernel_gradient_is_the_gradient_of_the_definition(case):
    xs = case.arrays()
    us = drawn_like(as_tuple(case.f(*xs)), 6)
    fast = gradients(case, us)(*xs)
    # a boxed cotangent makes the engine take the definition
    slow = mmdl.jvp(lambda *u: gradients(case, u)(*xs), us, us)[1]
    assert_close(fast, slow, 1e-10)


@every_case
def test_float32_stays_float32(case):
    xs = case.arrays()
    ys = as_tuple(case.f(*xs))
    us = drawn_like(ys, 7)
    expected = gradients(case, us)(*xs)
    small = tuple(x.astype(np.float32) for x in xs)
    values, pull = mmdl.vjp(flat(case.f), *small)
    cotangents = as_tuple(pull(tuple(np.float32(u) for u in us)))
    tangents = mmdl.jvp(flat(case.f), small, small)[1]
    for a in (*values, *cotangents, *tangents):
        assert a.dtype == np.float32
    assert_close(values, ys, 1e-5)
    assert_close(cotangents, expected, 1e-4)  # sums of a few hundred roundings


@every_case
def test_layout_in_memory_does_not_matter(case):
    xs = case.arrays()
    us = drawn_like(as_tuple(case.f(*xs)), 8)
    expected = gradients(case, us)(*xs)
    for relayout in (fortran, strided, samples_last):
        assert_close(case.f(*map(relayout, xs)), case.f(*xs), 1e-12)
        moved = gradients(case, tuple(map(relayout, us)))(*map(relayout, xs))
        assert_close(moved, expected, 1e-12)


def fortran(x):
    return np.array(x, order="F")[()]


def samples_last(x):
    return (
        np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 0, -1)), -1, 0)
        if np.ndim(x)
        else x
    )


def strided(x):
    if np.ndim(x) == 0:
        return x
    wide = np.zeros(tuple(2 * n for n in np.shape(x)))
    view = wide[(slice(None, None, 2),) * np.ndim(x)]
    view[...] = x
    return view


@every_case
def test_inputs_are_untouched_and_results_repeat(case):
    xs = case.arrays()
    us = drawn_like(as_tuple(case.f(*xs)), 9)
    for a in (*xs, *(u for u in us if isinstance(u, np.ndarray))):
        a.flags.writeable = False
    first, pull = mmdl.vjp(flat(case.f), *xs)
    before = as_tuple(pull(us))
    kept = [np.copy(a) for a in (*first, *before)]
    again = (*mmdl.vjp(flat(case.f), *xs)[0], *as_tuple(pull(us)))
    for a, b, c in zip((*first, *before), kept, again, strict=True):
        assert np.array_equal(a, b)
        assert np.array_equal(a, c)


@pytest.mark.parametrize("case", [c for c in CASES if c.empty], ids=lambda c: c.id)
def test_no_samples_give_no_results(case):
    xs = tuple(np.zeros(s) for s in case.empty)
    y, pull = mmdl.vjp(case.f, *xs)
    assert y.size == 0
    for x, c in zip(xs, as_tuple(pull(np.zeros(y.shape))), strict=True):
        assert c.shape == x.shape
        assert not np.any(c)
