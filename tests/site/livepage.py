"""A page whose cells run: press, type, wait, read."""

from __future__ import annotations

from built import wait_for

COLD = 120  # seconds: a start loads ten megabytes on a machine that may be busy
IDLE = """
(() => {
  const bar = document.querySelector(".live-status");
  if (!bar || bar.classList.contains("busy")) return false;
  if (document.querySelector(".live-running")) return false;
  return !!bar.querySelector("p").textContent;
})()
"""


class LivePage:
    """Drives the cells of a page as a reader does."""

    def __init__(self, page) -> None:
        self.page = page
        page.evaluate(
            "document.querySelectorAll('details').forEach((d) => (d.open = true))"
        )

    def cell(self, k: int):
        """The k-th cell that has code; -1 is the last."""
        cells = self.page.locator("article .cell:has(.live-bar)")
        return cells.nth(k % cells.count())

    def press(self, name: str, k: int = 0) -> None:
        """Press a button of a cell, by its visible name."""
        self.cell(k).locator(".live-button", has_text=name).click()

    def python(self, name: str) -> None:
        """Press a button of Python's line at the foot."""
        self.page.locator(".live-status button", has_text=name).click()

    def done(self, seconds: float = COLD) -> None:
        """Wait until Python has nothing to do."""
        self.page.wait_for_timeout(60)
        wait_for(self.page, IDLE, seconds)

    def start(self, code: str, k: int = 0) -> None:
        """Write ``code`` into a cell and run it by keyboard."""
        cell = self.cell(k)
        if not cell.locator(".live-editor").count():
            self.press("Edit", k)
        field = cell.locator(".cm-content, textarea")
        field.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Shift+Enter")

    def run(self, code: str, k: int = 0, seconds: float = COLD) -> str:
        """What a cell shows after it ran ``code``."""
        self.start(code, k)
        self.done(seconds)
        return self.output(k)

    def output(self, k: int = 0) -> str:
        """The text that a cell shows now."""
        return self.cell(k).locator(".cell_output").inner_text().strip()

    def says(self) -> str:
        """Python's line."""
        return self.page.locator(".live-status p").inner_text()
