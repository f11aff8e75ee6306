"""What live cells cost those who only read, and whose files they are."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from built import ROOT, SITE

FRONT = ["book/_static/js/70-live.js", "book/_static/css/75-live.css"]
LIST = json.loads((ROOT / "book/_live/pyodide.json").read_text("utf-8"))


@pytest.fixture
def live(site):
    if not (site / "_live").is_dir():
        pytest.skip("the site was built without Pyodide: no network at that time")
    return site / "_live"


def test_reading_loads_nothing_of_python(visit, page_with):
    page = visit(page_with('class="cell '))
    page.wait_for_timeout(300)
    assert not [url for url in page.requests if "/_live/" in url or "sw.js" in url]
    known = page.evaluate(
        "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
    )
    assert known == 0
    assert page.said == []


def test_buttons_cost_less_than_eight_kilobytes():
    sizes = [len(gzip.compress((ROOT / name).read_bytes())) for name in FRONT]
    assert sum(sizes) < 8000


def test_every_file_is_the_one_of_the_official_lock(live):
    folder = live / f"pyodide-{LIST['info']['version']}"
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(files) == set(LIST["files"])
    for name, data in files.items():
        assert hashlib.sha256(data).hexdigest() == LIST["files"][name]["sha256"]
    for package in LIST["packages"].values():
        official = LIST["files"][package["file_name"]]["sha256"]
        assert package["sha256"] == official
    assert sum(map(len, files.values())) < 27_000_000


def test_manifest_names_only_files_that_exist(live):
    about = json.loads((live / "manifest.json").read_text("utf-8"))
    assert all((live / name).is_file() for name in about["files"])
    for kind in ("session", "worker", "runtime", "editor", "lock"):
        assert about[kind] in about["files"]
    lock = json.loads((live / about["lock"]).read_text("utf-8"))
    entry = lock["packages"][about["wheel"]]
    wheel = live / about["folder"] / entry["file_name"]
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == entry["sha256"]


def test_wheel_is_valid_and_complete(live, tmp_path):
    (wheel,) = (live / "wheels").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
        names = set(archive.namelist())
    sources = {p.relative_to(ROOT).as_posix() for p in (ROOT / "mmdl").rglob("*.py")}
    assert sources <= names
    program = "import mmdl.data, mmdl.nn; print(mmdl.data.digits().X.shape)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "(1797, 64)\n"


def test_policy_allows_no_other_origin(page_with):
    html = (SITE / page_with("<main")).read_text("utf-8")
    policy = html.split('Content-Security-Policy" content="')[1].split('"')[0]
    words = {word for part in policy.split(";") for word in part.split()[1:]}
    allowed = {"'none'", "'self'", "'unsafe-inline'", "'wasm-unsafe-eval'"}
    assert words <= allowed | {"data:", "blob:"}
    assert "default-src 'none'" in policy


def test_a_site_without_python_is_quiet_and_says_so():
    template = Path(ROOT, "book/_templates/layout.html").read_text("utf-8")
    assert "{% if live %}" in template
    assert "built without the files by which cells run" in template
