"""Cells that run in the page: outputs, errors, Stop, keyboard, limits, attacks."""

import shutil

import pytest
from built import DESKTOP, PHONE, resize, strip, violations, wait_for
from livepage import LivePage
from thorough import some

LONG = "print(*range(300_000), sep='\\n')"


def dress(page, colours, size):
    resize(page, size)
    page.evaluate(f"document.documentElement.dataset.theme = '{colours}'")


@pytest.fixture(scope="module")
def page(opener, page_with, site):
    """A chapter whose Python has started."""
    if not (site / "_live").is_dir():
        pytest.skip("the site was built without Pyodide: no network at that time")
    opened = opener(page_with('class="cell '))
    yield opened
    opened.context.close()


@pytest.fixture
def live(page):
    return LivePage(page)


def test_first_cell_gives_what_the_book_shows(live, page):
    built = live.output()
    live.press("Run")
    live.done()
    assert live.output() == built
    assert live.says() == "Cell 1 has run"


def test_last_value_is_shown_unless_silenced(live):
    assert live.run("x = 41\nx + 1") == "42"
    assert live.run("x + 1;") == ""
    assert live.run("await __import__('asyncio').sleep(0, 'later')") == "'later'"


def test_prints_stream_while_the_cell_runs(live, page):
    live.start("import time\nfor i in range(40): print('tick', i); time.sleep(0.1)")
    wait_for(
        page, "document.querySelector('.live-out pre')?.textContent.length > 5", 30
    )
    assert page.locator(".live-running").count() == 1
    live.done()
    assert live.output().endswith("tick 39")


def test_a_progress_bar_ends_on_one_line(live):
    code = "from mmdl.progress import track\nfor i in track(range(50)): pass"
    lines = live.run(code).splitlines()
    assert len(lines) == 1
    assert "50/50" in lines[0]


def test_an_error_is_an_alert_and_the_next_cell_runs(live, page):
    shown = live.run("def f(x):\n    return 1 / x\n\nf(0)")
    assert "ZeroDivisionError: division by zero" in shown
    assert "return 1 / x" in shown
    assert "Cell 1, line 4" in shown
    assert page.locator(".live-error[role=alert]").count() == 1
    assert live.run("1 + 1") == "2"


def test_stop_keeps_the_state(live, page):
    live.start("kept = 7\nwhile True: pass")
    wait_for(page, "document.querySelector('.live-running') !== null")
    page.wait_for_timeout(500)
    live.python("Stop")
    live.done(20)
    assert live.says() == "Cell 1 was stopped"
    assert live.run("kept") == "7"


@pytest.mark.thorough
def test_an_operation_that_cannot_hear_is_ended_and_python_starts_anew(live, page):
    slow = "import numpy as np\nprint('go')\n"
    live.start(slow + "while True: np.linalg.svd(np.ones((1500, 1500)))")
    wait_for(
        page, "document.querySelector('.live-out pre')?.textContent == 'go\\n'", 60
    )
    page.wait_for_timeout(500)
    live.python("Stop")
    live.done(30)
    shown = live.output()
    assert "Stopped" in shown or "Run starts anew" in shown
    assert live.run("1 + 1") == "2"


@pytest.mark.thorough
def test_reset_forgets(live, page):
    live.run("old = 1")
    live.python("Reset Python")
    assert "NameError" in live.run("old")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("[0] * 10**9 * 1000", "MemoryError"),
        pytest.param(
            "import numpy as np\n[np.ones(10**8) for _ in range(99)]",
            "MemoryError",
            marks=pytest.mark.thorough,
        ),
        ("def f(n): return f(n + 1)\nf(0)", "RecursionError"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("input('Name? ')", "a cell cannot ask here"),
        ("raise KeyboardInterrupt", "Stopped"),
        ("1 +", "SyntaxError"),
        ("raise Exception('<b>' * 3)", "Exception: <b><b><b>"),
    ],
)
def test_whatever_a_cell_does_python_lives(live, code, words):
    assert words in live.run(code)
    assert live.run("1 + 1") == "2"


@pytest.mark.thorough
def test_too_much_text_is_cut(live):
    shown = live.run(LONG)
    assert shown.endswith("… cut after 200,000 characters")
    assert len(shown) < 201_000
    assert live.run("1 + 1") == "2"


def test_html_passes_an_allow_list(live, page):
    evil = (
        "class Evil:\n"
        "    def _repr_html_(self):\n"
        "        return '''<script>window.hit = 1</script><img src=x onerror='hit=1'>"
        "<a href='javascript:hit=1'>link</a><svg onload='hit=1'></svg>"
        "<iframe srcdoc='x'></iframe><style>*{display:none}</style>"
        "<table onclick='hit=1' style='position:fixed'><tr><td colspan=2>cell</td></tr>"
        "</table>'''\n"
        "Evil()"
    )
    live.run(evil)
    inside = page.locator(".live-html").first
    assert inside.locator("td[colspan='2']").inner_text() == "cell"
    names = inside.evaluate("n => [...n.querySelectorAll('*')].map(e => e.localName)")
    assert set(names) <= {"table", "tbody", "tr", "td"}
    assert inside.evaluate("n => n.querySelectorAll('[style], [onclick]').length") == 0
    assert page.evaluate("window.hit === undefined")
    assert live.run("1 + 1") == "2"


@pytest.mark.parametrize(
    "code",
    [
        "from pyodide.http import pyfetch\nawait pyfetch('https://example.org/')",
        "import js\nr = js.XMLHttpRequest.new()\nr.open('GET', '//o.org', 0)\nr.send()",
        "import js\njs.importScripts('https://example.org/x.js')",
        "import js\njs.WebSocket.new('wss://example.org/')\nraise OSError('later')",
    ],
)
def test_policy_stops_requests_to_others(live, page, code):
    before = len(page.requests)
    assert "Error" in live.run(code)
    asked = [url for url in page.requests[before:] if not url.startswith("blob:")]
    assert not [url for url in asked if "127.0.0.1" not in url]
    assert live.run("1 + 1") == "2"


def test_storage_and_workers_are_out_of_reach(live):
    names = ("caches", "indexedDB", "Worker", "SharedWorker", "BroadcastChannel")
    code = f"import js\n[str(getattr(js, n, None)) for n in {names}]"
    assert set(eval(live.run(code))) <= {"None", "undefined"}  # noqa: S307


def test_figures_keep_their_captions_and_words(page):
    page.reload()
    live = LivePage(page)
    figures = page.locator("figure[id^=fig-] img")
    first = page.locator("article .cell:has(figure[id^=fig-] img)").first
    words = first.locator("img").first.get_attribute("alt")
    first.locator(".live-button", has_text="Run").click()
    live.done()
    image = first.locator("figure img").first
    assert image.get_attribute("src").startswith("data:image/svg+xml")
    assert image.get_attribute("alt") == words
    assert image.evaluate("n => n.complete && n.naturalWidth > 100")
    assert first.locator("figcaption").count() >= 1
    assert figures.count() > 0


@pytest.mark.thorough
def test_a_figure_of_ones_own_has_words(live, page):
    live.run(
        "import matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\n"
        "plt.xlabel('step')\nplt.ylabel('loss');"
    )
    alt = live.cell(0).locator("img").first.get_attribute("alt")
    assert alt == "Plot: loss against step"


def test_keyboard_alone_runs_edits_leaves_and_restores(live, page):
    page.reload()
    live = LivePage(page)
    run = live.cell(0).locator(".live-button", has_text="Run")
    run.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    live.cell(0).locator(".cm-content").wait_for()
    assert page.evaluate("!!document.activeElement.closest('.live-editor')")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("6 * 7")
    page.keyboard.press("Control+Enter")
    live.done()
    assert live.output() == "42"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Run"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Restore"
    page.keyboard.press("Enter")
    assert live.cell(0).locator(".live-editor").count() == 0
    assert "42" not in live.output().split()
    assert page.evaluate("document.activeElement.textContent") == "Edit"
    assert page.locator(".live-bar .live-note[role=status]").count() > 0


DRESSES = [(c, s) for c in ("light", "dark") for s in (DESKTOP, PHONE)]


@pytest.mark.parametrize(
    ("colours", "size"), some(DRESSES, [("light", DESKTOP), ("dark", PHONE)])
)
def test_open_editor_and_error_are_no_barrier(live, page, colours, size):
    live.run("1 / 0")
    dress(page, colours, size)
    strip(page)
    page.wait_for_timeout(200)
    assert violations(page, None) == []
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(wide)


def test_buttons_on_a_phone_are_as_large_as_a_finger(live, page):
    dress(page, "light", PHONE)
    small = """[...document.querySelectorAll(".live-button")]
      .map((node) => node.getBoundingClientRect())
      .filter((box) => box.width && (box.width < 44 || box.height < 44)).length"""
    assert page.evaluate(small) == 0


@pytest.mark.thorough
def test_network_cut_and_tampered_wheel_give_clear_words(
    site, tmp_path, browser, page_with, serve
):
    copy = tmp_path / "site"
    shutil.copytree(site, copy, ignore=shutil.ignore_patterns("_pdf", "_notebooks"))
    (wheel,) = (copy / "_live" / "wheels").glob("*.whl")
    whole = wheel.read_bytes()
    wheel.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    context = browser.new_context()
    page = context.new_page()
    page.goto(serve(copy) + page_with('class="cell '))
    live = LivePage(page)
    words = (
        "Python could not be loaded. A file could not be fetched; are you online? "
        "Press Run to try again."
    )
    live.press("Run")
    live.done()
    assert live.output() == live.says() == words
    wheel.write_bytes(whole)
    context.set_offline(True)
    live.press("Run")
    live.done(20)
    assert live.output() == live.says() == words
    context.set_offline(False)
    assert live.run("1 + 1") == "2"
    context.close()
