"""Convolutions of images and sequences, and their adjoint (``ch-convolution``)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from mmdl import functional
from mmdl.autodiff import Tensor
from mmdl.errors import check_rng
from mmdl.functional.patches import Size, pair
from mmdl.nn.door import floats, refuse
from mmdl.nn.init import Initializer, Shape, he
from mmdl.nn.module import Module

__all__ = ["Conv1d", "Conv2d", "ConvTranspose2d"]


class _Convolution(Module):
    """What the three have in common: filters, a bias, a window that moves."""

    n_in: int
    n_out: int
    kernel: Any
    # what a window does unless told otherwise
    USUAL: ClassVar = {
        "stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1
    }  # fmt: skip

    def _draw(self, shape: Shape, rng: Any, bias: bool, init: Any, dtype: Any) -> None:
        self.w = Tensor(init(shape, rng=check_rng(self.title, rng), dtype=dtype))
        self.b = Tensor(np.zeros(self.n_out, dtype)) if bias else None

    def _share(self, groups: int) -> int:
        """Return how many channels a filter sees."""
        if self.n_in % groups or self.n_out % groups:
            raise ValueError(
                f"{self.title}: expected channels divisible by the groups, received "
                f"{self.n_in} and {self.n_out} for {groups} groups."
            )
        return self.n_in // groups

    def _window(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.USUAL if name in vars(self)}

    def arguments(self) -> str:
        """Say channels, kernel and what is unusual."""
        window = self._window().items()
        extra = [f", {k}={v!r}" for k, v in window if v != self.USUAL[k]]
        square = isinstance(self.kernel, tuple) and len(set(self.kernel)) == 1
        kernel = self.kernel[0] if square else self.kernel
        return f"{self.n_in}, {self.n_out}, {kernel}" + "".join(extra)


class Conv2d(_Convolution):
    r"""A convolution of images, see `mmdl.functional.conv2d`.

    Parameters
    ----------
    n_in, n_out : int
        Channels.
    kernel : int or pair of ints
        The size of the filters.
    stride, padding, dilation : int or pair of ints
        How the window moves; padding "same" keeps the size of the image.
    groups : int
        Groups of channels that do not see each other.
    rng : numpy.random.Generator
        Draws the filters.
    bias : bool
    init : initialiser
    dtype : floating-point dtype

    Attributes
    ----------
    w : (n_out, n_in / groups, kh, kw) Tensor
    b : (n_out,) Tensor or None

    Raises
    ------
    ShapeError
        When called with something else than images of `n_in` channels.

    Examples
    --------
    >>> layer = Conv2d(1, 8, 3, padding="same", rng=np.random.default_rng(0))
    >>> layer(np.zeros((5, 1, 28, 28))).shape
    (5, 8, 28, 28)
    """

    def __init__(  # noqa: PLR0913 - a window has four numbers
        self,
        n_in: int,
        n_out: int,
        kernel: Size,
        *,
        stride: Size = 1,
        padding: Size | str = 0,
        dilation: Size = 1,
        groups: int = 1,
        rng: np.random.Generator | None = None,
        bias: bool = True,
        init: Initializer = he,
        dtype: Any = np.float32,
    ) -> None:
        self.n_in, self.n_out, self.kernel = n_in, n_out, pair(kernel)
        self.stride, self.padding, self.dilation = stride, padding, dilation
        self.groups = groups
        shape = (n_out, self._share(groups), *self.kernel)
        self._draw(shape, rng, bias, init, dtype)

    def forward(self, x: Any) -> Any:
        """Return (N, n_out, H', W') for `x` (N, n_in, H, W)."""
        x = floats(self, x, self.w.dtype)
        if x.ndim != 4 or x.shape[1] != self.n_in:
            raise refuse(self, f"(N, {self.n_in}, H, W)", x, self._hint(x))
        return functional.conv2d(x, self.w, self.b, **self._window())

    def _hint(self, x: Any) -> str:
        if x.ndim == 3 and x.shape[0] == self.n_in:
            return "for one image write x[None]"
        if x.ndim == 3 and self.n_in == 1:
            return "for one channel write x[:, None]"
        if x.ndim == 4 and x.shape[3] == self.n_in:
            return "channels come before the pixels, write x.transpose(0, 3, 1, 2)"
        if x.ndim == 2:
            return "give the pixels as images, x.reshape(len(x), C, H, W)"
        return "the axes are samples, channels, height, width"


class Conv1d(_Convolution):
    r"""A convolution of sequences, see `mmdl.functional.conv1d`.

    Parameters
    ----------
    n_in, n_out : int
        Channels.
    kernel : int
        The length of the filters.
    stride, padding, dilation, groups : int
        As in `Conv2d`.
    rng : numpy.random.Generator
        Draws the filters.
    bias : bool
    init : initialiser
    dtype : floating-point dtype

    Attributes
    ----------
    w : (n_out, n_in / groups, kernel) Tensor
    b : (n_out,) Tensor or None

    Raises
    ------
    ShapeError
        When called with something else than sequences of `n_in` channels.

    Examples
    --------
    >>> Conv1d(2, 3, 5, rng=np.random.default_rng(0))(np.zeros((4, 2, 9))).shape
    (4, 3, 5)
    """

    def __init__(  # noqa: PLR0913 - a window has four numbers
        self,
        n_in: int,
        n_out: int,
        kernel: int,
        *,
        stride: int = 1,
        padding: int | str = 0,
        dilation: int = 1,
        groups: int = 1,
        rng: np.random.Generator | None = None,
        bias: bool = True,
        init: Initializer = he,
        dtype: Any = np.float32,
    ) -> None:
        self.n_in, self.n_out, self.kernel = n_in, n_out, kernel
        self.stride, self.padding, self.dilation = stride, padding, dilation
        self.groups = groups
        shape = (n_out, self._share(groups), kernel)
        self._draw(shape, rng, bias, init, dtype)

    def forward(self, x: Any) -> Any:
        """Return (N, n_out, T') for `x` (N, n_in, T)."""
        x = floats(self, x, self.w.dtype)
        if x.ndim != 3 or x.shape[1] != self.n_in:
            hint = "the axes are samples, channels, time"
            if x.ndim == 3 and x.shape[2] == self.n_in:
                hint = "channels come before time, write x.transpose(0, 2, 1)"
            elif x.ndim == 2 and self.n_in == 1:
                hint = "for one channel write x[:, None]"
            raise refuse(self, f"(N, {self.n_in}, T)", x, hint)
        return functional.conv1d(x, self.w, self.b, **self._window())


class ConvTranspose2d(_Convolution):
    r"""The adjoint of a convolution, see `mmdl.functional.conv_transpose2d`.

    Parameters
    ----------
    n_in, n_out : int
        Channels.
    kernel : int or pair of ints
    stride, padding, output_padding : int or pair of ints
    rng : numpy.random.Generator
        Draws the filters.
    bias : bool
    init : initialiser
    dtype : floating-point dtype

    Attributes
    ----------
    w : (n_in, n_out, kh, kw) Tensor
    b : (n_out,) Tensor or None

    Raises
    ------
    ShapeError
        When called with something else than images of `n_in` channels.

    Examples
    --------
    >>> layer = ConvTranspose2d(8, 4, 2, stride=2, rng=np.random.default_rng(0))
    >>> layer(np.zeros((5, 8, 7, 7))).shape
    (5, 4, 14, 14)
    """

    def __init__(  # noqa: PLR0913 - a window has four numbers
        self,
        n_in: int,
        n_out: int,
        kernel: Size,
        *,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        rng: np.random.Generator | None = None,
        bias: bool = True,
        init: Initializer = he,
        dtype: Any = np.float32,
    ) -> None:
        self.n_in, self.n_out, self.kernel = n_in, n_out, pair(kernel)
        self.stride, self.padding, self.output_padding = stride, padding, output_padding
        shape = (n_in, n_out, *self.kernel)
        self._draw(shape, rng, bias, init, dtype)

    def forward(self, x: Any) -> Any:
        """Return (N, n_out, H', W') for `x` (N, n_in, H, W)."""
        x = floats(self, x, self.w.dtype)
        if x.ndim != 4 or x.shape[1] != self.n_in:
            hint = "the axes are samples, channels, height, width"
            raise refuse(self, f"(N, {self.n_in}, H, W)", x, hint)
        return functional.conv_transpose2d(x, self.w, self.b, **self._window())
