r"""Step sizes :math:`k \mapsto \tau_k`, each a function that makes a function.

The theorems of ``ch-stochastic-gradient-descent`` ask for
:math:`\sum_k\tau_k = \infty` and :math:`\sum_k\tau_k^2 < \infty`; practice warms
up and cools down.  Any callable may stand where an optimizer expects ``lr``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from mmdl.optim.base import positive

Schedule = Callable[[int], float]


def constant(tau: float) -> Schedule:
    r""":math:`\tau_k = \tau`.

    Parameters
    ----------
    tau : float
        Positive.

    Returns
    -------
    callable

    Examples
    --------
    >>> constant(0.1)(7)
    0.1
    """
    positive("constant", "tau", tau)
    return lambda k: tau


def inverse_time(tau: float, k0: float) -> Schedule:
    r""":math:`\tau_k = \tau k_0/(k+k_0)`: starts at tau, decays like 1/k.

    With :math:`\tau = 2/(\lambda k_0)` these are the steps
    :math:`2/(\lambda(k+k_0))` of the theorem on decreasing steps.

    Parameters
    ----------
    tau : float
        The first step.
    k0 : float
        After how many steps it is half.

    Returns
    -------
    callable

    Examples
    --------
    >>> from mmdl.optim.schedules import inverse_time
    >>> [inverse_time(1.0, k0=2)(k) for k in (0, 2, 6)]
    [1.0, 0.5, 0.25]
    """
    positive("inverse_time", "tau", tau)
    positive("inverse_time", "k0", k0)
    return lambda k: tau * k0 / (k + k0)


def inverse_sqrt(tau: float) -> Schedule:
    r""":math:`\tau_k = \tau/\sqrt{k+1}`.

    Parameters
    ----------
    tau : float
        The first step.

    Returns
    -------
    callable

    Examples
    --------
    >>> [inverse_sqrt(1.0)(k) for k in (0, 3)]
    [1.0, 0.5]
    """
    positive("inverse_sqrt", "tau", tau)
    return lambda k: tau / math.sqrt(k + 1)


def exponential(tau: float, factor: float, every: int = 1) -> Schedule:
    r""":math:`\tau_k = \tau\,\mathrm{factor}^{\lfloor k/\mathrm{every}\rfloor}`.

    Parameters
    ----------
    tau : float
        The first step.
    factor : float
        What multiplies the step.
    every : int
        After how many steps.

    Returns
    -------
    callable

    Examples
    --------
    >>> [exponential(1.0, 0.5, every=2)(k) for k in (0, 1, 2, 4)]
    [1.0, 1.0, 0.5, 0.25]
    """
    positive("exponential", "tau", tau)
    positive("exponential", "factor", factor)
    return lambda k: tau * factor ** (k // every)


def cosine(tau: float, n: int, final: float = 0.0) -> Schedule:
    r"""Half a cosine from ``tau`` at step 0 to ``final`` at step ``n``, then flat.

    Parameters
    ----------
    tau : float
        The first step.
    n : int
        How many steps the descent takes.
    final : float
        The step from there on.

    Returns
    -------
    callable

    Examples
    --------
    >>> [cosine(1.0, 10)(k) for k in (0, 5, 10, 11)]
    [1.0, 0.5, 0.0, 0.0]
    """
    positive("cosine", "tau", tau)
    positive("cosine", "n", n)

    def rate(k: int) -> float:
        return final + (tau - final) * (1 + math.cos(math.pi * min(k / n, 1))) / 2

    return rate


def warmup(n: int, then: Schedule) -> Schedule:
    r"""Linear from ``then(0)/n`` up to ``then(0)`` in ``n`` steps, then ``then``.

    Parameters
    ----------
    n : int
        How many steps the ascent takes.
    then : callable
        A schedule, which starts after them.

    Returns
    -------
    callable

    Examples
    --------
    >>> [warmup(4, constant(1.0))(k) for k in (0, 1, 3, 4)]
    [0.25, 0.5, 1.0, 1.0]
    """
    positive("warmup", "n", n)
    return lambda k: then(0) * (k + 1) / n if k < n else then(k - n)
