r"""The reverse sweep: backpropagation on any graph (``ch-backpropagation``).

With :math:`\delta_j` the cotangent of node :math:`j`, each node hands
:math:`Df_j(x)^* \delta_j` to its parents, where the contributions are added. A node
is younger than its parents, so visiting nodes in decreasing order of birth meets
each of them after all of its children: no recursion, and nothing arrives late.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np

from mmdl.autodiff.boxes import Box, Tensor
from mmdl.errors import ShapeError


def sweep(
    roots: Iterable[tuple[Tensor, Any]], *, free: bool = True
) -> list[tuple[Tensor, Any]]:
    """Carry the cotangents of `roots` back to the leaves, each once.

    Parameters
    ----------
    roots : pairs (node, cotangent)
    free : bool
        Cut every node off its parents as soon as it is done, so that memory returns
        during the sweep; the graph cannot be swept again.

    Returns
    -------
    list of pairs (leaf, cotangent)
    """
    pending: dict[int, Any] = {}
    heap: list[tuple[int, Tensor]] = []
    for root, seed in roots:
        if root.birth in pending:
            pending[root.birth] = pending[root.birth] + seed
        else:
            pending[root.birth] = seed
            heap.append((-root.birth, root))
    heapify(heap)
    leaves = []
    while heap:
        node = heappop(heap)[1]
        g = pending.pop(node.birth)
        pull = node.pull
        if pull is None:
            leaves.append((node, g))
            continue
        parents = node.parents
        if free:
            node.pull, node.parents = _swept, ()
        for parent, cotangent in zip(parents, pull(g), strict=True):
            if cotangent is None:
                continue
            c, shape = cotangent, parent.value.shape
            if c.shape != shape:
                c = unbroadcast(c, shape)
            birth = parent.birth
            if birth in pending:
                pending[birth] = pending[birth] + c
            else:
                pending[birth] = c
                heappush(heap, (-birth, parent))
    return leaves


def _swept(g: Any) -> Any:
    raise RuntimeError(
        "backward: expected a fresh graph, received one that was already swept and "
        "freed; compute the loss again before the second backward."
    )


def unbroadcast(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum a cotangent over the axes along which its variable was repeated.

    The adjoint of broadcasting, and the only place where it is undone.
    """
    extra = g.ndim - len(shape)
    if extra > 0:
        g = np.add.reduce(g, axis=tuple(range(extra)))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    if axes:
        g = np.add.reduce(g, axis=axes, keepdims=True)
    try:
        return g if g.shape == shape else np.broadcast_to(g, shape)
    except ValueError:
        raise ShapeError(
            f"pullback: expected a cotangent of shape {shape}, received {g.shape}; "
            "is a transpose or a sum missing?"
        ) from None


def seed_for(who: str, y: Any, seed: Any) -> Any:
    """Return the cotangent `seed` with the shape and the type of `y`.

    A float32 seed in a float64 graph would round everything that it meets.
    """
    if not isinstance(seed, Box):
        seed = np.asarray(seed, dtype=getattr(y, "dtype", float))[()]
    if seed.shape != np.shape(y):
        raise ShapeError(
            f"{who}: expected a cotangent of shape {np.shape(y)}, the value's, "
            f"received {seed.shape}; give every entry its weight."
        )
    return seed


def backward(root: Tensor, seed: Any = None) -> None:
    r"""Add the gradient of this number to ``.grad`` of every leaf behind it.

    The graph is freed on the way, so a second call needs a new forward pass.

    Parameters
    ----------
    root : Tensor
        The loss; this is the method ``loss.backward()``.
    seed : array, optional
        The cotangent :math:`u` of :math:`u \mapsto Df(x)^* u`, of this Tensor's
        shape. A Tensor that is not a number needs it.

    Raises
    ------
    ShapeError
        If there is no seed and the Tensor is not a number, or shapes differ.
    RuntimeError
        If the graph was swept before.
    """
    if seed is None:
        if root.shape != ():
            raise ShapeError(
                "backward: expected a number, received a Tensor of shape "
                f"{root.shape}; take its sum or mean, or pass a cotangent."
            )
        seed = 1.0
    taken = {id(seed)}
    for leaf, found in sweep([(root, seed_for("backward", root, seed))]):
        g = found if found.dtype == leaf.dtype else found.astype(leaf.dtype)
        if leaf.grad is not None:
            g = leaf.grad + g
        elif isinstance(g, np.ndarray) and (g.base is not None or id(g) in taken):
            g = g.copy()  # a + b hands the same array to both leaves
        taken.add(id(g))
        leaf.grad = g


def cotangents_of(
    roots: list[tuple[Any, Any]], leaves: list[Tensor], *, free: bool = True
) -> list[Any]:
    """Return the cotangent of each of `leaves`, zero where `roots` ignore it."""
    level = leaves[0].level
    mine = [(r, g) for r, g in roots if type(r) is Tensor and r.level == level]
    found = {leaf.birth: g for leaf, g in sweep(mine, free=free)}
    result = []
    for leaf in leaves:
        g = found.get(leaf.birth)
        if g is None:
            g = np.zeros(leaf.shape, leaf.dtype)[()]
        elif g.dtype != leaf.dtype:
            g = g.astype(leaf.dtype)
        result.append(g)
    return result
