"""Programs that run in NumPy, JAX and PyTorch alike: operators and random networks."""

import numpy as np

rng = np.random.default_rng(5)


def normal(*shape):
    return rng.normal(size=shape)


def positive(*shape):
    return rng.uniform(0.5, 2.0, size=shape)


FACTOR = normal(3, 3)
SPD = FACTOR @ FACTOR.T + 3 * np.eye(3)

# name -> (program of the library `xp` and of arrays, arrays)
SHARED = {
    **{
        name: (lambda xp, x, f=name: getattr(xp, f)(x), (normal(2, 3),))
        for name in ("exp", "expm1", "exp2", "sin", "cos", "tanh", "sinh", "cosh",
                     "arctan", "arcsinh", "square", "abs", "negative", "ravel")
    },
    **{
        name: (lambda xp, x, f=name: getattr(xp, f)(x), (positive(2, 3),))
        for name in ("log", "log1p", "log2", "sqrt", "reciprocal")
    },
    **{
        name: (lambda xp, x, f=name: getattr(xp, f)(x), (0.4 * positive(2, 3),))
        for name in ("tan", "arcsin", "arccos", "arctanh")
    },
    **{
        name: (lambda xp, x, y, f=name: getattr(xp, f)(x, y),
               (positive(2, 3), positive(3)))
        for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum",
                     "logaddexp", "arctan2", "hypot")
    },
    "power": (lambda xp, x, y: x**y, (positive(2, 3), normal(3))),
    "where": (lambda xp, x, y: xp.where(x > y, x * y, y), (normal(2, 3), normal(3))),
    "clip": (lambda xp, x: xp.clip(x, -0.5, 0.7), (normal(4, 5),)),
    "matmul": (lambda xp, a, b: a @ b, (normal(2, 3, 4), normal(4, 2))),
    "matrix-vector": (lambda xp, a, b: a @ b, (normal(3, 4), normal(4))),
    "vector-matrix": (lambda xp, a, b: a @ b, (normal(4), normal(2, 4, 3))),
    "tensordot": (lambda xp, a, b: xp.tensordot(a, b, 2),
                  (normal(2, 3, 4), normal(3, 4, 2))),
    "outer": (lambda xp, a, b: xp.outer(a, b), (normal(3), normal(4))),
    "kron": (lambda xp, a, b: xp.kron(a, b), (normal(2, 2), normal(3, 2))),
    "einsum": (
        lambda xp, a, b: xp.einsum("bij,bjk->bik", a, b),
        (normal(2, 3, 4), normal(2, 4, 2)),
    ),
    "einsum trace": (
        lambda xp, a, b: xp.einsum("iij,jk->k", a, b), (normal(3, 3, 2), normal(2, 4)),
    ),
    "index": (lambda xp, x: x[:, [0, 2, 0]] * x[1:2, :1], (normal(3, 4),)),
    "diag": (lambda xp, x: xp.diag(x, 1), (normal(3),)),
    "trace": (lambda xp, x: xp.trace(x), (normal(3, 3),)),
    "tril": (lambda xp, x: xp.tril(x, -1), (normal(3, 3),)),
    "roll": (lambda xp, x: xp.roll(x, 2), (normal(3, 3),)),
    "tile": (lambda xp, x: xp.tile(x, (2, 1)), (normal(2, 3),)),
    "inv": (lambda xp, a: xp.linalg.inv(a), (SPD + normal(3, 3),)),
    "solve": (lambda xp, a, b: xp.linalg.solve(a, b),
              (SPD + normal(3, 3), normal(3, 2))),
    "det": (lambda xp, a: xp.linalg.det(a), (normal(3, 3),)),
    "slogdet": (lambda xp, a: xp.linalg.slogdet(a)[1], (normal(3, 3),)),
    "cholesky": (lambda xp, a: xp.linalg.cholesky(a @ a.T), (SPD,)),
    "qr": (lambda xp, a: xp.linalg.qr(a)[1] ** 2, (normal(4, 3),)),
    "pinv": (lambda xp, a: xp.linalg.pinv(a), (normal(4, 3),)),
    "eigh": (lambda xp, a: xp.linalg.eigh(a + a.T)[0], (normal(3, 3),)),
    "eigenvectors": (lambda xp, a: xp.linalg.eigh(a + a.T)[1] ** 2, (normal(3, 3),)),
    "svd": (
        lambda xp, a: xp.linalg.svd(a, full_matrices=False)[1], (normal(4, 3),),
    ),
    "singular vectors": (
        lambda xp, a: xp.linalg.svd(a, full_matrices=False)[0] ** 2, (normal(4, 3),),
    ),
    "norm": (lambda xp, a: xp.linalg.norm(a), (normal(3, 2),)),
    "norm 2": (lambda xp, a: xp.linalg.norm(a, 2), (normal(3, 2),)),
    "norm nuc": (lambda xp, a: xp.linalg.norm(a, "nuc"), (normal(3, 2),)),
}  # fmt: skip

# What PyTorch calls differently, or leaves out.
NUMPYS_OWN = {
    "sum": (lambda xp, x: xp.sum(x, axis=(0, 2), keepdims=True), (normal(2, 3, 2),)),
    "mean": (lambda xp, x: xp.mean(x, axis=1), (normal(2, 3, 2),)),
    "var": (lambda xp, x: xp.var(x, axis=1, ddof=1), (normal(2, 3, 2),)),
    "std": (lambda xp, x: xp.std(x), (normal(2, 3),)),
    "max": (lambda xp, x: xp.max(x, axis=(0, 1)), (normal(2, 3, 2),)),
    "prod": (lambda xp, x: xp.prod(x, axis=1), (normal(2, 5),)),
    "prod with zeros": (lambda xp, x: xp.prod(x, axis=1), (np.diag([1.0, 2.0]),)),
    "cumsum": (lambda xp, x: xp.cumsum(x, axis=1), (normal(2, 3),)),
    "cumprod": (lambda xp, x: xp.cumprod(x, axis=1), (normal(2, 4),)),
    "sort": (lambda xp, x: xp.sort(x, axis=0), (normal(4, 2),)),
    "median": (lambda xp, x: xp.median(x, axis=0), (normal(4, 3),)),
    "transpose": (lambda xp, x: xp.transpose(x, (2, 0, 1)) ** 2, (normal(2, 3, 4),)),
    "concatenate": (
        lambda xp, a, b: xp.concatenate([a, b, a], axis=1),
        (normal(2, 3), normal(2, 1)),
    ),
    "stack": (lambda xp, a, b: xp.stack([a, b], axis=1), (normal(2, 3), normal(2, 3))),
    "pad": (lambda xp, x: xp.pad(x, ((1, 0), (2, 1)), mode="reflect"), (normal(3, 3),)),
    "repeat": (lambda xp, x: xp.repeat(x, 3, axis=0), (normal(2, 3),)),
    "cov": (lambda xp, x: xp.cov(x), (normal(3, 6),)),
    "convolve": (lambda xp, a, b: xp.convolve(a, b, mode="same"),
                 (normal(6), normal(3))),
    "interp": (
        lambda xp, x, f: xp.interp(x, xp.arange(4.0), f),
        (3 * rng.random(5), normal(4)),
    ),
    "cross": (lambda xp, a, b: xp.cross(a, b), (normal(2, 3), normal(3))),
}  # fmt: skip

UNARY = ("tanh", "sin", "abs", "square", "arctan", "exp")
BINARY = ("add", "multiply", "maximum", "logaddexp", "subtract", "minimum")


def network(seed, most=8):
    """Draw a program: a random graph of operations with shared nodes."""
    draw = np.random.default_rng(seed)
    width = 3
    steps = [
        (draw.choice(["unary", "binary", "layer"]), draw.integers(1000, size=3))
        for _ in range(draw.integers(2, most))
    ]
    arrays = (draw.normal(size=(2, width)), 0.5 * draw.normal(size=(width, width)),
              draw.normal(size=width))  # fmt: skip

    def program(xp, x, W, b):
        nodes = [x]
        for kind, (i, j, k) in steps:
            a, c = nodes[i % len(nodes)], nodes[j % len(nodes)]
            if kind == "layer":
                node = xp.tanh(a @ W + b)
            elif kind == "unary":
                node = getattr(xp, UNARY[k % len(UNARY)])(0.5 * a)
            else:
                node = getattr(xp, BINARY[k % len(BINARY)])(a, 0.7 * c + 0.1)
            nodes.append(node)
        return xp.sum(nodes[-1] * nodes[-2]) + xp.mean(nodes[-1])

    return program, arrays
