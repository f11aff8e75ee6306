"""Claims of the chapter on likelihood (``ch-likelihood``): entropies and codes.

Laws are random points of a simplex, some of them nearly uniform, some nearly
concentrated in one point.
"""

import numpy as np

from claims import claim
from mmdl import stats


def law(rng, K=None):
    """A random probability vector, sometimes very uneven."""
    K = int(rng.integers(2, 8)) if K is None else K
    p = np.maximum(rng.dirichlet(np.full(K, 10 ** rng.uniform(-1, 1))), 1e-12)
    return p / p.sum()


def two_laws(rng):
    """Two laws on the same points."""
    p = law(rng)
    return p, law(rng, len(p))


# --- thm-gibbs --------------------------------------------------------------


@claim("thm-gibbs", kind="inequality", instances=200)
def relative_entropy_is_not_negative(rng, divergence=stats.kl):
    r"""$0 \le \KL pq$, also where $p_k = 0$."""
    p, q = two_laws(rng)
    if rng.random() < 0.3:
        p = np.r_[p[1:] / p[1:].sum(), 0.0]
    return 0.0, divergence(p, q)


@relative_entropy_is_not_negative.sharp
def the_truth_costs_nothing_more():
    p = np.array([0.2, 0.5, 0.3])
    return 0.0, stats.kl(p, p)


relative_entropy_is_not_negative.mutant(
    r"the ratio upside down: $\sum_k p_k \log\frac{q_k}{p_k}$",
    divergence=lambda p, q: -stats.kl(p, q),
)
relative_entropy_is_not_negative.mutant(
    "the difference of the entropies",
    divergence=lambda p, q: stats.entropy(q) - stats.entropy(p),
)


@claim("thm-gibbs", kind="equivalence", instances=100)
def only_the_truth_costs_nothing(rng, divergence=stats.kl):
    r"""$\KL pq = 0$ if and only if $p = q$."""
    p, q = two_laws(rng)
    if rng.random() < 0.7:
        q = p.copy() if rng.random() < 0.5 else np.roll(p, 1)
    return bool(divergence(p, q) < 1e-12), bool(np.allclose(p, q, atol=1e-9))


only_the_truth_costs_nothing.mutant(
    "a difference of entropies",
    divergence=lambda p, q: abs(stats.entropy(p) - stats.entropy(q)),
)


# --- prop-entropy -----------------------------------------------------------


@claim("prop-entropy", kind="inequality", instances=100)
def entropy_has_its_bounds(rng, top=np.log):
    r"""$0 \le H(p) \le \log K$."""
    p = law(rng)
    return np.r_[0, stats.entropy(p)], np.r_[stats.entropy(p), top(len(p))]


@entropy_has_its_bounds.sharp
def uniform_law():
    return stats.entropy(np.full(6, 1 / 6)), np.log(6)


entropy_has_its_bounds.mutant("one outcome fewer", top=lambda K: np.log(K - 1))


@claim("prop-entropy", kind="inequality", instances=100)
def mixing_adds_uncertainty(rng, weights=lambda t: (t, 1 - t)):
    r"""$\theta H(p) + (1 - \theta)H(q) \le H(\theta p + (1 - \theta)q)$."""
    (p, q), t = two_laws(rng), rng.uniform()
    a, b = weights(t)
    return a * stats.entropy(p) + b * stats.entropy(q), stats.entropy(
        t * p + (1 - t) * q
    )


@mixing_adds_uncertainty.sharp
def equal_laws():
    p = np.array([0.5, 0.3, 0.2])
    return stats.entropy(p), stats.entropy(0.4 * p + 0.6 * p)


mixing_adds_uncertainty.mutant("the weights exchanged", weights=lambda t: (1 - t, t))


@claim("prop-entropy", kind="identity", instances=100)
def entropies_add_up(rng, conditional=stats.conditional_entropy):
    r"""$H(p_{XY}) = H(p_X) + H(Y \mid X)$."""
    joint = law(rng, 12).reshape(3, 4)
    left = stats.entropy(joint.ravel())
    return left, stats.entropy(joint.sum(axis=1)) + conditional(joint)


entropies_add_up.mutant(
    "the entropy of $Y$", conditional=lambda joint: stats.entropy(joint.sum(axis=0))
)
entropies_add_up.mutant(
    r"$H(X \mid Y)$", conditional=lambda joint: stats.conditional_entropy(joint.T)
)


@claim("prop-entropy", kind="inequality", instances=100)
def conditioning_reduces_entropy(rng, other=1):
    r"""$H(Y \mid X) \le H(p_Y)$."""
    joint = law(rng, 12).reshape(3, 4)
    return stats.conditional_entropy(joint), stats.entropy(joint.sum(axis=1 - other))


@conditioning_reduces_entropy.sharp
def independent_variables():
    joint = np.outer([0.2, 0.8], [0.5, 0.3, 0.2])
    return stats.conditional_entropy(joint), stats.entropy(joint.sum(axis=0))


conditioning_reduces_entropy.mutant("the entropy of $X$", other=0)


def independent(joint):
    """Tell whether the joint law is the product of its marginals."""
    return np.allclose(joint, np.outer(joint.sum(axis=1), joint.sum(axis=0)), atol=1e-9)


def uncorrelated(joint):
    """Tell whether the numbers -1, 0, 1 (rows) and 0, 1, 2 are uncorrelated."""
    x, y = np.array([-1.0, 0.0, 1.0]), np.arange(3.0)
    centred = joint - np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return abs(x @ centred @ y) < 1e-9


@claim("prop-entropy", kind="equivalence", instances=100)
def nothing_is_learnt_from_what_is_independent(rng, unrelated=independent):
    r"""$H(Y \mid X) = H(p_Y)$ if and only if $X$ and $Y$ are independent."""
    joint = np.outer(law(rng, 3), law(rng, 3))
    if rng.random() < 0.4:  # X symmetric and Y = |X|, or Y = X
        p = law(rng, 2)
        joint = np.zeros((3, 3))
        joint[[0, 2], 1], joint[1, 0] = p[0] / 2, p[1]
        joint = joint if rng.random() < 0.5 else np.diag(law(rng, 3))
    gap = stats.entropy(joint.sum(axis=0)) - stats.conditional_entropy(joint)
    return bool(abs(gap) < 1e-9), bool(unrelated(joint))


nothing_is_learnt_from_what_is_independent.mutant(
    "uncorrelated", unrelated=uncorrelated
)


# --- thm-source-coding ------------------------------------------------------


@claim("thm-source-coding", kind="equivalence", instances=300)
def kraft_decides(rng, possible=lambda total: total <= 1):
    r"""Lengths belong to a prefix code if and only if $\sum_x 2^{-l(x)} \le 1$."""
    lengths = rng.integers(1, 5, int(rng.integers(2, 7)))
    try:
        words = stats.prefix_code(lengths)
        found = [len(w) for w in words] == lengths.tolist() and not any(
            i != j and words[j].startswith(words[i])
            for i in range(len(words))
            for j in range(len(words))
        )
    except ValueError:
        found = False
    return bool(found), bool(possible((2.0**-lengths).sum()))


kraft_decides.mutant("strictly less than 1", possible=lambda total: total < 1)
kraft_decides.mutant("$3/2$ for 1", possible=lambda total: total <= 1.5)


@claim("thm-source-coding", kind="impossibility", instances=1)
def no_prefix_code_is_shorter(rng, limit=1.0):
    r"""No prefix code with three words of at most three letters has a sum above 1."""
    words = [f"{k:0{n}b}" for n in (1, 2, 3) for k in range(2**n)]
    codes = [
        (u, v, w)
        for u in words
        for v in words
        for w in words
        if not any(a != b and b.startswith(a) for a in (u, v, w) for b in (u, v, w))
        and len({u, v, w}) == 3
    ]
    sums = np.array([sum(2.0 ** -len(a) for a in code) for code in codes])
    return int(np.sum(sums > limit)), len(codes)


no_prefix_code_is_shorter.mutant("a sum below 1", limit=0.99)


@claim("thm-source-coding", kind="inequality", instances=100)
def the_entropy_is_the_floor(rng, base=2):
    r"""$H_2(p) \le \sum_x p(x)\,l(x)$ for Huffman's code and for random codes."""
    p = law(rng)
    lengths = stats.huffman_lengths(p)
    if rng.random() < 0.5:
        lengths = stats.shannon_lengths(law(rng, len(p)))
    return stats.entropy(p, base=base), p @ lengths


@the_entropy_is_the_floor.sharp
def powers_of_one_half():
    p = np.array([0.5, 0.25, 0.125, 0.125])
    return stats.entropy(p, base=2), p @ stats.huffman_lengths(p)


the_entropy_is_the_floor.mutant("logarithms to base $1.5$", base=1.5)


@claim("thm-source-coding", kind="inequality", instances=100)
def lengths_lie_between(rng, extra=1.0, order=lambda p, q: (p, q)):
    r"""$H_2(p) + \operatorname{KL}_2(p \,\Vert\, q)$ and 1 more enclose the mean."""
    p, q = two_laws(rng)
    mean = p @ stats.shannon_lengths(q)
    bill = stats.entropy(p, base=2) + stats.kl(*order(p, q), base=2)
    return np.r_[bill, mean], np.r_[mean, bill + extra]


@lengths_lie_between.sharp
def a_belief_of_powers_of_one_half():
    p, q = np.array([0.2, 0.3, 0.5]), np.array([0.5, 0.25, 0.25])
    return stats.entropy(p, base=2) + stats.kl(p, q, base=2), p @ stats.shannon_lengths(
        q
    )


lengths_lie_between.mutant("half a bit", extra=0.5)
lengths_lie_between.mutant("the slots exchanged", order=lambda p, q: (q, p))


# --- thm-mle-is-min-kl, prop-cross-entropy-chain ----------------------------


@claim("thm-mle-is-min-kl", kind="identity", instances=100)
def mean_surprise_is_entropy_plus_kl(
    rng, order=lambda p, q: (p, q), price=stats.entropy
):
    r"""$-\frac1N\ell_N(\theta) = H(\hat p) + \KL{\hat p}{p_\theta}$."""
    q, x = law(rng, 4), np.r_[0:4, rng.integers(4, size=16)]
    seen = np.bincount(x, minlength=4) / 20
    return -np.log(q[x]).mean(), price(seen) + stats.kl(*order(seen, q))


mean_surprise_is_entropy_plus_kl.mutant(
    "the slots exchanged", order=lambda p, q: (q, p)
)
mean_surprise_is_entropy_plus_kl.mutant(r"$H(\hat p)$ forgotten", price=lambda p: 0.0)


@claim("thm-mle-is-min-kl", kind="equivalence", instances=100)
def the_likeliest_model_is_the_nearest(rng, distance=stats.kl):
    r"""$\ell_N$ is the largest of 3 models iff $\KL{\hat p}{p_\theta}$ is the least."""
    x = rng.integers(3, size=6)
    seen = np.bincount(x, minlength=3) / 6
    models = [law(rng, 3) for _ in range(3)]
    k = int(rng.integers(3))
    surprise = [-np.log(q[x]).sum() for q in models]
    return k == np.argmin(surprise), k == np.argmin([distance(seen, q) for q in models])


the_likeliest_model_is_the_nearest.mutant(
    "the nearest in total variation", distance=stats.total_variation
)


@claim("prop-cross-entropy-chain", kind="identity", instances=100)
def cross_entropies_add_up(
    rng, inputs=stats.cross_entropy, rest=stats.conditional_cross_entropy
):
    r"""$H(p_{XY}, q_{XY}) = H(p_X, q_X) + \sum_x p_X(x) H(p_{Y|X=x}, q_{Y|X=x})$."""
    p, q = (law(rng, 12).reshape(3, 4) for _ in range(2))
    left = stats.cross_entropy(p.ravel(), q.ravel())
    return left, inputs(p.sum(axis=1), q.sum(axis=1)) + rest(p, q)


cross_entropies_add_up.mutant(
    "the term of the inputs forgotten", inputs=lambda p, q: 0.0
)
cross_entropies_add_up.mutant(
    "the entropy $H(p_X)$ although $q_X \\ne p_X$", inputs=lambda p, q: stats.entropy(p)
)
cross_entropies_add_up.mutant(
    "averaged over the inputs of the model",
    rest=lambda p, q: stats.conditional_cross_entropy(
        p / p.sum(axis=1, keepdims=True) * q.sum(axis=1, keepdims=True), q
    ),
)


# --- prop-pinsker, prop-gaussian-kl -----------------------------------------


@claim("prop-pinsker", kind="inequality", instances=300)
def total_variation_is_bounded(rng, half=0.5, distance=stats.total_variation):
    r"""$\operatorname{TV}(p, q)^2 \le \frac12 \KL pq$."""
    p, q = two_laws(rng)
    if rng.random() < 0.3:
        q = p * np.exp(0.1 * rng.normal(size=len(p)))
        q /= q.sum()
    return distance(p, q) ** 2, half * stats.kl(p, q)


@total_variation_is_bounded.sharp
def nearly_fair_coins():
    p, q = np.array([0.5, 0.5]), np.array([0.505, 0.495])
    return stats.total_variation(p, q) ** 2, 0.5 * stats.kl(p, q)


total_variation_is_bounded.mutant("a quarter", half=0.25)
total_variation_is_bounded.mutant(
    r"$\sum_k \abs{p_k - q_k}$ without its half",
    distance=lambda p, q: np.abs(p - q).sum(),
)


@claim("prop-gaussian-kl", kind="identity", instances=40, tol=1e-8)  # quadrature
def gaussian_formula(rng, minus=1.0, order=lambda first, second: (*first, *second)):
    """The formula agrees with Gauss-Hermite quadrature in the plane."""
    m0, m1 = rng.normal(size=(2, 2))
    S0, S1 = (B @ B.T + np.eye(2) for B in rng.normal(size=(2, 2, 2)))
    t, w = np.polynomial.hermite_e.hermegauss(20)
    grid = np.stack(np.meshgrid(t, t), axis=-1).reshape(-1, 2)
    weight = np.outer(w, w).ravel() / (2 * np.pi)
    x = m0 + grid @ np.linalg.cholesky(S0).T

    def log_density(m, S):
        form = np.einsum("ni,ij,nj->n", x - m, np.linalg.inv(S), x - m)
        return -0.5 * (form + np.linalg.slogdet(S)[1])

    exact = weight @ (log_density(m0, S0) - log_density(m1, S1))
    formula = stats.gaussian_kl(*order((m0, S0), (m1, S1)))
    return formula + 0.5 * (1 - minus) * len(m0), exact


gaussian_formula.mutant("the $-d$ forgotten", minus=0.0)
gaussian_formula.mutant(
    "the laws exchanged", order=lambda first, second: (*second, *first)
)
