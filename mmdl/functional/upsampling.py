r"""Upsampling: a larger image from a smaller one, a linear map along each axis.

:math:`Y = A_H X A_W^{\mathsf T}` for every channel, with a matrix per axis: repetition
("nearest"), or the weights of the two neighbours ("bilinear"). Being linear it is its
own differential, and its adjoint has the transposed matrices (``ch-detection``).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from mmdl.errors import ShapeError

__all__ = ["upsample"]


def upsample(x: Any, factor: int, *, mode: str = "nearest") -> Any:
    r"""Enlarge images by an integer factor.

    Parameters
    ----------
    x : (N, C, H, W) array
    factor : int
    mode : {"nearest", "bilinear"}
        Repeat pixels, or interpolate between their centres.

    Returns
    -------
    (N, C, factor H, factor W) array

    Raises
    ------
    ShapeError
        If `x` is not a batch of images.
    ValueError
        If the factor is not a positive integer or the mode unknown.

    Examples
    --------
    >>> upsample(np.array([[[[1.0, 2.0]]]]), 2)[0, 0]
    array([[1., 1., 2., 2.],
           [1., 1., 2., 2.]])
    >>> upsample(np.array([[[[1.0, 2.0]]]]), 2, mode="bilinear")[0, 0, 0]
    array([1.  , 1.25, 1.75, 2.  ])
    """
    if x.ndim != 4:
        raise ShapeError(
            f"upsample: expected x of shape (N, C, H, W), received {x.shape}; "
            "for one image write x[None]."
        )
    if not isinstance(factor, int) or factor < 1 or mode not in ("nearest", "bilinear"):
        raise ValueError(
            "upsample: expected a factor 1, 2, ... and mode 'nearest' or 'bilinear', "
            f"received {factor!r} and {mode!r}."
        )
    if mode == "nearest":
        return np.repeat(np.repeat(x, factor, axis=2), factor, axis=3)
    down = interpolation(x.shape[2], factor, np.dtype(x.dtype))
    across = interpolation(x.shape[3], factor, np.dtype(x.dtype))
    return down @ x @ across.T


@cache
def interpolation(n: int, factor: int, dtype: np.dtype[Any]) -> Any:
    r"""The matrix (factor n, n) that interpolates linearly between pixel centres.

    The centre of the new pixel `i` lies at :math:`(i + \frac12)/f - \frac12` among the
    old ones; beyond the first and the last centre the image goes on as it ends.

    Parameters
    ----------
    n, factor : int
    dtype : dtype

    Returns
    -------
    (factor n, n) array
        Read-only, rows with sum 1.

    Examples
    --------
    >>> interpolation(2, 2, np.dtype(float))
    array([[1.  , 0.  ],
           [0.75, 0.25],
           [0.25, 0.75],
           [0.  , 1.  ]])
    """
    centres = np.clip((np.arange(factor * n) + 0.5) / factor - 0.5, 0, n - 1)
    matrix = np.maximum(1 - np.abs(centres[:, None] - np.arange(n)), 0).astype(dtype)
    matrix.flags.writeable = False
    return matrix
