"""JAX agrees: every operator, forward and backward, and random networks."""

import numpy as np
import pytest
from oracle_programs import NUMPYS_OWN, SHARED, network

import mmdl
from mmdl.autodiff.tree import leaves_of

jax = pytest.importorskip("jax", reason="JAX, an oracle, is not installed")

OPERATORS = SHARED | NUMPYS_OWN
NETWORKS = range(12)


def cotangent(y, seed):
    return np.random.default_rng(seed).normal(size=np.shape(y))


def cotangents():
    return {name: cotangent(f(np, *xs), 1) for name, (f, xs) in OPERATORS.items()}


@pytest.fixture(scope="module")
def by_jax():
    """Everything at once: JAX compiles one function instead of hundreds."""
    jnp = jax.numpy
    programs = {seed: network(seed) for seed in NETWORKS}

    def all_of_it():
        found = {}
        for name, (f, xs) in OPERATORS.items():
            y, pull = jax.vjp(lambda *a, f=f: f(jnp, *a), *map(jnp.asarray, xs))
            found[name] = (y, pull(jnp.asarray(us[name])))
        for seed, (f, xs) in programs.items():
            both = jax.value_and_grad(lambda *a, f=f: f(jnp, *a), (0, 1, 2))
            y, g = both(*map(jnp.asarray, xs))
            found[f"network {seed}"] = (y, g)
        return found

    us = cotangents()
    with jax.enable_x64(True):
        return us, jax.tree.map(np.asarray, jax.jit(all_of_it)())


@pytest.mark.parametrize("name", OPERATORS)
def test_operator_and_its_vjp_agree(name, by_jax):
    us, found = by_jax
    f, xs = OPERATORS[name]
    y, pullback = mmdl.vjp(lambda *a: f(np, *a), *xs)
    g = pullback(us[name])
    expected_y, expected_g = found[name]
    np.testing.assert_allclose(y, expected_y, rtol=1e-10, atol=1e-11)
    for a, b in zip(leaves_of(g), leaves_of(expected_g), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("seed", NETWORKS)
def test_gradients_of_a_random_network_agree(seed, by_jax):
    f, xs = network(seed)
    y, g = mmdl.value_and_grad(lambda *a: f(np, *a), (0, 1, 2))(*xs)
    expected_y, expected_g = by_jax[1][f"network {seed}"]
    np.testing.assert_allclose(y, expected_y, rtol=1e-12)
    for a, b in zip(g, expected_g, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)
