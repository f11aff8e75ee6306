"""Rules on theorems and proofs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mmdl_book.lint.book import PROVABLE, Index, nearest
from mmdl_book.lint.page import Fence, Page
from mmdl_book.lint.registry import Fault, rule

STATED = "Stated without proof"
HYPOTHESIS = re.compile(r"^\s*[-*]\s+\((H\d{1,3})\)")


def statements(page: Page) -> Iterator[tuple[str, Fence]]:
    """Kind and fence of each statement."""
    for fence in page.fences:
        if fence.name.startswith("prf:") and fence.name != "prf:proof":
            yield fence.name.removeprefix("prf:"), fence


def words(fence: Fence) -> str:
    """What stands in a fence, in one line."""
    return " ".join(" ".join(line for _, line in fence.content).split())


@rule(
    "MM501",
    "A statement without proof",
    why="The book proves what it states, or says who did.",
    wrong=":::{prf:theorem} …\n::: (and no proof)",
    right=":::{prf:proof}\n…\n:::, or **Stated without proof** {cite:p}`key`",
)
def statements_are_proved(page: Page, book: Index) -> Iterator[Fault]:
    proved: set[str] = set()
    last = ""
    for fence in page.fences:
        if fence.name == "prf:proof":
            of = fence.options.get("of", (last, 0))[0]
            proved.add(of if of in book.statements else last)  # the rest tells MM504
        elif fence.name.removeprefix("prf:") in PROVABLE and fence.label:
            last = fence.label
    for kind, fence in statements(page):
        stated = STATED in words(fence) or fence.options.get("status", ("",))[0]
        if (
            kind in PROVABLE
            and fence.label
            and fence.label not in proved
            and not stated
        ):
            message = f"The {kind} {fence.label} is neither proved nor stated as known."
            fix = "add :::{prf:proof}, or say **Stated without proof** and cite."
            yield Fault(fence.line, 1, message, fix)


@rule(
    "MM502",
    "A statement that no test claims",
    why="Every theorem is tested; the ledger shows by what.",
    wrong="(thm-mine in no file of tests/claims)",
    right='@claim("thm-mine", kind="inequality", instances=200)',
)
def statements_are_claimed(page: Page, book: Index) -> Iterator[Fault]:
    for kind, fence in statements(page):
        if kind in PROVABLE and fence.label and fence.label not in book.claims:
            message = f"No test claims {fence.label}."
            slug = page.path.rpartition("/")[2].removesuffix(".md").replace("-", "_")
            fix = f"add a claim to tests/claims/test_{slug}.py."
            yield Fault(fence.line, 1, message, fix)


@rule(
    "MM503",
    "Hypotheses that are not numbered",
    why="The proof says which hypothesis it uses; so each has a name.",
    wrong="- $f$ is convex;\n- (H2) $f$ is smooth.",
    right="- (H1) $f$ is convex;\n- (H2) $f$ is smooth.",
)
def hypotheses_are_numbered(page: Page, book: Index) -> Iterator[Fault]:
    for _, fence in statements(page):
        found = [
            (number, match[1])
            for number, line in fence.content
            if (match := HYPOTHESIS.match(line))
        ]
        start = int(found[0][1][1:]) if found else 1  # some go on from the text above
        for place, (number, name) in enumerate(found, start):
            if name != f"H{place}":
                message = f"Expected the hypothesis (H{place}), received ({name})."
                yield Fault(number, 3, message, "number them H1, H2, … in order.")
                break
        if not found or start > 1:
            continue
        first = found[0][0]
        for number, line in fence.content:
            if number < first and re.match(r"^\s*[-*]\s", line):
                message = "A hypothesis without a number stands before the others."
                yield Fault(number, 1, message, "begin it with (H1).")


@rule(
    "MM504",
    "A proof of nothing",
    why="A proof belongs to the statement above it, or names one by :of:.",
    wrong=":::{prf:proof}\n:of: thm-novikov",
    right=":::{prf:proof}\n:of: thm-novikoff",
)
def proofs_prove_something(page: Page, book: Index) -> Iterator[Fault]:
    seen = False
    for fence in page.fences:
        kind = fence.name.removeprefix("prf:")
        if fence.name == "prf:proof":
            of, line = fence.options.get("of", ("", 0))
            if of and of not in book.statements:
                fix = nearest(of, book.statements) or "name a statement of the book."
                yield Fault(line, 1, f"There is no statement {of}.", fix)
            elif not of and not seen:
                message = "This proof follows no statement."
                yield Fault(fence.line, 1, message, "add :of: and a label.")
        elif kind in PROVABLE:
            seen = True


@rule(
    "MM505",
    "A known result without a source",
    why="Who does not prove must say where the proof is.",
    wrong="**Stated without proof.**",
    right="**Stated without proof**; see {cite:t}`rudin1987`, Theorem 6.19.",
)
def known_results_are_cited(page: Page, book: Index) -> Iterator[Fault]:
    for _, fence in statements(page):
        text = words(fence)
        if STATED in text and "{cite" not in text:
            message = "A result that is not proved here, without a source."
            yield Fault(fence.line, 1, message, "add {cite:t}`key`.")


@rule(
    "MM506",
    "A theorem that is proved twice",
    why="Two proofs need two titles, so that readers know which is which.",
    wrong="two :::{prf:proof} without titles below one theorem",
    right=":::{prf:proof} A second proof, by duality",
)
def second_proofs_have_titles(page: Page, book: Index) -> Iterator[Fault]:
    counts: dict[str, int] = {}
    last = ""
    for fence in page.fences:
        if fence.name.removeprefix("prf:") in PROVABLE:
            last = fence.label
        elif fence.name == "prf:proof":
            of = fence.options.get("of", (last, 0))[0]
            counts[of] = counts.get(of, 0) + 1
            if of and counts[of] > 1 and not fence.title:
                message = f"A second proof of {of} has no title."
                yield Fault(fence.line, 1, message, "write :::{prf:proof} by …")
