r"""Claims of the chapter on gradient descent: curvature and the four theorems.

The bounds are tried where they are tight: on parabolas along the steepest
direction, on functions that are straight for just as long as the run, and with
the largest step that the theorem allows (``limit`` over $\Lambda$).
"""

import numpy as np

from claims import claim
from claims.functions import Huber, Root, Wave, spectrum, squares
from mmdl.optim import GD, iterates

# --- which way is down ------------------------------------------------------


@claim("prop-steepest-descent", kind="inequality", instances=60)
def no_direction_is_steeper(rng, inverse=np.linalg.inv, dual=lambda g: np.abs(g).sum()):
    r"""$\inner gp$ is least at $-A^{-1}g$, $-\sign g$ and $-g$, each in its norm."""
    A, g = spectrum(rng, 4)[0], rng.normal(size=4)
    best = -inverse(A) @ g
    best = best / np.sqrt(best @ A @ best)
    p = rng.normal(size=(300, 4))
    p = p / np.sqrt(np.einsum("ni,ij,nj->n", p, A, p))[:, None]
    box = p / np.abs(p).max(axis=1, keepdims=True)
    ball = p / np.linalg.norm(p, axis=1, keepdims=True)
    least = np.r_[(p @ g).min(), (box @ g).min(), (ball @ g).min()]
    return np.r_[g @ best, -dual(g), -np.linalg.norm(g)], least


no_direction_is_steeper.mutant("$A$ for its inverse", inverse=lambda A: A)
no_direction_is_steeper.mutant("$-g$ in every norm", inverse=lambda A: np.eye(4))
no_direction_is_steeper.mutant(
    "the norm itself for its dual", dual=lambda g: np.abs(g).max()
)


@no_direction_is_steeper.sharp
def the_sign_of_the_gradient():
    g = np.array([1.0, -2.0, 0.0])
    return -np.abs(g).sum(), g @ -np.sign(g)


# --- the minimum, the flow, the curvature -----------------------------------


@claim("prop-strongly-convex-minimum", kind="inequality", instances=60)
def the_minimum_has_a_parabola_below(rng, factor=0.5, curvature=np.min):
    r"""$\frac\lambda2 \abs{w - w^*}^2 \le f(w) - f^*$."""
    A, values, Q = spectrum(rng, 3)
    root, share = Root(rng), rng.choice([0.0, 0.01, 1.0])
    w = np.r_[rng.normal(size=(50, 3)), Q.T]  # some along eigenvectors
    gap = [share * root.value(v) + v @ A @ v / 2 for v in w]
    return factor * curvature(values) * squares(w), np.array(gap)


@the_minimum_has_a_parabola_below.sharp
def the_parabola_itself():
    return 0.5 * 3.0 * 2.0**2, 3.0 * 2.0**2 / 2


the_minimum_has_a_parabola_below.mutant("the half lost", factor=1.0)
the_minimum_has_a_parabola_below.mutant(r"$\Lambda$ for $\lambda$", curvature=np.max)


@claim("prop-strongly-convex-minimum", kind="uniqueness", instances=30)
def all_starts_find_the_same_minimum(rng, low=1.0):
    r"""From two starts descent ends at one point, where $\grad f = 0$."""
    A, values, Q = spectrum(rng, 3, low=low)
    root = Root(rng)
    root.B -= np.outer(root.B @ Q[:, 0], Q[:, 0])  # flat along one direction
    top = values.max() + np.linalg.norm(root.B, 2) ** 2
    centre, ends = rng.normal(size=3), []

    def gradient(w):
        return A @ (w - centre) + root.gradient(w)

    for start in rng.normal(size=(2, 3)):
        ends += [iterates(GD(lr=1 / top), gradient, start, 1000)[-1]]
    still = max(np.abs(gradient(w)).max() for w in ends)
    return bool(np.abs(ends[0] - ends[1]).max() < 1e-6 and still < 1e-6)


all_starts_find_the_same_minimum.mutant(
    r"convex, not strongly ($\lambda = 0$)", low=0.0
)


@claim("prop-gradient-flow", kind="rate", instances=30)
def the_flow_contracts(rng, exponent=2.0, curvature=np.min):
    r"""$\abs{w(t) - w^*}^2 \le e^{-2\lambda t} \abs{w(0) - w^*}^2$ on quadratics."""
    _, values, Q = spectrum(rng, 4, low=10 ** rng.uniform(-2, 0))
    c = rng.normal(size=4) * rng.choice([0.1, 1.0]) + 3 * np.eye(4)[0]
    t = np.linspace(0, 3 / values[0], 40)
    path = (np.exp(-t[:, None] * values) * c) @ Q.T
    return squares(path), np.exp(-exponent * curvature(values) * t) * squares(c)


@the_flow_contracts.sharp
def the_flow_of_a_round_bowl():
    return np.exp(-0.7) ** 2, np.exp(-2 * 0.7)


the_flow_contracts.mutant(r"$e^{-4\lambda t}$: squared twice", exponent=4.0)
the_flow_contracts.mutant("the mean curvature", curvature=np.mean)


@claim("prop-gradient-flow", kind="identity", instances=30)
def the_value_falls_by_the_squared_slope(rng, factor=1.0):
    r"""$\frac{\dd}{\dd t} f(w(t)) = -\abs{\grad f(w(t))}^2$, by a complex step."""
    _, values, _ = spectrum(rng, 4)
    c, t, h = rng.normal(size=4), rng.uniform(0, 2), 1e-30
    later = c * np.exp(-values * (t + 1j * h))
    speed = np.sum(values * later**2).imag / 2 / h
    return speed, -factor * squares(values * c * np.exp(-values * t))


the_value_falls_by_the_squared_slope.mutant("a half too much", factor=0.5)


def forms(v, secants):
    return np.einsum("ni,ni->n", secants, v)


def lengths(v, secants):
    return np.linalg.norm(secants, axis=1)


@claim("prop-curvature", kind="equivalence", instances=200)
def curvature_bounds_are_gradient_bounds(rng, upper=lengths, lower=forms):
    r"""$\lambda \le D^2f \le \Lambda$ iff the gradient's secants say so."""
    values = rng.uniform(-0.7, 2.0, 2)
    Q = np.linalg.qr(rng.normal(size=(2, 2)))[0]
    A = (Q * values) @ Q.T
    low, high = np.sort(rng.uniform(0.0, 2.2, 2))
    v = np.stack([np.cos(a := np.linspace(0, np.pi, 721)), np.sin(a)], axis=1)
    secants = v @ A  # gradient differences over unit steps
    smooth = upper(v, secants).max() <= high + 1e-5
    strong = lower(v, secants).min() >= low - 1e-5
    truth = bool(values.min() >= low - 1e-5 and values.max() <= high + 1e-5)
    return bool(smooth and strong), truth


curvature_bounds_are_gradient_bounds.mutant(
    r"$\abs{\grad f(x) - \grad f(y)} \ge \lambda \abs{x - y}$", lower=lengths
)
curvature_bounds_are_gradient_bounds.mutant(
    "the mean curvature", upper=lambda v, secants: lengths(v, secants).mean()
)


# --- the descent lemma ------------------------------------------------------


@claim("lem-descent", kind="inequality", instances=100)
def a_parabola_lies_above(rng, half=0.5, form=lambda f, x, v: f.smooth * v @ v):
    r"""$f(y) \le f(x) + \inner{\grad f(x)}{y - x} + \frac\Lambda2 \abs{y - x}^2$."""
    f = Wave(rng)
    x, v = f.start(rng), 0.3 * f.steep
    if rng.random() < 0.5:
        v = rng.normal(size=3) * 10 ** rng.uniform(-1, 0)
    return f.value(x + v), f.value(x) + f.gradient(x) @ v + half * form(f, x, v)


@a_parabola_lies_above.sharp
def a_parabola_is_its_own_bound():
    x, y, big = 1.0, -2.0, 3.0
    return big * y**2 / 2, big * x**2 / 2 + big * x * (y - x) + big * (y - x) ** 2 / 2


a_parabola_lies_above.mutant("a quarter for the half", half=0.25)
a_parabola_lies_above.mutant(
    r"the curvature at $x$ for $\Lambda$", form=lambda f, x, v: f.curvature(x, v)
)


@claim("lem-descent", kind="inequality", instances=100)
def a_step_earns_its_decrease(rng, earned=lambda h: 1 - h / 2):
    r"""$f(w^+) \le f(w) - \tau(1 - \frac{\Lambda\tau}2) \abs{\grad f(w)}^2$."""
    f, h = Wave(rng), rng.uniform(0, 3)  # h = Lambda tau
    w = f.start(rng)
    g, tau = f.gradient(w), h / f.smooth
    return f.value(w - tau * g), f.value(w) - tau * earned(h) * g @ g


@a_step_earns_its_decrease.sharp
def a_step_on_a_parabola():
    big, tau, w = 3.0, 0.2, 5.0
    before, after = big * w**2 / 2, big * ((1 - tau * big) * w) ** 2 / 2
    return after, before - tau * (1 - big * tau / 2) * (big * w) ** 2


a_step_earns_its_decrease.mutant("what the slope promises", earned=lambda h: 1.0)
a_step_earns_its_decrease.mutant(r"one half for every $\tau$", earned=lambda h: 0.5)


@claim("lem-descent", kind="inequality", instances=100)
def the_gradient_is_bounded_by_the_value(rng, two=2.0, power=1.0):
    r"""$\abs{\grad f(w)}^2 \le 2\Lambda (f(w) - f^*)$."""
    f = Root(rng)
    w = f.start(rng)
    return squares(f.gradient(w)) ** power, two * f.smooth * f.value(w)


@the_gradient_is_bounded_by_the_value.sharp
def the_gradient_of_a_parabola():
    return (3.0 * 2.0) ** 2, 2 * 3.0 * (3.0 * 2.0**2 / 2)


the_gradient_is_bounded_by_the_value.mutant("the two lost", two=1.0)
the_gradient_is_bounded_by_the_value.mutant("the square lost", power=0.5)


# --- four theorems ----------------------------------------------------------


def run(f, w0, tau, K=60):
    w = iterates(GD(lr=tau), f.gradient, w0, K)
    values = np.array([f.value(v) for v in w])
    slopes = np.array([squares(f.gradient(v)) for v in w])
    return w, values, slopes


@claim("thm-gd-nonconvex", kind="rate", instances=40)
def some_gradient_is_small(rng, two=2.0, limit=1.0, square=1.0, growth=1):
    r"""$\min_{k<K} \abs{\grad f(w_k)}^2 \le 2(f(w_0) - f^*)/(\tau K)$ for every $K$."""
    f = Wave(rng)
    tau = rng.choice([0.1, 0.5, 1.0]) * limit / f.smooth
    _, values, slopes = run(f, f.start(rng), tau)
    K = np.arange(1, 61)
    least = np.minimum.accumulate(slopes[:-1])
    return least**square, two * values[0] / (tau * K**growth)


@some_gradient_is_small.sharp
def the_first_gradient_of_a_parabola():
    big, w = 3.0, 2.0
    return (big * w) ** 2, 2 * (big * w**2 / 2) / (1 / big)


some_gradient_is_small.mutant("the two lost", two=1.0)
some_gradient_is_small.mutant(r"steps up to $2/\Lambda$", limit=2.0)
some_gradient_is_small.mutant("the gradient, not its square", square=0.5)
some_gradient_is_small.mutant("$K^2$ for $K$", growth=2)


@claim("thm-gd-convex", kind="inequality", instances=100)
def values_fall_like_one_over_k(rng, limit=1.0, square=2, growth=1):
    r"""$f(w_K) - f^* \le \abs{w_0 - w^*}^2/(2\tau K)$, on the worst function too."""
    K, big, far = int(rng.integers(1, 40)), rng.uniform(0.2, 5), rng.uniform(4, 10)
    tau = rng.choice([0.1, 0.5, 1.0]) * limit / big
    e = rng.choice([far / (2 * K * tau * big + 1), far])  # worst, or a parabola
    _, values, _ = run(Huber(big, e), [far], tau, K)
    f = Root(rng)
    step, w0 = rng.uniform(0.1, 1) / f.smooth, 5 * rng.normal(size=3)
    _, others, _ = run(f, w0, step, K)
    bounds = [far**square / (tau * 2), np.linalg.norm(w0) ** square / (step * 2)]
    return np.array([values[-1], others[-1]]), np.array(bounds) / K**growth


values_fall_like_one_over_k.mutant(r"steps up to $2/\Lambda$", limit=2.0)
values_fall_like_one_over_k.mutant("the distance, not its square", square=1)
values_fall_like_one_over_k.mutant("$K^2$ for $K$, without momentum", growth=2)


@claim("thm-gd-strongly-convex", kind="rate", instances=40)
def points_converge_geometrically(
    rng, limit=1.0, factor=lambda tau, values: 1 - tau * values.min()
):
    r"""$\abs{w_k - w^*}^2 \le (1 - \tau\lambda)^k \abs{w_0 - w^*}^2$."""
    A, values, Q = spectrum(rng, 3, low=10 ** rng.uniform(-2, 0))
    root, share = Root(rng), rng.choice([0.0, 1.0])
    top = values.max() + share * root.smooth
    tau = rng.choice([0.2, 0.6, 1.0]) * limit / top
    w0 = rng.normal(size=3) * rng.choice([0.0, 1.0]) + 2 * Q[:, 0] + Q[:, 1]
    w = iterates(GD(lr=tau), lambda w: share * root.gradient(w) + A @ w, w0, 60)
    return squares(w), factor(tau, values) ** np.arange(61) * squares(w0)


points_converge_geometrically.mutant(r"steps up to $2/\Lambda$", limit=2.0)
points_converge_geometrically.mutant(
    r"$\sqrt{\tau\lambda}$ for $\tau\lambda$, the rate of momentum",
    factor=lambda tau, values: 1 - np.sqrt(tau * values.min()),
)
points_converge_geometrically.mutant(
    "the mean curvature", factor=lambda tau, values: 1 - tau * values.mean()
)


@claim("thm-gd-pl", kind="rate", instances=40)
def values_converge_without_convexity(rng, limit=1.0, mu=lambda s: s**2):
    r"""$f(w_k) - f^* \le (1 - \tau\mu)^k (f(w_0) - f^*)$, rank-deficient squares."""
    X = 0.2 * rng.normal(size=(8, 3)) @ rng.normal(size=(3, 6))
    y, (_, s, V) = rng.normal(size=8), np.linalg.svd(X)
    best = np.linalg.lstsq(X, y, rcond=1e-10)[0]
    tau = rng.choice([0.3, 1.0]) * limit / s[0] ** 2
    w0 = best + V[2] + V[5] + rng.choice([0.0, 1.0]) * rng.normal(size=6)
    w0 = w0 + V[0] * rng.choice([0.0, 1.0])
    w = iterates(GD(lr=tau), lambda w: X.T @ (X @ w - y), w0, 60)
    gap = squares((w - best) @ X.T) / 2
    return gap, np.maximum(1 - tau * mu(s[2]), 0) ** np.arange(61) * gap[0]


values_converge_without_convexity.mutant(r"steps up to $2/\Lambda$", limit=2.0)
values_converge_without_convexity.mutant(
    r"$1 - 2\tau\mu$: the half of (H5) lost", mu=lambda s: 2 * s**2
)
values_converge_without_convexity.mutant(
    r"$\sigma_{\min}$ for its square", mu=lambda s: s
)


@claim("thm-gd-pl", kind="rate", instances=30)
def a_function_with_dents(rng, mu=0.17):
    r"""The same for $x^2 + 3\sin^2x$, which is not convex, with $\mu = 0.17$."""
    tau = rng.choice([0.3, 1.0]) / 8
    x = iterates(
        GD(lr=tau), lambda x: 2 * x + 3 * np.sin(2 * x), [rng.normal() * 4], 40
    )
    gap = (x**2 + 3 * np.sin(x) ** 2)[:, 0]
    return gap, (1 - tau * mu) ** np.arange(41) * gap[0]


a_function_with_dents.mutant(r"$\mu = 2$, without the dents", mu=2.0)


@claim("prop-pl-examples", kind="inequality", instances=80)
def least_squares_satisfies_the_inequality(rng, mu=lambda s: s.min() ** 2, half=0.5):
    r"""$\sigma_{\min}^2 (L - L^*) \le \frac12 \abs{\grad L}^2$, whatever the rank."""
    n, d, r = rng.integers(2, 7, 3)
    X = 0.3 * rng.normal(size=(n, r)) @ rng.normal(size=(r, d))
    y, (_, s, V) = rng.normal(size=n), np.linalg.svd(X)
    s = s[s > 1e-9 * s[0]]
    best = np.linalg.lstsq(X, y, rcond=1e-9)[0]
    w = np.r_[rng.normal(size=(20, d)), best[None] + V[len(s) - 1]]
    gap = squares((w - best) @ X.T) / 2
    return mu(s) * gap, half * squares((w @ X.T - y) @ X)


@least_squares_satisfies_the_inequality.sharp
def one_singular_value():
    w, sigma = 3.0, 2.0
    return sigma**2 * (sigma * w) ** 2 / 2, (sigma**2 * w) ** 2 / 2


least_squares_satisfies_the_inequality.mutant(
    "the largest singular value", mu=lambda s: s.max() ** 2
)
least_squares_satisfies_the_inequality.mutant("the square lost", mu=lambda s: s.min())
least_squares_satisfies_the_inequality.mutant("the half halved", half=0.25)


@claim("prop-pl-examples", kind="inequality", instances=60)
def strong_convexity_implies_the_inequality(rng, half=0.5, curvature=np.min):
    r"""$\lambda (f - f^*) \le \frac12 \abs{\grad f}^2$."""
    A, values, Q = spectrum(rng, 3)
    root, share = Root(rng), rng.choice([0.0, 1.0])
    w = np.stack([rng.normal(size=3), Q[:, 0]])
    gap = np.array([share * root.value(v) + v @ A @ v / 2 for v in w])
    slope = np.array([share * root.gradient(v) + A @ v for v in w])
    return curvature(values) * gap, half * squares(slope)


@strong_convexity_implies_the_inequality.sharp
def the_round_bowl():
    return 3.0 * (3.0 * 2.0**2 / 2), (3.0 * 2.0) ** 2 / 2


strong_convexity_implies_the_inequality.mutant("the half halved", half=0.25)
strong_convexity_implies_the_inequality.mutant(
    r"$\Lambda$ for $\lambda$", curvature=np.max
)
