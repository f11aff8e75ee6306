"""The tasks in PyTorch eager mode, written as its tutorials write them."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 (as everybody calls it)

torch.set_num_threads(1)
torch.manual_seed(0)


def step_of(model, loss):
    """One training step with Adam."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad()
        loss(model).backward()
        optimizer.step()

    return step


def classify(model, X, y):
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    return step_of(model, lambda model: F.cross_entropy(model(X), y))


def logistic(X, y):
    return classify(nn.Linear(784, 10), X, y)


def two_layers():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def mlp(X, y):
    return classify(two_layers(), X, y)


def small(X, y):
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    model = nn.Sequential(
        nn.Linear(2, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 1)
    )
    return step_of(model, lambda model: F.mse_loss(model(X), y))


def cnn(X, y):
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 7 * 7, 10),
    )  # fmt: skip
    return classify(model, X, y)


class LastState(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(64, 64, batch_first=True)
        self.head = nn.Linear(64, 10)

    def forward(self, X):
        return self.head(self.lstm(X)[0][:, -1])


def lstm(X, y):
    return classify(LastState(), X, y)


class Block(nn.Module):
    """Pre-norm, as in GPT-2, with PyTorch's own fused attention."""

    def __init__(self, d, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.up, self.down = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(self, x):
        B, T, d = x.shape
        parts = self.qkv(self.norm1(x)).split(d, dim=2)
        q, k, v = (
            p.view(B, T, self.heads, d // self.heads).transpose(1, 2) for p in parts
        )
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(a.transpose(1, 2).reshape(B, T, d))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Characters(nn.Module):
    def __init__(self, vocabulary=64, d=64, context=64, heads=4, layers=2):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, d)
        self.places = nn.Parameter(0.02 * torch.randn(context, d))
        self.blocks = nn.Sequential(*(Block(d, heads) for _ in range(layers)))
        self.norm, self.head = nn.LayerNorm(d), nn.Linear(d, vocabulary)

    def forward(self, ids):
        return self.head(self.norm(self.blocks(self.tokens(ids) + self.places)))


def transformer(ids, targets):
    ids, targets = torch.from_numpy(ids), torch.from_numpy(targets)
    model = Characters()

    def loss(model):
        return F.cross_entropy(model(ids).flatten(0, 1), targets.flatten())

    return step_of(model, loss)


def hvp(X, y):
    """Hessian times vector for all weights: backward through the backward."""
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    model = nn.Sequential(nn.Linear(784, 128), nn.Tanh(), nn.Linear(128, 10))
    weights = list(model.parameters())
    v = [torch.randn_like(w) for w in weights]

    def step():
        g = torch.autograd.grad(
            F.cross_entropy(model(X), y), weights, create_graph=True
        )
        return torch.autograd.grad(g, weights, grad_outputs=v)

    return step
