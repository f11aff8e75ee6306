"""Claims of the appendix on probability (``ch-probability``): expectations, exactly.

Random variables on finitely many points have exact expectations, so nothing is
simulated here.
"""

import numpy as np

from claims import claim
from claims.quadrature import NORMAL_NODES as X
from claims.quadrature import NORMAL_WEIGHTS


def law(rng, n=8):
    """Probabilities of n points and the values of a random variable there."""
    return rng.dirichlet(np.ones(n)), 2 * rng.normal(size=n)


def three_points(rng):
    """A law that comes near to equality in Chebyshev's inequality."""
    p, size = rng.uniform(0.05, 0.5), rng.uniform(0.5, 2)
    return np.array([p, 1 - 2 * p, p]), np.array([-size, 0.0, size])


@claim("prop-chebyshev", kind="inequality", instances=200)
def large_values_are_rare(rng, bound=lambda mean, a: mean / a):
    r"""$\P(X \ge a) \le \frac1a\E X$ for $X \ge 0$."""
    p, x = law(rng)
    x, a = np.abs(x), rng.exponential()
    if rng.random() < 0.5:
        x = a * (x > 1)
    return p @ (x >= a), bound(p @ x, a)


large_values_are_rare.mutant("half of it", bound=lambda mean, a: mean / (2 * a))
large_values_are_rare.mutant("$a$ squared", bound=lambda mean, a: mean / a**2)


@large_values_are_rare.sharp
def two_values():
    p, x, a = np.array([0.3, 0.7]), np.array([2.0, 0.0]), 2.0
    return p @ (x >= a), p @ x / a


@claim("prop-chebyshev", kind="inequality", instances=200)
def large_deviations_are_rare(rng, bound=lambda var, eps: var / eps**2):
    r"""$\P(\abs{Y - \E Y} \ge \eps) \le \Var[Y]/\eps^2$."""
    p, y = law(rng) if rng.random() < 0.5 else three_points(rng)
    y = y - p @ y
    eps = rng.choice(np.abs(y[np.abs(y) > 1e-9])) * (1 - 1e-12)
    return p @ (np.abs(y) >= eps), bound(p @ y**2, eps)


large_deviations_are_rare.mutant(
    "one side for two", bound=lambda var, eps: var / (2 * eps**2)
)
large_deviations_are_rare.mutant(
    r"$\eps$ not squared", bound=lambda var, eps: var / eps
)


@large_deviations_are_rare.sharp
def three_values():
    p, y = np.array([0.2, 0.6, 0.2]), np.array([-1.5, 0.0, 1.5])
    return p @ (np.abs(y) >= 1.5), (p @ y**2 - (p @ y) ** 2) / 1.5**2


CONVEX = [np.exp, np.square, np.abs, lambda x: np.maximum(x, 0), lambda x: x**4]


@claim("thm-jensen", kind="inequality", instances=200)
def a_convex_function_of_the_mean_is_smaller(rng, functions=CONVEX):
    r"""$\varphi(\E X) \le \E\varphi(X)$."""
    p, x = law(rng, 4)
    phi = functions[rng.integers(len(functions))]
    return phi(p @ x), p @ phi(x)


a_convex_function_of_the_mean_is_smaller.mutant(
    "a concave function", functions=[lambda x: np.log(1 + np.exp(-np.abs(x)))]
)
a_convex_function_of_the_mean_is_smaller.mutant("any function", functions=[np.sin])


@a_convex_function_of_the_mean_is_smaller.sharp
def all_values_on_one_side_of_the_corner():
    p, x = np.array([0.2, 0.5, 0.3]), np.array([1.0, 2.0, 7.0])
    return np.abs(p @ x), p @ np.abs(x)


@claim("thm-jensen", kind="equivalence", instances=100)
def equality_means_constant(rng, phi=np.square):
    r"""Equality for strictly convex $\varphi$ iff $X$ is constant."""
    p, x = law(rng, 3)
    x = np.abs(x) * rng.choice([-1.0, 1.0])
    if rng.random() < 0.5:
        x = np.full(3, x[0])
    return bool(abs(phi(p @ x) - p @ phi(x)) < 1e-9), bool(np.ptp(x) < 1e-9)


equality_means_constant.mutant("convex, not strictly", phi=np.abs)


@claim("thm-monotone-convergence", kind="identity", instances=50)
def truncations_exhaust_the_mean(rng, escape=0.0):
    r"""$\E\min(X, n) \to \E X$ for a geometric law, at $n = 2000$."""
    q, n = rng.uniform(0.05, 0.95), 2000
    # an increasing sequence loses nothing; n on an event of probability 1/n does
    return np.sum(q ** np.arange(1, n + 1)) + escape * n * (1 / n), q / (1 - q)


truncations_exhaust_the_mean.mutant(
    r"$\min(X, n) + n\,\ind{U < 1/n}$, which does not increase", escape=1.0
)


@claim("thm-monotone-convergence", kind="inequality", instances=100)
def the_mean_of_the_lower_limit_is_smaller(rng, limit=np.min):
    r"""$\E\liminf X_n \le \liminf\E X_n$ for sequences of period 3."""
    p, x = rng.dirichlet(np.ones(5)), rng.exponential(size=(3, 5))
    return limit(x, axis=0) @ p, np.min(x @ p)


the_mean_of_the_lower_limit_is_smaller.mutant("the upper limit", limit=np.max)


@the_mean_of_the_lower_limit_is_smaller.sharp
def always_the_same():
    p, x = np.array([0.2, 0.8]), np.array([[1.0, 3.0], [1.0, 3.0]])
    return np.min(x, axis=0) @ p, np.min(x @ p)


def moment_generating(theta):
    """The derivative of e^{theta^2/2} = E e^{theta X}, and E of the derivative."""
    return theta * np.exp(theta**2 / 2), NORMAL_WEIGHTS @ (X * np.exp(theta * X))


def moving_support(theta):
    """The derivative of theta = int 1{0 < x < theta} dx, and int 0 dx."""
    return 1.0 + 0 * theta, 0.0


@claim("lem-differentiate-integral", kind="identity", instances=50)
def the_derivative_of_the_integral(rng, family=moment_generating):
    r"""$\partial_\theta\E e^{\theta X} = \E Xe^{\theta X}$ for normal $X$."""
    return family(rng.uniform(-2, 2))


the_derivative_of_the_integral.mutant(
    r"$\ind{0 < x < \theta}$: a support that moves", family=moving_support
)


def average(p, x, blocks):
    """E[x | partition]: the mean over the block of each point."""
    mass = np.bincount(blocks, p)
    return (np.bincount(blocks, p * x) / mass)[blocks]


def partition(rng, n=12, blocks=4):
    return np.r_[np.arange(blocks), rng.integers(blocks, size=n - blocks)]


@claim("thm-conditional-expectation", kind="identity", instances=50)
def the_equations_have_the_block_means_as_solution(rng, solution=average):
    r"""$\E[Z\ind G] = \E[X\ind G]$ for all blocks determines $Z$: the block means."""
    (p, x), blocks = law(rng, 12), partition(rng)
    G = np.equal.outer(np.arange(4), blocks).astype(float)  # Z = z G
    z = np.linalg.solve(G @ (p * G).T, G @ (p * x))
    return z @ G, solution(p, x, blocks)


the_equations_have_the_block_means_as_solution.mutant(
    "every point of a block alike",
    solution=lambda p, x, blocks: average(np.ones(12), x, blocks),
)
the_equations_have_the_block_means_as_solution.mutant(
    "the mean of all", solution=lambda p, x, blocks: np.full(12, p @ x)
)


@claim("prop-conditioning", kind="identity")
def coarser_knowledge_wins(rng, coarse=lambda blocks, rng: blocks // 2):
    r"""$\E[\E[X \mid \mathcal G] \mid \mathcal H] = \E[X \mid \mathcal H]$."""
    (p, x), blocks = law(rng, 12), partition(rng)
    coarser = coarse(blocks, rng)
    return average(p, average(p, x, blocks), coarser), average(p, x, coarser)


coarser_knowledge_wins.mutant(
    r"$\mathcal H \not\subseteq \mathcal G$",
    coarse=lambda blocks, rng: partition(rng, blocks=2),
)


@claim("prop-conditioning", kind="identity")
def what_is_known_is_taken_out(rng, known=lambda z, blocks: z[blocks]):
    r"""$\E[ZX \mid \mathcal G] = Z\,\E[X \mid \mathcal G]$."""
    (p, x), blocks = law(rng, 12), partition(rng)
    Z = known(rng.normal(size=12), blocks)
    return average(p, Z * x, blocks), Z * average(p, x, blocks)


what_is_known_is_taken_out.mutant(
    r"$Z$ not $\mathcal G$-measurable", known=lambda z, blocks: z
)


@claim("prop-conditioning", kind="identity")
def fresh_randomness_is_averaged(rng, depend=0.0):
    r"""$\E[f(Y, \xi) \mid Y = y] = \E f(y, \xi)$ for independent $\xi$."""
    p, q = rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(3))
    f = rng.normal(size=(4, 3))
    joint = np.outer(p, q) * (1 + depend * rng.uniform(size=(4, 3)))
    joint = joint / joint.sum()
    fresh = f @ joint.sum(axis=0)
    return np.sum(joint * f, axis=1) / joint.sum(axis=1), fresh


fresh_randomness_is_averaged.mutant(r"$\xi$ depends on $Y$", depend=1.0)


@claim("prop-conditioning", kind="inequality")
def jensen_holds_given_the_past(rng, functions=CONVEX):
    r"""$\varphi(\E[X \mid \mathcal G]) \le \E[\varphi(X) \mid \mathcal G]$."""
    (p, x), blocks = law(rng, 12), partition(rng)
    phi = functions[rng.integers(len(functions))]
    return phi(average(p, x, blocks)), average(p, phi(x), blocks)


jensen_holds_given_the_past.mutant("a function that is not convex", functions=[np.cos])


@jensen_holds_given_the_past.sharp
def an_affine_function():
    p, x, blocks = (
        np.full(4, 0.25),
        np.array([1.0, 3.0, 2.0, 5.0]),
        np.array([0, 0, 1, 1]),
    )
    return 2 * average(p, x, blocks) + 1, average(p, 2 * x + 1, blocks)


@claim("prop-conditioning", kind="identity")
def the_error_splits_into_noise_and_distance(rng, distance=lambda W, Z: W - Z):
    r"""$\E(X - Z)^2 = \E\Var[X \mid \mathcal G] + \E(\E[X \mid \mathcal G] - Z)^2$."""
    (p, x), blocks = law(rng, 12), partition(rng)
    Z, W = rng.normal(size=4)[blocks], average(p, x, blocks)
    noise = p @ average(p, (x - W) ** 2, blocks)
    return p @ (x - Z) ** 2, noise + p @ distance(W, Z) ** 2


the_error_splits_into_noise_and_distance.mutant(
    "the variance within the blocks alone", distance=lambda W, Z: 0 * W
)
the_error_splits_into_noise_and_distance.mutant(
    "distances of unlike signs", distance=lambda W, Z: W + Z
)
