"""How much a run looks at: of many things alike a few, with ``MMDL_EVERY=1`` all.

``.ci/run`` sets it. What a test marked ``thorough`` looks at is seen then only.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
EVERY = bool(os.environ.get("MMDL_EVERY"))


def some(everything: Sequence[T], few: Sequence[T]) -> Sequence[T]:
    """`few`, or everything where every case is asked for."""
    return everything if EVERY else few
