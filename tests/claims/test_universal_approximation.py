"""The universal approximation theorem, on functions with a known modulus."""

import numpy as np

from claims import claim, untested
from mmdl import approx, neurons, stats

GRID = np.linspace(0, 1, 2001)


def broken_line(rng):
    """A random broken line on [0, 1] and its modulus, exact on the grid."""
    knots = np.sort(np.r_[0.0, rng.choice(np.arange(1, 2000), 8, False) / 2000, 1.0])
    heights = rng.normal(size=knots.size)
    return lambda x: np.interp(x, knots, heights)


def overshooting(t):
    """Sigmoidal, neither monotone nor continuous, with values in [0, 1]."""
    bump = 0.9 * np.exp(-(t**2)) * (t < 0)
    return np.where(t > 3, 1.0, np.maximum(bump, stats.sigmoid(8 * t)))


SIGMOIDS = [  # sigma, eta, T with the property (H4)
    (neurons.heaviside, 1e-3, 1e-9),
    (stats.sigmoid, 1e-2, approx.settling_point(1e-2)),
    (stats.sigmoid, 0.2, approx.settling_point(0.2)),
    (lambda t: np.clip(t + 0.5, 0, 1), 1e-3, 0.5),
    (overshooting, 1e-2, 3.0),
]


def midpoints(points):
    return (points[:-1] + points[1:]) / 2


def network(f, K, T, sigma, thresholds=midpoints):
    """The staircase, written out so that a mutant can move its thresholds."""
    points = np.linspace(0, 1, K + 1)
    s = 2 * T * K
    units = sigma(s * (GRID[:, None] - thresholds(points)))
    return f(points[0]) + units @ np.diff(f(points))


@claim("thm-staircase", kind="inequality", instances=60)
def staircase_stays_within_its_bound(
    rng, bound=approx.staircase_bound, thresholds=midpoints
):
    """sup |f - g| <= (1 + (K - 1) eta) omega_f(h) for five sigmoidal functions."""
    f, K = broken_line(rng), int(rng.choice([1, 2, 5, 10, 40]))
    sigma, eta, T = SIGMOIDS[rng.integers(len(SIGMOIDS))]
    modulus = approx.modulus_of_continuity(f, (0, 1), 1 / K, n=2001)
    error = np.abs(f(GRID) - network(f, K, T, sigma, thresholds)).max()
    return error, bound(modulus, K, eta)


@staircase_stays_within_its_bound.sharp
def a_rise_in_the_first_quarter():
    def f(x):
        return np.minimum(4 * np.asarray(x), 1.0)

    error = np.abs(f(GRID) - network(f, 1, 1e-9, neurons.heaviside)).max()
    return error, approx.staircase_bound(1.0, 1, 1e-3)


staircase_stays_within_its_bound.mutant(
    "half of the modulus",
    bound=lambda modulus, K, eta: (1 + (K - 1) * eta) * modulus / 2,
)
staircase_stays_within_its_bound.mutant(
    "thresholds at the left nodes", thresholds=lambda points: points[:-1] - 0.5
)


@claim("thm-staircase", kind="identity", instances=10)
def library_writes_down_the_formula(rng, thresholds=midpoints):
    """mmdl.approx.staircase is f(b_0) + sum of (f(b_k) - f(b_{k-1})) sigma(...)."""
    f, K = broken_line(rng), int(rng.integers(1, 20))
    T = approx.settling_point(0.01)
    g = approx.staircase(f, (0.0, 1.0), K, eta=0.01)
    return g(GRID) - network(f, K, T, stats.sigmoid, thresholds)


library_writes_down_the_formula.mutant(
    "thresholds at the right nodes", thresholds=lambda points: points[1:]
)


@claim("cor-universal-interval", kind="existence", instances=20)
def width_for_every_accuracy(
    rng, width=lambda slope, eps: int(np.ceil(2 * slope / eps))
):
    """K > 2 Lip / eps units with eta = 1/K come within eps."""
    f, eps = broken_line(rng), rng.uniform(0.3, 1.0)
    slope = np.abs(np.diff(f(GRID))).max() * 2000
    K = max(3, width(slope, eps))
    T = approx.settling_point(1 / K)
    return bool(np.abs(f(GRID) - network(f, K, T, stats.sigmoid)).max() < eps)


width_for_every_accuracy.mutant(
    "the slope forgotten", width=lambda slope, eps: int(np.ceil(2 / eps))
)


@claim("prop-step-l1", kind="identity", instances=20)
def mean_distance_of_logistic_and_step(rng, integral=lambda beta: 2 * np.log(2) / beta):
    """int |sigma(beta x) - H(x)| dx = 2 ln 2 / beta, by Gauss-Legendre."""
    beta = 10 ** rng.uniform(-2, 2)
    t, weights = np.polynomial.legendre.leggauss(200)
    x = 25 * (t + 1) / beta  # 0 to 50 / beta; the rest is below e^-50 / beta
    half = 25 / beta * weights @ (1 - stats.sigmoid(beta * x))
    return 2 * half / integral(beta) - 1


mean_distance_of_logistic_and_step.mutant(
    "one side only", integral=lambda beta: np.log(2) / beta
)


@claim("prop-step-l1", kind="inequality", instances=10)
def greatest_distance_is_a_half(rng, at=0.0, half=0.5):
    """|sigma(beta x) - H(x)| <= 1/2, attained at 0 whatever beta."""
    beta = 10 ** rng.uniform(-2, 4)
    x = np.r_[at, rng.normal(size=200) / beta]
    return np.abs(stats.sigmoid(beta * x) - neurons.heaviside(x)), half


@greatest_distance_is_a_half.sharp
def at_the_jump():
    return abs(float(stats.sigmoid(np.array(0.0)))), 0.5


greatest_distance_is_a_half.mutant("it falls below 0.4", half=0.4)


@claim("thm-relu-spline", kind="inequality", instances=30)
def spline_stays_within_the_modulus(rng, factor=1.0):
    """sup |f - g| <= omega_f(h)."""
    f, K = broken_line(rng), int(rng.choice([1, 2, 5, 10, 40]))
    modulus = approx.modulus_of_continuity(f, (0, 1), 1 / K, n=2001)
    error = np.abs(f(GRID) - approx.relu_spline(f, (0.0, 1.0), K)(GRID)).max()
    return error, factor * modulus


spline_stays_within_the_modulus.mutant("a quarter of the modulus", factor=0.25)


@spline_stays_within_the_modulus.sharp
def a_tooth():
    # up to 1 within a hundredth of the cell and back: K = 1, g = 0
    def f(x):
        return np.maximum(0, 1 - np.abs(np.asarray(x) - 0.5) * 100)

    g = approx.relu_spline(f, (0.0, 1.0), 1)
    return np.abs(f(GRID) - g(GRID)).max(), 1.0


@claim("thm-relu-spline", kind="inequality", instances=30)
def smooth_spline_gains_a_power(rng, constant=1 / 8):
    """sup |f - g| <= (b - a)^2 max |f''| / (8 K^2)."""
    a, length, K = rng.normal(), rng.uniform(0.5, 3), int(rng.integers(1, 40))
    omega, phase = rng.uniform(0.5, 6), rng.uniform(0, 6)
    x = a + length * GRID

    def f(x):
        return np.sin(omega * x + phase)

    g = approx.relu_spline(f, (a, a + length), K)
    return np.abs(f(x) - g(x)).max(), constant * length**2 * omega**2 / K**2


@smooth_spline_gains_a_power.sharp
def the_parabola():
    g = approx.relu_spline(np.square, (0.0, 1.0), 5)
    return np.abs(GRID**2 - g(GRID)).max(), 2 / (8 * 25)


smooth_spline_gains_a_power.mutant("one sixteenth", constant=1 / 16)


@claim("cor-relu-interval", kind="existence", instances=10)
def rectified_units_come_near(rng, build=approx.relu_spline):
    """400 rectified units are within omega_f(1/400) of a broken line."""
    f = broken_line(rng)
    modulus = approx.modulus_of_continuity(f, (0, 1), 1 / 400, n=2001)
    return bool(np.abs(f(GRID) - build(f, (0.0, 1.0), 400)(GRID)).max() <= modulus)


rectified_units_come_near.mutant(
    "the first slope forgotten",
    build=lambda f, interval, K: (
        lambda x: (
            approx.relu_spline(f, interval, K)(x)
            - approx.relu_spline(f, interval, K).c[0] * x
        )
    ),
)


@claim("thm-line-to-space", kind="identity", instances=50)
def products_of_waves_are_waves(rng, sign=-1.0):
    """2 sin(xw) sin(xv) = cos(x(w - v)) + sign * cos(x(w + v))."""
    X = rng.normal(size=(20, 3))
    w, v = rng.normal(size=(2, 3))
    left = 2 * np.sin(X @ w) * np.sin(X @ v)
    return left - np.cos(X @ (w - v)) - sign * np.cos(X @ (w + v))


products_of_waves_are_waves.mutant("plus for minus", sign=1.0)


def plane_network(X, target, K):
    """Waves fitted by least squares, each wave replaced by a staircase."""
    W = 2.0 * np.array([(i, j) for i in range(-3, 4) for j in range(-3, 4)]).T
    waves = np.hstack([np.cos(X @ W), np.sin(X @ W)])
    weights = np.linalg.lstsq(waves, target, rcond=1e-10)[0]
    total = np.zeros(len(X))
    for u, a, b in zip((X @ W).T, weights[:49], weights[49:], strict=True):
        g = approx.staircase(
            lambda u, a=a, b=b: a * np.cos(u) + b * np.sin(u),
            (u.min() - 1, u.max() + 1), K, eta=1e-4,
        )  # fmt: skip
        total += g(u)
    return total


@claim("cor-uat", kind="existence", instances=2)
def bump_in_the_plane(rng, K=150):
    """A Gaussian bump within 0.1 on a grid of [-1, 1]^2."""
    side = np.linspace(-1, 1, 21)
    X = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    target = np.exp(-3 * ((X - rng.uniform(-0.3, 0.3, 2)) ** 2).sum(axis=1))
    return bool(np.abs(plane_network(X, target, K) - target).max() < 0.1)


bump_in_the_plane.mutant("two steps a wave", K=2)


@claim("lem-discriminatory", kind="impossibility", instances=20)
def no_measure_on_few_points_hides(rng, units=400):
    """A measure on 12 points of the square that all sigmoids miss is zero."""
    points = rng.uniform(size=(12, 2))
    W = 30 * rng.normal(size=(2, units))
    centres = rng.uniform(size=(units, 2))
    values = stats.sigmoid(points @ W - np.einsum("ui,iu->u", centres, W))
    hidden = 12 - np.linalg.matrix_rank(values, tol=1e-6)
    return int(hidden), 12


no_measure_on_few_points_hides.mutant("with ten sigmoids only", units=10)


@claim("thm-cybenko", kind="existence", instances=3)
def sigmoids_fit_the_plane(rng, units=300):
    """300 random logistic units come within 0.05 of a smooth function."""
    side = np.linspace(0, 1, 15)
    X = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    target = np.sin(5 * X[:, 0]) * X[:, 1]
    W = 6 * rng.normal(size=(2, units))
    centres = rng.uniform(size=(units, 2))
    values = stats.sigmoid(X @ W - np.einsum("ui,iu->u", centres, W))
    fit = values @ np.linalg.lstsq(values, target, rcond=1e-10)[0]
    return bool(np.abs(fit - target).max() < 0.05)


sigmoids_fit_the_plane.mutant("three units", units=3)


@claim("lem-powers", kind="rate", instances=20)
def differences_make_powers(rng, order=2):
    """|D_delta(x) - x^k tanh^(k)(b)| = O(delta^2) for central differences."""
    k, b = int(rng.integers(1, 4)), rng.uniform(-0.5, 0.5)
    y = np.tanh(b)
    slopes = [1 - y**2, -2 * y * (1 - y**2), (1 - y**2) * (6 * y**2 - 2)]
    x = np.linspace(-1, 1, 41)
    steps = 0.2 / 2.0 ** np.arange(5)
    errors = [
        np.abs(
            approx.power_from_derivative(np.tanh, k, at=b, step=step)(x)
            - x**k * slopes[k - 1]
        ).max()
        for step in steps
    ]
    # |tanh^(j)| <= 300 for j <= 5, and k/24 <= 1/8 of it is the first term
    return np.array(errors), 50 * steps**order


differences_make_powers.mutant("fourth order", order=5)


@claim("thm-leshno", kind="identity", instances=20)
def polynomial_units_span_a_small_space(rng, dimension=None):
    """Units t^m on R^d span a space of dimension binom(d + m, m), no more."""
    d, m = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    Z = rng.uniform(-1, 1, (150, d)) @ rng.normal(size=(d, 120)) + rng.normal(size=120)
    formula = dimension or (
        lambda d, m: np.prod(np.arange(m + 1, m + d + 1) / np.arange(1, d + 1))
    )
    return np.linalg.matrix_rank(Z**m, tol=1e-8) - formula(d, m)


polynomial_units_span_a_small_space.mutant(
    "homogeneous polynomials only", dimension=lambda d, m: m + 1 if d == 2 else 1
)


@claim("thm-leshno", kind="identity", instances=20)
def convolution_keeps_the_degree(rng, weight=None):
    """The leading coefficient of P * psi is that of P times the integral of psi."""
    m = int(rng.integers(1, 5))
    P, nodes = rng.normal(size=m + 1), rng.uniform(-1, 1, 6)
    psi = rng.uniform(0.1, 1, 6)  # a discrete psi: masses at the nodes
    t = np.linspace(-2, 2, 30)
    values = sum(w * np.polyval(P, t - y) for w, y in zip(psi, nodes, strict=True))
    leading = np.polyfit(t, values, m)[0]
    return leading - P[0] * (weight or np.sum)(psi)


convolution_keeps_the_degree.mutant("the integral forgotten", weight=lambda psi: 1.0)


@claim("thm-towers", kind="inequality", instances=12)
def towers_stay_within_their_bound(rng, area=4.0):
    """||f - g||_p <= omega_f + eta ||f|| + 18 ||f|| (4 K ln(1/eta)/s)^(1/p)."""
    K, eta, p = int(rng.choice([2, 4, 8])), 1 / 16, rng.choice([1.0, 2.0])
    s = 4 * np.log(K**2 / eta) * 10 ** rng.uniform(0, 3)
    slope, shift = rng.normal(size=2), rng.normal()
    side = (np.arange(120) + 0.5) / 120
    X = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)

    def f(X):
        return np.sin(X @ slope + shift)

    error = np.mean(np.abs(f(X) - approx.towers(f, K, s=s)(X)) ** p) ** (1 / p)
    top = 1.0  # sin is at most 1
    modulus = np.linalg.norm(slope) / (np.sqrt(2) * K)
    walls = 18 * top * (area * K / s * np.log(1 / eta)) ** (1 / p)
    return error, modulus + eta * top + walls


towers_stay_within_their_bound.mutant("walls and settling for nothing", area=0.0)


for label, reason in {
    "thm-curse": "stated without proof: a lower bound over all continuous methods",
    "thm-narrow": "stated without proof: a statement on networks of every depth",
}.items():
    untested(label, reason=reason)
