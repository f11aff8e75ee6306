"""Rules on code cells: what runs everywhere, fits the page, and repeats."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

import yaml

from mmdl_book.lint.book import Index, line_of_setting, nearest
from mmdl_book.lint.page import Fence, Page
from mmdl_book.lint.registry import Fault, rule
from mmdl_book.yamls import read

TAGS = {
    "hide-input", "hide-output", "hide-cell", "remove-cell", "raises-exception",
    "no-live", "remove-stderr", "scroll-output", "full-width",
}  # fmt: skip
STATEFUL = {"remove-input", "remove-output"}
KEYS = {"tags", "mystnb", "name", "caption"}
OWN = {"figure", "image", "execution_timeout", "number_source_lines"}  # of mystnb
SHOWN, TOTAL, WIDTH = 12, 25, 79
NETWORK = {
    "urllib", "http", "socket", "ssl", "ftplib", "smtplib", "requests", "aiohttp",
    "httpx", "urllib3", "webbrowser", "xmlrpc", "socketserver", "telnetlib", "asyncio",
}  # fmt: skip
SYSTEM = {
    "subprocess", "os", "shutil", "ctypes", "multiprocessing", "pty", "signal",
    "importlib", "pickle", "marshal", "shelve", "tempfile", "threading", "concurrent",
}  # fmt: skip
BUILTINS = {"open", "exec", "eval", "compile", "__import__", "input", "breakpoint"}
GLOBAL_RANDOM = re.compile(
    r"\bnp\.random\.(?!default_rng|Generator|SeedSequence|PCG64|Philox)\w+"
    r"|\brandom\.(random|randint|choice|shuffle|seed|gauss|uniform)\("
)


def first(fence: Fence) -> int:
    """The line on which its code begins."""
    return fence.content[0][0] if fence.content else fence.line


def tags(fence: Fence) -> list[str]:
    """The tags of a cell, from either form of option."""
    found = fence.settings.get("tags")
    if found is None and "tags" in fence.options:
        try:
            found = read(fence.options["tags"][0])
        except yaml.YAMLError:
            return []
    if isinstance(found, str):
        return found.split()
    return [str(tag) for tag in found] if isinstance(found, list) else []


def at(cell: Fence, node: ast.AST) -> tuple[int, int]:
    """Line and column of a piece of a cell."""
    line = getattr(node, "lineno", 1)
    return first(cell) + line - 1, getattr(node, "col_offset", 0) + 1


@rule(
    "MM601",
    "An unknown setting of a cell",
    why="It is ignored in silence.",
    wrong="---\nmystmb: {figure: {caption: A curve}}\n---",
    right="---\nmystnb: {figure: {caption: A curve}}\n---",
)
def settings_are_known(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        if "---" not in cell.options:
            continue
        text, line = cell.options["---"]
        try:
            found = read(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            row = line + 1 + (mark.line if mark else 0)
            problem = getattr(error, "problem", None) or "it cannot be read"
            message = f"The cell's settings are not YAML: {problem}."
            yield Fault(row, 1, message, "put words with : or # into quotes.")
            continue
        for key in found if isinstance(found, dict) else ():
            if key not in KEYS:
                fix = nearest(str(key), KEYS) or f"use {', '.join(sorted(KEYS))}."
                row = line_of_setting(cell, str(key))
                yield Fault(row, 1, f"A cell has no setting {key}.", fix)
        myst = found.get("mystnb") if isinstance(found, dict) else None
        for key in myst if isinstance(myst, dict) else ():
            if key not in OWN:
                fix = nearest(str(key), OWN) or f"use {', '.join(sorted(OWN))}."
                row = line_of_setting(cell, str(key))
                yield Fault(row, 1, f"mystnb has no setting {key}.", fix)


@rule(
    "MM602",
    "An unknown tag",
    why="It does nothing.",
    wrong=":tags: [hide_input]",
    right=":tags: [hide-input]",
)
def tags_are_known(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        for tag in tags(cell):
            if tag not in TAGS | STATEFUL:
                fix = nearest(tag, TAGS) or f"use {', '.join(sorted(TAGS))}."
                line = cell.options.get("tags", ("", cell.line))[1]
                yield Fault(line, 1, f"There is no tag {tag}.", fix)


@rule(
    "MM603",
    "A line for the shell or for IPython",
    why="The book runs in browsers too, where no shell is; and it installs nothing.",
    wrong="!pip install torch\n%matplotlib inline",
    right="import numpy as np",
)
def cells_are_python(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        for number, line in cell.content:
            if re.match(r"\s*(!|%{1,2}[a-z]|\?)", line) or line.rstrip().endswith("?"):
                message = f"A line that is no Python: {line.strip()[:40]}"
                yield Fault(number, 1, message, "write it in Python, or remove it.")


@rule(
    "MM604",
    "A path of one machine",
    why="Nobody else has that folder.",
    wrong='np.loadtxt("/data/mine.csv")',
    right="mmdl.data.diabetes()",
)
def paths_are_relative(page: Page, book: Index) -> Iterator[Fault]:
    pattern = re.compile(
        r"""["'](/(?!/)[\w.-]+/[^"']*|~/[^"']*|[A-Za-z]:[\\/][^"']*)["']"""
    )
    for cell in page.cells:
        for number, line in cell.content:
            if found := pattern.search(line):
                message = f"An absolute path: {found[1]}"
                fix = "load data by mmdl.data."
                yield Fault(number, found.start() + 1, message, fix)


@rule(
    "MM605",
    "A cell that asks the network",
    why="The book builds and runs without one.",
    wrong="import urllib.request",
    right="from mmdl import data",
)
def cells_need_no_network(page: Page, book: Index) -> Iterator[Fault]:
    for cell, syntax in page.syntax:
        for node, name in imports(syntax):
            if name.split(".")[0] in NETWORK:
                message = f"{name} reaches for the network or the system."
                yield Fault(*at(cell, node), message, "use data that the book ships.")
        for node in syntax:
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and re.match(r"(https?|ftp)://", value):
                message = f"An address in a cell: {value[:40]}"
                yield Fault(*at(cell, node), message, "cite it in the text.")


def imports(syntax: list[ast.AST]) -> Iterator[tuple[ast.AST, str]]:
    """Each imported module with its place."""
    for node in syntax:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module or ""


@rule(
    "MM606",
    "Chance without a seed",
    why="Numbers in the text would differ from those of the next build.",
    wrong="rng = np.random.default_rng()",
    right="rng = np.random.default_rng(0)",
)
def chance_is_seeded(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        for number, line in cell.content:
            bare = line.split("#")[0]
            if found := re.search(r"default_rng\(\s*(?:None\s*)?\)", bare):
                message = "A generator without a seed."
                yield Fault(number, found.start() + 1, message, "write default_rng(0).")
            elif found := GLOBAL_RANDOM.search(bare):
                message = f"{found[0].rstrip('(')} draws from a hidden generator."
                fix = "draw from rng = np.random.default_rng(0)."
                yield Fault(number, found.start() + 1, message, fix)


@rule(
    "MM607",
    "A cell that is no Python",
    why="It fails when the book is built.",
    wrong="for i in range(3)\n    print(i)",
    right="for i in range(3):\n    print(i)",
)
def cells_are_correct(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        if any(re.match(r"\s*[!%?]", line) for _, line in cell.content):
            continue  # told by MM603
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a kernel prints it, and the build is red
            fault = _misread(cell)
        if fault and "raises-exception" not in tags(cell):
            yield fault


def _misread(cell: Fence) -> Fault | None:
    """What Python has against a cell before it runs."""
    try:
        compile(cell.code, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True)
    except SyntaxError as error:
        line = first(cell) + (error.lineno or 1) - 1
        message = f"Not Python: {error.msg.rstrip('?')}."
        return Fault(line, error.offset or 1, message, "correct the cell.")
    except (ValueError, RecursionError, MemoryError) as error:
        return Fault(cell.line, 1, f"Not Python: {error}.", "correct the cell.")
    return None


@rule(
    "MM608",
    "A cell that is too long",
    why="A cell shows one idea: at most 12 lines, 25 where they are folded.",
    wrong="(a cell of 30 lines)",
    right="two cells, or a function in mmdl",
)
def cells_are_short(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        lines = [line for _, line in cell.content]
        folded = {"hide-input", "hide-cell", "remove-cell"} & set(tags(cell))
        limit = TOTAL if folded else SHOWN
        if len(lines) > limit and "remove-cell" not in tags(cell):
            message = f"A cell of {len(lines)} lines; at most {limit}."
            fix = "split it, or give the work to a function of mmdl."
            yield Fault(cell.line, 1, message, fix)


@rule(
    "MM609",
    "A line that does not fit the page",
    why="Longer lines are cut in print and scroll on a phone.",
    wrong="(a line of 90 columns)",
    right="(79 columns at most)",
)
def lines_fit(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        if "remove-cell" in tags(cell):
            continue
        for number, line in cell.content:
            if len(line) > WIDTH:
                message = f"A line of {len(line)} columns; at most {WIDTH}."
                yield Fault(number, WIDTH + 1, message, "break it.")


@rule(
    "MM610",
    "An import that readers do not have",
    why="Chapters use NumPy, matplotlib, mmdl and Python's own library.",
    wrong="import pandas as pd",
    right="import numpy as np",
)
def imports_are_shipped(page: Page, book: Index) -> Iterator[Fault]:
    for cell, syntax in page.syntax:
        for node, name in imports(syntax):
            top = name.split(".")[0]
            if top in ("IPython", "ipywidgets", "google") or (
                top == "myst_nb" and "remove-cell" not in tags(cell)
            ):
                message = f"{top} lives in notebooks only."
                fix = "use print, or end the cell with the value."
                yield Fault(*at(cell, node), message, fix)
            elif top and top not in book.packages:
                fix = nearest(top, book.packages) or "use NumPy, matplotlib or mmdl."
                yield Fault(*at(cell, node), f"The book does not ship {top}.", fix)


@rule(
    "MM611",
    "A cell that reaches into the system",
    why="Readers run cells on their own machines: a chapter computes, and leaves "
    "files, processes and the environment alone.",
    wrong='import os\nos.remove("x")',
    right="(nothing of the kind)",
)
def cells_leave_the_system_alone(page: Page, book: Index) -> Iterator[Fault]:
    for cell, syntax in page.syntax:
        for node, name in imports(syntax):
            if name.split(".")[0] in SYSTEM:
                message = f"{name} reaches into the system."
                yield Fault(
                    *at(cell, node), message, "compute with NumPy and mmdl only."
                )
        for node in syntax:
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in BUILTINS:
                message = f"{called.id} has no place in a cell."
                yield Fault(*at(cell, node), message, "load data by mmdl.data.")


@rule(
    "MM612",
    "A hidden cell that later cells need",
    why="Cells tagged remove-… are not on the page: in the browser what they define is "
    "missing.",
    wrong=":tags: [remove-cell]\nx = 3",
    right=":tags: [hide-input]\nx = 3",
)
def removed_cells_define_nothing(page: Page, book: Index) -> Iterator[Fault]:
    for cell, tree in page.trees:
        found = set(tags(cell))
        if found & STATEFUL:
            message = "remove-input and remove-output hide what runs."
            yield Fault(cell.line, 1, message, "use hide-input or hide-output.")
        if "remove-cell" not in found:
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                message = f"A removed cell defines {node.name}."
                fix = "define it in a cell that readers can run."
                yield Fault(*at(cell, node), message, fix)


@rule(
    "MM613",
    "A figure that is shown twice or by hand",
    why="A notebook shows a figure by itself; plt.show does nothing there.",
    wrong="plt.show()",
    right="plot.lines(x, y);",
)
def figures_show_themselves(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        for number, line in cell.content:
            if found := re.search(
                r"\bplt\.(show|ion|switch_backend)\(|\.show\(\)", line
            ):
                message = f"{found[0].rstrip('(')} is not needed."
                yield Fault(number, found.start() + 1, message, "remove it.")


@rule(
    "MM614",
    "A cell in another language",
    why="The book's cells are Python.",
    wrong="```{code-cell} julia",
    right="```{code-cell} ipython3",
)
def cells_speak_python(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        if cell.title not in ("", "ipython3", "python", "python3"):
            message = f"Expected ipython3, received {cell.title}."
            yield Fault(cell.line, 1, message, "write {code-cell} ipython3.")


@rule(
    "MM615",
    "A code cell inside a box",
    why="Cells in theorems, exercises or boxes are never run.",
    wrong=":::{exercise} ★ Try\n```{code-cell}\n1 + 1\n```\n:::",
    right=":::{exercise-start} ★ Try\n:label: ex-try\n:::",
)
def cells_stand_outside(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        if cell.parent and all(fence.end for fence in cell.parent.within()):
            message = f"A cell inside {cell.parent.name or 'a fence'} is never run."
            fix = "close the box first; exercises and solutions have -start and -end."
            yield Fault(cell.line, 1, message, fix)


@rule(
    "MM616",
    "An empty cell",
    why="It says nothing.",
    wrong="```{code-cell} ipython3\n```",
    right="(remove it)",
)
def cells_do_something(page: Page, book: Index) -> Iterator[Fault]:
    for cell in page.cells:
        if not cell.code.strip():
            yield Fault(cell.line, 1, "A cell without code.", "remove it.")


@rule(
    "MM617",
    "Code that looks like a cell and never runs",
    why="A plain ```python block is shown and not run: its output may be wrong.",
    wrong="```python\nprint(1)\n```",
    right="```{code-cell} ipython3\nprint(1)\n```",
)
def code_runs(page: Page, book: Index) -> Iterator[Fault]:
    for fence in page.fences:
        language = fence.title if not fence.name else ""
        if fence.mark != ":" and language.lower() in (
            "python",
            "ipython3",
            "py",
            "ipython",
        ):
            message = "This code is never run."
            fix = "write {code-cell} ipython3, or ```text if it is no program."
            yield Fault(fence.line, 1, message, fix)
