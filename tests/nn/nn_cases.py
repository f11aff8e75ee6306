"""One example of every layer, for the contract tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdl import nn


@dataclass(frozen=True)
class Case:
    """How to build a layer, and what it takes."""

    layer: type
    build: Callable[..., nn.Module]  # build(rng=..., dtype=...)
    shape: tuple[int, ...]  # of a batch
    alone: bool = True  # each sample is treated alone
    label: str = ""
    words: int = 0  # inputs are integers below this number

    @property
    def id(self) -> str:
        return f"{self.layer.__name__}{self.label}"

    def make(self, seed: int = 0, dtype: Any = np.float64) -> nn.Module:
        return self.build(rng=np.random.default_rng(seed), dtype=dtype)

    def input(self, dtype: Any = np.float64, n: int | None = None) -> Any:
        rng = np.random.default_rng(1)
        shape = self.shape if n is None else (n, *self.shape[1:])
        if self.words:
            return rng.integers(0, self.words, shape)
        return rng.normal(size=shape).astype(dtype)


def plain(layer: type, *args: Any, **options: Any) -> Callable[..., nn.Module]:
    """Build a layer without parameters."""
    return lambda rng, dtype: layer(*args, **options)


def drawn(layer: type, *args: Any, **options: Any) -> Callable[..., nn.Module]:
    """Build a layer that draws its parameters."""
    return lambda rng, dtype: layer(*args, rng=rng, dtype=dtype, **options)


def typed(layer: type, *args: Any) -> Callable[..., nn.Module]:
    """Build a layer that has parameters but draws nothing."""
    return lambda rng, dtype: layer(*args, dtype=dtype)


def mlp(rng: np.random.Generator, dtype: Any) -> nn.Module:
    return nn.Sequential(
        nn.Linear(3, 5, rng=rng, dtype=dtype),
        nn.Tanh(),
        nn.Linear(5, 2, rng=rng, dtype=dtype),
    )


def residual(rng: np.random.Generator, dtype: Any) -> nn.Module:
    shortcut = nn.Linear(3, 4, rng=rng, dtype=dtype)
    return nn.Residual(nn.Linear(3, 4, rng=rng, dtype=dtype), shortcut)


def side_by_side(rng: np.random.Generator, dtype: Any) -> nn.Module:
    return nn.Concat(nn.Linear(3, 4, rng=rng, dtype=dtype), nn.Tanh())


ROWS, IMAGES, SEQUENCES = (4, 3), (3, 2, 5, 6), (3, 4, 2)
ENTRYWISE = (
    nn.Sigmoid, nn.Tanh, nn.ReLU, nn.LeakyReLU, nn.Softplus, nn.SiLU, nn.GELU,
    nn.Softmax,
)  # fmt: skip

CASES = [
    *(Case(layer, plain(layer), ROWS) for layer in ENTRYWISE),
    Case(nn.GELU, plain(nn.GELU, approximate=True), ROWS, label="-tanh"),
    Case(nn.Linear, drawn(nn.Linear, 3, 2), ROWS),
    Case(nn.Linear, drawn(nn.Linear, 3, 2, bias=False), ROWS, label="-no-bias"),
    Case(nn.Flatten, plain(nn.Flatten), IMAGES),
    Case(nn.Sequential, mlp, ROWS),
    Case(nn.Residual, residual, ROWS),
    Case(nn.Concat, side_by_side, ROWS),
    Case(nn.Dropout, lambda rng, dtype: nn.Dropout(0.5, rng=rng).eval(), ROWS),
    Case(nn.BatchNorm1d, typed(nn.BatchNorm1d, 3), ROWS, alone=False),
    Case(nn.BatchNorm2d, typed(nn.BatchNorm2d, 2), IMAGES, alone=False),
    Case(
        nn.BatchNorm2d,
        lambda rng, dtype: nn.BatchNorm2d(2, dtype=dtype).eval(),
        IMAGES,
        label="-eval",
    ),
    Case(nn.LayerNorm, typed(nn.LayerNorm, 3), ROWS),
    Case(nn.RMSNorm, typed(nn.RMSNorm, 3), ROWS),
    Case(nn.Conv1d, drawn(nn.Conv1d, 4, 3, 2), SEQUENCES),
    Case(nn.Conv2d, drawn(nn.Conv2d, 2, 3, 3, padding="same"), IMAGES),
    Case(nn.Conv2d, drawn(nn.Conv2d, 2, 4, (2, 3), groups=2), IMAGES, label="-groups"),
    Case(nn.ConvTranspose2d, drawn(nn.ConvTranspose2d, 2, 3, 2, stride=2), IMAGES),
    Case(nn.MaxPool2d, plain(nn.MaxPool2d, 2), IMAGES),
    Case(nn.AvgPool2d, plain(nn.AvgPool2d, 2, stride=1), IMAGES),
    Case(nn.GlobalAvgPool, plain(nn.GlobalAvgPool), IMAGES),
    Case(nn.Upsample, plain(nn.Upsample, 2, mode="bilinear"), IMAGES),
    Case(nn.Embedding, drawn(nn.Embedding, 7, 3), (4, 5), words=7),
    Case(nn.RNN, drawn(nn.RNN, 2, 3), SEQUENCES),
    Case(nn.GRU, drawn(nn.GRU, 2, 3), SEQUENCES),
    Case(nn.LSTM, drawn(nn.LSTM, 2, 3), SEQUENCES),
    Case(nn.MultiHeadAttention, drawn(nn.MultiHeadAttention, 4, 2), (3, 4, 4)),
    Case(
        nn.TransformerBlock,
        drawn(nn.TransformerBlock, 4, 2, causal=True, hidden=6),
        (3, 4, 4),
    ),
]
