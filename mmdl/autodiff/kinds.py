r"""The kinds of primitives: what a function's rules say about its derivative.

A primitive is a function :math:`y = f(x_1, \dots, x_n)` on arrays with one *rule*
per argument, ``rule(v, y, x_1, ..., x_n)``, linear in `v`. From the rules come two
maps, the *push* :math:`v \mapsto Df(x) v` (JVP) and the *pull*
:math:`u \mapsto Df(x)^* u` (VJP), and the kind says how:

============ ================================= ==================================
kind         push                              pull
============ ================================= ==================================
pointwise    the rule                          the rule (a diagonal is symmetric)
linear       the function itself               the rule, its adjoint
bilinear     the function, one slot replaced   the rule, that slot's adjoint
differential the rule                          the rule, transposed by a sweep
fused        the definition's                  the kernel's (see `fusion`)
============ ================================= ==================================

Rules are ordinary NumPy. On plain arrays they run at NumPy's speed; when the
derivative is itself differentiated they meet boxes, and are traced like any other
code: every order comes for free (``ch-backpropagation``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

import numpy as np

from mmdl.autodiff.boxes import (
    FLOOR,
    NOWHERE,
    Box,
    Dual,
    Tensor,
    next_level,
    node,
    stop_gradient,
)
from mmdl.autodiff.results import Parts, dual, record
from mmdl.autodiff.sweep import cotangents_of

Rule = Callable[..., Any]
Slots = list[int]


class Primitive:
    """A function, its rules, and the two maps that they give.

    Attributes
    ----------
    name, module, kind : str
    f : callable
        The function on plain arrays.
    rules : tuple
    """

    kind = "primitive"

    def __init__(self, f: Callable[..., Any], rules: tuple[Any, ...]) -> None:
        self.f = f
        self.rules = rules
        self.name = f.__name__.lstrip("_")
        self.module = _home(f, rules)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    def push(self, tangents: dict[int, Any], y: Any, args: Any, kwargs: Any) -> Any:
        """Return :math:`Df(x) v`, with ``tangents[i]`` in slot `i`, 0 elsewhere."""
        return total(self.jvp(i)(v, y, *args, **kwargs) for i, v in tangents.items())

    def jvp(self, i: int) -> Rule:
        """Return the rule ``(v, y, *args) -> D_i f(x) v`` of slot `i`."""
        return cast(Rule, self.rule(i))

    def pull(self, slots: Slots, g: Any, y: Any, args: Any, kwargs: Any) -> Any:
        """Return :math:`D_i f(x)^* g` for each slot `i`."""
        return [self.rule(i)(g, y, *args, **kwargs) for i in slots]

    def rule(self, i: int) -> Any:
        """Return the rule of slot `i`, or refuse."""
        rule = self.rules[i] if i < len(self.rules) else None
        if rule is None:
            raise TypeError(
                f"{self.name}: expected a constant as argument {i}, received a traced "
                "array; it has no derivative there, write stop_gradient(x)."
            )
        return rule

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Peel the highest level, compute inside, and box the value again."""
        level = NOWHERE
        for a in args:
            if isinstance(a, Box) and a.level > level:
                level = a.level
        if level <= FLOOR[0]:
            plain = args if level == NOWHERE else map(stop_gradient, args)
            return self.f(*plain, **kwargs)
        inner, top = list(args), dict[int, Any]()
        for i, a in enumerate(args):
            if isinstance(a, Box) and a.level == level:
                inner[i], top[i] = a.value, a
                self.rule(i)
        y = self.on(*inner, **kwargs)
        first = next(iter(top.values()))
        if type(first) is Tensor:
            pull = partial(self.pull, list(top), y=y, args=inner, kwargs=kwargs)
            return record(y, level, tuple(top.values()), pull)
        if type(first) is not Dual:
            return first.after(self, y, inner, kwargs)
        tangents = {i: a.tangent for i, a in top.items()}
        return dual(y, self.push(tangents, y, inner, kwargs), level)

    def on(self, *args: Any, **kwargs: Any) -> Any:
        """Call `f`, or start again if boxes of a lower level are left."""
        for a in args:
            if isinstance(a, Box):
                return self(*args, **kwargs)
        return self.f(*args, **kwargs)


def _home(f: Callable[..., Any], rules: tuple[Any, ...]) -> str:
    """Return the module that wrote the rules."""
    for rule in rules:
        for r in rule if isinstance(rule, tuple) else (rule,):
            if r is not None:
                return str(r.__module__)
    return str(f.__module__)


class Pointwise(Primitive):
    """The differential is diagonal; `both` gives the VJP by two variables at once."""

    kind = "pointwise"
    both: Rule | None = None

    def pull(self, slots: Slots, g: Any, y: Any, args: Any, kwargs: Any) -> Any:
        """Apply the rules, together where they share work."""
        if self.both is not None and len(slots) == len(self.rules):
            return self.both(g, y, *args, **kwargs)
        return super().pull(slots, g, y, args, kwargs)


class Linear(Primitive):
    """Linear in the first argument; the others are constants."""

    kind = "linear"

    def jvp(self, i: int) -> Rule:
        """Apply the function to the tangent."""
        return lambda v, y, x, *rest, **kwargs: self.on(v, *rest, **kwargs)


class Joint(Primitive):
    """Linear in all its arrays together: ``f(*arrays)``, as in joining them."""

    kind = "linear"

    def rule(self, i: int) -> Any:
        """Return the one rule of all slots."""
        return self.rules[0]

    def push(self, tangents: dict[int, Any], y: Any, args: Any, kwargs: Any) -> Any:
        """Apply the function to the tangents."""
        vs = [
            tangents.get(i, np.zeros(np.shape(a), y.dtype)) for i, a in enumerate(args)
        ]
        return self.on(*vs, **kwargs)

    def pull(self, slots: Slots, g: Any, y: Any, args: Any, kwargs: Any) -> Any:
        """Pick from the cotangents of all arrays."""
        cotangents = self.rules[0](g, y, *args, **kwargs)
        return [cotangents[i] for i in slots]


class Multilinear(Primitive):
    """Linear in each of its array arguments."""

    kind = "bilinear"

    def jvp(self, i: int) -> Rule:
        """Apply the function with the tangent in slot `i`."""
        return lambda v, y, *args, **kwargs: self.on(
            *args[:i], v, *args[i + 1 :], **kwargs
        )


class Differential(Primitive):
    """The rules are JVPs; the VJP is found by transposing them, or given.

    Where `f` returns a tuple, each slot has a tuple of rules, one per entry.
    """

    kind = "differential"
    adjoints: dict[int, Rule]

    def push(self, tangents: dict[int, Any], y: Any, args: Any, kwargs: Any) -> Any:
        """Apply the rules, entry by entry."""
        if isinstance(y, tuple):
            return [self._push(j, tangents, y, args, kwargs) for j in range(len(y))]
        return self._push(None, tangents, y, args, kwargs)

    def _push(
        self, j: int | None, tangents: dict[int, Any], y: Any, args: Any, kwargs: Any
    ) -> Any:
        rules = {i: self.rule(i) if j is None else self.rule(i)[j] for i in tangents}
        return total(
            rules[i](v, y, *args, **kwargs) for i, v in tangents.items() if rules[i]
        )

    def pull(self, slots: Slots, g: Any, y: Any, args: Any, kwargs: Any) -> Any:
        """Transpose the rules, where no adjoint is known."""
        free = [i for i in slots if i not in self.adjoints]
        found = dict(zip(free, self._transposed(free, g, y, args, kwargs), strict=True))
        for i in set(slots) - set(free):
            found[i] = self.adjoints[i](g, y, *args, **kwargs)
        return [found[i] for i in slots]

    def _transposed(self, slots: Slots, g: Any, y: Any, args: Any, kwargs: Any) -> Any:
        if not slots:
            return []
        level = next_level()
        leaves = [
            node(np.zeros(args[i].shape, args[i].dtype)[()], level, (), None)
            for i in slots
        ]
        tangents = dict(zip(slots, leaves, strict=True))
        wanted = g.items() if isinstance(g, Parts) else [(None, g)]
        roots = [(self._push(j, tangents, y, args, kwargs), gj) for j, gj in wanted]
        return cotangents_of(roots, leaves)


def total(terms: Any) -> Any:
    """Add up, without the 0 that `sum` begins with; None if there are none."""
    result = None
    for t in terms:
        result = t if result is None else result + t
    return result
