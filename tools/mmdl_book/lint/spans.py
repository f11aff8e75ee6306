"""Formulas, roles and the words between them, by one pass over the prose of a page."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

ROLE = re.compile(r"\{([A-Za-z][\w:+.-]*)\}")
LABEL = re.compile(r"\s*\(([^()\s]+)\)\s*$")
TICKS = re.compile("`+")
Row = tuple[int, str, Any]  # the line's number, its text, the fence around it


@dataclass(frozen=True)
class Place:
    """A piece of text with where it starts."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class Role:
    """``{name}`content```."""

    name: str
    content: str
    line: int
    column: int

    @property
    def target(self) -> str:
        """What it refers to, without a title of its own."""
        if found := re.search(r"<([^<>]+)>\s*$", self.content):
            return found[1].strip()
        return self.content.strip().lstrip("~!")


@dataclass(frozen=True)
class Formula:
    """TeX between dollars, or an environment."""

    tex: str
    line: int
    column: int
    display: bool
    label: str = ""
    closed: bool = True
    environment: str = ""
    blank: int = 0  # the line of a blank line inside, 0 if there is none


class Spans:
    """Formulas, roles and plain words of prose."""

    def __init__(self, prose: Sequence[Row]) -> None:
        self.formulas: list[Formula] = []
        self.roles: list[Role] = []
        self.words: list[Place] = []  # plain text between the others
        self.dollars: list[Place] = []  # a $ without its partner
        self._prose = prose
        self._index = 0
        while self._index < len(prose):
            self._line()

    def _line(self) -> None:
        number, line, _ = self._prose[self._index]
        self._index += 1
        if line.lstrip().startswith("%"):
            return
        if begun := re.match(r"^\s*\\begin\{(\w+\*?)\}", line):
            self._environment(number, line, begun[1])
            return
        self._inline(number, line)

    def _environment(self, number: int, line: str, name: str) -> None:
        end = f"\\end{{{name}}}"
        tex = [line]
        while end not in tex[-1] and self._index < len(self._prose):
            if not self._prose[self._index][1].strip():
                break
            tex.append(self._prose[self._index][1])
            self._index += 1
        whole = "\n".join(tex)
        closed = end in whole
        column = line.index("\\") + 1
        self.formulas.append(Formula(whole, number, column, True, "", closed, name))

    def _inline(self, number: int, line: str) -> None:
        at = plain = 0
        while at < len(line):
            char = line[at]
            if char == "\\":
                at += 2
                continue
            if char not in "`$":
                at += 1
                continue
            self._word(number, line, plain, at)
            if char == "`":
                at = self._code(number, line, at)
            else:  # a formula may go on to another line, and so do we
                number, line, at = self._formula(number, line, at)
            plain = at
        self._word(number, line, plain, len(line))

    def _word(self, number: int, line: str, start: int, end: int) -> None:
        if line[start:end].strip():
            self.words.append(Place(line[start:end], number, start + 1))

    def _code(self, number: int, line: str, at: int) -> int:
        ticks = TICKS.match(line, at)[0]  # type: ignore[index]
        close = line.find(ticks, at + len(ticks))
        if close < 0:
            return at + len(ticks)
        content = line[at + len(ticks) : close]
        start = line.rfind("{", 0, at)
        if start >= 0 and (named := ROLE.fullmatch(line, start, at)):
            self.roles.append(Role(named[1], content, number, named.start() + 1))
            self._unname(number, len(named[0]))
        return close + len(ticks)

    def _unname(self, number: int, length: int) -> None:
        """A role's name is no word of the text."""
        if self.words and self.words[-1].line == number:
            last = self.words.pop()
            if last.text[:-length].strip():
                self.words.append(Place(last.text[:-length], number, last.column))

    def _formula(self, number: int, line: str, at: int) -> tuple[int, str, int]:
        """Take a formula; the line on which it ends, and where there."""
        display = line.startswith("$$", at)
        mark = "$$" if display else "$"
        start, first = at + len(mark), self._index
        tex, text, row, begin = [], line, number, start
        while (end := _unescaped(text, mark, begin)) < 0:
            tex.append(text[begin:])
            gone = self._index >= len(self._prose)
            following = "" if gone else self._prose[self._index][1]
            if gone or not following.strip():
                return number, line, self._unclosed(number, line, at, tex, first)
            row, text, _ = self._prose[self._index]
            self._index += 1
            begin = 0
        tex.append(text[begin:end])
        end += len(mark)
        label = LABEL.match(text, end) if display else None
        named = label[1] if label else ""
        self.formulas.append(Formula("\n".join(tex), number, at + 1, display, named))
        return row, text, len(text) if label else end

    def _unclosed(
        self, number: int, line: str, at: int, tex: list[str], first: int
    ) -> int:
        """A formula that never ends: report it, and go on after its first line."""
        self._index = first
        if not line.startswith("$$", at):
            self.dollars.append(Place("$", number, at + 1))
            return at + 1
        blank = 0
        if closed := self._beyond_blank(line, at, first):
            blank, self._index = closed
        whole = "\n".join(tex)
        self.formulas.append(
            Formula(whole, number, at + 1, True, closed=False, blank=blank)
        )
        return len(line)

    def _beyond_blank(self, line: str, at: int, first: int) -> tuple[int, int] | None:
        """The blank line inside a display, and where to go on behind its end.

        An odd number of marks further down means that one of them closes this one.
        """
        below = bisect_left(self._marked, first)
        count = line.count("$$", at + 2) + self._after[below]
        if count % 2 == 0 or below == len(self._marked):
            return None
        end = self._marked[below]
        inside = self._prose[first:end]
        blank = next((n for n, text, _ in inside if not text.strip()), 0)
        return blank, end + 1

    @cached_property
    def _marked(self) -> list[int]:
        """The rows in which $$ stands."""
        return [i for i, (_, text, _) in enumerate(self._prose) if "$$" in text]

    @cached_property
    def _after(self) -> list[int]:
        """How many $$ stand in each of them and below it; 0 behind the last."""
        counts = [self._prose[i][1].count("$$") for i in reversed(self._marked)]
        return [*accumulate(counts, initial=0)][::-1]


def _unescaped(text: str, mark: str, at: int) -> int:
    start = at
    while (at := text.find(mark, at)) >= 0:
        before = at
        while before > start and text[before - 1] == "\\":
            before -= 1
        if (at - before) % 2 == 0:
            return at
        at += 1
    return -1
