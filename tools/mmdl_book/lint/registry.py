"""The list of rules: each a function with a number, a reason and two examples."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from mmdl_book.lint.findings import Finding

if TYPE_CHECKING:
    from mmdl_book.lint.book import Index
    from mmdl_book.lint.page import Page

MOST = 100  # findings of one rule on one page; nobody reads more, and they take time
MORE = f" (No. {MOST} of its kind; the rest is told when these are mended.)"
LINKS = "MM805"


class Fault(NamedTuple):
    """What a rule yields: line, column, what is wrong, what to do."""

    line: int
    column: int
    message: str
    fix: str


Check = Callable[["Page", "Index"], Iterator[Fault]]


@dataclass(frozen=True)
class Rule:
    """One rule."""

    code: str
    title: str
    why: str
    wrong: str
    right: str
    severity: str
    check: Check
    needs_katex: bool = False

    def findings(self, page: Page, book: Index) -> Iterator[Finding]:
        """What the rule says of a page."""
        if not page.plain and self.code != LINKS:
            return  # there is no text to judge
        for count, fault in enumerate(self.check(page, book), 1):
            last = count == MOST
            yield Finding(
                page.path,
                max(fault.line, 1),
                max(fault.column, 1),
                self.code,
                fault.message + (MORE if last else ""),
                fault.fix,
                self.severity,
            )
            if last:
                return


RULES: dict[str, Rule] = {}


def rule(  # noqa: PLR0913 - a rule is its words
    code: str,
    title: str,
    *,
    why: str,
    wrong: str,
    right: str,
    severity: str = "error",
    needs_katex: bool = False,
) -> Callable[[Check], Check]:
    """Enter a function into the list of rules."""

    def enter(check: Check) -> Check:
        if code in RULES:
            raise ValueError(f"rule: {code} is taken by {RULES[code].title!r}.")
        RULES[code] = Rule(code, title, why, wrong, right, severity, check, needs_katex)
        return check

    return enter


def rules() -> dict[str, Rule]:
    """All rules by their code, in order."""
    _load()
    return dict(sorted(RULES.items()))


@cache
def _load() -> None:
    package = importlib.import_module("mmdl_book.lint")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name.startswith("rules_"):
            importlib.import_module(f"mmdl_book.lint.{module.name}")
