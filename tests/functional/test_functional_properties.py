"""What the formulas promise, beyond their derivatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mmdl import functional as fn
from mmdl import grad, vjp

seeds = st.integers(0, 2**32 - 1)
logits = hnp.arrays(
    float, hnp.array_shapes(min_dims=2, max_dims=3), elements=st.floats(-1e3, 1e3)
)


def drawn(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


# Activations ------------------------------------------------------------------------


@given(hnp.arrays(float, 5, elements=st.floats(-1e100, 1e100)))
def test_no_activation_overflows(x):
    for f in fn.ACTIVATIONS:  # x^3, which is in one of them, leaves the floats at 1e103
        y, pull = vjp(f, x)
        assert np.all(np.isfinite(y)), f
        assert np.all(np.isfinite(pull(np.ones(5)))), f


@given(st.floats(-30, 30))
def test_identities_between_activations(x):
    assert fn.sigmoid(x) + fn.sigmoid(-x) == pytest.approx(1)
    assert fn.tanh(x) == pytest.approx(2 * fn.sigmoid(2 * x) - 1, abs=1e-15)
    assert fn.softplus(x) - fn.softplus(-x) == pytest.approx(x, abs=1e-14)
    assert fn.relu(x) - fn.relu(-x) == x
    assert fn.gelu(x) - fn.gelu(-x) == pytest.approx(x, abs=1e-14)
    assert fn.normal_cdf(x) + fn.normal_cdf(-x) == pytest.approx(1)


def test_the_derivative_at_a_kink_is_that_from_the_left():
    assert grad(fn.relu)(0.0) == 0
    assert grad(fn.leaky_relu)(0.0) == 0.01
    assert grad(lambda x: fn.relu(x) - fn.relu(-x))(0.0) == 0  # though it is x


def test_the_approximation_of_gelu_is_within_half_a_thousandth():
    x = np.linspace(-10, 10, 20001)
    error = np.abs(fn.gelu_tanh(x) - fn.gelu(x))
    assert 4e-4 < error.max() < 5e-4


def test_gelu_in_float32_is_as_good_as_its_type():
    x = np.linspace(-12, 12, 100_001)
    error = np.abs(fn.gelu(x.astype(np.float32)) - fn.gelu(x))
    assert np.all(error < 4 * np.finfo(np.float32).eps * np.maximum(np.abs(x), 1))


# Softmax and losses -----------------------------------------------------------------


@given(logits, st.floats(-1e3, 1e3))
def test_softmax_is_shift_invariant_and_a_distribution(z, c):
    p = fn.softmax(z)
    np.testing.assert_allclose(p.sum(-1), 1, rtol=1e-12)
    assert np.all(p >= 0)
    np.testing.assert_allclose(fn.softmax(z + c), p, rtol=0, atol=1e-12)
    np.testing.assert_allclose(np.exp(fn.log_softmax(z)), p, rtol=0, atol=1e-12)


@given(logits)
def test_log_sum_exp_lies_above_the_maximum_by_at_most_log_n(z):
    y, top = fn.logsumexp(z), z.max(-1)
    assert np.all(y >= top)
    assert np.all(y <= top + np.log(z.shape[-1]) + 1e-12)


def test_cross_entropy_of_an_underflowed_softmax_is_finite():
    z, y = np.array([[0.0, -1000.0]]), np.array([1])
    assert fn.cross_entropy(z, y) == 1000
    assert fn.cross_entropy(z, np.array([[1.0, 0.0]])) == 0
    assert np.array_equal(grad(lambda z: fn.cross_entropy(z, y))(z), [[1, -1]])


@given(seeds)
def test_labels_are_distributions_on_one_class(seed):
    z, y = drawn(seed, 6, 4), np.arange(6) % 4
    same = fn.cross_entropy(z, np.eye(4)[y])
    assert fn.cross_entropy(z, y) == pytest.approx(same, rel=1e-12)
    assert fn.nll(fn.log_softmax(z), y) == pytest.approx(same, rel=1e-12)


@given(seeds)
def test_gradient_of_cross_entropy_is_softmax_minus_target(seed):
    z, p = drawn(seed, 6, 4), fn.softmax(drawn(seed + 1, 6, 4))
    g = grad(lambda z: fn.cross_entropy(z, p))(z)
    np.testing.assert_allclose(g, (fn.softmax(z) - p) / 6, rtol=0, atol=1e-15)


@given(seeds)
def test_gradient_of_mse_has_the_divisor_of_mse(seed):
    a, b = drawn(seed, 5, 3), drawn(seed + 1, 5, 3)
    assert fn.mse(a, b) == pytest.approx(np.mean((a - b) ** 2))
    g = grad(lambda a: fn.mse(a, b))(a)
    np.testing.assert_allclose(g, 2 * (a - b) / 15, rtol=1e-12)


@given(seeds)
def test_binary_cross_entropy_is_cross_entropy_of_two_classes(seed):
    z, y = drawn(seed, 7) * 5, np.arange(7) % 2
    pair = np.stack([np.zeros(7), z], axis=1)
    expected = fn.cross_entropy(pair, y)
    assert fn.bce_with_logits(z, y) == pytest.approx(expected, rel=1e-12)


@given(seeds)
def test_divergence_is_not_negative_and_zero_for_equals(seed):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(4), 3), rng.dirichlet(np.ones(4), 3)
    assert fn.kl_div(np.log(q), p) > 0
    assert fn.kl_div(np.log(p), p) == pytest.approx(0, abs=1e-15)


def test_a_plain_target_takes_the_dtype_of_the_prediction():
    x = np.ones((4, 3), np.float32)
    assert fn.mse(x, np.zeros((4, 3))).dtype == np.float32
    assert fn.huber(x, np.zeros((4, 3), int)).dtype == np.float32
    assert fn.cross_entropy(x, np.full((4, 3), 1 / 3)).dtype == np.float32


# Images -----------------------------------------------------------------------------


@given(seeds)
def test_transposed_convolution_is_the_adjoint(seed):
    x, g, w = drawn(seed, 2, 3, 7, 6), drawn(seed, 2, 4, 4, 4), drawn(seed, 4, 3, 3, 2)
    y = fn.conv2d(x, w, stride=2, padding=1)
    z = fn.conv_transpose2d(g, w, stride=2, padding=1)
    assert np.sum(y * g) == pytest.approx(np.sum(x * z), rel=1e-10)


@given(seeds)
def test_convolution_commutes_with_shifts(seed):
    x, w = drawn(seed, 1, 2, 9, 9), drawn(seed + 1, 3, 2, 3, 3)
    moved = np.roll(x, (2, -1), axis=(2, 3))
    y, z = fn.conv2d(x, w), fn.conv2d(moved, w)
    np.testing.assert_allclose(z[:, :, 2:, :-1], y[:, :, :-2, 1:], rtol=0, atol=1e-12)


def test_folding_counts_how_many_windows_see_a_pixel():
    x = np.random.default_rng(0).normal(size=(1, 2, 5, 5))
    ones = fn.fold(fn.unfold(np.ones_like(x), 3), (5, 5), 3)
    line = np.array([1, 2, 3, 2, 1])
    assert np.array_equal(ones[0, 0], np.outer(line, line))
    np.testing.assert_allclose(fn.fold(fn.unfold(x, 3), (5, 5), 3), x * ones)


@given(seeds)
def test_pooling_is_order_preserving_and_between_the_extremes(seed):
    x = drawn(seed, 1, 2, 6, 6)
    top, mean = fn.max_pool2d(x, 3), fn.avg_pool2d(x, 3)
    assert np.all(mean <= top)
    assert np.array_equal(fn.max_pool2d(np.exp(x), 3), np.exp(top))
    np.testing.assert_allclose(mean.mean((2, 3)), fn.global_avg_pool(x), atol=1e-14)


def test_the_first_of_equal_maxima_gets_the_gradient():
    x = np.array([[[[1.0, 2.0, 2.0], [2.0, 2.0, 0.0]]]])
    g = vjp(lambda x: fn.max_pool2d(x, (2, 3)), x)[1](np.ones((1, 1, 1, 1)))
    assert np.array_equal(g[0, 0], [[0, 1, 0], [0, 0, 0]])


@pytest.mark.parametrize("mode", ["nearest", "bilinear"])
def test_upsampling_keeps_constants(mode):
    y = fn.upsample(np.full((1, 2, 3, 4), 7.0), 3, mode=mode)
    assert y.shape == (1, 2, 9, 12)
    np.testing.assert_allclose(y, 7)


# Normalisation and dropout ----------------------------------------------------------


@given(seeds)
def test_layer_norm_forgets_shift_and_scale_of_a_row(seed):
    x, one, zero = drawn(seed, 4, 6), np.ones(6), np.zeros(6)
    y = fn.layer_norm(x, one, zero, eps=0.0)
    np.testing.assert_allclose(y.mean(-1), 0, atol=1e-14)
    np.testing.assert_allclose(y.var(-1), 1, rtol=1e-12)
    moved = fn.layer_norm(3 * x + 5, one, zero, eps=0.0)
    np.testing.assert_allclose(moved, y, rtol=0, atol=1e-10)
    np.testing.assert_allclose(
        fn.rms_norm(3 * x, one, eps=0.0), fn.rms_norm(x, one, eps=0.0), atol=1e-12
    )


@given(seeds)
def test_batch_norm_forgets_shift_and_scale_of_a_channel(seed):
    x, one, zero = drawn(seed, 5, 3, 2, 2), np.ones(3), np.zeros(3)
    y, mean, variance = fn.batch_norm(x, one, zero, eps=0.0)
    np.testing.assert_allclose(y.mean((0, 2, 3)), 0, atol=1e-14)
    np.testing.assert_allclose(y.var((0, 2, 3)), 1, rtol=1e-12)
    np.testing.assert_allclose(mean, x.mean((0, 2, 3)), atol=1e-14)
    np.testing.assert_allclose(variance, x.var((0, 2, 3)), rtol=1e-12)


def test_dropout_loses_a_fraction_and_keeps_the_mean():
    n, p = 200_000, 0.3
    y = fn.dropout(np.ones(n), p, rng=np.random.default_rng(0))
    lost = np.mean(y == 0)
    assert abs(lost - p) < 5 * np.sqrt(p * (1 - p) / n) + 2**-16  # 5 sigma, rounding
    kept = np.unique(y[y > 0])
    assert kept.size == 1
    # the scale belongs to the rounded p: the mean is exact
    levels = round(p * 2**16)
    assert kept[0] * (1 - levels / 2**16) == pytest.approx(1, rel=1e-15)


@given(st.floats(0, 1, exclude_max=True))
def test_dropout_takes_every_probability(p):
    y = fn.dropout(np.ones(50), p, rng=np.random.default_rng(0))
    assert np.all(np.isfinite(y))


# Sequences --------------------------------------------------------------------------


def test_an_open_forget_gate_keeps_the_cell():
    rng = np.random.default_rng(0)
    b = np.repeat([-1e3, 1e3, 0.0, 0.0], 3)  # input shut, forget open
    c0 = rng.normal(size=(2, 3))
    zero = np.zeros((2, 3))
    _, c = fn.lstm(
        rng.normal(size=(2, 9, 4)), np.zeros((4, 12)), np.zeros((3, 12)), b, zero, c0
    )
    np.testing.assert_allclose(c, c0, rtol=1e-12)


@pytest.mark.parametrize("name", ["rnn", "gru", "lstm"])
def test_a_sequence_can_be_run_in_two_parts(name):
    rng = np.random.default_rng(0)
    gates = {"rnn": 1, "gru": 3, "lstm": 4}[name]
    x = rng.normal(size=(2, 6, 3))
    W, U = rng.normal(size=(3, 4 * gates)), rng.normal(size=(4, 4 * gates))
    weights = [W, U, rng.normal(size=4 * gates)]
    if name == "gru":
        weights.append(rng.normal(size=4))

    def run(x, *state):
        y = getattr(fn, name)(x, *weights, *state)
        return y if name == "lstm" else (y, None)

    whole, _ = run(x)
    first, c = run(x[:, :4])
    state = (first[:, -1], c) if name == "lstm" else (first[:, -1],)
    second, _ = run(x[:, 4:], *state)
    joined = np.concatenate([first, second], axis=1)
    np.testing.assert_allclose(joined, whole, rtol=0, atol=1e-12)


@given(seeds)
def test_attention_does_not_know_the_order_of_keys(seed):
    Q, K, V = drawn(seed, 4, 3), drawn(seed + 1, 5, 3), drawn(seed + 2, 5, 2)
    order = np.random.default_rng(seed).permutation(5)
    y = fn.attention(Q, K, V)
    np.testing.assert_allclose(fn.attention(Q, K[order], V[order]), y, atol=1e-12)
    assert np.all(y <= V.max(0) + 1e-12)  # in the convex hull of the values
    assert np.all(y >= V.min(0) - 1e-12)
    np.testing.assert_allclose(fn.attention_weights(Q, K) @ V, y, atol=1e-12)


@given(seeds, st.integers(0, 4))
def test_causal_attention_does_not_see_the_future(seed, t):
    x = drawn(seed, 1, 5, 12)
    y = fn.self_attention(x, 2, causal=True)
    x[:, t + 1 :] += 10
    later = fn.self_attention(x, 2, causal=True)
    assert np.array_equal(later[:, : t + 1], y[:, : t + 1])
    if t < 4:
        assert not np.allclose(later[:, t + 1 :], y[:, t + 1 :])


def test_kept_keys_give_what_the_whole_sequence_gives():
    Q, K, V = drawn(0, 2, 6, 3), drawn(1, 2, 6, 3), drawn(2, 2, 6, 4)
    whole = fn.attention(Q, K, V, causal=True)
    for t in range(1, 7):
        new = fn.attention(Q[:, t - 1 : t], K[:, :t], V[:, :t], causal=True)
        np.testing.assert_allclose(new[:, 0], whole[:, t - 1], atol=1e-12)
