r"""Methods that know the curvature, or learn it on the way.

Newton solves :math:`D^2 f(w)\,p = -\nabla f(w)`; conjugate gradients solve it
with Hessian-vector products alone; L-BFGS guesses :math:`D^2 f` from the last
few differences of gradients.  All take a plain function of one flat vector.
Chapters ``ch-logistic-regression`` and ``ch-gradient-descent``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdl.optim.base import Array
from mmdl.optim.linesearch import armijo, wolfe

Function = Callable[[Array], Any]


@dataclass(frozen=True)
class Minimum:
    r"""Where a method stopped.

    Attributes
    ----------
    w : (d,) array
        The last point.
    value, gradient_norm : float
        :math:`f(w)` and :math:`|\nabla f(w)|`.
    steps : int
    converged : bool
        Whether the gradient's norm fell below the tolerance.

    Examples
    --------
    >>> newton(lambda w: np.sum(w**2), np.ones(2)).converged
    True
    """

    w: Array
    value: float
    gradient_norm: float
    steps: int
    converged: bool


def conjugate_gradient(
    product: Callable[[Array], Array],
    b: Array,
    *,
    tol: float = 1e-10,
    max_steps: int | None = None,
) -> Array:
    r"""Solve :math:`Ax = b` with a positive definite :math:`A` that only multiplies.

    The method of conjugate gradients (Hestenes and Stiefel, 1952).

    Parameters
    ----------
    product : callable
        (d,) array to (d,) array.
    b : (d,) array
    tol : float
        Stops at :math:`|Ax-b| \le \mathrm{tol}\,|b|`.
    max_steps : int, optional
        ``2 d`` if not given: d suffice without rounding errors.

    Returns
    -------
    (d,) array
        Where a direction of curvature at most zero shows up, the iterate
        before it (or b itself, at the start): still a direction of descent.

    Examples
    --------
    >>> import numpy as np
    >>> from mmdl.optim import conjugate_gradient
    >>> A = np.array([[2.0, 1.0], [1.0, 3.0]])
    >>> conjugate_gradient(lambda v: A @ v, np.array([3.0, 4.0]))
    array([1., 1.])
    """
    x, r, p = np.zeros_like(b), b.copy(), b.copy()
    square = float(r @ r)
    stop = tol * tol * square
    for k in range(2 * b.size if max_steps is None else max_steps):
        if square <= stop:
            break
        q = np.asarray(product(p))
        curvature = float(p @ q)
        if curvature <= 0:
            return b.copy() if k == 0 else x
        step = square / curvature
        x += step * p
        r -= step * q
        square, old = float(r @ r), square
        p = r + (square / old) * p
    return x


def newton(
    f: Function, w0: Array, *, tol: float = 1e-8, max_steps: int = 100
) -> Minimum:
    r"""Damped Newton: :math:`D^2f(w)\,p = -\nabla f(w)`, step by Armijo's rule.

    Parameters
    ----------
    f : callable
        NumPy function of a (d,) array with a scalar value; derivatives come
        from :mod:`mmdl.autodiff`.
    w0 : (d,) array
    tol : float
        Stops at :math:`|\nabla f| \le \mathrm{tol}`.
    max_steps : int

    Returns
    -------
    Minimum

    Raises
    ------
    numpy.linalg.LinAlgError
        If the Hessian is singular.

    Examples
    --------
    >>> found = newton(lambda w: np.sum(np.cosh(w - 1.0)), np.zeros(2))
    >>> found.w.round(9), found.steps
    (array([1., 1.]), 4)
    """
    from mmdl.autodiff import hessian

    curvature = hessian(f)
    return _descend(
        f, w0, lambda w, g: -np.linalg.solve(curvature(w), g), tol, max_steps
    )


def newton_cg(
    f: Function, w0: Array, *, tol: float = 1e-8, max_steps: int = 200
) -> Minimum:
    r"""Newton without the matrix.

    Each direction comes from :func:`conjugate_gradient` on Hessian-vector
    products. The system is solved to the relative accuracy
    :math:`\min(1/2, \sqrt{|\nabla f|})`, which keeps superlinear convergence
    (Nocedal and Wright, 2006, Theorem 7.2).

    Parameters
    ----------
    f : callable
        NumPy function of a (d,) array with a scalar value.
    w0 : (d,) array
    tol : float
        Stops at :math:`|\nabla f| \le \mathrm{tol}`.
    max_steps : int

    Returns
    -------
    Minimum

    Examples
    --------
    >>> found = newton_cg(lambda w: np.sum(np.cosh(w - 1.0)), np.zeros(2))
    >>> found.w.round(6), found.converged
    (array([1., 1.]), True)
    """
    from mmdl.autodiff import hvp

    def direction(w: Array, g: Array) -> Array:
        accuracy = min(0.5, float(np.sqrt(np.linalg.norm(g))))
        return -conjugate_gradient(lambda v: hvp(f, w, v), g, tol=accuracy)

    return _descend(f, w0, direction, tol, max_steps)


def _descend(
    f: Function,
    w0: Array,
    direction: Callable[[Array, Array], Array],
    tol: float,
    max_steps: int,
) -> Minimum:
    """Steps by Armijo's rule along the given directions; else along -gradient."""
    value, gradient = _plain(f)
    w = np.array(w0, dtype=float)
    g = gradient(w)
    for k in range(max_steps):
        if np.linalg.norm(g) <= tol:
            return Minimum(w, value(w), float(np.linalg.norm(g)), k, True)
        p = direction(w, g)
        if not g @ p < 0:
            p = -g
        w = w + armijo(value, w, p, float(g @ p)) * p
        g = gradient(w)
    norm = float(np.linalg.norm(g))
    return Minimum(w, value(w), norm, max_steps, norm <= tol)


def lbfgs(
    f: Function,
    w0: Array,
    *,
    memory: int = 10,
    tol: float = 1e-8,
    max_steps: int = 500,
) -> Minimum:
    r"""L-BFGS (Nocedal, 1980): the inverse Hessian from the last differences.

    With :math:`s = w_{k+1}-w_k` and :math:`y = g_{k+1}-g_k` the two-loop
    recursion applies the approximation of :math:`(D^2f)^{-1}` to the gradient
    in ``4 memory d`` operations; the steps satisfy both of Wolfe's conditions.

    Parameters
    ----------
    f : callable
        NumPy function of a (d,) array with a scalar value.
    w0 : (d,) array
    memory : int
        How many pairs are kept.
    tol : float
        Stops at :math:`|\nabla f| \le \mathrm{tol}`.
    max_steps : int

    Returns
    -------
    Minimum

    Examples
    --------
    >>> found = lbfgs(lambda w: np.sum(np.cosh(w - 1.0)), np.zeros(2))
    >>> found.w.round(6), found.converged
    (array([1., 1.]), True)
    """
    value, gradient = _plain(f)
    w = np.array(w0, dtype=float)
    g = gradient(w)
    pairs: deque[tuple[Array, Array, float]] = deque(maxlen=memory)
    for k in range(max_steps):
        if np.linalg.norm(g) <= tol:
            return Minimum(w, value(w), float(np.linalg.norm(g)), k, True)
        p = -_two_loops(g, pairs)
        tau = wolfe(value, gradient, w, p)
        s, new = tau * p, gradient(w + tau * p)
        y = new - g
        if s @ y > 0:  # Wolfe's curvature condition, lost only to rounding
            pairs.append((s, y, 1 / float(s @ y)))
        elif not s.any():
            break
        w, g = w + s, new
    norm = float(np.linalg.norm(g))
    return Minimum(w, value(w), norm, max_steps, norm <= tol)


def _two_loops(g: Array, pairs: deque[tuple[Array, Array, float]]) -> Array:
    q, alphas = g.copy(), []
    for s, y, rho in reversed(pairs):
        alphas.append(rho * float(s @ q))
        q -= alphas[-1] * y
    if pairs:
        s, y, _ = pairs[-1]
        q *= float(s @ y) / float(y @ y)
    for (s, y, rho), alpha in zip(pairs, reversed(alphas), strict=True):
        q += (alpha - rho * float(y @ q)) * s
    return q


def _plain(f: Function) -> tuple[Callable[[Array], float], Callable[[Array], Array]]:
    from mmdl.autodiff import grad

    derivative = grad(f)
    return lambda w: float(f(w)), lambda w: np.asarray(derivative(w))
