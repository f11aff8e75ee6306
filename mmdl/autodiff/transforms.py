r"""Derivatives of plain functions: `grad`, `vjp`, `jvp` and what they give together.

With :math:`Df(x)` the differential and :math:`Df(x)^*` its adjoint
(``ch-backpropagation``):

- JVP, forward mode: :math:`v \mapsto Df(x) v`;
- VJP, reverse mode: :math:`u \mapsto Df(x)^* u`;
- gradient: :math:`\nabla f(x) = Df(x)^* 1`;
- Hessian times a vector: the JVP of the gradient, :math:`D(\nabla f)(x) v`.

Each call opens a level of its own, so transforms nest in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import Box, Dual, floating, next_level, node
from mmdl.autodiff.sweep import cotangents_of, seed_for
from mmdl.autodiff.tree import filled, leaves_of, map_tree
from mmdl.errors import ShapeError

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]


def value_and_grad(f: Function, argnums: Argnums = 0) -> Function:
    """Return the function ``x -> (f(x), gradient of f at x)``.

    Parameters
    ----------
    f : callable
        Ordinary NumPy code that returns a number.
    argnums : int or tuple of ints
        The arguments to differentiate. Each is an array or a nest of tuples, lists
        and dictionaries of arrays; its gradient has the same structure and shapes.

    Returns
    -------
    callable

    Raises
    ------
    TypeError
        If an argument to be differentiated is not made of floating-point numbers.
    ShapeError
        If `f` returns an array instead of a number.

    Examples
    --------
    >>> import numpy as np
    >>> value_and_grad(lambda x: np.sum(x**2))(np.array([1.0, 2.0]))
    (np.float64(5.0), array([2., 4.]))
    """
    return _differentiated("value_and_grad", f, argnums)


def grad(f: Function, argnums: Argnums = 0) -> Function:
    r"""Return the gradient of `f`, :math:`\nabla f(x) = Df(x)^* 1`, as a function.

    Parameters
    ----------
    f : callable
        Ordinary NumPy code that returns a number.
    argnums : int or tuple of ints
        The arguments to differentiate, as for `value_and_grad`.

    Returns
    -------
    callable

    Raises
    ------
    TypeError, ShapeError
        When called: as for `value_and_grad`.

    Examples
    --------
    >>> import numpy as np
    >>> grad(np.tanh)(0.0)
    np.float64(1.0)
    >>> grad(grad(lambda x: x**3))(2.0)
    np.float64(12.0)
    """
    both = _differentiated("grad", f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def _differentiated(who: str, f: Function, argnums: Argnums) -> Function:
    @wraps(f)
    def both(*args: Any, **kwargs: Any) -> Any:
        level = next_level()
        boxed, chosen = list(args), []
        for i in argnums if isinstance(argnums, tuple) else (argnums,):
            boxed[i] = _leaves(who, _argument(who, args, i), level)
            chosen.append(boxed[i])
        y = f(*boxed, **kwargs)
        _require_number(who, y)
        leaves = leaves_of(chosen)
        cotangents = cotangents_of([(y, seed_for(who, y, 1.0))], leaves)
        result = filled(tuple(chosen), cotangents)
        return _value(y, level), result if isinstance(argnums, tuple) else result[0]

    return both


def _argument(who: str, args: tuple[Any, ...], i: int) -> Any:
    if not -len(args) <= i < len(args):
        raise IndexError(
            f"{who}: expected argnums among the {len(args)} arguments, received {i}; "
            "pass what is to be differentiated by position."
        )
    return args[i]


def _require_number(who: str, y: Any) -> None:
    if not isinstance(y, Box | np.ndarray | np.generic | float | int):
        raise TypeError(
            f"{who}: expected a function that returns a number, received "
            f"{type(y).__name__}; return the loss alone."
        )
    if np.shape(y) != ():
        raise ShapeError(
            f"{who}: expected a function that returns a number, received a value of "
            f"shape {np.shape(y)}; take its sum or mean, or use vjp or jacobian."
        )


def _leaves(who: str, tree: Any, level: int) -> Any:
    return map_tree(lambda x: node(floating(who, x), level, (), None), tree)


def _value(y: Any, level: int) -> Any:
    return y.value if isinstance(y, Box) and y.level == level else y


def vjp(f: Function, *xs: Any) -> tuple[Any, Function]:
    r"""Return ``f(*xs)`` and the pullback :math:`u \mapsto Df(x)^* u`.

    Parameters
    ----------
    f : callable
        May return an array or a nest of tuples, lists and dictionaries of arrays.
    *xs : arrays (or nests of them)
        The point.

    Returns
    -------
    y
        The value.
    pullback : callable
        Takes a cotangent like `y`; returns the cotangent of `x`, a tuple of them if
        there are several arguments. May be called many times.

    Examples
    --------
    >>> import numpy as np
    >>> y, pullback = vjp(lambda W: np.array([1.0, 2.0]) @ W, np.eye(2))
    >>> pullback(np.array([1.0, 0.0]))
    array([[1., 0.],
           [2., 0.]])
    """
    level = next_level()
    boxed = tuple(_leaves("vjp", x, level) for x in xs)
    y = f(*boxed)
    outputs, leaves = leaves_of(y), leaves_of(boxed)

    def pullback(u: Any) -> Any:
        seeds = [
            seed_for("vjp", e, g) for e, g in zip(outputs, leaves_of(u), strict=True)
        ]
        pairs = list(zip(outputs, seeds, strict=True))
        result = filled(boxed, cotangents_of(pairs, leaves, free=False))
        return result if len(xs) > 1 else result[0]

    return map_tree(lambda e: _value(e, level), y), pullback


def jvp(f: Function, x: Any, v: Any) -> tuple[Any, Any]:
    """Return :math:`f(x)` and the derivative in a direction, :math:`Df(x) v`.

    Parameters
    ----------
    f : callable
    x : array, or tuple of the arguments of `f`
    v : like `x`
        The direction.

    Returns
    -------
    y, Df(x) v
        Of the same shape.

    Examples
    --------
    >>> import numpy as np
    >>> jvp(np.sin, 0.0, 2.0)
    (np.float64(0.0), np.float64(2.0))
    """
    level = next_level()
    xs, vs = (x, v) if isinstance(x, tuple) else ((x,), (v,))
    y = f(*map_tree(lambda a, t: _dual(a, t, level), xs, vs))
    return (
        map_tree(lambda e: _value(e, level), y),
        map_tree(lambda e: _tangent(e, level), y),
    )


def _dual(x: Any, v: Any, level: int) -> Dual:
    x = floating("jvp", x)
    if not isinstance(v, Box):
        v = np.asarray(v, dtype=x.dtype)[()]
    if v.shape != x.shape:
        raise ShapeError(
            f"jvp: expected a direction of shape {x.shape}, the point's, received "
            f"{v.shape}; give every entry its speed."
        )
    return Dual(x, v, level)


def _tangent(y: Any, level: int) -> Any:
    if isinstance(y, Dual) and y.level == level:
        return y.tangent
    return np.zeros(np.shape(y), getattr(y, "dtype", float))[()]


def hvp(f: Function, x: Any, v: Any, argnums: int = 0) -> Any:
    r"""Return the Hessian of `f` at `x` times `v`, without forming the Hessian.

    Forward mode over reverse mode, :math:`D(\nabla f)(x) v`, at a small multiple of
    the cost of `f`.

    Parameters
    ----------
    f : callable
        Returns a number.
    x : array (or nest), or tuple of the arguments of `f`
    v : like `x` (if `x` is a tuple, like ``x[argnums]``)
        The direction.
    argnums : int
        The argument to differentiate twice.

    Returns
    -------
    like `v`

    Examples
    --------
    >>> import numpy as np
    >>> hvp(lambda x: np.sum(x**3), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    args = list(x) if isinstance(x, tuple) else [x]

    def gradient(z: Any) -> Any:
        return grad(f, argnums)(*args[:argnums], z, *args[argnums + 1 :])

    return jvp(gradient, (args[argnums],), (v,))[1]


def jacobian(f: Function, argnums: int = 0) -> Function:
    """Return the function ``x -> J`` of shape ``f(x).shape + x.shape``.

    Column by column with JVPs if `x` has fewer entries than `f(x)`, else row by row
    with VJPs.

    Parameters
    ----------
    f : callable
        Ordinary NumPy code that returns one array.
    argnums : int
        The argument to differentiate, an array.

    Returns
    -------
    callable

    Examples
    --------
    >>> import numpy as np
    >>> jacobian(lambda x: x**2)(np.array([1.0, 3.0]))
    array([[2., 0.],
           [0., 6.]])
    """

    @wraps(f)
    def full(*args: Any, **kwargs: Any) -> Any:
        def of_one(z: Any) -> Any:
            return f(*args[:argnums], z, *args[argnums + 1 :], **kwargs)

        x = floating("jacobian", args[argnums])
        y, pullback = vjp(of_one, x)
        if x.size < y.size:
            columns = [jvp(of_one, (x,), (e,))[1] for e in _basis(x)]
            return np.reshape(_stacked(columns, y, -1), y.shape + x.shape)
        rows = [pullback(e) for e in _basis(y)]
        return np.reshape(_stacked(rows, x, 0), y.shape + x.shape)

    return full


def _basis(x: Any) -> Any:
    for i in range(x.size):
        e = np.zeros(x.size, x.dtype)
        e[i] = 1
        yield e.reshape(x.shape)


def _stacked(slices: list[Any], like: Any, axis: int) -> Any:
    return np.stack(slices, axis) if slices else np.zeros((0, like.size), like.dtype)


def hessian(f: Function, argnums: int = 0) -> Function:
    """Return the function ``x -> Hessian`` of shape ``x.shape + x.shape``.

    Parameters
    ----------
    f : callable
        Ordinary NumPy code that returns a number.
    argnums : int
        The argument to differentiate, an array.

    Returns
    -------
    callable

    Examples
    --------
    >>> import numpy as np
    >>> hessian(lambda x: x[0] * x[1])(np.array([3.0, 4.0]))
    array([[0., 1.],
           [1., 0.]])
    """
    return jacobian(grad(f, argnums), argnums)
