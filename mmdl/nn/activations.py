"""The activations as layers without parameters (``ch-neurons``)."""

from __future__ import annotations

from typing import Any

from mmdl import functional
from mmdl.nn.door import floats
from mmdl.nn.module import Module

__all__ = [
    "GELU",
    "LeakyReLU",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
]


class Sigmoid(Module):
    """The logistic function on each entry, see `mmdl.functional.sigmoid`."""

    def forward(self, x: Any) -> Any:
        r"""Return :math:`\sigma(x)`."""
        return functional.sigmoid(floats(self, x))


class Tanh(Module):
    """The hyperbolic tangent on each entry, see `mmdl.functional.tanh`."""

    def forward(self, x: Any) -> Any:
        r"""Return :math:`\tanh x`."""
        return functional.tanh(floats(self, x))


class ReLU(Module):
    """The rectifier on each entry, see `mmdl.functional.relu`."""

    def forward(self, x: Any) -> Any:
        r"""Return :math:`\max(x, 0)`."""
        return functional.relu(floats(self, x))


class LeakyReLU(Module):
    """The leaky rectifier on each entry, see `mmdl.functional.leaky_relu`.

    Parameters
    ----------
    slope : float
        The derivative on the left of 0.
    """

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = slope

    def forward(self, x: Any) -> Any:
        """Return `x` where it is positive, `slope` times it elsewhere."""
        return functional.leaky_relu(floats(self, x), slope=self.slope)

    def arguments(self) -> str:
        """Say the slope."""
        return f"{self.slope}"


class Softplus(Module):
    """The smooth rectifier on each entry, see `mmdl.functional.softplus`."""

    def forward(self, x: Any) -> Any:
        r"""Return :math:`\log(1 + e^x)`."""
        return functional.softplus(floats(self, x))


class SiLU(Module):
    r"""The unit :math:`x \sigma(x)` on each entry, see `mmdl.functional.silu`."""

    def forward(self, x: Any) -> Any:
        r"""Return :math:`x \sigma(x)`."""
        return functional.silu(floats(self, x))


class GELU(Module):
    """The Gaussian error linear unit on each entry, see `mmdl.functional.gelu`.

    Parameters
    ----------
    approximate : bool
        Take GPT-2's formula with tanh, `mmdl.functional.gelu_tanh`; about twice as
        fast.
    """

    def __init__(self, *, approximate: bool = False) -> None:
        self.approximate = approximate

    def forward(self, x: Any) -> Any:
        r"""Return :math:`x \Phi(x)`."""
        return (functional.gelu_tanh if self.approximate else functional.gelu)(
            floats(self, x)
        )

    def arguments(self) -> str:
        """Say whether it approximates."""
        return "approximate=True" if self.approximate else ""


class Softmax(Module):
    """Probabilities along an axis, see `mmdl.functional.softmax`.

    To *train* a classifier, leave it out and give the logits to
    `mmdl.functional.cross_entropy`, which cannot underflow.

    Parameters
    ----------
    axis : int
    """

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        r"""Return :math:`e^{x_k} / \sum_j e^{x_j}` along the axis."""
        return functional.softmax(floats(self, x), axis=self.axis)

    def arguments(self) -> str:
        """Say the axis."""
        return f"axis={self.axis}" if self.axis != -1 else ""
