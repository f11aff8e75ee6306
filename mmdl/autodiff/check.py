r"""`check`: is this derivative right? For whatever a reader writes.

With random `u` and `v`, at a point `x`, and for each variable apart:

- :math:`\langle u, Df(x) v\rangle` by forward mode and
  :math:`\langle Df(x)^* u, v\rangle` by reverse mode agree with central differences
  (relative 1e-6, three directions) and with each other (``ch-backpropagation``);
- the same for the gradient: second derivatives;
- for a fused primitive, kernel and definition agree;
- inputs stay untouched, the same call gives the same result, float32 stays float32,
  and the layout of an array in memory plays no role.

Where :math:`x` sits on a kink it is moved a little. An optimizer is let loose on a
quadratic instead.
"""

from __future__ import annotations

from typing import Any

from mmdl.autodiff.examiner import CheckError, Examiner
from mmdl.autodiff.subject import Subject

__all__ = ["CheckError", "Report", "check"]


class Report:
    """What was verified.

    Parameters
    ----------
    name : str
        What was examined.
    passed : list of str

    Examples
    --------
    >>> import numpy as np
    >>> check(np.tanh, np.ones(2)).passed[1]
    'first derivatives'
    """

    def __init__(self, name: str, passed: list[str]) -> None:
        self.name = name
        self.passed = passed

    def __repr__(self) -> str:
        return f"check({self.name}): right; {', '.join(self.passed)}"


def check(thing: Any, *inputs: Any, seed: int = 0) -> Report:
    """Verify the derivatives of a function, layer or loss, or an optimizer.

    Parameters
    ----------
    thing : callable
        A function of arrays; a layer, recognised by its ``parameters()``, of which a
        copy is examined; or an optimizer, recognised by ``step``, without inputs.
    *inputs : arrays or constants
        Where to look. Arrays of floats are variables, the rest are constants. Choose
        entries of moderate size and few of them: everything is computed many times.
    seed : int
        Of the random directions.

    Returns
    -------
    Report

    Raises
    ------
    CheckError
        Naming the variable, the analytic and the numeric derivative, their ratio, and
        what is likely wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from mmdl.autodiff import pointwise
    >>> def cube(x):
    ...     return x * x * x
    >>> cube = pointwise(cube, lambda v, y, x: v * x**2)
    >>> check(cube, np.array([1.0, 2.0]))
    Traceback (most recent call last):
    ...
    mmdl.autodiff.examiner.CheckError: check(cube): expected the derivative ...
    """
    if hasattr(thing, "step") and not inputs:
        from mmdl.autodiff.check_optimizer import check_optimizer

        return Report(*check_optimizer(thing, seed))
    subject = Subject(thing, inputs)
    return Report(subject.name, Examiner(subject, seed).all())
