"""The same pages in Firefox, where one is installed: quiet, and their cells run.

Where none is, this file is left out: Chromium is what every machine can test with.
"""

import json
import shutil

import pytest
from built import KINDS, PHONE, page_with
from firefox import CONTROL, ENTER, Firefox
from livepage import COLD, IDLE

pytestmark = pytest.mark.thorough
CELL = "document.querySelector('article .cell:has(.live-bar)')"
OUTPUT = f"{CELL}.querySelector('.cell_output').innerText.trim()"
STATUS = "document.querySelector('.live-status p').textContent"
EDITOR = f"{CELL}.querySelector('.cm-content')"


# Said of a formula of which half has come; of whole pages test_every_page asks it.
HALF = "Invalid markup: Incorrect number of children"


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    program = shutil.which("firefox") or shutil.which("firefox-esr")
    opened = Firefox(program, tmp_path_factory.mktemp("firefox") / "profile")
    yield opened
    opened.close()


def press(firefox, name: str) -> None:
    """Press a button of the first cell."""
    buttons = f"[...{CELL}.querySelectorAll('.live-button')]"
    firefox.ask(f"{buttons}.find((b) => b.textContent == '{name}').click()")


def write(firefox, code: str) -> None:
    """Put code into the first cell's editor, and run it."""
    if not firefox.ask(f"!!{EDITOR}"):
        press(firefox, "Edit")
        firefox.wait_for(EDITOR, 10)
    firefox.ask(f"{EDITOR}.focus()")
    firefox.strike(CONTROL, "a")
    firefox.ask(f"document.execCommand('insertText', false, {json.dumps(code)})")
    firefox.strike(CONTROL, ENTER)


def run(firefox, code: str) -> str:
    """What the first cell shows after it ran some code."""
    write(firefox, code)
    firefox.wait_for(IDLE, COLD)
    return firefox.ask(OUTPUT)


def complaints(firefox) -> list[str]:
    return [words for words in firefox.said if HALF not in words]


@pytest.mark.parametrize("kind", KINDS)
def test_page_is_quiet_and_never_scrolls_sideways(firefox, site, address, kind):
    name = page_with(KINDS[kind])
    for base in (address, f"{site.as_uri()}/"):
        firefox.open(base + name)
        firefox.resize(PHONE)
        assert firefox.ask("document.documentElement.scrollWidth") <= PHONE[0]
        firefox.resize(None)
        assert complaints(firefox) == []


def test_cells_run_stop_and_draw(firefox, site, address):
    if not (site / "_live").is_dir():
        pytest.skip("the site was built without Pyodide: no network at that time")
    firefox.open(address + page_with('class="cell '))
    built = firefox.ask(OUTPUT)
    press(firefox, "Run")
    firefox.wait_for(IDLE, COLD)
    assert firefox.ask(OUTPUT) == built
    assert run(firefox, "kept = 41\nkept + 1") == "42"
    assert "ZeroDivisionError" in run(firefox, "1 / 0")
    write(firefox, "print('go')\nwhile True: pass")
    firefox.wait_for(f"{OUTPUT} == 'go'", COLD)
    firefox.ask("document.querySelector('.live-status button').click()")
    firefox.wait_for(IDLE, 20)
    assert firefox.ask(STATUS) == "Cell 1 was stopped"
    assert run(firefox, "kept") == "41"
    run(firefox, "import matplotlib.pyplot as plt\nplt.plot([1, 4, 9]);")
    figure = f"{CELL}.querySelector('img.live-figure')"
    assert firefox.ask(f"{figure}.complete && {figure}.naturalWidth") > 100
    assert complaints(firefox) == []
