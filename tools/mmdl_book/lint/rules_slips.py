"""Rules on slips of the keyboard that leave valid Markdown with another meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mmdl_book.lint.book import Index, nearest
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import Fault, rule
from mmdl_book.lint.rules_math import COMMON
from mmdl_book.lint.spans import Formula

LANGUAGES = {
    "text", "console", "bash", "sh", "yaml", "toml", "json", "markdown", "md", "latex",
    "tex", "bibtex", "css", "html", "none", "pycon",
}  # fmt: skip
ALWAYS = {"Exercises", "Summary", "Notes and references"}
WORDY = re.compile(  # where letters are words, or a name that is being made
    r"\\(?:text\w*|mathrm|mathtt|mathsf|mathbf|mathit|operatorname\*?|mbox|label|tag"
    r"|begin|end|color|hspace|phantom)\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}"
)
PRODUCTS = {"gg", "ll", "mp", "pm"}  # of two variables, as likely as not
NAMES = {name[1:] for name in COMMON if len(name) > 2} - PRODUCTS
PASTED = re.compile(r"\\[A-Za-z]+\*?(?:\{[^{}]*\})+|^\s*(?:::|``)\{[\w:-]+\}")


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text with matches replaced by spaces, line by line."""
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def place(formula: Formula, offset: int) -> tuple[int, int]:
    """Line and column of a place in a formula."""
    before = formula.tex[:offset]
    rows = before.count("\n")
    if rows:
        return formula.line + rows, offset - before.rfind("\n")
    first = 0 if formula.environment else 1 + formula.display
    return formula.line, formula.column + first + offset


@rule(
    "MM217",
    "A line that looks like a heading",
    why="A short line by itself, without a full stop, has lost its ##.",
    wrong="Why it works\n\nBecause …",
    right="## Why it works\n\nBecause …",
)
def headings_have_marks(page: Page, book: Index) -> Iterator[Fault]:
    owners = {number: fence for number, _, fence in page.prose}
    for paragraph in page.paragraphs:
        number, line = paragraph[0]
        alone = len(paragraph) == 1 and owners[number] is None
        wordy = re.match(r"\s*[A-Z]", line) and len(line.split()) <= 12
        ends = re.search(r"[.?!:;,)\]$`}|*_]\s*$", line)
        if alone and wordy and not ends:
            fix = "write ## before it, or end it with a full stop."
            yield Fault(number, 1, f"A lone line without a stop: {line[:40]}", fix)


@rule(
    "MM218",
    "A brace that belongs to nothing",
    why="Roles are {name}`content`, directives :::{name}; a brace elsewhere is a slip.",
    wrong="by {prf:reff`thm-x`",
    right="by {prf:ref}`thm-x`",
)
def braces_belong(page: Page, book: Index) -> Iterator[Fault]:
    fix = "write {name}`content`, or `code`, or $formula$."
    for word in page.spans.words:
        plain = blanked(PASTED, re.sub(r"\\[{}]", "  ", word.text))  # told by others
        for found in re.finditer(r"[{}]", plain):
            column = word.column + found.start()
            yield Fault(word.line, column, f"A brace in the text: {found[0]}", fix)
            break
    for fence in page.fences:
        if "{" in fence.title or "}" in fence.title:
            if re.search(r"[`$\\]|^\{", fence.title):
                continue  # roles and formulas have braces; the rest tells MM215
            message = f"A brace in the title of a fence: {fence.title[:30]}"
            fix = f"write {fence.mark * 3}{{name}} Title."
            yield Fault(fence.line, fence.indent + 1, message, fix)


@rule(
    "MM219",
    "Code in an unknown language",
    why="The word behind ``` says how code is coloured; a slip there turns a directive "
    "into code.",
    wrong="```code-cell ipython3",
    right="```{code-cell} ipython3",
)
def languages_are_known(page: Page, book: Index) -> Iterator[Fault]:
    for fence in page.fences:
        language = fence.title.split()[:1]
        if fence.name or fence.mark == ":" or not language:
            continue
        known = LANGUAGES | {"python", "ipython3", "py", "ipython"}  # told by MM617
        if language[0].lower() not in known and not re.search(r"[{}]", fence.title):
            fix = nearest(language[0], known) or "write ```text for plain code."
            message = f"No language is called {language[0]}."
            yield Fault(fence.line, fence.indent + 1, message, fix)


@rule(
    "MM220",
    "A line that looks like an option",
    why="Options stand directly below the directive, as :name: value; anything else is "
    "shown as text.",
    wrong=":::{prf:theorem} Title\n:label thm-x",
    right=":::{prf:theorem} Title\n:label: thm-x",
)
def options_are_well_formed(page: Page, book: Index) -> Iterator[Fault]:
    for fence in page.fences:
        if not fence.name or not fence.content:
            continue
        number, line = fence.content[0]
        below = number == fence.line + 1 + len(fence.options)
        broken = re.match(r"\s*(:{1,2}[a-z-]+:{0,2}|[a-z]*:[a-z-]*:)(\s|$)", line)
        word = not fence.literal and re.match(r"\s*[a-z]+:(\s|$)", line)
        broken = broken or word
        if below and broken and "---" not in fence.options:
            message = f"This is no option: {line.strip()[:30]}"
            yield Fault(number, 1, message, "write :name: value.")


@rule(
    "MM221",
    "A subsection with a label",
    why="Sections (##) are numbered and can be referred to; subsections are not.",
    wrong="(sec-proof)=\n### The proof",
    right="(sec-proof)=\n## The proof",
)
def labels_stand_at_sections(page: Page, book: Index) -> Iterator[Fault]:
    labelled = {target.line + 1 for target in page.targets}
    for level, line, text in page.headings:
        if level == 3 and (line in labelled or text in ALWAYS):
            message = f"{text} is a section, and has the level of a subsection."
            yield Fault(line, 1, message, "write ##, or take the label away.")


@rule(
    "MM222",
    "A label of a section that stands above no heading",
    why="The heading below has lost its marks, or the label is in the wrong place.",
    wrong="(sec-proof)=\nThe proof",
    right="(sec-proof)=\n## The proof",
)
def section_labels_stand_above_headings(page: Page, book: Index) -> Iterator[Fault]:
    for target in page.targets:
        below = [text for text in page.lines[target.line : target.line + 3] if text]
        section = target.text.startswith(("sec-", "ch-"))
        if section and below and not below[0].startswith(("#", "(", "%")):
            message = f"No heading stands below the label {target.text}."
            yield Fault(target.line, 1, message, "write it above a heading with ##.")


@rule(
    "MM223",
    "A label that is not well formed",
    why="It is shown as text, and nothing can refer to it.",
    wrong="(sec-proof=",
    right="(sec-proof)=",
)
def labels_are_well_formed(page: Page, book: Index) -> Iterator[Fault]:
    good = {target.line for target in page.targets}
    for number, line, _ in page.prose:
        bare = re.fullmatch(r"\(?(?:sec|ch|tab|fig|part)-[\w()=-]+", line.strip())
        if bare and number not in good and re.search(r"[()=]", line):
            message = f"This is no label: {line.strip()[:40]}"
            yield Fault(number, 1, message, "write (sec-topic)= on a line of its own.")


@rule(
    "MM411",
    "A line break that is glued to a word",
    why="Two backslashes begin a new line; before a command one is too many.",
    wrong="$\\\\frac12$",
    right="$\\frac12$",
)
def breaks_stand_alone(page: Page, book: Index) -> Iterator[Fault]:
    for formula in page.spans.formulas:
        for found in re.finditer(r"\\\\(?=[A-Za-z])", formula.tex):
            rest = re.match(r"[A-Za-z]+", formula.tex[found.end() :])
            word = rest[0] if rest else ""
            message = f"A line break glued to {word}."
            fix = f"write \\{word}, or a space after \\\\."
            yield Fault(*place(formula, found.start()), message, fix)


@rule(
    "MM412",
    "A command that has lost its backslash",
    why="It prints as a product of letters.",
    wrong="$frac12$",
    right="$\\frac12$",
)
def commands_have_backslashes(page: Page, book: Index) -> Iterator[Fault]:
    for formula in page.spans.formulas:
        plain = blanked(WORDY, formula.tex)
        for found in re.finditer(r"(?<![\\A-Za-z])[A-Za-z]{2,}", plain):
            if found[0] in NAMES or found[0] in book.macros:
                message = f"{found[0]} without its backslash."
                fix = f"write \\{found[0]}."
                yield Fault(*place(formula, found.start()), message, fix)


@rule(
    "MM413",
    "Something behind a display that is no label",
    why="Behind $$ stands a label in parentheses, or nothing.",
    wrong="$$ (eq-normal",
    right="$$ (eq-normal)",
)
def displays_end_with_labels(page: Page, book: Index) -> Iterator[Fault]:
    for number, line, _ in page.prose:
        if found := re.match(r"^\s*\$\$(?!.*\$)\s*(\(?[\w-]+\)?)\s*$", line):
            if re.fullmatch(r"\([\w-]+\)", found[1]) or not re.search(
                r"[()]", found[1]
            ):
                continue
            message = f"Behind $$ stands {found[1]}."
            yield Fault(number, found.start(1) + 1, message, "write $$ (eq-topic).")


@rule(
    "MM414",
    "A backslash that commands nothing",
    why="A command has lost its name, or its letters changed places.",
    wrong="$X^\\ $ for $X^\\T$",
    right="$X^\\T$",
)
def backslashes_command(page: Page, book: Index) -> Iterator[Fault]:
    # A blank is written ``, \ `` or ``_N\ ``; behind a single letter it was a command.
    letter = re.compile(r"(?:^|[^_^\\A-Za-z])[A-Za-z0-9]$|[_^]$")
    pattern = re.compile(r"(?<!\\)(?:\\\\)*(\\[()\[\]]|q\\quad|\\(?=\s|$))")
    for formula in page.spans.formulas:
        for found in pattern.finditer(formula.tex):
            blank = found[1] == "\\"
            before = formula.tex[max(0, found.start(1) - 3) : found.start(1)]
            if blank and not letter.search(before):
                continue
            message = f"A backslash without its command: {found[1].strip()}"
            fix = "write the command's name, or take the backslash away."
            yield Fault(*place(formula, found.start(1)), message, fix)
