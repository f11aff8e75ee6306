"""Plots of fits, their errors and their convergence."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mmdl.plot.style import COLOURS, GREY, axes, looks, styled

__all__ = ["bias_variance", "convergence", "intervals", "paths"]

BLACK, BLUE, VERMILLION, GREEN, _ = COLOURS


@styled
def convergence(
    errors: Mapping[str, ArrayLike],
    bounds: Mapping[str, ArrayLike] | None = None,
    *,
    label: str = "error",
) -> Figure:
    """Errors against the step, on a logarithmic axis, with their bounds.

    Parameters
    ----------
    errors : mapping of str to (K,) array_like
        One line for each name.
    bounds : mapping of str to (K,) array_like, optional
        A thin line in the colour of the error of the same name.
    label : str
        The quantity on the vertical axis.

    Returns
    -------
    Figure

    Examples
    --------
    >>> k = np.arange(50)
    >>> figure = convergence({"half": 0.5**k, "fifth": 0.2**k})
    >>> len(figure.axes[0].lines)
    2
    """
    figure, (ax,) = axes()
    for (name, values), (colour, dash, _marker) in zip(
        errors.items(), looks(), strict=False
    ):
        ax.semilogy(np.asarray(values), color=colour, ls=dash, label=name)
        if bounds and name in bounds:
            ax.semilogy(np.asarray(bounds[name]), color=colour, lw=0.6)
    ax.set(xlabel="step $k$", ylabel=label)
    ax.legend()
    return figure


@styled
def intervals(
    names: Sequence[str],
    centres: ArrayLike,
    halves: ArrayLike,
    *,
    label: str = "weight",
) -> Figure:
    """Numbers with their uncertainty, one row each, from top to bottom.

    Parameters
    ----------
    names : sequence of M str
    centres, halves : (M,) array_like
        Each interval reaches from ``centre - half`` to ``centre + half``.
    label : str
        The quantity on the horizontal axis.

    Returns
    -------
    Figure

    Examples
    --------
    >>> figure = intervals(["age", "bmi"], [-0.5, 24.7], [5.6, 6.4])
    >>> [text.get_text() for text in figure.axes[0].get_yticklabels()]
    ['age', 'bmi']
    """
    figure, (ax,) = axes()
    rows = np.arange(len(names))
    ax.axvline(0, color=GREY, lw=0.8)
    ax.errorbar(centres, rows, xerr=halves, fmt="o", color=BLUE, ms=5, capsize=3)
    ax.set_yticks(rows, names)
    ax.invert_yaxis()
    ax.tick_params(axis="y", length=0)
    ax.set(xlabel=label)
    return figure


@styled
def bias_variance(
    alphas: ArrayLike,
    parts: ArrayLike,
    *,
    points: tuple[ArrayLike, ArrayLike] | None = None,
    reference: float | None = None,
) -> Figure:
    """Squared bias, variance and their sum against a penalty.

    Parameters
    ----------
    alphas : (A,) array_like
    parts : (A, 2) array_like
        Squared bias and variance.
    points : pair of (B,) array_like, optional
        Penalties and measured errors, drawn as circles.
    reference : float, optional
        The error without penalty, a horizontal line.

    Returns
    -------
    Figure

    Examples
    --------
    >>> figure = bias_variance([0.1, 1.0], [[0.0, 2.0], [0.5, 1.0]], reference=2.1)
    >>> len(figure.axes[0].lines)
    4
    """
    figure, (ax,) = axes()
    bias, variance = np.asarray(parts).T
    ax.semilogx(alphas, bias + variance, color=BLACK, label="bias² + variance")
    ax.semilogx(alphas, variance, color=BLUE, ls="--", label="variance")
    ax.semilogx(alphas, bias, color=VERMILLION, ls="-.", label="bias²")
    if points is not None:
        ax.semilogx(*points, "o", mfc="white", mec=BLACK, ms=5, label="measured")
    if reference is not None:
        ax.axhline(reference, color=GREEN, ls=":", label="no penalty")
    ax.set(xlabel=r"penalty $\alpha$", ylabel="expected squared error", ylim=(0, None))
    ax.legend()
    return figure


@styled
def paths(alphas: ArrayLike, weights: ArrayLike, names: Sequence[str]) -> Figure:
    """Weights against a penalty, each named at its left end.

    Parameters
    ----------
    alphas : (A,) array_like
        Increasing.
    weights : (A, M) array_like
    names : sequence of M str

    Returns
    -------
    Figure

    Examples
    --------
    >>> figure = paths([0.1, 1.0], [[2.0, 1.0], [0.5, 0.2]], ["age", "bmi"])
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['age', 'bmi']
    """
    alphas, weights = np.asarray(alphas), np.asarray(weights)
    figure, (ax,) = axes()
    heights = _spread(weights[0], 0.065 * np.ptp(weights))
    for j, (name, height) in enumerate(zip(names, heights, strict=True)):
        colour = COLOURS[j % 5]
        ax.semilogx(alphas, weights[:, j], color=colour, ls="--" if j >= 5 else "-")
        thin = {"arrowstyle": "-", "color": colour, "lw": 0.5, "shrinkA": 1}
        ax.annotate(
            name,
            (alphas[0], weights[0, j]),
            (alphas[0] * 0.6, height),
            color=colour,
            ha="right",
            va="center",
            arrowprops=thin,
        )
    ax.axhline(0, color=GREY, lw=0.8)
    ax.set(
        xlabel=r"penalty $\alpha$", ylabel="weight", xlim=(alphas[0] / 5, alphas[-1])
    )
    return figure


def _spread(values: np.ndarray, gap: float) -> np.ndarray:
    """Move numbers apart until neighbours differ by ``gap``, as little as possible."""
    order = np.argsort(values)
    places = values[order].astype(float)
    for _ in range(100):
        lack = np.maximum(gap - np.diff(places), 0) / 2
        places[:-1] -= lack
        places[1:] += lack
    spread = np.empty_like(places)
    spread[order] = places
    return spread
