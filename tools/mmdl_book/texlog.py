"""What TeX complains about, as sentences that name the chapter."""

from __future__ import annotations

import re
from pathlib import Path

_ERROR = re.compile(r"^! (.*)\n(?:.*\n){0,12}?l\.(\d+) ?(.*)", re.MULTILINE)
_LOST = re.compile(r"^Missing character: There is no (\S+)", re.MULTILINE)
_UNDEFINED = re.compile(
    r"^(?:LaTeX|Package hyperref|Package natbib) Warning: "
    r"(?:Hyper r|R|C)(?:eference|itation) `([^']*)'.*undefined",
    re.MULTILINE,
)
_FILE = re.compile(r"^% mmdl-file: (.*)$", re.MULTILINE)


def complaints(log: Path, source: Path) -> list[str]:
    """Errors, characters that no font has, and references that lead nowhere."""
    if not log.exists():
        return []
    said = log.read_text("utf8", errors="replace")
    tex = source.read_text("utf8")
    found = [_error(match, tex) for match in _ERROR.finditer(said)]
    found += [_lost(sign, tex) for sign in dict.fromkeys(_LOST.findall(said))]
    for label in dict.fromkeys(_UNDEFINED.findall(said)):
        found += [f"{_where(tex, label)}: the PDF has no target {label}."]
    return found


def _lost(sign: str, tex: str) -> str:
    name = f"{sign} (U+{ord(sign[0]):04X})"
    remedy = "write it as a formula or in words"
    return f"{_where(tex, sign)}: the PDF's fonts have no {name}; {remedy}."


def _error(match: re.Match[str], tex: str) -> str:
    what, line, near = match.groups()
    lines = tex.splitlines(keepends=True)[: int(line)]
    place = _last_file("".join(lines))
    return f"{place}: TeX: {what.rstrip('.')} (near: {near.strip()[-60:]})"


def _where(tex: str, text: str) -> str:
    return _last_file(tex[: max(tex.find(text), 0)])


def _last_file(before: str) -> str:
    found = _FILE.findall(before)
    return f"{found[-1]}.md" if found else "the PDF's first pages"
