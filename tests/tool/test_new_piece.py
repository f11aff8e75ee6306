"""``new layer`` and its like: right as they stand, complete or nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from mmdl_book import skeletons
from mmdl_book.errors import BookError, UsageError
from mmdl_book.layout import Layout
from mmdl_book.new import command
from mmdl_book.new_piece import KINDS, LONGEST, snake
from mmdl_book.registries import with_item

ROOT = Path(__file__).resolve().parents[2]
PIECES = {  # the longest names that are allowed: no line grows too long
    "layer": "RescalesEveryOneOfTheSet",
    "activation": "switch_that_bends_softly",
    "loss": "distance_that_is_rounded",
    "optimizer": "FollowsTheMeanOfItsPasts",
    "dataset": "board_of_black_and_white",
}
FOLDERS = ("mmdl", "book/api", "tests/nn", "tests/functional", "tests/optim")
FOLDERS += ("tests/data",)
OF_ALL = (  # what is asked of every piece of a kind
    "nn/test_nn_contract",
    "functional/test_functional_contract",
    "functional/test_functional_oracle",
    "optim/test_rules",
    "test_docstrings",
)
IGNORED = shutil.ignore_patterns("__pycache__")


def copied(root: Path) -> Layout:
    """The library, its tests, and the settings of the linter."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, root / name, ignore=IGNORED)
    for name in ("pyproject.toml", "_config.yml", "tests/test_docstrings.py"):
        shutil.copy(ROOT / name, root / name)
    return Layout(root)


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Layout:
    """A copy in which each kind was written once, with the longest names."""
    book = copied(tmp_path_factory.mktemp("grown") / "book")
    for kind, name in PIECES.items():
        assert len(name) == LONGEST
        assert command(book, [kind, name]) == 0
    return book


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Layout:
    """A copy into which nothing gets."""
    return copied(tmp_path_factory.mktemp("plain") / "book")


def files(book: Layout) -> dict[str, bytes]:
    return {
        path.relative_to(book.root).as_posix(): path.read_bytes()
        for path in book.root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def sources(book: Layout) -> dict[str, bytes]:
    return {name: data for name, data in files(book).items() if name.endswith(".py")}


def run(book: Layout, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=book.root,
        env={**os.environ, "PYTHONPATH": str(book.root)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_piece_passes_its_own_test_and_those_of_all_pieces(grown):
    """Its contract, its docstring, its example, its place among all others."""
    names = [*PIECES.values(), *map(snake, PIECES.values()), "test_every"]
    own = [
        f"tests/{KINDS[kind].package}/test_{KINDS[kind].package}_{snake(name)}.py"
        for kind, name in PIECES.items()
    ]
    options = ["-q", "-pno:cacheprovider", "-k", " or ".join(names)]
    tests = [*own, *(f"tests/{name}.py" for name in OF_ALL)]
    done = run(grown, "pytest", *options, *tests)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.rsplit("\n", 2)[-2].split()[0]) > 60


@pytest.mark.parametrize("words", [["check", "-q"], ["format", "--check", "-q"]])
def test_what_is_written_is_in_the_house_s_style(grown, words):
    done = run(grown, "ruff", *words, "mmdl", "tests")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_stood_there_still_stands(grown, plain):
    before, after = sources(plain), sources(grown)
    for name, text in before.items():
        kept = [line.rstrip(",\n ") for line in text.decode("latin1").split("\n")]
        lines = {x.rstrip(",\n ") for x in after[name].decode("latin1").split("\n")}
        changed = [line for line in kept if line not in lines]
        assert all("LOSSES = (" in line or "log_softmax" in line for line in changed)
    assert len(after) - len(before) == 2 * len(PIECES)


def test_each_piece_comes_with_three_commands(plain, capsys, monkeypatch):
    monkeypatch.setattr("mmdl_book.new_piece.write", lambda *_: None)
    command(plain, ["optimizer", "SlowStart"])
    said = capsys.readouterr().out.splitlines()
    assert said[0] == (
        "Wrote mmdl/optim/slow_start.py, tests/optim/test_optim_slow_start.py; entered "
        "SlowStart in mmdl/optim/__init__.py."
    )
    assert [line for line in said if line.startswith("    ")] == [
        "    python dev.py test tests/optim/test_optim_slow_start.py",
        "    python dev.py test tests/optim",
        (
            "    git switch -c slow-start && git add -A && "
            'git commit -m "Draft an optimizer"'
        ),
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["layr", "X"], "received layr; did you mean layer?"),
        (["layer"], "new layer: expected one name in quotes, received 0 words"),
        (["layer", "A", "B"], "new layer: expected one name in quotes, received 2"),
        (["loss", "a", "--author", "Ada"], "new loss: received --author; it takes no"),
        (["layer", "my_layer"], "received my_layer; did you mean MyLayer?"),
        (
            ["loss", "LogCosh"],
            "like smooth_scale, received LogCosh; did you mean log_c",
        ),
        (["loss", "log-cosh"], "received log-cosh; did you mean log_cosh?"),
        (["loss", "2norm"], "received 2norm; begin it with a letter."),
        (["loss", "../escape"], "received ../escape; begin it with a letter."),
        (["layer", "Größe"], "received Größe; begin it with a letter."),
        (["layer", "A" * 25], "expected at most 24 letters, received 25; choose a sh"),
        (["loss", "lambda"], "lambda is a word of Python; choose another name."),
        (["loss", "sum"], "sum is a word of Python; choose another name."),
        (["layer", "Linear"], "mmdl.nn has Linear already; choose another name."),
        (["layer", "Door"], "mmdl.nn has door already; choose another name."),
        (["layer", "Relu"], "mmdl.nn has ReLU already; choose another name."),
        (["dataset", "load"], "mmdl.data has load already; choose another name."),
        (["loss", "mse"], "mmdl.functional has mse already; choose another name."),
    ],
)
def test_wrong_words_are_refused_with_the_right_ones(plain, words, sentence):
    with pytest.raises(UsageError) as error:
        command(plain, words)
    assert sentence in str(error.value)


def test_nothing_is_ever_overwritten(plain):
    kept = plain.root / "tests/nn/test_nn_kept.py"
    kept.write_text("mine\n", "utf8")
    before = files(plain)
    with pytest.raises(UsageError, match=r"tests/nn/test_nn_kept\.py exists; choose"):
        command(plain, ["layer", "Kept"])
    assert files(plain) == before
    kept.unlink()


def test_a_failure_half_way_leaves_nothing_behind(plain, monkeypatch):
    before, real = files(plain), skeletons.replace
    disk = iter([OSError(28, "No space left on device")])

    def replace(path, text):
        real(path, text)
        for error in disk:  # the first time only
            raise error

    monkeypatch.setattr(skeletons, "replace", replace)
    with pytest.raises(OSError, match="No space left"):
        command(plain, ["layer", "SlowStart"])
    assert files(plain) == before


def test_a_registry_that_moved_or_broke_is_named(plain):
    init = plain.root / "mmdl/optim/__init__.py"
    text = init.read_text("utf8")
    init.write_text(text.replace("OPTIMIZERS = (", "RULES = ("), "utf8")
    with pytest.raises(BookError, match="expected OPTIMIZERS in the file, found none"):
        command(plain, ["optimizer", "SlowStart"])
    init.write_text(text, "utf8")


def test_a_file_that_python_cannot_read_is_named_with_its_line(plain):
    cases = plain.root / "tests/nn/nn_cases.py"
    text = cases.read_text("utf8")
    cases.write_text(f"x = (\n{text}", "utf8")
    with pytest.raises(
        BookError, match=r"nn_cases\.py:1:5: Python cannot read it: '\("
    ):
        command(plain, ["layer", "SlowStart"])
    cases.unlink()
    with pytest.raises(BookError, match=r"expected tests/nn/nn_cases\.py, found none"):
        command(plain, ["layer", "SlowStart"])
    cases.write_text(text, "utf8")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("A = (b, c)", "A = (b, c, x)"),
        ("A = []", "A = [x]"),
        ("A = (\n    b,\n    c\n)  # d", "A = (\n    b,\n    c, x,\n)  # d"),
        ("A = [\n    b,  # why\n]", "A = [\n    b,  # why\n    x,\n]"),
        ("A = {\n    b: 1,\n}", "A = {\n    b: 1, x,\n}"),
        ("Ä = 'ä'; A = ('ä', b)", "Ä = 'ä'; A = ('ä', b, x)"),
        ("A = {f: g for f in (b, c)}", "A = {f: g for f in (b, c, x)}"),
    ],
)
def test_an_item_joins_a_list_of_any_form(text, after):
    assert with_item(f"{text}\n", "A", "x") == f"{after}\n"


def test_the_book_s_page_shows_the_command_of_each_kind():
    page = (ROOT / "book/extend.md").read_text("utf8")
    assert [kind for kind in KINDS if f"python dev.py new {kind} " not in page] == []
