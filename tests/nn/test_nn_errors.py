"""What layers and losses say to a beginner, word for word."""

import re

import numpy as np
import pytest

from mmdl import Tensor, nn
from mmdl import functional as fn
from mmdl.errors import ShapeError


def rng():
    return np.random.default_rng(0)


def says(message):
    return "^" + re.escape(message) + "$"


def zeros(*shape, dtype=float):
    return np.zeros(shape, dtype)


LINEAR = nn.Linear(4, 8, rng=rng())
CONV = nn.Conv2d(3, 8, 3, rng=rng())
GRAY = nn.Conv2d(1, 8, 3, rng=rng())
LSTM = nn.LSTM(4, 8, rng=rng())
BLOCK = nn.TransformerBlock(8, 2, rng=rng())
WORDS = nn.Embedding(10, 4, rng=rng())
NO_RNG = (
    "expected rng, a numpy.random.Generator, received NoneType; "
    "write rng=np.random.default_rng(0)."
)

SHAPES = {
    "forgotten batch axis": (
        lambda: LINEAR(zeros(4)),
        (
            "Linear(4, 8): expected x of shape (N, 4), received (4,); "
            "for one point write x[None, :]."
        ),
    ),
    "wrong width": (
        lambda: LINEAR(zeros(6, 5)),
        (
            "Linear(4, 8): expected x of shape (N, 4), received (6, 5); "
            "build Linear(5, 8), or feed 4 columns."
        ),
    ),
    "transposed": (
        lambda: LINEAR(zeros(4, 6)),
        (
            "Linear(4, 8): expected x of shape (N, 4), received (4, 6); "
            "rows are samples, write x.T."
        ),
    ),
    "images into rows": (
        lambda: LINEAR(zeros(5, 2, 2)),
        (
            "Linear(4, 8): expected x of shape (N, 4), received (5, 2, 2); "
            "flatten each sample, x.reshape(len(x), -1), or put Flatten() before."
        ),
    ),
    "a number": (
        lambda: LINEAR(3.0),
        (
            "Linear(4, 8): expected x of shape (N, 4), received (); "
            "give a matrix whose rows are samples."
        ),
    ),
    "one image": (
        lambda: CONV(zeros(3, 9, 9)),
        (
            "Conv2d(3, 8, 3): expected x of shape (N, 3, H, W), received (3, 9, 9); "
            "for one image write x[None]."
        ),
    ),
    "gray images": (
        lambda: GRAY(zeros(5, 9, 9)),
        (
            "Conv2d(1, 8, 3): expected x of shape (N, 1, H, W), received (5, 9, 9); "
            "for one channel write x[:, None]."
        ),
    ),
    "channels last": (
        lambda: CONV(zeros(5, 9, 9, 3)),
        (
            "Conv2d(3, 8, 3): expected x of shape (N, 3, H, W), received (5, 9, 9, 3); "
            "channels come before the pixels, write x.transpose(0, 3, 1, 2)."
        ),
    ),
    "flat images": (
        lambda: GRAY(zeros(5, 81)),
        (
            "Conv2d(1, 8, 3): expected x of shape (N, 1, H, W), received (5, 81); "
            "give the pixels as images, x.reshape(len(x), C, H, W)."
        ),
    ),
    "tiny images": (
        lambda: CONV(zeros(5, 3, 2, 9)),
        (
            "conv2d: expected images that a window (3, 3) fits into, received "
            "(5, 3, 2, 9); use a smaller kernel, less stride or more padding."
        ),
    ),
    "pooled away": (
        lambda: nn.MaxPool2d(2)(zeros(5, 3, 1, 1)),
        (
            "max_pool2d: expected images that a window (2, 2) fits into, received "
            "(5, 3, 1, 1); use a smaller kernel, less stride or more padding."
        ),
    ),
    "one sequence": (
        lambda: LSTM(zeros(7, 4)),
        (
            "LSTM(4, 8): expected x of shape (N, T, 4), received (7, 4); "
            "for one sequence write x[None]."
        ),
    ),
    "one feature": (
        lambda: nn.RNN(1, 8, rng=rng())(zeros(5, 7)),
        (
            "RNN(1, 8): expected x of shape (N, T, 1), received (5, 7); "
            "for one feature write x[:, :, None]."
        ),
    ),
    "a state of another batch": (
        lambda: LSTM.run(zeros(2, 7, 4), (zeros(3, 8), zeros(3, 8))),
        (
            "lstm: expected a state of shape (2, 8), received (3, 8); "
            "one row for each sequence."
        ),
    ),
    "attention to rows": (
        lambda: BLOCK.attention(zeros(7, 8)),
        (
            "MultiHeadAttention(8, 2): expected x of shape (N, T, 8), received (7, 8); "
            "for one sequence write x[None]."
        ),
    ),
    "a norm of another width": (
        lambda: nn.LayerNorm(8)(zeros(5, 6)),
        (
            "LayerNorm(8): expected x of shape (N, ..., 8), received (5, 6); "
            "the last axis holds the features, build it for 6."
        ),
    ),
    "a batch norm of images for rows": (
        lambda: nn.BatchNorm1d(3)(zeros(5, 3, 9, 9)),
        (
            "BatchNorm1d(3): expected x of shape (N, 3) or (N, 3, T), received "
            "(5, 3, 9, 9); the axes are samples, channels, and pixels."
        ),
    ),
    "the wrong mode": (
        lambda: nn.BatchNorm1d(8)(zeros(1, 8)),
        (
            "BatchNorm1d(8): expected more than one number per channel in training "
            "mode, "
            "received x of shape (1, 8); call model.eval() to predict."
        ),
    ),
    "a detour that changes the shape": (
        lambda: nn.Residual(LINEAR)(zeros(5, 4)),
        (
            "Residual: expected f(x) of shape (5, 4), received (5, 8); "
            "give a shortcut= that brings x to the shape of f(x)."
        ),
    ),
    "branches of different sizes": (
        lambda: nn.Concat(nn.MaxPool2d(2), nn.Tanh())(zeros(5, 3, 4, 4)),
        (
            "Concat: expected branches that differ along axis 1 only, received "
            "(5, 3, 2, 2), (5, 3, 4, 4); pad or pool to one size."
        ),
    ),
    "a column beside a vector": (
        lambda: fn.mse(zeros(5, 1), zeros(5)),
        (
            "mse: expected a target of the prediction's shape (5, 1), received (5,); "
            "write target[:, None], or prediction[:, 0]."
        ),
    ),
    "a vector beside a column": (
        lambda: fn.bce_with_logits(zeros(5), zeros(5, 1)),
        (
            "bce_with_logits: expected a target of the prediction's shape (5,), "
            "received "
            "(5, 1); write target[:, 0], or prediction[:, None]."
        ),
    ),
    "labels for regression": (
        lambda: fn.mse(zeros(5, 3), zeros(5)),
        (
            "mse: expected a target of the prediction's shape (5, 3), received (5,); "
            "compare like with like, nothing is broadcast here."
        ),
    ),
    "an empty batch": (
        lambda: fn.mse(zeros(0, 3), zeros(0, 3)),
        (
            "mse: expected at least one entry, received shape (0, 3); "
            "the mean of nothing is not defined."
        ),
    ),
    "labels of another batch": (
        lambda: fn.cross_entropy(zeros(5, 3), zeros(4, dtype=int)),
        (
            "cross_entropy: expected labels of shape (5,) for logits of shape (5, 3), "
            "received (4,); give one label, or one distribution, for each row."
        ),
    ),
    "one row of logits": (
        lambda: fn.cross_entropy(zeros(3), zeros(1, dtype=int)),
        (
            "cross_entropy: expected labels of shape () for logits of shape (3,), "
            "received (1,); write logits[None, :] for one row."
        ),
    ),
    "a mask of the wrong shape": (
        lambda: fn.attention(
            zeros(2, 4, 3), zeros(2, 5, 3), zeros(2, 5, 3), mask=np.ones((5, 4), bool)
        ),
        (
            "attention: expected a mask of bools of shape (..., 4, 5), received "
            "bool of "
            "shape (5, 4); True where a key is seen."
        ),
    ),
    "keys without values": (
        lambda: fn.attention(zeros(4, 3), zeros(5, 3), zeros(6, 3)),
        (
            "attention: expected Q (..., T, d), K (..., S, d), V (..., S, m), received "
            "(4, 3), (5, 3), (6, 3); one value for each key, one width for queries and "
            "keys."
        ),
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_wrong_shapes_are_explained(name):
    call, message = SHAPES[name]
    with pytest.raises(ShapeError, match=says(message)):
        call()


TYPES = {
    "integers into a layer": (
        lambda: LINEAR(zeros(6, 4, dtype=np.int64)),
        (
            "Linear(4, 8): expected floating-point numbers, received int64 of shape "
            "(6, 4); write x.astype(np.float32)."
        ),
    ),
    "bytes of images": (
        lambda: GRAY(zeros(6, 1, 9, 9, dtype=np.uint8)),
        (
            "Conv2d(1, 8, 3): expected floating-point numbers, received uint8 of shape "
            "(6, 1, 9, 9); write x.astype(np.float32)."
        ),
    ),
    "missing rng": (lambda: nn.Linear(4, 8), f"Linear(4, 8): {NO_RNG}"),
    "missing rng of filters": (
        lambda: nn.Conv2d(3, 8, 3, stride=2),
        f"Conv2d(3, 8, 3, stride=2): {NO_RNG}",
    ),
    "missing rng of dropout": (lambda: nn.Dropout(0.5), f"Dropout(0.5): {NO_RNG}"),
    "missing rng of a block": (
        lambda: nn.TransformerBlock(8, 2),
        f"Linear(8, 24): {NO_RNG}",
    ),
    "a seed instead of a generator": (
        lambda: nn.LSTM(4, 8, rng=0),
        (
            "LSTM(4, 8): expected rng, a numpy.random.Generator, received int; "
            "write rng=np.random.default_rng(0)."
        ),
    ),
    "a class instead of a layer": (
        lambda: nn.Sequential(LINEAR, nn.ReLU),
        "Sequential: expected layers, received the class ReLU; write ReLU(...).",
    ),
    "a list instead of layers": (
        lambda: nn.Sequential([LINEAR]),
        (
            "Sequential: expected layers, received list; "
            "give modules or functions, one argument each."
        ),
    ),
    "labels that are floats": (
        lambda: fn.cross_entropy(zeros(5, 3), zeros(5)),
        (
            "cross_entropy: expected integer labels, received float64 of shape (5,); "
            "write y.astype(int), or give a distribution for each row."
        ),
    ),
    "words that are floats": (
        lambda: WORDS(zeros(2, 3)),
        (
            "embedding: expected integers, received float64 of shape (2, 3); "
            "give the numbers of the words, not the words."
        ),
    ),
}


@pytest.mark.parametrize("name", TYPES)
def test_wrong_types_are_explained(name):
    call, message = TYPES[name]
    with pytest.raises(TypeError, match=says(message)):
        call()


VALUES = {
    "labels counted from 1": (
        lambda: fn.cross_entropy(zeros(3, 3), np.array([1, 2, 3])),
        (
            "cross_entropy: expected labels in 0, ..., 2, received 1 to 3; "
            "logits of shape (3, 3) have 3 classes."
        ),
    ),
    "labels -1 and 1": (
        lambda: fn.nll(zeros(2, 2), np.array([-1, 1])),
        (
            "nll: expected labels in 0, ..., 1, received -1 to 1; "
            "logits of shape (2, 2) have 2 classes."
        ),
    ),
    "binary labels -1 and 1": (
        lambda: fn.bce_with_logits(zeros(2), np.array([-1.0, 1.0])),
        (
            "bce_with_logits: expected targets in [0, 1], received -1.0 to 1.0; "
            "write (y + 1) / 2 for labels -1 and 1."
        ),
    ),
    "unknown words": (
        lambda: WORDS(np.array([[0, 10]])),
        "embedding: expected numbers in 0, ..., 9, received 0 to 10; W has 10 rows.",
    ),
    "an unknown reduction": (
        lambda: fn.mse(zeros(2), zeros(2), reduction="average"),
        "mse: expected reduction 'mean', 'sum' or 'none', received 'average'.",
    ),
    "percent": (
        lambda: nn.Dropout(50, rng=rng()),
        (
            "Dropout(50): expected a probability 0 <= p < 1, received 50; "
            "p is the fraction that is lost."
        ),
    ),
    "too much smoothing": (
        lambda: fn.cross_entropy(zeros(1, 2), np.array([0]), smoothing=1.0),
        "cross_entropy: expected 0 <= smoothing < 1, received 1.0.",
    ),
    "heads that do not share": (
        lambda: nn.MultiHeadAttention(8, 3, rng=rng()),
        (
            "MultiHeadAttention(8, 3): expected a width that the heads can share, "
            "received 8 for 3 heads."
        ),
    ),
    "groups that do not share": (
        lambda: nn.Conv2d(3, 8, 3, groups=2, rng=rng()),
        (
            "Conv2d(3, 8, 3, groups=2): expected channels divisible by the groups, "
            "received 3 and 8 for 2 groups."
        ),
    ),
    "groups of a sequence that do not share": (
        lambda: nn.Conv1d(3, 8, 2, stride=2, groups=3, rng=rng()),
        (
            "Conv1d(3, 8, 2, stride=2, groups=3): expected channels divisible by the "
            "groups, received 3 and 8 for 3 groups."
        ),
    ),
    "same with an even kernel": (
        lambda: nn.Conv2d(3, 8, 2, padding="same", rng=rng())(zeros(1, 3, 9, 9)),
        (
            "conv2d: expected padding as a number, a pair, or 'same' with odd kernels, "
            "received 'same' with a kernel (2, 2)."
        ),
    ),
    "no stride": (
        lambda: fn.avg_pool2d(zeros(1, 3, 9, 9), 2, stride=0),
        (
            "avg_pool2d: expected kernel, stride and dilation of at least 1 and "
            "padding "
            "of at least 0, received (2, 2), (0, 0), (1, 1) and (0, 0)."
        ),
    ),
    "a window of padding": (
        lambda: fn.max_pool2d(zeros(1, 3, 9, 9), 2, padding=2),
        (
            "max_pool2d: expected padding of at most half the kernel (2, 2), received "
            "(2, 2); a window must see a pixel."
        ),
    ),
    "half a factor": (
        lambda: nn.Upsample(0.5)(zeros(1, 3, 9, 9)),
        (
            "upsample: expected a factor 1, 2, ... and mode 'nearest' or 'bilinear', "
            "received 0.5 and 'nearest'."
        ),
    ),
    "a query that sees nothing": (
        lambda: fn.attention(*[zeros(2, 3)] * 3, mask=np.zeros((2, 2), bool)),
        (
            "attention: expected every query to see a key, received a mask that "
            "hides all "
            "keys from one; let it see itself."
        ),
    ),
    "a loss that is not a number": (
        lambda: fn.mse(LINEAR(zeros(2, 4)), zeros(2, 8), reduction="none").backward(),
        (
            "backward: expected a number, received a Tensor of shape (2, 8); "
            "take its sum or mean, or pass a cotangent."
        ),
    ),
}


@pytest.mark.parametrize("name", VALUES)
def test_wrong_values_are_explained(name):
    call, message = VALUES[name]
    with pytest.raises(ValueError, match=says(message)):
        call()


def test_a_target_tensor_with_a_wrong_shape_is_refused_too():
    with pytest.raises(ShapeError, match=r"^huber: expected a target of the pred"):
        fn.huber(Tensor(np.zeros(3)), Tensor(np.zeros(2)))
