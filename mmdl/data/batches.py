r"""Mini-batches: every epoch sees every sample once, in a new order.

N samples in batches of b make :math:`\lceil N/b \rceil` batches; the last one
is smaller where b does not divide N. Used from ``ch-stochastic-gradient-descent``.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import ShapeError, check_rng, describe

__all__ = ["Loader", "loader"]


class Loader:
    """What :func:`loader` returns: iterate over it once for each epoch.

    Parameters
    ----------
    X, y : (N, ...) arrays
    batch_size : int
    rng : numpy.random.Generator or None

    Examples
    --------
    >>> batches = loader(np.arange(5), np.arange(5), batch_size=2, rng=None)
    >>> len(batches)
    3
    """

    def __init__(
        self,
        X: np.ndarray,
        y: np.ndarray,
        batch_size: int,
        rng: np.random.Generator | None,
    ) -> None:
        self.X, self.y, self.batch_size, self.rng = X, y, batch_size, rng

    def __len__(self) -> int:
        return math.ceil(len(self.X) / self.batch_size)

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        n = len(self.X)
        order = np.arange(n) if self.rng is None else self.rng.permutation(n)
        for start in range(0, n, self.batch_size):
            rows = order[start : start + self.batch_size]
            yield self.X[rows], self.y[rows]


def loader(
    X: ArrayLike, y: ArrayLike, *, batch_size: int, rng: np.random.Generator | None
) -> Loader:
    """Cut the samples into batches, anew each time one iterates.

    Parameters
    ----------
    X : (N, ...) array_like
    y : (N, ...) array_like
    batch_size : int
        b; more than N makes one batch of all.
    rng : numpy.random.Generator or None
        Shuffles the samples before every pass; None keeps their order, as for
        validation.

    Returns
    -------
    Loader
        An iterable of pairs ``(X_batch, y_batch)`` whose length is the number
        of batches, N/b rounded up.

    Raises
    ------
    ShapeError
        If ``X`` and ``y`` have not the same number of rows, or none.
    ValueError
        If ``batch_size`` is no positive integer.

    Examples
    --------
    >>> X = np.arange(10.0).reshape(5, 2)
    >>> rng = np.random.default_rng(0)
    >>> [len(y) for _, y in loader(X, np.arange(5), batch_size=2, rng=rng)]
    [2, 2, 1]
    """
    X, y = np.asarray(X), np.asarray(y)
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y) or len(X) == 0:
        raise ShapeError(
            f"loader: expected X and y with the same number of rows, at least one, "
            f"received X {describe(X)} and y {describe(y)}."
        )
    if not isinstance(batch_size, int | np.integer) or batch_size < 1:
        raise ValueError(
            f"loader: expected batch_size, a positive integer, received {batch_size!r}."
        )
    return Loader(
        X, y, int(batch_size), rng if rng is None else check_rng("loader", rng)
    )
