"""Losses, risks, metrics, scores: what they are, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdl import stats
from mmdl.errors import DataError, ShapeError

RNG = np.random.default_rng(0)


def _scored(n, levels, seed):
    """Binary labels and scores with many ties."""
    rng = np.random.default_rng(seed)
    y = np.append([0, 1], rng.integers(0, 2, n))
    return y, rng.integers(0, levels, n + 2) / levels


def test_the_empirical_risk_is_the_mean_loss():
    y, prediction = RNG.normal(size=(2, 20))
    risk = stats.empirical_risk(stats.square_loss, y, prediction)
    np.testing.assert_allclose(risk, np.mean((y - prediction) ** 2))


def test_the_square_loss_of_a_sample_sums_over_its_targets():
    Y, Q = RNG.normal(size=(2, 5, 3))
    np.testing.assert_allclose(stats.square_loss(Y, Q), np.sum((Y - Q) ** 2, axis=1))
    np.testing.assert_allclose(stats.absolute_loss(Y, Q), np.sum(abs(Y - Q), axis=1))


def test_a_loss_that_is_no_vector_is_refused():
    with pytest.raises(
        ShapeError, match="empirical_risk: expected one loss for each of"
    ):
        stats.empirical_risk(
            lambda y, q: (y - q) ** 2, np.ones((3, 2)), np.ones((3, 2))
        )


def test_a_column_against_a_vector_is_refused():
    with pytest.raises(ShapeError, match=r"square_loss: .*\(3,\) .*\(3, 1\)"):
        stats.square_loss(np.ones(3), np.ones((3, 1)))
    with pytest.raises(ShapeError, match=r"zero_one_loss: .*take np.argmax\(scores"):
        stats.accuracy(np.ones(3, int), np.ones((3, 2)))


def test_the_diagonal_of_the_confusion_matrix_is_the_accuracy():
    y, prediction = RNG.integers(0, 4, (2, 50))
    table = stats.confusion_matrix(y, prediction)
    np.testing.assert_allclose(np.trace(table) / 50, stats.accuracy(y, prediction))
    np.testing.assert_array_equal(table.sum(axis=1), np.bincount(y))
    np.testing.assert_array_equal(table.sum(axis=0), np.bincount(prediction))
    assert stats.confusion_matrix([0], [0], n_classes=3).shape == (3, 3)


def test_rows_of_the_confusion_matrix_are_the_truth():
    assert stats.confusion_matrix([0, 0], [1, 1])[0, 1] == 2


@pytest.mark.parametrize("y", [[0, 3], [-1, 0], [0.0, 1.0]])
def test_the_confusion_matrix_refuses_what_is_no_class(y):
    with pytest.raises(
        DataError, match="confusion_matrix: expected class numbers from"
    ):
        stats.confusion_matrix(y, [0, 1], n_classes=3)


@pytest.mark.parametrize("loss", [stats.log_loss, stats.brier_loss])
@given(seed=st.integers(0, 999))
def test_proper_scores_are_least_at_the_true_probabilities(loss, seed):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(4), 2)

    def expected(belief):
        return p @ [loss([k], belief[None])[0] for k in range(4)]

    gap = expected(q) - expected(p)
    regret = {stats.log_loss: stats.kl(p, q), stats.brier_loss: np.sum((p - q) ** 2)}
    np.testing.assert_allclose(gap, regret[loss], atol=1e-12)


def test_one_probability_means_that_of_class_1():
    for loss in (stats.log_loss, stats.brier_loss):
        q = np.array([0.2, 0.9])
        both = np.column_stack([1 - q, q])
        np.testing.assert_allclose(loss([1, 0], q), loss([1, 0], both))


@pytest.mark.parametrize("q", [[[0.5, 0.6]], [[-0.1, 1.1]], [[np.nan, 1.0]]])
def test_what_is_no_probability_is_refused(q):
    with pytest.raises(DataError, match="log_loss: expected rows of probabilities"):
        stats.log_loss([0], q)


def test_labels_out_of_range_are_refused():
    with pytest.raises(DataError, match="expected class numbers from 0 to 1, received"):
        stats.log_loss([2], [[0.5, 0.5]])


@given(st.integers(0, 40), st.integers(1, 12), st.integers(0, 999))
def test_auc_is_the_probability_of_the_right_order(n, levels, seed):
    y, score = _scored(n, levels, seed)
    ones, zeros = score[y == 1][:, None], score[y == 0]
    pairs = np.mean(ones > zeros) + np.mean(ones == zeros) / 2
    np.testing.assert_allclose(stats.auc(y, score), pairs, atol=1e-12)


@given(st.integers(0, 40), st.integers(1, 12), st.integers(0, 999))
def test_auc_is_the_area_under_the_roc_curve(n, levels, seed):
    y, score = _scored(n, levels, seed)
    curve = stats.roc_curve(y, score)
    area = np.trapezoid(curve.true_positive_rate, curve.false_positive_rate)
    np.testing.assert_allclose(stats.auc(y, score), area, atol=1e-12)


@given(st.integers(0, 40), st.integers(1, 12), st.integers(0, 999))
def test_the_curves_are_the_rates_at_their_thresholds(n, levels, seed):
    y, score = _scored(n, levels, seed)
    roc, pr = stats.roc_curve(y, score), stats.precision_recall_curve(y, score)
    for hit, alarm, threshold in zip(
        roc.true_positive_rate, roc.false_positive_rate, roc.thresholds, strict=True
    ):
        np.testing.assert_allclose(np.mean(score[y == 1] >= threshold), hit)
        np.testing.assert_allclose(np.mean(score[y == 0] >= threshold), alarm)
    for precision, recall, threshold in zip(*pr, strict=True):
        np.testing.assert_allclose(np.mean(y[score >= threshold]), precision)
        np.testing.assert_allclose(np.mean(score[y == 1] >= threshold), recall)


def test_auc_does_not_change_under_a_rising_map_and_turns_with_the_sign():
    y, score = _scored(30, 100, 3)
    np.testing.assert_allclose(stats.auc(y, np.exp(score)), stats.auc(y, score))
    np.testing.assert_allclose(stats.auc(y, -score), 1 - stats.auc(y, score))


def test_scores_of_one_class_have_no_curve():
    with pytest.raises(
        DataError, match="auc: expected samples of both classes, received"
    ):
        stats.auc([1, 1], [0.1, 0.2])
    with pytest.raises(DataError, match="roc_curve: expected classes 0 and 1"):
        stats.roc_curve([1, 2], [0.1, 0.2])


def test_honest_probabilities_are_calibrated():
    rng = np.random.default_rng(0)
    p = rng.uniform(size=200_000)
    y = (rng.uniform(size=p.size) < p).astype(int)
    curve = stats.calibration_curve(y, p)
    assert curve.counts.sum() == p.size
    slack = 5 * np.sqrt(0.25 / curve.counts.min())
    np.testing.assert_allclose(curve.frequency, curve.probability, atol=slack)


def test_calibration_refuses_scores():
    with pytest.raises(DataError, match=r"received values from -1 to 2; apply sigmoid"):
        stats.calibration_curve([0, 1], [-1.0, 2.0])


@given(st.integers(2, 30), st.integers(2, 30))
def test_every_sample_is_validated_once_and_never_trained_on_then(n, k):
    if k > n:
        with pytest.raises(ValueError, match=f"k_fold: expected k from 2 to {n}"):
            stats.k_fold(n, k, rng=RNG)
        return
    folds = list(stats.k_fold(n, k, rng=RNG))
    assert len(folds) == k
    for train, validation in folds:
        np.testing.assert_array_equal(
            np.sort(np.concatenate([train, validation])), np.arange(n)
        )
    everything = np.concatenate([validation for _, validation in folds])
    np.testing.assert_array_equal(np.sort(everything), np.arange(n))
