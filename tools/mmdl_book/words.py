"""The words after a command: paths, ``--flags`` and ``--keys value``."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from mmdl_book.errors import UsageError


@dataclass
class Words:
    """What stood on the command line."""

    paths: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)


def parse(
    command: str, words: list[str], *, flags: set[str], values: set[str]
) -> Words:
    """Sort the words; a wrong one is refused with the nearest right one."""
    found = Words()
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            found.paths.append(word)
            continue
        name, given, value = word[2:].partition("=")
        if name in flags and not given:
            found.flags.add(name)
        elif name in values:
            found.values[name] = value if given else _next(command, name, rest)
        else:
            raise UsageError(_unknown(command, word, flags | values))
    return found


def _next(command: str, name: str, rest: object) -> str:
    value = next(rest, None)  # type: ignore[call-overload]
    if value is None:
        raise UsageError(f"{command}: expected a value after --{name}, received none.")
    return str(value)


def _unknown(command: str, word: str, known: set[str]) -> str:
    near = difflib.get_close_matches(word[2:], known, 1)
    options = ", ".join(f"--{name}" for name in sorted(known)) or "no options"
    guess = f"did you mean --{near[0]}?" if near else f"it takes {options}."
    return f"{command}: received {word}; {guess}"
