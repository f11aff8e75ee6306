"""``{timeline-table}``: the rows of ``mmdl.data.timeline`` as a table.

Each row tells when, what, who, by which source, what is doubtful, what the training
cost and which chapter has it. A script filters the rows by words and by tags; without
the script, and in the PDF, the whole table stands there.
"""

from calendar import month_abbr

from docutils import nodes
from ledger_table import cell
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from mmdl.data import Event, timeline
from mmdl.data.fetch import SHIPPED
from mmdl.data.history import TAGS, TIMELINE

HEADS = ("Date", "What happened", "Operations", "Treated in")
WIDTHS = (13, 53, 17, 17)
COURSES = {"O": "course O", "A": "course A", "OA": "both courses", "": "this book"}


class TimelineTable(SphinxDirective):
    """The table of all events."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        self.env.note_dependency(str(SHIPPED / TIMELINE.name))
        group = nodes.tgroup("", cols=len(HEADS))
        group += [nodes.colspec("", colwidth=width) for width in WIDTHS]
        head = nodes.row("", *(cell(nodes.paragraph("", text)) for text in HEADS))
        body = nodes.tbody("", *(self.row(event) for event in timeline()))
        group += [nodes.thead("", head), body]
        classes = ["timeline", "longtable", "colwidths-given"]
        return [nodes.table("", group, classes=classes)]

    def row(self, event: Event) -> nodes.row:
        """Return the row of an event."""
        chapter = f"{{ref}}`{event.chapter}`" if event.chapter else ""
        flop = operations(event.flop) if event.flop else ""
        row = nodes.row("", classes=[f"tag-{event.tag}"])
        row += cell(nodes.paragraph("", when(event)))
        row += cell(*self.story(event))
        row += [cell(self.text(text)) for text in (flop, chapter)]
        return row

    def story(self, event: Event) -> list[nodes.paragraph]:
        """Return what happened, what is doubtful, and where it belongs."""
        sources = ", ".join(f"{{cite:t}}`{key}`" for key in event.sources)
        found = [self.text(f"**{event.event}.** {event.who}. {sources}.")]
        if event.note:
            found.append(self.text(event.note, "timeline-note"))
        tag = nodes.inline("", TAGS[event.tag], classes=["timeline-tag"])
        place = nodes.Text(f" \N{MIDDLE DOT} {COURSES[event.track]}")
        found.append(nodes.paragraph("", "", tag, place, classes=["timeline-place"]))
        return found

    def text(self, source: str, *classes: str) -> nodes.paragraph:
        """Parse a line of Markdown."""
        parsed = self.state.inline_text(source, self.lineno)[0] if source else []
        return nodes.paragraph("", "", *parsed, classes=list(classes))


def when(event: Event) -> str:
    """Return ``1957`` or ``Sep 2012``."""
    month = event.date[5:]
    return f"{month_abbr[int(month)]} {event.year}" if month else str(event.year)


def operations(flop: float) -> str:
    """Return ``9,900`` or the Markdown of a power of ten."""
    if flop < 1e6:
        return f"{flop:,.0f}"
    digits, power = f"{flop:.1e}".split("e")
    return f"${digits} \\cdot 10^{{{int(power)}}}$"


def setup(app: Sphinx) -> dict[str, object]:
    """Register the directive."""
    app.add_directive("timeline-table", TimelineTable)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
