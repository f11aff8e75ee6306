"""What an SVG may hold: shapes and words; nothing that runs, moves or loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

ELEMENTS = {
    "svg", "g", "defs", "path", "use", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "text", "tspan", "textPath", "style", "clipPath", "mask", "pattern",
    "linearGradient", "radialGradient", "stop", "marker", "image", "title", "desc",
    "symbol", "switch", "metadata",
}  # fmt: skip
RECORD = {"RDF", "Work", "type", "date", "format", "creator", "Agent", "title"}
LOADS = re.compile(
    r"@import|expression|javascript:|\\|url\((?!\s*[\"']?#)", re.IGNORECASE
)
LINK = re.compile(r"#|data:image/(?:png|jpeg);base64,")


def svg_faults(source: str | bytes) -> Iterator[str]:
    """What an SVG has besides shapes and words."""
    reader = _Reader()
    try:
        reader.parser.Parse(source, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        reader.found.append(f"a source that is no plain SVG ({short(error)})")
    yield from dict.fromkeys(reader.found)


def short(words: object) -> str:
    """The beginning of foreign words, of what can be printed."""
    return "".join(c for c in str(words)[:40] if c.isprintable()) or "(none)"


class _Reader:
    """Follows the elements of one picture."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.inside: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = lambda _name: self.inside.pop()
        self.parser.CharacterDataHandler = self._words
        self.parser.EntityDeclHandler = self._stop
        self.parser.ProcessingInstructionHandler = self._stop

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        plain = name.rpartition(":")[2]
        record = "metadata" in self.inside and plain in RECORD
        self.inside.append(plain)
        if plain not in ELEMENTS and not record:
            self.found.append(f"the element {short(name)}")
        for key, value in attributes.items():
            self._attribute(key, value)

    def _attribute(self, key: str, value: str) -> None:
        bare = key.rpartition(":")[2].lower()
        if bare.startswith("on"):
            self.found.append(f"the handler {short(key)}")
        elif bare in ("href", "src"):
            if not LINK.match(value.strip()):
                self.found.append(f"a link to {short(value)}")
        elif not key.startswith("xmlns") and LOADS.search(value):
            self.found.append(f"a setting that loads {short(value)}")

    def _words(self, part: str) -> None:
        if self.inside and self.inside[-1] == "style" and LOADS.search(part):
            self.found.append(f"a style that loads {short(part.strip())}")

    def _stop(self, *_: object) -> None:
        raise ValueError("it has entities or instructions")
