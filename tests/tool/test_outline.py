"""The outline of a page changes with its cells, and not with its prose."""

from __future__ import annotations

import pytest
from mmdl_book.chapters import code_cells, outline, read_notebook
from myst_parser.config.main import MdParserConfig
from tool_books import HEADER

PAGE = f"""{HEADER}# Title

Prose.

```{{code-cell}}
:tags: [a]
x = 1

y = '```'
```

:::{{note}}
More prose.
:::
"""


@pytest.mark.parametrize(
    "edit",
    [
        ("Prose.", "Other prose,\n\nof two paragraphs, with `code`."),
        ("More prose.", "Less."),
        ("# Title", "# Another title"),
    ],
)
def test_prose_leaves_the_outline(edit):
    assert outline(PAGE.replace(*edit)) == outline(PAGE)


@pytest.mark.parametrize(
    "edit",
    [
        ("x = 1", "x = 2"),
        ("[a]", "[b]"),
        ("{code-cell}", "{code}"),
        ("python3", "python4"),
        ("Prose.", ":::{note}\nProse."),  # the cell is no cell any more
        ("# Title", "~~~\n# Title"),
    ],
)
def test_whatever_changes_the_cells_changes_the_outline(edit):
    assert outline(PAGE.replace(*edit)) != outline(PAGE)


def test_lines_of_cells_are_those_of_the_file():
    cells = code_cells(read_notebook(PAGE, MdParserConfig()), PAGE)
    (cell,) = cells.values()
    assert PAGE.splitlines()[cell.line - 1] == "x = 1"
    assert cell.tags == ("a",)


def test_page_without_cells_is_no_notebook():
    assert read_notebook("# Title\n", MdParserConfig()) is None
