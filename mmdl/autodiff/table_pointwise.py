"""Functions of entries: the differential is diagonal, one line is JVP and VJP.

``rule(v, y, x)`` is :math:`v f'(x)`, with :math:`y = f(x)` at hand, since often
:math:`f'` is a polynomial in `y`: :math:`\\tanh' = 1 - \\tanh^2`.

Conventions at kinks: :math:`|\\cdot|'(0) = 0`; ``maximum(a, b)`` is `a` where
:math:`a > b` and `b` elsewhere, so ``np.maximum(x, 0)`` has derivative 0 at 0.
"""

from __future__ import annotations

from math import log, pi, sqrt
from typing import Any

import numpy as np

from mmdl.autodiff.kinds import pointwise, register

add = pointwise(np.add, lambda v, y, a, b: v, lambda v, y, a, b: v)
subtract = pointwise(np.subtract, lambda v, y, a, b: v, lambda v, y, a, b: -v)
multiply = pointwise(np.multiply, lambda v, y, a, b: v * b, lambda v, y, a, b: v * a)
divide = pointwise(np.divide, lambda v, y, a, b: v / b, lambda v, y, a, b: -v * y / b)
negative = pointwise(np.negative, lambda v, y, x: -v)
positive = pointwise(np.positive, lambda v, y, x: v)
reciprocal = pointwise(np.reciprocal, lambda v, y, x: -v * y * y)
square = pointwise(np.square, lambda v, y, x: v * (2 * x))
sqrt_ = pointwise(np.sqrt, lambda v, y, x: v * 0.5 / y)
cbrt = pointwise(np.cbrt, lambda v, y, x: v / (3 * y * y))
absolute = pointwise(np.absolute, lambda v, y, x: v * np.sign(x))
fabs = pointwise(np.fabs, lambda v, y, x: v * np.sign(x))

exp = pointwise(np.exp, lambda v, y, x: v * y)
exp2 = pointwise(np.exp2, lambda v, y, x: v * y * log(2))
expm1 = pointwise(np.expm1, lambda v, y, x: v * (y + 1))
log_ = pointwise(np.log, lambda v, y, x: v / x)
log2 = pointwise(np.log2, lambda v, y, x: v / (x * log(2)))
log10 = pointwise(np.log10, lambda v, y, x: v / (x * log(10)))
log1p = pointwise(np.log1p, lambda v, y, x: v / (1 + x))
logaddexp = pointwise(
    np.logaddexp,
    lambda v, y, a, b: v * np.exp(a - y),
    lambda v, y, a, b: v * np.exp(b - y),
)

sin = pointwise(np.sin, lambda v, y, x: v * np.cos(x))
cos = pointwise(np.cos, lambda v, y, x: -v * np.sin(x))
tan = pointwise(np.tan, lambda v, y, x: v * (1 + y * y))
arcsin = pointwise(np.arcsin, lambda v, y, x: v / np.sqrt(1 - x * x))
arccos = pointwise(np.arccos, lambda v, y, x: -v / np.sqrt(1 - x * x))
arctan = pointwise(np.arctan, lambda v, y, x: v / (1 + x * x))
arctan2 = pointwise(
    np.arctan2,
    lambda v, y, a, b: v * b / (a * a + b * b),
    lambda v, y, a, b: -v * a / (a * a + b * b),
)
hypot = pointwise(np.hypot, lambda v, y, a, b: v * a / y, lambda v, y, a, b: v * b / y)
deg2rad = pointwise(np.deg2rad, lambda v, y, x: v * (pi / 180))
rad2deg = pointwise(np.rad2deg, lambda v, y, x: v * (180 / pi))

sinh = pointwise(np.sinh, lambda v, y, x: v * np.cosh(x))
cosh = pointwise(np.cosh, lambda v, y, x: v * np.sinh(x))
tanh = pointwise(np.tanh, lambda v, y, x: v * (1 - y * y))
arcsinh = pointwise(np.arcsinh, lambda v, y, x: v / np.sqrt(x * x + 1))
arccosh = pointwise(np.arccosh, lambda v, y, x: v / np.sqrt((x - 1) * (x + 1)))
arctanh = pointwise(np.arctanh, lambda v, y, x: v / ((1 - x) * (1 + x)))


def _where(mask: Any, v: Any) -> Any:
    """Return `v` where the mask holds: not ``v * mask``, because inf * 0 is NaN."""
    return np.where(mask, v, 0.0)


maximum = pointwise(
    np.maximum,
    lambda v, y, a, b: v * (a > b),
    lambda v, y, a, b: v * (a <= b),
)
minimum = pointwise(
    np.minimum,
    lambda v, y, a, b: v * (a < b),
    lambda v, y, a, b: v * (a >= b),
)
where = pointwise(
    np.where,
    None,
    lambda v, y, mask, a, b: _where(mask, v),
    lambda v, y, mask, a, b: _where(np.logical_not(mask), v),
)


def _power_rule(v: Any, y: Any, a: Any, b: Any) -> Any:
    """Return :math:`v\\,b a^{b-1}`, with :math:`0 \\cdot a^0` instead of 0/0 at b = 0."""
    return v * (b * a ** (b - 1 + (b == 0)))


def _exponent_rule(v: Any, y: Any, a: Any, b: Any) -> Any:
    """Return :math:`v\\,a^b \\log a`, continued by 0 to a = 0."""
    return v * (y * np.log(a + (a == 0)))


general_power = pointwise(np.power, _power_rule, _exponent_rule)


def power(a: Any, b: Any) -> Any:
    """Raise to a power; squares and roots, the usual ones, take the short way."""
    if type(b) in (int, float):
        if b == 2:
            return np.square(a)
        if b == 0.5:
            return np.sqrt(a)
    return general_power(a, b)


register(np.power, power)
register(np.float_power, power)

ERF_SLOPE = 2 / sqrt(pi)
