r"""Codes: entropy as the length of messages.

The lengths of the words of a prefix code satisfy Kraft's inequality
:math:`\sum_k 2^{-l_k} \le 1`, and any such lengths belong to a code; the best
mean length is at least the entropy in bits and less than one bit above it.
Derived in ``ch-likelihood``.
"""

import heapq

import numpy as np
from numpy.typing import ArrayLike

from mmdl.errors import DataError
from mmdl.stats.info import entropy

__all__ = ["huffman_lengths", "kraft_sum", "prefix_code", "shannon_lengths"]


def kraft_sum(lengths: ArrayLike) -> float:
    r"""The sum :math:`\sum_k 2^{-l_k}`, at most 1 for a prefix code.

    Parameters
    ----------
    lengths : (K,) array_like of int
        The numbers of bits of the words.

    Returns
    -------
    float

    Examples
    --------
    >>> kraft_sum([1, 2, 2])
    1.0
    """
    return float(np.sum(0.5 ** np.asarray(lengths, dtype=np.float64)))


def shannon_lengths(p: ArrayLike) -> np.ndarray:
    r"""Shannon's word lengths :math:`\lceil -\log_2 p_k \rceil`.

    Parameters
    ----------
    p : (K,) array_like
        Positive probabilities.

    Returns
    -------
    (K,) array of int

    Raises
    ------
    DataError
        If these are no positive probabilities.

    Examples
    --------
    >>> shannon_lengths([0.5, 0.3, 0.2])
    array([1, 2, 3])
    """
    return np.ceil(-np.log2(_positive("shannon_lengths", p))).astype(np.int64)


def huffman_lengths(p: ArrayLike) -> np.ndarray:
    """The word lengths of Huffman's code, whose mean length is the least possible.

    Join the two rarest symbols to one until a single symbol remains; a word's
    length is the number of unions that its symbol took part in.

    Parameters
    ----------
    p : (K,) array_like
        Positive probabilities, K >= 2.

    Returns
    -------
    (K,) array of int

    Raises
    ------
    DataError
        If these are no positive probabilities of two symbols or more.

    Examples
    --------
    >>> huffman_lengths([0.5, 0.3, 0.2])
    array([1, 2, 2])
    """
    p = _positive("huffman_lengths", p)
    lengths = np.zeros(len(p), np.int64)
    # The number breaks ties: the older union is taken first.
    heap = [(float(weight), k, [k]) for k, weight in enumerate(p)]
    heapq.heapify(heap)
    for number in range(len(p), 2 * len(p) - 1):
        weight, _, symbols = heapq.heappop(heap)
        other_weight, _, others = heapq.heappop(heap)
        union = symbols + others
        lengths[union] += 1
        heapq.heappush(heap, (weight + other_weight, number, union))
    return lengths


def prefix_code(lengths: ArrayLike) -> list[str]:
    """Words of the given lengths, none of which begins another.

    The words are counted up in binary, the shorter ones first (Kraft's proof).

    Parameters
    ----------
    lengths : (K,) array_like of int
        Positive, with :func:`kraft_sum` at most 1.

    Returns
    -------
    list of str
        Words of 0 and 1, in the order of ``lengths``.

    Raises
    ------
    DataError
        If no prefix code has these lengths.

    Examples
    --------
    >>> prefix_code([1, 3, 2])
    ['0', '110', '10']
    """
    sizes = [int(size) for size in np.asarray(lengths)]
    if not sizes or min(sizes) < 1 or kraft_sum(sizes) > 1:
        raise DataError(
            f"prefix_code: expected positive lengths with a Kraft sum of at most 1, "
            f"received {len(sizes)} lengths with the sum {kraft_sum(sizes):.3g}."
        )
    words, count, width = [""] * len(sizes), 0, 0
    for k in sorted(range(len(sizes)), key=sizes.__getitem__):
        count <<= sizes[k] - width
        width = sizes[k]
        words[k] = format(count, f"0{width}b")
        count += 1
    return words


def _positive(who: str, p: ArrayLike) -> np.ndarray:
    p = np.asarray(p, dtype=np.float64)
    entropy(p)  # refuses what is no distribution
    if p.ndim != 1 or len(p) < 2 or p.min() <= 0:
        raise DataError(
            f"{who}: expected positive probabilities of two symbols or more, received "
            f"{len(p)} with the least {p.min():.3g}; leave out what never occurs."
        )
    return p
