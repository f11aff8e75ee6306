"""No barrier that axe-core can find, on any page, in any dress.

The structure of a page is the same in light and dark, on desktop and phone, so all
rules run once and only those that depend on the looks run in every dress.
"""

from pathlib import Path

import pytest
from built import DESKTOP, PHONE, resize

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable"]
LOOKS += ["link-in-text-block"]
RUN = """
async ([where, options]) => {
  const found = await axe.run(where, options);
  const shown = (nodes) => nodes.slice(0, 5).map((node) => node.html.slice(0, 200));
  return found.violations.map((fault) => [fault.id, shown(fault.nodes)]);
}
"""


def violations(page, looks=False):
    """Return what axe-core finds; ``looks``: by those rules only, and not in formulas.

    Formulas have the colour of the text around them.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    only = (
        {"type": "rule", "values": LOOKS} if looks else {"type": "tag", "values": TAGS}
    )
    where = {"include": [["html"]], "exclude": [[".katex"]] if looks else []}
    return page.evaluate(RUN, [where, {"runOnly": only, "resultTypes": ["violations"]}])


def test_page_has_no_barrier(light):
    resize(light, DESKTOP)
    assert violations(light) == []


def test_page_has_no_barrier_on_a_phone(light):
    resize(light, PHONE)
    assert violations(light, looks=True) == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_page_has_no_barrier_in_the_dark(dark, size):
    resize(dark, size)
    assert violations(dark, looks=True) == []


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
def test_what_opens_has_no_barrier(visit, page_with, colours):
    page = visit(page_with('id="menu"'), dark=colours == "dark", size=PHONE)
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
