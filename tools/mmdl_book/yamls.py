"""YAML read by the C library where there is one: fifteen times as fast."""

from __future__ import annotations

from typing import Any

import yaml

_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(text: str) -> Any:
    """What `text` says; raises yaml.YAMLError with the place that is wrong."""
    loader = _FAST(text)
    try:
        return loader.get_single_data()
    except yaml.YAMLError:
        return yaml.safe_load(text)  # it fails too, and names the place better
    finally:
        loader.dispose()


def tree(text: str) -> Any:
    """The composed document, whose nodes know their lines."""
    return yaml.compose(text, Loader=_FAST)
