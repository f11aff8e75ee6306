"""What is likely wrong with a derivative, judged from how it differs from the truth.

The ratio numeric / analytic tells most: 2, a factor two was lost; -1, a sign; the
number of rows, a mean taken for a sum. Otherwise the pattern of the wrong entries
does: a transpose, entries that nothing reaches.
"""

from __future__ import annotations

from typing import Any

import numpy as np

MOST_ENTRIES = 400
Array = np.ndarray[Any, Any]


def hint(analytic: Array, numeric: Array, others: list[Array], sizes: set[int]) -> str:
    """Explain a wrong gradient.

    Parameters
    ----------
    analytic, numeric : arrays of one shape
        The gradient of the engine and that of the difference quotients.
    others : list of arrays
        Numeric gradients with respect to the other variables.
    sizes : set of int
        Lengths of axes, and their products: what a mean may have divided by.
    """
    if not np.any(analytic):
        return (
            "0 everywhere: no derivative arrives; is the variable cut off by "
            "stop_gradient, .value or no_grad, or its cotangent left out?"
        )
    ratio = common_ratio(analytic, numeric)
    if ratio is not None:
        return f"ratio {ratio:.6g}{factor_hint(ratio, sizes)}"
    if analytic.ndim == 2 and _equal(analytic.T, numeric):
        return "the transpose of the right one: a product has its factors exchanged"
    for other in others:
        if _equal(analytic, other):
            return "this is the derivative with respect to another argument: swapped"
    return pattern_hint(analytic, numeric)


def common_ratio(analytic: Array, numeric: Array) -> float | None:
    """Return numeric / analytic if it is one number, else None."""
    scale = np.vdot(analytic, analytic)
    ratio = float(np.vdot(analytic, numeric) / scale) if scale else 0.0
    return ratio if ratio and _equal(analytic * ratio, numeric) else None


def factor_hint(ratio: float, sizes: set[int]) -> str:
    """Say in words what a constant ratio numeric / analytic means."""
    for sign, words in ((1, ""), (-1, " and a sign")):
        r = sign * ratio
        if np.isclose(r, 1, rtol=1e-5):
            return ": a sign" if sign < 0 else ""
        if np.isclose(r, 2, rtol=1e-5):
            return f": a factor two lost{words} (a square, or two uses of a variable?)"
        if np.isclose(r, 0.5, rtol=1e-5):
            return f": a factor two too many{words}"
        for n in sorted(sizes - {0, 1}):
            if np.isclose(r, n, rtol=1e-5):
                return f" = {n}{words}: a mean over {n} entries where f has a sum"
            if np.isclose(r * n, 1, rtol=1e-5):
                return f" = 1/{n}{words}: a sum where f has a mean over {n} entries"
    return ": a constant factor"


def pattern_hint(analytic: Array, numeric: Array) -> str:
    """Say where a gradient is wrong, if not by a factor."""
    wrong = ~np.isclose(analytic, numeric, rtol=1e-4, atol=1e-6 * _top(numeric))
    dead = wrong & (analytic == 0)
    first = tuple(np.argwhere(wrong)[0].tolist()) if wrong.any() else ()
    where = f"{wrong.sum()} of {wrong.size} entries are wrong, the first at {first}"
    if dead.sum() == wrong.sum():
        return f"{where}: they get 0; are repeated entries or branches not added up?"
    signs = np.isclose(np.abs(analytic), np.abs(numeric), rtol=1e-4)
    if signs.all():
        return f"{where}: their sign"
    if wrong.sum() < wrong.size:
        return (
            f"{where}; the others are right: look at a mask, an edge, an accumulation"
        )
    return f"{where}, without a common factor: check the formula term by term"


def _top(a: Array) -> float:
    return float(np.max(np.abs(a), initial=0.0))


def _equal(a: Array, b: Array) -> bool:
    return a.shape == b.shape and bool(
        np.allclose(a, b, rtol=1e-4, atol=1e-6 * _top(b)) and np.any(b)
    )
