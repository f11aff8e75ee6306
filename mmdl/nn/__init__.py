"""Layers and networks: the formulas of `mmdl.functional` with parameters of their own.

A layer is a `Module`: its attributes are its parameters, calling it computes. Layers
check what comes in, start in float32, and draw from the generator that they are given
(``ch-compositions``).
"""

from mmdl.nn import init
from mmdl.nn.activations import (
    GELU,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from mmdl.nn.attention import MultiHeadAttention, TransformerBlock
from mmdl.nn.containers import Concat, Residual, Sequential
from mmdl.nn.convolution import Conv1d, Conv2d, ConvTranspose2d
from mmdl.nn.dropout import Dropout
from mmdl.nn.embedding import Embedding
from mmdl.nn.linear import Flatten, Linear
from mmdl.nn.lipschitz import lipschitz_bound
from mmdl.nn.module import Module, functional_call
from mmdl.nn.normalization import BatchNorm1d, BatchNorm2d, LayerNorm, RMSNorm
from mmdl.nn.pooling import AvgPool2d, GlobalAvgPool, MaxPool2d, Upsample
from mmdl.nn.recurrent import GRU, LSTM, RNN
from mmdl.nn.summary import summary

#: the registry that the contract tests enumerate
LAYERS = (
    Linear, Flatten, Sequential, Residual, Concat, Sigmoid, Tanh, ReLU, LeakyReLU,
    Softplus, SiLU, GELU, Softmax, Dropout, BatchNorm1d, BatchNorm2d, LayerNorm,
    RMSNorm, Conv1d, Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d, GlobalAvgPool,
    Upsample, Embedding, RNN, LSTM, GRU, MultiHeadAttention, TransformerBlock,
)  # fmt: skip

__all__ = [
    "GELU",
    "GRU",
    "LAYERS",
    "LSTM",
    "RNN",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Concat",
    "Conv1d",
    "Conv2d",
    "ConvTranspose2d",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAvgPool",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "Module",
    "MultiHeadAttention",
    "RMSNorm",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "TransformerBlock",
    "Upsample",
    "functional_call",
    "init",
    "lipschitz_bound",
    "summary",
]
