r"""Eigenvalues, singular values and the norms that are made of them.

Differentiate :math:`A V = V \Lambda` with :math:`V^T V = I`: the diagonal of
:math:`V^T dA\,V` moves the eigenvalues, the rest turns the eigenvectors, entry
:math:`ij` at the speed :math:`1/(\lambda_j - \lambda_i)`. Where two eigenvalues meet
this is infinite, and the engine refuses, in words, instead of dividing by zero; the
same for singular vectors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff.boxes import stop_gradient
from mmdl.autodiff.entries import composed, differential
from mmdl.autodiff.table_pointwise import root
from mmdl.autodiff.table_reductions import Axis, axes_of


def _t(a: Any) -> Any:
    return a.swapaxes(-1, -2)


def _symmetric(v: Any) -> Any:
    return 0.5 * (v + _t(v))


def _speeds(who: str, what: str, w: Any) -> Any:
    """Return 1 / (w_j - w_i) off the diagonal and 0 on it, or refuse."""
    eye = np.eye(w.shape[-1], dtype=w.dtype)
    apart = w[..., None, :] - w[..., :, None]
    gap, values = stop_gradient(apart), stop_gradient(w)
    least = 8 * np.finfo(w.dtype).eps * np.max(np.abs(values), initial=0.0)
    if np.any((np.abs(gap) <= least) & (eye == 0)):
        raise np.linalg.LinAlgError(
            f"{who}: expected distinct {what} for the derivative of the vectors, "
            "received two that coincide; use only the values."
        )
    return (1 - eye) / (apart + eye)


# Symmetric matrices (the gradient is symmetric, whichever triangle NumPy reads)


def _d_eigenvalues(v: Any, y: Any, a: Any, UPLO: str = "L") -> Any:
    return np.sum(y[1] * (_symmetric(v) @ y[1]), axis=-2)


def _d_eigenvectors(v: Any, y: Any, a: Any, UPLO: str = "L") -> Any:
    w, vectors = y
    turn = _t(vectors) @ _symmetric(v) @ vectors
    return vectors @ (_speeds("eigh", "eigenvalues", w) * turn)


eigh = differential(np.linalg.eigh, (_d_eigenvalues, _d_eigenvectors))


@composed(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: str = "L") -> Any:
    """Return the eigenvalues of symmetric matrices."""
    return eigh(a, UPLO)[0]


# Singular values


def _svd(a: Any) -> Any:
    return np.linalg.svd(a, full_matrices=False)


def _d_values(v: Any, y: Any, a: Any) -> Any:
    u, _, vh = y
    return np.sum(u * (v @ _t(vh)), axis=-2)


def _turned(v: Any, u: Any, s: Any, w: Any) -> Any:
    """Return the differential of the left vectors `u` of :math:`u s w^T`."""
    p = _t(u) @ v @ w
    speeds = _speeds("svd", "singular values", s * s)
    inside = u @ (speeds * (p * s[..., None, :] + s[..., :, None] * _t(p)))
    if u.shape[-2] == u.shape[-1]:
        return inside
    if np.any(stop_gradient(s) == 0):
        raise np.linalg.LinAlgError(
            "svd: expected full rank for the derivative of the vectors, received a "
            "singular value 0; use only the values."
        )
    vw = v @ w
    return inside + (vw - u @ (_t(u) @ vw)) / s[..., None, :]


thin_svd = differential(
    _svd,
    (
        lambda v, y, a: _turned(v, y[0], y[1], _t(y[2])),
        _d_values,
        lambda v, y, a: _t(_turned(_t(v), _t(y[2]), y[1], y[0])),
    ),
)


@composed(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Return the singular values and the vectors that belong to them."""
    if not compute_uv:
        return thin_svd(a)[1]
    if full_matrices and a.shape[-2] != a.shape[-1]:
        raise TypeError(
            f"np.linalg.svd: expected full_matrices=False for shape {a.shape}, "
            "received True; the further vectors are not determined by the matrix."
        )
    return thin_svd(a)


@composed(np.linalg.svdvals)
def svdvals(a: Any) -> Any:
    """Return the singular values."""
    return thin_svd(a)[1]


# Norms; the derivative at 0 is 0


@composed(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:  # noqa: A002
    """Return a norm of vectors or matrices, or of all entries."""
    axes = axes_of(axis, x.ndim)
    if ord is None:
        return root(np.sum(np.square(x), axis=axes, keepdims=keepdims))
    if len(axes) == 1:
        return vector_norm(x, axis=axes[0], keepdims=keepdims, ord=ord)
    if len(axes) != 2:
        raise ValueError(
            f"np.linalg.norm: expected one axis or two with ord={ord!r}, received "
            f"shape {x.shape} and axis {axis}."
        )
    y = matrix_norm(np.moveaxis(x, axes, (-2, -1)), ord=ord)
    return np.expand_dims(y, sorted(axes)) if keepdims else y


@composed(np.linalg.vector_norm)
def vector_norm(
    x: Any,
    *,
    axis: Axis = None,
    keepdims: bool = False,
    ord: Any = 2,  # noqa: A002
) -> Any:
    """Return the p-norm along axes."""
    how: dict[str, Any] = {"axis": axes_of(axis, x.ndim), "keepdims": keepdims}
    if ord == 2:
        return root(np.sum(np.square(x), **how))
    if ord == 0:
        return np.sum(stop_gradient(x) != 0, **how).astype(x.dtype)
    sizes = np.abs(x)
    if ord in (np.inf, -np.inf):
        return np.max(sizes, **how) if ord > 0 else np.min(sizes, **how)
    return np.sum(sizes, **how) if ord == 1 else np.sum(sizes**ord, **how) ** (1 / ord)


@composed(np.linalg.matrix_norm)
def matrix_norm(x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:  # noqa: A002
    """Return a norm of the matrices in the last two axes."""
    extreme = np.max if ord in ("fro", "nuc", 1, 2, np.inf) else np.min
    if ord == "fro":
        y = root(np.sum(np.square(x), axis=(-2, -1)))
    elif ord == "nuc":
        y = np.sum(svdvals(x), axis=-1)
    elif ord in (2, -2):
        y = extreme(svdvals(x), axis=-1)
    elif ord in (1, -1, np.inf, -np.inf):
        rows = ord in (np.inf, -np.inf)
        y = extreme(np.sum(np.abs(x), axis=-1 if rows else -2), axis=-1)
    else:
        raise ValueError(
            "np.linalg.norm: expected ord 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, "
            f"received {ord!r}."
        )
    return np.expand_dims(y, (-2, -1)) if keepdims else y
