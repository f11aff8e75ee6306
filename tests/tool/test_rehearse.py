"""``check --run``: what it tells of a chapter's run, and of an answer full of lies."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from mmdl_book import sandbox
from mmdl_book.chapters import Cell
from mmdl_book.execute import Job
from mmdl_book.report import understand
from mmdl_book.supervise import Ended, Limits
from tool_books import FILES, HEADER, Book

needs_sandbox = pytest.mark.skipif(
    bool(sandbox.trouble()), reason=f"no sandbox: {sandbox.trouble()}"
)
CELLS = {
    "fails": ["a = 1\nb = a / 0\nprint(b)"],
    "careless": [
        "import warnings\nwarnings.warn('old ways')",
        "kept = bytearray(1_200_000_000)\nkept[::4096] = b'x' * len(kept[::4096])",
        "print({'a', 'b', 'c', 'd', 'e', 'f'})",
    ],
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict], list[str]]:
    """The findings of a book with all these chapters, and what was said beside."""
    book = Book(tmp_path_factory.mktemp("run") / "book")
    book.write("_config.yml", FILES["_config.yml"])
    entries = [f"  - file: book/{name}" for name in CELLS]
    contents = ["format: jb-book", "root: book/welcome", "chapters:", *entries]
    book.write("_toc.yml", "\n".join(contents))
    book.write("book/welcome.md", FILES["book/welcome.md"])
    for name, cells in CELLS.items():
        fences = [f"```{{code-cell}}\n{code}\n```\n" for code in cells]
        book.write(f"book/{name}.md", f"{HEADER}# Title\n\n{''.join(fences)}")
    done = book.run("check", "--run", "--no-katex", "--json")
    assert done.code == 1, done.err
    found = [f for f in json.loads(done.out) if f["code"].startswith("MM65")]
    return found, done.err.splitlines()


FIRST = len(HEADER.splitlines()) + 4  # the first line of the first cell
SENTENCES = {
    "fails": [("MM651", 1, "Cell 1: ZeroDivisionError: division by zero.")],
    "careless": [
        ("MM655", 0, "old ways"),
        ("MM653", 4, "MB of memory; at most 1000."),
        ("MM654", 8, "on a second run {"),
    ],
}


@needs_sandbox
@pytest.mark.parametrize("name", SENTENCES)
def test_run_is_told_by_its_rules_on_their_lines(told, name):
    own = [f for f in told[0] if f["path"] == f"book/{name}.md"]
    places = [(f["code"], f["line"] - FIRST) for f in own]
    assert places == [(code, below) for code, below, _ in SENTENCES[name]]
    for finding, (_, _, words) in zip(own, SENTENCES[name], strict=True):
        assert words in finding["message"]


@needs_sandbox
def test_each_chapter_has_a_line_of_summary(told):
    pattern = r"book/careless\.md: 3 cells, \d+\.\d s of computing, \d+ MB at most\."
    assert [bool(re.fullmatch(pattern, line)) for line in told[1]].count(True) == 1


def test_without_a_sandbox_it_refuses_and_names_the_package(book, tmp_path):
    done = book.run("check", "--run", "book/one.md", PATH=str(tmp_path))
    assert done.code == 2
    assert done.err.strip() == (
        "check --run: chapters run in a sandbox only, and bwrap is not installed; on "
        "Debian or Ubuntu type: sudo apt install bubblewrap, or add --trust to run "
        "them like your own programs."
    )


def test_trust_runs_without_a_sandbox(book, tmp_path):
    code = "import sys\nprint(sys.flags.hash_randomization)\nraise ValueError('here')"
    book.append("book/one.md", f"\n```{{code-cell}}\n{code}\n```\n")
    words = ("check", "--run", "--trust", "--no-katex", "book/one.md")
    done = book.run(*words, PATH=str(tmp_path))
    assert done.code == 1
    finding = done.out.partition("MM651")[2].splitlines()
    assert finding[:4] == [
        " Cell 2: ValueError: here.",
        "    print(sys.flags.hash_randomization)",
        "    raise ValueError('here')",
        "    ^",
    ]


def job() -> Job:
    cells = {1: Cell(9, "1 + 1", ()), 3: Cell(14, "2 + 2", ())}
    return Job(Path("book/x.md"), "", None, cells, 60)


HTML = {"output_type": "display_data", "data": {"text/html": "<b>"}, "metadata": {}}
LIES = {
    "nothing": (b"", "the cell ended the program that runs it"),
    "no JSON": (b"\xff\xfe{{{", "the cell ended the program that runs it"),
    "depth": (b"[" * 100_000, "the cell ended the program that runs it"),
    "a list": (b'["outputs"]', "the cell ended the program that runs it"),
    "false types": (
        b'{"begin": [1], "end": "1", "seconds": "x", "peak": {}}\n{"outputs": []}',
        "the cell ended the program that runs it",
    ),
    "HTML": (
        json.dumps({"outputs": {"1": [[HTML], 1]}, "failure": None}).encode(),
        "an output of the type text/html",
    ),
    "an unknown failure": (
        b'{"outputs": {}, "failure": {"kind": 3, "value": "\\u001b[2Jgone"}}',
        "the run failed: [2Jgone",
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_answer_full_of_lies_does_no_harm(name):
    answer, sentence = LIES[name]
    report = understand(Ended(answer, ""), job(), Limits())
    assert str(report.error) == sentence
    assert report.took == {}


def test_numbers_out_of_this_world_are_left_out():
    lines = [
        '{"begin": 1}',
        '{"end": 1, "seconds": NaN, "peak": 1}',
        '{"end": 3, "seconds": 1.5, "peak": -7}',
        '{"end": 7, "seconds": 1.5, "peak": 7}',
        '{"outputs": {"1": [["x"], "y"], "3": "z"}, "failure": null}',
    ]
    ended = Ended("\n".join(lines).encode(), "")
    report = understand(ended, job(), Limits())
    assert report.error is None
    assert report.took == {3: (1.5, 0)}
    assert report.outputs == {1: []}
    assert report.counts == {1: None}
