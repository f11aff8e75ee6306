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
    Case("flatten", fn.flatten, ((3, 2, 4, 5),), empty=((0, 2, 4, 5),)),
    Case("flatten", fn.flatten, ((3,),), label="numbers"),
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


def spaced(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers no two of which are near: no maximum changes hands nearby."""
    return rng.permutation(int(np.prod(shape))).reshape(shape) * 0.1 - 1


def conv2d(**options: Any) -> Callable[..., Any]:
    return lambda x, w, b: fn.conv2d(x, w, b, **options)


UNUSUAL = {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2)}
IMAGES = [
    Case(
        "conv2d",
        conv2d(padding="same"),
        ((2, 3, 4, 5), (4, 3, 3, 3), (4,)),
        empty=((0, 3, 4, 5), (4, 3, 3, 3), (4,)),
    ),
    Case(
        "conv2d",
        conv2d(**UNUSUAL),
        ((2, 2, 5, 6), (3, 2, 3, 2), (3,)),
        label="unusual",
    ),
    Case(
        "conv2d",
        conv2d(groups=2, dilation=2),
        ((2, 4, 5, 6), (6, 2, 2, 3), (6,)),
        label="groups",
    ),
    Case("conv2d", fn.conv2d, ((1, 1, 3, 3), (1, 1, 2, 2)), label="no bias"),
    Case(
        "conv1d",
        lambda x, w: fn.conv1d(x, w, stride=2, padding=1),
        ((2, 3, 7), (4, 3, 3)),
        empty=((0, 3, 7), (4, 3, 3)),
    ),
    Case(
        "conv_transpose2d",
        lambda x, w, b: fn.conv_transpose2d(
            x, w, b, stride=2, padding=1, output_padding=(1, 0)
        ),
        ((2, 3, 3, 4), (3, 2, 3, 2), (2,)),
        empty=((0, 3, 3, 4), (3, 2, 3, 2), (2,)),
    ),
    Case(
        "unfold",
        lambda x: fn.unfold(x, (2, 3), **UNUSUAL),
        ((2, 2, 4, 5),),
        empty=((0, 2, 4, 5),),
    ),
    Case("fold", lambda r: fn.fold(r, (4, 3), 2, stride=2, padding=1), ((2, 3, 2, 8),)),
    Case(
        "max_pool2d",
        lambda x: fn.max_pool2d(x, 2),
        ((2, 2, 4, 6),),
        spaced,
        empty=((0, 2, 4, 6),),
    ),
    Case(
        "max_pool2d",
        lambda x: fn.max_pool2d(x, (3, 2), stride=(2, 1), padding=1),
        ((2, 2, 5, 4),),
        spaced,
        label="overlapping",
    ),
    Case(
        "avg_pool2d",
        lambda x: fn.avg_pool2d(x, 2),
        ((2, 2, 4, 6),),
        empty=((0, 2, 4, 6),),
    ),
    Case(
        "avg_pool2d",
        lambda x: fn.avg_pool2d(x, (3, 2), stride=(2, 1), padding=1),
        ((2, 2, 5, 4),),
        label="overlapping",
    ),
    Case("global_avg_pool", fn.global_avg_pool, ((2, 3, 4, 5),), empty=((0, 3, 4, 5),)),
    Case("upsample", lambda x: fn.upsample(x, 2), ((2, 2, 3, 2),)),
    Case(
        "upsample",
        lambda x: fn.upsample(x, 3, mode="bilinear"),
        ((2, 2, 3, 2),),
        label="bilinear",
        empty=((0, 2, 3, 2),),
    ),
]

NORMS = [
    Case(
        "layer_norm",
        fn.layer_norm,
        ((3, 2, 5), (5,), (5,)),
        empty=((0, 5), (5,), (5,)),
    ),
    Case("rms_norm", fn.rms_norm, ((3, 2, 5), (5,)), empty=((0, 5), (5,))),
    Case("batch_norm", fn.batch_norm, ((6, 3), (3,), (3,))),
    Case("batch_norm", fn.batch_norm, ((4, 3, 5), (3,), (3,)), label="sequences"),
    Case("batch_norm", fn.batch_norm, ((2, 3, 2, 3), (3,), (3,)), label="images"),
    Case(
        "dropout",
        lambda x: fn.dropout(x, 0.4, rng=np.random.default_rng(3)),
        ((5, 6),),
        empty=((0, 6),),
    ),
]


def small(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return rng.normal(size=shape) * 0.5


SEQUENCES = [
    Case("embedding", lambda W: fn.embedding(W, [[1, 1, 4], [0, 1, 3]]), ((5, 3),)),
    Case(
        "embedding", lambda W: fn.embedding(W, np.zeros(0, int)), ((5, 3),), label="0"
    ),
    Case("rnn", fn.rnn, ((2, 3, 4), (4, 5), (5, 5), (5,), (2, 5)), small),
    Case("rnn", fn.rnn, ((2, 0, 1), (1, 2), (2, 2), (2,)), label="T=0"),
    Case("gru", fn.gru, ((2, 3, 4), (4, 15), (5, 15), (15,), (5,), (2, 5)), small),
    Case("lstm", fn.lstm, ((2, 3, 4), (4, 20), (5, 20), (20,), (2, 5), (2, 5)), small),
    Case("lstm", fn.lstm, ((2, 3, 1), (1, 8), (2, 8), (8,)), small, label="no state"),
    Case("lstm", fn.lstm, ((2, 0, 1), (1, 8), (2, 8), (8,)), small, label="T=0"),
]

SOME = np.random.default_rng(2).random((2, 1, 4, 6)) > 0.4
SOME[..., 0] = True
ATTENTION = [
    Case(
        "attention",
        fn.attention,
        ((2, 4, 3), (2, 6, 3), (2, 6, 5)),
        empty=((0, 4, 3), (0, 6, 3), (0, 6, 5)),
    ),
    Case(
        "attention",
        lambda *a: fn.attention(*a, mask=SOME),
        ((2, 3, 4, 3), (2, 3, 6, 3), (2, 3, 6, 5)),
        label="mask",
    ),
    Case(
        "attention",
        lambda *a: fn.attention(*a, causal=True),
        ((2, 4, 3), (2, 6, 3), (2, 6, 5)),
        label="causal",
    ),
    Case(
        "attention_weights",
        lambda q, k: fn.attention_weights(q, k, causal=True),
        ((2, 4, 3), (2, 4, 3)),
    ),
    Case(
        "self_attention",
        lambda x: fn.self_attention(x, 2, causal=True),
        ((2, 5, 12),),
        empty=((0, 5, 12),),
    ),
]

CASES = [*ENTRYWISE, *ROWS, *losses(), *IMAGES, *NORMS, *SEQUENCES, *ATTENTION]
CONSTANTS = {"causal_mask", "dropout_mask", "interpolation"}  # not to be differentiated
