"""What the NumPy peers lack and we must give them: weights and an optimizer."""

import itertools

import numpy as np


def layers(*sizes: int) -> list[np.ndarray]:
    """Weights and biases of a chain of affine layers, float32."""
    rng = np.random.default_rng(0)
    weights = []
    for m, n in itertools.pairwise(sizes):
        weights.append(rng.normal(size=(m, n), scale=m**-0.5).astype(np.float32))
        weights.append(np.zeros(n, np.float32))
    return weights


class Adam:
    """Adam array by array, as one writes it without a library."""

    def __init__(self, weights: list[np.ndarray]) -> None:
        self.weights, self.k = weights, 0
        self.m = [np.zeros_like(w) for w in weights]
        self.v = [np.zeros_like(w) for w in weights]

    def step(self, gradients: list[np.ndarray]) -> None:
        self.k += 1
        for i, g in enumerate(gradients):
            self.m[i] += 0.1 * (g - self.m[i])
            self.v[i] += 0.001 * (g * g - self.v[i])
            root = np.sqrt(self.v[i] / (1 - 0.999**self.k)) + 1e-8
            self.weights[i] -= 1e-3 / (1 - 0.9**self.k) * self.m[i] / root
