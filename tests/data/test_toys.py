"""Toy data: shapes, balance, repeatability, and what each set is famous for."""

import numpy as np
import pytest

from mmdl import data
from mmdl.errors import ShapeError
from mmdl.stats import add_intercept, least_squares

TOYS = ["adaline16", "blobs", "cards20", "circles", "moons", "spirals", "xor"]
CURVES = ["linear", "sine"]


def _make(name, n=101, seed=0, **options):
    return data.load(name, n, rng=np.random.default_rng(seed), **options)


@pytest.mark.parametrize("name", TOYS + CURVES)
def test_a_seed_repeats_and_another_seed_differs(name):
    np.testing.assert_array_equal(_make(name).X, _make(name).X)
    np.testing.assert_array_equal(_make(name).y, _make(name).y)
    assert not np.array_equal(_make(name).X, _make(name, seed=1).X)


@pytest.mark.parametrize("name", TOYS + CURVES)
def test_the_generator_is_required(name):
    with pytest.raises(TypeError, match=r"missing 1 required keyword-only.*'rng'"):
        data.load(name, 10)
    with pytest.raises(TypeError, match=f"{name}: expected rng, a numpy.random.Gener"):
        data.load(name, 10, rng=7)


@pytest.mark.parametrize("name", TOYS)
def test_classes_are_balanced_up_to_one_and_mixed(name):
    toy = _make(name)
    counts = np.bincount(toy.y, minlength=toy.n_classes)
    assert counts.sum() == len(toy) == 101
    assert np.ptp(counts) <= (2 if name == "xor" else 1)
    assert np.any(np.diff(toy.y) < 0)
    assert toy.X.dtype == np.float64
    assert toy.y.dtype == np.int64


def test_without_noise_the_points_lie_on_their_curves():
    two = _make("circles", noise=0.0)
    np.testing.assert_allclose(
        np.linalg.norm(two.X, axis=1), [0.5, 1.0] @ np.eye(2)[two.y].T
    )
    moons = _make("moons", noise=0.0)
    upper = moons.X[moons.y == 0]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=1), 1)
    lower = moons.X[moons.y == 1] - [1, 0.5]
    np.testing.assert_allclose(np.linalg.norm(lower, axis=1), 1)
    assert upper[:, 1].min() >= 0 >= lower[:, 1].max()
    sine = _make("sine", noise=0.0, frequency=2.0)
    np.testing.assert_allclose(sine.y, np.sin(4 * np.pi * sine.X[:, 0]))


def test_blobs_lie_about_their_centres():
    centers = [[0.0, 9.0, 0.0], [5.0, 0.0, 0.0]]
    cloud = _make("blobs", n=4000, centers=centers, noise=0.3)
    for label, center in enumerate(centers):
        mean = cloud.X[cloud.y == label].mean(axis=0)
        np.testing.assert_allclose(mean, center, atol=5 * 0.3 / np.sqrt(2000))


def test_blobs_refuse_a_list_of_numbers():
    with pytest.raises(ShapeError, match=r"array of shape \(C, M\), received \(2,\)"):
        _make("blobs", centers=[1.0, 2.0])


def test_linear_data_are_fitted_by_the_line_they_come_from():
    toy = _make("linear", coef=[3.0, -1.0], intercept=0.5, noise=0.0)
    coef = least_squares(add_intercept(toy.X), toy.y).coef
    np.testing.assert_allclose(coef, [0.5, 3.0, -1.0], atol=1e-12)


def test_the_spiral_arms_are_turned_into_each_other():
    toy = _make("spirals", n=3000, arms=3, noise=0.0)
    angle = np.arctan2(toy.X[:, 1], toy.X[:, 0]) / (2 * np.pi)
    radius = np.linalg.norm(toy.X, axis=1)
    np.testing.assert_allclose((angle - radius - toy.y / 3 + 0.5) % 1, 0.5, atol=1e-12)


def test_a_card_has_one_square_in_its_half():
    cards = _make("cards20", n=200, mark=5)
    ink = cards.images[:, 0]
    np.testing.assert_array_equal(ink.sum(axis=(1, 2)), 25)
    right = ink[:, :, 10:].sum(axis=(1, 2))
    np.testing.assert_array_equal(right, 25 * cards.y)
    np.testing.assert_array_equal((ink.max(axis=1)).sum(axis=1), 5)


@pytest.mark.parametrize("mark", [0, 11])
def test_a_mark_must_fit_into_half_a_card(mark):
    with pytest.raises(ValueError, match="expected mark from 1 to 10 cells"):
        _make("cards20", mark=mark)


def _perceptron_stops(X, y, passes):
    X, s, w = add_intercept(X), 2 * y - 1, np.zeros(X.shape[1] + 1)
    for _ in range(passes):
        wrong = 0
        for x, sign in zip(X, s, strict=True):
            if sign * (x @ w) <= 0:
                w, wrong = w + sign * x, wrong + 1
        if not wrong:
            return True
    return False


def _separable(X, y):
    optimize = pytest.importorskip("scipy.optimize", reason="SciPy not installed")
    rows = (1 - 2 * y)[:, None] * add_intercept(X)
    free = [(None, None)] * rows.shape[1]
    answer = optimize.linprog(
        np.zeros(rows.shape[1]), A_ub=rows, b_ub=-np.ones(len(rows)), bounds=free
    )
    return answer.status == 0


def test_upright_letters_are_linearly_separable_and_turned_ones_are_not():
    upright = _make("adaline16", n=400)
    patterns = np.unique(upright.X, axis=0)
    assert patterns.shape == (8, 16)
    assert _perceptron_stops(upright.X, upright.y, passes=100)
    turned = _make("adaline16", n=2000, rotate=True)
    rows, first = np.unique(turned.X, axis=0, return_index=True)
    assert len(rows) == 32
    assert not _separable(rows, turned.y[first])
    assert _separable(
        patterns, upright.y[np.unique(upright.X, axis=0, return_index=1)[1]]
    )


def test_flipped_switches_come_at_their_rate():
    noisy = _make("adaline16", n=5000, flip=0.1)
    clean = _make("adaline16", n=5000, flip=0.0)
    rate = np.mean(noisy.X != clean.X)
    assert abs(rate - 0.1) < 5 * np.sqrt(0.09 / noisy.X.size)
    with pytest.raises(ValueError, match="expected flip from 0 to 1, received 2"):
        _make("adaline16", flip=2)


def test_an_unknown_data_set_is_met_with_a_guess():
    with pytest.raises(
        ValueError,
        match=r"load: expected the name of a data set, received 'digit'; "
        r"did you mean 'digits'\?; known are adaline16, blobs, breast_cancer, ",
    ):
        data.load("digit")
    with pytest.raises(AttributeError, match=r"mmdl.data has no 'minst'; did you mean"):
        _ = data.minst
