"""Values and gradients of JAX, in float64, to 1e-10: a second opinion."""

import numpy as np
import pytest

from mmdl import functional as fn
from mmdl import vjp

jax = pytest.importorskip("jax", reason="JAX, an oracle, is not installed")
jnn, jnp = jax.nn, jax.numpy

rng = np.random.default_rng(7)


def normal(*shape):
    return rng.normal(size=shape)


def conv(x, w, **options):
    axes = ("NCHW", "OIHW", "NCHW")
    return jax.lax.conv_general_dilated(x, w, dimension_numbers=axes, **options)


def window(x, start, op, stride):
    shape, strides = (1, 1, 3, 2), (1, 1, *stride)
    return jax.lax.reduce_window(x, start, op, shape, strides, "VALID")


def jax_layer_norm(x, gamma, beta):
    mean = x.mean(-1, keepdims=True)
    return gamma * (x - mean) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-5) + beta


def jax_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    seen = jnp.tril(jnp.ones(scores.shape, bool))
    return jnn.softmax(jnp.where(seen, scores, -jnp.inf)) @ V


def jax_rnn(x, W, U, b):
    def step(h, x_t):
        h = jnp.tanh(x_t @ W + h @ U + b)
        return h, h

    states = jax.lax.scan(step, jnp.zeros((x.shape[0], len(U))), x.swapaxes(0, 1))[1]
    return states.swapaxes(0, 1)


def jax_lstm(x, W, U, b):
    def step(carry, x_t):
        h, c = carry
        i, f, o, g = jnp.split(x_t @ W + h @ U + b, 4, axis=1)
        c = jnn.sigmoid(f) * c + jnn.sigmoid(i) * jnp.tanh(g)
        h = jnn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    zeros = jnp.zeros((x.shape[0], len(U)))
    return jax.lax.scan(step, (zeros, zeros), x.swapaxes(0, 1))[1].swapaxes(0, 1)


LABELS = np.array([2, 0, 1, 2])


def jax_cross_entropy(z):
    return -jnp.mean(jnn.log_softmax(z)[jnp.arange(4), LABELS])


def jax_smoothed(z):
    p = 0.9 * jnn.one_hot(LABELS, 3) + 0.1 / 3
    return -jnp.mean(jnp.sum(p * jnn.log_softmax(z), axis=1))


Z, IMAGES = normal(4, 3), normal(2, 4, 7, 6)
ENTRYWISE = {
    fn.sigmoid: jnn.sigmoid, fn.tanh: jnp.tanh, fn.relu: jnn.relu,
    fn.leaky_relu: jnn.leaky_relu, fn.softplus: jnn.softplus, fn.silu: jnn.silu,
    fn.gelu: lambda x: jnn.gelu(x, approximate=False), fn.gelu_tanh: jnn.gelu,
    fn.softmax: jnn.softmax, fn.log_softmax: jnn.log_softmax,
    fn.logsumexp: lambda z: jnn.logsumexp(z, axis=-1),
}  # fmt: skip
# name -> (ours, JAX's, arrays)
PAIRS = {
    **{f.__name__: (f, g, (3 * normal(5, 4),)) for f, g in ENTRYWISE.items()},
    "conv2d": (
        lambda x, w: fn.conv2d(x, w, stride=(2, 1), padding=(1, 2), dilation=(1, 2)),
        lambda x, w: conv(
            x, w, window_strides=(2, 1), padding=((1, 1), (2, 2)), rhs_dilation=(1, 2)
        ),
        (IMAGES, normal(3, 4, 3, 2)),
    ),
    "groups": (
        lambda x, w: fn.conv2d(x, w, groups=2),
        lambda x, w: conv(
            x, w, window_strides=(1, 1), padding="VALID", feature_group_count=2
        ),
        (IMAGES, normal(6, 2, 2, 3)),
    ),
    "max_pool2d": (
        lambda x: fn.max_pool2d(x, (3, 2), stride=(2, 1)),
        lambda x: window(x, -jnp.inf, jax.lax.max, (2, 1)),
        (IMAGES,),
    ),
    "avg_pool2d": (
        lambda x: fn.avg_pool2d(x, (3, 2), stride=(1, 2)),
        lambda x: window(x, 0.0, jax.lax.add, (1, 2)) / 6,
        (IMAGES,),
    ),
    "layer_norm": (fn.layer_norm, jax_layer_norm, (normal(5, 4), normal(4), normal(4))),
    "attention": (
        lambda Q, K, V: fn.attention(Q, K, V, causal=True),
        jax_attention,
        (normal(5, 3), normal(5, 3), normal(5, 2)),
    ),
    "rnn": (fn.rnn, jax_rnn, (normal(3, 5, 2), normal(2, 4), normal(4, 4), normal(4))),
    "lstm": (
        lambda *xs: fn.lstm(*xs)[0],
        jax_lstm,
        (normal(3, 5, 2), normal(2, 12), normal(3, 12), normal(12)),
    ),
    "cross_entropy": (
        lambda z: fn.cross_entropy(z, LABELS),
        jax_cross_entropy,
        (Z,),
    ),
    "smoothing": (
        lambda z: fn.cross_entropy(z, LABELS, smoothing=0.1),
        jax_smoothed,
        (Z,),
    ),
}


@pytest.fixture(scope="module")
def by_jax():
    """Everything at once: JAX compiles one function instead of twenty."""
    us = {name: normal(*np.shape(f(*xs))) for name, (f, _, xs) in PAIRS.items()}

    def all_of_it():
        found = {}
        for name, (_, f, xs) in PAIRS.items():
            y, pull = jax.vjp(f, *map(jnp.asarray, xs))
            found[name] = (y, pull(jnp.asarray(us[name])))
        return found

    with jax.enable_x64(True):
        return us, jax.tree.map(np.asarray, jax.jit(all_of_it)())


@pytest.mark.parametrize("name", PAIRS)
def test_value_and_pullback_are_those_of_jax(name, by_jax):
    ours, _, xs = PAIRS[name]
    y, pull = vjp(ours, *xs)
    found = pull(by_jax[0][name])
    expected_y, expected = by_jax[1][name]
    np.testing.assert_allclose(y, expected_y, rtol=0, atol=1e-10)
    found = found if isinstance(found, tuple) else (found,)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-10)
