"""The code is as its configuration wants it: linted, formatted, typed, and short."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("mmdl", "tools", "tests", "benchmarks", "examples", "book")
FILES = [
    *ROOT.glob("*.py"),
    *(f for folder in FOLDERS for f in sorted((ROOT / folder).rglob("*.py"))),
]
LONGEST_FILE, LONGEST_FUNCTION = 500, 50


def lines_of_functions(file):
    """Yield the name of each function and how many lines its code has."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            first, *_ = node.body
            told = ast.get_docstring(node, clean=False) is not None
            docstring = first.end_lineno - first.lineno + 1 if told else 0
            yield node.name, node.end_lineno - node.lineno + 1 - docstring


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "-q", "."],
        ["ruff", "format", "--check", "."],
        pytest.param(["mypy"], marks=pytest.mark.thorough),
    ],
    ids=" ".join,
)
def test_the_checkers_find_nothing(command):
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_files_and_functions_fit_on_a_few_screens(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    long = [name for name, n in lines_of_functions(file) if n > LONGEST_FUNCTION]
    assert not long


def test_half_of_the_functions_have_less_than_ten_lines():
    lengths = [n for file in FILES for _, n in lines_of_functions(file)]
    assert statistics.median(lengths) < 10


def messages(file):
    """Yield the messages of the errors that a file raises, with {} for values."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for text in node.exc.args[:1]:
                if isinstance(text, ast.JoinedStr):
                    parts = text.values
                elif isinstance(text, ast.Constant) and isinstance(text.value, str):
                    parts = [text]
                else:
                    continue
                yield "".join(
                    part.value if isinstance(part, ast.Constant) else "{}"
                    for part in parts
                )


@pytest.mark.parametrize(
    "file", [f for f in FILES if ROOT / "mmdl" in f.parents], ids=lambda f: f.stem
)
def test_a_message_is_a_sentence(file):
    for message in messages(file):
        if ": expected " in message:
            assert message.endswith((".", "?", "{}"))
