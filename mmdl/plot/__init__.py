"""Figures of the book, in one style: the only part of mmdl that needs matplotlib.

``style`` holds the sizes and colours; ``curves``, ``planes`` and ``pictures`` the
plots that many chapters use, ``summaries`` those of fits and their errors, and
each further module the drawings of one chapter. Every function returns the
figure. A notebook shows it once, whether the cell ends with ``;`` or not.
"""

from mmdl.plot.classes import roc, separations
from mmdl.plot.curves import bars, compare, fit, histogram, lines, loss_curves
from mmdl.plot.graphs import graph
from mmdl.plot.history import training_compute
from mmdl.plot.least_squares import projection, slips, valley
from mmdl.plot.pictures import images, network_diagram
from mmdl.plot.planes import contours, decision_regions, heatmap, scatter
from mmdl.plot.stills import descent, squeeze, strip
from mmdl.plot.style import COLOURS, FILLS, axes
from mmdl.plot.summaries import bias_variance, convergence, intervals, paths

__all__ = [
    "COLOURS",
    "FILLS",
    "axes",
    "bars",
    "bias_variance",
    "compare",
    "contours",
    "convergence",
    "decision_regions",
    "descent",
    "fit",
    "graph",
    "heatmap",
    "histogram",
    "images",
    "intervals",
    "lines",
    "loss_curves",
    "network_diagram",
    "paths",
    "projection",
    "roc",
    "scatter",
    "separations",
    "slips",
    "squeeze",
    "strip",
    "training_compute",
    "valley",
]
