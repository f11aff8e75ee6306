"""Gradient descent: four rates, the cliff of quadratics, two tools."""

import numpy as np

from claims import claim, untested
from mmdl.optim import GD, armijo, iterates


def spectrum(rng, d, low=0.05, high=8.0):
    """A random symmetric matrix with eigenvalues in [low, high], ends attained."""
    values = np.r_[low, high, rng.uniform(low, high, d - 2)]
    Q = np.linalg.qr(rng.normal(size=(d, d)))[0]
    return (Q * values) @ Q.T, values


class SoftAbsolute:
    """f(w) = sum sqrt(1 + (Bw)^2) - n: convex, smooth, minimiser 0, value 0."""

    def __init__(self, rng, d=4, n=7):
        self.B = rng.normal(size=(n, d))
        self.smooth = np.linalg.norm(self.B, 2) ** 2

    def value(self, w):
        return np.sum(np.sqrt(1 + (self.B @ w) ** 2) - 1)

    def gradient(self, w):
        t = self.B @ w
        return self.B.T @ (t / np.sqrt(1 + t**2))


class Wave:
    """f(w) = sum of 1 - cos(Bw): smooth, not convex, least value 0."""

    def __init__(self, rng, d=3, n=5):
        self.B = rng.normal(size=(n, d))
        self.smooth = np.linalg.norm(self.B, 2) ** 2

    def value(self, w):
        return np.sum(1 - np.cos(self.B @ w))

    def gradient(self, w):
        return self.B.T @ np.sin(self.B @ w)


def squares(v):
    return (v**2).sum(axis=-1)


@claim("prop-steepest-descent", kind="inequality", instances=60)
def no_direction_is_steeper(rng, inverse=np.linalg.inv):
    """<g, p> >= <g, -A^-1 g> / |A^-1 g|_A for |p|_A = 1, and the three norms."""
    A, g = spectrum(rng, 4)[0], rng.normal(size=4)
    best = -inverse(A) @ g
    best = best / np.sqrt(best @ A @ best)
    p = rng.normal(size=(300, 4))
    p = p / np.sqrt(np.einsum("ni,ij,nj->n", p, A, p))[:, None]
    box = p / np.abs(p).max(axis=1, keepdims=True)
    ball = p / np.linalg.norm(p, axis=1, keepdims=True)
    least = np.r_[(p @ g).min(), (box @ g).min(), (ball @ g).min()]
    return np.r_[g @ best, -np.abs(g).sum(), -np.linalg.norm(g)], least


no_direction_is_steeper.mutant("A instead of its inverse", inverse=lambda A: A)


@no_direction_is_steeper.sharp
def the_sign_of_the_gradient():
    g = np.array([1.0, -2.0, 0.0])
    return -np.abs(g).sum(), g @ -np.sign(g)


@claim("prop-strongly-convex-minimum", kind="uniqueness", instances=40)
def minimum_below_a_parabola(rng, half=0.5):
    """f(w) >= f* + lambda |w - w*|^2 / 2, and the gradient vanishes at w* only."""
    A, values = spectrum(rng, 3)
    soft, w = SoftAbsolute(rng, 3), rng.normal(size=(200, 3))

    def f(w):
        return soft.value(w) + w @ A @ w / 2

    gap = np.array([f(v) for v in w])
    away = np.array([np.linalg.norm(soft.gradient(v) + A @ v) for v in w]) > 0
    return bool(np.all(gap >= half * values[0] * squares(w)) and away.all())


minimum_below_a_parabola.mutant("with a hundred times the curvature", half=50.0)


@claim("prop-gradient-flow", kind="rate", instances=20)
def flow_contracts_with_twice_lambda(rng, exponent=2.0):
    """|w(t) - w*|^2 <= exp(-2 lambda t) |w(0) - w*|^2 along quadratic flows."""
    A, values = spectrum(rng, 4)
    Q, w0, t = np.linalg.eigh(A), rng.normal(size=4), np.linspace(0, 3, 30)
    w0 = w0 + 3 * Q[1][:, 0]  # some of it in the slow direction
    path = (np.exp(-t[:, None] * Q[0]) * (Q[1].T @ w0)) @ Q[1].T
    return squares(path), np.exp(-exponent * values[0] * t) * squares(w0)


@flow_contracts_with_twice_lambda.sharp
def flow_of_the_round_bowl():
    return np.exp(-0.7) ** 2, np.exp(-2 * 0.7)


flow_contracts_with_twice_lambda.mutant("three times lambda", exponent=60.0)


@claim("prop-curvature", kind="equivalence", instances=80)
def curvature_bounds_are_gradient_bounds(rng, upper=1.0):
    """lambda <= D^2 f <= Lambda iff the secants of the gradient say so."""
    values = rng.uniform(0.1, 2.0, 2)
    Q = np.linalg.qr(rng.normal(size=(2, 2)))[0]
    A = (Q * values) @ Q.T
    low, high = np.sort(rng.uniform(0.0, 2.2, 2))
    v = np.stack([np.cos(a := np.linspace(0, np.pi, 721)), np.sin(a)], axis=1)
    secants = v @ A  # gradient differences over unit steps
    smooth = np.linalg.norm(secants, axis=1).max() <= upper * high + 1e-5
    strong = np.einsum("ni,ni->n", secants, v).min() >= low - 1e-5
    truth = bool(values.min() >= low - 1e-5 and values.max() <= high + 1e-5)
    return bool(smooth and strong), truth


curvature_bounds_are_gradient_bounds.mutant("twice the upper bound", upper=2.0)


@claim("lem-descent", kind="inequality", instances=100)
def parabola_from_above(rng, half=0.5):
    """f(y) <= f(x) + <grad f(x), y - x> + Lambda |y - x|^2 / 2."""
    f, x, v = Wave(rng), *rng.normal(size=(2, 3))
    v = v * 10 ** rng.uniform(-1, 0)
    bound = f.value(x) + f.gradient(x) @ v + half * f.smooth * v @ v
    return f.value(x + v), bound


@parabola_from_above.sharp
def quadratic_is_its_parabola():
    x, y, big = 1.0, -2.0, 3.0
    return big * y**2 / 2, big * x**2 / 2 + big * x * (y - x) + big * (y - x) ** 2 / 2


parabola_from_above.mutant("the half of the half", half=0.05)


@claim("lem-descent", kind="inequality", instances=100)
def gradient_is_bounded_by_the_value(rng, two=2.0):
    """|grad f|^2 <= 2 Lambda (f - f*)."""
    f = SoftAbsolute(rng)
    w = rng.normal(size=4) * 10 ** rng.uniform(-3, 1)
    return squares(f.gradient(w)), two * f.smooth * f.value(w)


@gradient_is_bounded_by_the_value.sharp
def gradient_of_a_parabola():
    return (3.0 * 2.0) ** 2, 2 * 3.0 * (3.0 * 2.0**2 / 2)


gradient_is_bounded_by_the_value.mutant("without the two, and less", two=0.1)


def run(f, w0, tau, K=60):
    w = iterates(GD(lr=tau), f.gradient, w0, K)
    values = np.array([f.value(v) for v in w])
    slopes = np.array([squares(f.gradient(v)) for v in w])
    return w, values, slopes


@claim("thm-gd-nonconvex", kind="rate", instances=20)
def some_gradient_is_small(rng, constant=2.0):
    """min_{k<K} |grad f(w_k)|^2 <= 2 (f(w_0) - f*) / (tau K) for every K."""
    f = Wave(rng)
    tau = rng.uniform(0.1, 1) / f.smooth
    _, values, slopes = run(f, 3 * rng.normal(size=3), tau)
    K = np.arange(1, 61)
    return np.minimum.accumulate(slopes[:-1]), constant * values[0] / (tau * K)


some_gradient_is_small.mutant("a tenth of the constant", constant=0.05)


@claim("thm-gd-convex", kind="rate", instances=20)
def values_fall_like_one_over_k(rng, two=2.0):
    """f(w_K) - f* <= |w_0 - w*|^2 / (2 tau K)."""
    f = SoftAbsolute(rng)
    tau = rng.uniform(0.1, 1) / f.smooth
    w, values, _ = run(f, 5 * rng.normal(size=4), tau)
    K = np.arange(1, 61)
    return values[1:], squares(w[0]) / (two * tau * K)


values_fall_like_one_over_k.mutant("twenty for two", two=40.0)


@claim("thm-gd-convex", kind="rate", instances=10)
def worst_function_stays_below(rng, factor=2.0):
    """A Huber function whose tail is left at the last step: f = 1/(4K + 2) of it."""
    K = int(rng.integers(1, 40))
    edge = 1 / (2 * K + 1)  # Huber threshold, w_0 = 1, Lambda = 1, tau = 1
    w = 1 - edge * np.arange(1, K + 1)
    values = np.where(w > edge, edge * (w - edge / 2), w**2 / 2)
    return values[-1:], np.array([1 / (factor * K)])


worst_function_stays_below.mutant("a quarter of the bound", factor=8.0)


@claim("thm-gd-strongly-convex", kind="rate", instances=20)
def points_converge_geometrically(rng, power=1.0):
    """|w_k - w*|^2 <= (1 - tau lambda)^k |w_0 - w*|^2."""
    A, values = spectrum(rng, 4)
    soft, k = SoftAbsolute(rng), np.arange(61)
    tau = rng.uniform(0.2, 1) / (soft.smooth + values.max())
    w = iterates(GD(lr=tau), lambda w: soft.gradient(w) + A @ w, rng.normal(size=4), 60)
    return squares(w), (1 - power * tau * values.min()) ** k * squares(w[0])


points_converge_geometrically.mutant(
    "the rate of a bowl for every function", power=50.0
)


@claim("thm-gd-pl", kind="rate", instances=20)
def values_converge_without_convexity(rng, power=1.0):
    """f(w_k) - f* <= (1 - tau mu)^k (f(w_0) - f*) for rank-deficient least squares."""
    X = rng.normal(size=(8, 3)) @ rng.normal(size=(3, 6))
    y, s = rng.normal(size=8), np.linalg.svd(X, compute_uv=False)
    tau = rng.uniform(0.3, 1) / s[0] ** 2
    w = iterates(GD(lr=tau), lambda w: X.T @ (X @ w - y), rng.normal(size=6), 60)
    best = squares(X @ np.linalg.lstsq(X, y, rcond=1e-10)[0] - y) / 2
    gap = squares(w @ X.T - y) / 2 - best
    bound = (1 - power * tau * s[2] ** 2) ** np.arange(61) * gap[0]
    return gap, bound + 1e-12


values_converge_without_convexity.mutant("ten times mu", power=10.0)


@claim("prop-pl-examples", kind="inequality", instances=60)
def least_squares_satisfies_pl(rng, singular=lambda s: s[s > 1e-9 * s[0]].min()):
    """mu (L - L*) <= |grad L|^2 / 2 with the smallest non-zero singular value."""
    n, d, r = rng.integers(2, 7, 3)
    X, y = rng.normal(size=(n, r)) @ rng.normal(size=(r, d)), rng.normal(size=n)
    s = np.linalg.svd(X, compute_uv=False)
    w = rng.normal(size=(50, d))
    best = squares(X @ np.linalg.lstsq(X, y, rcond=1e-9)[0] - y) / 2
    gap = squares(w @ X.T - y) / 2 - best
    return singular(s) ** 2 * gap, squares((w @ X.T - y) @ X) / 2


@least_squares_satisfies_pl.sharp
def one_singular_value():
    w, sigma = 3.0, 2.0
    return sigma**2 * (sigma * w) ** 2 / 2, (sigma**2 * w) ** 2 / 2


least_squares_satisfies_pl.mutant(
    "the largest singular value", singular=lambda s: s.max()
)


@claim("prop-pl-examples", kind="inequality", instances=40)
def strongly_convex_satisfies_pl(rng, factor=1.0):
    """lambda (f - f*) <= |grad f|^2 / 2."""
    A, values = spectrum(rng, 4)
    soft, w = SoftAbsolute(rng), rng.normal(size=4)
    gap = soft.value(w) + w @ A @ w / 2
    slope = soft.gradient(w) + A @ w
    return factor * values.min() * gap, squares(slope) / 2


strongly_convex_satisfies_pl.mutant("Lambda for lambda", factor=200.0)


@claim("thm-gd-quadratic", kind="identity", instances=40)
def worst_rate_is_rho(rng, rho=lambda tau, v: np.abs(1 - tau * v).max()):
    """The spectral norm of I - tau A is rho(tau)."""
    A, values = spectrum(rng, 5)
    tau = rng.uniform(0.01, 0.5)
    ends = np.array([values.min(), values.max()])
    return np.linalg.norm(np.eye(5) - tau * A, 2) - rho(tau, ends)


worst_rate_is_rho.mutant(
    "without absolute values", rho=lambda tau, v: (1 - tau * v).max()
)


@claim("thm-gd-quadratic", kind="equivalence", instances=60)
def cliff_stands_at_two_over_lambda(rng, cliff=2.0):
    """w_k tends to w* from everywhere iff tau < 2 / Lambda."""
    A, values = spectrum(rng, 3, low=1.0)
    tau = cliff_position = rng.choice([0.7, 0.97, 1.03, 1.4]) * 2 / values.max()
    w = iterates(GD(lr=tau), lambda w: A @ w, rng.normal(size=3), 600)[-1]
    return bool(np.linalg.norm(w) < 1e-3), bool(cliff_position < cliff / values.max())


cliff_stands_at_two_over_lambda.mutant("at one over Lambda", cliff=1.0)


@claim("thm-gd-quadratic", kind="inequality", instances=60)
def best_step_is_the_harmonic_one(rng, best=lambda a, b: 2 / (a + b)):
    """(kappa - 1)/(kappa + 1) <= rho(tau), with equality at 2/(lambda + Lambda)."""
    a, b = np.sort(rng.uniform(0.1, 10, 2))

    def rho(tau):
        return np.maximum(abs(1 - tau * a), abs(1 - tau * b))

    floor = (b - a) / (b + a)
    taus = rng.uniform(0, 3 / b, 50)
    return np.r_[np.full(50, floor), rho(best(a, b))], np.r_[rho(taus), floor]


best_step_is_the_harmonic_one.mutant("one over Lambda", best=lambda a, b: 1 / b)


@best_step_is_the_harmonic_one.sharp
def at_condition_nine():
    return 0.8, max(abs(1 - 0.2 * 1), abs(1 - 0.2 * 9))


@claim("thm-armijo", kind="inequality", instances=60)
def accepted_step_is_not_too_short(rng, one_minus_c=1.0):
    """min(tau_0, 2 (1 - c) beta / Lambda) <= tau_k."""
    f, w = Wave(rng), rng.normal(size=3)
    c, beta = rng.uniform(0.05, 0.95), rng.uniform(0.2, 0.8)
    g, start = f.gradient(w), 10 ** rng.uniform(-2, 1)
    tau = armijo(f.value, w, -g, -g @ g, tau=start, c=c, factor=beta)
    return min(start, 2 * (1 - c) * beta * one_minus_c / f.smooth), tau


@accepted_step_is_not_too_short.sharp
def first_trial_accepted():
    w = np.array([1.0])
    tau = armijo(lambda w: float(w @ w) / 2, w, -w, -1.0, tau=0.5, c=0.1)
    return min(0.5, 2 * 0.9 * 0.5), tau


accepted_step_is_not_too_short.mutant("a hundred times longer", one_minus_c=100.0)


@claim("thm-armijo", kind="rate", instances=20)
def backtracking_makes_gradients_small(rng, factor=1.0):
    """min |g_k|^2 <= (f(w_0) - f*) / (c tau_min K)."""
    f, w, c, beta = SoftAbsolute(rng), 3 * rng.normal(size=4), 0.3, 0.5
    start, slopes = f.value(w), []
    for _ in range(25):
        g = f.gradient(w)
        slopes.append(g @ g)
        w = w - armijo(f.value, w, -g, -g @ g, tau=4.0, c=c, factor=beta) * g
    tau_min = min(4.0, 2 * (1 - c) * beta / f.smooth)
    bound = factor * start / (c * tau_min * np.arange(1, 26))
    return np.minimum.accumulate(slopes), bound


backtracking_makes_gradients_small.mutant("a hundredth", factor=0.01)


@claim("thm-saddle-quadratic", kind="equivalence", instances=60)
def only_the_stable_subspace_converges(rng, stable=lambda a: a > 0):
    """w_k -> 0 iff w_0 has no coordinate with a negative eigenvalue."""
    alpha = np.array([2.0, 1.0, -0.5, -1.5])
    Q = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    coordinates = rng.normal(size=4) * rng.permuted([1, 0, 1, 0])
    if rng.random() < 0.5:
        coordinates[alpha < 0] = 0.0
    tau = rng.uniform(0.1, 0.45)
    c = coordinates * (1 - tau * alpha) ** 400  # exact in the eigenbasis
    bounded = bool(np.linalg.norm(Q @ c) < 1.0)
    return bounded, bool(np.all(coordinates[~stable(alpha)] == 0))


only_the_stable_subspace_converges.mutant(
    "saddles attract everything", stable=lambda a: a > -1.0
)


@claim("prop-cocoercive", kind="inequality", instances=100)
def gradients_cocoerce(rng, over=1.0):
    """|g - h|^2 / Lambda <= <g - h, x - y>."""
    f = SoftAbsolute(rng)
    x, y = rng.normal(size=(2, 4)) * 10 ** rng.uniform(-2, 1)
    difference = f.gradient(x) - f.gradient(y)
    return over * squares(difference) / f.smooth, difference @ (x - y)


@gradients_cocoerce.sharp
def cocoercive_bowl():
    big, x, y = 3.0, 1.0, -2.0
    return (big * (x - y)) ** 2 / big, big * (x - y) * (x - y)


gradients_cocoerce.mutant("twenty over Lambda", over=20.0)


@claim("prop-projected-gd", kind="rate", instances=20)
def projected_values_fall(rng, two=2.0):
    """f(w_K) - f(w*) <= |w_0 - w*|^2 / (2 tau K) on the unit ball."""
    A, values = spectrum(rng, 4)
    centre = rng.normal(size=4) * 3

    def project(w):
        return w / max(1.0, np.linalg.norm(w))

    def f(w):
        return (w - centre) @ A @ (w - centre) / 2

    tau, path = 1 / values.max(), [project(rng.normal(size=4))]
    for _ in range(3000):
        path.append(project(path[-1] - tau * A @ (path[-1] - centre)))
    gaps = np.array([f(w) for w in path[1:41]]) - f(path[-1])
    away = squares(path[0] - path[-1])
    return gaps, away / (two * tau * np.arange(1, 41)) + 1e-12


projected_values_fall.mutant("two hundred for two", two=400.0)


untested(
    "thm-avoid-saddles",
    reason="stated without proof: a statement on sets of measure zero",
)
