"""Theorems, definitions and their kind, and proofs.

Sources use the syntax of sphinx-proof (``prf:theorem``), which other MyST tools
read too; all kinds share one counter per chapter. A proof belongs to the
statement before it unless ``:of:`` names another; it ends with its ∎ by itself.
"""

import re
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from prf_domain import KINDS, PROVABLE, Entry, Proof, next_number, proof_domain
from qed import place_qed
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
STATED = "Stated without proof"


class statement(nodes.Element):
    """A theorem or its like; children: statement_title and the body."""


class statement_title(nodes.TextElement):
    """The optional name of a statement or exercise, without its number."""


class proof(nodes.Element):
    """A proof; children: proof_title and the body."""


class proof_title(nodes.TextElement):
    """What stands before a proof, ``Proof`` included."""


class Titled(SphinxDirective):
    """What the directives here have in common."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def title_nodes(self) -> list[nodes.Node]:
        """Parse the title with its formulas and references."""
        if not self.arguments:
            return []
        return self.state.inline_text(self.arguments[0], self.lineno)[0]

    def parse_into(self, node: nodes.Element) -> nodes.Element:
        """Parse the body into ``node``."""
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return node

    def line(self) -> int:
        """Return the line of the directive in its file."""
        return self.get_source_info()[1]

    def warn(self, message: str, *args: object, subtype: str) -> None:
        """Warn at the directive's line."""
        where = (self.env.docname, self.line())
        logger.warning(message, *args, location=where, type="mmdl", subtype=subtype)

    def anchor(self, node: nodes.Element, entry: Entry) -> None:
        """Record ``entry`` and give ``node`` its label as anchor."""
        domain = proof_domain(self.env)
        if domain.note(entry):
            node["ids"].append(entry.label)
            node["names"].append(entry.label)
            self.state.document.note_explicit_target(node)

    def check_label(self, label: str, kind: str) -> None:
        """Warn where a label does not say what it labels."""
        prefix = KINDS[kind][1]
        if not re.fullmatch(re.escape(prefix) + r"[a-z0-9]+(-[a-z0-9]+)*", label):
            message = "%s: expected a label %skebab-topic, received %s"
            self.warn(message, kind, prefix, label or "none", subtype="label")


class Statement(Titled):
    """One kind of statement; the directive's name says which."""

    option_spec: ClassVar[dict] = {
        "label": directives.unchanged_required,
        "status": lambda value: directives.choice(value, ("stated",)),
        "class": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        """Return the statement's node."""
        kind = self.name.rpartition(":")[2]
        number = next_number(self.env, "statement")
        label = self.options.get("label", "")
        if label or kind in PROVABLE:
            self.check_label(label, kind)
        title = statement_title("", "", *self.title_nodes())
        node = statement("", title, kind=kind, number=number)
        node["classes"] += self.options.get("class", [])
        label = label or f"{kind}-{number}".replace(".", "-").lower()
        entry = Entry(kind, number, title.astext(), label, self.env.docname, 0)
        self.parse_into(node)
        mark_hypotheses(node)
        self.anchor(node, self.complete(entry))
        if kind in PROVABLE:
            self.env.temp_data["prf_last"] = label
        return [node]

    def complete(self, entry: Entry) -> Entry:
        """Return ``entry`` with what its source says."""
        source = "\n".join(self.content)
        words = STATED in " ".join(source.split())
        if words and "{cite" not in source:
            message = "%s: says 'Stated without proof', expected a citation with it"
            self.warn(message, entry.label, subtype="proof")
        return entry._replace(
            line=self.line(),
            source=source,
            status="stated" if words or "status" in self.options else "",
        )


class ProofDirective(Titled):
    """A proof, open or folded (``:class: dropdown``)."""

    option_spec: ClassVar[dict] = {
        "of": directives.unchanged_required,
        "label": directives.unchanged_required,
        "class": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        """Return the proof's node."""
        of = self.options.get("of") or self.env.temp_data.get("prf_last", "")
        folded = "dropdown" in self.options.get("class", [])
        node = proof("", self.title(of), of=of, folded=folded)
        node["classes"] += [c for c in self.options.get("class", []) if c != "dropdown"]
        self.parse_into(node)
        place_qed(node)
        node["ids"].append(self.proof_id(of))
        self.state.document.note_explicit_target(node)
        title = node[0].astext()
        domain = proof_domain(self.env)
        domain.proofs.append(Proof(of, self.env.docname, self.line(), title, folded))
        return [node]

    def title(self, of: str) -> proof_title:
        """Return ``Proof``, ``Proof of Theorem 2.1`` or ``Proof <title>``."""
        title = proof_title("", "Proof")
        if self.arguments:
            title += [nodes.Text(" "), *self.title_nodes()]
        elif "of" in self.options:
            title += [nodes.Text(" of "), prf_xref(self.env, of)]
        return title

    def proof_id(self, of: str) -> str:
        """Return ``proof-thm-x``, with a count from the second proof on."""
        count = next_number(self.env, f"proof of {of}").rpartition(".")[2]
        return f"proof-{of or 'here'}" + (f"-{count}" if count != "1" else "")


def prf_xref(env: BuildEnvironment, label: str) -> addnodes.pending_xref:
    """Return a reference to ``label`` as ``{prf:ref}`` makes it."""
    content = nodes.inline(label, label)
    return addnodes.pending_xref(
        "",
        content,
        refdoc=env.docname,
        refdomain="prf",
        reftype="ref",
        refexplicit=False,
        refwarn=True,
        reftarget=label,
    )


def mark_hypotheses(node: statement) -> None:
    """Give the lists of hypotheses a class of their own."""
    for items in node.findall(nodes.bullet_list):
        if all(item.astext().startswith("(H") for item in items):
            items["classes"].append("hypotheses")


def check_proofs(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn about statements without proof and proofs of nothing."""
    domain = proof_domain(env)
    for entry in domain.entries.values():
        if domain.status(entry) == "missing":
            logger.warning(
                "%s (%s): expected a proof or the words '%s' with a citation",
                entry.name,
                entry.label,
                STATED,
                location=(entry.docname, entry.line),
                type="mmdl",
                subtype="proof",
            )
    for item in domain.proofs:
        if item.of and item.of not in domain.entries:
            logger.warning(
                "proof of %s: no published chapter defines this label",
                item.of,
                location=(item.docname, item.line),
                type="mmdl",
                subtype="proof",
            )


def setup(app: Sphinx) -> dict:
    """Register directives; the visitors are in statements_html and _latex."""
    app.setup_extension("prf_domain")
    app.setup_extension("statements_visitors")
    for kind in KINDS:
        if kind not in ("exercise", "solution"):
            app.add_directive_to_domain("prf", kind, Statement)
    app.add_directive_to_domain("prf", "proof", ProofDirective)
    app.connect("env-check-consistency", check_proofs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
