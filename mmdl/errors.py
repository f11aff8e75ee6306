"""What the library says when something does not fit.

Every message has one form, ``WHO: expected X, received Y; what to do.``, and
describes an array by its shape and its dtype, never by its entries. All errors
are kinds of :class:`ValueError`, so ``except ValueError`` catches them.
"""

# Annotations stay strings: evaluated, they would import numpy.random and
# numpy.typing together with mmdl.
from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "DataError",
    "SeparationError",
    "ShapeError",
    "check_finite",
    "check_matrix",
    "check_rng",
    "check_rows",
    "describe",
    "did_you_mean",
]


class ShapeError(ValueError):
    """An array has a shape that the formula does not take.

    Examples
    --------
    >>> from mmdl.errors import ShapeError, describe
    >>> str(ShapeError(f"f: expected a vector, received {describe([[1.0]])}"))
    'f: expected a vector, received (1, 1) float64'
    """


class DataError(ValueError):
    """A file or a table does not hold what it should.

    Examples
    --------
    >>> from mmdl.errors import DataError
    >>> issubclass(DataError, ValueError)
    True
    """


class SeparationError(ValueError):
    """A likelihood has no maximum, because a plane separates the classes.

    Parameters
    ----------
    message : str
    direction : (M,) array
        Weights that put every sample on its own side, or on the plane.

    Examples
    --------
    >>> from mmdl.errors import SeparationError
    >>> issubclass(SeparationError, ValueError)
    True
    """

    def __init__(self, message: str, direction: np.ndarray) -> None:
        super().__init__(message)
        self.direction = direction


def describe(array: ArrayLike) -> str:
    """Say the shape and the dtype of an array, and nothing of its entries.

    Parameters
    ----------
    array : array_like

    Returns
    -------
    str

    Examples
    --------
    >>> describe([[1.0, 2.0], [3.0, 4.0]])
    '(2, 2) float64'
    """
    array = np.asarray(array)
    return f"{array.shape} {array.dtype}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Suggest the known name that is nearest to ``name``.

    Parameters
    ----------
    name : str
    known : iterable of str

    Returns
    -------
    str
        ``"; did you mean 'x'?"``, or the empty string where nothing is near.

    Examples
    --------
    >>> did_you_mean("minst", ["digits", "mnist"])
    "; did you mean 'mnist'?"
    >>> did_you_mean("zebra", ["digits", "mnist"])
    ''
    """
    from difflib import get_close_matches

    near = get_close_matches(str(name), list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def check_matrix(who: str, X: ArrayLike, name: str = "X") -> np.ndarray:
    """Return ``X`` as a floating-point matrix with at least one row and column.

    Parameters
    ----------
    who : str
        The function that asks, as it opens the message.
    X : (N, M) array_like
    name : str
        What the caller's parameter is called.

    Returns
    -------
    (N, M) array

    Raises
    ------
    ShapeError
        If ``X`` has not two axes, or one of them is empty.
    DataError
        If an entry is no finite number.

    Examples
    --------
    >>> check_matrix("least_squares", [[1, 2]]).dtype
    dtype('float64')
    """
    X = _as_float(who, X, name)
    if X.ndim != 2 or X.size == 0:
        hint = f"; for one column write {name}[:, None]" if X.ndim == 1 else ""
        raise ShapeError(
            f"{who}: expected {name} of shape (N, M), received {describe(X)}{hint}."
        )
    return check_finite(who, X, name)


def check_rows(who: str, y: ArrayLike, n: int, name: str = "y") -> np.ndarray:
    """Return ``y`` as a floating-point array with ``n`` rows and one or two axes.

    Parameters
    ----------
    who : str
    y : (N,) or (N, K) array_like
    n : int
        The number N of samples.
    name : str

    Returns
    -------
    (N,) or (N, K) array

    Raises
    ------
    ShapeError
        If the first axis has not length ``n``.
    DataError
        If an entry is no finite number.

    Examples
    --------
    >>> check_rows("least_squares", [1, 2, 3], 3).shape
    (3,)
    """
    y = _as_float(who, y, name)
    if y.ndim not in (1, 2) or y.shape[0] != n:
        raise ShapeError(
            f"{who}: expected {name} of shape ({n},) or ({n}, K), "
            f"one row a sample, received {describe(y)}."
        )
    return check_finite(who, y, name)


def check_finite(who: str, array: np.ndarray, name: str) -> np.ndarray:
    """Return ``array`` if all its entries are finite.

    Parameters
    ----------
    who : str
    array : array
    name : str

    Returns
    -------
    array
        The same object.

    Raises
    ------
    DataError
        If an entry is NaN or infinite.

    Examples
    --------
    >>> check_finite("f", np.ones(2), "x")
    array([1., 1.])
    """
    bad = array.size - np.count_nonzero(np.isfinite(array))
    if bad:
        raise DataError(
            f"{who}: expected finite numbers in {name}, received {bad} "
            f"that are NaN or infinite; drop or mend these rows first."
        )
    return array


def check_rng(who: str, rng: object) -> np.random.Generator:
    """Return ``rng`` if it is a generator of random numbers.

    Randomness is an argument everywhere in the library: a result that can be
    repeated has its generator in sight.

    Parameters
    ----------
    who : str
    rng : numpy.random.Generator

    Returns
    -------
    numpy.random.Generator
        The same object.

    Raises
    ------
    TypeError
        If it is anything else, a bare seed for instance.

    Examples
    --------
    >>> type(check_rng("blobs", np.random.default_rng(0))).__name__
    'Generator'
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"{who}: expected rng, a numpy.random.Generator, received "
            f"{type(rng).__name__}; write rng=np.random.default_rng(0)."
        )
    return rng


def _as_float(who: str, array: ArrayLike, name: str) -> np.ndarray:
    """An array of floats: integers become float64, floats keep their dtype."""
    array = np.asarray(array)
    if array.dtype.kind not in "fbiu":
        raise DataError(
            f"{who}: expected real numbers in {name}, received {describe(array)}; "
            f"encode categories as numbers first."
        )
    return array if array.dtype.kind == "f" else array.astype(np.float64)
