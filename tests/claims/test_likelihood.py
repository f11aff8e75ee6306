"""Likelihood and information: Gibbs, codes, Cramer-Rao, consistency, families."""

import numpy as np

from claims import claim
from mmdl import stats


def law(rng, K=None):
    """A random probability vector, sometimes very uneven."""
    K = int(rng.integers(2, 8)) if K is None else K
    return np.maximum(rng.dirichlet(np.full(K, 10 ** rng.uniform(-1, 1))), 1e-12)


def normalised(p):
    return p / p.sum()


def two_laws(rng):
    p = normalised(law(rng))
    return p, normalised(law(rng, len(p)))


@claim("thm-gibbs", kind="inequality", instances=200)
def relative_entropy_is_not_negative(rng, divergence=stats.kl):
    """0 <= KL(p || q), and KL(p || p) = 0."""
    p, q = two_laws(rng)
    return np.zeros(2), np.r_[divergence(p, q), -abs(divergence(p, p))]


@relative_entropy_is_not_negative.sharp
def nearly_the_truth():
    # KL of neighbours is the square of their distance: zero to first order
    return 1.0, 1.0 + stats.kl([0.5, 0.5], [0.501, 0.499])


relative_entropy_is_not_negative.mutant(
    "the sum of p log q", divergence=lambda p, q: np.sum(p * np.log(q))
)


@claim("thm-gibbs", kind="equivalence", instances=100)
def only_the_truth_costs_nothing(rng, divergence=stats.kl):
    """KL(p || q) = 0 iff p = q, with the bits of the sum q log(q/p) on unlike laws."""
    p, q = two_laws(rng)
    if rng.random() < 0.7:
        q = p.copy() if rng.random() < 0.5 else np.roll(p, 1)
    return bool(abs(divergence(p, q)) < 1e-12), bool(np.allclose(p, q, atol=1e-9))


only_the_truth_costs_nothing.mutant(
    "the sorted laws", divergence=lambda p, q: stats.kl(np.sort(p), np.sort(q))
)


@claim("prop-entropy", kind="inequality", instances=100)
def entropy_has_its_bounds(rng, top=np.log):
    """0 <= H <= log K; concave; H(Y | X) <= H(Y)."""
    p, q = two_laws(rng)
    t, joint = rng.uniform(), normalised(law(rng, 12)).reshape(3, 4)
    if rng.random() < 0.1:
        p = q = np.full(len(p), 1 / len(p))
    H = stats.entropy
    small = np.r_[0, H(p), t * H(p) + (1 - t) * H(q), stats.conditional_entropy(joint)]
    return small, np.r_[H(p), top(len(p)), H(t * p + (1 - t) * q), H(joint.sum(axis=0))]


@entropy_has_its_bounds.sharp
def uniform_law():
    return stats.entropy(np.full(6, 1 / 6)), np.log(6)


entropy_has_its_bounds.mutant("one outcome fewer", top=lambda K: np.log(K - 1))


@claim("prop-entropy", kind="identity", instances=100)
def entropies_add_up(rng, conditional=stats.conditional_entropy):
    """H(X, Y) = H(X) + H(Y | X)."""
    joint = normalised(law(rng, 12)).reshape(3, 4)
    left = stats.entropy(joint.ravel())
    return left - stats.entropy(joint.sum(axis=1)) - conditional(joint)


entropies_add_up.mutant(
    "the entropy of Y", conditional=lambda joint: stats.entropy(joint.sum(axis=0))
)


@claim("thm-source-coding", kind="equivalence", instances=100)
def kraft_decides(rng, limit=1.0):
    """Lengths belong to a prefix code iff the sum of 2^-l is at most 1."""
    lengths = rng.integers(1, 5, int(rng.integers(2, 7)))
    try:
        words = stats.prefix_code(lengths)
        possible = [len(w) for w in words] == lengths.tolist() and not any(
            u != v and v.startswith(u) for u in words for v in words
        )
    except ValueError:
        possible = False
    return bool(possible), bool((2.0**-lengths).sum() <= limit)


kraft_decides.mutant("a sum of three halves", limit=1.5)


@claim("thm-source-coding", kind="inequality", instances=100)
def lengths_lie_between(rng, extra=1.0):
    """H + KL <= E ceil(-log2 q) < H + KL + 1; H <= Huffman."""
    p, q = two_laws(rng)
    mean = p @ stats.shannon_lengths(q)
    bill = stats.entropy(p, base=2) + stats.kl(p, q, base=2)
    best = p @ stats.huffman_lengths(p)
    floor = stats.entropy(p, base=2)
    return np.r_[bill, mean, floor], np.r_[mean, bill + extra, best]


@lengths_lie_between.sharp
def powers_of_one_half():
    p = np.array([0.5, 0.25, 0.125, 0.125])
    return stats.entropy(p, base=2), p @ stats.shannon_lengths(p)


lengths_lie_between.mutant("half a bit", extra=0.5)


@claim("thm-mle-is-min-kl", kind="identity", instances=100)
def mean_surprise_is_entropy_plus_kl(rng, order=lambda p, q: (p, q)):
    """-(1/N) log L = H(phat) + KL(phat || p_theta)."""
    q, x = normalised(law(rng, 4)), rng.integers(4, size=20)
    seen = np.bincount(x, minlength=4) / 20
    right = stats.entropy(seen) + stats.kl(*order(np.maximum(seen, 1e-300), q))
    return -np.log(q[x]).mean() - right


mean_surprise_is_entropy_plus_kl.mutant(
    "KL of model and data", order=lambda p, q: (q, normalised(p + 1e-3))
)


@claim("prop-cross-entropy-chain", kind="identity", instances=100)
def cross_entropies_add_up(rng, inputs=stats.cross_entropy):
    """H(p_XY, q_XY) = H(p_X, q_X) + sum p_X H(p_Y|X, q_Y|X)."""
    p, q = (normalised(law(rng, 12)).reshape(3, 4) for _ in range(2))
    left = stats.cross_entropy(p.ravel(), q.ravel())
    first = inputs(p.sum(axis=1), q.sum(axis=1))
    return left - first - stats.conditional_cross_entropy(p, q)


cross_entropies_add_up.mutant("the term of the inputs dropped", inputs=lambda p, q: 0.0)


def support(family):
    if family is stats.bernoulli:
        return np.arange(2.0)
    return np.arange(120.0) + (family is stats.geometric)


@claim("thm-cramer-rao", kind="inequality", instances=60)
def no_statistic_beats_the_bound(rng, slope_power=2):
    """(d E T/d theta)^2 / I <= Var T for random statistics, by exact sums."""
    family = [stats.bernoulli, stats.poisson, stats.geometric][rng.integers(3)]
    theta = rng.uniform(0.3, 0.7)
    x = support(family)
    T = np.polyval(rng.normal(size=3), x / 3) if rng.random() < 0.6 else 0.1 * x
    p, score = np.exp(family.log_density(x, theta)), family.score(x, theta)
    slope = np.sum(T * score * p)
    variance = np.sum(T**2 * p) - np.sum(T * p) ** 2
    return abs(slope) ** slope_power / family.fisher_information(theta), variance


@no_statistic_beats_the_bound.sharp
def frequency_of_heads():
    theta = 0.3
    return 1 / stats.bernoulli.fisher_information(theta), theta * (1 - theta)


no_statistic_beats_the_bound.mutant("the slope without its square", slope_power=1)


@claim("thm-consistency", kind="existence", instances=5)
def estimates_approach_the_truth(rng, truth=2.0):
    """The maximiser over a compact grid is near theta_0 for N = 4,000."""
    grid = np.linspace(0.5, 4, 71)
    x = stats.poisson.sample(2.0, 4_000, rng=rng)
    values = [stats.log_likelihood(stats.poisson, x, t) for t in grid.tolist()]
    return bool(abs(grid[np.argmax(values)] - truth) < 0.1)


estimates_approach_the_truth.mutant("another truth", truth=2.3)


@claim("thm-asymptotic-normality", kind="statistical", instances=3)
def variance_tends_to_one_over_information(rng, power=-1.0):
    """N Var of the Poisson estimate is 1/I = theta."""
    theta, N, runs = 3.0, 200, 5000
    x = stats.poisson.sample(theta, N * runs, rng=rng).reshape(runs, N)
    z = N * (x.mean(axis=1) - theta) ** 2
    expected = stats.poisson.fisher_information(theta) ** power
    return z.mean(), expected, z.std() / runs**0.5


variance_tends_to_one_over_information.mutant("I instead of 1/I", power=1.0)


@claim("thm-exponential-families", kind="identity", instances=40, tol=1e-6)
def derivatives_are_moments(rng, spread=lambda T, p: np.cov(T.T, aweights=p, ddof=0)):
    """grad A = E T and D^2 A = Cov T, by central differences."""
    T, theta, h = rng.normal(size=(6, 2)), rng.normal(size=2), 1e-3

    def log_partition(theta):
        return np.log(np.exp(T @ theta).sum())

    p = np.exp(T @ theta - log_partition(theta))
    e = h * np.eye(2)
    gradient = [
        (log_partition(theta + v) - log_partition(theta - v)) / (2 * h) for v in e
    ]
    hessian = [
        (
            log_partition(theta + u + v)
            - log_partition(theta + u - v)
            - log_partition(theta - u + v)
            + log_partition(theta - u - v)
        )
        / (4 * h * h)
        for u in e
        for v in e
    ]
    errors = np.r_[gradient - p @ T, hessian - spread(T, p).ravel()]
    return errors * 0.1  # central differences: O(h^2) times fourth moments


derivatives_are_moments.mutant(
    "second moments", spread=lambda T, p: (T * p[:, None]).T @ T
)


@claim("prop-pinsker", kind="inequality", instances=300)
def total_variation_is_bounded(rng, half=0.5):
    """TV^2 <= KL/2."""
    p, q = two_laws(rng)
    if rng.random() < 0.3:
        q = normalised(p * np.exp(0.01 * rng.normal(size=len(p))))
    tv = stats.total_variation(p, q)
    scale = max(tv**2, 1e-12)
    return 1.0, half * stats.kl(p, q) / scale + (tv < 1e-6)


@total_variation_is_bounded.sharp
def nearly_fair_coins():
    p, q = np.array([0.5, 0.5]), np.array([0.505, 0.495])
    return stats.total_variation(p, q) ** 2, 0.5 * stats.kl(p, q)


total_variation_is_bounded.mutant("a quarter", half=0.25)


@claim("prop-gaussian-kl", kind="identity", instances=40, tol=1e-8)
def gaussian_formula(rng, minus=1.0):
    """The formula agrees with Gauss-Hermite quadrature."""
    m0, m1 = rng.normal(size=(2, 2))
    S0, S1 = (B @ B.T + np.eye(2) for B in rng.normal(size=(2, 2, 2)))
    t, w = np.polynomial.hermite_e.hermegauss(20)
    grid = np.stack(np.meshgrid(t, t), axis=-1).reshape(-1, 2)
    weight = np.outer(w, w).ravel() / (2 * np.pi)
    x = m0 + grid @ np.linalg.cholesky(S0).T

    def log_density(m, S):
        d = x - m
        return (
            -0.5 * (np.einsum("ni,ij,nj->n", d, np.linalg.inv(S), d))
            - 0.5 * (np.linalg.slogdet(S)[1])
        )

    exact = weight @ (log_density(m0, S0) - log_density(m1, S1))
    return stats.gaussian_kl(m0, S0, m1, S1) + (1 - minus) - exact


gaussian_formula.mutant("the minus d forgotten", minus=0.0)
