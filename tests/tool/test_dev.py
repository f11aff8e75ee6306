"""``dev.py`` on machines where something is missing."""

from __future__ import annotations

import ast
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from importlib import util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "dev.py"
NOWHERE = "http://127.0.0.1:9/simple"  # no one listens on the discard port


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """A package of one line."""
    path = tmp_path_factory.mktemp("wheels") / "tiny_thing-1.0-py3-none-any.whl"
    info = "tiny_thing-1.0.dist-info"
    texts = {
        "tiny_thing.py": "ANSWER = 42\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 1.0",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    return path


@pytest.fixture
def project(tmp_path, wheel) -> Path:
    """A folder with dev.py, a lock of one package, and a tool that needs it."""
    shutil.copy(DEV, tmp_path)
    lock(tmp_path, hashlib.sha256(wheel.read_bytes()).hexdigest())
    (tmp_path / "tools/mmdl_book").mkdir(parents=True)
    (tmp_path / "tools/mmdl_book/__init__.py").touch()
    (tmp_path / "tools/mmdl_book/__main__.py").write_text(
        "import sys, tiny_thing\nprint('tool', tiny_thing.ANSWER, *sys.argv[1:])\n"
    )
    return tmp_path


def lock(project: Path, digest: str) -> None:
    (project / "requirements.lock").write_text(
        f"tiny-thing==1.0 \\\n    --hash=sha256:{digest}\n"
    )


def dev(project: Path, *words: str, wheels: Path | None = None):
    """Run dev.py where packages come from `wheels`, or from nowhere."""
    place = {"NO_INDEX": "1", "FIND_LINKS": str(wheels)} if wheels else {}
    environment = {
        **{
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PIP_", "PYTHONPATH"))
        },
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": NOWHERE,
        "PIP_NO_CACHE_DIR": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_CACHE": "1",
        "UV_DEFAULT_INDEX": NOWHERE,
        "UV_HTTP_RETRIES": "0",
        **{f"PIP_{key}": value for key, value in place.items()},
        **{f"UV_{key}": value for key, value in place.items()},
    }
    command = [sys.executable, str(project / "dev.py"), *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.thorough
def test_installs_once_and_again_after_an_interruption(project, wheel):
    first = dev(project, "build", "--clean", wheels=wheel.parent)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "Installing packages into .venv (once, half a minute) ...",
        "tool 42 build --clean",
    ]
    assert dev(project, "test").stdout == "tool 42 test\n"
    (project / ".venv/mmdl-book.stamp").unlink()  # the last thing it writes
    next((project / ".venv").rglob("tiny_thing.py")).unlink()
    again = dev(project, "build", wheels=wheel.parent)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.endswith("tool 42 build\n")


@pytest.mark.thorough
def test_lock_with_another_hash_is_told(project, wheel):
    lock(project, "0" * 64)
    said = dev(project, "build", wheels=wheel.parent)
    assert said.returncode == 1
    assert said.stderr == (
        "dev.py: requirements.lock is damaged; restore it: git checkout "
        "requirements.lock, then run the same command again.\n"
    )


@pytest.mark.thorough
def test_no_network_is_told(project):
    said = dev(project, "build")
    assert said.returncode == 1
    assert said.stderr == (
        "dev.py: no package could be fetched; connect to the internet, then run the "
        "same command again.\n"
    )


def test_missing_lock_is_told(project):
    (project / "requirements.lock").unlink()
    assert dev(project).stderr == (
        "dev.py: no requirements.lock; git checkout requirements.lock.\n"
    )


@pytest.fixture
def module(monkeypatch):
    """dev.py as a module."""
    spec = util.spec_from_file_location("dev", DEV)
    found = util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


DAMAGED, OFFLINE = "requirements.lock is damaged", "no package could be fetched"
WORDS = {
    "ERROR: [Errno 28] No space left on device": "the disk is full; free 1 GB",
    "because ensurepip is not available.": "install python3-venv or uv",
    "error: Couldn't parse requirement in `requirements.lock`": DAMAGED,
    "ERROR: Invalid requirement: 'numpy=='": DAMAGED,
    "ReadTimeoutError: Read timed out.": OFFLINE,
    "[Errno -3] Temporary failure in name resolution": OFFLINE,
    "something new\nthe last line": "the installation failed: the last line",
}


@pytest.mark.parametrize("words", WORDS)
def test_words_of_the_installer_become_a_remedy(module, monkeypatch, words):
    monkeypatch.setattr(module, "step", lambda *_: words)
    assert WORDS[words] in module.install()


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10)])
def test_old_python_is_told_what_is_expected(version):
    code = (
        f"import runpy, sys; sys.version_info = ({version[0]}, {version[1]}, 0);"
        f"runpy.run_path({str(DEV)!r}, run_name='__main__')"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert said.returncode == 1
    assert said.stderr == (
        f"dev.py: expected Python 3.11 or newer, received {version[0]}.{version[1]}; "
        "get one from python.org/downloads.\n"
    )


def test_old_pythons_can_read_the_file():
    tree = ast.parse(DEV.read_text("utf8"), feature_version=(3, 7))
    new = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Match, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, new)]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [call for call in calls if getattr(call.func, "id", "") == "print"]


def test_the_file_is_short():
    assert len(DEV.read_text("utf8").splitlines()) < 80
