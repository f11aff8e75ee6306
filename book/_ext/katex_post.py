"""What surrounds a formula: plain text for search and titles, glue, links."""

import re

from docutils import nodes
from katex_engine import MathError
from katex_formulas import formulas, render, source_of
from katex_text import plain
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

INLINE = re.compile(r"\$([^$]+)\$")
BEFORE = re.compile(r"[(\[“‘\"']+$")
AFTER = re.compile(r"^(?:[^\s\w]|\w{1,2}\b)+")


class FormulasAsText(SphinxPostTransform):
    """What reads a page's text (search, previews) finds ``‖x‖``, not commands."""

    default_priority = 1  # before anything rewrites the TeX for LaTeX's sake
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Keep the TeX in an attribute."""
        for node in list(formulas(self.document)):
            text = nodes.Text(as_text(self.app, node))
            node["tex"] = source_of(node)
            node[:] = [text]
        for image in self.document.findall(nodes.image):
            if "$" in image.get("alt", ""):
                image["alt"] = INLINE.sub(self.formula, image["alt"])

    def formula(self, match: re.Match[str]) -> str:
        """The text of a formula that stands between dollar signs."""
        return as_text(self.app, nodes.math(match[1], match[1]))


class Glue(SphinxPostTransform):
    """A formula, its bracket and its comma stay on one line: ``($x$),`` ``$n$th``."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Wrap each inline formula that touches a letter or a mark."""
        for node in list(self.document.findall(nodes.math)):
            parent, place = node.parent, node.parent.index(node)
            glued: list[nodes.Node] = [node]
            after = parent[place + 1] if place + 1 < len(parent) else None
            if isinstance(after, nodes.Text) and (cut := AFTER.search(after)):
                glued.append(nodes.Text(cut[0]))
                parent[place + 1] = nodes.Text(after[cut.end() :])
            before = parent[place - 1] if place else None
            if isinstance(before, nodes.Text) and (cut := BEFORE.search(before)):
                glued.insert(0, nodes.Text(cut[0]))
                parent[place - 1] = nodes.Text(before[: cut.start()])
            if len(glued) > 1:
                wrapper = nodes.inline("", "", classes=["eqn-glue"])
                parent[place] = wrapper
                wrapper += glued


class ShortLinks(SphinxPostTransform):
    """``#equation-eq-normal`` becomes ``#eq-normal``."""

    default_priority = 900  # after Sphinx resolved the references
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Mend the links to equations."""
        for node in self.document.findall(nodes.reference):
            if node.get("refid", "").startswith("equation-"):
                node["refid"] = node["refid"].removeprefix("equation-")
            if "#equation-" in node.get("refuri", "") and node.get("internal"):
                node["refuri"] = node["refuri"].replace("#equation-", "#")


def as_text(app: Sphinx, node: nodes.Node) -> str:
    """A formula as plain Unicode; its TeX where it cannot be read."""
    try:
        return plain(render(app, node).html)
    except MathError:
        return source_of(node)


def titles_as_text(app: Sphinx, env: BuildEnvironment) -> None:
    """Window titles, breadcrumbs and links to neighbours hold plain text."""
    if app.builder.format != "html":
        return
    for title in [*env.titles.values(), *env.longtitles.values()]:
        for node in list(title.findall(nodes.math)):
            node.parent.replace(node, nodes.Text(as_text(app, node)))
