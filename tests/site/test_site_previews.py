"""Previews by pointer and by keyboard (WCAG 1.4.13), from server and folder."""

from built import DESKTOP, resize

BOX = "#preview"
SAME = '<a class="reference internal" href="#'


def shown(page):
    return page.locator(f"{BOX}:popover-open")


def words(locator):
    return " ".join(locator.inner_text().split())


def link_on(page, selector):
    link = page.locator(f"article {selector}.reference:visible").first
    link.scroll_into_view_if_needed()
    return link


def test_pointer_shows_what_a_link_leads_to(visit, page_with, folder):
    page = visit(page_with(SAME + "thm-"), folder=folder)
    link = link_on(page, 'a[href^="#thm-"]')
    link.hover()
    shown(page).wait_for()
    assert words(link) in words(shown(page))
    shown(page).hover()
    page.wait_for_timeout(600)
    assert shown(page).count() == 1, "the pointer may move onto the preview"
    page.keyboard.press("Escape")
    assert shown(page).count() == 0


def test_preview_stays_while_pointed_at_and_goes_after(visit, page_with):
    page = visit(page_with(SAME + "eq-"))
    link_on(page, 'a[href^="#eq-"]').hover()
    shown(page).wait_for()
    page.wait_for_timeout(800)
    assert shown(page).count() == 1
    page.mouse.move(2, 2)
    shown(page).wait_for(state="detached", timeout=2000)


def test_keyboard_shows_and_escape_closes(visit, page_with, folder):
    page = visit(page_with(SAME + "thm-"), folder=folder)
    link = link_on(page, 'a[href^="#thm-"]')
    page.keyboard.press("Tab")
    link.focus()
    shown(page).wait_for()
    assert link.get_attribute("aria-describedby") == "preview"
    page.keyboard.press("Escape")
    assert shown(page).count() == 0
    assert link.get_attribute("aria-describedby") is None
    assert link.evaluate("node => node === document.activeElement")


def test_preview_of_another_page_comes_once_as_a_script(visit, page_with, folder):
    page = visit(page_with(".html#thm-"), folder=folder)
    resize(page, DESKTOP)  # unfolded: the link may stand in a solution
    link = link_on(page, 'a[href*=".html#thm-"]')
    link.hover()
    shown(page).wait_for()
    assert words(link) in words(shown(page))
    assert sum("_previews/" in url for url in page.requests) == 1


def test_every_kind_of_target_has_a_preview(visit, page_with):
    page = visit(page_with(SAME + "thm-"))
    tried = []
    for kind in ["sec-", "def-", "prop-", "eq-", "fig-", "tab-", "ex-"]:
        if page.locator(f'article a.reference[href^="#{kind}"]:visible').count():
            link_on(page, f'a[href^="#{kind}"]').hover()
            page.locator(f'[aria-describedby=preview][href^="#{kind}"]').wait_for()
            assert (
                shown(page).inner_text().strip() or shown(page).locator("img").count()
            )
            page.keyboard.press("Escape")
            tried.append(kind)
    assert len(tried) >= 3


def test_citation_shows_its_reference(visit, page_with):
    page = visit(page_with("bibliography.html#"))
    link_on(page, 'a[href*="bibliography.html#"]').hover()
    shown(page).wait_for()
    assert any(c.isdigit() for c in shown(page).inner_text())


def test_preview_repeats_no_id(visit, page_with):
    page = visit(page_with(SAME + "thm-"))
    link_on(page, 'a[href^="#thm-"]').hover()
    shown(page).wait_for()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((n) => n.id)")
    assert len(ids) == len(set(ids))
