"""Hostile headers, tables of contents, links in the file system, poisoned caches."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from mmdl_book import sandbox
from mmdl_book.errors import BookError
from mmdl_book.execute import job_of
from mmdl_book.keys import digest
from mmdl_book.layout import Layout
from mmdl_book.preflight import check
from tool_books import CELL, HEADER, Book

ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
Edit = Callable[[Book], None]


def header(more: str) -> Edit:
    """Put lines into the header of a chapter."""
    text = HEADER.replace("kernelspec", f"{more}\nkernelspec")
    return lambda book: book.write("book/one.md", f"{text}# One\n{CELL}")


def entry(line: str, *pages: str) -> Edit:
    """Put a line into the table of contents, and pages beside."""

    def edit(book: Book) -> None:
        book.append("_toc.yml", f"  - {line}\n")
        for page in pages:
            book.write(page, "# Page\n")

    return edit


def linked_page(book: Book) -> None:
    (book.root / "book/one.md").unlink()
    (book.root / "book/one.md").symlink_to("/etc/hostname")


def linked_folder(book: Book) -> None:
    outside = book.root.parent / "outside"
    outside.mkdir()
    (outside / "x.md").write_text("# X\n")
    (book.root / "book/more").symlink_to(outside)
    entry("file: book/more/x")(book)


def cell_settings(text: str) -> Edit:
    cell = f"```{{code-cell}}\n---\n{text}\n---\n1 + 1\n```\n"
    return lambda book: book.write("book/one.md", f"{HEADER}# One\n\n{cell}")


REFUSED: dict[str, tuple[Edit, str]] = {
    "deep lists in the header": (
        header("a: " + "[" * 20_000 + "]" * 20_000),
        r"book/one\.md:4:\d+: not YAML: nested more than 60 levels deep",
    ),
    "deep mappings in the header": (
        header("a: " + "{a: " * 20_000 + "}" * 20_000),
        r"book/one\.md:4:\d+: not YAML: nested more than 60 levels deep",
    ),
    "aliases that unfold to gigabytes": (
        header(ALIASES),
        r"book/one\.md:1: not YAML: 72 aliases; at most 20 are read\.",
    ),
    "a header that calls Python": (
        header('a: !!python/object/apply:os.system ["touch pwned"]'),
        r"book/one\.md:4:4: not YAML: could not determine a constructor",
    ),
    "settings of a cell that call Python": (
        cell_settings('a: !!python/object/apply:os.system ["touch pwned"]'),
        r"book/one\.md:1: no notebook: could not determine a constructor",
    ),
    "deep settings of a cell": (
        cell_settings("a: " + "[" * 5000),
        r"book/one\.md:1: no notebook: maximum recursion depth exceeded",
    ),
    "deep lists in the contents": (
        lambda book: book.append("_toc.yml", "x: " + "[" * 20_000),
        r"_toc\.yml:6:\d+: not YAML: nested more than 60 levels deep",
    ),
    "aliases in the contents": (
        lambda book: book.append("_toc.yml", ALIASES),
        r"_toc\.yml:1: not YAML: 72 aliases; at most 20 are read\.",
    ),
    "a page above the book": (
        entry("file: ../secret"),
        r"_toc\.yml:6: \.\./secret lies outside of the book; copy the page into it\.",
    ),
    "a page by its absolute path": (
        entry("file: /etc/passwd"),
        r"_toc\.yml:6: /etc/passwd lies outside of the book; copy the page into it\.",
    ),
    "a page of another system": (
        entry(r"file: C:\secret"),
        r"_toc\.yml:6: C:\\secret lies outside of the book; copy the page into it\.",
    ),
    "pages by a pattern": (
        entry("glob: ../*"),
        r"_toc\.yml:6: the pattern \.\./\* names pages unseen; list them\.",
    ),
    "a link that runs": (
        entry("url: javascript://%0aalert(1)"),
        r"_toc\.yml:6: the link javascript://%0aalert\(1\) leads to no web page",
    ),
    "a notebook with its outputs": (
        entry("file: book/n.ipynb", "book/n.ipynb"),
        r"_toc\.yml:6: book/n\.ipynb is no Markdown; write the page as n\.md\.",
    ),
    "a page in a language without checks": (
        entry("file: book/n", "book/n.rst"),
        r"_toc\.yml:6: book/n is reStructuredText; write the page as n\.md\.",
    ),
    "a page that is a link": (
        linked_page,
        r"_toc\.yml:4: book/one lies outside of the book; copy the page into it\.",
    ),
    "a folder that is a link": (
        linked_folder,
        r"_toc\.yml:6: book/more/x lies outside of the book; copy the page into it\.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_book_is_refused_before_anything_runs(book, name):
    edit, sentence = REFUSED[name]
    edit(book)
    layout = Layout(book.root)
    with pytest.raises(BookError, match=sentence):
        check(layout) or job_of(layout, book.root / "book/one.md")
    assert not Path("pwned").exists()


def test_header_cannot_choose_how_its_page_is_run_or_read(book):
    more = (
        "mystnb: {execution_mode: force, render_plugin: x}\nmyst: {heading_anchors: 1}"
    )
    header(more)(book)
    done = book.run("build")
    assert done.code == 1
    own = "execution_mode, render_plugin"
    assert done.err.splitlines() == [
        "book/one.md:1: the header sets myst; the whole book is read in one way.",
        f"book/one.md:1: the header sets mystnb: {own}; it may set execution_timeout.",
        "2 findings.",
    ]


def test_another_kernel_is_not_started(built):
    text = (built.root / "book/one.md").read_text("utf8")
    built.write("book/one.md", text.replace("name: python3", "name: bash"))
    built.append("book/one.md", "\n```{code-cell}\nprint('six' + 'teen')\n```\n")
    assert built.run("build").code == 0
    assert "sixteen" in built.page("book/one.html")


HTML = "<script>alert(1)</script>"


def poison(book: Book, *, hide: bool) -> None:
    """Edit the outputs of an executed chapter, and its hash too if it is to hide."""
    cache = book.root / "_build/.jupyter_cache"
    notebook = next(cache.glob("executed/*/base.ipynb"))
    found = json.loads(notebook.read_text("utf8"))
    cell = next(c for c in found["cells"] if c["cell_type"] == "code")
    data = {"text/html": HTML, "text/plain": "x"}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    cell["outputs"] = [output]
    notebook.write_text(json.dumps(found), "utf8")
    if hide:
        state = json.loads((cache / "mmdl-book.json").read_text("utf8"))
        state["entries"]["book/one.md"]["outputs"] = digest(notebook.read_bytes())
        (cache / "mmdl-book.json").write_text(json.dumps(state), "utf8")


def test_outputs_edited_in_the_cache_are_made_again(built):
    poison(built, hide=False)
    done = built.run("build")
    assert "The cache of executed chapters was damaged; running all again." in done.out
    assert HTML not in built.page("book/one.html")


def test_outputs_edited_together_with_their_hash_are_refused(built):
    before = built.page("book/one.html")
    poison(built, hide=True)
    done = built.run("build")
    assert done.code == 1
    assert done.err.splitlines()[0] == (
        "book/one.md:11: an output of the type text/html; print text or end the cell "
        "with a figure; a chapter puts out nothing else."
    )
    assert built.page("book/one.html") == before


@pytest.mark.skipif(bool(sandbox.trouble()), reason=f"no sandbox: {sandbox.trouble()}")
def test_products_of_a_build_among_the_sources_are_refused(book):
    shutil.rmtree(book.root / "_build", ignore_errors=True)
    book.write("_build/.work/doctrees/environment.green", "cos\nsystem\n(S'id'\ntR.")
    book.write("book/drafts/weights.pkl", "cos\nsystem\n(S'id'\ntR.")
    for words in (["init", "-q"], ["add", "-f", "."]):
        subprocess.run(["git", *words], cwd=book.root, check=True)
    done = book.run("build", "--untrusted")
    assert done.code == 1
    told = [line.partition(":")[0] for line in done.err.splitlines()]
    assert told[:2] == [
        "_build/.work/doctrees/environment.green",
        "book/drafts/weights.pkl",
    ]
    assert "a product of a build under version control; git rm --cached" in done.err


@pytest.mark.skipif(bool(sandbox.trouble()), reason=f"no sandbox: {sandbox.trouble()}")
def test_untrusted_build_runs_cells_in_the_sandbox(book):
    code = "import os\nprint('users', os.path.exists('/etc/passwd'))"
    book.append("book/one.md", f"\n```{{code-cell}}\n{code}\n```\n")
    done = book.run("build", "--untrusted")
    assert (done.code, done.err) == (0, "")
    assert "users False" in book.page("book/one.html")
    assert "forty-two" in book.page("book/one.html")
