"""Statistics on plain arrays: least squares, likelihood, entropy, risk.

The functions of the first part of the book, one for each formula. They know
nothing of derivatives or layers: arrays go in, arrays or small frozen records
come out. In what compares two things the data stand in the first slot.
"""

from mmdl.functional import log_softmax, logsumexp, sigmoid, softmax, softplus
from mmdl.stats.coding import huffman_lengths, kraft_sum, prefix_code, shannon_lengths
from mmdl.stats.fit import Fit, SumsOfSquares, r_squared, sums_of_squares
from mmdl.stats.info import (
    conditional_cross_entropy,
    conditional_entropy,
    cross_entropy,
    entropy,
    gaussian_kl,
    jensen_shannon,
    kl,
    mutual_information,
    total_variation,
)
from mmdl.stats.layerwise import (
    PolynomialLayer,
    PolynomialNetwork,
    gmdh,
    quadratic_features,
)
from mmdl.stats.likelihood import (
    LAWS,
    Law,
    bernoulli,
    cramer_rao_bound,
    exponential,
    geometric,
    log_likelihood,
    mixture_log_likelihood,
    normal_log_density,
    normal_mean,
    normal_variance,
    poisson,
)
from mmdl.stats.linear import LinearFit, add_intercept, landweber, least_squares
from mmdl.stats.logistic import LogisticFit, logistic_regression
from mmdl.stats.losses import (
    logistic_gradient,
    logistic_hessian,
    logistic_loss,
    margins,
    softmax_gradient,
    softmax_hessian,
    softmax_loss,
)
from mmdl.stats.multinomial import SoftmaxFit, softmax_regression
from mmdl.stats.projector import hat_matrix, leverage, pseudo_inverse
from mmdl.stats.risk import (
    absolute_loss,
    accuracy,
    brier_loss,
    confusion_matrix,
    empirical_risk,
    k_fold,
    log_loss,
    square_loss,
    zero_one_loss,
)
from mmdl.stats.scores import (
    CalibrationCurve,
    PrecisionRecallCurve,
    RocCurve,
    auc,
    calibration_curve,
    precision_recall_curve,
    roc_curve,
)
from mmdl.stats.separation import separating_direction
from mmdl.stats.shrinkage import RidgeError, RidgeFit, ridge, ridge_error, ridge_path

__all__ = [
    "LAWS",
    "CalibrationCurve",
    "Fit",
    "Law",
    "LinearFit",
    "LogisticFit",
    "PolynomialLayer",
    "PolynomialNetwork",
    "PrecisionRecallCurve",
    "RidgeError",
    "RidgeFit",
    "RocCurve",
    "SoftmaxFit",
    "SumsOfSquares",
    "absolute_loss",
    "accuracy",
    "add_intercept",
    "auc",
    "bernoulli",
    "brier_loss",
    "calibration_curve",
    "conditional_cross_entropy",
    "conditional_entropy",
    "confusion_matrix",
    "cramer_rao_bound",
    "cross_entropy",
    "empirical_risk",
    "entropy",
    "exponential",
    "gaussian_kl",
    "geometric",
    "gmdh",
    "hat_matrix",
    "huffman_lengths",
    "jensen_shannon",
    "k_fold",
    "kl",
    "kraft_sum",
    "landweber",
    "least_squares",
    "leverage",
    "log_likelihood",
    "log_loss",
    "log_softmax",
    "logistic_gradient",
    "logistic_hessian",
    "logistic_loss",
    "logistic_regression",
    "logsumexp",
    "margins",
    "mixture_log_likelihood",
    "mutual_information",
    "normal_log_density",
    "normal_mean",
    "normal_variance",
    "poisson",
    "precision_recall_curve",
    "prefix_code",
    "pseudo_inverse",
    "quadratic_features",
    "r_squared",
    "ridge",
    "ridge_error",
    "ridge_path",
    "roc_curve",
    "separating_direction",
    "shannon_lengths",
    "sigmoid",
    "softmax",
    "softmax_gradient",
    "softmax_hessian",
    "softmax_loss",
    "softmax_regression",
    "softplus",
    "square_loss",
    "sums_of_squares",
    "total_variation",
    "zero_one_loss",
]
