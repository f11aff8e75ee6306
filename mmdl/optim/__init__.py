r"""Optimizers: each is the book's formula on one flat vector.

:class:`GD` and :class:`SGD` (chapters ``ch-gradient-descent`` and
``ch-stochastic-gradient-descent``), momentum and the adaptive methods
(``ch-momentum``), schedules, line searches, and the second-order methods
:func:`newton`, :func:`newton_cg`, :func:`lbfgs`.
"""

from mmdl.optim import schedules
from mmdl.optim.adaptive import (
    AdaGrad,
    AdaGradNorm,
    Adam,
    AdamW,
    AMSGrad,
    Lion,
    RMSprop,
)
from mmdl.optim.base import Optimizer, accelerated, iterates
from mmdl.optim.gradient import GD, SGD, Momentum, Nesterov
from mmdl.optim.linesearch import armijo, wolfe
from mmdl.optim.second_order import (
    Minimum,
    conjugate_gradient,
    lbfgs,
    newton,
    newton_cg,
)

#: the registry that the contract tests enumerate
OPTIMIZERS = (
    GD, SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam, AdamW, AMSGrad, Lion
)  # fmt: skip

__all__ = [
    "GD",
    "OPTIMIZERS",
    "SGD",
    "AMSGrad",
    "AdaGrad",
    "AdaGradNorm",
    "Adam",
    "AdamW",
    "Lion",
    "Minimum",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSprop",
    "accelerated",
    "armijo",
    "conjugate_gradient",
    "iterates",
    "lbfgs",
    "newton",
    "newton_cg",
    "schedules",
    "wolfe",
]
