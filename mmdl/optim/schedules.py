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
    r""":math:`\tau_k = \tau`."""
    positive("constant", "tau", tau)
    return lambda k: tau


def inverse_time(tau: float, k0: float) -> Schedule:
    r""":math:`\tau_k = \tau k_0/(k+k_0)`: starts at tau, decays like 1/k.

    With :math:`\tau = 2/(\lambda k_0)` these are the steps
    :math:`2/(\lambda(k+k_0))` of the theorem on decreasing steps.

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
    r""":math:`\tau_k = \tau/\sqrt{k+1}`."""
    positive("inverse_sqrt", "tau", tau)
    return lambda k: tau / math.sqrt(k + 1)


def exponential(tau: float, factor: float, every: int = 1) -> Schedule:
    r""":math:`\tau_k = \tau\,\mathrm{factor}^{\lfloor k/\mathrm{every}\rfloor}`."""
    positive("exponential", "tau", tau)
    positive("exponential", "factor", factor)
    return lambda k: tau * factor ** (k // every)


def cosine(tau: float, n: int, final: float = 0.0) -> Schedule:
    r"""Half a cosine from ``tau`` at step 0 to ``final`` at step ``n``, then flat."""
    positive("cosine", "tau", tau)
    positive("cosine", "n", n)

    def rate(k: int) -> float:
        return final + (tau - final) * (1 + math.cos(math.pi * min(k / n, 1))) / 2

    return rate


def warmup(n: int, then: Schedule) -> Schedule:
    r"""Linear from ``then(0)/n`` up to ``then(0)`` in ``n`` steps, then ``then``."""
    positive("warmup", "n", n)
    return lambda k: then(0) * (k + 1) / n if k < n else then(k - n)
