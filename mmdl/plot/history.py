"""The drawing of the appendix on history (``ch-timeline``)."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mmdl.plot.style import BLACK, BLUE, GREY, VERMILLION, axes, looks, styled
from mmdl.plot.summaries import _spread as spread

__all__ = ["training_compute"]

Dot = tuple[float, float]


@styled
def training_compute(
    rows: Iterable[Any],
    *,
    trends: Mapping[str, tuple[ArrayLike, ArrayLike]] | None = None,
    names: Mapping[str, tuple[str, str]] | None = None,
    ours: Mapping[str, float] | None = None,
    now: float = 2026.0,
) -> Figure:
    """What trainings have cost over the years, on a logarithmic axis.

    Parameters
    ----------
    rows : iterable of Event
        Those without an estimate are left out.
    trends : mapping of str to pair of (K,) array_like, optional
        Years and operations of lines to draw.
    names : mapping of str to pair of str, optional
        A short name for an event, and the side of its dot: "left" or "right".
    ours : mapping of str to float, optional
        Operations of one's own trainings, drawn at the year ``now``.
    now : float

    Returns
    -------
    Figure

    Examples
    --------
    >>> from mmdl import data
    >>> figure = training_compute(data.timeline(), ours={"digits": 1e9})
    >>> figure.axes[0].get_yscale()
    'log'
    """
    figure, (ax,) = axes()
    known = [row for row in rows if row.flop]
    times = [row.time for row in known]
    ax.semilogy(
        times, [row.flop for row in known], "o", color=BLUE, ms=4, mfc="white", mew=1
    )
    styles = looks()
    for (name, line), (_, dash, _marker) in zip(
        (trends or {}).items(), styles, strict=False
    ):
        ax.semilogy(*line, color=BLACK, ls=dash, lw=1.2, label=name)
    for row in known:
        if names and row.event in names:
            text, side = names[row.event]
            _beside(ax, text, (row.time, row.flop), (row.flop, BLUE), side)
    if ours:
        flop = np.array(list(ours.values()))
        ax.semilogy(np.full(len(flop), now), flop, "s", color=VERMILLION, ms=5)
        heights = 10 ** spread(np.log10(flop), 1.5)  # one line of type
        for name, y, height in zip(ours, flop, heights, strict=True):
            _beside(ax, name, (now, y), (height, VERMILLION), "left")
    ax.axhline(1, color=GREY, lw=0.5)
    ax.set(xlabel="year", ylabel="operations of the training")
    if trends:
        ax.legend(loc="upper left")
    return figure


def _beside(ax: Axes, text: str, dot: Dot, look: tuple[float, str], side: str) -> None:
    """Write on a side of a dot, at a height that may differ from the dot's."""
    height, colour = look
    left = side == "left"
    ax.annotate(
        text,
        (dot[0], height),
        xytext=(-6 if left else 6, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize=9,
        color=colour,
    )
