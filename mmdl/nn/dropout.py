"""The layer that forgets at random (``ch-regularization``)."""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl import functional
from mmdl.errors import check_rng
from mmdl.nn.door import floats
from mmdl.nn.module import Module

__all__ = ["Dropout"]


class Dropout(Module):
    """Lose each entry with probability `p` in training mode; the identity in eval mode.

    Parameters
    ----------
    p : float
        The fraction that is lost, in [0, 1).
    rng : numpy.random.Generator
        Draws what is lost, anew at each call.

    Raises
    ------
    ValueError
        If `p` is not in [0, 1).

    Examples
    --------
    >>> layer = Dropout(0.5, rng=np.random.default_rng(0))
    >>> layer.eval()(np.ones(3))
    array([1., 1., 1.])
    """

    def __init__(self, p: float, *, rng: np.random.Generator | None = None) -> None:
        if not 0 <= p < 1:
            raise ValueError(
                f"Dropout({p}): expected a probability 0 <= p < 1, received {p}; "
                "p is the fraction that is lost."
            )
        self.p, self.rng = p, check_rng(f"Dropout({p})", rng)

    def forward(self, x: Any) -> Any:
        """Return `x` with random zeros (training), or `x` (eval)."""
        x = floats(self, x)
        if not self.training or self.p == 0:
            return x
        return functional.dropout(x, self.p, rng=self.rng)

    def arguments(self) -> str:
        """Say the probability."""
        return f"{self.p}"
