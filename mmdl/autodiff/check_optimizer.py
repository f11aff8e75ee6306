r"""Is this an optimizer? It has to find the minimum of a quadratic.

On :math:`f(\theta) = \frac12 \sum_i \lambda_i \theta_i^2` with
:math:`\lambda_i \in [0.1, 1]` every method of the book gets closer to 0
(``ch-gradient-descent``). The rule may be an optimizer of the library, or any object
with ``step(theta, grad)`` that changes `theta` in place or returns the new one.
"""

from __future__ import annotations

import copy
import inspect
from typing import Any

import numpy as np

from mmdl.autodiff.examiner import CheckError, ended

STEPS = 2000
CURVATURES = np.linspace(0.1, 1.0, 6)
START = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])


def check_optimizer(rule: Any, seed: int = 0) -> tuple[str, list[str]]:
    """Verify an optimizer; see `check`.

    Parameters
    ----------
    rule : object with ``step(theta, grad)``, or an optimizer of `mmdl.optim`
        Fresh copies of it are used.
    seed : int
        Unused: the quadratic is always the same.

    Returns
    -------
    name, what was verified

    Raises
    ------
    CheckError
    """
    name = type(rule).__name__
    _one_step(name, rule)
    _stays(name, rule)
    losses = _losses(rule)
    if not np.array_equal(losses, _losses(rule), equal_nan=True):
        _fail(
            name, "the same path twice", "two; is state shared, or randomness hidden?"
        )
    if not np.isfinite(losses[-1]):
        _fail(
            name,
            "a loss that falls",
            "NaN or infinity; is the step too long, or a sign wrong?",
        )
    if not losses[-1] < 0.5 * losses[0]:
        _fail(
            name,
            f"half of the loss {losses[0]:.4g} after {STEPS} steps on a quadratic",
            f"{losses[-1]:.4g}; try another step size, or look at the direction",
        )
    return name, ["first step", "rest at 0", "repeatable", "convergence", "state"]


def _fail(name: str, expected: str, received: str) -> None:
    raise CheckError(f"check({name}): expected {expected}, received {ended(received)}")


def moved(rule: Any, theta: Any, g: Any) -> Any:
    """Take one step; return the new point, wherever the rule puts it."""
    own = hasattr(rule, "step") and len(inspect.signature(rule.step).parameters) >= 2
    result = rule.step(theta, g) if own else rule(theta, g)
    return theta if result is None else result


def _one_step(name: str, rule: Any) -> None:
    for dtype in (np.float64, np.float32):
        fresh, theta = copy.deepcopy(rule), START.astype(dtype)
        g = (CURVATURES * START).astype(dtype)
        kept = g.copy()
        new = moved(fresh, theta.copy(), g)
        if new.shape != theta.shape or new.dtype != dtype:
            _fail(
                name,
                f"theta of shape {theta.shape} and {np.dtype(dtype)}",
                f"{new.shape} and {new.dtype}",
            )
        if not np.array_equal(g, kept):
            _fail(name, "the gradient untouched", "it changed; work on a copy")
        if not (new - theta) @ g < 0:
            _fail(
                name,
                "a first step against the gradient",
                f"a slope of {(new - theta) @ g:+.3g} along the step; is a sign wrong?",
            )
        _state(name, fresh, theta)


def _state(name: str, rule: Any, theta: Any) -> None:
    kept = {**vars(rule), **getattr(rule, "state", {})}
    for key, value in kept.items():
        if isinstance(value, np.ndarray) and value.shape not in ((), theta.shape):
            _fail(
                name,
                f"the state {key} of theta's shape {theta.shape}",
                f"{value.shape}; one number per parameter, or one for all",
            )


def _stays(name: str, rule: Any) -> None:
    theta = START.copy()
    new = moved(copy.deepcopy(rule), theta.copy(), np.zeros_like(theta))
    if not np.all(np.isfinite(new)):
        _fail(
            name,
            "rest where the gradient is 0",
            "NaN; is there an epsilon in the quotient?",
        )
    if not getattr(rule, "weight_decay", 0) and not np.array_equal(new, theta):
        _fail(name, "rest where the gradient is 0", "a move")


def _losses(rule: Any) -> Any:
    rule, theta = copy.deepcopy(rule), START.copy()
    losses = np.empty(STEPS + 1)
    with np.errstate(all="ignore"):
        for k in range(STEPS):
            losses[k] = 0.5 * np.sum(CURVATURES * theta**2)
            theta = moved(rule, theta, CURVATURES * theta)
        losses[STEPS] = 0.5 * np.sum(CURVATURES * theta**2)
    return losses
