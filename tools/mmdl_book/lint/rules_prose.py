"""Advice on sentences. Never an error: style is for people to judge."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mmdl_book.lint.book import Index
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import Fault, rule

EASY = re.compile(
    r"\b(clearly|trivially|obviously|it is easy to (?:see|show|check|verify)|of course"
    r"|needless to say|as is well known"
    r"|the reader (?:can|may) (?:easily )?(?:check|verify))\b",
    re.IGNORECASE,
)
LONGEST = 60  # words; formulas count as one
SMALL = {"a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor"}
SMALL |= {"of", "on", "or", "the", "to", "via", "with"}


@rule(
    "MM901",
    "A proof by adverb",
    why="If it is clear, say why; if it is not, prove it.",
    wrong="Clearly the limit exists.",
    right="The limit exists, because the sequence decreases and is bounded.",
    severity="warning",
)
def nothing_is_clear(page: Page, book: Index) -> Iterator[Fault]:
    for word in page.spans.words:
        for found in EASY.finditer(word.text):
            message = f"{found[0]!r} stands for a reason."
            yield Fault(word.line, word.column + found.start(), message, "say why.")


@rule(
    "MM902",
    "A sentence that is too long",
    why="One idea a sentence; sixty words are three.",
    wrong="(a sentence of 70 words)",
    right="(two sentences)",
    severity="warning",
)
def sentences_are_short(page: Page, book: Index) -> Iterator[Fault]:
    for paragraph in page.paragraphs:
        if re.match(r"\s*(\||\$\$|\\begin|:)", paragraph[0][1]):
            continue
        text = "\n".join(line for _, line in paragraph)
        plain = re.sub(r"\$\$?.*?\$\$?", "X", text, flags=re.DOTALL)
        plain = re.sub(r"\{[\w:-]+\}`[^`]*`|`[^`]*`", "X", plain)
        for sentence in re.split(r"(?<=[.!?:;])\s+|\n\s*[-*] ", plain):
            count = len(sentence.split())
            if count > LONGEST:
                message = f"A sentence of {count} words."
                yield Fault(paragraph[0][0], 1, message, "make two of it.")


@rule(
    "MM903",
    "A Heading in Capitals",
    why="Headings of the book are written like sentences.",
    wrong="## The Chain Rule And Its Adjoint",
    right="## The chain rule and its adjoint",
    severity="warning",
)
def headings_are_sentences(page: Page, book: Index) -> Iterator[Fault]:
    for level, line, text in page.headings:
        if level == 1 and page.path.count("/") < 2:
            continue  # the book's own title
        words = [w for w in re.findall(r"[A-Za-z][\w'-]*", text)[1:] if w not in SMALL]
        capital = [w for w in words if w[0].isupper() and not w.isupper()]
        if len(words) >= 3 and len(capital) == len(words):
            message = "Every word of this heading has a capital."
            yield Fault(line, 1, message, "keep capitals for names.")


@rule(
    "MM904",
    "A word that stands twice",
    why="The eye does not see it; the reader stumbles.",
    wrong="the the limit",
    right="the limit",
    severity="warning",
)
def words_stand_once(page: Page, book: Index) -> Iterator[Fault]:
    pattern = re.compile(r"\b([a-z]{2,})\s+\1\b(?!-)")
    for word in page.spans.words:
        for found in pattern.finditer(word.text):
            if found[1] not in ("that", "had"):
                message = f"{found[1]!r} stands twice."
                yield Fault(
                    word.line, word.column + found.start(), message, "remove one."
                )


@rule(
    "MM905",
    "A heading that ends like a sentence",
    why="Headings have no full stop.",
    wrong="## Why it works.",
    right="## Why it works",
    severity="warning",
)
def headings_have_no_stop(page: Page, book: Index) -> Iterator[Fault]:
    for _, line, text in page.headings:
        if text.endswith((".", ":", ";", ",")):
            message = f"The heading ends with {text[-1]!r}."
            yield Fault(line, len(text), message, "remove it.")
