"""``new chapter``: clean at once, complete or nothing, never over what exists."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from mmdl_book import cli, skeletons
from mmdl_book.chapters import contents, contents_file, listed
from mmdl_book.check import examine
from mmdl_book.errors import UsageError
from mmdl_book.layout import Layout
from mmdl_book.lint.book import load
from mmdl_book.new import command
from mmdl_book.new_chapter import listed_in, slug_of

ROOT = Path(__file__).resolve().parents[2]
TITLE = "Dropout as averaging"
WORDS = ["chapter", TITLE, "--author", "Ada Lovelace"]
PYTEST = [
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-pno:cacheprovider",
    "-pclaims.conftest",
]
CHAPTER = "book/drafts/dropout-as-averaging.md"
CLAIMS = "tests/claims/test_dropout_as_averaging.py"


@pytest.fixture
def book(tmp_path) -> Layout:
    """What the book's authors see, without its chapters."""
    for name in ("_toc.yml", "_config.yml", "book/plan.yml", "book/macros.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "_toc.yml").write_text((ROOT / "_toc.yml").read_text("utf8"), "utf8")
    shutil.copy(ROOT / "book/references.bib", tmp_path / "book")
    shutil.copytree(ROOT / "book/_ext", tmp_path / "book/_ext")
    shutil.copytree(ROOT / "book/_vendor", tmp_path / "book/_vendor")
    (tmp_path / "mmdl").symlink_to(ROOT / "mmdl")
    (tmp_path / "tests/claims").mkdir(parents=True)
    return Layout(tmp_path)


def files(book: Layout) -> dict[str, bytes]:
    return {
        path.relative_to(book.root).as_posix(): path.read_bytes()
        for path in book.root.rglob("*")
        if path.is_file() and "_ext" not in path.parts and "_vendor" not in path.parts
    }


def test_new_chapter_is_clean_as_it_stands(book, capsys):
    assert command(book, [*WORDS, "--part", "optimization"]) == 0
    index = load(book)
    assert [f.text() for f in examine(index, [index.pages[CHAPTER]])] == []
    said = capsys.readouterr().out.splitlines()
    assert len([line for line in said if line.startswith("    ")]) == 3
    assert "    python dev.py preview dropout-as-averaging" in said


def test_its_cells_run_and_its_claim_rejects_its_mutant(book):
    command(book, WORDS)
    index = load(book)
    code = "\n".join(cell.code for cell in index.pages[CHAPTER].cells)
    cells = book.root / "cells.py"
    cells.write_text(code, "utf8")
    done = subprocess.run(
        [sys.executable, str(cells)],
        env={**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "predicted: 1.0   measured: 1.0" in done.stdout
    done = subprocess.run(
        [*PYTEST, str(book.root / CLAIMS)],
        cwd=book.root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), f"{ROOT}/tests"])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_authors_stand_in_the_header(book):
    words = ["--author", 'Ada "Countess" Lovelace; Emmy Noether']
    orcids = ["0000-0002-1825-0097", "0000-0001-5109-3700"]
    command(book, ["chapter", TITLE, *words, "--orcid", "; ".join(orcids)])
    text = (book.root / CHAPTER).read_text("utf8")
    header = yaml.safe_load(text.split("---")[1])["mmdl"]
    assert header["licence"] == "CC-BY-4.0"
    assert [author["name"] for author in header["authors"]] == [
        'Ada "Countess" Lovelace',
        "Emmy Noether",
    ]
    assert [author["orcid"] for author in header["authors"]] == orcids


def test_nothing_is_ever_overwritten(book):
    command(book, WORDS)
    before = files(book)
    with pytest.raises(UsageError, match=f"{CHAPTER} exists; choose another title"):
        command(book, WORDS)
    (book.root / CHAPTER).unlink()
    with pytest.raises(UsageError, match=f"{CLAIMS} exists; choose another name"):
        command(book, WORDS)
    del before[CHAPTER]
    assert files(book) == before


def test_a_failure_half_way_leaves_nothing_behind(book, monkeypatch):
    before, real = files(book), skeletons.replace
    folders = {path for path in book.root.rglob("*") if path.is_dir()}
    disk = iter([OSError(28, "No space left on device")])

    def replace(path, text):
        real(path, text)
        for error in disk:  # the first time only
            raise error

    monkeypatch.setattr(skeletons, "replace", replace)
    with pytest.raises(OSError, match="No space left"):
        command(book, WORDS)
    assert files(book) == before
    assert {path for path in book.root.rglob("*") if path.is_dir()} == folders


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "new: expected one of chapter.* received nothing; write: new chapter"),
        (["chaptre", "x"], "received chaptre; did you mean chapter?"),
        (["chapter"], "expected one name in quotes, received 0 words"),
        (["chapter", "Two", "words"], "expected one name in quotes, received 2 words"),
        (["chapter", TITLE], "expected --author"),
        ([*WORDS, "--orcid", "0000-0002-1825-0098"], "0098 is no ORCID"),
        ([*WORDS, "--orcid", "; "], "an ORCID for each author, received 2 for 1"),
        ([*WORDS, "--part", "optimisation"], "expected --part to be one of learning, "),
        ([*WORDS, "--autor", "x"], "did you mean --author?"),
        (["chapter", "Über $x$", "--author", "x"], "expected a title of plain ASCII"),
        (["chapter", "2001", "--author", "x"], "a title that begins by a letter"),
        (["chapter", "Momentum", "--author", "x"], "plans momentum as number 10"),
    ],
)
def test_wrong_words_are_told(book, words, sentence):
    before = files(book)
    with pytest.raises(UsageError, match=sentence.replace("?", "[?]")):
        command(book, words)
    assert files(book) == before


def test_wrong_use_ends_with_2(capsys, monkeypatch):
    monkeypatch.setattr(cli.environment, "started_right", lambda: True)
    assert cli.main(["new"]) == 2
    assert "new: expected one of chapter" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Dropout as averaging", "dropout-as-averaging"),
        ("Bayes' rule, again", "bayes-rule-again"),
        (
            "A " + "very " * 20 + "long title",
            "a-very-very-very-very-very-very-very-very-very",
        ),
    ],
)
def test_slug_is_made_of_small_letters_and_hyphens(title, slug):
    assert slug_of(title) == slug


@pytest.mark.parametrize(
    "toc",
    [
        (ROOT / "_toc.yml").read_text("utf8"),
        "format: jb-book\nroot: a\nchapters:\n  - file: b\n",
        "format: jb-book\nroot: a\nparts:\n  - chapters:\n      - file: b\n# end\n",
    ],
)
def test_table_of_contents_gets_one_more_page_each_time(toc):
    once = listed_in(toc, "book/drafts/one")
    twice = listed_in(once, "book/drafts/two")
    before = listed(yaml.safe_load(toc))
    after = listed(yaml.safe_load(twice))
    assert [name for name in after if name not in before] == [
        "book/drafts/one",
        "book/drafts/two",
    ]
    assert [name for name in after if name in before] == before
    assert set(toc.splitlines()) <= set(twice.splitlines())


def test_drafts_stand_after_the_numbered_parts(book):
    command(book, WORDS)
    parts = yaml.safe_load((book.root / "_toc.yml").read_text("utf8"))["parts"]
    numbered = [part.get("numbered", False) for part in parts]
    place = [part["caption"] for part in parts].index("Drafts")
    assert numbered[place - 1]
    assert not any(numbered[place:])


def test_a_publication_leaves_drafts_out(book, monkeypatch):
    command(book, WORDS)
    name = CHAPTER.removesuffix(".md")
    assert name in listed(contents(book))
    assert contents_file(book) == book.root / "_toc.yml"
    monkeypatch.setenv("MMDL_PUBLISH", "1")
    assert name not in listed(contents(book))
    published = yaml.safe_load(contents_file(book).read_text("utf8"))
    assert listed(published) == listed(contents(book))
