"""Logistic regression: Newton's method, descent on separable data, the penalty."""

import numpy as np

from claims import claim, design
from claims.binary_tables import BEND, LOG2, labels, overlapping
from claims.generate import full_rank, kernel_vector
from claims.separability import completely_separable, integer_table, separable
from mmdl import stats

# --- prop-irls --------------------------------------------------------------


@claim("prop-irls", kind="identity", instances=100)
def a_newton_step_is_a_weighted_fit(
    rng, target=lambda r, omega: r / omega, weight=lambda p: p * (1 - p)
):
    r"""The step from $w$ is the fit to $z_i = x_iw + (y_i - p_i)/\omega_i$."""
    X = full_rank(rng)
    y, w = labels(rng, X), 0.3 * rng.standard_normal(X.shape[1])
    p = stats.sigmoid(X @ w)
    H, g = stats.logistic_hessian(X, w), stats.logistic_gradient(X, y, w)
    z = X @ w + target(y - p, p * (1 - p))
    fitted = stats.least_squares(X, z, weights=weight(p)).coef
    return fitted, w - np.linalg.solve(H, g)


a_newton_step_is_a_weighted_fit.mutant("plain residuals", target=lambda r, omega: r)
a_newton_step_is_a_weighted_fit.mutant("the weights $p_i$", weight=lambda p: p)


@claim("prop-irls", kind="inequality", instances=200)
def the_hessian_changes_slowly(
    rng, constant=BEND, reach=lambda X: np.linalg.norm(X, axis=1).max()
):
    r"""$\|D^2L(v) - D^2L(w)\|_2 \le \Gamma |v - w|$."""
    X = 4 * design(rng) if rng.random() < 0.5 else design(rng)
    w = rng.standard_normal(X.shape[1])
    v = w + 0.1 * rng.standard_normal(X.shape[1])
    change = stats.logistic_hessian(X, v) - stats.logistic_hessian(X, w)
    Gamma = constant * np.linalg.norm(X, 2) ** 2 * reach(X)
    return np.linalg.norm(change, 2), Gamma * np.linalg.norm(v - w)


the_hessian_changes_slowly.mutant("a twelfth", constant=1 / 12)
the_hessian_changes_slowly.mutant(
    "the shortest row", reach=lambda X: np.linalg.norm(X, axis=1).min()
)


@the_hessian_changes_slowly.sharp
def one_sample_at_the_steepest_place():
    X, q = np.array([[2.0]]), (3 + np.sqrt(3)) / 6
    w = np.array([np.log(q / (1 - q)) / 2])
    v = w + 1e-3
    change = stats.logistic_hessian(X, v) - stats.logistic_hessian(X, w)
    return np.abs(change).max(), 4 * 2 * 1e-3 * BEND


# --- thm-newton -------------------------------------------------------------
# The worst functions: f'' = lambda - Gamma |w| near 0, a sum over the coordinates.


def newton_walk(lam, Gamma, w, steps=5):
    """Distances to the minimum 0 along Newton's method."""
    walk = [w]
    for _ in range(steps):
        slope = lam * w - Gamma * w * np.abs(w) / 2
        w = w - slope / (lam - Gamma * np.abs(w))
        walk.append(w)
    return np.linalg.norm(walk, axis=1)


def worst_function(rng, radius):
    """Curvatures >= lam, changes of curvature <= Gamma, and a start."""
    m = int(rng.integers(1, 4))
    lam, Gamma = rng.uniform(0.5, 2.0, m), rng.uniform(0.5, 2.0, m)
    j = int(rng.integers(m))
    lam[j], Gamma[j] = lam.min(), Gamma.max()
    direction = 0.1 * rng.standard_normal(m) * (rng.random() < 0.5)
    direction[j] = 1.0
    direction /= np.linalg.norm(direction)
    return lam, Gamma, radius * lam.min() / Gamma.max() * direction


@claim("thm-newton", kind="rate", instances=60)
def the_error_is_squared(rng, factor=1.0, radius=0.5):
    r"""$|w_{k+1} - w^*| \le \frac\Gamma\lambda |w_k - w^*|^2$ from a start in $B$."""
    lam, Gamma, start = worst_function(rng, radius * rng.uniform(0.9, 1.0))
    off = newton_walk(lam, Gamma, start)
    return off[1:], factor * Gamma.max() / lam.min() * off[:-1] ** 2


the_error_is_squared.mutant(r"$\Gamma / 2\lambda$ from the start", factor=0.5)
the_error_is_squared.mutant("a ball with a radius a fifth larger", radius=0.6)


@the_error_is_squared.sharp
def from_the_edge_of_the_ball():
    off = newton_walk(np.ones(1), np.ones(1), np.array([0.5]))
    return off[1], off[0] ** 2


@claim("thm-newton", kind="rate", instances=60)
def the_digits_double(rng, exponent=lambda k: 2.0**k, radius=0.5):
    r"""$|w_k - w^*| \le \frac\lambda\Gamma 2^{-2^k}$."""
    lam, Gamma, start = worst_function(rng, radius * rng.uniform(0.9, 1.0))
    k = np.arange(6)
    bound = lam.min() / Gamma.max() * 2.0 ** -exponent(k)
    return newton_walk(lam, Gamma, start), bound


the_digits_double.mutant(
    "the exponent of the next step", exponent=lambda k: 2.0 ** (k + 1)
)
the_digits_double.mutant("a ball with a radius a fifth larger", radius=0.6)


# --- thm-separable-descent --------------------------------------------------


def separated(rng, m=3):
    """A table, its classes, and the least margin of the direction (1, 0, ...)."""
    X = rng.standard_normal((int(rng.integers(1, 12)), m))
    X[:, 0] += np.sign(X[:, 0]) * 0.05
    gamma = np.abs(X[:, 0]).min()
    return X, (X[:, 0] > 0).astype(int), gamma


def descent(X, y, tau, steps):
    w, walk = np.zeros(X.shape[1]), []
    s = 2 * y - 1
    for _ in range(steps):
        walk.append(w)
        w = w + tau * X.T @ (s * stats.sigmoid(-s * (X @ w)))
    return np.array(walk)


def after(X, y, tau, k, times):
    r"""$L(w_k) - L(v)$ and $|v|^2/(c\tau k)$, $c$ = times, for the worst $v$."""
    w = descent(X, y, tau, k + 1)[k]
    v = stats.logistic_regression(X, y, alpha=2 / (times * tau * k)).coef
    gap = stats.logistic_loss(X, y, w) - stats.logistic_loss(X, y, v)
    return gap, v @ v / (times * tau * k)


@claim("thm-separable-descent", kind="inequality", instances=200)
def descent_compares_with_every_point(rng, times=4.0, shortest=0.01, longest=1.0):
    r"""$L(w_k) - L(v) \le |v|^2/(4\tau k)$, whether or not something separates."""
    X, k = design(rng), int(rng.integers(1, 20))
    tau = shortest * (longest / shortest) ** rng.random() * 4
    return after(X, labels(rng, X), tau / np.linalg.norm(X, 2) ** 2, k, times)


descent_compares_with_every_point.mutant("$4.1$ for 4", times=4.1)
descent_compares_with_every_point.mutant("$8$ for 4", times=8.0)
descent_compares_with_every_point.mutant(
    r"steps up to $2/\Lambda$", shortest=1.5, longest=2.0
)


@descent_compares_with_every_point.sharp
def a_few_short_steps():
    X, y = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 1.0]]), np.array([1, 0, 1])
    return after(X, y, 1e-4, 5, 4.0)


@claim("thm-separable-descent", kind="rate", instances=20)
def the_loss_falls_like_one_over_k(
    rng, cost=lambda k, tau, gamma: np.log(k) ** 2 / (4 * tau * gamma**2)
):
    r"""$L(w_k) \le \frac1k (N + (\log k)^2 / 4\tau\gamma^2)$ for $k \ge 1$."""
    X, y, gamma = separated(rng)
    tau = rng.uniform(0.05, 1.0) * 4 / np.linalg.norm(X, 2) ** 2
    walk = descent(X, y, tau, 2000)
    k = np.unique(np.geomspace(1, 1999, 40).astype(int))
    loss = np.array([stats.logistic_loss(X, y, w) for w in walk[k]])
    return loss, (len(X) + cost(k, tau, gamma)) / k


the_loss_falls_like_one_over_k.mutant(
    "the way to the comparison point costs nothing", cost=lambda k, tau, gamma: 0 * k
)
the_loss_falls_like_one_over_k.mutant(
    r"$\tau$ on the wrong side",
    cost=lambda k, tau, gamma: tau * np.log(k) ** 2 / (4 * gamma**2),
)
the_loss_falls_like_one_over_k.mutant(
    "the margin forgotten", cost=lambda k, tau, gamma: np.log(k) ** 2 / (4 * tau)
)


@claim("thm-separable-descent", kind="inequality", instances=100)
def small_losses_need_long_weights(
    rng, radius=lambda X: np.linalg.norm(X, axis=1).max(), per_sample=LOG2
):
    r"""$\frac1R \log(N \log 2 / L(w)) \le |w|$."""
    X, y, _ = separated(rng)
    w = np.r_[rng.exponential(2.0), 0, 0] if rng.random() < 0.9 else np.zeros(3)
    bound = np.log(len(X) * per_sample / stats.logistic_loss(X, y, w)) / radius(X)
    return bound, np.linalg.norm(w)


small_losses_need_long_weights.mutant(
    "the shortest row", radius=lambda X: np.linalg.norm(X, axis=1).min()
)
small_losses_need_long_weights.mutant("1 for log 2", per_sample=1.0)


@small_losses_need_long_weights.sharp
def one_sample_far_on_its_side():
    X, w = np.array([[1.0]]), np.array([100.0])
    return np.log(np.log(2) / stats.logistic_loss(X, [1], w)), 100.0


# --- thm-max-margin ---------------------------------------------------------


def widest(X, y):
    """The shortest vector with all margins >= 1, in the plane, by looking around."""
    angle = np.linspace(0, 2 * np.pi, 20_001)
    fan = np.stack([np.cos(angle), np.sin(angle)])
    margin = stats.margins(X, y, fan).min(axis=0)
    return fan[:, margin.argmax()] / margin.max()


def unit(v):
    return v / np.linalg.norm(v)


@claim("thm-max-margin", kind="existence", instances=4)
def the_weights_grow_along_the_widest_margin(rng, limit=widest):
    r"""$(w_{2k} - w_k) / \log 2$ is near $\hat w$ (to 20 %) for $k = 8000$."""
    X = rng.standard_normal((6, 2))
    X[:, 0] += 0.5 * np.sign(X[:, 0])
    y = (X[:, 0] > 0).astype(int)
    walk = descent(X, y, 7.6 / np.linalg.norm(X, 2) ** 2, 16_001)
    grown, wanted = (walk[16_000] - walk[8_000]) / np.log(2), limit(X, y)
    return bool(np.linalg.norm(grown - wanted) < 0.2 * np.linalg.norm(wanted))


the_weights_grow_along_the_widest_margin.mutant(
    "a vector of length 1", limit=lambda X, y: unit(widest(X, y))
)
the_weights_grow_along_the_widest_margin.mutant(
    "the direction of the mean, with the right length",
    limit=lambda X, y: np.hypot(*widest(X, y)) * unit((2 * y - 1) @ X),
)


# --- prop-logistic-ridge ----------------------------------------------------


RHO = 0.25  # the solution of rho e^(1 + rho) = 1, by iteration
for _ in range(40):
    RHO = np.exp(-1 - RHO)


@claim("prop-logistic-ridge", kind="inequality", instances=100)
def curvature_and_length_are_bounded(rng, quarter=0.25, length=RHO):
    r"""$\alpha \le D^2L_\alpha \le \alpha + \|X\|^2/4$, $\alpha|w|^2 \le \rho N$."""
    X, alpha = design(rng), 10.0 ** rng.uniform(-3, 2)
    y = labels(rng, X)
    w = stats.logistic_regression(X, y, alpha=alpha).coef
    near = 0.1 * rng.standard_normal(X.shape[1])
    H = stats.logistic_hessian(X, near) + alpha * np.eye(X.shape[1])
    bends = np.linalg.eigvalsh(H)
    top = alpha + quarter * np.linalg.norm(X, 2) ** 2
    small = [alpha, bends[-1], alpha * w @ w]
    return np.array(small), np.array([bends[0], top, length * len(X)])


curvature_and_length_are_bounded.mutant("one eighth", quarter=0.125)
curvature_and_length_are_bounded.mutant("a quarter for the length", length=0.25)


@curvature_and_length_are_bounded.sharp
def one_sample_with_the_worst_penalty():
    alpha = 4 * RHO / (1 + RHO) ** 2  # the margin of the sample 2 is then 1 + rho
    w = stats.logistic_regression([[2.0]], [1], alpha=alpha).coef
    return alpha * w @ w, RHO


@claim("prop-logistic-ridge", kind="existence", instances=40)
def small_penalties_find_the_shortest_minimiser(
    rng, shortest=lambda X, w: stats.pseudo_inverse(X) @ (X @ w)
):
    r"""$w_\alpha$ tends to the minimiser orthogonal to $\ker X$."""
    X, y = overlapping(rng)
    w = stats.logistic_regression(X, y).coef + kernel_vector(rng, X)
    near = stats.logistic_regression(X, y, alpha=1e-8).coef
    return bool(np.linalg.norm(near - shortest(X, w)) < 1e-4)


small_penalties_find_the_shortest_minimiser.mutant(
    "some minimiser", shortest=lambda X, w: w
)


@claim("prop-logistic-ridge", kind="equivalence", instances=150)
def the_weights_grow_without_bound_when_something_separates(rng, apart=separable):
    r"""$|w_\alpha|$ grows by a third from $\alpha = 10^{-5}$ to $10^{-10}$ iff so."""
    X, y = integer_table(rng)
    long, short = (
        np.linalg.norm(stats.logistic_regression(X, y, alpha=alpha).coef)
        for alpha in (1e-10, 1e-5)
    )
    return bool(long > 4 / 3 * short + 0.01), apart(X, 2 * y - 1)


the_weights_grow_without_bound_when_something_separates.mutant(
    "complete separation only", apart=completely_separable
)
