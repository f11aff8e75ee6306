r"""Whether the likelihood of a logistic regression has a maximum.

It has none if, and only if, some direction *separates* the classes: all margins
:math:`s_i x_i u \ge 0`, at least one of them positive. Along such a direction the
loss falls for ever. See :prf:ref:`thm-logistic-existence`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import SeparationError
from mmdl.stats.logistic import logistic_regression

__all__ = ["separating_direction"]


def separating_direction(X: ArrayLike, y: ArrayLike) -> np.ndarray | None:
    r"""A direction along which the loss falls for ever, or None.

    Which of the two it is decides :prf:ref:`thm-logistic-existence`. Either answer can
    be checked: a direction by its margins (see
    :func:`~mmdl.stats.margins`), None by the gradient at the minimum, which
    :func:`~mmdl.stats.logistic_regression` then finds.

    Parameters
    ----------
    X : (N, M) array_like
    y : (N,) array_like
        Classes 0 and 1.

    Returns
    -------
    (M,) array or None
        Of length 1. Margins below 1e-8 of the largest count as zero.

    Raises
    ------
    ShapeError, DataError
        If the shapes do not fit, or a class is neither 0 nor 1.

    Examples
    --------
    >>> X = [[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]
    >>> separating_direction(X, [0, 0, 1, 1]).round(2)
    array([-0.83,  0.55])
    >>> separating_direction(X, [0, 1, 0, 1]) is None
    True
    """
    try:
        logistic_regression(X, y)
    except SeparationError as error:
        return error.direction / np.linalg.norm(error.direction)
    return None
