"""How exercises and solutions look in HTML and in LaTeX.

HTML folds a solution under its exercise (``details.solution``). LaTeX puts all
solutions aside while it writes and prints them where ``solutions_chapter`` asks.
"""

from docutils import nodes
from exercises import exercise, solution, solution_title
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.latex import LaTeXTranslator
from statements_visitors import label_of, name_of


def visit_exercise_html(self: HTML5Translator, node: exercise) -> None:
    """Open the exercise."""
    classes = "exercise"
    more = {"role": "group"}
    if node["ids"]:
        more["aria-labelledby"] = f"{node['ids'][0]}-title"
    self.body.append(self.starttag(node, "div", "", CLASS=classes, **more))


def depart_div_html(self: HTML5Translator, node: nodes.Element) -> None:
    """Close the exercise."""
    self.body.append("</div>\n")


def visit_solution_html(self: HTML5Translator, node: solution) -> None:
    """Open the folded solution."""
    self.body.append(self.starttag(node, "details", CLASS="solution"))


def depart_solution_html(self: HTML5Translator, node: solution) -> None:
    """Close the solution."""
    self.body.append("</details>\n")


def visit_solution_title_html(self: HTML5Translator, node: solution_title) -> None:
    """Open the line that unfolds the solution."""
    self.body.append("<summary>")


def depart_solution_title_html(self: HTML5Translator, node: solution_title) -> None:
    """Close it."""
    self.body.append("</summary>\n")


def visit_exercise_latex(self: LaTeXTranslator, node: exercise) -> None:
    """Open the environment; its last argument is the title, which follows."""
    name = name_of(node).replace("\N{NO-BREAK SPACE}", "~")
    solved = any(s["of"] in node["ids"] for s in node.document.findall(solution))
    label = solution_label(self, node["ids"][0]) if solved and node["ids"] else ""
    start = f"\n\\begin{{mmdlexercise}}{{{node['stars']}}}{{{name}}}{{{label}}}{{"
    self.body.append(start)


def depart_exercise_latex(self: LaTeXTranslator, node: exercise) -> None:
    """Close the environment."""
    self.body.append("\n\\end{mmdlexercise}\n")


def solution_label(self: LaTeXTranslator, exercise_id: str) -> str:
    """Return the LaTeX label of an exercise's solution."""
    return label_of(self, "sol-" + exercise_id.removeprefix("ex-"))


def visit_solution_latex(self: LaTeXTranslator, node: solution) -> None:
    """Write into a body of its own until the solution ends."""
    self.pushbody([])
    label = label_of(self, node["ids"][0]) if node["ids"] else ""
    task = f"{{Exercise~{node['number']}}}{{{label_of(self, node['of'])}}}"
    self.body.append(f"\n\\begin{{mmdlsolution}}{{{label}}}{task}%\n")


def depart_solution_latex(self: LaTeXTranslator, node: solution) -> None:
    """Put the solution aside."""
    self.body.append("\n\\end{mmdlsolution}\n")
    text = "".join(self.popbody())
    if not hasattr(self, "solutions"):
        self.solutions: list[tuple[str, str]] = []
    self.solutions.append((self.curfilestack[-1], text))


def visit_solution_title_latex(self: LaTeXTranslator, node: solution_title) -> None:
    """Leave it out: the environment prints number and page of the exercise."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    """Register the visitors of both outputs."""
    app.add_node(
        exercise,
        html=(visit_exercise_html, depart_div_html),
        latex=(visit_exercise_latex, depart_exercise_latex),
    )
    app.add_node(
        solution,
        html=(visit_solution_html, depart_solution_html),
        latex=(visit_solution_latex, depart_solution_latex),
    )
    app.add_node(
        solution_title,
        html=(visit_solution_title_html, depart_solution_title_html),
        latex=(visit_solution_title_latex, None),
    )
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
