"""Hostile cells run in the sandbox, and no harm comes of it.

One chapter tries one thing after the other; what ends a whole run has chapters of
its own.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from mmdl_book import rehearse, sandbox
from mmdl_book.execute import job_of
from mmdl_book.layout import Layout
from mmdl_book.report import Report
from mmdl_book.supervise import Limits
from tool_books import FILES, HEADER, Book

HERE = Path(__file__).parent
CELLS = yaml.safe_load((HERE / "hostile_cells.yml").read_text("utf8"))
PAGE = "book/hostile.md"
MARK = "what-only-the-builder-knows"
FENCE = "```{{code-cell}}\n{}\n```\n"

pytestmark = pytest.mark.skipif(
    bool(sandbox.trouble()), reason=f"no sandbox: {sandbox.trouble()}"
)


def chapter(book: Book, *cells: str, header: str = HEADER) -> None:
    fences = "\n".join(FENCE.format(cell) for cell in cells)
    book.write(PAGE, f"{header}# Hostile\n\n{fences}")


def ran(book: Book, limits: Limits | None = None) -> Report:
    layout = Layout(book.root)
    job = job_of(layout, book.root / PAGE)
    assert job is not None
    return rehearse.perform(layout, job, limits=limits or Limits())


def said(report: Report, place: int) -> str:
    """What the cell at this place of all cells printed or raised."""
    index = sorted(report.outputs)[place]
    words = ""
    for output in report.outputs[index]:
        words += output.get("text", "")
        if output["output_type"] == "error":
            words += f"{output['ename']}: {output['evalue']}"
    return words


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, Report]:
    """All cells of the list, in one run."""
    book = Book(tmp_path_factory.mktemp("hostile") / "book")
    for name, text in FILES.items():
        book.write(name, text)
    book.write(".git/config", "[remote]\n")
    meant = ":tags: [raises-exception]\n"
    cells = [meant + c["code"].replace("{root}", str(book.root)) for c in CELLS]
    chapter(book, *cells)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOSTILE_SECRET", MARK)
        return book, ran(book)


@pytest.mark.parametrize("place", range(len(CELLS)), ids=[c["name"] for c in CELLS])
def test_hostile_cell_comes_to_nothing(tried, place):
    book, report = tried
    assert report.error is None
    wanted = CELLS[place]["says"].replace("{root}", re.escape(str(book.root)))
    assert re.search(wanted, said(report, place))
    assert MARK not in said(report, place)
    assert "forged" not in said(report, place)


def test_nothing_of_the_book_was_changed(tried):
    book, _ = tried
    files = [path for path in book.root.rglob("*") if path.is_file()]
    here = {path.relative_to(book.root).as_posix() for path in files}
    known = {*FILES, ".git/config", PAGE}
    assert {name for name in here if not name.startswith("_build")} == known


ENDS = {
    "forks without end": (
        "import os, time\nwhile True:\n    if os.fork() == 0: time.sleep(60)",
        r"Resource temporarily unavailable|more than 500 MB of memory",
    ),
    "kills its parent": (
        "import os\nos.kill(os.getppid(), 9)",
        "the cell ended the program that runs it",
    ),
    "prints without end": (
        "while True: print('x' * 1000)",
        "the cell put out more than 3 million characters",
    ),
    "computes without end": ("while True: pass", "too long"),
    "takes memory by many processes": (
        "import os, time\nfor _ in range(4): os.fork()\n"  # noqa: ISC004
        "kept = os.urandom(1) * (60 << 20)\ntime.sleep(60)",
        "the chapter took more than 500 MB of memory",
    ),
    "puts out a script": (
        "from IPython.display import HTML\nHTML('<script>alert(1)</script>')",
        "an output of the type text/html",
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_run_is_ended_with_a_sentence(book, name):
    code, sentence = ENDS[name]
    short = HEADER.replace("kernelspec", "mystnb: {execution_timeout: 1}\nkernelspec")
    chapter(book, "1 + 1;", code, header=short)
    report = ran(book, Limits(seconds=60, memory=500_000_000))
    told = f"{report.error} {getattr(report.error, 'evalue', '')}"
    assert re.search(sentence, told)
    assert report.begun == 2


def test_chapter_as_a_whole_has_its_time(book):
    chapter(book, *["while True: pass"] * 2)
    report = ran(book, Limits(seconds=2))
    assert str(report.error) == "the chapter ran longer than 2 s as a whole"


def test_symbolic_link_in_place_of_the_book_is_refused(book, tmp_path):
    (book.root / "mmdl").symlink_to("/etc")
    chapter(book, "1 + 1;")
    with pytest.raises(sandbox.BookError, match="mmdl: expected a folder, found a sym"):
        ran(book)
