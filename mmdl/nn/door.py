"""At the door of a layer: what comes in has the right shape and is made of floats."""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff.boxes import Box
from mmdl.errors import ShapeError


def floats(layer: Any, x: Any, dtype: Any = None) -> Any:
    """Return `x` made of floats; a constant takes the dtype of the layer.

    Parameters
    ----------
    layer : Module
        Speaks in the error message.
    x : array or box
    dtype : dtype, optional
        What a plain array is cast to.

    Raises
    ------
    TypeError
        If `x` is made of integers, booleans or anything else.
    """
    if isinstance(x, Box):
        return x
    x = np.asarray(x)
    if x.dtype.kind != "f":
        raise TypeError(
            f"{layer.title}: expected floating-point numbers, received {x.dtype} of "
            f"shape {x.shape}; write x.astype(np.float32)."
        )
    return x if dtype is None else x.astype(dtype, copy=False)


def together(*xs: Any) -> list[Any]:
    """Return all in one dtype: constants take that of the Tensors among them."""
    dtypes = [x.dtype for x in xs if isinstance(x, Box)]
    if not dtypes:
        return list(xs)
    return [x if isinstance(x, Box) else x.astype(dtypes[0], copy=False) for x in xs]


def refuse(layer: Any, wanted: str, x: Any, hint: str) -> ShapeError:
    """Return the error that says which shape was expected."""
    return ShapeError(
        f"{layer.title}: expected x of shape {wanted}, received {x.shape}; {hint}."
    )
