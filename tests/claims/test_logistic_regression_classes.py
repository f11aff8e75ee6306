"""Softmax regression, normal classes, scores of probabilities and rankings."""

import numpy as np

from claims import claim, design
from claims.generate import kernel_vector
from claims.separability import completely_separable, separable
from mmdl import grad, hessian, jacobian, stats
from mmdl.errors import SeparationError


def scores(rng):
    """Scores of 2 to 6 classes, near and far from each other."""
    return 10 ** rng.uniform(-1, 1) * rng.standard_normal(int(rng.integers(2, 7)))


def law(rng, C):
    return rng.dirichlet(np.full(C, 0.7))


# --- thm-softmax ------------------------------------------------------------


@claim("thm-softmax", kind="identity", instances=60)
def derivatives_of_the_soft_maximum(
    rng, curvature=lambda p: np.diag(p) - np.outer(p, p)
):
    r"""$\grad\logsumexp = p$, $J = \diag(p) - pp^\T$; shifts do nothing."""
    z = scores(rng)
    p, C = stats.softmax(z), len(z)
    J = curvature(p)
    return np.concatenate([
        grad(stats.logsumexp)(z) - p,
        (jacobian(stats.softmax)(z) - J).ravel(),
        (hessian(stats.logsumexp)(z) - J).ravel(),
        J @ np.ones(C),
        stats.softmax(z + rng.normal()) - p,
    ])  # fmt: skip


derivatives_of_the_soft_maximum.mutant("the diagonal only", curvature=np.diag)
derivatives_of_the_soft_maximum.mutant(
    "$p_c(1 - p_c)$ on the diagonal only", curvature=lambda p: np.diag(p * (1 - p))
)


@claim("thm-softmax", kind="inequality", instances=300)
def softmax_is_half_lipschitz(rng, half=0.5, excess=np.log):
    r"""$0 \le \logsumexp z - \max z \le \log C$, $J \preceq I/2$, $\Lip \le 1/2$."""
    z = scores(rng)
    other = z + rng.standard_normal(len(z)) * 10 ** rng.uniform(-2, 1)
    p, top = stats.softmax(z), stats.logsumexp(z)
    bends = np.linalg.eigvalsh(np.diag(p) - np.outer(p, p))
    moved = np.linalg.norm(stats.softmax(other) - p)
    small = [z.max(), top, 0.0, bends[-1], moved]
    far = half * np.linalg.norm(other - z)
    return np.array(small), np.array(
        [top, z.max() + excess(len(z)), bends[0], half, far]
    )


softmax_is_half_lipschitz.mutant(r"the quarter of $\sigma$", half=0.25)
softmax_is_half_lipschitz.mutant("two fifths", half=0.4)
softmax_is_half_lipschitz.mutant("one class fewer", excess=lambda C: np.log(C - 1))


@softmax_is_half_lipschitz.sharp
def two_leading_classes():
    z = np.array([0.01, -0.01, -20.0])
    moved = np.linalg.norm(stats.softmax(z) - stats.softmax(-z[[0, 1, 2]] * [1, 1, -1]))
    return moved, 0.5 * np.linalg.norm([0.02, -0.02])


# --- prop-softmax-regression ------------------------------------------------


def classified(rng, C=3):
    X = design(rng, shape=(int(rng.integers(1, 9)), int(rng.integers(1, 4))))
    return X, rng.integers(0, C, len(X)), rng.standard_normal((X.shape[1], C))


@claim("prop-softmax-regression", kind="identity", instances=60)
def the_softmax_gradient_is_prediction_minus_target(
    rng, gradient=stats.softmax_gradient
):
    r"""$X^\T(P - Y)$ is the derivative that the engine finds, of both forms of $L$."""
    X, y, W = classified(rng)
    Z = X @ W
    gaps = Z - Z[np.arange(len(y)), y][:, None]  # minus the margins
    other = np.sum(np.log(np.sum(np.exp(gaps), axis=1)))
    exact = grad(lambda W: stats.softmax_loss(X, y, W))(W)
    return np.append(gradient(X, y, W) - exact, stats.softmax_loss(X, y, W) - other)


the_softmax_gradient_is_prediction_minus_target.mutant(
    "the prediction alone", gradient=lambda X, y, W: X.T @ stats.softmax(X @ W)
)
the_softmax_gradient_is_prediction_minus_target.mutant(
    "the mean over the samples",
    gradient=lambda X, y, W: stats.softmax_gradient(X, y, W) / len(X),
)


def variances(P, v):
    return np.sum(P * v**2, axis=1) - np.sum(P * v, axis=1) ** 2


@claim("prop-softmax-regression", kind="identity", instances=60)
def the_curvature_is_a_sum_of_variances(rng, spread=variances):
    r"""$D^2L[V, V] = \sum_i \Var_{p_i}[x_iV]$, by the engine and by the Hessian."""
    X, y, W = classified(rng)
    V = rng.standard_normal(W.shape)
    along = hessian(lambda t: stats.softmax_loss(X, y, W + t[0] * V))(np.zeros(1))
    H = stats.softmax_hessian(X, W)
    total = np.sum(spread(stats.softmax(X @ W), X @ V))
    both = np.array([along.item(), np.einsum("ac,acbd,bd", V, H, V)])
    return both, np.full(2, total)


the_curvature_is_a_sum_of_variances.mutant(
    "second moments", spread=lambda P, v: np.sum(P * v**2, axis=1)
)


@claim("prop-softmax-regression", kind="inequality", instances=100)
def the_softmax_curvature_is_bounded(rng, half=0.5):
    r"""$0 \le D^2L[V, V] \le \frac12 \|XV\|_F^2$."""
    X, _, W = classified(rng, C=int(rng.integers(2, 5)))
    V = rng.standard_normal(W.shape)
    bend = np.einsum("ac,acbd,bd", V, stats.softmax_hessian(X, 0.2 * W), V)
    return np.array([0.0, bend]), np.array([bend, half * np.sum((X @ V) ** 2)])


the_softmax_curvature_is_bounded.mutant("one quarter", half=0.25)


@the_softmax_curvature_is_bounded.sharp
def two_classes_against_each_other():
    X, V = np.array([[1.0], [2.0]]), np.array([[1.0, -1.0]])
    H = stats.softmax_hessian(X, np.zeros((1, 2)))
    return np.einsum("ac,acbd,bd", V, H, V), 0.5 * np.sum((X @ V) ** 2)


@claim("prop-softmax-regression", kind="equivalence", instances=150)
def a_softmax_minimum_exists_unless_something_separates(rng, separates=separable):
    """Newton's method finds a minimum iff exact arithmetic separates no margins."""
    X = rng.integers(-2, 3, (int(rng.integers(2, 6)), int(rng.integers(1, 3))))
    y = rng.integers(0, 3, len(X))
    unit = np.eye(3, dtype=int)
    pairs = [
        np.kron(x, unit[a] - unit[c])
        for x, a in zip(X, y, strict=True)
        for c in range(3)
        if c != a
    ]
    try:
        stats.softmax_regression(X, y, n_classes=3)
        found = False
    except SeparationError:
        found = True
    return found, separates(np.array(pairs), np.ones(len(pairs), int))


a_softmax_minimum_exists_unless_something_separates.mutant(
    "complete separation only", separates=completely_separable
)


@claim("prop-softmax-regression", kind="equivalence", instances=100)
def softmax_minimisers_differ_where_no_margin_changes(
    rng, still=lambda Z: np.abs(Z - Z[:, :1]).max() < 1e-6
):
    r"""$L(W^* + V) = L(W^*)$ iff every row of $XV$ is constant."""
    X, y = np.repeat(design(rng, shape=(4, 3)), 3, axis=0), np.tile(np.arange(3), 4)
    X, y = np.r_[X, X[:3]], np.r_[y, rng.integers(0, 3, 3)]  # every row in each class
    W = stats.softmax_regression(X, y, n_classes=3).coef
    V = kernel_vector(rng, X)[:, None] + rng.standard_normal((3, 1)) * np.ones(3)
    V[:, 1:] += 0.5 * rng.integers(2) * rng.standard_normal((3, 2))
    rise = stats.softmax_loss(X, y, W + V) - stats.softmax_loss(X, y, W)
    assert rise > -1e-10
    return bool(rise < 1e-9), bool(still(X @ V))


softmax_minimisers_differ_where_no_margin_changes.mutant(
    "only by the kernel of $X$", still=lambda Z: np.abs(Z).max() < 1e-6
)


# --- prop-gaussian-classes --------------------------------------------------


def offset(prior, mean, precision):
    return np.log(prior) - np.einsum("ci,ij,cj->c", mean, precision, mean) / 2


@claim("prop-gaussian-classes", kind="identity", instances=60)
def normal_classes_have_a_softmax_posterior(rng, b=offset, spread=0.0):
    r"""Bayes' formula with densities of one covariance is $\softmax(xW + b)$."""
    C, M = int(rng.integers(2, 5)), int(rng.integers(1, 4))
    prior, mean = rng.dirichlet(np.ones(C)), rng.standard_normal((C, M))
    B, x = rng.standard_normal((M, M)), rng.standard_normal(M)
    covariance = B @ B.T + np.eye(M)
    precision, joint = np.linalg.inv(covariance), np.empty(C)
    for c in range(C):
        own = covariance * (1 + spread * c)
        gap = x - mean[c]
        density = np.exp(-gap @ np.linalg.solve(own, gap) / 2)
        joint[c] = prior[c] * density / np.sqrt(np.linalg.det(2 * np.pi * own))
    z = x @ (precision @ mean.T) + b(prior, mean, precision)
    return joint / joint.sum(), stats.softmax(z)


normal_classes_have_a_softmax_posterior.mutant(
    "priors forgotten", b=lambda prior, *rest: offset(np.ones(len(prior)), *rest)
)
normal_classes_have_a_softmax_posterior.mutant(
    "one half forgotten",
    b=lambda prior, *rest: 2 * offset(prior, *rest) - np.log(prior),
)
normal_classes_have_a_softmax_posterior.mutant(
    "covariances of different size", spread=0.5
)


# --- prop-proper-scores -----------------------------------------------------


def square(q, p):
    return np.sum((q - p) ** 2)


@claim("prop-proper-scores", kind="identity", instances=100)
def expected_scores_split(rng, excess=stats.kl, apart=square):
    r"""$H(p, q) = H(p) + \KL pq$, $\E|q - e_Y|^2 = 1 - |p|^2 + |q - p|^2$."""
    C = int(rng.integers(2, 6))
    p, q = law(rng, C), np.maximum(law(rng, C), 1e-6)
    q, Y = q / q.sum(), np.arange(C)
    every = np.tile(q, (C, 1))
    means = [p @ stats.log_loss(Y, every), p @ stats.brier_loss(Y, every)]
    split = [stats.entropy(p) + excess(p, q), 1 - p @ p + apart(q, p)]
    return np.array(means), np.array(split)


expected_scores_split.mutant(
    "KL of forecast and truth",
    excess=lambda p, q: stats.kl(q, np.maximum(p, 1e-9) / np.maximum(p, 1e-9).sum()),
)
expected_scores_split.mutant(
    "the length, not its square", apart=lambda q, p: np.sqrt(square(q, p))
)


@claim("prop-proper-scores", kind="inequality", instances=200)
def honesty_is_cheapest(rng, score=stats.brier_loss):
    """No forecast has a smaller expected score than the truth."""
    C = int(rng.integers(2, 6))
    p, q, Y = law(rng, C), law(rng, C), np.arange(C)
    honest, other = (p @ score(Y, np.tile(f, (C, 1))) for f in (p, q))
    return honest, other


honesty_is_cheapest.mutant(
    "the probability of what did not come", score=lambda Y, Q: 1 - np.diagonal(Q)
)


@honesty_is_cheapest.sharp
def nearly_honest():
    p, q = np.array([0.4, 0.6]), np.array([0.41, 0.59])
    honest, other = (p @ stats.brier_loss([0, 1], np.tile(f, (2, 1))) for f in (p, q))
    return honest, other


# --- prop-auc ---------------------------------------------------------------


@claim("prop-auc", kind="identity", instances=150)
def the_area_counts_pairs(rng, tie=0.5):
    """The trapezia under the ROC polygon, and the library, count pairs, ties half."""
    y = rng.permutation(np.r_[0, 1, rng.integers(0, 2, int(rng.integers(0, 12)))])
    score = rng.integers(0, 4, len(y)).astype(float)
    gap = score[y == 1][:, None] - score[y == 0]
    pairs = np.mean((gap > 0) + tie * (gap == 0))
    curve = stats.roc_curve(y, score)
    hits, alarms = curve.true_positive_rate, curve.false_positive_rate
    area = np.sum(np.diff(alarms) * (hits[1:] + hits[:-1]) / 2)
    return np.array([area, stats.auc(y, score)]), np.full(2, pairs)


the_area_counts_pairs.mutant("ties do not count", tie=0.0)
the_area_counts_pairs.mutant("ties count fully", tie=1.0)
