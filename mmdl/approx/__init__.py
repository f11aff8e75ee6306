r"""Networks written down, not trained: the constructions of approximation theory.

:func:`memorise` and :func:`broken_line` pass through what they are given
(``ch-compositions``).  :func:`staircase` and :func:`relu_spline` on the line,
:func:`towers` in the plane, :func:`power_from_derivative` for the theorem on
polynomials (``ch-universal-approximation``).
"""

from mmdl.approx.exact import broken_line, memorise
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
    "broken_line",
    "memorise",
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
