"""Universal approximation on the line, on functions with a known modulus."""

import numpy as np

from claims import claim
from mmdl import approx, neurons, stats

GRID = np.linspace(0, 1, 2001)


def broken_line(rng):
    """A random broken line on [0, 1] with breaks on the grid: its modulus is exact."""
    knots = np.sort(np.r_[0.0, rng.choice(np.arange(1, 2000), 8, False) / 2000, 1.0])
    heights = rng.normal(size=knots.size)
    return lambda x: np.interp(x, knots, heights)


def early(K):
    """Climbs by 1 in the first fiftieth of each of K cells: the modulus at 1/K is 1."""

    def f(x):
        cell = np.floor(K * np.asarray(x))
        return cell + np.minimum(1, 50 * (K * np.asarray(x) - cell))

    return f


def overshooting(t):
    """Sigmoidal, neither monotone nor continuous, with values in [0, 1]."""
    bump = 0.9 * np.exp(-(t**2)) * (t < 0)
    return np.where(t > 3, 1.0, np.maximum(bump, stats.sigmoid(8 * t)))


def lazy(t):
    """0 up to 1, then 0.8 until it jumps to 1 at 1000: T = 1 for eta = 0.2."""
    return np.where(t < 1, 0.0, np.where(t < 1000, 0.8, 1.0))


SIGMOIDS = [  # sigma, eta, T with the property (H4)
    (neurons.heaviside, 1e-3, 1e-9),
    (stats.sigmoid, 1e-2, approx.settling_point(1e-2)),
    (stats.sigmoid, 0.2, approx.settling_point(0.2)),
    (lambda t: np.clip(t + 0.5, 0, 1), 1e-3, 0.5),
    (overshooting, 1e-2, 3.0),
    (lazy, 0.2, 1.0),
]


def midpoints(points):
    return (points[:-1] + points[1:]) / 2


def network(f, K, T, sigma, thresholds=midpoints):
    """The staircase, written out so that a mutant can move its thresholds."""
    points = np.linspace(0, 1, K + 1)
    s = 2 * T * K
    units = sigma(s * (GRID[:, None] - thresholds(points)))
    return f(points[0]) + units @ np.diff(f(points))


@claim("thm-staircase", kind="inequality", instances=80)
def staircase_stays_within_its_bound(
    rng, bound=approx.staircase_bound, thresholds=midpoints
):
    r"""$\sup \abs{f - g} \le (1 + (K - 1) \eta)\,\omega_f(h)$ for six sigmoids."""
    K = int(rng.choice([1, 2, 5, 10, 40]))
    f = early(K) if rng.random() < 0.5 else broken_line(rng)
    sigma, eta, T = SIGMOIDS[rng.integers(len(SIGMOIDS))]
    modulus = approx.modulus_of_continuity(f, (0, 1), 1 / K, n=2001)
    error = np.abs(f(GRID) - network(f, K, T, sigma, thresholds)).max()
    return error, bound(modulus, K, eta)


@staircase_stays_within_its_bound.sharp
def early_climbs_and_a_lazy_unit():
    error = np.abs(early(5)(GRID) - network(early(5), 5, 1.0, lazy)).max()
    return error, approx.staircase_bound(1.0, 5, 0.2)


staircase_stays_within_its_bound.mutant(
    r"the factor $1 + (K - 1)\eta$ forgotten", bound=lambda modulus, K, eta: modulus
)
staircase_stays_within_its_bound.mutant(
    "half of the modulus, as for monotone functions",
    bound=lambda modulus, K, eta: (1 + (K - 1) * eta) * modulus / 2,
)
staircase_stays_within_its_bound.mutant(
    "thresholds at the right ends of the cells", thresholds=lambda points: points[1:]
)


@claim("thm-staircase", kind="identity", instances=10)
def library_writes_down_the_formula(rng, thresholds=midpoints):
    r"""The library's is $f(b_0) + \sum_k (f(b_k) - f(b_{k-1}))\,\sigma(s(x - t_k))$."""
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
    r"""$K \ge 2\Lip(f)/\epsilon$ units with $\eta = 1/K$ come within $\epsilon$."""
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
    r"""$\int \abs{\sigma(\beta x) - H(x)} \dd x = 2 \ln 2/\beta$ by quadrature."""
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
    r"""$\abs{\sigma(\beta x) - H(x)} \le \frac12$, attained at 0 whatever $\beta$."""
    beta = 10 ** rng.uniform(-2, 4)
    x = np.r_[at, rng.normal(size=200) / beta]
    return np.abs(stats.sigmoid(beta * x) - neurons.heaviside(x)), half


@greatest_distance_is_a_half.sharp
def at_the_jump():
    return abs(float(stats.sigmoid(np.array(0.0)))), 0.5


greatest_distance_is_a_half.mutant("a quarter, as the greatest slope", half=0.25)


@claim("thm-relu-spline", kind="inequality", instances=30)
def spline_stays_within_the_modulus(rng, factor=1.0):
    r"""$\sup \abs{f - g} \le \omega_f(h)$ for broken lines, teeth among them."""
    K = int(rng.choice([1, 2, 5, 10, 40]))
    f = early(K) if rng.random() < 0.3 else broken_line(rng)
    modulus = approx.modulus_of_continuity(f, (0, 1), 1 / K, n=2001)
    error = np.abs(f(GRID) - approx.relu_spline(f, (0.0, 1.0), K)(GRID)).max()
    return error, factor * modulus


spline_stays_within_the_modulus.mutant(
    "half of the modulus, as for a step in the middle", factor=0.5
)


@spline_stays_within_the_modulus.sharp
def a_tooth():
    # up to 1 within a hundredth of the cell and back: K = 1, g = 0
    def f(x):
        return np.maximum(0, 1 - np.abs(np.asarray(x) - 0.5) * 100)

    g = approx.relu_spline(f, (0.0, 1.0), 1)
    return np.abs(f(GRID) - g(GRID)).max(), 1.0


@claim("thm-relu-spline", kind="inequality", instances=30)
def smooth_spline_gains_a_power(rng, constant=1 / 8):
    r"""$\sup \abs{f - g} \le (b - a)^2 \max \abs{f''}/(8 K^2)$ for sines."""
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


smooth_spline_gains_a_power.mutant("$h^2/12$, as for quadrature", constant=1 / 12)


@claim("cor-relu-interval", kind="existence", instances=10)
def rectified_units_come_near(rng, build=approx.relu_spline):
    r"""400 rectified units are within $\omega_f(1/400)$ of a broken line."""
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
