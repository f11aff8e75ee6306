"""No barrier that axe-core can find, on any page, in any dress."""

from pathlib import Path

import pytest
from built import DESKTOP, PHONE, resize

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is written stays the same in every dress; these rules look at the dress.
LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]
LOOKS += ["target-size"]
RUN = """
async (options) => {
  const found = await axe.run(document, options);
  const shown = (nodes) => nodes.slice(0, 5).map((node) => node.html.slice(0, 200));
  return found.violations.map((fault) => [fault.id, shown(fault.nodes)]);
}
"""


def violations(page, rules=None):
    """Return what axe-core finds, and where; by default by all rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    only = {"type": "tag", "values": TAGS}
    if rules:
        only = {"type": "rule", "values": rules}
    return page.evaluate(RUN, {"runOnly": only, "resultTypes": ["violations"]})


def dress(page, colours, size):
    resize(page, size)
    page.evaluate(f"document.documentElement.dataset.theme = '{colours}'")


def test_page_has_no_barrier(plain):
    dress(plain, "light", DESKTOP)
    assert violations(plain) == []


@pytest.mark.parametrize(
    ("colours", "size"), [("dark", DESKTOP), ("light", PHONE), ("dark", PHONE)]
)
def test_page_has_no_barrier_in_other_dress(plain, colours, size):
    dress(plain, colours, size)
    assert violations(plain, LOOKS) == []


def test_targets_on_a_phone_are_as_large_as_a_finger(light):
    resize(light, PHONE)
    small = light.evaluate(
        """
        [...document.querySelectorAll(".bar .tool")]
          .map((node) => node.getBoundingClientRect())
          .filter((box) => box.width && (box.width < 44 || box.height < 44)).length
        """
    )
    assert small == 0


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_what_opens_has_no_barrier(visit, colours):
    page = visit("book/welcome.html", dark=colours == "dark", size=PHONE)
    page.get_by_role("button", name="Contents").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Download, cite, report").click()
    assert violations(page) == []
    page.get_by_role("button", name="Cite this page").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("book")
    page.locator(".search-results a").first.wait_for()
    assert violations(page) == []
