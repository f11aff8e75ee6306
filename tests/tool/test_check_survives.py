"""Whatever stands in a chapter, ``check`` reads it to the end and says where.

200 pages of noise by default; ``MMDL_EVERY=1`` takes 2000 and longer ones,
``MMDL_PAGES=10000`` as many as one likes.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from mmdl_book.check import examine
from mmdl_book.errors import BookError
from mmdl_book.lint.book import load
from mmdl_book.lint.findings import Finding
from mmdl_book.lint.page import Page
from mmdl_book.lint.registry import MOST
from mmdl_book.preflight import unreadable
from mmdl_book.yamls import TooManyAliases, read
from sample_book import PATH, Sample
from thorough import EVERY
from wild_pages import noise_pages
from yaml import YAMLError

EXAMPLES = int(os.environ.get("MMDL_PAGES") or (2000 if EVERY else 200))
LONG = 200_000 if EVERY else 20_000  # characters
PATIENCE = 20  # seconds of computing; in quadratic time the long page takes minutes
# Beginnings without an end, and ends without a beginning.
REPEATED = [
    "[", "![", "[a", "[[a] ", "](", "[x](", "\\cite[", "<a ", "<!--", "&#", "`",
    "`` ` ", "$", "$$", "$$ a\n\n", "$a\nb$ ", "\\$", "\\ ", "$\\ ", "\\\\", "{", "{a`",
    "{eq}`x` ", "{ref}`sec-a`\n", "*a ", "a a ", " ", "\t", "aa", "a.", "# a\n", "#",
    "(sec-a)=\n", "\\text{", "\\begin{align}\n", "\\label{", ":::{goals}\n", ":::\n",
    "::::{goals}\n:::\n", "```x\n# a\n~~~y\n# a\n", "```{code-cell}\n", "```\n",
    "```{figure} a\n:a: b\n", ":::{prf:theorem}\n:label: thm-a\n:::\n", "- (H1) a\n",
    "| a ", "> ", "\u202e", "\0", "![a](b) ", "[a](b) ", "http://a ", "javascript:",
    "---\n", "a: b\n", "\r", "\\item ",
]  # fmt: skip
CODE = [
    "(", "x = 1\n", "x\\\n", "-", "default_rng( ", "'/a/", "#", "if x:\n ", "f(", " ",
]  # fmt: skip
HEADS = [
    "[", "{a: ", "- ", "a: &a [*a, *a]\n", "? ", '"', "a: b\n", "  a:\n", "*a ", "|",
]  # fmt: skip
ODD_FILES = [
    "", "3", "[]", "parts: 3", "parts: [3, {}]", "a: &a [*a]", "a: {b: 3}", "\0",
]  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Sample:
    return Sample(tmp_path_factory.mktemp("wild") / "book")


@contextmanager
def patience() -> Iterator[None]:
    """Stop what computes too long, where the system can."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TimeoutError(f"not read after {PATIENCE} s of computing")

    former = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)


@settings(max_examples=EXAMPLES)
@given(text=noise_pages)
def test_no_page_stops_the_checker(sample, text):
    lines = Page(PATH, text).lines
    for finding in sample.findings(text):
        assert 1 <= finding.line <= len(lines)
        assert finding.column >= 1
        for row in finding.text(lines).split("\n"):
            assert row.isprintable() or "\xa0" in row or "\u3000" in row
        assert "\n" not in finding.github()


@pytest.mark.parametrize("piece", REPEATED)
def test_a_long_page_takes_time_in_proportion(sample, piece):
    with patience():
        found = sample.findings(f"# A\n\n{piece * (LONG // len(piece))}", katex=False)
    counts = [finding.code for finding in found]
    assert max(map(counts.count, counts)) <= MOST


@pytest.mark.parametrize("piece", CODE)
def test_a_long_cell_takes_time_in_proportion(sample, piece):
    code = piece * (LONG // len(piece))
    with patience():
        sample.findings(f"# A\n\n```{{code-cell}} ipython3\n{code}\n```\n", katex=False)


@pytest.mark.parametrize("piece", HEADS)
def test_a_long_header_takes_time_in_proportion(sample, piece):
    text = piece * (LONG // len(piece))
    cell = f"```{{code-cell}} ipython3\n---\n{text}\n---\n1 + 1\n```"
    with patience():
        sample.findings(f"---\n{text}\n---\n# A\n\n{cell}\n", katex=False)


@pytest.mark.parametrize("piece", ["x", "{", "\\hat{", "a & b \\\\"])
def test_a_long_formula_is_told_and_not_set(sample, piece):
    tex = piece * (LONG // len(piece))
    with patience():
        told = {finding.code for finding in sample.findings(f"# A\n\n$$\n{tex}\n$$\n")}
    assert "MM415" in told


def test_a_hundred_findings_of_a_kind_are_enough(sample):
    found = sample.findings("# A\n\n" + "{eq}`eq-none`\n" * 150)
    told = [finding for finding in found if finding.code == "MM302"]
    assert len(told) == MOST
    assert "the rest is told when these are mended" in told[-1].message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: !!int x", "put it into quotes"),
        ("a: !!timestamp x", "put it into quotes"),
        ("a: 2001-99-99", "put it into quotes"),
        ("a: " + "9" * 5000, "put it into quotes"),
        ("a: &a [*a, !!bool x]", "put it into quotes"),
        ("[" * 5000, "nested more than 60 levels deep"),
        ("- " * 5000, "nested more than 60 levels deep"),
    ],
)
def test_what_yaml_cannot_read_is_one_kind_of_error(text, problem):
    with pytest.raises(YAMLError, match=problem) as caught:
        read(text)
    assert caught.value.problem_mark.line == 0


def test_a_bomb_of_aliases_is_not_unfolded():
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(TooManyAliases, match="72 aliases"):
        read("\n".join(["a0: &a0 x", *levels]))


@pytest.mark.parametrize("name", ["_toc.yml", "book/plan.yml", "book/macros.yml"])
@pytest.mark.parametrize("text", ODD_FILES)
def test_no_file_of_the_book_stops_the_checker(tmp_path, name, text):
    broken = Sample(tmp_path / "book")
    (broken.book.root / name).write_text(text, "utf8")
    (broken.book.root / "book/references.bib").write_bytes(b"\xff")
    told = unreadable(broken.book)
    try:
        told += [finding.message for finding in examine(load(broken.book))]
    except BookError as error:
        assert error.findings[0].startswith(f"{name}:1: ")  # noqa: PT017 - either way
    else:
        assert told or name == "book/plan.yml"


def test_no_kind_of_file_stops_the_checker(sample):
    drafts = sample.book.root / "book/drafts"
    (drafts / "folder.md").mkdir()
    (drafts / "broken.md").symlink_to(drafts / "nowhere")
    (drafts / "circle.md").symlink_to(drafts / "circle.md")
    (drafts / "bytes.md").write_bytes(bytes(range(256)))
    (drafts / "empty.md").touch()
    found = examine(load(sample.book))
    told = {f.path.rpartition("/")[2]: f.code for f in found if f.code == "MM805"}
    assert sorted(told) == ["broken.md", "circle.md", "folder.md"]
    assert {f.code for f in found if f.path.endswith("empty.md")} >= {"MM104", "MM206"}


def test_what_would_steer_a_terminal_is_shown_as_a_sign():
    message = "\x1b[2J\u202eabc\r\n::error::x"
    finding = Finding("book/a,b:c.md", 1, 1, "MM806", message, "remove it.")
    told = finding.text(["\x1b]0;title\x07 \x9b31m"])
    assert "\x1b" not in told
    assert "␛[2J\ufffdabc␍␊::error::x" in told
    assert "    ␛]0;title␇ \ufffd31m" in told
    assert finding.github().startswith("::error file=book/a%2Cb%3Ac.md,line=1,col=1,")
    assert len(finding.github().splitlines()) == 1
