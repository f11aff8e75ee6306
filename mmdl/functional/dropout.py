r"""Dropout: each entry is lost with probability `p`, the others grow to make up for it.

:math:`y = x \odot m / q` with independent :math:`m \sim \mathrm{Bernoulli}(q)`,
:math:`q = 1 - p`, so that :math:`\mathbb E\,y = x` (``ch-regularization``). Given the
mask, it is linear.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import stop_gradient
from mmdl.errors import check_rng
from mmdl.functional.layout import Array

__all__ = ["dropout", "dropout_mask"]

LEVELS = 2**16  # a draw is 16 bits wide: `p` is rounded to a multiple of 2^-16


def dropout(x: Any, p: float, *, rng: np.random.Generator | None = None) -> Any:
    r"""Set a random fraction `p` of the entries to 0 and scale up the rest.

    Parameters
    ----------
    x : array
    p : float
        In [0, 1); rounded to a multiple of 2^-16, and the scale with it, so that the
        mean is exactly `x`.
    rng : numpy.random.Generator

    Returns
    -------
    array
        Of the same shape.

    Raises
    ------
    ValueError
        If `p` is not in [0, 1).
    TypeError
        If there is no `rng`.

    Examples
    --------
    >>> dropout(np.ones(8), 0.5, rng=np.random.default_rng(1))
    array([2., 0., 2., 2., 2., 2., 2., 2.])
    """
    if not 0 <= p < 1:
        raise ValueError(
            f"dropout: expected a probability 0 <= p < 1, received {p}; "
            "p is the fraction that is lost."
        )
    return x * dropout_mask(stop_gradient(x), p, rng=check_rng("dropout", rng))


def dropout_mask(like: Array, p: float, *, rng: np.random.Generator) -> Array:
    """Draw the factors of `dropout`: 0 or 1 / q, in shape, dtype and layout of `like`.

    Parameters
    ----------
    like : array
    p : float
    rng : numpy.random.Generator

    Returns
    -------
    array

    Examples
    --------
    >>> dropout_mask(np.zeros(3), 0.0, rng=np.random.default_rng(0))
    array([1., 1., 1.])
    """
    lost = min(round(p * LEVELS), LEVELS - 1)
    mask = np.empty_like(like)
    drawn = rng.integers(0, LEVELS, mask.shape, dtype=np.uint16)
    factor = mask.dtype.type(LEVELS / (LEVELS - lost))
    np.multiply(drawn >= lost, factor, out=mask)
    return mask
