"""What every layer keeps, whatever it computes."""

import numpy as np
import pytest
from nn_cases import CASES

from mmdl import Tensor, check, hvp, io, nn, no_grad
from mmdl.nn import functional_call

every_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
with_parameters = pytest.mark.parametrize(
    "case", [c for c in CASES if c.make().n_parameters], ids=lambda c: c.id
)


def value(y):
    return y.value if isinstance(y, Tensor) else y


def test_every_layer_has_a_case():
    assert {c.layer for c in CASES} == set(nn.LAYERS)
    modules = {v for v in vars(nn).values() if isinstance(v, type)} - {nn.Module}
    assert modules == set(nn.LAYERS)


@every_case
def test_derivatives_are_right_to_second_order(case):
    check(case.make(), case.input())


@every_case
def test_layers_begin_in_float32_and_stay_there(case):
    layer, x = case.make(dtype=np.float32), case.input(np.float32)
    x = x if case.words else Tensor(x)
    y = layer(x)
    assert y.dtype == np.float32
    np.sum(y * y).backward()
    for p in layer.parameters() + ([] if case.words else [x]):
        assert p.dtype == np.float32
        assert p.grad.dtype == np.float32
        assert p.grad.shape == p.shape


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.make().n_parameters and not c.words],
    ids=lambda c: c.id,
)
def test_plain_inputs_take_the_dtype_of_the_layer(case):
    layer = case.make(dtype=np.float32)
    assert layer(case.input(np.float64)).dtype == np.float32
    assert layer.astype(np.float64)(case.input(np.float32)).dtype == np.float64


@every_case
def test_samples_are_treated_alone_in_any_order(case):
    layer, x = case.make(), case.input()
    order = np.random.default_rng(2).permutation(len(x))
    y = value(layer(x))
    np.testing.assert_allclose(value(layer(x[order])), y[order], rtol=0, atol=1e-12)
    single = layer.eval() if not case.alone else layer
    y = value(single(x))
    for i in range(len(x)):
        alone = value(single(x[i : i + 1]))
        np.testing.assert_allclose(alone, y[i : i + 1], rtol=0, atol=1e-12)


@every_case
def test_no_samples_give_no_results(case):
    layer = case.make().eval()
    y = value(layer(case.input(n=0)))
    assert y.shape == (0, *value(layer(case.input())).shape[1:])


@every_case
def test_inputs_stay_as_they_are(case):
    x = case.input()
    x.flags.writeable = False
    y = case.make()(x)
    if isinstance(y, Tensor):
        np.sum(y * y).backward()


@every_case
def test_the_same_generator_gives_the_same_layer(case):
    x = case.input()
    assert np.array_equal(value(case.make(3)(x)), value(case.make(3)(x)))


@with_parameters
def test_state_goes_to_a_file_and_back(case, tmp_path):
    first, second, x = case.make(1), case.make(2), case.input()
    first(x)  # running means, where there are any, move
    for p in first.parameters():
        p.value += 0.25
    io.save(tmp_path / "model.safetensors", first.state_dict())
    second.load_state_dict(io.load(tmp_path / "model.safetensors"))
    a, b = value(first.eval()(x)), value(second.eval()(x))
    assert np.array_equal(a, b)


@with_parameters
def test_a_state_is_a_copy(case):
    layer = case.make()
    state = layer.state_dict()
    kept = {name: a.copy() for name, a in state.items()}
    for p in layer.parameters():
        p.value += 1
    assert all(np.array_equal(state[name], kept[name]) for name in kept)


@with_parameters
def test_the_model_is_a_function_of_its_parameters(case):
    layer, x = case.make(), case.input()
    before = dict(layer.named_parameters())
    weights = {name: p.value.copy() for name, p in before.items()}
    rng = np.random.default_rng(4)
    v = {name: rng.normal(size=w.shape) for name, w in weights.items()}

    def loss(weights):
        y = functional_call(layer, weights, x)
        return np.sum(y * y)

    product = hvp(loss, weights, v)
    h = 1e-4
    ends = []
    for sign in (1, -1):
        layer.zero_grad()
        for name, p in before.items():
            p.value = weights[name] + sign * h * v[name]
        np.sum(layer(x) ** 2).backward()
        ends.append({name: p.grad for name, p in before.items()})
    for name, exact in product.items():
        slope = (ends[0][name] - ends[1][name]) / (2 * h)
        scale = max(np.abs(exact).max(), 1e-2)
        # the error of the central difference is of order h^2
        np.testing.assert_allclose(slope, exact, rtol=0, atol=1e-4 * scale)
    assert dict(layer.named_parameters()) == before


@every_case
def test_without_gradients_nothing_is_recorded(case):
    layer, x = case.make(), case.input()
    with no_grad():
        y = layer(x)
    assert isinstance(y, np.ndarray)
    np.testing.assert_allclose(y, value(case.make()(x)), rtol=0, atol=1e-12)


@every_case
def test_the_name_of_a_layer_says_how_to_build_it(case):
    text = repr(case.make())
    assert text.startswith(case.layer.__name__ + "(")
    assert text.endswith(")")


@with_parameters
def test_parameters_are_listed_once_in_a_fixed_order(case):
    layer = case.make()
    names = [name for name, _ in layer.named_parameters()]
    assert len(set(names)) == len(names)
    assert names == [name for name, _ in case.make(5).named_parameters()]
    assert layer.n_parameters == sum(p.size for p in layer.parameters())
    assert set(layer.state_dict()) == {*names, *(n for n, _ in layer.named_buffers())}
