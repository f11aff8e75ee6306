"""Claims of the chapter on backpropagation: the kinds of primitives."""

import numpy as np

import mmdl.functional as fn
from claims import claim
from mmdl import jvp, vjp
from mmdl.autodiff.sweep import unbroadcast

# --- prop-kinds -------------------------------------------------------------


@claim("prop-kinds", kind="identity")
def a_pointwise_function_sums_over_copies(rng, undo=unbroadcast):
    r"""$\inner{u}{d \circ B v} = \inner{B^*(d \circ u)}{v}$ for broadcasting $B$."""
    shape = [(3, 1), (1, 4), (4,), (), (3, 4), (2, 1, 4)][rng.integers(6)]
    full = np.broadcast_shapes(shape, (2, 3, 4))
    u, d = rng.standard_normal((2, *full))
    v = np.asarray(rng.standard_normal(shape))
    return np.sum(u * d * np.broadcast_to(v, full)), np.sum(undo(d * u, shape) * v)


a_pointwise_function_sums_over_copies.mutant(
    "the mean over the copies",
    undo=lambda g, shape: unbroadcast(g, shape) * (np.prod(shape) / g.size),
)


def first_copy(g, shape):
    g = g.reshape(-1, *g.shape[g.ndim - len(shape) :])[0]
    return g[tuple(slice(n) for n in shape)]


a_pointwise_function_sums_over_copies.mutant("one of the copies", undo=first_copy)


@claim("prop-kinds", kind="identity")
def a_linear_function_pulls_back_by_its_adjoint(
    rng, pull=lambda f, x, u: vjp(f, x)[1](u)
):
    r"""$\inner{u}{f(v)} = \inner{f^* u}{v}$ for linear $f$, at any point."""
    A = rng.standard_normal((5, 5))
    maps = (
        np.cumsum,
        lambda x: np.roll(x, 2),
        lambda x: x @ A,
        lambda x: np.concatenate([x[3:], x[:3]]),
    )
    f = maps[rng.integers(4)]
    x, u, v = rng.standard_normal((3, 5))
    return u @ f(v), pull(f, x, u) @ v


a_linear_function_pulls_back_by_its_adjoint.mutant(
    "the function for its adjoint", pull=lambda f, x, u: f(u)
)


@claim("prop-kinds", kind="identity")
def a_bilinear_function_has_one_term_for_each_slot(
    rng, push=lambda a, b, v, w: v @ b + a @ w
):
    r"""$\D f(A, B)(V, W) = VB + AW$, and the engine's adjoints pair with it."""
    a, b, v, w, u = rng.standard_normal((5, 3, 3))
    da, db = vjp(np.matmul, a, b)[1](u)
    return np.sum(u * push(a, b, v, w)), np.sum(da * v) + np.sum(db * w)


a_bilinear_function_has_one_term_for_each_slot.mutant(
    "the function of the tangents", push=lambda a, b, v, w: v @ w
)
a_bilinear_function_has_one_term_for_each_slot.mutant(
    "factors exchanged", push=lambda a, b, v, w: b @ v + w @ a
)


@claim("prop-kinds", kind="identity")
def a_differential_is_transposed_by_a_sweep(
    rng, pull=lambda A, u: vjp(np.linalg.inv, A)[1](u)
):
    r"""The sweep through $V \mapsto -YVY$ gives the adjoint, $-Y^\T u Y^\T$."""
    A = rng.standard_normal((4, 4)) + 4 * np.eye(4)
    u, v = rng.standard_normal((2, 4, 4))
    Y = np.linalg.inv(A)
    return np.sum(u * (-Y @ v @ Y)), np.sum(pull(A, u) * v)


a_differential_is_transposed_by_a_sweep.mutant(
    "the differential for its adjoint",
    pull=lambda A, u: -np.linalg.inv(A) @ u @ np.linalg.inv(A),
)


@claim("prop-kinds", kind="identity")
def a_kernel_pulls_back_as_its_definition(rng, pull=lambda f, x, u: vjp(f, x)[1](u)):
    r"""$\inner{k(u)}{v} = \inner{u}{\D f(x) v}$ for the library's kernels $k$."""
    f = (fn.gelu, fn.sigmoid, fn.softplus, fn.softmax)[rng.integers(4)]
    x, u, v = rng.standard_normal((3, 4, 3))
    return np.sum(pull(f, x, u) * v), np.sum(u * jvp(f, x, v)[1])


a_kernel_pulls_back_as_its_definition.mutant(
    "a kernel that hands the cotangent on", pull=lambda f, x, u: u
)
a_kernel_pulls_back_as_its_definition.mutant(
    "a kernel that takes the value for the derivative",
    pull=lambda f, x, u: u * f(x),
)
