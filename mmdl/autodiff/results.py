"""Putting the boxes on: one for a value, one for each entry of a tuple.

Some functions have several values (``np.linalg.eigh``). Their node is hidden, and
each entry is a node of its own that hands its cotangent to the hidden one, marked
with its place; the marks are added up in `Parts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import Dual, Pullback, Tensor, node


class Parts:
    """Cotangents of some of the entries of a tuple."""

    shape = None  # equals that of the hidden node: never summed over in the sweep

    def __init__(self, entries: dict[int, Any]) -> None:
        self.entries = entries

    def __add__(self, other: Parts) -> Parts:
        return Parts(self.entries | other.entries)

    def items(self) -> Iterable[tuple[int, Any]]:
        """Return pairs (place, cotangent)."""
        return self.entries.items()

    def filled(self, y: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return one cotangent per entry of `y`, zero where none came."""
        return tuple(
            self.entries[i] if i in self.entries else np.zeros(e.shape, e.dtype)[()]
            for i, e in enumerate(y)
        )


def record(y: Any, level: float, parents: tuple[Tensor, ...], pull: Pullback) -> Any:
    """Box a value for the reverse sweep; a tuple becomes a tuple of Tensors."""
    if not isinstance(y, tuple):
        return node(y, level, parents, pull)
    hidden = node(Parts({}), level, parents, pull)
    return like(y, _entries(y, level, hidden))


def _entries(y: tuple[Any, ...], level: float, hidden: Tensor) -> Iterator[Tensor]:
    for i, e in enumerate(y):
        yield node(e, level, (hidden,), _marked(i))


def _marked(i: int) -> Pullback:
    return lambda g: (Parts({i: g}),)


def dual(y: Any, tangent: Any, level: float) -> Any:
    """Box a value for forward mode; the tangent is broadcast to its shape."""
    if isinstance(y, tuple):
        return like(y, [dual(e, t, level) for e, t in zip(y, tangent, strict=True)])
    if tangent is None:
        return y
    if tangent.shape != y.shape:
        tangent = np.broadcast_to(tangent, y.shape)
    return Dual(y, tangent, level)


def like(y: tuple[Any, ...], entries: Iterable[Any]) -> Any:
    """Return a tuple of the type of `y`: NumPy's results have names."""
    return type(y)(*entries) if hasattr(y, "_fields") else tuple(entries)
