"""Training steps: memory stays, results repeat, networks learn."""

import gc
import tracemalloc

import numpy as np
import pytest

from mmdl import functional, nn
from mmdl.optim import SGD, Adam


def convolutional(rng):
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding="same", rng=rng),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.2, rng=rng),
        nn.Linear(4 * 4 * 4, 10, rng=rng),
    )


def steps(n, model, optimizer, X, y):
    for _ in range(n):
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(X), y)
        loss.backward()
        optimizer.step()
    return loss.item()


def data(rng):
    return rng.normal(size=(32, 1, 8, 8)).astype(np.float32), rng.integers(0, 10, 32)


def held():
    """Bytes in arrays, and how many objects there are."""
    arrays = tracemalloc.DomainFilter(True, np.lib.tracemalloc_domain)
    found = tracemalloc.take_snapshot().filter_traces([arrays])
    n_bytes = sum(trace.size for trace in found.traces)
    del found
    return n_bytes, len(gc.get_objects())


def test_memory_of_300_steps_does_not_grow_without_the_collector():
    rng = np.random.default_rng(0)
    model = convolutional(rng)
    optimizer = Adam(model.parameters(), lr=1e-3)
    batch = data(rng)
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        steps(5, model, optimizer, *batch)
        held()
        before = held()
        steps(300, model, optimizer, *batch)
        after = held()
        left = gc.collect()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert left == 0  # no circles of references
    assert after[0] == before[0]
    assert after[1] - before[1] < 10


def test_training_repeats_from_the_same_generator():
    losses, weights = [], []
    for _ in range(2):
        rng = np.random.default_rng(0)
        batch = data(rng)
        model = convolutional(rng)
        losses.append(steps(5, model, Adam(model.parameters(), lr=1e-3), *batch))
        weights.append(np.concatenate([p.value.ravel() for p in model.parameters()]))
    assert losses[0] == losses[1]
    assert np.array_equal(*weights)


def test_a_network_learns_the_exclusive_or():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([0, 1, 1, 0])
    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(2, 8, rng=rng), nn.Tanh(), nn.Linear(8, 2, rng=rng))
    steps(300, model, SGD(model.parameters(), lr=1.0), X, y)
    assert np.array_equal(model(X).value.argmax(axis=1), y)


@pytest.mark.parametrize("layer", [nn.RNN, nn.GRU, nn.LSTM])
def test_a_recurrent_network_remembers_the_first_number(layer):
    rng = np.random.default_rng(0)
    X = rng.choice([-1.0, 1.0], (64, 6, 1)).astype(np.float32)
    y = (X[:, 0, 0] > 0).astype(int)
    model = nn.Sequential(
        layer(1, 8, rng=rng), lambda h: h[:, -1], nn.Linear(8, 2, rng=rng)
    )
    steps(100, model, Adam(model.parameters(), lr=0.03), X, y)
    assert np.mean(model(X).value.argmax(axis=1) == y) == 1


def test_attention_learns_to_copy_from_the_right_place():
    """Each position must say the first symbol of its sequence."""
    rng = np.random.default_rng(0)
    words = rng.integers(0, 4, (64, 5))
    target = np.repeat(words[:, :1], 5, axis=1)
    places = nn.Embedding(5, 16, rng=rng)

    class Model(nn.Module):
        def __init__(self):
            self.words, self.places = nn.Embedding(4, 16, rng=rng), places
            self.block = nn.TransformerBlock(16, 2, causal=True, rng=rng)
            self.head = nn.Linear(16, 4, rng=rng)

        def forward(self, words):
            x = self.words(words) + self.places(np.arange(words.shape[1]))
            return self.head(self.block(x))

    model = Model()
    steps(120, model, Adam(model.parameters(), lr=0.01), words, target)
    assert np.mean(model(words).value.argmax(-1) == target) == 1
