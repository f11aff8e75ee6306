"""Exercises and their solutions, with code cells inside where needed.

``{exercise}`` and ``{solution} ex-x`` hold text. A directive cannot hold code
cells, so ``{exercise-start}`` … ``{exercise-end}`` (and the same for solutions)
enclose them; the nodes between the gates are moved inside after parsing.
"""

import re
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from prf_domain import Entry, next_number, proof_domain
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from statements import Titled, prf_xref, statement_title

logger = logging.getLogger(__name__)
STARS = re.compile(r"^\s*(★{1,3})\s*")


class exercise(nodes.Element):
    """An exercise; children: statement_title and the body."""


class solution(nodes.Element):
    """A solution; children: solution_title and the body."""


class solution_title(nodes.TextElement):
    """``Solution of`` and the reference to the exercise."""


class gate_end(nodes.Element):
    """Where ``exercise-end`` or ``solution-end`` stood; ``of`` is the node class."""


class Exercise(Titled):
    """An exercise; a title that starts with ★ tells how hard it is."""

    option_spec: ClassVar[dict] = {"label": directives.unchanged_required}
    gated = False

    def run(self) -> list[nodes.Node]:
        """Return the exercise."""
        label = self.options.get("label", "")
        self.check_label(label, "exercise")
        number = next_number(self.env, "exercise")
        label = label or f"exercise-{number}".replace(".", "-").lower()
        stars = STARS.match(self.arguments[0]) if self.arguments else None
        if stars:
            self.arguments[0] = self.arguments[0][stars.end() :]
        title = statement_title("", "", *self.title_nodes())
        node = exercise("", title, kind="exercise", number=number, gated=self.gated)
        node["stars"] = len(stars[1]) if stars else 0
        place = (label, self.env.docname, self.line())
        source = "\n".join(self.content)
        self.anchor(
            self.parse_into(node),
            Entry("exercise", number, title.astext(), *place, source=source),
        )
        return [node]


class Solution(Titled):
    """The solution of the exercise whose label is its argument."""

    required_arguments = 1
    optional_arguments = 0
    option_spec: ClassVar[dict] = {
        "label": directives.unchanged,
        "class": directives.class_option,
    }
    gated = False

    def run(self) -> list[nodes.Node]:
        """Return the solution."""
        of = self.arguments[0].strip()
        title = solution_title("", "Solution of ", prf_xref(self.env, of))
        node = solution("", title, kind="solution", of=of, gated=self.gated)
        self.parse_into(node)
        domain = proof_domain(self.env)
        task = domain.entries.get(of)
        number = task.number if task else ""
        node["number"] = number
        if task is None or task.docname != self.env.docname:
            message = "solution of %s: expected the label of an exercise above it"
            self.warn(message, of, subtype="exercise")
            return [node]
        label = "sol-" + of.removeprefix("ex-")
        place = (label, self.env.docname, self.line())
        self.anchor(node, Entry("solution", number, task.title, *place))
        return [node]


class GatedExercise(Exercise):
    """The start of an exercise with code cells."""

    gated = True


class GatedSolution(Solution):
    """The start of a solution with code cells."""

    gated = True


class GateEnd(SphinxDirective):
    """The end of a gated exercise or solution."""

    def run(self) -> list[nodes.Node]:
        """Return the mark that the transform looks for."""
        node = gate_end(of=self.name.removesuffix("-end"))
        self.set_source_info(node)
        return [node]


class CloseGates(SphinxTransform):
    """Move what stands between two gates into the exercise or solution."""

    default_priority = 10

    def apply(self, **kwargs: object) -> None:
        """Close every open gate, warn about those without an end."""
        for end in list(self.document.findall(gate_end)):
            self.close(end)
        for kind in (exercise, solution):
            for node in self.document.findall(kind):
                if node["gated"] and "closed" not in node:
                    self.warn(
                        "%s-start without %s-end in its section", node["kind"], node
                    )

    def close(self, end: gate_end) -> None:
        """Move the siblings between the last open start and ``end``."""
        parent, last = end.parent, end.parent.index(end)
        kind = end["of"]
        for first in range(last - 1, -1, -1):
            start = parent[first]
            if isinstance(start, exercise | solution) and start["kind"] == kind:
                break
        else:
            start = None
        if start is None or not start["gated"] or "closed" in start:
            self.warn("%s-end without %s-start in its section", kind, end)
        else:
            start["closed"] = True
            start += parent.children[first + 1 : last]
            del parent.children[first + 1 : last]
        end.parent.remove(end)

    def warn(self, message: str, kind: str, node: nodes.Node) -> None:
        """Warn at ``node``."""
        logger.warning(
            message, kind, kind, location=node, type="mmdl", subtype="exercise"
        )


def check_solutions(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn about exercises without a solution."""
    domain = proof_domain(env)
    for entry in domain.entries.values():
        solved = "sol-" + entry.label.removeprefix("ex-") in domain.entries
        if entry.kind == "exercise" and not solved:
            logger.warning(
                "%s (%s): expected a solution; write {solution} %s after it",
                entry.name,
                entry.label,
                entry.label,
                location=(entry.docname, entry.line),
                type="mmdl",
                subtype="exercise",
            )


def setup(app: Sphinx) -> dict:
    """Register directives; the visitors are in exercises_visitors."""
    app.setup_extension("statements")
    app.setup_extension("exercises_visitors")
    app.add_directive("exercise", Exercise)
    app.add_directive("solution", Solution)
    app.add_directive("exercise-start", GatedExercise)
    app.add_directive("solution-start", GatedSolution)
    app.add_directive("exercise-end", GateEnd)
    app.add_directive("solution-end", GateEnd)
    app.add_transform(CloseGates)
    app.connect("env-check-consistency", check_solutions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
