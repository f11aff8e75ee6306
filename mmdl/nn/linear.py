"""The affine layer, and the one that makes rows of images (``ch-compositions``)."""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl import functional
from mmdl.autodiff import Tensor
from mmdl.errors import check_rng
from mmdl.nn.door import floats, refuse
from mmdl.nn.init import Initializer, glorot
from mmdl.nn.module import Module

__all__ = ["Flatten", "Linear"]


class Linear(Module):
    r"""The affine layer :math:`Y = XW + \mathbf 1 b`, acting on each row.

    Parameters
    ----------
    n_in, n_out : int
        Widths :math:`M_{in}` and :math:`M_{out}`.
    rng : numpy.random.Generator
        Draws the weights.
    bias : bool
        Whether there is a `b`, which begins at 0.
    init : initialiser
        How `W` begins, see `mmdl.nn.init`.
    dtype : floating-point dtype

    Attributes
    ----------
    W : (n_in, n_out) Tensor
    b : (n_out,) Tensor or None

    Raises
    ------
    ShapeError
        When called with an `x` whose last axis is not `n_in`, or without the axis of
        the samples.

    Examples
    --------
    >>> layer = Linear(4, 8, rng=np.random.default_rng(0))
    >>> layer(np.zeros((6, 4))).shape
    (6, 8)
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        rng: np.random.Generator | None = None,
        bias: bool = True,
        init: Initializer = glorot,
        dtype: Any = np.float32,
    ) -> None:
        self.n_in, self.n_out = n_in, n_out
        check_rng(f"Linear({n_in}, {n_out})", rng)
        self.W = Tensor(init((n_in, n_out), rng=rng, dtype=dtype))
        self.b = Tensor(np.zeros(n_out, dtype)) if bias else None

    def forward(self, x: Any) -> Any:
        """Return :math:`xW + b` for `x` of shape (..., n_in)."""
        x = floats(self, x, self.W.dtype)
        if x.ndim < 2 or x.shape[-1] != self.n_in:
            raise refuse(self, f"(N, {self.n_in})", x, self._hint(x))
        return functional.linear(x, self.W, self.b)

    def _hint(self, x: Any) -> str:
        if x.shape == (self.n_in,):
            return "for one point write x[None, :]"
        if x.ndim > 1 and x.size == len(x) * self.n_in:
            return "flatten each sample, x.reshape(len(x), -1), or put Flatten() before"
        if x.ndim == 2 and x.shape[0] == self.n_in:
            return "rows are samples, write x.T"
        if x.ndim == 0:
            return "give a matrix whose rows are samples"
        return f"build Linear({x.shape[-1]}, {self.n_out}), or feed {self.n_in} columns"

    def arguments(self) -> str:
        """Say the widths."""
        return f"{self.n_in}, {self.n_out}" + (
            "" if self.b is not None else ", bias=False"
        )


class Flatten(Module):
    """Make each sample a row: (N, ...) becomes (N, M).

    Examples
    --------
    >>> Flatten()(np.zeros((5, 1, 8, 8))).shape
    (5, 64)
    """

    def forward(self, x: Any) -> Any:
        """Return `x` as (N, M)."""
        if x.ndim < 1:
            raise refuse(self, "(N, ...)", x, "the first axis counts the samples")
        return functional.flatten(x)
