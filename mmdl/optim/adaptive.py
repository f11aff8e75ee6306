r"""Methods that measure each coordinate with its own ruler.

AdaGrad adds up squared gradients, RMSprop and Adam average them, Lion keeps
only signs.  Chapter ``ch-momentum`` proves what they promise and where they
fail.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from mmdl.optim.base import Array, Optimizer, fraction, positive

# Adam's five passes over theta, g, m, v cost memory traffic, not arithmetic:
# a block of 65,536 float32 keeps all of them in the second-level cache.
BLOCK = 65_536


class AdaGrad(Optimizer):
    r"""AdaGrad (Duchi, Hazan and Singer, 2011), coordinate by coordinate.

    :math:`s \leftarrow s + g^2`,
    :math:`\theta \leftarrow \theta - \tau\, g / (\sqrt{s} + \varepsilon)`.

    Parameters
    ----------
    params, lr, weight_decay, decay, clip_norm
        As for :class:`~mmdl.optim.Optimizer`.
    eps : float
        :math:`\varepsilon`; keeps the first step finite where the gradient is 0.

    Examples
    --------
    >>> from mmdl.optim import iterates
    >>> iterates(AdaGrad(lr=0.5), lambda w: w, [1.0], 3).ravel().round(3)
    array([1.   , 0.5  , 0.276, 0.156])
    """

    slots = ("s",)

    def __init__(self, params: Any = None, *, eps: float = 1e-10, **rest: Any) -> None:
        super().__init__(params, **rest)
        self.eps = eps

    def update(self, theta: Array, g: Array, tau: float) -> None:
        """Move theta in place by the formula above."""
        s = self.state["s"]
        s += g * g
        theta -= tau * g / (np.sqrt(s) + self.eps)


class RMSprop(Optimizer):
    r"""RMSprop (Tieleman and Hinton, 2012): AdaGrad that forgets.

    :math:`s \leftarrow \rho s + (1-\rho) g^2`,
    :math:`\theta \leftarrow \theta - \tau\, g / (\sqrt{s} + \varepsilon)`.

    Parameters
    ----------
    params, lr, weight_decay, decay, clip_norm
        As for :class:`~mmdl.optim.Optimizer`.
    rho : float
        :math:`\rho \in [0, 1)`, the weight of the past.
    eps : float
        :math:`\varepsilon`.

    Examples
    --------
    >>> from mmdl.optim import iterates
    >>> iterates(RMSprop(lr=0.01), lambda w: w, [1.0], 3).ravel().round(3)
    array([1.   , 0.9  , 0.833, 0.78 ])
    """

    slots = ("s",)

    def __init__(
        self, params: Any = None, *, rho: float = 0.99, eps: float = 1e-8, **rest: Any
    ) -> None:
        super().__init__(params, **rest)
        fraction(self.name, "rho", rho)
        self.rho, self.eps = rho, eps

    def update(self, theta: Array, g: Array, tau: float) -> None:
        """Move theta in place by the formula above."""
        s = self.state["s"]
        s *= self.rho
        s += (1 - self.rho) * (g * g)
        theta -= tau * g / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    r"""Adam (Kingma and Ba, 2015).

    With :math:`m \leftarrow \beta_1 m + (1-\beta_1) g`,
    :math:`v \leftarrow \beta_2 v + (1-\beta_2) g^2` and the corrections
    :math:`\hat m = m/(1-\beta_1^k)`, :math:`\hat v = v/(1-\beta_2^k)`, the step is
    :math:`\theta \leftarrow \theta - \tau\, \hat m / (\sqrt{\hat v} + \varepsilon)`.

    Parameters
    ----------
    params, lr, weight_decay, decay, clip_norm
        As for :class:`~mmdl.optim.Optimizer`; ``weight_decay`` enters the
        gradient (:class:`AdamW` decouples it).
    betas : (float, float)
        :math:`(\beta_1, \beta_2)`, both in [0, 1).
    eps : float
        :math:`\varepsilon`; 0 makes the method invariant to rescaling.

    Examples
    --------
    >>> from mmdl.optim import iterates
    >>> iterates(Adam(lr=0.1), lambda w: w, [1.0], 3).ravel().round(3)
    array([1.   , 0.9  , 0.8  , 0.702])
    """

    slots: ClassVar[tuple[str, ...]] = ("m", "v")

    def __init__(
        self,
        params: Any = None,
        *,
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        **rest: Any,
    ) -> None:
        super().__init__(params, lr=lr, **rest)
        fraction(self.name, "betas[0]", betas[0])
        fraction(self.name, "betas[1]", betas[1])
        self.betas, self.eps = betas, eps

    def update(self, theta: Array, g: Array, tau: float) -> None:
        """Move theta in place by the formula above."""
        scratch = np.empty(min(BLOCK, theta.size), theta.dtype)
        for start in range(0, theta.size, BLOCK):
            b = slice(start, start + BLOCK)
            m, root = self._moments(b, g[b], scratch)
            np.divide(m, root, out=root)
            root *= tau / (1 - self.betas[0] ** self.k)
            theta[b] -= root

    def _moments(self, b: slice, g: Array, scratch: Array) -> tuple[Array, Array]:
        r"""Update m and v on a block; return m and the denominator of the step."""
        beta1, beta2 = self.betas
        m, v, t = self.state["m"][b], self.state["v"][b], scratch[: g.size]
        np.multiply(g, 1 - beta1, out=t)
        m *= beta1
        m += t
        np.multiply(g, g, out=t)
        t *= 1 - beta2
        v *= beta2
        v += t
        np.sqrt(self._second(b, v), out=t)
        t *= (1 - beta2**self.k) ** -0.5
        t += self.eps
        return m, t

    def _second(self, _block: slice, v: Array) -> Array:
        return v


class AdamW(Adam):
    r"""Adam with decoupled weight decay (Loshchilov and Hutter, 2019).

    Before Adam's step, :math:`\theta \leftarrow (1 - \tau\alpha)\theta`: the decay
    is not divided by :math:`\sqrt{\hat v}`, hence it is not L2 regularisation.

    Parameters
    ----------
    params, lr, decay, clip_norm
        As for :class:`~mmdl.optim.Optimizer`.
    weight_decay : float
        :math:`\alpha`.
    betas, eps
        As for :class:`Adam`.

    Examples
    --------
    >>> w = np.array([1.0])
    >>> AdamW(lr=0.1, weight_decay=0.5)(w, np.array([100.0]))
    >>> w  # 0.95 after the decay, and Adam's first step is 0.1
    array([0.85])
    """

    decoupled = True

    def __init__(
        self, params: Any = None, *, weight_decay: float = 0.01, **rest: Any
    ) -> None:
        super().__init__(params, weight_decay=weight_decay, **rest)


class AMSGrad(Adam):
    r"""AMSGrad (Reddi, Kale and Kumar, 2018): Adam whose ruler never shrinks.

    Adam with :math:`v` replaced, in the step, by its running maximum.

    Examples
    --------
    >>> from mmdl.optim import iterates
    >>> iterates(AMSGrad(lr=0.1), lambda w: w, [1.0], 3).ravel().round(3)
    array([1.   , 0.9  , 0.8  , 0.702])
    """

    slots = ("m", "v", "v_max")

    def _second(self, block: slice, v: Array) -> Array:
        v_max = self.state["v_max"][block]
        np.maximum(v_max, v, out=v_max)
        return v_max


class Lion(Optimizer):
    r"""Lion (Chen et al., 2023): the sign of an interpolated momentum.

    :math:`\theta \leftarrow \theta - \tau\,\mathrm{sign}(\beta_1 m + (1-\beta_1) g)`,
    then :math:`m \leftarrow \beta_2 m + (1-\beta_2) g`; weight decay is decoupled.

    Parameters
    ----------
    params, lr, weight_decay, decay, clip_norm
        As for :class:`~mmdl.optim.Optimizer`.
    betas : (float, float)
        :math:`(\beta_1, \beta_2)`, both in [0, 1).

    Examples
    --------
    >>> from mmdl.optim import iterates
    >>> iterates(Lion(lr=0.25), lambda w: w, [1.0], 5).ravel()
    array([ 1.  ,  0.75,  0.5 ,  0.25,  0.  , -0.25])
    """

    slots = ("m",)
    decoupled = True

    def __init__(
        self,
        params: Any = None,
        *,
        lr: Any = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        **rest: Any,
    ) -> None:
        super().__init__(params, lr=lr, **rest)
        fraction(self.name, "betas[0]", betas[0])
        fraction(self.name, "betas[1]", betas[1])
        self.betas = betas

    def update(self, theta: Array, g: Array, tau: float) -> None:
        """Move theta in place by the formula above."""
        beta1, beta2 = self.betas
        m = self.state["m"]
        theta -= tau * np.sign(beta1 * m + (1 - beta1) * g)
        m *= beta2
        m += (1 - beta2) * g


class AdaGradNorm(Optimizer):
    r"""AdaGrad with one step size for all coordinates, projected on a ball.

    :math:`\eta_k = D / \sqrt{2\sum_{s\le k}|g_s|^2}` and
    :math:`w_{k+1} = \Pi(w_k - \eta_k g_k)`, :math:`\Pi` the projection on the ball
    of diameter :math:`D` around 0: the method of the regret bound. ``lr``
    multiplies :math:`\eta_k` (1 in the theorem).

    Parameters
    ----------
    params, weight_decay, decay, clip_norm
        As for :class:`~mmdl.optim.Optimizer`.
    diameter : float
        :math:`D > 0`.
    lr : float or callable
        Multiplies :math:`\eta_k`.

    Examples
    --------
    >>> from mmdl.optim import iterates
    >>> iterates(AdaGradNorm(diameter=2.0), lambda w: w, [1.0], 3).ravel().round(3)
    array([ 1.   , -0.414,  0.127, -0.038])
    """

    slots = ("total",)

    def __init__(
        self, params: Any = None, *, diameter: float, lr: Any = 1.0, **rest: Any
    ) -> None:
        super().__init__(params, lr=lr, **rest)
        positive(self.name, "diameter", diameter)
        self.diameter = diameter

    def _fresh(self, theta: Array) -> Array:
        return np.zeros((), theta.dtype)

    def update(self, theta: Array, g: Array, tau: float) -> None:
        """Move theta in place by the formula above."""
        total = self.state["total"]
        total += g @ g
        if total > 0:
            theta -= tau * self.diameter / np.sqrt(2 * total) * g
        norm = float(np.sqrt(theta @ theta))
        if norm > self.diameter / 2:
            theta *= self.diameter / 2 / norm
