"""What every function of the table keeps; the registry says which these are."""

import numpy as np
import pytest
from engine_cases import CASES

import mmdl
from mmdl.autodiff import PRIMITIVES
from mmdl.autodiff.boxes import FUNCTIONS, UFUNCS
from mmdl.autodiff.fusion import Fused
from mmdl.autodiff.table_constant import FLAT
from mmdl.autodiff.tree import leaves_of, map_tree

every_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)


def test_every_numpy_function_of_the_table_has_a_sample():
    sampled = {c.of for c in CASES}
    missing = [f for f in {*UFUNCS, *FUNCTIONS} - set(FLAT) if f not in sampled]
    assert not missing


def test_every_primitive_of_the_engine_is_met_by_a_sample(monkeypatch):
    engine = {k: p for k, p in PRIMITIVES.items() if k.startswith("mmdl.autodiff")}
    met = set()
    for key, p in engine.items():
        part = "definition" if p.kind == "fused" else "f"
        monkeypatch.setattr(p, part, noting(getattr(p, part), key, met))
    for case in CASES:
        mmdl.jvp(case.f, case.arrays, case.arrays)
    assert met == set(engine)


def noting(f, key, met):
    def noted(*args, **kwargs):
        met.add(key)
        return f(*args, **kwargs)

    return noted


@every_case
def test_derivatives_of_both_modes_and_orders_are_right(case):
    mmdl.check(case.f, *case.arrays)


@every_case
def test_traced_value_is_numpys(case):
    expected = leaves_of(case.f(*case.arrays))
    traced = leaves_of(mmdl.vjp(case.f, *case.arrays)[0])
    for x, y in zip(traced, expected, strict=True):
        assert np.shape(x) == np.shape(y)
        np.testing.assert_allclose(x, y, rtol=1e-12, atol=1e-13)


@every_case
def test_float32_stays_float32(case):
    arrays = [a.astype(np.float32) for a in case.arrays]
    y, pullback = mmdl.vjp(case.f, *arrays)
    us = map_tree(lambda e: np.ones(np.shape(e)), y)
    for e in leaves_of(y):
        assert e.dtype == np.float32
    tangents = mmdl.jvp(case.f, tuple(arrays), tuple(arrays))[1]
    for g in (*leaves_of(pullback(us)), *leaves_of(tangents)):
        assert g.dtype == np.float32


FUSED = [c for c in CASES if isinstance(c.of, Fused)]


@pytest.mark.parametrize("case", FUSED, ids=lambda c: c.id)
def test_kernel_is_definition(case, monkeypatch):
    y, pullback = mmdl.vjp(case.f, *case.arrays)
    u = np.random.default_rng(0).normal(size=np.shape(y))
    g = pullback(u)
    monkeypatch.setattr(case.of, "fast", None)
    defined, defined_pullback = mmdl.vjp(case.f, *case.arrays)
    np.testing.assert_allclose(y, defined, rtol=1e-13)
    np.testing.assert_allclose(g, defined_pullback(u), rtol=1e-12, atol=1e-14)


def test_every_fused_primitive_of_the_engine_has_its_kernel_compared():
    engine = {p for k, p in PRIMITIVES.items() if k.startswith("mmdl.autodiff")}
    assert {p for p in engine if p.kind == "fused"} == {c.of for c in FUSED}
