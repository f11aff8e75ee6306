"""A chapter's source with the place of everything: fences, formulas, roles, words.

Not a Markdown parser: a scanner that knows what MyST would take for literal text, and
that never fails, whatever stands in the file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

BLOCK = re.compile(r"^(#{1,6} |:::|```|\([a-z][\w-]*\)=)")  # what no code begins with
FENCE = re.compile(r"^(?P<indent>\s*)(?P<mark>`{3,}|~{3,}|:{3,})(?P<rest>.*)$")
NAME = re.compile(r"^\{(?P<name>[^}`]*)\}\s*(?P<title>.*)$")
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


class Page:
    """One source file, scanned."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
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
        while number < len(self.lines) or self._recovered(stack):
            if number == len(self.lines):
                number = self._recover(stack)
                continue
            line, number = self.lines[number], number + 1
            found = FENCE.match(line)
            top = stack[-1] if stack else None
            if found and self._closes(found, stack, number):
                continue
            if top and top.literal:
                top.body.append((number, line))
            elif found and self._is_opening(found):
                stack.append(self._open(found, number, top))
            elif found and not found["rest"].strip():
                self.strays.append(number)
            else:
                if top:
                    top.body.append((number, line))
                self.prose.append((number, line, top))
        for fence in self.fences:
            read_options(fence)
        hidden = {n for f in self.fences for _, n in f.options.values()}
        hidden |= {
            n
            for f in self.fences
            for n, _ in f.body
            if not f.literal and n not in dict(f.content)
        }
        self.prose = [row for row in self.prose if row[0] not in hidden]

    @staticmethod
    def _recovered(stack: list[Fence]) -> bool:
        """Whether the page ended inside literal text that was never closed."""
        return bool(stack) and stack[-1].literal

    def _recover(self, stack: list[Fence]) -> int:
        """Give up the literal fence; the number of lines that belong to it or before.

        It ends where a heading, a label or another fence begins: what follows is
        read as its author meant it, and only the fence itself is reported.
        """
        fence = stack.pop()
        inner = [n for n, line in fence.body if n > fence.line and BLOCK.match(line)]
        stop = inner[0] if inner else len(self.lines) + 1
        fence.body = [(n, line) for n, line in fence.body if n < stop]
        return stop - 1

    @staticmethod
    def _closes(found: re.Match[str], stack: list[Fence], number: int) -> bool:
        """Close the innermost fence that this line closes, and all inside it."""
        if found["rest"].strip():
            return False
        mark, length = found["mark"][0], len(found["mark"])
        if stack and stack[-1].literal:
            if stack[-1].mark != mark or stack[-1].length > length:
                return False
            stack.pop().end = number
            return True
        for depth in range(len(stack) - 1, -1, -1):
            if stack[depth].mark == mark and stack[depth].length <= length:
                stack[depth].end = number
                del stack[depth:]
                return True
        return False

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
        self.fences.append(fence)
        return fence

    # What stands in the text outside literal fences

    @cached_property
    def headings(self) -> list[tuple[int, int, str]]:
        """Level, line and text of each heading."""
        found = []
        for number, line, _ in self.prose:
            if heading := re.match(r"^(#{1,6})\s+(.*?)\s*$", line):
                found.append((len(heading[1]), number, heading[2]))
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
                found.append((cell, ast.parse(cell.code)))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
        return found

    @cached_property
    def syntax(self) -> list[tuple[Fence, list[ast.AST]]]:
        """Each cell with all nodes of its syntax tree."""
        return [(cell, list(ast.walk(tree))) for cell, tree in self.trees]

    @cached_property
    def cells(self) -> list[Fence]:
        """The code cells."""
        return [f for f in self.fences if f.name == "code-cell" and f.end]


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


class Spans:
    """Formulas, roles and plain words of prose, by one pass over its characters."""

    def __init__(self, prose: list[tuple[int, str, Fence | None]]) -> None:
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
        self._inline(number, line, 0)

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

    def _inline(self, number: int, line: str, start: int) -> None:
        at = plain = start
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
            else:
                done = self._formula(number, line, at)
                if done is None:
                    return  # the formula went on to another line, and so did we
                at = done
            plain = at
        self._word(number, line, plain, len(line))

    def _word(self, number: int, line: str, start: int, end: int) -> None:
        if line[start:end].strip():
            self.words.append(Place(line[start:end], number, start + 1))

    def _code(self, number: int, line: str, at: int) -> int:
        ticks = re.match("`+", line[at:])[0]  # type: ignore[index]
        close = line.find(ticks, at + len(ticks))
        if close < 0:
            return at + len(ticks)
        content = line[at + len(ticks) : close]
        if named := re.search(r"\{([A-Za-z][\w:+.-]*)\}$", line[:at]):
            self.roles.append(Role(named[1], content, number, named.start() + 1))
            self._unname(number, len(named[0]))
        return close + len(ticks)

    def _unname(self, number: int, length: int) -> None:
        """A role's name is no word of the text."""
        if self.words and self.words[-1].line == number:
            last = self.words.pop()
            if last.text[:-length].strip():
                self.words.append(Place(last.text[:-length], number, last.column))

    def _formula(self, number: int, line: str, at: int) -> int | None:
        display = line.startswith("$$", at)
        mark = "$$" if display else "$"
        start, first = at + len(mark), self._index
        tex, text, row = [], line[start:], number
        while True:
            end = _unescaped(text, mark)
            if end >= 0:
                tex.append(text[:end])
                break
            tex.append(text)
            gone = self._index >= len(self._prose)
            following = "" if gone else self._prose[self._index][1]
            if gone or not following.strip():
                return self._unclosed(number, line, at, display, tex, first)
            row, text, _ = self._prose[self._index]
            self._index += 1
        rest = text[end + len(mark) :]
        label = re.match(r"\s*\(([^()\s]+)\)\s*$", rest) if display else None
        whole = "\n".join(tex)
        named = label[1] if label else ""
        self.formulas.append(Formula(whole, number, at + 1, display, named))
        if row == number:
            after = start + end + len(mark)
            return len(line) if label else after
        if not label:
            self._inline(row, text, end + len(mark))
        return None

    def _unclosed(
        self, number: int, line: str, at: int, display: bool, tex: list[str], first: int
    ) -> int:
        """A formula that never ends: report it, and go on after its first line."""
        self._index = first
        if display and (closed := self._beyond_blank(line, at, first)):
            blank, self._index = closed
            found = Formula("\n".join(tex), number, at + 1, True, "", False, "", blank)
            self.formulas.append(found)
        elif display:
            found = Formula("\n".join(tex), number, at + 1, True, "", False)
            self.formulas.append(found)
        else:
            self.dollars.append(Place("$", number, at + 1))
        return len(line) if display else at + 1

    def _beyond_blank(self, line: str, at: int, first: int) -> tuple[int, int] | None:
        """The blank line inside a display, and where to go on behind its end.

        An odd number of marks further down means that one of them closes this one.
        """
        rest = [text for _, text, _ in self._prose[first:]]
        marks = [i for i, text in enumerate(rest, first) if "$$" in text]
        count = line.count("$$", at + 2) + sum(text.count("$$") for text in rest)
        if count % 2 == 0 or not marks:
            return None
        inside = self._prose[first : marks[0]]
        blank = next((n for n, text, _ in inside if not text.strip()), 0)
        return blank, marks[0] + 1


def _unescaped(text: str, mark: str) -> int:
    at = 0
    while (at := text.find(mark, at)) >= 0:
        slashes = len(text[:at]) - len(text[:at].rstrip("\\"))
        if slashes % 2 == 0:
            return at
        at += 1
    return -1
