"""Each way in which a cell can fail is one sentence with the line of its statement."""

from __future__ import annotations

import pytest
from tool_books import FILES, HEADER, Book

CHAPTERS = {
    "raises": "```{code-cell}\n:tags: [a]\nx = 0\n\n1 / x\n```\n",
    "below": "```{code-cell}\ndef f(a):\n    return a[5]\n```\n\n"
    "```{code-cell}\nf([])\n```\n",
    "library": "```{code-cell}\nimport mmdl\n\nmmdl.half('text')\n```\n",
    "syntax": "```{code-cell}\na = 1\nb = )\n```\n",
    "missing": "```{code-cell}\nopen('a.csv')\n```\n",
    "killed": "```{code-cell}\nimport os\nos.kill(os.getpid(), 9)\n```\n",
    "endless": "```{code-cell}\nwhile True:\n    pass\n```\n",
    "meant": "```{code-cell}\n:tags: [raises-exception]\n1 / 0\n```\n",
}
FIRST = len(HEADER.splitlines()) + 4  # the line after the fence of the first cell


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> str:
    """What one build says about all of them."""
    book = Book(tmp_path_factory.mktemp("failing"))
    book.write("_config.yml", FILES["_config.yml"])
    entries = [f"  - file: book/{name}" for name in CHAPTERS]
    contents = ["format: jb-book", "root: book/welcome", "chapters:", *entries]
    book.write("_toc.yml", "\n".join(contents))
    book.write("book/welcome.md", FILES["book/welcome.md"])
    book.write("mmdl/__init__.py", "def half(x):\n    raise ValueError(x)\n")
    for name, cell in CHAPTERS.items():
        header = HEADER
        if name == "endless":
            header = HEADER.replace(
                "kernelspec", "mystnb: {execution_timeout: 3}\nkernels"
            )
        book.write(f"book/{name}.md", f"{header}# Title\n\n{cell}")
    done = book.run("build")
    assert done.code == 1
    return done.err


CORRECT = "correct the cell, or tag it raises-exception if the failure is meant."
SENTENCES = {
    "raises": (3, f"ZeroDivisionError: division by zero; {CORRECT}"),
    "below": (
        5,
        "IndexError: list index out of range (raised at book/below.md:10); " + CORRECT,
    ),
    "library": (2, f"ValueError: text (raised at mmdl/__init__.py:2); {CORRECT}"),
    "syntax": (1, "SyntaxError: unmatched ')'; correct the cell."),
    "missing": (
        0,
        (
            "FileNotFoundError: [Errno 2] No such file or directory: 'a.csv'; nothing "
            "lies there (paths start from the chapter's folder; the book's data come "
            "from mmdl.data)."
        ),
    ),
    "killed": (
        0,
        (
            "the kernel died in this cell, most likely killed for want of memory; use "
            "smaller arrays, then build again."
        ),
    ),
    "endless": (
        1,
        (
            "the cell ran longer than 3 s; make it faster, or put `mystnb: "
            "{execution_timeout: SECONDS}` into the chapter's header."
        ),
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_failing_cell_is_one_sentence_with_its_line(said, name):
    line, sentence = SENTENCES[name]
    assert f"book/{name}.md:{FIRST + line}: {sentence}" in said.splitlines()


def test_failure_that_is_meant_is_none(said):
    assert "book/meant.md" not in said


def test_each_failure_is_told_once_and_nothing_else(said):
    count = len(CHAPTERS) - 1
    assert len(said.splitlines()) == count + 1
    assert said.endswith(f"\n{count} findings.\n")
