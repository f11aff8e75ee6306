"""What the repository promises: locks that fit, contents that fit, no strangers."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
HASH = re.compile(r"sha256:[0-9a-f]{64}")
LOCKS = {
    "requirements.lock": ("book", "test"),
    "requirements-oracles.lock": ("oracles",),
}
# Folders of one machine, and addresses of mirrors that only one machine reaches.
FOREIGN = re.compile(rb"/(?:work|root|home/\w+|opt)/|file:///|https?://[\w.]+/simple\b")
ALLOWED = {"uv.lock", "tests/test_repository.py", "tests/tool/test_dev.py"}


@cache
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))


@cache
def packages() -> dict[tuple[str, str], dict]:
    """uv.lock's packages by name and version."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf8"))
    return {
        (package["name"], package["version"]): package for package in lock["package"]
    }


@cache
def own() -> dict:
    return packages()["mmdl-book", project()["project"]["version"]]


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    names = filter(None, listing.stdout.decode().split("\0"))
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def as_written(requirements: list[dict]) -> set[str]:
    """uv's record of requirements in pyproject's words."""
    return {entry["name"] + entry.get("specifier", "") for entry in requirements}


def closure(group: str) -> set[tuple[str, str]]:
    """All packages that a group of dependencies needs, on any system."""
    start = own()["dev-dependencies"][group]
    if group != "oracles":
        start = [*start, *own()["dependencies"]]
    found: set[tuple[str, str]] = set()
    todo = list(start)
    while todo:
        wanted = todo.pop()
        for key, package in packages().items():
            if key[0] != wanted["name"] or wanted.get("version", key[1]) != key[1]:
                continue
            extras = package.get("optional-dependencies", {})
            more = [
                d for extra in wanted.get("extra", []) for d in extras.get(extra, [])
            ]
            if key not in found:
                todo += package.get("dependencies", [])
            found.add(key)
            todo += [d for d in more if (d["name"], d.get("version")) not in found]
    return found


@pytest.mark.parametrize("group", ["book", "test", "oracles"])
def test_uv_lock_was_made_from_this_pyproject(group):
    written = {name.replace(" ", "") for name in project()["dependency-groups"][group]}
    assert as_written(own()["metadata"]["requires-dev"][group]) == written


def test_uv_lock_knows_the_library_s_own_dependencies():
    plain = [d for d in own()["metadata"]["requires-dist"] if "marker" not in d]
    assert as_written(plain) == set(project()["project"]["dependencies"])


@pytest.mark.parametrize("name", LOCKS)
def test_hashed_lock_was_exported_from_uv_lock(name):
    pins = set(PINNED.findall((ROOT / name).read_text("utf8")))
    assert pins == set().union(*(closure(group) for group in LOCKS[name]))


@pytest.mark.parametrize("name", LOCKS)
def test_each_pin_has_exactly_the_hashes_of_uv_lock(name):
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf8"))
    for block in blocks:
        package = packages()[PINNED.match(block).groups()]
        files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        assert set(HASH.findall(block)) == {file["hash"] for file in files}


def test_published_chapters_stand_in_the_plan_s_order_and_parts():
    plan = yaml.safe_load((ROOT / "book/plan.yml").read_text("utf8"))
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    planned = {
        f"book/{part['folder']}/{chapter['slug']}": (part["title"], place)
        for part in plan["parts"]
        for place, chapter in enumerate(part["chapters"])
    }
    titles = [part["title"] for part in plan["parts"]]
    for part in toc["parts"]:
        files = [entry["file"] for entry in part["chapters"]]
        if part["caption"] in titles:
            assert {planned[file][0] for file in files if file in planned} == {
                part["caption"]
            }
            places = [planned[file][1] for file in files if file in planned]
            assert places == sorted(places)
        else:
            assert not [file for file in files if file in planned]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("LICENSE", "MIT License"),
        ("LICENSE-text.txt", "Attribution 4.0 International"),
        ("CITATION.cff", "cff-version: 1.2.0"),
        ("README.md", "python dev.py build"),
    ],
)
def test_file_that_every_reader_looks_for_is_there(name, words):
    assert words in (ROOT / name).read_text("utf8")


def test_citation_is_yaml_with_what_the_format_requires():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["version"] == project()["project"]["version"]


def test_no_file_names_a_folder_or_a_mirror_of_one_machine():
    strangers = [
        f"{path.relative_to(ROOT)}: {found.group().decode()}"
        for path in tracked()
        if path.relative_to(ROOT).as_posix() not in ALLOWED
        and path.suffix not in {".lock", ".woff2", ".npz", ".gz", ".png"}
        and (found := FOREIGN.search(path.read_bytes()))
    ]
    assert strangers == []


def test_nothing_that_is_built_is_tracked():
    built = re.compile(
        r"(^|/)(_build|\.venv|__pycache__|\.jupyter_cache)/|\.(ipynb|pyc)$"
    )
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert [name for name in names if built.search(name)] == []


def test_ci_calls_the_readme_s_commands_and_forbids_skips():
    script = (ROOT / ".ci/run").read_text("utf8")
    for command in ("python dev.py build", "python dev.py test", "python dev.py pdf"):
        assert command in script
        assert command in (ROOT / "README.md").read_text("utf8")
    assert "MMDL_NO_SKIP=1" in script


def test_actions_are_pinned_and_read_only_by_default():
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        text = path.read_text("utf8")
        for action in re.findall(r"uses: (\S+)", text):
            assert re.search(r"@[0-9a-f]{40}$", action), action
        assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
