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
INVISIBLE = dict.fromkeys(map(ord, "\u2062\u2063\u200b"), "") | {0x2061: " "}
ACCENTS = {"^": "\u0302", "~": "\u0303", "ˉ": "\u0304", "˙": "\u0307", "‾": "\u0304"}
SUPER = str.maketrans("0123456789+−-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
SUB = str.maketrans("0123456789ijkmnr", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₘₙᵣ")
SUPERS, SUBS = set(map(chr, SUPER)), set(map(chr, SUB))
Node = ET.Element


def plain(html: str) -> str:
    """The text of a formula that KaTeX rendered."""
    math = MATH.search(html)
    if not math:
        return ""
    source = math[0].replace("&nbsp;", "\N{NO-BREAK SPACE}")
    root = ET.fromstring(source)  # noqa: S314 - KaTeX wrote it
    text = " ".join(_text(root).split())
    return re.sub(r"(?<=[(\[{]) +| +(?=[)\]},;])|(?<=\w) +(?=[(\[])", "", text)


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
    if (tag == "mi" and len(own) > 1) or (tag == "mo" and own not in "()[]{}|‖∥⟨⟩!,"):
        own = f" {own} "
    if node.get("mathvariant") == "double-struck":
        own = BLACKBOARD.get(own, own)
    return own + "".join(parts)


def _group(text: str) -> str:
    text = text.strip()
    return text if len(text) == 1 or text.isalnum() else f"({text})"


def _raised(text: str) -> str:
    """``^2`` as one letter where Unicode has it."""
    text = text.strip()
    return text.translate(SUPER) if text and set(text) <= SUPERS else f"^{_group(text)}"


def _lowered(text: str) -> str:
    text = text.strip()
    return text.translate(SUB) if text and set(text) <= SUBS else f"_{_group(text)}"


def _script(parts: list[str], *marks: Callable[[str], str]) -> str:
    base = parts[0].strip()
    space = " " if len(base) > 1 and base[-1].isalpha() else ""  # arg min_w L
    return base + "".join(m(p) for m, p in zip(marks, parts[1:], strict=True)) + space


ARITY = {"msup": 2, "msub": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
ARITY |= {"mfrac": 2, "mroot": 2}
JOIN: dict[str, Callable[[list[str]], str]] = {
    "msup": lambda p: _script(p, _raised),
    "msub": lambda p: _script(p, _lowered),
    "munder": lambda p: _script(p, _lowered),
    "mover": lambda p: p[0].strip() + ACCENTS.get(p[1].strip(), ""),
    "msubsup": lambda p: _script(p, _lowered, _raised),
    "munderover": lambda p: _script(p, _lowered, _raised),
    "mfrac": lambda p: f"{_group(p[0])}/{_group(p[1])}",
    "msqrt": lambda p: f"√{_group(''.join(p))}",
    "mroot": lambda p: f"{_group(p[0])}^(1/{p[1]})",
    "mtd": lambda p: "".join(p) + " ",
    "mtr": lambda p: "".join(p).rstrip() + "; ",
    "mtable": lambda p: "".join(p).rstrip("; "),
}
