"""How statements, proofs and their ∎ look in HTML and in LaTeX.

HTML: ``div.statement.theorem#thm-x`` with ``p.statement-title`` (no heading: the
outline belongs to sections); a folded proof is ``details.proof``. LaTeX: the
environments of ``latex_preamble.tex``, which print the number given to them.
"""

from docutils import nodes
from prf_domain import KINDS
from qed import qed
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.latex import LaTeXTranslator
from statements import proof, proof_title, statement, statement_title

LEVELS = {1: "drill", 2: "proof", 3: "project"}  # what an exercise's stars mean


def name_of(node: nodes.Element) -> str:
    """Return ``Theorem 2.1`` for a numbered node."""
    return f"{KINDS[node['kind']][0]}\N{NO-BREAK SPACE}{node['number']}"


def visit_statement_html(self: HTML5Translator, node: statement) -> None:
    """Open the box."""
    classes = f"statement {node['kind']}"
    label = f"{node['ids'][0]}-title" if node["ids"] else ""
    more = {"aria-labelledby": label} if label else {}
    self.body.append(
        self.starttag(node, "div", "", CLASS=classes, role="group", **more)
    )


def depart_statement_html(self: HTML5Translator, node: statement) -> None:
    """Close the box."""
    self.body.append("</div>\n")


def visit_title_html(self: HTML5Translator, node: statement_title) -> None:
    """Print the number, then open the name."""
    parent = node.parent
    kind = "exercise" if parent["kind"] == "exercise" else "statement"
    more = {"ids": [f"{parent['ids'][0]}-title"]} if parent["ids"] else {}
    self.body.append(self.starttag(node, "p", "", CLASS=f"{kind}-title", **more))
    self.body.append(f'<span class="{kind}-number">{name_of(parent)}</span>')
    self.body.append(stars_html(parent.get("stars", 0)))
    self.body.append(f' <span class="{kind}-name">' if len(node) else "")


def depart_title_html(self: HTML5Translator, node: statement_title) -> None:
    """Close the name and add the link to itself."""
    self.body.append("</span>" if len(node) else "")
    if node.parent["ids"]:
        self.add_permalink_ref(node.parent, "Link to this " + node.parent["kind"])
    self.body.append("</p>\n")


def stars_html(stars: int) -> str:
    """Return an exercise's stars, with their meaning for those who hear the page."""
    if not stars:
        return ""
    more = f'class="stars" role="img" aria-label="{LEVELS[stars]}"'
    return f" <span {more}>{'★' * stars}</span>"


def visit_proof_html(self: HTML5Translator, node: proof) -> None:
    """Open the proof, folded if technical."""
    tag = "details" if node["folded"] else "div"
    self.body.append(self.starttag(node, tag, CLASS="proof"))


def depart_proof_html(self: HTML5Translator, node: proof) -> None:
    """Close the proof."""
    self.body.append("</details>\n" if node["folded"] else "</div>\n")


def visit_proof_title_html(self: HTML5Translator, node: proof_title) -> None:
    """Open the words before a proof."""
    folded = node.parent["folded"]
    self.body.append("<summary>" if folded else '<p class="proof-title">')


def depart_proof_title_html(self: HTML5Translator, node: proof_title) -> None:
    """Close the words before a proof."""
    self.body.append("</summary>\n" if node.parent["folded"] else ".</p>\n")


def visit_qed_html(self: HTML5Translator, node: qed) -> None:
    """Print the mark, read aloud as words."""
    where = " after-display" if node["display"] else ""
    self.body.append(
        f'<span class="qed{where}" role="img" aria-label="End of proof">∎</span>'
    )
    raise nodes.SkipNode


def visit_statement_latex(self: LaTeXTranslator, node: statement) -> None:
    """Open the environment; its last argument is the name, which follows."""
    name = name_of(node).replace("\N{NO-BREAK SPACE}", "~")
    self.body.append(f"\n\\begin{{mmdlstatement}}{{{node['kind']}}}{{{name}}}{{")


def depart_statement_latex(self: LaTeXTranslator, node: statement) -> None:
    """Close the environment."""
    self.body.append("\n\\end{mmdlstatement}\n")


def visit_title_latex(self: LaTeXTranslator, node: statement_title) -> None:
    """Nothing: the argument is open already."""


def depart_title_latex(self: LaTeXTranslator, node: statement_title) -> None:
    """Close the name's argument, give the anchor."""
    self.body.append("}")
    self.body.extend(f"{{{label_of(self, i)}}}" for i in node.parent["ids"][:1])
    self.body.append("" if node.parent["ids"] else "{}")
    self.body.append("%\n")


def label_of(self: LaTeXTranslator, node_id: str) -> str:
    """Return the LaTeX label that Sphinx's references use."""
    return self.curfilestack[-1] + ":" + node_id


def visit_proof_latex(self: LaTeXTranslator, node: proof) -> None:
    """Open the proof."""
    self.body.append("\n\\begin{mmdlproof}{")


def depart_proof_latex(self: LaTeXTranslator, node: proof) -> None:
    """Close the proof."""
    self.body.append("\n\\end{mmdlproof}\n")


def visit_proof_title_latex(self: LaTeXTranslator, node: proof_title) -> None:
    """Nothing: the argument is open already."""


def depart_proof_title_latex(self: LaTeXTranslator, node: proof_title) -> None:
    """Close the argument."""
    self.body.append("}%\n")


def visit_qed_latex(self: LaTeXTranslator, node: qed) -> None:
    """Print the mark, lifted beside a display."""
    self.body.append("\\mmdlqeddisplay{}" if node["display"] else "\\mmdlqed{}")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    """Register the visitors of both outputs."""
    app.add_node(
        statement,
        html=(visit_statement_html, depart_statement_html),
        latex=(visit_statement_latex, depart_statement_latex),
    )
    app.add_node(
        statement_title,
        html=(visit_title_html, depart_title_html),
        latex=(visit_title_latex, depart_title_latex),
    )
    app.add_node(
        proof,
        html=(visit_proof_html, depart_proof_html),
        latex=(visit_proof_latex, depart_proof_latex),
    )
    app.add_node(
        proof_title,
        html=(visit_proof_title_html, depart_proof_title_html),
        latex=(visit_proof_title_latex, depart_proof_title_latex),
    )
    app.add_node(qed, html=(visit_qed_html, None), latex=(visit_qed_latex, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
