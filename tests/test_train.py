"""The training loop and its progress bar."""

import io

import numpy as np
import pytest

from mmdl import functional as F  # noqa: N812
from mmdl import nn, optim
from mmdl.progress import Progress, track
from mmdl.train import fit, predict


def problem(n=90, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3)).astype(np.float32)
    return X, (X.sum(axis=1) > 0).astype(int)


def network(seed=1):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(3, 8, rng=rng), nn.Tanh(), nn.Linear(8, 2, rng=rng))


def accuracy(scores, y):
    return float(np.mean(scores.argmax(axis=1) == y))


def train(model=None, data=None, **rest):
    model = network() if model is None else model
    rest = {"epochs": 5, "progress": False, "lr": 0.5} | rest
    optimizer = optim.SGD(model.parameters(), lr=rest.pop("lr"))
    return fit(model, data or problem(), F.cross_entropy, optimizer, **rest)


def test_loss_of_an_epoch_is_the_mean_over_samples():
    # no step is made (lr is negligible): the mean is that of the initial model
    model, (X, y) = network(), problem(91)
    before = float(F.cross_entropy(predict(model, X), y))
    history = train(
        model, (X, y), epochs=1, batch_size=10, lr=1e-12, rng=np.random.default_rng(0)
    )
    assert history["loss"][0] == pytest.approx(before, rel=1e-6)


def test_training_learns_and_is_deterministic():
    runs = [
        train(epochs=20, batch_size=16, rng=np.random.default_rng(3), metric=accuracy)
        for _ in range(2)
    ]
    assert runs[0].figures == runs[1].figures
    assert runs[0]["accuracy"][-1] > 0.95
    assert len(runs[0]) == 20


def test_patience_returns_to_the_best_epoch():
    X, y = problem(60)
    wrong = 1 - y  # validation gets worse while training gets better
    model = network()
    history = train(model, (X, y), epochs=50, validation=(X, wrong), patience=3)
    assert history.stopped_early
    assert len(history) == history.best_epoch + 4
    value = float(F.cross_entropy(predict(model, X), wrong))
    assert value == pytest.approx(min(history["val_loss"]), rel=1e-6)


def test_callback_stops():
    history = train(epochs=50, callbacks=[lambda h: len(h) == 3])
    assert len(history) == 3
    assert not history.stopped_early


def test_model_is_left_in_evaluation_mode():
    model = network()
    train(model)
    assert not model.training


def test_predict_does_not_depend_on_the_batch_size():
    model, (X, _) = network(), problem()
    assert np.allclose(predict(model, X, batch_size=7), predict(model, X), atol=1e-6)


def test_diverging_loss_is_reported():
    X, y = problem()
    model = network()
    optimizer = optim.SGD(model.parameters(), lr=1e38)
    message = r"fit: expected a finite loss, received .* try a smaller lr than 1e\+38"
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match=message):
        fit(model, (X, y), F.cross_entropy, optimizer, epochs=9, progress=False)


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ({"batch_size": 8}, r"expected rng for the order of the batches.*default_rng"),
        ({"batch_size": -1, "rng": 1}, "expected batch_size, a positive integer"),
        ({"patience": 2}, "expected validation data to be patient with"),
        ({"data": (np.ones((3, 3)), np.ones(2))}, "same number of rows"),
        ({"validation": (np.ones((3, 3)), np.ones(2))}, r"\(3, 3\) and \(2,\)"),
    ],
)
def test_refusal(rest, message):
    with pytest.raises(ValueError, match=message):
        train(**rest)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_log_gets_at_most_ten_calm_lines():
    log = io.StringIO()
    bar = Progress(1000, "step", stream=log)
    for _ in range(1000):
        bar.update({"loss": 0.5})
    bar.close()
    lines = log.getvalue().splitlines()
    assert 2 <= len(lines) <= 10
    assert lines[-1] == "step 1000/1000  loss 0.5"
    assert "\r" not in log.getvalue()


def test_terminal_gets_one_line_that_ends():
    screen = Terminal()
    bar = Progress(3, "epoch", stream=screen)
    for loss in (0.3, 0.2, 0.1):
        bar.update({"loss": loss})
    bar.close()
    assert screen.getvalue().count("\n") == 1
    assert "[" + "#" * 24 + "]  loss 0.1" in screen.getvalue().split("\r")[-1]


def test_silent_bar_is_silent(capsys):
    assert list(track([1, 2], show=False)) == [1, 2]
    assert capsys.readouterr().out == ""


def test_track_closes_its_line_after_an_error(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    steps = track([1, 2, 3])
    next(steps)
    next(steps)
    steps.close()
    assert screen.getvalue().endswith("\n")
