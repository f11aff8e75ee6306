"""Whole networks beside PyTorch's, with the same weights, in float64, to 1e-10."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is the oracle")

from mmdl import functional, nn  # noqa: E402


def generator():
    return np.random.default_rng(0)


def drawn(dtype=np.float64):
    return {"rng": generator(), "dtype": dtype}


def give(ours, theirs):
    """Copy the weights of a layer to its counterpart; (in, out) becomes (out, in)."""
    state = {name: torch.tensor(a) for name, a in ours.state_dict().items()}
    names = {"W": "weight", "w": "weight", "b": "bias", "gamma": "weight"}
    names |= {"beta": "bias", "mean": "running_mean", "variance": "running_var"}
    with torch.no_grad():
        for name, a in state.items():
            target = getattr(theirs, names[name])
            target.copy_(a.T if name == "W" else a)


def agree(ours, theirs, x, pairs):
    """Compare outputs and all gradients; pairs of layers that hold the same weights."""
    theirs.double()
    for a, b in pairs:
        give(a, b)
    t = torch.tensor(x, requires_grad=True)
    expected = theirs(t)
    expected.square().sum().backward()
    y = ours(x)
    np.sum(y * y).backward()
    np.testing.assert_allclose(y.value, expected.detach(), rtol=0, atol=1e-10)
    for a, b in pairs:
        for name, p in a.named_parameters():
            other = b.weight if name in ("W", "w", "gamma") else b.bias
            g = other.grad.T if name == "W" else other.grad
            scale = max(1.0, np.abs(p.grad).max())
            np.testing.assert_allclose(p.grad, g, rtol=0, atol=1e-10 * scale)


def test_a_convolutional_network_is_that_of_pytorch():
    ours = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, **drawn()),
        nn.BatchNorm2d(4, dtype=np.float64),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 6, (3, 2), stride=2, groups=2, **drawn()),
        nn.GELU(),
        nn.Flatten(),
        nn.Linear(6 * 2 * 2, 3, **drawn()),
    )
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(2, 4, 3, padding=1),
        torch.nn.BatchNorm2d(4),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(4, 6, (3, 2), stride=2, groups=2),
        torch.nn.GELU(),
        torch.nn.Flatten(),
        torch.nn.Linear(6 * 2 * 2, 3),
    )
    pairs = [(ours[i], theirs[i]) for i in (0, 1, 4, 7)]
    x = generator().normal(size=(5, 2, 10, 9))
    agree(ours, theirs, x, pairs)
    mean, variance = theirs[1].running_mean, theirs[1].running_var
    np.testing.assert_allclose(ours[1].mean, mean, rtol=1e-12)
    np.testing.assert_allclose(ours[1].variance, variance, rtol=1e-12)
    agree(ours.eval(), theirs.eval(), x, pairs)


class Block(torch.nn.Module):
    """A Transformer block of PyTorch's parts, normalised first."""

    def __init__(self, width, n_heads, hidden):
        super().__init__()
        self.n_heads = n_heads
        self.norm1, self.norm2 = torch.nn.LayerNorm(width), torch.nn.LayerNorm(width)
        self.qkv = torch.nn.Linear(width, 3 * width)
        self.out = torch.nn.Linear(width, width)
        self.up, self.down = (
            torch.nn.Linear(width, hidden),
            torch.nn.Linear(hidden, width),
        )

    def forward(self, x):
        n, t, m = x.shape
        parts = self.qkv(self.norm1(x)).view(n, t, 3, self.n_heads, m // self.n_heads)
        y = torch.nn.functional.scaled_dot_product_attention(
            *parts.permute(2, 0, 3, 1, 4), is_causal=True
        )
        x = x + self.out(y.transpose(1, 2).reshape(n, t, m))
        gelu = torch.nn.functional.gelu
        return x + self.down(gelu(self.up(self.norm2(x)), approximate="tanh"))


def test_a_transformer_block_is_that_of_pytorch():
    ours = nn.TransformerBlock(6, 2, hidden=10, causal=True, **drawn())
    theirs = Block(6, 2, 10)
    pairs = [
        (ours.norm1, theirs.norm1),
        (ours.norm2, theirs.norm2),
        (ours.attention.qkv, theirs.qkv),
        (ours.attention.out, theirs.out),
        (ours.mlp[0], theirs.up),
        (ours.mlp[2], theirs.down),
    ]
    agree(ours, theirs, generator().normal(size=(3, 4, 6)), pairs)


def test_cross_attention_is_that_of_pytorch():
    ours = nn.MultiHeadAttention(6, 2, **drawn())
    theirs = torch.nn.MultiheadAttention(6, 2, batch_first=True).double()
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.tensor(ours.qkv.W.value.T))
        theirs.in_proj_bias.copy_(torch.tensor(ours.qkv.b.value))
    give(ours.out, theirs.out_proj)
    rng = generator()
    x, context = rng.normal(size=(3, 4, 6)), rng.normal(size=(3, 5, 6))
    c = torch.tensor(context)
    y, _ = theirs(torch.tensor(x), c, c)
    y.square().sum().backward()
    found = ours(x, context)
    np.sum(found * found).backward()
    np.testing.assert_allclose(found.value, y.detach(), rtol=0, atol=1e-10)
    g = theirs.in_proj_weight.grad.T
    np.testing.assert_allclose(ours.qkv.W.grad, g, rtol=0, atol=1e-10)
    # the weights of the layer are those of its own attention
    _, w = theirs(*[torch.tensor(x)] * 3, average_attn_weights=False)
    np.testing.assert_allclose(ours.weights(x).value, w.detach(), rtol=0, atol=1e-10)


def test_a_step_of_an_mlp_in_float32_is_that_of_pytorch():
    rng = generator()
    ours = nn.Sequential(
        nn.Linear(20, 16, rng=rng), nn.Sigmoid(), nn.Linear(16, 5, rng=rng)
    )
    theirs = torch.nn.Sequential(
        torch.nn.Linear(20, 16), torch.nn.Sigmoid(), torch.nn.Linear(16, 5)
    )
    for i in (0, 2):
        give(ours[i], theirs[i])
    X, y = rng.normal(size=(32, 20)).astype(np.float32), rng.integers(0, 5, 32)
    loss = torch.nn.functional.cross_entropy(theirs(torch.tensor(X)), torch.tensor(y))
    loss.backward()
    found = functional.cross_entropy(ours(X), y)
    found.backward()
    assert found.item() == pytest.approx(loss.item(), rel=1e-6)
    for i in (0, 2):
        g = theirs[i].weight.grad.T
        np.testing.assert_allclose(ours[i].W.grad, g, rtol=0, atol=1e-6)
