"""Claims of the appendix on linear algebra (``ch-linear-algebra``): powers, blocks."""

from math import comb

import numpy as np

from claims import claim
from claims.matrices import definite, orthogonal, symmetric


def schur(A):
    """The unitary factor as in the proof: one eigenvector after the other."""
    d, Q = len(A), np.eye(len(A), dtype=complex)
    for k in range(d - 1):
        T = (Q.conj().T @ A @ Q)[k:, k:]
        values, vectors = np.linalg.eig(T)
        start = np.eye(d - k, dtype=complex)
        start[:, 0] = vectors[:, np.argmax(np.abs(values))]
        start = np.linalg.qr(np.column_stack([start[:, :1], np.eye(d - k)]))[0]
        Q[:, k:] = Q[:, k:] @ start[:, : d - k]
    return Q


def rotation(rng):
    """A normal matrix, not symmetric, with complex eigenvalues."""
    return rng.uniform(0.2, 1) * orthogonal(rng, 4)


@claim("lem-schur-form", kind="identity", tol=1e-8)  # eigenvectors lose digits
def one_eigenvector_after_the_other_makes_a_triangle(rng, factor=schur):
    """$Q^*Q = I$, and $Q^*AQ$ has nothing below its diagonal."""
    A = rng.normal(size=(4, 4))
    Q = factor(A)
    below = np.tril(Q.conj().T @ A @ Q, -1)
    return np.abs(np.stack([Q.conj().T @ Q - np.eye(4), below]))


one_eigenvector_after_the_other_makes_a_triangle.mutant(
    "the eigenvectors themselves", factor=lambda A: np.linalg.eig(A)[1]
)
one_eigenvector_after_the_other_makes_a_triangle.mutant(
    "real and orthogonal", factor=lambda A: np.linalg.svd(A)[0]
)


@claim("lem-schur-form", kind="equivalence", instances=60)
def normal_means_diagonal(rng, test=lambda A: np.abs(A.T @ A - A @ A.T).max() < 1e-9):
    """$N = 0$ iff $A$ commutes with its adjoint."""
    A = rng.choice([symmetric(rng), rotation(rng), rng.normal(size=(4, 4))])
    T = schur(A).conj().T @ A @ schur(A)
    return bool(np.abs(np.triu(T, 1)).max() < 1e-6), bool(test(A))


normal_means_diagonal.mutant("symmetric", test=lambda A: np.abs(A - A.T).max() < 1e-9)
normal_means_diagonal.mutant(
    "the eigenvalues differ",
    test=lambda A: np.abs(np.subtract.outer(*[np.linalg.eigvals(A)] * 2)).max() > 1e-6,
)


def triangular(rng, d=4):
    """D + N in a random orthonormal basis, with rho = max |D| and the norm of N."""
    Q = orthogonal(rng, d)
    D = rng.uniform(-0.95, 0.95, d)
    if rng.random() < 0.5:
        D = np.full(d, rng.uniform(0.5, 0.95))  # defective
    N = np.triu(rng.normal(size=(d, d)), 1)
    if rng.random() < 0.5:
        N = np.diag(np.ones(d - 1), 1) * rng.uniform(0.5, 2)
    T = np.diag(D) + N
    return Q @ T @ Q.T, np.abs(D).max(), np.linalg.norm(N, 2)


STEPS = np.arange(60)


def powers(A, steps=STEPS):
    return np.array([np.linalg.norm(np.linalg.matrix_power(A, k), 2) for k in steps])


@claim("thm-spectral-radius", kind="rate", instances=40)
def powers_grow_like_a_polynomial_times_the_radius(rng, terms=lambda d: d):
    r"""$\rho^k \le \norm{A^k}_2 \le \sum_{j<d}\binom kj\rho^{k-j}\norm N_2^j$."""
    A, rho, n = triangular(rng)
    bound = [
        sum(comb(k, j) * rho ** (k - j) * n**j for j in range(terms(4)) if j <= k)
        for k in STEPS.tolist()
    ]
    measured = powers(A)
    return np.r_[rho**STEPS, measured], np.r_[measured, bound]


powers_grow_like_a_polynomial_times_the_radius.mutant(
    r"$\rho^k$ alone, as for normal matrices", terms=lambda d: 1
)
powers_grow_like_a_polynomial_times_the_radius.mutant(
    "one term less", terms=lambda d: d - 1
)


@powers_grow_like_a_polynomial_times_the_radius.sharp
def a_block_of_size_two():
    A, k = np.array([[0.9, 1.0], [0.0, 0.9]]), 200
    return powers(A, [k])[0], 0.9**k + k * 0.9 ** (k - 1)


@claim("thm-spectral-radius", kind="existence", instances=40)
def the_root_of_the_norm_tends_to_the_radius(
    rng, radius=lambda A, eigenvalues: np.abs(eigenvalues).max()
):
    r"""$\norm{A^k}_2^{1/k}$ at $k = 2^{20}$ is within 0.1 per cent of $\rho$."""
    D = rng.uniform(-0.95, 0.95, 3) if rng.random() < 0.5 else np.full(3, 0.8)
    A = np.diag(D) + np.triu(rng.normal(size=(3, 3)), 1)  # rounding keeps it so
    rho, log, k = radius(A, D), 0.0, 2**20
    for _ in range(20):  # squaring, with the size kept aside
        size = np.linalg.norm(A, 2)
        A, log = (A / size) @ (A / size), 2 * (log + np.log(size))
    limit = np.exp((log + np.log(np.linalg.norm(A, 2))) / k)
    return bool(abs(limit / rho - 1) < 1e-3)


the_root_of_the_norm_tends_to_the_radius.mutant(
    "the norm itself", radius=lambda A, eigenvalues: np.linalg.norm(A, 2)
)
the_root_of_the_norm_tends_to_the_radius.mutant(
    "the largest of the eigenvalues, with signs",
    radius=lambda A, eigenvalues: eigenvalues.max(),
)


@claim("thm-spectral-radius", kind="identity", instances=40)
def the_series_of_powers_is_an_inverse(rng, start=0):
    r"""$(I - A)\sum_{k \ge 0}A^k = I$ if $\rho(A) < 1$."""
    A = 0.8 * triangular(rng)[0]
    total, term = np.zeros((4, 4)), np.eye(4)
    for k in range(600):
        total, term = total + term * (k >= start), term @ A
    return (np.eye(4) - A) @ total, np.eye(4)


the_series_of_powers_is_an_inverse.mutant("from $k = 1$ on", start=1)


@claim("prop-kronecker", kind="identity")
def products_act_on_the_rows_one_after_another(
    rng, kron=lambda A, B: np.kron(A, B.T), vec=np.ravel
):
    r"""$\vect(AXB) = (A \otimes B^\T)\vect X$, row by row."""
    A, X, B = (rng.normal(size=(3, 3)) for _ in range(3))
    return vec(A @ X @ B), kron(A, B) @ vec(X)


products_act_on_the_rows_one_after_another.mutant(
    "for columns", kron=lambda A, B: np.kron(B.T, A)
)
products_act_on_the_rows_one_after_another.mutant("$B$ not transposed", kron=np.kron)
products_act_on_the_rows_one_after_another.mutant(
    "columns stacked", vec=lambda X: X.ravel(order="F")
)


@claim("prop-kronecker", kind="identity")
def kronecker_products_multiply_factor_by_factor(
    rng, right=lambda A, B, C, D: np.kron(A @ C, B @ D)
):
    r"""$(A \otimes B)(C \otimes D) = AC \otimes BD$."""
    A, B, C, D = rng.normal(size=(4, 3, 3))
    return np.kron(A, B) @ np.kron(C, D), right(A, B, C, D)


kronecker_products_multiply_factor_by_factor.mutant(
    "the neighbours multiplied", right=lambda A, B, C, D: np.kron(A @ B, C @ D)
)


@claim("prop-kronecker", kind="identity")
def singular_values_multiply(rng, combine=np.multiply.outer):
    r"""Those of $A \otimes B$ are the products $\sigma_i(A)\,\sigma_j(B)$."""
    A, B = rng.normal(size=(2, 3)), rng.normal(size=(4, 2))
    a, b = (np.linalg.svd(M, compute_uv=False) for M in (A, B))
    both = np.linalg.svd(np.kron(A, B), compute_uv=False)[:4]
    return both, np.sort(combine(a, b).ravel())[::-1]


singular_values_multiply.mutant("sums", combine=np.add.outer)


def blocks(rng, shift):
    A, B = definite(rng, 3), rng.normal(size=(3, 2))
    C = B.T @ np.linalg.solve(A, B) + shift(rng)
    return A, B, C


def any_sign(rng):
    values = rng.choice([-1, 1, 1], size=2) * rng.uniform(0.05, 1, 2)
    Q = orthogonal(rng, 2)
    return (Q * values) @ Q.T


def joined(A, B, C):
    return np.block([[A, B], [B.T, C]])


@claim("prop-schur-complement", kind="equivalence", instances=200)
def definite_exactly_with_its_complement(
    rng, test=lambda A, B, C: C - B.T @ np.linalg.solve(A, B)
):
    r"""$M \succeq 0$ iff $S = C - B^\T A^{-1}B \succeq 0$."""
    A, B, C = blocks(rng, any_sign)
    positive = [np.linalg.eigvalsh(M)[0] > 0 for M in (joined(A, B, C), test(A, B, C))]
    return bool(positive[0]), bool(positive[1])


definite_exactly_with_its_complement.mutant(
    "the block $C$ alone", test=lambda A, B, C: C
)
definite_exactly_with_its_complement.mutant(
    "$A$ for its inverse", test=lambda A, B, C: C - B.T @ A @ B
)


@claim("prop-schur-complement", kind="identity")
def determinants_inverses_and_minima_follow(
    rng, complement=lambda A, B, C: C - B.T @ np.linalg.solve(A, B)
):
    r"""$\det M = \det A\det S$, the corner of $M^{-1}$, the least value over $x$."""
    A, B, C = blocks(rng, lambda rng: definite(rng, 2))
    M, S, y = joined(A, B, C), complement(A, B, C), rng.normal(size=2)
    z = np.r_[-np.linalg.solve(A, B @ y), y]
    left = [np.linalg.det(M), z @ M @ z, *np.linalg.inv(M)[3:, 3:].ravel()]
    right = [np.linalg.det(A) * np.linalg.det(S), y @ S @ y]
    return np.array(left), np.array([*right, *np.linalg.inv(S).ravel()])


determinants_inverses_and_minima_follow.mutant(
    "a plus sign", complement=lambda A, B, C: C + B.T @ np.linalg.solve(A, B)
)


def gram_schmidt(X, subtract=True):
    Q, R = np.zeros_like(X), np.zeros((X.shape[1], X.shape[1]))
    for j, x in enumerate(X.T):
        R[:j, j] = Q[:, :j].T @ x
        z = x - Q[:, :j] @ R[:j, j] * subtract
        R[j, j] = np.linalg.norm(z)
        Q[:, j] = z / R[j, j]
    return Q, R


@claim("prop-qr-cholesky", kind="identity")
def columns_one_by_one_give_both_factorisations(rng, factor=gram_schmidt):
    r"""$X = QR$, $Q^\T Q = I$, and $R$ is Cholesky's factor of $X^\T X$."""
    X = rng.normal(size=(6, 3))
    Q, R = factor(X)
    cholesky = np.linalg.cholesky(X.T @ X).T
    left = np.concatenate([(Q @ R).ravel(), (Q.T @ Q).ravel(), R.ravel()])
    return left, np.concatenate([X.ravel(), np.eye(3).ravel(), cholesky.ravel()])


columns_one_by_one_give_both_factorisations.mutant(
    "the columns only rescaled", factor=lambda X: gram_schmidt(X, subtract=False)
)
columns_one_by_one_give_both_factorisations.mutant(
    "signs left free", factor=np.linalg.qr
)
