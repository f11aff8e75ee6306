"""Claims of the appendix on probability (``ch-probability``): limits, normal laws."""

from itertools import product
from math import erf

import numpy as np

from claims import claim
from claims.matrices import definite, orthogonal
from claims.quadrature import NORMAL_NODES, NORMAL_WEIGHTS

NORMAL = np.vectorize(lambda t: (1 + erf(t / 2**0.5)) / 2)


def distance_to_normal(sample):
    """The largest gap between the empirical distribution and the normal one."""
    x = np.sort(sample)
    return np.abs((np.arange(x.size) + 0.5) / x.size - NORMAL(x)).max()


@claim("prop-convergence", kind="inequality", instances=200)
def near_in_probability_is_near_in_law(rng, factor=2.0):
    r"""$\E\varphi(Y) - \E\varphi(X) \le \delta + 2M\P(\abs{Y - X} \ge \delta)$."""
    n, delta = 10, 0.01
    p, x = rng.dirichlet(np.ones(n)), 3 * rng.normal(size=n)
    jump = np.where(rng.random(n) < 0.3, -2 * x, 0.5 * delta * rng.uniform(-1, 1, n))
    if rng.random() < 0.5:
        x, jump = np.abs(x) + 1, np.where(np.arange(n) < 3, -2 * np.abs(x) - 2, 0)
    phi = np.clip(np.array([x, x + jump]), -1, 1)  # Lipschitz with constant 1, M = 1
    far = p @ (np.abs(jump) >= delta)
    return abs(p @ (phi[1] - phi[0])), delta + factor * far


near_in_probability_is_near_in_law.mutant("$M$ for $2M$", factor=1.0)


@near_in_probability_is_near_in_law.sharp
def a_jump_across():
    p = 0.4  # Y = -1 instead of 1 on an event of this probability, else equal
    return abs(p * (-1.0 - 1.0)), 0.001 + 2 * p


@claim("prop-convergence", kind="existence", instances=20)
def continuous_maps_keep_convergence_in_probability(rng, g=lambda x: x**3):
    r"""$\P(\abs{g(X + 1/n) - g(X)} \ge 0.01) < 0.01$ for large $n$."""
    x = rng.normal(size=1000) * (rng.random(1000) < 0.7)  # with an atom at 0
    return bool(np.mean(np.abs(g(x + 1e-5) - g(x)) >= 0.01) < 0.01)


continuous_maps_keep_convergence_in_probability.mutant(
    "a jump at an atom", g=lambda x: (x > 0).astype(float)
)


@claim("thm-slutsky", kind="existence", instances=3)
def estimated_scales_do_no_harm(rng, scale=lambda x, rng: x.std(axis=1)):
    r"""$\sqrt N(\bar X - \mu)/\hat s$ is nearly standard normal for $N = 400$."""
    x = rng.exponential(size=(8000, 400))
    ratio = 400**0.5 * (x.mean(axis=1) - 1) / scale(x, rng)
    return bool(distance_to_normal(ratio) < 0.035)


estimated_scales_do_no_harm.mutant(
    "a denominator that stays random",
    scale=lambda x, rng: np.abs(rng.normal(size=(len(x), 3))).mean(axis=1) / 0.8,
)
estimated_scales_do_no_harm.mutant(
    "half the constant", scale=lambda x, rng: x.std(axis=1) / 2
)


@claim("prop-weak-law", kind="inequality")
def the_mean_has_a_fraction_of_the_variance(
    rng, bound=lambda v, N: v / N, samples=lambda X: X
):
    r"""$\E\abs{\bar X - \mu}^2 \le v/N$, over all outcomes of $N$ samples."""
    p, x = rng.dirichlet(np.ones(3)), rng.normal(size=(3, 2))
    N = int(rng.integers(1, 6))
    outcomes = np.array(list(product(range(3), repeat=N)))
    weights, mu = p[outcomes].prod(axis=1), p @ x
    means = samples(x[outcomes]).mean(axis=1)
    v = p @ np.sum((x - mu) ** 2, axis=1)
    return weights @ np.sum((means - mu) ** 2, axis=1), bound(v, N)


the_mean_has_a_fraction_of_the_variance.mutant("$N^2$", bound=lambda v, N: v / N**2)
the_mean_has_a_fraction_of_the_variance.mutant(
    "one sample repeated", samples=lambda X: X[:, :1]
)


@the_mean_has_a_fraction_of_the_variance.sharp
def two_coins():
    means = np.array([0.0, 0.5, 0.5, 1.0])
    return np.mean((means - 0.5) ** 2), 0.25 / 2


@claim("thm-strong-law", kind="existence", instances=3)
def every_path_of_the_mean_settles(rng, draw=lambda rng, n: rng.exponential(size=n)):
    """On all of 100 paths the mean stays within 0.1 of 1 from 10,000 samples on."""
    sums = np.cumsum(draw(rng, (100, 20_000)), axis=1)
    means = sums[:, 10_000:] / np.arange(10_001, 20_001)
    return bool(np.abs(means - 1).max() < 0.1)


every_path_of_the_mean_settles.mutant(
    "a median, but no mean", draw=lambda rng, n: 1 + rng.standard_cauchy(n)
)


def binomial(N, p):
    """The distribution function of the binomial law at 0, ..., N."""
    k = np.arange(1, N + 1)
    ratio = np.log(N - k + 1) - np.log(k) + np.log(p / (1 - p))
    logs = np.r_[0.0, np.cumsum(ratio)] + N * np.log1p(-p)
    return np.cumsum(np.exp(logs))


@claim("thm-clt", kind="existence", instances=10)
def coin_counts_are_nearly_normal(
    rng, scale=lambda N, p: (N * p * (1 - p)) ** 0.5, centre=lambda N, p: N * p
):
    r"""The binomial law with $N = 10^4$, scaled, is within 0.01 of the normal one."""
    N, p = 10_000, rng.uniform(0.2, 0.8)
    t = (np.arange(N + 1) - centre(N, p)) / scale(N, p)
    return bool(np.abs(binomial(N, p) - NORMAL(t)).max() < 0.01)


coin_counts_are_nearly_normal.mutant(
    "the variance of a Poisson law", scale=lambda N, p: (N * p) ** 0.5
)
coin_counts_are_nearly_normal.mutant(
    r"divided by $N$ for $\sqrt N$", scale=lambda N, p: N * (p * (1 - p)) ** 0.5
)


def expectation(f, nodes, weights):
    """E f(Z) for Z with two independent entries, by a product rule."""
    Z = np.array(np.meshgrid(nodes, nodes)).reshape(2, -1)
    return np.outer(weights, weights).ravel() @ f(Z)


@claim("prop-gaussian-vectors", kind="identity", instances=50)
def the_law_depends_on_the_covariance_alone(
    rng, nodes=NORMAL_NODES, weights=NORMAL_WEIGHTS
):
    r"""$\E f(AZ) = \E f(BZ)$ if $AA^\T = BB^\T$, for polynomials of degree 4."""
    A, (s, t) = rng.normal(size=(2, 2)), rng.normal(size=(2, 2))
    B = A @ orthogonal(rng, 2)

    def f(x):
        return (s @ x) ** 4 + (s @ x) ** 2 * (t @ x) + (t @ x) ** 2

    return (
        expectation(lambda Z: f(A @ Z), nodes, weights),
        expectation(lambda Z: f(B @ Z), nodes, weights),
    )


the_law_depends_on_the_covariance_alone.mutant(
    r"entries $\pm1$: mean 0 and variance 1",
    nodes=np.array([-1.0, 1.0]),
    weights=np.array([0.5, 0.5]),
)


def log_density(x, mean, S):
    e = x - mean
    _, size = np.linalg.slogdet(2 * np.pi * S)
    return -0.5 * (e @ np.linalg.solve(S, e) + size)


@claim("prop-gaussian-vectors", kind="identity")
def the_density_is_conditional_times_marginal(
    rng,
    shift=lambda Sxy, Syy, e: Sxy @ np.linalg.solve(Syy, e),
    spread=lambda Sxx, Sxy, Syy: Sxx - Sxy @ np.linalg.solve(Syy, Sxy.T),
):
    r"""$p(x, y) = p(x \mid y)\,p(y)$ with the conditional law of the proposition."""
    S, mean, z = definite(rng, 5), rng.normal(size=5), rng.normal(size=5)
    x, y, mx, my = z[:2], z[2:], mean[:2], mean[2:]
    centre = mx + shift(S[:2, 2:], S[2:, 2:], y - my)
    given = spread(S[:2, :2], S[:2, 2:], S[2:, 2:])
    both = log_density(x, centre, given) + log_density(y, my, S[2:, 2:])
    return log_density(z, mean, S), both


the_density_is_conditional_times_marginal.mutant(
    "the covariance not reduced", spread=lambda Sxx, Sxy, Syy: Sxx
)
the_density_is_conditional_times_marginal.mutant(
    "the mean not scaled", shift=lambda Sxy, Syy, e: Sxy @ e
)


@claim("prop-gaussian-vectors", kind="identity")
def affine_maps_stay_in_the_family(rng, image=lambda B, S: B @ S @ B.T):
    r"""The density of $BX + c$ is that of $\Normal(B\mu + c, B\Sigma B^\T)$."""
    S, B = definite(rng, 3), rng.normal(size=(3, 3)) + 2 * np.eye(3)
    mean, c, x = rng.normal(size=(3, 3))
    moved = log_density(B @ x + c, B @ mean + c, image(B, S))
    return log_density(x, mean, S), moved + np.log(abs(np.linalg.det(B)))


affine_maps_stay_in_the_family.mutant(
    "$B$ transposed on the wrong side", image=lambda B, S: B.T @ S @ B
)


def urn(rng):
    """Proportions of white in 100 urns that are reinforced by what is drawn."""
    white, share = np.ones(100), []
    for n in range(4000):
        white = white + (rng.random(100) < white / (n + 2))
        share.append(white / (n + 3))
    return np.array(share)


def walk(rng):
    return np.cumsum(rng.choice([-1, 1], size=(4000, 100)), axis=0)


@claim("thm-martingale", kind="existence", instances=3)
def bounded_martingales_settle(rng, martingale=urn):
    """On 100 paths the last 2,000 of 4,000 values differ by less than 0.1."""
    return bool(np.ptp(martingale(rng)[2000:], axis=0).max() < 0.1)


bounded_martingales_settle.mutant("a walk, not bounded below", martingale=walk)
