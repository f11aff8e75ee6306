"""Universal approximation in space: waves, measures, polynomials, towers."""

from dataclasses import replace

import numpy as np

from claims import claim, untested
from mmdl import approx, stats


@claim("thm-line-to-space", kind="identity", instances=50)
def products_of_waves_are_waves(rng, sign=-1.0):
    r"""$2 \sin(xw) \sin(xv) = \cos(x(w - v)) - \cos(x(w + v))$."""
    X = rng.normal(size=(20, 3))
    w, v = rng.normal(size=(2, 3))
    left = 2 * np.sin(X @ w) * np.sin(X @ v)
    return left - np.cos(X @ (w - v)) - sign * np.cos(X @ (w + v))


products_of_waves_are_waves.mutant("plus for minus", sign=1.0)


@claim("thm-line-to-space", kind="inequality", instances=20)
def errors_of_the_waves_add_up(rng, total=np.sum):
    r"""$\sup_A \abs{p - g} \le \sum_i \sup_u \abs{\cos u - g_i(u)}$ over the waves."""
    n, d = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    W, X = rng.normal(size=(d, n)), rng.uniform(-3, 3, (4000, d))
    X[0] = 0.0  # where all waves are at the same place and their errors add
    waves, errors = np.zeros(len(X)), []
    for u in (X @ W).T:
        ends = -np.abs(u).max() - 1, np.abs(u).max() + 1
        g = approx.staircase(np.cos, ends, int(rng.integers(8, 20)), eta=1e-3)
        v = np.r_[u, np.linspace(*ends, 500)]
        waves += np.cos(u) - g(u)
        errors.append(np.abs(np.cos(v) - g(v)).max())
    return np.abs(waves).max(), total(errors)


errors_of_the_waves_add_up.mutant("the greatest error for the sum", total=np.max)


@errors_of_the_waves_add_up.sharp
def one_wave():
    u = np.linspace(-3, 3, 500)
    g = approx.staircase(np.cos, (-3.0, 3.0), 10, eta=1e-3)
    X = np.c_[u, np.zeros(500)]
    far = np.abs(np.cos(X @ np.array([1.0, 0.0])) - g(X @ np.array([1.0, 0.0])))
    return far.max(), np.abs(np.cos(u) - g(u)).max()


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
    r"""A Gaussian bump within 0.1 at the points of a grid of $[-1, 1]^2$."""
    side = np.linspace(-1, 1, 21)
    X = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    target = np.exp(-3 * ((X - rng.uniform(-0.3, 0.3, 2)) ** 2).sum(axis=1))
    return bool(np.abs(plane_network(X, target, K) - target).max() < 0.1)


bump_in_the_plane.mutant("two steps a wave", K=2)


def units_at(rng, X, sigma, units, steep):
    """Values at the rows of X of units whose hyperplanes meet the unit square."""
    W = steep * rng.normal(size=(2, units))
    centres = rng.uniform(size=(units, 2))
    return sigma(X @ W - np.einsum("ui,iu->u", centres, W))


@claim("lem-discriminatory", kind="impossibility", instances=20)
def no_measure_on_few_points_hides(rng, sigma=stats.sigmoid, units=400):
    """A measure on 12 points of the square that all sigmoids miss is zero."""
    values = units_at(rng, rng.uniform(size=(12, 2)), sigma, units, 30)
    hidden = 12 - np.linalg.matrix_rank(values / np.abs(values).max(), tol=1e-6)
    return int(hidden), 12


no_measure_on_few_points_hides.mutant("with ten sigmoids only", units=10)
no_measure_on_few_points_hides.mutant("cubes instead of sigmoids", sigma=lambda t: t**3)


def fits(rng, sigma, units, steep):
    """Whether random units come within 0.05 of a function on a grid of the square."""
    side = np.linspace(0, 1, 15)
    X = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    target = np.sin(rng.uniform(3, 5) * X[:, 0]) * X[:, 1]
    values = units_at(rng, X, sigma, units, steep)
    fit = values @ np.linalg.lstsq(values, target, rcond=1e-10)[0]
    return bool(np.abs(fit - target).max() < 0.05)


@claim("thm-cybenko", kind="existence", instances=6)
def sigmoids_fit_the_plane(rng, sigma=stats.sigmoid, units=300):
    """300 random logistic units come within 0.05 of a smooth function."""
    return fits(rng, sigma, units, 6)


sigmoids_fit_the_plane.mutant("three units", units=3)
sigmoids_fit_the_plane.mutant(
    "squares instead of sigmoids, which do not settle", sigma=np.square
)


def jump_on_the_way(t):
    """Continuous and sigmoidal, but it leaves [0, 1]: 1.5 and -0.5 on its way."""
    return stats.sigmoid(t) + 2 * t * np.exp(-(t**2))


@claim("thm-cybenko", kind="existence", instances=6)
def overshooting_sigmoids_do_too(rng, sigma=jump_on_the_way):
    """So do sigmoidal units that leave the interval from 0 to 1 on their way."""
    return fits(rng, sigma, 300, 6)


overshooting_sigmoids_do_too.mutant("a straight line", sigma=lambda t: t)


def centred(sigma, k, b, step):
    return approx.power_from_derivative(sigma, k, at=b, step=step)


@claim("lem-powers", kind="inequality", instances=40)
def differences_make_powers(rng, difference=centred, power=lambda r, k: r**k):
    r"""$D_\delta(x)$ is within the proof's bound of $x^k e^b$, for $\exp$."""
    k, b, r = int(rng.integers(1, 4)), rng.uniform(-1, 1), rng.uniform(0.5, 3)
    step = 10 ** rng.uniform(-2, -0.5)
    x = np.linspace(-r, r, 41)
    error = np.abs(difference(np.exp, k, b, step)(x) - x**k * np.exp(b)).max()
    return error, power(r, k) * np.exp(b) * np.expm1(k * step * r / 2)


def one_sided(sigma, k, b, step):
    net = centred(sigma, k, b, step)
    return replace(net, W=np.arange(k + 1)[None, :] * step)


differences_make_powers.mutant("differences to one side", difference=one_sided)
differences_make_powers.mutant(
    "one division too few",
    difference=lambda sigma, k, b, step: lambda x: step * centred(sigma, k, b, step)(x),
)


@claim("lem-powers", kind="rate", instances=20)
def they_converge(rng, order=2):
    r"""The error for $\tanh$ and $k \le 3$ is at most $50\,\delta^2$ on $[-1, 1]$."""
    k, b = int(rng.integers(1, 4)), rng.uniform(-0.5, 0.5)
    y = np.tanh(b)
    slopes = [1 - y**2, -2 * y * (1 - y**2), (1 - y**2) * (6 * y**2 - 2)]
    x = np.linspace(-1, 1, 41)
    steps = 0.2 / 2.0 ** np.arange(5)
    errors = [
        np.abs(centred(np.tanh, k, b, step)(x) - x**k * slopes[k - 1]).max()
        for step in steps
    ]
    # the first term is k/24 of the derivative k + 2, at most 16 for tanh
    return np.array(errors), 50 * steps**order


they_converge.mutant("fourth order", order=4)


@claim("thm-leshno", kind="identity", instances=20)
def polynomial_units_span_a_small_space(rng, dimension=None):
    r"""Units $t^m$ on $\R^d$ span a space of dimension $\binom{d + m}{m}$, no more."""
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
    r"""The leading coefficient of $P * \psi$ is that of $P$ times $\int \psi$."""
    m = int(rng.integers(1, 5))
    P, nodes = rng.normal(size=m + 1), rng.uniform(-1, 1, 6)
    psi = rng.uniform(0.1, 1, 6)  # a discrete psi: masses at the nodes
    t = np.linspace(-2, 2, 30)
    values = sum(w * np.polyval(P, t - y) for w, y in zip(psi, nodes, strict=True))
    leading = np.polyfit(t, values, m)[0]
    return leading - P[0] * (weight or np.sum)(psi)


convolution_keeps_the_degree.mutant("the integral forgotten", weight=lambda psi: 1.0)

ACTIVATIONS = [  # continuous, none a polynomial, none sigmoidal
    np.abs,
    np.cos,
    np.exp,
    lambda t: np.maximum(t, 0) ** 2,
    lambda t: t**2 + np.maximum(t, 0),
    lambda t: np.sqrt(np.abs(t)),
]


@claim("thm-leshno", kind="existence", instances=12)
def all_but_polynomials_fit_the_plane(rng, activations=ACTIVATIONS):
    """300 units of six continuous activations come within 0.05 of a function."""
    return fits(rng, activations[rng.integers(len(activations))], 300, 3)


all_but_polynomials_fit_the_plane.mutant(
    "polynomials too", activations=[np.square, lambda t: t**3 - t]
)


@claim("thm-towers", kind="inequality", instances=16)
def towers_stay_within_their_bound(rng, walls=11, moves=0.5**0.5):
    r"""$\norm{f - g}_{L^p}$ by a midpoint rule; off the walls the sharper part."""
    K, eta, p = int(rng.choice([2, 4, 8])), 1 / 16, rng.choice([1.0, 2.0])
    s = 4 * np.log(K**2 / eta) * (1 if rng.random() < 0.3 else 10 ** rng.uniform(1, 6))
    slope, shift = 3 * rng.normal(size=2), rng.normal()
    side = (np.arange(120) + 0.5) / 120
    X = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)

    def f(X):
        return np.sin(X @ slope + shift)

    g = approx.towers(f, K, s=s)(X)
    error = np.mean(np.abs(f(X) - g) ** p) ** (1 / p)
    modulus = np.linalg.norm(slope) * moves / K
    strip = (4 * K / s * np.log(1 / eta)) ** (1 / p)
    away = (np.abs(X[:, :, None] * K - np.arange(K + 1)) / K > np.log(1 / eta) / s).all(
        axis=(1, 2)
    )
    inside = np.abs(f(X) - g)[away].max(initial=0.0)
    return np.array([error, inside]), np.array(
        [modulus + eta + walls * strip, modulus + eta]
    )


towers_stay_within_their_bound.mutant("no walls", walls=0)
towers_stay_within_their_bound.mutant("half a side for half a diagonal", moves=0.5)


for label, reason in {
    "thm-curse": "stated without proof: a lower bound over all continuous methods",
    "thm-narrow": "stated without proof: a statement on networks of every depth",
}.items():
    untested(label, reason=reason)
