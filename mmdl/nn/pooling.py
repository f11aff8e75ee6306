"""Layers that make images smaller or larger (``ch-convolution``)."""

from __future__ import annotations

from typing import Any

from mmdl import functional
from mmdl.functional.patches import Size
from mmdl.nn.door import floats
from mmdl.nn.module import Module

__all__ = ["AvgPool2d", "GlobalAvgPool", "MaxPool2d", "Upsample"]


class _Pool(Module):
    def __init__(
        self, kernel: Size, *, stride: Size | None = None, padding: Size = 0
    ) -> None:
        self.kernel, self.stride, self.padding = kernel, stride, padding

    def arguments(self) -> str:
        """Say the kernel and what is unusual."""
        stride = f", stride={self.stride}" if self.stride is not None else ""
        padding = f", padding={self.padding}" if self.padding else ""
        return f"{self.kernel}{stride}{padding}"


class MaxPool2d(_Pool):
    """The largest number in each window, see `mmdl.functional.max_pool2d`.

    Parameters
    ----------
    kernel : int or pair of ints
    stride : int or pair of ints, optional
        By default the kernel.
    padding : int or pair of ints

    Examples
    --------
    >>> import numpy as np
    >>> MaxPool2d(2)(np.zeros((5, 8, 28, 28))).shape
    (5, 8, 14, 14)
    """

    def forward(self, x: Any) -> Any:
        """Return (N, C, H', W')."""
        return functional.max_pool2d(
            floats(self, x), self.kernel, stride=self.stride, padding=self.padding
        )


class AvgPool2d(_Pool):
    """The mean over each window, see `mmdl.functional.avg_pool2d`.

    Parameters
    ----------
    kernel : int or pair of ints
    stride : int or pair of ints, optional
        By default the kernel.
    padding : int or pair of ints

    Examples
    --------
    >>> import numpy as np
    >>> AvgPool2d(2)(np.zeros((5, 8, 28, 28))).shape
    (5, 8, 14, 14)
    """

    def forward(self, x: Any) -> Any:
        """Return (N, C, H', W')."""
        return functional.avg_pool2d(
            floats(self, x), self.kernel, stride=self.stride, padding=self.padding
        )


class GlobalAvgPool(Module):
    """The mean of each channel, (N, C, H, W) to (N, C).

    Examples
    --------
    >>> import numpy as np
    >>> GlobalAvgPool()(np.ones((5, 8, 7, 7))).shape
    (5, 8)
    """

    def forward(self, x: Any) -> Any:
        """Return (N, C)."""
        return functional.global_avg_pool(floats(self, x))


class Upsample(Module):
    """Larger images, see `mmdl.functional.upsample`.

    Parameters
    ----------
    factor : int
    mode : {"nearest", "bilinear"}

    Examples
    --------
    >>> import numpy as np
    >>> Upsample(2)(np.zeros((5, 8, 7, 7))).shape
    (5, 8, 14, 14)
    """

    def __init__(self, factor: int, *, mode: str = "nearest") -> None:
        self.factor, self.mode = factor, mode

    def forward(self, x: Any) -> Any:
        """Return (N, C, factor H, factor W)."""
        return functional.upsample(floats(self, x), self.factor, mode=self.mode)

    def arguments(self) -> str:
        """Say the factor and the mode."""
        mode = f", mode={self.mode!r}" if self.mode != "nearest" else ""
        return f"{self.factor}{mode}"
