r"""The formulas of networks as functions of arrays: definition beside kernel.

Each formula of the book is one function. Its *definition* is ordinary NumPy, so it has
derivatives of every order; its *kernel* computes value and pullback fast; a test says
that the two agree (``ch-backpropagation``). Functions keep the dtype that they are
given and look at no global state.
"""

from mmdl.functional.activations import (
    leaky_relu,
    relu,
    sigmoid,
    silu,
    softplus,
    tanh,
)
from mmdl.functional.affine import flatten, linear
from mmdl.functional.attention import (
    attention,
    attention_weights,
    causal_mask,
    self_attention,
)
from mmdl.functional.convolution import conv1d, conv2d, conv_transpose2d
from mmdl.functional.cross_entropy import cross_entropy
from mmdl.functional.dropout import dropout, dropout_mask
from mmdl.functional.embedding import embedding
from mmdl.functional.gelu import gelu, gelu_tanh, normal_cdf
from mmdl.functional.losses import bce_with_logits, huber, kl_div, mse, nll
from mmdl.functional.lstm import lstm
from mmdl.functional.normalization import batch_norm, layer_norm, rms_norm
from mmdl.functional.patches import fold, unfold
from mmdl.functional.pooling import avg_pool2d, global_avg_pool, max_pool2d
from mmdl.functional.recurrent import gru, rnn
from mmdl.functional.softmax import log_softmax, logsumexp, softmax
from mmdl.functional.upsampling import interpolation, upsample

#: the registries that the contract tests enumerate
ACTIVATIONS = (
    sigmoid, tanh, relu, leaky_relu, softplus, silu, gelu, gelu_tanh, softmax,
    log_softmax,
)  # fmt: skip
LOSSES = (mse, huber, bce_with_logits, cross_entropy, nll, kl_div)

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "attention",
    "attention_weights",
    "avg_pool2d",
    "batch_norm",
    "bce_with_logits",
    "causal_mask",
    "conv1d",
    "conv2d",
    "conv_transpose2d",
    "cross_entropy",
    "dropout",
    "dropout_mask",
    "embedding",
    "flatten",
    "fold",
    "gelu",
    "gelu_tanh",
    "global_avg_pool",
    "gru",
    "huber",
    "interpolation",
    "kl_div",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsumexp",
    "lstm",
    "max_pool2d",
    "mse",
    "nll",
    "normal_cdf",
    "relu",
    "rms_norm",
    "rnn",
    "self_attention",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
    "unfold",
    "upsample",
]
