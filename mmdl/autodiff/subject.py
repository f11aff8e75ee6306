"""What `check` examines: anything callable, seen as a function of named arrays.

Arguments and parameters alike become leaves at level 0. Their values are then set to
arrays (for values and gradients) or to boxes of lower levels (for tangents and second
derivatives): *the same backpropagation, run on dual numbers*, gives the product of
the Hessian and a vector (``ch-backpropagation``).
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import Dual, Tensor, no_grad, node, stop_gradient
from mmdl.autodiff.sweep import sweep
from mmdl.autodiff.tree import leaves_of

Arrays = list[Any]
BELOW = -1  # a level under that of the leaves


class Subject:
    """A function, or a copy of a layer, with its variables in float64.

    Attributes
    ----------
    name : str
    names : list of str
        One per variable: arguments first, then parameters.
    start : list of arrays
        Where it is examined.
    """

    def __init__(self, thing: Callable[..., Any], inputs: Sequence[Any]) -> None:
        layer = hasattr(thing, "parameters")
        self.thing: Any = copy.deepcopy(thing) if layer else thing
        self.name = getattr(thing, "__name__", type(thing).__name__)
        self.args = list(inputs)
        self.names: list[str] = []
        self.leaves: list[Tensor] = []
        for i, name in enumerate(_argument_names(thing, len(inputs))):
            if _varies(inputs[i], inputs):
                self.args[i] = Tensor(np.array(inputs[i], float))
                self.names.append(name)
                self.leaves.append(self.args[i])
        for name, p in _parameters(self.thing):
            p.value = p.value.astype(float)
            self.names.append(name)
            self.leaves.append(p)
        self.start = [leaf.value for leaf in self.leaves]

    def run(self, point: Arrays) -> list[Any]:
        """Return the floating outputs at a point made of arrays or boxes."""
        for leaf, x in zip(self.leaves, point, strict=True):
            leaf.value = x
        outputs = leaves_of(self.thing(*self.args))
        return [y for y in outputs if getattr(y, "dtype", np.dtype(bool)).kind == "f"]

    def value(self, point: Arrays) -> Arrays:
        """Return the outputs as plain arrays, without a trace."""
        with no_grad():
            return [np.array(y) for y in map(stop_gradient, self.run(point))]

    def pulled(self, point: Arrays, us: Arrays) -> list[Any]:
        """Return :math:`Df(x)^* u` per variable, uncast, None where nothing came."""
        pairs = zip(self.run(point), us, strict=True)
        roots = [(y, u) for y, u in pairs if type(y) is Tensor and y.level == 0]
        found = {leaf.birth: g for leaf, g in sweep(roots)}
        return [found.get(leaf.birth) for leaf in self.leaves]

    def gradient(self, point: Arrays, us: Arrays) -> Arrays:
        """Return :math:`Df(x)^* u` per variable."""
        found = self.pulled(point, us)
        pairs = zip(found, point, strict=True)
        return [np.zeros(x.shape) if g is None else g for g, x in pairs]

    def tangent(self, point: Arrays, vs: Arrays) -> Arrays:
        """Return :math:`Df(x) v` per output."""
        return [_tangent(y) for y in self.run(_duals(point, vs))]

    def second(self, point: Arrays, us: Arrays, vs: Arrays) -> Arrays:
        """Return the derivative of `gradient` along `vs`: forward over reverse."""
        return [_tangent(g) for g in self.gradient(_duals(point, vs), us)]

    def second_reverse(self, point: Arrays, us: Arrays, ws: Arrays) -> Arrays:
        """Return the gradient of <gradient, ws>: reverse over reverse."""
        lower = [node(x, BELOW, (), None) for x in point]
        roots = []
        for g, w in zip(self.gradient(list(lower), us), ws, strict=True):
            if type(g) is Tensor:
                roots.append((g, w))
        found = {leaf.birth: g for leaf, g in sweep(roots)}
        return [found.get(t.birth, np.zeros(t.shape)) for t in lower]


def _duals(point: Arrays, vs: Arrays) -> Arrays:
    return [Dual(x, v, BELOW) for x, v in zip(point, vs, strict=True)]


def _tangent(y: Any) -> Any:
    inside = y.value if type(y) is Tensor else y
    return inside.tangent if isinstance(inside, Dual) else np.zeros(np.shape(inside))


def _varies(x: Any, inputs: Sequence[Any]) -> bool:
    """Arrays of floats vary; numbers do if there are no arrays at all."""
    if isinstance(x, float) and not isinstance(x, np.generic):
        return not any(isinstance(e, np.ndarray) for e in inputs)
    return isinstance(x, np.ndarray | np.generic) and x.dtype.kind == "f"


def _argument_names(thing: Any, n: int) -> list[str]:
    try:
        names = list(inspect.signature(thing).parameters)[:n]
    except (TypeError, ValueError):
        names = []
    return names + [f"argument {i}" for i in range(len(names), n)]


def _parameters(thing: Any) -> list[tuple[str, Tensor]]:
    if hasattr(thing, "named_parameters"):
        return list(thing.named_parameters())
    if hasattr(thing, "parameters"):
        return [(f"parameter {i}", p) for i, p in enumerate(thing.parameters())]
    return []
