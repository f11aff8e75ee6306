"""Each rule of ``check``: what it reports, to the line and the word, and what not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from mmdl_book.check import examine
from mmdl_book.explain import text
from mmdl_book.layout import Layout
from mmdl_book.lint.book import Index, load
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import RULES, rule, rules
from mmdl_book.lint.rules_cells import BUILTINS
from sample_book import PATH, Sample

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FAULTY = yaml.safe_load((HERE / "faulty_chapters.yml").read_text("utf8"))
NEARLY = yaml.safe_load((HERE / "nearly_faulty_chapters.yml").read_text("utf8"))
ON_FILES = {"MM104", "MM805"}  # about the folder, not the text; below
ON_RUNS = {f"MM65{n}" for n in range(1, 7)}  # tests/tool/test_rehearse.py
QUESTION = "Is the cheapest number always the mean, and is it the only one?\n"
LAST = 'print("the cheapest number:", c[cost.argmin()])\n'


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Sample:
    return Sample(tmp_path_factory.mktemp("sample") / "book")


def chapter(sample: Sample, case: dict) -> str:
    """The sample chapter with the edit of a case."""
    if "text" in case:
        return sample.edited(QUESTION, f"{QUESTION}\n{case['text']}")
    if "code" in case:
        return sample.edited(LAST, f"{LAST}{case['code']}")
    return sample.edited(case.get("old", ""), case.get("new", case.get("end")))


def name(case: dict) -> str:
    words = case.get("text") or case.get("code") or case.get("end") or case["new"]
    return f"{case['rule']}: {' '.join(words.split())[:40]}"


def test_the_sample_itself_is_clean(sample):
    assert sample.findings(sample.text) == []


@pytest.mark.parametrize("case", FAULTY, ids=name)
def test_fault_is_told_on_its_line_with_its_remedy(sample, case):
    found = sample.findings(chapter(sample, case))
    told = [(f.code, f"{f.line}:{f.column}", f.message, f.fix) for f in found]
    assert told == [(case["rule"], case["at"], case["message"], case["fix"])]


@pytest.mark.parametrize("case", NEARLY, ids=name)
def test_what_only_looks_like_a_fault_is_not_told(sample, case):
    assert sample.findings(chapter(sample, case)) == []


def test_every_rule_has_a_faulty_and_a_nearly_faulty_chapter():
    elsewhere = ON_FILES | ON_RUNS
    assert {case["rule"] for case in FAULTY} | elsewhere == set(rules())
    silent = {case["rule"] for case in NEARLY} | elsewhere
    assert set(rules()) - silent == {"MM214"}  # its near case is the sample itself
    assert len({name(case) for case in FAULTY}) > 60


def test_page_that_no_contents_list_is_told(sample):
    page = Page("book/learning/mine.md", sample.text.replace("ch-sample", "ch-mine"))
    told = [f for f in examine(Index(sample.book, [page])) if f.code == "MM104"]
    assert [f.line for f in told] == [1]
    assert told[0].fix.startswith("add `- file: book/learning/mine` to _toc.yml")


def test_symbolic_links_are_told(sample, tmp_path):
    folder = sample.book.root / PATH.removesuffix(".md")
    link = folder / "curve2.svg"
    link.symlink_to("/etc/hostname")
    told = [(f.code, f.line, f.message) for f in sample.findings(sample.text)]
    link.unlink()
    message = "book/drafts/sample/curve2.svg is a symbolic link."
    assert told == [("MM805", 1, message)]
    chapter, kept = sample.book.root / PATH, tmp_path / "kept.md"
    chapter.rename(kept)
    chapter.symlink_to(kept)
    told = [(f.code, f.message) for f in sample.findings(sample.text)]
    chapter.unlink()
    kept.rename(chapter)
    assert told == [("MM805", "The chapter is a symbolic link.")]


def test_a_label_of_another_chapter_is_not_free(sample):
    other = Page(
        "book/learning/other.md", "# Other\n\n$$ a $$ (eq-sample-pythagoras)\n"
    )
    pages = [Page(PATH, sample.text), other]
    found = [f for f in examine(Index(sample.book, pages)) if f.code == "MM301"]
    places = [f"{f.path}:{f.line} {f.message.rpartition(' ')[2]}" for f in found]
    assert places == [
        f"{PATH}:89 book/learning/other.md:3.",
        f"book/learning/other.md:3 {PATH}:89.",
    ]


@pytest.mark.parametrize("code", rules())
def test_every_rule_explains_itself(code):
    known = rules()[code]
    told = text(known)
    assert told.startswith(f"{code} {known.title} (")
    for part in (known.why, known.wrong.split("\n")[0], known.right.split("\n")[0]):
        assert part in told
    assert known.why.endswith(".")
    assert known.severity == ("warning" if code.startswith("MM9") else "error")


@pytest.mark.parametrize(
    "code", [*(f"{word}(x)" for word in sorted(BUILTINS)), "'a://b'"]
)
def test_the_tree_of_a_cell_is_looked_at_where_a_rule_may_speak(code):
    page = Page(PATH, f"```{{code-cell}} ipython3\n{code}\n```\n")
    assert len(page.syntax) == 1


def test_two_rules_cannot_share_a_number():
    before = dict(RULES)
    with pytest.raises(ValueError, match="MM101 is taken by 'The header is not YAML'"):
        rule("MM101", "Mine", why="", wrong="", right="")(lambda page, book: iter(()))
    assert before == RULES


def test_the_book_itself_has_no_finding():
    index = load(Layout(ROOT))
    assert len(index.pages) > 15
    assert [f.text(index.pages[f.path].lines) for f in examine(index)] == []
