"""Entering primitives into the table: `pointwise`, `linear`, `bilinear`, ...

Each constructor returns the differentiable function and lets NumPy's own name lead
to it, so that ``np.tanh(x)`` works on arrays and on boxes. For one or two arguments
at the first order there is a short way that calls the function, makes the node, and
nothing else: that is where the engine gets its speed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import FLOOR, FUNCTIONS, UFUNCS, Box, Dual, Tensor, node
from mmdl.autodiff.kinds import (
    Differential,
    Joint,
    Linear,
    Multilinear,
    Pointwise,
    Primitive,
    Rule,
)
from mmdl.autodiff.results import dual

Function = Callable[..., Any]

# Every primitive, by "module.name": the tests enumerate it.
PRIMITIVES: dict[str, Any] = {}


def pointwise(f: Function, *rules: Rule | None, both: Rule | None = None) -> Function:
    """Enter a function of matching entries: one line, ``v * f'(x)``, per argument.

    Parameters
    ----------
    f : callable
        Applied entry by entry, broadcasting its arguments: NumPy's, or your own.
    *rules : callable
        ``rule(v, y, *args)`` for each argument, None for one that must be constant.
    both : callable, optional
        All rules at once, a tuple, for a VJP by two variables where they share work.

    Returns
    -------
    callable
        The differentiable function.

    Examples
    --------
    >>> import numpy as np
    >>> from mmdl import grad
    >>> def cube(x):
    ...     return x * x * x
    >>> cube = pointwise(cube, lambda v, y, x: v * (3 * x**2))
    >>> grad(cube)(2.0)
    np.float64(12.0)
    """
    short = {1: _one, 2: _two}.get(len(rules), plainly)
    primitive = Pointwise(f, rules)
    primitive.both = both
    return enter(primitive, plainly if None in rules else short)


def linear(f: Function, adjoint: Rule) -> Function:
    """Enter a map ``f(x, *parameters)`` linear in `x`, with its adjoint.

    Parameters
    ----------
    f : callable
    adjoint : callable
        ``adjoint(g, y, x, *parameters)``, to which `x` and `y` lend their shapes.

    Returns
    -------
    callable

    Examples
    --------
    >>> def reversed_rows(x):
    ...     return x[::-1]
    >>> op = linear(reversed_rows, lambda g, y, x: g[::-1])
    >>> from mmdl import vjp
    >>> vjp(op, np.array([1.0, 2.0]))[1](np.array([1.0, 0.0]))
    array([0., 1.])
    """
    return enter(Linear(f, (adjoint,)), _one)


def joint(f: Function, adjoint: Rule) -> Function:
    """Enter a map ``f(*arrays, **parameters)`` linear in all its arrays together.

    Parameters
    ----------
    f : callable
    adjoint : callable
        ``adjoint(g, y, *arrays, **parameters)`` gives one cotangent per array.

    Returns
    -------
    callable

    Examples
    --------
    >>> def side_by_side(a, b):
    ...     return np.concatenate([a, b])
    >>> op = joint(side_by_side, lambda g, y, a, b: [g[: len(a)], g[len(a) :]])
    >>> from mmdl import vjp
    >>> vjp(op, np.ones(1), np.ones(2))[1](np.array([1.0, 2.0, 3.0]))
    (array([1.]), array([2., 3.]))
    """
    return enter(Joint(f, (adjoint,)), plainly)


def bilinear(f: Function, *adjoints: Rule) -> Function:
    """Enter ``f(a, b)``, linear in `a` and in `b`, with the adjoint of each.

    Parameters
    ----------
    f : callable
    *adjoints : callable
        ``adjoint(g, y, a, b, **parameters)``, one per argument (mostly two).

    Returns
    -------
    callable

    Examples
    --------
    >>> def product(a, b):
    ...     return a * b
    >>> op = bilinear(product, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)
    >>> from mmdl import grad
    >>> grad(lambda x: op(x, x))(3.0)
    np.float64(6.0)
    """
    return enter(Multilinear(f, adjoints), _two if len(adjoints) == 2 else plainly)


def differential(
    f: Function, *rules: Any, adjoints: dict[int, Rule] | None = None
) -> Function:
    r"""Enter `f` by its differential: one line ``rule(v, y, *args)`` per argument.

    The line is the JVP. It is linear in `v` and made of functions of the table, so
    the engine can transpose it. For a function that is defined by an equation this
    is the shortest way: from :math:`A Y = I` follows :math:`dY = -Y\,dA\,Y`.

    Parameters
    ----------
    f : callable
    *rules : callable, or tuple of them
        If `f` returns a tuple: one rule per entry, None for a constant entry.
    adjoints : dict of int to callable, optional
        VJPs of arguments, where they are known: ``adjoint(g, y, *args)``. An argument
        in which `f` itself is linear needs one.

    Returns
    -------
    callable

    Examples
    --------
    >>> def inverse(a):
    ...     return np.linalg.inv(a)
    >>> op = differential(inverse, lambda v, y, a: -y @ v @ y)
    >>> from mmdl import grad
    >>> grad(lambda a: op(a)[0, 0])(2.0 * np.eye(2))
    array([[-0.25,  0.  ],
           [ 0.  ,  0.  ]])
    """
    primitive = Differential(f, rules)
    primitive.adjoints = adjoints or {}
    return enter(primitive, plainly)


def register(f: Any, op: Function) -> Function:
    """Let NumPy's function `f` lead to `op` when it meets a box.

    Parameters
    ----------
    f : NumPy function
    op : callable
        Takes boxes, and arrays in the places of constants.

    Returns
    -------
    callable
        `op`.

    Examples
    --------
    >>> def nearest(x):
    ...     return x * 0.0 + np.round(stop_gradient(x))
    >>> register(np.fft.fftshift, nearest) is nearest
    True
    """
    (UFUNCS if isinstance(f, np.ufunc) else FUNCTIONS)[f] = op
    return op


def composed(*names: Any) -> Callable[[Function], Function]:
    """Let NumPy's functions `names` lead to the decorated composition.

    Parameters
    ----------
    *names : NumPy functions
        None is passed over: a function that this NumPy does not have.

    Returns
    -------
    decorator

    Examples
    --------
    >>> @composed(np.i0)
    ... def bessel(x):
    ...     return 1 + x * x / 4 + x**4 / 64
    >>> from mmdl import grad
    >>> grad(np.i0)(1.0)
    np.float64(0.5625)
    """

    def lead(op: Function) -> Function:
        for f in filter(None, names):
            register(f, op)
        return op

    return lead


def enter(p: Primitive, way: Callable[[Primitive], Function]) -> Function:
    """Put a primitive into the registry, and its function where NumPy finds it."""
    op = way(p)
    op.__name__ = op.__qualname__ = p.name
    op.__module__ = p.module
    numpys = isinstance(p.f, np.ufunc) or (p.f.__module__ or "").startswith("numpy")
    op.__doc__ = f"``np.{p.name}``, {p.kind}." if numpys else p.f.__doc__
    op.primitive = p  # type: ignore[attr-defined]
    PRIMITIVES[f"{p.module}.{p.name}"] = p
    return register(p.f, op) if numpys else op


def plainly(p: Primitive) -> Function:
    """Return the general way."""

    def op(*args: Any, **kwargs: Any) -> Any:
        return p(*args, **kwargs)

    return op


def _one(p: Primitive) -> Function:
    """Return the short way for one array: its rule is the pullback."""
    f, rule, push, floor = p.f, p.rules[0], p.jvp(0), FLOOR

    def op(x: Any, *rest: Any, **kwargs: Any) -> Any:
        if type(x) is Tensor and x.level > floor[0]:
            a = x.value
            y = p(a, *rest, **kwargs) if isinstance(a, Box) else f(a, *rest, **kwargs)
            return node(y, x.level, (x,), lambda g: (rule(g, y, a, *rest, **kwargs),))
        if type(x) is Dual and x.level > floor[0]:
            a = x.value
            y = p.on(a, *rest, **kwargs)
            return dual(y, push(x.tangent, y, a, *rest, **kwargs), x.level)
        return p(x, *rest, **kwargs)

    return op


def _two(p: Primitive) -> Function:
    """Return the short way for two arrays, one or both of them Tensors."""
    (left, right), forward, floor = p.rules, _two_duals(p), FLOOR
    f = p.f if isinstance(p.f, np.ufunc) else p.on
    both = getattr(p, "both", None)

    def op(a: Any, b: Any, **kwargs: Any) -> Any:
        if kwargs:
            return p(a, b, **kwargs)
        if type(a) is Tensor and a.level > floor[0]:
            x = a.value
            if type(b) is Tensor and b.level == a.level:
                z = b.value
                y = f(x, z)
                if both is not None:
                    return node(y, a.level, (a, b), lambda g: both(g, y, x, z))
                return node(
                    y, a.level, (a, b), lambda g: (left(g, y, x, z), right(g, y, x, z))
                )
            if not isinstance(b, Box):
                b = np.asarray(b) if type(b) is list else b
                y = f(x, b)
                return node(y, a.level, (a,), lambda g: (left(g, y, x, b),))
        elif type(b) is Tensor and b.level > floor[0] and not isinstance(a, Box):
            z = b.value
            a = np.asarray(a) if type(a) is list else a
            y = f(a, z)
            return node(y, b.level, (b,), lambda g: (right(g, y, a, z),))
        return forward(a, b)

    return op


def _two_duals(p: Primitive) -> Function:
    """Return the short way in forward mode."""
    left, right, f, floor = p.jvp(0), p.jvp(1), p.on, FLOOR

    def op(a: Any, b: Any) -> Any:
        if type(a) is Dual and a.level > floor[0]:
            x = a.value
            if type(b) is Dual and b.level == a.level:
                z = b.value
                y = f(x, z)
                t = left(a.tangent, y, x, z) + right(b.tangent, y, x, z)
                return dual(y, t, a.level)
            if not isinstance(b, Box):
                b = np.asarray(b) if type(b) is list else b
                y = f(x, b)
                return dual(y, left(a.tangent, y, x, b), a.level)
        elif type(b) is Dual and b.level > floor[0] and not isinstance(a, Box):
            z = b.value
            a = np.asarray(a) if type(a) is list else a
            y = f(a, z)
            return dual(y, right(b.tangent, y, a, z), b.level)
        return p(a, b)

    return op
