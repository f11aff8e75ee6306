"""Optimizers on Tensors: one flat vector, parameters as views of it."""

import numpy as np
import pytest

from mmdl import Tensor, optim


def parameters(dtype=np.float32):
    rng = np.random.default_rng(0)
    return [Tensor(rng.normal(size=s).astype(dtype)) for s in ((3, 2), (2,), (2, 2))]


def squares(params):
    total = np.sum(params[0] ** 2)
    for p in params[1:]:
        total = total + np.sum(p**2)
    return total


def test_parameters_become_views_of_one_vector():
    params = parameters()
    before = [p.value.copy() for p in params]
    optimizer = optim.SGD(params, lr=0.1)
    assert len({id(p.value.base) for p in params}) == 1
    squares(params).backward()
    optimizer.step()
    for p, old in zip(params, before, strict=True):
        assert np.allclose(p.value, 0.8 * old, rtol=1e-6)
        assert p.value.dtype == np.float32


def test_a_replaced_array_is_gathered_again():
    params = parameters()
    optimizer = optim.SGD(params, lr=0.5)
    params[0].value = np.ones((3, 2), np.float32)
    squares(params).backward()
    optimizer.step()
    assert np.allclose(params[0].value, 0.0)
    assert all(p.value.base is params[0].value.base for p in params)


def test_biases_do_not_decay_unless_told():
    for decay, expected in (("matrices", 1.0), ("all", 0.95)):
        W, b = Tensor(np.ones((2, 2))), Tensor(np.ones(2))
        optimizer = optim.SGD([W, b], lr=0.1, weight_decay=0.5, decay=decay)
        (np.sum(W) * 0.0 + np.sum(b) * 0.0).backward()
        optimizer.step()
        assert np.allclose(W.value, 0.95, rtol=1e-15)
        assert np.allclose(b.value, expected, rtol=1e-15)


def test_parameter_without_gradient_stays():
    params = parameters()
    before = params[1].value.copy()
    optimizer = optim.SGD(params, lr=0.1)
    np.sum(params[0] ** 2).backward()
    optimizer.step()
    assert np.array_equal(params[1].value, before)


def test_step_without_backward_is_refused():
    with pytest.raises(ValueError, match=r"call loss.backward\(\) before step"):
        optim.SGD(parameters(), lr=0.1).step()


def test_mixed_dtypes_are_refused():
    mixed = [*parameters(), *parameters(np.float64)]
    with pytest.raises(ValueError, match="one dtype, received float32, float64"):
        optim.SGD(mixed, lr=0.1)


def test_a_parameter_given_twice_is_refused():
    p = parameters()[0]
    with pytest.raises(ValueError, match="each parameter once"):
        optim.SGD([p, p], lr=0.1)


def test_state_of_another_model_is_refused():
    one = optim.Adam(parameters())
    squares(one.params).backward()
    one.step()
    other = optim.Adam(parameters()[:1])
    with pytest.raises(
        ValueError, match=r"expected m of shape \(6,\), received \(12,\)"
    ):
        other.load_state_dict(one.state_dict())


ORACLE = {
    "SGD": lambda t, p: t.optim.SGD(p, lr=0.1, weight_decay=0.01),
    "Adam": lambda t, p: t.optim.Adam(p, lr=0.1, weight_decay=0.01),
    "AdamW": lambda t, p: t.optim.AdamW(p, lr=0.1, weight_decay=0.01),
    "AMSGrad": lambda t, p: t.optim.Adam(p, lr=0.1, weight_decay=0.01, amsgrad=True),
    "RMSprop": lambda t, p: t.optim.RMSprop(p, lr=0.1, weight_decay=0.01),
    "AdaGrad": lambda t, p: t.optim.Adagrad(p, lr=0.1, weight_decay=0.01),
}


@pytest.mark.parametrize("name", ORACLE)
def test_rule_agrees_with_pytorch(name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    ours = parameters(np.float64)
    theirs = [torch.nn.Parameter(torch.tensor(p.value)) for p in ours]
    one = getattr(optim, name)(ours, lr=0.1, weight_decay=0.01, decay="all")
    two = ORACLE[name](torch, theirs)
    for _ in range(20):
        one.zero_grad()
        two.zero_grad()
        (squares(ours) + np.sum(np.sin(ours[0]))).backward()
        (sum((p**2).sum() for p in theirs) + theirs[0].sin().sum()).backward()
        one.step()
        two.step()
    for p, q in zip(ours, theirs, strict=True):
        assert np.allclose(p.value, q.detach().numpy(), rtol=1e-10, atol=1e-12)
