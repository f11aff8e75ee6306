"""Where the built site is, which pages it has, how a test's browser starts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("MMDL_SITE") or ROOT / "_build" / "html")
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
DESKTOP, PHONE = (1440, 900), (390, 844)
SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def page_names() -> list[str]:
    """All pages of the site but the one that only leads to another."""
    if not (SITE / "search.html").is_file():
        return []
    paths = sorted(SITE.rglob("*.html"))
    leads = [p for p in paths if "http-equiv" in p.read_text("utf-8")[:2000]]
    return [p.relative_to(SITE).as_posix() for p in paths if p not in leads]


PAGES = page_names() or [
    pytest.param("", marks=pytest.mark.skip(f"no site in {SITE}; build it first"))
]


def resize(page, size: tuple[int, int]) -> None:
    """Give a visited page another window, and unfold all that is folded."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate(
        "document.querySelectorAll('details').forEach((d) => (d.open = true))"
    )


def strip(page) -> None:
    """Thin a page out for axe-core without taking anything that it could find.

    Of formulas their MathML stays: the rest, a hundred thousand nodes in a chapter,
    is hidden from assistive technology and has the colour of the text around it.
    Of code one word of each colour stays.
    """
    page.evaluate(
        """
        document.querySelectorAll(".katex-html").forEach((node) => node.remove());
        const seen = new Set();
        document.querySelectorAll("pre span[class]:not(:has(a))").forEach((node) => {
          if (seen.has(node.className)) node.replaceWith(node.textContent);
          seen.add(node.className);
        });
        """
    )
