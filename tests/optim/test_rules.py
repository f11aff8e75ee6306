"""What every optimizer of the registry keeps, and what each formula says."""

import inspect

import numpy as np
import pytest

from mmdl import optim
from mmdl.optim import OPTIMIZERS, iterates, schedules

# A method that cannot be made without knowing the problem is no default rule.
NEEDS = {optim.AdaGradNorm: {"diameter": 8.0}}
RATE = {
    optim.AdaGradNorm: 1.0,
    optim.AdaGrad: 0.5,
    optim.Adam: 0.05,
    optim.AdamW: 0.05,
    optim.AMSGrad: 0.05,
    optim.RMSprop: 0.01,
    optim.Lion: 0.01,
}
every_optimizer = pytest.mark.parametrize(
    "rule", [*OPTIMIZERS, *NEEDS], ids=lambda rule: rule.__name__
)


def make(rule, **rest):
    return rule(lr=RATE.get(rule, 0.05), **NEEDS.get(rule, {}), **rest)


def test_every_optimizer_is_in_the_registry():
    public = {getattr(optim, name) for name in optim.__all__}
    rules = {c for c in public if inspect.isclass(c) and issubclass(c, optim.Optimizer)}
    assert rules - {optim.Optimizer} == {*OPTIMIZERS, *NEEDS}


def quadratic(dtype=float):
    curvature = np.array([1.0, 3.0, 10.0], dtype)
    return lambda w: curvature * w


@every_optimizer
def test_rule_reaches_the_minimum_of_a_quadratic(rule):
    path = iterates(make(rule), quadratic(), [1.0, -2.0, 0.5], 2000)
    assert np.abs(path[-1]).max() < 2e-2


@every_optimizer
def test_rule_stays_at_a_minimum(rule):
    w = iterates(make(rule), lambda w: 0 * w, [1.0, -2.0], 3)[-1]
    decay = (1 - 0.05 * 0.01) ** 3 if rule is optim.AdamW else 1.0
    assert np.allclose(w, decay * np.array([1.0, -2.0]), rtol=1e-15)


@every_optimizer
def test_rule_leaves_the_gradient_untouched(rule):
    g = np.array([1.0, -2.0])
    before = g.copy()
    make(rule, weight_decay=0.1, clip_norm=0.5)(np.ones(2), g)
    assert np.array_equal(g, before)


@every_optimizer
def test_rule_keeps_float32(rule):
    optimizer = make(rule, weight_decay=0.1)
    theta = np.ones(3, np.float32)
    optimizer(theta, quadratic(np.float32)(theta))
    assert {s.dtype for s in optimizer.state.values()} <= {np.dtype(np.float32)}


@every_optimizer
def test_state_continues_where_it_was_saved(rule):
    whole, first, second = make(rule), make(rule), make(rule)
    path = iterates(whole, quadratic(), [1.0, -2.0, 0.5], 10)
    half = iterates(first, quadratic(), [1.0, -2.0, 0.5], 5)
    second.load_state_dict(first.state_dict())
    assert np.array_equal(iterates(second, quadratic(), half[-1], 5)[-1], path[-1])


@every_optimizer
def test_rule_is_deterministic(rule):
    one, two = (iterates(make(rule), quadratic(), [1, 2, 3.0], 20) for _ in range(2))
    assert np.array_equal(one, two)


def test_blocks_do_not_change_adam(monkeypatch):
    from mmdl.optim import adaptive

    rng = np.random.default_rng(0)
    g = rng.normal(size=(5, 100))
    paths = []
    for block in (7, 1000):
        monkeypatch.setattr(adaptive, "BLOCK", block)
        gradients = iter(g)
        paths.append(
            iterates(optim.AMSGrad(lr=0.1), lambda w: next(gradients), g[0], 5)  # noqa: B023
        )
    assert np.array_equal(*paths)


def test_adam_by_hand():
    # first step: both corrections cancel the averages, hence tau * sign(g)
    w = np.array([0.0, 0.0])
    optim.Adam(lr=0.1, eps=0)(w, np.array([3.0, -0.001]))
    assert np.allclose(w, [-0.1, 0.1], rtol=1e-12)


def test_momentum_by_hand():
    path = iterates(optim.Momentum(lr=0.1, beta=0.5), lambda w: w, [1.0], 2)
    # v1 = -0.1, w1 = 0.9, v2 = -0.05 - 0.09, w2 = 0.76
    assert np.allclose(path.ravel(), [1, 0.9, 0.76], rtol=1e-14)


def test_nesterov_in_two_variables_is_nesterov_in_one():
    tau, beta, A = 0.05, 0.8, np.array([1.0, 8.0])
    x = y = np.array([1.0, -1.0])
    for _ in range(30):
        new = y - tau * A * y
        y, x = new + beta * (new - x), new
    path = iterates(optim.Nesterov(lr=tau, beta=beta), lambda w: A * w, [1.0, -1.0], 30)
    assert np.allclose(path[-1], y, rtol=1e-12)


def test_adamw_is_not_adam_with_l2():
    g = np.array([1.0, 100.0])
    ends = []
    for rule in (optim.Adam, optim.AdamW):
        w = np.array([1.0, 1.0])
        rule(lr=0.1, weight_decay=0.5, eps=0)(w, g)
        ends.append(w)
    assert np.allclose(ends[0], [0.9, 0.9])
    assert np.allclose(ends[1], [0.85, 0.85])


def test_clipping_shortens_and_keeps_the_direction():
    w = np.zeros(2)
    optim.GD(lr=1.0, clip_norm=1.0)(w, np.array([3.0, 4.0]))
    assert np.allclose(w, [-0.6, -0.8], rtol=1e-15)
    optim.GD(lr=1.0, clip_norm=1.0)(w, np.array([0.6, 0.8]))
    assert np.allclose(w, [-1.2, -1.6], rtol=1e-15)


def test_adagrad_norm_stays_in_the_ball():
    rng = np.random.default_rng(1)
    path = iterates(
        optim.AdaGradNorm(diameter=2.0), lambda w: rng.normal(size=3), np.zeros(3), 200
    )
    assert np.linalg.norm(path, axis=1).max() <= 1 + 1e-12


SCHEDULES = {
    "constant": (schedules.constant(0.1), (0, 9), (0.1, 0.1)),
    "inverse_time": (schedules.inverse_time(1.0, 2), (0, 2, 6), (1.0, 0.5, 0.25)),
    "inverse_sqrt": (schedules.inverse_sqrt(1.0), (0, 3), (1.0, 0.5)),
    "exponential": (
        schedules.exponential(1.0, 0.5, every=2), (1, 2, 5), (1.0, 0.5, 0.25)
    ),
    "cosine": (schedules.cosine(1.0, 10), (0, 5, 10, 11), (1.0, 0.5, 0.0, 0.0)),
    "warmup": (
        schedules.warmup(4, schedules.constant(1.0)), (0, 3, 4), (0.25, 1.0, 1.0)
    ),
}  # fmt: skip


def test_every_schedule_has_values():
    own = {n for n, f in vars(schedules).items() if inspect.isfunction(f)}
    assert own - {"positive"} == set(SCHEDULES)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_values(name):
    schedule, at, expected = SCHEDULES[name]
    assert np.allclose([schedule(k) for k in at], expected, atol=1e-15)


def test_schedule_drives_the_step():
    path = iterates(optim.GD(lr=lambda k: 1 / (k + 1)), np.ones_like, [0.0], 3)
    assert np.allclose(path.ravel(), [0, -1, -1.5, -1.5 - 1 / 3])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: optim.GD(lr=-1.0), r"GD: expected lr > 0, received -1.0"),
        (lambda: optim.GD(lr=float("nan")), r"GD: expected lr > 0, received nan"),
        (lambda: optim.GD(lr=1, weight_decay=-1), r"expected weight_decay >= 0"),
        (lambda: optim.GD(lr=1, decay="some"), r"'matrices' or 'all', received 'some'"),
        (lambda: optim.GD(lr=1, clip_norm=0.0), r"expected clip_norm > 0"),
        (lambda: optim.GD([], lr=1), r"GD: expected parameters, received an empty"),
        (lambda: optim.GD(lr=1).step(), r"write GD\(model.parameters\(\), lr=...\)"),
        (lambda: optim.Momentum(lr=1, beta=1.0), r"expected 0 <= beta < 1"),
        (lambda: optim.Adam(betas=(0.9, 1.0)), r"expected 0 <= betas\[1\] < 1"),
        (
            lambda: optim.GD(lr=1)(np.ones(2), np.ones(3)),
            r"shape of theta, \(2,\), received \(3,\)",
        ),
        (
            lambda: optim.Adam().load_state_dict(optim.Lion().state_dict() | {"m": 0}),
            r"Adam: expected a state with .* saved by another optimizer",
        ),
    ],
)
def test_refusal(call, message):
    with pytest.raises(ValueError, match=message):
        call()
