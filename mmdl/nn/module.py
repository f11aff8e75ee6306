r"""A module: a function with parameters, :math:`f : X \times \Theta \to Y`.

One rule of types says what an attribute is: a `Tensor` is a parameter, an array a
buffer (kept and saved, never differentiated), a `Module` a child; lists and
dictionaries are looked into, everything else is an ordinary attribute. There is
nothing to register (``ch-compositions``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from mmdl.autodiff import Tensor
from mmdl.errors import ShapeError

__all__ = ["Module", "functional_call"]

Array = np.ndarray[Any, Any]
Slot = tuple[Any, Any]  # where a value lives: (dictionary or list, key)


class Module:
    """A layer or a network: write `__init__` and `forward`, the rest is here.

    Attributes
    ----------
    training : bool
        Whether `forward` runs to learn (dropout drops, normalisation measures) or to
        predict; set by `train` and `eval`.

    Examples
    --------
    >>> class Scale(Module):
    ...     def __init__(self, n):
    ...         self.gain = Tensor(np.ones(n))
    ...
    ...     def forward(self, x):
    ...         return x * self.gain
    >>> layer = Scale(2)
    >>> np.sum(layer(np.array([[1.0, 2.0]]))).backward()
    >>> layer.gain.grad
    array([1., 2.])
    """

    training: bool = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; every module defines its own."""
        raise NotImplementedError(
            f"{type(self).__name__}: expected a method forward(self, x), found none; "
            "define it in your class."
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run `forward`."""
        return self.forward(*args, **kwargs)

    # -- what is inside ------------------------------------------------------------

    def parameters(self) -> list[Tensor]:
        """List the parameters, each once, in the order of their definition."""
        return [p for _, p in self.named_parameters()]

    def named_parameters(self) -> Iterator[tuple[str, Tensor]]:
        """Yield ``("layers.0.W", Tensor)`` and so on; a shared one once."""
        for name, value, _ in contents(self):
            if isinstance(value, Tensor):
                yield name, value

    def named_buffers(self) -> Iterator[tuple[str, Array]]:
        """Yield the arrays that belong to the state but are not learnt."""
        for name, value, _ in contents(self):
            if isinstance(value, np.ndarray):
                yield name, value

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """Yield this module, under the name "", and all modules inside it."""
        yield "", self
        for name, value, _ in contents(self):
            if isinstance(value, Module):
                yield name, value

    def children(self) -> Iterator[tuple[str, Module]]:
        """Yield the modules directly inside this one."""
        for name, value, _ in _entries(vars(self)):
            if isinstance(value, Module):
                yield name, value

    def own_parameters(self) -> list[Tensor]:
        """List the parameters that are not inside another module."""
        entries = _entries(vars(self))
        return [value for _, value, _ in entries if isinstance(value, Tensor)]

    @property
    def n_parameters(self) -> int:
        """How many numbers are learnt."""
        return sum(p.size for p in self.parameters())

    # -- what one does with it -----------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all inside it to learning; returns it."""
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch this module and all inside it to predicting; returns it."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for p in self.parameters():
            p.grad = None

    def astype(self, dtype: Any) -> Self:
        """Give parameters and floating buffers another dtype, in place."""
        for _, value, (home, key) in list(contents(self)):
            if isinstance(value, Tensor):
                value.value = value.value.astype(dtype)
            elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
                home[key] = value.astype(dtype)
        return self

    # -- state ---------------------------------------------------------------------

    def state_dict(self) -> dict[str, Array]:
        """Copy parameters and buffers into a dictionary of arrays."""
        return {
            name: np.array(value.value if isinstance(value, Tensor) else value)
            for name, value, _ in contents(self)
            if not isinstance(value, Module)
        }

    def load_state_dict(self, state: dict[str, Array]) -> None:
        """Take parameters and buffers from what `state_dict` returned.

        Parameters
        ----------
        state : dict of str to array

        Raises
        ------
        KeyError
            If names are missing or unknown.
        ShapeError
            If an array has another shape. Nothing is loaded then.
        """
        own = {
            name: value.value if isinstance(value, Tensor) else value
            for name, value, _ in contents(self)
            if not isinstance(value, Module)
        }
        self._check_state(own, state)
        for name, array in own.items():
            array[...] = state[name]

    def _check_state(self, own: dict[str, Array], state: dict[str, Array]) -> None:
        who = f"{type(self).__name__}.load_state_dict"
        missing, unknown = own.keys() - state.keys(), state.keys() - own.keys()
        if missing or unknown:
            lacks = f" without {_listed(missing)}" if missing else ""
            more = f" with the unknown {_listed(unknown)}" if unknown else ""
            raise StateError(
                f"{who}: expected the names {_listed(own)}, received a state"
                f"{lacks}{' and' * bool(lacks and more)}{more}; "
                "was it saved from another model?"
            )
        for name, array in own.items():
            if np.shape(state[name]) != array.shape:
                raise ShapeError(
                    f"{who}: expected {name} of shape {array.shape}, received "
                    f"{np.shape(state[name])}; was it saved from another model?"
                )

    # -- words ---------------------------------------------------------------------

    def arguments(self) -> str:
        """What stands between the parentheses of `repr`."""
        return ""

    @property
    def title(self) -> str:
        """What error messages call this module: its name and its arguments."""
        return f"{type(self).__name__}({self.arguments()})"

    def __repr__(self) -> str:
        lines = [
            f"  ({name.split('.')[-1]}) " + repr(child).replace("\n", "\n  ")
            for name, child in self.children()
        ]
        if not lines:
            return self.title
        return "\n".join([self.title.removesuffix(")"), *lines, ")"])


class StateError(KeyError):
    """A state has other names than the model."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would show the message in quotes


def _listed(names: Any) -> str:
    names = sorted(names)
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")


def contents(module: Module) -> Iterator[tuple[str, Any, Slot]]:
    """Yield ``(name, parameter, buffer or module, its slot)``, each object once."""
    return _walk(module, "", {id(module)})


def _walk(
    inside: Module, prefix: str, seen: set[int]
) -> Iterator[tuple[str, Any, Slot]]:
    for name, value, slot in _entries(vars(inside)):
        if id(value) in seen:
            continue
        seen.add(id(value))
        yield prefix + name, value, slot
        if isinstance(value, Module):
            yield from _walk(value, f"{prefix}{name}.", seen)


def _entries(home: Any, prefix: str = "") -> Iterator[tuple[str, Any, Slot]]:
    """Yield the entries that the rule of types knows, lists and dictionaries opened."""
    for key, value in home.items() if isinstance(home, dict) else enumerate(home):
        name = f"{prefix}{key}"
        if isinstance(value, Tensor | np.ndarray | Module):
            yield name, value, (home, key)
        elif isinstance(value, list | tuple | dict):
            yield from _entries(value, name + ".")


def functional_call(
    model: Module, parameters: dict[str, Any], *args: Any, **kwargs: Any
) -> Any:
    """Call a model with other parameters: the model as a function of them.

    With it the transforms of the engine reach a whole network:
    ``hvp(lambda p: loss(functional_call(model, p, X), y), p, v)``.

    Parameters
    ----------
    model : Module
    parameters : dict of str to array
        Names as in `Module.named_parameters`; those left out keep their values.
    *args, **kwargs
        Passed to the model.

    Returns
    -------
    whatever the model returns

    Raises
    ------
    KeyError
        If the model has no parameter of such a name.

    Examples
    --------
    >>> from mmdl import grad
    >>> from mmdl.nn import Linear
    >>> model = Linear(2, 1, rng=np.random.default_rng(0), dtype=np.float64)
    >>> X = np.array([[1.0, 2.0]])
    >>> grad(lambda p: functional_call(model, p, X).sum())(
    ...     {"W": np.zeros((2, 1)), "b": np.zeros(1)}
    ... )["W"]
    array([[1.],
           [2.]])
    """
    slots = {n: slot for n, v, slot in contents(model) if isinstance(v, Tensor)}
    unknown = parameters.keys() - slots.keys()
    if unknown:
        raise StateError(
            f"functional_call: expected names among {_listed(slots)}, received "
            f"{_listed(unknown)}; see model.named_parameters()."
        )
    before = {name: slots[name][0][slots[name][1]] for name in parameters}
    try:
        for name, value in parameters.items():
            slots[name][0][slots[name][1]] = value
        return model(*args, **kwargs)
    finally:
        for name, value in before.items():
            slots[name][0][slots[name][1]] = value
