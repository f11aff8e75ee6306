"""A formula as one line of Unicode: ``‖Xw − y‖^2``.

For places that hold no markup: window titles, alternative texts, the search
index. It reads the MathML that KaTeX wrote, so it needs no table of symbols.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

MATH = re.compile(r"<math.*?</math>", re.DOTALL)
BLACKBOARD = dict(zip("CNPQRZEFH1", "ℂℕℙℚℝℤ𝔼𝔽ℍ𝟙", strict=True))
INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u200b"), "")
Node = ET.Element


def plain(html: str) -> str:
    """The text of a formula that KaTeX rendered."""
    math = MATH.search(html)
    if not math:
        return ""
    source = math[0].replace("&nbsp;", "\N{NO-BREAK SPACE}")
    root = ET.fromstring(source)  # noqa: S314 - KaTeX wrote it
    return " ".join(_text(root).split())


def _text(node: Node) -> str:
    tag = node.tag.rpartition("}")[2]
    parts = [_text(child) for child in node]
    if tag == "annotation":
        return ""
    if tag in JOIN and len(parts) == ARITY.get(tag, len(parts)):
        return JOIN[tag](parts)
    if tag == "mspace":
        return " "
    own = (node.text or "").translate(INVISIBLE)
    if tag == "mo" and own not in "()[]{}|‖∥⟨⟩!,":
        own = f" {own} "
    if node.get("mathvariant") == "double-struck":
        own = BLACKBOARD.get(own, own)
    return own + "".join(parts)


def _group(text: str) -> str:
    text = text.strip()
    return text if len(text) == 1 or text.isalnum() else f"({text})"


def _script(mark: str) -> Callable[[list[str]], str]:
    def join(parts: list[str]) -> str:
        base = parts[0].strip()
        space = " " if len(base) > 1 and base[-1].isalpha() else ""  # arg min_w L
        return f"{base}{mark}{_group(parts[1])}{space}"

    return join


ARITY = {"msup": 2, "msub": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
ARITY |= {"mfrac": 2, "mroot": 2}
JOIN: dict[str, Callable[[list[str]], str]] = {
    "msup": _script("^"),
    "msub": _script("_"),
    "munder": _script("_"),
    "mover": lambda parts: parts[0],
    "msubsup": lambda p: f"{p[0].rstrip()}_{_group(p[1])}^{_group(p[2])}",
    "munderover": lambda p: f"{p[0].rstrip()}_{_group(p[1])}^{_group(p[2])}",
    "mfrac": lambda p: f"{_group(p[0])}/{_group(p[1])}",
    "msqrt": lambda p: f"√{_group(''.join(p))}",
    "mroot": lambda p: f"{_group(p[0])}^(1/{p[1]})",
    "mtd": lambda p: "".join(p) + " ",
    "mtr": lambda p: "".join(p).rstrip() + "; ",
    "mtable": lambda p: "".join(p).rstrip("; "),
}
