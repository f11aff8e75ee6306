"""Einstein's sum: multilinear, and each adjoint is an Einstein sum again.

To pull back to one factor, exchange its subscripts with those of the result. A
letter that only this factor has was summed alone: there the cotangent is repeated.
A letter twice in one factor stands for its diagonal, which is taken first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mmdl.autodiff.boxes import as_array
from mmdl.autodiff.entries import composed, enter, plainly
from mmdl.autodiff.kinds import Multilinear

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _einsum(*factors: Any, terms: list[str], out: str) -> Any:
    return np.einsum(f"{','.join(terms)}->{out}", *factors, optimize=len(factors) > 2)


class Einsum(Multilinear):
    """`Multilinear` with any number of factors: one rule serves all of them."""

    def rule(self, i: int) -> Any:
        """Return the adjoint of factor `i`."""

        def adjoint(g: Any, y: Any, *factors: Any, terms: list[str], out: str) -> Any:
            others = [*factors[:i], *factors[i + 1 :]]
            known = [*terms[:i], *terms[i + 1 :]]
            mine, shape = terms[i], factors[i].shape
            reached = "".join(c for c in mine if c in out or c in "".join(known))
            c = einsum(f"{','.join([out, *known])}->{reached}", g, *others)
            absent = [j for j, letter in enumerate(mine) if letter not in reached]
            if not absent:
                return c
            sizes = [shape[j] if j in absent else None for j in range(len(mine))]
            c = np.expand_dims(c, absent)
            full = [n if k is None else k for n, k in zip(c.shape, sizes, strict=True)]
            return np.broadcast_to(c, full)

        return adjoint


products = enter(Einsum(_einsum, ()), plainly)


@composed(np.einsum)
def einsum(subscripts: str, *factors: Any, optimize: Any = False) -> Any:
    """Sum products of entries, as the subscripts say."""
    if not isinstance(subscripts, str):
        raise TypeError(
            "np.einsum: expected subscripts as text, received "
            f"{type(subscripts).__name__}; write 'ij,jk->ik'."
        )
    factors = tuple(as_array(f) for f in factors)
    terms, out = parsed(subscripts, [f.ndim for f in factors])
    pairs = [_diagonals(f, t) for f, t in zip(factors, terms, strict=True)]
    return products(*(f for f, _ in pairs), terms=[t for _, t in pairs], out=out)


def parsed(subscripts: str, ndims: list[int]) -> tuple[list[str], str]:
    """Return the subscripts of factors and result, each axis with its letter."""
    left, arrow, out = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ndims):
        raise ValueError(
            f"np.einsum: expected {len(terms)} factors for '{subscripts}', received "
            f"{len(ndims)}; one between two commas."
        )
    free = [c for c in LETTERS if c not in subscripts]
    dots = [n - len(t.replace("...", "")) for t, n in zip(terms, ndims, strict=True)]
    most = max((d for d, t in zip(dots, terms, strict=True) if "..." in t), default=0)
    names = free[:most]
    full = [
        t.replace("...", "".join(names[most - d :])) if "..." in t else t
        for t, d in zip(terms, dots, strict=True)
    ]
    if arrow:
        return full, out.replace("...", "".join(names))
    letters = "".join(terms).replace("...", "")
    once = sorted(c for c in set(letters) if letters.count(c) == 1)
    return full, "".join(names) + "".join(once)


def _diagonals(x: Any, term: str) -> tuple[Any, str]:
    for letter in set(term):
        while term.count(letter) > 1:
            i = term.index(letter)
            j = term.index(letter, i + 1)
            x = np.diagonal(x, 0, i, j)
            term = term[:i] + term[i + 1 : j] + term[j + 1 :] + letter
    return x, term
