"""Statistics on plain arrays: least squares, likelihood, entropy, risk.

The functions of the first part of the book, one for each formula. They know
nothing of derivatives or layers: arrays go in, arrays or small frozen records
come out.
"""

from mmdl.stats.fit import Fit, SumsOfSquares, r_squared, sums_of_squares
from mmdl.stats.linear import LinearFit, add_intercept, landweber, least_squares
from mmdl.stats.projector import hat_matrix, leverage, pseudo_inverse
from mmdl.stats.shrinkage import RidgeError, RidgeFit, ridge, ridge_error, ridge_path

__all__ = [
    "Fit",
    "LinearFit",
    "RidgeError",
    "RidgeFit",
    "SumsOfSquares",
    "add_intercept",
    "hat_matrix",
    "landweber",
    "least_squares",
    "leverage",
    "pseudo_inverse",
    "r_squared",
    "ridge",
    "ridge_error",
    "ridge_path",
    "sums_of_squares",
]
