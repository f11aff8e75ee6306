"""The tasks in mmdl."""

import numpy as np

from mmdl import Tensor, functional, nn, optim
from mmdl import autodiff as differentiate


def rng():
    return np.random.default_rng(0)


def step_of(model, loss):
    """One training step with Adam."""
    optimizer = optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad()
        loss(model).backward()
        optimizer.step()

    return step


def classify(model, X, y):
    return step_of(model, lambda model: functional.cross_entropy(model(X), y))


def logistic(X, y):
    return classify(nn.Linear(784, 10, rng=rng()), X, y)


def mlp(X, y):
    r = rng()
    model = nn.Sequential(
        nn.Linear(784, 128, rng=r), nn.ReLU(), nn.Linear(128, 10, rng=r)
    )
    return classify(model, X, y)


def small(X, y):
    r = rng()
    model = nn.Sequential(
        nn.Linear(2, 64, rng=r), nn.Tanh(), nn.Linear(64, 64, rng=r), nn.Tanh(),
        nn.Linear(64, 1, rng=r),
    )  # fmt: skip
    return step_of(model, lambda model: functional.mse(model(X), y))


def cnn(X, y):
    r = rng()
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, rng=r), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1, rng=r), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 7 * 7, 10, rng=r),
    )  # fmt: skip
    return classify(model, X, y)


class LastState(nn.Module):
    def __init__(self):
        r = rng()
        self.lstm, self.head = nn.LSTM(64, 64, rng=r), nn.Linear(64, 10, rng=r)

    def forward(self, X):
        return self.head(self.lstm(X)[:, -1])


def lstm(X, y):
    return classify(LastState(), X, y)


class Characters(nn.Module):
    def __init__(self, vocabulary=64, d=64, context=64, heads=4, layers=2):
        r = rng()
        self.tokens = nn.Embedding(vocabulary, d, rng=r)
        self.places = Tensor(0.02 * r.normal(size=(context, d)).astype(np.float32))
        self.blocks = nn.Sequential(
            *(nn.TransformerBlock(d, heads, causal=True, rng=r) for _ in range(layers))
        )
        self.norm, self.head = nn.LayerNorm(d), nn.Linear(d, vocabulary, rng=r)

    def forward(self, ids):
        return self.head(self.norm(self.blocks(self.tokens(ids) + self.places)))


def transformer(ids, targets):
    def loss(model):
        scores = model(ids).reshape(-1, 64)
        return functional.cross_entropy(scores, targets.ravel())

    return step_of(Characters(), loss)


def hvp(X, y):
    """Hessian times vector for all weights: backprop on dual numbers."""
    r = rng()
    model = nn.Sequential(
        nn.Linear(784, 128, rng=r), nn.Tanh(), nn.Linear(128, 10, rng=r)
    )
    weights = {name: p.value for name, p in model.named_parameters()}
    v = {name: r.normal(size=w.shape).astype(np.float32) for name, w in weights.items()}

    def loss(weights):
        return functional.cross_entropy(nn.functional_call(model, weights, X), y)

    return lambda: differentiate.hvp(loss, weights, v)
