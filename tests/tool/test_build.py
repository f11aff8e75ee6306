"""``build``: what is green is published, what is red leaves the site alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from thorough import some

PUBLISHED = "_build/html/book/one.html"


def test_first_build_runs_the_cells_and_says_where_to_open_the_site(first, built):
    said = first[-1]
    assert (said.code, said.err) == (0, "")
    assert "book/one.md" in said.out
    door = (built.root / "_build/html/index.html").as_uri()
    assert said.out.splitlines()[-1] == f"Open {door}"
    assert "forty-two" in built.page("book/one.html")
    assert "url=book/welcome.html" in built.page("index.html")


def test_second_build_writes_the_changed_page_and_the_contents(built):
    other = (built.root / "_build/html/book/two.html").stat()
    built.append("book/one.md", "\nMore prose.\n")
    said = built.run("build")
    assert (said.code, said.err) == (0, "")
    assert "Running" not in said.out
    assert "Wrote 2 pages;" in said.out
    assert (built.root / "_build/html/book/two.html").stat().st_ino == other.st_ino
    assert "More prose." in built.page("book/one.html")


def test_a_changed_title_is_written_into_all_pages(built):
    built.write("book/two.md", "# Another title\n")
    said = built.run("build")
    assert (said.code, said.err) == (0, "")
    assert "Another title" in built.page("book/one.html")


def test_a_vanished_label_is_found_though_the_referring_page_did_not_change(built):
    built.append("book/welcome.md", "\n{ref}`target`\n")
    assert built.run("build").code == 0
    built.write("book/two.md", "# Two\n")
    said = built.run("build")
    assert said.code == 1
    assert "book/welcome.md:5: undefined label: 'target'" in said.err


def test_an_edit_of_the_library_runs_the_chapters_again(built):
    built.write("mmdl/__init__.py", "ANSWER = 1\n")
    cell = "\n```{code-cell}\nimport mmdl\nprint('answer', mmdl.ANSWER)\n```\n"
    built.append("book/one.md", cell)
    assert built.run("build").code == 0
    assert "answer 1" in built.page("book/one.html")
    built.write("mmdl/__init__.py", "ANSWER = 1 + 1\n")
    said = built.run("build")
    assert "changed; running all chapters again" in said.out
    assert "answer 2" in built.page("book/one.html")


def test_a_flush_in_mid_line_does_not_end_the_line(built):
    cell = "print('one', end=' ', flush=True)\nprint('line')"
    built.append("book/one.md", f"\n```{{code-cell}}\n{cell}\n```\n")
    assert built.run("build").code == 0
    assert "one line" in built.page("book/one.html")


def test_a_changed_tag_runs_the_chapter_again(built):
    text = (built.root / "book/one.md").read_text("utf8")
    built.write("book/one.md", text.replace("print(", ":tags: [x]\nprint("))
    assert "Running 1 chapter" in built.run("build").out


def test_red_build_leaves_the_site_and_stays_red_until_mended(built):
    before = (built.root / PUBLISHED).read_bytes()
    built.append("book/one.md", "\n{ref}`nowhere`\n")
    for _ in range(2):  # Sphinx alone is silent the second time
        said = built.run("build")
        assert said.code == 1
        assert "book/one.md:14: undefined label: 'nowhere'; write (label)=" in said.err
        assert "The site was left as it was before." in said.err
        assert (built.root / PUBLISHED).read_bytes() == before


def test_each_chapter_runs_once(built):
    folders = list((built.root / "_build/.jupyter_cache/executed").iterdir())
    assert len(folders) == 1  # MyST-NB found there what it would have run again


def test_red_latex_stays_red_too(built):
    built.append("book/two.md", "\n{nosuchrole}`x`\n")
    for _ in range(2):
        done = built.latex()
        assert done.code == 1
        words = 'book/two.md:8: Unknown interpreted text role "nosuchrole"'
        assert words in done.err


PARTS = ["mmdl-book.json", "global.db", "executed"]  # of the cache


@pytest.mark.parametrize("name", some(PARTS, PARTS[:1]))
def test_damaged_cache_is_told_in_one_sentence_and_made_again(built, name):
    victim = built.root / "_build/.jupyter_cache" / name
    if victim.is_dir():
        victim = next(victim.rglob("base.ipynb"))
    victim.write_bytes(victim.read_bytes()[:40] + b"?")
    said = built.run("build")
    assert said.code == 0, said.err
    told = ["The cache of executed chapters was damaged; running all again."]
    assert said.out.splitlines()[:2] == [*told, "Running 1 chapter ..."]
    assert "forty-two" in built.page("book/one.html")


def test_output_edited_by_hand_is_not_published(built):
    notebook = next((built.root / "_build/.jupyter_cache").rglob("base.ipynb"))
    notebook.write_text(notebook.read_text("utf8").replace("forty-two", "43!"), "utf8")
    assert built.run("build").code == 0
    assert "43!" not in built.page("book/one.html")


# A job in the background ignores interrupts, and so would what it starts.
HEARING = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("sign", ["SIGINT", "SIGKILL"])
def test_interrupted_build_leaves_the_site_and_the_next_one_is_whole(built, sign):
    before = (built.root / PUBLISHED).read_bytes()
    cell = "\n```{code-cell}\nimport time\ntime.sleep(600)\n```\n"
    built.append("book/one.md", cell)
    with subprocess.Popen(
        [sys.executable, "-c", HEARING, *built.command("build")],
        cwd=built.root,
        env=built.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        started = process.stdout.readline()
        process.send_signal(getattr(signal, sign))
        err = process.stderr.read()
    assert started == "Running 1 chapter ...\n"
    if sign == "SIGINT":
        assert process.returncode == 130
        told = "Interrupted; what was published before is untouched."
        assert err.splitlines()[-1] == told
    assert (built.root / PUBLISHED).read_bytes() == before
    text = (built.root / "book/one.md").read_text("utf8")
    built.write("book/one.md", text.replace("time.sleep(600)", "print('awake')"))
    assert built.run("build").code == 0
    assert "awake" in built.page("book/one.html")


def test_build_interrupted_between_the_two_renamings_is_recovered(built):
    site = built.root / "_build/html"
    site.rename(site.with_name("html.old"))
    (site.with_name("html.new")).mkdir()
    contents = (built.root / "_toc.yml").read_text("utf8")
    built.write("_toc.yml", "broken: [")
    assert built.run("build").code == 1
    built.write("_toc.yml", contents)
    assert built.run("build").code == 0
    assert sorted(p.name for p in site.parent.glob("html*")) == ["html"]


def test_full_disk_is_one_sentence_and_leaves_the_site(built, tmp_path):
    before = (built.root / PUBLISHED).read_bytes()
    (tmp_path / "sitecustomize.py").write_text(
        "import errno, shutil\n"
        "def copy2(source, target, **_):\n"
        "    raise OSError(errno.ENOSPC, 'No space left on device', str(target))\n"
        "shutil.copy2 = copy2\n"
    )
    built.append("book/one.md", "\nMore prose.\n")
    said = built.run("build", PYTHONPATH=str(tmp_path))
    assert said.code == 1
    start, _, end = said.err.partition("); ")
    assert start.startswith("the disk is full (while writing ")
    assert end == (
        "free some space and build again (`python dev.py clean` removes what builds "
        "left); the previous site is untouched.\nThe site was left as it was before.\n"
    )
    assert (built.root / PUBLISHED).read_bytes() == before


def test_published_files_are_never_those_that_sphinx_overwrites(built):
    site, work = built.root / "_build/html", built.root / "_build/.work/html"
    for path in site.rglob("*.html"):
        assert not path.samefile(work / path.relative_to(site))


def test_the_site_names_no_folder_of_this_machine(built):
    for path in (built.root / "_build/html").rglob("*.html"):
        assert str(built.root) not in path.read_text("utf8"), path


def test_clean_removes_what_builds_left(built):
    assert built.run("clean").out == "Removed _build.\n"
    assert not Path(built.root, "_build").exists()
