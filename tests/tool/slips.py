"""Slips of the keyboard in the markup of a page: one token, one slip.

A token is a mark of a fence, the name of a directive or a role, the key of an option
or of the header, a label where it is defined or used, a command of TeX, a dollar,
a brace of a formula, the marks of a heading. A slip leaves out a character, doubles it,
swaps it with its neighbour, or leaves out the token.
"""

from __future__ import annotations

import random
import re
from typing import NamedTuple

TOKENS = {
    "fence": r"^(?P<t>:{3,}|`{3,})",
    "directive": r"^(?::{3,}|`{3,})(?P<t>\{[\w:-]+\})",
    "option": r"^(?P<t>:[a-z-]+:)(?= )",
    "label": r"^:(?:label|name|of): (?P<t>\S+)$",
    "target": r"^(?P<t>\([a-z][\w-]*\)=)$",
    "role": r"(?P<t>\{[\w:-]+\})`[^`]",
    "reference": r"\{[\w:-]+\}`(?P<t>[\w., ~:-]+)`",
    "equation": r"\$\$ (?P<t>\([\w-]+\))$",
    "heading": r"^(?P<t>#{1,4})(?= )",
    "key": r"^ *(?P<t>[a-z_]+):(?= |$)",
    "dollars": r"(?P<t>\$\$)",
    "dollar": r"(?<![$\\])(?P<t>\$)(?!\$)",
    "command": r"(?P<t>\\[A-Za-z]+)",
    "brace": r"(?<!\\)(?P<t>[{}])",
}
BLOCKS = re.MULTILINE | re.DOTALL
CODE = re.compile(r"^```[^\n]*\n(.*?)^```$", BLOCKS)
YAML = re.compile(r"^---\n(.*?)^---$", BLOCKS)
FORMULA = re.compile(
    r"\$\$.*?\$\$|(?<!\\)\$[^$]+\$|\\begin\{.*?\\end\{\w+\*?\}", re.DOTALL
)
WHOLE = {"fence", "dollars", "dollar", "brace", "heading", "target"}  # may be left out


class Slip(NamedTuple):
    """Where and what: ``text[start:end]`` becomes ``new``."""

    kind: str
    start: int
    end: int
    new: str

    def made(self, text: str) -> str:
        """The text with the slip."""
        return text[: self.start] + self.new + text[self.end :]


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Every token: its kind and its place."""
    code, yaml, formulas = _areas(text)
    found = []
    for kind, pattern in TOKENS.items():
        for match in re.finditer(pattern, text, re.MULTILINE):
            start, end = match.span("t")
            inside = any(a <= start < b for a, b in code)
            settings = any(a <= start < b for a, b in yaml)
            formula = any(a <= start < b for a, b in formulas)
            if inside or settings != (kind == "key"):
                continue
            if (kind in ("command", "brace")) <= formula:
                found.append((kind, start, end))
    return sorted(found, key=lambda token: token[1:])


def _areas(text: str) -> tuple[list, list, list]:
    """Code and remarks; headers and settings of cells; formulas."""
    code = [m.span(1) for m in CODE.finditer(text)]
    yaml = [m.span(1) for m in YAML.finditer(text)]
    ends = {start - 4: end + 4 for start, end in yaml}  # settings are not code
    code = [(ends.get(start, start), end) for start, end in code]
    code += [m.span() for m in re.finditer(r"^%.*$", text, re.MULTILINE)]
    return code, yaml, [m.span() for m in FORMULA.finditer(text)]


def slips(text: str, count: int, seed: int) -> list[Slip]:
    """Random slips, each kind of token as often as the others."""
    rng = random.Random(seed)
    kinds: dict[str, list[tuple[int, int]]] = {}
    for kind, start, end in tokens(text):
        kinds.setdefault(kind, []).append((start, end))
    found = []
    while len(found) < count:
        kind = rng.choice(sorted(kinds))
        start, end = rng.choice(kinds[kind])
        new = _slip(rng, text[start:end], whole=kind in WHOLE)
        if new != text[start:end]:
            found.append(Slip(kind, start, end, new))
    return found


def _slip(rng: random.Random, token: str, *, whole: bool) -> str:
    at = rng.randrange(len(token))
    kind = rng.choice(["drop", "double", "swap", *(["whole"] if whole else [])])
    if kind == "drop":
        return token[:at] + token[at + 1 :]
    if kind == "double":
        return token[:at] + token[at] + token[at:]
    if kind == "swap":
        return token[:at] + token[at : at + 2][::-1] + token[at + 2 :]
    return ""
