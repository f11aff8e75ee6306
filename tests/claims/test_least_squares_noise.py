"""Claims of the chapter on least squares (``ch-least-squares``): noise and risk."""

import numpy as np

from claims import claim, design, noise, response
from claims.generate import full_rank, kernel_vector, squared_loss, thin_svd
from mmdl import stats

# --- thm-gauss-markov -------------------------------------------------------


def unbiased(rng, X):
    """A matrix C with C X = I, in general not X^+."""
    plus = stats.pseudo_inverse(X)
    extra = rng.standard_normal(plus.shape)
    return plus + extra @ (np.eye(len(X)) - X @ plus)


def white(rng, n):
    return np.eye(n)


def paired(rng, n):
    """Neighbouring samples share most of their error."""
    i = np.arange(n)
    return 0.95 ** np.abs(i[:, None] - i)


@claim("thm-gauss-markov", kind="inequality", instances=200)
def no_linear_unbiased_estimator_has_less_covariance(
    rng, estimator=unbiased, covariance=white
):
    r"""$\Cov[Cy] - \Cov[X^+ y]$ has no negative eigenvalue when $CX = I$."""
    X = full_rank(rng)
    C, plus, K = estimator(rng, X), stats.pseudo_inverse(X), covariance(rng, len(X))
    gap = C @ K @ C.T - plus @ K @ plus.T
    return 0.0, np.linalg.eigvalsh(gap)[0]


no_linear_unbiased_estimator_has_less_covariance.mutant(
    "a biased estimator, ridge",
    estimator=lambda rng, X: (
        stats.pseudo_inverse(X.T @ X + 0.1 * np.eye(X.shape[1])) @ X.T
    ),
)


def generalised(rng, X):
    """The best estimator for the correlated noise of ``paired``."""
    inverse = np.linalg.inv(paired(rng, len(X)))
    return np.linalg.solve(X.T @ inverse @ X, X.T @ inverse)


no_linear_unbiased_estimator_has_less_covariance.mutant(
    "correlated noise", covariance=paired, estimator=generalised
)


@no_linear_unbiased_estimator_has_less_covariance.sharp
def least_squares_itself():
    X = np.array([[1.0], [1.0], [1.0]])
    C = np.array([[0.34, 0.33, 0.33]])
    least = stats.least_squares(X, np.zeros(3)).gram_inverse
    return np.trace(least), np.trace(C @ C.T)


@claim("thm-gauss-markov", kind="identity", instances=200)
def the_excess_covariance_is_d_d_transposed(
    rng, base=lambda X: stats.least_squares(X, np.zeros(len(X))).gram_inverse
):
    r"""$C C^\T = (X^\T X)^{-1} + D D^\T$ with $D = C - X^+$, when $CX = I$."""
    X = full_rank(rng)
    C = unbiased(rng, X)
    D = C - stats.pseudo_inverse(X)
    return C @ C.T, base(X) + D @ D.T


the_excess_covariance_is_d_d_transposed.mutant(
    "the inverse forgotten", base=lambda X: X.T @ X
)


@claim("thm-gauss-markov", kind="statistical", instances=3)
def the_weights_have_the_stated_mean_and_variances(
    rng, inverse=lambda X: np.linalg.inv(X.T @ X), shift=0.0
):
    r"""Mean $\beta$ and variances $s^2 (X^\T X)^{-1}_{jj}$, with skewed noise."""
    X, s, worlds = full_rank(rng), 0.7, 4000
    beta = rng.standard_normal(X.shape[1])
    errors = noise(rng, (len(X), worlds), scale=s) + shift
    coef = stats.least_squares(X, (X @ beta)[:, None] + errors).coef - beta[:, None]
    squares = coef**2  # their means are the variances
    samples = np.concatenate([coef, squares])
    truth = np.concatenate([0 * beta, s**2 * np.diagonal(inverse(X))])
    return samples.mean(axis=1), truth, samples.std(axis=1) / worlds**0.5


the_weights_have_the_stated_mean_and_variances.mutant(
    "the inverse forgotten", inverse=lambda X: X.T @ X
)
the_weights_have_the_stated_mean_and_variances.mutant("noise with a mean", shift=0.5)


# --- prop-noise-level -------------------------------------------------------


@claim("prop-noise-level", kind="statistical", instances=4)
def residuals_and_fit_share_the_noise(
    rng, left=lambda n, m, r: n - r, spent=lambda n, m, r: r
):
    r"""$\E \abs{y - \hat y}^2 = s^2 (N - r)$, $\E \abs{\hat y - X\beta}^2 = s^2 r$."""
    X = design(rng, shape=(12, 6), rank=int(rng.integers(2, 6)))
    s, worlds, size = 0.7, 4000, (12, 6, np.linalg.matrix_rank(X))
    mean = X @ rng.standard_normal(6)
    errors = noise(rng, (12, worlds), scale=s)
    fit = stats.least_squares(X, mean[:, None] + errors)
    samples = np.array([fit.rss, np.sum((fit.fitted - mean[:, None]) ** 2, axis=0)])
    truth = s**2 * np.array([left(*size), spent(*size)])
    return samples.mean(axis=1), truth, samples.std(axis=1) / worlds**0.5


residuals_and_fit_share_the_noise.mutant(
    "$N$ in the place of $N - r$", left=lambda *a: 12
)
residuals_and_fit_share_the_noise.mutant(
    "$M$ in the place of the rank", spent=lambda n, m, r: m
)


# --- thm-ridge --------------------------------------------------------------


@claim("thm-ridge", kind="identity", instances=200)
def the_filtered_coordinates_solve_the_ridge_equations(
    rng, factor=lambda s, alpha: s / (s**2 + alpha)
):
    r"""The filtered coordinates solve $(X^\T X + \alpha I) w = X^\T y$."""
    X = design(rng)
    y, alpha = response(rng, X), 10.0 ** rng.uniform(-3, 2)
    U, sigma, V = thin_svd(X)
    w = V @ (factor(sigma, alpha) * (U.T @ y))
    return X.T @ (X @ w) + alpha * w, X.T @ y


the_filtered_coordinates_solve_the_ridge_equations.mutant(
    "singular values for eigenvalues", factor=lambda s, alpha: 1 / (s + alpha)
)


@claim("thm-ridge", kind="identity", instances=200)
def ridge_is_the_only_minimiser(
    rng, square=lambda X, h, a: X @ h @ (X @ h) + a * h @ h
):
    r"""$L_\alpha(w+h) = L_\alpha(w) + \frac12 \abs{Xh}^2 + \frac\alpha2 \abs{h}^2$."""
    X = design(rng)
    y, alpha = response(rng, X), 10.0 ** rng.uniform(-3, 1)
    w, h = stats.ridge(X, y, alpha).coef, rng.standard_normal(X.shape[1])

    def penalised(w):
        return squared_loss(X, y, w) + 0.5 * alpha * w @ w

    return penalised(w + h) - penalised(w), 0.5 * square(X, h, alpha)


ridge_is_the_only_minimiser.mutant(
    "the penalty without curvature", square=lambda X, h, a: X @ h @ (X @ h)
)


@claim("thm-ridge", kind="identity", instances=200)
def the_error_is_squared_bias_plus_variance(rng, error=stats.ridge_error):
    r"""$\E \abs{w_\alpha - \beta}^2$ equals the sum over singular values."""
    X, s2, alpha = full_rank(rng), rng.uniform(0.1, 2), 10.0 ** rng.uniform(-3, 1)
    beta = rng.standard_normal(X.shape[1])
    A = np.linalg.solve(X.T @ X + alpha * np.eye(len(beta)), X.T)
    exact = np.sum((A @ X @ beta - beta) ** 2) + s2 * np.trace(A @ A.T)
    return exact, error(X, beta, s2, alpha).total


the_error_is_squared_bias_plus_variance.mutant(
    "the bias forgotten", error=lambda X, b, s2, a: stats.ridge_error(X, 0 * b, s2, a)
)


def ridge_mse(sigma, b, s2, alpha):
    return np.sum((s2 * sigma**2 + alpha**2 * b**2) / (sigma**2 + alpha) ** 2)


@claim("thm-ridge", kind="identity", instances=200)
def the_error_falls_at_zero_with_the_stated_slope(rng, power=4):
    r"""$\operatorname{MSE}'(0) = -2 s^2 \sum_j \sigma_j^{-4}$, by a complex step."""
    X, s2, h = full_rank(rng), rng.uniform(0.1, 2), 1e-30
    _, sigma, V = thin_svd(X)
    b = V.T @ rng.standard_normal(X.shape[1])
    slope = ridge_mse(sigma, b, s2, 1j * h).imag / h
    return slope, -2 * s2 * np.sum(sigma**-power)


the_error_falls_at_zero_with_the_stated_slope.mutant("an exponent 2", power=2)


@claim("thm-ridge", kind="inequality", instances=200)
def some_penalty_beats_least_squares(rng, interval=lambda s2, b: s2 / np.max(b**2)):
    r"""MSE falls on $[0, \, s^2 / \max_j (v_j^\T \beta)^2]$."""
    X, s2 = full_rank(rng), rng.uniform(0.1, 2)
    _, sigma, V = thin_svd(X)
    b = V.T @ rng.standard_normal(X.shape[1])
    alphas = np.sort(rng.uniform(0.0, interval(s2, b), 5))
    values = [ridge_mse(sigma, b, s2, alpha) for alpha in (0.0, *alphas)]
    return np.array(values[1:]), np.array(values[:-1])


some_penalty_beats_least_squares.mutant(
    "the smallest coordinate for the largest",
    interval=lambda s2, b: s2 / np.min(b**2),
)


# --- prop-gaussian-likelihood -----------------------------------------------


def log_likelihood(X, y, w, variance):
    """The logarithm of the normal density of the residuals."""
    r = y - X @ w
    return -0.5 * np.sum(np.log(2 * np.pi * variance) + r**2 / variance)


@claim("prop-gaussian-likelihood", kind="identity", instances=200)
def log_likelihood_is_minus_the_loss(rng, price=lambda variance: 1 / variance):
    r"""$\ell(w', v) - \ell(w, v) = (L(w) - L(w')) / v$."""
    X, variance = design(rng), rng.uniform(0.1, 3)
    y, (w, v) = response(rng, X), rng.standard_normal((2, X.shape[1]))
    gain = log_likelihood(X, y, v, variance) - log_likelihood(X, y, w, variance)
    return gain, price(variance) * (squared_loss(X, y, w) - squared_loss(X, y, v))


log_likelihood_is_minus_the_loss.mutant(
    "the noise level without its square", price=lambda variance: variance**-0.5
)


@claim("prop-gaussian-likelihood", kind="inequality", instances=200)
def rss_over_n_is_the_likeliest_variance(rng, divisor=lambda n, m: n):
    r"""$\ell(w, v) \le \ell(\hat w, \frac1N \abs{y - Py}^2)$ for all $w$ and $v$."""
    X = full_rank(rng)
    y = response(rng, X)
    fit = stats.least_squares(X, y)
    top = log_likelihood(X, y, fit.coef, fit.rss / divisor(*X.shape))
    near = fit.rss / len(X) * np.exp(0.2 * rng.standard_normal())
    others = [log_likelihood(X, y, fit.coef + d, near) for d in (0.0, 0.1)]
    return np.array(others), np.array([top, top])


rss_over_n_is_the_likeliest_variance.mutant(
    "the unbiased variance", divisor=lambda n, m: n - m
)


@rss_over_n_is_the_likeliest_variance.sharp
def two_numbers_and_their_mean():
    X, y = np.ones((2, 1)), np.array([-3.0, 3.0])
    return (
        log_likelihood(X, y, np.zeros(1), 9.2),
        log_likelihood(X, y, np.zeros(1), 9.0),
    )


@claim("prop-gaussian-likelihood", kind="existence", instances=100)
def a_perfect_fit_has_unbounded_likelihood(
    rng, target=lambda X, y: stats.hat_matrix(X) @ y
):
    r"""For $y \in \range X$, $\ell(w, v)$ grows without end as $v \downarrow 0$."""
    X = design(rng)
    y = target(X, response(rng, X))
    w = stats.least_squares(X, y).coef
    values = [log_likelihood(X, y, w, 10.0**-k) for k in (0, 3, 6, 9)]
    return np.all(np.diff(values) > len(X))


a_perfect_fit_has_unbounded_likelihood.mutant(
    "a target off the column space", target=lambda X, y: y
)


# --- prop-leverage ----------------------------------------------------------


@claim("prop-leverage", kind="inequality", instances=200)
def leverages_lie_between_zero_and_one(rng, leverage=stats.leverage):
    r"""$0 \le h_i \le 1$ for every sample."""
    h = leverage(design(rng))
    return np.concatenate([0 * h, h]), np.concatenate([h, 0 * h + 1])


leverages_lie_between_zero_and_one.mutant(
    "squared lengths of the rows", leverage=lambda X: np.sum(X**2, axis=1)
)


@leverages_lie_between_zero_and_one.sharp
def a_sample_alone_in_its_direction():
    return stats.leverage([[1.0, 0.0], [1.0, 0.0], [1.0, 3.0]])[2], 1.0


@claim("prop-leverage", kind="identity", instances=200)
def leverages_sum_to_the_rank(rng, total=lambda n, m, r: r):
    r"""$\sum_i h_i = \rank X$."""
    X = design(rng)
    rank = np.linalg.matrix_rank(X)
    return np.sum(stats.leverage(X)), float(total(*X.shape, rank))


leverages_sum_to_the_rank.mutant("the number of weights", total=lambda n, m, r: m)


@claim("prop-leverage", kind="equivalence", instances=200)
def leverage_one_means_alone_in_its_direction(
    rng, threshold=lambda X: 1.0, delete=lambda X, i: np.delete(X, i, axis=0)
):
    """$h_i = 1$ iff deleting the row $x_i$ lowers the rank."""
    X = design(rng, shape=(int(rng.integers(2, 8)), int(rng.integers(1, 8))))
    i = int(rng.integers(len(X)))
    lowers = np.linalg.matrix_rank(delete(X, i)) < np.linalg.matrix_rank(X)
    return bool(stats.leverage(X)[i] > threshold(X) - 1e-10), bool(lowers)


leverage_one_means_alone_in_its_direction.mutant(
    "twice the mean leverage, the rule of thumb",
    threshold=lambda X: min(1.0, 2 * np.linalg.matrix_rank(X) / len(X)),
)


@claim("prop-leverage", kind="identity", instances=200)
def leaving_one_out_divides_the_residual(rng, factor=lambda h: 1 - h):
    """$(1 - h_i)(y_i - x_i w^{(i)}) = e_i$ for every $i$ and every refit $w^{(i)}$."""
    X = design(rng, shape=(int(rng.integers(2, 10)), int(rng.integers(1, 8))))
    y = response(rng, X)
    fit = stats.least_squares(X, y)
    missed = np.empty(len(y))
    for i in range(len(y)):
        rest, kept = np.delete(X, i, axis=0), np.delete(y, i)
        w = stats.least_squares(rest, kept).coef + kernel_vector(rng, rest)
        missed[i] = y[i] - X[i] @ w
    return factor(fit.leverage) * missed, fit.residuals


leaving_one_out_divides_the_residual.mutant(
    "the plain residual", factor=lambda h: 1 + 0 * h
)
leaving_one_out_divides_the_residual.mutant(
    r"$\sqrt{1 - h_i}$", factor=lambda h: np.sqrt(np.abs(1 - h))
)
