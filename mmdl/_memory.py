"""Keep freed activations in the process, instead of returning them to the system.

A training step frees large arrays and allocates arrays of the same sizes a moment
later. By default glibc serves each through a fresh mapping, whose pages the kernel
must fill with zeros again. Two settings avoid this: the threshold above which arrays
get a mapping of their own, raised to its maximum, and the amount of free memory that
the process may keep. Set ``MMDL_NO_MALLOPT=1`` to leave the allocator alone; on
systems without glibc nothing happens.
"""

import os
import sys

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # from glibc's malloc.h
MMAP_MAXIMUM = 32 * 2**20  # HEAP_MAX / 2 on 64-bit glibc: larger values are refused
KEEP_FREE = 2**30


def keep_freed_memory() -> bool:
    """Set the two thresholds; return whether glibc took them."""
    if os.environ.get("MMDL_NO_MALLOPT") or not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        mallopt = ctypes.CDLL(None).mallopt
    except (ImportError, OSError, AttributeError):
        return False
    return bool(
        mallopt(M_MMAP_THRESHOLD, MMAP_MAXIMUM) and mallopt(M_TRIM_THRESHOLD, KEEP_FREE)
    )
