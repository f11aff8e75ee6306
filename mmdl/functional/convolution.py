r"""Convolutions: an affine map on the patches of an image (``ch-convolution``).

.. math:: y_{n,o,i,j} = b_o + \sum_{c,p,q} w_{o,c,p,q}\,x_{n,c,i+p,j+q}

Definition: `unfold`, then :math:`RW + \mathbf 1 b` on the rows. The transposed
convolution is the adjoint in :math:`x`: a product, then `fold`.

The kernels work on images stored as (H, C, W, N), see `mmdl.functional.storage`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.errors import ShapeError
from mmdl.functional.layout import Array, short_buffer
from mmdl.functional.patches import (
    Pair,
    Size,
    Window,
    check_images,
    fold,
    pair,
    unfold,
    window,
)
from mmdl.functional.storage import (
    back_to_images,
    by_bias,
    by_filters,
    indexed,
    neighbours,
    rows_of,
    stored,
    through,
)

__all__ = ["conv1d", "conv2d", "conv_transpose2d"]


def conv2d(  # noqa: PLR0913 - a window has four numbers
    x: Any,
    w: Any,
    b: Any = None,
    *,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
) -> Any:
    r"""Convolve images with filters (as everywhere: without flipping them).

    Parameters
    ----------
    x : (N, C_in, H, W) array
    w : (C_out, C_in / groups, kh, kw) array
        One filter per channel of the result.
    b : (C_out,) array, optional
    stride, padding, dilation : int or pair of ints
        See `unfold`. Padding "same" keeps the size (odd kernels, stride 1).
    groups : int
        Splits the channels into groups that do not see each other.

    Returns
    -------
    (N, C_out, H', W') array

    Raises
    ------
    ShapeError
        If the shapes do not fit together.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> edges = np.array([[[[-1.0, 1.0]]]])
    >>> conv2d(x, edges)[0, 0]
    array([[1., 1.],
           [1., 1.],
           [1., 1.]])
    """
    shape = window("conv2d", w.shape[2:], stride, padding, dilation)
    check_images("conv2d", x, shape)
    if x.shape[1] != groups * w.shape[1] or w.shape[0] % groups:
        raise ShapeError(
            f"conv2d: expected x with {groups * w.shape[1]} channels and filters that "
            f"{groups} groups can share, received x of shape {x.shape} and w of shape "
            f"{w.shape}; w is (C_out, C_in / groups, kh, kw)."
        )
    return _conv2d(x, w, b, shape=shape, groups=groups)


def conv1d(  # noqa: PLR0913 - a window has four numbers
    x: Any,
    w: Any,
    b: Any = None,
    *,
    stride: int = 1,
    padding: int | str = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Any:
    r"""Convolve sequences with filters.

    Parameters
    ----------
    x : (N, C_in, T) array
    w : (C_out, C_in / groups, k) array
    b : (C_out,) array, optional
    stride, padding, dilation, groups : int
        As in `conv2d`.

    Returns
    -------
    (N, C_out, T') array

    Raises
    ------
    ShapeError
        If the shapes do not fit together.

    Examples
    --------
    >>> conv1d(np.array([[[1.0, 2.0, 4.0]]]), np.array([[[-1.0, 1.0]]]))
    array([[[1., 2.]]])
    """
    if x.ndim != 3:
        hint = "for one sequence write x[None]" if x.ndim == 2 else "add missing axes"
        raise ShapeError(
            f"conv1d: expected x of shape (N, C, T), received {x.shape}; {hint}."
        )
    y = conv2d(
        x[:, :, None],
        w[:, :, None],
        b,
        stride=(1, stride),
        padding=padding if isinstance(padding, str) else (0, padding),
        dilation=(1, dilation),
        groups=groups,
    )
    return y[:, :, 0]


def conv_transpose2d(
    x: Any,
    w: Any,
    b: Any = None,
    *,
    stride: Size = 1,
    padding: Size = 0,
    output_padding: Size = 0,
) -> Any:
    r"""The adjoint of a convolution: each pixel paints a patch.

    Parameters
    ----------
    x : (N, C_in, H, W) array
    w : (C_in, C_out, kh, kw) array
        What pixels of a channel paint; as filters of `conv2d` the same array leads
        from C_out to C_in channels.
    b : (C_out,) array, optional
    stride, padding : int or pair of ints
        Those of the convolution of which this is the adjoint.
    output_padding : int or pair of ints
        Rows and columns added at the end, below the stride: several sizes of image
        give the same number of positions.

    Returns
    -------
    (N, C_out, H', W') array
        With H' = (H - 1) stride - 2 padding + kh + output_padding.

    Raises
    ------
    ShapeError
        If the shapes do not fit together.

    Examples
    --------
    >>> x, w = np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2))
    >>> conv_transpose2d(x, w, stride=2).shape
    (1, 1, 4, 4)
    """
    shape = window("conv_transpose2d", w.shape[2:], stride, padding)
    if x.ndim != 4 or x.shape[1] != w.shape[0]:
        raise ShapeError(
            f"conv_transpose2d: expected x of shape (N, {w.shape[0]}, H, W), received "
            f"{x.shape}; w is (C_in, C_out, kh, kw)."
        )
    extra = pair(output_padding)
    h, v = (
        (n - 1) * s - 2 * p + k + e
        for n, e, k, s, p in zip(x.shape[2:], extra, *shape[:3], strict=True)
    )
    if shape.positions((h, v)) != x.shape[2:]:
        raise ShapeError(
            "conv_transpose2d: expected output_padding in 0, ..., stride - 1 and a "
            f"result of at least one pixel, received {extra} with stride "
            f"{shape.stride} for x of shape {x.shape}."
        )
    return _conv_transpose2d(x, w, b, shape=shape, size=(h, v))


# Definitions ------------------------------------------------------------------------


@fused
def _conv2d(x: Any, w: Any, b: Any, *, shape: Window, groups: int) -> Any:
    if groups > 1:
        parts = zip(np.split(x, groups, axis=1), np.split(w, groups), strict=True)
        ys = [_conv2d.definition(u, v, None, shape=shape, groups=1) for u, v in parts]
        y = np.concatenate(ys, axis=1)
    else:
        k, s, p, d = shape
        rows = unfold(x, k, stride=s, padding=p, dilation=d)
        y = np.moveaxis(rows @ w.reshape(w.shape[0], -1).T, 3, 1)
    return y if b is None else y + b[:, None, None]


@fused
def _conv_transpose2d(x: Any, w: Any, b: Any, *, shape: Window, size: Pair) -> Any:
    k, s, p, _ = shape
    rows = np.moveaxis(x, 1, 3) @ w.reshape(w.shape[0], -1)
    y = fold(rows, size, k, stride=s, padding=p)
    return y if b is None else y + b[:, None, None]


# Kernels ----------------------------------------------------------------------------


@_conv2d.kernel
def _(x: Array, w: Array, b: Any, *, shape: Window, groups: int) -> Any:
    size = (x.shape[2], x.shape[3])
    parts = [
        (rows_of(neighbours(s, shape), shape), v)
        for s, v in zip(
            np.split(stored(x), groups, axis=1), np.split(w, groups), strict=True
        )
    ]
    ys = [through(rows, v) for rows, v in parts]
    y = ys[0] if groups == 1 else np.concatenate(ys, axis=1)
    if b is not None:
        with short_buffer():
            y += b[:, None]

    def cut(g: Array) -> Any:
        return zip(np.split(stored(g), groups, axis=1), parts, strict=True)

    def by_x(g: Array) -> Array:
        parts_of_x = [back_to_images(u, v, shape, size) for u, (_, v) in cut(g)]
        return indexed(
            parts_of_x[0] if groups == 1 else np.concatenate(parts_of_x, axis=1)
        )

    def by_w(g: Array) -> Any:
        found = [by_filters(rows, u, v) for u, (rows, v) in cut(g)]
        return found[0] if groups == 1 else np.concatenate(found)

    positions = shape.positions(size)
    y = y.reshape(positions[0], w.shape[0], positions[1], x.shape[0])
    return indexed(y), (by_x, by_w, lambda g: by_bias(stored(g)))


@_conv_transpose2d.kernel
def _(x: Array, w: Array, b: Any, *, shape: Window, size: Pair) -> Any:
    s = stored(x)
    y = back_to_images(s, w, shape, size)
    if b is not None:
        y += b[:, None, None]

    def seen(g: Array) -> Any:
        return rows_of(neighbours(stored(g), shape), shape)

    pullback = (
        lambda g: indexed(through(seen(g), w).reshape(s.shape)),
        lambda g: by_filters(seen(g), s, w),
        lambda g: by_bias(stored(g)),
    )
    return indexed(y), pullback
