"""An MLP of the course's size on MNIST, with SGD alone.

    python examples/mnist_mlp.py             # fetches MNIST once, 11 MB
    python examples/mnist_mlp.py FOLDER      # the four IDX files lie in FOLDER

784 inputs, 100 sigmoid units, 10 classes, cross-entropy; two minutes on a core.
"""

import sys

import numpy as np

from mmdl import data, io, nn, optim
from mmdl.functional import cross_entropy
from mmdl.stats import accuracy
from mmdl.train import fit, predict


def main() -> None:
    """Train, test, save."""
    train, test = data.mnist(sys.argv[1] if len(sys.argv) > 1 else None)
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(784, 100, rng=rng), nn.Sigmoid(), nn.Linear(100, 10, rng=rng)
    )
    epochs, batch_size = 20, 32
    steps = epochs * -(-len(train) // batch_size)
    fit(
        model,
        (train.X, train.y),
        cross_entropy,
        optim.SGD(model.parameters(), lr=optim.schedules.cosine(1.0, steps, 0.01)),
        epochs=epochs,
        batch_size=batch_size,
        rng=rng,
    )
    correct = accuracy(test.y, predict(model, test.X).argmax(axis=1))
    print(f"test accuracy {correct:.2%} on {len(test)} images")
    io.save("mnist_mlp.safetensors", model.state_dict())


if __name__ == "__main__":
    main()
