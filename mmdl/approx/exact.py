r"""Exact: networks of rectified units that pass through what they are given.

:func:`memorise` passes through any targets at different points of
:math:`\mathbb R^d`, one unit a point; :func:`broken_line` is any continuous
piecewise affine function of the line.  Chapter ``ch-compositions``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mmdl.approx.shallow import ShallowNetwork, relu
from mmdl.errors import DataError, check_matrix, check_rng, check_rows

__all__ = ["broken_line", "memorise"]


def memorise(X: ArrayLike, y: ArrayLike, *, rng: np.random.Generator) -> ShallowNetwork:
    r"""A network of N rectified units through N points, whatever the targets.

    All units look in one random direction :math:`w`, in which the points stand in
    the order :math:`z_0 < \dots < z_{N-1}` of :math:`z_i = x_i w`. With
    :math:`t_0 = z_0 - 1` and :math:`t_j = z_{j-1}` the equations

    .. math::

        \sum_{j \le i} (z_i - t_j)\, c_j = y_i

    are triangular, and their solution is the difference of successive slopes:
    see ``thm-memorisation``.

    Parameters
    ----------
    X : (N, d) array_like
        Different rows.
    y : (N,) array_like
    rng : numpy.random.Generator
        Draws the direction.

    Returns
    -------
    ShallowNetwork

    Raises
    ------
    DataError
        If two points agree.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(20, 3)), rng.integers(2, size=20)
    >>> network = memorise(X, y, rng=rng)
    >>> network.width, bool(np.allclose(network(X), y))
    (20, True)
    """
    X = check_matrix("memorise", X)
    y = np.ravel(check_rows("memorise", y, len(X)))
    w = check_rng("memorise", rng).standard_normal(X.shape[1:])
    line: np.ndarray = X @ w
    order = np.argsort(line)
    z = line[order]
    t = np.array([z[0] - 1, *z[:-1]])
    if np.any(z == t) or len(np.unique(X, axis=0)) < len(X):
        raise DataError(
            "memorise: expected different points, received two that agree; "
            "a function has one value at a point."
        )
    slopes = np.diff(y[order], prepend=0.0) / (z - t)
    return ShallowNetwork(
        W=np.repeat(w[:, None], len(z), axis=1),
        b=-t,
        c=np.diff(slopes, prepend=0.0),
        offset=0.0,
        sigma=relu,
    )


def broken_line(
    breaks: ArrayLike, values: ArrayLike, *, ends: tuple[float, float]
) -> ShallowNetwork:
    r"""A continuous piecewise affine function with n breaks, as n + 1 rectified units.

    With the slopes :math:`m_0, \dots, m_n` between and beyond the breaks
    :math:`t_1 < \dots < t_n`,

    .. math::

        f(x) = f(t_1) - m_0 \max(t_1 - x, 0) + m_1 \max(x - t_1, 0)
        + \sum_{k=2}^n (m_k - m_{k-1}) \max(x - t_k, 0) ,

    see ``thm-piecewise-affine``.

    Parameters
    ----------
    breaks : (n,) array_like
        Increasing, n at least 1.
    values : (n,) array_like
        The values there.
    ends : pair of float
        The slopes :math:`m_0` on the left and :math:`m_n` on the right.

    Returns
    -------
    ShallowNetwork

    Raises
    ------
    DataError
        If the breaks do not increase.

    Examples
    --------
    >>> f = broken_line([0.0, 1.0], [0.0, 2.0], ends=(-1.0, 0.0))
    >>> f(np.array([-3.0, 0.5, 9.0]))
    array([3., 1., 2.])
    """
    t = check_matrix("broken_line", np.atleast_2d(breaks), "breaks")[0]
    f = np.ravel(check_rows("broken_line", values, t.size, "values"))
    if np.any(np.diff(t) <= 0):
        raise DataError(
            "broken_line: expected breaks that increase, received others; sort them, "
            "and drop repeated ones."
        )
    slopes = np.array([*(np.diff(f) / np.diff(t)), ends[1]])  # m_1 ... m_n
    return ShallowNetwork(
        W=np.array([[-1.0, *np.ones(t.size)]]),
        b=np.array([t[0], *-t]),
        c=np.array([-ends[0], slopes[0], *np.diff(slopes)]),
        offset=float(f[0]),
        sigma=relu,
    )
