"""`check` catches what is wrong, says what, and never cries wolf."""

import numpy as np
import pytest
from oracle_programs import network
from thorough import some
from wrong_rules import WRONG, Affine

import mmdl
from mmdl.autodiff import fused
from mmdl.autodiff.check import CheckError, check
from mmdl.autodiff.differences import disagreement, quotient
from mmdl.nn import BatchNorm1d
from mmdl.optim import OPTIMIZERS


def test_there_are_at_least_thirty_wrong_derivatives():
    assert len(WRONG) >= 30


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_wrong_derivative_is_caught_and_explained(name):
    thing, arrays, words = WRONG[name]
    with pytest.raises(CheckError) as caught:
        check(thing, *arrays)
    assert words in str(caught.value)
    assert str(caught.value).startswith("check(")


def test_message_word_for_word():
    def cube(x):
        return x * x * x

    cube = mmdl.autodiff.pointwise(cube, lambda v, y, x: v * 1.5 * x * x)
    with pytest.raises(CheckError) as caught:
        check(cube, np.array([2.0]))
    expected, _, received = str(caught.value).partition("), received ")
    assert expected.startswith(
        "check(cube): expected the derivative with respect to x of shape (1,) to be "
    )
    assert expected.endswith(" in a random direction (central differences")
    assert received.endswith(
        "; ratio 2: a factor two lost (a square, or two uses of a variable?)."
    )


def test_no_false_alarm_over_two_thousand_seeds():
    for seed in some(range(2000), range(0, 2000, 10)):
        program, arrays = network(seed, most=5)
        k = seed % 3  # one variable at a time saves two thirds of the time

        def f(v, program=program, arrays=arrays, k=k):
            return program(np, *arrays[:k], v, *arrays[k + 1 :])

        check(f, arrays[k], seed=seed)


@pytest.mark.parametrize("seed", range(50))
def test_kinks_and_their_neighbourhoods_raise_no_alarm(seed):
    x = np.random.default_rng(seed).integers(-2, 3, size=(3, 4)) * 10.0 ** -(seed % 8)
    check(
        lambda x: np.maximum(x, 0.0) * np.abs(x - 1e-7) + np.clip(x, 0, 1), x, seed=seed
    )


def test_extreme_scales_raise_no_alarm():
    for scale in (1e-8, 1e-3, 1e3, 1e8):
        check(lambda x: np.sqrt(x) * 3.0, scale * np.array([1.0, 2.0, 5.0]))
        check(lambda x, s=scale: s + x * x, np.array([1.0, -2.0]))


def test_numbers_integers_and_constants_may_be_inputs():
    check(lambda x: x**3, 2.0)
    check(lambda x, labels, k: k * x[[0, 1], labels], np.eye(2), np.array([1, 0]), 2)
    with pytest.raises(CheckError, match="expected at least one array of floats, rec"):
        check(lambda n: n, np.arange(3))


def test_report_names_what_was_verified():
    assert repr(check(np.tanh, np.ones(2))) == (
        "check(tanh): right; repeatable, first derivatives, adjoint, second "
        "derivatives, any layout, float32 stays"
    )

    @fused
    def f(x):
        return x * x

    f.kernel(lambda x: (x * x, lambda g: 2 * g * x))
    assert "kernel = definition" in repr(check(f, np.ones(2)))


def test_layer_is_examined_in_double_precision_and_left_alone():
    layer = Affine()
    kept = layer.W.value
    layer.W.grad = 7.0
    check(layer, np.ones((4, 3)))
    assert layer.W.value is kept
    assert layer.W.grad == 7.0


def test_buffers_of_a_layer_are_left_alone():
    layer = BatchNorm1d(3)
    kept = layer.state_dict()
    check(layer, np.random.default_rng(0).normal(size=(4, 3)))
    for name, array in layer.state_dict().items():
        assert np.array_equal(array, kept[name])
        assert array.dtype == kept[name].dtype


def test_several_results_are_examined():
    check(lambda x: {"a": np.sin(x), "b": (x**2, 3)}, np.ones(2))


# Optimizers


@pytest.mark.parametrize("rule", OPTIMIZERS, ids=lambda r: r.__name__)
def test_optimizers_of_the_library_pass(rule):
    check(rule(lr=0.01))


class Descent:
    def step(self, theta, g):
        return theta - 0.1 * g


class InPlace:
    def step(self, theta, g):
        theta -= 0.1 * g


def mutant(name, **changes):
    return type(name, (Descent,), changes)()


WRONG_RULES = {
    "expected a first step against the gradient": mutant(
        "Ascent", step=lambda self, theta, g: theta + 0.1 * g
    ),
    "expected a loss that falls": mutant(
        "Long", step=lambda self, theta, g: theta - 3.0 * g
    ),
    "expected half of the loss": mutant(
        "Tiny", step=lambda self, theta, g: theta - 1e-6 * g
    ),
    "expected rest where the gradient is 0, received NaN": mutant(
        "NoEpsilon",
        step=lambda self, theta, g: theta - 0.01 * g / np.sqrt(g * g),
    ),
    "expected rest where the gradient is 0, received a move": mutant(
        "Drift", step=lambda self, theta, g: theta - 0.1 * (g + 0.01 * theta)
    ),
    "expected theta of shape": mutant(
        "Widens", step=lambda self, theta, g: theta - np.float64(0.1) * g.astype(float)
    ),
    "expected the gradient untouched": mutant(
        "Overwrites", step=lambda self, theta, g: theta - np.multiply(g, 0.1, out=g)
    ),
}


@pytest.mark.parametrize("words", WRONG_RULES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_wrong_optimizer_is_caught(words):
    with pytest.raises(CheckError, match=words):
        check(WRONG_RULES[words])


def test_a_students_optimizer_may_return_or_move_in_place():
    assert "convergence" in repr(check(Descent()))
    assert "convergence" in repr(check(InPlace()))


def test_state_of_another_shape_is_caught():
    class Summed(Descent):
        def step(self, theta, g):
            self.velocity = np.ones(2)
            return theta - 0.1 * g

    with pytest.raises(
        CheckError, match="expected the state velocity of theta's shape"
    ):
        check(Summed())


def test_randomness_in_an_optimizer_is_caught():
    noise = np.random.default_rng(0)

    class Noisy(Descent):
        def step(self, theta, g):
            return theta - 0.1 * g * (1 + 0.1 * noise.random())

    with pytest.raises(CheckError, match="expected the same path twice"):
        check(Noisy())


# Difference quotients


def test_difference_quotients_tell_right_from_wrong():
    assert disagreement(np.sin, 1.0, 1.0, 1e-6) is None
    assert disagreement(np.sin, 1.0 + 1e-7, 1.0, 1e-6) is None
    assert np.isclose(disagreement(np.sin, 1.0 + 1e-5, 1.0, 1e-6), 1.0, rtol=1e-9)


def test_difference_quotient_is_of_fourth_order():
    errors = [abs(quotient(np.exp, h) - 1.0) for h in (0.1, 0.05)]
    assert np.isclose(errors[0] / errors[1], 16, rtol=0.01)
