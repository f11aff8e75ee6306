"""Claims of the chapter on backpropagation: prices, dual numbers, Hessians."""

import numpy as np

from claims import claim
from claims.programs import (
    OPERATIONS,
    RING,
    Program,
    along,
    by_complex_step,
    program,
    swept,
)
from mmdl import flops, grad, hvp, jvp, vjp


def gradient_price(f, x):
    """Count f and its gradient, the products by the first cotangent included."""
    return flops.count(lambda u, *x: vjp(f, *x)[1](u), 1.0, *x).total


def squarings(m):
    """Return the program of x^(2^m)."""
    return Program(1, tuple(("multiply", (k, k)) for k in range(m)))


# --- thm-cheap-gradient -----------------------------------------------------


def exact_price(f, shares=lambda name: OPERATIONS[name].shares, additions=1):
    useful = f.useful()
    reached = sum(i < f.n for i in useful)
    extra = sum(
        shares(name) + len(places) - additions
        for j, (name, places) in enumerate(f.steps, f.n)
        if j in useful
    )
    return float(len(f.steps) + extra + 1 - reached)


@claim("thm-cheap-gradient", kind="identity", instances=200)
def the_engine_uses_exactly_the_predicted_operations(rng, price=exact_price):
    r"""Value and gradient cost $m + \sum (r_j + a_j - 1) + 1 - n_0$."""
    f, x = program(rng)
    return float(gradient_price(f, x)), price(f)


the_engine_uses_exactly_the_predicted_operations.mutant(
    "an addition for every arc", price=lambda f: exact_price(f, additions=0)
)
the_engine_uses_exactly_the_predicted_operations.mutant(
    "a second division for each quotient",
    price=lambda f: exact_price(
        f, lambda name: OPERATIONS[name].shares + (name == "divide")
    ),
)


@claim("thm-cheap-gradient", kind="inequality", instances=200)
def a_gradient_costs_at_most_four_values(rng, factor=4):
    r"""$\operatorname{cost}(f, \grad f) \le 4 m$ for every number of inputs."""
    f, x = program(rng)
    return float(gradient_price(f, x)), float(factor * len(f.steps))


a_gradient_costs_at_most_four_values.mutant("at most three", factor=3)


@a_gradient_costs_at_most_four_values.sharp
def repeated_squaring():
    return float(gradient_price(squarings(30), [1.0])), 4.0 * 30


# --- prop-dense-cost --------------------------------------------------------


def dense_counts(N, M, C):
    """Return the counted cost of an affine layer, forward and backward."""
    arrays = np.ones((N, M)), np.ones((M, C)), np.ones((1, C))

    def layer(X, W, b):
        return X @ W + b

    once = flops.count(layer, *arrays).total
    pulled = flops.count(
        lambda u, *x: vjp(layer, *x)[1](u), np.ones((N, C)), *arrays
    ).total
    return float(once), float(pulled - once)


def shape(rng):
    return [int(i) for i in rng.integers(1, 12, 3)]


def dense_price(N, M, C):
    return 2 * N * M * C, (2 * C - 1) * N * M + (2 * N - 1) * M * C + (N - 1) * C


@claim("prop-dense-cost", kind="identity")
def a_dense_layer_costs_what_the_formula_says(rng, price=dense_price):
    """Forward and backward operations of an affine layer, counted."""
    sizes = shape(rng)
    return np.array(dense_counts(*sizes)), np.array(price(*sizes), dtype=float)


a_dense_layer_costs_what_the_formula_says.mutant(
    "backward is twice forward", price=lambda N, M, C: (2 * N * M * C, 4 * N * M * C)
)
a_dense_layer_costs_what_the_formula_says.mutant(
    "the bias for nothing",
    price=lambda N, M, C: (2 * N * M * C, (2 * C - 1) * N * M + (2 * N - 1) * M * C),
)


@claim("prop-dense-cost", kind="identity")
def the_ratio_tends_to_its_limit_like_one_over_the_samples(
    rng, limit=lambda M, C: 2 + 1 / (2 * M) - 1 / (2 * C)
):
    r"""Backward over forward, plus $\frac{M + 1}{2NM}$, is its limit."""
    N, M, C = shape(rng)
    once, back = dense_counts(N, M, C)
    return back / once + (1 + 1 / M) / (2 * N), limit(M, C)


the_ratio_tends_to_its_limit_like_one_over_the_samples.mutant(
    "two products for one, exactly", limit=lambda M, C: 2.0
)


@claim("prop-dense-cost", kind="identity")
def the_first_layer_pays_for_one_product(rng, limit=lambda M: 1 + 1 / (2 * M)):
    r"""Without $\delta_X$ the limit is $1 + \frac{1}{2M}$."""
    N, M, C = shape(rng)
    X, (once, _) = np.ones((N, M)), dense_counts(N, M, C)
    both = flops.count(
        lambda u, W, b: vjp(lambda W, b: X @ W + b, W, b)[1](u),
        *(np.ones((N, C)), np.ones((M, C)), np.ones((1, C))),
    ).total
    return both / once - 1 + (1 + 1 / M) / (2 * N), limit(M)


the_first_layer_pays_for_one_product.mutant(
    "one product for one, exactly", limit=lambda M: 1.0
)
the_first_layer_pays_for_one_product.mutant(
    r"$\delta_X$ paid for", limit=lambda M: 2 + 1 / (2 * M)
)


# --- prop-dual-numbers ------------------------------------------------------


@claim("prop-dual-numbers", kind="identity")
def quotients_of_dual_numbers_solve_the_product(
    rng, slope=lambda a, v, b, w: (v - a / b * w) / b
):
    r"""$(b + \eps w)(y + \eps t) = a + \eps v$ for $y = a / b$, $t = (v - yw) / b$."""
    a, v, w = rng.standard_normal(3)
    b = rng.uniform(0.5, 2) * rng.choice([-1, 1])
    t = slope(a, v, b, w)
    return np.array([a, b * t + w * a / b]), np.array([a, v])


quotients_of_dual_numbers_solve_the_product.mutant(
    "the quotient of the tangents", slope=lambda a, v, b, w: v / w
)
quotients_of_dual_numbers_solve_the_product.mutant(
    "the terms exchanged", slope=lambda a, v, b, w: (a / b * w - v) / b
)


@claim("prop-dual-numbers", kind="identity", instances=200)
def a_run_on_dual_numbers_is_a_jvp(rng, direction=lambda v: v):
    r"""The second parts are $\D f(x) v$."""
    f, x = program(rng)
    v = rng.standard_normal(len(x))
    _, tangent = jvp(f, tuple(x), tuple(direction(v)))
    return tangent, by_complex_step(f, x) @ v


a_run_on_dual_numbers_is_a_jvp.mutant("every tangent 1", direction=np.ones_like)


def tangent_price(f, x):
    return flops.count(lambda x, v: jvp(f, tuple(x), tuple(v)), list(x), list(x)).total


@claim("prop-dual-numbers", kind="inequality", instances=200)
def a_forward_run_costs_at_most_five_values(rng, factor=5):
    r"""$\operatorname{cost}(f, \D f \, v) \le 5 m$."""
    f, x = program(rng)
    return float(tangent_price(f, x)), float(factor * len(f.steps))


a_forward_run_costs_at_most_five_values.mutant("at most three", factor=3)


@a_forward_run_costs_at_most_five_values.sharp
def a_number_divided_by_itself():
    return float(tangent_price(Program(1, (("divide", (0, 0)),)), [2.0])), 5.0


@claim("prop-dual-numbers", kind="existence")
def fewer_than_n_directions_do_not_determine_the_gradient(rng, runs=lambda n, k: k):
    r"""For $k < n$ directions some $g \ne 0$ has $\inner g{v_i} = 0$ for all $i$."""
    n = int(rng.integers(2, 7))
    k = runs(n, int(rng.integers(1, n)))
    directions = rng.standard_normal((k, n))
    g = np.linalg.svd(directions)[2][-1]
    return bool(np.abs(directions @ g).max() < 1e-12)


fewer_than_n_directions_do_not_determine_the_gradient.mutant(
    "$n$ directions", runs=lambda n, k: n
)


# --- prop-hvp ---------------------------------------------------------------


def hessian_along(f, x, v):
    """Differentiate the written-out sweep once more, by the complex step."""
    return along(lambda z: swept(f, z, lambda old, share: old + share), x, v)


@claim("prop-hvp", kind="identity", instances=200)
def forward_over_reverse_multiplies_by_the_hessian(rng, product=hvp):
    r"""$\D(\grad f)(x) v = \grad^2 f(x) v$."""
    f, x = program(rng, most=12)
    v = rng.standard_normal(len(x))
    return product(lambda x: f(*x), x, v), hessian_along(f, x, v)


forward_over_reverse_multiplies_by_the_hessian.mutant(
    "the gradient times the vector, entry by entry",
    product=lambda f, x, v: grad(f)(x) * v,
)


@claim("prop-hvp", kind="identity", instances=200)
def reverse_over_forward_multiplies_by_the_hessian(
    rng, product=lambda f, x, v: grad(lambda x: jvp(f, x, v)[1])(x)
):
    r"""$\grad_x (\D f(x) v) = \grad^2 f(x) v$."""
    f, x = program(rng, most=12)
    v = rng.standard_normal(len(x))
    return product(lambda x: f(*x), x, v), hessian_along(f, x, v)


reverse_over_forward_multiplies_by_the_hessian.mutant(
    "the diagonal only",
    product=lambda f, x, v: v * np.array([hvp(f, x, e) @ e for e in np.eye(len(x))]),
)


def second_price(f, x):
    def product(x, v):
        return jvp(grad(f, argnums=tuple(range(len(x)))), tuple(x), tuple(v))

    return flops.count(product, list(x), list(x)).total


@claim("prop-hvp", kind="inequality", instances=200)
def a_hessian_product_costs_at_most_fourteen_values(rng, factor=14):
    r"""At most $14 m$ operations for a program of $+, -, \times$."""
    f, x = program(rng, names=RING)
    return float(second_price(f, x)), float(factor * len(f.steps))


a_hessian_product_costs_at_most_fourteen_values.mutant(
    "twice the price of a gradient", factor=8
)


@a_hessian_product_costs_at_most_fourteen_values.sharp
def many_squarings():
    return float(second_price(squarings(40), [1.0])), 14.0 * 40
