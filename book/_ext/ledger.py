"""The theorem ledger: what the book states, and how each statement is tested.

``{theorem-ledger}`` becomes one table a chapter: statement, hypotheses, status of
the proof, and every claim with its instances, its sharpness, the mutants that it
rejects and its source. Beside each statement stands one line that leads here.
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from docutils import nodes
from ledger_results import Record, Results, claim_file, ledger_documents, provable
from ledger_table import cell, chapter_table, words
from numbering import chapter_of
from prf_domain import PROVABLE, Entry
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import NoUri
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.latex import LaTeXTranslator
from statements import statement

ASSUMES = "Let|Suppose|Assume|Put|Write"  # how a sentence of hypotheses begins
NEXT_SENTENCE = re.compile(rf"[.]\s+(?!(?:{ASSUMES})\b)(?=[A-Z])")


class ledger_place(nodes.General, nodes.Element):
    """Where the ledger goes."""


class tested(nodes.TextElement):
    """The line beside a statement that leads to its claims."""


class TheoremLedger(SphinxDirective):
    """The place of the ledger."""

    def run(self) -> list[nodes.Node]:
        """Return the place, and remember the document."""
        self.env.metadata[self.env.docname]["mmdl_ledger"] = "yes"
        return [ledger_place()]


class Ledger(SphinxPostTransform):
    """Put the lines beside the statements, and the tables in their place."""

    default_priority = 4  # before references are resolved (equations in LaTeX: 5)

    def run(self, **kwargs: object) -> None:
        """Add lines and tables to the document that is being written."""
        if not self.config.mmdl_claims:
            return
        for node in list(self.document.findall(statement)):
            if node["kind"] in PROVABLE and node["ids"]:
                self.mark(node, self.app.mmdl_results)
        for node in list(self.document.findall(ledger_place)):
            node.replace_self(list(self.tables(self.app.mmdl_results)))

    def mark(self, node: statement, results: Results) -> None:
        """Append the line to a statement."""
        label = node["ids"][0]
        text = summary(results.claims.get(label, []))
        node += tested("", "", self.link(f"ledger-{label}", text))

    def link(self, target: str, text: str) -> nodes.Node:
        """Return a link to the ledger, or the text where it is not published."""
        for docname in sorted(ledger_documents(self.env)):
            try:
                here, content = self.env.docname, nodes.Text(text)
                return make_refnode(self.app.builder, here, docname, target, content)
            except NoUri:
                continue
        return nodes.Text(text)

    def tables(self, results: Results) -> Iterable[nodes.Node]:
        """Yield a summary, then a heading and a table for each chapter."""
        entries = provable(self.env)
        yield nodes.paragraph("", totals(entries, results))
        for docname in dict.fromkeys(entry.docname for entry in entries):
            chapter = chapter_of(self.env, docname)
            title = f"{chapter.name}. {chapter.title}" if chapter else docname
            yield nodes.rubric("", title, classes=["ledger-chapter"])
            document = self.env.get_doctree(docname)
            self.assumed = {
                node["ids"][0]: assumed(node)
                for node in document.findall(statement)
                if node["ids"]
            }
            rows = [
                row for e in entries if e.docname == docname for row in self.rows(e)
            ]
            yield chapter_table(rows)

    def rows(self, entry: Entry) -> Iterable[nodes.row]:
        """Yield the row of a statement and those of its claims."""
        results = self.app.mmdl_results
        status = self.env.get_domain("prf").status(entry)
        link = self.reference(entry)
        target = nodes.target("", "", ids=[f"ledger-{entry.label}"])
        title = f". {entry.title}" if entry.title else ""
        head = nodes.paragraph("", "", target, link, *words(title))
        mark = f"\N{MIDDLE DOT} {status}"
        head += [nodes.Text(" "), nodes.inline("", mark, classes=["ledger-status"])]
        body = [head, *map(self.adopt, self.assumed.get(entry.label, []))]
        excuse = results.untested.get(entry.label)
        if excuse:
            body.append(nodes.paragraph("", f"Untested: {excuse['reason']}"))
        yield nodes.row("", cell(*body, span=5), classes=["ledger-statement"])
        for record in results.claims.get(entry.label, []):
            yield claim_row(record, self.source(entry, record))

    def reference(self, entry: Entry) -> nodes.Node:
        """Return the statement's name, as a link where it is published."""
        name = nodes.strong(entry.name, entry.name)
        here, there = self.env.docname, entry.docname
        try:
            return make_refnode(self.app.builder, here, there, entry.label, name)
        except NoUri:
            return name

    def adopt(self, part: nodes.Element) -> nodes.paragraph:
        """Copy a paragraph into this document, without ids."""
        copy = nodes.paragraph("", "", classes=["ledger-hypothesis"])
        copy += [child.deepcopy() for child in part.children]
        for node in copy.findall(nodes.Element):
            node["ids"] = []
        for node in copy.findall(addnodes.pending_xref):
            node["refdoc"] = min(ledger_documents(self.env))
        keep_hypotheses(copy)
        return copy

    def source(self, entry: Entry, record: Record) -> nodes.Node:
        """Return a link to the claim's source: its page here, else its place."""
        name = PurePosixPath(record["file"]).stem.removeprefix("test_")
        own = PurePosixPath(claim_file(entry.docname)).stem.removeprefix("test_")
        part = name.removeprefix(own).strip("_").replace("_", " ")
        text = f"line {record['line']}"
        if self.app.builder.format != "html":  # the page tells the file by its link
            return nodes.Text(f"{part}, {text}" if part else text)
        content = nodes.inline("", text)
        docname, target = f"claims/{name}", f"L{record['line']}"
        uri = self.app.builder.get_relative_uri(self.env.docname, docname)
        return nodes.reference("", "", content, refuri=f"{uri}#{target}", internal=True)


def assumed(node: statement) -> list[nodes.Element]:
    """Return the (H) items of a statement, else its first paragraph."""
    items = [
        item[0]
        for item in node.findall(nodes.list_item)
        if item.astext().lstrip().startswith("(H")
    ]
    return items or [p for p in node.children if isinstance(p, nodes.paragraph)][:1]


def keep_hypotheses(part: nodes.paragraph) -> None:
    """Cut a copied paragraph where its assumptions end and the rest begins."""
    for i, child in enumerate(part.children):
        end = NEXT_SENTENCE.search(child) if isinstance(child, nodes.Text) else None
        if end:
            part[i:] = [nodes.Text(child[: end.start() + 1])]
            return


def summary(records: list[Record]) -> str:
    """Return ``tested: 3 claims, 5 mutants``."""
    if not records:
        return "untested: why"
    if any(record["error"] for record in records):
        return "a claim fails"
    mutants = sum(len(record["mutants"]) for record in records)
    return f"tested: {plural(len(records), 'claim')}, {plural(mutants, 'mutant')}"


def plural(number: int, noun: str) -> str:
    """Return ``1 claim`` or ``3 claims``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def totals(entries: list[Entry], results: Results) -> str:
    """Return the sentence above the tables."""
    records = [r for e in entries for r in results.claims.get(e.label, [])]
    mutants = [m for record in records for m in record["mutants"]]
    rejected = sum(m["rejected"] for m in mutants)
    instances = sum(record["instances"] for record in records)
    return (
        f"{plural(len(entries), 'statement')}, {plural(len(records), 'claim')} on "
        f"{plural(instances, 'instance')}; "
        f"{rejected:,} of {plural(len(mutants), 'mutant')} rejected."
    )


def claim_row(record: Record, source: nodes.Node) -> nodes.row:
    """Return the row of one claim."""
    sentence = nodes.paragraph("", "", *words(record["sentence"]))
    names = "; ".join(mutant["name"] for mutant in record["mutants"])
    rejects = nodes.paragraph("", "", classes=["ledger-mutants"])
    rejects += [nodes.emphasis("", "Rejects: "), *words(names + ".")]
    body = [sentence, rejects]
    if record["error"]:
        body.append(nodes.paragraph("", f"Fails: {record['error']}"))
    mutants = record["mutants"]
    rejected = f"{sum(m['rejected'] for m in mutants)} of {len(mutants)}"
    sharp = {True: "sharp", False: "not sharp", None: ""}[record["sharp"]]
    kind = " ".join(filter(None, [record["kind"], sharp and f"({sharp})"]))
    cells = [kind, f"{record['instances']:,}", rejected]
    row = nodes.row("", cell(*body), classes=["ledger-claim"])
    row += [cell(nodes.paragraph("", text)) for text in cells]
    row += cell(nodes.paragraph("", "", source))
    return row


def visit_tested_html(self: HTML5Translator, node: tested) -> None:
    """Open the line."""
    self.body.append(self.starttag(node, "p", "", CLASS="statement-tested"))


def depart_tested_html(self: HTML5Translator, node: tested) -> None:
    """Close the line."""
    self.body.append("</p>\n")


def visit_tested_latex(self: LaTeXTranslator, node: tested) -> None:
    """Open the line, at the right in small type."""
    self.body.append("\n\\par{\\raggedleft\\footnotesize\\upshape ")


def depart_tested_latex(self: LaTeXTranslator, node: tested) -> None:
    """Close the line."""
    self.body.append("\\par}\n")


def setup(app: Sphinx) -> dict:
    """Register the directive, the transform and the line's visitors."""
    app.setup_extension("statements")
    app.setup_extension("ledger_results")
    app.setup_extension("ledger_sources")
    app.add_directive("theorem-ledger", TheoremLedger)
    app.add_node(ledger_place)
    app.add_node(
        tested,
        html=(visit_tested_html, depart_tested_html),
        latex=(visit_tested_latex, depart_tested_latex),
    )
    app.add_post_transform(Ledger)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
