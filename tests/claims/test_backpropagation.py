"""Claims of the chapter on backpropagation: what the reverse sweep computes.

The truth is the complex step throughout (``claims.programs``), or the pairing of
the adjoint; so nothing is compared with itself.
"""

from itertools import pairwise

import numpy as np

from claims import claim
from claims.programs import along, by_complex_step, program, swept
from mmdl import byhand, grad, jvp, vjp

# --- thm-chain-rule-adjoint ---------------------------------------------------------


def two_maps(rng):
    """Draw f(x) = tanh(xA) and g(y) = sin(yB), and a point, on R^d."""
    d = int(rng.integers(1, 6))
    A, B = rng.standard_normal((2, d, d)) / np.sqrt(d)
    return A, B, rng.standard_normal(d)


@claim("thm-chain-rule-adjoint", kind="identity")
def differentials_are_composed(rng, place=lambda x, y: y):
    r"""$\D (g \circ f)(x) v = \D g(f(x)) \D f(x) v$."""
    A, B, x = two_maps(rng)
    v, y = rng.standard_normal(len(x)), np.tanh(x @ A)
    pushed = (1 - y * y) * (v @ A)
    composed = np.cos(place(x, y) @ B) * (pushed @ B)
    return along(lambda x: np.sin(np.tanh(x @ A) @ B), x, v), composed


differentials_are_composed.mutant(
    r"$\D g$ at $x$ instead of $f(x)$", place=lambda x, y: x
)


def outside_in(u, outer, inner):
    return inner(outer(u))


@claim("thm-chain-rule-adjoint", kind="identity")
def adjoints_are_composed_in_the_opposite_order(
    rng, order=outside_in, transpose=lambda M: M.T
):
    r"""$\inner{u}{\D (g \circ f)(x) v} = \inner{\D f(x)^* \D g(f(x))^* u}{v}$."""
    A, B, x = two_maps(rng)
    (u, v), y = rng.standard_normal((2, len(x))), np.tanh(x @ A)
    pulled = order(
        u,
        lambda u: (u * np.cos(y @ B)) @ transpose(B),
        lambda u: (u * (1 - y * y)) @ transpose(A),
    )
    return u @ along(lambda x: np.sin(np.tanh(x @ A) @ B), x, v), pulled @ v


adjoints_are_composed_in_the_opposite_order.mutant(
    "the order of the differentials", order=lambda u, outer, inner: outer(inner(u))
)
adjoints_are_composed_in_the_opposite_order.mutant(
    "no transposes", transpose=lambda M: M
)


# --- thm-backpropagation ----------------------------------------------------


def chain(rng):
    """Draw matrices of a chain x -> tanh(xW), and its visited states."""
    d, K = int(rng.integers(2, 5)), int(rng.integers(1, 5))
    weights = list(rng.standard_normal((K, d, d)))
    states = [rng.standard_normal((int(rng.integers(1, 4)), d))]
    for W in weights:
        states.append(np.tanh(states[-1] @ W))
    return weights, states


def rest(x, weights):
    for W in weights:
        x = np.tanh(x @ W)
    return np.sum(np.sin(x))


def backward(delta, x, y, W):
    return (delta * (1 - y * y)) @ W.T


def cotangents(weights, states, step):
    deltas = [np.cos(states[-1])]
    for W, x, y in zip(weights[::-1], states[-2::-1], states[:0:-1], strict=True):
        deltas.append(step(deltas[-1], x, y, W))
    return deltas[::-1]


@claim("thm-backpropagation", kind="identity")
def delta_is_the_gradient_by_the_state(rng, step=backward):
    r"""$\inner{\delta_l}{v} = \D L_l(x_l) v$ for every layer $l$."""
    weights, states = chain(rng)
    deltas = cotangents(weights, states, step)
    l = int(rng.integers(len(states)))  # noqa: E741 - the book's letter
    v = rng.standard_normal(states[0].shape)
    return np.sum(deltas[l] * v), along(lambda x: rest(x, weights[l:]), states[l], v)


delta_is_the_gradient_by_the_state.mutant(
    "a transpose lost", step=lambda delta, x, y, W: (delta * (1 - y * y)) @ W
)
delta_is_the_gradient_by_the_state.mutant(
    "the derivative taken at the input of the layer",
    step=lambda delta, x, y, W: (delta * (1 - x * x)) @ W.T,
)


@claim("thm-backpropagation", kind="identity")
def parameters_get_their_gradient_from_their_own_layer(rng, late=0):
    r"""$\inner{(\D_\theta f_l)^* \delta_l}{V} = \D_{\theta_l} L \, V$."""
    weights, states = chain(rng)
    deltas = cotangents(weights, states, backward)
    l = int(rng.integers(1, len(states)))  # noqa: E741
    V, y = rng.standard_normal(weights[0].shape), states[l]
    gradient = states[l - 1].T @ (deltas[l - late] * (1 - y * y))

    def loss(W):
        return rest(states[0], [*weights[: l - 1], W, *weights[l:]])

    return np.sum(gradient * V), along(loss, weights[l - 1], V)


parameters_get_their_gradient_from_their_own_layer.mutant(
    r"$\delta_{l-1}$ in the place of $\delta_l$", late=1
)


def small_network(rng):
    widths = [int(w) for w in rng.integers(2, 6, 3)]
    first, second = (byhand.Linear(a, b, rng=rng) for a, b in pairwise(widths))
    X, T = rng.standard_normal((5, widths[0])), rng.dirichlet(np.ones(widths[2]), 5)
    return byhand.Sequential(first, byhand.Tanh(), second), X, T


# Two programs of the same formulas, apart from the order of sums: tighter than usual.
@claim("thm-backpropagation", kind="identity", tol=1e-12)
def blackboard_and_engine_agree(rng, start=lambda cost: cost.backward()):
    r"""The gradients of `mmdl.byhand` are those of the engine, to $10^{-12}$."""
    model, X, T = small_network(rng)
    square = rng.random() < 0.5
    cost = byhand.MSE() if square else byhand.CrossEntropy()
    cost.forward(model.forward(X), T)
    model.backward(start(cost))

    def loss(W, b, V, c):
        Y = np.tanh(X @ W + b) @ V + c
        if square:
            return np.mean((Y - T) ** 2)
        return np.mean(np.sum(T * (np.log(np.exp(Y).sum(1, keepdims=True)) - Y), 1))

    pairs = model.parameters()
    theirs = grad(loss, argnums=(0, 1, 2, 3))(*(p for p, _ in pairs))
    return (
        np.concatenate([g.ravel() for _, g in pairs]),
        np.concatenate([g.ravel() for g in theirs]),
    )


def divided_by_samples_only(cost):
    return cost.backward() * (
        cost.difference.shape[1] if isinstance(cost, byhand.MSE) else 1
    )


blackboard_and_engine_agree.mutant(
    "the squared error divided by $N$ only", start=divided_by_samples_only
)


# --- thm-backpropagation-graph ----------------------------------------------


@claim("thm-backpropagation-graph", kind="identity", instances=200)
def the_sweep_over_a_graph_gives_the_gradient(
    rng, add=lambda old, share: old + share, order=-1
):
    r"""$\delta_i = \sum_{e: i \to j} (\D_e f_j)^* \delta_j$ is $\grad_{x_i} x_J$."""
    f, x = program(rng)
    return swept(f, x, add, order), by_complex_step(f, x)


the_sweep_over_a_graph_gives_the_gradient.mutant(
    "a second child overwrites the share of the first", add=lambda old, share: share
)
the_sweep_over_a_graph_gives_the_gradient.mutant(
    "nodes visited in the order of computation", order=1
)


@claim("thm-backpropagation-graph", kind="identity", instances=200)
def the_engine_gives_the_gradient(
    rng, gradient=lambda f, x: vjp(lambda x: f(*x), x)[1](1.0)
):
    """The engine's sweep on a random program is its gradient."""
    f, x = program(rng)
    return gradient(f, x), by_complex_step(f, x)


the_engine_gives_the_gradient.mutant(
    "one derivative along all axes at once",
    gradient=lambda f, x: np.full(len(x), jvp(lambda x: f(*x), x, np.ones(len(x)))[1]),
)


def path_products(f, x):
    """Return for each input the products along all its paths to the result."""
    arcs, last = f.partials(f.values(x)), f.n + len(f.steps) - 1

    def from_node(i):
        if i == last:
            return [1.0]
        return [d * p for a, j, d in arcs if a == i for p in from_node(j)]

    return [from_node(i) for i in range(f.n)]


@claim("thm-backpropagation-graph", kind="identity", instances=200)
def the_gradient_is_a_sum_over_paths(rng, combine=sum):
    """The sum over all paths of the products along them is the gradient."""
    f, x = program(rng, most=9)
    terms = path_products(f, x)
    return np.array([float(combine(t)) for t in terms]), by_complex_step(f, x)


the_gradient_is_a_sum_over_paths.mutant(
    "one path only", combine=lambda terms: sum(terms[:1])
)
the_gradient_is_a_sum_over_paths.mutant(
    "paths counted without signs", combine=lambda terms: sum(abs(t) for t in terms)
)


# --- prop-vjps --------------------------------------------------------------


def affine(rng):
    """Draw a layer, a batch and a cotangent; square in half of the cases."""
    N, M, C = (int(i) for i in rng.integers(1, 6, 3))
    layer = byhand.Linear(M, M if rng.random() < 0.5 else C, rng=rng)
    X = rng.standard_normal((N, M))
    delta = rng.standard_normal(layer.forward(X).shape)
    return layer, X, delta


def slipped(layer, delta):
    W = layer.W if layer.W.shape[0] == layer.W.shape[1] else layer.W.T
    return delta @ W


@claim("prop-vjps", kind="identity")
def an_affine_layer_pulls_back_to_its_input(
    rng, pull=lambda layer, delta: layer.backward(delta)
):
    r"""$\inner{\delta}{V W} = \inner{\delta W^\T}{V}$."""
    layer, X, delta = affine(rng)
    V = rng.standard_normal(X.shape)
    pushed = along(layer.forward, X, V)
    layer.forward(X)
    return np.sum(delta * pushed), np.sum(pull(layer, delta) * V)


an_affine_layer_pulls_back_to_its_input.mutant("the transpose slipped", pull=slipped)


def affine_parameters(layer, delta):
    layer.backward(delta)
    return layer.dW, layer.db


@claim("prop-vjps", kind="identity")
def an_affine_layer_pulls_back_to_its_parameters(rng, pull=affine_parameters):
    r"""$X^\T \delta$ and $\one^\T \delta$ pair with $X \Omega + \one \beta$."""
    layer, X, delta = affine(rng)
    Omega, beta = rng.standard_normal(layer.W.shape), rng.standard_normal(layer.b.shape)
    dW, db = pull(layer, delta)
    pushed = along(lambda t: X @ (layer.W + t * Omega) + layer.b + t * beta, 0.0, 1.0)
    return np.sum(delta * pushed), np.sum(dW * Omega) + np.sum(db * beta)


an_affine_layer_pulls_back_to_its_parameters.mutant(
    "the mean over the samples for the bias",
    pull=lambda layer, delta: (layer.X.T @ delta, delta.mean(axis=0)),
)
an_affine_layer_pulls_back_to_its_parameters.mutant(
    "the matrix divided by the number of samples",
    pull=lambda layer, delta: (layer.X.T @ delta / len(delta), delta.sum(axis=0)),
)


@claim("prop-vjps", kind="identity")
def an_activation_multiplies_by_its_derivative(
    rng, pull=lambda layer, X, delta: layer.backward(delta)
):
    r"""$\inner{\delta}{\D \phi(X) V} = \inner{\phi'(X) \circ \delta}{V}$."""
    layer = byhand.Tanh() if rng.random() < 0.5 else byhand.Sigmoid()
    X, V, delta = rng.standard_normal((3, 4, 3))
    pushed = along(layer.forward, X, V)
    layer.forward(X)
    return np.sum(delta * pushed), np.sum(pull(layer, X, delta) * V)


an_activation_multiplies_by_its_derivative.mutant(
    "the derivative formed from the input",
    pull=lambda layer, X, delta: (
        delta * (1 - X**2 if isinstance(layer, byhand.Tanh) else X * (1 - X))
    ),
)


def normalised(z):
    return np.exp(z) / np.sum(np.exp(z))


@claim("prop-vjps", kind="identity")
def softmax_subtracts_the_mean_of_the_cotangent(rng, mean=lambda delta, p: delta @ p):
    r"""$\D p(z)^* \delta = p \circ (\delta - \inner \delta p \one^\T)$."""
    z, delta, v = rng.standard_normal((3, int(rng.integers(1, 7))))
    p = normalised(z)
    return delta @ along(normalised, z, v), (p * (delta - mean(delta, p))) @ v


softmax_subtracts_the_mean_of_the_cotangent.mutant(
    "only the diagonal of the Jacobian", mean=lambda delta, p: delta * p
)
softmax_subtracts_the_mean_of_the_cotangent.mutant(
    r"$\inner\delta p$ forgotten", mean=lambda delta, p: 0.0
)


def probabilities(rng, shape):
    return rng.dirichlet(np.ones(shape[1]), shape[0])


@claim("prop-vjps", kind="identity")
def cross_entropy_has_the_gradient_p_minus_t(
    rng, targets=probabilities, pull=lambda cost: cost.backward()
):
    r"""$\grad L(Z) = \frac1N (P - T)$ when the rows of $T$ sum to 1."""
    shape = (int(rng.integers(1, 6)), int(rng.integers(2, 6)))
    Z, V, T = *rng.standard_normal((2, *shape)), targets(rng, shape)
    cost = byhand.CrossEntropy()
    cost.forward(Z, T)

    def loss(Z):
        logs = Z - np.log(np.sum(np.exp(Z), axis=1, keepdims=True))
        return -np.sum(T * logs) / len(Z)

    return along(loss, Z, V), np.sum(pull(cost) * V)


cross_entropy_has_the_gradient_p_minus_t.mutant(
    "rows that do not sum to 1", targets=lambda rng, shape: rng.random(shape)
)
cross_entropy_has_the_gradient_p_minus_t.mutant(
    r"$\frac1N$ forgotten", pull=lambda cost: cost.P - cost.T
)
cross_entropy_has_the_gradient_p_minus_t.mutant(
    "the sign", pull=lambda cost: (cost.T - cost.P) / len(cost.T)
)


def logarithm_of_softmax(Z, T):
    with np.errstate(all="ignore"):
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        return -np.sum(T * np.log(P)) / len(Z)


@claim("prop-vjps", kind="existence")
def cross_entropy_is_a_number_at_all_scores(
    rng, loss=lambda Z, T: byhand.CrossEntropy().forward(Z, T)
):
    r"""The computed cross-entropy is finite, at the scores $(0, -1000)$ too."""
    Z = np.array([[0.0, -rng.uniform(800, 1200)]])
    return bool(np.isfinite(loss(Z, np.array([[1.0, 0.0]]))))


cross_entropy_is_a_number_at_all_scores.mutant(
    "the logarithm of an underflowed softmax", loss=logarithm_of_softmax
)


@claim("prop-vjps", kind="identity")
def squared_error_divides_by_all_entries(rng, pull=lambda cost: cost.backward()):
    r"""The mean of $(Y - T)^2$ has the gradient $\frac{2}{NM} (Y - T)$."""
    shape = (int(rng.integers(1, 6)), int(rng.integers(1, 6)))
    Y, T, V = rng.standard_normal((3, *shape))
    cost = byhand.MSE()
    cost.forward(Y, T)
    return along(lambda Y: np.mean((Y - T) ** 2), Y, V), np.sum(pull(cost) * V)


squared_error_divides_by_all_entries.mutant(
    "divided by $N$ only",
    pull=lambda cost: 2 * cost.difference / len(cost.difference),
)
squared_error_divides_by_all_entries.mutant(
    "the 2 lost", pull=lambda cost: cost.difference / cost.difference.size
)
