"""Claims of the appendix on calculus (``ch-calculus``): derivatives and minima.

Derivatives are measured with a complex step, which is exact to rounding: for a
real analytic f, the imaginary part of f(x + i s h)/s tends to Df(x) h.
"""

from math import factorial

import numpy as np

from claims import claim
from claims.quadrature import NODES, WEIGHTS

STEP = 1e-30
RULE = list(zip(NODES, WEIGHTS, strict=True))


def wave(rng, d=3):
    """A map f(x) = C sin(Ax + a) of R^d, and its differential as a matrix."""
    A, C = rng.normal(size=(2, d, d))
    a = rng.normal(size=d)

    def differential(x):
        return C @ (np.cos(A @ x + a)[:, None] * A)

    return (lambda x: C @ np.sin(A @ x + a)), differential


def push(f, x, h):
    """Df(x) h by a complex step."""
    return f(x + 1j * STEP * h).imag / STEP


@claim("thm-chain-rule", kind="identity")
def differentials_are_multiplied(rng, product=lambda Df, Dg, x, y: Dg(y) @ Df(x)):
    r"""$\D(g \circ f)(x)h = \D g(f(x))\,\D f(x)h$."""
    (f, Df), (g, Dg) = wave(rng), wave(rng)
    x, h = rng.normal(size=(2, 3))
    return push(lambda z: g(f(z)), x, h), product(Df, Dg, x, f(x)) @ h


differentials_are_multiplied.mutant(
    "the factors exchanged", product=lambda Df, Dg, x, y: Df(x) @ Dg(y)
)
differentials_are_multiplied.mutant(
    r"$\D g$ at $x$", product=lambda Df, Dg, x, y: Dg(x) @ Df(x)
)


@claim("thm-chain-rule", kind="identity")
def adjoints_are_multiplied_backwards(
    rng, pull=lambda Df, Dg, u: Df.T @ (Dg.T @ u), where=lambda x, y: y
):
    r"""$\inner{\D(g \circ f)(x)h}{u} = \inner{h}{\D f(x)^*\,\D g(f(x))^*u}$."""
    (f, Df), (g, Dg) = wave(rng), wave(rng)
    x, h, u = rng.normal(size=(3, 3))
    pulled = pull(Df(x), Dg(where(x, f(x))), u)
    return push(lambda z: g(f(z)), x, h) @ u, h @ pulled


adjoints_are_multiplied_backwards.mutant(
    "first map first", pull=lambda Df, Dg, u: Dg.T @ (Df.T @ u)
)
adjoints_are_multiplied_backwards.mutant(
    "the last map at the first point", where=lambda x, y: x
)


def smooth(x):
    return np.array([np.exp(x[0]) * x[1], np.sin(x[0] * x[1])])


def smooth_partials(x):
    e, c = np.exp(x[0]), np.cos(x[0] * x[1])
    return np.array([[e * x[1], e], [c * x[1], c * x[0]]])


def kinked(x):
    """All directional derivatives exist at 0, where both partials vanish."""
    return np.array([x[0] ** 2 * x[1] / max(x[0] ** 4 + x[1] ** 2, 1e-300)])


@claim("prop-partial-derivatives", kind="slope")
def continuous_partials_make_a_differential(
    rng, f=smooth, partials=smooth_partials, x=(0.3, -0.7), path=lambda t: (t, 2 * t)
):
    r"""$\abs{f(x + h) - f(x) - \D f(x)h}$ is of the order $\abs h^2$."""
    x, t = np.array(x), np.geomspace(1e-4, 1e-2, 9)
    h = [np.array(path(s)) for s in t]
    errors = [np.linalg.norm(f(x + v) - f(x) - partials(x) @ v) for v in h]
    return t, errors, 2.0


continuous_partials_make_a_differential.mutant(
    "partial derivatives that are not continuous",
    f=kinked,
    partials=lambda x: np.zeros((1, 2)),
    x=(0.0, 0.0),
    path=lambda t: (t, t * t),
)
continuous_partials_make_a_differential.mutant(
    "the matrix transposed", partials=lambda x: smooth_partials(x).T
)


@claim("prop-partial-derivatives", kind="identity")
def the_second_differential_is_symmetric(rng, swirl=0.0):
    r"""$\inner{\D^2f(x)h}{k} = \inner{h}{\D^2f(x)k}$."""
    A, c = rng.normal(size=(4, 3)), rng.normal(size=4)
    J = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 0]])

    def gradient(x):  # of sum_i c_i sin(A x)_i
        return A.T @ (c * np.cos(A @ x)) + swirl * (J @ x)

    x, h, k = rng.normal(size=(3, 3))
    return push(gradient, x, h) @ k, push(gradient, x, k) @ h


the_second_differential_is_symmetric.mutant("a field that is no gradient", swirl=0.1)


def along(rng, n):
    """phi(t) = f(x + th) with f(x) = sum_i c_i sin(a_i x + b_i): its derivatives."""
    rate, shift, c = rng.normal(size=(3, 4))

    def derivative(k, t):
        return np.sin(np.multiply.outer(t, rate) + shift + k * np.pi / 2) @ (
            c * rate**k
        )

    return derivative


@claim("thm-taylor", kind="identity")
def the_remainder_is_an_integral(
    rng, weight=lambda n, t: (1 - t) ** n / factorial(n), upto=lambda n: n + 1
):
    r"""$f(x + h)$ is Taylor's polynomial plus the integral, for $n = 0, \dots, 4$."""
    n = int(rng.integers(0, 5))
    phi = along(rng, n)
    polynomial = sum(phi(k, 0.0) / factorial(k) for k in range(upto(n)))
    return phi(0, 1.0), polynomial + WEIGHTS @ (weight(n, NODES) * phi(n + 1, NODES))


the_remainder_is_an_integral.mutant(
    "the weight runs the other way", weight=lambda n, t: t**n / factorial(n)
)
the_remainder_is_an_integral.mutant(
    "$(n + 1)!$ for $n!$", weight=lambda n, t: (1 - t) ** n / factorial(n + 1)
)


@claim("thm-taylor", kind="inequality")
def the_remainder_is_a_value_of_the_second_derivative(rng, half=0.5):
    r"""$f(x + h) - f(x) - \inner{\grad f(x)}{h}$ is a value of $\frac12\varphi''$."""
    phi, t = along(rng, 1), np.linspace(0, 1, 4001)
    remainder = phi(0, 1.0) - phi(0, 0.0) - phi(1, 0.0)
    values = half * phi(2, t)
    margin = np.ptp(values) * 1e-6  # the grid may miss the extreme values
    return (
        np.r_[values.min() - margin, remainder],
        np.r_[remainder, values.max() + margin],
    )


the_remainder_is_a_value_of_the_second_derivative.mutant("without the half", half=1.0)


@the_remainder_is_a_value_of_the_second_derivative.sharp
def a_parabola():
    return 3.0**2 - 1.0**2 - 2 * 2.0, 0.5 * 2 * 2.0**2  # x^2 from 1 to 3


@claim("prop-mean-value", kind="identity")
def the_difference_is_the_integral_of_the_differential(
    rng, mean=lambda Df, x, h: sum(w * Df(x + t * h) for t, w in RULE)
):
    r"""$f(x + h) - f(x) = \int_0^1\D f(x + th)h\dd t$."""
    f, Df = wave(rng)
    x, h = rng.normal(size=(2, 3))
    h = h / np.linalg.norm(h)
    return f(x + h) - f(x), mean(Df, x, h) @ h


the_difference_is_the_integral_of_the_differential.mutant(
    "the differential at the midpoint", mean=lambda Df, x, h: Df(x + h / 2)
)
the_difference_is_the_integral_of_the_differential.mutant(
    "the mean of the ends", mean=lambda Df, x, h: (Df(x) + Df(x + h)) / 2
)


@claim("prop-mean-value", kind="inequality")
def no_faster_than_the_largest_differential(
    rng, size=lambda J: np.linalg.norm(J, 2), spread=1.0
):
    r"""$\abs{f(x + h) - f(x)} \le \max_t\norm{\D f(x + th)}_2\,\abs h$."""
    f, Df = wave(rng)
    x, h = rng.normal(size=(2, 3))
    if rng.random() < 0.5:  # a short step in the direction of the fastest growth
        h = 1e-3 * np.linalg.svd(Df(x))[2][0]
    steepest = max(size(Df(x + t * h)) for t in np.linspace(0, 1, 400))
    return np.linalg.norm(f(x + h) - f(x)), steepest * np.linalg.norm(h)


no_faster_than_the_largest_differential.mutant(
    "the largest eigenvalue", size=lambda J: np.abs(np.linalg.eigvals(J)).max()
)


@no_faster_than_the_largest_differential.sharp
def a_linear_map():
    A = np.array([[1.0, 2.0], [0.0, 1.0]])
    h = np.linalg.svd(A)[2][0]
    return np.linalg.norm(A @ h), np.linalg.norm(A, 2)


def quartic(rng):
    a, b, c = 3 * rng.normal(size=3)
    return lambda x: x**4 + a * x**3 + b * x**2 + c * x


def decaying(rng):
    s = rng.uniform(5, 15)
    return lambda x: np.exp(-x / s)


def cubic(rng):
    c = rng.random()
    return lambda x: x**3 - c * x


@claim("thm-extreme-value", kind="existence", instances=40)
def a_coercive_function_stops_falling(rng, function=quartic):
    r"""The least value over $[-r, r]$ no longer changes from $r = 30$ to $r = 60$."""
    f = function(rng)
    near, far = (f(np.linspace(-r, r, 200 * r + 1)).min() for r in (30, 60))
    return bool(near <= far + 1e-9)


a_coercive_function_stops_falling.mutant("bounded below is enough", function=decaying)
a_coercive_function_stops_falling.mutant("odd degree", function=cubic)


@claim("thm-extreme-value", kind="equivalence", instances=200)
def the_second_differential_tells_a_minimum(
    rng, test=lambda A: np.linalg.eigvalsh(A).min() > 0
):
    r"""Where $\grad f = 0$ and $\D^2f$ is invertible: minimum iff positive definite."""
    d = int(rng.integers(1, 4))
    Q, _ = np.linalg.qr(rng.normal(size=(d, d)))
    signs = rng.choice([-1, 1, 1, 1], size=d)
    A = (Q * (signs * rng.uniform(0.2, 2, d))) @ Q.T
    c, v = rng.normal(size=d), np.vstack([rng.normal(size=(50, d)), Q.T])
    v = 1e-3 * v / np.linalg.norm(v, axis=1, keepdims=True)
    f = 0.5 * np.sum((v @ A) * v, axis=1) + v**3 @ c  # f(x + v) - f(x)
    return bool(f.min() > 0), bool(test(A))


the_second_differential_tells_a_minimum.mutant(
    "a positive trace", test=lambda A: np.trace(A) > 0
)
the_second_differential_tells_a_minimum.mutant(
    "a positive determinant", test=lambda A: np.linalg.det(A) > 0
)
