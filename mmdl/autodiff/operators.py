"""Operators and methods of boxes, as arrays have them: ``x @ W + b``, ``x.sum()``.

They lead straight to the table, without the detour through NumPy's protocols, which
is where the time of small arrays goes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import table  # noqa: F401 - fills UFUNCS
from mmdl.autodiff import table_pointwise as p
from mmdl.autodiff import table_products as m
from mmdl.autodiff import table_reductions as r
from mmdl.autodiff import table_shapes as s
from mmdl.autodiff.boxes import FUNCTIONS, UFUNCS, Box, Tensor, stop_gradient
from mmdl.autodiff.protocol import array_function, array_ufunc
from mmdl.autodiff.sweep import backward
from mmdl.autodiff.table_joining import rows


def _reflected(op: Any) -> Any:
    return lambda self, other: op(other, self)


def _in_place(symbol: str, op: Any) -> Any:
    def refuse(self: Box, other: Any) -> Any:
        if self.shape == ():
            return op(self, other)  # NumPy rebinds numbers, too
        raise TypeError(
            f"Tensor: expected no change in place, received x {symbol}= y with x of "
            f"shape {self.shape}; the trace cannot see it, write x = x {symbol} y."
        )

    return refuse


BINARY = {
    "add": ("+", p.add),
    "sub": ("-", p.subtract),
    "mul": ("*", p.multiply),
    "truediv": ("/", p.divide),
    "pow": ("**", p.power),
    "matmul": ("@", m.matmul),
    "mod": ("%", p.remainder),
    "floordiv": ("//", UFUNCS[np.floor_divide]),
}
COMPARISONS = {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}
METHODS = {
    "reshape": lambda x, *shape, order="C": s.reshape(
        x, shape[0] if len(shape) == 1 else shape, order
    ),
    "transpose": lambda x, *axes: s.transpose(
        x, axes[0] if len(axes) == 1 else axes or None
    ),
    "T": property(s.transpose),
    "mT": property(s.matrix_transpose),
    "swapaxes": s.swapaxes,
    "squeeze": s.squeeze,
    "ravel": s.ravel,
    "flatten": s.ravel,
    "astype": s.astype,
    "copy": s.copy,
    "repeat": s.repeat,
    "take": s.take,
    "diagonal": s.diagonal,
    "trace": s.trace,
    "dot": m.dot,
    "sum": r.summed,
    "mean": r.mean,
    "var": r.var,
    "std": r.std,
    "prod": r.prod,
    "cumsum": r.cumsum,
    "max": r.largest,
    "min": r.smallest,
    "clip": p.clip,
    "argmax": FUNCTIONS[np.argmax],
    "argmin": FUNCTIONS[np.argmin],
    "argsort": FUNCTIONS[np.argsort],
    "round": FUNCTIONS[np.round],
    "any": FUNCTIONS[np.any],
    "all": FUNCTIONS[np.all],
}


def _setitem(self: Box, index: Any, value: Any) -> None:
    raise TypeError(
        "Tensor: expected no change in place, received x[...] = y; the trace cannot "
        "see it, use np.where, np.concatenate or np.stack."
    )


def _number(convert: Any) -> Any:
    def number(self: Box) -> Any:
        if self.level > 0 or isinstance(self.value, Box):
            raise TypeError(
                f"{convert.__name__}: expected an array, received a traced Tensor; a "
                "Python number would lose its derivative, use NumPy's functions "
                "(np.exp instead of math.exp), or stop_gradient(x) to look at it."
            )
        return convert(self.value)

    return number


def _array(self: Box, dtype: Any = None, copy: Any = None) -> Any:
    raise TypeError(
        "np.array: expected numbers, received a Tensor; it would lose its derivative, "
        "use np.stack or np.concatenate for several, t.value to look at one."
    )


def _iterate(self: Any) -> Any:
    if self.ndim == 0:
        raise TypeError("iteration: expected at least one axis, received shape ().")
    return iter(rows(self))


def attach() -> None:
    """Give `Box` its operators and methods."""
    for name, (symbol, op) in BINARY.items():
        setattr(Box, f"__{name}__", op)
        setattr(Box, f"__r{name}__", _reflected(op))
        setattr(Box, f"__i{name}__", _in_place(symbol, op))
    for name, ufunc in COMPARISONS.items():
        setattr(Box, f"__{name}__", UFUNCS[ufunc])
    for name, method in METHODS.items():
        setattr(Box, name, method)
    for name, convert in {"float": float, "int": int, "index": int}.items():
        setattr(Box, f"__{name}__", _number(convert))
    special = {
        "neg": p.negative,
        "pos": p.positive,
        "abs": p.absolute,
        "getitem": s.getitem,
        "setitem": _setitem,
        "array": _array,
        "array_ufunc": array_ufunc,
        "array_function": array_function,
        "bool": lambda self: bool(stop_gradient(self)),
        "len": lambda self: len(stop_gradient(self)),
        "iter": _iterate,
    }
    for name, method in special.items():
        setattr(Box, f"__{name}__", method)
    Tensor.backward = backward  # type: ignore[attr-defined]


attach()
