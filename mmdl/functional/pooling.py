r"""Pooling: one number for each window of an image (``ch-convolution``).

The maximum over a window is the maximum over its columns of the maxima over its rows,
so two passes along one axis each do the work. At a tie the first pixel in reading
order counts as the maximum, and gets all of the gradient.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff import fused
from mmdl.errors import ShapeError
from mmdl.functional.layout import Array
from mmdl.functional.patches import Pair, Size, Window, check_images, unfold, window

__all__ = ["avg_pool2d", "global_avg_pool", "max_pool2d"]


def max_pool2d(
    x: Any, kernel: Size, *, stride: Size | None = None, padding: Size = 0
) -> Any:
    r"""The largest number in each window.

    Parameters
    ----------
    x : (N, C, H, W) array
    kernel : int or pair of ints
    stride : int or pair of ints, optional
        By default the kernel: windows side by side.
    padding : int or pair of ints
        How much of :math:`-\infty` surrounds the image; at most half the kernel.

    Returns
    -------
    (N, C, H', W') array

    Raises
    ------
    ShapeError
        If `x` is not a batch of images that the window fits into.

    Examples
    --------
    >>> max_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """
    shape = _checked("max_pool2d", x, kernel, stride, padding)
    (ph, pw), stride = shape.padding, shape.stride
    if ph or pw:
        around = ((0, 0), (0, 0), (ph, ph), (pw, pw))
        x = np.pad(x, around, constant_values=-np.inf)
    return _max_pool2d(x, kernel=shape.kernel, stride=stride)


def avg_pool2d(
    x: Any, kernel: Size, *, stride: Size | None = None, padding: Size = 0
) -> Any:
    r"""The mean over each window; zeros of the padding count.

    Parameters
    ----------
    x : (N, C, H, W) array
    kernel : int or pair of ints
    stride : int or pair of ints, optional
        By default the kernel: windows side by side.
    padding : int or pair of ints
        How many zeros surround the image; at most half the kernel.

    Returns
    -------
    (N, C, H', W') array

    Raises
    ------
    ShapeError
        If `x` is not a batch of images that the window fits into.

    Examples
    --------
    >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4), 2)[0, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """
    shape = _checked("avg_pool2d", x, kernel, stride, padding)
    (ph, pw), stride = shape.padding, shape.stride
    if ph or pw:
        x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    return _avg_pool2d(x, kernel=shape.kernel, stride=stride)


def global_avg_pool(x: Any) -> Any:
    r"""The mean of each channel: (N, C, H, W) becomes (N, C).

    Parameters
    ----------
    x : (N, C, ...) array

    Returns
    -------
    (N, C) array

    Raises
    ------
    ShapeError
        If there is nothing to average.

    Examples
    --------
    >>> global_avg_pool(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[1.5, 5.5]])
    """
    if x.ndim < 3 or 0 in x.shape[2:]:
        raise ShapeError(
            f"global_avg_pool: expected x of shape (N, C, H, W), received {x.shape}; "
            "there must be something to average over."
        )
    return _global_avg_pool(x)


def _checked(
    who: str, x: Any, kernel: Size, stride: Size | None, padding: Size
) -> Window:
    shape = window(who, kernel, kernel if stride is None else stride, padding)
    if any(2 * p > k for p, k in zip(shape.padding, shape.kernel, strict=True)):
        raise ValueError(
            f"{who}: expected padding of at most half the kernel {shape.kernel}, "
            f"received {shape.padding}; a window must see a pixel."
        )
    check_images(who, x, shape)
    return shape


def _windows(x: Any, kernel: Pair, stride: Pair) -> Any:
    """Return the pixels of each window, (N, C, H', W', kh kw)."""
    rows = unfold(x, kernel, stride=stride)
    n, h, w, _ = rows.shape
    return np.moveaxis(rows.reshape(n, h, w, x.shape[1], kernel[0] * kernel[1]), 3, 1)


@fused
def _max_pool2d(x: Any, *, kernel: Pair, stride: Pair) -> Any:
    return np.max(_windows(x, kernel, stride), axis=-1)


@fused
def _avg_pool2d(x: Any, *, kernel: Pair, stride: Pair) -> Any:
    return np.mean(_windows(x, kernel, stride), axis=-1)


@fused
def _global_avg_pool(x: Any) -> Any:
    return np.mean(x, axis=tuple(range(2, x.ndim)))


# Kernels: one axis after the other ---------------------------------------------------


def _slices(x: Array, axis: int, k: int, s: int) -> list[tuple[slice, ...]]:
    """For each pixel of a window, where all windows together see it."""
    last = (x.shape[axis] - k) // s * s
    before = (slice(None),) * axis
    return [(*before, slice(j, j + last + 1, s)) for j in range(k)]


def _largest(x: Array, axis: int, k: int, s: int) -> Any:
    """Return maxima along an axis and their pullback; the first at a tie."""
    at = _slices(x, axis, k, s)
    y = x[at[0]]
    for here in at[1:]:
        y = np.maximum(y, x[here])

    def pull(g: Array) -> Array:
        tiles = s == k and x.shape[axis] == k * y.shape[axis]
        d = np.empty_like(x) if tiles else np.zeros_like(x)
        for here in at[:-1]:
            mask = x[here] == y
            if s < k:  # windows overlap
                mine = g * mask
                d[here] += mine
            else:
                mine = np.multiply(g, mask, out=d[here])
            g = g - mine
        if s < k:
            d[at[-1]] += g
        else:
            d[at[-1]] = g  # whose window has no earlier maximum
        return d

    return y, pull


def _summed(x: Array, axis: int, k: int, s: int) -> Array:
    """Return the sums over windows along an axis."""
    first, *rest = _slices(x, axis, k, s)
    y = x[first].copy(order="K")
    for here in rest:
        y += x[here]
    return y


def _spread_over(g: Array, like: Array, axis: int, k: int, s: int) -> Array:
    """Add each number to all pixels of its window: the adjoint of the sums."""
    d = np.zeros_like(like)
    for here in _slices(like, axis, k, s):
        d[here] += g
    return d


@_max_pool2d.kernel
def _(x: Array, *, kernel: Pair, stride: Pair) -> Any:
    across, pull_across = _largest(x, 3, kernel[1], stride[1])
    y, pull_down = _largest(across, 2, kernel[0], stride[0])
    return y, lambda g: pull_across(pull_down(g))


@_avg_pool2d.kernel
def _(x: Array, *, kernel: Pair, stride: Pair) -> Any:
    across = _summed(x, 3, kernel[1], stride[1])
    y = _summed(across, 2, kernel[0], stride[0])
    scale = 1 / (kernel[0] * kernel[1])

    def pull(g: Array) -> Array:
        down = _spread_over(g * scale, across, 2, kernel[0], stride[0])
        return _spread_over(down, x, 3, kernel[1], stride[1])

    return y * scale, pull


@_global_avg_pool.kernel
def _(x: Array) -> Any:
    axes = tuple(range(2, x.ndim))
    scale = 1 / int(np.prod(x.shape[2:]))

    def pull(g: Array) -> Array:
        d = np.empty_like(x)  # in the layout of x, which the layers below count on
        d[...] = np.expand_dims(g * scale, axes)
        return d

    return x.sum(axes) * scale, pull
