"""Settings of every test: generated examples repeat, and take the time they need.

A test may skip where its browser, its TeX or its package is missing. Where all is
installed, ``MMDL_NO_SKIP=1`` turns each skip into a failure, so that none is lost.
A thorough test is left out, not skipped, unless ``MMDL_EVERY=1`` asks for every case.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Generator

import pytest
from hypothesis import settings
from thorough import EVERY

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

PAGE = re.compile(r"^tests/site/.*\[(.+\.html)\]$")  # a test of one page, by its id

settings.register_profile("book", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("book")
# Packages that the library is compared with take seconds to load, and CI has them all.
collect_ignore_glob = [] if EVERY else ["*oracle*.py", "*_jax.py"]
if not any(map(shutil.which, ("firefox", "firefox-esr"))):
    collect_ignore_glob.append("*/test_firefox.py")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "thorough: slow; runs with MMDL_EVERY=1 only")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave the thorough tests out where not every case is asked for."""
    if not EVERY:
        late = [item for item in items if item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=late)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Keep with one worker what shares something: a file's tests, those of one page."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            page = PAGE.search(nodeid)
            return page[1] if page else nodeid.partition("::")[0]

    return Together(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests of a worker: Playwright starts once in a process."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="no Playwright")
    program = os.environ.get("MMDL_CHROMIUM") or next(
        filter(None, map(shutil.which, NAMES)), None
    )
    if not program:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        options = {"executable_path": program, "args": ARGS}
        chromium = playwright.chromium.launch(**options)
        chromium.options = options
        yield chromium
        chromium.close()


Report = pytest.TestReport | pytest.CollectReport
# What no package mends: some containers may not make the namespaces of a sandbox.
DENIED = "bwrap does not work here"


def _forbid_skip(report: Report) -> Report:
    if (
        os.environ.get("MMDL_NO_SKIP")
        and report.skipped
        and not hasattr(report, "wasxfail")
    ):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if DENIED in reason and not os.environ.get("GITHUB_ACTIONS"):
            return report
        report.outcome = "failed"
        report.longrepr = f"MMDL_NO_SKIP is set, and this test skips: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    return _forbid_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[
    None, pytest.CollectReport, pytest.CollectReport
]:
    return _forbid_skip((yield))
