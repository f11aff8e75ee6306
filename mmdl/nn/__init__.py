"""Layers and networks: the formulas of `mmdl.functional` with parameters of their own.

A layer is a `Module`: its attributes are its parameters, calling it computes. Layers
check what comes in, start in float32, and draw from the generator that they are given
(``ch-neural-networks``).
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
from mmdl.nn.containers import Concat, Residual, Sequential
from mmdl.nn.linear import Flatten, Linear
from mmdl.nn.module import Module, functional_call

#: the registry that the contract tests enumerate
LAYERS = (
    Linear, Flatten, Sequential, Residual, Concat, Sigmoid, Tanh, ReLU, LeakyReLU,
    Softplus, SiLU, GELU, Softmax,
)  # fmt: skip

__all__ = [
    "GELU",
    "LAYERS",
    "Concat",
    "Flatten",
    "LeakyReLU",
    "Linear",
    "Module",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "functional_call",
    "init",
]
