"""Fused primitives: the book's formula, and beside it the code that is fast.

A **definition** composes functions of the table; it is what the theorem speaks of,
and it has every derivative. A **kernel** computes the same value together with its
pullback, on plain arrays, as fast as NumPy can. The kernel serves ordinary training,
the definition everything else (second derivatives, forward mode, boxes of several
levels), and a test says that the two agree.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from mmdl.autodiff.boxes import FLOOR, NOWHERE, Box, Tensor, stop_gradient
from mmdl.autodiff.entries import PRIMITIVES
from mmdl.autodiff.results import Parts, record
from mmdl.autodiff.transforms import vjp

Kernel = Callable[..., tuple[Any, Any]]


class Fused:
    """A differentiable function with a definition and, once given, a kernel."""

    kind = "fused"

    def __init__(self, definition: Callable[..., Any]) -> None:
        update_wrapper(self, definition)
        self.definition = definition
        self.fast: Kernel | None = None
        self.name = definition.__name__
        self.module = definition.__module__
        self.primitive = self
        PRIMITIVES[f"{self.module}.{self.name}"] = self

    def __repr__(self) -> str:
        return f"<fused {self.name}>"

    def kernel(self, kernel: Kernel) -> Kernel:
        """Give the kernel; to be used as a decorator."""
        self.fast = kernel
        return kernel

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the kernel where it is enough, and the definition where it is not."""
        if FLOOR[0] > NOWHERE:
            args = tuple(_grounded(args))
        kernel = self.fast
        boxes: list[Any] = [a for a in args if isinstance(a, Box)]
        if kernel is None:
            return self.definition(*args, **kwargs)
        if not boxes:
            return kernel(*args, **kwargs)[0]
        if not _simple(boxes):
            return self.definition(*args, **kwargs)
        slots = [i for i, a in enumerate(args) if type(a) is Tensor]
        inner = [a.value if type(a) is Tensor else a for a in args]
        y, pullback = kernel(*inner, **kwargs)

        def pull(g: Any) -> Any:
            if isinstance(g, Parts):
                g = g.filled(y)
            if isinstance(g, Box) or (type(g) is tuple and any(map(_is_box, g))):
                return self._pull_by_definition(slots, g, inner, kwargs)
            if isinstance(pullback, tuple):
                return [pullback[i](g) for i in slots]
            cotangents = pullback(g)
            if isinstance(cotangents, tuple):
                return [cotangents[i] for i in slots]
            return (cotangents,)

        return record(y, boxes[0].level, tuple(boxes), pull)

    def _pull_by_definition(self, slots: Any, g: Any, inner: Any, kwargs: Any) -> Any:
        """Serve a boxed cotangent, which a kernel need not understand."""

        def f(*xs: Any) -> Any:
            args = list(inner)
            for i, x in zip(slots, xs, strict=True):
                args[i] = x
            return self.definition(*args, **kwargs)

        cotangents = vjp(f, *(inner[i] for i in slots))[1](g)
        return cotangents if len(slots) > 1 else (cotangents,)


def _is_box(a: Any) -> bool:
    return isinstance(a, Box)


def _grounded(args: Any) -> list[Any]:
    """Turn boxes that `no_grad` declares constant into arrays."""
    return [
        stop_gradient(a) if isinstance(a, Box) and a.level <= FLOOR[0] else a
        for a in args
    ]


def _simple(boxes: list[Any]) -> bool:
    """Say whether the boxes are Tensors of one level that hold plain arrays."""
    level = boxes[0].level
    for box in boxes:
        if type(box) is not Tensor or box.level != level or isinstance(box.value, Box):
            return False
    return True


def fused(definition: Callable[..., Any], kernel: Kernel | None = None) -> Fused:
    """Make a primitive of a definition and a kernel.

    Parameters
    ----------
    definition : callable
        ``definition(*arrays, **parameters)``, composed of differentiable functions.
    kernel : callable, optional
        ``kernel(*arrays, **parameters) -> (value, pullback)`` on plain arrays. The
        pullback is either one function ``g -> (cotangent of each argument)``, with
        None where there is no derivative and with a lone array standing for the
        first argument, or a tuple of functions, one per argument, of which only
        those are called whose argument is a Tensor. It may also be given by the
        decorator ``@name.kernel``.

    Returns
    -------
    callable

    Examples
    --------
    >>> import numpy as np
    >>> @fused
    ... def softsign(x):
    ...     return x / (1 + np.abs(x))
    >>> @softsign.kernel
    ... def _(x):
    ...     d = 1 / (1 + np.abs(x))
    ...     return x * d, lambda g: g * d * d
    >>> softsign(np.array([1.0, -3.0]))
    array([ 0.5 , -0.75])
    """
    primitive = Fused(definition)
    primitive.fast = kernel
    return primitive
