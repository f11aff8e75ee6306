"""The theorem ledger in the browser: the filter, and the way from theorem to test."""

from built import DESKTOP


def test_the_filter_hides_statements_without_the_words(visit, page_with):
    page = visit(page_with("ledger-statement"))
    rows = page.locator("tr.ledger-statement")
    total = rows.count()
    page.get_by_label("Filter").fill("ridge REGRESSION")
    shown = page.locator("tr.ledger-statement:visible")
    assert 1 <= shown.count() < total
    assert f"{shown.count()} of {total} statements" in page.inner_text("output")
    page.get_by_label("Filter").fill("")
    assert page.locator("tr.ledger-statement:visible").count() == total


def test_a_theorem_leads_to_its_claims_and_they_to_their_source(visit, page_with):
    page = visit(page_with("statement-tested"))
    line = page.locator(".statement-tested a").first
    label = line.evaluate("node => node.closest('.statement').id")
    line.click()
    assert page.url.endswith(f"#ledger-{label}")
    place = page.locator(f"#ledger-{label}").bounding_box()
    assert 0 <= place["y"] <= DESKTOP[1]
    page.locator(f"tr:has(#ledger-{label}) + tr a").last.click()
    anchor = page.url.rpartition("#")[2]
    assert page.locator(f"#{anchor}").count() == 1
    assert "/claims/" in page.url
