r"""Gradient descent and its stochastic sister.

One formula, :math:`w_{k+1} = w_k - \tau_k g_k`: with :math:`g_k = \nabla L(w_k)`
it is Cauchy's method (``ch-gradient-descent``), with an unbiased estimate of it
the method of Robbins and Monro (``ch-stochastic-gradient-descent``).
"""

from __future__ import annotations

from typing import Any

from mmdl.optim.base import Array, Optimizer, fraction


class GD(Optimizer):
    r"""Gradient descent, :math:`\theta \leftarrow \theta - \tau g`.

    Parameters are those of :class:`~mmdl.optim.Optimizer`.

    Examples
    --------
    >>> import numpy as np
    >>> from mmdl.optim import GD
    >>> w = np.array([1.0, -2.0])
    >>> GD(lr=0.5)(w, w.copy()); w
    array([ 0.5, -1. ])
    """

    def update(self, theta: Array, g: Array, tau: float) -> None:
        """Move theta in place by the formula above."""
        theta -= tau * g


class SGD(GD):
    r"""Stochastic gradient descent: gradient descent on a mini-batch's gradient.

    The formula is that of :class:`GD`; what differs is whose gradient it is given.

    Examples
    --------
    >>> import numpy as np
    >>> w = np.array([1.0, -2.0])
    >>> SGD(lr=0.5, clip_norm=1.0)(w, np.array([3.0, 4.0]))
    >>> w
    array([ 0.7, -2.4])
    """


class Momentum(Optimizer):
    r"""The heavy ball (Polyak, 1964).

    :math:`v \leftarrow \beta v - \tau g`, :math:`\theta \leftarrow \theta + v`.

    Parameters
    ----------
    params, lr, weight_decay, decay, clip_norm
        As for :class:`~mmdl.optim.Optimizer`.
    beta : float
        Friction :math:`\beta \in [0, 1)`; 0 is gradient descent.

    Examples
    --------
    >>> from mmdl.optim import iterates
    >>> iterates(Momentum(lr=0.1, beta=0.5), lambda w: w, [1.0], 2).ravel()
    array([1.  , 0.9 , 0.76])
    """

    slots = ("v",)

    def __init__(self, params: Any = None, *, beta: float = 0.9, **rest: Any) -> None:
        super().__init__(params, **rest)
        fraction(self.name, "beta", beta)
        self.beta = beta

    def update(self, theta: Array, g: Array, tau: float) -> None:
        """Move theta in place by the formula above."""
        v = self.state["v"]
        v *= self.beta
        v -= tau * g
        theta += v


class Nesterov(Momentum):
    r"""Nesterov's momentum (1983), in the variable in which the gradient is taken.

    With :math:`v \leftarrow \beta v - \tau g` the step is
    :math:`\theta \leftarrow \theta + \beta v - \tau g`: the gradient at
    :math:`\theta` is the one *after* the ball has rolled on, because
    :math:`\theta` is the extrapolated point.

    Examples
    --------
    >>> from mmdl.optim import iterates
    >>> iterates(Nesterov(lr=0.1, beta=0.5), lambda w: w, [1.0], 2).ravel()
    array([1.      , 0.855   , 0.708525])
    """

    def update(self, theta: Array, g: Array, tau: float) -> None:
        """Move theta in place by the formula above."""
        v = self.state["v"]
        v *= self.beta
        v -= tau * g
        theta += self.beta * v
        theta -= tau * g
