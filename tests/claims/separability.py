"""Separability of small integer tables, decided exactly, without floating point.

The vectors u with all s_i x_i u >= 0 form a cone.  Modulo the kernel of X it is
pointed, so it is more than zero if, and only if, it has an extreme ray; and an
extreme ray is fixed, up to its length, by r - 1 independent rows on which it
vanishes, where r is the rank.  So all rays are found among finitely many.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np

Row = list[Fraction]


def reduced(rows: list[Row]) -> tuple[list[Row], list[int]]:
    """Return the reduced echelon form, without zero rows, and its pivot columns."""
    rows, pivots = [row[:] for row in rows], []
    for column in range(len(rows[0]) if rows else 0):
        k = len(pivots)
        found = next((i for i in range(k, len(rows)) if rows[i][column]), None)
        if found is None:
            continue
        rows[k], rows[found] = rows[found], rows[k]
        rows[k] = [a / rows[k][column] for a in rows[k]]
        for i in range(len(rows)):
            if i != k and rows[i][column]:
                factor = rows[i][column]
                rows[i] = [
                    a - factor * b for a, b in zip(rows[i], rows[k], strict=True)
                ]
        pivots.append(column)
    return rows[: len(pivots)], pivots


def orthogonal(rows: list[Row], r: int) -> Row | None:
    """Return the vector on which r - 1 rows vanish, None if there are several."""
    echelon, pivots = reduced(rows)
    if len(pivots) != r - 1:
        return None
    free = next(j for j in range(r) if j not in pivots)
    vector = [Fraction(int(j == free)) for j in range(r)]
    for row, pivot in zip(echelon, pivots, strict=True):
        vector[pivot] = -row[free]
    return vector


def extreme_rays(X: np.ndarray, s: np.ndarray) -> list[list[Fraction]]:
    """Return the margins of all extreme rays of the cone; none if it is ker X."""
    rows = [[Fraction(int(a)) for a in row] for row in X]
    _, columns = reduced(rows)  # independent columns, which span the same space
    rows = [[row[j] for j in columns] for row in rows]
    r, rays = len(columns), []
    if r == 0:
        return []
    for subset in combinations(rows, r - 1):
        u = orthogonal(list(subset), r)
        if u is None:
            continue
        margins = [
            int(t) * sum(a * b for a, b in zip(row, u, strict=True))
            for t, row in zip(s, rows, strict=True)
        ]
        if max(margins) <= 0:
            margins = [-m for m in margins]
        if min(margins) >= 0:
            rays.append(margins)
    return rays


def separable(X: np.ndarray, s: np.ndarray) -> bool:
    """Return whether some u has all margins >= 0, and not all 0."""
    return bool(extreme_rays(X, s))


def completely_separable(X: np.ndarray, s: np.ndarray) -> bool:
    """Return whether some u has all margins > 0: then the sum of the rays has."""
    rays = extreme_rays(X, s)
    return bool(rays) and all(sum(margins) > 0 for margins in zip(*rays, strict=True))


def integer_table(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return a small table (N, M) with entries -2, ..., 2 and classes 0, 1."""
    n, m = int(rng.integers(1, 8)), int(rng.integers(1, 4))
    X = rng.integers(-2, 3, (n, m))
    if m > 1 and rng.random() < 0.3:
        X[:, 0] = X[:, 1]  # a kernel
    return X, rng.integers(0, 2, n)
