"""Functions to descend on: smooth ones, convex or not, with known constants."""

import numpy as np


def squares(v):
    return (v**2).sum(axis=-1)


def spectrum(rng, d, low=0.05, high=8.0):
    """A random symmetric matrix with eigenvalues in [low, high], ends attained."""
    values = np.r_[low, high, rng.uniform(low, high, d - 2)]
    Q = np.linalg.qr(rng.normal(size=(d, d)))[0]
    return (Q * values) @ Q.T, values, Q


class Family:
    """f(w) = sum of phi(Bw) with phi''(0) = 1 >= |phi''|: minimiser 0, value 0."""

    def __init__(self, rng, d=3, n=5):
        self.B = rng.normal(size=(n, d))
        _, s, V = np.linalg.svd(self.B)
        self.smooth, self.steep = s[0] ** 2, V[0]

    def value(self, w):
        return np.sum(self.phi(self.B @ w))

    def gradient(self, w):
        return self.B.T @ self.slope(self.B @ w)

    def start(self, rng):
        """A point anywhere, or near the minimum in the steepest direction."""
        far = rng.normal(size=self.B.shape[1]) * 10 ** rng.uniform(-1, 1)
        return far if rng.random() < 0.5 else 0.05 * self.steep


class Root(Family):
    """phi(t) = sqrt(1 + t^2) - 1: convex and smooth."""

    def phi(self, t):
        return t**2 / (1 + np.sqrt(1 + t**2))  # without cancellation

    def slope(self, t):
        return t / np.sqrt(1 + t**2)


class Wave(Family):
    """phi(t) = 1 - cos t: smooth, not convex."""

    def phi(self, t):
        return 2 * np.sin(t / 2) ** 2

    def slope(self, t):
        return np.sin(t)

    def curvature(self, x, v):
        return np.sum(np.cos(self.B @ x) * (self.B @ v) ** 2)


class Huber:
    """f'(w) = big w, cut off at big e; one variable."""

    def __init__(self, big, e):
        self.big, self.e, self.smooth = big, e, big

    def value(self, w):
        t, e = np.abs(w[0]), self.e
        return self.big * (t**2 / 2 if t < e else e * (t - e / 2))

    def gradient(self, w):
        return self.big * np.clip(w, -self.e, self.e)
