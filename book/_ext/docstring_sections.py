"""Docstrings with numpydoc sections, read as the reStructuredText that they are.

``X : (N, M) array`` above an indented line already is an item of a definition list
with a classifier; all that is missing is to read ``Parameters`` and its underline
as a heading. Names below ``Raises`` and ``Returns`` become references.
"""

import re
from collections.abc import Iterator

from sphinx.application import Sphinx

SECTIONS = (
    "Parameters",
    "Other Parameters",
    "Attributes",
    "Returns",
    "Yields",
    "Raises",
    "Warns",
    "Examples",
    "Notes",
    "References",
    "See Also",
)
LISTS = {"Parameters", "Other Parameters", "Attributes", "Raises", "Warns"}
LISTS |= {"Returns", "Yields"}
CLASS = re.compile(r"[A-Z][A-Za-z]*[a-z][A-Za-z]*(?![\w`(])")


def translate(lines: list[str]) -> list[str]:
    """Return the lines with rubrics in the place of underlined section names."""
    out: list[str] = []
    section = ""
    number = 0
    while number < len(lines):
        line = lines[number]
        under = lines[number + 1] if number + 1 < len(lines) else ""
        if line in SECTIONS and re.fullmatch(r"-{3,}", under.strip()):
            section = line
            out += [f".. rubric:: {line}", "   :class: api-section", ""]
            number += 2
            continue
        if section in LISTS and line and not line[0].isspace():
            out += _item(line, section, under)
        else:
            out.append(line)
        number += 1
    return out


def _item(line: str, section: str, following: str) -> Iterator[str]:
    """Yield the first line of an item, and an empty body where it has none."""
    line = re.sub(r"^\*+", lambda m: "\\*" * len(m[0]), line)
    if "`" not in line:
        line = re.sub(r"(?<!\\)([*|])", r"\\\1", line)
        if section in ("Raises", "Warns", "Returns", "Yields"):
            line = CLASS.sub(lambda m: f":name:`{m[0]}`", line)
    yield line
    if not following.startswith(" "):
        yield "    .."


def process(app: Sphinx, *what: object) -> None:
    """Translate a docstring in place; autodoc hands its lines over at the end."""
    lines = what[-1]
    if isinstance(lines, list):
        lines[:] = translate(lines)


def setup(app: Sphinx) -> dict[str, object]:
    """Listen to autodoc."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", process)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
