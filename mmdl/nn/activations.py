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
    """The logistic function on each entry, see `mmdl.functional.sigmoid`.

    Examples
    --------
    >>> import numpy as np
    >>> Sigmoid()(np.array([[0.0, -1000.0]]))
    array([[0.5, 0. ]])
    """

    def forward(self, x: Any) -> Any:
        r"""Return :math:`\sigma(x)`."""
        return functional.sigmoid(floats(self, x))


class Tanh(Module):
    """The hyperbolic tangent on each entry, see `mmdl.functional.tanh`.

    Examples
    --------
    >>> import numpy as np
    >>> Tanh()(np.array([[0.0, 1000.0]]))
    array([[0., 1.]])
    """

    def forward(self, x: Any) -> Any:
        r"""Return :math:`\tanh x`."""
        return functional.tanh(floats(self, x))


class ReLU(Module):
    """The rectifier on each entry, see `mmdl.functional.relu`.

    Examples
    --------
    >>> import numpy as np
    >>> ReLU()(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """

    def forward(self, x: Any) -> Any:
        r"""Return :math:`\max(x, 0)`."""
        return functional.relu(floats(self, x))


class LeakyReLU(Module):
    """The leaky rectifier on each entry, see `mmdl.functional.leaky_relu`.

    Parameters
    ----------
    slope : float
        The derivative on the left of 0.

    Examples
    --------
    >>> import numpy as np
    >>> LeakyReLU(0.25)(np.array([[-1.0, 2.0]]))
    array([[-0.25,  2.  ]])
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
    """The smooth rectifier on each entry, see `mmdl.functional.softplus`.

    Examples
    --------
    >>> import numpy as np
    >>> Softplus()(np.array([[-1000.0, 1000.0]]))
    array([[   0., 1000.]])
    """

    def forward(self, x: Any) -> Any:
        r"""Return :math:`\log(1 + e^x)`."""
        return functional.softplus(floats(self, x))


class SiLU(Module):
    r"""The unit :math:`x \sigma(x)` on each entry, see `mmdl.functional.silu`.

    Examples
    --------
    >>> import numpy as np
    >>> SiLU()(np.array([[0.0, 100.0]]))
    array([[  0., 100.]])
    """

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

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[-1.0, 0.0, 1.0]])
    >>> GELU()(x).round(3), GELU(approximate=True)(x).round(3)
    (array([[-0.159,  0.   ,  0.841]]), array([[-0.159,  0.   ,  0.841]]))
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

    Examples
    --------
    >>> import numpy as np
    >>> Softmax()(np.array([[0.0, 0.0, -1000.0]]))
    array([[0.5, 0.5, 0. ]])
    """

    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Any) -> Any:
        r"""Return :math:`e^{x_k} / \sum_j e^{x_j}` along the axis."""
        return functional.softmax(floats(self, x), axis=self.axis)

    def arguments(self) -> str:
        """Say the axis."""
        return f"axis={self.axis}" if self.axis != -1 else ""
