"""Claims of the appendix on calculus (``ch-calculus``): convexity and flows."""

import numpy as np

from claims import claim
from claims.quadrature import NODES, WEIGHTS


def log_sum_exp(rng, d=3):
    """f(x) = log sum_i exp(a_i x + b_i), convex, and its gradient."""
    A, b = 2 * rng.normal(size=(5, d)), rng.normal(size=5)

    def gradient(x):
        p = np.exp(A @ x + b)
        return A.T @ (p / p.sum())

    return (lambda x: np.log(np.exp(A @ x + b).sum())), gradient


@claim("prop-convexity-tests", kind="inequality", instances=200)
def a_convex_function_lies_above_its_tangents(
    rng, slope=lambda grad, x, y: grad(x), lam=0.5
):
    r"""$f(x) + \inner{\grad f(x)}{y - x} + \frac\lambda2\abs{y - x}^2 \le f(y)$."""
    (g, dg), weight = log_sum_exp(rng), rng.exponential()
    x, y = rng.normal(size=(2, 3))

    def f(z):
        return g(z) + 0.5 * weight * z @ z

    tangent = f(x) + slope(lambda z: dg(z) + weight * z, x, y) @ (y - x)
    return tangent + lam * weight * (y - x) @ (y - x), f(y)


a_convex_function_lies_above_its_tangents.mutant(
    "the gradient at $y$", slope=lambda grad, x, y: grad(y)
)
a_convex_function_lies_above_its_tangents.mutant("without the half", lam=1.0)


@a_convex_function_lies_above_its_tangents.sharp
def the_parabola_itself():
    x, y, lam = 1.0, 3.0, 2.0
    return lam * x**2 / 2 + lam * x * (y - x) + lam * (y - x) ** 2 / 2, lam * y**2 / 2


def quadratic(rng):
    """A symmetric matrix without eigenvalues near 0; in half of the cases positive."""
    Q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    values = rng.uniform(0.1, 3, size=3)
    if rng.random() < 0.5:
        values *= rng.choice([-1, 1, 1], size=3)
    return (Q * values) @ Q.T


def midpoints_lie_below(A, rng):
    """Sample pairs of points; the last pair lies along the lowest eigenvector."""
    x, y = rng.normal(size=(2, 200, 3))
    y[-1] = x[-1] + np.linalg.eigh(A)[1][:, 0]

    def f(z):
        return np.sum((z @ A) * z, axis=1)

    return bool(np.all(f((x + y) / 2) <= (f(x) + f(y)) / 2 + 1e-9))


@claim("prop-convexity-tests", kind="equivalence", instances=200)
def convex_exactly_if_the_hessian_is_semidefinite(
    rng, test=lambda A: np.linalg.eigvalsh(A).min() >= 0
):
    r"""The chord lies above the graph iff $\inner{\D^2f(x)v}{v} \ge 0$ for all $v$."""
    A = quadratic(rng)
    return midpoints_lie_below(A, rng), bool(test(A))


convex_exactly_if_the_hessian_is_semidefinite.mutant(
    "a diagonal that is not negative", test=lambda A: np.diag(A).min() >= 0
)
convex_exactly_if_the_hessian_is_semidefinite.mutant(
    "convex along each axis and the diagonal of the cube",
    test=lambda A: np.diag(A).min() >= 0 and A.sum() >= 0,
)


@claim("prop-convexity-tests", kind="equivalence", instances=100)
def the_gradient_of_a_convex_function_is_monotone(
    rng, product=lambda g, h: np.sum(g * h, axis=0)
):
    r"""$\inner{\grad f(x) - \grad f(y)}{x - y} \ge 0$ iff no eigenvalue is negative."""
    A = quadratic(rng)
    values, Q = np.linalg.eigh(A)
    x, y = rng.normal(size=(2, 3, 200))
    x[:, 0] = y[:, 0] + Q[:, 0]  # the worst direction
    gap = product(A @ x - A @ y, x - y)
    return bool(gap.min() > -1e-9), bool(values[0] >= 0)


the_gradient_of_a_convex_function_is_monotone.mutant(
    "each coordinate rises", product=lambda g, h: np.min(g * h, axis=0)
)
the_gradient_of_a_convex_function_is_monotone.mutant(
    "the first coordinate alone", product=lambda g, h: g[0] * h[0]
)


def descend(B, c, x, project=lambda x: x):
    """Minimise |Bx - c|^2/2 by projected steps."""
    tau = 1 / np.linalg.norm(B, 2) ** 2
    for _ in range(3000):
        x = project(x - tau * B.T @ (B @ x - c))
    return x


def stretched(rng, lengths):
    Q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    R, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return (Q * lengths) @ R


@claim("prop-convex-minimisers", kind="equivalence", instances=60)
def no_direction_into_the_set_goes_down(
    rng, test=lambda g, x, corners: np.min((corners - x) @ g) > -1e-7
):
    r"""$x$ minimises over a cube iff $\inner{\grad f(x)}{y - x} \ge 0$ at corners."""
    B, c = stretched(rng, [2.0, 1.0, 0.7]), 2 * rng.normal(size=3)
    best = descend(B, c, np.full(3, 0.5), lambda x: np.clip(x, 0, 1))
    x = best if rng.random() < 0.5 else rng.uniform(size=3)
    corners = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T
    least = np.sum((B @ best - c) ** 2)
    minimal = np.sum((B @ x - c) ** 2) <= least + 1e-9
    return bool(minimal), bool(test(B.T @ (B @ x - c), x, corners))


no_direction_into_the_set_goes_down.mutant(
    "the gradient vanishes", test=lambda g, x, corners: np.abs(g).max() < 1e-7
)
no_direction_into_the_set_goes_down.mutant(
    "the gradient points out of the set",
    test=lambda g, x, corners: np.min((corners - x) @ -g) > -1e-7,
)


@claim("prop-convex-minimisers", kind="uniqueness", instances=20)
def a_strictly_convex_function_has_one_minimiser(rng, lengths=(2.0, 1.0, 0.7)):
    r"""Descent on a strictly convex $\abs{Bx - c}^2$ ends in one point."""
    B, c = stretched(rng, np.array(lengths)), rng.normal(size=3)
    ends = [descend(B, c, rng.normal(size=3)) for _ in range(2)]
    return bool(np.abs(ends[0] - ends[1]).max() < 1e-9)


a_strictly_convex_function_has_one_minimiser.mutant(
    "convex, not strictly", lengths=(2.0, 1.0, 0.0)
)


def corner(rng):
    """f = max of affine functions, three of them active at 0; their slopes."""
    A, b = rng.normal(size=(6, 3)), np.r_[np.zeros(3), -rng.exponential(size=3)]
    return (lambda y: (y @ A.T + b).max(axis=-1)), A[:3]


@claim("prop-subgradient", kind="inequality", instances=200)
def mixtures_of_the_active_slopes_support_the_function(
    rng, weights=lambda rng: rng.dirichlet(np.ones(3))
):
    r"""$f(x) + \inner g{y - x} \le f(y)$ for every mixture $g$ of active slopes."""
    f, slopes = corner(rng)
    y = rng.normal(size=(50, 3)) * 10 ** rng.uniform(-2, 1)
    return y @ (weights(rng) @ slopes), f(y)


mixtures_of_the_active_slopes_support_the_function.mutant(
    "their sum", weights=lambda rng: np.ones(3)
)
mixtures_of_the_active_slopes_support_the_function.mutant(
    "weights of both signs", weights=lambda rng: np.array([1.0, 1.0, -1.0])
)


@mixtures_of_the_active_slopes_support_the_function.sharp
def where_one_slope_rules():
    return 2.0, np.maximum(0.0, 2.0)  # g = 1, ReLU at 2


@claim("prop-subgradient", kind="uniqueness", instances=50)
def a_smooth_point_has_one_subgradient(rng, function=log_sum_exp):
    r"""Every $g \ne \grad f(x)$ violates the inequality at some $y$ near $x$."""
    f, gradient = function(rng)
    x, delta = np.full(3, 0.0), 0.1 * rng.normal(size=3)
    g = gradient(x) + delta
    steps = np.geomspace(1e-4, 1e-1, 20)[:, None] * delta
    return bool(min(f(x + s) - f(x) - g @ s for s in steps) < 0)


a_smooth_point_has_one_subgradient.mutant(
    "also at a corner",
    function=lambda rng: (lambda x: np.abs(x).sum(), lambda x: rng.uniform(-0.3, 0.3)),
)


@claim("prop-subgradient", kind="equivalence", instances=100)
def zero_is_a_subgradient_exactly_at_a_minimum(
    rng, test=lambda a: a.min() <= 0 <= a.max()
):
    r"""$\max_ia_ix$ is least at 0 iff $0 \in [\min a, \max a] = \partial f(0)$."""
    a = rng.normal(size=3) + rng.choice([-1.0, 0.0, 1.0])
    least = min((a * s).max() for s in (-1e-3, 1e-3)) >= 0
    return bool(least), bool(test(a))


zero_is_a_subgradient_exactly_at_a_minimum.mutant(
    "zero is one of the slopes", test=lambda a: bool(np.any(a == 0))
)


def shrink(rng):
    """T(x) = q sin(Rx) + c with R orthogonal, and q; in one case in two linear."""
    q, c = rng.uniform(0.2, 0.95), rng.normal(size=3)
    R, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    if rng.random() < 0.5:
        return (lambda x: q * x + c), q
    return (lambda x: q * np.sin(R @ x) + c), q


def orbit(T, x, steps):
    points = [x]
    for _ in range(steps):
        points.append(T(points[-1]))
    return np.array(points)


@claim("thm-contraction", kind="rate", instances=40)
def the_error_shrinks_by_the_factor(rng, factor=lambda q: q):
    r"""$d(T^kx, x^*) \le q^k\,d(x, x^*)$ for $k \le 20$."""
    T, q = shrink(rng)
    path = orbit(T, 3 * rng.normal(size=3), 2000)
    errors = np.linalg.norm(path - path[-1], axis=1)[:21]
    return errors, factor(q) ** np.arange(21) * errors[0] + 1e-13


the_error_shrinks_by_the_factor.mutant("squared", factor=lambda q: q * q)


@claim("thm-contraction", kind="rate", instances=40)
def the_first_step_bounds_the_error(rng, constant=lambda q: 1 / (1 - q)):
    r"""$d(T^kx, x^*) \le \frac{q^k}{1 - q}\,d(x, Tx)$ for $k \le 20$."""
    T, q = shrink(rng)
    path = orbit(T, 3 * rng.normal(size=3), 2000)
    errors = np.linalg.norm(path - path[-1], axis=1)[:21]
    first = np.linalg.norm(path[1] - path[0])
    return errors, constant(q) * q ** np.arange(21) * first + 1e-13


the_first_step_bounds_the_error.mutant("the first step alone", constant=lambda q: 1.0)


@the_first_step_bounds_the_error.sharp
def a_linear_contraction():
    q, x, k = 0.8, 5.0, 7
    return q**k * x, q**k / (1 - q) * abs(x - q * x)


def loss(rng):
    """A term rho >= 0 that is taken away, and its integral against e^{b(t - s)}."""
    size, speed = rng.exponential(), rng.uniform(1, 6)

    def rho(s):
        return size * (1 + np.cos(speed * s))

    def integral(b, t):
        s = t * NODES
        return t * WEIGHTS @ (np.exp(b * (t - s)) * rho(s))

    return rho, integral


@claim("lem-gronwall", kind="inequality", instances=200)
def the_differential_inequality_bounds_the_growth(
    rng, growth=lambda b, t: np.exp(b * t), gain=lambda b, t: np.expm1(b * t) / b
):
    r"""$u' \le \beta u + \gamma$ bounds $u$ by the solution of the equation."""
    b, gamma, u0 = rng.normal(size=3)
    _, integral = loss(rng)
    t, share = rng.uniform(0, 2), rng.choice([0.0, 1.0])
    solution = np.exp(b * t) * u0 + gamma * np.expm1(b * t) / b
    bound = growth(b, t) * u0 + gamma * gain(b, t)
    return solution - share * integral(b, t), bound


the_differential_inequality_bounds_the_growth.mutant(
    "not divided by $\\beta$", gain=lambda b, t: np.expm1(b * t)
)
the_differential_inequality_bounds_the_growth.mutant(
    "half the exponent", growth=lambda b, t: np.exp(b * t / 2)
)


@the_differential_inequality_bounds_the_growth.sharp
def the_equation_itself():
    t, b, u0, gamma = 1.5, -0.7, 2.0, 0.3
    u = (u0 + gamma / b) * np.exp(b * t) - gamma / b
    return u, np.exp(b * t) * u0 + np.expm1(b * t) / b * gamma


@claim("lem-gronwall", kind="inequality", instances=200)
def the_integral_inequality_bounds_the_growth(rng, sign=1.0):
    r"""$u \le a + \beta\int_0^tu$ gives $u(t) \le a\,e^{\beta t}$."""
    a, b, t = rng.normal(), sign * rng.exponential(), rng.uniform(0, 2)
    rho, integral = loss(rng)
    # w' = a + b w - rho for w the integral of u, so u = a e^{bt} - b (...) - rho
    u = a * np.exp(b * t) - b * integral(b, t) - rho(t)
    return u, a * np.exp(b * t)


the_integral_inequality_bounds_the_growth.mutant(r"$\beta < 0$", sign=-1.0)


@the_integral_inequality_bounds_the_growth.sharp
def pure_growth():
    a, b, s = 2.0, 0.6, 1.5 * NODES
    integral = 1.5 * WEIGHTS @ (a * np.exp(b * s))
    return a + b * integral, a * np.exp(b * 1.5)


def flow(M, t):
    """e^{tM}: Taylor's series of a small matrix, squared ten times."""
    small, total = t * M / 1024, np.eye(len(M))
    term = total
    for k in range(1, 14):
        term = term @ small / k
        total = total + term
    for _ in range(10):
        total = total @ total
    return total


@claim("thm-picard-lindelof", kind="inequality", instances=100)
def solutions_part_at_most_exponentially(rng, lip=lambda M: np.linalg.norm(M, 2)):
    r"""$\abs{x(t) - y(t)} \le e^{\Lambda t}\abs{x(0) - y(0)}$ for $\dot x = Mx$."""
    M, gap = rng.normal(size=(3, 3)), rng.normal(size=3)
    if rng.random() < 0.5:
        M = np.triu(M)
    t = rng.uniform(0, 1)
    apart = np.linalg.norm(flow(M, t) @ gap)
    return apart, np.exp(lip(M) * t) * np.linalg.norm(gap)


solutions_part_at_most_exponentially.mutant(
    "the largest eigenvalue", lip=lambda M: np.abs(np.linalg.eigvals(M)).max()
)


@solutions_part_at_most_exponentially.sharp
def the_same_rate_in_all_directions():
    return np.linalg.norm(flow(0.8 * np.eye(2), 1.0) @ [3.0, 4.0]), np.exp(0.8) * 5.0


def lipschitz(rng):
    a, b = rng.uniform(0.3, 2, size=2)
    return lambda x: a * np.sin(b * x) + 0.5


def root(rng):
    c = rng.uniform(1, 2)
    return lambda x: c * np.sqrt(np.abs(x))


@claim("thm-picard-lindelof", kind="uniqueness", instances=20)
def iterated_integrals_forget_where_they_began(rng, field=lipschitz):
    r"""$\int_0^tF(x(s))\dd s$, iterated from the curves $0$ and $t^2$, ends in one."""
    F, t = field(rng), np.linspace(0, 2, 401)
    curves = np.stack([0 * t, t**2])
    for _ in range(60):
        slopes = F(curves)
        steps = (slopes[:, 1:] + slopes[:, :-1]) / 2 * t[1]
        curves = np.hstack([np.zeros((2, 1)), np.cumsum(steps, axis=1)])
    return bool(np.abs(curves[0] - curves[1]).max() < 1e-9)


iterated_integrals_forget_where_they_began.mutant(
    r"$c\sqrt{\abs x}$ is continuous", field=root
)
