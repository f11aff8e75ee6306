"""Entropies, divergences and codes, on random simplices and at their corners."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmdl import stats
from mmdl.errors import DataError, ShapeError


@st.composite
def laws(draw, count=1, shape=None):
    """Random probabilities, some of them zero in some places."""
    k = draw(st.integers(2, 8)) if shape is None else math.prod(shape)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    p = rng.dirichlet(np.full(k, draw(st.sampled_from([0.1, 1.0, 10.0]))), count)
    if draw(st.booleans()):
        p = np.where(rng.uniform(size=p.shape) < 0.3, 0, p) + 1e-300 * np.eye(count, k)
        p /= p.sum(axis=1, keepdims=True)
    return p if shape is None else p.reshape(count, *shape)


@given(laws(2))
def test_kl_is_not_negative_and_zero_only_for_equal_laws(pair):
    p, q = pair
    assert stats.kl(p, q) >= -1e-12
    np.testing.assert_allclose(stats.kl(p, p), 0, atol=1e-15)
    if np.abs(p - q).max() > 1e-3:
        assert stats.kl(p, q) > 1e-7


@given(laws(2))
def test_cross_entropy_is_entropy_plus_kl(pair):
    p, q = pair
    total = stats.entropy(p) + stats.kl(p, q)
    np.testing.assert_allclose(stats.cross_entropy(p, q), total, atol=1e-12)


@given(laws(2))
def test_pinsker(pair):
    p, q = pair
    assert stats.total_variation(p, q) ** 2 <= stats.kl(p, q) / 2 + 1e-12


@given(laws())
def test_entropy_is_between_0_and_that_of_the_uniform_law(p):
    (p,) = p
    assert -1e-15 <= stats.entropy(p) <= np.log(len(p)) + 1e-12
    uniform = np.full(len(p), 1 / len(p))
    np.testing.assert_allclose(stats.entropy(uniform), np.log(len(p)))


@given(laws(2))
def test_jensen_shannon_is_symmetric_and_at_most_log_2(pair):
    p, q = pair
    value = stats.jensen_shannon(p, q)
    np.testing.assert_allclose(value, stats.jensen_shannon(q, p), atol=1e-15)
    assert -1e-15 <= value <= np.log(2) + 1e-12


@given(laws(2, shape=(3, 4)))
def test_chain_rule_of_cross_entropy(pair):
    p, q = pair
    joint = stats.cross_entropy(p.ravel(), q.ravel())
    marginal = stats.cross_entropy(p.sum(axis=1), q.sum(axis=1))
    conditional = stats.conditional_cross_entropy(p, q)
    if np.isfinite(joint):
        np.testing.assert_allclose(joint, marginal + conditional, atol=1e-10)
    else:
        assert np.isinf(marginal) or np.isinf(conditional)


@given(laws(1, shape=(3, 4)))
def test_mutual_information_is_what_the_other_variable_takes_away(joint):
    (p,) = joint
    information = stats.mutual_information(p)
    assert information >= -1e-12
    np.testing.assert_allclose(information, stats.mutual_information(p.T), atol=1e-12)
    loss = stats.entropy(p.sum(axis=0)) - stats.conditional_entropy(p)
    np.testing.assert_allclose(information, loss, atol=1e-12)


def test_the_corners_of_the_simplex():
    assert stats.entropy([1.0, 0.0]) == 0
    assert not np.signbit(stats.entropy([1.0, 0.0]))
    assert stats.cross_entropy([1.0, 0.0], [1.0, 0.0]) == 0
    assert stats.cross_entropy([0.5, 0.5], [1.0, 0.0]) == np.inf
    assert stats.cross_entropy([1.0, 0.0], [0.5, 0.5]) == np.log(2)
    assert stats.kl([0.5, 0.5], [1.0, 0.0]) == np.inf


def test_the_first_slot_is_the_data():
    p, q = np.array([0.9, 0.1]), np.array([0.5, 0.5])
    assert stats.kl(p, q) == pytest.approx(0.9 * np.log(1.8) + 0.1 * np.log(0.2))
    assert abs(stats.kl(p, q) - stats.kl(q, p)) > 0.1


def test_a_base_changes_the_unit():
    p = np.full(8, 1 / 8)
    np.testing.assert_allclose(stats.entropy(p, base=2), 3)
    np.testing.assert_allclose(stats.entropy(p), 3 * np.log(2))


def test_many_laws_at_once():
    p = np.random.default_rng(0).dirichlet(np.ones(3), (4, 5))
    q = np.full(3, 1 / 3)
    assert stats.kl(p, q).shape == (4, 5)
    np.testing.assert_allclose(stats.kl(p, q)[1, 2], stats.kl(p[1, 2], q))


@pytest.mark.parametrize("p", [[0.5, 0.6], [-0.1, 1.1], 1.0, [np.nan, 1.0]])
def test_what_is_no_law_is_refused(p):
    with pytest.raises(DataError, match="entropy: expected probabilities in p"):
        stats.entropy(p)


def test_laws_on_different_points_are_refused():
    with pytest.raises(ShapeError, match="kl: expected p and q on the same points"):
        stats.kl([1.0, 0.0], [1.0, 0.0, 0.0])
    with pytest.raises(ShapeError, match="expected a matrix of joint probabilities"):
        stats.mutual_information([0.5, 0.5])


def _random_normal(rng, d):
    root = rng.normal(size=(d, d)) + 2 * np.eye(d)
    return rng.normal(size=d), root @ root.T


@pytest.mark.parametrize("d", [1, 2, 5])
def test_gaussian_kl_is_the_mean_log_ratio_of_the_densities(d):
    rng = np.random.default_rng(d)
    (m0, S0), (m1, S1) = _random_normal(rng, d), _random_normal(rng, d)
    x = rng.multivariate_normal(m0, S0, 200_000)

    def log_density(m, S):
        z = x - m
        quadratic = np.einsum("ni,ij,nj->n", z, np.linalg.inv(S), z)
        return -(quadratic + np.linalg.slogdet(S)[1]) / 2

    ratio = log_density(m0, S0) - log_density(m1, S1)
    slack = 5 * ratio.std() / np.sqrt(len(x))
    assert abs(stats.gaussian_kl(m0, S0, m1, S1) - ratio.mean()) < slack
    np.testing.assert_allclose(stats.gaussian_kl(m0, S0, m0, S0), 0, atol=1e-13)


def test_gaussian_kl_refuses_what_is_no_covariance():
    with pytest.raises(DataError, match="symmetric and positive definite"):
        stats.gaussian_kl([0, 0], [[1, 2], [2, 1]], [0, 0], np.eye(2))
    with pytest.raises(DataError, match="symmetric and positive definite"):
        stats.gaussian_kl([0, 0], [[2, 1], [0, 2]], [0, 0], np.eye(2))
    with pytest.raises(ShapeError, match=r"expected a mean of shape \(d,\)"):
        stats.gaussian_kl([0, 0], np.eye(3), [0, 0], np.eye(2))


@given(laws())
def test_codes_obey_kraft_and_shannon(p):
    p = p[0][p[0] > 1e-12]
    p = p / p.sum()
    if len(p) < 2:
        return
    bits = stats.entropy(p, base=2)
    huffman, shannon = stats.huffman_lengths(p), stats.shannon_lengths(p)
    assert stats.kraft_sum(huffman) == 1
    assert stats.kraft_sum(shannon) <= 1
    assert bits - 1e-12 <= p @ huffman <= p @ shannon + 1e-12
    assert p @ shannon < bits + 1 + 1e-12
    words = stats.prefix_code(huffman)
    assert [len(word) for word in words] == huffman.tolist()
    for i, word in enumerate(words):
        assert not any(o.startswith(word) for j, o in enumerate(words) if j != i)


def _least_mean_length(p):
    """By brute force over all lengths that Kraft's inequality allows."""
    from itertools import product

    sizes = product(range(1, len(p)), repeat=len(p))
    return min(p @ np.array(s) for s in sizes if stats.kraft_sum(s) <= 1)


@pytest.mark.parametrize("seed", range(5))
def test_huffman_is_the_shortest_of_all_prefix_codes(seed):
    p = np.random.default_rng(seed).dirichlet(np.ones(5))
    np.testing.assert_allclose(p @ stats.huffman_lengths(p), _least_mean_length(p))


def test_impossible_lengths_have_no_code():
    with pytest.raises(
        DataError, match=r"prefix_code: .* received 3 lengths with .* 1.25"
    ):
        stats.prefix_code([1, 1, 2])
    with pytest.raises(
        DataError, match="huffman_lengths: expected positive probabilities"
    ):
        stats.huffman_lengths([1.0, 0.0])
