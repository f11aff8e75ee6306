"""Networks as compositions: layer by layer, cost, order, symmetries, names."""

from itertools import pairwise, permutations, product
from math import factorial

import numpy as np

from claims import claim
from mmdl import approx, byhand, nn, stats

relu = approx.relu


def normal(rng, *shapes):
    return [rng.normal(size=shape) for shape in shapes]


# --- prop-layerwise -----------------------------------------------------------


@claim("prop-layerwise", kind="inequality", instances=100)
def a_unit_is_as_good_as_its_parents(rng, columns=stats.quadratic_features):
    r"""$\abs{z - y} \le \min\set{\abs{u - y}, \abs{v - y}, \abs{\bar y \one - y}}$."""
    u, v, noise = normal(rng, 12, 12, 12)
    y = u + rng.choice([0.0, 0.1, 1.0]) * noise + rng.normal()
    z = stats.least_squares(columns(u, v), y).fitted
    rivals = (u, v, y.mean())
    return np.linalg.norm(z - y), min(np.linalg.norm(r - y) for r in rivals)


@a_unit_is_as_good_as_its_parents.sharp
def noise_that_no_unit_sees():
    u, v, e = np.random.default_rng(0).normal(size=(3, 9))
    A = stats.quadratic_features(u, v)
    e = e - stats.hat_matrix(A) @ e
    z = stats.least_squares(A, u + e).fitted
    return np.linalg.norm(z - u - e), np.linalg.norm(e)


a_unit_is_as_good_as_its_parents.mutant(
    "products and squares only",
    columns=lambda u, v: stats.quadratic_features(u, v)[:, [0, 3, 4, 5]],
)
a_unit_is_as_good_as_its_parents.mutant(
    "no constant", columns=lambda u, v: stats.quadratic_features(u, v)[:, 1:]
)


@claim("prop-layerwise", kind="identity", instances=20, tol=1e-8)  # degree 8 refitted
def layers_double_the_degree(rng, degree=lambda k: 2**k):
    """Along a line, a unit of layer $k$ is a polynomial of degree $2^k$."""
    X, y = normal(rng, (30, 4), 30)
    k = int(rng.integers(1, 4))
    net = stats.gmdh(np.tanh(X), y, check=(np.tanh(X), y), width=4, layers=k)
    t = np.cos(np.pi * (np.arange(40) + 0.5) / 40)
    points = np.tanh(X[0]) + t[:, None] * normal(rng, 4)[0] / 2
    values = net.predict(points, depth=k)
    values = values / np.abs(values).max()
    basis = np.polynomial.chebyshev.chebvander(t, degree(k))
    return values, stats.least_squares(basis, values).fitted


layers_double_the_degree.mutant("a degree more a layer", degree=lambda k: k + 1)


def ancestors(layers, k, unit):
    """All units that a unit of layer k needs, itself included."""
    needed = {(k, unit)}
    if k > 1:
        for parent in layers[k - 1].parents[unit]:
            needed |= ancestors(layers, k - 1, int(parent))
    return needed


@claim("prop-layerwise", kind="inequality", instances=40)
def a_unit_needs_few_others(rng, bound=lambda k: 6 * (2**k - 1)):
    r"""A unit of layer $k$ is described by at most $6\,(2^k - 1)$ numbers."""
    X, y = normal(rng, (40, 16), 40)
    layers = int(rng.integers(1, 5))
    net = stats.gmdh(X, y, check=(X, y), width=16, layers=layers)
    return 6 * len(ancestors(net.layers, layers, 0)), bound(layers)


@a_unit_needs_few_others.sharp
def all_ancestors_different():
    X = np.random.default_rng(1).uniform(1, 2, (200, 4))
    y = X.prod(axis=1)
    net = stats.gmdh(X, y, check=(X, y), width=6, layers=2)
    return 6 * len(ancestors(net.layers, 2, 0)), 18


a_unit_needs_few_others.mutant("one unit a layer", bound=lambda k: 6 * k)


# --- prop-count ---------------------------------------------------------------


def perceptron(rng, widths, activation, dtype=np.float64):
    layers = []
    for m, n in pairwise(widths):
        layers += [nn.Linear(m, n, rng=rng, dtype=dtype), activation()]
    return nn.Sequential(*layers[:-1])


def some_widths(rng):
    return [int(m) for m in rng.integers(1, 9, int(rng.integers(2, 6)))]


@claim("prop-count", kind="identity", instances=60)
def parameters_are_counted(rng, numbers=lambda m, n: (m + 1) * n):
    r"""$p = \sum_l (M_{l-1} + 1) M_l$ is what the model holds."""
    widths = some_widths(rng)
    counted = perceptron(rng, widths, nn.Tanh).n_parameters
    return counted, sum(numbers(m, n) for m, n in pairwise(widths))


parameters_are_counted.mutant("no biases", numbers=lambda m, n: m * n)
parameters_are_counted.mutant("a bias an input", numbers=lambda m, n: m * (n + 1))


@claim("prop-count", kind="identity", instances=60)
def operations_are_counted(rng, each=2, c=1):
    r"""$N (2 \sum_l M_{l-1} M_l + c \sum_{l < K} M_l)$ are the operations counted."""
    widths, N = some_widths(rng), int(rng.integers(1, 5))
    model = perceptron(rng, widths, nn.Tanh if rng.random() < 0.5 else nn.ReLU)
    weights = sum(m * n for m, n in pairwise(widths))
    formula = N * (each * weights + c * sum(widths[1:-1]))
    return nn.summary(model, (N, widths[0])).operations, formula


operations_are_counted.mutant("a multiplication with its addition as one", each=1)
operations_are_counted.mutant("activations for nothing", c=0)


# --- prop-linear-network ------------------------------------------------------


def factors(A, widths):
    """The matrices of the proof: A through layers of the given widths."""
    U, s, V = np.linalg.svd(A)
    r = min(widths)
    first, last = np.zeros((len(A), widths[1])), np.zeros((widths[-2], A.shape[1]))
    first[:, :r], last[:r] = U[:, :r] * s[:r], V[:r]
    middle = [np.eye(m, n) * (np.arange(n) < r) for m, n in pairwise(widths[1:-1])]
    return [first, *middle, last]


@claim("prop-linear-network", kind="identity", instances=100)
def every_matrix_of_small_rank_is_a_product(rng, rank=lambda narrowest: narrowest):
    r"""$W_1 \cdots W_K = A$ for every $A$ of rank at most $\min_l M_l$."""
    hidden = [int(m) for m in rng.integers(1, 6, int(rng.integers(1, 4)))]
    widths = [6, *hidden, 7]
    L, R = normal(rng, (6, rank(min(widths))), (rank(min(widths)), 7))
    return np.linalg.multi_dot(factors(L @ R, widths)), L @ R


every_matrix_of_small_rank_is_a_product.mutant("one rank more", rank=lambda m: m + 1)


@claim("prop-linear-network", kind="inequality", instances=100)
def no_product_has_a_larger_rank(rng, bound=min):
    r"""$\rank W_1 \cdots W_K \le \min_l M_l$."""
    widths = some_widths(rng)
    model = perceptron(rng, widths, lambda: lambda x: x)
    zero = model(np.zeros((1, widths[0]))).value
    images = model(rng.normal(size=(20, widths[0]))).value - zero
    return np.linalg.matrix_rank(images, tol=1e-9), bound(widths)


@no_product_has_a_larger_rank.sharp
def generic_matrices():
    A, B = np.random.default_rng(0).normal(size=(2, 5, 5))
    return np.linalg.matrix_rank(A[:, :3] @ B[:3]), 3


no_product_has_a_larger_rank.mutant(
    "no more than layers", bound=lambda widths: len(widths) - 1
)


# --- prop-input-order ---------------------------------------------------------


@claim("prop-input-order", kind="identity", instances=60)
def a_permutation_moves_to_the_weights(rng, moved=lambda P, W: P @ W):
    r"""$f_{(W_1, \rho)}(X\Pi) = f_{(\Pi W_1, \rho)}(X)$."""
    X, W, b, V = normal(rng, (7, 5), (5, 4), 4, (4, 2))
    P = np.eye(5)[rng.permutation(5)]
    return np.tanh(X @ P @ W + b) @ V, np.tanh(X @ moved(P, W) + b) @ V


a_permutation_moves_to_the_weights.mutant(r"$\Pi^\T W$", moved=lambda P, W: P.T @ W)


def descend(X, T, W, seed):
    """Ten steps of gradient descent from first weights W; losses and weights."""
    rng = np.random.default_rng(seed)
    first, last = byhand.Linear(*W.shape, rng=rng), byhand.Linear(4, 2, rng=rng)
    first.W = W.copy()  # descent works in place
    net = byhand.Sequential(first, byhand.Tanh(), last)
    losses = byhand.GD(lr=0.1).train(net, byhand.MSE(), X, T, 10)
    return np.array(losses), first.W, last.W


@claim("prop-input-order", kind="identity", instances=20)
def descent_does_not_notice(
    rng, change=lambda rng: np.eye(5)[rng.permutation(5)], start=np.linalg.inv
):
    r"""Descent on $X\Pi$ from $\Pi^\T W_1$: equal losses, weights $\Pi^\T W_1$."""
    X, T, W = normal(rng, (9, 5), (9, 2), (5, 4))
    P, seed = change(rng), int(rng.integers(1000))
    losses, first, last = descend(X, T, W, seed)
    losses2, first2, last2 = descend(X @ P, T, start(P) @ W, seed)
    return np.r_[losses, first.ravel(), last.ravel()], np.r_[
        losses2, (P @ first2).ravel(), last2.ravel()
    ]


descent_does_not_notice.mutant(
    "other units in place of another order",
    change=lambda rng: np.diag([2.0, 1, 1, 1, 0.5]),
)
descent_does_not_notice.mutant("the start is not moved", start=lambda P: np.eye(5))


# --- prop-evaluation ----------------------------------------------------------


def numbering(parents):
    """An order with parents first, or None."""
    order = []
    while len(order) < len(parents):
        ready = [
            v
            for v, ups in enumerate(parents)
            if v not in order and all(u in order for u in ups)
        ]
        if not ready:
            return None
        order += ready
    return order


def has_cycle(A):
    return bool(np.trace(sum(np.linalg.matrix_power(A, k) for k in range(1, 7))) > 0)


def undirected(A):
    """More edges than a forest has: nodes minus components."""
    both = A + A.T
    reach = np.linalg.matrix_power(both + np.eye(len(A)), len(A)) > 0
    forest = len(A) - len(np.unique(reach, axis=0))
    return bool(np.count_nonzero(np.triu(both)) > forest or np.any(A * A.T))


@claim("prop-evaluation", kind="equivalence", instances=200)
def numbered_exactly_without_cycles(rng, cyclic=has_cycle):
    """Parents can come first iff there is no directed cycle."""
    A = (rng.random((6, 6)) < rng.choice([0.1, 0.2, 0.3])) & ~np.eye(6, dtype=bool)
    parents = [np.flatnonzero(A[:, v]) for v in range(6)]
    return numbering(parents) is not None, not cyclic(A.astype(int))


numbered_exactly_without_cycles.mutant(
    "pairs only", cyclic=lambda A: bool(np.trace(A @ A) > 0)
)
numbered_exactly_without_cycles.mutant("whatever the directions", cyclic=undirected)


@claim("prop-evaluation", kind="identity", instances=100)
def every_order_computes_the_same(rng, shuffled=False):
    """All orders with parents first give every node the same value."""
    A = np.triu(rng.random((7, 7)) < 0.4, 1)
    weights = rng.normal(size=(7, 7)) * A

    def values(order):
        x = np.zeros(7)
        for v in order:
            x[v] = np.tanh(weights[:, v] @ x) + v
        return x

    another, left = [], list(range(7))
    while left:
        ready = [v for v in left if shuffled or not A[left, v].any()]
        another.append(int(rng.choice(ready)))
        left.remove(another[-1])
    return values(range(7)), values(another)


every_order_computes_the_same.mutant("any order", shuffled=True)


# --- prop-symmetries, cor-not-isolated ----------------------------------------


def change_of_names(rng, sigma, A, outer=np.linalg.inv):
    """Values of a layer pair, and of the pair (WA, bA, A^-1 V)."""
    x, W, b, V, c = normal(rng, (20, 3), (3, 5), 5, (5, 2), 2)
    moved = sigma(x @ (W @ A) + b @ A) @ (outer(A) @ V) + c
    return sigma(x @ W + b) @ V + c, moved


@claim("prop-symmetries", kind="identity", instances=60)
def hidden_units_have_no_order(rng, outer=np.linalg.inv):
    """Permutations: for every activation."""
    sigma = [np.tanh, relu, np.sin, stats.sigmoid][rng.integers(4)]
    return change_of_names(rng, sigma, np.eye(5)[rng.permutation(5)], outer)


hidden_units_have_no_order.mutant("the outer weights stay", outer=lambda A: np.eye(5))
hidden_units_have_no_order.mutant("the wrong way round", outer=lambda A: A)


@claim("prop-symmetries", kind="identity", instances=60)
def odd_units_can_be_flipped(rng, odd=(np.tanh, np.sin, np.arctan)):
    """Flips: for odd activations."""
    signs = np.diag(rng.choice([-1.0, 1.0], 5))
    return change_of_names(rng, odd[rng.integers(len(odd))], signs)


odd_units_can_be_flipped.mutant("ReLU too", odd=(np.tanh, relu))
odd_units_can_be_flipped.mutant("the logistic function too", odd=(stats.sigmoid,))


def leaky(t):
    return np.maximum(t, 0.1 * t)


@claim("prop-symmetries", kind="identity", instances=60)
def rectified_units_can_be_rescaled(
    rng, sigmas=(relu, leaky), outer=np.linalg.inv, sign=1.0
):
    """Rescalings: for positively homogeneous activations."""
    A = sign * np.diag(rng.uniform(0.2, 5, 5))
    return change_of_names(rng, sigmas[rng.integers(len(sigmas))], A, outer)


rectified_units_can_be_rescaled.mutant("tanh too", sigmas=(np.tanh,))
rectified_units_can_be_rescaled.mutant("not undone", outer=lambda A: A)
rectified_units_can_be_rescaled.mutant("negative factors", sign=-1.0)


@claim("prop-symmetries", kind="identity", instances=20)
def copies_are_counted(rng, copies=lambda H: factorial(H) * 2**H):
    r"""Generic weights have $H! \cdot 2^H$ different names."""
    H = int(rng.integers(1, 5))
    units = rng.normal(size=(H, 4))
    names = {
        tuple((np.array(signs)[:, None] * units[list(order)]).ravel())
        for order in permutations(range(H))
        for signs in product([-1, 1], repeat=H)
    }
    return float(len(names)), float(copies(H))


copies_are_counted.mutant("orders only", copies=factorial)
copies_are_counted.mutant("one sign for all", copies=lambda H: 2 * factorial(H))


@claim("cor-not-isolated", kind="identity", instances=60)
def the_loss_is_constant_along_the_curve(rng, sigma=relu, power=-1):
    r"""$L(\theta(s)) = L(\theta)$, at a minimiser with loss 0 and elsewhere."""
    X, y = normal(rng, (6, 3), 6)
    net = approx.memorise(X, y, rng=rng)
    W, b, v, s = net.W, net.b, net.c, np.exp(rng.normal())
    if rng.random() < 0.5:
        W, b, v = normal(rng, W.shape, b.shape, v.shape)
    j = int(rng.integers(6))
    W2, b2, v2 = W.copy(), b.copy(), v.copy()
    W2[:, j], b2[j], v2[j] = s * W[:, j], s * b[j], s**power * v[j]
    off = [sigma(X @ W + b) @ v - y, sigma(X @ W2 + b2) @ v2 - y]
    # outer weights are differences of steep slopes: compare the losses' roots
    return tuple(np.linalg.norm(e) / (1 + np.abs(v).max()) for e in off)


the_loss_is_constant_along_the_curve.mutant("tanh", sigma=np.tanh)
the_loss_is_constant_along_the_curve.mutant("both grow", power=1)


@claim("cor-not-isolated", kind="inequality", instances=40)
def the_curve_has_no_bound(rng, growth=1.0, decay=-1.0):
    r"""$\abs{\theta(s)} \ge \max\set{s\,\abs{(w_j, b_j)}, \abs{v_j} / s}$, no bound."""
    inner, outer = (np.linalg.norm(part) for part in normal(rng, 4, 2))
    s = np.geomspace(1e-3, 1e3, 7)
    bound = np.maximum(s**growth * inner, s**decay * outer)
    return bound, np.hypot(s * inner, outer / s)


@the_curve_has_no_bound.sharp
def far_out():
    return 1e3 * 2.0, np.hypot(1e3 * 2.0, 1.0 / 1e3)


the_curve_has_no_bound.mutant("growing like the square", growth=2.0)
the_curve_has_no_bound.mutant("both weights grow", decay=1.0)


# --- lem-tanh-independent, thm-sussmann ---------------------------------------


def different_pairs(rng, n):
    """Pairs (w, b), different up to sign, at a distance from each other."""
    w = rng.choice([-1.0, 1.0], n) * (0.6 + 0.7 * rng.permutation(6)[:n])
    b = rng.normal(size=n)
    if n > 1 and rng.random() < 0.3:
        w[1], b[1] = w[0], b[0] + 1.0  # equal slopes, other biases
    return w, b


@claim("lem-tanh-independent", kind="existence", instances=60)
def units_are_linearly_independent(rng, twin=False):
    r"""The rank of $1, \tanh(w_j t + b_j)$ on an interval is $n + 1$."""
    n = int(rng.integers(1, 4))
    w, b = different_pairs(rng, n)
    if twin:
        w, b = np.r_[w, -w[0]], np.r_[b, -b[0]]
    t = np.linspace(-2, 2, 400)[:, None]
    columns = np.c_[np.ones(400), np.tanh(w * t + b)]
    columns = columns / np.linalg.norm(columns, axis=0)
    return bool(np.linalg.svd(columns)[1][-1] > 1e-9)


units_are_linearly_independent.mutant("a pair and its negative", twin=True)


def standard(W, b, V, signs=True, outer=True):
    """Units, flipped to a positive first weight and sorted."""
    flip = np.sign(W[0]) if signs else np.ones(len(b))
    units = np.vstack([W * flip, b * flip, V.T * (flip if outer else 1.0)])
    return units[:, np.lexsort(units[::-1])]


@claim("thm-sussmann", kind="equivalence", instances=200)
def equal_functions_are_disguises(rng, signs=True, outer=True):
    """Equal on a small ball iff equal up to order and signs."""
    H = int(rng.integers(2, 5))
    W, b, V = normal(rng, (3, H), H, (H, 2))
    A = np.eye(H)[rng.permutation(H)] * rng.choice([-1.0, 1.0], H)
    W2, b2, V2 = W @ A, b @ A, A.T @ V
    case = rng.integers(4)
    if case == 1:
        V2 = V  # order and signs of the inner weights only
    if case == 2:
        b2 = b2 + 0.1 * rng.normal(size=H)
    if case == 3:
        V2 = V2 * rng.choice([-1.0, 1.0], (H, 1))
    x = 0.1 * rng.uniform(-1, 1, (300, 3))
    off = np.tanh(x @ W + b) @ V - np.tanh(x @ W2 + b2) @ V2
    forms = standard(W, b, V, signs, outer), standard(W2, b2, V2, signs, outer)
    return bool(np.abs(off).max() < 1e-12), bool(np.array_equal(*forms))


equal_functions_are_disguises.mutant("order only", signs=False)
equal_functions_are_disguises.mutant("signs of the outer weights stay", outer=False)
