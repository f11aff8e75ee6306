"""PyTorch agrees: operators, random networks, Hessian-vector products."""

import numpy as np
import pytest
from oracle_programs import SHARED, network

import mmdl
from mmdl.autodiff.tree import leaves_of

torch = pytest.importorskip("torch", reason="PyTorch, an oracle, is not installed")


def tensors(arrays):
    return [torch.tensor(a, requires_grad=True) for a in arrays]


@pytest.mark.parametrize("name", SHARED)
def test_operator_and_its_vjp_agree(name):
    f, arrays = SHARED[name]
    y, pullback = mmdl.vjp(lambda *a: f(np, *a), *arrays)
    xs = tensors(arrays)
    expected = f(torch, *xs)
    u = np.random.default_rng(1).normal(size=np.shape(y))
    expected.backward(torch.tensor(u))
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-10, atol=1e-11)
    for g, x in zip(leaves_of(pullback(u)), xs, strict=True):
        np.testing.assert_allclose(g, x.grad.numpy(), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("seed", range(40))
def test_gradients_and_hessian_vector_products_of_a_random_network_agree(seed):
    f, arrays = network(seed)
    us = [np.random.default_rng(seed).normal(size=a.shape) for a in arrays]

    def gradient(*a):
        return mmdl.grad(lambda *b: f(np, *b), (0, 1, 2))(*a)

    g, hv = mmdl.jvp(gradient, arrays, tuple(us))
    xs = tensors(arrays)
    loss = f(torch, *xs)
    expected = torch.autograd.grad(loss, xs, create_graph=True, materialize_grads=True)
    slope = sum((e * torch.tensor(u)).sum() for e, u in zip(expected, us, strict=True))
    second = torch.autograd.grad(slope, xs, materialize_grads=True)
    for ours, theirs in zip((*g, *hv), (*expected, *second), strict=True):
        np.testing.assert_allclose(ours, theirs.detach(), rtol=1e-10, atol=1e-10)
