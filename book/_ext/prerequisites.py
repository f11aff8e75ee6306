"""``{prerequisite-map}``: which chapter assumes which, drawn and told in a table.

A published chapter says in its header what it needs, a planned one in ``needs.yml``.
An arrow that follows from others (2 needs 1, 3 needs 2, so 3 needs 1) is left out.
"""

from pathlib import Path, PurePosixPath
from typing import NamedTuple

import yaml
from docutils import nodes
from ledger_table import cell
from numbering import chapters
from plan import Chapter
from prerequisites_svg import Box, drawing
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import NoUri
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

NEEDS = "needs.yml"  # beside the plan
HEADS, WIDTHS = ("Chapter", "Assumes", "Minutes"), (50, 38, 12)
Graph = dict[str, set[str]]


class prerequisite_map(nodes.General, nodes.Element):
    """Where the map goes; later the map itself."""


class Header(NamedTuple):
    """What a chapter says about itself."""

    needs: set[str]
    minutes: int | None


class PrerequisiteMap(SphinxDirective):
    """The place of the map."""

    def run(self) -> list[nodes.Node]:
        """Return the place; the map is drawn when all pages are known."""
        source = Path(self.env.srcdir)
        self.env.note_dependency(str(source / needs_file(self.env)))
        for docname in self.config.mmdl_chapters:
            self.env.note_dependency(str(source / f"{docname}.md"))
        return [prerequisite_map()]


class DrawMap(SphinxPostTransform):
    """Put drawing and table in the place."""

    default_priority = 5

    def run(self, **kwargs: object) -> None:
        """Fill every place."""
        places = list(self.document.findall(prerequisite_map))
        if not places:
            return
        known = {c.label: c for c in chapters(self.config).values()}
        headers = read_headers(self.env, known)
        shown = [label for label in known if on_map(known[label], label, headers)]
        graph = reduced({label: headers[label].needs & {*shown} for label in shown})
        for place in places:
            place["svg"] = drawing([self.box(known[label]) for label in shown], graph)
            table = self.table([known[label] for label in shown], headers, known)
            place.replace_self([place.copy(), table])

    def box(self, chapter: Chapter) -> Box:
        """Return what the drawing needs to know of a chapter."""
        part = f"{chapter.part_number} {chapter.part}".strip()
        title = chapter.title.partition(":")[0]
        return Box(chapter.label, chapter.number, title, part, self.uri(chapter))

    def uri(self, chapter: Chapter) -> str:
        """Return the address of a published chapter, else nothing."""
        if chapter.docname not in self.env.titles:
            return ""
        try:
            return self.app.builder.get_relative_uri(self.env.docname, chapter.docname)
        except NoUri:  # in a book of one page
            return ""

    def table(
        self, shown: list[Chapter], headers: dict[str, Header], known: dict
    ) -> nodes.table:
        """Return the table that says the same in words."""
        group = nodes.tgroup("", cols=3)
        group += [nodes.colspec("", colwidth=width) for width in WIDTHS]
        head = nodes.row("", *(cell(nodes.paragraph("", text)) for text in HEADS))
        body = nodes.tbody()
        for chapter in shown:
            needs, minutes = headers[chapter.label]
            links: list[nodes.Node] = []
            for label in (name for name in known if name in needs):
                links += [nodes.Text(", ")] * bool(links)
                links.append(self.link(known[label], known[label].name))
            title = f"{chapter.name}. {chapter.title}"
            first = nodes.paragraph("", "", self.link(chapter, title))
            last = nodes.paragraph("", str(minutes or ""))
            body += nodes.row(
                "", cell(first), cell(nodes.paragraph("", "", *links)), cell(last)
            )
        group += [nodes.thead("", head), body]
        return nodes.table("", group, classes=["colwidths-given", "needs"])

    def link(self, chapter: Chapter, text: str) -> nodes.Node:
        """Return a link to a published chapter, else its name."""
        uri = self.uri(chapter)
        if uri:
            return nodes.reference("", text, refuri=uri, internal=True)
        return nodes.inline("", text, classes=["planned"])


def on_map(chapter: Chapter, label: str, headers: dict[str, Header]) -> bool:
    """Tell whether a chapter is drawn: all but appendices that nobody needs."""
    return bool(chapter.part_number) or any(label in h.needs for h in headers.values())


def needs_file(env: BuildEnvironment) -> str:
    """Return the name of the file with the planned needs."""
    return str(PurePosixPath(env.config.mmdl_plan).parent / NEEDS)


def read_headers(env: BuildEnvironment, known: dict[str, Chapter]) -> dict[str, Header]:
    """Return what each chapter needs: its own words, else the plan's."""
    source = Path(env.srcdir)
    plan = source / needs_file(env)
    planned = yaml.safe_load(plan.read_text("utf-8")) if plan.is_file() else None
    found = {}
    for label, chapter in known.items():
        own = {}
        if chapter.docname in env.titles:
            own = header(source / f"{chapter.docname}.md")
        slugs = (planned or {}).get(label.removeprefix("ch-"), [])
        later = [f"ch-{slug}" for slug in slugs]
        found[label] = Header({*own.get("needs", later)}, own.get("minutes"))
    return found


def header(path: Path) -> dict:
    """Return the ``mmdl`` part of a file's header; empty without one."""
    text = path.read_text("utf-8")
    if not text.startswith("---\n"):
        return {"needs": []}
    return (yaml.safe_load(text.split("---\n", 2)[1]) or {}).get("mmdl", {})


def reduced(graph: Graph) -> Graph:
    """Leave out what a chapter needs through another one that it needs."""
    behind = {label: ancestors(graph, label) for label in graph}
    return {
        label: {
            need for need in needs if not any(need in behind[other] for other in needs)
        }
        for label, needs in graph.items()
    }


def ancestors(graph: Graph, label: str) -> set[str]:
    """Return all that a chapter needs, directly or not."""
    found: set[str] = set()
    todo = list(graph.get(label, ()))
    while todo:
        need = todo.pop()
        if need not in found:
            found.add(need)
            todo += graph.get(need, ())
    return found


def visit_map_html(self: object, node: prerequisite_map) -> None:
    """Print the drawing."""
    self.body.append(node["svg"])  # type: ignore[attr-defined]


def depart_map(self: object, node: prerequisite_map) -> None:
    """Nothing is left to print."""


def skip_map(self: object, node: prerequisite_map) -> None:
    """On paper the table stands alone."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, object]:
    """Register the directive and the map."""
    app.setup_extension("numbering")
    app.add_node(
        prerequisite_map,
        html=(visit_map_html, depart_map),
        latex=(skip_map, None),
    )
    app.add_directive("prerequisite-map", PrerequisiteMap)
    app.add_post_transform(DrawMap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
