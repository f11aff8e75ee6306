"""Flat functions: piecewise constant, hence constants for every derivative.

Comparisons, roundings, signs, positions of maxima and questions about shapes give
plain arrays. Where such a function jumps there is no derivative, and the engine
goes on with 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import stop_gradient
from mmdl.autodiff.entries import register

FLAT = (
    # comparisons and logic
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.isfinite, np.isinf, np.isnan, np.signbit, np.logical_and, np.logical_or,
    np.logical_xor, np.logical_not, np.all, np.any, np.isclose, np.allclose,
    np.array_equal, np.array_equiv, np.isposinf, np.isneginf, np.isreal,
    np.iscomplexobj, np.isrealobj,
    # steps
    np.sign, np.floor, np.ceil, np.rint, np.trunc, np.round, np.around, np.fix,
    np.heaviside, np.floor_divide, np.spacing,
    # positions and counts
    np.argmax, np.argmin, np.argsort, np.argpartition, np.lexsort, np.nanargmax,
    np.nanargmin, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero,
    np.searchsorted, np.digitize, np.unique, np.histogram, np.bincount,
    np.linalg.matrix_rank,
    # shapes, types, texts
    np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like,
    np.result_type, np.can_cast, np.may_share_memory, np.shares_memory,
    np.array2string, np.array_repr, np.array_str,
)  # fmt: skip


def flat(f: Callable[..., Any]) -> Callable[..., Any]:
    """Enter a function whose derivative is zero wherever it exists."""

    def op(*args: Any, **kwargs: Any) -> Any:
        return f(*map(_plain, args), **{k: _plain(a) for k, a in kwargs.items()})

    op.__name__ = op.__qualname__ = f.__name__
    return register(f, op)


def _plain(a: Any) -> Any:
    if isinstance(a, tuple | list):
        return type(a)(map(_plain, a))
    return stop_gradient(a)


for _f in FLAT:
    flat(_f)
