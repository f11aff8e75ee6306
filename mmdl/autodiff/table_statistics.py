"""Statistics and quadrature: short compositions of what the table already has."""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff.boxes import as_array, stop_gradient
from mmdl.autodiff.entries import composed
from mmdl.autodiff.table_reductions import (
    Axis,
    flat_over,
    kept,
    largest,
    smallest,
    sort,
)

# Location and spread


@composed(np.average)
def average(
    a: Any, axis: Axis = None, weights: Any = None, *, keepdims: bool = False
) -> Any:
    """Return the weighted mean, with weights of the shape of `a`."""
    if weights is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    a, weights = as_array(a), as_array(weights)
    if np.shape(weights) != np.shape(a):
        raise ValueError(
            f"np.average: expected weights of shape {np.shape(a)}, received "
            f"{np.shape(weights)}; broadcast them first."
        )
    total = np.sum(a * weights, axis=axis, keepdims=keepdims)
    return total / np.sum(weights, axis=axis, keepdims=keepdims)


@composed(np.ptp)
def ptp(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the distance from the smallest to the largest entry."""
    return largest(x, axis, keepdims) - smallest(x, axis, keepdims)


@composed(np.quantile)
def quantile(
    x: Any, q: Any, axis: Axis = None, *, method: str = "linear", keepdims: bool = False
) -> Any:
    """Return the value below which the share `q` lies, between neighbours linearly."""
    if method != "linear":
        raise TypeError(
            f"np.quantile: expected method 'linear', received {method!r}; it has no "
            "derivative rule."
        )
    rows = sort(flat_over(x, axis))
    position = np.asarray(q) * (rows.shape[-1] - 1)
    low = np.floor(position).astype(int)
    high = np.minimum(low + 1, rows.shape[-1] - 1)
    share = (position - low).astype(x.dtype)
    y = rows[..., low] + (rows[..., high] - rows[..., low]) * share
    y = np.moveaxis(y, range(y.ndim - np.ndim(q), y.ndim), range(np.ndim(q)))
    return np.reshape(y, np.shape(q) + kept(x.shape, axis)) if keepdims else y


@composed(np.percentile)
def percentile(x: Any, q: Any, axis: Axis = None, **how: Any) -> Any:
    """Return a quantile, the share in percent."""
    return quantile(x, np.asarray(q) / 100, axis, **how)


@composed(np.median)
def median(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the middle entry, or the mean of the two in the middle."""
    return quantile(x, 0.5, axis, keepdims=keepdims)


@composed(np.nansum)
def nansum(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the sum of the entries that are numbers."""
    present = ~np.isnan(stop_gradient(x))
    return np.sum(np.where(present, x, 0.0), axis=axis, keepdims=keepdims)


@composed(np.nanmean)
def nanmean(x: Any, axis: Axis = None, keepdims: bool = False) -> Any:
    """Return the mean of the entries that are numbers."""
    n = np.sum(~np.isnan(stop_gradient(x)), axis=axis, keepdims=keepdims)
    return nansum(x, axis, keepdims) / n.astype(x.dtype)


@composed(np.cov)
def cov(x: Any, y: Any = None, rowvar: bool = True, ddof: int = 1) -> Any:
    """Return the covariances of the rows (or columns)."""
    rows = np.atleast_2d(x)
    rows = rows if rowvar or rows.shape[0] == 1 else rows.T
    if y is not None:
        more = np.atleast_2d(y)
        rows = np.concatenate([rows, more if rowvar or len(more) == 1 else more.T])
    centred = rows - np.mean(rows, axis=1, keepdims=True)
    return np.squeeze(centred @ centred.T / (rows.shape[1] - ddof))


@composed(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    """Return the correlations of the rows (or columns)."""
    c = cov(x, y, rowvar)
    if c.ndim == 0:
        return c / c
    s = np.sqrt(np.diagonal(c))
    return c / s[:, None] / s


# Curves


@composed(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Return the value of a polynomial, highest coefficient first, by Horner."""
    y = 0.0 * x
    for k in range(len(p)):
        y = y * x + p[k]
    return y


@composed(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    """Return the integral of the piecewise linear interpolant."""
    lead = (slice(None),) * (axis % y.ndim)
    means = (y[(*lead, slice(1, None))] + y[(*lead, slice(None, -1))]) / 2
    if x is None:
        return np.sum(means * dx, axis=axis)
    steps = np.diff(x, axis=axis if np.ndim(x) > 1 else -1)
    if np.ndim(x) == 1:
        steps = np.reshape(steps, (-1,) + (1,) * (y.ndim - 1 - axis % y.ndim))
    return np.sum(means * steps, axis=axis)


@composed(np.interp)
def interp(x: Any, xp: Any, fp: Any) -> Any:
    """Return the piecewise linear interpolant, constant outside."""
    xp, fp = as_array(xp), as_array(fp)
    knots = stop_gradient(xp)
    i = np.clip(
        np.searchsorted(knots, stop_gradient(x), "right") - 1, 0, len(knots) - 2
    )
    share = (x - xp[i]) / (xp[i + 1] - xp[i])
    share = np.minimum(np.maximum(share, 0.0), 1.0)
    return fp[i] + (fp[i + 1] - fp[i]) * share
