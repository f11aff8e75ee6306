r"""Counting floating-point operations, forward and backward, by primitive.

A `Count` is a box like a Tensor or a dual number: an array that notices every
operation on it. It lies under all levels of derivatives, so whatever the engine
does, gradients of gradients included, passes through it. Kernels step aside: what is
counted are the definitions and the rules, that is, the formulas of the book
(``ch-backpropagation``).

The convention: an addition, a multiplication, a division, and each value of an
elementary function (``exp``, ``tanh``, ``maximum``, a power, ...) count one. Copies,
changes of sign, comparisons and choices are free. So a product of matrices (m, k) and
(k, n) costs :math:`(2k - 1)mn`, an affine layer :math:`2 N M_{in} M_{out}`. Operations
on plain constants alone are not seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np

from mmdl.autodiff import Tensor, stop_gradient
from mmdl.autodiff.boxes import Box
from mmdl.autodiff.results import like
from mmdl.autodiff.table_shapes import is_basic
from mmdl.autodiff.tree import leaves_of, map_tree

__all__ = ["Count", "Tally", "cost_of", "count", "counted"]

DEEPEST = -1e9  # a level under that of every derivative


class Tally:
    """How many operations were counted.

    Attributes
    ----------
    by_primitive : dict of str to int
        Operations by the name of the function, the most expensive first.
    result : any
        What the function returned.

    Examples
    --------
    >>> count(np.dot, np.ones(3), np.ones(3))
                   5  floating-point operations
                   5  matmul
    """

    def __init__(self) -> None:
        self._counter: Counter[str] = Counter()
        self.result: Any = None

    def add(self, name: str, operations: int) -> None:
        """Count operations."""
        self._counter[name] += operations

    @property
    def total(self) -> int:
        """All operations."""
        return self._counter.total()

    @property
    def by_primitive(self) -> dict[str, int]:
        """Operations by the name of the function, the most expensive first."""
        return {name: n for name, n in self._counter.most_common() if n}

    def __repr__(self) -> str:
        lines = [f"{n:>16,}  {name}" for name, n in self.by_primitive.items()]
        return "\n".join([f"{self.total:>16,}  floating-point operations", *lines])


class Count(Box):
    """An array that notices what is computed with it.

    Parameters
    ----------
    value : array
    tally : Tally
        Where the operations are added up.

    Examples
    --------
    >>> tally = Tally()
    >>> y = Count(np.ones(3), tally) + 1.0
    >>> tally.total
    3
    """

    __slots__ = ("tally",)

    def __init__(self, value: Any, tally: Tally) -> None:
        self.value = value
        self.level = DEEPEST
        self.tally = tally

    def after(self, primitive: Any, y: Any, args: Any, kwargs: Any) -> Any:
        """Count what a primitive did to this array; box its value again."""
        self.tally.add(primitive.name, cost_of(primitive, y, args, kwargs))
        if isinstance(y, tuple):
            return like(y, [Count(e, self.tally) for e in y])
        return Count(y, self.tally)

    def __repr__(self) -> str:
        return f"Count({self.value!r})"


def count(f: Callable[..., Any], *args: Any) -> Tally:
    r"""Run ``f(*args)`` and count its floating-point operations.

    Parameters
    ----------
    f : callable
        Anything made of NumPy and this library: a loss, a gradient, a training step.
    *args : arrays, nests of them, modules, or anything else
        What depends on floating-point arrays among the arguments, and on the
        parameters of modules, is counted; gradients of parameters too, when `f`
        calls ``backward``.

    Returns
    -------
    Tally
        With the plain result of `f` as ``tally.result``.

    Examples
    --------
    >>> from mmdl import grad
    >>> W, x = np.ones((3, 2)), np.ones(3)
    >>> count(lambda W: np.sum(x @ W), W).by_primitive
    {'matmul': 10, 'sum': 1}
    >>> count(grad(lambda W: np.sum(np.tanh(W))), W).total  # 6 tanh, 5 +; 3 * 6
    29
    """
    with counted(*args) as (tally, boxed):
        tally.result = map_tree(stop_gradient, f(*boxed))
    return tally


@contextmanager
def counted(*args: Any) -> Iterator[tuple[Tally, list[Any]]]:
    """Count what the block does with the arguments that it gets.

    Parameters
    ----------
    *args : as in `count`

    Yields
    ------
    tally : Tally
    boxed : list
        The arguments, with floating-point arrays replaced by counting ones.

    Examples
    --------
    >>> with counted(np.ones(3)) as (tally, (x,)):
    ...     y = x * x
    >>> tally.total
    3
    """
    tally = Tally()
    parameters = [p for a in args for p in _parameters(a)]
    before = [(p, p.value, p.grad) for p in parameters]
    try:
        for p in parameters:
            p.value = Count(p.value, tally)
        yield tally, [map_tree(lambda a: _boxed(a, tally), a) for a in args]
    finally:
        for p, value, g in before:
            p.value, p.grad = value, g


def _parameters(a: Any) -> list[Tensor]:
    if hasattr(a, "parameters"):
        return list(a.parameters())
    return [leaf for leaf in leaves_of(a) if type(leaf) is Tensor]


def _boxed(a: Any, tally: Tally) -> Any:
    if isinstance(a, float) and not isinstance(a, np.generic):
        a = np.float64(a)
    floats = isinstance(a, np.ndarray | np.generic) and a.dtype.kind == "f"
    return Count(a, tally) if floats else a


# What things cost -------------------------------------------------------------------

FREE = {
    "absolute", "astype", "broadcast_to", "concatenate", "copy", "copysign",
    "expand_dims", "fabs", "flip", "fliplr", "flipud", "getitem", "moveaxis",
    "nan_to_num", "negative", "positive", "reshape", "roll", "rot90", "rows", "spread",
    "squeeze", "swapaxes", "transpose", "tril", "triu", "unfold", "where",
}  # fmt: skip


def cost_of(primitive: Any, y: Any, args: Any, kwargs: Any) -> int:
    """Return how many operations a primitive costs on plain arrays.

    Parameters
    ----------
    primitive : Primitive
    y : array
        Its value.
    args, kwargs
        What it was called with.

    Returns
    -------
    int

    Raises
    ------
    LookupError
        If the convention says nothing about it.

    Examples
    --------
    >>> from mmdl.autodiff import PRIMITIVES
    >>> matmul = PRIMITIVES["mmdl.autodiff.table_products.matmul"]
    >>> A, B = np.ones((2, 3)), np.ones((3, 4))
    >>> cost_of(matmul, A @ B, (A, B), {})
    40
    """
    name = primitive.name
    if name in FREE:
        return 0
    if name in COSTS:
        return int(COSTS[name](y, *args, **kwargs))
    if primitive.kind == "pointwise":
        return int(np.size(y))
    raise LookupError(
        f"flops: expected a function whose cost is known, received {name}; add it to "
        "mmdl.flops.COSTS."
    )


def _matmul(y: Any, a: Any, b: Any) -> Any:
    return max(2 * np.shape(a)[-1] - 1, 0) * np.size(y)


def _einsum(y: Any, *factors: Any, terms: list[str], out: str) -> Any:
    """A product of all factors for every combination of indices, then sums."""
    sizes = {
        letter: n
        for term, factor in zip(terms, factors, strict=True)
        for letter, n in zip(term, np.shape(factor), strict=True)
    }
    return max(len(factors) * prod(sizes.values()) - np.size(y), 0)


def _sum(y: Any, x: Any, *_: Any, **__: Any) -> Any:
    return max(np.size(x) - np.size(y), 0)


def _entries(y: Any, x: Any, *_: Any, **__: Any) -> Any:
    return np.size(x)


def _scatter(y: Any, g: Any, index: Any, *_: Any) -> Any:
    """At most one addition per entry, and none where no index can occur twice."""
    return 0 if is_basic(index) else np.size(g)


def _cubic(factor: float) -> Callable[..., int]:
    def cost(y: Any, a: Any, *_: Any, **__: Any) -> Any:
        *batch, _m, n = np.shape(a)
        return round(prod(batch) * factor * n**3)

    return cost


def _solve(y: Any, a: Any, b: Any) -> Any:
    return _cubic(2 / 3)(y, a) + 2 * np.shape(a)[-1] * np.size(y)


def _svd(y: Any, a: Any, *_: Any, **__: Any) -> Any:
    *batch, m, n = np.shape(a)
    m, n = max(m, n), min(m, n)
    return prod(batch) * (4 * m * m * n + 8 * m * n * n + 9 * n**3)


# Matrices: the leading terms in Golub and Van Loan, Matrix Computations.
COSTS: dict[str, Callable[..., Any]] = {
    "matmul": _matmul,
    "einsum": _einsum,
    "sum": _sum,
    "mean": _entries,
    "cumsum": _sum,
    "scatter": _scatter,
    "fold": _entries,
    "inv": _cubic(2),
    "solve": _solve,
    "det": _cubic(2 / 3),
    "slogdet": _cubic(2 / 3),
    "cholesky": _cubic(1 / 3),
    "qr": _cubic(4 / 3),
    "eigh": _cubic(9),
    "svd": _svd,
    "pinv": _svd,
}
