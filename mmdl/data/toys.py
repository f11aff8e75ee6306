"""Toy data: small point clouds of which one can see what a model does.

Every generator takes its randomness as the argument ``rng`` and returns a
:class:`~mmdl.data.Dataset` whose samples come in random order. Used in all
chapters.
"""

import numpy as np
from numpy.typing import ArrayLike

from mmdl.data.dataset import Dataset
from mmdl.errors import ShapeError, check_rng, describe

__all__ = ["blobs", "circles", "linear", "moons", "sine", "spirals", "xor"]

LICENCE = "generated, public domain"


def blobs(
    n: int,
    *,
    centers: int | ArrayLike = 3,
    noise: float = 0.5,
    rng: np.random.Generator,
) -> Dataset:
    """Gaussian clouds, one a class, of equal size up to one sample.

    Parameters
    ----------
    n : int
        Number of samples.
    centers : int or (C, M) array_like
        The means of the classes; a number C puts them on a circle of radius 2.
    noise : float
        Standard deviation of each coordinate.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X of shape (n, M).

    Raises
    ------
    ShapeError
        If ``centers`` is neither a number nor a matrix.

    Examples
    --------
    >>> blobs(90, centers=3, rng=np.random.default_rng(0))
    Dataset 'blobs': X (90, 2) float64, y (90,) int64, 3 classes
    """
    if isinstance(centers, int | np.integer):
        means = 2 * _on_circle(np.arange(centers) / centers)
    else:
        means = np.asarray(centers, dtype=float)
        if means.ndim != 2:
            raise ShapeError(
                f"blobs: expected centers, a number or an array of shape (C, M), "
                f"received {describe(means)}."
            )
    y = _labels("blobs", n, len(means), rng)
    return _cloud("blobs", means[y], y, noise, rng)


def moons(n: int, *, noise: float = 0.1, rng: np.random.Generator) -> Dataset:
    """Two half circles of radius 1, each reaching into the other.

    Parameters
    ----------
    n : int
        Number of samples.
    noise : float
        Standard deviation of each coordinate.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X of shape (n, 2), two classes.

    Examples
    --------
    >>> moons(100, rng=np.random.default_rng(0))
    Dataset 'moons': X (100, 2) float64, y (100,) int64, 2 classes
    """
    y = _labels("moons", n, 2, rng)
    upper = _on_circle(rng.uniform(0, 0.5, n))
    lower = np.array([1.0, 0.5]) - upper
    return _cloud("moons", np.where(y[:, None] == 0, upper, lower), y, noise, rng)


def circles(
    n: int,
    *,
    radii: tuple[float, ...] = (0.5, 1.0),
    noise: float = 0.05,
    rng: np.random.Generator,
) -> Dataset:
    """Circles about one centre, one a class.

    Parameters
    ----------
    n : int
        Number of samples.
    radii : tuple of float
    noise : float
        Standard deviation of each coordinate.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X of shape (n, 2), as many classes as radii.

    Examples
    --------
    >>> circles(100, rng=np.random.default_rng(0)).n_classes
    2
    """
    y = _labels("circles", n, len(radii), rng)
    points = np.asarray(radii)[y, None] * _on_circle(rng.uniform(0, 1, n))
    return _cloud("circles", points, y, noise, rng)


def spirals(
    n: int,
    *,
    arms: int = 2,
    turns: float = 1.0,
    noise: float = 0.03,
    rng: np.random.Generator,
) -> Dataset:
    """Spiral arms that wind about each other inside the unit disc.

    Parameters
    ----------
    n : int
        Number of samples.
    arms : int
        Number of classes.
    turns : float
        How often an arm goes round.
    noise : float
        Standard deviation of each coordinate.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X of shape (n, 2).

    Examples
    --------
    >>> spirals(99, arms=3, rng=np.random.default_rng(0)).n_classes
    3
    """
    y = _labels("spirals", n, arms, rng)
    radius = np.sqrt(rng.uniform(0.01, 1, n))
    points = radius[:, None] * _on_circle(turns * radius + y / arms)
    return _cloud("spirals", points, y, noise, rng)


def xor(n: int, *, noise: float = 0.2, rng: np.random.Generator) -> Dataset:
    """Clouds about the four corners (+-1, +-1); the class is 1 where signs differ.

    Parameters
    ----------
    n : int
        Number of samples.
    noise : float
        Standard deviation of each coordinate; 0 gives the corners themselves.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X of shape (n, 2), two classes.

    Examples
    --------
    >>> data = xor(4, noise=0.0, rng=np.random.default_rng(0))
    >>> bool(np.all((data.X[:, 0] * data.X[:, 1] < 0) == data.y))
    True
    """
    corner = _labels("xor", n, 4, rng)
    points = np.column_stack([2.0 * (corner % 2) - 1, 2.0 * (corner // 2) - 1])
    y = (points[:, 0] != points[:, 1]).astype(np.int64)
    return _cloud("xor", points, y, noise, rng)


def linear(
    n: int,
    *,
    coef: ArrayLike = (2.0,),
    intercept: float = 1.0,
    noise: float = 0.3,
    rng: np.random.Generator,
) -> Dataset:
    r"""Points about a plane, :math:`y = x w + b + \text{noise}`.

    Parameters
    ----------
    n : int
        Number of samples.
    coef : (M,) array_like
        The slopes w.
    intercept : float
        The constant b.
    noise : float
        Standard deviation of the noise.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X of shape (n, M), standard normal; real targets.

    Examples
    --------
    >>> linear(20, coef=[1.0, -1.0], rng=np.random.default_rng(0))
    Dataset 'linear': X (20, 2) float64, y (20,) float64
    """
    check_rng("linear", rng)
    slopes = np.atleast_1d(np.asarray(coef, dtype=float))
    X = rng.normal(size=(n, len(slopes)))
    y = X @ slopes + intercept + noise * rng.normal(size=n)
    return Dataset("linear", X, y, licence=LICENCE)


def sine(
    n: int, *, noise: float = 0.1, frequency: float = 1.0, rng: np.random.Generator
) -> Dataset:
    r"""One wave on the unit interval, :math:`y = \sin 2\pi f x + \text{noise}`.

    Parameters
    ----------
    n : int
        Number of samples.
    noise : float
        Standard deviation of the noise.
    frequency : float
        The number f of waves.
    rng : numpy.random.Generator

    Returns
    -------
    Dataset
        X of shape (n, 1), uniform on [0, 1] and sorted; real targets.

    Examples
    --------
    >>> sine(30, rng=np.random.default_rng(0))
    Dataset 'sine': X (30, 1) float64, y (30,) float64
    """
    check_rng("sine", rng)
    x = np.sort(rng.uniform(0, 1, n))
    y = np.sin(2 * np.pi * frequency * x) + noise * rng.normal(size=n)
    return Dataset("sine", x[:, None], y, licence=LICENCE)


def _labels(who: str, n: int, n_classes: int, rng: object) -> np.ndarray:
    """Class numbers in random order, each as often as the others, up to one."""
    return check_rng(who, rng).permutation(np.arange(n, dtype=np.int64) % n_classes)


def _on_circle(turn: np.ndarray) -> np.ndarray:
    """Points of the unit circle; ``turn`` counts full turns."""
    return np.column_stack([np.cos(2 * np.pi * turn), np.sin(2 * np.pi * turn)])


def _cloud(
    name: str, points: np.ndarray, y: np.ndarray, noise: float, rng: np.random.Generator
) -> Dataset:
    """Points with Gaussian noise as a classification problem."""
    return Dataset(
        name,
        points + noise * rng.normal(size=points.shape),
        y,
        target_names=tuple(str(c) for c in range(int(y.max(initial=0)) + 1)),
        licence=LICENCE,
    )
