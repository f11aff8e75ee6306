"""Attention as a layer, and the block of a Transformer (``ch-attention``)."""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl import functional
from mmdl.nn.activations import GELU
from mmdl.nn.containers import Sequential
from mmdl.nn.door import floats, refuse
from mmdl.nn.dropout import Dropout
from mmdl.nn.init import Initializer, glorot
from mmdl.nn.linear import Linear
from mmdl.nn.module import Module
from mmdl.nn.normalization import LayerNorm

__all__ = ["MultiHeadAttention", "TransformerBlock"]


class MultiHeadAttention(Module):
    r"""Attention in several heads, each on its own share of the features.

    .. math::
       Y = [\mathrm{Attn}(Q_1, K_1, V_1), \dots, \mathrm{Attn}(Q_h, K_h, V_h)]\,W_o

    with :math:`[Q, K, V] = XW + \mathbf 1 b` cut into heads.

    Parameters
    ----------
    width : int
        Features of the sequence.
    n_heads : int
        Divides the width.
    causal : bool
        Hide from each position what is later.
    rng : numpy.random.Generator
        Draws the weights.
    init : initialiser
    dtype : floating-point dtype

    Attributes
    ----------
    qkv : Linear
        Queries, keys and values, side by side.
    out : Linear
        Joins the heads.

    Raises
    ------
    ShapeError
        When called with anything but (N, T, width).

    Examples
    --------
    >>> layer = MultiHeadAttention(8, 2, rng=np.random.default_rng(0))
    >>> layer(np.zeros((5, 7, 8))).shape
    (5, 7, 8)
    """

    def __init__(
        self,
        width: int,
        n_heads: int,
        *,
        causal: bool = False,
        rng: np.random.Generator | None = None,
        init: Initializer = glorot,
        dtype: Any = np.float32,
    ) -> None:
        self.width, self.n_heads, self.causal = width, n_heads, causal
        if width % n_heads:
            raise ValueError(
                f"{self.title}: expected a width that the heads can share, received "
                f"{width} for {n_heads} heads."
            )
        self.qkv = Linear(width, 3 * width, rng=rng, init=init, dtype=dtype)
        self.out = Linear(width, width, rng=rng, init=init, dtype=dtype)

    def forward(self, x: Any, context: Any = None, *, mask: Any = None) -> Any:
        """Let the sequence `x` look at itself, or at the sequence `context`.

        Parameters
        ----------
        x : (N, T, width) array
        context : (N, S, width) array, optional
        mask : array of bools, broadcasting to (N, n_heads, T, S), optional
            True where a position of `x` may see one of the context.
        """
        x = self._checked(x)
        if context is None:
            y = functional.self_attention(
                self.qkv(x), self.n_heads, mask=mask, causal=self.causal
            )
            return self.out(y)
        context, m = self._checked(context), self.width
        W: Any = self.qkv.W
        b: Any = self.qkv.b
        Q = functional.linear(x, W[:, :m], b[:m])
        K, V = (
            functional.linear(context, W[:, part], b[part])
            for part in (slice(m, 2 * m), slice(2 * m, None))
        )
        heads = (self._heads(A) for A in (Q, K, V))
        y = functional.attention(*heads, mask=mask, causal=self.causal)
        return self.out(np.swapaxes(y, 1, 2).reshape(x.shape))

    def weights(self, x: Any, *, mask: Any = None) -> Any:
        """Return who looks at whom: (N, n_heads, T, T), rows with sum 1."""
        Q, K, _ = np.split(self.qkv(self._checked(x)), 3, axis=2)
        return functional.attention_weights(
            self._heads(Q), self._heads(K), mask=mask, causal=self.causal
        )

    def _heads(self, A: Any) -> Any:
        n, t, m = A.shape
        return np.swapaxes(A.reshape(n, t, self.n_heads, m // self.n_heads), 1, 2)

    def _checked(self, x: Any) -> Any:
        x = floats(self, x, self.qkv.W.dtype)
        if x.ndim != 3 or x.shape[2] != self.width:
            hint = "the axes are samples, positions, features"
            if x.ndim == 2:
                hint = "for one sequence write x[None]"
            raise refuse(self, f"(N, T, {self.width})", x, hint)
        return x

    def arguments(self) -> str:
        """Say width, heads and whether the future is hidden."""
        causal = ", causal=True" if self.causal else ""
        return f"{self.width}, {self.n_heads}{causal}"


class TransformerBlock(Module):
    r"""Attention, then a network on each position, both as detours.

    .. math:: x \leftarrow x + \mathrm{MHA}(\mathrm{LN}(x)), \qquad
       x \leftarrow x + \mathrm{MLP}(\mathrm{LN}(x))

    Normalisation comes first, as in GPT-2, so gradients pass the sums unhindered.

    Parameters
    ----------
    width : int
        Features of the sequence.
    n_heads : int
    hidden : int, optional
        Width of the hidden layer, 4 times `width` by default.
    causal : bool
        Hide from each position what is later.
    dropout : float
        Fraction lost of both detours in training mode.
    rng : numpy.random.Generator
        Draws the weights, and what dropout loses.
    init : initialiser
    dtype : floating-point dtype

    Examples
    --------
    >>> block = TransformerBlock(8, 2, causal=True, rng=np.random.default_rng(0))
    >>> block(np.zeros((5, 7, 8))).shape
    (5, 7, 8)
    """

    def __init__(  # noqa: PLR0913
        self,
        width: int,
        n_heads: int,
        *,
        hidden: int | None = None,
        causal: bool = False,
        dropout: float = 0.0,
        rng: np.random.Generator | None = None,
        init: Initializer = glorot,
        dtype: Any = np.float32,
    ) -> None:
        hidden = 4 * width if hidden is None else hidden
        self.norm1 = LayerNorm(width, dtype=dtype)
        self.attention = MultiHeadAttention(
            width, n_heads, causal=causal, rng=rng, init=init, dtype=dtype
        )
        self.norm2 = LayerNorm(width, dtype=dtype)
        self.mlp = Sequential(
            Linear(width, hidden, rng=rng, init=init, dtype=dtype),
            GELU(approximate=True),
            Linear(hidden, width, rng=rng, init=init, dtype=dtype),
        )
        self.dropout = Dropout(dropout, rng=rng)

    def forward(self, x: Any, *, mask: Any = None) -> Any:
        """Return (N, T, width) for `x` (N, T, width)."""
        x = floats(self, x, self.norm1.gamma.dtype)
        x = x + self.dropout(self.attention(self.norm1(x), mask=mask))
        return x + self.dropout(self.mlp(self.norm2(x)))
