"""One example of every function of `mmdl.functional`, for the contract tests.

The contract enumerates the package's public names and its primitives: a function
without a case here fails the suite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from mmdl import functional as fn

Array = np.ndarray


@dataclass(frozen=True)
class Case:
    """A function of float arrays, and how to draw them."""

    name: str
    f: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    draw: Callable[..., Array] | None = None
    empty: tuple[tuple[int, ...], ...] | None = None  # shapes with no sample
    tolerance: float = 1e-6  # relative, of central differences
    label: str = ""  # what sets it apart from other cases of the function

    def arrays(self, seed: int = 0) -> tuple[Array, ...]:
        rng = np.random.default_rng(seed)
        return tuple((self.draw or away_from_zero)(rng, s) for s in self.shapes)

    @property
    def id(self) -> str:
        return f"{self.name}-{self.label}" if self.label else self.name


def away_from_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Normal numbers with no kink (0) within reach of a finite difference."""
    x = rng.normal(size=shape)
    return x + 0.1 * np.sign(x)


def distributions(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    p = rng.uniform(0.2, 1, shape)
    return p / p.sum(-1, keepdims=True)


def log_distributions(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return np.log(distributions(rng, shape))


LABELS = np.array([2, 0, 1, 2])
PROBABILITIES = np.random.default_rng(1).dirichlet(np.ones(3), 4)
WEIGHTS = np.array([1.0, 2.0, 0.5])

ENTRYWISE = [
    Case(f.__name__, f, ((3, 4),), empty=((0, 4),))
    for f in (*fn.ACTIVATIONS, fn.normal_cdf)
]
ROWS = [
    Case("softmax", lambda z: fn.softmax(z, axis=0), ((3, 4),), label="columns"),
    Case("log_softmax", lambda z: fn.log_softmax(z, axis=1), ((2, 5, 3),), label="mid"),
    Case("logsumexp", fn.logsumexp, ((3, 4),), empty=((0, 4),)),
    Case("linear", fn.linear, ((5, 3), (3, 2), (2,)), empty=((0, 3), (3, 2), (2,))),
    Case("linear", fn.linear, ((2, 5, 3), (3, 2), (2,)), label="sequence"),
    Case("linear", fn.linear, ((5, 3), (3, 1)), label="no bias"),
    Case("gelu", fn.gelu, ((200, 100),), label="blocks"),
]


def losses() -> list[Case]:
    cases = []
    for r in ("mean", "sum", "none"):
        pairs = {
            "mse": fn.mse,
            "huber": lambda p, t, **k: fn.huber(p, t, delta=0.7, **k),
        }
        for name, f in pairs.items():
            cases.append(Case(name, reduced(f, r), ((4, 3), (4, 3)), label=r))
        cases += [
            Case("bce_with_logits", bce(r), ((4, 3),), label=r),
            Case("nll", reduced(with_labels(fn.nll), r), ((4, 3),), label=r),
            Case("kl_div", kl(r), ((4, 3), (4, 3)), label=r),
        ]
        cases += cross_entropies(r)
    return cases


def reduced(f: Callable[..., Any], reduction: str) -> Callable[..., Any]:
    return lambda *args: f(*args, reduction=reduction)


def with_labels(f: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    return lambda z, **reduction: f(z, LABELS, **options, **reduction)


def bce(reduction: str) -> Callable[..., Any]:
    return lambda z: fn.bce_with_logits(z, PROBABILITIES, reduction=reduction)


def kl(reduction: str) -> Callable[..., Any]:
    return lambda z, x: fn.kl_div(fn.log_softmax(z), fn.softmax(x), reduction=reduction)


def cross_entropies(r: str) -> list[Case]:
    options: dict[str, dict[str, Any]] = {
        "": {},
        " smooth": {"smoothing": 0.1},
        " weighted": {"class_weights": WEIGHTS, "smoothing": 0.2},
    }
    cases = [
        Case(
            "cross_entropy",
            reduced(with_labels(fn.cross_entropy, **o), r),
            ((4, 3),),
            label=r + label,
        )
        for label, o in options.items()
    ]

    def soft(z: Any, x: Any) -> Any:
        return fn.cross_entropy(z, fn.softmax(x), class_weights=WEIGHTS, reduction=r)

    def images(z: Any) -> Any:
        labels = np.arange(8).reshape(2, 2, 2) % 3
        return fn.cross_entropy(z, labels, axis=1, reduction=r)

    def many(z: Any) -> Any:
        return fn.cross_entropy(z, np.array([150, 3]), reduction=r)

    return [
        *cases,
        Case("cross_entropy", soft, ((4, 3), (4, 3)), label=r + " soft"),
        Case("cross_entropy", images, ((2, 3, 2, 2),), label=r + " images"),
        Case("cross_entropy", many, ((2, 160),), label=r + " many"),
    ]


CASES = [*ENTRYWISE, *ROWS, *losses()]
