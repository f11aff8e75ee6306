"""The kinds of claim: what a claim returns, and when that value is accepted.

A judge returns the margin it saw (the worst error, the least slack) or raises
``Rejected``.  What cannot be judged at all, a NaN, an empty array, sides of
different shapes, is a ``Defect``: it fails the claim, and a mutant that yields
it is not counted as rejected, because crashing proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

EXACT = 1e-10  # identities: |left - right| / max(1, |left|, |right|)
SLACK = 1e-9  # inequalities: (large - small) / max(1, |small|, |large|) >= -SLACK
FLOOR = 1e-13  # rates: rounding, relative to the largest bound of the sequence
SIGMAS = 5.0  # statistics: |estimate - expectation| / standard error
SHARP = 1e-2  # a sharp instance attains its bound within one per cent


class Rejected(Exception):  # noqa: N818 - a verdict, not an error
    """The instance contradicts the statement."""


class Defect(Exception):  # noqa: N818 - a verdict too
    """The claim itself is wrong: it compares nothing, or what is no number."""


def numbers(*values: Any) -> list[np.ndarray]:
    """Return the values as finite float arrays of one shape, or raise Defect."""
    arrays = [np.asarray(value, dtype=float) for value in values]
    shapes = {a.shape for a in arrays if a.ndim}
    if len(shapes) > 1:
        raise Defect(f"sides of different shapes {sorted(shapes)}")
    for a in arrays:
        if a.size == 0:
            raise Defect("nothing was compared (an empty array)")
        if not np.all(np.isfinite(a)):
            raise Defect("a value is not finite")
    return arrays


def unpack(value: Any, names: str) -> tuple[Any, ...]:
    """Return the tuple that the kind expects, or raise Defect."""
    count = len(names.split(", "))
    if not isinstance(value, tuple) or len(value) != count:
        raise Defect(f"expected the tuple ({names}), received {type(value).__name__}")
    return value


def truth(value: Any) -> bool:
    """Return a Python bool; anything but a truth value is a Defect."""
    if not isinstance(value, bool | np.bool_):
        raise Defect(f"expected a truth value, received {type(value).__name__}")
    return bool(value)


def identity(value: Any, tol: float | None) -> float:
    """Judge an error, or the pair (left, right), against 1e-10."""
    if isinstance(value, tuple):
        left, right = numbers(*unpack(value, "left, right"))
        scale = max(1.0, np.abs(left).max(), np.abs(right).max())
        worst = float(np.abs(left - right).max() / scale)
    else:
        worst = float(np.abs(numbers(value)[0]).max())
    if worst > (tol or EXACT):
        raise Rejected(f"the two sides differ by {worst:.2e}")
    return worst


def inequality(value: Any, tol: float | None) -> float:
    """Judge the pair (small, large): small <= large, entry by entry."""
    small, large = numbers(*unpack(value, "small, large"))
    scale = np.maximum(1.0, np.maximum(np.abs(small), np.abs(large)))
    worst = float(((large - small) / scale).min())
    if worst < -(tol or SLACK):
        raise Rejected(f"the bound is exceeded by {-worst:.2e} (relative)")
    return worst


def rate(value: Any, tol: float | None) -> float:
    """Judge the sequences (measured, bound): measured_k <= bound_k for every k."""
    measured, bound = numbers(*unpack(value, "measured, bound"))
    room = (tol or SLACK) * np.abs(bound) + FLOOR * np.abs(bound).max()
    if np.any(measured > bound + room):
        k = int(np.argmax(measured - bound - room))
        raise Rejected(f"the bound fails at k = {k}")
    return float((bound - measured).min())


def slope(value: Any, tol: float | None) -> float:
    """Judge (k, errors, exponent): errors ~ k^exponent, fitted in log-log."""
    k, errors, exponent = unpack(value, "k, errors, exponent")
    k, errors = numbers(k, errors)
    fitted = np.polyfit(np.log(k), np.log(errors), 1)[0]
    worst = float(abs(fitted - exponent))
    if worst > (tol or 0.05):
        raise Rejected(f"fitted exponent {fitted:.3f}, predicted {exponent:.3f}")
    return worst


def witness(value: Any, tol: float | None) -> float:
    """Judge a truth value: the object exists, or it is the only one."""
    if not truth(value):
        raise Rejected("the witness fails")
    return 0.0


def impossibility(value: Any, tol: float | None) -> float:
    """Judge (counterexamples, enumerated) of an exhaustive search."""
    found, enumerated = unpack(value, "counterexamples, enumerated")
    if enumerated <= 0:
        raise Defect("nothing was enumerated")
    if found:
        raise Rejected(f"{found} counterexamples among {enumerated} cases")
    return float(enumerated)


def equivalence(value: Any, tol: float | None) -> float:
    """Judge (one side, other side), two truth values that must agree."""
    left, right = (truth(v) for v in unpack(value, "left, right"))
    if left != right:
        raise Rejected(f"one side is {left}, the other {right}")
    return 0.0


def statistical(value: Any, tol: float | None) -> float:
    """Judge (estimate, expectation, standard error) at five sigmas."""
    estimate, expectation, error = unpack(value, "estimate, expectation, error")
    estimate, expectation, error = numbers(estimate, expectation, error)
    if np.any(error <= 0):
        raise Defect("a standard error is not positive")
    worst = float(np.abs((estimate - expectation) / error).max())
    if worst > (tol or SIGMAS):
        raise Rejected(f"{worst:.1f} standard errors from the expectation")
    return worst


def attained(value: Any) -> float:
    """Judge a sharp instance: the bound holds, and within one per cent."""
    small, large = numbers(*unpack(value, "small, large"))
    inequality((small, large), None)
    scale = np.maximum(np.abs(large), np.finfo(float).tiny)
    gap = float(np.abs((large - small) / scale).min())
    if gap > SHARP:
        raise Rejected(f"the bound is missed by {gap:.1%}")
    return gap


@dataclass(frozen=True)
class Kind:
    """A kind of claim: its judge, and how its margins combine over instances."""

    judge: Callable[[Any, float | None], float]
    worst: Callable[..., float]  # max of errors, min of slacks
    instances: int  # the default number


KINDS = {
    "identity": Kind(identity, max, 100),
    "inequality": Kind(inequality, min, 100),
    "rate": Kind(rate, min, 20),
    "slope": Kind(slope, max, 1),
    "existence": Kind(witness, max, 100),
    "uniqueness": Kind(witness, max, 100),
    "impossibility": Kind(impossibility, min, 1),
    "equivalence": Kind(equivalence, max, 100),
    "statistical": Kind(statistical, max, 1),
}
