r"""Linear algebra: functions defined by equations, entered by their differentials.

Differentiate the equation, solve for the differential, write it down: from
:math:`A Y = I` follows :math:`dA\,Y + A\,dY = 0`, that is
:math:`dY = -Y\,dA\,Y`. The engine transposes the line for reverse mode.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff.boxes import as_array
from mmdl.autodiff.entries import composed, differential

# Inverses and determinants


def _t(a: Any) -> Any:
    return a.swapaxes(-1, -2)


def _trace(a: Any) -> Any:
    return np.einsum("...ii", a)


def _eye(n: int, a: Any) -> Any:
    return np.eye(n, dtype=a.dtype)


def _d_pinv(v: Any, y: Any, a: Any, **kwargs: Any) -> Any:
    """Return the differential at constant rank (Golub and Pereyra, 1973)."""
    m, n = a.shape[-2:]
    outside = _t(v) @ (_eye(m, a) - a @ y)
    inside = (_eye(n, a) - y @ a) @ _t(v)
    return -y @ v @ y + y @ _t(y) @ outside + inside @ _t(y) @ y


inv = differential(np.linalg.inv, lambda v, y, a: -y @ v @ y)
pinv = differential(np.linalg.pinv, _d_pinv)
solve_matrix = differential(
    np.linalg.solve,
    lambda v, y, a, b: -np.linalg.solve(a, v @ y),
    lambda v, y, a, b: np.linalg.solve(a, v),
    adjoints={1: lambda g, y, a, b: np.linalg.solve(_t(a), g)},
)


@composed(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    """Solve linear equations, for one right-hand side or several."""
    a, b = as_array(a), as_array(b)
    if b.ndim > 1:
        return solve_matrix(a, b)
    return solve_matrix(a, b[:, None])[..., 0]


def _solved(who: str, a: Any, v: Any) -> Any:
    try:
        return np.linalg.solve(a, v)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"{who}: expected an invertible matrix for a derivative, received a "
            "singular one."
        ) from None


det = differential(np.linalg.det, lambda v, y, a: y * _trace(_solved("det", a, v)))
slogdet = differential(
    np.linalg.slogdet, (None, lambda v, y, a: _trace(_solved("slogdet", a, v)))
)


# Factorizations


def _lower(m: Any) -> Any:
    """Return the lower triangle with half the diagonal: L + L^T gives m back."""
    n = m.shape[-1]
    return m * (np.tril(np.ones((n, n), m.dtype), -1) + 0.5 * _eye(n, m))


def _d_cholesky(v: Any, y: Any, a: Any) -> Any:
    half = np.linalg.solve(y, 0.5 * (v + _t(v)))
    return y @ _lower(_t(np.linalg.solve(y, _t(half))))


def _d_q(v: Any, y: Any, a: Any, mode: str = "reduced") -> Any:
    q, r = y
    b, skew = _qr_parts(v, q, r, a)
    return q @ skew + (_times_inverse(v, r) - q @ b)


def _d_r(v: Any, y: Any, a: Any, mode: str = "reduced") -> Any:
    b, skew = _qr_parts(v, y[0], y[1], a)
    return (b - skew) @ y[1]


def _times_inverse(v: Any, r: Any) -> Any:
    return _t(np.linalg.solve(_t(r), _t(v)))


def _qr_parts(v: Any, q: Any, r: Any, a: Any) -> Any:
    if a.shape[-2] < a.shape[-1]:
        raise np.linalg.LinAlgError(
            "qr: expected at least as many rows as columns for a derivative, received "
            f"{a.shape}; factorize the transpose."
        )
    b = _t(q) @ _times_inverse(v, r)
    strict = b * np.tril(np.ones(b.shape[-2:], b.dtype), -1)
    return b, strict - _t(strict)


cholesky = differential(np.linalg.cholesky, _d_cholesky)
reduced_qr = differential(np.linalg.qr, (_d_q, _d_r))


@composed(np.linalg.qr)
def qr(a: Any, mode: str = "reduced") -> Any:
    """Factorize into orthonormal columns and a triangle."""
    if mode != "reduced":
        raise TypeError(
            f"np.linalg.qr: expected mode 'reduced', received {mode!r}; the others "
            "have no derivative rule."
        )
    return reduced_qr(a)
