"""``explain``: what a rule of ``check`` means, with a wrong and a right example."""

from __future__ import annotations

from mmdl_book.errors import UsageError
from mmdl_book.layout import Layout
from mmdl_book.lint.registry import Rule, rules


def command(book: Layout, words: list[str]) -> int:
    """``mmdl-book explain [CODE ...]``; without a code the list of all rules."""
    known = rules()
    for word in words:
        code = word.upper()
        if code not in known:
            raise UsageError(_unknown(word, known))
        print(text(known[code]))
    if not words:
        for rule in known.values():
            print(f"{rule.code}  {rule.title}")
    return 0


def text(rule: Rule) -> str:
    """The whole explanation."""
    kind = "an error" if rule.severity == "error" else "advice"
    parts = [f"{rule.code} {rule.title} ({kind})", "", rule.why, "", "Wrong:"]
    parts += [f"    {line}" for line in rule.wrong.split("\n")]
    parts += ["Right:", *(f"    {line}" for line in rule.right.split("\n")), ""]
    return "\n".join(parts)


def _unknown(word: str, known: dict[str, Rule]) -> str:
    codes = f"{min(known)} to {max(known)}"
    return f"explain: there is no rule {word}; rules are {codes}, `explain` lists them."
