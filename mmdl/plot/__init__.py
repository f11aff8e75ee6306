"""Figures of the book, in one style: the only part of mmdl that needs matplotlib.

``style`` holds the sizes and colours, ``summaries`` plots of fits and their errors,
and each further module the drawings of one chapter. Every function returns the
figure, so a cell ends with ``;`` and a test can look at what was drawn.
"""

from mmdl.plot.least_squares import projection, slips, valley
from mmdl.plot.summaries import bias_variance, convergence, intervals, paths
from mmdl.plot.style import COLOURS, FILLS, axes

__all__ = [
    "COLOURS",
    "FILLS",
    "axes",
    "bias_variance",
    "convergence",
    "intervals",
    "paths",
    "projection",
    "slips",
    "valley",
]
