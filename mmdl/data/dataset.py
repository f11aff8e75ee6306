"""A data set: samples, targets, and where they come from.

Rows are samples: ``X`` has shape (N, M), ``y`` has one entry for each row. The
record is frozen and every method returns a new one.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from mmdl.errors import DataError, ShapeError, check_rng, describe

__all__ = ["Dataset", "one_hot", "standardize"]


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """N samples with M features each, and their targets.

    Attributes
    ----------
    name : str
    X : (N, M) array
    y : (N,) array
        Class numbers 0, ..., C-1 (int64) if there are ``target_names``,
        real numbers otherwise.
    feature_names : tuple of str
    target_names : tuple of str
        The names of the C classes; empty for regression.
    image_shape : tuple of int, optional
        (channels, height, width), if each row is an image.
    description, source, licence : str

    Examples
    --------
    >>> from mmdl.data import digits
    >>> data = digits()
    >>> data
    Dataset 'digits': X (1797, 64) float32, y (1797,) int64, 10 classes
    >>> data[:5].y
    array([0, 1, 2, 3, 4])
    >>> train, test = data.split(0.8, rng=np.random.default_rng(0))
    >>> len(train), len(test)
    (1438, 359)
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    image_shape: tuple[int, int, int] | None = None
    description: str = ""
    source: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        if len(self.X) != len(self.y):
            raise ShapeError(
                f"Dataset: expected as many rows in y as in X, received X "
                f"{describe(self.X)} and y {describe(self.y)}; one row is one sample."
            )

    def __len__(self) -> int:
        return len(self.X)

    def __getitem__(self, index: slice | ArrayLike) -> "Dataset":
        """The samples ``index``, a slice, mask or list of numbers, as a data set."""
        rows = index if isinstance(index, slice) else np.atleast_1d(np.asarray(index))
        return replace(self, X=self.X[rows], y=self.y[rows])

    def __repr__(self) -> str:
        text = f"Dataset {self.name!r}: X {describe(self.X)}, y {describe(self.y)}"
        return f"{text}, {self.n_classes} classes" if self.target_names else text

    @property
    def n_classes(self) -> int:
        """The number C of classes; 0 for regression."""
        return len(self.target_names)

    @property
    def images(self) -> np.ndarray:
        """``X`` as an array of shape (N, channels, height, width).

        Raises
        ------
        DataError
            If the rows are no images.
        """
        if self.image_shape is None:
            raise DataError(f"{self.name}: expected images, received a table; use X.")
        return self.X.reshape(len(self.X), *self.image_shape)

    def astype(self, dtype: DTypeLike) -> "Dataset":
        """The same data with ``X``, and real targets, in another precision.

        Parameters
        ----------
        dtype : dtype

        Returns
        -------
        Dataset
        """
        y = self.y if self.target_names else self.y.astype(dtype)
        return replace(self, X=self.X.astype(dtype), y=y)

    def split(
        self, *fractions: float, rng: np.random.Generator, stratify: bool = False
    ) -> tuple["Dataset", ...]:
        """Cut the shuffled samples into parts, each sample in exactly one.

        Parameters
        ----------
        *fractions : float
            Shares of all parts but the last, which takes the rest: ``0.8`` makes
            80 % and 20 %, ``0.6, 0.2`` makes 60 %, 20 % and 20 %.
        rng : numpy.random.Generator
        stratify : bool
            Keep the share of every class in every part, up to rounding.

        Returns
        -------
        tuple of Dataset

        Raises
        ------
        ValueError
            If a fraction is not positive or they do not leave a rest.
        """
        check_rng("split", rng)
        if not fractions or min(fractions) <= 0 or sum(fractions) >= 1:
            raise ValueError(
                f"split: expected positive fractions with a sum below 1, received "
                f"{fractions}; the last part takes the rest."
            )
        classes = self.y if stratify else np.zeros(len(self), np.int64)
        parts = _split_indices(classes, fractions, rng)
        return tuple(self[rng.permutation(part)] for part in parts)


def _split_indices(
    classes: np.ndarray, fractions: tuple[float, ...], rng: np.random.Generator
) -> list[np.ndarray]:
    """Cut the members of every class at the same fractions."""
    shares = np.cumsum(fractions)
    cuts = []
    for label in np.unique(classes):
        members = rng.permutation(np.flatnonzero(classes == label))
        edges = np.rint(shares * len(members)).astype(int)
        cuts.append(np.split(members, edges))
    return [np.concatenate(parts) for parts in zip(*cuts, strict=True)]


def one_hot(
    y: ArrayLike, n_classes: int | None = None, *, dtype: DTypeLike = np.float64
) -> np.ndarray:
    """Write class numbers as rows of the unit matrix.

    Parameters
    ----------
    y : (N,) array_like of int
    n_classes : int, optional
        C; by default one more than the largest class.
    dtype : dtype

    Returns
    -------
    (N, C) array

    Raises
    ------
    ShapeError
        If ``y`` is no vector.
    DataError
        If an entry is no integer between 0 and C-1.

    Examples
    --------
    >>> one_hot([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    y = np.asarray(y)
    if y.ndim != 1:
        raise ShapeError(f"one_hot: expected y of shape (N,), received {describe(y)}.")
    if y.dtype.kind not in "biu":
        raise DataError(
            f"one_hot: expected integers, received {describe(y)}; write y.astype(int)."
        )
    y = y.astype(np.int64)
    top = int(y.max(initial=-1)) + 1
    n_classes = top if n_classes is None else n_classes
    if top > n_classes or y.min(initial=0) < 0:
        raise DataError(
            f"one_hot: expected classes 0 to {n_classes - 1}, received "
            f"{y.min()} to {top - 1}; count classes from 0."
        )
    rows = np.zeros((len(y), n_classes), dtype)
    rows[np.arange(len(y)), y] = 1
    return rows


def standardize(train: ArrayLike, *others: ArrayLike) -> tuple[np.ndarray, ...]:
    """Give the columns of ``train`` mean 0 and variance 1, and move the rest along.

    Test data are scaled by the mean and deviation of the *training* data: they
    must not tell the model anything before it is judged by them. Constant
    columns are only centred.

    Parameters
    ----------
    train : (N, M) array_like
    *others : (N', M) array_like

    Returns
    -------
    tuple of arrays

    Raises
    ------
    ShapeError
        If the numbers of columns differ.

    Examples
    --------
    >>> a, b = standardize([[0.0], [2.0]], [[4.0]])
    >>> a.ravel(), b.ravel()
    (array([-1.,  1.]), array([3.]))
    """
    arrays = [np.asarray(array) for array in (train, *others)]
    mean = arrays[0].mean(axis=0)
    deviation = arrays[0].std(axis=0)
    for array in arrays:
        if array.shape[1:] != mean.shape or array.ndim != 2:
            raise ShapeError(
                f"standardize: expected shape (N, {arrays[0].shape[-1]}), "
                f"received {describe(array)}."
            )
    # A column of equal numbers has a deviation of some roundings, not of zero.
    constant = deviation <= 4 * np.finfo(deviation.dtype).eps * np.abs(mean)
    deviation[constant] = 1
    return tuple((array - mean) / deviation for array in arrays)
