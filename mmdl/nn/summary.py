"""A network at a glance: shapes, parameters and operations, layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import Box
from mmdl.flops import Tally, counted
from mmdl.nn.module import Module

__all__ = ["Row", "Summary", "summary"]


@dataclass
class Row:
    """One module in a `Summary`.

    Attributes
    ----------
    name : str
        Where it is in the model, such as ``layers.0``; "" for the model itself.
    depth : int
        How many modules it is inside of.
    title : str
        What it is, such as ``Linear(784, 10)``.
    shape : tuple of ints or None
        Of its output; None if it was not called.
    parameters : int
        Its own, without those of the modules inside it.
    operations : int
        Its own: floating-point operations of the forward pass.

    Examples
    --------
    >>> from mmdl import nn
    >>> model = nn.Sequential(nn.Linear(3, 2, rng=np.random.default_rng(0)))
    >>> summary(model, (5, 3)).rows[1].title
    'Linear(3, 2)'
    """

    name: str
    depth: int
    title: str
    shape: tuple[int, ...] | None = None
    parameters: int = 0
    operations: int = 0


@dataclass
class Summary:
    """The table that `summary` makes; it prints as one.

    Attributes
    ----------
    rows : list of Row
        The model first, then all modules inside it, in the order of their definition.

    Examples
    --------
    >>> from mmdl import nn
    >>> model = nn.Sequential(nn.Linear(3, 2, rng=np.random.default_rng(0)))
    >>> summary(model, (5, 3)).parameters
    8
    """

    rows: list[Row]

    @property
    def parameters(self) -> int:
        """How many numbers are learnt."""
        return sum(row.parameters for row in self.rows)

    @property
    def operations(self) -> int:
        """Floating-point operations of the forward pass."""
        return sum(row.operations for row in self.rows)

    def __repr__(self) -> str:
        cells = [
            (
                "  " * row.depth + row.title,
                "not called" if row.shape is None else str(row.shape),
                f"{row.parameters:,}" if row.parameters else "",
                f"{row.operations:,}" if row.operations else "",
            )
            for row in self.rows
        ]
        head = ("layer", "output", "parameters", "FLOPs")
        foot = ("total", "", f"{self.parameters:,}", f"{self.operations:,}")
        widths = [
            max(map(len, column)) for column in zip(head, *cells, foot, strict=True)
        ]
        lines = [_line(widths, c) for c in (head, *cells, foot)]
        rule = "-" * (sum(widths) + 6)
        return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def _line(widths: list[int], cells: tuple[str, ...]) -> str:
    left = [c.ljust(w) for c, w in zip(cells[:2], widths, strict=False)]
    right = [c.rjust(w) for c, w in zip(cells[2:], widths[2:], strict=True)]
    return "  ".join(left + right).rstrip()


def summary(model: Module, shape: Any) -> Summary:
    """Run a model on a batch; tell shapes, parameters and operations of each layer.

    Parameters
    ----------
    model : Module
        Runs in eval mode, and is left as it was.
    shape : tuple of ints, or array
        The shape of a batch, samples first: (1, 784) for one sample. Where the model
        does not take floats, give a batch itself.

    Returns
    -------
    Summary

    Raises
    ------
    ShapeError
        If the model does not take such a batch.

    Examples
    --------
    >>> from mmdl.nn import Linear, Sequential, Tanh
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Linear(4, 8, rng=rng), Tanh(), Linear(8, 1, rng=rng))
    >>> summary(model, (1, 4))
    layer           output  parameters  FLOPs
    -----------------------------------------
    Sequential()    (1, 1)
      Linear(4, 8)  (1, 8)          40     64
      Tanh()        (1, 8)                  8
      Linear(8, 1)  (1, 1)           9     16
    -----------------------------------------
    total                           49     88
    """
    batch = np.zeros(shape) if isinstance(shape, tuple | list) else shape
    modules = list(model.named_modules())
    rows = {id(m): Row(n, _depth(n, modules), m.title) for n, m in modules}
    seen: set[int] = set()
    for _, module in modules:
        own = [p for p in module.own_parameters() if id(p) not in seen]
        seen.update(map(id, own))
        rows[id(module)].parameters = sum(p.size for p in own)
    modes = [(m, m.training) for _, m in modules]
    try:
        with (
            counted(model.eval(), batch) as (tally, (_, x)),
            _observed(modules, rows, tally),
        ):
            model(x)
    finally:
        for module, mode in modes:
            module.training = mode
    return Summary(list(rows.values()))


def _depth(name: str, modules: list[tuple[str, Module]]) -> int:
    return sum(not other or name.startswith(other + ".") for other, _ in modules) - (
        not name
    )


@contextmanager
def _observed(
    modules: list[tuple[str, Module]], rows: dict[int, Row], tally: Tally
) -> Iterator[None]:
    """Note the output and the operations of every call, without those inside it."""
    inside = [0]  # operations of the calls within the current one

    def observed(row: Row, forward: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            before, outer = tally.total, inside[0]
            inside[0] = 0
            y = forward(*args, **kwargs)
            spent = tally.total - before
            row.operations += spent - inside[0]
            inside[0] = outer + spent
            row.shape = tuple(y.shape) if isinstance(y, Box | np.ndarray) else None
            return y

        return call

    try:
        for _, module in modules:
            vars(module)["forward"] = observed(rows[id(module)], module.forward)
        yield
    finally:
        for _, module in modules:
            vars(module).pop("forward", None)
