r"""How far to go along a direction of descent.

Armijo's rule asks for a fixed share of the decrease that the slope promises;
Wolfe's second condition forbids steps that are too short.  Chapter
``ch-gradient-descent`` proves that backtracking stops, and after how many tries.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mmdl.optim.base import Array

Function = Callable[[Array], float]
Gradient = Callable[[Array], Array]


def armijo(  # noqa: PLR0913 (the three constants of the rule have defaults)
    f: Function,
    w: Array,
    direction: Array,
    slope: float,
    *,
    tau: float = 1.0,
    c: float = 1e-4,
    factor: float = 0.5,
) -> float:
    r"""Backtrack from ``tau`` until the step earns its share of the slope.

    The share: :math:`f(w+\tau p) \le f(w) + c\,\tau\,\langle\nabla f(w), p\rangle`.

    Parameters
    ----------
    f : callable
        (d,) array to float.
    w, direction : (d,) arrays
        The point and the direction :math:`p`.
    slope : float
        :math:`\langle\nabla f(w), p\rangle < 0`.
    tau, c, factor : float
        First trial, share of the promised decrease, and shrinkage, the last
        two in (0, 1).

    Returns
    -------
    float
        The first accepted step.

    Raises
    ------
    ValueError
        If ``slope`` is not negative, or if no trial down to 1e-12 of the first is
        accepted, which means that ``slope`` is not the slope of ``f``.

    Examples
    --------
    >>> import numpy as np
    >>> from mmdl.optim import armijo
    >>> w = np.array([1.0])
    >>> armijo(lambda w: float(w @ w), w, -2 * w, -4.0, c=0.25)
    0.5
    """
    if not slope < 0:
        raise ValueError(
            f"armijo: expected a direction of descent (slope < 0), received slope "
            f"{slope}; use minus the gradient."
        )
    start, shortest = f(w), 1e-12 * tau
    while tau > shortest:
        # a rounding error of f may hide a decrease near the minimum
        if f(w + tau * direction) <= start + c * tau * slope + 1e-15 * abs(start):
            return tau
        tau *= factor
    raise ValueError(
        f"armijo: expected a decrease along the direction, found none down to "
        f"tau = {tau:.1e}; is the gradient right? mmdl.check compares it."
    )


def wolfe(
    f: Function,
    gradient: Gradient,
    w: Array,
    direction: Array,
    *,
    c: tuple[float, float] = (1e-4, 0.9),
) -> float:
    r"""A step that satisfies both of Wolfe's conditions, by bisection.

    Decrease, :math:`f(w+\tau p) \le f(w) + c_1\tau\langle\nabla f(w), p\rangle`, and
    curvature, :math:`\langle\nabla f(w+\tau p), p\rangle \ge
    c_2\langle\nabla f(w), p\rangle`. A step that violates the first is too long,
    one that violates the second too short; the interval between is halved.

    Parameters
    ----------
    f, gradient : callable
        (d,) array to float, and to (d,) array.
    w, direction : (d,) arrays
    c : (float, float)
        :math:`0 < c_1 < c_2 < 1`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the direction does not lead down.

    Examples
    --------
    >>> wolfe(lambda w: w @ w, lambda w: 2 * w, np.array([1.0]), np.array([-0.1]))
    1.0
    """
    start, slope = f(w), float(gradient(w) @ direction)
    if not slope < 0:
        raise ValueError(
            f"wolfe: expected a direction of descent (slope < 0), received slope "
            f"{slope}; use minus the gradient."
        )
    short, long, tau = 0.0, np.inf, 1.0
    for _ in range(60):
        trial = w + tau * direction
        if f(trial) > start + c[0] * tau * slope + 1e-15 * abs(start):
            long = tau
        elif float(gradient(trial) @ direction) < c[1] * slope:
            short = tau
        else:
            return tau
        tau = 2 * tau if np.isinf(long) else (short + long) / 2
    return short or long
