"""What networks compute: steepness, memorisation, broken lines."""

from itertools import pairwise
from math import ceil, floor, log2

import numpy as np

from claims import claim
from mmdl import approx, nn

relu = approx.relu

# --- prop-lipschitz -----------------------------------------------------------

ACTIVATIONS = (nn.Sigmoid, nn.Tanh, nn.ReLU, nn.Softplus, nn.GELU, nn.LeakyReLU)


def network(rng, widths, activation, size=1.0):
    layers = []
    for m, n in pairwise(widths):
        layer = nn.Linear(m, n, rng=rng, dtype=np.float64)
        layer.W.value[...] *= size
        layers += [layer, activation()]
    return nn.Sequential(*layers[:-1])


def spread(model, rng, d):
    """Distances of values and of points: far, near, and along the first axis."""
    x, y = rng.normal(size=(2, 200, d)) * 10 ** rng.uniform(-2, 1)
    y[:50] = x[:50] + 1e-3 * y[:50]
    out = model(x).value - model(y).value
    return np.linalg.norm(out, axis=1), np.linalg.norm(x - y, axis=1)


def product_of(norm, constant=None):
    def bound(model):
        factor = 1.0
        for layer in model:
            if isinstance(layer, nn.Linear):
                factor *= norm(layer.W.value)
            else:
                factor *= constant or nn.lipschitz_bound(layer)
        return factor

    return bound


def radius(W):
    square = W[: min(W.shape), : min(W.shape)]
    return np.abs(np.linalg.eigvals(square)).max()


@claim("prop-lipschitz", kind="inequality", instances=100)
def values_are_no_farther_apart(rng, bound=nn.lipschitz_bound):
    r"""$\abs{f(x) - f(y)} \le \Lip(\sigma)^{K-1} \prod_l \norm{W_l}_2 \abs{x - y}$."""
    widths = [int(m) for m in rng.integers(1, 6, int(rng.integers(2, 5)))]
    activation = ACTIVATIONS[rng.integers(len(ACTIVATIONS))]
    model = network(rng, widths, activation)
    values, points = spread(model, rng, widths[0])
    return values, bound(model) * points


@values_are_no_farther_apart.sharp
def identity_matrices():
    model = network(np.random.default_rng(0), [3, 3, 3], nn.ReLU)
    for layer in (model[0], model[2]):
        layer.W.value[...] = np.eye(3)
    x, y = np.ones((1, 3)), np.full((1, 3), 3.0)
    distance = np.linalg.norm(model(x).value - model(y).value)
    return distance, nn.lipschitz_bound(model) * np.linalg.norm(x - y)


values_are_no_farther_apart.mutant("the spectral radius", bound=product_of(radius))
values_are_no_farther_apart.mutant(
    "the largest entry", bound=product_of(lambda W: np.abs(W).max())
)
values_are_no_farther_apart.mutant(
    "the logistic constant for all",
    bound=product_of(lambda W: np.linalg.norm(W, 2), constant=0.25),
)


@claim("prop-lipschitz", kind="inequality", instances=60)
def sums_and_branches(rng, total=sum, both=lambda a: np.sqrt(np.sum(np.square(a)))):
    r"""$\Lip(f + g) \le \Lip(f) + \Lip(g)$, $\Lip((f \; g))^2 \le$ sum of squares."""
    f, g = (network(rng, [3, 3], nn.ReLU, size=3.0) for _ in range(2))
    if rng.random() < 0.5:
        g[0].W.value[...] = f[0].W.value
    x, y = rng.normal(size=(2, 3))
    v = np.linalg.svd(f[0].W.value)[0][:, 0]
    pairs = np.array([[x, y], [x, x + v]])
    constants = [nn.lipschitz_bound(f), nn.lipschitz_bound(g)]
    values, bounds = [], []
    for a, b in pairs:
        df, dg = (h(a[None]).value - h(b[None]).value for h in (f, g))
        values += [np.linalg.norm(df + dg), np.linalg.norm(np.c_[df, dg])]
        bounds += [rule(constants) * np.linalg.norm(a - b) for rule in (total, both)]
    return np.array(values), np.array(bounds)


@sums_and_branches.sharp
def one_map_twice():
    f = network(np.random.default_rng(0), [3, 3], nn.ReLU)
    v = np.linalg.svd(f[0].W.value)[0][None, :, 0]
    step = f(v).value - f(0 * v).value
    bound = nn.lipschitz_bound(f)
    return np.array([np.linalg.norm(2 * step), np.linalg.norm(np.c_[step, step])]), (
        np.array([2.0, np.sqrt(2)]) * bound
    )


sums_and_branches.mutant("the larger of two, for sums", total=max)
sums_and_branches.mutant("the larger of two, for branches", both=max)


@claim("prop-lipschitz", kind="identity", instances=60)
def an_affine_layer_attains_its_norm(rng, direction=lambda W: np.linalg.svd(W)[0]):
    r"""$\abs{vW} = \norm{W}_2$ for the first left singular vector $v^\T$."""
    W = rng.normal(size=rng.integers(2, 7, size=2))
    return np.linalg.norm(direction(W)[:, 0] @ W), np.linalg.norm(W, 2)


an_affine_layer_attains_its_norm.mutant(
    "any orthonormal direction", direction=lambda W: np.eye(len(W))
)


# --- thm-memorisation ---------------------------------------------------------


def before(z):
    return np.array([z[0] - 1, *z[:-1]])


def interpolant(X, Y, w, thresholds):
    """Solve the equations of the proof; return the network's values at X."""
    z = X @ w
    A = relu(z[:, None] - thresholds(np.sort(z)))
    return A @ np.linalg.lstsq(A, Y, rcond=None)[0]


@claim("thm-memorisation", kind="identity", instances=60, tol=1e-8)  # small gaps
def any_targets_are_interpolated(rng, thresholds=before):
    """$f(x_i) = y_i$ for all $i$, with the thresholds of the proof."""
    N, d, M = (int(rng.integers(1, top)) for top in (13, 5, 4))
    X, Y, w = (rng.normal(size=size) for size in ((N, d), (N, M), d))
    return interpolant(X, Y, w, thresholds), Y


any_targets_are_interpolated.mutant("a unit at each point", thresholds=lambda z: z)
any_targets_are_interpolated.mutant(
    "one unit fewer", thresholds=lambda z: before(z)[: max(len(z) - 1, 1)]
)


@claim("thm-memorisation", kind="identity", instances=40, tol=1e-8)  # small gaps
def the_library_memorises(rng, units=slice(None)):
    """`memorise` has $N$ units and passes through all points."""
    N, d = int(rng.integers(2, 40)), int(rng.integers(1, 6))
    X, y = rng.normal(size=(N, d)), rng.integers(2, size=N) + 1.0
    net = approx.memorise(X, y, rng=rng)
    assert net.width == N
    hidden = relu(X @ net.W + net.b)
    return hidden[:, units] @ net.c[units], y


the_library_memorises.mutant("the last unit forgotten", units=slice(-1))


@claim("thm-memorisation", kind="uniqueness", instances=60)
def the_equations_are_triangular(rng, thresholds=before):
    """Zero above the diagonal and positive on it: the outer weights are unique."""
    z = np.sort(rng.normal(size=int(rng.integers(1, 12))))
    A = relu(z[:, None] - thresholds(z))
    return bool(np.all(np.triu(A, 1) == 0) and np.all(np.diag(A) > 0))


the_equations_are_triangular.mutant("a unit at each point", thresholds=lambda z: z)


def turns(w, b, v):
    """Sign changes of the slope of sum_j relu(w_j x + b_j) v_j."""
    breaks = np.sort(-b / w)
    middles = np.r_[breaks[0] - 1, (breaks[1:] + breaks[:-1]) / 2, breaks[-1] + 1]
    slopes = ((middles[:, None] * w + b > 0) * w) @ v
    signs = np.sign(slopes[np.abs(slopes) > 1e-12])
    return int(np.sum(signs[1:] != signs[:-1]))


ZIGZAG = (
    np.array([-1.0, 1, 1, -1]),
    np.array([1.0, -2, -3, 4]),
    np.array([-4.0, 3, -2, 2]),
)


@claim("thm-memorisation", kind="inequality", instances=200)
def zigzags_need_units(rng, spare=2):
    r"""Alternating differences at $N$ points need $H \ge N - 2$ units."""
    w, b, v = rng.normal(size=(3, int(rng.integers(2, 9))))
    if rng.random() < 0.2:
        w, b, v = ZIGZAG
    points = turns(w, b, v) + 2  # one on each side, one at each turn
    return points, len(w) + spare


@zigzags_need_units.sharp
def four_units_and_six_points():
    return turns(*ZIGZAG) + 2, 6


zigzags_need_units.mutant("$N - 1$ units", spare=1)


# --- thm-piecewise-affine -----------------------------------------------------


def broken(t, f, m0, m1):
    """The line through the breaks, continued with the outer slopes."""

    def value(x):
        left, right = np.minimum(x - t[0], 0), np.maximum(x - t[-1], 0)
        return np.interp(x, t, f) + m0 * left + m1 * right

    return value


@claim("thm-piecewise-affine", kind="identity", instances=100)
def every_broken_line_is_a_shallow_network(rng, left=-1.0):
    """The $n + 1$ units of the formula make every broken line."""
    n = int(rng.integers(1, 9))
    t, f = np.cumsum(rng.uniform(0.2, 1, n)), rng.normal(size=n)
    m = np.r_[rng.normal(), np.diff(f) / np.diff(t), rng.normal()]
    x = np.linspace(t[0] - 2, t[-1] + 2, 200)
    value = f[0] + left * m[0] * relu(t[0] - x) + m[1] * relu(x - t[0])
    value = value + relu(x[:, None] - t[1:]) @ np.diff(m[1:])
    library = approx.broken_line(t, f, ends=(m[0], m[-1]))
    assert library.width == n + 1
    assert np.allclose(library(x), broken(t, f, m[0], m[-1])(x))
    return value, broken(t, f, m[0], m[-1])(x)


every_broken_line_is_a_shallow_network.mutant("the sign on the left", left=1.0)
every_broken_line_is_a_shallow_network.mutant("constant on the left", left=0.0)


def breaks(w, b, v):
    """Changes of the slope of sum_j relu(w_j x + b_j) v_j."""
    kinks = np.sort(-b / w)
    ends = np.r_[kinks[0] - 1, kinks, kinks[-1] + 1]
    middles = (ends[1:] + ends[:-1]) / 2
    slopes = ((middles[:, None] * w + b > 0) * w) @ v
    return int(np.sum(np.abs(np.diff(slopes)) > 1e-12))


@claim("thm-piecewise-affine", kind="inequality", instances=100)
def every_break_needs_a_unit(rng, spare=0):
    """A shallow network on the line has at most as many breaks as units."""
    w, b, v = rng.normal(size=(3, int(rng.integers(1, 8))))
    return breaks(w, b, v), len(w) + spare


@every_break_needs_a_unit.sharp
def generic_units():
    return breaks(*np.random.default_rng(0).normal(size=(3, 5))), 5


every_break_needs_a_unit.mutant("one unit fewer", spare=-1)


def patterns(x, matrices, biases, sigma=relu):
    """Values and on/off patterns of a deep network at the rows of x."""
    on = []
    for W, b in zip(matrices[:-1], biases, strict=True):
        x = x @ W + b
        on.append(x > 0)
        x = sigma(x)
    return x @ matrices[-1], np.hstack(on)


@claim("thm-piecewise-affine", kind="identity", instances=60)
def affine_where_the_pattern_is_constant(rng, sigma=relu):
    r"""Equal patterns at $x$, $y$: affine between them, with the same pattern."""
    matrices = [rng.normal(size=size) for size in ((2, 4), (4, 4), (4, 1))]
    biases = rng.normal(size=(2, 4))
    x = rng.normal(size=(1, 2))
    near = x + rng.normal(size=(400, 2)) * np.geomspace(1e-3, 1, 400)[:, None]
    same = (
        patterns(near, matrices, biases)[1] == patterns(x, matrices, biases)[1]
    ).all(axis=1)
    y = near[same][-1:]  # the farthest of them
    mid = (x + y) / 2
    ends = [patterns(p, matrices, biases, sigma)[0] for p in (x, y)]
    value, on = patterns(mid, matrices, biases, sigma)
    if sigma is relu:
        assert (on == patterns(x, matrices, biases)[1]).all()
    return value, (ends[0] + ends[1]) / 2


affine_where_the_pattern_is_constant.mutant("tanh", sigma=np.tanh)


@claim("thm-piecewise-affine", kind="inequality", instances=40)
def no_more_pieces_than_patterns(rng, bound=lambda H: 2**H):
    r"""At most $2^H$ patterns occur."""
    H = int(rng.integers(1, 6))
    W, b = rng.normal(size=(H, H)), rng.normal(size=H)
    x = 10 * rng.normal(size=(4000, H))
    if rng.random() < 0.5:
        W, b = np.eye(H), np.zeros(H)
    return len(np.unique(x @ W + b > 0, axis=0)), bound(H)


@no_more_pieces_than_patterns.sharp
def the_quadrants():
    corners = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    return len(np.unique(corners > 0, axis=0)), 4


no_more_pieces_than_patterns.mutant("two for each unit", bound=lambda H: 2 * H)


# --- thm-arora ----------------------------------------------------------------


@claim("thm-arora", kind="identity", instances=60)
def a_tournament_of_rectified_units(rng, rounds=lambda n: ceil(log2(n))):
    r"""$\max$ of $d + 1$ affine functions in $\ceil{\log_2(d + 1)}$ hidden layers."""
    d = int(rng.integers(1, 9))
    x, W, b = rng.normal(size=(50, d)), rng.normal(size=(d, d + 1)), rng.normal()
    players = x @ W + b
    best = players.max(axis=1)
    for _ in range(rounds(d + 1)):
        if players.shape[1] % 2:
            players = np.c_[players, players[:, -1]]
        a, c = players[:, ::2], players[:, 1::2]
        players = relu(a) - relu(-a) + relu(c - a)  # max(a, c)
    return players[:, 0], best


a_tournament_of_rectified_units.mutant(
    "one round too few", rounds=lambda n: floor(log2(n)) - (log2(n) == floor(log2(n)))
)
