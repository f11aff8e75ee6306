"""Every cell of every chapter runs in the page: the last one runs all above it.

That takes its time: with ``MMDL_EVERY=1`` only.
"""

import re

import pytest
from built import SITE, page_names
from livepage import LivePage

MANY = 900  # seconds for a chapter, on a machine that may be busy


def chapters() -> list[str]:
    """The pages with cells, the shortest first."""
    names = page_names()
    sizes = {
        name: len(re.findall('class="cell ', (SITE / name).read_text("utf-8")))
        for name in names
    }
    return sorted((name for name in names if sizes[name]), key=sizes.get)


@pytest.mark.thorough
@pytest.mark.parametrize("chapter", chapters())
def test_last_cell_runs_all_above_and_none_fails(chapter, visit, site):
    if not (site / "_live").is_dir():
        pytest.skip("the site was built without Pyodide: no network at that time")
    page = visit(chapter)
    live = LivePage(page)
    built = page.locator(".cell_output figure img").evaluate_all(
        "all => all.map((image) => image.alt)"
    )
    bars = page.locator(".live-bar:has(.live-button)")
    bars.last.locator(".live-button").first.click()
    live.done(MANY)
    errors = page.locator(".cell:not(.tag_raises-exception) .live-error").all()
    assert [error.inner_text() for error in errors] == []
    drawn = page.locator(
        ".cell:not(.tag_no-live) .cell_output figure img.live-figure"
    ).evaluate_all("all => all.map((image) => image.alt)")
    heavy = page.locator(".tag_no-live .cell_output figure img").count()
    assert len(drawn) + heavy == len(built)
    assert all(drawn)
    assert set(drawn) <= set(built)
