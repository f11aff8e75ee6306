r"""Patches of images: `unfold` lays them out as rows, `fold` adds them back.

A convolution looks at an image through a window that moves. `unfold` writes what the
window sees at each position into a row, so that a convolution becomes an affine map on
rows (``ch-convolution``). It only copies entries, hence it is linear, and its adjoint,
`fold`, adds each entry of a row to the pixel that it came from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mmdl.autodiff import linear
from mmdl.errors import ShapeError
from mmdl.functional.layout import Array

__all__ = ["fold", "unfold"]

Pair = tuple[int, int]
Size = int | Pair


class Window(NamedTuple):
    r"""How a window moves over an image: four pairs (vertical, horizontal).

    The number of its positions along an axis of length `n` is
    :math:`\lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1`.
    """

    kernel: Pair
    stride: Pair
    padding: Pair
    dilation: Pair

    def positions(self, size: Pair) -> Pair:
        """Count the positions of the window on an image of this size."""
        h, w = (
            (n + 2 * p - d * (k - 1) - 1) // s + 1
            for n, k, s, p, d in zip(size, *self, strict=True)
        )
        return h, w


def pair(value: Size) -> Pair:
    """Return an int twice, and a pair as it is."""
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def window(
    who: str, kernel: Size, stride: Size, padding: Size | str, dilation: Size = 1
) -> Window:
    """Make a `Window`; padding "same" keeps the size if the stride is 1.

    Raises
    ------
    ValueError
        If a number is out of range, or "same" is asked of an even kernel.
    """
    k, s, d = pair(kernel), pair(stride), pair(dilation)
    if isinstance(padding, str):
        if padding != "same" or any(n * (m - 1) % 2 for n, m in zip(d, k, strict=True)):
            raise ValueError(
                f"{who}: expected padding as a number, a pair, or 'same' with odd "
                f"kernels, received {padding!r} with a kernel {k}."
            )
        p = (d[0] * (k[0] - 1) // 2, d[1] * (k[1] - 1) // 2)
    else:
        p = pair(padding)
    if min(*k, *s, *d) < 1 or min(p) < 0:
        raise ValueError(
            f"{who}: expected kernel, stride and dilation of at least 1 and padding of "
            f"at least 0, received {k}, {s}, {d} and {p}."
        )
    return Window(k, s, p, d)


def check_images(who: str, x: Any, w: Window) -> None:
    """Refuse what is not a batch of images that the window fits into."""
    if x.ndim != 4:
        hint = "for one image write x[None]" if x.ndim == 3 else "add the missing axes"
        raise ShapeError(
            f"{who}: expected x of shape (N, C, H, W), received {x.shape}; {hint}."
        )
    if min(w.positions(x.shape[2:])) < 1:
        raise ShapeError(
            f"{who}: expected images that a window {w.kernel} fits into, received "
            f"{x.shape}; use a smaller kernel, less stride or more padding."
        )


def _unfold(
    x: Array, kernel: Size, stride: Size = 1, padding: Size = 0, dilation: Size = 1
) -> Any:
    w = window("unfold", kernel, stride, padding, dilation)
    check_images("unfold", x, w)
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = w
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    reach = (dh * (kh - 1) + 1, dw * (kw - 1) + 1)
    seen = sliding_window_view(x, reach, axis=(2, 3))[:, :, ::sh, ::sw, ::dh, ::dw]
    rows = seen.transpose(0, 2, 3, 1, 4, 5)  # (N, H', W', C, kh, kw)
    return rows.reshape(*rows.shape[:3], x.shape[1] * kh * kw)


def _fold(
    rows: Array,
    size: Pair,
    kernel: Size,
    stride: Size = 1,
    padding: Size = 0,
    dilation: Size = 1,
) -> Any:
    w = window("fold", kernel, stride, padding, dilation)
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = w
    n, h, v = rows.shape[:3]
    if w.positions(size) != (h, v) or rows.shape[3] % (kh * kw):
        raise ShapeError(
            "fold: expected rows of shape (N, H', W', C kh kw) with (H', W') = "
            f"{w.positions(size)} for images {size}, received {rows.shape}; "
            "give the size and the window of the unfold."
        )
    c = rows.shape[3] // (kh * kw)
    rows = rows.reshape(n, h, v, c, kh, kw).transpose(0, 3, 1, 2, 4, 5)
    x = np.zeros((n, c, size[0] + 2 * ph, size[1] + 2 * pw), rows.dtype)
    for i in range(kh):
        for j in range(kw):
            down = slice(i * dh, i * dh + (h - 1) * sh + 1, sh)
            right = slice(j * dw, j * dw + (v - 1) * sw + 1, sw)
            x[:, :, down, right] += rows[..., i, j]
    return x[:, :, ph : ph + size[0], pw : pw + size[1]]


_unfolded: Callable[..., Any] = linear(
    _unfold, lambda g, y, x, *window: _folded(g, x.shape[2:], *window)
)
_folded: Callable[..., Any] = linear(
    _fold, lambda g, y, rows, size, *window: _unfolded(g, *window)
)


def unfold(
    x: Any, kernel: Size, *, stride: Size = 1, padding: Size = 0, dilation: Size = 1
) -> Any:
    r"""Lay out the patches of images as rows.

    Parameters
    ----------
    x : (N, C, H, W) array
    kernel : int or pair of ints
        The size (kh, kw) of the window.
    stride, padding, dilation : int or pair of ints
        How far the window moves, how many zeros surround the image, how far apart the
        pixels of the window are.

    Returns
    -------
    (N, H', W', C kh kw) array
        A row per position of the window.

    Raises
    ------
    ShapeError
        If `x` is not a batch of images that the window fits into.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> unfold(x, 2)[0, 0]
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.]])
    """
    return _unfolded(x, kernel, stride, padding, dilation)


def fold(
    rows: Any,
    size: Pair,
    kernel: Size,
    *,
    stride: Size = 1,
    padding: Size = 0,
    dilation: Size = 1,
) -> Any:
    r"""Add rows of patches back to images: the adjoint of `unfold`.

    Parameters
    ----------
    rows : (N, H', W', C kh kw) array
    size : pair of ints
        The size (H, W) of the images.
    kernel, stride, padding, dilation : int or pair of ints
        As in `unfold`.

    Returns
    -------
    (N, C, H, W) array

    Raises
    ------
    ShapeError
        If the rows do not fit the images.

    Examples
    --------
    >>> fold(np.ones((1, 2, 2, 4)), (3, 3), 2)[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    return _folded(rows, size, kernel, stride, padding, dilation)
