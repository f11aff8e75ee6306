"""The FLOP counter: against formulas, and against counts by hand."""

import numpy as np
import pytest

import mmdl.functional as fn
from mmdl import Tensor, flops, grad, hvp, nn, value_and_grad, vjp
from mmdl.autodiff import PRIMITIVES


def rng():
    return np.random.default_rng(0)


def forward(model, x):
    return flops.count(lambda model, x: model(x), model, x).total


def step(model, x, loss):
    return flops.count(lambda model, x: loss(model(x)).backward(), model, x).total


def test_every_primitive_has_a_cost():
    library = [p for key, p in PRIMITIVES.items() if key.startswith("mmdl.")]
    for p in library:
        known = p.name in flops.FREE or p.name in flops.COSTS
        assert known or p.kind in ("pointwise", "fused"), p
    names = {p.name for p in library}
    assert names >= flops.FREE | set(flops.COSTS)


@pytest.mark.parametrize(
    ("f", "shapes", "expected"),
    [
        (lambda a, b: a @ b, [(3, 4), (4, 5)], 7 * 15),
        (lambda a, b: np.einsum("ij,jk->ik", a, b), [(3, 4), (4, 5)], 7 * 15),
        (lambda a, b: a @ b, [(2, 3, 4), (4, 5)], 7 * 30),
        (lambda a, b: a @ b, [(4,), (4,)], 7),
        (lambda a: np.sum(a, axis=0), [(3, 4)], 8),
        (np.mean, [(3, 4)], 12),
        (lambda a: np.tanh(a) / a - 1.0, [(3, 4)], 36),
        (lambda a: -a[1:].T.reshape(-1), [(3, 4)], 0),
        (lambda a: np.where(a > 0, a, 0.0), [(3, 4)], 0),
        (fn.softmax, [(3, 4)], 12 + 12 + 9 + 12),
        (lambda a: np.linalg.inv(a + 4 * np.eye(3)), [(3, 3)], 9 + 54),
        (lambda a: np.linalg.solve(a + 4 * np.eye(3), a), [(3, 3)], 9 + 18 + 54),
    ],
)
def test_functions_cost_what_the_convention_says(f, shapes, expected):
    arrays = [rng().normal(size=s) for s in shapes]
    tally = flops.count(f, *arrays)
    assert tally.total == expected
    np.testing.assert_array_equal(tally.result, f(*arrays))


def test_an_affine_layer_costs_twice_its_weights_per_sample():
    model = nn.Linear(20, 30, rng=rng())
    assert forward(model, np.zeros((7, 20))) == 2 * 7 * 20 * 30
    # backward: a product for W, a sum for b; X is a constant
    backward = 30 * 20 * (2 * 7 - 1) + 30 * (7 - 1)
    loss = 3 * 7 * 30  # subtract, square, mean
    gradient = 2 * 7 * 30  # 2 r, times the seed over the number of entries
    found = step(model, np.zeros((7, 20)), lambda y: fn.mse(y, np.zeros((7, 30))))
    assert found == 2 * 7 * 20 * 30 + loss + gradient + backward


@pytest.mark.parametrize("groups", [1, 2])
def test_a_convolution_costs_twice_its_weights_per_pixel(groups):
    model = nn.Conv2d(4, 6, (3, 2), groups=groups, rng=rng())
    pixels = 5 * 6 * 8
    weights = 6 * (4 // groups) * 3 * 2
    assert forward(model, np.zeros((5, 4, 8, 9))) == 2 * pixels * weights


def test_attention_is_quadratic_in_the_length():
    def cost(t):
        x = rng().normal(size=(1, t, 12))
        return flops.count(lambda x: fn.self_attention(x, 1), x).total

    t, d = 8, 4
    products = t * t * (2 * d - 1) + t * d * (2 * t - 1)
    softmax = t * t + t * t + t * (t - 1) + t * t  # shift, exp, sum, divide
    assert cost(8) == products + t * t + softmax  # and the scale of the scores
    assert 4 < cost(64) / cost(32) < 4.05


def test_counts_by_hand_of_a_formula_of_leibniz():
    def f(a, b, c, z):
        return np.sqrt(a + b * z + c * z**2)

    point = (1.0, 2.0, 3.0, 0.5)
    assert flops.count(f, *point).by_primitive == {
        "add": 2,
        "multiply": 2,
        "square": 1,
        "sqrt": 1,
    }
    # sqrt: 0.5 / y; two products: 2 each; square: 2 z, times v; z is used twice
    both = flops.count(value_and_grad(f, argnums=(0, 1, 2, 3)), *point)
    assert both.total == 6 + 1 + 2 + 2 + 2 + 1


@np.errstate(all="ignore")  # repeated products overflow; their number matters
@pytest.mark.parametrize("seed", range(20))
def test_gradients_of_random_programs_are_cheap(seed):
    """At most four times the function (Baur and Strassen), divisions too."""
    draw = np.random.default_rng(seed)
    plan = [(draw.integers(0, 6), *draw.integers(0, 4 + i, 2)) for i in range(40)]

    def program(*xs):
        values = list(xs)
        for operation, i, j in plan:
            a, b = values[i], values[j]
            choices = (np.add, np.subtract, np.multiply, np.divide, np.tanh, np.sin)
            f = choices[operation]
            values.append(f(a, b) if operation < 4 else f(a))
        return sum(values[1:], values[0])

    xs = draw.normal(size=4)
    function = flops.count(program, *xs).total
    gradient = flops.count(value_and_grad(program, argnums=(0, 1, 2, 3)), *xs).total
    assert function < gradient <= 4 * function


@pytest.mark.parametrize("f", [lambda x: x * x, lambda x: x / x])
def test_no_factor_below_four_serves_all_programs(f):
    assert flops.count(f, 3.0).total == 1
    assert flops.count(grad(f), 3.0).total == 4


def test_a_deep_network_costs_three_times_its_forward_pass():
    layers = [nn.Linear(64, 64, rng=rng()) for _ in range(10)]
    model, x = nn.Sequential(*layers), rng().normal(size=(256, 64))
    # two products for one, but none for the data
    ratio = step(model, x, np.sum) / forward(model, x)
    assert ratio == pytest.approx(3 - 1 / 10, abs=0.02)


def test_derivatives_of_derivatives_are_counted():
    x = np.ones(10)

    def f(x):
        return np.sum(np.tanh(x) * x)

    costs = [
        flops.count(f, x).total,
        flops.count(grad(f), x).total,
        flops.count(lambda x: hvp(f, x, x), x).total,
    ]
    assert costs[0] == 10 + 10 + 9
    assert costs[0] < costs[1] < costs[2] < 10 * costs[0]
    _, pull = vjp(f, x)
    assert flops.count(pull, 1.0).total > 0


def test_recurrence_costs_grow_with_time():
    model = nn.RNN(3, 5, rng=rng())
    per_step = 2 * 2 * (3 * 5 + 5 * 5)  # two samples; the first sum adds the bias
    costs = [forward(model, np.zeros((2, t, 3))) for t in (4, 5)]
    assert costs[1] - costs[0] == per_step + 2 * 5  # and tanh


def test_counting_leaves_no_trace():
    model = nn.Linear(3, 2, rng=rng())
    w = Tensor(np.ones(2))
    values = [p.value for p in (*model.parameters(), w)]

    def run(model, w, x):
        np.sum(model(x) * w).backward()

    flops.count(run, model, w, np.ones((4, 3)))
    with pytest.raises(ZeroDivisionError):
        flops.count(lambda model: 1 / 0, model)
    for p, value in zip((*model.parameters(), w), values, strict=True):
        assert p.value is value
        assert p.grad is None


def test_the_result_is_plain_and_the_report_sorted():
    tally = flops.count(lambda x: {"y": np.exp(x), "n": 3}, np.zeros(2))
    assert type(tally.result["y"]) is np.ndarray
    assert tally.result["n"] == 3
    tally = flops.count(lambda x: np.sum(np.exp(x)), np.zeros(1000))
    assert repr(tally) == (
        "           1,999  floating-point operations\n"
        "           1,000  exp\n"
        "             999  sum"
    )


def test_an_unknown_primitive_is_named():
    class Strange:
        name, kind = "strange", "linear"

    with pytest.raises(
        LookupError,
        match=r"^flops: expected a function whose cost is known, received strange; "
        r"add it to mmdl\.flops\.COSTS\.$",
    ):
        flops.cost_of(Strange, np.zeros(1), (), {})
