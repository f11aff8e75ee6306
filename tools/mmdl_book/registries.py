"""Enters a name into Python source: an import, a list, a table. The rest stays."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tokenize
from contextlib import suppress
from pathlib import Path

from mmdl_book.errors import BookError

WIDTH = 88


def with_import(text: str, line: str) -> str:
    """The source with one more import, behind the last one of its top level."""
    imports = [n for n in ast.parse(text).body if isinstance(n, ast.ImportFrom)]
    lines = text.splitlines(keepends=True)
    lines.insert(imports[-1].end_lineno or 0, f"{line}\n")
    return "".join(lines)


def with_item(text: str, name: str, item: str) -> str:
    """The source with one more item in the list, tuple or table called ``name``.

    A table that is computed takes the item where it gets its members from.
    """
    end = _end(text, name)
    before, indent = text[:end].rstrip(), text[:end].rpartition("\n")[2]
    before, empty = _with_comma(before)
    last = before.rpartition("\n")[2]
    if "#" in last or len(f"{last} {item}{text[end]}") >= WIDTH:
        gap = "\n" + " " * (len(last) - len(last.lstrip()) or 4)
    else:
        gap = "" if empty else " "
    behind = "" if indent.strip() else f",\n{indent}"  # the bracket has its own line
    return f"{before}{gap}{item}{behind}{text[end:]}"


def _with_comma(before: str) -> tuple[str, bool]:
    """The source up to a bracket, ready for an item; whether the bracket is empty."""
    code = io.StringIO(before).readline
    last = tokenize.TokenInfo(tokenize.OP, "(", (1, 0), (1, 0), "")
    with suppress(tokenize.TokenError):  # the bracket is not closed
        for token in tokenize.generate_tokens(code):
            if token.type in (tokenize.OP, tokenize.NAME, tokenize.STRING):
                last = token
    if last.string in "([{,":
        return before, last.string != ","
    lines = before.splitlines(keepends=True)
    row, column = last.end
    line = lines[row - 1]
    lines[row - 1] = f"{line[:column]},{line[column:]}"
    return "".join(lines), False


def _end(text: str, name: str) -> int:
    """Where the closing bracket of ``name`` stands."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            value = node.value
            if isinstance(value, ast.DictComp):
                value = value.generators[0].iter
            lines = text.splitlines(keepends=True)[: (value.end_lineno or 0) - 1]
            line = text.splitlines()[(value.end_lineno or 0) - 1]
            column = len(line.encode()[: value.end_col_offset].decode())
            return sum(map(len, lines)) + column - 1
    raise BookError(f"new: expected {name} in the file, found none; has it moved?")


def tidy(root: Path, name: str, text: str) -> str:
    """The source with its imports and names in order, as the house's linter has it."""
    for words in (
        ["check", "--quiet", "--fix", "--exit-zero", "--select", "I001,RUF022"],
        ["format", "--quiet"],
    ):
        command = [sys.executable, "-m", "ruff", *words, "--stdin-filename", name, "-"]
        done = subprocess.run(
            command,
            cwd=root,
            input=text,
            capture_output=True,
            encoding="utf8",
            check=False,
        )
        if done.returncode:
            told = (done.stderr or done.stdout).strip().partition("\n")[0]
            raise BookError(f"{name}: ruff cannot read it: {told}; mend the file.")
        text = done.stdout
    return text
