"""What GitHub does for the book: with few rights, and deaf to what strangers write."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / ".github" / "workflows"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))
READ = {"contents": "read"}
RIGHTS = {  # of single jobs; all others read
    ("preview", "comment"): {"actions": "read", "pull-requests": "write"},
    ("publish", "notebooks"): {"contents": "write"},
    ("publish", "deploy"): {"pages": "write", "id-token": "write"},
}
# Contexts whose values a stranger may choose; in a script they would be run.
FOREIGN = re.compile(
    r"github\.(event|head_ref|base_ref|ref_name|actor|workflow_run)|inputs\.|steps\."
)
BASH = shutil.which("bash")


def workflow(name: str) -> dict[Any, Any]:
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf8"))


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in workflow(name)["jobs"].values() for step in job["steps"]]


def triggers(name: str) -> set[str]:
    found = workflow(name)[True]  # YAML takes the key `on` for a truth
    return {found} if isinstance(found, str) else set(found)


def test_there_are_the_four_workflows():
    assert NAMES == ["check", "nightly", "preview", "publish"]


@pytest.mark.parametrize("name", NAMES)
def test_actions_are_pinned_by_hash_with_their_version(name):
    text = (FOLDER / f"{name}.yml").read_text("utf8")
    for line in re.findall(r"uses:.*", text):
        assert re.fullmatch(r"uses: [\w/-]+@[0-9a-f]{40} # v[\d.]+", line)
    assert text.count("uses:") == sum("uses" in step for step in steps(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_job_has_the_rights_that_it_needs_and_no_more(name):
    assert workflow(name)["permissions"] == READ
    for job, settings in workflow(name)["jobs"].items():
        assert settings.get("permissions", READ) == RIGHTS.get((name, job), READ)


@pytest.mark.parametrize("name", NAMES)
def test_no_workflow_hands_rights_or_secrets_to_a_pull_request(name):
    assert triggers(name).isdisjoint({"pull_request_target", "issue_comment"})
    text = (FOLDER / f"{name}.yml").read_text("utf8")
    assert "secrets." not in text
    for step in steps(name):
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", NAMES)
def test_no_script_holds_what_a_stranger_may_choose(name):
    for step in steps(name):
        for expression in re.findall(r"\$\{\{(.*?)\}\}", step.get("run", "")):
            assert not FOREIGN.search(expression)


def test_chapters_are_read_and_run_in_the_sandbox_before_anything_else():
    jobs = workflow("check")["jobs"]
    assert [name for name, job in jobs.items() if "needs" not in job] == ["chapters"]
    assert {job["needs"] for job in jobs.values() if "needs" in job} == {"chapters"}
    scripts = [step["run"] for step in jobs["chapters"]["steps"] if "run" in step]
    assert "bubblewrap" in scripts[0]
    assert scripts[1].startswith("python dev.py check --run --format github")
    assert scripts[2] == "python dev.py build --untrusted"
    uploads = [s for s in steps("check") if "upload-artifact" in s.get("uses", "")]
    assert [s["with"]["name"] for s in uploads] == ["report", "site", "book"]


def test_the_preview_takes_nothing_from_a_pull_request():
    assert triggers("preview") == {"workflow_run"}
    for step in steps("preview"):
        assert "uses" not in step
        assert not re.search(r"git |curl|wget|run download|python|eval", step["run"])


# The script of the preview, run with a `gh` that answers from a table.

GH = """#!/usr/bin/env bash
echo "$*" >> "$TOLD"
case "$*" in
  *--jq*"select(.head.sha"*) echo "$NUMBER" ;;
  *--jq\\ .changed_files*) echo "$CHANGED" ;;
  *--paginate*) printf '%s\\n' "$FILES" ;;
  *artifacts*) echo "$SITE" ;;
  *--edit-last*) exit 1 ;;
esac
"""


def announced(folder: Path, files: list[str], **more: str) -> tuple[str, list[str]]:
    """What the script writes as a comment, and what it asks of GitHub."""
    (folder / "gh").write_text(GH)
    (folder / "gh").chmod(0o755)
    listed = "\n".join(json.dumps(name) for name in files)
    world = {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "TOLD": str(folder / "told"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "GITHUB_SERVER_URL": "https://github.com",
        "GH_REPO": "o/book",
        "RUN": "7",
        "SHA": "a" * 40,
        "HEAD": "ada:momentum",
        "END": "success",
        "NUMBER": "12",
        "SITE": "99",
        "CHANGED": str(len(files)),
        "FILES": listed,
        **more,
    }
    command = [str(BASH), "-eo", "pipefail", "-c", steps("preview")[0]["run"]]
    subprocess.run(command, cwd=folder, env=world, check=True, capture_output=True)
    comment = folder / "comment.md"
    text = comment.read_text("utf8") if comment.exists() else ""
    return text, (folder / "told").read_text("utf8").splitlines()


bash = pytest.mark.skipif(not BASH or os.name == "nt", reason="no bash")
CHAPTER = ["book/drafts/x-y.md", "book/drafts/x-y/a.svg", "book/drafts/x-y/.gitkeep"]
AROUND = ["_toc.yml", "book/references.bib", "tests/claims/test_x_y.py"]


@bash
def test_a_pull_request_of_chapters_is_told_where_its_site_is(tmp_path):
    text, told = announced(tmp_path, CHAPTER + AROUND)
    assert "(https://github.com/o/book/actions/runs/7/artifacts/99)" in text
    assert "All checks pass." in text
    assert told[-1] == "pr comment 12 --body-file comment.md"


@bash
def test_findings_and_a_missing_site_are_told(tmp_path):
    text, _ = announced(tmp_path, CHAPTER, END="failure", SITE="")
    assert text.splitlines()[0] == "No site could be built."
    assert "There are findings: see the [report]" in text


@bash
@pytest.mark.parametrize(
    "name",
    [
        ".github/workflows/check.yml", "dev.py", "tools/mmdl_book/check.py",
        "book/_ext/katex.py", "book/_templates/layout.html", "_config.yml", ".ci/run",
        "mmdl/nn.py", "tests/conftest.py", "tests/claims/conftest.py",
        "book/drafts/x.md\nbook/x.md", "book/../dev.md", "book/x.html", "",
    ],
)  # fmt: skip
def test_a_pull_request_that_changes_more_than_chapters_is_not_announced(
    tmp_path, name
):
    text, told = announced(tmp_path, [*CHAPTER, name])
    assert text == ""
    assert not [words for words in told if words.startswith("pr ")]
    assert "a maintainer reads it first" in (tmp_path / "summary").read_text("utf8")


@bash
def test_files_that_the_list_leaves_out_are_not_overlooked(tmp_path):
    text, _ = announced(tmp_path, CHAPTER, CHANGED="3001")
    assert text == ""


@bash
@pytest.mark.parametrize("number", ["", "12; rm -r /", "1\n2"])
def test_a_commit_of_no_pull_request_is_passed_over(tmp_path, number):
    text, told = announced(tmp_path, CHAPTER, NUMBER=number)
    assert (text, len(told)) == ("", 1)
