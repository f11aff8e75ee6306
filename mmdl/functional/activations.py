r"""The scalar functions that make a network more than an affine map.

Each acts entry by entry, :math:`y_{ij} = \sigma(x_{ij})`, so its differential is
diagonal: :math:`D\sigma(x) v = \sigma'(x) \odot v` (``ch-neurons``,
``ch-backpropagation``). Where a function has a kink, the derivative at the kink is the
one from the left: :math:`\mathrm{relu}'(0) = 0`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.functional.layout import Array, blocks, constant, real

__all__ = [
    "leaky_relu",
    "relu",
    "sigmoid",
    "silu",
    "softplus",
    "tanh",
]


@fused
def sigmoid(x: Any) -> Any:
    r"""The logistic function :math:`\sigma(x) = 1/(1 + e^{-x})`.

    Accurate to relative rounding on both sides, also where it is tiny;
    :math:`\sigma' = \sigma(1 - \sigma)`.

    Parameters
    ----------
    x : array

    Returns
    -------
    array
        Of the same shape, in (0, 1).

    Examples
    --------
    >>> sigmoid(np.array([0.0, -1000.0]))
    array([0.5, 0. ])
    """
    return (1 + np.tanh(0.5 * x)) * 0.5  # does not overflow, at any order


@sigmoid.kernel
def _sigmoid(x: Array) -> Any:
    y = np.negative(real(x))
    with np.errstate(over="ignore"):  # to infinity, whose reciprocal 0 is right
        y = np.exp(y, out=y if y.ndim else None)
    y += 1
    y = np.reciprocal(y, out=y if y.ndim else None)

    def pull(g: Array) -> Any:
        d = y * y
        d = y - d
        d *= g
        return d

    return y, pull


def tanh(x: Any) -> Any:
    r"""The hyperbolic tangent, :math:`\tanh x = 2\sigma(2x) - 1`.

    :math:`\tanh' = 1 - \tanh^2`.

    Parameters
    ----------
    x : array

    Returns
    -------
    array
        Of the same shape, in (-1, 1).

    Examples
    --------
    >>> tanh(np.array([0.0, 1000.0]))
    array([0., 1.])
    """
    return np.tanh(x)


@fused
def relu(x: Any) -> Any:
    r"""The rectifier :math:`\max(x, 0)`, with derivative 0 at 0.

    Parameters
    ----------
    x : array

    Returns
    -------
    array
        Of the same shape.

    Examples
    --------
    >>> relu(np.array([-1.0, 2.0]))
    array([0., 2.])
    """
    return np.maximum(x, 0.0)


@relu.kernel
def _relu(x: Array) -> Any:
    x = real(x)
    y = np.empty_like(x)
    zeros = constant(0.0, y.dtype)
    for a, b in blocks(x, y):
        np.maximum(a, zeros[: a.size], out=b)
    return y[()] if y.ndim == 0 else y, lambda g: g * (y > 0)


@fused
def leaky_relu(x: Any, *, slope: float = 0.01) -> Any:
    r"""The leaky rectifier: :math:`x` where :math:`x > 0`, else `slope` times it.

    Parameters
    ----------
    x : array
    slope : float
        The derivative at 0 and on the left of it.

    Returns
    -------
    array
        Of the same shape.

    Examples
    --------
    >>> leaky_relu(np.array([-1.0, 2.0]))
    array([-0.01,  2.  ])
    """
    return np.where(x > 0, x, slope * x)


@leaky_relu.kernel
def _leaky_relu(x: Array, *, slope: float = 0.01) -> Any:
    x = real(x)
    d = np.multiply(x > 0, 1 - slope, dtype=x.dtype)
    d += slope
    return x * d, lambda g: g * d


@fused
def softplus(x: Any) -> Any:
    r"""The smooth rectifier :math:`\log(1 + e^x)`, whose derivative is :math:`\sigma`.

    Parameters
    ----------
    x : array

    Returns
    -------
    array
        Of the same shape, positive.

    Examples
    --------
    >>> softplus(np.array([0.0, 1000.0]))
    array([6.93147181e-01, 1.00000000e+03])
    """
    return np.logaddexp(x, 0.0)


@softplus.kernel
def _softplus(x: Array) -> Any:
    x = real(x)
    # log(1 + e^x) = max(x, 0) + log(1 + e^-|x|)
    y = np.abs(x)
    y = np.log1p(np.exp(-y))
    y += np.maximum(x, 0.0)
    return y, lambda g: _sigmoid(x)[0] * g


@fused
def silu(x: Any) -> Any:
    r"""The sigmoid-weighted linear unit :math:`x \sigma(x)`, also called swish.

    Parameters
    ----------
    x : array

    Returns
    -------
    array
        Of the same shape.

    Examples
    --------
    >>> silu(np.array([0.0, 100.0]))
    array([  0., 100.])
    """
    return x * sigmoid(x)


@silu.kernel
def _silu(x: Array) -> Any:
    x = real(x)
    s = _sigmoid(x)[0]
    y = x * s

    def pull(g: Array) -> Any:
        d = y * s  # (x s)' = s + x s (1 - s) = s + y - y s
        d = y - d
        d += s
        d *= g
        return d

    return y, pull
