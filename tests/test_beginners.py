"""The ten mistakes that every beginner makes, and what the library answers.

Each message is read here word for word: who complains, what was expected, what came,
and what to do.
"""

import re

import numpy as np
import pytest

from mmdl import Tensor, data, functional, grad, io, nn, optim
from mmdl.train import fit


def rng():
    return np.random.default_rng(0)


X, y = rng().normal(size=(6, 4)).astype(np.float32), np.array([0, 1, 2, 0, 1, 2])


def network():
    r = rng()
    return nn.Sequential(nn.Linear(4, 8, rng=r), nn.Tanh(), nn.Linear(8, 3, rng=r))


def wrong_shape():
    network()(X.T)


def forgotten_batch_axis():
    network()(X[0])


def integer_input():
    network()(np.arange(24).reshape(6, 4))


def labels_out_of_range():
    functional.cross_entropy(network()(X), y + 1)


def diverging_loss():
    model = nn.Linear(4, 3, rng=rng())
    descent = optim.SGD(model.parameters(), lr=1e30)
    pair = (X, np.eye(3, dtype=np.float32)[y])
    with np.errstate(over="ignore"):
        fit(model, pair, functional.mse, descent, epochs=9, progress=False)


def missing_rng():
    nn.Linear(4, 8)


def loss_that_is_not_a_number():
    functional.mse(network()(X), np.eye(3)[y], reduction="none").backward()


def gradient_of_a_non_scalar():
    grad(lambda W: X @ W)(np.ones((4, 3)))


def model_in_the_wrong_mode():
    nn.Sequential(nn.Linear(4, 8, rng=rng()), nn.BatchNorm1d(8))(X[:1])


def file_of_another_model(path):
    io.save(path, nn.Linear(4, 3, rng=rng()).state_dict())
    network().load_state_dict(io.load(path))


def unknown_data_set():
    data.load("minst")


MESSAGES = {
    wrong_shape: (
        ValueError,
        ("Linear(4, 8): expected x of shape (N, 4), received (4, 6); "
        "rows are samples, write x.T."),
    ),
    forgotten_batch_axis: (
        ValueError,
        ("Linear(4, 8): expected x of shape (N, 4), received (4,); "
        "for one point write x[None, :]."),
    ),
    integer_input: (
        TypeError,
        ("Linear(4, 8): expected floating-point numbers, received int64 of shape "
        "(6, 4); write x.astype(np.float32)."),
    ),
    labels_out_of_range: (
        ValueError,
        ("cross_entropy: expected labels in 0, ..., 2, received 1 to 3; "
        "logits of shape (6, 3) have 3 classes."),
    ),
    diverging_loss: (
        FloatingPointError,
        ("fit: expected a finite loss, received inf at step 1; "
        "try a smaller lr than 1e+30, or clip_norm=1."),
    ),
    missing_rng: (
        TypeError,
        ("Linear(4, 8): expected rng, a numpy.random.Generator, received NoneType; "
        "write rng=np.random.default_rng(0)."),
    ),
    loss_that_is_not_a_number: (
        ValueError,
        ("backward: expected a number, received a Tensor of shape (6, 3); "
        "take its sum or mean, or pass a cotangent."),
    ),
    gradient_of_a_non_scalar: (
        ValueError,
        ("grad: expected a function that returns a number, received a value of "
        "shape (6, 3); take its sum or mean, or use vjp or jacobian."),
    ),
    model_in_the_wrong_mode: (
        ValueError,
        ("BatchNorm1d(8): expected more than one number per channel in training "
        "mode, received x of shape (1, 8); call model.eval() to predict."),
    ),
    file_of_another_model: (
        KeyError,
        ("Sequential.load_state_dict: expected the names layers.0.W, layers.0.b, "
        "layers.2.W, ..., received a state without layers.0.W, layers.0.b, "
        "layers.2.W, ... and with the unknown W, b; was it saved from another model?"),
    ),
    unknown_data_set: (
        ValueError,
        ("load: expected the name of a data set, received 'minst'; "
        f"did you mean 'mnist'?; known are {', '.join(data.names())}."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MESSAGES, ids=lambda f: f.__name__)
def test_a_mistake_is_answered_word_for_word(mistake, tmp_path):
    kind, message = MESSAGES[mistake]
    needs = [tmp_path / "model.safetensors"] if mistake.__code__.co_argcount else []
    with pytest.raises(kind, match=f"^{re.escape(message)}$"):
        mistake(*needs)


def test_a_message_never_prints_entries():
    """A wrong batch of a million numbers must not flood the screen."""
    huge = np.full((1000, 1000), 3.25)
    for call in (
        lambda: network()(huge),
        lambda: functional.mse(huge, huge[:5]),
        lambda: functional.cross_entropy(huge, huge[0]),
        lambda: Tensor(huge).backward(),
        lambda: optim.GD(lr=1.0)(huge[0], huge[1][:7]),
    ):
        with pytest.raises((ValueError, TypeError), match="expected") as caught:
            call()
        assert "3.25" not in str(caught.value)
        assert len(str(caught.value)) < 300
