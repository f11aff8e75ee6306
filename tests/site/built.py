"""Where the built site is, which pages it has, how a test's browser starts."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from thorough import some

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("MMDL_SITE") or ROOT / "_build" / "html")
DESKTOP, PHONE = (1440, 900), (390, 844)
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """
async (options) => {
  const found = await axe.run(document, options);
  const shown = (nodes) => nodes.slice(0, 5).map((node) => node.html.slice(0, 200));
  return found.violations.map((fault) => [fault.id, shown(fault.nodes)]);
}
"""
SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


KINDS = {  # of page, by a mark in its text
    "chapter": 'class="statement theorem"',
    "ledger": "ledger-statement",
    "library": 'class="py',
    "source": 'id="L1"',
    "search": 'class="search-page"',
}


def page_names() -> list[str]:
    """All pages of the site but the one that only leads to another."""
    if not (SITE / "search.html").is_file():
        return []
    paths = sorted(SITE.rglob("*.html"))
    leads = [p for p in paths if 'http-equiv="refresh"' in p.read_text("utf-8")[:2000]]
    return [p.relative_to(SITE).as_posix() for p in paths if p not in leads]


def page_with(text: str) -> str:
    """The smallest page whose HTML holds a text, a chapter if one does; or nothing."""
    about = ("book/api/", "book/appendices/")

    def place(name: str) -> tuple[bool, int]:
        aside = name.count("/") < 2 or name.startswith(about)
        return aside, (SITE / name).stat().st_size

    names = sorted(page_names(), key=place)
    texts = ((name, (SITE / name).read_text("utf-8")) for name in names)
    return next((name for name, html in texts if text in html), "")


FEW = ['class="book-contents', *(KINDS[kind] for kind in KINDS if kind != "ledger")]
PAGES = some(page_names(), list(filter(None, map(page_with, FEW)))) or [
    pytest.param("", marks=pytest.mark.skip(f"no site in {SITE}; build it first"))
]


def resize(page, size: tuple[int, int]) -> None:
    """Give a visited page another window, and unfold all that is folded."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate(
        "document.querySelectorAll('details').forEach((d) => (d.open = true))"
    )
    settle(page)


def settle(page) -> None:
    """Wait until what a page does after a change of its size is done."""
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => "
        "setTimeout(done, 50))))"
    )


def strip(page) -> None:
    """Thin a page out for axe-core without taking anything that it could find.

    Of formulas the text of their MathML stays: the rest, a hundred thousand nodes in
    a chapter, is hidden from assistive technology and has the colour of the text
    around it. Of code one word of each colour stays.
    """
    page.evaluate(
        """
        document.querySelectorAll(".katex-html").forEach((node) => node.remove());
        document.querySelectorAll("math").forEach((node) => {
          node.textContent = node.querySelector("annotation")?.textContent ?? "";
        });
        const seen = new Set();
        document.querySelectorAll("pre span[class]:not(:has(a))").forEach((node) => {
          if (seen.has(node.className)) node.replaceWith(node.textContent);
          seen.add(node.className);
        });
        """
    )


def wait_for(page, condition: str, seconds: float = 10) -> None:
    """Wait until a JavaScript expression is true, even across pages.

    Playwright's own waiting compiles text in the page, which the page's policy forbids.
    """
    late = time.monotonic() + seconds
    while not holds(page, condition):
        assert time.monotonic() < late, f"never true in {seconds} s: {condition}"
        page.wait_for_timeout(25)


def holds(page, condition: str) -> bool:
    """Whether a JavaScript expression is true; false while the page changes."""
    try:
        return bool(page.evaluate(condition))
    except Exception as error:
        if "context was destroyed" in str(error):
            return False
        raise


def violations(page, rules: list[str] | None = None) -> list:
    """Return what axe-core finds, and where; by default by all rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    only = {"type": "tag", "values": TAGS}
    if rules:
        only = {"type": "rule", "values": rules}
    return page.evaluate(RUN_AXE, {"runOnly": only, "resultTypes": ["violations"]})
