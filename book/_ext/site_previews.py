"""What a link leads to, shown beside the link: cut out of the finished page.

For each page a small script ``_previews/<page>.js`` holds its statements,
exercises, equations, figures, tables, references and the beginnings of its
sections, by id. The browser loads it when a reader first points at a link to
that page. It is a script and not JSON, because a page opened from a folder may
load scripts only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

BOX = re.compile(r'<(?P<tag>div|figure|table)\b[^>]*\bclass="(?P<classes>[^"]*)"[^>]*>')
WANTED = {"statement", "exercise", "eqn", "citation", "docutils"}
ID = re.compile(r'\bid="([^"]+)"')
SECTION = re.compile(r'<section\b[^>]*\bid="([^"]+)"[^>]*>\s*(.*?</p>)', re.DOTALL)
LIMIT = 60_000  # characters: a longer box is not a preview any more


def cut(body: str, start: int, tag: str) -> str:
    """Return the element that opens at ``start`` up to its end tag."""
    depth = 0
    for match in re.compile(rf"<(/?){tag}\b").finditer(body, start):
        depth += -1 if match[1] else 1
        if depth == 0:
            return body[start : body.index(">", match.end()) + 1]
    return ""


def fragments(body: str) -> Iterator[tuple[str, str]]:
    """Yield ``(id, html)`` of all that a link may lead to."""
    for match in BOX.finditer(body):
        classes = set(match["classes"].split())
        if match["tag"] == "div" and not classes & (WANTED - {"docutils"}):
            continue
        html = cut(body, match.start(), match["tag"])
        if not html or len(html) > LIMIT:
            continue
        if "eqn" in classes:
            yield from ((i, html) for i in ID.findall(html) if i.startswith("eq-"))
        else:
            opening = ID.search(match[0])
            if opening:
                yield opening[1], html
    for match in SECTION.finditer(body):
        if "<section" not in match[2]:
            names = re.match(r'(?:<span id="[^"]+"></span>\s*)*', match[2])
            html = match[2][names.end() :] if names else match[2]
            yield from (
                (i, html)
                for i in dict.fromkeys([match[1], *ID.findall(match[2][: -len(html)])])
            )


def write_previews(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Write the script of one page."""
    if doctree is None or not context.get("body"):
        return
    found = {i: re.sub(r"\s+", " ", html) for i, html in fragments(context["body"])}
    path = Path(app.outdir) / "_previews" / f"{pagename}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    name, data = json.dumps(pagename), json.dumps(found, ensure_ascii=False)
    path.write_text(f"bookPreviews({name},{data});\n", "utf-8", newline="\n")


def setup(app: Sphinx) -> dict[str, object]:
    """Register, after the pictures have got their sizes."""
    app.connect("html-page-context", write_previews, priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
