r"""Random straight-line programs, and derivatives of them that no engine computes.

Every operation is analytic, so the *complex step* :math:`\Im f(x + ihv)/h` with
:math:`h = 10^{-40}` gives its derivatives to rounding: the independent truth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Generator = np.random.Generator
STEP = 1e-40


@dataclass(frozen=True)
class Operation:
    """A function of one or two numbers, its partials, and what the shares cost."""

    f: Callable[..., Any]
    partials: Callable[..., tuple[Any, ...]]  # (y, *arguments)
    shares: int
    allowed: Callable[..., bool] = lambda *x: True

    @property
    def arity(self) -> int:
        """The number of arguments."""
        return self.partials.__code__.co_argcount - 1


OPERATIONS = {
    "add": Operation(np.add, lambda y, a, b: (1.0, 1.0), 0),
    "subtract": Operation(np.subtract, lambda y, a, b: (1.0, -1.0), 0),
    "multiply": Operation(np.multiply, lambda y, a, b: (b, a), 2),
    "divide": Operation(
        np.divide,
        lambda y, a, b: (1 / b, -y / b),
        2,
        lambda a, b: abs(b) > 0.3,
    ),
    "shift": Operation(lambda a: a + 0.3, lambda y, a: (1.0,), 0),
    "flip": Operation(lambda a: 1.5 - a, lambda y, a: (-1.0,), 0),
    "scale": Operation(lambda a: 0.7 * a, lambda y, a: (0.7,), 1),
    "shrink": Operation(lambda a: a / 1.7, lambda y, a: (1 / 1.7,), 1),
    "invert": Operation(
        lambda a: 1.0 / a, lambda y, a: (-y / a,), 2, lambda a: abs(a) > 0.3
    ),
    "exp": Operation(np.exp, lambda y, a: (y,), 1),
    "log": Operation(np.log, lambda y, a: (1 / a,), 1, lambda a: a > 0.1),
    "sin": Operation(np.sin, lambda y, a: (np.cos(a),), 2),
    "tanh": Operation(np.tanh, lambda y, a: (1 - y * y,), 3),
    "sqrt": Operation(np.sqrt, lambda y, a: (0.5 / y,), 2, lambda a: a > 0.1),
}
RING = ("add", "subtract", "multiply", "multiply")


@dataclass(frozen=True)
class Program:
    """``steps`` of (operation, places of its arguments) on ``n`` inputs."""

    n: int
    steps: tuple[tuple[str, tuple[int, ...]], ...]

    def __call__(self, *inputs: Any) -> Any:
        """Return the last value."""
        return self.values(inputs)[-1]

    def values(self, inputs: Any) -> list[Any]:
        """Return all values, inputs first."""
        x = list(inputs)
        for name, places in self.steps:
            x.append(OPERATIONS[name].f(*(x[i] for i in places)))
        return x

    def partials(self, x: list[Any]) -> list[tuple[int, int, Any]]:
        """Return the arcs (from, to, partial derivative), in order."""
        arcs = []
        for j, (name, places) in enumerate(self.steps, self.n):
            slopes = OPERATIONS[name].partials(x[j], *(x[i] for i in places))
            arcs += [(i, j, d) for i, d in zip(places, slopes, strict=True)]
        return arcs

    def useful(self) -> set[int]:
        """Return the numbers of the values that the result depends on."""
        found = {self.n + len(self.steps) - 1}
        for j in range(self.n + len(self.steps) - 1, self.n - 1, -1):
            if j in found:
                found.update(self.steps[j - self.n][1])
        return found


def program(
    rng: Generator, *, most: int = 25, names: tuple[str, ...] = tuple(OPERATIONS)
) -> tuple[Program, np.ndarray]:
    """Return a program of at most ``most`` operations, and a point for it."""
    n, m = int(rng.integers(1, 6)), int(rng.integers(1, most + 1))
    x = rng.uniform(0.4, 1.5, n)
    values, steps = list(x), []
    while len(steps) < m:
        name = names[rng.integers(len(names))]
        op = OPERATIONS[name]
        places = [int(i) for i in rng.integers(len(values), size=op.arity)]
        if rng.random() < 0.6:
            places[0] = len(values) - 1
        chosen = [values[i] for i in places]
        if op.allowed(*chosen) and abs(y := op.f(*chosen)) < 4:
            values.append(y)
            steps.append((name, tuple(places)))
    return Program(n, tuple(steps)), x


def along(f: Callable[..., Any], x: Any, v: Any) -> Any:
    """Return the derivative of ``f`` at ``x`` along ``v``, by the complex step."""
    return np.imag(f(x + 1j * STEP * v)) / STEP


def by_complex_step(f: Program, x: np.ndarray) -> np.ndarray:
    """Return the gradient of a program."""
    return np.array([along(lambda z: f(*z), x, e) for e in np.eye(len(x))])


def swept(f: Program, x: Any, add: Callable[[Any, Any], Any], order: int = -1) -> Any:
    """Return the gradient by a reverse sweep written out; ``add`` collects shares."""
    delta = [0.0] * (f.n + len(f.steps))
    delta[-1] = 1.0
    for i, j, slope in f.partials(f.values(x))[::order]:
        delta[i] = add(delta[i], slope * delta[j])
    return np.array(delta[: f.n])
