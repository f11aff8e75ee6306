r"""Neurons that switch, and the first two machines that learnt.

A threshold unit computes :math:`H(xw+b)` with :math:`H(t)=1` for :math:`t>0` and 0
otherwise.  The perceptron corrects its weights where it errs, ADALINE by the size
of its error.  Chapter ``ch-neurons``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import ShapeError, check_matrix, check_rows, describe

Array = np.ndarray


def heaviside(t: ArrayLike) -> Array:
    r"""The step :math:`H`: 1 where :math:`t > 0`, 0 elsewhere, so :math:`H(0)=0`.

    Parameters
    ----------
    t : array_like

    Returns
    -------
    array of the same shape

    Examples
    --------
    >>> heaviside([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    return np.asarray(np.asarray(t) > 0, dtype=float)


@dataclass(frozen=True)
class ThresholdNetwork:
    r"""One hidden layer of threshold units, :math:`H(H(xW+b)\,v+c)`.

    Attributes
    ----------
    W : (n, K) array
        Weights of the hidden units, a column each.
    b : (K,) array
    v : (K,) array
        Weights of the output unit.
    c : float

    Examples
    --------
    >>> both = ThresholdNetwork(np.ones((2, 1)), np.array([-1.5]), np.ones(1), -0.5)
    >>> both(boolean_inputs(2))
    array([0., 0., 0., 1.])
    """

    W: Array
    b: Array
    v: Array
    c: float

    def __call__(self, X: ArrayLike) -> Array:
        """The outputs at the rows of X: (N, n) to (N,)."""
        return heaviside(heaviside(np.asarray(X) @ self.W + self.b) @ self.v + self.c)


def boolean_inputs(n: int) -> Array:
    """All inputs of a Boolean function of n variables: (2**n, n), counting in binary.

    Parameters
    ----------
    n : int
        How many variables.

    Returns
    -------
    (2**n, n) array of 0 and 1

    Examples
    --------
    >>> boolean_inputs(2)
    array([[0, 0],
           [0, 1],
           [1, 0],
           [1, 1]])
    """
    return (np.arange(2**n)[:, None] >> np.arange(n)[::-1]) & 1


def boolean_network(values: ArrayLike) -> ThresholdNetwork:
    r"""A network with one hidden layer for any Boolean function.

    One hidden unit recognises one input :math:`v`:
    :math:`H(\sum_{v_i=1}x_i-\sum_{v_i=0}x_i-|v|+\tfrac12)`. They are made for the
    inputs with value 1 or for those with value 0, whichever are fewer, so
    :math:`2^{n-1}` suffice.

    Parameters
    ----------
    values : (2**n,) array_like
        The truth table, 0 or 1, in the order of :func:`boolean_inputs`.

    Returns
    -------
    ThresholdNetwork

    Examples
    --------
    >>> xor = boolean_network([0, 1, 1, 0])
    >>> xor(boolean_inputs(2))
    array([0., 1., 1., 0.])
    """
    f = np.asarray(values)
    n = f.size.bit_length() - 1
    if f.ndim != 1 or f.size != 2**n or not np.isin(f, (0, 1)).all():
        raise ShapeError(
            f"boolean_network: expected a truth table of 2**n zeros and ones, "
            f"received {describe(f)}; [0, 1, 1, 0] is XOR."
        )
    rare = int(f.sum() <= f.size / 2)
    corners = boolean_inputs(n)[f == rare]
    sign = 1.0 if rare else -1.0
    return ThresholdNetwork(
        W=2.0 * corners.T - 1,
        b=0.5 - corners.sum(axis=1),
        v=np.full(len(corners), sign),
        c=-0.5 * sign,
    )


@dataclass(frozen=True)
class PerceptronFit:
    """Where the perceptron stopped.

    Attributes
    ----------
    coef : (M,) array
        The weights.
    mistakes : tuple of int
        In each pass, the last one perhaps unfinished.
    converged : bool
        Whether the last pass was whole and without a mistake.
    flops : int
        2 M a sample shown, and M more for each correction.

    Examples
    --------
    >>> fit = perceptron([[2.0], [-1.0]], [1, -1])
    >>> fit.coef, fit.flops
    (array([2.]), 9)
    """

    coef: Array
    mistakes: tuple[int, ...]
    converged: bool
    flops: int


def perceptron(
    X: ArrayLike,
    s: ArrayLike,
    *,
    passes: int = 1000,
    budget: float = np.inf,
) -> PerceptronFit:
    r"""Rosenblatt's rule: where :math:`s_i x_i w \le 0`, add :math:`s_i x_i` to w.

    Starts from zero and goes through the rows in their order until a pass makes no
    mistake. On separable data that happens after at most :math:`(R/\gamma)^2`
    mistakes (Novikoff, 1962).

    Parameters
    ----------
    X : (N, M) array_like
        With a column of ones if there is to be a bias.
    s : (N,) array_like
        Classes -1 and +1.
    passes : int
        At most this many.
    budget : float
        Stop before more than this many floating-point operations are spent.

    Returns
    -------
    PerceptronFit

    Examples
    --------
    >>> fit = perceptron([[1.0, 0.0], [0.0, 1.0]], [1, -1])
    >>> fit.coef, fit.mistakes, fit.converged
    (array([ 1., -1.]), (2, 0), True)
    """
    X, s = _signed("perceptron", X, s)
    M = X.shape[1]
    w, flops, mistakes = np.zeros(M), 0, []
    for _ in range(passes):
        mistakes.append(0)
        for x, sign in zip(X, s, strict=True):
            if flops + 3 * M > budget:
                return PerceptronFit(w, tuple(mistakes), False, flops)
            flops += 2 * M
            if sign * (x @ w) <= 0:
                w += sign * x
                flops += M
                mistakes[-1] += 1
        if mistakes[-1] == 0:
            return PerceptronFit(w, tuple(mistakes), True, flops)
    return PerceptronFit(w, tuple(mistakes), False, flops)


def lms(
    X: ArrayLike,
    y: ArrayLike,
    tau: float,
    *,
    steps: int,
    start: ArrayLike | None = None,
) -> Array:
    r"""ADALINE's rule: :math:`w \leftarrow w - \tau\,(x_iw-y_i)\,x_i`, row by row.

    Widrow and Hoff (1960): stochastic gradient descent on the square loss, rows in
    turn. It costs 4 M + 2 floating-point operations a step.

    Parameters
    ----------
    X : (N, M) array_like
    y : (N,) array_like
    tau : float
        Below :math:`2/\max_i|x_i|^2` no step leads away from a solution.
    steps : int
    start : (M,) array_like, optional
        Zero if not given.

    Returns
    -------
    (steps + 1, M) array
        The weights after each step, the start first.

    Examples
    --------
    >>> lms([[2.0]], [4.0], 0.125, steps=3).ravel()
    array([0.  , 1.  , 1.5 , 1.75])
    """
    X = check_matrix("lms", X)
    y = check_rows("lms", y, len(X))
    path = np.zeros((steps + 1, X.shape[1]))
    if start is not None:
        path[0] = start
    for k in range(steps):
        x, target = X[k % len(X)], y[k % len(X)]
        path[k + 1] = path[k] - tau * (x @ path[k] - target) * x
    return path


def dichotomies(N: int, d: int) -> int:
    r"""Cover's number: how many of :math:`2^N` labellings a linear unit can make.

    :math:`C(N,d) = 2\sum_{k<d}\binom{N-1}{k}` for N points in general position in
    :math:`\mathbb R^d` and units without bias (Cover, 1965).

    Parameters
    ----------
    N : int
        How many points, at least one.
    d : int
        The dimension.

    Returns
    -------
    int

    Examples
    --------
    >>> dichotomies(5, 2), dichotomies(8, 3)
    (10, 58)
    """
    if N < 1 or d < 0:
        raise ValueError(f"dichotomies: expected N >= 1, d >= 0, received {N}, {d}.")
    return 2 * sum(comb(N - 1, k) for k in range(d))


def _signed(who: str, X: ArrayLike, s: ArrayLike) -> tuple[Array, Array]:
    X = check_matrix(who, X)
    s = check_rows(who, s, len(X), "s")
    if not np.isin(s, (-1, 1)).all():
        raise ValueError(
            f"{who}: expected classes -1 and +1, received {np.unique(s)[:5]}; "
            "for classes 0 and 1 write 2 * y - 1."
        )
    return X, s
