"""Claims of the appendix on calculus (``ch-calculus``): minima and corners."""

import numpy as np

from claims import claim


@claim("thm-extreme-value", kind="existence", instances=40)
def at_an_inner_minimum_the_slope_vanishes(rng, ends=40.0):
    r"""$\grad f = 0$ at the least value of $f$ over $[-r, r]$, up to the grid."""
    p = np.poly1d(np.r_[1.0, 3 * rng.normal(size=4)])  # coercive
    x = np.linspace(-ends, ends, 100_001)
    best, step = x[np.argmin(p(x))], x[1] - x[0]
    bend = np.abs(p.deriv(2)(best + step * np.linspace(-1, 1, 9))).max()
    return bool(abs(p.deriv()(best)) <= 1.01 * step * bend + 1e-9)


at_an_inner_minimum_the_slope_vanishes.mutant("also at an end point", ends=0.05)


GRID = np.linspace(-3, 3, 601)


def polygon(rng):
    """A sum of weights times |x - a|: convex, sometimes with a flat bottom."""
    a, weights = rng.choice(GRID[150:450], size=4), rng.integers(1, 3, size=4)
    return np.abs(GRID[:, None] - a) @ weights


def wells(rng):
    """The smaller of two convex functions."""
    return np.minimum(polygon(rng), polygon(rng))


@claim("prop-convex-minimisers", kind="existence", instances=100)
def local_minima_are_global_and_without_a_gap(rng, function=polygon):
    """Where no neighbour on a grid is lower, $f$ is least; these points adjoin."""
    f = function(rng)
    padded = np.r_[np.inf, f, np.inf]
    local = (f <= padded[:-2] + 1e-9) & (f <= padded[2:] + 1e-9)
    places = np.flatnonzero(local)
    least = np.abs(f[places] - f.min()).max() < 1e-9
    return bool(least and np.all(np.diff(places) == 1))


local_minima_are_global_and_without_a_gap.mutant(
    "the smaller of two convex functions", function=wells
)


def bends(rng):
    """A convex f of one variable with its first and second derivative."""
    s, c = rng.uniform(0.5, 2), rng.uniform(0.5, 1)

    def beyond(x):
        return np.maximum(np.abs(x) - c, 0)

    kinds = [
        (np.exp, np.exp, np.exp),
        (lambda x: s * x**4, lambda x: 4 * s * x**3, lambda x: 12 * s * x**2),
        (
            lambda x: beyond(x) ** 2,
            lambda x: 2 * beyond(x) * np.sign(x),
            lambda x: 2.0 * (np.abs(x) > c),
        ),
    ]
    return kinds[rng.integers(3)]


X, Y = (side.ravel() for side in np.meshgrid(*[np.linspace(-2, 2, 17)] * 2))
X, Y = X[X != Y], Y[X != Y]


def above_the_tangent(f, first, second):
    return np.all(f(Y) - f(X) - first(X) * (Y - X) > 1e-12)


@claim("prop-convexity-tests", kind="equivalence", instances=60)
def strictly_convex_exactly_if_above_each_tangent(rng, test=above_the_tangent):
    r"""Chords lie strictly above the graph iff it lies strictly above its tangents."""
    f, first, second = bends(rng)
    chords = np.all((f(X) + f(Y)) / 2 - f((X + Y) / 2) > 1e-12)
    return bool(chords), bool(test(f, first, second))


strictly_convex_exactly_if_above_each_tangent.mutant(
    "a positive second derivative", test=lambda f, df, ddf: np.all(ddf(X) > 0)
)
strictly_convex_exactly_if_above_each_tangent.mutant(
    "the derivative is not constant", test=lambda f, df, ddf: np.ptp(df(X)) > 0
)


@claim("prop-convexity-tests", kind="existence", instances=60)
def a_positive_second_derivative_is_enough(rng, positive=lambda v: np.all(v > 0)):
    r"""If $\D^2f > 0$ on the interval, $f$ is strictly convex there."""
    f, _, second = bends(rng)
    chords = np.all((f(X) + f(Y)) / 2 - f((X + Y) / 2) > 1e-12)
    return bool(chords or not positive(second(np.linspace(-2, 2, 65))))


a_positive_second_derivative_is_enough.mutant(
    "positive somewhere", positive=lambda v: np.any(v > 0)
)


def slopes(rng):
    """max_i (a_i y + b_i): three planes meet at 0, three more lie below."""
    A, b = rng.normal(size=(6, 3)), np.r_[np.zeros(3), -rng.exponential(size=3)]
    return lambda y: (y @ A.T + b).max(axis=-1)


def roots(rng):
    return lambda y: np.sqrt(np.abs(y)).sum(axis=-1)


CORNERS = np.array(np.meshgrid(*[[-1.0, 1.0]] * 3)).reshape(3, -1).T


@claim("prop-subgradient", kind="inequality", instances=200)
def values_change_little_in_a_small_cube(
    rng, function=slopes, bound=lambda t, rise: t * rise
):
    r"""$\abs{f(x + th) - f(x)} \le t(M - f(x))$, where $M$ is $f$'s largest corner."""
    f, t = function(rng), rng.uniform()
    x = rng.normal(size=3) if function is slopes else np.zeros(3)
    h = np.vstack([CORNERS, rng.uniform(-1, 1, size=(40, 3))])
    rise = f(x + CORNERS).max() - f(x)
    return np.abs(f(x + t * h) - f(x)), np.full(len(h), bound(t, rise))


values_change_little_in_a_small_cube.mutant("a function not convex", function=roots)
values_change_little_in_a_small_cube.mutant(
    "of second order", bound=lambda t, rise: t * t * rise
)


@values_change_little_in_a_small_cube.sharp
def the_absolute_value():
    return abs(0.25 * -1.0) - abs(0.0), 0.25 * (max(abs(-1.0), abs(1.0)) - abs(0.0))


@claim("prop-subgradient", kind="inequality", instances=200)
def no_subgradient_is_longer_than_the_lipschitz_constant(
    rng,
    weights=lambda rng: rng.dirichlet(np.ones(3)),
    constant=lambda A: np.linalg.norm(A, axis=1).max(),
):
    r"""$\abs g \le \Lambda$ for the mixtures $g$ of slopes, $\Lambda$ the steepest."""
    A = rng.normal(size=(3, 3))  # f = max_i a_i y, with this constant
    if rng.random() < 0.5:
        A[1:] = A[0]
    return np.linalg.norm(weights(rng) @ A), constant(A)


no_subgradient_is_longer_than_the_lipschitz_constant.mutant(
    "the largest partial derivative", constant=lambda A: np.abs(A).max()
)
no_subgradient_is_longer_than_the_lipschitz_constant.mutant(
    "weights of both signs", weights=lambda rng: np.array([1.0, 1.0, -1.0])
)


@no_subgradient_is_longer_than_the_lipschitz_constant.sharp
def the_steepest_slope_itself():
    A = np.array([[3.0, 4.0], [1.0, 0.0]])  # and f(-ta) = -t|a|^2 near 0
    return np.linalg.norm([1.0, 0.0] @ A), np.linalg.norm(A, axis=1).max()
