"""The layer that turns numbers of words into vectors (``ch-attention``)."""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl import functional
from mmdl.autodiff import Tensor
from mmdl.errors import check_rng
from mmdl.nn.init import Initializer, normal
from mmdl.nn.module import Module

__all__ = ["Embedding"]


class Embedding(Module):
    """A row of a matrix for each word, see `mmdl.functional.embedding`.

    Parameters
    ----------
    n_words : int
        The size V of the vocabulary.
    width : int
        The length M of the vectors.
    rng : numpy.random.Generator
        Draws the matrix.
    init : initialiser
    dtype : floating-point dtype

    Attributes
    ----------
    W : (n_words, width) Tensor

    Raises
    ------
    TypeError, ValueError
        When called with anything but integers in 0, ..., n_words - 1.

    Examples
    --------
    >>> Embedding(10, 4, rng=np.random.default_rng(0))([[1, 2, 3]]).shape
    (1, 3, 4)
    """

    def __init__(
        self,
        n_words: int,
        width: int,
        *,
        rng: np.random.Generator | None = None,
        init: Initializer = normal,
        dtype: Any = np.float32,
    ) -> None:
        self.n_words, self.width = n_words, width
        check_rng(self.title, rng)
        self.W = Tensor(init((n_words, width), rng=rng, dtype=dtype))

    def forward(self, words: Any) -> Any:
        """Return (..., width) for `words` (...,)."""
        return functional.embedding(self.W, words)

    def arguments(self) -> str:
        """Say the sizes."""
        return f"{self.n_words}, {self.width}"
