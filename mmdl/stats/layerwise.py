r"""A deep network of 1965: quadratic units, layer upon layer, by least squares.

Ivakhnenko and Lapa let a unit see two features and fit the target by

.. math::

    z = \beta_0 + \beta_1 u + \beta_2 v + \beta_3 uv + \beta_4 u^2 + \beta_5 v^2 .

Every pair of features is tried, those units survive that do best on samples of
which they know nothing, and their outputs are the features of the next layer.
Derived in ``ch-compositions``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import ShapeError, check_matrix, check_rows, describe
from mmdl.stats.linear import least_squares

__all__ = ["PolynomialLayer", "PolynomialNetwork", "gmdh", "quadratic_features"]

Array = np.ndarray


def quadratic_features(u: ArrayLike, v: ArrayLike) -> Array:
    r"""The six columns :math:`(1, u, v, uv, u^2, v^2)`.

    Parameters
    ----------
    u, v : (N,) array_like

    Returns
    -------
    (N, 6) array

    Examples
    --------
    >>> quadratic_features([2.0], [3.0])
    array([[1., 2., 3., 6., 4., 9.]])
    """
    u, v = np.asarray(u), np.asarray(v)
    return np.stack([np.ones_like(u), u, v, u * v, u * u, v * v], axis=-1)


@dataclass(frozen=True, eq=False)
class PolynomialLayer:
    """Units of two features each, the best one first.

    Attributes
    ----------
    parents : (U, 2) array of int
        The columns that each unit sees.
    coef : (U, 6) array
        The weights of the six terms.

    Examples
    --------
    >>> product = PolynomialLayer(np.array([[0, 1]]), np.array([[0, 0, 0, 1, 0, 0]]))
    >>> product(np.array([[2.0, 3.0]]))
    array([[6.]])
    """

    parents: Array
    coef: Array

    def __call__(self, X: Array) -> Array:
        """Compute the units' outputs: (N, M) to (N, U)."""
        u, v = X[:, self.parents[:, 0]], X[:, self.parents[:, 1]]
        return np.asarray(np.sum(quadratic_features(u, v) * self.coef, axis=-1))


@dataclass(frozen=True, eq=False)
class PolynomialNetwork:
    """What :func:`gmdh` has grown.

    Attributes
    ----------
    layers : tuple of PolynomialLayer
    errors : (K, 2) array
        After each layer, the mean squared error of its best unit on the samples of
        the fit, and on those of the check.
    operations : int
        Floating-point operations of all the fits.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(40, 2))
    >>> net = gmdh(X[:30], X[:30].prod(1), check=(X[30:], X[30:].prod(1)), layers=1)
    >>> net.predict([[2.0, 3.0]]).round(9)
    array([6.])
    """

    layers: tuple[PolynomialLayer, ...]
    errors: Array
    operations: int

    @property
    def depth(self) -> int:
        """The number of layers at which the error on the check is least."""
        return int(np.argmin(self.errors[:, 1])) + 1

    def predict(self, X: ArrayLike, depth: int | None = None) -> Array:
        """Return the output of the best unit.

        Parameters
        ----------
        X : (N, M) array_like
        depth : int, optional
            How many layers to use, instead of :attr:`depth`.

        Returns
        -------
        (N,) array

        Raises
        ------
        ShapeError
            If ``X`` has too few columns.
        """
        features = check_matrix("predict", X)
        needed = int(self.layers[0].parents.max()) + 1
        if features.shape[1] < needed:
            raise ShapeError(
                f"predict: expected X with {needed} columns or more, received "
                f"{describe(features)}; give the columns of the fit."
            )
        for layer in self.layers[: self.depth if depth is None else depth]:
            features = layer(features)
        return features[:, 0]


def gmdh(
    X: ArrayLike,
    y: ArrayLike,
    *,
    check: tuple[ArrayLike, ArrayLike],
    width: int = 8,
    layers: int = 8,
) -> PolynomialNetwork:
    r"""Grow a network of quadratic units, one layer after the other.

    A unit's six weights minimise the squared error on (X, y), see
    :func:`least_squares`. The ``width`` units with the least squared error on the
    samples of ``check`` are kept, and no later layer changes them.

    Parameters
    ----------
    X : (N, M) array_like
        At least two features.
    y : (N,) array_like
    check : pair of (N', M) and (N',) array_like
        Samples that choose the units.
    width : int
        At least two units to a layer.
    layers : int

    Returns
    -------
    PolynomialNetwork

    Raises
    ------
    ShapeError
        If the shapes do not fit.
    ValueError
        If there are fewer than two features or units, or no layer.

    Examples
    --------
    >>> X = np.random.default_rng(0).uniform(1, 2, (60, 4))
    >>> y = X.prod(axis=1)
    >>> net = gmdh(X[:40], y[:40], check=(X[40:], y[40:]), layers=3)
    >>> bool(net.errors[1, 1] < net.errors[0, 1] / 10)
    True
    """
    (X, y), (X_check, y_check) = _checked("X", X, y), _checked("check", *check)
    if X.shape[1] != X_check.shape[1]:
        raise ShapeError(
            f"gmdh: expected the columns of X in the check too, received "
            f"{describe(X)} and {describe(X_check)}."
        )
    if min(X.shape[1], width) < 2 or layers < 1:
        raise ValueError(
            f"gmdh: expected two features, two units and one layer at least, received "
            f"{X.shape[1]}, {width} and {layers}; a unit needs a pair."
        )
    grown, errors, operations = [], [], 0
    for _ in range(layers):
        units = sorted(_units(X, y, X_check, y_check), key=lambda unit: unit[0])
        operations += len(units) * unit_cost(len(y))
        kept = units[:width]
        layer = PolynomialLayer(
            np.array([pair for _, pair, _ in kept]), np.array([w for _, _, w in kept])
        )
        X, X_check = layer(X), layer(X_check)
        grown.append(layer)
        errors.append((np.mean((X[:, 0] - y) ** 2), kept[0][0]))
    return PolynomialNetwork(tuple(grown), np.array(errors), operations)


def _checked(name: str, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    X = check_matrix("gmdh", X, name)
    return X, check_rows("gmdh", y, len(X)).ravel()


def _units(
    X: Array, y: Array, X_check: Array, y_check: Array
) -> Iterator[tuple[float, tuple[int, int], Array]]:
    """Yield the error on the check, the parents and the weights of each pair."""
    for i, j in combinations(range(X.shape[1]), 2):
        w = least_squares(quadratic_features(X[:, i], X[:, j]), y).coef
        guess = quadratic_features(X_check[:, i], X_check[:, j]) @ w
        yield float(np.mean((guess - y_check) ** 2)), (i, j), w


def unit_cost(n: int) -> int:
    """Operations to fit six weights to n samples by the normal equations.

    Three products, a symmetric half of the Gram matrix, the right-hand side, and the
    solution of six equations.

    Parameters
    ----------
    n : int

    Returns
    -------
    int

    Examples
    --------
    >>> unit_cost(100)
    5772
    """
    return 3 * n + 42 * n + 12 * n + 6**3 // 3
