"""Claims of the chapter on likelihood: how well a parameter can be estimated."""

import math
from itertools import product

import numpy as np

from claims import claim
from mmdl import stats

# --- thm-cramer-rao ---------------------------------------------------------


def all_samples(family, theta, N):
    """All samples of N points (up to a tail below 1e-16), with their weights."""
    top = {1: 60, 2: 60}.get(N, 2)
    points = np.arange(2.0) if family is stats.bernoulli else np.arange(float(top))
    points = points + (family is stats.geometric)
    x = np.array(list(product(points, repeat=N)))
    return x, np.exp(family.log_density(x, theta).sum(axis=1))


@claim("thm-cramer-rao", kind="inequality", instances=60)
def no_statistic_beats_the_bound(rng, information=lambda N, fisher: N * fisher):
    r"""$(\partial_\theta \E_\theta T)^2 \le N I(\theta) \Var_\theta[T]$, exact sums."""
    family = [stats.bernoulli, stats.poisson, stats.geometric][rng.integers(3)]
    N = int(rng.integers(1, 7 if family is stats.bernoulli else 3))
    theta = rng.uniform(0.5, 0.7)
    x, p = all_samples(family, theta, N)
    T = x.mean(axis=1) + 0.1 * rng.normal() * np.cos(
        rng.normal() + x @ rng.normal(size=N)
    )
    slope = np.sum(T * family.score(x, theta).sum(axis=1) * p)
    variance = np.sum(T**2 * p) - np.sum(T * p) ** 2
    bound = slope**2 / information(N, family.fisher_information(theta))
    return bound, variance


@no_statistic_beats_the_bound.sharp
def frequency_of_heads():
    x, p = all_samples(stats.bernoulli, 0.3, 5)
    variance = p @ x.mean(axis=1) ** 2 - (p @ x.mean(axis=1)) ** 2
    return stats.cramer_rao_bound(stats.bernoulli, 0.3, 5), variance


no_statistic_beats_the_bound.mutant(
    "$N$ forgotten", information=lambda N, fisher: fisher
)
no_statistic_beats_the_bound.mutant(
    "$1/I$ for $I$", information=lambda N, fisher: N / fisher
)


@claim("thm-cramer-rao", kind="identity", instances=60)
def the_covariance_with_the_score_is_the_slope(rng, mean=lambda theta: theta):
    r"""The score has mean 0, variance $I$; $\E Xs_\theta$ is the slope of $\E X$."""
    theta, h = rng.uniform(0.5, 0.7), 1e-30
    means = {
        stats.bernoulli: mean,
        stats.poisson: mean,
        stats.geometric: lambda t: 1 / mean(t),
    }
    errors = []
    for family, expected in means.items():
        x, p = all_samples(family, theta, 1)
        score = family.score(x[:, 0], theta)
        slope = expected(theta + 1j * h).imag / h  # the derivative, by a complex step
        errors += [p @ score, p @ score**2 - family.fisher_information(theta)]
        errors += [p @ (x[:, 0] * score) - slope]
    return np.array(errors)


the_covariance_with_the_score_is_the_slope.mutant(
    "the mean of the square", mean=lambda theta: theta**2
)


# --- thm-consistency --------------------------------------------------------


def likeliest(x, grid):
    """The maximum-likelihood estimate of the centre of a Cauchy law on a grid."""
    values = [-np.log1p((x - t) ** 2).sum() for t in grid.tolist()]
    return grid[np.argmax(values)]


@claim("thm-consistency", kind="existence", instances=10)
def estimates_approach_the_truth(rng, estimate=likeliest):
    r"""$\abs{\hat\theta_N - \theta_0} < 0.2$ for $N = 4{,}000$ Cauchy samples."""
    truth = rng.uniform(-3, 3)
    x = truth + rng.standard_cauchy(4_000)
    return bool(abs(estimate(x, np.linspace(-5, 5, 501)) - truth) < 0.2)


estimates_approach_the_truth.mutant(
    "least squares: the mean", estimate=lambda x, grid: x.mean()
)


@claim("thm-consistency", kind="identity", instances=50, tol=1e-3)  # quadrature
def the_limit_is_the_relative_entropy(rng, half=0.5):
    r"""$m(0) - m(\theta) = \log(1 + (\theta/2)^2) = \KL{p_0}{p_\theta}$, Cauchy."""
    theta = rng.uniform(-5, 5)
    angle = (np.arange(20_000) + 0.5) * math.pi / 20_000 - math.pi / 2
    x = np.tan(angle)  # Cauchy, if the angle is uniform
    excess = np.mean(np.log1p((x - theta) ** 2) - np.log1p(x**2))
    return excess, math.log1p((half * theta) ** 2)


the_limit_is_the_relative_entropy.mutant("the half forgotten", half=1.0)


# --- thm-asymptotic-normality -----------------------------------------------


@claim("thm-asymptotic-normality", kind="statistical", instances=3)
def scaled_errors_are_normal(rng, scale=lambda N, fisher: (N * fisher) ** 0.5):
    r"""$\P(\sqrt{NI}(\hat\theta_N - \theta) \le t) \approx \Phi(t)$, $N = 1{,}000$."""
    theta, N, runs = 2.0, 1_000, 2_000
    x = stats.exponential.sample(theta, N * runs, rng=rng).reshape(runs, N)
    z = scale(N, stats.exponential.fisher_information(theta)) * (
        1 / x.mean(axis=1) - theta
    )
    t = np.array([-1.0, 0.5, 2.0])
    normal = np.array([(1 + math.erf(v / 2**0.5)) / 2 for v in t])
    share = (z[:, None] <= t).mean(axis=0)
    return share, normal, np.sqrt(normal * (1 - normal) / runs)


scaled_errors_are_normal.mutant(
    "$1/I$ for $I$", scale=lambda N, fisher: (N / fisher) ** 0.5
)
scaled_errors_are_normal.mutant(
    "the root of $I$ forgotten", scale=lambda N, fisher: N**0.5 * fisher
)


# --- thm-exponential-families -----------------------------------------------


def family(rng, N=6, d=2):
    """T on N points, weights nu and a parameter."""
    return rng.normal(size=(N, d)), rng.uniform(0.5, 2, N), rng.normal(size=d)


def log_partition(T, nu, theta):
    """A(theta), for complex theta too."""
    return np.log(nu @ np.exp(T @ theta))


def mean_of(T, nu, theta):
    """E_theta T, for complex theta too."""
    p = nu * np.exp(T @ theta - log_partition(T, nu, theta))
    return p @ T


def covariance(T, p):
    """Cov T."""
    return np.cov(T.T, aweights=p, ddof=0)


@claim("thm-exponential-families", kind="identity", instances=100)
def derivatives_are_moments(rng, mean=lambda T, p: p @ T, spread=covariance):
    r"""$\grad A = \E T$ and $D^2 A = \Cov[T]$, with derivatives by complex steps."""
    T, nu, theta = family(rng)
    p = nu * np.exp(T @ theta - log_partition(T, nu, theta))
    steps = 1e-30j * np.eye(2)
    gradient = [log_partition(T, nu, theta + e).imag / 1e-30 for e in steps]
    hessian = [mean_of(T, nu, theta + e).imag / 1e-30 for e in steps]
    left = np.r_[gradient, np.ravel(hessian)]
    return left, np.r_[mean(T, p), spread(T, p).ravel()]


derivatives_are_moments.mutant(
    "second moments", spread=lambda T, p: (T * p[:, None]).T @ T
)
derivatives_are_moments.mutant(
    r"the mean under $\nu$", mean=lambda T, p: T.mean(axis=0)
)


@claim("thm-exponential-families", kind="inequality", instances=100)
def matching_the_moments_maximises(rng, target=mean_of):
    r"""$\inner\eta{\bar t} - A(\eta)$ is largest where $\E_\eta T = \bar t$."""
    T, nu, theta = family(rng)
    eta = theta + 10 ** rng.uniform(-2, 0) * rng.normal(size=2)
    t = target(T, nu, theta)
    values = [v @ t - log_partition(T, nu, v) for v in (eta, theta)]
    return values[0], values[1]


@matching_the_moments_maximises.sharp
def next_to_the_maximum():
    T, nu, theta = family(np.random.default_rng(0))
    t, eta = mean_of(T, nu, theta), theta + 1e-3
    values = [v @ t - log_partition(T, nu, v) for v in (eta, theta)]
    return values[0], values[1]


matching_the_moments_maximises.mutant(
    r"the mode: $T$ where $p_\theta$ is largest",
    target=lambda T, nu, theta: T[np.argmax(nu * np.exp(T @ theta))],
)


@claim("thm-exponential-families", kind="equivalence", instances=100)
def strictly_convex_means_minimal(
    rng, minimal=lambda T: np.linalg.matrix_rank(T - T.mean(axis=0)) == T.shape[1]
):
    r"""$A$ is strictly convex iff no $\inner vT$ with $v \ne 0$ is constant."""
    T, nu, theta = family(rng, d=3)
    kind = rng.integers(3)
    if kind == 0:  # the coordinates add up to 1, as indicators do
        T[:, 2] = 1 - T[:, 0] - T[:, 1]
    elif kind == 1:  # they add up to 0
        T[:, 2] = -T[:, 0] - T[:, 1]
    p = nu * np.exp(T @ theta - log_partition(T, nu, theta))
    v = np.linalg.eigh(covariance(T, p))[1][:, 0]  # the flattest direction
    ends = [log_partition(T, nu, theta + s * v) for s in (-1, 0, 1)]
    return bool(ends[0] + ends[2] - 2 * ends[1] > 1e-9), bool(minimal(T))


strictly_convex_means_minimal.mutant(
    r"no $\inner vT$ is zero", minimal=lambda T: np.linalg.matrix_rank(T) == T.shape[1]
)
