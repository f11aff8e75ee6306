"""Claims of the chapter on gradient descent: quadratics, line search, saddles."""

import numpy as np

from claims import claim
from claims.functions import Huber, Root, Wave, spectrum, squares
from mmdl.optim import GD, armijo, iterates

# --- quadratics -------------------------------------------------------------


@claim("thm-gd-quadratic", kind="identity", instances=60)
def each_coordinate_is_geometric(rng, factor=lambda tau, a: 1 - tau * a):
    r"""$w_k - w^* = (I - \tau A)^k (w_0 - w^*)$, in the eigenvectors of $A$."""
    A, values, Q = spectrum(rng, 4)
    tau, k = rng.uniform(0.01, 2.0) / 8, int(rng.integers(1, 30))
    best, c = rng.normal(size=4), rng.normal(size=4)
    w = iterates(GD(lr=tau), lambda w: A @ (w - best), best + Q @ c, k)[-1]
    return w, best + Q @ (factor(tau, values) ** k * c)


each_coordinate_is_geometric.mutant(
    r"the flow, $e^{-\tau\alpha}$", factor=lambda tau, a: np.exp(-tau * a)
)
each_coordinate_is_geometric.mutant(
    r"$\abs{1 - \tau\alpha}$: no change of sign", factor=lambda tau, a: abs(1 - tau * a)
)


@claim("thm-gd-quadratic", kind="identity", instances=60)
def the_worst_factor_is_rho(rng, rho=lambda low, high: max(abs(low), abs(high))):
    r"""The spectral norm of $I - \tau A$ is $\rho(\tau)$."""
    A, values, _ = spectrum(rng, 5)
    tau = rng.uniform(0.01, 0.5)
    ends = 1 - tau * values.min(), 1 - tau * values.max()
    return np.linalg.norm(np.eye(5) - tau * A, 2) - rho(*ends)


the_worst_factor_is_rho.mutant("without absolute values", rho=max)
the_worst_factor_is_rho.mutant("the flat end alone", rho=lambda low, high: abs(low))


@claim("thm-gd-quadratic", kind="equivalence", instances=60)
def the_cliff_stands_at_two_over_lambda(rng, cliff=lambda values: 2 / values.max()):
    r"""$w_k \to w^*$ from everywhere iff $\tau < 2/\Lambda$."""
    A, values, _ = spectrum(rng, 3, low=1.0)
    tau = rng.choice([0.6, 0.98, 1.02, 1.2]) * 2 / values.max()
    w = iterates(GD(lr=tau), lambda w: A @ w, rng.normal(size=3), 300)[-1]
    return bool(np.linalg.norm(w) < 1e-3), bool(tau < cliff(values))


the_cliff_stands_at_two_over_lambda.mutant(
    r"at $1/\Lambda$", cliff=lambda values: 1 / values.max()
)
the_cliff_stands_at_two_over_lambda.mutant(
    r"at $2/\lambda$", cliff=lambda values: 2 / values.min()
)
the_cliff_stands_at_two_over_lambda.mutant(
    r"the mean of $2/\lambda$ and $2/\Lambda$",
    cliff=lambda values: 1 / values.min() + 1 / values.max(),
)


@claim("thm-gd-quadratic", kind="inequality", instances=60)
def the_best_step_lies_between(rng, best=lambda a, b: 2 / (a + b)):
    r"""$\frac{\kappa - 1}{\kappa + 1} \le \rho(\tau)$, equal at the best step."""
    a, b = np.sort(rng.uniform(0.1, 10, 2))

    def rho(tau):
        return np.maximum(abs(1 - tau * a), abs(1 - tau * b))

    floor = (b - a) / (b + a)
    taus = rng.uniform(0, 3 / b, 50)
    return np.r_[np.full(50, floor), rho(best(a, b))], np.r_[rho(taus), floor]


the_best_step_lies_between.mutant(r"$1/\Lambda$", best=lambda a, b: 1 / b)
the_best_step_lies_between.mutant("the two lost", best=lambda a, b: 1 / (a + b))
the_best_step_lies_between.mutant(
    "the geometric mean", best=lambda a, b: 1 / np.sqrt(a * b)
)


@the_best_step_lies_between.sharp
def at_condition_nine():
    return 0.8, max(abs(1 - 0.2 * 1), abs(1 - 0.2 * 9))


# --- backtracking -----------------------------------------------------------


def search(f, w, c, beta, start, K):
    """K steps with Armijo's rule; points, values, squared slopes, accepted steps."""
    path, steps = [np.array(w, dtype=float)], []
    for _ in range(K):
        g = f.gradient(path[-1])
        if not g.any():  # at the minimum every trial is accepted
            steps.append(start)
            path.append(path[-1])
            continue
        found = armijo(f.value, path[-1], -g, -g @ g, tau=start, c=c, factor=beta)
        steps.append(found)
        path.append(path[-1] - found * g)
    values = np.array([f.value(v) for v in path])
    slopes = np.array([squares(f.gradient(v)) for v in path])
    return path, values, slopes, np.array(steps)


def shortest(start, c, beta, big):
    return min(start, 2 * (1 - c) * beta / big)


@claim("thm-armijo", kind="inequality", instances=100)
def the_accepted_step_is_not_too_short(rng, least=shortest):
    r"""$\min\set{\tau_0, 2(1 - c)\beta/\Lambda} \le \tau_k$."""
    f, c, beta = Wave(rng), rng.uniform(0.05, 0.95), rng.uniform(0.2, 0.9)
    start = 10 ** rng.uniform(-2, 1)
    steps = search(f, f.start(rng), c, beta, start, 1)[-1]
    return least(start, c, beta, f.smooth), steps[0]


@the_accepted_step_is_not_too_short.sharp
def refused_by_a_hair():
    c, beta = 0.3, 0.5
    start = 2 * (1 - c) * 1.001
    steps = search(Huber(1.0, np.inf), [1.0], c, beta, start, 1)[-1]
    return shortest(start, c, beta, 1.0), steps[0]


the_accepted_step_is_not_too_short.mutant(
    r"$\beta$ lost", least=lambda start, c, beta, big: shortest(start, c, 1.0, big)
)
the_accepted_step_is_not_too_short.mutant(
    "$c$ for $1 - c$",
    least=lambda start, c, beta, big: shortest(start, 1 - c, beta, big),
)


@claim("thm-armijo", kind="rate", instances=40)
def backtracking_makes_gradients_small(rng, share=lambda c: c, square=1.0):
    r"""$\min_{k<K} \abs{g_k}^2 \le (f(w_0) - f^*)/(c\,\tau_{\min} K)$."""
    f, c, beta = Wave(rng), rng.choice([0.2, 0.5]), rng.choice([0.5, 0.95])
    start = rng.choice([1.0, 4.0]) / f.smooth
    _, values, slopes, _ = search(f, f.start(rng), c, beta, start, 25)
    least = np.minimum.accumulate(slopes[:-1])
    bound = values[0] / (share(c) * shortest(start, c, beta, f.smooth))
    return least**square, bound / np.arange(1, 26)


@backtracking_makes_gradients_small.sharp
def one_step_with_half_the_share():
    c, beta = 0.5, 0.995
    _, values, slopes, _ = search(Huber(1.0, np.inf), [1.0], c, beta, beta, 1)
    return slopes[0], values[0] / (c * shortest(beta, c, beta, 1.0))


backtracking_makes_gradients_small.mutant("$c$ lost", share=lambda c: 1.0)
backtracking_makes_gradients_small.mutant("the gradient, not its square", square=0.5)


@claim("thm-armijo", kind="inequality", instances=60)
def backtracking_on_convex_functions(rng, c=(0.5, 0.7)):
    r"""$f(w_K) - f^* \le \abs{w_0 - w^*}^2/(2\tau_{\min}K)$ if $c \ge \frac12$."""
    c, beta = rng.choice(c), rng.choice([0.5, 0.95])
    f, K = rng.choice([Huber(1.0, np.inf), Root(rng)]), int(rng.integers(1, 20))
    w0 = [3.0] if isinstance(f, Huber) else 3 * rng.normal(size=3)
    start = rng.choice([2 * (1 - c), 5.0]) / f.smooth
    path, values, _, _ = search(f, w0, c, beta, start, K)
    bound = squares(path[0]) / (2 * shortest(start, c, beta, f.smooth) * K)
    return values[-1], bound


backtracking_on_convex_functions.mutant(r"$c$ below one half", c=(0.05, 0.1))


@claim("thm-armijo", kind="rate", instances=40)
def backtracking_under_the_inequality(rng, share=lambda c: c):
    r"""$f(w_k) - f^* \le (1 - 2c\mu\tau_{\min})^k (f(w_0) - f^*)$ on parabolas."""
    big, c, beta = rng.uniform(0.5, 5), rng.uniform(0.2, 0.6), rng.uniform(0.3, 0.9)
    start = 10 ** rng.uniform(-2, 1) / big
    _, values, _, _ = search(Huber(big, np.inf), [1.0], c, beta, start, 20)
    factor = 1 - 2 * share(c) * big * shortest(start, c, beta, big)
    return values, max(factor, 0.0) ** np.arange(21) * values[0]


backtracking_under_the_inequality.mutant("$c$ lost", share=lambda c: 1.0)
backtracking_under_the_inequality.mutant("$1 - c$ for $c$", share=lambda c: 1 - c)


# --- saddles ----------------------------------------------------------------


@claim("thm-saddle-quadratic", kind="equivalence", instances=60)
def only_the_stable_subspace_converges(rng, stable=lambda a: a > 0):
    r"""$w_k \to 0$ iff $w_0 \in E_+$."""
    alpha = np.array([2.0, 1.0, -0.5, -1.5])
    start = rng.normal(size=4) * rng.permuted([1, 0, 1, 0])
    if rng.random() < 0.5:
        start[alpha < 0] = 0.0
    w = iterates(GD(lr=rng.uniform(0.1, 0.45)), lambda w: alpha * w, start, 400)[-1]
    return bool(np.linalg.norm(w) < 1.0), bool(np.all(start[~stable(alpha)] == 0))


only_the_stable_subspace_converges.mutant(
    "a mild negative curvature does no harm", stable=lambda a: a > -1.0
)
only_the_stable_subspace_converges.mutant("$E_-$ for $E_+$", stable=lambda a: a < 0)


@claim("thm-avoid-saddles", kind="existence", instances=60)
def a_random_start_avoids_the_saddles(rng, place=lambda w0: w0):
    r"""$\sum_i (1 - \cos w_i)$ has saddles and maxima; a random start ends at none."""
    w0 = place(rng.uniform(-6, 6, 4))
    w = iterates(GD(lr=rng.uniform(0.2, 0.9)), np.sin, w0, 3000)[-1]
    return bool(np.abs(np.sin(w)).max() < 1e-9 and np.cos(w).min() > 0)


a_random_start_avoids_the_saddles.mutant(
    "a start on the ridge", place=lambda w0: np.r_[np.pi, w0[1:]]
)


# --- two tools --------------------------------------------------------------


@claim("prop-cocoercive", kind="inequality", instances=100)
def gradients_cocoerce(rng, family=Root, over=1.0):
    r"""$\frac1\Lambda \abs{g - h}^2 \le \inner{g - h}{x - y}$ for two gradients."""
    f = family(rng)
    x, y = f.start(rng), f.start(rng) * rng.uniform(-1, 0)
    difference = f.gradient(x) - f.gradient(y)
    return over * squares(difference) / f.smooth, difference @ (x - y)


@gradients_cocoerce.sharp
def the_gradients_of_a_parabola():
    big, x, y = 3.0, 1.0, -2.0
    return (big * (x - y)) ** 2 / big, big * (x - y) * (x - y)


gradients_cocoerce.mutant("smooth, not convex", family=Wave)
gradients_cocoerce.mutant(r"$2/\Lambda$ for $1/\Lambda$", over=2.0)


def onto_ball(x):
    return x / max(1.0, np.linalg.norm(x))


def onto_box(x):
    return np.clip(x, -0.6, 0.6)


@claim("lem-projection", kind="inequality", instances=100)
def a_projection_comes_nearer(rng, project=(onto_ball, onto_box), square=2):
    r"""$\inner{x-p}{z-p} \le 0$, $\abs{p-z}^2 \le \abs{x-z}^2 - \abs{x-p}^2$."""
    convex = rng.integers(2)  # the ball or the box
    x = rng.normal(size=3) * 10 ** rng.uniform(-1, 1)
    p = project[convex](x)
    z = (onto_ball, onto_box)[convex](rng.normal(size=(50, 3)).T[:, 0])
    small = [(x - p) @ (z - p), np.linalg.norm(p - z) ** square]
    large = np.linalg.norm(x - z) ** square - np.linalg.norm(x - p) ** square
    return np.array(small), np.array([0.0, large])


@a_projection_comes_nearer.sharp
def a_right_angle_at_the_box():
    x, z = np.array([2.0, 0.0]), np.array([0.6, 0.6])
    p = onto_box(x)
    return squares(p - z), squares(x - z) - squares(x - p)


a_projection_comes_nearer.mutant("lengths for their squares", square=1)
a_projection_comes_nearer.mutant(
    "onto the sphere, which is not convex",
    project=(lambda x: x / np.linalg.norm(x), onto_box),
)
a_projection_comes_nearer.mutant(
    "the box by rescaling",
    project=(onto_ball, lambda x: x / max(1, abs(x).max() / 0.6)),
)


@claim("prop-projected-gd", kind="inequality", instances=60)
def projected_values_fall(rng, limit=1.0, square=2, growth=1):
    r"""$f(w_K) - f(w^*) \le \abs{w_0 - w^*}^2/(2\tau K)$ on balls and intervals."""
    K, far = int(rng.integers(1, 40)), rng.uniform(4, 10)
    A, values, _ = spectrum(rng, 4)
    centre, tau, w = rng.normal(size=4) * 3, 1 / values.max(), np.zeros(4)

    def f(w):
        return (w - centre) @ A @ (w - centre) / 2

    w0, ends = onto_ball(rng.normal(size=4)), []
    for k in range(3000):
        ends += [w] if k == K else []
        w = onto_ball(
            (w0 if k == 0 else w) - tau * A @ ((w0 if k == 0 else w) - centre)
        )
    step = rng.choice([0.5, 1.0]) * limit
    line = Huber(1.0, rng.choice([far / (2 * K * step + 1), far]))
    v = np.array([far])
    for _ in range(K):  # on the interval [-far, far]
        v = np.clip(v - step * line.gradient(v), -far, far)
    small = np.array([f(ends[0]) - f(w), line.value(v)])
    away = np.linalg.norm(w0 - w) ** square / tau, far**square / step
    return small, np.array(away) / (2 * K**growth)


projected_values_fall.mutant(r"steps up to $2/\Lambda$", limit=2.0)
projected_values_fall.mutant("the distance, not its square", square=1)
projected_values_fall.mutant("$K^2$ for $K$", growth=2)
