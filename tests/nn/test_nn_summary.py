"""The table of a network: shapes, parameters, operations."""

import numpy as np
import pytest
from nn_cases import CASES

from mmdl import flops
from mmdl.errors import ShapeError
from mmdl.nn import (
    BatchNorm2d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Linear,
    MaxPool2d,
    MultiHeadAttention,
    ReLU,
    Residual,
    Sequential,
    summary,
)


def rng():
    return np.random.default_rng(0)


def test_the_table_of_a_convolutional_network():
    model = Sequential(
        Conv2d(1, 8, 3, padding="same", rng=rng()),
        ReLU(),
        MaxPool2d(2),
        Residual(Sequential(BatchNorm2d(8), ReLU())),
        Flatten(),
        Linear(8 * 14 * 14, 10, rng=rng()),
    )
    table = summary(model, (1, 1, 28, 28))
    assert repr(table) == (
        "layer                              output          parameters    FLOPs\n"
        "----------------------------------------------------------------------\n"
        "Sequential()                       (1, 10)\n"
        "  Conv2d(1, 8, 3, padding='same')  (1, 8, 28, 28)          80  112,896\n"
        "  ReLU()                           (1, 8, 28, 28)                6,272\n"
        "  MaxPool2d(2)                     (1, 8, 14, 14)\n"
        "  Residual()                       (1, 8, 14, 14)                1,568\n"
        "    Sequential()                   (1, 8, 14, 14)\n"
        "      BatchNorm2d(8)               (1, 8, 14, 14)          16    3,160\n"
        "      ReLU()                       (1, 8, 14, 14)                1,568\n"
        "  Flatten()                        (1, 1568)\n"
        "  Linear(1568, 10)                 (1, 10)             15,690   31,360\n"
        "----------------------------------------------------------------------\n"
        "total                                                  15,786  156,824"
    )
    assert table.parameters == model.n_parameters
    assert [row.name for row in table.rows[:2]] == ["", "layers.0"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_the_rows_add_up_to_the_whole(case):
    model = case.make().eval()
    table = summary(model, case.input())
    whole = flops.count(lambda model, x: model(x), model, case.input())
    assert table.operations == whole.total
    assert table.parameters == model.n_parameters
    assert table.rows[0].shape == whole.result.shape


def test_the_work_of_a_module_itself_stands_in_its_row():
    attention = MultiHeadAttention(8, 2, rng=rng())
    rows = {row.title: row for row in summary(attention, (1, 5, 8)).rows}
    assert rows["Linear(8, 24)"].operations == 2 * 5 * 8 * 24
    assert rows["MultiHeadAttention(8, 2)"].operations > 0
    assert rows["MultiHeadAttention(8, 2)"].parameters == 0


def test_shared_layers_count_once_and_work_twice():
    layer = Linear(4, 4, rng=rng())
    table = summary(Sequential(layer, layer), (1, 4))
    assert table.parameters == 20
    assert table.operations == 2 * 2 * 4 * 4


def test_batches_that_are_not_floats_are_given_themselves():
    table = summary(Embedding(10, 3, rng=rng()), np.array([[1, 2, 3, 4]]))
    assert table.rows[0].shape == (1, 4, 3)


def test_what_was_not_called_says_so():
    model = Residual(ReLU(), shortcut=None)
    model.spare = Linear(2, 2, rng=rng())
    assert "Linear(2, 2)  not called           6" in repr(summary(model, (1, 2)))


def test_a_summary_leaves_the_model_as_it_was():
    model = Sequential(Linear(4, 4, rng=rng()), Dropout(0.5, rng=rng()).eval())
    before = [p.value for p in model.parameters()]
    summary(model, (3, 4))
    with pytest.raises(ShapeError, match=r"^Linear\(4, 4\): expected x of shape"):
        summary(model, (3, 5))
    assert all(p.value is v for p, v in zip(model.parameters(), before, strict=True))
    assert [m.training for _, m in model.named_modules()] == [True, True, False]
    assert "forward" not in vars(model)
