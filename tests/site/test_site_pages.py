"""The site from a server, its code, its files and their addresses."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from built import KINDS, SHIFTS
from thorough import some

SHIFT = 0.02


@pytest.mark.parametrize("kind", some(list(KINDS), ["chapter"]))
def test_page_from_a_server_asks_nobody_else(visit, page_with, address, kind):
    page = visit(page_with(KINDS[kind]), script=SHIFTS)
    assert [u for u in page.requests if not u.startswith((address, "data:"))] == []
    assert page.said == []
    assert page.evaluate("shifts") < SHIFT


def test_text_keeps_its_place_when_fonts_come_late(browser, address, page_with):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(SHIFTS)

    def late(route):
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/*.woff2", late)
    page.goto(address + page_with('class="statement theorem"'), wait_until="load")
    page.evaluate("document.fonts.ready.then(() => null)")
    page.wait_for_timeout(300)
    shifts = page.evaluate("shifts")
    context.close()
    assert shifts < SHIFT


def test_code_of_79_columns_is_seen_whole(visit, page_with):
    page = visit(page_with('class="cell_input'), size=(1240, 800))
    page.evaluate(
        "document.querySelector('.cell_input pre').textContent = 'x'.repeat(79)"
    )
    for width in (1240, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        code = page.locator(".cell_input pre").first
        assert code.evaluate("node => node.scrollWidth <= node.clientWidth"), width


def test_all_files_of_a_page_exist(site):
    missing = []
    for path in site.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#?]+)', path.read_text("utf-8")):
            if "://" in link or link.startswith(("mailto:", "data:")):
                continue
            if not Path(path.parent, unquote(link)).exists():
                missing.append(f"{path.relative_to(site)}: {link}")
    assert missing == []


def test_no_address_of_a_third_party_is_loaded_by_any_file(site):
    loads = re.compile(r"""(?:src=|@import\s|url\()["']?(?:https?:)?//[^"')\s]+""")
    found = {}
    for path in site.rglob("*"):
        if path.suffix in {".html", ".css", ".js", ".svg"}:
            hits = loads.findall(path.read_text("utf-8"))
            if hits:
                found[path.relative_to(site).as_posix()] = hits
    assert found == {}
