"""Logistic regression: the function, the loss, the existence of its minimum."""

import numpy as np

from claims import claim, design
from claims.binary_tables import BEND, LOG2, labels, overlapping
from claims.generate import full_rank, kernel_vector
from claims.separability import completely_separable, integer_table, separable
from mmdl import data, grad, hessian, stats

TINY = 1e-10  # a penalty that hardly disturbs


# --- prop-logistic-function -------------------------------------------------


@claim("prop-logistic-function", kind="identity", instances=100)
def the_logistic_function_is_the_inverse_of_the_log_odds(
    rng, sigma=stats.sigmoid, zeta=stats.softplus
):
    r"""$\sigma(\logit p) = p$, $\sigma(-t) = 1 - \sigma(t) = e^{-\zeta(t)}$."""
    p, t = rng.uniform(0.001, 0.999), rng.uniform(-20, 20)
    return np.array([
        sigma(np.log(p / (1 - p))) - p,
        sigma(-t) - (1 - sigma(t)),
        -np.log(sigma(t)) - zeta(-t),
        zeta(t) - max(t, 0) - np.log(1 + np.exp(-abs(t))),
    ])  # fmt: skip


the_logistic_function_is_the_inverse_of_the_log_odds.mutant(
    "the slope of tanh", sigma=lambda t: stats.sigmoid(2 * t)
)
the_logistic_function_is_the_inverse_of_the_log_odds.mutant(
    "softplus of $-t$", zeta=lambda t: stats.softplus(-t)
)


def slope(t):
    return grad(stats.sigmoid)(t)


def bend(t):
    return grad(grad(stats.sigmoid))(t)


@claim("prop-logistic-function", kind="inequality", instances=200)
def slope_and_bend_are_bounded(rng, quarter=0.25, second=BEND, most=LOG2):
    r"""$\sigma' \le 1/4$, $|\sigma''| \le 1/6\sqrt3$, $0 \le \zeta - t_+ \le \log2$."""
    t = rng.uniform(-4, 4) * rng.choice([0.001, 1.0, 1.0])
    zeta, hinge = stats.softplus(t), max(t, 0.0)
    small = [slope(t), abs(bend(t)), hinge, zeta]
    return np.array(small), np.array([quarter, second, zeta, hinge + most])


slope_and_bend_are_bounded.mutant("a slope of one fifth", quarter=0.2)
slope_and_bend_are_bounded.mutant("a bend of one twelfth", second=1 / 12)
slope_and_bend_are_bounded.mutant("one half for log 2", most=0.5)


@slope_and_bend_are_bounded.sharp
def at_zero_and_at_the_root():
    q = (3 + np.sqrt(3)) / 6
    root = np.log(q / (1 - q))
    return abs(bend(root)), BEND


# --- prop-logistic-loss -----------------------------------------------------


@claim("prop-logistic-loss", kind="identity", instances=60)
def the_gradient_is_prediction_minus_target(rng, gradient=stats.logistic_gradient):
    r"""$X^\T(\sigma(Xw) - y)$ is the derivative that the engine finds."""
    X = design(rng)
    y, w = labels(rng, X), 2 * rng.standard_normal(X.shape[1])
    exact = grad(lambda w: stats.logistic_loss(X, y, w))(w)
    return gradient(X, y, w), exact


the_gradient_is_prediction_minus_target.mutant(
    "target minus prediction",
    gradient=lambda X, y, w: -stats.logistic_gradient(X, y, w),
)
the_gradient_is_prediction_minus_target.mutant(
    "signs for targets",
    gradient=lambda X, y, w: X.T @ (stats.sigmoid(X @ w) - (2 * y - 1)),
)


@claim("prop-logistic-loss", kind="identity", instances=40)
def the_hessian_is_a_weighted_gram_matrix(rng, curvature=stats.logistic_hessian):
    r"""$X^\T S(w) X$ is the second derivative that the engine finds."""
    X = design(rng)
    y, w = labels(rng, X), 2 * rng.standard_normal(X.shape[1])
    return curvature(X, w), hessian(lambda w: stats.logistic_loss(X, y, w))(w)


the_hessian_is_a_weighted_gram_matrix.mutant(
    r"$\sigma$ for $\sigma'$", curvature=lambda X, w: (X.T * stats.sigmoid(X @ w)) @ X
)


@claim("prop-logistic-loss", kind="inequality", instances=100)
def the_curvature_is_bounded(rng, quarter=0.25):
    r"""$0 \preceq D^2L(w) \preceq \frac14 X^\T X$."""
    X = design(rng)
    w = 0.3 * rng.standard_normal(X.shape[1])
    H = stats.logistic_hessian(X, w)
    rest = np.linalg.eigvalsh(quarter * X.T @ X - H)
    return np.zeros(2), np.array([rest[0], np.linalg.eigvalsh(H)[0]])


the_curvature_is_bounded.mutant("one eighth", quarter=0.125)


@the_curvature_is_bounded.sharp
def at_zero_weights():
    X = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 1.0]])
    H = stats.logistic_hessian(X, np.zeros(2))
    return np.linalg.norm(H, 2), np.linalg.norm(X, 2) ** 2 / 4


@claim("prop-logistic-loss", kind="equivalence", instances=100)
def strictly_convex_if_and_only_if_the_rank_is_full(
    rng, full=lambda X: np.linalg.matrix_rank(X) == X.shape[1]
):
    r"""$L$ bends in every direction iff $\rank X = M$."""
    X = design(rng)
    y, w = labels(rng, X), rng.standard_normal(X.shape[1])
    v = np.linalg.svd(X)[2][-1]  # the direction in which it bends least
    ends = [stats.logistic_loss(X, y, w + t * v) for t in (-1.0, 0.0, 1.0)]
    return bool(ends[0] + ends[2] - 2 * ends[1] > 1e-8), bool(full(X))


strictly_convex_if_and_only_if_the_rank_is_full.mutant(
    "enough samples", full=lambda X: X.shape[0] >= X.shape[1]
)


@claim("prop-logistic-loss", kind="existence", instances=50)
def never_strongly_convex(rng, reach=1e4):
    r"""Whatever $X$, somewhere the least curvature is below $10^{-6}$."""
    X = full_rank(rng)
    w = rng.standard_normal(X.shape[1])
    w *= reach / np.min(np.abs(X @ w))
    return bool(np.linalg.eigvalsh(stats.logistic_hessian(X, w))[0] < 1e-6)


never_strongly_convex.mutant("already near zero", reach=0.01)


# --- thm-logistic-existence -------------------------------------------------


@claim("thm-logistic-existence", kind="equivalence", instances=300)
def a_minimum_exists_unless_a_direction_separates(rng, separates=separable):
    """Newton's method finds a minimum iff exact arithmetic finds no separation."""
    X, y = integer_table(rng)
    found = stats.separating_direction(X, y)
    if found is None:
        w = stats.logistic_regression(X, y).coef
        assert np.abs(stats.logistic_gradient(X, y, w)).max() < 1e-9
    return found is not None, separates(X, 2 * y - 1)


a_minimum_exists_unless_a_direction_separates.mutant(
    "only complete separation counts", separates=completely_separable
)
a_minimum_exists_unless_a_direction_separates.mutant(
    "vectors of the kernel count",
    separates=lambda X, s: (
        separable(X, s) or bool(np.linalg.matrix_rank(X) < X.shape[1])
    ),
)


@claim("thm-logistic-existence", kind="equivalence", instances=200)
def the_infimum_is_zero_if_and_only_if_the_separation_is_complete(
    rng, complete=completely_separable
):
    r"""$\inf L = 0$ (to $10^{-4}$, by a tiny penalty) iff all margins can be > 0."""
    X, y = integer_table(rng)
    w = stats.logistic_regression(X, y, alpha=TINY).coef
    return bool(stats.logistic_loss(X, y, w) < 1e-4), complete(X, 2 * y - 1)


the_infimum_is_zero_if_and_only_if_the_separation_is_complete.mutant(
    "any separation", complete=separable
)


@claim("thm-logistic-existence", kind="equivalence", instances=100)
def the_minimisers_differ_by_the_kernel(
    rng, still=lambda X, v: np.linalg.norm(X @ v) < 1e-6
):
    r"""$L(w^* + v) = L(w^*)$ iff $Xv = 0$."""
    X, y = overlapping(rng)
    w = stats.logistic_regression(X, y).coef
    v = kernel_vector(rng, X) + 0.5 * rng.integers(2) * rng.standard_normal(4)
    rise = stats.logistic_loss(X, y, w + v) - stats.logistic_loss(X, y, w)
    assert rise > -1e-10
    return bool(rise < 1e-9), bool(still(X, v))


the_minimisers_differ_by_the_kernel.mutant(
    "there is only one", still=lambda X, v: np.linalg.norm(v) < 1e-6
)


@claim("thm-logistic-existence", kind="existence", instances=1)
def thirty_measurements_separate_the_tumours(rng, columns=31):
    """All 569 margins of the direction found are positive."""
    tumours = data.breast_cancer()
    X = stats.add_intercept(data.standardize(tumours.X)[0])[:, :columns]
    u = stats.separating_direction(X, tumours.y)
    return u is not None and bool(stats.margins(X, tumours.y, u).min() > 0)


thirty_measurements_separate_the_tumours.mutant("29 do", columns=30)


# --- cor-stiemke ------------------------------------------------------------


def balance(a, X, s):
    return np.abs((a * s) @ X).max()


@claim("cor-stiemke", kind="equivalence", instances=200)
def a_direction_or_a_positive_balance(rng, least=np.min):
    r"""$a > 0$ with $\sum_i a_i s_i x_i = 0$ iff nothing separates."""
    X, y = integer_table(rng)
    s = 2 * y - 1
    w = stats.logistic_regression(X, y, alpha=TINY).coef
    a = stats.sigmoid(-stats.margins(X, y, w))
    return bool(balance(a, X, s) < 1e-3 * least(a)), not separable(X, s)


a_direction_or_a_positive_balance.mutant(
    "zeros allowed among the numbers", least=np.max
)
