"""Pyodide's files: fetched once, checked always, done without where they are not."""

from __future__ import annotations

import hashlib
import inspect
import io
import json
import zipfile

import pytest
from mmdl_book import build, pyodide
from mmdl_book.layout import Layout

DATA = {"pyodide.mjs": b"export {}", "python_stdlib.zip": b"PK" * 40}


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book that wants two files, and a cache of its own."""
    files = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in DATA.items()
    }
    wheel = {"project": "carrier", "version": "1", "folder": "inside/"}
    about = {
        "info": {"version": "9"},
        "files": files,
        "sources": {"cdn": "https://example.org/", "wheel": wheel},
    }
    path = tmp_path / "book" / "_live" / "pyodide.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(about), "utf8")
    monkeypatch.setenv("MMDL_BOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(pyodide.SWITCH, raising=False)
    return Layout(tmp_path)


@pytest.fixture
def distribution(monkeypatch):
    """Pyodide's distribution; ``files`` is what it has."""
    files = dict(DATA)

    def opened(url, timeout):
        name = url.rpartition("/")[2]
        if name not in files:
            raise OSError("unreachable")
        return io.BytesIO(files[name])

    monkeypatch.setattr(pyodide, "urlopen", opened)
    return files


def no_wheel(monkeypatch) -> None:
    def fail(sources, missing, fresh):
        raise pyodide.UnreachableError("nor could carrier 1 be downloaded")

    monkeypatch.setattr(pyodide, "from_wheel", fail)


def test_the_build_fetches_them():
    assert "_find_pyodide(book)" in inspect.getsource(build.build)


def test_files_are_fetched_once(book, distribution, capsys):
    folder = pyodide.fetch(book)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == DATA
    assert "Fetching Pyodide, once" in capsys.readouterr().out
    distribution.clear()
    assert pyodide.fetch(book) == folder
    assert capsys.readouterr().out == ""


def test_a_damaged_file_is_fetched_again(book, distribution):
    folder = pyodide.fetch(book)
    (folder / "pyodide.mjs").write_bytes(b"import x!")
    assert pyodide.fetch(book) == folder
    assert (folder / "pyodide.mjs").read_bytes() == DATA["pyodide.mjs"]


def test_a_wrong_byte_refuses_everything(book, distribution, monkeypatch, capsys):
    no_wheel(monkeypatch)
    distribution["python_stdlib.zip"] = b"PK" * 39 + b"PX"
    assert pyodide.fetch(book) is None
    said = capsys.readouterr().out
    assert "python_stdlib.zip is not the file of Pyodide's official lock" in said
    folder = pyodide.cache_folder() / "pyodide-9"
    assert not list(folder.glob("py*"))


def test_without_network_one_line_says_so(book, distribution, monkeypatch, capsys):
    no_wheel(monkeypatch)
    distribution.clear()
    assert pyodide.fetch(book) is None
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("Cells will not run in the pages: Pyodide's distr")
    assert "nor could carrier 1 be downloaded" in lines[-1]
    assert pyodide.fetch(book) is None  # not asked again within the hour
    assert "tried lately" in capsys.readouterr().out


def test_the_wheel_serves_where_the_distribution_does_not(
    book, distribution, monkeypatch
):
    distribution.clear()

    def download(command, **_):
        where = command[command.index("-d") + 1]
        with zipfile.ZipFile(f"{where}/carrier-1-py3-none-any.whl", "w") as wheel:
            for name, data in DATA.items():
                wheel.writestr(f"inside/{name}", data)
        return type("Done", (), {"returncode": 0})

    monkeypatch.setattr(pyodide.subprocess, "run", download)
    folder = pyodide.fetch(book)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == DATA


def test_a_switch_leaves_them_out(book, distribution, monkeypatch):
    monkeypatch.setenv(pyodide.SWITCH, "0")
    assert pyodide.fetch(book) is None


def test_a_pip_is_always_at_hand():
    command = pyodide.pip()
    assert command[-1] == "pip" or command[-1].endswith("pip")


def test_progress_is_told_in_quarters(capsys):
    advance = pyodide.bar(1000)
    for _ in range(10):
        advance(100)
    assert capsys.readouterr().out.split() == ["30", "%", "60", "%", "90", "%"]
