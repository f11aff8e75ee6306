"""The command line, and the rule that forbids tests to skip."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mmdl_book import cli
from mmdl_book.layout import Layout
from mmdl_book.testing import BY_DEFAULT, command

CONFTEST = Path(__file__).parents[1] / "conftest.py"


def test_every_command_exists_and_is_described(capsys):
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr().out
    for word, (module, what) in cli.COMMANDS.items():
        assert f"  {word} " in said
        assert what in said
        assert (Path(cli.__file__).parent / f"{module}.py").exists()


@pytest.mark.parametrize("word", [w for w in cli.COMMANDS if w != "test"])
def test_every_command_says_how_it_is_typed(word, capsys):
    assert cli.main([word, "--help"]) == 0
    typed, what = capsys.readouterr().out.splitlines()
    assert re.fullmatch(rf"python dev\.py {word}( [\[\]\w .|-]+)?", typed)
    assert what.strip() == cli.COMMANDS[word][1]


def test_unknown_command_says_what_exists(capsys):
    assert cli.main(["biuld"]) == 2
    assert capsys.readouterr().err == (
        "biuld: no such command. Did you mean build? "
        f"There are: {', '.join(cli.COMMANDS)}.\n"
    )


def test_outside_a_book_the_tool_says_so(book, tmp_path):
    said = subprocess.run(
        book.command("build"),
        cwd=tmp_path,
        env=book.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2
    assert said.stderr.endswith(
        "no _config.yml here or above; run this inside the book's folder.\n"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["build", "all"],
            "build: received all; it takes --clean, --untrusted or nothing.\n",
        ),
        (["clean", "x"], "clean: received x; it takes nothing.\n"),
        (["pdf", "x"], "pdf: expected one of one, two, --all; received x.\n"),
    ],
)
def test_wrong_words_are_told(book, words, sentence):
    said = book.run(*words)
    assert (said.code, said.err) == (1, sentence)


def test_words_after_test_go_to_pytest(book, monkeypatch):
    calls = []
    monkeypatch.setattr(subprocess, "call", lambda words, **_: calls.append(words) or 0)
    command(Layout(book.root), ["tests/a.py", "-x"])
    command(Layout(book.root), [])
    assert calls[0][-2:] == ["tests/a.py", "-x"]
    assert calls[1][3:] == BY_DEFAULT


def test_tests_of_a_file_stay_with_one_worker(tmp_path):
    for file in (CONFTEST, CONFTEST.with_name("thorough.py")):
        shutil.copy(file, tmp_path)
    for name in "abc":
        tests = [f"def test_{k}():\n    pass\n" for k in range(4)]
        (tmp_path / f"test_{name}.py").write_text("\n".join(tests))
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *BY_DEFAULT],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"\[(gw\d)\].* (test_\w\.py)::", said.stdout)
    assert len(found) == 12
    assert len(set(found)) == 3


@pytest.mark.parametrize(
    ("forbidden", "every", "code", "told"),
    [
        ("", "", 0, "1 passed, 2 skipped, 1 deselected, 1 xfailed"),
        ("", "1", 0, "1 passed, 3 skipped, 1 xfailed"),
        ("1", "", 1, "1 failed, 1 passed, 1 deselected, 1 xfailed, 1 error"),
    ],
)
def test_what_skips_and_what_waits(tmp_path, forbidden, every, code, told):
    for file in (CONFTEST, CONFTEST.with_name("thorough.py")):
        shutil.copy(file, tmp_path)
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.thorough\ndef test_all():\n    pytest.skip('not in the few')\n"
        "def test_skips():\n    pytest.skip('no TeX')\n"
        "@pytest.mark.skip(reason='marked')\ndef test_marked():\n    pass\n"
        "@pytest.mark.xfail(reason='known')\ndef test_known():\n    assert 0\n"
        "def test_passes():\n    pass\n"
    )
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "MMDL_NO_SKIP": forbidden, "MMDL_EVERY": every},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == code
    assert told in said.stdout
    reason = "MMDL_NO_SKIP is set, and this test skips: Skipped: no TeX"
    assert (reason in said.stdout) == bool(forbidden)
