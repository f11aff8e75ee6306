r"""How weights begin (``ch-initialisation``).

A layer :math:`y = xW` with independent weights of variance :math:`s^2` multiplies the
mean square of the signal by :math:`M_{in} s^2` on the way forward, and that of the
gradient by :math:`M_{out} s^2` on the way back. Glorot compromises between the two,
:math:`s^2 = 2/(M_{in} + M_{out})`; He makes up for the half that a ReLU cuts off,
:math:`s^2 = 2/M_{in}`.

Every initialiser has the signature ``init(shape, *, rng, dtype)``; shapes are
(M_in, M_out) for matrices and (M_out, M_in, ...) for kernels of convolutions.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod, sqrt
from typing import Any

import numpy as np

from mmdl.errors import check_rng

__all__ = ["fans", "glorot", "he", "normal", "orthogonal", "uniform", "zeros"]

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]
Initializer = Callable[..., Array]


def fans(shape: Shape) -> tuple[int, int]:
    r"""How many numbers enter and leave each unit, :math:`(M_{in}, M_{out})`.

    Parameters
    ----------
    shape : tuple of ints
        (M_in, M_out), or (M_out, M_in, k, ...) of a convolution, whose units see
        :math:`M_{in} k \cdots` numbers.

    Returns
    -------
    tuple of two ints

    Examples
    --------
    >>> fans((4, 8)), fans((16, 3, 5, 5))
    ((4, 8), (75, 400))
    """
    if len(shape) == 2:
        return shape[0], shape[1]
    field = prod(shape[2:])
    return shape[1] * field, shape[0] * field


def zeros(shape: Shape, *, rng: Any = None, dtype: Any = np.float32) -> Array:
    """Zeros, for biases; a network of zeros cannot tell its units apart.

    Parameters
    ----------
    shape : tuple of ints
    rng : ignored
    dtype : floating-point dtype

    Returns
    -------
    array

    Examples
    --------
    >>> zeros((2,))
    array([0., 0.], dtype=float32)
    """
    return np.zeros(shape, dtype)


def normal(
    shape: Shape,
    *,
    std: float = 0.02,
    rng: np.random.Generator | None = None,
    dtype: Any = np.float32,
) -> Array:
    r"""Independent normal numbers :math:`\mathcal N(0, s^2)`.

    Parameters
    ----------
    shape : tuple of ints
    std : float
        The scale `s`; 0.02 is what Transformers begin with.
    rng : numpy.random.Generator
    dtype : floating-point dtype

    Returns
    -------
    array

    Examples
    --------
    >>> normal((2, 3), rng=np.random.default_rng(0)).shape
    (2, 3)
    """
    values = check_rng("normal", rng).standard_normal(shape)
    return (values * std).astype(dtype)


def uniform(
    shape: Shape,
    *,
    limit: float = 0.05,
    rng: np.random.Generator | None = None,
    dtype: Any = np.float32,
) -> Array:
    """Independent uniform numbers in (-limit, limit), of variance limit²/3.

    Parameters
    ----------
    shape : tuple of ints
    limit : float
    rng : numpy.random.Generator
    dtype : floating-point dtype

    Returns
    -------
    array

    Examples
    --------
    >>> bool(abs(uniform((9,), limit=0.1, rng=np.random.default_rng(0))).max() < 0.1)
    True
    """
    return check_rng("uniform", rng).uniform(-limit, limit, shape).astype(dtype)


def glorot(
    shape: Shape, *, rng: np.random.Generator | None = None, dtype: Any = np.float32
) -> Array:
    r"""Glorot and Bengio's start: variance :math:`2/(M_{in} + M_{out})`, uniform.

    Parameters
    ----------
    shape : tuple of ints
    rng : numpy.random.Generator
    dtype : floating-point dtype

    Returns
    -------
    array

    Examples
    --------
    >>> W = glorot((300, 500), rng=np.random.default_rng(0))
    >>> round(float(W.var() * 400), 2)
    1.0
    """
    limit = sqrt(6 / max(sum(fans(shape)), 1))
    return uniform(shape, limit=limit, rng=check_rng("glorot", rng), dtype=dtype)


def he(
    shape: Shape, *, rng: np.random.Generator | None = None, dtype: Any = np.float32
) -> Array:
    r"""He's start for ReLU networks: variance :math:`2/M_{in}`, normal.

    Parameters
    ----------
    shape : tuple of ints
    rng : numpy.random.Generator
    dtype : floating-point dtype

    Returns
    -------
    array

    Examples
    --------
    >>> W = he((500, 300), rng=np.random.default_rng(0))
    >>> round(float(W.var() * 250), 2)
    1.0
    """
    std = sqrt(2 / max(fans(shape)[0], 1))
    return normal(shape, std=std, rng=check_rng("he", rng), dtype=dtype)


def orthogonal(
    shape: Shape, *, rng: np.random.Generator | None = None, dtype: Any = np.float32
) -> Array:
    r"""A random matrix with orthonormal rows or columns, whichever are fewer.

    The Q of a QR decomposition of a normal matrix, with the signs of R's diagonal
    taken out so that it is uniformly distributed. Kernels of convolutions are
    (M_out, rest) matrices.

    Parameters
    ----------
    shape : tuple of at least two ints
    rng : numpy.random.Generator
    dtype : floating-point dtype

    Returns
    -------
    array

    Examples
    --------
    >>> Q = orthogonal((5, 3), rng=np.random.default_rng(0), dtype=np.float64)
    >>> np.allclose(Q.T @ Q, np.eye(3))
    True
    """
    rows, columns = shape[0], prod(shape[1:])
    long, short = max(rows, columns), min(rows, columns)
    Q, R = np.linalg.qr(check_rng("orthogonal", rng).standard_normal((long, short)))
    Q = Q * np.sign(np.diag(R))
    return (Q if rows >= columns else Q.T).reshape(shape).astype(dtype)
