"""The drawing of the map of prerequisites: chapters in a column, arcs beside them.

An arc bulges the farther to the left the more chapters it passes, so no arc hides
another and none crosses a title.
"""

from html import escape
from itertools import groupby
from typing import NamedTuple

WIDTH, DOTS = 540, 152  # of the drawing; where the dots stand
ROW, CAPTION = 22, 30  # heights of a chapter and of the name of a part
BEND = (14, 4.2)  # how far an arc bulges: at least, and more for each row
SVG = (
    '<div class="needs-frame"><svg class="needs-map" viewBox="0 0 {width} {height}" '
    'role="group" aria-label="Map of prerequisites; the table below says the same">'
)
TIP = (
    '<defs><marker id="needs-tip" viewBox="0 0 8 8" refX="8" refY="4" '
    'markerWidth="6" markerHeight="6" orient="auto">'
    '<path d="M0 0L8 4L0 8z"/></marker></defs>'
)


class Box(NamedTuple):
    """A chapter on the map; the address is empty where it is only planned."""

    label: str
    number: str
    words: str
    part: str
    uri: str


def drawing(boxes: list[Box], needs: dict[str, set[str]]) -> str:
    """Return the map as SVG: arrows lead from what is needed to what needs it."""
    rows: list[str] = []
    heights: dict[str, float] = {}
    y = 0.0
    first = sorted(boxes, key=lambda box: box.part != "Appendices")
    for part, chapters in groupby(first, key=lambda box: box.part):
        y += CAPTION
        rows.append(f'<text class="part" x="{DOTS + 12}" y="{y - 6:g}">')
        rows[-1] += f"{escape(part)}</text>"
        for box in chapters:
            heights[box.label] = y + ROW / 2
            rows.append(line(box, y + ROW / 2))
            y += ROW
    arcs = [
        arc(a, b, heights, list(heights))
        for b in heights
        for a in sorted(needs[b], key=heights.__getitem__)
    ]
    svg = SVG.format(width=WIDTH, height=f"{y + 4:g}")
    return "\n".join([svg, TIP, *arcs, *rows, "</svg></div>\n"])


def arc(source: str, target: str, heights: dict[str, float], order: list[str]) -> str:
    """Return the arc between two chapters."""
    passed = abs(order.index(target) - order.index(source))
    bend = DOTS - 5 - 4 / 3 * (BEND[0] + BEND[1] * (passed - 1))
    start, end = heights[source], heights[target]
    end += 3 if end < start else -3  # beside the arrow that starts there
    path = (
        f"M{DOTS - 5} {start:g}C{bend:g} {start:g} {bend:g} {end:g} {DOTS - 5} {end:g}"
    )
    return (
        f'<path class="need" d="{path}" data-from="{source}" data-to="{target}" '
        'marker-end="url(#needs-tip)"/>'
    )


def line(box: Box, y: float) -> str:
    """Return a chapter's dot, number and words; a link if it is published."""
    shape = (
        f'<circle cx="{DOTS}" cy="{y:g}" r="3.5"/>'
        f'<text class="number" x="{DOTS + 34}" y="{y + 4.5:g}">{escape(box.number)}'
        f'</text><text x="{DOTS + 44}" y="{y + 4.5:g}">{escape(box.words)}</text>'
    )
    here = f'data-label="{box.label}"'
    if box.uri:
        return f'<a class="chapter" href="{escape(box.uri)}" {here}>{shape}</a>'
    return f'<g class="chapter planned" {here}>{shape}</g>'
