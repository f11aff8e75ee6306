"""Neurons: switches, the perceptron, Cover's count, LMS, activations."""

from itertools import product
from math import comb, erf, exp, pi

import numpy as np

from claims import claim
from mmdl import functional as F  # noqa: N812
from mmdl import neurons


def recognise(corners, half=0.5):
    """Weights and biases of the units that recognise one input each."""
    return 2.0 * corners.T - 1, half - corners.sum(axis=1)


@claim("thm-boolean-network", kind="equivalence", instances=60)
def network_is_the_truth_table(rng, units=recognise):
    r"""$H(\sum_v h_v - \frac12) = f(x)$ at an input of a random function."""
    n = int(rng.integers(1, 5))
    f, inputs = rng.integers(2, size=2**n), neurons.boolean_inputs(n)
    W, b = units(inputs[f == 1])
    hidden = neurons.heaviside(inputs @ W + b).sum(axis=1)
    i = int(rng.integers(2**n))
    assert neurons.boolean_network(f)(inputs)[i] == f[i]
    return bool(hidden[i] > 0.5), bool(f[i])


network_is_the_truth_table.mutant(
    "without the half", units=lambda corners: recognise(corners, 0.0)
)


@claim("thm-boolean-network", kind="inequality", instances=40)
def half_of_the_inputs_suffice(rng, power=1):
    r"""The number of hidden units is at most $2^{n-1}$."""
    n = int(rng.integers(1, 6))
    f = rng.integers(2, size=2**n) if rng.random() < 0.7 else np.arange(2**n) % 2
    return neurons.boolean_network(f).W.shape[1], 2 ** (n - power)


@half_of_the_inputs_suffice.sharp
def parity_needs_all_of_them():
    f = neurons.boolean_inputs(4).sum(axis=1) % 2
    return neurons.boolean_network(f).W.shape[1], 8


half_of_the_inputs_suffice.mutant("a quarter", power=2)


@claim("thm-boolean-network", kind="equivalence", instances=30)
def nand_is_a_switch(rng, bias=3.0):
    r"""NAND is $H(-2x_0 - 2x_1 + 3)$."""
    a, b = rng.integers(2, size=2)
    return bool(neurons.heaviside(-2.0 * a - 2 * b + bias)), not (a and b)


nand_is_a_switch.mutant("bias one", bias=1.0)


def nand(a, b):
    return 1 - a * b


def by_one_operation(f, x, op):
    """The disjunctive normal form of f at x, written with one operation."""
    one = op(x[0], op(x[0], x[0]))
    value = op(one, one)  # 0
    for v in neurons.boolean_inputs(len(x))[f == 1]:
        term = one
        for bit, wanted in zip(x, v, strict=True):
            pair = op(term, bit if wanted else op(bit, bit))
            term = op(pair, pair)
        value = op(op(value, value), op(term, term))
    return value


@claim("thm-boolean-network", kind="equivalence", instances=40)
def one_operation_writes_everything(rng, op=nand):
    """A random function, written with NAND alone, at a random input."""
    n = int(rng.integers(1, 5))
    f, i = rng.integers(2, size=2**n), int(rng.integers(2**n))
    x = neurons.boolean_inputs(n)[i]
    return bool(by_one_operation(f, x, op)), bool(f[i])


one_operation_writes_everything.mutant("AND in its place", op=lambda a, b: a * b)


@claim("prop-xor", kind="impossibility", instances=5)
def no_unit_is_xor(rng, target=(0, 1, 1, 0)):
    """No weights on a randomly scaled grid make XOR."""
    w = np.linspace(-2, 2, 21) * rng.uniform(0.5, 2)
    W = np.array(list(product(w, w, w)))
    scores = np.c_[np.ones(4), neurons.boolean_inputs(2)] @ W.T
    hit = (neurons.heaviside(scores) == np.array(target)[:, None]).all(axis=0)
    return int(hit.sum()), len(W)


no_unit_is_xor.mutant("OR", target=(0, 1, 1, 1))


@claim("prop-xor", kind="equivalence", instances=30)
def two_hidden_units_are_xor(rng, second=1.5):
    r"""$H(h_0 - h_1 - \frac12)$ with OR and AND is XOR."""
    x = rng.integers(2, size=2)
    h = neurons.heaviside(x.sum() - np.array([0.5, second]))
    return bool(h[0] - h[1] > 0.5), bool(x[0] != x[1])


two_hidden_units_are_xor.mutant("two ORs", second=0.5)


BIASES = np.arange(-7, 7) + 0.5


@claim("prop-threshold-count", kind="identity", instances=6)
def weights_up_to_two_make_them_all(rng, biases=BIASES):
    r"""Units with weights in $\set{-2, \dots, 2}$ make 14 and 104 functions."""
    n = int(rng.integers(2, 4))
    W = np.array(list(product(range(-2, 3), repeat=n))).T * 10 ** rng.uniform(-1, 1)
    scale = np.abs(W).max() / 2
    tables = {
        tuple(column)
        for b in biases
        for column in neurons.heaviside(neurons.boolean_inputs(n) @ W + scale * b).T
    }
    return len(tables) - {2: 14, 3: 104}[n]


weights_up_to_two_make_them_all.mutant("units without bias", biases=[0.0])


def separable(rng):
    """Data with a margin: X, s, R and the margin of a known direction."""
    d, N = int(rng.integers(2, 6)), int(rng.integers(3, 60))
    u = rng.normal(size=d)
    u /= np.linalg.norm(u)
    X = rng.normal(size=(N, d)) * 10 ** rng.uniform(-1, 1)
    s = np.where(X @ u > 0, 1, -1)
    X = X + 10 ** rng.uniform(-2, 0) * s[:, None] * u
    return X, s, np.linalg.norm(X, axis=1).max(), (s * (X @ u)).min()


@claim("thm-novikoff", kind="inequality", instances=100)
def mistakes_are_bounded(rng, bound=lambda R, g: (R / g) ** 2):
    r"""The number of changes is at most $(R/\gamma)^2$."""
    if rng.random() < 0.3:
        d = int(rng.integers(2, 30))
        X, s, R, margin = np.eye(d), np.ones(d, int), 1.0, d**-0.5
    else:
        X, s, R, margin = separable(rng)
    fit = neurons.perceptron(X, s, passes=100_000)
    return sum(fit.mistakes), bound(R, margin)


@mistakes_are_bounded.sharp
def unit_vectors():
    return sum(neurons.perceptron(np.eye(7), np.ones(7, int)).mistakes), 7.0


mistakes_are_bounded.mutant(r"$R/\gamma$ without the square", bound=lambda R, g: R / g)


@claim("thm-freund-schapire", kind="inequality", instances=100)
def mistakes_of_one_pass(rng, plus=1.0):
    r"""At most $((R + D)/\gamma)^2$ mistakes in a pass, labels flipped or not."""
    if rng.random() < 0.2:
        X, s = np.tile([[1.0]], (20, 1)), np.resize([1, -1], 20)
        u, margin = np.ones(1), 1.0
    else:
        X, s, _, margin = separable(rng)
        s = s * np.where(rng.random(len(s)) < 0.2, -1, 1)
        u = rng.normal(size=X.shape[1])
        u, margin = u / np.linalg.norm(u), margin * 10 ** rng.uniform(0, 1)
    missing = np.maximum(0, margin - s * (X @ u))
    R, D = np.linalg.norm(X, axis=1).max(), np.linalg.norm(missing)
    made = sum(neurons.perceptron(X, s, passes=1).mistakes)
    return made, ((R + plus * D) / margin) ** 2


@mistakes_of_one_pass.sharp
def no_sample_misses():
    return sum(neurons.perceptron(np.eye(5), np.ones(5, int), passes=1).mistakes), 5.0


mistakes_of_one_pass.mutant("missing margins for nothing", plus=0.0)


def labellings(X):
    """How many labellings of points of the plane or of space a vector makes."""
    N, d = X.shape
    found = set()
    for pair in product(range(N), repeat=d - 1):
        if len(set(pair)) < d - 1:
            continue
        # a direction orthogonal to d - 1 points, moved to each of their sides
        normal = np.linalg.svd(X[list(pair)])[2][-1]
        for signs in product((-1, 1), repeat=d - 1):
            for way in (-1, 1):
                shift = np.linalg.lstsq(X[list(pair)], np.array(signs), rcond=None)[0]
                found.add(tuple(np.sign(X @ (way * normal + 1e-7 * shift)).astype(int)))
    return len(found)


@claim("thm-cover", kind="identity", instances=12)
def count_by_enumeration(rng, formula=neurons.dichotomies):
    r"""The labellings of $N$ random points in $\R^2$ and $\R^3$ number $C(N, d)$."""
    d = int(rng.integers(2, 4))
    N = int(rng.integers(d, 8))
    return labellings(rng.normal(size=(N, d))) - formula(N, d)


count_by_enumeration.mutant(
    "a bias for free", formula=lambda N, d: neurons.dichotomies(N, d + 1)
)
count_by_enumeration.mutant(
    "$N$ for $N - 1$ in the binomials",
    formula=lambda N, d: 2 * sum(comb(N, k) for k in range(d)),
)


@claim("cor-capacity", kind="inequality", instances=100)
def the_share_falls_at_two_points_a_weight(rng, factor=0.5):
    r"""The share differs from 1 or 0 by at most $(N - 1)/(2(\abs{N - 2d} + 1)^2)$."""
    d, N = int(rng.integers(1, 60)), int(rng.integers(2, 200))
    if rng.random() < 0.3:
        d, N = 1, int(rng.integers(2, 4))
    share = neurons.dichotomies(N, d) / 2**N
    off = share if 2 * d <= N else 1 - share
    return off, factor * (N - 1) / (abs(N - 2 * d) + 1) ** 2


@the_share_falls_at_two_points_a_weight.sharp
def two_points_on_a_line():
    return neurons.dichotomies(2, 1) / 4, 0.5


the_share_falls_at_two_points_a_weight.mutant("half of it again", factor=0.25)


@claim("cor-capacity", kind="identity", instances=30)
def half_at_two_points_a_weight(rng, points=lambda d: 2 * d):
    r"""The share is $\frac12$ for $N = 2d$."""
    d = int(rng.integers(1, 200))
    return neurons.dichotomies(points(d), d) / 2 ** points(d) - 0.5


half_at_two_points_a_weight.mutant("$2d - 1$ points", points=lambda d: 2 * d - 1)


@claim("prop-lms", kind="inequality", instances=60)
def squared_errors_are_summable(rng, rest=lambda z: 2 - z):
    r"""The squared errors sum to at most $\abs{w_0 - w^*}^2/(\tau(2 - \tau R^2))$."""
    N, d = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    X, best = rng.normal(size=(N, d)), rng.normal(size=d)
    R2 = (X**2).sum(axis=1).max()
    tau = rng.uniform(0.05, 1.9) / R2
    path = neurons.lms(X, X @ best, tau, steps=400)
    errors = np.einsum("kd,kd->k", path[:-1] - best, X[np.arange(400) % N])
    distance = np.linalg.norm(path - best, axis=1)
    total = best @ best / (tau * rest(tau * R2))
    return np.r_[(errors**2).sum(), distance[1:]], np.r_[total, distance[:-1]]


@squared_errors_are_summable.sharp
def one_sample_on_a_line():
    path = neurons.lms([[1.0]], [1.0], 0.5, steps=100)
    return ((path[:-1, 0] - 1) ** 2).sum(), 1 / (0.5 * 1.5)


squared_errors_are_summable.mutant(r"$\tau R^2$ forgotten", rest=lambda z: 2.0)


GELU_SLOPE = (1 + erf(1)) / 2 + 2**0.5 * exp(-1) / (2 * pi) ** 0.5
SLOPES = {
    F.sigmoid: 0.25, F.tanh: 1.0, F.relu: 1.0, F.leaky_relu: 1.0, F.softplus: 1.0,
    F.gelu: GELU_SLOPE,
}  # fmt: skip
WHERE = {F.sigmoid: 0.0, F.tanh: 0.0, F.gelu: 2**0.5}


@claim("prop-activations", kind="inequality", instances=40)
def secants_are_bounded(rng, factor=1.0):
    r"""$\abs{\sigma(s) - \sigma(t)} \le \Lip(\sigma) \abs{s - t}$ where it is steep."""
    rows = []
    for sigma, slope in SLOPES.items():
        centre = WHERE.get(sigma, 30.0)
        s, t = centre + rng.normal(size=2) * 10 ** rng.uniform(-2, 1)
        rise = float(np.abs(sigma(np.array(s)) - sigma(np.array(t))))
        rows.append((rise, factor * slope * abs(s - t)))
    return tuple(np.array(rows).T)


@secants_are_bounded.sharp
def gelu_at_root_two():
    t = 2**0.5 + np.array([-1e-4, 1e-4])
    return float(np.ptp(F.gelu(t))), GELU_SLOPE * 2e-4


secants_are_bounded.mutant("nine tenths", factor=0.9)


@claim("prop-activations", kind="inequality", instances=40)
def values_stay_in_their_range(rng, gelu_low=-0.17):
    r"""The six functions stay in their ranges; GELU above $m \approx -0.17$."""
    ranges = {
        F.sigmoid: (0, 1), F.tanh: (-1, 1), F.relu: (0, np.inf),
        F.softplus: (0, np.inf), F.gelu: (gelu_low, np.inf),
    }  # fmt: skip
    t = np.r_[-0.75, rng.normal(size=50) * 10 ** rng.uniform(-1, 1.5)]
    low = [[a - f(t).min(), f(t).max() - min(b, 1e9)] for f, (a, b) in ranges.items()]
    return np.array(low), 0.0


@values_stay_in_their_range.sharp
def the_lowest_gelu():
    return 0.17, -float(F.gelu(np.linspace(-1, 0, 10_001)).min()) + 1e-4


values_stay_in_their_range.mutant("GELU positive, like ReLU", gelu_low=0.0)


@claim("prop-activations", kind="identity", instances=20)
def tanh_is_a_logistic_function(rng, two=2.0):
    r"""$\tanh t = 2 \sigma(2t) - 1$, and $\sigma$ is the slope of softplus."""
    t = rng.normal(size=20) * 3
    h = 1e-5
    slope = (F.softplus(t + h) - F.softplus(t - h)) / (2 * h)
    return np.r_[
        F.tanh(t) - two * F.sigmoid(two * t) + 1, 1e-2 * (slope - F.sigmoid(t))
    ]


tanh_is_a_logistic_function.mutant("without the two", two=1.0)
