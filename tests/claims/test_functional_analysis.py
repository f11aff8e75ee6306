"""The toolbox: uniform continuity, polynomials, algebras that separate points."""

from math import comb

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
    """With |x - y| <= delta everywhere |f(x) - f(y)| <= eps."""
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
    "delta proportional to eps", delta=lambda eps, C, p: 2 * (eps / C)
)


@claim("thm-weierstrass", kind="inequality", instances=15)
def bernstein_polynomials_come_near(rng, over=2.0):
    """|p_n - f| <= eps/2 + M/(2 n delta^2) with C delta^p = eps/2."""
    f, C, p = holder(rng)
    eps = C * rng.uniform(0.1, 0.5)
    delta, M = (eps / (2 * C)) ** (1 / p), np.abs(f(GRID)).max()
    n = int(rng.integers(5, 60))
    error = np.abs(bernstein(f, n, GRID) - f(GRID)).max()
    return error, eps / 2 + M / (over * n * delta**2)


bernstein_polynomials_come_near.mutant("a million for two", over=1e9)


@claim("thm-weierstrass", kind="existence", instances=10)
def some_degree_is_enough(rng, degree=300):
    """Bernstein's polynomial of degree 300 is within a quarter of the range."""
    f, _, _ = holder(rng)
    spread = np.ptp(f(GRID))
    error = np.abs(bernstein(f, degree, GRID) - f(GRID)).max()
    return bool(error < 0.25 * spread)


some_degree_is_enough.mutant("degree one", degree=1)


@claim("thm-stone-weierstrass", kind="existence", instances=10)
def separating_waves_are_dense(rng, waves=("cos", "sin")):
    """cos kx and sin kx, k <= 30, come within 0.05 of a function on [-2, 2]."""
    x = np.linspace(-2, 2, 801)
    f = np.tanh(3 * (x - rng.uniform(0.2, 1))) + rng.normal() * np.abs(x)
    k = np.arange(31)
    columns = np.hstack([getattr(np, wave)(x[:, None] * k) for wave in waves])
    fit = columns @ np.linalg.lstsq(columns, f, rcond=1e-12)[0]
    return bool(np.abs(fit - f).max() < 0.05)


separating_waves_are_dense.mutant("cosines do not separate x and -x", waves=("cos",))


@claim("thm-stone-weierstrass", kind="identity", instances=20)
def maximum_from_absolute_value(rng, half=0.5):
    """max(v, w) = (v + w + |v - w|)/2."""
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
