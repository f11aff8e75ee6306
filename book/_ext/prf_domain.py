"""The ``prf`` domain: every statement, exercise and proof of the book, by label.

Other extensions read it: the theorem ledger lists it, hover previews show it, the
PDF's solutions chapter follows it. A statement's number is fixed while its file
is read, because a chapter is one file and the plan knows the chapter's number.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar, NamedTuple, cast

from docutils import nodes
from numbering import chapter_number, dotted
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

logger = logging.getLogger(__name__)

# kind: (printed word, prefix of its labels)
KINDS = {
    "theorem": ("Theorem", "thm-"),
    "proposition": ("Proposition", "prop-"),
    "lemma": ("Lemma", "lem-"),
    "corollary": ("Corollary", "cor-"),
    "definition": ("Definition", "def-"),
    "example": ("Example", "ex-"),
    "remark": ("Remark", "rem-"),
    "algorithm": ("Algorithm", "alg-"),
    "exercise": ("Exercise", "ex-"),
    "solution": ("Solution of Exercise", "sol-"),
}
PROVABLE = ("theorem", "proposition", "lemma", "corollary")


class Entry(NamedTuple):
    """One numbered object and all that the ledger needs of it."""

    kind: str
    number: str  # "2.1"
    title: str  # plain text, formulas as LaTeX
    label: str
    docname: str
    line: int
    source: str = ""  # the MyST source of its body
    status: str = ""  # "stated" where it says that it is not proved

    @property
    def name(self) -> str:
        """What a reference prints, for example ``Theorem 2.1``."""
        return f"{KINDS[self.kind][0]}\N{NO-BREAK SPACE}{self.number}"


class Proof(NamedTuple):
    """One proof: ``of`` is the label that it proves (empty: none)."""

    of: str
    docname: str
    line: int
    title: str
    folded: bool


class ProofDomain(Domain):
    """Statements, proofs, exercises and solutions."""

    name = "prf"
    label = "statements and proofs"
    roles: ClassVar[dict] = {
        "ref": XRefRole(warn_dangling=True, innernodeclass=nodes.inline)
    }
    object_types: ClassVar[dict] = {
        kind: ObjType(word, "ref") for kind, (word, _) in KINDS.items()
    }
    dangling_warnings: ClassVar[dict] = {
        "ref": "expected the label of a statement or exercise, received %(target)s, "
        "which no published chapter defines; correct the label."
    }
    initial_data: ClassVar[dict] = {"entries": {}, "proofs": []}
    data_version = 1

    @property
    def entries(self) -> dict[str, Entry]:
        """All labelled entries, in the order in which files were read."""
        return self.data["entries"]

    @property
    def proofs(self) -> list[Proof]:
        """All proofs."""
        return self.data["proofs"]

    def note(self, entry: Entry) -> bool:
        """Record ``entry``; warn and return False if its label is taken."""
        other = self.entries.get(entry.label)
        if other:
            logger.warning(
                "duplicate label %s: %s in %s:%d has it already; choose another",
                entry.label,
                other.name,
                other.docname,
                other.line,
                location=(entry.docname, entry.line),
                type="mmdl",
                subtype="label",
            )
            return False
        self.entries[entry.label] = entry
        return True

    def status(self, entry: Entry) -> str:
        """Return proved, proved (folded), stated, missing, or the kind itself."""
        if entry.kind not in PROVABLE:
            return entry.kind
        if entry.status:
            return entry.status
        proofs = [proof for proof in self.proofs if proof.of == entry.label]
        if not proofs:
            return "missing"
        return "proved (folded)" if all(p.folded for p in proofs) else "proved"

    def clear_doc(self, docname: str) -> None:
        """Forget what ``docname`` defined."""
        for label in [k for k, e in self.entries.items() if e.docname == docname]:
            del self.entries[label]
        self.data["proofs"] = [p for p in self.proofs if p.docname != docname]

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict) -> None:
        """Take over what a parallel reader of ``docnames`` found."""
        for entry in otherdata["entries"].values():
            if entry.docname in docnames:
                self.note(entry)
        self.proofs.extend(p for p in otherdata["proofs"] if p.docname in docnames)

    def resolve_xref(  # noqa: PLR0913, PLR0917 (the signature is Sphinx's)
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: addnodes.pending_xref,
        contnode: nodes.Element,
    ) -> nodes.Element | None:
        """Return a link that prints ``Theorem 2.1`` or the title given."""
        entry = self.entries.get(target)
        if entry is None:
            return None
        if not node["refexplicit"]:
            contnode = nodes.inline(entry.name, entry.name, classes=["prf-ref"])
        return make_refnode(builder, fromdocname, entry.docname, entry.label, contnode)

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: addnodes.pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.Element]]:
        """Resolve MyST's ``[](#thm-x)``."""
        found = self.resolve_xref(
            env, fromdocname, builder, "ref", target, node, contnode
        )
        return [("prf:ref", found)] if found is not None else []

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield the entries for the search and for other books' references."""
        for label, entry in self.entries.items():
            yield label, entry.name, entry.kind, entry.docname, label, 1


def proof_domain(env: BuildEnvironment) -> ProofDomain:
    """Return the domain of this build."""
    return cast(ProofDomain, env.get_domain("prf"))


def next_number(env: BuildEnvironment, counter: str) -> str:
    """Return ``2.3`` for the third call with ``counter`` in the second chapter."""
    counts = env.temp_data.setdefault("prf_counts", {})
    counts[counter] = counts.get(counter, 0) + 1
    return dotted((*chapter_number(env, env.docname), counts[counter]))


def setup(app: Sphinx) -> dict:
    """Register the domain."""
    app.setup_extension("numbering")
    app.add_domain(ProofDomain)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
