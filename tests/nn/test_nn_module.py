"""Modules: one rule of types, modes, states."""

import numpy as np
import pytest

from mmdl import Tensor, no_grad
from mmdl.errors import ShapeError
from mmdl.nn import (
    BatchNorm1d,
    Dropout,
    Linear,
    Module,
    ReLU,
    Residual,
    Sequential,
    functional_call,
)


class Net(Module):
    """Every kind of attribute."""

    def __init__(self, rng):
        self.first = Linear(3, 4, rng=rng)
        self.many = [Linear(4, 4, rng=rng), [Linear(4, 4, rng=rng)]]
        self.named = {"last": Linear(4, 2, rng=rng)}
        self.gain = Tensor(np.ones(2))
        self.scale = np.array([2.0, 3.0])
        self.note = "not a parameter"

    def forward(self, x):
        x = self.many[1][0](self.many[0](self.first(x)))
        return self.named["last"](x) * self.gain * self.scale


def net(seed=0):
    return Net(np.random.default_rng(seed))


def test_tensors_are_parameters_arrays_buffers_modules_children():
    names = [name for name, _ in net().named_parameters()]
    layers = ("first", "many.0", "many.1.0", "named.last")
    assert names == [f"{at}.{p}" for at in layers for p in "Wb"] + ["gain"]
    assert [name for name, _ in net().named_buffers()] == ["scale"]
    assert [name for name, _ in net().named_modules()] == ["", *layers]
    assert net().n_parameters == 3 * 4 + 4 + 2 * (4 * 4 + 4) + 4 * 2 + 2 + 2


def test_every_parameter_gets_a_gradient():
    model = net()
    np.sum(model(np.ones((5, 3)))).backward()
    assert all(p.grad is not None for p in model.parameters())
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


def test_a_shared_parameter_is_one_parameter():
    rng = np.random.default_rng(0)
    a, b = Linear(3, 3, rng=rng), Linear(3, 3, rng=rng)
    b.W = a.W
    model = Sequential(a, b)
    assert [n for n, _ in model.named_parameters()] == [
        "layers.0.W",
        "layers.0.b",
        "layers.1.b",
    ]
    x = np.ones((1, 3), np.float32)
    np.sum(model(x)).backward()
    expected = functional_gradient(model, x)
    np.testing.assert_allclose(a.W.grad, expected, rtol=1e-5)


def functional_gradient(model, x):
    """The derivative of sum(x W W + b W + c) by W, worked out by hand."""
    W, b = model.layers[0].W.value, model.layers[0].b.value
    ones = np.ones((1, 3), np.float32)
    return x.T @ ones @ W.T + (x @ W + b).T @ ones


def test_modes_reach_every_module():
    model = Sequential(Residual(Sequential(ReLU())), BatchNorm1d(2))
    assert all(m.training for _, m in model.named_modules())
    assert model.eval() is model
    assert not any(m.training for _, m in model.named_modules())
    assert model.train() is model
    assert all(m.training for _, m in model.named_modules())


def test_dropout_drops_only_in_training():
    layer = Dropout(0.5, rng=np.random.default_rng(0))
    x = np.ones((100, 100), np.float32)
    assert set(np.unique(layer(x))) == {0.0, 2.0}
    assert layer.eval()(x) is x


def test_running_means_are_those_of_the_batches():
    rng = np.random.default_rng(0)
    layer = BatchNorm1d(2, momentum=0.5, dtype=np.float64)
    mean, variance = np.zeros(2), np.ones(2)
    for _ in range(5):
        x = rng.normal([1, -2], [2, 3], (20, 2))
        layer(x)
        mean = 0.5 * mean + 0.5 * x.mean(0)
        variance = 0.5 * variance + 0.5 * x.var(0, ddof=1)
    np.testing.assert_allclose(layer.mean, mean, rtol=1e-12)
    np.testing.assert_allclose(layer.variance, variance, rtol=1e-12)
    x = rng.normal(size=(3, 2))
    expected = (x - mean) / np.sqrt(variance + layer.eps)
    np.testing.assert_allclose(layer.eval()(x).value, expected, rtol=1e-12)


def test_loading_writes_in_place_so_views_of_one_vector_survive():
    model = Linear(2, 2, rng=np.random.default_rng(0))
    theta = np.zeros(6, np.float32)
    model.W.value, model.b.value = theta[:4].reshape(2, 2), theta[4:]
    model.load_state_dict({"W": np.ones((2, 2)), "b": np.full(2, 2.0)})
    assert theta.tolist() == [1, 1, 1, 1, 2, 2]


def test_a_state_that_does_not_fit_loads_nothing():
    model = net()
    before, good = model.state_dict(), net(1).state_dict()
    lacking = {name: a for name, a in good.items() if name != "gain"}
    with pytest.raises(
        KeyError,
        match=r"Net\.load_state_dict: expected the names first\.W, first\.b, gain, "
        r"\.\.\., received a state without gain; "
        r"was it saved from another model\?",
    ):
        model.load_state_dict(lacking)
    with pytest.raises(KeyError, match="received a state with the unknown more;"):
        model.load_state_dict({**good, "more": np.zeros(1)})
    with pytest.raises(
        ShapeError,
        match=r"Net\.load_state_dict: expected scale of shape \(2,\), received \(3,\); "
        r"was it saved from another model\?",
    ):
        model.load_state_dict({**good, "scale": np.zeros(3)})
    after = model.state_dict()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_other_parameters_leave_the_model_as_it_was():
    model, x = net(), np.ones((1, 3))
    zero = {name: np.zeros(p.shape) for name, p in model.named_parameters()}
    before = model(x).value
    assert not np.any(functional_call(model, zero, x))
    assert np.array_equal(model(x).value, before)
    with pytest.raises(
        KeyError,
        match=r"functional_call: expected names among first\.W, first\.b, gain, "
        r"\.\.\., received W; see model\.named_parameters\(\)\.",
    ):
        functional_call(model, {"W": 0.0}, x)
    with pytest.raises(ShapeError):
        functional_call(model, zero, np.ones(3))
    assert np.array_equal(model(x).value, before)


def test_a_module_prints_as_a_tree():
    rng = np.random.default_rng(0)
    model = Sequential(Linear(2, 3, rng=rng), Residual(Sequential(ReLU())))
    assert repr(model) == (
        "Sequential(\n"
        "  (0) Linear(2, 3)\n"
        "  (1) Residual(\n"
        "    (f) Sequential(\n"
        "      (0) ReLU()\n"
        "    )\n"
        "  )\n"
        ")"
    )


def test_a_sequence_is_counted_indexed_and_cut():
    rng = np.random.default_rng(0)
    model = Sequential(Linear(2, 3, rng=rng), np.tanh, Linear(3, 1, rng=rng))
    x = rng.normal(size=(4, 2)).astype(np.float32)
    assert len(model) == 3
    assert model[0] is next(iter(model))
    with no_grad():
        assert np.array_equal(model[1:](model[:1](x)), model(x))


def test_a_layer_of_a_student_is_five_lines():
    class Quadratic(Module):
        def __init__(self, n, *, rng):
            self.A = Tensor(rng.normal(size=(n, n)))

        def forward(self, x):
            return np.sum(x @ self.A * x, axis=-1, keepdims=True)

    layer = Quadratic(3, rng=np.random.default_rng(0))
    x = np.ones((1, 3))
    np.sum(Sequential(layer)(x)).backward()
    assert np.array_equal(layer.A.grad, np.ones((3, 3)))


def test_a_module_without_forward_says_so():
    class Nothing(Module):
        pass

    with pytest.raises(
        NotImplementedError,
        match=r"Nothing: expected a method forward\(self, x\), found none; "
        r"define it in your class\.",
    ):
        Nothing()(np.ones(1))
