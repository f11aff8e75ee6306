r"""One flat vector: what every optimizer of the book works on.

All parameters of a model lie behind one another in a single vector
:math:`\theta`, and each parameter is a *view* of its piece.  An optimizer is
then what it is on the blackboard, a map :math:`(\theta, g) \mapsto \theta`
(``update``), clipping is one dot product, and a checkpoint is one array.
Chapters ``ch-gradient-descent``, ``ch-stochastic-gradient-descent`` and
``ch-momentum``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

Array = np.ndarray
Rate = float | Callable[[int], float]


class Optimizer:
    r"""A rule :math:`(\theta, g) \mapsto \theta` and the parameters it moves.

    Parameters
    ----------
    params : iterable of Tensor, optional
        What ``step`` moves, ``model.parameters()``. Without it the rule serves
        plain vectors, see :func:`iterates`.
    lr : float or callable
        Step size :math:`\tau > 0`, or a schedule :math:`k \mapsto \tau_k`.
    weight_decay : float
        Coefficient of :math:`\tfrac12\alpha|\theta|^2`; 0 turns it off.
    decay : {"matrices", "all"}
        What decays: parameters with two axes or more (biases and the gains of
        normalisations stay free), or everything.
    clip_norm : float, optional
        Gradients longer than this are scaled back to this length.

    Raises
    ------
    ValueError
        If ``lr``, ``weight_decay``, ``decay`` or ``clip_norm`` is out of range,
        if there is no parameter, or if parameters differ in dtype.

    Examples
    --------
    >>> from mmdl import Tensor
    >>> from mmdl.optim import GD
    >>> w = Tensor([1.0, -2.0])
    >>> optimizer = GD([w], lr=0.25)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     np.sum(w**2).backward()
    ...     optimizer.step()
    >>> w
    Tensor([ 0.25, -0.5 ])
    """

    #: names of the state vectors, zero at the start
    slots: ClassVar[tuple[str, ...]] = ()
    #: whether weight decay enters the gradient (L2) or the step (decoupled)
    decoupled: ClassVar[bool] = False

    def __init__(
        self,
        params: Iterable[Any] | None = None,
        *,
        lr: Rate,
        weight_decay: float = 0.0,
        decay: str = "matrices",
        clip_norm: float | None = None,
    ) -> None:
        self.lr = lr
        self.weight_decay = weight_decay
        self.decay = decay
        self.clip_norm = clip_norm
        self.k = 0
        self.state: dict[str, Array] = {}
        self._check()
        self.params: list[Any] = [] if params is None else list(params)
        if params is not None:
            self._gather()

    # -- the formula -------------------------------------------------------

    def update(self, theta: Array, g: Array, tau: float) -> None:
        """Move ``theta`` in place by one step of size ``tau`` along the rule."""
        raise NotImplementedError

    def __call__(self, theta: Array, g: Array) -> None:
        """One whole step on flat vectors, in place: clip, decay, update.

        Parameters
        ----------
        theta, g : (d,) arrays
            The point, which is moved, and the gradient there, which is not.
        """
        if g.shape != theta.shape:
            raise ValueError(
                f"{self.name}: expected a gradient of the shape of theta, "
                f"{theta.shape}, received {g.shape}; flatten both alike."
            )
        tau = self.rate(self.k)
        for slot in self.slots:
            if slot not in self.state:
                self.state[slot] = self._fresh(theta)
        self.k += 1
        g = self._regularised(theta, self._clipped(g), tau)
        self.update(theta, g, tau)

    def _fresh(self, theta: Array) -> Array:
        return np.zeros_like(theta)

    def rate(self, k: int) -> float:
        r"""The step size :math:`\tau_k` of step k, counted from 0."""
        return float(self.lr(k)) if callable(self.lr) else self.lr

    def _clipped(self, g: Array) -> Array:
        if self.clip_norm is None:
            return g
        norm = float(np.sqrt(g @ g))
        return g * (self.clip_norm / norm) if norm > self.clip_norm else g

    def _regularised(self, theta: Array, g: Array, tau: float) -> Array:
        if not self.weight_decay:
            return g
        pull = self.weight_decay * theta
        if self.params and self.decay == "matrices":
            pull *= self._mask
        if not self.decoupled:
            return g + pull
        theta -= tau * pull
        return g

    # -- the parameters ----------------------------------------------------

    def step(self) -> None:
        """Move the parameters once along their ``.grad``."""
        if not self.params:
            raise ValueError(
                f"{self.name}: expected parameters, received none; "
                f"write {self.name}(model.parameters(), lr=...)."
            )
        if any(p.value.base is not self._theta for p in self.params):
            self._gather()  # somebody replaced a parameter's array
        if all(p.grad is None for p in self.params):
            raise ValueError(
                f"{self.name}: expected gradients, found none; "
                "call loss.backward() before step()."
            )
        for p, piece in zip(self.params, self._pieces, strict=True):
            self._g[piece] = 0.0 if p.grad is None else np.asarray(p.grad).ravel()
        self(self._theta, self._g)

    def zero_grad(self) -> None:
        """Forget the gradients, so that the next ``backward`` starts from zero."""
        for p in self.params:
            p.grad = None

    def _gather(self) -> None:
        """Lay the parameters behind one another; each becomes a view."""
        if not self.params:
            raise ValueError(
                f"{self.name}: expected parameters, received an empty list; "
                "has the model layers with weights?"
            )
        dtypes = {p.value.dtype for p in self.params}
        if len(dtypes) > 1:
            names = ", ".join(sorted(map(str, dtypes)))
            raise ValueError(
                f"{self.name}: expected parameters of one dtype, received {names}; "
                "build the layers with the same dtype=."
            )
        if len({id(p) for p in self.params}) < len(self.params):
            raise ValueError(
                f"{self.name}: expected each parameter once, received one twice; "
                "list shared parameters once."
            )
        ends = np.cumsum([0, *(p.value.size for p in self.params)])
        self._pieces = [slice(a, b) for a, b in pairwise(ends)]
        self._theta = np.empty(ends[-1], dtypes.pop())
        self._g = np.empty_like(self._theta)
        self._mask = np.empty_like(self._theta)
        for p, piece in zip(self.params, self._pieces, strict=True):
            self._theta[piece] = p.value.ravel()
            self._mask[piece] = float(p.value.ndim >= 2)
            p.value = self._theta[piece].reshape(p.value.shape)

    # -- checkpoints -------------------------------------------------------

    def state_dict(self) -> dict[str, Array]:
        """The state as named arrays, for :func:`mmdl.io.save`."""
        return {"k": np.array(self.k), **{s: v.copy() for s, v in self.state.items()}}

    def load_state_dict(self, state: dict[str, Array]) -> None:
        """Take the state up again where :meth:`state_dict` left it."""
        expected = {"k", *self.slots}
        if set(state) != expected and set(state) != {"k"}:
            raise ValueError(
                f"{self.name}: expected a state with {sorted(expected)}, "
                f"received {sorted(state)}; was it saved by another optimizer?"
            )
        if self.params:
            for name in sorted(set(state) - {"k"}):
                expected_shape = self._fresh(self._theta).shape
                if state[name].shape != expected_shape:
                    raise ValueError(
                        f"{self.name}: expected {name} of shape {expected_shape}, "
                        f"received {state[name].shape}; was it saved for another model?"
                    )
        self.k = int(state["k"])
        self.state = {s: np.array(state[s]) for s in self.slots if s in state}

    # -- words -------------------------------------------------------------

    @property
    def name(self) -> str:
        """The rule's name, as error messages say it."""
        return type(self).__name__

    def __repr__(self) -> str:
        return f"{self.name}(lr={self.lr}, weight_decay={self.weight_decay})"

    def _check(self) -> None:
        if not callable(self.lr):
            positive(self.name, "lr", self.lr)
        if not self.weight_decay >= 0:
            raise ValueError(
                f"{self.name}: expected weight_decay >= 0, "
                f"received {self.weight_decay}."
            )
        if self.decay not in ("matrices", "all"):
            raise ValueError(
                f"{self.name}: expected decay 'matrices' or 'all', "
                f"received {self.decay!r}."
            )
        if self.clip_norm is not None:
            positive(self.name, "clip_norm", self.clip_norm)


def positive(who: str, what: str, value: float) -> None:
    """Refuse a number that is not positive and finite."""
    if not 0 < value < np.inf:
        raise ValueError(
            f"{who}: expected {what} > 0, received {value}; "
            "try a positive number such as 0.01."
        )


def fraction(who: str, what: str, value: float) -> None:
    """Refuse a number outside [0, 1)."""
    if not 0 <= value < 1:
        raise ValueError(f"{who}: expected 0 <= {what} < 1, received {value}.")


def iterates(
    rule: Optimizer, gradient: Callable[[Array], Array], w0: Sequence[float], n: int
) -> Array:
    r"""The points :math:`w_0, \dots, w_n` of a rule on a plain function.

    Parameters
    ----------
    rule : Optimizer
        A fresh rule without parameters, such as ``GD(lr=0.1)``.
    gradient : callable
        :math:`w \mapsto \nabla f(w)`, or a noisy version of it; (d,) to (d,).
    w0 : (d,) array
        The start, which is left as it is.
    n : int
        How many steps.

    Returns
    -------
    (n + 1, d) array

    Examples
    --------
    >>> from mmdl.optim import GD, iterates
    >>> iterates(GD(lr=0.5), lambda w: w, [4.0], 3).ravel()
    array([4. , 2. , 1. , 0.5])
    """
    theta = np.array(w0, dtype=np.result_type(np.asarray(w0), np.float32))
    path = np.empty((n + 1, *theta.shape), theta.dtype)
    path[0] = theta
    for k in range(n):
        rule(theta, np.asarray(gradient(theta)))
        path[k + 1] = theta
    return path


def accelerated(
    gradient: Callable[[Array], Array], x0: Sequence[float], n: int, *, tau: float
) -> Array:
    r"""Nesterov's method for convex functions, with :math:`t_k` instead of a beta.

    :math:`x_{k+1} = y_k - \tau\nabla f(y_k)`,
    :math:`t_{k+1} = \tfrac12(1+\sqrt{1+4t_k^2})`,
    :math:`y_{k+1} = x_{k+1} + \frac{t_k-1}{t_{k+1}}(x_{k+1}-x_k)`
    from :math:`y_0=x_0`, :math:`t_0=1` (Nesterov, 1983; Beck and Teboulle, 2009).

    Parameters
    ----------
    gradient : callable
        (d,) array to (d,) array.
    x0 : (d,) array
    n : int
        How many steps.
    tau : float
        At most 1 over the Lipschitz constant of the gradient.

    Returns
    -------
    (n + 1, d) array
        The points :math:`x_0, \dots, x_n`.

    Examples
    --------
    >>> from mmdl.optim import accelerated
    >>> accelerated(lambda x: x, [4.0], 2, tau=0.5).ravel()
    array([4., 2., 1.])
    """
    positive("accelerated", "tau", tau)
    x = y = np.array(x0, dtype=float)
    path, t = [x], 1.0
    for _ in range(n):
        new, later = y - tau * np.asarray(gradient(y)), (1 + (1 + 4 * t * t) ** 0.5) / 2
        y = new + (t - 1) / later * (new - x)
        x, t = new, later
        path.append(x)
    return np.array(path)
