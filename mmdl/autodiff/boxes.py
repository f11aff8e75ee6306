r"""Boxes carry a derivative along with a value (``ch-backpropagation``).

A `Tensor` remembers how it was computed: its parents and its *pullback*, the map
:math:`u \mapsto Df(x)^* u`. A `Dual` carries a tangent, and every operation pushes
it forward, :math:`v \mapsto Df(x) v`. Both live at a *level*: each derivative that
is being taken has its own number, an inner one a larger number, so that a box of one
derivative is a constant for every other and perturbations are never confused. What
sits inside a box is a plain array, or a box of a lower level: that is all that
derivatives of derivatives need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ContextDecorator
from itertools import count
from typing import Any, Self

import numpy as np

Pullback = Callable[[Any], Iterable[Any]]

UFUNCS: dict[Any, Callable[..., Any]] = {}
FUNCTIONS: dict[Any, Callable[..., Any]] = {}

next_birth = count().__next__
next_level = count(1).__next__
NOWHERE = float("-inf")  # the level of an array
FLOOR = [NOWHERE]  # boxes at or below this level are constants, see no_grad


# What other libraries call it.
ELSEWHERE = {
    "data": "the entries are in x.value",
    "numpy": "the entries are in x.value",
    "detach": "write mmdl.autodiff.stop_gradient(x)",
    "requires_grad": "every Tensor is differentiated, every array is a constant",
    "zero_": "write x.grad = None",
    "to": "write x.astype(dtype)",
    "view": "write x.reshape(shape)",
    "permute": "write x.transpose(axes)",
    "unsqueeze": "write np.expand_dims(x, axis)",
}


class Box:
    """What `Tensor` and `Dual` share: they look like the array inside.

    Operators, methods and NumPy's protocols are attached in `operators`.
    """

    __slots__ = ("level", "value")
    level: float
    value: Any

    __hash__ = object.__hash__  # identity; == compares entries, as for arrays

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array inside."""
        return self.value.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.value.ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.value.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        return self.value.dtype

    def __getattr__(self, name: str) -> Any:
        hint = ELSEWHERE.get(name, "a Tensor has the attributes of an array, and grad")
        raise AttributeError(
            f"{type(self).__name__}: expected an attribute that exists, received "
            f"{name!r}; {hint}."
        )

    def __format__(self, spec: str) -> str:
        return format(stop_gradient(self) if spec else str(self), spec)


class Tensor(Box):
    """An array that remembers where it came from, so that it can be differentiated.

    Only Tensors are differentiated; arrays are constants. The parameters of a module
    are Tensors made by hand (leaves, level 0); after ``loss.backward()`` each leaf
    that took part has its gradient in ``.grad``.

    Parameters
    ----------
    value : array of floats
        Kept as it is, not copied, so that it may be a view of a longer vector.

    Attributes
    ----------
    value : array
        The entries; an optimizer may change them in place between two steps.
    grad : array or None
        The sum of the gradients of all `backward` calls since it was last set to
        None. It belongs to the Tensor.

    Raises
    ------
    TypeError
        If the entries are not floating-point numbers.

    Examples
    --------
    >>> import numpy as np
    >>> w = Tensor([1.0, 2.0])
    >>> loss = np.sum(w**2)
    >>> loss.backward()
    >>> w.grad
    array([2., 4.])
    """

    __slots__ = ("__weakref__", "_grad", "birth", "parents", "pull")
    birth: int
    parents: tuple[Tensor, ...]
    pull: Pullback | None

    def __init__(self, value: Any) -> None:
        self.value = floating("Tensor", value)
        self.level = 0
        self.birth = next_birth()
        self.parents = ()
        self.pull = None
        self._grad = None

    @property
    def grad(self) -> Any:
        """The accumulated gradient of a leaf, None before the first `backward`."""
        return getattr(self, "_grad", None)

    @grad.setter
    def grad(self, value: Any) -> None:
        self._grad = value

    def item(self) -> float:
        """The number in a Tensor with one entry, as a Python float."""
        return float(stop_gradient(self).item())

    def __reduce__(self) -> tuple[Any, ...]:
        if self.pull is not None or self.level > 0:
            raise TypeError(
                "copy: expected a leaf, received a Tensor with a history; "
                "write Tensor(t.value)."
            )
        return _leaf_again, (self.value, self.grad)

    def __repr__(self) -> str:
        inside = self.value
        if not isinstance(inside, Box):
            return "Tensor" + repr(np.asarray(inside)).removeprefix("array")
        return f"Tensor({inside!r})"


def _leaf_again(value: Any, grad: Any) -> Tensor:
    """Copy a leaf: the copy is another variable, so it needs a birth of its own."""
    t = Tensor(value)
    t.grad = grad
    return t


class Dual(Box):
    r"""A value and its derivative in one direction: :math:`a + \varepsilon v`.

    Parameters
    ----------
    value : array
    tangent : array of the shape of `value`
        The derivative in the direction that `mmdl.jvp` was given.
    level : int
        The number of the derivative that is being taken.

    Examples
    --------
    >>> import numpy as np
    >>> np.square(Dual(np.float64(3.0), np.float64(1.0), 1))
    Dual(np.float64(9.0), np.float64(6.0))
    """

    __slots__ = ("tangent",)
    tangent: Any

    def __init__(self, value: Any, tangent: Any, level: float) -> None:
        self.value = value
        self.tangent = tangent
        self.level = level

    def __repr__(self) -> str:
        return f"Dual({self.value!r}, {self.tangent!r})"


_new = object.__new__


def node(
    value: Any, level: float, parents: tuple[Tensor, ...], pull: Pullback | None
) -> Tensor:
    """Make a Tensor with a history; without `pull` it is a leaf of its level."""
    t = _new(Tensor)
    t.value = value
    t.level = level
    t.birth = next_birth()
    t.parents = parents
    t.pull = pull
    return t


def stop_gradient(x: Any) -> Any:
    """Return the plain array inside `x`: a constant for every derivative.

    Parameters
    ----------
    x : array, or box of any depth

    Returns
    -------
    array

    Examples
    --------
    >>> import numpy as np
    >>> from mmdl import grad
    >>> grad(lambda x: x * stop_gradient(x))(3.0)
    np.float64(3.0)
    """
    while isinstance(x, Box):
        x = x.value
    return x


def as_array(a: Any) -> Any:
    """Return lists and numbers as arrays, boxes as they are."""
    return a if hasattr(a, "ndim") else np.asarray(a)


class no_grad(ContextDecorator):  # noqa: N801 - reads as a keyword
    """Inside the block, every box made outside it is a constant.

    Operations on Tensors then give plain arrays, and nothing is recorded. A `grad`
    called *inside* the block works as always. Also usable as a decorator.

    Examples
    --------
    >>> import numpy as np
    >>> w = Tensor([1.0, 2.0])
    >>> with no_grad():
    ...     print(type(np.sum(w)).__name__)
    float64
    """

    def __init__(self) -> None:
        self._outer: list[float] = []

    def __enter__(self) -> Self:
        self._outer.append(FLOOR[0])
        FLOOR[0] = next_level()
        return self

    def __exit__(self, *exc: object) -> None:
        FLOOR[0] = self._outer.pop()


def floating(who: str, x: Any) -> Any:
    """Return `x` as something that can be differentiated, or refuse with a hint."""
    if not isinstance(x, Box):
        x = np.asarray(x)[()]
    elif who == "Tensor":
        raise TypeError(
            "Tensor: expected an array, received a Tensor; "
            "write Tensor(t.value) for a new leaf with the same entries."
        )
    if x.dtype.kind != "f":
        raise TypeError(
            f"{who}: expected floating-point numbers, received {x.dtype} of shape "
            f"{x.shape}; write x.astype(float), or 2.0 instead of 2."
        )
    return x
