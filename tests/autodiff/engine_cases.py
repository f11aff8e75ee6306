"""Sample inputs for every function of the table; one without samples fails a test."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from mmdl import autodiff as ad
from mmdl.autodiff import (
    table_einsum,
    table_joining,
    table_pointwise,
    table_reductions,
    table_shapes,
    table_spectral,
)

rng = np.random.default_rng(20)


class Case(NamedTuple):
    of: Any  # the function of NumPy, or the primitive, that this is a sample of
    f: Callable[..., Any]
    arrays: tuple[Any, ...]
    id: str


CASES: list[Case] = []


def case(of, *arrays, f=None, **kwargs):
    name = getattr(of, "__name__", str(of)).lstrip("_")
    n = sum(c.of is of for c in CASES)
    call = f or of
    CASES.append(
        Case(of, lambda *xs: call(*xs, **kwargs), arrays, f"{name}-{n}" if n else name)
    )


def normal(*shape):
    return rng.normal(size=shape)


def positive(*shape):
    return rng.uniform(0.5, 2.0, size=shape)


def inside(*shape):
    return rng.uniform(-0.8, 0.8, size=shape)


def lively(*shape):
    """Entries well apart from each other, from integers and from halves."""
    n = int(np.prod(shape))
    return ((rng.permutation(n) - n / 2 + 0.3) * 0.37).reshape(shape)


def spd(n):
    a = normal(n, n)
    return a @ a.T + n * np.eye(n)


# Pointwise

for f in (
    np.negative, np.positive, np.square, np.absolute, np.fabs, np.exp, np.exp2,
    np.expm1, np.sin, np.cos, np.arctan, np.deg2rad, np.rad2deg, np.radians,
    np.degrees, np.sinh, np.cosh, np.tanh, np.arcsinh, ad.erf, np.nan_to_num,
):  # fmt: skip
    case(f, normal(2, 3))
for f in (np.sqrt, np.cbrt, np.log, np.log2, np.log10, np.log1p, np.reciprocal):
    case(f, positive(2, 3))
for f in (np.tan, np.arcsin, np.arccos, np.arctanh):
    case(f, inside(2, 3))
case(np.arccosh, 1.0 + positive(2, 3))
case(ad.erf, np.array([-7.0, -5.9, -1e-9, 1e-3, 3.0, 8.0]) + 0.001)
case(table_pointwise.root, positive(3))
for f in (np.add, np.subtract, np.multiply, np.logaddexp, np.logaddexp2):
    case(f, normal(2, 3), normal(3))
    case(f, normal(2, 1), normal(1, 3))
    case(f, normal(), normal(2))
    case(f, normal(3), f=lambda x, f=f: f(x, 2.0))
    case(f, normal(3), f=lambda x, f=f: f(2.0, x))
    case(f, normal(3), f=lambda x, f=f: f(x, x))
for f in (np.divide, np.hypot, np.arctan2, np.power):
    case(f, positive(2, 3), positive(3))
    case(f, positive(3), f=lambda x, f=f: f(x, 2.5))
    case(f, positive(3), f=lambda x, f=f: f(2.5, x))
for n in (-2, 0, 1, 2, 3, 0.5, 1.5):
    case(np.power, positive(3), f=lambda x, n=n: x**n)
case(np.power, normal(3), f=lambda x: x**3)
case(np.power, np.zeros(2), f=lambda x: x**1 + x**2 + x**3)
for f in (np.maximum, np.minimum, np.fmax, np.fmin, np.remainder, np.fmod):
    case(f, lively(2, 3) + 3, lively(3) + 2.1)
    case(f, lively(3) + 3, f=lambda x, f=f: f(x, 1.05))
case(np.copysign, lively(3), f=lambda x: np.copysign(x, -1.0))
case(np.copysign, lively(3), lively(3))
case(np.where, normal(2, 3), normal(3), f=lambda a, b: np.where(a > b, a * b, b))
case(np.clip, lively(7), f=lambda x: np.clip(x, -0.7, 0.5))
case(np.clip, lively(7), f=lambda x: np.clip(x, None, 0.5))
case(np.clip, lively(7), positive(7), f=lambda x, b: np.clip(x, -b, b))

# Reductions

for f in (np.sum, np.mean, np.max, np.amax, np.min, np.amin, np.prod, np.var, np.std,
          np.ptp, np.median, ad.logsumexp):  # fmt: skip
    x = lively(2, 3, 4)
    case(f, x)
    case(f, x, axis=1)
    case(f, x, axis=(0, -1), keepdims=True)
    case(f, x, axis=-1, keepdims=True)
    case(f, lively(5))
case(np.prod, np.array([[1.0, 0.0, 2.0], [0.0, 0.0, 3.0]]), axis=1)
case(np.var, normal(3, 4), axis=0, ddof=1)
case(np.add, normal(3, 4), f=np.add.reduce)
case(np.maximum, lively(3, 4), f=lambda x: np.maximum.reduce(x, axis=1))
for f in (np.cumsum, np.cumprod):
    case(f, normal(2, 3))
    case(f, normal(2, 3), axis=0)
    case(f, normal(2, 5), axis=1)
case(np.cumprod, np.array([1.0, 0.0, 2.0, 0.0]))
case(np.average, normal(3, 4), axis=1)
case(np.average, normal(3, 4), positive(3, 4),
     f=lambda x, w: np.average(x, axis=0, weights=w))  # fmt: skip
case(np.sort, lively(3, 4))
case(np.sort, lively(3, 4), axis=None)
case(np.quantile, lively(3, 5), f=lambda x: np.quantile(x, [0.1, 0.77], axis=1))
case(np.quantile, lively(7), f=lambda x: np.quantile(x, 0.3, keepdims=True))
case(np.percentile, lively(3, 5), f=lambda x: np.percentile(x, 30, axis=0))
case(np.nansum, normal(2, 3), f=lambda x: np.nansum(np.where(x > 0.5, np.nan, x), 1))
case(np.nanmean, normal(2, 3), f=lambda x: np.nanmean(np.where(x > 2, np.nan, x)))
case(np.cov, normal(3, 5))
case(np.cov, normal(5), normal(5))
case(np.cov, normal(5, 3), rowvar=False)
case(np.corrcoef, normal(3, 5))
case(np.polyval, normal(4), normal(3))
case(np.trapezoid, normal(2, 5), dx=0.5)
case(np.trapezoid, normal(5, 2), lively(5), f=lambda y, x: np.trapezoid(y, x, axis=0))
case(np.interp, np.array([-2.0, 0.3, 1.7, 9.0]), np.arange(4.0), normal(4))
case(
    table_reductions.spread,
    normal(3),
    f=lambda g: table_reductions.spread(g, (2, 3), 0),
)

# Shapes

x = normal(2, 3, 4)
case(np.reshape, x, f=lambda x: np.reshape(x, (4, -1)))
case(np.reshape, x, f=lambda x: np.reshape(x, (6, 4), order="F"))
case(np.reshape, normal(), f=lambda x: np.reshape(x, (1, 1)))
case(np.ravel, x)
case(np.ravel, x, order="F")
case(np.transpose, x)
case(np.transpose, x, axes=(2, 0, 1))
case(np.transpose, x, axes=(-1, 0, 1))
case(np.swapaxes, x, f=lambda x: np.swapaxes(x, 0, -1))
case(np.matrix_transpose, x)
case(np.linalg.matrix_transpose, x)
case(np.moveaxis, x, f=lambda x: np.moveaxis(x, 0, -1))
case(np.moveaxis, x, f=lambda x: np.moveaxis(x, (0, 1), (2, 0)))
case(np.expand_dims, x, axis=1)
case(np.expand_dims, x, axis=(0, 2))
case(np.squeeze, normal(1, 3, 1))
case(np.squeeze, normal(1, 3, 1), axis=0)
case(np.broadcast_to, normal(3, 1), f=lambda x: np.broadcast_to(x, (2, 3, 4)))
case(np.broadcast_arrays, normal(3, 1), normal(2))
case(np.atleast_1d, normal())
case(np.atleast_2d, normal(3))
case(np.atleast_2d, normal(), normal(2))
case(np.copy, x)
case(table_shapes.astype, x, f=lambda x: x.astype(x.dtype) * 2)
if hasattr(np, "astype"):
    case(np.astype, x, f=lambda x: np.astype(x * 1, x.dtype))
if hasattr(np, "unstack"):
    case(np.unstack, x, axis=1)

for index in (
    0, -1, slice(None, None, -2), (slice(None), 1), (..., 2), (None, 0, ..., None),
    ([0, 0, 1],), (slice(None), [0, 2, 0, 0]), ([[0], [1]], [0, 2]),
    (np.arange(24).reshape(2, 3, 4) % 3 == 0), (0, [0, 0], slice(1, 3)), np.int64(1),
    (slice(2, 2),), np.array([], int),
):  # fmt: skip
    case(table_shapes.getitem, x, f=lambda x, i=index: x[i])
for index in (0, (slice(None), 1), [1, 1]):
    shape = np.zeros((2, 3))[index].shape
    case(table_shapes.scatter, normal(*shape),
         f=lambda g, i=index: table_shapes.scatter(g, i, (2, 3)))  # fmt: skip
ranks = np.argsort(x, axis=1)
case(np.take_along_axis, x, f=lambda x: np.take_along_axis(x, ranks, 1))
case(np.take_along_axis, x, f=lambda x: np.take_along_axis(x, ranks[:1, :1], 1))
case(np.take_along_axis, x, f=lambda x: np.take_along_axis(x, np.array([3, 3]), None))
case(np.take, x, f=lambda x: np.take(x, [[1, 1], [0, 2]], axis=1))
case(np.take, x, f=lambda x: np.take(x, [5, 5]))
case(np.compress, x, f=lambda x: np.compress([True, False, True], x, axis=1))

case(np.flip, x)
case(np.flip, x, axis=(0, 2))
case(np.fliplr, x)
case(np.flipud, x)
case(np.rot90, x)
case(np.rot90, x, k=3, axes=(1, 2))
case(np.tril, normal(3, 4))
case(np.triu, normal(2, 3, 3), k=1)
case(np.roll, x, f=lambda x: np.roll(x, 5))
case(np.roll, x, f=lambda x: np.roll(x, (1, -2), (0, 2)))
case(np.repeat, x, f=lambda x: np.repeat(x, 2, axis=1))
case(np.repeat, normal(3), f=lambda x: np.repeat(x, [0, 2, 1]))
case(np.tile, normal(2, 3), f=lambda x: np.tile(x, (2, 1, 2)))
case(np.resize, normal(3), f=lambda x: np.resize(x, (2, 4)))
case(np.delete, x, f=lambda x: np.delete(x, 1, axis=2))
case(np.diagonal, x, offset=1)
case(np.diagonal, x, axis1=1, axis2=2)
case(np.linalg.diagonal, x)
case(np.diag, normal(3, 4))
case(np.diag, normal(3), k=-1)
case(np.diagflat, normal(2, 2), k=1)
case(np.trace, x)
case(np.trace, normal(3, 3), offset=1)
case(np.linalg.trace, x)
case(np.diff, x)
case(np.diff, x, n=2, axis=1)
case(np.pad, normal(2, 3), f=lambda x: np.pad(x, 1))
case(np.pad, normal(2, 3), f=lambda x: np.pad(x, ((1, 0), (2, 1)), constant_values=3))
for mode in ("edge", "reflect", "symmetric", "wrap"):
    case(np.pad, normal(3, 3), f=lambda x, m=mode: np.pad(x, ((1, 0), (2, 1)), mode=m))

# Joining

a, b, c = normal(2, 3), normal(2, 3), normal(4, 3)
case(np.concatenate, a, c, f=lambda *xs: np.concatenate(xs))
case(np.concatenate, a, b, f=lambda *xs: np.concatenate(xs, axis=-1))
case(np.concatenate, a, c, f=lambda *xs: np.concatenate(xs, axis=None))
case(np.concatenate, a, f=lambda x: np.concatenate([x, np.ones((1, 3), x.dtype), x]))
case(np.stack, a, b, f=lambda *xs: np.stack(xs, axis=-1))
case(np.vstack, normal(3), c, f=lambda *xs: np.vstack(xs))
case(np.hstack, a, b, f=lambda *xs: np.hstack(xs))
case(np.hstack, normal(3), normal(), f=lambda *xs: np.hstack(xs))
case(np.column_stack, normal(2), a, f=lambda *xs: np.column_stack(xs))
case(np.dstack, a, b, f=lambda *xs: np.dstack(xs))
case(np.dstack, normal(3), normal(3), f=lambda *xs: np.dstack(xs))
case(np.block, normal(2, 2), normal(2, 1), normal(3), normal(),
     f=lambda a, b, c, d: np.block([[a, b], [c[None]], [c * d]]))  # fmt: skip
case(np.append, a, normal(2), f=np.append)
case(np.split, c, f=lambda x: np.split(x, 2))
case(np.split, c, f=lambda x: np.split(x, [1, 3]))
case(np.array_split, c, f=lambda x: np.array_split(x, 3, axis=0))
case(np.hsplit, c, f=lambda x: np.hsplit(x, 3))
case(np.hsplit, normal(4), f=lambda x: np.hsplit(x, 2))
case(np.vsplit, c, f=lambda x: np.vsplit(x, [1]))
case(table_joining.rows, normal(3, 2), f=lambda x: sum(r * r[0] for r in x))
case(table_joining.rows, normal(3, 2), f=lambda x: list(x)[1])
case(table_joining.rows, normal(3), f=tuple)
case(np.meshgrid, normal(2), normal(3))
case(np.meshgrid, normal(2), normal(3), normal(2), indexing="ij")

# Products

for shapes in (
    [(3, 4), (4, 2)], [(4,), (4, 2)], [(3, 4), (4,)], [(4,), (4,)],
    [(5, 3, 4), (4, 2)], [(5, 3, 4), (5, 4, 2)], [(5, 1, 3, 4), (2, 4, 2)],
    [(4,), (5, 4, 2)], [(5, 3, 4), (4,)], [(1, 1), (1, 1)],
):  # fmt: skip
    case(np.matmul, *(normal(*s) for s in shapes))
case(np.matmul, normal(3, 3), f=lambda x: x @ x)
case(np.dot, normal(3, 4), normal(4, 2))
case(np.dot, normal(2, 3, 4), normal(2, 4, 2))
case(np.dot, normal(2, 3), normal())
case(np.dot, normal(3, 4), normal(4))
case(np.inner, normal(3, 4), normal(2, 4))
case(np.inner, normal(), normal(2))
case(np.vdot, normal(2, 3), normal(3, 2))
case(np.vecdot, normal(2, 3), normal(3))
case(np.linalg.vecdot, normal(3, 2), normal(3, 2), axis=0)
case(np.outer, normal(2, 2), normal(3))
case(np.linalg.outer, normal(2), normal(3))
case(np.kron, normal(2, 3), normal(3, 2))
case(np.tensordot, normal(2, 3, 4), normal(3, 4, 2))
case(np.tensordot, normal(2, 3, 4), normal(4, 3), axes=([1, 2], [1, 0]))
case(np.tensordot, normal(2, 3), normal(3), axes=1)
case(np.tensordot, normal(2, 3), normal(2), axes=0)
case(np.cross, normal(4, 3), normal(4, 3))
case(np.linalg.cross, normal(3), normal(4, 3))
for mode in ("full", "same", "valid"):
    case(np.convolve, normal(5), normal(3), mode=mode)
    case(np.convolve, normal(2), normal(5), mode=mode)
case(np.linalg.multi_dot, normal(2, 3), normal(3, 4), normal(4, 2),
     f=lambda *xs: np.linalg.multi_dot(xs))  # fmt: skip
for n in (0, 1, 3, -2):
    case(np.linalg.matrix_power, spd(3), f=lambda a, n=n: np.linalg.matrix_power(a, n))
for text, *shapes in (
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ii->i", (3, 3)),
    ("ii", (3, 3)), ("ij->j", (2, 3)), ("ij->", (2, 3)), ("ba", (2, 3)),
    ("...ij,...jk->...ik", (2, 2, 3), (3, 2)), ("bij,bj->bi", (2, 3, 4), (2, 4)),
    ("i,j,k->kji", (2,), (3,), (2,)), ("ij,ij->", (2, 3), (2, 3)),
    ("iij,jk->k", (2, 2, 3), (3, 2)), ("ij,kl->il", (2, 3), (2, 3)),
    ("ij,ij->ij", (1, 3), (2, 3)),
):  # fmt: skip
    case(np.einsum, *(normal(*s) for s in shapes),
         f=lambda *xs, t=text: np.einsum(t, *xs))  # fmt: skip
case(np.einsum, normal(2, 2), f=lambda x: np.einsum("ij,jk,kl->il", x, x, x))

# Linear algebra

case(np.linalg.inv, spd(3))
case(np.linalg.inv, normal(2, 3, 3) + 3 * np.eye(3))
case(np.linalg.pinv, normal(4, 3))
case(np.linalg.pinv, normal(2, 3))
case(np.linalg.solve, spd(3), normal(3))
case(np.linalg.solve, spd(3), normal(3, 2))
case(np.linalg.solve, np.stack([spd(2), spd(2)]), normal(2, 2, 1))
case(np.linalg.det, normal(3, 3))
case(np.linalg.det, np.stack([spd(2), spd(2)]))
case(np.linalg.slogdet, normal(3, 3))
case(np.linalg.slogdet, normal(3, 3), f=lambda a: np.linalg.slogdet(a).logabsdet)
case(np.linalg.cholesky, normal(3, 3),
     f=lambda a: np.linalg.cholesky(a @ a.T + np.eye(3, dtype=a.dtype)))  # fmt: skip
case(np.linalg.qr, normal(4, 3))
case(np.linalg.qr, normal(3, 3))
case(np.linalg.eigh, normal(3, 3), f=lambda a: np.linalg.eigh(a + a.T))
case(np.linalg.eigh, normal(2, 3, 3), f=lambda a: np.linalg.eigh(a + a.mT).eigenvalues)
case(np.linalg.eigvalsh, normal(3, 3), f=lambda a: np.linalg.eigvalsh(a + a.T, "U"))
for shape in ((3, 3), (4, 2), (2, 4), (2, 3, 2)):
    case(np.linalg.svd, normal(*shape), full_matrices=False)
case(np.linalg.svd, normal(3, 2), compute_uv=False)
case(np.linalg.svdvals, normal(2, 3))
case(table_spectral.thin_svd, normal(2, 3))
for order in (None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf):
    case(np.linalg.norm, lively(3, 4), ord=order)
for order in (None, 1, 2, 3, 0, np.inf, -np.inf, 0.5):
    case(np.linalg.norm, lively(2, 3), ord=order, axis=1)
case(np.linalg.norm, lively(2, 3, 2), ord="nuc", axis=(0, 2), keepdims=True)
case(np.linalg.norm, lively(2, 3, 2))
case(np.linalg.norm, lively(3), keepdims=True)
case(np.linalg.vector_norm, lively(2, 3), axis=(0, 1), ord=1)
case(np.linalg.matrix_norm, lively(2, 3, 2), keepdims=True)
case(table_einsum.products, a, b,
     f=lambda a, b: table_einsum.einsum("ij,kj->ik", a, b))  # fmt: skip
case(table_joining.joined, a, b, f=lambda a, b: table_joining.joined(a, b, axis=1))
