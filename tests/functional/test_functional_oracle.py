"""Values and gradients of PyTorch, in float64, to 1e-10."""

import itertools

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the oracle")

import torch.nn.functional as tf  # noqa: E402

from mmdl import functional as fn  # noqa: E402
from mmdl import vjp  # noqa: E402

TOLERANCE = 1e-10
rng = np.random.default_rng(0)


def normal(*shape):
    return rng.normal(size=shape)


def agree(ours, theirs, *xs):
    """Compare value and pullback of two functions of float arrays."""
    tensors = [torch.tensor(x, requires_grad=True) for x in xs]
    expected = theirs(*tensors)
    u = rng.normal(size=tuple(expected.shape))
    expected.backward(torch.tensor(u))
    y, pull = vjp(ours, *xs)
    found = pull(u)
    found = found if isinstance(found, tuple) else (found,)
    np.testing.assert_allclose(y, expected.detach(), rtol=0, atol=TOLERANCE)
    for c, t in zip(found, tensors, strict=True):
        np.testing.assert_allclose(c, t.grad, rtol=0, atol=TOLERANCE)


ACTIVATIONS = {
    fn.sigmoid: torch.sigmoid,
    fn.tanh: torch.tanh,
    fn.relu: torch.relu,
    fn.leaky_relu: tf.leaky_relu,
    fn.softplus: tf.softplus,
    fn.silu: tf.silu,
    fn.gelu: tf.gelu,
    fn.gelu_tanh: lambda x: tf.gelu(x, approximate="tanh"),
    fn.softmax: lambda x: tf.softmax(x, -1),
    fn.log_softmax: lambda x: tf.log_softmax(x, -1),
}


@pytest.mark.parametrize("f", fn.ACTIVATIONS, ids=lambda f: f.__name__)
def test_activations_are_those_of_pytorch(f):
    agree(f, ACTIVATIONS[f], normal(50, 7) * 3)
    agree(f, ACTIVATIONS[f], np.zeros((2, 3)))  # kinks, too


def test_normal_distribution_function_is_that_of_pytorch():
    x = np.linspace(-30, 30, 2001)
    agree(fn.normal_cdf, torch.special.ndtr, x)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_losses_are_those_of_pytorch(reduction):
    x, y, q = normal(4, 3), normal(4, 3), rng.uniform(size=(4, 3))
    r = {"reduction": reduction}
    agree(lambda a, b: fn.mse(a, b, **r), lambda a, b: tf.mse_loss(a, b, **r), x, y)
    agree(
        lambda a, b: fn.huber(a, b, delta=0.5, **r),
        lambda a, b: tf.huber_loss(a, b, delta=0.5, **r),
        x,
        y,
    )
    agree(
        lambda a, b: fn.bce_with_logits(a, b, **r),
        lambda a, b: tf.binary_cross_entropy_with_logits(a, b, **r),
        x,
        q,
    )
    labels = rng.integers(0, 3, 4)
    log_q = np.log(rng.dirichlet(np.ones(3), 4))
    agree(
        lambda a: fn.nll(a, labels, **r),
        lambda a: tf.nll_loss(a, torch.tensor(labels), **r),
        log_q,
    )


def test_divergence_is_that_of_pytorch():
    log_q, p = np.log(rng.dirichlet(np.ones(3), 4)), rng.dirichlet(np.ones(3), 4)
    agree(fn.kl_div, lambda a, b: tf.kl_div(a, b, reduction="batchmean"), log_q, p)


@pytest.mark.parametrize(
    ("reduction", "smoothing", "weighted"),
    list(itertools.product(["mean", "sum", "none"], [0.0, 0.1], [False, True])),
)
def test_cross_entropy_is_that_of_pytorch(reduction, smoothing, weighted):
    weights = rng.uniform(0.5, 2, 3) if weighted else None
    ours = {
        "reduction": reduction,
        "smoothing": smoothing,
        "class_weights": weights,
    }
    theirs = {
        "reduction": reduction,
        "label_smoothing": smoothing,
        "weight": torch.tensor(weights) if weighted else None,
    }
    labels = rng.integers(0, 3, 5)
    agree(
        lambda z: fn.cross_entropy(z, labels, **ours),
        lambda z: tf.cross_entropy(z, torch.tensor(labels), **theirs),
        normal(5, 3),
    )
    agree(
        lambda z, p: fn.cross_entropy(z, p, **ours),
        lambda z, p: tf.cross_entropy(z, p, **theirs),
        normal(5, 3),
        rng.dirichlet(np.ones(3), 5),
    )


def test_cross_entropy_of_images_is_that_of_pytorch():
    labels = rng.integers(0, 3, (2, 4, 5))
    agree(
        lambda z: fn.cross_entropy(z, labels, axis=1),
        lambda z: tf.cross_entropy(z, torch.tensor(labels)),
        normal(2, 3, 4, 5),
    )


WINDOWS = [
    # kernel, stride, padding, dilation, groups
    ((3, 3), 1, 1, 1, 1),
    ((3, 2), (2, 1), (1, 0), 1, 1),
    ((3, 2), (2, 3), (2, 3), (2, 3), 2),
    ((3, 3), 1, 1, 1, 4),
    ((1, 1), 1, 0, 1, 1),
    ((1, 5), 1, (0, 4), 1, 2),
    ((2, 2), 3, 2, 1, 1),
    ((5, 4), 2, 4, 1, 1),
]


@pytest.mark.parametrize("window", WINDOWS)
def test_convolutions_are_those_of_pytorch(window):
    kernel, stride, padding, dilation, groups = window
    x, w, b = normal(3, 4, 7, 8), normal(8, 4 // groups, *kernel), normal(8)
    agree(
        lambda x, w, b: fn.conv2d(
            x,
            w,
            b,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
        ),
        lambda x, w, b: tf.conv2d(x, w, b, stride, padding, dilation, groups),
        x,
        w,
        b,
    )


@pytest.mark.parametrize("stride", [1, 2, (3, 1)])
@pytest.mark.parametrize("kernel", [(3, 3), (2, 4)])
def test_transposed_convolutions_are_those_of_pytorch(kernel, stride):
    s = (stride, stride) if isinstance(stride, int) else stride
    extra = tuple(n - 1 for n in s)
    agree(
        lambda x, w, b: fn.conv_transpose2d(
            x, w, b, stride=stride, padding=1, output_padding=extra
        ),
        lambda x, w, b: tf.conv_transpose2d(x, w, b, stride, 1, extra),
        normal(2, 3, 4, 5),
        normal(3, 2, *kernel),
        normal(2),
    )


def test_convolutions_of_sequences_are_those_of_pytorch():
    agree(
        lambda x, w, b: fn.conv1d(x, w, b, stride=2, padding=2, dilation=2),
        lambda x, w, b: tf.conv1d(x, w, b, 2, 2, 2),
        normal(2, 3, 9),
        normal(4, 3, 3),
        normal(4),
    )


def test_patches_are_those_of_pytorch():
    def theirs(x):
        rows = tf.unfold(x, (2, 3), padding=1, stride=(1, 2))
        return rows.transpose(1, 2).reshape(2, 5, 3, 18)

    agree(
        lambda x: fn.unfold(x, (2, 3), padding=1, stride=(1, 2)),
        theirs,
        normal(2, 3, 4, 5),
    )


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding"),
    [(2, None, 0), (3, 2, 1), ((2, 3), (1, 2), (1, 1)), (3, 1, 0), (2, 3, 0)],
)
def test_pooling_is_that_of_pytorch(kernel, stride, padding, ties):
    x = normal(2, 3, 9, 8)
    if ties:
        x = np.floor(x)
    options = {"stride": stride, "padding": padding}
    agree(
        lambda x: fn.max_pool2d(x, kernel, **options),
        lambda x: tf.max_pool2d(x, kernel, stride, padding),
        x,
    )
    agree(
        lambda x: fn.avg_pool2d(x, kernel, **options),
        lambda x: tf.avg_pool2d(x, kernel, stride, padding),
        x,
    )


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_upsampling_is_that_of_pytorch(factor):
    x = normal(2, 3, 4, 5)
    agree(
        lambda x: fn.upsample(x, factor),
        lambda x: tf.interpolate(x, scale_factor=factor),
        x,
    )
    agree(
        lambda x: fn.upsample(x, factor, mode="bilinear"),
        lambda x: tf.interpolate(x, scale_factor=factor, mode="bilinear"),
        x,
    )


def test_norms_are_those_of_pytorch():
    agree(
        fn.layer_norm,
        lambda x, a, b: tf.layer_norm(x, (5,), a, b),
        normal(3, 4, 5),
        normal(5),
        normal(5),
    )
    agree(
        fn.rms_norm,
        lambda x, a: tf.rms_norm(x, (5,), a, 1e-5),
        normal(3, 4, 5),
        normal(5),
    )


@pytest.mark.parametrize("shape", [(6, 4), (3, 4, 5), (3, 4, 5, 2)])
def test_batch_norm_is_that_of_pytorch(shape):
    agree(
        lambda x, a, b: fn.batch_norm(x, a, b)[0],
        lambda x, a, b: tf.batch_norm(x, None, None, a, b, training=True),
        normal(*shape),
        normal(4),
        normal(4),
    )


def test_embedding_is_that_of_pytorch():
    words = rng.integers(0, 7, (4, 5))
    agree(
        lambda W: fn.embedding(W, words),
        lambda W: tf.embedding(torch.tensor(words), W),
        normal(7, 3),
    )


def called(kind, names, arrays, x, state):
    """Run a recurrent module of PyTorch with other parameters."""
    module = getattr(torch.nn, kind)(2, 5, batch_first=True).double()
    weights = dict(zip(names, arrays, strict=True))
    return torch.func.functional_call(module, weights, (x, state))


NAMES = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


def test_simple_recurrence_is_that_of_pytorch():
    def theirs(x, W, U, b, h):
        zero = torch.zeros_like(b)
        return called("RNN", NAMES, (W.T, U.T, b, zero), x, h[None])[0]

    agree(
        fn.rnn,
        theirs,
        normal(3, 4, 2),
        normal(2, 5),
        normal(5, 5),
        normal(5),
        normal(3, 5),
    )


def test_gated_recurrence_is_that_of_pytorch():
    def theirs(x, W, U, b, c, h):
        inner = torch.cat([torch.zeros(10, dtype=c.dtype), c])
        return called("GRU", NAMES, (W.T, U.T, b, inner), x, h[None])[0]

    agree(
        fn.gru,
        theirs,
        normal(3, 4, 2),
        normal(2, 15),
        normal(5, 15),
        normal(15),
        normal(5),
        normal(3, 5),
    )


def test_lstm_is_that_of_pytorch():
    order = np.r_[0:10, 15:20, 10:15]  # theirs is i, f, g, o

    def ours(*args):
        h, c = fn.lstm(*args)
        return np.concatenate([h, c[:, None]], axis=1)

    def theirs(x, W, U, b, h, c):
        arrays = W.T[order], U.T[order], b[order], torch.zeros_like(b)
        y, (_, last) = called("LSTM", NAMES, arrays, x, (h[None], c[None]))
        return torch.cat([y, last[0][:, None]], 1)

    agree(
        ours,
        theirs,
        normal(3, 4, 2),
        normal(2, 20),
        normal(5, 20),
        normal(20),
        normal(3, 5),
        normal(3, 5),
    )


def test_attention_is_that_of_pytorch():
    Q, K, V = normal(2, 3, 4, 5), normal(2, 3, 6, 5), normal(2, 3, 6, 7)
    theirs = tf.scaled_dot_product_attention
    agree(fn.attention, theirs, Q, K, V)
    mask = rng.random((2, 1, 4, 6)) > 0.4
    mask[..., 0] = True
    agree(
        lambda *a: fn.attention(*a, mask=mask),
        lambda *a: theirs(*a, attn_mask=torch.tensor(mask)),
        Q,
        K,
        V,
    )
    agree(
        lambda *a: fn.attention(*a, causal=True),
        lambda *a: theirs(*a, is_causal=True),
        normal(2, 6, 5),
        normal(2, 6, 5),
        normal(2, 6, 3),
    )
