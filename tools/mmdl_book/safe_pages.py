"""Reads finished pages and finds what runs or loads in them, except the book's own.

The last of the checks on a foreign chapter: whatever way its author found through
Markdown, MyST, Sphinx and its extensions, it ends in the page.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import sphinx

from mmdl_book.layout import Layout

FOREIGN = {"iframe", "object", "embed", "applet", "frame", "frameset", "base", "portal"}
ADDRESS = {"href", "src", "action", "formaction", "data", "poster", "srcset", "to"}
ADDRESS |= {"xlink:href", "background", "manifest", "ping", "values", "from", "content"}
RUNS = re.compile(
    r"(?:javascript|vbscript|data(?!:image/|:font/)|file):", re.IGNORECASE
)
SCRIPTS = re.compile(r"(?:\.\./)*_static/")  # where the book's own scripts lie
LOADS = {"img", "script", "link", "source", "video", "audio", "track", "image", "use"}
REMOTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
STYLE = re.compile(r"@import|url\(\s*[\"']?(?!#|data:)|expression\(", re.IGNORECASE)


class Reader(HTMLParser):
    """Collects from one page what runs and what loads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.scripts: list[tuple[int, str]] = []  # written into the page
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: re.sub(r"[\x00-\x20]", "", value or "") for name, value in attrs}
        self.inside = tag if tag == "script" and "src" not in given else ""
        if tag in FOREIGN:
            self._note(f"<{tag}>")
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self._note("<meta http-equiv=refresh>")
        for name, value in given.items():
            self._attribute(tag, name, value)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        address = name in ADDRESS
        runs = name.startswith("on") or name == "srcdoc"
        loads = address and tag in LOADS and REMOTE.match(value)
        styled = name == "style" and STYLE.search(value)
        stray = tag == "script" and name == "src" and not SCRIPTS.match(value)
        if runs or (address and RUNS.match(value)) or loads or styled or stray:
            self._note(f"<{tag} {name}={value[:60]}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts.append((self.getpos()[0], data))

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def _note(self, words: str) -> None:
        self.found.append((self.getpos()[0], words))


def read(text: str) -> Reader:
    """A page, read."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def foreign(book: Layout, site: Path, pages: list[str]) -> list[str]:
    """Findings on these pages; the book's own scripts are those of its templates."""
    ours = _own_scripts(book)
    findings = []
    for name in pages:
        path = site / f"{name}.html"
        if path.is_file():
            reader = read(path.read_text("utf8"))
            scripts = [row for row in reader.scripts if not ours.fullmatch(row[1])]
            for line, words in [*reader.found, *scripts]:
                findings.append(
                    f"{name}.md:1: this came into the finished page (line {line}): "
                    f"{' '.join(words.split())[:80]}; write Markdown."
                )
    return findings


def _own_scripts(book: Layout) -> re.Pattern[str]:
    """What the templates write into every page, their variables left open."""
    own = book.root / "book" / "_templates"
    basic = Path(sphinx.__file__).parent / "themes" / "basic"
    texts = [
        p.read_text("utf8") for d in (own, basic) for p in sorted(d.glob("*.html"))
    ]
    scripts = [script for text in texts for _, script in read(text).scripts]
    parts = [re.split(r"\{\{.*?\}\}", script) for script in scripts]
    return re.compile("|".join("[^\n]*".join(map(re.escape, p)) for p in parts))
