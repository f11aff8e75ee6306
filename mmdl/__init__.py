"""The neural-network library that *Mathematical Methods in Deep Learning* derives.

The engine is at hand at once: ``mmdl.grad``, ``mmdl.Tensor`` and their companions.
The subpackages (``mmdl.nn``, ``mmdl.optim``, ``mmdl.stats``, ...) load on first use.
"""

from importlib import import_module
from typing import Any

from mmdl import _memory
from mmdl.autodiff import (
    Tensor,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)

__version__ = "0.1.0"

_memory.keep_freed_memory()

# What loads on first use: name -> module that holds it ("" if it is the module).
_LAZY = {
    "approx": "",
    "autodiff": "",
    "byhand": "",
    "check": "mmdl.autodiff.check",
    "data": "",
    "flops": "",
    "functional": "",
    "io": "",
    "nn": "",
    "optim": "",
    "plot": "",
    "stats": "",
    "train": "",
}

__all__ = [
    "Tensor",
    "check",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "no_grad",
    "value_and_grad",
    "vjp",
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'mmdl' has no attribute {name!r}")
    module = import_module(_LAZY[name] or f"mmdl.{name}")
    return getattr(module, name) if _LAZY[name] else module


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
