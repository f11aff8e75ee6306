"""The data set, its parts, its batches."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdl.data import Dataset, loader, one_hot, standardize
from mmdl.errors import DataError, ShapeError


def _numbered(n, n_classes=3):
    X = np.arange(n, dtype=float)[:, None]
    return Dataset(
        "numbered", X, np.arange(n) % n_classes, target_names=("a", "b", "c")
    )


@given(st.integers(5, 60), st.booleans(), st.integers(0, 99))
def test_a_split_puts_every_sample_in_exactly_one_part(n, stratify, seed):
    rng = np.random.default_rng(seed)
    parts = _numbered(n).split(0.5, 0.3, rng=rng, stratify=stratify)
    assert len(parts) == 3
    rows = np.concatenate([part.X[:, 0] for part in parts])
    np.testing.assert_array_equal(np.sort(rows), np.arange(n))
    for part in parts:
        np.testing.assert_array_equal(part.X[:, 0] % 3, part.y)


def test_a_split_is_shuffled_and_repeats_with_its_seed():
    parts = [_numbered(50).split(0.8, rng=np.random.default_rng(0)) for _ in range(2)]
    assert not np.array_equal(parts[0][0].X[:, 0], np.arange(40))
    np.testing.assert_array_equal(parts[0][0].X, parts[1][0].X)


def test_a_stratified_split_keeps_the_share_of_every_class():
    y = np.repeat([0, 1], [90, 10])
    data = Dataset("rare", np.arange(100.0)[:, None], y, target_names=("a", "b"))
    train, test = data.split(0.7, rng=np.random.default_rng(0), stratify=True)
    np.testing.assert_array_equal(np.bincount(train.y), [63, 7])
    np.testing.assert_array_equal(np.bincount(test.y), [27, 3])
    assert np.any(np.diff(train.y) < 0), "the classes must not come in blocks"


@pytest.mark.parametrize("fractions", [(), (0.0,), (1.0,), (0.6, 0.4), (-0.1, 0.5)])
def test_fractions_must_leave_a_rest(fractions):
    with pytest.raises(ValueError, match="split: expected positive fractions"):
        _numbered(9).split(*fractions, rng=np.random.default_rng(0))


def test_a_bare_seed_is_no_generator():
    with pytest.raises(
        TypeError,
        match=r"split: expected rng, a numpy.random.Generator, received int; "
        r"write rng=np.random.default_rng\(0\)",
    ):
        _numbered(9).split(0.5, rng=0)


def test_a_data_set_is_indexed_by_slices_lists_and_masks():
    data = _numbered(9)
    np.testing.assert_array_equal(data[:4].X[:, 0], [0, 1, 2, 3])
    np.testing.assert_array_equal(data[[2, 0]].y, [2, 0])
    np.testing.assert_array_equal(data[data.y == 1].X[:, 0], [1, 4, 7])
    assert len(data[3]) == 1


def test_a_data_set_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        _numbered(3).name = "other"


def test_x_and_y_must_have_the_same_rows():
    with pytest.raises(ShapeError, match="expected as many rows in y as in X"):
        Dataset("bad", np.ones((3, 1)), np.ones(2))


def test_a_table_has_no_images():
    with pytest.raises(DataError, match="numbered: expected images, received a table"):
        _ = _numbered(3).images


def test_astype_keeps_class_numbers_and_casts_real_targets():
    assert _numbered(3).astype(np.float32).y.dtype == _numbered(3).y.dtype
    real = Dataset("real", np.ones((2, 1)), np.ones(2)).astype(np.float32)
    assert real.X.dtype == real.y.dtype == np.float32


@given(st.integers(1, 40), st.integers(1, 50))
def test_an_epoch_has_n_over_b_rounded_up_batches_and_each_sample_once(n, batch_size):
    X = np.arange(2 * n).reshape(n, 2)
    batches = loader(X, X[:, 0], batch_size=batch_size, rng=np.random.default_rng(0))
    seen = list(batches)
    assert len(batches) == len(seen) == int(np.ceil(n / batch_size))
    assert all(len(y) == batch_size for _, y in seen[:-1])
    rows = np.concatenate([x for x, _ in seen])
    np.testing.assert_array_equal(np.sort(rows, axis=0), X)
    np.testing.assert_array_equal(rows[:, 0], np.concatenate([y for _, y in seen]))


def test_every_epoch_has_another_order_but_none_without_rng():
    X = np.arange(30)
    shuffled = loader(X, X, batch_size=30, rng=np.random.default_rng(0))
    (first, _), (second, _) = next(iter(shuffled)), next(iter(shuffled))
    assert not np.array_equal(first, second)
    (plain, _) = next(iter(loader(X, X, batch_size=30, rng=None)))
    np.testing.assert_array_equal(plain, X)


def test_batches_are_copies():
    X = np.zeros((4, 1))
    for x, _ in loader(X, X, batch_size=2, rng=None):
        x[...] = 1
    assert not X.any()


@pytest.mark.parametrize("batch_size", [0, -1, 2.0, None])
def test_batch_size_must_be_a_positive_integer(batch_size):
    with pytest.raises(ValueError, match="loader: expected batch_size, a positive"):
        loader(np.ones(3), np.ones(3), batch_size=batch_size, rng=None)


@pytest.mark.parametrize(
    ("X", "y"), [(np.ones(3), np.ones(2)), (np.ones(0), np.ones(0))]
)
def test_the_loader_wants_as_many_targets_as_samples(X, y):
    with pytest.raises(
        ShapeError, match="loader: expected X and y with the same number"
    ):
        loader(X, y, batch_size=1, rng=None)


def test_one_hot_rows_are_rows_of_the_unit_matrix():
    y = np.array([2, 0, 1, 2])
    np.testing.assert_array_equal(one_hot(y, 4), np.eye(4)[y])
    assert one_hot(y, dtype=np.float32).dtype == np.float32
    assert one_hot(np.array([], int)).shape == (0, 0)


@pytest.mark.parametrize("y", [[0, 3], [-1, 0]])
def test_one_hot_refuses_classes_out_of_range(y):
    with pytest.raises(DataError, match=r"expected classes 0 to 2, received .*from 0"):
        one_hot(y, 3)


def test_one_hot_refuses_floats():
    with pytest.raises(DataError, match=r"one_hot: expected integers, received \(1,\)"):
        one_hot([1.0])


def test_standardize_moves_test_data_by_the_training_mean():
    rng = np.random.default_rng(0)
    train, test = rng.normal(3, 2, (50, 3)), rng.normal(size=(9, 3))
    a, b = standardize(train, test)
    np.testing.assert_allclose(a.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(a.std(axis=0), 1)
    np.testing.assert_allclose(b, (test - train.mean(axis=0)) / train.std(axis=0))


def test_standardize_only_centres_a_constant_column():
    (scaled,) = standardize(np.full((7, 1), 0.1))
    np.testing.assert_allclose(scaled, 0, atol=1e-15)
