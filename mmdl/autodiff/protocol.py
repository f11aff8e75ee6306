"""What NumPy asks of a box, and the refusals: who, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import FUNCTIONS, UFUNCS, Box

REDUCTIONS: dict[Any, Callable[..., Any]] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
}


def array_ufunc(
    self: Box, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any
) -> Any:
    """Lead ``np.exp(x)`` to the table: NumPy's protocol for functions of entries."""
    if method == "__call__" and not kwargs:
        op = UFUNCS.get(ufunc)
        if op is not None:
            return op(*inputs)
    return unusual_ufunc(ufunc, method, inputs, kwargs)


def array_function(
    self: Box, func: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Lead ``np.sum(x)`` to the table: NumPy's protocol for all other functions."""
    op = FUNCTIONS.get(func)
    if op is None:
        return refuse_function(func, None)
    if "out" in kwargs:
        return refuse_function(func, "'out'")
    try:
        return op(*args, **kwargs)
    except TypeError as error:
        if "unexpected keyword" not in str(error):
            raise
        return refuse_function(func, str(error).partition("argument")[2])


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
