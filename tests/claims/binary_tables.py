"""What the claims on logistic regression share: constants, classes, a table."""

import numpy as np

from claims import design
from mmdl import stats

BEND, LOG2 = 1 / (6 * np.sqrt(3)), np.log(2)


def labels(rng, X):
    return rng.integers(0, 2, len(X))


def overlapping(rng, m=4):
    """A table of any rank with a minimum."""
    while True:
        X = design(rng, shape=(14, m), rank=int(rng.integers(1, m + 1)))
        y = labels(rng, X)
        if stats.separating_direction(X, y) is None:
            return X, y
