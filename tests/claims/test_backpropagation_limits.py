"""Claims of the chapter on backpropagation: rounding, memory, kinks."""

from math import isqrt

import numpy as np

from claims import claim
from claims.programs import along
from mmdl import grad
from mmdl.autodiff import pointwise

# --- prop-differences -------------------------------------------------------


@claim("prop-differences", kind="inequality", instances=200)
def central_differences_err_by_truncation_and_rounding(
    rng, bound=lambda h, M3, eta: h**2 * M3 / 6 + eta / h
):
    r"""The error is at most $h^2 M_3 / 6 + \eta / h$, for every rounding $\le \eta$."""
    a, c, x = rng.uniform(-2, 2, 3)
    h, eta = 10.0 ** rng.uniform(-3, 0), 10.0 ** rng.uniform(-9, -2)

    def f(t):
        return a * t**3 + 0.02 * np.sin(t + c)

    slope = 3 * a * x**2 + 0.02 * np.cos(x + c)
    exact = (f(x + h) - f(x - h)) / (2 * h) - slope
    worst = abs(exact) + eta / h  # rounding at its worst, with the sign of the error
    return worst, bound(h, 6 * abs(a) + 0.02, eta)


central_differences_err_by_truncation_and_rounding.mutant(
    "$h^2 M_3 / 12$", bound=lambda h, M3, eta: h**2 * M3 / 12 + eta / h
)
central_differences_err_by_truncation_and_rounding.mutant(
    r"$\eta / 2h$", bound=lambda h, M3, eta: h**2 * M3 / 6 + eta / (2 * h)
)


@central_differences_err_by_truncation_and_rounding.sharp
def a_cube_with_the_worst_rounding():
    x, h, eta = 0.7, 0.1, 1e-3
    high, low = (x + h) ** 3 + eta, (x - h) ** 3 - eta
    return abs((high - low) / (2 * h) - 3 * x**2), h**2 * 6 / 6 + eta / h


@claim("prop-differences", kind="inequality", instances=200)
def one_sided_differences_err_by_truncation_and_rounding(
    rng, bound=lambda h, M2, eta: h * M2 / 2 + 2 * eta / h
):
    r"""The error is at most $h M_2 / 2 + 2 \eta / h$."""
    a, c, x = rng.uniform(-2, 2, 3)
    h, eta = 10.0 ** rng.uniform(-3, 0), 10.0 ** rng.uniform(-9, -2)

    def f(t):
        return a * t**2 + 0.02 * np.sin(t + c)

    exact = (f(x + h) - f(x)) / h - 2 * a * x - 0.02 * np.cos(x + c)
    return abs(exact) + 2 * eta / h, bound(h, 2 * abs(a) + 0.02, eta)


one_sided_differences_err_by_truncation_and_rounding.mutant(
    "the square of the central formula",
    bound=lambda h, M2, eta: h**2 * M2 / 2 + 2 * eta / h,
)
one_sided_differences_err_by_truncation_and_rounding.mutant(
    r"$\eta / h$", bound=lambda h, M2, eta: h * M2 / 2 + eta / h
)


@one_sided_differences_err_by_truncation_and_rounding.sharp
def a_square_with_the_worst_rounding():
    x, h, eta = 0.7, 0.1, 1e-3
    high, low = (x + h) ** 2 + eta, x**2 - eta
    return abs((high - low) / h - 2 * x), h + 2 * eta / h


@claim("prop-differences", kind="inequality", instances=200)
def the_width_is_the_best_of_all(rng, width=lambda M3, eta: (3 * eta / M3) ** (1 / 3)):
    r"""The bound at $h = (3 \eta / M_3)^{1/3}$ is at most that at any other $h$."""
    M3, eta = 10.0 ** rng.uniform([-2, -16], [2, -1])
    h = width(M3, eta)
    others = h * np.linspace(0.5, 2, 61)
    bound = others**2 * M3 / 6 + eta / others
    scale = (M3 * eta**2) ** (1 / 3)
    return (h**2 * M3 / 6 + eta / h) / scale, bound.min() / scale


the_width_is_the_best_of_all.mutant(
    "the square root", width=lambda M3, eta: (3 * eta / M3) ** (1 / 2)
)
the_width_is_the_best_of_all.mutant(
    "the 3 lost", width=lambda M3, eta: (eta / M3) ** (1 / 3)
)


@claim("prop-differences", kind="identity")
def the_least_bounds_have_closed_forms(rng, factor=3 / 2):
    r"""$\frac32 (\frac13 M_3 \eta^2)^{1/3}$ and $2 \sqrt{M_2 \eta}$ are attained."""
    M2, M3, eta = 10.0 ** rng.uniform(-2, 2, 3)
    h, k = (3 * eta / M3) ** (1 / 3), 2 * np.sqrt(eta / M2)
    bounds = np.array([h**2 * M3 / 6 + eta / h, k * M2 / 2 + 2 * eta / k])
    least = np.array([factor * (M3 * eta**2 / 3) ** (1 / 3), 2 * np.sqrt(M2 * eta)])
    return bounds, least


the_least_bounds_have_closed_forms.mutant(r"1 for $\frac32$", factor=1.0)


# --- prop-checkpointing -----------------------------------------------------


def ceil_divide(a, b):
    return -(-a // b)


def checkpointed(weights, s):
    """Return derivative, most states remembered, evaluations made again."""
    states = [0.3]
    for w in weights[:-1]:
        states.append(np.sin(w * states[-1]))
    kept, most, again, delta = states[::s], 0, 0, 1.0
    while kept:
        start = s * (len(kept) - 1)
        segment, maps = [kept.pop()], weights[start : start + s]
        for w in maps[:-1]:
            segment.append(np.sin(w * segment[-1]))
            again += 1
        most = max(most, len(kept) + len(segment))
        for w, x in zip(maps[::-1], segment[::-1], strict=True):
            delta *= w * np.cos(w * x)
    return delta, most, again


def layers(rng):
    K = int(rng.integers(1, 60))
    return rng.uniform(0.5, 1.5, K), int(rng.integers(1, K + 1))


@claim("prop-checkpointing", kind="identity")
def checkpoints_do_not_change_the_gradient(rng, run=checkpointed):
    """The derivative with recomputed states is that of the chain."""
    weights, s = layers(rng)

    def chain(x):
        for w in weights:
            x = np.sin(w * x)
        return x

    return run(weights, s)[0], along(chain, 0.3, 1.0)


checkpoints_do_not_change_the_gradient.mutant(
    "the last map of the chain forgotten",
    run=lambda weights, s: (
        checkpointed(weights[:-1], s) if len(weights) > 1 else (0.0,)
    ),
)


@claim("prop-checkpointing", kind="inequality", instances=200)
def checkpoints_need_few_states(rng, bound=lambda K, s: ceil_divide(K, s) + s - 1):
    r"""At most $\ceil{K / s} + s - 1$ states are remembered."""
    weights, s = layers(rng)
    most = checkpointed(weights, s)[1]
    return float(most), float(bound(len(weights), s))


checkpoints_need_few_states.mutant("the checkpoints alone", bound=ceil_divide)
checkpoints_need_few_states.mutant("the segment alone", bound=lambda K, s: s)


@checkpoints_need_few_states.sharp
def one_hundred_layers():
    return float(checkpointed(np.ones(100), 10)[1]), 19.0


@claim("prop-checkpointing", kind="identity", instances=200)
def less_than_one_forward_pass_is_repeated(
    rng, again=lambda K, s: K - ceil_divide(K, s)
):
    r"""$K - \ceil{K / s}$ maps are evaluated once more."""
    weights, s = layers(rng)
    return float(checkpointed(weights, s)[2]), float(again(len(weights), s))


less_than_one_forward_pass_is_repeated.mutant("a whole one", again=lambda K, s: K)


@claim("prop-checkpointing", kind="inequality", instances=200)
def root_many_segments_need_two_roots_of_memory(rng, factor=2):
    r"""For $s = \ceil{\sqrt K}$ at most $2 \ceil{\sqrt K} - 1$ states."""
    weights, _ = layers(rng)
    s = isqrt(len(weights) - 1) + 1
    return float(checkpointed(weights, s)[1]), float(factor * s - 1)


root_many_segments_need_two_roots_of_memory.mutant("one root", factor=1)


@root_many_segments_need_two_roots_of_memory.sharp
def again_one_hundred_layers():
    return float(checkpointed(np.ones(100), 10)[1]), 2.0 * 10 - 1


@claim("prop-checkpointing", kind="inequality", instances=200)
def no_segment_length_needs_less(rng, factor=2):
    r"""$\ceil{K / s} + s - 1 \ge 2 \sqrt K - 1$ for every $s$."""
    K = int(rng.integers(1, 400))
    s = np.arange(1, K + 1)
    return factor * np.sqrt(K) - 1, float((ceil_divide(K, s) + s - 1).min())


no_segment_length_needs_less.mutant("three roots", factor=3)


@no_segment_length_needs_less.sharp
def four_hundred_layers():
    s = np.arange(1, 401)
    return 2 * 20.0 - 1, float((ceil_divide(400, s) + s - 1).min())


# --- prop-relu-kink ---------------------------------------------------------


def relu_with(s):
    """Return the ReLU whose rule takes the number s for the derivative at 0."""

    def relu(x):
        return np.maximum(x, 0.0)

    return pointwise(relu, lambda v, y, x: v * ((x > 0) + s * (x == 0)))


def first(relu):
    return lambda x: relu(x) - relu(-x)


def second(relu):
    return lambda x: relu(relu(x)) - relu(x)


def kink_value(rng):
    return float(rng.choice([0.0, 0.5, 1.0, rng.standard_normal()]))


@claim("prop-relu-kink", kind="identity")
def the_sweep_at_the_kink_returns_what_the_paths_say(rng, p=lambda s: 2 * s):
    r"""At 0 the sweep returns $2s$ for $p'$ and $s^2 - s$ for $q'$."""
    s = kink_value(rng)
    relu = relu_with(s)
    found = [grad(first(relu))(0.0), grad(second(relu))(0.0)]
    return np.array(found), np.array([p(s), s * s - s])


the_sweep_at_the_kink_returns_what_the_paths_say.mutant(
    "the derivative of the function that is computed", p=lambda s: 1.0
)


@claim("prop-relu-kink", kind="existence")
def for_every_value_one_program_goes_wrong(rng, programs=(first, second)):
    """The two programs compute x and 0; at 0 one derivative is not 1, or not 0."""
    relu = relu_with(kink_value(rng))
    wanted = {first: 1.0, second: 0.0}
    return any(grad(f(relu))(0.0) != wanted[f] for f in programs)


for_every_value_one_program_goes_wrong.mutant(
    "the first program alone", programs=(first,)
)
for_every_value_one_program_goes_wrong.mutant(
    "the second program alone", programs=(second,)
)


# --- thm-almost-everywhere --------------------------------------------------


def normal_point(rng, n):
    return rng.standard_normal(n)


# Central differences of a piecewise affine function are exact up to rounding, 1e-16
# over a width of 1e-6, unless a kink lies inside that width.
@claim("thm-almost-everywhere", kind="identity", instances=200, tol=1e-7)
def the_sweep_is_right_at_almost_every_point(
    rng, point=normal_point, rule=lambda s, x: (x > 0) + s * (x == 0)
):
    r"""The sweep is $\grad f(x)$ at random points, whatever $\ReLU'(0)$ is."""
    n, s = int(rng.integers(1, 5)), rng.standard_normal()

    def maximum(x):
        return np.maximum(x, 0.0)

    relu = pointwise(maximum, lambda v, y, x: v * rule(s, x))
    W, V = rng.standard_normal((n, 2)), rng.standard_normal((2, 2))

    def f(x):
        hidden = relu(relu(x @ W) @ V)  # the inner values are 0 on whole regions
        return np.sum(relu(hidden) - relu(-hidden)) + np.sum(relu(x) - relu(-x))

    x, v = point(rng, n), rng.standard_normal(n)
    difference = (f(x + 1e-6 * v) - f(x - 1e-6 * v)) / 2e-6
    return grad(f)(x) @ v, difference


the_sweep_is_right_at_almost_every_point.mutant(
    "at every point", point=lambda rng, n: rng.standard_normal() * np.zeros(n)
)
the_sweep_is_right_at_almost_every_point.mutant(
    "a wrong number on an interval in the place of a point",
    rule=lambda s, x: (x > 0) + s * (abs(x) < 0.1),
)
