"""The toolbox: uniform continuity, polynomials, algebras that separate points."""

from math import comb, lgamma

import numpy as np

from claims import claim, untested

GRID = np.linspace(0, 1, 1001)


def holder(rng):
    """f(x) = sum c_i |x - a_i|^p and a bound |f(x) - f(y)| <= C |x - y|^p."""
    p, a, c = rng.uniform(0.3, 1), rng.uniform(size=4), rng.normal(size=4)
    return (lambda x: np.abs(x[:, None] - a) ** p @ c), np.abs(c).sum(), p


def bernstein(f, n, x):
    k = np.arange(n + 1)
    choose = np.array([float(comb(n, int(j))) for j in k])
    return (choose * x[:, None] ** k * (1 - x[:, None]) ** (n - k)) @ f(k / n)


@claim("thm-heine-cantor", kind="inequality", instances=40)
def one_delta_for_all_points(rng, delta=lambda eps, C, p: (eps / C) ** (1 / p)):
    r"""With $\abs{x - y} \le \delta$ everywhere $\abs{f(x) - f(y)} \le \epsilon$."""
    f, C, p = holder(rng)
    eps = C * 10 ** rng.uniform(-2, 0)
    x = np.r_[0.0, rng.uniform(size=500)]
    y = np.clip(x + delta(eps, C, p) * rng.uniform(-1, 1, x.size), 0, 1)
    knots = np.abs(f(x) - f(y)).max()
    root = delta(eps, C, p) ** p * C  # the worst pair of C |x|^p, at 0
    return np.r_[knots, root], np.full(2, eps)


@one_delta_for_all_points.sharp
def the_root_at_zero():
    return 0.01**0.5, 0.1


one_delta_for_all_points.mutant(
    r"$\delta = \epsilon/C$, as for Lipschitz functions",
    delta=lambda eps, C, p: eps / C,
)


def bernstein_error(f, n, x):
    """The greatest distance, at the points x, of f and its polynomial of degree n."""
    k = np.arange(n + 1)
    logs = np.array([lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1) for j in k])
    u = np.clip(x, 1e-12, 1 - 1e-12)[:, None]
    weights = np.exp(logs + k * np.log(u) + (n - k) * np.log1p(-u))
    return np.abs(weights @ f(k / n) - f(x)).max()


def cusp(rng):
    """f(x) = |x - a|^p with |f(x) - f(y)| <= |x - y|^p."""
    p, a = rng.uniform(0.7, 1), rng.uniform(0.3, 0.7)
    return lambda x: np.abs(x - a) ** p, p, a


@claim("thm-weierstrass", kind="existence", instances=12)
def the_degree_of_the_proof_is_enough(
    rng, degree=lambda M, eps, delta: M / (eps * delta**2)
):
    r"""Degree $M/(\epsilon\delta^2)$ comes within $\epsilon$ of a cusp."""
    f, p, a = cusp(rng)
    eps = rng.uniform(0.12, 0.2)
    delta, M = (eps / 2) ** (1 / p), max(a, 1 - a) ** p
    n = int(np.ceil(degree(M, eps, delta))) + 1
    return bool(bernstein_error(f, n, np.r_[a, GRID[::20]]) < eps)


the_degree_of_the_proof_is_enough.mutant(
    r"$\delta^2$ forgotten", degree=lambda M, eps, delta: M / eps
)


@claim("thm-weierstrass", kind="identity", instances=20)
def the_mean_square_is_the_variance(rng, variance=lambda n, u: u * (1 - u) / n):
    r"""Bernstein's polynomial of $x^2$ is $u^2 + u(1 - u)/n$: the variance of $S/n$."""
    n, u = int(rng.integers(1, 40)), rng.uniform(0.05, 0.95, 20)
    return bernstein(np.square, n, u), u**2 + variance(n, u)


the_mean_square_is_the_variance.mutant(
    "the variance of $S$", variance=lambda n, u: n * u * (1 - u)
)


@claim("thm-stone-weierstrass", kind="existence", instances=10)
def separating_waves_are_dense(rng, waves=("cos", "sin")):
    r"""$\cos kx$ and $\sin kx$, $k \le 30$, come within 0.05 of $f$ on $[-2, 2]$."""
    x = np.linspace(-2, 2, 801)
    f = np.tanh(3 * (x - rng.uniform(0.2, 1))) + rng.normal() * np.abs(x)
    k = np.arange(31)
    columns = np.hstack([getattr(np, wave)(x[:, None] * k) for wave in waves])
    fit = columns @ np.linalg.lstsq(columns, f, rcond=1e-12)[0]
    return bool(np.abs(fit - f).max() < 0.05)


separating_waves_are_dense.mutant("cosines do not separate x and -x", waves=("cos",))


@claim("thm-stone-weierstrass", kind="identity", instances=20)
def maximum_from_absolute_value(rng, half=0.5):
    r"""$\max(v, w) = (v + w + \abs{v - w})/2$."""
    v, w = rng.normal(size=(2, 50))
    return half * (v + w + np.abs(v - w)) - np.maximum(v, w)


maximum_from_absolute_value.mutant("without the half", half=1.0)

for label in (
    "thm-dominated-convergence",
    "thm-fubini",
    "thm-hahn-banach",
    "thm-riesz",
):
    untested(label, reason="stated without proof: a classical theorem on measures")
