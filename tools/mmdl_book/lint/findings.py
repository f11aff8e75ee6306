"""What a rule found, and the three ways to tell it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass

UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # kinds of characters


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: where it stands, which rule it breaks, what to do."""

    path: str
    line: int
    column: int
    code: str
    message: str
    fix: str
    severity: str = "error"

    def text(self, source: Sequence[str] = (), *, around: int = 0) -> str:
        """For people: the sentence, the line with a caret, the remedy."""
        place = f"{self.path}:{self.line}:{self.column}"
        told = [f"{place}: {self.severity} {self.code} {self.message}"]
        if 0 < self.line <= len(source):
            start = max(0, self.column - 60)
            rows = range(self.line - around, self.line + around + 1)
            for number in (row for row in rows if 0 < row <= len(source)):
                line = source[number - 1].replace("\t", " ")
                told.append(f"    {line[start : start + 100]}".rstrip())
                if number == self.line:
                    told.append(f"    {' ' * (self.column - 1 - start)}^")
        return "\n".join(map(visible, [*told, f"    fix: {self.fix}"]))

    def github(self) -> str:
        """As an annotation of a pull request."""
        words = visible(f"{self.message} Fix: {self.fix}").replace("%", "%25")
        path = visible(self.path)
        for plain, coded in (("%", "%25"), (":", "%3A"), (",", "%2C")):
            path = path.replace(plain, coded)
        place = f"file={path},line={self.line},col={self.column}"
        return f"::{self.severity} {place},title={self.code}::{words}"


def visible(text: str) -> str:
    """The text with a sign for each character that would steer a terminal."""
    if text.isprintable():
        return text
    return "".join(map(_sign, text))


def _sign(character: str) -> str:
    if unicodedata.category(character) not in UNSEEN:
        return character
    return chr(0x2400 + ord(character)) if character < " " else "\ufffd"


def as_json(findings: Sequence[Finding]) -> str:
    """For other programs."""
    return json.dumps([asdict(finding) for finding in findings], indent=1)


def total(findings: Sequence[Finding]) -> str:
    """The last line of a report."""
    if not findings:
        return "No findings."
    files = len({finding.path for finding in findings})
    errors = sum(finding.severity == "error" for finding in findings)
    counts = [_many(len(findings), "finding"), _many(files, "file")]
    return f"{counts[0]} in {counts[1]} ({_many(errors, 'error')})."


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"
