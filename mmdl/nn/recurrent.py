"""Recurrent layers: sequences (N, T, M) to sequences of states (``ch-recurrence``).

Calling a layer returns the states of all steps, so layers can be stacked in a
`Sequential`; take ``h[:, -1]`` for the last one. `run` also takes and returns the
state, to go on where a sequence stopped.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from mmdl import functional
from mmdl.autodiff import Tensor
from mmdl.errors import check_rng
from mmdl.nn.door import floats, refuse
from mmdl.nn.init import Array, Initializer, glorot, orthogonal
from mmdl.nn.module import Module

__all__ = ["GRU", "LSTM", "RNN"]


class _Recurrent(Module):
    """What the three have in common: a matrix for each gate, side by side."""

    gates: ClassVar[int]

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        rng: np.random.Generator | None = None,
        init: Initializer = glorot,
        dtype: Any = np.float32,
    ) -> None:
        self.n_in, self.n_out = n_in, n_out
        check_rng(self.title, rng)
        self.W = Tensor(self._side_by_side(init, n_in, rng, dtype))
        self.U = Tensor(self._side_by_side(orthogonal, n_out, rng, dtype))
        self.b = Tensor(np.zeros(self.gates * n_out, dtype))

    def _side_by_side(self, init: Initializer, n: int, rng: Any, dtype: Any) -> Array:
        each = [init((n, self.n_out), rng=rng, dtype=dtype) for _ in range(self.gates)]
        return np.concatenate(each, axis=1)

    def forward(self, x: Any) -> Any:
        """Return the states (N, T, n_out) for `x` (N, T, n_in)."""
        return self.run(x)[0]

    def run(self, x: Any, state: Any = None) -> tuple[Any, Any]:
        """Return the states (N, T, n_out) and the last state, to go on from."""
        raise NotImplementedError

    def checked(self, x: Any) -> Any:
        """Return `x` in the layer's dtype, or refuse its shape."""
        x = floats(self, x, self.W.dtype)
        if x.ndim != 3 or x.shape[2] != self.n_in:
            hint = "the axes are samples, time, features"
            if x.ndim == 2 and x.shape[1] == self.n_in:
                hint = "for one sequence write x[None]"
            elif x.ndim == 2 and self.n_in == 1:
                hint = "for one feature write x[:, :, None]"
            raise refuse(self, f"(N, T, {self.n_in})", x, hint)
        return x

    def arguments(self) -> str:
        """Say the widths."""
        return f"{self.n_in}, {self.n_out}"


class RNN(_Recurrent):
    r"""The simple recurrent layer, see `mmdl.functional.rnn`.

    Parameters
    ----------
    n_in, n_out : int
        Features of the input, units of the state.
    rng : numpy.random.Generator
        Draws the weights; the recurrent ones begin orthogonal.
    init : initialiser
        Of the input weights.
    dtype : floating-point dtype

    Attributes
    ----------
    W : (n_in, n_out) Tensor
    U : (n_out, n_out) Tensor
    b : (n_out,) Tensor

    Raises
    ------
    ShapeError
        When called with anything but (N, T, n_in).

    Examples
    --------
    >>> RNN(3, 8, rng=np.random.default_rng(0))(np.zeros((5, 7, 3))).shape
    (5, 7, 8)
    """

    gates = 1

    def run(self, x: Any, state: Any = None) -> tuple[Any, Any]:
        """Return the states (N, T, n_out) and the last one (N, n_out)."""
        h = functional.rnn(self.checked(x), self.W, self.U, self.b, state)
        return h, h[:, -1]


class GRU(_Recurrent):
    r"""The gated recurrent unit, see `mmdl.functional.gru`.

    Parameters
    ----------
    n_in, n_out : int
        Features of the input, units of the state.
    rng : numpy.random.Generator
        Draws the weights; the recurrent ones begin orthogonal.
    init : initialiser
        Of the input weights.
    dtype : floating-point dtype

    Attributes
    ----------
    W : (n_in, 3 n_out) Tensor
        For r, z and n side by side; so are the next two.
    U : (n_out, 3 n_out) Tensor
    b : (3 n_out,) Tensor
    c : (n_out,) Tensor

    Raises
    ------
    ShapeError
        When called with anything but (N, T, n_in).

    Examples
    --------
    >>> GRU(3, 8, rng=np.random.default_rng(0))(np.zeros((5, 7, 3))).shape
    (5, 7, 8)
    """

    gates = 3

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        rng: np.random.Generator | None = None,
        init: Initializer = glorot,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(n_in, n_out, rng=rng, init=init, dtype=dtype)
        self.c = Tensor(np.zeros(n_out, dtype))

    def run(self, x: Any, state: Any = None) -> tuple[Any, Any]:
        """Return the states (N, T, n_out) and the last one (N, n_out)."""
        h = functional.gru(self.checked(x), self.W, self.U, self.b, self.c, state)
        return h, h[:, -1]


class LSTM(_Recurrent):
    r"""The long short-term memory, see `mmdl.functional.lstm`.

    Parameters
    ----------
    n_in, n_out : int
        Features of the input, units of the state.
    forget : float
        Where the bias of the forget gate begins; 1 lets the cell remember at first.
    rng : numpy.random.Generator
        Draws the weights; the recurrent ones begin orthogonal.
    init : initialiser
        Of the input weights.
    dtype : floating-point dtype

    Attributes
    ----------
    W : (n_in, 4 n_out) Tensor
        For i, f, o and g side by side; so are the next two.
    U : (n_out, 4 n_out) Tensor
    b : (4 n_out,) Tensor

    Raises
    ------
    ShapeError
        When called with anything but (N, T, n_in).

    Examples
    --------
    >>> LSTM(3, 8, rng=np.random.default_rng(0))(np.zeros((5, 7, 3))).shape
    (5, 7, 8)
    """

    gates = 4

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        forget: float = 1.0,
        rng: np.random.Generator | None = None,
        init: Initializer = glorot,
        dtype: Any = np.float32,
    ) -> None:
        super().__init__(n_in, n_out, rng=rng, init=init, dtype=dtype)
        self.b.value[n_out : 2 * n_out] = forget

    def run(self, x: Any, state: Any = None) -> tuple[Any, Any]:
        """Return the states (N, T, n_out) and the last (state, cell)."""
        h0, c0 = (None, None) if state is None else state
        h, c = functional.lstm(self.checked(x), self.W, self.U, self.b, h0, c0)
        return h, (h[:, -1], c)
