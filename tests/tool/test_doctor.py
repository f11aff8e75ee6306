"""``doctor``: on a machine with everything, with nothing, and with a part of it."""

from __future__ import annotations

import os
import platform
import shutil
import socket
from pathlib import Path

import pytest
from mmdl_book import doctor, preview, symptoms
from mmdl_book.cures import CURES
from mmdl_book.doctor import PROBES, command, examined
from mmdl_book.errors import UsageError
from mmdl_book.layout import Layout
from mmdl_book.symptoms import Told

LOCK = """\
pytest=={version} \\
    --hash=sha256:00
nowhere==1.0 ; python_full_version < '3' \\
    --hash=sha256:00
"""
ANSWERS = {
    "git": "echo git version 9.1",
    "xelatex": "echo XeTeX 9.2; echo more",
    "xdvipdfmx": "true",
    "kpsewhich": 'for file; do echo "/tex/$file"; done',
    "pdftotext": "echo pdftotext version 9.3 >&2",
    "chromium": "echo noise >&2; echo Chromium 9.4",
    "node": "echo v9.5",
    "bwrap": "echo bubblewrap 9.6",
    "apt": "true",
}
NEEDS_SHELL = pytest.mark.skipif(os.name == "nt", reason="programs are scripts here")


@pytest.fixture
def book(tmp_path, monkeypatch) -> Layout:
    """A book on Debian: no program is installed, the packages are."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("MMDL_CHROMIUM", raising=False)
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    version = symptoms.installed("pytest")
    (tmp_path / "requirements.lock").write_text(LOCK.format(version=version), "utf8")
    return Layout(tmp_path)


def install(book: Layout, *names: str) -> None:
    """Put programs on the path that answer as the real ones do."""
    for name in names:
        program = book.root / "bin" / name
        program.write_text(f"#!/bin/sh\n{ANSWERS[name]}\n", "utf8")
        program.chmod(0o755)


def told(book: Layout, capsys) -> tuple[int, list[str]]:
    code = command(book, [])
    return code, capsys.readouterr().out.splitlines()


def line(lines: list[str], name: str) -> list[str]:
    """What is said of a thing: its line, and that of its cure."""
    start = next(i for i, text in enumerate(lines) if text[9:].startswith(f"{name} "))
    cure = lines[start + 1].strip() if lines[start + 1].startswith(" ") else ""
    return [lines[start].split(maxsplit=1)[0], lines[start][20:], cure]


@NEEDS_SHELL
def test_where_all_is_there_nothing_is_missing(book, capsys):
    install(book, *ANSWERS)
    (book.root / ".git").mkdir()
    code, lines = told(book, capsys)
    assert code == 0
    assert len(lines) == len(PROBES) + 1
    assert {text.split()[0] for text in lines[:-1]} == {"ok"}
    assert lines[-1] == "Building and testing have what they need."
    assert line(lines, "packages")[1] == "1, as requirements.lock has them"
    assert line(lines, "git")[1] == "git version 9.1"
    assert line(lines, "TeX")[1] == "XeTeX 9.2"
    assert line(lines, "pdftotext")[1] == "pdftotext version 9.3"
    assert line(lines, "Chromium")[1] == "Chromium 9.4"
    assert line(lines, "cache")[1] == "empty; the first build runs every chapter"


@NEEDS_SHELL
def test_what_only_printing_or_a_browser_needs_is_told_but_is_no_failure(book, capsys):
    install(book, "git", "apt")
    code, lines = told(book, capsys)
    assert code == 0
    assert line(lines, "TeX")[:2] == ["missing", "there is no xelatex; `pdf` needs it"]
    assert "texlive-xetex" in line(lines, "TeX")[2]
    words = ["missing", "not installed; tests of the pages skip"]
    assert line(lines, "Chromium") == [*words, "sudo apt install chromium"]
    words = ["missing", "not installed; `check --run` needs it"]
    assert line(lines, "bwrap") == [*words, "sudo apt install bubblewrap"]


def test_what_building_needs_fails(book, capsys, monkeypatch):
    (book.root / ".git").mkdir()
    (book.root / "requirements.lock").write_text("nowhere==1.0 \\\nnot==2\n", "utf8")
    usage = shutil.disk_usage(book.root)._replace(free=3 * 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    code, lines = told(book, capsys)
    assert code == 1
    assert lines[-1] == "Missing: 3 things that building and testing need."
    words = "nowhere is missing, expected 1.0 and 1 more"
    cure = "rm -r .venv; python dev.py build"
    assert line(lines, "packages") == ["missing", words, cure]
    assert line(lines, "disk")[1] == "3 MB free (1 GB is enough)"
    words = ["missing", "not installed", "install what Debian calls git"]
    assert line(lines, "git") == words


def test_a_package_of_another_version_is_told_with_both(book, capsys):
    (book.root / "requirements.lock").write_text("pytest==0.1\n", "utf8")
    code, lines = told(book, capsys)
    have = symptoms.installed("pytest")
    assert code == 1
    assert line(lines, "packages")[1] == f"pytest is {have}, expected 0.1"
    assert lines[-1] == "Missing: one thing that building and testing need."


def test_without_a_lock_nothing_is_called_well(book):
    (book.root / "requirements.lock").unlink()
    assert not symptoms.packages(book).well


@pytest.mark.parametrize(
    ("system", "name", "cure"),
    [
        ("Darwin", "Chromium", "brew install --cask google-chrome, and set MMDL_CHR"),
        ("Windows", "node", "winget install OpenJS.NodeJS"),
        ("Windows", "TeX", "install TeX Live from tug.org/texlive"),
        ("FreeBSD", "node", "install what Debian calls nodejs"),
    ],
)
def test_each_system_has_its_command(book, capsys, monkeypatch, system, name, cure):
    monkeypatch.setattr(platform, "system", lambda: system)
    assert line(told(book, capsys)[1], name)[2].startswith(cure)


def test_every_thing_has_a_cure_where_it_can_be_missing():
    can = {"Linux": set(PROBES) - {"cache"}}
    can["Darwin"] = can["Windows"] = can["Linux"] - {"bwrap"}
    assert {system: set(cures) for system, cures in CURES.items()} == can


@NEEDS_SHELL
def test_a_sandbox_that_the_system_forbids_is_not_well(book, capsys):
    install(book, "bwrap")
    program = book.root / "bin/bwrap"
    program.write_text('#!/bin/sh\ntest "$1" = --version && echo 9.6\n', "utf8")
    state, words, cure = line(told(book, capsys)[1], "bwrap")
    assert (state, cure) == ("missing", "")
    assert words.startswith("installed, but this system forbids it to make namespaces")


@NEEDS_SHELL
def test_a_file_that_tex_does_not_find_is_named(book, capsys):
    install(book, "xelatex", "xdvipdfmx", "kpsewhich")
    script = 'for file; do case $file in *.ttf) ;; *) echo "/tex/$file";; esac; done'
    (book.root / "bin/kpsewhich").write_text(f"#!/bin/sh\n{script}\n", "utf8")
    lines = told(book, capsys)[1]
    assert line(lines, "TeX")[0] == "ok"
    words = "TeX does not find DejaVuSansMono.ttf; `pdf` needs them"
    assert line(lines, "fonts")[:2] == ["missing", words]


def test_ports_that_are_taken_are_told(book, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number = taken.getsockname()[1]
        monkeypatch.setattr(preview, "PORTS", range(number, number + 1))
        words = f"none is free from {number} to {number}"
        assert symptoms.port(book) == Told(False, words)
    assert symptoms.port(book) == Told(True, f"{number} is free")


@pytest.mark.parametrize(
    ("days", "age"), [(0, "from today"), (1, "1 day old"), (9, "9 days old")]
)
def test_the_cache_has_an_age_and_a_size(book, days, age):
    folder = book.cache / "executed"
    folder.mkdir(parents=True)
    (folder / "base.ipynb").write_bytes(bytes(2_400_000))
    then = (folder / "base.ipynb").stat().st_mtime - days * 86400 - 60
    os.utime(folder / "base.ipynb", (then, then))
    words = f"2 MB, {age}; python dev.py clean removes it"
    assert symptoms.cache(book) == Told(True, words)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ImportError("no", name="yaml"), "cannot be told without the package yaml"),
        (PermissionError(13, "Permission denied"), "cannot be told: Permission denied"),
    ],
)
def test_a_probe_that_cannot_look_says_so(book, error, words):
    def probe(_: Layout) -> Told:
        raise error

    assert examined(probe, book)[:2] == (False, words)


def test_a_browser_of_one_s_own_counts(book, monkeypatch):
    monkeypatch.setenv("MMDL_CHROMIUM", str(Path(os.sys.executable)))
    assert symptoms.chromium(book).well
    monkeypatch.setenv("MMDL_CHROMIUM", "/nowhere/chromium")
    assert not symptoms.chromium(book).well


def test_words_are_refused(book):
    with pytest.raises(UsageError, match=r"doctor: received tex; it takes nothing\."):
        command(book, ["tex"])


def test_the_browsers_are_those_of_the_tests():
    tests = Path(doctor.__file__).parents[2] / "tests/conftest.py"
    assert f"NAMES = {symptoms.BROWSERS}".replace("'", '"') in tests.read_text("utf8")
