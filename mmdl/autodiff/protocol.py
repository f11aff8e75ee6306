"""What NumPy asks of a box, and the refusals: who, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import UFUNCS

REDUCTIONS: dict[Any, Callable[..., Any]] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
}


def unusual_ufunc(
    ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Serve ``np.add.reduce`` and its like; refuse the rest with a hint."""
    name = f"np.{ufunc.__name__}"
    if any(out is not None for out in kwargs.get("out", ())):
        raise TypeError(
            f"{name}: expected no `out`, received one beside a Tensor (`a += t` on "
            "an array does that); the trace cannot see a change in place, write "
            "a = a + t."
        )
    if (
        method == "reduce"
        and ufunc in REDUCTIONS
        and set(kwargs) <= {"axis", "keepdims"}
    ):
        return REDUCTIONS[ufunc](*inputs, **{"axis": 0, **kwargs})
    if method == "at":
        raise TypeError(
            f"{name}.at: expected plain arrays, received a Tensor; the trace cannot "
            "see a change in place, build the result from whole arrays."
        )
    if method != "__call__":
        raise TypeError(
            f"{name}.{method}: expected plain arrays, received a Tensor; there is no "
            "derivative rule for it."
        )
    if ufunc in UFUNCS:
        raise TypeError(
            f"{name}: expected only arrays, received {', '.join(sorted(kwargs))} "
            "beside a Tensor; use x.astype for a type, np.where for a mask."
        )
    raise TypeError(unknown(name))


def refuse_function(func: Any, reason: str | None) -> Any:
    """Refuse a NumPy function that is not in the table, or one of its arguments."""
    name = f"{func.__module__}.{func.__name__}".replace("numpy", "np", 1)
    if reason is None:
        raise TypeError(unknown(name))
    word = reason.split("'")[1]
    hint = (
        "the trace cannot see a change in place, use the result"
        if word == "out"
        else ("the table has no rule for it, compose the function of others")
    )
    raise TypeError(
        f"{name}: expected no argument `{word}`, received one beside a Tensor; {hint}."
    ) from None


def unknown(name: str) -> str:
    """Say that a function is not in the table."""
    return (
        f"{name}: expected a function of the table of derivatives, received one "
        "without a rule; compose it of others, or add a line with "
        "mmdl.autodiff.pointwise, linear, bilinear or fused."
    )
