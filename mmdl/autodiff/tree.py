"""Arguments with structure: tuples, lists and dictionaries of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def leaves_of(tree: Any) -> list[Any]:
    """List the arrays of nested tuples, lists and dictionaries, in a fixed order."""
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in leaves_of(tree[key])]
    if isinstance(tree, tuple | list):
        return [leaf for branch in tree for leaf in leaves_of(branch)]
    return [tree]


def map_tree(f: Callable[..., Any], tree: Any, *others: Any) -> Any:
    """Apply `f` to each array (and its fellows in `others`), keep the structure."""
    if isinstance(tree, dict):
        return {k: map_tree(f, tree[k], *(o[k] for o in others)) for k in sorted(tree)}
    if isinstance(tree, tuple | list):
        branches = [
            map_tree(f, *fellows) for fellows in zip(tree, *others, strict=True)
        ]
        if hasattr(tree, "_fields"):
            return type(tree)(*branches)
        return type(tree)(branches)
    return f(tree, *others)


def filled(tree: Any, values: Any) -> Any:
    """Return a tree like `tree` whose arrays are those of the iterable `values`."""
    source = iter(values)
    return map_tree(lambda _: next(source), tree)
