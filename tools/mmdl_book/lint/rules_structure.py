"""Rules on fences, directives, roles and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mmdl_book.lint.book import Index, nearest
from mmdl_book.lint.page import Fence, Page
from mmdl_book.lint.registry import Fault, rule

STATEMENT = {"label", "status", "class"}
EXERCISE = {"label", "class"}
# Directives of the book and the options that each takes.
DIRECTIVES: dict[str, set[str]] = {
    **{
        f"prf:{kind}": STATEMENT
        for kind in (
            "theorem", "proposition", "lemma", "corollary", "definition", "example",
            "remark", "algorithm",
        )
    },
    "prf:proof": {"of", "class"},
    "exercise": EXERCISE, "exercise-start": EXERCISE, "exercise-end": set(),
    "solution": {"class"}, "solution-start": {"class"}, "solution-end": set(),
    **{
        box: set()
        for box in ("goals", "break-it", "in-practice", "flop-box", "margin")
    },
    "code-cell": {"tags", "---"},
    "code": {"class", "name", "number-lines"},
    "code-block": {"caption", "name", "emphasize-lines", "linenos", "class"},
    "mmdl-source": {"doc", "lines", "caption", "name", "unlinked"},
    "figure": {"name", "alt", "width", "height", "align", "figclass", "class", "scale"},
    "image": {"alt", "width", "height", "align", "class", "scale", "name"},
    "table": {"name", "class", "align", "widths"},
    "list-table": {"name", "class", "align", "widths", "header-rows", "stub-columns"},
    "csv-table": {"name", "class", "align", "widths", "header-rows", "header"},
    "math": {"label", "class", "nowrap"},
    "note": {"class", "name"}, "warning": {"class", "name"}, "tip": {"class", "name"},
    "admonition": {"class", "name"}, "dropdown": {"class", "name", "open"},
    "bibliography": set(), "book-contents": set(), "theorem-ledger": set(),
    "timeline-table": set(), "prerequisite-map": set(), "contributors": set(),
    "glossary": set(), "epigraph": set(), "interactive": {"name", "alt"},
}  # fmt: skip
ROLES = {
    "eq", "prf:ref", "ref", "numref", "doc", "term", "cite", "cite:t", "cite:p",
    "cite:ts", "cite:ps", "cite:author", "cite:year", "func", "class", "meth", "attr",
    "mod", "data", "exc", "obj", "py:func", "py:class", "py:meth", "py:mod",
    "glue:text", "glue", "glue:math", "glue:figure", "math", "code", "kbd", "abbr",
    "sup", "sub", "download", "name", "soon", "emphasis", "strong", "literal",
}  # fmt: skip
FORBIDDEN = {"raw", "eval-rst", "only", "include", "literalinclude", "ifconfig"}


@rule(
    "MM201",
    "An unknown directive",
    why="MyST shows the source of a directive that it does not know.",
    wrong=":::{prf:theoren} Title\n:::",
    right=":::{prf:theorem} Title\n:::",
)
def directives_are_known(page: Page, book: Index) -> Iterator[Fault]:
    for fence in page.fences:
        if fence.name and fence.name not in DIRECTIVES and fence.name not in FORBIDDEN:
            fix = nearest(fence.name, DIRECTIVES) or "see the list in the style guide."
            message = f"There is no directive {fence.name}."
            yield Fault(fence.line, fence.indent + 1, message, fix)


@rule(
    "MM202",
    "An unknown role",
    why="A role that MyST does not know appears as source.",
    wrong="see {prf:reff}`thm-novikoff`",
    right="see {prf:ref}`thm-novikoff`",
)
def roles_are_known(page: Page, book: Index) -> Iterator[Fault]:
    for role in page.spans.roles:
        if role.name not in ROLES:
            fix = nearest(role.name, ROLES) or "see the list in the style guide."
            yield Fault(role.line, role.column, f"There is no role {role.name}.", fix)


@rule(
    "MM203",
    "A fence that is never closed",
    why="All that follows belongs to it, or becomes code.",
    wrong=":::{goals}\nYou can …",
    right=":::{goals}\nYou can …\n:::",
)
def fences_are_closed(page: Page, book: Index) -> Iterator[Fault]:
    for fence in page.fences:
        if not fence.end:
            mark = fence.mark * fence.length
            message = f"The fence {mark}{{{fence.name}}} is never closed."
            yield Fault(
                fence.line, fence.indent + 1, message, f"close it by a line {mark}."
            )


@rule(
    "MM204",
    "A fence inside one that is not longer",
    why="The inner one's end closes the outer one too.",
    wrong=":::{goals}\n:::{margin}\nAside.\n:::\n:::",
    right="::::{goals}\n:::{margin}\nAside.\n:::\n::::",
)
def outer_fences_are_longer(page: Page, book: Index) -> Iterator[Fault]:
    for fence in page.fences:
        outer = fence.parent
        if outer and outer.mark == fence.mark and outer.length <= fence.length:
            longer = fence.mark * (fence.length + 1)
            message = (
                f"The fence around this one (line {outer.line}) has no more marks."
            )
            fix = f"open and close the outer one by {longer}."
            yield Fault(fence.line, fence.indent + 1, message, fix)


@rule(
    "MM205",
    "A backtick in the title of a backtick fence",
    why="Markdown forbids it: the directive silently becomes text.",
    wrong="```{prf:theorem} After {cite:t}`gauss1809`",
    right=":::{prf:theorem} After {cite:t}`gauss1809`",
)
def titles_have_no_backticks(page: Page, book: Index) -> Iterator[Fault]:
    for fence in page.fences:
        if fence.mark == "`" and "`" in fence.title:
            message = "A backtick in the title disables a backtick fence."
            fix = "use colons: :::{…} opens and ::: closes."
            yield Fault(fence.line, fence.indent + 1, message, fix)


@rule(
    "MM206",
    "More than one title, or none",
    why="A page is one chapter; its only # heading names it.",
    wrong="# One\n\n# Two",
    right="# One\n\n## Two",
)
def there_is_one_title(page: Page, book: Index) -> Iterator[Fault]:
    titles = [(line, text) for level, line, text in page.headings if level == 1]
    if not titles:
        line = min(page.header_end + 1, len(page.lines))
        yield Fault(line, 1, "The page has no title.", "begin it with `# Title`.")
    for line, text in titles[1:]:
        message = f"A second title: {text}."
        yield Fault(line, 1, message, "write ## for a section.")


@rule(
    "MM207",
    "A heading that skips a level",
    why="Numbers and the contents have no place for it.",
    wrong="# Title\n\n### Deep",
    right="# Title\n\n## Section",
)
def levels_do_not_jump(page: Page, book: Index) -> Iterator[Fault]:
    last = 0 if any(level == 1 for level, _, _ in page.headings) else 1
    for level, line, _ in page.headings:
        if level > last + 1:
            message = f"A heading of level {level} follows one of level {last}."
            yield Fault(line, 1, message, f"write {'#' * (last + 1)}.")
        last = level


@rule(
    "MM208",
    "Mathematics in a heading",
    why="Headings become contents, addresses and bookmarks, where no formula lives.",
    wrong="## Why $L^2$ is special",
    right="## Why square-integrable is special",
)
def headings_have_no_formulas(page: Page, book: Index) -> Iterator[Fault]:
    for _, line, text in page.headings:
        if "$" in text or re.search(r"\\[a-zA-Z]+|\{math\}", text):
            message = "A heading holds a formula."
            yield Fault(line, text.find("$") + 3, message, "say it in words.")


@rule(
    "MM209",
    "A character beyond ASCII in a heading",
    why="The heading's address would change with it; accents go to the text.",
    wrong="## Armijo’s rule → a proof",
    right="## A proof of Armijo's rule",
)
def headings_are_ascii(page: Page, book: Index) -> Iterator[Fault]:
    for level, line, text in page.headings:
        strange = [(at, c) for at, c in enumerate(text) if ord(c) > 127]
        if strange:
            at, char = strange[0]
            message = f"A heading holds {char!r}."
            yield Fault(line, level + 2 + at, message, "write it in ASCII.")


@rule(
    "MM210",
    "A closing fence that closes nothing",
    why="It is shown as text, and often the fence before it was closed too early.",
    wrong="Text.\n\n:::",
    right="Text.",
)
def closings_close(page: Page, book: Index) -> Iterator[Fault]:
    for line in page.strays:
        fix = "remove it, or open its fence above."
        yield Fault(line, 1, "This closing fence closes nothing.", fix)


@rule(
    "MM211",
    "An option that its directive does not have",
    why="It is ignored, or shown as text.",
    wrong=":::{prf:theorem} Title\n:lable: thm-x",
    right=":::{prf:theorem} Title\n:label: thm-x",
)
def options_are_known(page: Page, book: Index) -> Iterator[Fault]:
    for fence in page.fences:
        known = DIRECTIVES.get(fence.name)
        for key, (_, line) in fence.options.items() if known is not None else ():
            if key not in known:
                allowed = ", ".join(sorted(known - {"---"})) or "no options"
                fix = nearest(key, known) or f"{fence.name} takes {allowed}."
                yield Fault(line, 1, f"{fence.name} has no option {key}.", fix)


@rule(
    "MM212",
    "A gate that is not closed",
    why="Exercises and solutions with cells stand between a start and an end.",
    wrong=":::{solution-start} ex-mine\n:::\n… (no solution-end)",
    right=":::{solution-start} ex-mine\n:::\n…\n:::{solution-end}\n:::",
)
def gates_are_closed(page: Page, book: Index) -> Iterator[Fault]:
    opened: Fence | None = None
    for fence in page.fences:
        if fence.name in ("exercise-start", "solution-start"):
            if opened:
                yield _open_gate(opened)
            opened = fence
        elif fence.name in ("exercise-end", "solution-end"):
            kind = fence.name.removesuffix("-end")
            if not opened or opened.name != f"{kind}-start":
                message = f"This {fence.name} has no {kind}-start above it."
                yield Fault(fence.line, 1, message, "remove it, or add the start.")
            opened = None
    if opened:
        yield _open_gate(opened)


def _open_gate(fence: Fence) -> Fault:
    end = fence.name.replace("start", "end")
    fix = f"add :::{{{end}}} and ::: where it ends."
    return Fault(fence.line, 1, f"This {fence.name} has no {end}.", fix)


@rule(
    "MM213",
    "A directive without content",
    why="An empty box says nothing.",
    wrong=":::{prf:theorem} Title\n:label: thm-x\n:::",
    right=":::{prf:theorem} Title\n:label: thm-x\n\nLet …\n:::",
)
def boxes_say_something(page: Page, book: Index) -> Iterator[Fault]:
    boxes = {"goals", "break-it", "in-practice", "flop-box", "margin", "exercise"}
    parents = {id(fence.parent) for fence in page.fences}
    for fence in page.fences:
        speaks = fence.name.startswith("prf:") or fence.name in boxes | {"solution"}
        empty = not any(line.strip() for _, line in fence.content)
        if speaks and empty and id(fence) not in parents:
            message = f"This {fence.name} is empty."
            yield Fault(fence.line, 1, message, "write its text, or remove it.")


@rule(
    "MM214",
    "A chapter without its label",
    why="Other chapters refer to it by `ch-` and the name of its file.",
    wrong="# Dropout as averaging",
    right="(ch-dropout)=\n# Dropout as averaging",
)
def chapter_has_its_label(page: Page, book: Index) -> Iterator[Fault]:
    titles = [line for level, line, _ in page.headings if level == 1]
    if page.path.count("/") < 2 or not titles:
        return
    wanted = "ch-" + page.path.rpartition("/")[2].removesuffix(".md")
    if all(target.text != wanted for target in page.targets):
        line = titles[0]
        fix = f"write ({wanted})= on the line above the title."
        yield Fault(line, 1, f"The chapter lacks its label {wanted}.", fix)


@rule(
    "MM215",
    "A line that looks like a fence and is none",
    why="Two colons, a space before the braces, a missing brace: it becomes text.",
    wrong="::: {goals}\n::{goals}\n:::{goals",
    right=":::{goals}",
)
def fences_are_well_formed(page: Page, book: Index) -> Iterator[Fault]:
    for number, line, _ in page.prose:
        bare = line.strip()
        two = re.match(r"^(::|``)\{[\w:-]+\}(?!`)", bare)
        if two:
            message = "A fence has three marks at least."
            yield Fault(number, 1, message, f"write {two[1][0] * 3}{{…}}.")
    for fence in page.fences:
        if fence.name or not fence.title:
            continue
        if fence.title.startswith("{") or fence.mark == ":":
            message = "This fence names no directive."
            fix = f"write {fence.mark * 3}{{name}} Title."
            yield Fault(fence.line, fence.indent + 1, message, fix)


@rule(
    "MM216",
    "A heading that Markdown does not see",
    why="Without a space after # it is text.",
    wrong="##Section",
    right="## Section",
)
def headings_have_a_space(page: Page, book: Index) -> Iterator[Fault]:
    for number, line, _ in page.prose:
        if re.match(r"^#{1,6}[A-Za-z]", line):
            message = "There is no space after #."
            yield Fault(number, 1, message, "put a space after the last #.")
