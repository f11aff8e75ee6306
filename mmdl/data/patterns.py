"""What the first learning machines saw: cards on a retina, letters on switches.

The perceptron of 1958, simulated on a computer, learnt to tell cards marked on
the left from cards marked on the right; the Mark I, built two years later, saw
through 20 by 20 photocells. ADALINE told letters set by hand on a square of 16
switches. Both are generated here in the machine's format. Used in ``ch-neurons``.
"""

import numpy as np

from mmdl.data.dataset import Dataset
from mmdl.errors import check_rng

__all__ = ["adaline16", "cards20"]

LETTER_T = np.array([[1, 1, 1], [0, 1, 0], [0, 1, 0]])
LETTER_L = np.array([[1, 0, 0], [1, 0, 0], [1, 1, 1]])


def cards20(n: int, *, mark: int = 4, rng: np.random.Generator) -> Dataset:
    """Cards on a retina of 20 by 20 photocells, marked on the left or the right.

    Each card carries one dark square at a random place of its half.

    Parameters
    ----------
    n : int
        Number of cards, half of them of each class, up to one.
    mark : int
        Side of the square, from 1 to 10 cells.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X of shape (n, 400) with entries 0 and 1; classes left (0), right (1).

    Raises
    ------
    ValueError
        If the square does not fit into its half.

    Examples
    --------
    >>> data = cards20(50, rng=np.random.default_rng(0))
    >>> data
    Dataset 'cards20': X (50, 400) float64, y (50,) int64, 2 classes
    >>> float(data.images[data.y == 0, 0, :, 10:].sum())
    0.0
    """
    check_rng("cards20", rng)
    if not 1 <= mark <= 10:
        raise ValueError(f"cards20: expected mark from 1 to 10 cells, received {mark}.")
    y = rng.permutation(np.arange(n, dtype=np.int64) % 2)
    top = rng.integers(0, 20 - mark + 1, n)
    left = rng.integers(0, 10 - mark + 1, n) + 10 * y
    cells = np.arange(20)
    rows = (top[:, None] <= cells) & (cells < top[:, None] + mark)
    columns = (left[:, None] <= cells) & (cells < left[:, None] + mark)
    X = (rows[:, :, None] & columns[:, None, :]).reshape(n, 400).astype(float)
    return Dataset(
        "cards20",
        X,
        y,
        target_names=("left", "right"),
        image_shape=(1, 20, 20),
        description="Cards marked on the left or on the right, 20 by 20 photocells.",
        source="after the perceptron's demonstration of 1958, on the retina of the "
        "Mark I of 1960",
        licence="generated, public domain",
    )


def adaline16(
    n: int, *, flip: float = 0.0, rotate: bool = False, rng: np.random.Generator
) -> Dataset:
    """Letters T and L, 3 by 3, anywhere on a square of 4 by 4 switches.

    The eight noise-free patterns can be told apart by one linear unit; with
    quarter turns (``rotate=True``) there are 32, and no linear unit does it.

    Parameters
    ----------
    n : int
        Number of patterns, half of them of each class, up to one.
    flip : float
        Probability with which each switch is thrown the wrong way.
    rotate : bool
        Turn each letter by a random number of quarter turns.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X of shape (n, 16) with entries -1 and +1; classes T (0), L (1).

    Raises
    ------
    ValueError
        If ``flip`` is no probability.

    Examples
    --------
    >>> data = adaline16(200, rng=np.random.default_rng(0))
    >>> data.X.shape, len(np.unique(data.X, axis=0))
    ((200, 16), 8)
    """
    check_rng("adaline16", rng)
    if not 0 <= flip <= 1:
        raise ValueError(f"adaline16: expected flip from 0 to 1, received {flip}.")
    y = rng.permutation(np.arange(n, dtype=np.int64) % 2)
    patterns = np.array([_placed(letter) for letter in (LETTER_T, LETTER_L)])
    turn = rng.integers(0, 4, n) if rotate else np.zeros(n, int)
    X = 2.0 * patterns[y, turn, rng.integers(0, 4, n)].reshape(n, 16) - 1
    X *= np.where(rng.uniform(size=X.shape) < flip, -1, 1)
    return Dataset(
        "adaline16",
        X,
        y,
        target_names=("T", "L"),
        image_shape=(1, 4, 4),
        description="Letters T and L on 4 by 4 switches.",
        source="after the ADALINE of Widrow and Hoff, 1960",
        licence="generated, public domain",
    )


def _placed(letter: np.ndarray) -> np.ndarray:
    """All quarter turns and places of a letter, of shape (4, 4, 4, 4)."""
    places = [(0, 0), (0, 1), (1, 0), (1, 1)]
    boards = np.zeros((4, 4, 4, 4), int)
    for turn in range(4):
        for k, (i, j) in enumerate(places):
            boards[turn, k, i : i + 3, j : j + 3] = np.rot90(letter, turn)
    return boards
