r"""The Gaussian error linear unit, and the distribution function inside it.

:math:`\mathrm{gelu}(x) = x\,\Phi(x)` weighs its input by the probability that a normal
number lies below it (``ch-neurons``). In float32 the kernel computes
:math:`\Phi` with one tanh, as :math:`(1 + \tanh(x\,p(x^2)))/2` with a polynomial
:math:`p` that is fitted when first needed.
"""

from __future__ import annotations

from functools import cache
from math import erfc, pi, sqrt
from typing import Any

import numpy as np

from mmdl.autodiff import erf, fused
from mmdl.functional.layout import Array, blocks, constant, real

__all__ = ["gelu", "gelu_tanh", "normal_cdf"]

ROOT_HALF = sqrt(0.5)
DENSITY_AT_0 = 1 / sqrt(2 * pi)


def normal_cdf(x: Any) -> Any:
    r"""The normal distribution function :math:`\Phi(x) = \Pr(Z \le x)`.

    Parameters
    ----------
    x : array

    Returns
    -------
    array
        Of the same shape, in [0, 1].

    Examples
    --------
    >>> normal_cdf(np.array([0.0, 1.0])).round(4)
    array([0.5   , 0.8413])
    """
    return 0.5 * (1 + erf(x * ROOT_HALF))


@fused
def gelu(x: Any) -> Any:
    r"""The Gaussian error linear unit :math:`x\,\Phi(x)`.

    Parameters
    ----------
    x : array

    Returns
    -------
    array
        Of the same shape.

    Examples
    --------
    >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """
    return x * normal_cdf(x)


@gelu.kernel
def _gelu(x: Array) -> Any:
    x = real(x)
    if x.dtype.itemsize > 4:
        cdf = normal_cdf(x)
        d = cdf + x * (DENSITY_AT_0 * np.exp(-0.5 * x * x))
        return x * cdf, lambda g: g * d
    y, d = np.empty_like(x), np.empty_like(x)
    coefficients = _tanh_polynomial()
    cap = constant(FAR * FAR, x.dtype)
    for a, b, t in blocks(x, y, d):
        _gelu_block(a, b, t, coefficients, cap)
    return y[()] if y.ndim == 0 else y, lambda g: g * d


FAR = 5.5  # beyond it, Phi is 0 or 1 in float32


@cache
def _tanh_polynomial() -> list[float]:
    r"""Fit :math:`p` in :math:`\Phi(x) = (1 + \tanh(x\,p(x^2)))/2` for float32.

    On :math:`|x| \le 5.5`, weighted by the effect of an error on :math:`\Phi`.
    """
    x = FAR * np.cos(pi * (np.arange(200) + 0.5) / 400)
    tail = np.array([erfc(v * ROOT_HALF) for v in x.tolist()])
    p = 0.5 * np.log((2 - tail) / tail) / x
    s = 2 * (x / FAR) ** 2 - 1
    c = np.polynomial.chebyshev.chebfit(s, p, 6, w=tail * x * x)
    fit = np.polynomial.Chebyshev(c, domain=[0, FAR**2])
    return fit.convert(kind=np.polynomial.Polynomial).coef.tolist()


def _gelu_block(x: Array, y: Array, t: Array, p: list[float], cap: Array) -> None:
    """Write the value into `y` and the derivative into `t`."""
    w = x * x
    density = w * -0.5
    np.exp(density, out=density)
    np.minimum(w, cap[: w.size], out=w)
    np.multiply(w, p[-1], out=t)
    for c in p[-2:0:-1]:
        t += c
        t *= w
    t += p[0]
    _half_tanh(x, t)
    np.multiply(t, x, out=y)
    density *= x
    density *= DENSITY_AT_0
    t += density


def _half_tanh(x: Array, t: Array) -> None:
    r"""Turn `t` into :math:`(1 + \tanh(x t))/2`."""
    t *= x
    np.tanh(t, out=t)
    t += 1
    t *= 0.5


ROOT = sqrt(2 / pi)
CUBIC = 0.044715  # Hendrycks and Gimpel's fit


@fused
def gelu_tanh(x: Any) -> Any:
    r"""GELU with :math:`\Phi(x) \approx \sigma(2\sqrt{2/\pi}\,(x + 0.044715 x^3))`.

    The approximation that GPT-2 was trained with; it differs from `gelu` by less
    than 5e-4.

    Parameters
    ----------
    x : array

    Returns
    -------
    array
        Of the same shape.

    Examples
    --------
    >>> bool(abs(gelu_tanh(1.0) - gelu(1.0)) < 5e-4)
    True
    """
    return x * (1 + np.tanh(ROOT * (x + CUBIC * x**3))) * 0.5


@gelu_tanh.kernel
def _gelu_tanh(x: Array) -> Any:
    x = real(x)
    y, d = np.empty_like(x), np.empty_like(x)
    for a, b, t in blocks(x, y, d):
        _gelu_tanh_block(a, b, t)
    return y[()] if y.ndim == 0 else y, lambda g: g * d


def _gelu_tanh_block(x: Array, y: Array, t: Array) -> None:
    """Write the value into `y` and the derivative into `t`."""
    w = x * x
    np.multiply(w, ROOT * CUBIC, out=t)
    t += ROOT
    _half_tanh(x, t)
    np.multiply(t, x, out=y)
    w *= 6 * ROOT * CUBIC  # y' = s + 2 s (1 - s) x (x p(x^2))' with s = t
    w += 2 * ROOT
    w *= y
    w -= w * t
    t += w
