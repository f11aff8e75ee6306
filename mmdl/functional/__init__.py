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
from mmdl.functional.affine import linear
from mmdl.functional.cross_entropy import cross_entropy
from mmdl.functional.gelu import gelu, gelu_tanh, normal_cdf
from mmdl.functional.losses import bce_with_logits, huber, kl_div, mse, nll
from mmdl.functional.softmax import log_softmax, logsumexp, softmax

#: the registries that the contract tests enumerate
ACTIVATIONS = (
    sigmoid, tanh, relu, leaky_relu, softplus, silu, gelu, gelu_tanh, softmax,
    log_softmax,
)  # fmt: skip
LOSSES = (mse, huber, bce_with_logits, cross_entropy, nll, kl_div)

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "bce_with_logits",
    "cross_entropy",
    "gelu",
    "gelu_tanh",
    "huber",
    "kl_div",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsumexp",
    "mse",
    "nll",
    "normal_cdf",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]
