"""Cells that run in the page: puts their files into the site.

``MMDL_PYODIDE`` names the folder with Pyodide's verified files (the book's tool sets
it); where there is none, the pages have no Run buttons and say why. Everything lies in
``_live``, except the service worker, which serves the site's whole root.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

from docutils import nodes
from live_wheel import build_wheel, data_files
from sphinx.application import Sphinx
from sphinx.config import Config

BOOK = Path(__file__).resolve().parent.parent
SOURCES = BOOK / "_live"
EDITOR = BOOK / "_vendor" / "codemirror"
LIVE = "_live"
WHEELS = "_wheels"  # for notebooks that run elsewhere
WORKER = "sw.js"
MODULES = ("session.js", "view.js", "clean.js")
FOLDER = "MMDL_PYODIDE"


def find_pyodide(app: Sphinx, config: Config) -> None:
    """Remember whether cells can run: when that changes, all pages are written anew."""
    config.mmdl_live = bool(os.environ.get(FOLDER))


def write_files(app: Sphinx, error: Exception | None) -> None:
    """Write what a page loads at the first Run."""
    out = Path(app.outdir)
    if error or app.builder.format != "html":
        return
    name, data = build_wheel(BOOK.parent, complete=True)
    place(data, out / WHEELS / name)
    if not app.config.mmdl_live:
        shutil.rmtree(out / LIVE, ignore_errors=True)
        (out / WORKER).unlink(missing_ok=True)
        return
    wanted = {**front_end(), **python_files(BOOK.parent)}
    wanted[f"{LIVE}/manifest.json"] = manifest(wanted)
    for name, source in wanted.items():
        place(source, out / name)
    for path in (out / LIVE).rglob("*"):
        if path.is_file() and path.relative_to(out).as_posix() not in wanted:
            path.unlink()


def place(source: bytes | Path, target: Path) -> None:
    """Write or link ``source`` at ``target``; an equal file keeps its date."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(source, bytes):
        if not target.is_file() or target.read_bytes() != source:
            target.write_bytes(source)
        return
    mine, theirs = target.stat() if target.is_file() else None, source.stat()
    same = mine and (mine.st_size, mine.st_mtime) == (theirs.st_size, theirs.st_mtime)
    if not same:
        shutil.copy2(source, target)


def hashed(name: str, data: bytes) -> str:
    """``name`` with a hash of ``data`` before its suffix."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(data).hexdigest()[:10]}{dot}{suffix}"


def front_end() -> dict[str, bytes]:
    """The page's modules, the worker, the editor; each named by its content."""
    written: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for name in reversed(MODULES):  # what is imported comes first
        text = (SOURCES / name).read_text("utf-8")
        for known, final in names.items():
            text = text.replace(f'"./{known}"', f'"./{final}"')
        names[name] = hashed(name, text.encode())
        written[f"{LIVE}/{names[name]}"] = text.encode()
    others = (SOURCES / "worker.js", SOURCES / "runtime.py", EDITOR / "editor.min.js")
    for path in others:
        data = path.read_bytes()
        written[f"{LIVE}/{hashed(path.name, data)}"] = data
    written[WORKER] = (SOURCES / WORKER).read_bytes()
    return written


def python_files(root: Path) -> dict[str, bytes | Path]:
    """Pyodide, its lock with the library as one package more, and the data."""
    about = json.loads((SOURCES / "pyodide.json").read_text("utf-8"))
    folder = f"{LIVE}/pyodide-{about['info']['version']}"
    files: dict[str, bytes | Path] = {
        f"{folder}/{name}": Path(os.environ[FOLDER], name) for name in about["files"]
    }
    wheel, data = build_wheel(root)
    files[f"{LIVE}/wheels/{wheel}"] = data
    entry = {
        "depends": ["numpy"],
        "file_name": f"../wheels/{wheel}",
        "imports": ["mmdl"],
        "install_dir": "site",
        "name": "mmdl-book",
        "package_type": "package",
        "sha256": hashlib.sha256(data).hexdigest(),
        "unvendored_tests": False,
        "version": wheel.split("-")[1],
    }
    packages = {**about["packages"], "mmdl-book": entry}
    lock = json.dumps({"info": about["info"], "packages": packages}, indent=1).encode()
    files[f"{LIVE}/{hashed('lock.json', lock)}"] = lock
    for name, content in data_files(root).items():
        files[f"{LIVE}/data/{name}"] = content
    return files


def manifest(files: dict[str, bytes | Path]) -> bytes:
    """Which file is which; the page reads this first."""
    names = sorted(name.removeprefix(f"{LIVE}/") for name in files if name != WORKER)

    def named(stem: str) -> str:
        return next(name for name in names if name.startswith(f"{stem}-"))

    folder = next(name for name in names if name.startswith("pyodide-"))
    about = {
        "session": named("session"),
        "worker": named("worker"),
        "runtime": named("runtime"),
        "editor": named("editor.min"),
        "lock": named("lock"),
        "folder": folder.split("/")[0] + "/",
        "wheel": "mmdl-book",
        "data": "data",
        "files": [name for name in names if not name.startswith("data/")],
    }
    return json.dumps(about, indent=1).encode() + b"\n"


def tell_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict,
    doctree: nodes.document | None,
) -> None:
    """Tell the template whether cells run here."""
    context["live"] = app.config.mmdl_live


def setup(app: Sphinx) -> dict[str, object]:
    """Register."""
    app.add_config_value("mmdl_live", False, "html", types=(bool,))
    app.connect("config-inited", find_pyodide)
    app.connect("html-page-context", tell_page)
    app.connect("build-finished", write_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
