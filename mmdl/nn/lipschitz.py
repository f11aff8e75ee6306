r"""How steep a network can be: a bound from its weights alone.

:math:`\operatorname{Lip}(f_K \circ \dots \circ f_1) \le \prod_l
\operatorname{Lip}(f_l)`, in Euclidean norms, with the spectral norm
:math:`\|W\|_2` for an affine layer (``ch-compositions``).
"""

from __future__ import annotations

from math import exp, pi, prod, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

from mmdl.nn.activations import GELU, LeakyReLU, ReLU, Sigmoid, Softplus, Tanh
from mmdl.nn.containers import Concat, Residual, Sequential
from mmdl.nn.dropout import Dropout
from mmdl.nn.linear import Flatten, Linear

__all__ = ["lipschitz_bound"]

# The best constants of the pointwise layers (``prop-activations``).
CONSTANTS = {
    Sigmoid: 0.25,
    Tanh: 1.0,
    ReLU: 1.0,
    Softplus: 1.0,
    GELU: NormalDist().cdf(sqrt(2)) + sqrt(2) * exp(-1) / sqrt(2 * pi),
    Flatten: 1.0,
    Dropout: 1.0,  # when it predicts
}


def lipschitz_bound(model: Any) -> float:
    r"""A Lipschitz constant of a network that predicts, read off its weights.

    Products along compositions, sums for :math:`x + f(x)`, root of the sum of the
    squares for branches side by side: see ``prop-lipschitz``.

    Parameters
    ----------
    model : Module
        Made of affine layers, pointwise activations, `Sequential`, `Residual` and
        `Concat`.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If a layer is of another kind.

    Examples
    --------
    >>> from mmdl.nn import Linear, Sequential, Sigmoid
    >>> layer = Linear(2, 2, rng=np.random.default_rng(0), dtype=np.float64)
    >>> layer.W.value[...] = [[0.0, 3.0], [4.0, 0.0]]
    >>> lipschitz_bound(Sequential(layer, Sigmoid()))
    1.0
    """
    if isinstance(model, Linear):
        return float(np.linalg.norm(model.W.value, 2))
    if isinstance(model, LeakyReLU):
        return max(1.0, abs(model.slope))
    if isinstance(model, Sequential):
        return prod(map(lipschitz_bound, model))
    if isinstance(model, Concat):
        return sqrt(sum(lipschitz_bound(f) ** 2 for f in model.branches))
    if isinstance(model, Residual):
        straight = 1.0 if model.shortcut is None else lipschitz_bound(model.shortcut)
        return straight + lipschitz_bound(model.f)
    if type(model) not in CONSTANTS:
        raise TypeError(
            f"lipschitz_bound: expected layers whose constant is known, received "
            f"{type(model).__name__}; multiply the bounds of the other parts by yours."
        )
    return CONSTANTS[type(model)]
