r"""The projector onto the column space, and the inverse that goes with it.

Everything comes from the singular vectors that belong to nonzero singular
values, :math:`X = U_r \Sigma_r V_r^\top`. Derived in ``ch-least-squares``.
"""

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import check_matrix

__all__ = ["hat_matrix", "leverage", "pseudo_inverse", "thin_svd"]


def hat_matrix(X: ArrayLike, *, rcond: float | None = None) -> np.ndarray:
    r"""The orthogonal projector onto the column space, :math:`P = U_r U_r^\top`.

    It puts the hat on the target: :math:`\hat y = P y`.

    Parameters
    ----------
    X : (N, M) array_like
    rcond : float, optional
        As in :func:`~mmdl.stats.least_squares`.

    Returns
    -------
    (N, N) array

    Raises
    ------
    ShapeError
        If ``X`` is no matrix.

    Examples
    --------
    >>> hat_matrix([[1.0], [1.0]]).round(12)
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    U, _, _, _ = thin_svd(check_matrix("hat_matrix", X), rcond)
    return U @ U.T


def leverage(X: ArrayLike, *, rcond: float | None = None) -> np.ndarray:
    """The diagonal of :func:`hat_matrix`, without forming the matrix.

    Parameters
    ----------
    X : (N, M) array_like
    rcond : float, optional
        As in :func:`~mmdl.stats.least_squares`.

    Returns
    -------
    (N,) array
        Numbers between 0 and 1 whose sum is the rank of ``X``.

    Raises
    ------
    ShapeError
        If ``X`` is no matrix.

    Examples
    --------
    >>> leverage([[1.0, 0.0], [1.0, 0.0], [1.0, 3.0]]).round(12)
    array([0.5, 0.5, 1. ])
    """
    U, _, _, _ = thin_svd(check_matrix("leverage", X), rcond)
    return np.sum(U**2, axis=1)


def pseudo_inverse(X: ArrayLike, *, rcond: float | None = None) -> np.ndarray:
    r"""The Moore-Penrose inverse :math:`X^+ = V_r \Sigma_r^{-1} U_r^\top`.

    Parameters
    ----------
    X : (N, M) array_like
    rcond : float, optional
        As in :func:`~mmdl.stats.least_squares`.

    Returns
    -------
    (M, N) array

    Raises
    ------
    ShapeError
        If ``X`` is no matrix.

    Examples
    --------
    >>> pseudo_inverse([[2.0, 0.0], [0.0, 0.0]])
    array([[0.5, 0. ],
           [0. , 0. ]])
    """
    U, s, Vt, rank = thin_svd(check_matrix("pseudo_inverse", X), rcond)
    return (Vt.T / s[:rank]) @ U.T


def thin_svd(
    X: np.ndarray, rcond: float | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """The factors of X = U diag(s) Vt, cut at the rank.

    Parameters
    ----------
    X : (N, M) array
    rcond : float, optional
        Singular values below ``rcond`` times the largest count as zero;
        by default ``max(N, M)`` times the machine's epsilon.

    Returns
    -------
    U : (N, r) array
    s : (min(N, M),) array
        All singular values, in decreasing order.
    Vt : (r, M) array
    rank : int
        The number r of those that do not count as zero.

    Examples
    --------
    >>> thin_svd(np.diag([2.0, 0.0]))[3]
    1
    """
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    if rcond is None:
        rcond = max(X.shape) * np.finfo(X.dtype).eps
    rank = int(np.count_nonzero(s > rcond * s[0]))
    return U[:, :rank], s, Vt[:rank], rank
