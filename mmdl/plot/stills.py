"""What the interactive figures show before anybody moves them: pictures for paper.

``strip`` belongs to the staircase of chapter ``ch-universal-approximation``,
``descent`` to chapter ``ch-gradient-descent``, ``squeeze`` to the perceptron of
chapter ``ch-neurons``.
"""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mmdl.errors import ShapeError, describe
from mmdl.optim import GD, iterates
from mmdl.plot.style import BLACK, BLUE, GREEN, GREY, SKY, VERMILLION, axes, styled

__all__ = ["descent", "squeeze", "strip"]

Run = list[np.ndarray]


@styled
def strip(x: ArrayLike, f: ArrayLike, g: ArrayLike, width: float) -> Figure:
    """A curve and, around another, the strip in which it must stay.

    Parameters
    ----------
    x : (N,) array_like
    f, g : (N,) array_like
        Heights of the middle of the strip, and of the curve.
    width : float
        Half the height of the strip: a bound on ``|f - g|``.

    Returns
    -------
    Figure

    Raises
    ------
    ShapeError
        If the three have different lengths.

    Examples
    --------
    >>> x = np.linspace(0, 1, 50)
    >>> figure = strip(x, x, np.round(x), 0.5)
    >>> len(figure.axes[0].lines)
    2
    """
    x, f, g = np.asarray(x), np.asarray(f), np.asarray(g)
    if not x.shape == f.shape == g.shape:
        shapes = ", ".join(map(describe, (x, f, g)))
        raise ShapeError(f"strip: expected x, f and g of one shape, received {shapes}.")
    figure, (ax,) = axes()
    ax.fill_between(x, f - width, f + width, color=SKY, alpha=0.35, lw=0, label="bound")
    ax.plot(x, f, color=BLACK, label="f")
    ax.plot(x, g, color=BLUE, ls="--", label="g")
    ax.legend()
    ax.set(xlabel="x", ylabel="value", xlim=(x[0], x[-1]))
    return figure


@styled
def descent(kappa: float, tau: float, steps: int = 50) -> Figure:
    r"""Gradient descent on :math:`\tfrac12(w_0^2+\kappa w_1^2)` from (10, 1).

    Parameters
    ----------
    kappa : float
        Condition number, at least 1.
    tau : float
        Step size.
    steps : int

    Returns
    -------
    Figure
        Level lines and iterates; beside them the distance to the minimum after each
        step, and the prediction from the factor
        :math:`\max(|1-\tau|, |1-\tau\kappa|)`.

    Examples
    --------
    >>> figure = descent(20, 0.095)
    >>> figure.axes[1].get_yscale()
    'log'
    """
    scales = np.array([1.0, kappa])
    path = iterates(GD(lr=tau), lambda w: scales * w, [10.0, 1.0], steps)
    lengths = np.linalg.norm(path, axis=1)
    factor = np.abs(1 - tau * scales).max()
    figure, (plane, decay) = axes(2)
    angle = np.linspace(0, 2 * np.pi, 200)
    for size in 2.0 * np.arange(1, 7):
        ellipse = size * np.cos(angle), size * np.sin(angle) / np.sqrt(kappa)
        plane.plot(*ellipse, color=GREY, lw=0.6)
    plane.plot(*path.T, "-o", color=BLUE, ms=2.5, lw=0.9)
    plane.plot(*path[0], "o", color=BLACK, ms=7, mfc="none")
    plane.set(xlim=(-2, 11), ylim=(-1.5, 1.5), xlabel="$w_0$", ylabel="$w_1$")
    k = np.arange(steps + 1)
    decay.semilogy(k, lengths[0] * factor**k, color=BLACK, label="predicted")
    decay.semilogy(k, lengths, "o", color=BLUE, ms=3, mfc="white", label="measured")
    decay.set(xlabel="step k", ylabel="distance to the minimum")
    decay.legend()
    return figure


@styled
def squeeze(gamma: float, *, seed: int = 24) -> Figure:
    r"""The perceptron on twenty points, and its weights between their two bounds.

    Parameters
    ----------
    gamma : float
        The margin of the points, in (0, 1).
    seed : int

    Returns
    -------
    Figure
        Points, the final weights and their line; beside them
        :math:`k\gamma\le\langle w_k,u\rangle\le|w_k|\le\sqrt k\,R` for all updates
        :math:`k`, up to the crossing at :math:`(R/\gamma)^2`.

    Examples
    --------
    >>> figure = squeeze(0.1)
    >>> figure.axes[1].get_xscale()
    'log'
    """
    X, s, u = margin_points(seed, gamma)
    R = np.linalg.norm(X, axis=1).max()
    run = updates(X, s)
    figure, (plane, growth) = axes(2)
    _draw_points(plane, X, s, run[-1])
    end = 1.6 * (R / gamma) ** 2
    k, ends = np.arange(1, len(run)), np.array([1.0, end])
    growth.loglog(ends, R * np.sqrt(ends), color=BLACK, label=r"$\sqrt{k}\,R$")
    along = [w @ u for w in run[1:]]
    growth.loglog(k, np.linalg.norm(run[1:], axis=1), "o", color=BLUE, ms=3,
                  label=r"$|w_k|$")  # fmt: skip
    growth.loglog(k, along, "s", color=GREEN, ms=3, mfc="white",
                  label=r"$\langle w_k, u\rangle$")  # fmt: skip
    growth.loglog(ends, gamma * ends, color=GREEN, ls="--", label=r"$k\gamma$")
    growth.axvline((R / gamma) ** 2, color=VERMILLION, lw=1, ls=":")
    growth.set(xlabel="updates k", ylabel="size of the weights")
    growth.legend()
    return figure


def _draw_points(ax: Axes, X: np.ndarray, s: np.ndarray, w: np.ndarray) -> None:
    """Two classes, and the line on which the score is 0."""
    ax.plot(*X[s > 0].T, "o", color=BLACK, mfc="white", ms=5)
    ax.plot(*X[s < 0].T, "s", color=BLACK, ms=4)
    tip = w / np.linalg.norm(w)
    ax.plot([-2 * tip[1], 2 * tip[1]], [2 * tip[0], -2 * tip[0]], color=BLUE, lw=1.2)
    ax.annotate("", tip, (0, 0), arrowprops={"arrowstyle": "-|>", "color": BLUE})
    ax.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), aspect="equal")
    ax.set(xlabel="$x_0$", ylabel="$x_1$", xticks=[-1, 0, 1], yticks=[-1, 0, 1])


def margin_points(seed: int, gamma: float, n: int = 20) -> tuple[np.ndarray, ...]:
    """Two classes of margin ``gamma``: points (n, 2), classes (n,), best u (2,).

    The numbers are those of Park and Miller's generator, which the page's script
    draws too, so that paper and screen begin with the same picture.
    """
    chance = _park_miller(seed)
    angle = 2 * np.pi * next(chance)
    u = np.array([np.cos(angle), np.sin(angle)])
    v = np.array([-u[1], u[0]])
    s = np.where(np.arange(n) % 2, -1, 1)
    X = np.empty((n, 2))
    for i in range(n):
        height = gamma if i < 2 else gamma + 0.9 * (1 - gamma) * next(chance)
        side = (0.9, -0.6)[i] if i < 2 else 2 * next(chance) - 1
        X[i] = s[i] * (height * u + side * np.sqrt(1 - height**2) * v)
    return X, s, u


def _park_miller(seed: int) -> Iterator[float]:
    """Numbers in (0, 1): the state is multiplied by 16807 modulo a prime."""
    for _ in range(5):
        seed = 16807 * seed % 2147483647
    while True:
        seed = 16807 * seed % 2147483647
        yield seed / 2147483647


def updates(X: np.ndarray, s: np.ndarray) -> Run:
    """The perceptron's weights, zero and then after each update, rows in turn."""
    run, right = [np.zeros(2)], 0
    while right < len(X):
        for x, sign in zip(X, s, strict=True):
            right += 1
            if sign * (x @ run[-1]) <= 0:
                run.append(run[-1] + sign * x)
                right = 0
    return run
