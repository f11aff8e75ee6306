"""Every page: what it asks for, what it weighs, how it sits."""

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from built import DESKTOP, PAGES, PHONE, SHIFTS, SITE, resize

WEIGHT = 400_000  # bytes, compressed, of all that the first view loads
PACKED = {".woff2", ".png", ".jpg", ".pdf"}  # compressed already
SHIFT = 0.02


def weight(url: str) -> int:
    path = SITE / unquote(urlsplit(url).path.lstrip("/"))
    data = path.read_bytes()
    return len(data) if path.suffix in PACKED else len(gzip.compress(data, 6))


def test_page_asks_nobody_else(light, address):
    foreign = [url for url in light.requests if not url.startswith((address, "data:"))]
    assert foreign == []


def test_page_is_light(light, address):
    ours = {url for url in light.requests if url.startswith(address)}
    sizes = {url: weight(url) for url in ours}
    assert sum(sizes.values()) <= WEIGHT, sorted(sizes.items(), key=lambda x: -x[1])


def test_page_keeps_still(light):
    assert light.shifts < SHIFT


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


def test_page_complains_of_nothing(light):
    assert light.said == []


def test_page_never_scrolls_sideways(light):
    for size in [DESKTOP, (1024, 768), PHONE]:
        resize(light, size)
        assert light.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_from_a_folder_without_complaint(visit, name):
    page = visit(name, folder=True)
    assert page.said == []
    assert all(url.startswith(("file:", "data:")) for url in page.requests)
    failed = page.evaluate(
        """
        [...document.fonts]
          .filter((font) => font.status == "error")
          .map((font) => font.family)
          .filter((family) => !/Georgia|Times/.test(family))
        """
    )
    assert failed == []


def test_all_files_of_a_page_exist(site):
    import re

    missing = []
    for path in site.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#?]+)', path.read_text("utf-8")):
            if "://" in link or link.startswith(("mailto:", "data:")):
                continue
            if not Path(path.parent, unquote(link)).exists():
                missing.append(f"{path.relative_to(site)}: {link}")
    assert missing == []


def test_no_address_of_a_third_party_is_loaded_by_any_file(site):
    import re

    loads = re.compile(r"""(?:src=|@import\s|url\()["']?(?:https?:)?//[^"')\s]+""")
    found = {}
    for path in site.rglob("*"):
        if path.suffix in {".html", ".css", ".js", ".svg"}:
            hits = loads.findall(path.read_text("utf-8"))
            if hits:
                found[path.relative_to(site).as_posix()] = hits
    assert found == {}
