r"""Difference quotients that know how far they can be trusted (``ch-backpropagation``).

.. math:: \varphi'(0) \approx \frac{8(\varphi(h) - \varphi(-h))
          - (\varphi(2h) - \varphi(-2h))}{12h}

has an error :math:`O(h^4)` from Taylor's series and one of order
:math:`\varepsilon|\varphi|/h` from rounding. A derivative is accepted if it agrees
for one of several widths `h`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

WIDTHS = (1e-3, 1e-4, 1e-5, 1e-6)
SAFETY = 64  # rounding errors of a program are a modest multiple of the last digit's
EPS = float(np.finfo(float).eps)

Line = Callable[[float], float]


def quotient(phi: Line, h: float) -> float:
    """Return the difference quotient of fourth order."""
    return (8 * (phi(h) - phi(-h)) - (phi(2 * h) - phi(-2 * h))) / (12 * h)


def disagreement(
    phi: Line, claimed: float, size: float, tolerance: float
) -> float | None:
    """Compare a claimed derivative at 0 with difference quotients.

    Parameters
    ----------
    phi : callable
        The function on a line through the point.
    claimed : float
        The derivative that is to be examined.
    size : float
        The magnitude of the terms that `phi` adds up: it governs the rounding.
    tolerance : float

    Returns
    -------
    float or None
        The best quotient if it disagrees, None if all is well.
    """
    best = nearest = np.inf
    for h in WIDTHS:
        d = quotient(phi, h)
        noise = SAFETY * EPS * size / h
        gap = abs(d - claimed)
        if gap <= tolerance * max(abs(d), abs(claimed)) + noise:
            return None
        if gap < nearest or not np.isfinite(best):
            best, nearest = d, gap
    return best
