"""Claims of the chapter on least squares (``ch-least-squares``): its geometry.

Every design is drawn by ``claims.design``: tall, square, wide, single rows and
columns, and in half of the cases rank-deficient.
"""

from itertools import islice

import numpy as np

from claims import claim, design, response
from claims.generate import kernel_vector, squared_loss, thin_svd
from mmdl import stats

# --- lem-gram ---------------------------------------------------------------


@claim("lem-gram", kind="identity", instances=200)
def the_gram_matrix_kills_nothing_new(rng, gram=lambda X: X.T @ X):
    r"""$Xv = 0$ for every $v \in \ker X^\T X$."""
    X = design(rng)
    values, vectors = np.linalg.eigh(gram(X))
    v = vectors[:, 0]  # the smallest eigenvalue
    return X @ (v * (values[0] < 1e-10))


the_gram_matrix_kills_nothing_new.mutant(
    "the last sample forgotten", gram=lambda X: X[:-1].T @ X[:-1]
)


@claim("lem-gram", kind="identity", instances=200)
def the_range_is_that_of_the_transpose(rng, vector=lambda X, z, g: X.T @ z):
    r"""$X^\T z \in \range X^\T X$ for every $z \in \R^N$."""
    X = design(rng)
    b = vector(X, response(rng, X), rng.standard_normal(X.shape[1]))
    return stats.hat_matrix(X.T @ X) @ b, b


the_range_is_that_of_the_transpose.mutant(
    r"any vector of $\R^M$", vector=lambda X, z, g: g
)


# --- thm-normal-equations ---------------------------------------------------


@claim("thm-normal-equations", kind="identity", instances=200)
def the_gradient_vanishes_at_the_fit(
    rng, solve=lambda X, y: stats.least_squares(X, y).coef
):
    r"""$X^\T (Xw - y) = 0$ at the computed solution."""
    X = design(rng)
    y = response(rng, X)
    return X.T @ (X @ solve(X, y) - y)


the_gradient_vanishes_at_the_fit.mutant(
    "the columns fitted one at a time",
    solve=lambda X, y: X.T @ y / np.sum(X**2, axis=0),
)
the_gradient_vanishes_at_the_fit.mutant(
    "the targets centred, the columns not",
    solve=lambda X, y: stats.least_squares(X, y - y.mean()).coef,
)


@claim("thm-normal-equations", kind="identity", instances=200)
def the_loss_is_its_second_order_expansion(
    rng, gradient=lambda X, r: X.T @ r, half=0.5
):
    r"""$L(w + h) = L(w) + \inner{X^\T (Xw - y)}{h} + \frac12 \abs{Xh}^2$."""
    X = design(rng)
    y, (w, h) = response(rng, X), rng.standard_normal((2, X.shape[1]))
    linear = gradient(X, X @ w - y) @ h
    return squared_loss(X, y, w + h), squared_loss(X, y, w) + linear + half * np.sum(
        (X @ h) ** 2
    )


the_loss_is_its_second_order_expansion.mutant("the half lost", half=1.0)
the_loss_is_its_second_order_expansion.mutant(
    "the sign of the residual", gradient=lambda X, r: -X.T @ r
)


@claim("thm-normal-equations", kind="equivalence", instances=200)
def minimisers_are_the_solutions_of_the_normal_equations(
    rng, equation=lambda X, y, w: X.T @ (X @ w - y)
):
    r"""$L(w) = \min L$ if and only if $X^\T X w = X^\T y$."""
    X = design(rng)
    y = response(rng, X)
    w = stats.least_squares(X, y).coef + kernel_vector(rng, X)
    if rng.random() < 0.5:
        w = w + rng.standard_normal(X.shape[1])
    lowest = 0.5 * np.sum((y - stats.hat_matrix(X) @ y) ** 2)
    solves = np.max(np.abs(equation(X, y, w))) < 1e-8
    return squared_loss(X, y, w) - lowest < 1e-12, solves


minimisers_are_the_solutions_of_the_normal_equations.mutant(
    "$Xw = y$ itself", equation=lambda X, y, w: X @ w - y
)


@claim("thm-normal-equations", kind="identity", instances=200)
def the_flat_directions_number_m_minus_rank(rng, dimension=lambda n, m, r: m - r):
    r"""$L$ is constant along exactly $M - \rank X$ independent directions."""
    X = design(rng)
    flat = np.sum(np.linalg.eigvalsh(X.T @ X) < 1e-10)
    return float(flat), float(dimension(*X.shape, np.linalg.matrix_rank(X)))


the_flat_directions_number_m_minus_rank.mutant(
    "only the missing samples", dimension=lambda n, m, r: max(m - n, 0)
)


@claim("thm-normal-equations", kind="equivalence", instances=200)
def unique_exactly_at_full_column_rank(rng, condition=lambda n, m, r: r == m):
    r"""Moving along the flattest direction costs something iff $\rank X = M$."""
    X = design(rng)
    flattest = np.linalg.eigh(X.T @ X)[1][:, 0]
    unique = np.sum((X @ flattest) ** 2) > 1e-8
    return unique, bool(condition(*X.shape, np.linalg.matrix_rank(X)))


unique_exactly_at_full_column_rank.mutant(
    "as many samples as weights", condition=lambda n, m, r: n >= m
)
unique_exactly_at_full_column_rank.mutant(
    "full rank, of rows or of columns", condition=lambda n, m, r: r == min(n, m)
)


@claim("thm-normal-equations", kind="identity", instances=200)
def all_solutions_fit_the_same_values(rng, project=stats.hat_matrix):
    """$Xw = Py$ for every solution $w$."""
    X = design(rng)
    y = response(rng, X)
    w = stats.least_squares(X, y).coef + kernel_vector(rng, X)
    return X @ w, project(X) @ y


all_solutions_fit_the_same_values.mutant(
    "the columns taken for orthonormal", project=lambda X: X @ X.T
)


def oblique(X):
    """A projector onto range X along something else than its complement."""
    weights = np.arange(1.0, len(X) + 1)
    return X @ np.linalg.pinv(X.T @ (weights[:, None] * X)) @ (X.T * weights)


@claim("thm-normal-equations", kind="identity", instances=200)
def the_hat_matrix_is_the_orthogonal_projector(rng, project=stats.hat_matrix):
    r"""$P^2 = P = P^\T$ and $PX = X$."""
    X = design(rng)
    P = project(X)
    errors = [P @ P - P, P - P.T, P @ X - X]
    return np.concatenate([e.ravel() for e in errors])


the_hat_matrix_is_the_orthogonal_projector.mutant("a weighted fit", project=oblique)


# --- prop-r-squared ---------------------------------------------------------


def fitted_with_ones(rng, columns):
    X = columns(design(rng, shape=(int(rng.integers(3, 12)), int(rng.integers(1, 9)))))
    y = response(rng, X) + 1.0
    return y, stats.least_squares(X, y).fitted


@claim("prop-r-squared", kind="identity", instances=200)
def total_is_explained_plus_residual(rng, columns=stats.add_intercept):
    """TSS = ESS + RSS when the ones lie in the column space."""
    total, explained, residual = stats.sums_of_squares(*fitted_with_ones(rng, columns))
    return total, explained + residual


total_is_explained_plus_residual.mutant("no column of ones", columns=lambda X: X)


@claim("prop-r-squared", kind="inequality", instances=200)
def r_squared_is_between_zero_and_one(rng, columns=stats.add_intercept):
    r"""$0 \le R^2 \le 1$ on the samples of the fit."""
    value = stats.r_squared(*fitted_with_ones(rng, columns))
    return np.array([0.0, value]), np.array([value, 1.0])


r_squared_is_between_zero_and_one.mutant("no column of ones", columns=lambda X: X)


@r_squared_is_between_zero_and_one.sharp
def a_straight_line_without_noise():
    y = np.array([1.0, 2.0, 3.0])
    X = stats.add_intercept([0.0, 1.0, 2.0])
    return stats.r_squared(y, stats.least_squares(X, y).fitted), 1.0


@claim("prop-r-squared", kind="identity", instances=200)
def r_squared_is_the_squared_correlation(rng, power=2):
    r"""$R^2 = \Cor[y, \hat y]^2$."""
    y, fitted = fitted_with_ones(rng, stats.add_intercept)
    return stats.r_squared(y, fitted), np.corrcoef(y, fitted)[0, 1] ** power


r_squared_is_the_squared_correlation.mutant("the square lost", power=1)


# --- lem-thin-svd -----------------------------------------------------------


def images(X, V, sigma):
    return X @ V / sigma


def other_eigenvectors(X, V, sigma):
    """Left vectors from X X^T: right up to signs, which is wrong."""
    return np.linalg.eigh(X @ X.T)[1][:, ::-1][:, : len(sigma)]


@claim("lem-thin-svd", kind="identity", instances=200)
def the_spectral_theorem_builds_the_factors(rng, left=images):
    r"""With $u_j = X v_j / \sigma_j$: $U^\T U = I$ and $U \Sigma V^\T = X$."""
    X = design(rng)
    values, vectors = np.linalg.eigh(X.T @ X)
    keep = values > 1e-10
    sigma, V = np.sqrt(values[keep])[::-1], vectors[:, keep][:, ::-1]
    U = left(X, V, sigma)
    errors = [U.T @ U - np.eye(len(sigma)), (U * sigma) @ V.T - X]
    return np.concatenate([e.ravel() for e in errors])


the_spectral_theorem_builds_the_factors.mutant(
    r"$U$ from the eigenvectors of $X X^\T$, signs and all", left=other_eigenvectors
)


# --- thm-minimum-norm -------------------------------------------------------


def basic_solution(X, y):
    """A solution that uses as few columns as possible, left ones first."""
    chosen = []
    for j in range(X.shape[1]):
        if np.linalg.matrix_rank(X[:, [*chosen, j]], tol=1e-8) > len(chosen):
            chosen.append(j)
    w = np.zeros(X.shape[1])
    w[chosen] = np.linalg.lstsq(X[:, chosen], y, rcond=None)[0]
    return w


def shortest(X, y):
    return stats.pseudo_inverse(X) @ y


@claim("thm-minimum-norm", kind="identity", instances=200)
def the_pseudo_inverse_solves_from_the_row_space(rng, solve=shortest):
    r"""$X^+ y$ solves the normal equations and is orthogonal to $\ker X$."""
    X = design(rng)
    y, n = response(rng, X), kernel_vector(rng, X)
    w = solve(X, y)
    return np.append(X.T @ (X @ w - y), w @ n)


the_pseudo_inverse_solves_from_the_row_space.mutant(
    "unneeded columns left out", solve=basic_solution
)


@claim("thm-minimum-norm", kind="inequality", instances=200)
def every_other_solution_is_longer(rng, solve=shortest, other=basic_solution):
    r"""$\abs{X^+ y} \le \abs{w}$ for every solution $w$."""
    X = design(rng)
    y = response(rng, X)
    small = np.linalg.norm(solve(X, y))
    others = [other(X, y), shortest(X, y) + kernel_vector(rng, X)]
    return np.array([small, small]), np.linalg.norm(others, axis=1)


every_other_solution_is_longer.mutant(
    "unneeded columns left out", solve=basic_solution, other=shortest
)


@every_other_solution_is_longer.sharp
def one_column_against_its_double():
    X, y = np.array([[1.0, 0.01]]), np.array([1.0])
    return np.linalg.norm(shortest(X, y)), np.linalg.norm(basic_solution(X, y))


@claim("thm-minimum-norm", kind="inequality", instances=200)
def ridge_tends_to_the_shortest_solution(rng, curvature=lambda sigma: sigma[-1] ** 2):
    r"""$\abs{w_\alpha - X^+y} \le \frac{\alpha}{\alpha+\sigma_{r-1}^2} \abs{X^+y}$."""
    X = design(rng)
    y, alpha = response(rng, X), 10.0 ** rng.uniform(-6, 1)
    w = shortest(X, y)
    bound = alpha / (alpha + curvature(thin_svd(X)[1])) * np.linalg.norm(w)
    return np.linalg.norm(stats.ridge(X, y, alpha).coef - w), bound


ridge_tends_to_the_shortest_solution.mutant(
    "the largest singular value", curvature=lambda sigma: sigma[0] ** 2
)
ridge_tends_to_the_shortest_solution.mutant(
    "the square lost", curvature=lambda sigma: sigma[-1]
)


@ridge_tends_to_the_shortest_solution.sharp
def a_target_along_the_last_singular_vector():
    X, y, alpha = np.diag([2.0, 0.5]), np.array([0.0, 1.0]), 0.1
    gap = np.linalg.norm(stats.ridge(X, y, alpha).coef - shortest(X, y))
    return gap, alpha / (alpha + 0.25) * 2.0


# --- thm-landweber ----------------------------------------------------------

STEPS = 40


def distances(X, y, tau, start, limit):
    walk = islice(stats.landweber(X, y, tau, start=start), STEPS)
    return np.array([np.linalg.norm(w - limit) for w in walk])


def contraction(tau, sigma):
    return np.max(np.abs(1 - tau * sigma**2))


@claim("thm-landweber", kind="rate", instances=60)
def gradient_descent_contracts_at_the_predicted_rate(
    rng, rho=contraction, offset=lambda n: n
):
    r"""$\abs{w_k - w_\infty} \le \rho^k \abs{w_0 - w_\infty}$ for every $k$."""
    X = design(rng)
    y, start = response(rng, X), rng.standard_normal(X.shape[1])
    sigma = thin_svd(X)[1]
    tau = rng.uniform(0.05, 2.2) / sigma[0] ** 2
    kept = start - stats.pseudo_inverse(X) @ (X @ start)
    measured = distances(X, y, tau, start, shortest(X, y) + offset(kept))
    return measured, rho(tau, sigma) ** np.arange(STEPS) * measured[0]


gradient_descent_contracts_at_the_predicted_rate.mutant(
    "the limit $X^+ y$ from any start", offset=lambda n: 0 * n
)
gradient_descent_contracts_at_the_predicted_rate.mutant(
    "the rate of the squared distance", rho=lambda t, s: contraction(t, s) ** 2
)
gradient_descent_contracts_at_the_predicted_rate.mutant(
    "singular values for eigenvalues", rho=lambda t, s: np.max(np.abs(1 - t * s))
)


@gradient_descent_contracts_at_the_predicted_rate.sharp
def a_start_along_the_slowest_direction():
    X, y, tau = np.diag([2.0, 0.5]), np.zeros(2), 0.2
    measured = distances(X, y, tau, np.array([0.0, 1.0]), np.zeros(2))
    return measured, (1 - tau * 0.25) ** np.arange(STEPS)


@claim("thm-landweber", kind="inequality", instances=200)
def no_step_beats_the_best_one(rng, best=lambda kappa: (kappa - 1) / (kappa + 1)):
    r"""$(\kappa - 1)/(\kappa + 1) \le \rho$ for every $\tau$, $=$ at the best."""
    sigma = thin_svd(design(rng))[1]
    tau = rng.uniform(0.01, 2.0) / sigma[0] ** 2
    at_best = contraction(2 / (sigma[0] ** 2 + sigma[-1] ** 2), sigma)
    value = best((sigma[0] / sigma[-1]) ** 2)
    return np.array([value, at_best]), np.array([contraction(tau, sigma), value])


no_step_beats_the_best_one.mutant(r"the step $1 / \Lambda$", best=lambda k: 1 - 1 / k)


@no_step_beats_the_best_one.sharp
def the_step_two_over_the_sum():
    sigma = np.array([2.0, 0.5])
    return (16 - 1) / (16 + 1), contraction(2 / (4 + 0.25), sigma)


@claim("thm-landweber", kind="existence", instances=60)
def at_twice_the_inverse_curvature_it_stops_converging(rng, factor=2.0):
    r"""For $\tau \ge 2 / \sigma_0^2$ the coordinate along $v_0$ never shrinks."""
    X = design(rng)
    y, start = response(rng, X), rng.standard_normal(X.shape[1])
    _, sigma, V = thin_svd(X)
    tau = rng.uniform(factor, factor + 0.2) / sigma[0] ** 2
    walk = np.array(list(islice(stats.landweber(X, y, tau, start=start), STEPS)))
    first = np.abs((walk - shortest(X, y)) @ V[:, 0])
    return np.all(np.diff(first) >= -1e-9 * first[0])


at_twice_the_inverse_curvature_it_stops_converging.mutant(
    r"already from $1 / \Lambda$ on", factor=1.0
)
