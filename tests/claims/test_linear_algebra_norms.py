"""Claims of the appendix on linear algebra (``ch-linear-algebra``): the other parts."""

import numpy as np

from claims import claim, design
from claims.matrices import definite, orthogonal, symmetric


def falling(A):
    """The eigenvalues, numbered downwards."""
    return np.linalg.eigvalsh(A)[::-1]


@claim("thm-courant-fischer", kind="inequality", instances=200)
def no_subspace_is_flatter(rng, number=lambda dim: 4 - dim):
    r"""$\lambda_k \le \max_S\inner v{Av}$ for every $S$ of dimension $d - k$."""
    A, dim = symmetric(rng), int(rng.integers(1, 5))
    S = rng.normal(size=(4, dim))
    if rng.random() < 0.5:  # close to the best subspace
        S = np.linalg.eigh(A)[1][:, :dim] + 0.05 * S
    S = np.linalg.qr(S)[0]
    return falling(A)[max(number(dim), 0)], np.linalg.eigvalsh(S.T @ A @ S)[-1]


no_subspace_is_flatter.mutant("a dimension less", number=lambda dim: 3 - dim)


@no_subspace_is_flatter.sharp
def the_span_of_the_last_eigenvectors():
    A, S = np.diag([3.0, 2.0, -1.0]), np.eye(3)[:, 1:]
    return falling(A)[1], np.linalg.eigvalsh(S.T @ A @ S)[-1]


@claim("thm-courant-fischer", kind="inequality", instances=200)
def larger_forms_have_larger_eigenvalues(rng, add=lambda G: G @ G.T):
    r"""$A \succeq B$ implies $\lambda_k(A) \ge \lambda_k(B)$ for every $k$."""
    B = symmetric(rng)
    return falling(B), falling(B + add(rng.normal(size=(4, 1))))


larger_forms_have_larger_eigenvalues.mutant(
    "larger entries", add=lambda G: np.abs(G + G.T)
)
larger_forms_have_larger_eigenvalues.mutant(
    "a larger trace", add=lambda G: np.diag(np.abs(G[:, 0]) * [1, 1, 1, -0.5])
)


@larger_forms_have_larger_eigenvalues.sharp
def a_direction_is_left_out():
    B = np.diag([3.0, 1.0])
    return falling(B)[1], falling(B + np.diag([5.0, 0.0]))[1]


@claim("prop-psd", kind="identity")
def every_semidefinite_matrix_is_a_square(rng, scale=np.sqrt):
    r"""$A = C^\T C$ with $C = \Lambda^{1/2}Q^\T$, for $A \succeq 0$ of rank two."""
    G = rng.normal(size=(4, 2))
    values, Q = np.linalg.eigh(G @ G.T)
    C = scale(np.clip(values, 0, None))[:, None] * Q.T
    return C.T @ C, G @ G.T


every_semidefinite_matrix_is_a_square.mutant(
    r"$C = \Lambda Q^\T$", scale=lambda values: values
)


@claim("prop-psd", kind="equivalence", instances=200)
def bounds_of_the_form_are_bounds_of_the_eigenvalues(
    rng, size=lambda A: falling(A)[[0, -1]]
):
    r"""$\alpha I \preceq A \preceq \beta I$ iff all eigenvalues lie in the interval."""
    A, alpha, beta = symmetric(rng), -rng.exponential(3), rng.exponential(3)
    v = np.vstack([rng.normal(size=(50, 4)), np.linalg.eigh(A)[1].T])
    form = np.sum((v @ A) * v, axis=1) / np.sum(v * v, axis=1)
    top, bottom = size(A)
    return (
        bool(alpha <= form.min() and form.max() <= beta),
        bool(alpha <= bottom and top <= beta),
    )


bounds_of_the_form_are_bounds_of_the_eigenvalues.mutant(
    "the diagonal for the eigenvalues",
    size=lambda A: (np.diag(A).max(), np.diag(A).min()),
)
bounds_of_the_form_are_bounds_of_the_eigenvalues.mutant(
    "the least and the largest entry", size=lambda A: (A.max(), A.min())
)


@claim("prop-psd", kind="inequality", instances=100)
def the_trace_keeps_the_order(rng, size=np.trace):
    r"""$A \succeq B$ implies $\tr A \ge \tr B$."""
    B, G = symmetric(rng), rng.normal(size=(4, 1))
    return size(B), size(B + G @ G.T)


the_trace_keeps_the_order.mutant("the determinant", size=np.linalg.det)
the_trace_keeps_the_order.mutant("Frobenius' norm", size=np.linalg.norm)


@the_trace_keeps_the_order.sharp
def nothing_added():
    B = np.diag([1.0, -3.0])
    return np.trace(B), np.trace(B + np.zeros((2, 1)) @ np.zeros((1, 2)))


@claim("prop-norms", kind="identity")
def orthogonal_factors_change_no_norm(rng, factor=orthogonal):
    r"""$\norm{QAR}_2 = \norm{A^\T}_2 = \sigma_0$, $\norm{QAR}_F^2 = \sum\sigma_j^2$."""
    A = design(rng)
    A = A / np.linalg.norm(A)
    N, M = A.shape
    B = factor(rng, N) @ A @ factor(rng, M)
    sigma = np.sqrt(np.clip(falling(A.T @ A), 0, None))
    left = [np.linalg.norm(B, 2), np.linalg.norm(A.T, 2), np.sum(B**2)]
    return np.array(left), np.array([sigma[0], sigma[0], sigma @ sigma])


orthogonal_factors_change_no_norm.mutant(
    "any factors of determinant one",
    factor=lambda rng, d: np.eye(d) + np.diag(rng.normal(size=d - 1), 1),
)


@claim("prop-norms", kind="inequality", instances=200)
def the_spectral_norm_is_submultiplicative(rng, norm=lambda A: np.linalg.norm(A, 2)):
    r"""$\norm{AB}_2 \le \norm A_2\norm B_2$."""
    A, B = rng.normal(size=(2, 3, 3))
    if rng.random() < 0.5:
        A, B = np.outer(A[0], B[0]), np.outer(B[0], A[0])
    return norm(A @ B), norm(A) * norm(B)


the_spectral_norm_is_submultiplicative.mutant(
    "the largest entry", norm=lambda A: np.abs(A).max()
)
the_spectral_norm_is_submultiplicative.mutant(
    "the spectral radius", norm=lambda A: np.abs(np.linalg.eigvals(A)).max()
)


@the_spectral_norm_is_submultiplicative.sharp
def the_same_direction_twice():
    A = np.outer([1.0, 2.0], [1.0, 2.0])
    return np.linalg.norm(A @ A, 2), np.linalg.norm(A, 2) ** 2


def spread(rng):
    """A triangular matrix in a random basis, and its spectral radius."""
    D = rng.choice([0.7, 0.9, 1.0, 1.1], size=3) * rng.choice([-1, 1], size=3)
    Q = orthogonal(rng, 3)
    return Q @ (np.diag(D) + np.triu(rng.normal(size=(3, 3)), 1)) @ Q.T, D


@claim("thm-spectral-radius", kind="equivalence", instances=100)
def powers_vanish_exactly_if_the_radius_is_below_one(
    rng, test=lambda A, D: np.abs(D).max() < 1
):
    r"""$A^k \to 0$ iff $\rho < 1$; seen at $k = 1024$."""
    A, D = spread(rng)
    P = np.linalg.matrix_power(A, 1024)
    return bool(np.abs(P).max() < 1e-12), bool(test(A, D))


powers_vanish_exactly_if_the_radius_is_below_one.mutant(
    "the norm is below one", test=lambda A, D: np.linalg.norm(A, 2) < 1
)
powers_vanish_exactly_if_the_radius_is_below_one.mutant(
    "the eigenvalues with their signs", test=lambda A, D: D.max() < 1
)
powers_vanish_exactly_if_the_radius_is_below_one.mutant(
    "the determinant is below one", test=lambda A, D: abs(np.prod(D)) < 1
)


@claim("thm-spectral-radius", kind="identity")
def for_normal_matrices_the_norm_is_the_radius(rng, shear=0.0):
    r"""$\norm{A^k}_2 = \rho^k$ for a normal $A$ that is not symmetric."""
    c, s, r = *rng.normal(size=2), rng.normal()
    A = np.array([[c, -s, 0], [s, c, 0], [0, 0, r]]) + shear * np.eye(3, k=1)
    Q, k = orthogonal(rng, 3), int(rng.integers(1, 9))
    A = Q @ A @ Q.T
    power = np.linalg.norm(np.linalg.matrix_power(A, k), 2)
    return power, np.abs(np.linalg.eigvals(A)).max() ** k


for_normal_matrices_the_norm_is_the_radius.mutant("not normal", shear=1.0)


@claim("prop-kronecker", kind="identity")
def eigenvalues_multiply(rng, combine=np.multiply.outer):
    r"""$\lambda_i(A)\lambda_j(B)$ are the eigenvalues, for symmetric $A$ and $B$."""
    A, B = symmetric(rng, 2), symmetric(rng, 3)
    both = np.linalg.eigvalsh(np.kron(A, B))
    return both, np.sort(combine(falling(A), falling(B)).ravel())


eigenvalues_multiply.mutant("sums", combine=np.add.outer)
eigenvalues_multiply.mutant(
    "absolute values, as for singular values",
    combine=lambda a, b: np.abs(np.multiply.outer(a, b)),
)


@claim("prop-schur-complement", kind="inequality", instances=100)
def no_other_x_is_lower(rng, complement=lambda A, B: B.T @ np.linalg.solve(A, B)):
    r"""$\inner y{Sy} \le \inner x{Ax} + 2\inner x{By} + \inner y{Cy}$ for all $x$."""
    A, B, C = definite(rng, 3), rng.normal(size=(3, 2)), symmetric(rng, 2)
    y = rng.normal(size=2)
    step = rng.normal(size=3) * 10 ** rng.uniform(-3, 0)
    x = step - np.linalg.solve(A, B @ y)
    return y @ (C - complement(A, B)) @ y, x @ A @ x + 2 * x @ B @ y + y @ C @ y


no_other_x_is_lower.mutant(
    "half of what is gained", complement=lambda A, B: B.T @ np.linalg.solve(A, B) / 2
)


@no_other_x_is_lower.sharp
def at_the_minimiser():
    a, b, c, y = 2.0, 3.0, 10.0, 1.0
    x = -b * y / a
    return (c - b * b / a) * y * y, a * x * x + 2 * b * x * y + c * y * y
