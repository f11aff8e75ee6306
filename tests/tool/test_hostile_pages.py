"""Hostile pages: told by `check` from the text, refused or made harmless by the build.

The pages that `check` sees are built as trusted ones, for the build alone must bear
them; those that no scanner sees, as untrusted ones.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from mmdl_book import safe_pages, sandbox
from sample_book import PATH, SVG, Sample
from tool_books import HEADER, Book, dressed

HERE = Path(__file__).parent
PAGES = yaml.safe_load((HERE / "hostile_pages.yml").read_text("utf8"))
NAMES = [case["name"] for case in PAGES]
SEEN = [place for place, case in enumerate(PAGES) if case["check"]]
HARMLESS = [place for place, case in enumerate(PAGES) if not case["build"]]
LOADED = [NAMES.index("loads a cell from a file")]  # no notebook at all: by itself
REFUSED = [place for place in SEEN if place not in HARMLESS + LOADED]
BLIND = [place for place in range(len(PAGES)) if place not in SEEN + HARMLESS]
HIDDEN = "only for the eyes of the builder"
NAMESPACE = ' xmlns:x="http://www.w3.org/2000/svg"'
SCRIPT = "<script>alert(1)</script>"
FILES = {
    "curve.svg": SVG.format('<path d="M0 0L9 9"/>').encode(),
    "script.svg": SVG.format(SCRIPT).encode(),
    "renamed.svg": SVG.format(f"<x:script{NAMESPACE}>alert(1)</x:script>").encode(),
    "wide.svg": f'<?xml version="1.0" encoding="utf-16"?>{SVG.format(SCRIPT)}'.encode(
        "utf-16"
    ),
}


def furnish(root: Path, folder: Path) -> None:
    """Put pictures beside the pages, and secrets outside of the book."""
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    for end in ("txt", "png", "py"):
        (root / f"secret.{end}").write_text(f"'{HIDDEN}'\n")
    (folder / "linked.png").symlink_to(root / "secret.png")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    found = Sample(tmp_path_factory.mktemp("hostile") / "book")
    furnish(found.book.root, (found.book.root / PATH).parent)
    return found


@pytest.mark.parametrize("place", SEEN, ids=[NAMES[i] for i in SEEN])
def test_check_tells_it_from_the_text(sample, place):
    text = sample.edited("", f"\n{PAGES[place]['page']}\n")
    added = range(len(sample.text.splitlines()) + 1, len(text.splitlines()) + 1)
    told = [f for f in sample.findings(text) if f.line in added]
    assert any(re.fullmatch(PAGES[place]["check"], finding.code) for finding in told)
    assert all(finding.message and finding.fix for finding in told)


def built(root: Path, places: list[int], *words: str) -> tuple[Book, list[str]]:
    """A book with these pages after a build, and what that said."""
    chapters = {
        f"h/p{place}": f"{HEADER}# Page\n\n{PAGES[place]['page']}\n" for place in places
    }
    book = dressed(root / "book", chapters)
    furnish(book.root, book.root / "book" / "h")
    book.write("book/evil.py", "import pathlib\npathlib.Path('pwned').touch()\n")
    done = book.run("build", *words)
    assert "Traceback" not in done.err
    return book, done.err.splitlines()


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple]:
    """The build that each page was part of."""
    root = tmp_path_factory.mktemp("pages")
    parts = [HARMLESS, REFUSED, LOADED] + ([] if sandbox.trouble() else [BLIND])
    made = {}
    for number, places in enumerate(parts):
        words = ["--untrusted"] if places is BLIND else []
        result = built(root / str(number), places, *words)
        made.update(dict.fromkeys(places, result))
    return made


@pytest.mark.parametrize("place", range(len(PAGES)), ids=NAMES)
def test_build_refuses_it_on_its_line_or_nothing_came_of_it(builds, place):
    if place not in builds:
        pytest.skip(f"no sandbox: {sandbox.trouble()}")
    book, said = builds[place]
    told = [line for line in said if line.startswith(f"book/h/p{place}.md:")]
    wanted = PAGES[place]["build"]
    page = book.root / f"_build/html/book/h/p{place}.html"
    assert bool(told) != page.exists()
    assert any(wanted in line for line in told) or not wanted
    if not wanted:
        text = page.read_text("utf8")
        reader = safe_pages.read(text)
        assert HIDDEN not in text
        assert not any("alert" in script for _, script in reader.scripts)
        assert reader.found == []


def test_nothing_was_run_or_copied(builds):
    for book in {book.root: book for book, _ in builds.values()}.values():
        assert not (book.root / "pwned").exists()
        assert list((book.root / "_build").rglob("*secret*")) == []


def test_paper_too_gets_no_formula_that_katex_does_not_know(builds):
    book, _ = builds[REFUSED[0]]
    done = book.latex()
    assert done.code == 1
    for command in (r"\immediate", r"\input", r"\openin", r"\XeTeXpdffile"):
        assert f"formula: Undefined control sequence: {command};" in done.err
