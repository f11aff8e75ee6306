r"""Networks written down, not trained: the constructions of approximation theory.

:func:`staircase` and :func:`relu_spline` on the line, :func:`towers` in the plane,
:func:`power_from_derivative` for the theorem on polynomials.  Chapter
``ch-universal-approximation``.
"""

from mmdl.approx.line import (
    modulus_of_continuity,
    nodes,
    power_from_derivative,
    relu_spline,
    settling_point,
    staircase,
    staircase_bound,
)
from mmdl.approx.plane import Towers, towers
from mmdl.approx.shallow import ShallowNetwork, relu

__all__ = [
    "ShallowNetwork",
    "Towers",
    "modulus_of_continuity",
    "nodes",
    "power_from_derivative",
    "relu",
    "relu_spline",
    "settling_point",
    "staircase",
    "staircase_bound",
    "towers",
]
