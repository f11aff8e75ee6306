r"""On the line: staircases and splines.

With cells of length :math:`h=(b-a)/K` the staircase is within
:math:`(1+(K-1)\eta)\,\omega_f(h)` of :math:`f`, for *every* activation with limits
0 and 1; the spline of ReLU units is the piecewise linear interpolant.  Chapter
``ch-universal-approximation``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mmdl.approx.shallow import Array, Scalar, ShallowNetwork, relu
from mmdl.stats import sigmoid

Function = Callable[[Array], Array]


def nodes(a: float, b: float, K: int) -> Array:
    r"""The K + 1 nodes :math:`b_k = a + kh`, :math:`h=(b-a)/K`; shape (K + 1,).

    Parameters
    ----------
    a, b : float
        The interval, a < b.
    K : int
        Cells, at least one.

    Returns
    -------
    (K + 1,) array

    Raises
    ------
    ValueError
        If there is no interval or no cell.

    Examples
    --------
    >>> nodes(0.0, 1.0, 4)
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    if K < 1 or not a < b:
        raise ValueError(
            f"nodes: expected an interval a < b and K >= 1 cells, "
            f"received [{a}, {b}] and K = {K}."
        )
    return np.linspace(a, b, K + 1)


def settling_point(eta: float) -> float:
    r"""The :math:`T` beyond which the logistic function is within ``eta`` of 0 or 1.

    :math:`T = \ln((1-\eta)/\eta)`, since :math:`\sigma(-T)=\eta`.

    Parameters
    ----------
    eta : float
        In (0, 1/2).

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If ``eta`` lies outside.

    Examples
    --------
    >>> from mmdl.approx import settling_point
    >>> from mmdl.stats import sigmoid
    >>> round(float(sigmoid(settling_point(0.01))), 12)
    0.99
    """
    if not 0 < eta < 0.5:
        raise ValueError(f"settling_point: expected 0 < eta < 1/2, received {eta}.")
    return float(np.log((1 - eta) / eta))


def staircase(
    f: Function,
    interval: tuple[float, float],
    K: int,
    *,
    eta: float,
    sigma: Scalar = sigmoid,
    settle: float | None = None,
) -> ShallowNetwork:
    r"""The staircase: one step of the right height in the middle of each cell.

    :math:`g(x)=f(b_0)+\sum_{k=1}^K(f(b_k)-f(b_{k-1}))\,\sigma(s(x-t_k))` with
    thresholds :math:`t_k=a+(k-\tfrac12)h` in the middle of the cells, slope
    :math:`s = 2T/h`.

    Parameters
    ----------
    f : callable
        (N,) array to (N,) array.
    interval : (a, b)
    K : int
        Number of steps, which is the number of units.
    eta : float
        :math:`\sigma\le\eta` left of :math:`-T` and :math:`\ge 1-\eta` right of
        :math:`T`.
    sigma : callable
        Any function with values in [0, 1] and limits 0 and 1.
    settle : float, optional
        :math:`T`; that of the logistic function if not given.

    Returns
    -------
    ShallowNetwork
        With one input and K units.

    Examples
    --------
    >>> import numpy as np
    >>> from mmdl.approx import staircase
    >>> g = staircase(np.sin, (0.0, np.pi), 50, eta=1e-3)
    >>> x = np.linspace(0, np.pi, 500)
    >>> bool(np.abs(g(x) - np.sin(x)).max() <= (1 + 49e-3) * np.pi / 50)
    True
    """
    points = nodes(*interval, K)
    h = points[1] - points[0]
    T = settling_point(eta) if settle is None else settle
    s = 2 * T / h
    thresholds = points[:-1] + h / 2
    values = np.asarray(f(points), dtype=float)
    return ShallowNetwork(
        W=np.full((1, K), s),
        b=-s * thresholds,
        c=np.diff(values),
        offset=float(values[0]),
        sigma=sigma,
    )


def staircase_bound(modulus: float, K: int, eta: float) -> float:
    r""":math:`(1+(K-1)\eta)\,\omega_f(h)`, given :math:`\omega_f(h)`.

    Parameters
    ----------
    modulus : float
        :math:`\omega_f(h)`, see :func:`modulus_of_continuity`.
    K : int
        Cells.
    eta : float
        How far the activation is from its limits.

    Returns
    -------
    float

    Examples
    --------
    >>> staircase_bound(0.5, 3, 0.25)
    0.75
    """
    return (1 + (K - 1) * eta) * modulus


def relu_spline(f: Function, interval: tuple[float, float], K: int) -> ShallowNetwork:
    r"""The piecewise linear interpolant at K + 1 equal nodes, as K ReLU units.

    :math:`g(x)=f(b_0)+\sum_{k=0}^{K-1}(m_k-m_{k-1})\max(x-b_k,0)` with the slopes
    :math:`m_k=(f(b_{k+1})-f(b_k))/h` and :math:`m_{-1}=0`.

    Parameters
    ----------
    f : callable
    interval : (a, b)
    K : int

    Returns
    -------
    ShallowNetwork

    Examples
    --------
    >>> g = relu_spline(np.square, (0.0, 1.0), 2)
    >>> g(np.array([0.0, 0.25, 0.5, 1.0]))
    array([0.   , 0.125, 0.25 , 1.   ])
    """
    points = nodes(*interval, K)
    values = np.asarray(f(points), dtype=float)
    slopes = np.diff(values) / np.diff(points)
    return ShallowNetwork(
        W=np.ones((1, K)),
        b=-points[:-1],
        c=np.diff(slopes, prepend=0.0),
        offset=float(values[0]),
        sigma=relu,
    )


def modulus_of_continuity(
    f: Function, interval: tuple[float, float], h: float, *, n: int = 4001
) -> float:
    r""":math:`\omega_f(h)=\max\{|f(x)-f(y)|:|x-y|\le h\}` on a grid of n points.

    A lower bound of the true modulus, exact for functions that are monotone or
    piecewise linear with breaks on the grid.

    Parameters
    ----------
    f : callable
    interval : (a, b)
    h : float
        At least 0.
    n : int
        Grid points.

    Returns
    -------
    float

    Examples
    --------
    >>> round(modulus_of_continuity(np.sin, (-1.0, 1.0), 0.5), 4)
    0.4948
    """
    x = np.linspace(*interval, n)
    window = int(np.floor(h / (x[1] - x[0]) * (1 + 1e-12))) + 1
    if window <= 1:
        return 0.0
    view = np.lib.stride_tricks.sliding_window_view(f(x), min(window, n))
    return float((view.max(axis=1) - view.min(axis=1)).max())


def power_from_derivative(
    sigma: Scalar, k: int, *, at: float, step: float
) -> ShallowNetwork:
    r"""The k-th difference in the *weight*, nearly a multiple of the k-th power.

    It tends to :math:`x^k\sigma^{(k)}(\mathrm{at})`:
    :math:`\delta^{-k}\sum_{j=0}^k(-1)^{k-j}\binom kj\,
    \sigma\bigl((j-\tfrac k2)\delta x+\mathrm{at}\bigr)`, a network of k + 1 units.

    Parameters
    ----------
    sigma : callable
        k times continuously differentiable near ``at``.
    k : int
    at, step : float
        The bias, and :math:`\delta > 0`.

    Returns
    -------
    ShallowNetwork

    Examples
    --------
    >>> square = power_from_derivative(np.exp, 2, at=0.0, step=1e-3)
    >>> square(np.array([1.0, 2.0, 3.0])).round(4)
    array([1., 4., 9.])
    """
    j = np.arange(k + 1)
    binomials = np.array([1.0])
    for _ in range(k):
        binomials = np.convolve(binomials, [1.0, 1.0])
    return ShallowNetwork(
        W=((j - k / 2) * step)[None, :],
        b=np.full(k + 1, at),
        c=(-1.0) ** (k - j) * binomials / step**k,
        offset=0.0,
        sigma=sigma,
    )
