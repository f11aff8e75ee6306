"""Random matrices: orthogonal, symmetric, positive definite."""

import numpy as np


def orthogonal(rng, d):
    return np.linalg.qr(rng.normal(size=(d, d)))[0]


def symmetric(rng, d=4):
    B = rng.normal(size=(d, d))
    return B + B.T


def definite(rng, d=4, least=0.3):
    Q = orthogonal(rng, d)
    return (Q * rng.uniform(least, 3, d)) @ Q.T
