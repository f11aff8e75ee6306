"""Instances for claims: small random objects, awkward ones included."""

from __future__ import annotations

import numpy as np

from mmdl import stats

Generator = np.random.Generator


def design(
    rng: Generator, *, shape: tuple[int, int] | None = None, rank: int | None = None
) -> np.ndarray:
    """Return a design matrix (N, M) with 1 <= N, M <= 12.

    Without ``rank`` one in two is rank-deficient; tall, square, wide and
    single-row matrices all occur.  The non-zero singular values lie in
    [0.3, 3], so that identities hold to 1e-10 whatever the shape.
    """
    if shape is None:
        least = rank or 1
        shape = (int(rng.integers(least, 13)), int(rng.integers(least, 13)))
    full = min(shape)
    if rank is None:
        rank = full if rng.random() < 0.5 else int(rng.integers(1, full + 1))
    U, _ = np.linalg.qr(rng.standard_normal((shape[0], rank)))
    V, _ = np.linalg.qr(rng.standard_normal((shape[1], rank)))
    return (U * rng.uniform(0.3, 3.0, rank)) @ V.T


def response(rng: Generator, X: np.ndarray) -> np.ndarray:
    """Return a response (N,) for ``X``, in general not in its column space."""
    return rng.standard_normal(len(X))


def noise(rng: Generator, shape: tuple[int, ...], *, scale: float = 1.0) -> np.ndarray:
    """Return centred noise with the given standard deviation, and skewed."""
    return scale * (rng.standard_exponential(shape) - 1.0)


def full_rank(rng: Generator) -> np.ndarray:
    """Return a design with N > M = rank X, where the true weights are defined."""
    m = int(rng.integers(1, 6))
    return design(rng, shape=(m + int(rng.integers(1, 7)), m), rank=m)


def kernel_vector(rng: Generator, X: np.ndarray) -> np.ndarray:
    """Return a random vector (M,) of ker X, zero when X is injective."""
    g = rng.standard_normal(X.shape[1])
    return g - stats.pseudo_inverse(X) @ (X @ g)


def thin_svd(X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return U (N, r), sigma (r,) and V (M, r), computed apart from mmdl."""
    U, sigma, Vt = np.linalg.svd(X, full_matrices=False)
    r = int(np.sum(sigma > 1e-10))
    return U[:, :r], sigma[:r], Vt[:r].T


def squared_loss(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    """Return |X w - y|^2 / 2."""
    return 0.5 * np.sum((X @ w - y) ** 2)
