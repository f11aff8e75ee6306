"""Products: linear in each factor, so the adjoint of one multiplies by the other.

For :math:`Y = A B`: :math:`\\delta A = \\delta Y B^T` and :math:`\\delta B = A^T \\delta Y`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff.kinds import bilinear
from mmdl.autodiff.sweep import unbroadcast


def _left(g: Any, y: Any, a: Any, b: Any) -> Any:
    if b.ndim == 1:
        return g[..., None] * b if a.ndim > 1 else g * b
    if a.ndim == 1:
        return unbroadcast((b @ g[..., None])[..., 0], a.shape)
    return g @ b.swapaxes(-1, -2)


def _right(g: Any, y: Any, a: Any, b: Any) -> Any:
    if a.ndim == 1:
        return a[:, None] * g[..., None, :] if b.ndim > 1 else a * g
    if b.ndim == 1:
        return unbroadcast((g[..., None, :] @ a)[..., 0, :], b.shape)
    return a.swapaxes(-1, -2) @ g


matmul = bilinear(np.matmul, _left, _right)
