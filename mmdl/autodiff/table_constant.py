"""Flat functions: piecewise constant, hence constants for every derivative.

Comparisons, roundings, signs, positions of maxima and questions about shapes give
plain arrays. Where such a function jumps, its derivative does not exist, and the
engine says 0, as the rest of the world does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import Box, stop_gradient
from mmdl.autodiff.kinds import register

FLAT_UFUNCS = (
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.isfinite, np.isinf, np.isnan, np.signbit, np.logical_and, np.logical_or,
    np.logical_xor, np.logical_not, np.sign, np.floor, np.ceil, np.rint, np.trunc,
    np.heaviside, np.floor_divide, np.spacing,
)  # fmt: skip
FLAT_FUNCTIONS = (
    np.argmax, np.argmin, np.argsort, np.nanargmax, np.nanargmin, np.argwhere,
    np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize,
    np.round, np.around, np.fix, np.all, np.any, np.isclose, np.allclose,
    np.array_equal, np.isposinf, np.isneginf, np.isreal, np.iscomplexobj,
    np.isrealobj, np.shape, np.ndim, np.size, np.zeros_like, np.ones_like,
    np.full_like, np.empty_like, np.result_type, np.can_cast, np.may_share_memory,
    np.shares_memory, np.linalg.matrix_rank, np.array2string, np.array_repr,
    np.array_str, np.histogram, np.unique,
)  # fmt: skip


def flat(f: Callable[..., Any]) -> Callable[..., Any]:
    """Enter a function whose derivative is zero wherever it exists."""

    def op(*args: Any, **kwargs: Any) -> Any:
        args = tuple(_plain(a) for a in args)
        return f(*args, **{k: _plain(a) for k, a in kwargs.items()})

    op.__name__ = op.__qualname__ = f.__name__
    return register(f, op)


def _plain(a: Any) -> Any:
    if isinstance(a, tuple | list) and any(isinstance(e, Box) for e in a):
        return [stop_gradient(e) for e in a]
    return stop_gradient(a)


FLAT = {f: flat(f) for f in FLAT_UFUNCS + FLAT_FUNCTIONS}
