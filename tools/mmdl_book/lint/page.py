"""A chapter's source with the place of everything: fences, formulas, roles, words.

Not a Markdown parser: a scanner that knows what MyST would take for literal text, and
that never fails, whatever stands in the file.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any

import yaml

from mmdl_book.lint.spans import Place, Spans
from mmdl_book.yamls import read

BLOCK = re.compile(r"^(#{1,6} |:::|```|\([a-z][\w-]*\)=)")  # what no code begins with
FENCE = re.compile(r"^(?P<indent>\s*)(?P<mark>`{3,}|~{3,}|:{3,})(?P<rest>.*)$")
NAME = re.compile(r"^\{(?P<name>[^}`]*)\}\s*(?P<title>.*)$")
SUSPECT = re.compile(  # code worth a look at its tree; half of all cells are not
    r"import|://|\b(?:open|exec|eval|compile|input|breakpoint)\b|\\|[^\x00-\x7f]"
)
OPTION = re.compile(r"^:(?P<key>[A-Za-z][\w-]*):\s*(?P<value>.*)$")
# Directives whose body is not Markdown.
LITERAL = {
    "code-cell", "code", "code-block", "sourcecode", "math", "eval-rst", "raw",
    "mmdl-source", "literalinclude", "include", "mermaid", "bibliography", "doctest",
    "parsed-literal", "only",
}  # fmt: skip


@dataclass
class Fence:
    """A block between fences: a directive, a code cell, literal text."""

    mark: str  # "`", "~" or ":"
    length: int
    name: str  # of the directive; "" for plain code
    title: str
    line: int  # of its opening, from 1
    indent: int = 0
    end: int = 0  # line of its closing; 0 if there is none
    parent: Fence | None = None
    shortest: dict[str, int] = field(default_factory=dict)  # by mark, of those open
    options: dict[str, tuple[str, int]] = field(default_factory=dict)
    body: list[tuple[int, str]] = field(default_factory=list)  # own lines, with options
    content: list[tuple[int, str]] = field(default_factory=list)  # without options

    @property
    def literal(self) -> bool:
        """Whether its body is not Markdown."""
        return self.name in LITERAL or (self.mark != ":" and not self.name)

    @property
    def label(self) -> str:
        """The value of its ``label`` or ``name`` option."""
        for key in ("label", "name"):
            if key in self.options:
                return self.options[key][0]
        return ""

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The YAML block of a code cell; empty where it is none."""
        return mapping(self.options.get("---", ("", 0))[0])

    @property
    def code(self) -> str:
        """Its content as one text."""
        return "\n".join(line for _, line in self.content)

    def within(self) -> Iterator[Fence]:
        """Itself and the fences around it, from the inside."""
        fence: Fence | None = self
        while fence:
            yield fence
            fence = fence.parent


class Page:
    """One source file, scanned."""

    def __init__(self, path: str, text: str, *, plain: bool = True) -> None:
        self.path = path
        self.plain = plain  # a file, and no link to one
        self.text = text
        self.lines = text.replace("\r\n", "\n").split("\n")
        self.fences: list[Fence] = []
        self.strays: list[int] = []  # lines of closing fences that close nothing
        self.prose: list[tuple[int, str, Fence | None]] = []
        self.header_open = 0  # the line of text that an unclosed header swallows
        self.header, self.header_end = self._header()
        self._scan()

    def _header(self) -> tuple[str, int]:
        """The text of the front matter, and the line on which it ends."""
        if self.lines[0].strip() != "---":
            return "", 0
        for number, line in enumerate(self.lines[1:], 2):
            if line.strip() == "---":
                return "\n".join(self.lines[1 : number - 1]), number
            if re.match(r"^(:::|```|\([a-z][\w-]*\)=)", line):
                self.header_open = number
                return "\n".join(self.lines[1 : number - 1]), number - 1
        return "", 0

    def _scan(self) -> None:
        stack: list[Fence] = []
        number = self.header_end
        while number < len(self.lines):
            line, number = self.lines[number], number + 1
            found = FENCE.match(line)
            if found and self._closes(found, stack, number):
                continue
            top = stack[-1] if stack else None
            if found and self._is_opening(found):
                fence = self._open(found, number, top)
                if fence.literal:
                    number = self._take(fence, number)
                else:
                    stack.append(fence)
            elif found and not found["rest"].strip():
                self.strays.append(number)
            else:
                if top:
                    top.body.append((number, line))
                self.prose.append((number, line, top))
        for fence in self.fences:
            read_options(fence)
        self._hide_options()

    def _hide_options(self) -> None:
        """Take the lines of options out of the prose."""
        hidden = {n for f in self.fences for _, n in f.options.values()}
        for fence in self.fences:
            if not fence.literal:
                shown = {n for n, _ in fence.content}
                hidden |= {n for n, _ in fence.body if n not in shown}
        self.prose = [row for row in self.prose if row[0] not in hidden]

    def _take(self, fence: Fence, number: int) -> int:
        """Read literal text up to its end; the number of the line where it stands.

        Text that is never closed ends where a heading, a label or another fence
        begins: what follows is read as its author meant it, and only the fence itself
        is reported.
        """
        closed = self._longest_below[fence.mark][number] >= fence.length
        for row in range(number + 1, len(self.lines) + 1):
            line = self.lines[row - 1]
            if not closed and BLOCK.match(line):
                return row - 1
            bare = FENCE.match(line) if closed else None
            if bare and self._ends(bare, fence):
                fence.end = row
                return row
            fence.body.append((row, line))
        return len(self.lines)

    @staticmethod
    def _ends(found: re.Match[str], fence: Fence) -> bool:
        mark = found["mark"]
        right = mark[0] == fence.mark and len(mark) >= fence.length
        return right and not found["rest"].strip()

    @cached_property
    def _longest_below(self) -> dict[str, list[int]]:
        """For each mark and line: the longest closing fence on that line or below."""
        lengths: dict[str, list[int]] = {mark: [] for mark in "`~:"}
        for line in reversed(self.lines):
            found = FENCE.match(line)
            bare = found and not found["rest"].strip()
            for mark, column in lengths.items():
                ours = bare and found and found["mark"][0] == mark
                column.append(len(found["mark"]) if ours and found else 0)
        return {m: [*accumulate(c, max, initial=0)][::-1] for m, c in lengths.items()}

    @staticmethod
    def _closes(found: re.Match[str], stack: list[Fence], number: int) -> bool:
        """Close the innermost fence that this line closes, and all inside it."""
        if found["rest"].strip():
            return False
        mark, length = found["mark"][0], len(found["mark"])
        if not stack or stack[-1].shortest.get(mark, length + 1) > length:
            return False
        while stack[-1].mark != mark or stack[-1].length > length:
            stack.pop()
        stack.pop().end = number
        return True

    @staticmethod
    def _is_opening(found: re.Match[str]) -> bool:
        if found["mark"][0] == ":":
            return bool(found["rest"].strip())
        return True

    def _open(self, found: re.Match[str], number: int, top: Fence | None) -> Fence:
        rest = found["rest"].strip()
        named = NAME.match(rest)
        fence = Fence(
            mark=found["mark"][0],
            length=len(found["mark"]),
            name=named["name"].strip() if named else "",
            title=named["title"].strip() if named else rest,
            line=number,
            indent=len(found["indent"]),
            parent=top,
        )
        above = top.shortest if top else {}
        least = min(fence.length, above.get(fence.mark, fence.length))
        fence.shortest = {**above, fence.mark: least}
        self.fences.append(fence)
        return fence

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The front matter; empty where it is none."""
        return mapping(self.header)

    # What stands in the text outside literal fences

    @cached_property
    def headings(self) -> list[tuple[int, int, str]]:
        """Level, line and text of each heading."""
        found = []
        for number, line, _ in self.prose:
            if heading := re.match(r"#{1,6}(?=\s)", line):
                text = line[heading.end() :].strip()
                found.append((heading.end(), number, text))
        return found

    @cached_property
    def targets(self) -> list[Place]:
        """Labels like ``(sec-topic)=``."""
        return [
            Place(found[1], number, 2)
            for number, line, _ in self.prose
            if (found := re.match(r"^\(([^()\s]+)\)=\s*$", line))
        ]

    @cached_property
    def paragraphs(self) -> list[list[tuple[int, str]]]:
        """Runs of lines that belong together."""
        runs: list[list[tuple[int, str]]] = []
        last, owner = -1, None
        for number, line, fence in self.prose:
            if not line.strip():
                last = -1
                continue
            if number != last + 1 or fence is not owner:
                runs.append([])
            runs[-1].append((number, line))
            last, owner = number, fence
        return runs

    @cached_property
    def spans(self) -> Spans:
        """Formulas, roles and the words between them."""
        return Spans(self.prose)

    @cached_property
    def trees(self) -> list[tuple[Fence, ast.Module]]:
        """Each cell with its syntax tree; those that are no Python are left out."""
        found = []
        for cell in self.cells:
            try:
                with warnings.catch_warnings():  # told by MM607
                    warnings.simplefilter("ignore")
                    found.append((cell, ast.parse(cell.code)))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
        return found

    @cached_property
    def syntax(self) -> list[tuple[Fence, list[ast.AST]]]:
        """Imports, calls and constants of each cell that may hold one to tell of."""
        kinds = (ast.Import, ast.ImportFrom, ast.Call, ast.Constant)
        return [
            (cell, [node for node in ast.walk(tree) if isinstance(node, kinds)])
            for cell, tree in self.trees
            if SUSPECT.search(cell.code)
        ]

    @cached_property
    def cells(self) -> list[Fence]:
        """The code cells."""
        return [f for f in self.fences if f.name == "code-cell" and f.end]


def mapping(text: str) -> dict[str, Any]:
    """YAML as a dictionary; empty where it is none, which rules of their own tell."""
    try:
        found = read(text) if text else {}
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def read_options(fence: Fence) -> None:
    """Split a fence's lines into options and content."""
    lines = fence.body
    start = 0
    if fence.name and lines and lines[0][1].strip() == "---":
        closing = [
            i for i, (_, line) in enumerate(lines[1:], 1) if line.strip() == "---"
        ]
        if closing:
            fence.options["---"] = (
                "\n".join(line for _, line in lines[1 : closing[0]]),
                lines[0][0],
            )
            start = closing[0] + 1
    elif fence.name:
        while start < len(lines) and (found := OPTION.match(lines[start][1].strip())):
            fence.options[found["key"]] = (found["value"].strip(), lines[start][0])
            start += 1
    fence.content = lines[start:]
