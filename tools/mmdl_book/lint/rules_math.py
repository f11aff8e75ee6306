"""Rules on formulas: where they end, what KaTeX reads, LaTeX that is no Markdown."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from mmdl_book.errors import BookError
from mmdl_book.lint.book import Index, nearest
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import Fault, rule
from mmdl_book.lint.spans import Formula

# LaTeX that writers paste, and what it is here.
PASTED = {
    r"\\(?:text)?cite[tp]?\*?\s*(?:\[[^][]*\])?\{": "write {cite:t}`key` or {cite:p}.",
    r"\\(?:eq)?ref\{": "write {eq}`eq-x`, {prf:ref}`thm-x` or {ref}`sec-x`.",
    r"\\(?:chapter|(?:sub){0,2}section|paragraph)\*?\{": "write ## and the title.",
    r"\\(?:emph|textit)\{": "write *words*.",
    r"\\(?:textbf)\{": "write **words**.",
    r"\\(?:texttt|verb)\b": "write `code`.",
    r"\\footnote\{": "write a margin note: :::{margin}.",
    r"\\label\{": "write :label: in the box, (eq-x) after $$, (sec-x)= elsewhere.",
    r"\\(?:input|include|usepackage|documentclass|includegraphics)\b": "leave it out.",
    r"\\item\b": "write lines that begin with -.",
    r"\\(?:begin|end)\{(?:itemize|enumerate|description)\}": "begin lines with -.",
    r"\\(?:begin|end)\{(?:theorem|lemma|prop\w*|corollary|definition|proof|remark)\}":
        "write :::{prf:theorem} Title and ::: at the end.",
    r"\\(?:begin|end)\{(?:figure|table|tabular|center|document|verbatim|lstlisting)\}":
        "see the style guide for figures, tables and code.",
}  # fmt: skip
DEFINES = re.compile(
    r"\\(?:newcommand|renewcommand|providecommand|def|gdef|edef|xdef|let|global"
    r"|DeclareMathOperator|newenvironment)\b"
)
DANGEROUS = re.compile(
    r"\\(?:write|openout|openin|read|input|include|includegraphics|immediate|catcode"
    r"|csname|directlua|special|shipout|verbatiminput|lstinputlisting|pdffiledump|url"
    r"|href|htmlData|htmlStyle|htmlClass|htmlId)(?![a-zA-Z])|\^\^[0-9a-f]{2}"
)
LONGEST = 1000  # characters; the book's longest formula has 276


@rule(
    "MM401",
    "A formula that is never closed",
    why="All that follows would be mathematics, or none of it.",
    wrong="$$\nx^2\n\nText.",
    right="$$\nx^2\n$$\n\nText.",
)
def formulas_are_closed(page: Page, book: Index) -> Iterator[Fault]:
    for formula in page.spans.formulas:
        if formula.closed:
            continue
        if formula.blank:
            message = "A blank line stands in this display."
            yield Fault(formula.blank, 1, message, "take it out.")
            continue
        end = f"\\end{{{formula.environment}}}" if formula.environment else "$$"
        message = "This display is never closed, or a blank line stands in it."
        fix = f"close it by {end}; take blank lines out."
        yield Fault(formula.line, formula.column, message, fix)
    for dollar in page.spans.dollars:
        message = "A $ without its partner in this paragraph."
        yield Fault(dollar.line, dollar.column, message, "close it, or write \\$.")


@rule(
    "MM402",
    "align inside dollars",
    why="`align` brings its own display; inside $$ it is an error in LaTeX.",
    wrong="$$\n\\begin{align} … \\end{align}\n$$",
    right="\\begin{align}\n…\n\\end{align}",
)
def environments_stand_alone(page: Page, book: Index) -> Iterator[Fault]:
    for formula in page.spans.formulas:
        found = re.search(
            r"\\begin\{(align|gather|equation|multline)\*?\}", formula.tex
        )
        if found and not formula.environment:
            message = f"{found[1]} stands inside dollars."
            fix = (
                f"take the dollars away, or write {found[1]}ed."
                if found[1] in ("align", "gather")
                else "take the dollars away."
            )
            yield Fault(formula.line, formula.column, message, fix)


@rule(
    "MM403",
    "A line of a formula that Markdown takes for a list",
    why="A line that begins with -, +, =, > or # inside a formula starts a list or a "
    "heading, and breaks the formula.",
    wrong="$a\n- b$",
    right="$a -\nb$",
)
def lines_begin_harmlessly(page: Page, book: Index) -> Iterator[Fault]:
    for formula in page.spans.formulas:
        if formula.environment:
            continue
        for offset, line in enumerate(formula.tex.split("\n")[1:], 1):
            found = re.match(r"\s*([-+*>#]|=+|\d+[.)])(\s|$)", line)
            if found and not formula.display:
                message = f"A line of this formula begins with {found[1]}."
                fix = f"move {found[1]} to the end of the line before."
                yield Fault(formula.line + offset, 1, message, fix)


@rule(
    "MM404",
    "A formula that KaTeX cannot read",
    why="The page would show its source, in red.",
    wrong="$\\fracc{1}{2}$",
    right="$\\frac{1}{2}$",
    needs_katex=True,
)
def formulas_are_tex(page: Page, book: Index) -> Iterator[Fault]:
    engine, error_class, prepared = katex(book.root)
    if engine is None:
        return
    for formula in page.spans.formulas:
        if not formula.closed or not formula.tex.strip():
            continue
        if DANGEROUS.search(formula.tex) or foreign(formula):
            continue  # told by MM408 and MM405
        if len(formula.tex) > LONGEST:
            continue  # told by MM415; KaTeX takes minutes for it
        try:
            engine.render(prepared(formula), display=formula.display)
        except error_class as error:
            yield _unreadable(formula, error, engine)


def _unreadable(formula: Formula, error: Any, engine: Any) -> Fault:
    before = formula.tex[: error.at or 0]
    line = formula.line + before.count("\n")
    first = formula.column + (0 if formula.environment else 1 + formula.display)
    column = (
        (error.at or 0) + first
        if "\n" not in before
        else len(before) - before.rfind("\n")
    )
    words = re.sub(r"\s+", " ", str(error)).strip()
    fix = "mend the formula."
    if found := re.search(r"Undefined control sequence:? (\\[A-Za-z]+)", words):
        known = {f"\\{name}" for name in engine.table} | COMMON
        near = nearest(found[1], known)
        fix = near or f"define {found[1]} in book/macros.yml, or spell it differently."
    return Fault(line, column, f"{words}.".replace("..", "."), fix)


WORDS = r"""
\alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \kappa \lambda \mu \nu
\xi \pi \rho \sigma \tau \phi \varphi \chi \psi \omega \Gamma \Delta \Theta \Lambda
\Sigma \Phi \Psi \Omega \frac \sqrt \sum \prod \int \lim \inf \sup \min \max \log \exp
\sin \cos \tanh \le \ge \ne \to \infty \partial \nabla \cdot \times \in \subset \cup
\cap \mathbb \mathcal \mathrm \text \left \right \begin \end \quad \qquad \dots \ldots
\cdots \hat \bar \tilde \overline \widehat \tfrac \dfrac \binom \div \pm \mp \circ \ell
\forall \exists \mapsto \iff \implies \subseteq \setminus \emptyset \otimes \oplus \odot
\langle \rangle \lvert \rvert \lfloor \rfloor \lceil \rceil \bigl \bigr \Bigl \Bigr
\limsup \liminf \det \dim \ker \deg \arg \cos \tan \cosh \sinh \arctan \equiv \approx
\sim \simeq \propto \perp \mid \leq \geq \neq \ll \gg \prime \underbrace \operatorname
\mathbf \mathsf \vdots \ddots \iota \vartheta \Xi \Pi \upsilon \widetilde \underline
\boldsymbol
"""  # what writers of mathematics most often mean
COMMON = frozenset(WORDS.split())


@lru_cache(maxsize=1)
def katex(root: Path) -> tuple[Any, type[Exception], Any]:
    """The book's own engine, its exception, and what it does to a formula first."""
    folder = str(root / "book" / "_ext")
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        from katex_engine import Engine, MathError
        from macros import read as read_macros
        from sphinx.errors import ConfigError
    except ImportError:
        return None, Exception, None
    try:
        table = read_macros(root / "book" / "macros.yml")
    except (ConfigError, OSError) as error:
        raise BookError(str(error).replace(f"{root}/", "")) from None
    cache = root / "_build" / ".work" / ".katex_cache" / "formulas.sqlite"

    def prepared(formula: Formula) -> str:
        tex = re.sub(r"\\label\{[^}]*\}", "", formula.tex)
        name = formula.environment.removesuffix("*")
        return (
            tex.replace(f"{{{formula.environment}}}", f"{{{name}*}}") if name else tex
        )

    return Engine(table, cache), MathError, prepared


@rule(
    "MM405",
    "LaTeX that is no Markdown",
    why="Text commands of LaTeX appear as they are written.",
    wrong="as \\emph{shown} in \\cite{gauss1809}",
    right="as *shown* in {cite:t}`gauss1809`",
)
def text_is_markdown(page: Page, book: Index) -> Iterator[Fault]:
    for word in page.spans.words:
        for pattern, fix in PASTED.items() if "\\" in word.text else ():
            if found := re.search(pattern, word.text):
                message = f"LaTeX in the text: {found[0]}"
                yield Fault(word.line, word.column + found.start(), message, fix)
    for formula in page.spans.formulas:
        name = formula.environment
        if foreign(formula):
            fix = next(
                (f for p, f in PASTED.items() if re.search(p, f"\\begin{{{name}}}")),
                "see the style guide.",
            )
            message = f"LaTeX in the text: \\begin{{{name}}}"
            yield Fault(formula.line, formula.column, message, fix)


def foreign(formula: Formula) -> bool:
    """Whether an environment of LaTeX's stands where formulas stand."""
    known = r"(?:align|gather|equation|multline|aligned|cases)\*?"
    return bool(formula.environment and not re.fullmatch(known, formula.environment))


@rule(
    "MM406",
    "Dollars written as brackets",
    why="Markdown eats the backslash: readers see ( x ).",
    wrong="\\(x\\) and \\[ y \\]",
    right="$x$ and $$ y $$",
)
def formulas_use_dollars(page: Page, book: Index) -> Iterator[Fault]:
    for word in page.spans.words:
        if found := re.search(r"\\[\[(]", word.text):
            message = f"{found[0]} opens no formula here."
            fix = "write $ … $ in a line and $$ … $$ for a display."
            yield Fault(word.line, word.column + found.start(), message, fix)


@rule(
    "MM407",
    "A macro of one's own",
    why="One table feeds page and PDF, so that a symbol means the same everywhere.",
    wrong="$\\newcommand{\\RR}{\\mathbb{R}}$",
    right="$\\R$, or a line in book/macros.yml",
)
def macros_come_from_the_table(page: Page, book: Index) -> Iterator[Fault]:
    for line, column, text in tex(page):
        if found := DEFINES.search(text):
            message = f"{found[0]} defines a macro in a chapter."
            fix = "add it to book/macros.yml."
            yield Fault(line, column + found.start(), message, fix)


@rule(
    "MM408",
    "TeX that reaches beyond the formula",
    why="Commands that read, write or link files have no place in a formula.",
    wrong="$\\input{/etc/passwd}$",
    right="(nothing)",
)
def tex_is_harmless(page: Page, book: Index) -> Iterator[Fault]:
    for line, column, text in tex(page):
        if found := DANGEROUS.search(text):
            message = f"{found[0]} is not allowed."
            yield Fault(line, column + found.start(), message, "remove it.")


def tex(page: Page) -> Iterator[tuple[int, int, str]]:
    """Every line of TeX of a page, and of its ``math`` directives."""
    for formula in page.spans.formulas:
        for offset, line in enumerate(formula.tex.split("\n")):
            yield formula.line + offset, formula.column if not offset else 1, line
    for fence in page.fences:
        if fence.name == "math":
            for number, line in fence.content:
                yield number, 1, line
    for role in page.spans.roles:
        if role.name in ("math", "glue:math"):
            yield role.line, role.column, role.content


@rule(
    "MM409",
    "A label inside dollars",
    why="Between $$ the label stands after the display; \\label is for align.",
    wrong="$$ x \\label{eq-x} $$",
    right="$$ x $$ (eq-x)",
)
def labels_stand_behind(page: Page, book: Index) -> Iterator[Fault]:
    for formula in page.spans.formulas:
        if not formula.environment and "\\label" in formula.tex:
            message = "\\label stands inside dollars."
            yield Fault(formula.line, formula.column, message, "write $$ … $$ (eq-x).")


@rule(
    "MM410",
    "An empty formula",
    why="Two dollars without anything between them.",
    wrong="the set $$ is",
    right="the set $S$ is",
)
def formulas_say_something(page: Page, book: Index) -> Iterator[Fault]:
    for formula in page.spans.formulas:
        if formula.closed and not formula.tex.strip():
            yield Fault(formula.line, formula.column, "An empty formula.", "remove it.")


@rule(
    "MM415",
    "A formula that is too long",
    why="It fits no page and no screen; long ones take the page minutes to set.",
    wrong="(a formula of 2000 characters)",
    right="two formulas, and a name for what they share",
)
def formulas_are_short(page: Page, book: Index) -> Iterator[Fault]:
    for formula in page.spans.formulas:
        if len(formula.tex) > LONGEST and formula.closed:
            message = f"A formula of {len(formula.tex)} characters; at most {LONGEST}."
            yield Fault(formula.line, formula.column, message, "make several of it.")
