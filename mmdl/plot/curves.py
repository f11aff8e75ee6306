"""Curves: values against something, predictions beside measurements."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from mmdl.errors import ShapeError, describe
from mmdl.plot.style import BLACK, BLUE, GREY, SKY, axes, looks, styled

__all__ = ["bars", "compare", "fit", "histogram", "lines", "loss_curves"]

Named = Mapping[str, ArrayLike]
Curve = Callable[[np.ndarray], ArrayLike]


@styled
def lines(
    x: ArrayLike | None, ys: ArrayLike | Named, *, size: str = "wide", **look: Any
) -> Figure:
    """Lines over a common axis, named in a legend.

    Parameters
    ----------
    x : (N,) array_like or None
        None counts 0, 1, 2, ...
    ys : (N,) array_like, or mapping of names to such
    size : {"wide", "half"}
    **look
        ``xlabel``, ``ylabel``, ``xlim``, ``ylim``, ``logx``, ``logy``.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If a line has not as many values as the axis.

    Examples
    --------
    >>> t = np.linspace(-3, 3, 50)
    >>> figure = lines(t, {"tanh": np.tanh(t), "its slope": 1 - np.tanh(t) ** 2})
    >>> len(figure.axes[0].lines)
    2
    """
    figure, (ax,) = axes(size=size)
    named = ys if isinstance(ys, Mapping) else {"": ys}
    for (name, values), (colour, dash, _) in zip(named.items(), looks(), strict=False):
        at, heights = _along("lines", x, values)
        ax.plot(at, heights, color=colour, ls=dash, label=name)
    _finish(ax, legend=isinstance(ys, Mapping), **look)
    return figure


@styled
def compare(
    x: ArrayLike,
    predicted: ArrayLike | Named,
    measured: ArrayLike | Named,
    *,
    labels: tuple[str, str] = ("predicted", "measured"),
    **look: Any,
) -> Figure:
    """What a theorem says, a line, beside what the code measures, markers.

    Parameters
    ----------
    x : (N,) array_like
    predicted, measured : (N,) array_like, or mapping of the same names to such
        NaN leaves a gap.
    labels : pair of str
        What line and markers are called, ``("bound", "measured")`` for instance.
    **look
        As for :func:`lines`.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If there are not as many values as places.
    KeyError
        If the names of the two mappings differ.

    Examples
    --------
    >>> n = np.array([10, 100, 1000])
    >>> figure = compare(n, 1 / n, 1.1 / n, xlabel="samples", logx=True, logy=True)
    >>> figure.axes[0].get_xscale()
    'log'
    """
    figure, (ax,) = axes()
    several = isinstance(predicted, Mapping)
    lines_of = predicted if isinstance(predicted, Mapping) else {"": predicted}
    marks_of = measured if isinstance(measured, Mapping) else {"": measured}
    for name, (colour, dash, marker) in zip(lines_of, looks(), strict=False):
        words = [f"{name}, {word}" if name else word for word in labels]
        at, line = _along("compare", x, lines_of[name])
        ax.plot(at, line, color=colour, ls=dash, label=words[0])
        at, points = _along("compare", x, marks_of[name])
        paint = colour if several else BLUE
        some = _spaced(len(at), log=look.get("logx", False))
        ax.plot(
            at[some], points[some], marker, color=paint, mfc="white", label=words[1]
        )
    _finish(ax, legend=True, **look)
    return figure


@styled
def fit(
    x: ArrayLike, y: ArrayLike, curves: Curve | Mapping[str, Curve], **look: Any
) -> Figure:
    """Data points and the curves that shall go through them.

    Parameters
    ----------
    x : (N,) or (N, 1) array_like
    y : (N,) array_like
    curves : callable, or mapping of names to callables
        Called once, with points of the shape of ``x``.
    **look
        As for :func:`lines`.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If ``x`` and ``y`` do not fit.

    Examples
    --------
    >>> figure = fit([0.0, 1.0, 2.0], [0.1, 0.9, 4.2], {"square": lambda t: t**2})
    >>> len(figure.axes[0].lines)
    2
    """
    x, y = np.asarray(x), np.asarray(y)
    if x.size != y.size:
        raise ShapeError(
            f"fit: expected as many x as y, received {describe(x)} and {describe(y)}."
        )
    figure, (ax,) = axes()
    ax.plot(x.ravel(), y.ravel(), "o", color=BLACK, ms=4, mfc="white", label="data")
    margin = 0.03 * np.ptp(x)
    grid = np.linspace(x.min() - margin, x.max() + margin, 400)
    points = grid[:, None] if x.ndim == 2 else grid
    named = curves if isinstance(curves, Mapping) else {"fit": curves}
    styles = looks()
    next(styles)  # black belongs to the data
    for (name, curve), (colour, dash, _) in zip(named.items(), styles, strict=False):
        ax.plot(grid, plain(curve(points)).ravel(), color=colour, ls=dash, label=name)
    _finish(ax, legend=True, **look)
    return figure


@styled
def loss_curves(history: Any, **look: Any) -> Figure:
    """The loss over the epochs, of one run or of several.

    Parameters
    ----------
    history : sequence of float, mapping of names to such, or History
        What ``train`` of ``byhand`` or ``mmdl.train.fit`` returned.
    **look
        As for :func:`lines`; the vertical axis is logarithmic unless told
        ``logy=False``.

    Returns
    -------
    Figure

    Examples
    --------
    >>> figure = loss_curves({"training": [1.0, 0.5, 0.3], "validation": [1.1, 0.7]})
    >>> figure.axes[0].get_yscale()
    'log'
    """
    named = getattr(history, "figures", history)
    if not isinstance(named, Mapping):
        named = {"loss": named}
    names = {"loss": "training", "val_loss": "validation"} if len(named) > 1 else {}
    figure, (ax,) = axes()
    for (name, values), (colour, dash, marker) in zip(
        named.items(), looks(), strict=False
    ):
        epochs = np.arange(1, len(values) + 1)
        dots = marker if len(values) <= 25 else ""
        word = names.get(name, name)
        ax.plot(epochs, values, marker=dots, color=colour, ls=dash, ms=4, label=word)
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    look = {"xlabel": "epoch", "ylabel": "loss", "logy": True} | look
    _finish(ax, legend=len(named) > 1, **look)
    return figure


@styled
def histogram(
    values: ArrayLike | Named,
    *,
    bins: int | ArrayLike = 40,
    density: Curve | None = None,
    **look: Any,
) -> Figure:
    """How values are distributed, and how a law says they should be.

    Parameters
    ----------
    values : array_like, or mapping of names to such
        Of any shape; several are drawn as outlines on common bins.
    bins : int or array_like
    density : callable, optional
        A density to draw as a line.
    **look
        As for :func:`lines`.

    Returns
    -------
    Figure

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=1000)
    >>> figure = histogram(x, density=lambda t: np.exp(-(t**2) / 2) / 2.5066)
    >>> figure.axes[0].get_ylabel()
    'density'
    """
    several = isinstance(values, Mapping)
    samples = values if isinstance(values, Mapping) else {"measured": values}
    named = {name: plain(sample).ravel() for name, sample in samples.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(named.values())), bins)
    figure, (ax,) = axes()
    styles = looks()
    if density is not None:
        next(styles)  # black is for the prediction
    for (name, sample), (colour, dash, _) in zip(named.items(), styles, strict=False):
        heights, _ = np.histogram(sample, edges, density=True)
        paint = {"color": colour, "ls": dash, "lw": 1.6} if several else {"color": SKY}
        ax.stairs(heights, edges, fill=not several, label=name, **paint)
    if density is not None:
        grid = np.linspace(edges[0], edges[-1], 400)
        ax.plot(grid, plain(density(grid)), color=BLACK, lw=1.2, label="predicted")
    look = {"xlabel": "value", "ylabel": "density"} | look
    _finish(ax, legend=several or density is not None, **look)
    return figure


@styled
def bars(
    values: Mapping[str, float],
    *,
    errors: Mapping[str, float] | None = None,
    reference: float | None = None,
    **look: Any,
) -> Figure:
    """One number for each name, as a bar from zero.

    Parameters
    ----------
    values : mapping of str to float
    errors : mapping of str to float, optional
        Half lengths of error bars.
    reference : float, optional
        A dashed line to compare with.
    **look
        As for :func:`lines`.

    Returns
    -------
    Figure

    Examples
    --------
    >>> figure = bars({"linear": 0.95, "network": 0.98}, ylabel="accuracy")
    >>> [text.get_text() for text in figure.axes[0].get_xticklabels()]
    ['linear', 'network']
    """
    figure, (ax,) = axes()
    heights = list(values.values())
    spread = None if errors is None else [errors[name] for name in values]
    ax.bar(range(len(heights)), heights, 0.6, yerr=spread, capsize=3, color=SKY)
    ax.set_xticks(range(len(heights)), list(values))
    ax.tick_params(axis="x", length=0)
    ax.axhline(0, color=GREY, lw=0.8)
    if reference is not None:
        ax.axhline(reference, color=BLACK, ls="--", lw=1)
    _finish(ax, legend=False, **look)
    return figure


def plain(values: Any) -> np.ndarray:
    """An array, out of a Tensor of the engine too.

    Parameters
    ----------
    values : array_like or Tensor

    Returns
    -------
    array

    Examples
    --------
    >>> plain([1, 2])
    array([1, 2])
    """
    return np.asarray(getattr(values, "value", values))


def _along(who: str, x: ArrayLike | None, values: ArrayLike) -> tuple[Any, np.ndarray]:
    values = plain(values)
    at = np.arange(len(values)) if x is None else plain(x)
    if values.ndim != 1 or at.shape != values.shape:
        raise ShapeError(
            f"{who}: expected a line of as many values as x has, {describe(at)}, "
            f"received {describe(values)}."
        )
    return at, values


def _spaced(n: int, *, log: bool) -> np.ndarray:
    """At most 25 of n numbers, as far apart on their axis as they can be."""
    if n <= 25:
        return np.arange(n)
    steps = np.geomspace(1, n, 25) - 1 if log else np.linspace(0, n - 1, 25)
    return np.unique(np.rint(steps).astype(int))


def _finish(ax: Axes, *, legend: bool, **look: Any) -> None:
    """Scales, labels and limits."""
    for axis in "xy":
        if look.pop(f"log{axis}", False):
            ax.set(**{f"{axis}scale": "log"})
    if legend:
        ax.legend()
    ax.set(**look)
