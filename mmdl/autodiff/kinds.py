"""The kinds of primitives: how a function and its derivative enter the table.

A primitive is a NumPy function :math:`y = f(x_1, \\dots, x_n)` with one *rule* per
argument, ``rule(v, y, x_1, ..., x_n)``, linear in `v`:

- `pointwise`: the differential is diagonal, so the rule :math:`v \\mapsto v f'(x)`
  is both the JVP and the VJP (broadcasting is undone in the sweep);
- `linear`: the JVP is the map itself, the rule is its adjoint;
- `bilinear`: linear in each argument, the rules are the two adjoints (and
  `multilinear` for any number of arguments);
- `differential`: the rule is the JVP, written with the other kinds; the engine finds
  the VJP by sweeping that line backwards;
- `fused`: a definition (the formula of the book) and a kernel that is fast, see
  `mmdl.autodiff.fusion`.

Rules are ordinary NumPy. On plain arrays they run at NumPy's speed; when the
derivative is itself differentiated they meet boxes, and are traced like any other
code: every order comes for free (``ch-backpropagation``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import (
    FLOOR,
    FUNCTIONS,
    UFUNCS,
    Box,
    Dual,
    Tensor,
    next_level,
    node,
    stop_gradient,
)
from mmdl.autodiff.sweep import cotangents_of

Rule = Callable[..., Any]
PRIMITIVES: dict[str, Primitive] = {}


class Primitive:
    """A function, its rules, and the two maps that they give.

    Attributes
    ----------
    name, module, kind : str
        The key in the registry `PRIMITIVES` is ``module.name``.
    f : callable
        The function on plain arrays.
    rules : tuple of callables
    """

    kind = "primitive"

    def __init__(self, f: Callable[..., Any], rules: tuple[Rule | None, ...]) -> None:
        self.f = f
        self.rules = rules
        self.name = f.__name__
        self.module = next((r.__module__ for r in rules if r), f.__module__)
        PRIMITIVES[f"{self.module}.{self.name}"] = self

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    def push(self, tangents: dict[int, Any], y: Any, args: Any, kwargs: Any) -> Any:
        """Return :math:`Df(x) v`, with ``tangents[i]`` in slot `i`, 0 elsewhere."""
        raise NotImplementedError

    def pull(self, slots: Any, g: Any, y: Any, args: Any, kwargs: Any) -> Any:
        """Return :math:`D_i f(x)^* g` for each slot `i`."""
        return [self.rule(i)(g, y, *args, **kwargs) for i in slots]

    def rule(self, i: int) -> Rule:
        """Return the rule of slot `i`, or refuse."""
        rule = self.rules[i] if i < len(self.rules) else None
        if rule is None:
            raise TypeError(
                f"{self.name}: expected a constant as argument {i}, received a "
                "Tensor; there is no derivative with respect to it, use "
                "stop_gradient."
            )
        return rule

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Peel the highest level, compute inside, and box the result again."""
        level = max([a.level for a in args if isinstance(a, Box)], default=-1)
        if level <= FLOOR[0]:
            return self.f(*map(stop_gradient, args), **kwargs)
        slots = [
            i for i, a in enumerate(args) if isinstance(a, Box) and a.level == level
        ]
        inner = [a.value if i in slots else a for i, a in enumerate(args)]
        y = self(*inner, **kwargs)
        if type(args[slots[0]]) is Tensor:
            pull = partial(self.pull, slots, y=y, args=inner, kwargs=kwargs)
            return record(y, level, tuple(args[i] for i in slots), pull)
        tangents = {i: args[i].tangent for i in slots}
        return dual(y, self.push(tangents, y, inner, kwargs), level)


class Pointwise(Primitive):
    """The differential is diagonal."""

    kind = "pointwise"

    def push(self, tangents: dict[int, Any], y: Any, args: Any, kwargs: Any) -> Any:
        return _total(self.rule(i)(v, y, *args) for i, v in tangents.items())


class Linear(Primitive):
    """Linear in the first argument, the others are constants."""

    kind = "linear"

    def push(self, tangents: dict[int, Any], y: Any, args: Any, kwargs: Any) -> Any:
        self.rule(max(tangents))
        return _call(self, tangents[0], *args[1:], **kwargs)


class Joint(Primitive):
    """Linear in all its arrays together: ``f(*arrays)``, as in joining them."""

    kind = "linear"

    def push(self, tangents: dict[int, Any], y: Any, args: Any, kwargs: Any) -> Any:
        vs = [tangents.get(i, np.zeros(a.shape, a.dtype)) for i, a in enumerate(args)]
        return _call(self, *vs, **kwargs)

    def pull(self, slots: Any, g: Any, y: Any, args: Any, kwargs: Any) -> Any:
        cotangents = self.rule(0)(g, y, *args, **kwargs)
        return [cotangents[i] for i in slots]


class Multilinear(Primitive):
    """Linear in each of its array arguments."""

    kind = "bilinear"

    def push(self, tangents: dict[int, Any], y: Any, args: Any, kwargs: Any) -> Any:
        return _total(
            _call(self, *args[:i], v, *args[i + 1 :], **kwargs)
            for i, v in tangents.items()
        )


class Differential(Primitive):
    """The rules are JVPs; the VJP is found by transposing them."""

    kind = "differential"

    def push(self, tangents: dict[int, Any], y: Any, args: Any, kwargs: Any) -> Any:
        parts = [self.rule(i)(v, y, *args, **kwargs) for i, v in tangents.items()]
        if isinstance(y, tuple):
            return tuple(map(_total, zip(*parts, strict=True)))
        return _total(parts)

    def pull(self, slots: Any, g: Any, y: Any, args: Any, kwargs: Any) -> Any:
        level = next_level()
        zeros = [np.zeros(args[i].shape, args[i].dtype) for i in slots]
        leaves = [node(z, level, (), None) for z in zeros]
        out = self.push(dict(zip(slots, leaves, strict=True)), y, args, kwargs)
        roots = list(g.roots(out)) if isinstance(g, Parts) else [(out, g)]
        return cotangents_of(roots, leaves)


def _call(primitive: Primitive, *args: Any, **kwargs: Any) -> Any:
    if any(isinstance(a, Box) for a in args):
        return primitive(*args, **kwargs)
    return primitive.f(*args, **kwargs)


def _total(terms: Any) -> Any:
    total = None
    for t in terms:
        total = t if total is None else total + t
    return total


# Results ---------------------------------------------------------------------------


class Parts:
    """Cotangents of some of the entries of a tuple, until all have arrived."""

    shape = None  # never to be summed over: see sweep

    def __init__(self, entries: dict[int, Any]) -> None:
        self.entries = entries

    def __add__(self, other: Parts) -> Parts:
        return Parts(self.entries | other.entries)

    def roots(self, out: tuple[Any, ...]) -> Any:
        """Pair each entry of `out` with its cotangent."""
        return ((out[i], g) for i, g in self.entries.items())

    def filled(self, y: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return one cotangent per entry of `y`, zero where none came."""
        return tuple(
            self.entries[i] if i in self.entries else np.zeros(e.shape, e.dtype)
            for i, e in enumerate(y)
        )


def record(y: Any, level: int, parents: tuple[Tensor, ...], pull: Any) -> Any:
    """Box a result for the reverse sweep; a tuple becomes a tuple of Tensors."""
    if not isinstance(y, tuple):
        return node(y, level, parents, pull)
    whole = node(Parts({}), level, parents, pull)
    return _like(
        y,
        (
            node(e, level, (whole,), lambda g, i=i: (Parts({i: g}),))
            for i, e in enumerate(y)
        ),
    )


def dual(y: Any, tangent: Any, level: int) -> Any:
    """Box a result for forward mode; the tangent gets the shape of the value."""
    if isinstance(y, tuple):
        return _like(y, map(dual, y, tangent, [level] * len(y)))
    if tangent.shape != y.shape:
        tangent = np.broadcast_to(tangent, y.shape)
    return Dual(y, tangent, level)


def _like(y: tuple[Any, ...], entries: Any) -> Any:
    return type(y)(*entries) if hasattr(y, "_fields") else tuple(entries)


# Entries of the table --------------------------------------------------------------


def pointwise(f: Callable[..., Any], *rules: Rule | None) -> Callable[..., Any]:
    """Enter a function of matching entries: one line, ``v * f'(x)``, per argument.

    Parameters
    ----------
    f : NumPy function or ufunc
        Applied entry by entry, broadcasting its arguments.
    *rules : callable
        ``rule(v, y, *args)`` for each argument, None for one that must be constant.

    Returns
    -------
    callable
        The differentiable function; NumPy's own name now leads to it too.

    Examples
    --------
    >>> import numpy as np
    >>> def cube(x):
    ...     return x**3
    >>> cube = pointwise(cube, lambda v, y, x: v * 3 * x**2)
    """
    return _enter(Pointwise(f, rules))


def linear(f: Callable[..., Any], adjoint: Rule) -> Callable[..., Any]:
    """Enter a map ``f(x, *parameters)`` linear in `x`, with its adjoint.

    Parameters
    ----------
    f : NumPy function
    adjoint : callable
        ``adjoint(g, y, x, *parameters)``, of which `x` and `y` only lend their
        shapes.
    """
    return _enter(Linear(f, (adjoint,)))


def joint(f: Callable[..., Any], adjoint: Rule) -> Callable[..., Any]:
    """Enter a map ``f(*arrays, **parameters)`` linear in all its arrays together.

    Parameters
    ----------
    f : NumPy function
    adjoint : callable
        ``adjoint(g, y, *arrays, **parameters)`` gives one cotangent per array.
    """
    return _enter(Joint(f, (adjoint,)))


def bilinear(
    f: Callable[..., Any], adjoint_a: Rule, adjoint_b: Rule
) -> Callable[..., Any]:
    """Enter ``f(a, b)``, linear in `a` and in `b`, with the adjoint of each.

    Parameters
    ----------
    f : NumPy function or ufunc
    adjoint_a, adjoint_b : callable
        ``adjoint(g, y, a, b, **parameters)``.
    """
    return _enter(Multilinear(f, (adjoint_a, adjoint_b)))


def differential(f: Callable[..., Any], *rules: Rule | None) -> Callable[..., Any]:
    """Enter `f` by its differential, ``rule(v, y, *args)``, one line per argument.

    The line is the JVP. It is linear in `v` and written with functions of the table,
    so the engine transposes it. For functions defined by an equation this is the
    shortest proof: from :math:`A Y = I` follows :math:`dY = -Y\\,dA\\,Y`.
    """
    return _enter(Differential(f, rules))


def _enter(p: Primitive) -> Callable[..., Any]:
    short = {1: _one, 2: _two}.get(len(p.rules), _any)
    op = (_any if isinstance(p, Joint | Differential) else short)(p)
    op.__name__ = op.__qualname__ = p.name
    op.__module__ = p.module
    op.__doc__ = p.f.__doc__
    op.primitive = p  # type: ignore[attr-defined]
    return register(p.f, op)


def _any(p: Primitive) -> Callable[..., Any]:
    return lambda *args, **kwargs: p(*args, **kwargs)


def register(f: Any, op: Callable[..., Any]) -> Callable[..., Any]:
    """Let NumPy's function `f` lead to `op` when it meets a box."""
    if isinstance(f, np.ufunc):
        UFUNCS[f] = op
    elif f.__module__.split(".")[0] == "numpy":
        FUNCTIONS[f] = op
    return op


def _one(p: Primitive) -> Callable[..., Any]:
    """Return the short way for one array argument, at the first order."""
    f, rule, floor = _inside(p), p.rules[0], FLOOR

    def op(x: Any, *rest: Any, **kwargs: Any) -> Any:
        if type(x) is not Tensor or x.level <= floor[0]:
            return p(x, *rest, **kwargs)
        a = x.value
        y = f(a, *rest, **kwargs)
        return node(y, x.level, (x,), lambda g: (rule(g, y, a, *rest, **kwargs),))

    return op


def _two(p: Primitive) -> Callable[..., Any]:
    """Return the short way for two array arguments, at the first order."""
    (left, right), f, floor = p.rules, _inside(p), FLOOR

    def op(a: Any, b: Any, **kwargs: Any) -> Any:
        if kwargs or left is None or right is None:
            return p(a, b, **kwargs)
        if type(a) is Tensor and a.level > floor[0]:
            x = a.value
            if type(b) is Tensor and b.level == a.level:
                z = b.value
                y = f(x, z)
                return node(
                    y, a.level, (a, b), lambda g: (left(g, y, x, z), right(g, y, x, z))
                )
            if not isinstance(b, Box):
                y = f(x, b)
                return node(y, a.level, (a,), lambda g: (left(g, y, x, b),))
        elif type(b) is Tensor and b.level > floor[0] and not isinstance(a, Box):
            z = b.value
            y = f(a, z)
            return node(y, b.level, (b,), lambda g: (right(g, y, a, z),))
        return p(a, b)

    return op


def _inside(p: Primitive) -> Callable[..., Any]:
    """Return what computes the value: NumPy finds boxes by itself, our f do not."""
    numpys = isinstance(p.f, np.ufunc) or p.f.__module__.split(".")[0] == "numpy"
    return p.f if numpys else partial(_call, p)
