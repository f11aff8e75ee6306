"""YAML read by the C library where there is one: fifteen times as fast.

Whatever is wrong with a text, the error is a ``yaml.YAMLError``, mostly with the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 60  # levels; a recursive reader stops near 300
ALIASES = 20  # more in one text are an attack, not an author
_NESTS = re.compile(r"[\[{?:*-]")  # without one of these no level begins, no alias
_LONG = 20_000  # characters that the slow reader is asked to look at
_ODD = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


class TooManyAliases(yaml.YAMLError):
    """A few lines of nested aliases unfold to gigabytes."""


def read(text: str) -> Any:
    """What `text` says; raises yaml.YAMLError with the place that is wrong."""
    _refuse_burdens(text)
    loader = _FAST(text)
    try:
        return loader.get_single_data()
    except yaml.YAMLError:
        if len(text) > _LONG:
            raise
        return _read_slowly(text)  # it fails too, and names the place better
    except _ODD:  # !!int x, or the 99th of a month
        raise _bad_value(text) from None
    finally:
        loader.dispose()


def _read_slowly(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except _ODD:
        raise _bad_value(text) from None


def tree(text: str) -> Any:
    """The composed document, whose nodes know their lines."""
    return yaml.compose(text, Loader=_FAST)


def aliases(text: str) -> int:
    """How many aliases stand in it, up to the first fault."""
    return sum(isinstance(event, yaml.AliasEvent) for event, _ in _events(text))


def _events(text: str) -> Iterator[tuple[yaml.Event, int]]:
    """What stands there and how deep, up to the first fault or what is too deep."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_FAST):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            yield event, depth
            if depth > DEEPEST:
                return
    except yaml.YAMLError:  # the reader will tell
        return


def _refuse_burdens(text: str) -> None:
    """Raise where reading would need much more time or memory than the text has."""
    if len(_NESTS.findall(text)) <= ALIASES:
        return
    found = 0
    for event, depth in _events(text):
        found += isinstance(event, yaml.AliasEvent)
        if depth > DEEPEST:
            problem = f"nested more than {DEEPEST} levels deep"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
    if found > ALIASES:
        raise TooManyAliases(f"{found} aliases; at most {ALIASES} are read")


def _bad_value(text: str) -> yaml.MarkedYAMLError:
    """The error about a value that is not what it looks like."""
    loader = yaml.SafeLoader(text)
    place = None
    for node in _scalars(loader.get_single_node()):
        try:
            loader.construct_object(node)
        except (yaml.YAMLError, *_ODD):
            place = node.start_mark
            break
    problem = "this value is not what it looks like; put it into quotes"
    return yaml.MarkedYAMLError(problem=problem, problem_mark=place)


def _scalars(top: yaml.Node | None) -> list[yaml.ScalarNode]:
    """Every plain value; an alias may lead back to where it stands."""
    found, seen, queue = [], set(), [top]
    while queue:
        node = queue.pop()
        if isinstance(node, yaml.ScalarNode):
            found.append(node)
        elif isinstance(node, yaml.CollectionNode) and id(node) not in seen:
            seen.add(id(node))
            children = node.value
            if isinstance(node, yaml.MappingNode):
                children = [child for pair in node.value for child in pair]
            queue += reversed(children)
    return found
