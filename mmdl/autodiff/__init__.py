"""Automatic differentiation: Tensors, duals, the table of derivatives, transforms.

User code is ordinary NumPy: ``grad(lambda W: np.sum(np.tanh(X @ W) ** 2))(W)``. Only
Tensors are differentiated; arrays are constants (``ch-backpropagation``).
"""

from mmdl.autodiff import operators, table
from mmdl.autodiff.boxes import Dual, Tensor, no_grad, stop_gradient
from mmdl.autodiff.entries import (
    PRIMITIVES,
    bilinear,
    composed,
    differential,
    joint,
    linear,
    pointwise,
    register,
)
from mmdl.autodiff.fusion import fused
from mmdl.autodiff.table_erf import erf
from mmdl.autodiff.table_reductions import logsumexp
from mmdl.autodiff.transforms import (
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)

__all__ = [
    "PRIMITIVES",
    "Dual",
    "Tensor",
    "bilinear",
    "composed",
    "differential",
    "erf",
    "fused",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "joint",
    "jvp",
    "linear",
    "logsumexp",
    "no_grad",
    "operators",
    "pointwise",
    "register",
    "stop_gradient",
    "table",
    "value_and_grad",
    "vjp",
]
