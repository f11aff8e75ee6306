"""The timeline in the browser: rows are filtered by words and by tags."""

import pytest

from mmdl.data import timeline
from mmdl.data.history import TAGS

ROWS = timeline()


@pytest.fixture
def page(visit, page_with):
    return visit(page_with("timeline-tag"))


def shown(page):
    return page.locator("table.timeline tbody tr:visible").count()


def test_all_rows_are_there_with_a_box_for_each_tag(page):
    assert shown(page) == len(ROWS)
    labels = page.locator(".filter-tag").all_inner_texts()
    assert {label.strip() for label in labels} == set(TAGS.values())


def test_boxes_choose_tags_by_keyboard_and_add_up(page):
    page.get_by_label("Frameworks and libraries").focus()
    page.keyboard.press("Space")
    frameworks = sum(row.tag == "frameworks" for row in ROWS)
    assert shown(page) == frameworks
    page.get_by_label("Mathematics").check()
    both = frameworks + sum(row.tag == "mathematics" for row in ROWS)
    assert shown(page) == both
    assert page.inner_text(".filter-bar output") == f"{both} of {len(ROWS)} rows"


def test_words_and_tags_must_both_fit_and_enter_does_not_leave_the_page(page):
    page.get_by_label("Deep reinforcement learning").check()
    page.get_by_label("Filter").fill("alphago lee")
    page.get_by_label("Filter").press("Enter")
    assert shown(page) == 1
    assert "?" not in page.url
    page.get_by_label("Filter").fill("")
    page.get_by_label("Deep reinforcement learning").uncheck()
    assert shown(page) == len(ROWS)
