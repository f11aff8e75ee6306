r"""The loop that every experiment of the book runs.

An epoch visits each sample once, in :math:`\lceil N/b\rceil` batches of ``b``; for
each batch: forward, loss, backward, step.  The loss of an epoch is the mean over
*samples*, so a short last batch counts for what it is.  Chapter
``ch-stochastic-gradient-descent``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mmdl.autodiff import no_grad
from mmdl.data import loader
from mmdl.optim.base import Optimizer
from mmdl.progress import Progress

Array = np.ndarray
Pair = tuple[Array, Array]
Metric = Callable[[Array, Array], float]
Callback = Callable[["History"], bool | None]


@dataclass
class History:
    """What an epoch left behind: one list a figure, one entry an epoch.

    Attributes
    ----------
    figures : dict of str to list of float
        ``"loss"``, and, with validation data, ``"val_loss"``; with a metric its
        name and ``"val_"`` before it.
    best_epoch : int
        Where the watched figure (``val_loss``, else ``loss``) was least.
    stopped_early : bool

    Examples
    --------
    >>> history = History()
    >>> history.append({"loss": 0.5})
    >>> history.append({"loss": 0.25})
    >>> history["loss"], len(history), history.last
    ([0.5, 0.25], 2, {'loss': 0.25})
    """

    figures: dict[str, list[float]] = field(default_factory=dict)
    best_epoch: int = 0
    stopped_early: bool = False

    def __getitem__(self, name: str) -> list[float]:
        return self.figures[name]

    def __len__(self) -> int:
        return len(self.figures.get("loss", []))

    @property
    def last(self) -> dict[str, float]:
        """The figures of the last epoch."""
        return {name: values[-1] for name, values in self.figures.items()}

    def append(self, figures: dict[str, float]) -> None:
        """Add an epoch."""
        for name, value in figures.items():
            self.figures.setdefault(name, []).append(value)


def fit(  # noqa: PLR0913 (one call sets up a whole experiment)
    model: Any,
    data: Pair,
    loss: Callable[..., Any],
    optimizer: Optimizer,
    *,
    epochs: int,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
    validation: Pair | None = None,
    metric: Metric | None = None,
    patience: int | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool = True,
) -> History:
    r"""Train a model on data.

    Parameters
    ----------
    model : Module
        Called with (b, M) batches.
    data : (X, y)
        Inputs and targets, N rows each.
    loss : callable
        ``loss(prediction, target)``, a scalar Tensor: the mean over the batch.
    optimizer : Optimizer
        On ``model.parameters()``.
    epochs : int
    batch_size : int, optional
        The whole set if not given, which is gradient descent.
    rng : numpy.random.Generator
        Shuffles each epoch; required with ``batch_size``.
    validation : (X, y), optional
    metric : callable, optional
        ``metric(prediction, target)`` on plain arrays, such as an accuracy.
    patience : int, optional
        Stop after this many epochs without a better validation loss, and
        return to the parameters of the best epoch.
    callbacks : sequence of callable
        Called with the history after each epoch; ``True`` stops.
    progress : bool
        Show a bar (terminal) or a few lines (notebook, log).

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If the data do not fit together, ``rng`` is missing, or ``patience`` has
        no validation set.
    FloatingPointError
        If the loss is not finite any more.

    Examples
    --------
    >>> from mmdl import nn, optim
    >>> from mmdl.functional import mse
    >>> x = np.linspace(-1, 1, 20, dtype=np.float32)[:, None]
    >>> model = nn.Linear(1, 1, rng=np.random.default_rng(0))
    >>> gd = optim.GD(model.parameters(), lr=0.5)
    >>> history = fit(model, (x, 2 * x + 1), mse, gd, epochs=50, progress=False)
    >>> model.W.value.round(2), model.b.value.round(2)
    (array([[2.]], dtype=float32), array([1.], dtype=float32))
    """
    _check(data, validation, batch_size=batch_size, rng=rng, patience=patience)
    pairs = loader(*data, batch_size=batch_size or len(data[0]), rng=rng)
    history, best, keep = History(), np.inf, None
    bar = Progress(epochs, "epoch", show=progress)
    try:
        for epoch in range(epochs):
            model.train()
            mean = _epoch(model, loss, optimizer, pairs)
            figures = {"loss": mean}
            figures |= _figures(model, loss, metric, data, validation)
            history.append(figures)
            bar.update(figures)
            watched = figures.get("val_loss", mean)
            if watched < best:
                best, history.best_epoch = watched, epoch
                keep = _copy(model) if patience is not None else None
            elif patience is not None and epoch - history.best_epoch >= patience:
                history.stopped_early = True
            stop = [callback(history) for callback in callbacks]
            if history.stopped_early or any(stop):
                break
    finally:
        bar.close()
    if keep is not None:
        model.load_state_dict(keep)
    model.eval()
    return history


def _epoch(
    model: Any, loss: Callable[..., Any], optimizer: Optimizer, pairs: Iterable[Pair]
) -> float:
    total, count = 0.0, 0
    for X, y in pairs:
        optimizer.zero_grad()
        value = loss(model(X), y)
        number = float(value)
        if not np.isfinite(number):
            raise FloatingPointError(
                f"fit: expected a finite loss, received {number} at step "
                f"{optimizer.k}; try a smaller lr than {optimizer.lr}, or clip_norm=1."
            )
        value.backward()
        optimizer.step()
        total += number * len(X)
        count += len(X)
    return total / count


def _figures(
    model: Any,
    loss: Callable[..., Any],
    metric: Metric | None,
    data: Pair,
    validation: Pair | None,
) -> dict[str, float]:
    figures: dict[str, float] = {}
    name = getattr(metric, "__name__", "metric")
    if metric is not None:
        figures[name] = metric(predict(model, data[0]), data[1])
    if validation is not None:
        prediction = predict(model, validation[0])
        figures["val_loss"] = float(loss(prediction, validation[1]))
        if metric is not None:
            figures[f"val_{name}"] = metric(prediction, validation[1])
    return figures


def predict(model: Any, X: Array, *, batch_size: int = 1024) -> Array:
    """The model's outputs as a plain array, in evaluation mode, batch by batch.

    Parameters
    ----------
    model : Module
    X : (N, ...) array
    batch_size : int
        How many rows at a time; the result does not depend on it.

    Returns
    -------
    (N, ...) array

    Examples
    --------
    >>> from mmdl import nn
    >>> model = nn.Linear(3, 2, rng=np.random.default_rng(0))
    >>> predict(model, np.zeros((5, 3), np.float32)).shape
    (5, 2)
    """
    training = getattr(model, "training", False)
    model.eval()
    with no_grad():
        rows = range(0, max(len(X), 1), batch_size)
        parts = [model(X[start : start + batch_size]) for start in rows]
    if training:
        model.train()
    return np.concatenate(parts)


def _copy(model: Any) -> dict[str, Array]:
    return {name: np.array(value) for name, value in model.state_dict().items()}


def _check(data: Pair, validation: Pair | None, **rest: Any) -> None:
    if validation is not None and len(validation[0]) != len(validation[1]):
        raise ValueError(
            f"fit: expected as many validation inputs as targets, "
            f"received {np.shape(validation[0])} and {np.shape(validation[1])}."
        )
    batch_size, rng = rest["batch_size"], rest["rng"]
    if batch_size is not None and batch_size < len(data[0]) and rng is None:
        raise ValueError(
            "fit: expected rng for the order of the batches, received none; "
            "write rng=np.random.default_rng(0)."
        )
    if rest["patience"] is not None and validation is None:
        raise ValueError(
            "fit: expected validation data to be patient with, received none; "
            "write validation=(X_val, y_val)."
        )
