"""Networks out of layers: one after another, side by side (``ch-compositions``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from mmdl.errors import ShapeError
from mmdl.nn.door import together
from mmdl.nn.module import Module

__all__ = ["Concat", "Residual", "Sequential"]

Layer = Callable[[Any], Any]


class Sequential(Module):
    r"""The composition :math:`f_K \circ \cdots \circ f_1`.

    Parameters
    ----------
    *layers : modules or functions
        The first one given acts first.

    Raises
    ------
    TypeError
        If something is not a layer.

    Examples
    --------
    >>> from mmdl.nn import Linear, Tanh
    >>> rng = np.random.default_rng(0)
    >>> Sequential(Linear(2, 16, rng=rng), Tanh(), Linear(16, 1, rng=rng))
    Sequential(
      (0) Linear(2, 16)
      (1) Tanh()
      (2) Linear(16, 1)
    )
    """

    def __init__(self, *layers: Layer) -> None:
        for layer in layers:
            _check_layer("Sequential", layer)
        self.layers = list(layers)

    def forward(self, x: Any) -> Any:
        """Apply one layer after the other."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __getitem__(self, i: int | slice) -> Any:
        return Sequential(*self.layers[i]) if isinstance(i, slice) else self.layers[i]


class Residual(Module):
    r"""A detour: :math:`x + f(x)`.

    Parameters
    ----------
    f : module or function
        Keeps the shape.
    shortcut : module or function, optional
        Replaces `x` by its image where `f` changes the shape.

    Raises
    ------
    ShapeError
        When called, if :math:`f(x)` and the shortcut differ in shape.

    Examples
    --------
    >>> from mmdl.nn import Tanh
    >>> Residual(Tanh())(np.array([[0.0]]))
    array([[0.]])
    """

    def __init__(self, f: Layer, shortcut: Layer | None = None) -> None:
        _check_layer("Residual", f)
        self.f, self.shortcut = f, shortcut

    def forward(self, x: Any) -> Any:
        """Return :math:`x + f(x)`."""
        y = self.f(x)
        if self.shortcut is not None:
            x = self.shortcut(x)
        if x.shape != y.shape:
            raise ShapeError(
                f"Residual: expected f(x) of shape {x.shape}, received {y.shape}; "
                "give a shortcut= that brings x to the shape of f(x)."
            )
        x, y = together(x, y)
        return x + y


class Concat(Module):
    r"""Branches side by side: :math:`[f_1(x), \dots, f_k(x)]` along an axis.

    Parameters
    ----------
    *branches : modules or functions
    axis : int
        Where the results are joined; 1 holds the columns of rows and the channels of
        images.

    Raises
    ------
    ShapeError
        When called, if the branches differ along another axis.

    Examples
    --------
    >>> from mmdl.nn import Tanh
    >>> Concat(Tanh(), lambda x: x)(np.zeros((5, 2))).shape
    (5, 4)
    """

    def __init__(self, *branches: Layer, axis: int = 1) -> None:
        for branch in branches:
            _check_layer("Concat", branch)
        self.branches, self.axis = list(branches), axis

    def forward(self, x: Any) -> Any:
        """Return the results of all branches, joined."""
        ys = [branch(x) for branch in self.branches]
        shapes = [y.shape for y in ys]
        beside = {s[: self.axis] + s[self.axis + 1 :] for s in shapes}
        if len(beside) > 1:
            raise ShapeError(
                f"Concat: expected branches that differ along axis {self.axis} only, "
                f"received {', '.join(map(str, shapes))}; pad or pool to one size."
            )
        return np.concatenate(together(*ys), axis=self.axis)


def _check_layer(who: str, layer: Any) -> None:
    if isinstance(layer, type):
        raise TypeError(
            f"{who}: expected layers, received the class {layer.__name__}; "
            f"write {layer.__name__}(...)."
        )
    if not callable(layer):
        raise TypeError(
            f"{who}: expected layers, received {type(layer).__name__}; "
            "give modules or functions, one argument each."
        )
