r"""Newton's method for the likelihoods of logistic and softmax regression.

In the coordinates of the left singular vectors the problem is well conditioned,
and Newton's steps are the same as in the weights themselves: the method does
not notice a linear change of coordinates. Derived in ``ch-logistic-regression``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mmdl.errors import SeparationError

__all__ = ["Minimum", "Problem", "minimise"]

SMALL = 1e-7  # a last step that moves no score by more; its own error is a square
ROUNDING = 1e-8  # margins this small against the largest count as zero
HALVINGS = 40


@dataclass(frozen=True)
class Problem:
    """A convex likelihood with a penalty, in well-conditioned coordinates.

    Attributes
    ----------
    value : callable
        The function at a point.
    derivatives : callable
        Its gradient and Hessian at a point.
    margins : callable
        Of a point or direction: by how much each sample is on its own side.
    penalty : callable
        Of a direction: the square that the penalty grows with; 0 if it is free.
    """

    value: Callable[[np.ndarray], float]
    derivatives: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
    margins: Callable[[np.ndarray], np.ndarray]
    penalty: Callable[[np.ndarray], float]


@dataclass(frozen=True)
class Minimum:
    """Where Newton's method arrived.

    Attributes
    ----------
    point : array
    hessian : array
        At the point.
    decrements : tuple of float
        The Newton decrement before each step.
    """

    point: np.ndarray
    hessian: np.ndarray
    decrements: tuple[float, ...]


def minimise(
    who: str, problem: Problem, start: np.ndarray, *, max_steps: int
) -> Minimum:
    r"""Newton's method with step halving, until no score moves.

    Parameters
    ----------
    who : str
        Opens the messages.
    problem : Problem
    start : array
    max_steps : int

    Returns
    -------
    Minimum

    Raises
    ------
    SeparationError
        If a direction is found along which the value falls for ever; the
        attribute ``direction`` holds it.
    ValueError
        If ``max_steps`` do not suffice.
    """
    point, decrements = start, []
    for _ in range(max_steps + 1):
        gradient, hessian = problem.derivatives(point)
        step = np.linalg.lstsq(hessian, -gradient, rcond=None)[0]
        decrements.append(float(np.sqrt(max(-gradient @ step, 0.0))))
        _refuse_separation(who, problem, point, step)
        if np.max(np.abs(problem.margins(step))) <= SMALL:
            return Minimum(point + step, hessian, tuple(decrements))
        point = _descend(problem, point, step)
    raise ValueError(
        f"{who}: expected to arrive within {max_steps} steps, received a Newton "
        f"decrement of {decrements[-1]:.2g}; raise max_steps or give alpha > 0."
    )


def _descend(problem: Problem, point: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The point after the longest of the steps 1, 1/2, 1/4, ... that goes down."""
    value = problem.value(point)
    value += 100 * np.finfo(float).eps * abs(value)  # near the minimum all is rounding
    for halvings in range(HALVINGS):
        trial = point + 0.5**halvings * step
        if problem.value(trial) <= value:
            return trial
    return point + step


def _refuse_separation(
    who: str, problem: Problem, point: np.ndarray, step: np.ndarray
) -> None:
    """Raise if the point or the step is a direction without end.

    Of such a direction every margin is >= 0 and some are > 0, and the penalty
    does not see it; the existence theorem says that there is none if, and only
    if, the minimum is attained.
    """
    for direction in (point, step):
        margins = problem.margins(direction)
        largest = np.max(np.abs(margins))
        if (
            largest > 0
            and np.min(margins) >= -ROUNDING * largest
            and problem.penalty(direction) <= (ROUNDING * largest) ** 2
        ):
            complete = np.min(margins) > ROUNDING * largest
            how = "" if complete else ", but for samples on it,"
            raise SeparationError(
                f"{who}: expected classes that overlap, received classes that a plane"
                f"{how} separates; the likelihood has no maximum and the weights grow "
                f"for ever: give alpha > 0.",
                direction,
            )
