"""A small convolutional network on MNIST.

    python examples/mnist_cnn.py             # fetches MNIST once, 11 MB
    python examples/mnist_cnn.py FOLDER      # the four IDX files lie in FOLDER

Two convolutions with 16 and 32 channels, one hidden layer, Adam; a few minutes.
"""

import sys

import numpy as np

from mmdl import data, nn, optim
from mmdl.functional import cross_entropy
from mmdl.stats import accuracy
from mmdl.train import fit, predict


def network(rng: np.random.Generator) -> nn.Sequential:
    """The model: (N, 1, 28, 28) images to (N, 10) scores."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1, rng=rng), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 64, rng=rng), nn.ReLU(),
        nn.Linear(64, 10, rng=rng),
    )  # fmt: skip


def main() -> None:
    """Train and test."""
    train, test = data.mnist(sys.argv[1] if len(sys.argv) > 1 else None)
    rng = np.random.default_rng(0)
    model = network(rng)
    epochs, batch_size = 5, 64
    steps = epochs * -(-len(train) // batch_size)
    rate = optim.schedules.cosine(2e-3, steps)
    fit(
        model,
        (train.images, train.y),
        cross_entropy,
        optim.Adam(model.parameters(), lr=rate),
        epochs=epochs,
        batch_size=batch_size,
        rng=rng,
    )
    correct = accuracy(test.y, predict(model, test.images).argmax(axis=1))
    print(f"test accuracy {correct:.2%} on {len(test)} images")


if __name__ == "__main__":
    main()
