"""Numbers of chapters, sections, figures, tables and equations.

A chapter's number comes from the plan; its sections are 2.1, 2.2, …; figures,
tables, listings and equations are counted per chapter, each by themselves. Both
outputs print these numbers: the LaTeX writer of this folder never counts.

Sphinx counts in ``TocTreeCollector``, sphinx-multitoc-numbering patches that
class, and sphinx-external-toc puts a subclass in its place. We give the one that
is left our two functions, just before the sources are read. A build without a
plan keeps Sphinx's numbers.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from docutils import nodes
from plan import Chapter, load_plan
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors.toctree import TocTreeCollector
from sphinx.util import logging

logger = logging.getLogger(__name__)

SECTION_DEPTH = 2  # 2 and 2.1 are numbered, subsections are not
Number = tuple[int | str, ...]


def chapters(config: Config) -> dict[str, Chapter]:
    """Return the plan as ``{docname: Chapter}``; empty without a plan."""
    return {key: Chapter(*row) for key, row in config.mmdl_chapters.items()}


def chapter_of(env: BuildEnvironment, docname: str) -> Chapter | None:
    """Return the planned chapter that ``docname`` is, or None."""
    row = env.config.mmdl_chapters.get(docname)
    return Chapter(*row) if row else None


def chapter_number(env: BuildEnvironment, docname: str) -> Number:
    """Return ``(2,)`` or ``("B",)`` for a planned chapter, else ``()``."""
    chapter = chapter_of(env, docname)
    if not chapter:
        return ()
    return (int(chapter.number) if chapter.number.isdigit() else chapter.number,)


def dotted(number: Number) -> str:
    """Return ``2.1`` for ``(2, 1)``."""
    return ".".join(map(str, number))


def read_plan(app: Sphinx, config: Config) -> None:
    """Put the plan into the configuration: a changed plan reads all files anew."""
    if config.mmdl_plan:
        plan = load_plan(Path(app.srcdir), config.mmdl_plan)
        config.mmdl_chapters = {key: tuple(row) for key, row in plan.items()}


def take_over(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Give the collector of this build our two functions, whatever its class."""
    for listener in app.events.listeners["env-get-updated"]:
        collector = getattr(listener.handler, "__self__", None)
        if app.config.mmdl_chapters and isinstance(collector, TocTreeCollector):
            collector.assign_section_numbers = assign_sections  # type: ignore[method-assign]
            collector.assign_figure_numbers = assign_figures  # type: ignore[method-assign]


def assign_sections(env: BuildEnvironment) -> list[str]:
    """Number chapters and sections; return the documents whose numbers changed."""
    old, env.toc_secnumbers = env.toc_secnumbers, {}
    for docname in _reading_order(env):
        number = chapter_number(env, docname)
        if number:
            numbers = env.toc_secnumbers[docname] = {}
            _number_items(env.tocs[docname], number, numbers)
            env.titles[docname]["secnumber"] = number
        else:
            _warn_unplanned(env, docname)
    new = env.toc_secnumbers
    return [doc for doc in {**old, **new} if old.get(doc) != new.get(doc)]


def _number_items(items: nodes.Element, number: Number, numbers: dict) -> None:
    """Number the entries of a local table of contents, the first as ``number``."""
    count = 0
    for item in items.findall(nodes.list_item):
        if item.parent is not items:
            continue
        entry = item[0]
        if "skip_section_number" in entry or not isinstance(entry[0], nodes.reference):
            continue
        count += 1
        here = number if len(number) == 1 and not numbers else (*number, count)
        shown = here if len(here) <= SECTION_DEPTH else ()
        numbers[entry[0]["anchorname"]] = shown
        entry[0]["secnumber"] = shown or None
        for inner in item.children[1:]:
            _number_items(inner, here, numbers)


def _warn_unplanned(env: BuildEnvironment, docname: str) -> None:
    """Warn about a file in a chapter's folder that the plan does not know."""
    folders = {str(PurePosixPath(doc).parent) for doc in env.config.mmdl_chapters}
    if str(PurePosixPath(docname).parent) in folders:
        logger.warning(
            "expected a planned chapter, found a file without a place in %s; "
            "add its slug there",
            env.config.mmdl_plan,
            location=docname,
            type="mmdl",
            subtype="plan",
        )


def assign_figures(env: BuildEnvironment) -> list[str]:
    """Number figures, tables, listings and equations per chapter."""
    old, env.toc_fignumbers = env.toc_fignumbers, {}
    outside: Counter[str] = Counter()  # pages without a number share one count
    for docname in _reading_order(env):
        number = chapter_number(env, docname)
        count = Counter() if number else outside
        found: dict[str, dict[str, Number]] = {"displaymath": {}}
        for figtype, node_id in env.metadata[docname].get("counted", []):
            count[figtype] += 1
            found.setdefault(figtype, {})[node_id] = (*number, count[figtype])
        env.toc_fignumbers[docname] = found
    new = env.toc_fignumbers
    return [doc for doc in {**old, **new} if old.get(doc) != new.get(doc)]


def _numbered(env: BuildEnvironment, doctree: nodes.document) -> Iterator:
    """Yield ``(figtype, id)`` of what is counted, in reading order."""
    std = env.get_domain("std")
    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.math_block):
            ids = [i for i in node["ids"] if i.startswith("equation-")]
            yield from (("displaymath", i) for i in ids)
        elif node["ids"] and std.get_numfig_title(node):
            figtype = std.get_enumerable_node_type(node)
            if figtype and figtype != "section":
                yield figtype, node["ids"][0]


def _reading_order(env: BuildEnvironment) -> list[str]:
    """Return the documents of the table of contents, in its order."""
    order: dict[str, None] = {}

    def visit(docname: str) -> None:
        if docname not in order and docname in env.tocs:
            order[docname] = None
            for child in env.toctree_includes.get(docname, []):
                visit(child)

    visit(env.config.root_doc)
    return list(order)


def note_numbered(app: Sphinx, doctree: nodes.document) -> None:
    """Remember what is counted, and which anchor a section's labels belong to."""
    metadata = app.env.metadata[app.env.docname]
    metadata["counted"] = list(_numbered(app.env, doctree))
    metadata["section_ids"] = {
        node_id: "" if isinstance(section.parent, nodes.document) else "#" + ids[0]
        for section in doctree.findall(nodes.section)
        for ids in [section["ids"]]
        for node_id in ids
    }


def section_number(env: BuildEnvironment, docname: str, node_id: str) -> Number | None:
    """Return the number of the section with this id, None if it is no section."""
    anchors = env.metadata.get(docname, {}).get("section_ids", {})
    if node_id not in anchors:
        return None
    return env.toc_secnumbers.get(docname, {}).get(anchors[node_id], ())


def setup(app: Sphinx) -> dict:
    """Register the plan and the numbering."""
    app.add_config_value("mmdl_plan", "", "env", types=(str,))
    app.add_config_value("mmdl_chapters", {}, "env", types=(dict,))
    app.connect("config-inited", read_plan)
    app.connect("env-before-read-docs", take_over)
    app.connect("doctree-read", note_numbered)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
