"""Layers that normalise, over batch or features (``ch-initialisation``)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from mmdl import functional
from mmdl.autodiff import Tensor, stop_gradient
from mmdl.errors import ShapeError
from mmdl.nn.door import floats, refuse
from mmdl.nn.module import Module

__all__ = ["BatchNorm1d", "BatchNorm2d", "LayerNorm", "RMSNorm"]


class _BatchNorm(Module):
    """Normalise channels over the batch; remember mean and variance for later."""

    wanted: ClassVar[str]
    axes: ClassVar[tuple[int, ...]]

    def __init__(
        self,
        n: int,
        *,
        eps: float = 1e-5,
        momentum: float = 0.1,
        dtype: Any = np.float32,
    ) -> None:
        self.n, self.eps, self.momentum = n, eps, momentum
        self.gamma = Tensor(np.ones(n, dtype))
        self.beta = Tensor(np.zeros(n, dtype))
        self.mean = np.zeros(n, dtype)
        self.variance = np.ones(n, dtype)

    def forward(self, x: Any) -> Any:
        """Normalise by the batch (training) or by what was remembered (eval)."""
        x = floats(self, x, self.gamma.dtype)
        if x.ndim not in self.axes or x.shape[1] != self.n:
            hint = f"build {type(self).__name__} for {x.shape[1]} channels"
            if x.ndim not in self.axes:
                hint = "the axes are samples, channels, and pixels"
            raise refuse(self, self.wanted.format(n=self.n), x, hint)
        return self._learn(x) if self.training else self._predict(x)

    def _learn(self, x: Any) -> Any:
        n = x.size // self.n
        if n < 2:
            raise ShapeError(
                f"{self.title}: expected more than one number per channel in training "
                f"mode, received x of shape {x.shape}; call model.eval() to predict."
            )
        y, mean, variance = functional.batch_norm(
            x, self.gamma, self.beta, eps=self.eps
        )
        rest = 1 - self.momentum
        unbiased = self.momentum * n / (n - 1)
        self.mean = rest * self.mean + self.momentum * stop_gradient(mean)
        self.variance = rest * self.variance + unbiased * stop_gradient(variance)
        return y

    def _predict(self, x: Any) -> Any:
        beside = (-1,) + (1,) * (x.ndim - 2)
        r = (1 / np.sqrt(self.variance + self.eps)).astype(x.dtype)
        scale = self.gamma * r
        shift = self.beta - self.mean.astype(x.dtype) * scale
        return x * scale.reshape(beside) + shift.reshape(beside)

    def arguments(self) -> str:
        """Say the number of channels."""
        return f"{self.n}"


class BatchNorm1d(_BatchNorm):
    r"""Batch normalisation of rows (N, C) or sequences (N, C, T).

    In training mode each channel is normalised by its mean and variance over the
    batch, and running means of both are kept; in eval mode these are used, and each
    sample is treated alone.

    Parameters
    ----------
    n : int
        Channels.
    eps : float
        Added to the variance.
    momentum : float
        The weight of the newest batch in the running means.
    dtype : floating-point dtype

    Attributes
    ----------
    gamma, beta : (n,) Tensors
        Scale and shift.
    mean, variance : (n,) arrays
        The running means; the variance with the divisor :math:`N - 1`.

    Raises
    ------
    ShapeError
        When called with other shapes, or in training mode with a single number per
        channel.

    Examples
    --------
    >>> layer = BatchNorm1d(3)
    >>> y = layer(np.random.default_rng(0).normal(5, 2, (100, 3)))
    >>> abs(y.value.mean(0)).max() < 1e-5
    np.True_
    """

    wanted = "(N, {n}) or (N, {n}, T)"
    axes = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch normalisation of images (N, C, H, W), see `BatchNorm1d`.

    Examples
    --------
    >>> BatchNorm2d(3)(np.random.default_rng(0).normal(size=(5, 3, 7, 7))).shape
    (5, 3, 7, 7)
    """

    wanted = "(N, {n}, H, W)"
    axes = (4,)


class LayerNorm(Module):
    r"""Normalise the features of each sample, see `mmdl.functional.layer_norm`.

    Parameters
    ----------
    n : int
        Features.
    eps : float
        Added to the variance.
    dtype : floating-point dtype

    Attributes
    ----------
    gamma, beta : (n,) Tensors
        Scale and shift.

    Raises
    ------
    ShapeError
        When called with an `x` whose last axis is not `n`.

    Examples
    --------
    >>> LayerNorm(2)(np.array([[1.0, 3.0]])).value.round(2)
    array([[-1.,  1.]], dtype=float32)
    """

    def __init__(self, n: int, *, eps: float = 1e-5, dtype: Any = np.float32) -> None:
        self.n, self.eps = n, eps
        self.gamma = Tensor(np.ones(n, dtype))
        self.beta = Tensor(np.zeros(n, dtype))

    def forward(self, x: Any) -> Any:
        """Return the normalised rows."""
        x = _rows(self, x)
        return functional.layer_norm(x, self.gamma, self.beta, eps=self.eps)

    def arguments(self) -> str:
        """Say the number of features."""
        return f"{self.n}"


class RMSNorm(Module):
    r"""Divide each row by its root mean square, see `mmdl.functional.rms_norm`.

    Parameters
    ----------
    n : int
        Features.
    eps : float
        Added to the mean square.
    dtype : floating-point dtype

    Attributes
    ----------
    gamma : (n,) Tensor
        Scale.

    Raises
    ------
    ShapeError
        When called with an `x` whose last axis is not `n`.

    Examples
    --------
    >>> RMSNorm(2)(np.array([[1.0, -1.0]])).value.round(2)
    array([[ 1., -1.]], dtype=float32)
    """

    def __init__(self, n: int, *, eps: float = 1e-5, dtype: Any = np.float32) -> None:
        self.n, self.eps = n, eps
        self.gamma = Tensor(np.ones(n, dtype))

    def forward(self, x: Any) -> Any:
        """Return the rescaled rows."""
        return functional.rms_norm(_rows(self, x), self.gamma, eps=self.eps)

    def arguments(self) -> str:
        """Say the number of features."""
        return f"{self.n}"


def _rows(layer: Any, x: Any) -> Any:
    x = floats(layer, x, layer.gamma.dtype)
    if x.ndim < 2 or x.shape[-1] != layer.n:
        hint = "for one point write x[None, :]"
        if x.ndim >= 2:
            hint = f"the last axis holds the features, build it for {x.shape[-1]}"
        raise refuse(layer, f"(N, ..., {layer.n})", x, hint)
    return x
