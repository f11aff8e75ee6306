"""The appendix on Python: its table of translations says what its cells check."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[1] / "book/appendices/python.md"
SECTION = PAGE.read_text("utf-8").partition("(sec-translate)=")[2]
SECTION = SECTION.partition("(sec-katas)=")[0]
ROWS = [
    line for line in SECTION.splitlines() if line.startswith("| ") and ":--" not in line
]
LINES = [line for row in ROWS for line in re.findall(r"`([^`]+)`", row)]
CHECKS = "\n".join(re.findall(r"^same\(.*$", SECTION, re.MULTILINE))


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_table_is_checked_against_loops(line):
    assert line.removeprefix("w = ") in CHECKS


def test_the_table_has_a_line_for_each_formula():
    assert len(ROWS) == 1 + 17  # the head and the formulas
    assert all("`" in row for row in ROWS[1:])
