"""A page, visited once: what it asks for and weighs, how it sits, its barriers.

By default a page of each kind, with ``MMDL_EVERY=1`` every page of the site.

The tests of a page run in this order: the last ones take it apart.
"""

import gzip
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from built import DESKTOP, PHONE, SITE, resize, violations

WEIGHT = 400_000  # bytes, compressed, of all that the first view loads
PACKED = {".woff2", ".png", ".jpg", ".pdf"}  # compressed already
SHIFT = 0.02
# What is written stays the same in every dress; these rules look at the dress.
COLOURS = ["color-contrast", "link-in-text-block"]
SIZES = ["scrollable-region-focusable", "target-size"]
SMALL = """
[...document.querySelectorAll(".bar .tool")]
  .map((node) => node.getBoundingClientRect())
  .filter((box) => box.width && (box.width < 44 || box.height < 44)).length
"""
FAILED = """
[...document.fonts]
  .filter((font) => font.status == "error")
  .map((font) => font.family)
  .filter((family) => !/Georgia|Times|DejaVu/.test(family))
"""
SCRIPTS = """
[...document.querySelectorAll("msub, msup, mfrac, munder, mover, mroot")]
  .filter((node) => node.children.length != 2)
  .concat([...document.querySelectorAll("msubsup, munderover")]
    .filter((node) => node.children.length != 3))
  .map((node) => node.closest("math").textContent)
"""


@cache
def weight(url: str) -> int:
    path = Path(unquote(urlsplit(url).path))
    data = path.read_bytes()
    return len(data) if path.suffix in PACKED else len(gzip.compress(data, 6))


def test_page_asks_for_our_files_only(shown):
    ours = (SITE.as_uri(), "data:")
    assert [url for url in shown.requests if not url.startswith(ours)] == []


def test_page_is_light(shown):
    files = {url for url in shown.requests if url.startswith("file:")}
    sizes = {url: weight(url) for url in files}
    assert sum(sizes.values()) <= WEIGHT, sorted(sizes.items(), key=lambda x: -x[1])


def test_page_keeps_still(shown):
    assert shown.shifts < SHIFT


def test_page_complains_of_nothing_and_has_its_fonts(shown):
    assert shown.said == []
    assert shown.evaluate(FAILED) == []


def test_a_sub_or_superscript_is_one_thing_to_a_reader_of_mathml(shown):
    assert shown.evaluate(SCRIPTS) == []


def test_page_never_scrolls_sideways(shown):
    for size in [DESKTOP, (1024, 768), PHONE, (320, 640)]:
        resize(shown, size)
        shown.evaluate("new Promise(requestAnimationFrame)")
        assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_targets_on_a_phone_are_as_large_as_a_finger(shown):
    resize(shown, PHONE)
    assert shown.evaluate(SMALL) == 0


def test_page_has_no_barrier(plain):
    resize(plain, DESKTOP)
    assert violations(plain) == []


def test_page_has_no_barrier_on_a_phone(plain):
    resize(plain, PHONE)
    assert violations(plain, SIZES) == []


def test_page_has_no_barrier_in_the_dark(plain):
    plain.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert violations(plain, COLOURS) == []
