"""The page "Contribute a chapter" shows what the commands really say."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from mmdl_book import new, new_chapter
from mmdl_book.check import examine
from mmdl_book.cli import COMMANDS
from mmdl_book.explain import text
from mmdl_book.lint.book import Index
from mmdl_book.lint.findings import total
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import rules
from sample_book import Sample

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book/contribute.md").read_text("utf8")
CHAPTER = "book/drafts/dropout-as-averaging.md"
BLOCK = re.MULTILINE | re.DOTALL
SLIPS = {"{cite:p}`gauss1809`": "{cite:p}`gaus1809`", r"= \frac1N": r"= \fracc1N"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Sample:
    return Sample(tmp_path_factory.mktemp("contribute") / "book")


def blocks(language: str) -> list[str]:
    """The blocks of a language, as a reader copies them."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", PAGE, BLOCK)
    return [textwrap.dedent(block) for _, block in found]


def said(command: str) -> str:
    """What stands on the page below a command."""
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE):
            words, _, answer = part.partition("\n")
            if words == f"python dev.py {command}":
                return answer
    raise LookupError(command)


def test_what_new_says(sample, capsys):
    words = ["chapter", "Dropout as averaging", "--author", "Ada Lovelace"]
    new.command(sample.book, words)
    typed = 'new chapter "Dropout as averaging" --author "Ada Lovelace"'
    installs, _, rest = said(typed).partition("\n")
    assert installs in (ROOT / "dev.py").read_text("utf8")
    assert rest == capsys.readouterr().out


def test_what_check_says(sample):
    words = {
        "AUTHORS": '  - {name: "Ada Lovelace", roles: [text, code]}',
        "TITLE": "Dropout as averaging",
        "SLUG": "dropout-as-averaging",
        "PART": "",
    }
    made = new_chapter.template("chapter.md", words)
    for right, wrong in SLIPS.items():
        made = made.replace(right, wrong, 1)
    page = Page(CHAPTER, made)
    index = Index(sample.book, [page])
    vars(index)["toc"] = [CHAPTER.removesuffix(".md")]
    found = [f for f in examine(index, [page]) if f.code != "MM502"]  # no claims here
    told = [*(finding.text(page.lines) for finding in found), total(found), ""]
    assert said("check dropout-as-averaging") == "\n".join(told)


def test_what_explain_says():
    assert said("explain MM404") == text(rules()["MM404"]).rstrip("\n") + "\n"


def test_the_chapter_of_the_browser_s_way_is_clean_once_it_is_listed(sample):
    (chapter,), (listing,) = blocks("markdown"), blocks("yaml")
    page, toc = Page(CHAPTER, chapter), (ROOT / "_toc.yml").read_text("utf8")
    place = "  - caption: The library\n"
    assert place in toc
    listed = toc.replace(place, textwrap.indent(listing, "  ") + place)
    for contents, codes in ((toc, ["MM104"]), (listed, [])):
        (sample.book.root / "_toc.yml").write_text(contents, "utf8")
        found = examine(Index(sample.book, [page]), [page])
        assert [finding.code for finding in found] == codes


def test_every_command_on_the_page_exists():
    words = re.findall(r"python dev\.py ([a-z]+)", PAGE)
    words += re.findall(
        r"dev\.py ([a-z]+)", (ROOT / "CONTRIBUTING.md").read_text("utf8")
    )
    assert set(words) == {"new", "preview", "check", "explain", "doctor"}
    assert set(words) <= set(COMMANDS)
