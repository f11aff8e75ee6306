"""Claims of the appendix on linear algebra (``ch-linear-algebra``)."""

import numpy as np

from claims import claim, design
from claims.matrices import definite, orthogonal, symmetric
from mmdl import stats


def bend(v, A):
    return float(v @ A @ v)


def falling(A):
    """The eigenvalues, numbered downwards."""
    return np.linalg.eigvalsh(A)[::-1]


@claim("lem-cauchy-schwarz", kind="inequality", instances=200)
def products_are_bounded_by_lengths(rng, form=lambda G: G @ G.T, power=2):
    r"""$\inner uv^2 \le \inner uu\inner vv$ for $\inner uv = u^\T GG^\T v$."""
    M = form(rng.normal(size=(4, int(rng.integers(1, 5)))))
    u, v = rng.normal(size=(2, 4))
    return (u @ M @ v) ** power, (u @ M @ u) * (v @ M @ v)


products_are_bounded_by_lengths.mutant(
    "a form that is not semidefinite", form=lambda G: G @ G.T - np.eye(4)
)
products_are_bounded_by_lengths.mutant("the square forgotten", power=1)


@products_are_bounded_by_lengths.sharp
def dependent_vectors():
    u = np.array([1.0, 2.0, -1.0])
    return (u @ (-3 * u)) ** 2, (u @ u) * (9 * u @ u)


@claim("lem-cauchy-schwarz", kind="equivalence", instances=200)
def equality_means_dependence(rng, test=lambda u, v: np.linalg.matrix_rank([u, v]) < 2):
    r"""$\inner uv^2 = \abs u^2\abs v^2$ iff $u$ and $v$ are linearly dependent."""
    u, w = rng.normal(size=(2, 3))
    v = rng.choice([u * rng.normal(), 0 * u, w])
    return bool(abs((u @ v) ** 2 - u @ u * v @ v) < 1e-10), bool(test(u, v))


equality_means_dependence.mutant(
    "parallel in the same direction",
    test=lambda u, v: u @ v > 0 and np.linalg.matrix_rank([u, v]) < 2,
)
equality_means_dependence.mutant(
    "a multiple of $v$, which may be zero",
    test=lambda u, v: np.any(v != 0) and np.linalg.matrix_rank([u, v]) < 2,
)


def deflate(A):
    """Eigenvectors as in the proof: the largest form, then its complement."""
    columns, P = [], np.eye(len(A))
    for _ in range(len(A)):
        shift = P @ (A + 50 * np.eye(len(A))) @ P  # so that the largest is wanted
        v = np.linalg.svd(shift)[0][:, 0]
        columns.append(v)
        P = P - np.outer(v, v)
    return np.array(columns).T


@claim("thm-spectral", kind="identity")
def maximal_directions_are_an_orthonormal_eigenbasis(rng, matrix=symmetric):
    r"""$A = Q\Lambda Q^\T$ with $\lambda_j = \inner{q_j}{Aq_j}$ and $Q^\T Q = I$."""
    A = matrix(rng)
    Q = deflate(A)
    values = np.array([bend(q, A) for q in Q.T])
    left = np.stack([(Q * values) @ Q.T, Q.T @ Q])
    return left, np.stack([A, np.eye(len(A))])


maximal_directions_are_an_orthonormal_eigenbasis.mutant(
    "not symmetric", matrix=lambda rng: rng.normal(size=(4, 4))
)


@claim("thm-spectral", kind="inequality")
def the_maxima_fall(rng, order=lambda values: values):
    r"""$\lambda_0 \ge \lambda_1 \ge \dots$ in the order of the proof."""
    A = symmetric(rng)
    values = order(np.array([bend(q, A) for q in deflate(A).T]))
    return values[1:], values[:-1]


the_maxima_fall.mutant("ordered by size", order=lambda v: v[np.argsort(-np.abs(v))])


@the_maxima_fall.sharp
def a_double_eigenvalue():
    values = [bend(q, np.diag([2.0, 2.0])) for q in np.eye(2)]
    return values[1], values[0]


@claim("thm-courant-fischer", kind="inequality", instances=200)
def no_subspace_is_steeper(rng, number=lambda k, dim: dim - 1):
    r"""$\min_S\inner v{Av} \le \lambda_k$ for every $S$ of dimension $k + 1$."""
    A, dim = symmetric(rng), int(rng.integers(1, 5))
    S = np.linalg.qr(rng.normal(size=(4, dim)))[0]
    if rng.random() < 0.5:  # close to the best subspace
        best = np.linalg.eigh(A)[1][:, ::-1][:, :dim]
        S = np.linalg.qr(best + 0.05 * rng.normal(size=(4, dim)))[0]
    least = np.linalg.eigvalsh(S.T @ A @ S)[0]
    return least, falling(A)[min(number(None, dim), 3)]


no_subspace_is_steeper.mutant(
    "the eigenvalue of number $k + 1$", number=lambda k, dim: dim
)


@no_subspace_is_steeper.sharp
def the_span_of_the_first_eigenvectors():
    A = np.diag([3.0, 2.0, -1.0])
    S = np.eye(3)[:, :2]
    return np.linalg.eigvalsh(S.T @ A @ S)[0], 2.0


@claim("thm-courant-fischer", kind="inequality", instances=200)
def eigenvalues_move_no_further_than_the_matrix(
    rng, size=lambda E: np.abs(np.linalg.eigvalsh(E)).max()
):
    r"""$\abs{\lambda_k(A) - \lambda_k(B)} \le \max\abs{\inner v{(A - B)v}}$."""
    A, E = symmetric(rng), symmetric(rng) * 10 ** rng.uniform(-2, 0)
    if rng.random() < 0.3:
        E = np.ones((4, 4)) * rng.normal()
    return np.abs(falling(A + E) - falling(A)), np.full(4, size(E))


eigenvalues_move_no_further_than_the_matrix.mutant(
    "the largest entry", size=lambda E: np.abs(E).max()
)
eigenvalues_move_no_further_than_the_matrix.mutant(
    "the largest eigenvalue, with its sign", size=lambda E: np.linalg.eigvalsh(E)[-1]
)


@eigenvalues_move_no_further_than_the_matrix.sharp
def a_multiple_of_the_identity():
    A = np.diag([3.0, 1.0])
    return np.abs(falling(A + 0.5 * np.eye(2)) - falling(A)), np.full(2, 0.5)


@claim("prop-psd", kind="equivalence", instances=200)
def semidefinite_means_no_negative_eigenvalue(
    rng, test=lambda A: np.linalg.eigvalsh(A).min() >= 0
):
    r"""$\inner v{Av} \ge 0$ for all $v$ iff all eigenvalues are $\ge 0$."""
    Q, signs = orthogonal(rng, 3), rng.choice([-1, 1, 1, 1], size=3)
    A = (Q * (signs * rng.uniform(0.2, 2, 3))) @ Q.T
    v = np.vstack([rng.normal(size=(50, 3)), Q.T])
    return bool(np.sum((v @ A) * v, axis=1).min() >= 0), bool(test(A))


semidefinite_means_no_negative_eigenvalue.mutant(
    "the leading minors, of sizes 1 and 3",
    test=lambda A: A[0, 0] >= 0 and np.linalg.det(A) >= 0,
)
semidefinite_means_no_negative_eigenvalue.mutant(
    "a diagonal without negative entries", test=lambda A: np.diag(A).min() >= 0
)


def root(A):
    values, Q = np.linalg.eigh(A)
    return (Q * np.sqrt(np.clip(values, 0, None))) @ Q.T


def heron(A):
    """Newton's iteration for the square root, which knows no eigenvector."""
    S = np.eye(len(A))
    for _ in range(40):
        S = (S + np.linalg.solve(S, A)) / 2
        S = (S + S.T) / 2
    return S


@claim("prop-psd", kind="uniqueness")
def two_ways_to_the_square_root_meet(rng, other=heron):
    r"""$S^2 = A$ and $S \succeq 0$ determine $S$."""
    A = definite(rng)
    S, square = other(A), other(A) @ other(A)
    assert np.abs(square - A).max() < 1e-8  # the other one is a root, too
    return bool(np.abs(S - root(A)).max() < 1e-7)


def some_root(A):
    values, Q = np.linalg.eigh(A)
    return (Q * np.sqrt(values) * np.array([1, -1, 1, 1])) @ Q.T


two_ways_to_the_square_root_meet.mutant("a root of mixed signs", other=some_root)


@claim("prop-psd", kind="inequality", instances=200)
def congruence_keeps_the_order_and_inverses_reverse_it(
    rng, below=lambda A, B, C: [C.T @ (A - B) @ C, np.linalg.inv(B) - np.linalg.inv(A)]
):
    r"""$A \succeq B \succ 0$: $C^\T AC \succeq C^\T BC$ and $B^{-1} \succeq A^{-1}$."""
    B, C = definite(rng), rng.normal(size=(4, 4))
    G = rng.normal(size=(4, 2))
    least = [np.linalg.eigvalsh(D)[0] for D in below(B + G @ G.T, B, C)]
    return -np.array(least), np.zeros(len(least))


congruence_keeps_the_order_and_inverses_reverse_it.mutant(
    "squares keep the order", below=lambda A, B, C: [A @ A - B @ B]
)
congruence_keeps_the_order_and_inverses_reverse_it.mutant(
    "inverses keep it",
    below=lambda A, B, C: [np.linalg.inv(A) - np.linalg.inv(B)],
)


@congruence_keeps_the_order_and_inverses_reverse_it.sharp
def the_order_with_an_equality():
    A, B = np.diag([2.0, 1.0]), np.eye(2)
    gap = np.linalg.eigvalsh(np.linalg.inv(B) - np.linalg.inv(A))[0]
    return 1.0, 1.0 + gap


@claim("prop-projectors", kind="inequality", instances=200)
def the_projection_is_nearest(rng, project=lambda Q: Q @ Q.T):
    r"""$\abs{x - QQ^\T x} \le \abs{x - s}$ for all $s$ in the span of $Q$."""
    Q = np.linalg.qr(rng.normal(size=(4, 2)))[0]
    x = rng.normal(size=4)
    p = project(Q) @ x
    s = p + rng.normal(size=(100, 2)) @ Q.T * 10 ** rng.uniform(-3, 0)
    gaps = np.linalg.norm(x - s, axis=1)
    return np.full(100, np.linalg.norm(x - p)), gaps


def oblique(Q):
    """A projector onto the same plane, along another complement."""
    tilt = Q + np.roll(Q, 1, axis=0)
    return Q @ np.linalg.solve(tilt.T @ Q, tilt.T)


the_projection_is_nearest.mutant("idempotent, not symmetric", project=oblique)
the_projection_is_nearest.mutant(
    "symmetric, not idempotent", project=lambda Q: 0.5 * Q @ Q.T
)


@the_projection_is_nearest.sharp
def the_foot_itself():
    x, Q = np.array([1.0, 2.0]), np.array([[1.0], [0.0]])
    return np.linalg.norm(x - Q @ Q.T @ x), np.linalg.norm(x - np.array([1.0, 0.0]))


@claim("prop-projectors", kind="identity")
def the_trace_counts_dimensions(rng, count=np.linalg.matrix_rank):
    r"""$\tr P = \dim\range P$ for $P = XX^+$, and $P = P^2 = P^\T$."""
    X = design(rng)
    P = X @ stats.pseudo_inverse(X)
    errors = [np.trace(P) - count(X), *(P @ P - P).ravel(), *(P - P.T).ravel()]
    return np.array(errors)


the_trace_counts_dimensions.mutant("the columns", count=lambda X: X.shape[1])


@claim("prop-projectors", kind="uniqueness")
def penrose_equations_have_one_solution(rng, drop=()):
    r"""Newton's iteration for the pseudo-inverse ends where $V\Sigma^{-1}U^\T$ is."""
    X = design(rng)
    Y = X.T / np.linalg.norm(X, 2) ** 2
    if "symmetry" in drop:  # another generalised inverse: XYX = X still holds
        kernel = np.eye(len(X.T)) - stats.pseudo_inverse(X) @ X
        Y = stats.pseudo_inverse(X) + kernel @ rng.normal(size=Y.shape)
        assert np.abs(X @ Y @ X - X).max() < 1e-9
    for _ in range(0 if drop else 14):
        Y = 2 * Y - Y @ X @ Y
    return bool(np.abs(Y - stats.pseudo_inverse(X)).max() < 1e-8)


penrose_equations_have_one_solution.mutant("$XYX = X$ alone", drop=("symmetry",))


@claim("prop-norms", kind="inequality", instances=200)
def the_norms_bound_each_other(
    rng, spectral=lambda A: np.linalg.norm(A, 2), rank=np.linalg.matrix_rank
):
    r"""$\abs{Av} \le \norm A_2$ for $\abs v = 1$; $\norm A_2 \le \norm A_F$."""
    A = design(rng)
    v = np.linalg.svd(A)[2][0]
    frobenius = np.sqrt(np.sum(A**2))
    low = [np.linalg.norm(A @ v), spectral(A), frobenius]
    high = [spectral(A), frobenius, np.sqrt(rank(A)) * spectral(A)]
    return np.array(low), np.array(high)


the_norms_bound_each_other.mutant(
    "the largest entry for the spectral norm", spectral=lambda A: np.abs(A).max()
)
the_norms_bound_each_other.mutant(
    "the root of the rank minus one", rank=lambda A: np.linalg.matrix_rank(A) - 1
)


@the_norms_bound_each_other.sharp
def an_orthogonal_matrix():
    return np.linalg.norm(np.eye(3)), np.sqrt(3) * np.linalg.norm(np.eye(3), 2)


@claim("prop-norms", kind="inequality", instances=200)
def products_have_smaller_norms(
    rng, bound=lambda A, B: np.linalg.norm(A, 2) * np.linalg.norm(B)
):
    r"""$\norm{AB}_F \le \norm A_2\norm B_F$."""
    A = np.outer(*rng.normal(size=(2, 3))) + 0.1 * rng.normal(size=(3, 3))
    B = rng.normal(size=(3, 2))
    if rng.random() < 0.5:
        B = A.T @ rng.normal(size=(3, 2))
    return np.linalg.norm(A @ B), bound(A, B)


products_have_smaller_norms.mutant(
    "spectral norms on the right",
    bound=lambda A, B: np.linalg.norm(A, 2) * np.linalg.norm(B, 2),
)
products_have_smaller_norms.mutant(
    "the largest eigenvalue for the norm",
    bound=lambda A, B: np.abs(np.linalg.eigvals(A)).max() * np.linalg.norm(B),
)


@products_have_smaller_norms.sharp
def a_rotation():
    A, B = np.array([[0.6, -0.8], [0.8, 0.6]]), np.array([[1.0, 2.0], [3.0, 4.0]])
    return np.linalg.norm(A @ B), np.linalg.norm(B)


@claim("prop-norms", kind="identity")
def factors_move_to_the_other_side(
    rng, left=lambda A, C: A.T @ C, right=lambda B, C: C @ B.T
):
    r"""$\inner{AB}C = \inner B{A^\T C} = \inner A{CB^\T}$, $\tr AB = \tr BA$."""
    A, B, C = (rng.normal(size=s) for s in ((3, 3), (3, 3), (3, 3)))
    whole = np.sum(A @ B * C)
    return np.array([whole, whole, np.trace(A @ B)]), np.array(
        [np.sum(B * left(A, C)), np.sum(A * right(B, C)), np.trace(B @ A)]
    )


factors_move_to_the_other_side.mutant("not transposed", left=lambda A, C: A @ C)
factors_move_to_the_other_side.mutant("the wrong side", right=lambda B, C: B.T @ C)
