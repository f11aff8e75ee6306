"""Every picture tells its size before it is loaded, so that no text moves.

The first picture of a page loads at once, the others when the reader comes near.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import imagesize
from docutils import nodes
from sphinx.application import Sphinx

IMG = re.compile(r"<img\b[^>]*>")
SRC = re.compile(r'\bsrc="([^"]*)"')
SVG_HEAD = 2000  # characters that hold the <svg> tag
PX_PER_PT = 4 / 3


def size_of(path: Path) -> tuple[int, int] | None:
    """Return width and height in CSS pixels, None if the file does not tell."""
    if path.suffix == ".svg":
        head = path.read_text("utf-8")[:SVG_HEAD]
        tag = head[head.find("<svg") :].partition(">")[0] + ">"
        sizes = [
            float(value) * (PX_PER_PT if unit == "pt" else 1)
            for name in ("width", "height")
            for value, unit in re.findall(rf'\b{name}="([\d.]+)(pt|px)?"', tag)[:1]
        ]
        return (round(sizes[0]), round(sizes[1])) if len(sizes) == 2 else None
    width, height = imagesize.get(path)
    return (width, height) if width > 0 else None


def complete(tag: str, path: Path | None, *, first: bool) -> str:
    """Return the ``<img>`` tag with its size and its way of loading."""
    size = size_of(path) if path and path.is_file() else None
    extra = ""
    if size and "width=" not in tag and "height=" not in tag:
        extra += ' width="{}" height="{}"'.format(*size)
    if not first and "loading=" not in tag:
        extra += ' loading="lazy"'
    return re.sub(r"\s*/?>$", "", tag) + extra + ' decoding="async">'


def complete_images(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Complete every picture of the page."""
    files = {name: source for source, name in app.builder.images.items()}
    seen = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        src = SRC.search(match[0])
        name = PurePosixPath(unquote(unescape(src[1]))).name if src else ""
        source = files.get(name)
        path = Path(app.srcdir, source) if source else None
        return complete(match[0], path, first=seen == 1)

    if context.get("body"):
        context["body"] = IMG.sub(replace, context["body"])


def setup(app: Sphinx) -> dict[str, object]:
    """Register."""
    app.connect("html-page-context", complete_images)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
