"""What TeX complains about, as sentences that name the chapter and its line."""

from __future__ import annotations

import re
from pathlib import Path

TOO_WIDE = 30.0  # points (1 cm): what is less, no reader sees
POINTS_PER_MM = 2.845

_ERROR = re.compile(r"^! (.*)\n(?:.*\n){0,12}?l\.(\d+) ?(.*)", re.MULTILINE)
_LOST = re.compile(r"^Missing character: There is no (\S+)", re.MULTILINE)
_UNDEFINED = re.compile(
    r"^(?:LaTeX|Package hyperref) Warning: "
    r"(?:Hyper r|R)eference `([^']*)'.*undefined",
    re.MULTILINE,
)
_WIDE = re.compile(
    r"^Overfull \\hbox \(([\d.]+)pt too wide\) .*?lines? (\d+)", re.MULTILINE
)
_FILE = re.compile(r"^% mmdl-file: (.*)$")
_PIECES = re.compile(r"[\\{}$()]+")
_LOOK_BACK, _LONG = 25, 6  # lines; letters that make a text worth searching for


class Source:
    """The LaTeX file, and the chapters under `root` that it was made from."""

    def __init__(self, tex: Path, root: Path) -> None:
        self.lines = tex.read_text("utf8").splitlines()
        self.root = root

    def place(self, line: int) -> str:
        """``chapter.md:12`` for a line (from 1) of the LaTeX file."""
        before = self.lines[:line]
        found = (m[1] for text in reversed(before) if (m := _FILE.match(text)))
        name = next(found, "")
        if not name:
            return "the PDF's first pages"
        near = [t.strip() for t in reversed(before[-_LOOK_BACK:])]
        return f"{name}.md" + self._line_of(self.root / f"{name}.md", near)

    def _line_of(self, chapter: Path, near: list[str]) -> str:
        """``:12`` where the chapter says one of these lines, or a part of the last."""
        if not chapter.is_file():
            return ""
        said = chapter.read_text("utf8").splitlines()
        pieces = [piece.strip() for text in near[:2] for piece in _PIECES.split(text)]
        for text in (*near, *sorted(pieces, key=len, reverse=True)):
            hits = [n for n, line in enumerate(said, 1) if text in line]
            if len(text) >= _LONG and len(hits) == 1:
                return f":{hits[0]}"
        return ""

    def place_of(self, text: str) -> str:
        """The place of the first line that holds `text`."""
        hits = (n for n, line in enumerate(self.lines, 1) if text in line)
        return self.place(next(hits, 0))


def complaints(log: Path, tex: Path, root: Path) -> list[str]:
    """Errors, signs that no font has, references to nothing, lines too wide."""
    if not log.exists():
        return []
    said = log.read_text("utf8", errors="replace")
    source = Source(tex, root)
    found = [_error(match, source) for match in _ERROR.finditer(said)]
    found += [_lost(sign, source) for sign in dict.fromkeys(_LOST.findall(said))]
    for label in dict.fromkeys(_UNDEFINED.findall(said)):
        found += [f"{source.place_of(label)}: the PDF has no target {label}."]
    wide = [(float(much), int(line)) for much, line in _WIDE.findall(said)]
    found += [_wide(*one, source) for one in wide if one[0] > TOO_WIDE]
    return list(dict.fromkeys(found))


def _error(match: re.Match[str], source: Source) -> str:
    what, line, near = match.groups()
    place = source.place(int(line))
    return f"{place}: TeX: {what.rstrip('.')} (near: {near.strip()[-60:]})"


def _lost(sign: str, source: Source) -> str:
    name = f"{sign} (U+{ord(sign[0]):04X})"
    remedy = "write it as a formula or in words"
    return f"{source.place_of(sign)}: the PDF's fonts have no {name}; {remedy}."


def _wide(points: float, line: int, source: Source) -> str:
    much = f"{points / POINTS_PER_MM:.0f} mm wider than the page"
    return f"{source.place(line)}: on paper this is {much}; break the line."
