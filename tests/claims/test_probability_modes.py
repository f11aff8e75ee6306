"""Claims of the appendix on probability (``ch-probability``): modes, normal laws."""

import numpy as np

from claims import claim
from claims.matrices import definite
from claims.quadrature import NORMAL_NODES, NORMAL_WEIGHTS

U = (np.arange(1024) + 0.5) / 1024  # a uniform variable on as many points
FROM, UPTO = 64, 512  # what is called a limit looks at these n
TIMES = np.arange(FROM, UPTO)[:, None]


def typewriter(rng):
    level = 2 ** np.floor(np.log2(TIMES))
    return (np.floor(level * U) == TIMES - level).astype(float)


def spikes(rng):
    return TIMES * (TIMES * U < 1)


def fading(rng):
    return np.cos(rng.uniform(1, 9) * TIMES) * rng.uniform(0.1, 2) * U / TIMES


def swinging(rng):
    return (-1.0) ** TIMES * rng.uniform(0.5, 2) * U


def surely(x):
    return np.mean(np.abs(x).max(axis=0) >= 0.1) < 0.05


def in_probability(x):
    return np.mean(np.abs(x) >= 0.1, axis=1).max() < 0.05


def in_mean_square(x):
    return np.mean(x**2, axis=1).max() < 0.05


@claim("prop-convergence", kind="existence", instances=60)
def two_strong_modes_imply_the_weak_one(
    rng, strong=lambda x: surely(x) or in_mean_square(x), weak=in_probability
):
    r"""Almost surely or in mean square implies in probability ($64 \le n < 512$)."""
    x = rng.choice([typewriter, spikes, fading, swinging])(rng)
    return bool(weak(x) or not strong(x))


two_strong_modes_imply_the_weak_one.mutant(
    "in mean square implies almost surely", strong=in_mean_square, weak=surely
)
two_strong_modes_imply_the_weak_one.mutant(
    "almost surely implies in mean square", strong=surely, weak=in_mean_square
)
two_strong_modes_imply_the_weak_one.mutant(
    "in probability implies in mean square", strong=in_probability, weak=in_mean_square
)


@claim("prop-convergence", kind="inequality", instances=200)
def near_a_constant_in_law_is_near_in_probability(
    rng, limit=lambda x, c: np.full(x.size, c), scale=1.0
):
    r"""$\P(\abs{X - c} \ge \eps) \le d(X, c)/\eps$ for a distance $d$ of laws."""
    c, eps = rng.normal(), rng.uniform(0.2, 1)
    x = c + rng.normal(size=500) * 10 ** rng.uniform(-2, 0)
    if rng.random() < 0.3:
        x = c + eps * (rng.random(500) < 0.3)
    target = limit(x, c)
    apart = np.minimum(np.abs(np.sort(x) - np.sort(target)), 1).mean()
    return np.mean(np.abs(x - target) >= eps * (1 - 1e-9)), scale * apart / eps


near_a_constant_in_law_is_near_in_probability.mutant(
    "a limit of the same law that is not constant", limit=lambda x, c: 2 * c - x[::-1]
)
near_a_constant_in_law_is_near_in_probability.mutant("half of it", scale=0.5)


@near_a_constant_in_law_is_near_in_probability.sharp
def a_coin_against_nothing():
    x = np.array([0.0, 0.0, 0.0, 0.6])
    return np.mean(x >= 0.6), np.minimum(np.abs(x), 1).mean() / 0.6


def moments(nodes, weights, *powers):
    """E of the product of (s Z)^p over the pairs (s, p), for Z with two entries."""
    Z = np.array(np.meshgrid(nodes, nodes)).reshape(2, -1)
    values = np.prod([(s @ Z) ** p for s, p in powers], axis=0)
    return np.outer(weights, weights).ravel() @ values


@claim("prop-gaussian-vectors", kind="identity", instances=60)
def uncorrelated_means_independent(
    rng,
    nodes=NORMAL_NODES,
    weights=NORMAL_WEIGHTS,
    other=lambda A, s: np.array([-(A @ A.T @ s)[1], (A @ A.T @ s)[0]]),
):
    r"""$\E X^pY^q = \E X^p\,\E Y^q$ for normal $(X, Y)$ with $\Cov[X, Y] = 0$."""
    A, s = rng.normal(size=(2, 2)), rng.normal(size=2)
    t = other(A, s)  # orthogonal for the covariance
    u, v = A.T @ s, A.T @ t
    u, v = u / np.linalg.norm(u), v / np.linalg.norm(v)
    p, q = rng.integers(1, 5, size=2)
    joint = moments(nodes, weights, (u, p), (v, q))
    return joint, moments(nodes, weights, (u, p)) * moments(nodes, weights, (v, q))


uncorrelated_means_independent.mutant(
    r"entries $\pm1$, not normal",
    nodes=np.array([-1.0, 1.0]),
    weights=np.array([0.5, 0.5]),
)
uncorrelated_means_independent.mutant(
    "$s$ and $t$ orthogonal in the plane", other=lambda A, s: np.array([-s[1], s[0]])
)


SIDE = np.linspace(-14, 14, 281)
POINTS = np.array(np.meshgrid(SIDE, SIDE)).reshape(2, -1)
CELL = (SIDE[1] - SIDE[0]) ** 2


@claim("prop-gaussian-vectors", kind="identity", instances=10)
def the_density_has_the_moments_of_the_construction(
    rng, root=lambda S: np.linalg.det(S) ** 0.5, form=np.linalg.inv
):
    r"""$\int f\,p\dd x = \E f(\mu + AZ)$ for $f = 1, x_0, x_0x_1, x_0^4$."""
    S, mu = definite(rng, 2), rng.normal(size=2)
    S = S * 1.5 / np.linalg.norm(S, 2) + 0.3 * np.eye(2)
    A = np.linalg.cholesky(S)
    e = POINTS - mu[:, None]
    p = np.exp(-0.5 * np.sum(e * (form(S) @ e), axis=0)) / (2 * np.pi * root(S))
    Z = np.array(np.meshgrid(NORMAL_NODES, NORMAL_NODES)).reshape(2, -1)
    weights = np.outer(NORMAL_WEIGHTS, NORMAL_WEIGHTS).ravel()

    def means(w, x):
        return np.array([w.sum(), w @ x[0], w @ (x[0] * x[1]), w @ x[0] ** 4])

    return means(CELL * p, POINTS), means(weights, mu[:, None] + A @ Z)


the_density_has_the_moments_of_the_construction.mutant(
    r"$\det\Sigma$ without its root", root=np.linalg.det
)
the_density_has_the_moments_of_the_construction.mutant(
    r"$\Sigma$ for its inverse", form=lambda S: S
)
