"""Pages that nobody would write: pieces of chapters, markup, YAML and noise, mixed.

Hypothesis chooses how many blocks and a number for each, and can take blocks away when
it looks for the shortest page that fails; a number grows into a block by chance. So a
page costs a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = ("learning", "networks", "optimization", "appendices")
MARKS = [":::", "::::", "```", "````", "~~~", "::", "`", "$", "$$", "---", "(", ")="]
NAMES = [
    "prf:theorem", "prf:proof", "prf:", "exercise", "solution", "exercise-start",
    "solution-end", "code-cell", "figure", "image", "math", "margin", "goals",
    "mmdl-source", "interactive", "include", "raw", "nothing", "", "a b", "{", "ünï",
]  # fmt: skip
OPTIONS = ["label", "name", "of", "alt", "tags", "class", "status", "lable", "é"]
ROLES = ["eq", "ref", "prf:ref", "cite:t", "func", "soon", "math", "numref", "x:y:z"]
LABELS = [
    "thm-a", "ex-a", "eq-a", "sec-a", "ch-", "-", "A", "thm-ä", "", "a,b", "~", "<",
]  # fmt: skip
PICTURES = ["a.png", "/etc/passwd", "../" * 9, "a" * 300 + ".svg", "\0.svg", "~", "."]
TITLES = ["", "ex-a", "★ Title", "{}", "`x`", "$x$", *PICTURES]
TEX = [
    r"\frac", "{", "}", r"\begin{align}", r"\end{align}", r"\begin{", r"\left(", r"\\",
    r"\label{eq-a}", "&", "^", "_", "#1", "%", r"\text{", "~", r"\char", r"\R", "x",
    "½", r"\begin{theorem}", r"\newcommand{\x}{\x}", r"\x", r"\ ", r"\norm[", "'",
    "\u0301",
]  # fmt: skip
MARKDOWN = [
    "# ", "## ", "#x", "- ", "> ", "| a | b |", "|---|", "[", "](", ")", "![", "<b",
    "<!--", "&#", "&#" + "9" * 5000 + ";", "http://", "\\", "*", "_", "% remark", "1. ",
    "(sec-a)=", "(a)=", r"\cite[", r"\section{", "{", "}", "`", "Clearly", "the the",
    ":label: thm-a", "javascript:", "[x]: <", "^", "[^1]", "\t", "    ",
]  # fmt: skip
PYTHON = [
    "import os", "x = (", "def f(:", "'''", "np.random.rand()", "default_rng(", "%pip",
    "9" * 5000, "\\", "'\\d'", "x is 1", "return", "await x", "yield", "-" * 200 + "1",
    "(" * 300, "lambda: (yield)", "\0", "# ü", "from . import x", "import a.b", "    x",
    "open('/a/b')", "f'{x", "nonlocal x", "*x, = *y", "match x:", "if x:", "import",
]  # fmt: skip
SCALARS = [
    "", "x", "null", "true", "3", "-1", "1e999", "9" * 5000, "2001-99-99", "2001-01-01",
    "[]", "{}", "[x, [y]]", "{name: x}", "[{name: 3}]", "[{name: x, orcid: 3}]",
    "&a [*a]", "*b", "!!int x", "!!bool x", "!!timestamp x", "!!binary ;", "!!float x",
    "? [a]", "|", "'", '"', "{", "[", "@", "%", "0x_", "1:99:99",
    "!!python/name:os.system", "\t", "ü", "<<: 3", "[" * 2000, "{? {}: x}", "~",
    "{[a]: 1}", "{1: 2}", ".nan", "0b2", "\u2028",
]  # fmt: skip
ENDS = ["", "(eq-a)", "(a"]
KEYS = [
    "mmdl", "jupytext", "kernelspec", "authors", "licence", "needs", "minutes", "part",
    "level", "orcid", "text_representation", "mystnb", "figure", "image", "caption",
    "name", "alt", "tags", "<<", "3", "null", "[a]", "ü", "? a", "orphan",
]  # fmt: skip

NOISE = (
    "\x00\x07\x0b\x0c\x1b\x1c\x85\u2028\u202e\ufeff\u0301\r\n\t \U0001d54f\xa0\xad\x7f"
)
Chance = Random


def noise(chance: Chance) -> str:
    """A few characters of any kind."""
    few = chance.randrange(6)
    if chance.random() < 0.5:
        return "".join(chance.choices(NOISE, k=few))
    return "".join(chr(chance.randrange(0xD800)) for _ in range(few))


def one(chance: Chance, words: list[str]) -> str:
    """One of the words, or now and then noise."""
    return noise(chance) if chance.random() < 0.1 else chance.choice(words)


def some(chance: Chance, words: list[str], between: str, most: int = 6) -> str:
    """Several words in a row."""
    return between.join(one(chance, words) for _ in range(chance.randrange(most)))


@cache
def pieces() -> list[str]:
    """Paragraphs and blocks of the book."""
    found = set()
    for folder in CHAPTERS:
        for path in sorted((ROOT / "book" / folder).glob("*.md")):
            text = path.read_text("utf8")
            found.update(re.split(r"\n{2,}", text))
            found.update(re.findall(r"^```.*?^```$", text, re.MULTILINE | re.DOTALL))
    return sorted(piece for piece in found if len(piece) < 1500)


def torn(chance: Chance) -> str:
    """The beginning of a piece, or all of it."""
    piece = chance.choice(pieces())
    return piece[: chance.randrange(2 * len(piece) + 1)]


def mapping(chance: Chance, depth: int = 2) -> str:
    """YAML, or what looks like it."""
    rows = []
    for _ in range(chance.randrange(5)):
        value = one(chance, SCALARS)
        if depth and chance.random() < 0.4:
            value = "\n" + re.sub("(?m)^", "  ", mapping(chance, depth - 1))
        rows.append(f"{one(chance, KEYS)}: {value}")
    return "\n".join(rows)


def head(chance: Chance) -> str:
    """A header, well ended or not."""
    return f"---\n{mapping(chance)}\n{chance.choice(['---', '---', '', '...'])}\n"


def span(chance: Chance) -> str:
    """Something inside a paragraph."""
    forms = {
        0: lambda: f"{{{one(chance, ROLES)}}}`{one(chance, LABELS)}`",
        1: lambda: f"${some(chance, TEX, '')}$",
        2: lambda: (
            f"$$\n{some(chance, TEX, ' ')}\n$$ {one(chance, ['', '(eq-a)', '(a'])}"
        ),
        3: lambda: some(chance, TEX, ""),
        4: lambda: f"![{noise(chance)}]({one(chance, PICTURES)})",
        5: lambda: f"[{noise(chance)}]({one(chance, PICTURES)})",
    }
    return forms.get(chance.randrange(9), lambda: one(chance, MARKDOWN))()


def cell(chance: Chance) -> str:
    """A code cell."""
    settings = f"---\n{mapping(chance)}\n---\n" if chance.random() < 0.5 else ""
    kind = one(chance, ["ipython3", "julia", ""])
    code = some(chance, PYTHON, "\n")
    return f"```{{code-cell}} {kind}\n{settings}{code}\n```"


def fence(chance: Chance) -> str:
    """A directive, closed by chance."""
    title, option = one(chance, TITLES), one(chance, OPTIONS)
    inside = "\n".join(span(chance) for _ in range(chance.randrange(4)))
    return (
        f"{one(chance, MARKS)}{{{one(chance, NAMES)}}} {title}\n"
        f":{option}: {one(chance, LABELS)}\n{inside}\n{one(chance, MARKS)}"
    )


BLOCKS: list[Callable[[Chance], str]] = [
    torn, torn, fence, fence, cell, span, span, head, lambda c: one(c, MARKS), noise,
]  # fmt: skip


def block(number: int) -> str:
    """What a number grows into, with what separates it from the next."""
    chance = Random(number)
    made = chance.choice(BLOCKS)(chance)
    return made + chance.choice(["\n\n", "\n\n", "\n", " ", ""])


def page(first: int, numbers: list[int]) -> str:
    """A header or none, and blocks."""
    begins = head(Random(first)) if first % 2 else ""
    return begins + "".join(map(block, numbers))


seeds = st.integers(0, 2**32)
noise_pages = st.builds(page, seeds, st.lists(seeds, max_size=6))
