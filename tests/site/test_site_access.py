"""What opens on a page (contents, menu, citation, search) has no barrier either."""

import pytest
from built import PHONE, violations


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
