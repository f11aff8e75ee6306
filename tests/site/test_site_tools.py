"""Menu, citation, contents, colours, code, search, paper."""

import json

import pytest
from built import PHONE, wait_for


def test_menu_by_keyboard_leads_to_files_that_exist(visit, page_with, site):
    name = page_with(".ipynb")
    page = visit(name)
    button = page.get_by_role("button", name="Download, cite, report")
    button.focus()
    page.keyboard.press("Enter")
    links = page.locator("#menu a")
    links.first.wait_for()
    for href in links.evaluate_all("all => all.map((a) => a.getAttribute('href'))"):
        assert (site / name).parent.joinpath(href).is_file()
    page.keyboard.press("Escape")
    assert page.locator("#menu:popover-open").count() == 0
    assert button.evaluate("node => node === document.activeElement")


def test_citation_is_bibtex(visit, page_with):
    page = visit(page_with('id="cite"'))
    page.get_by_role("button", name="Download, cite, report").click()
    page.get_by_role("button", name="Cite this page").click()
    text = page.locator("#cite code").inner_text()
    assert text.startswith("@")
    assert text.count("{") == text.count("}")
    page.keyboard.press("Escape")
    assert page.locator("#cite").is_hidden()


def test_notebooks_hold_code_without_outputs(site):
    paths = list(site.glob("_notebooks/*.ipynb"))
    for path in paths:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        assert code
        assert not any(cell["outputs"] for cell in code)
        assert len({cell["id"] for cell in cells}) == len(cells)
    if not paths:
        pytest.skip("no page of the site has code")


def test_colours_change_and_are_remembered(visit, page_with, address):
    page = visit(page_with('class="bar"'))
    switch = page.get_by_role("button", name="Dark colours")
    assert switch.get_attribute("aria-pressed") == "false"
    light = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    switch.click()
    assert switch.get_attribute("aria-pressed") == "true"
    page.reload()
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark != light


def test_contents_are_a_drawer_on_a_phone(visit, page_with):
    page = visit(page_with('class="bar"'), size=PHONE)
    contents = page.locator("#contents")
    assert contents.is_hidden()
    page.get_by_role("button", name="Contents").click()
    assert contents.is_visible()
    page.keyboard.press("Escape")
    assert contents.is_hidden()


def test_skip_link_is_the_first_stop(visit, page_with):
    page = visit(page_with('class="skip-link'))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"


def test_search_finds_by_kind_and_word(visit, page_with, folder):
    page = visit(page_with('class="statement theorem"'), folder=folder)
    page.keyboard.press("/")
    page.keyboard.type("theorem")
    first = page.locator(".search-results a").first
    first.wait_for()
    assert first.inner_text().startswith("Theorem")
    page.keyboard.press("Enter")
    wait_for(page, "!!document.activeElement.closest('.search-results')")
    page.keyboard.press("Enter")
    wait_for(page, "location.hash.startsWith('#thm-')")
    assert page.said == []


def test_search_says_when_nothing_is_found(visit):
    page = visit("search.html?q=xyzzyplugh")
    page.get_by_text("Nothing found.").wait_for()


def test_search_page_takes_its_words_from_the_address(visit, folder):
    page = visit("search.html?q=book", folder=folder)
    page.locator(".search-results a").first.wait_for()
    assert page.said == []


def test_links_into_folded_text_unfold_it(visit, page_with):
    name = page_with('<details class="solution"')
    page = visit(name)
    target = page.locator("details.solution[id]").first.get_attribute("id")
    page.evaluate(f"location.hash = '#{target}'")
    wait_for(page, f"document.getElementById('{target}').open")


def test_paper_shows_text_only_and_all_of_it(visit, page_with):
    page = visit(page_with("<details"))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".contents").is_hidden()
    assert page.locator(".bar").is_hidden()
    assert page.locator("article details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("article details[open]").count() == 0


def test_page_reads_without_scripts(browser, address, page_with):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + page_with('class="bar"'))
    assert page.locator("h1").first.is_visible()
    assert page.locator("#contents a").first.is_visible()
    context.close()
