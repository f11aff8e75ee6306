r"""Functions of entries: the differential is diagonal, one line is JVP and VJP.

``rule(v, y, x)`` is :math:`v\,f'(x)`, with :math:`y = f(x)` at hand, since often
:math:`f'` is a polynomial in `y`: :math:`\tanh' = 1 - \tanh^2`.

Conventions at kinks: :math:`|\cdot|'(0) = 0`; ``maximum(a, b)`` is `a` where
:math:`a > b` and `b` elsewhere, so that ``np.maximum(x, 0)`` has derivative 0 at 0.
"""

from __future__ import annotations

from math import log, pi
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import stop_gradient
from mmdl.autodiff.entries import composed, pointwise, register

# Arithmetic


def _quotient(v: Any, y: Any, a: Any, b: Any) -> Any:
    """One division and one product, for both rules of a quotient."""
    by_a = v / b
    return by_a, -by_a * y


add = pointwise(np.add, lambda v, y, a, b: v, lambda v, y, a, b: v)
subtract = pointwise(np.subtract, lambda v, y, a, b: v, lambda v, y, a, b: -v)
multiply = pointwise(np.multiply, lambda v, y, a, b: v * b, lambda v, y, a, b: v * a)
divide = pointwise(
    np.divide,
    lambda v, y, a, b: v / b,
    lambda v, y, a, b: -v * y / b,
    both=_quotient,
)
negative = pointwise(np.negative, lambda v, y, x: -v)
positive = pointwise(np.positive, lambda v, y, x: v)
reciprocal = pointwise(np.reciprocal, lambda v, y, x: -v * y * y)
square = pointwise(np.square, lambda v, y, x: v * (2 * x))
sqrt = pointwise(np.sqrt, lambda v, y, x: v * 0.5 / y)
cbrt = pointwise(np.cbrt, lambda v, y, x: v / (3 * y * y))
absolute = pointwise(np.absolute, lambda v, y, x: v * np.sign(x))
fabs = pointwise(np.fabs, lambda v, y, x: v * np.sign(x))
remainder = pointwise(
    np.remainder, lambda v, y, a, b: v, lambda v, y, a, b: -v * np.floor_divide(a, b)
)
fmod = pointwise(
    np.fmod, lambda v, y, a, b: v, lambda v, y, a, b: -v * np.rint((a - y) / b)
)

# Exponentials and logarithms

exp = pointwise(np.exp, lambda v, y, x: v * y)
exp2 = pointwise(np.exp2, lambda v, y, x: v * (y * log(2)))
expm1 = pointwise(np.expm1, lambda v, y, x: v * (y + 1))
natural_log = pointwise(np.log, lambda v, y, x: v / x)
log2 = pointwise(np.log2, lambda v, y, x: v / (x * log(2)))
log10 = pointwise(np.log10, lambda v, y, x: v / (x * log(10)))
log1p = pointwise(np.log1p, lambda v, y, x: v / (1 + x))
logaddexp = pointwise(
    np.logaddexp,
    lambda v, y, a, b: v * np.exp(a - y),
    lambda v, y, a, b: v * np.exp(b - y),
)
logaddexp2 = pointwise(
    np.logaddexp2,
    lambda v, y, a, b: v * np.exp2(a - y),
    lambda v, y, a, b: v * np.exp2(b - y),
)

# Circular and hyperbolic functions

sin = pointwise(np.sin, lambda v, y, x: v * np.cos(x))
cos = pointwise(np.cos, lambda v, y, x: -v * np.sin(x))
tan = pointwise(np.tan, lambda v, y, x: v * (1 + y * y))
arcsin = pointwise(np.arcsin, lambda v, y, x: v / np.sqrt((1 - x) * (1 + x)))
arccos = pointwise(np.arccos, lambda v, y, x: -v / np.sqrt((1 - x) * (1 + x)))
arctan = pointwise(np.arctan, lambda v, y, x: v / (1 + x * x))
arctan2 = pointwise(
    np.arctan2,
    lambda v, y, a, b: v * b / (a * a + b * b),
    lambda v, y, a, b: -v * a / (a * a + b * b),
)
hypot = pointwise(np.hypot, lambda v, y, a, b: v * a / y, lambda v, y, a, b: v * b / y)
deg2rad = pointwise(np.deg2rad, lambda v, y, x: v * (pi / 180))
rad2deg = pointwise(np.rad2deg, lambda v, y, x: v * (180 / pi))
radians = pointwise(np.radians, lambda v, y, x: v * (pi / 180))
degrees = pointwise(np.degrees, lambda v, y, x: v * (180 / pi))
sinh = pointwise(np.sinh, lambda v, y, x: v * np.cosh(x))
cosh = pointwise(np.cosh, lambda v, y, x: v * np.sinh(x))
tanh = pointwise(np.tanh, lambda v, y, x: v * (1 - y * y))
arcsinh = pointwise(np.arcsinh, lambda v, y, x: v / np.sqrt(x * x + 1))
arccosh = pointwise(np.arccosh, lambda v, y, x: v / np.sqrt((x - 1) * (x + 1)))
arctanh = pointwise(np.arctanh, lambda v, y, x: v / ((1 - x) * (1 + x)))

# Choices

maximum = pointwise(
    np.maximum, lambda v, y, a, b: v * (a > b), lambda v, y, a, b: v * (a <= b)
)
minimum = pointwise(
    np.minimum, lambda v, y, a, b: v * (a < b), lambda v, y, a, b: v * (a >= b)
)
fmax = pointwise(
    np.fmax, lambda v, y, a, b: v * (a == y), lambda v, y, a, b: v * (a != y)
)
fmin = pointwise(
    np.fmin, lambda v, y, a, b: v * (a == y), lambda v, y, a, b: v * (a != y)
)
copysign = pointwise(
    np.copysign,
    lambda v, y, a, b: v * (np.sign(a) * np.sign(y)),
    lambda v, y, a, b: v * (0 * y),
)
nan_to_num = pointwise(
    np.nan_to_num, lambda v, y, x, **kw: np.where(np.isfinite(x), v, 0.0)
)
# v * mask would be NaN where v is infinite and the mask is 0
chosen = pointwise(
    np.where,
    None,
    lambda v, y, mask, a, b: np.where(mask, v, 0.0),
    lambda v, y, mask, a, b: np.where(mask, 0.0, v),
)


@composed(np.where)
def where(condition: Any, *choices: Any) -> Any:
    """Choose between two arrays; the condition is a constant."""
    condition = stop_gradient(condition)
    return chosen(condition, *choices) if choices else np.where(condition)


@composed(np.clip)
def clip(x: Any, a_min: Any = None, a_max: Any = None, **bounds: Any) -> Any:
    """Clip to an interval; the derivative is 0 from its ends on."""
    low, high = bounds.pop("min", a_min), bounds.pop("max", a_max)
    if bounds:
        raise TypeError(
            f"clip() got an unexpected keyword argument {next(iter(bounds))!r}"
        )
    x = x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


# Powers


def _base(v: Any, y: Any, a: Any, b: Any) -> Any:
    r"""Return :math:`v\,b a^{b-1}`: for :math:`b = 0` it is 0, at :math:`a = 0` too."""
    return v * (b * a ** (b - 1 + (b == 0)))


def _exponent(v: Any, y: Any, a: Any, b: Any) -> Any:
    r"""Return :math:`v\,a^b \log a`, continued by 0 to :math:`a = 0`."""
    if isinstance(a, int | float):
        return v * (y * log(a or 1))
    return v * (y * np.log(a + (a == 0)))


any_power = pointwise(np.power, _base, _exponent)


def power(a: Any, b: Any) -> Any:
    """Raise to a power; the square, and any number, take the short way."""
    if type(b) in (int, float) and b == 2:
        return square(a)
    return any_power(a, b)


register(np.power, power)


def _root(x: Any) -> Any:
    return np.sqrt(x)


# For norms: the derivative at 0 is 0 instead of infinity, as |.|'(0) = 0.
root = pointwise(_root, lambda v, y, x: v * 0.5 / (y + (y == 0)))
