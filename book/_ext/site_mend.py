"""Faults in the HTML of the tools below us, each mended where it arises.

Every function takes the finished body of a page and gives it back mended; each
has a test that says what was wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

from docutils import nodes
from katex_text import plain
from sphinx.application import Sphinx

FOLD = re.compile(
    r'<summary aria-label="Toggle hidden content">\s*'
    r'<p class="collapsed admonition-title">.*?</p>\s*'
    r'<p class="expanded admonition-title">.*?</p>\s*</summary>',
    re.DOTALL,
)
HYPOTHESES = re.compile(r'<ul class="simple">(?=\s*<li><p>\(H\d)')
FRAME = re.compile(
    r'<div class="pst-scrollable-table-container">(.*?</table>)\s*</div>', re.DOTALL
)
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
HEADER = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.DOTALL)
MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
SUMMARY = re.compile(r"<summary>.*?</summary>", re.DOTALL)
LINK = re.compile(r"</?a\b[^>]*>")
ROLE = re.compile(r' role="(?:doc-biblioentry|list)"(?= class="citation-list"|>)')
THEBE = re.compile(
    r'\s*<script(?: type="text/x-thebe-config")?>\s*(?:kernelName|\{).*?</script>',
    re.DOTALL,
)


def name_folds(body: str) -> str:
    """MyST-NB names all folded code alike, against the words that one sees."""
    kinds = {"above-input": "The code", "below-input": "The output"}
    kinds["above-output"] = "The output"

    def summary(match: re.Match[str]) -> str:
        before = body[: match.start()].rpartition("<details")[2]
        word = next((text for kind, text in kinds.items() if kind in before), "More")
        return f"<summary>{word}</summary>"

    body = FOLD.sub(summary, body)
    return body.replace('<details class="admonition hide', '<details class="hide')


def mark_hypotheses(body: str) -> str:
    """A list of (H1), (H2), … needs no bullets."""
    return HYPOTHESES.sub('<ul class="hypotheses">', body)


def frame_tables(body: str) -> str:
    """A wide table scrolls by itself and leaves the page alone."""
    body = FRAME.sub(r"\1", body)
    return TABLE.sub(lambda m: f'<div class="table-frame">{m[0]}</div>', body)


class Words(HTMLParser):
    """The text of a piece of HTML without what formulas look like."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Go into the looks of a formula, or deeper into them."""
        looks = "katex-html" in (dict(attrs).get("class") or "")
        if tag == "span" and (self.hidden or looks):
            self.hidden += 1

    def handle_endtag(self, tag: str) -> None:
        """Come out again."""
        self.hidden -= tag == "span" and self.hidden > 0

    def handle_data(self, data: str) -> None:
        """Keep what is text."""
        if not self.hidden:
            self.parts.append(data)


def name_headers(body: str) -> str:
    """A column headed by a formula alone has a name; by nothing, no header."""

    def header(match: re.Match[str]) -> str:
        attributes, inner = match[1], match[2]
        if "".join(Words(MATH.sub("", inner)).parts).strip():
            return match[0]
        name = " ".join(plain(math) for math in MATH.findall(inner))
        if not name:
            return f"<td{attributes}>{inner}</td>"
        hidden = f'<span class="visually-hidden">{escape(name)}</span>'
        return f'<th{attributes}>{hidden}<div aria-hidden="true">{inner}</div></th>'

    return HEADER.sub(header, body)


def free_summaries(body: str) -> str:
    """A link inside of what one clicks to unfold has no reader."""
    return SUMMARY.sub(lambda m: LINK.sub("", m[0]), body)


def drop_roles(body: str) -> str:
    """Docutils gives references roles that ARIA has withdrawn."""
    return ROLE.sub("", body)


def drop_thebe(body: str) -> str:
    """sphinx-thebe leaves its settings on every page."""
    return THEBE.sub("", body)


MENDS: tuple[Callable[[str], str], ...] = (
    name_folds,
    mark_hypotheses,
    frame_tables,
    name_headers,
    free_summaries,
    drop_roles,
    drop_thebe,
)


def mend_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Mend the body of a page."""
    body = context.get("body") or ""
    for mend in MENDS:
        body = mend(body)
    context["body"] = body


def setup(app: Sphinx) -> dict[str, object]:
    """Register, before others read the body."""
    app.connect("html-page-context", mend_page, priority=400)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
