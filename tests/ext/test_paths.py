"""The map of prerequisites, and references to what is not published yet."""

import re

import pytest

MAP = "# Paths\n\n```{prerequisite-map}\n```\n"
FIRST = "(ch-first)=\n# First\n\n## One\n"
SECOND = """\
---
mmdl:
  needs: [ch-first]
  minutes: 90
---
(ch-second)=
# Second

:::{prf:theorem} It holds
:label: thm-holds

One is one.
:::
"""


@pytest.fixture
def made(book, tmp_path):
    """A book in which chapter 2 and a page with the map are published."""

    def build(needs, **pages):
        folder = tmp_path / "source/book"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "needs.yml").write_text(needs, "utf-8")
        files = {"learning/second": SECOND, "paths": MAP} | pages
        return book(files, more=("prerequisites", "soon"))

    return build


def arrows(page):
    return set(re.findall(r'data-from="ch-(\w+)" data-to="ch-(\w+)"', page))


def test_a_published_chapter_speaks_for_itself_a_planned_one_through_the_plan(made):
    page = made("second: [pause]\npause: [notation]").html("book/paths")
    assert arrows(page) == {("first", "second"), ("notation", "pause")}
    assert 'href="learning/second.html" data-label="ch-second"' in page
    assert '<g class="chapter planned" data-label="ch-first"' in page


def test_what_follows_from_other_arrows_is_not_drawn_but_told(made):
    page = made("pause: [first, second]").html("book/paths")
    assert arrows(page) == {("first", "second"), ("second", "pause")}
    row = page[page.index("Interlude") :].partition("</tr>")[0]
    assert "Chapter\N{NO-BREAK SPACE}1" in row
    assert "Chapter\N{NO-BREAK SPACE}2" in row


def test_an_appendix_that_nobody_needs_is_not_on_the_map(made):
    page = made("pause: [notation]").html("book/paths")
    assert 'data-label="ch-notation"' in page
    assert 'data-label="ch-solutions"' not in page


def test_the_table_tells_the_minutes(made):
    page = made("").html("book/paths")
    assert "<p>90</p>" in page


def test_all_chapters_and_arcs_are_inside_the_drawing(made):
    page = made("second: [first]\nsolutions: [first]").html("book/paths")
    width, height = map(float, re.findall(r'viewBox="0 0 (\S+) (\S+)"', page)[0])
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', page)
    assert len(dots) == 3
    assert all(0 < float(x) < width and 0 < float(y) < height for x, y in dots)
    bends = re.findall(r'class="need" d="M\S+ \S+C([\d.-]+) ', page)
    assert all(float(x) > 0 for x in bends)


def test_no_arc_of_the_book_would_leave_the_drawing():
    from prerequisites_svg import BEND, DOTS

    chapters = 33  # 27 with the interlude, and at most six appendices
    leftmost = DOTS - 5 - (BEND[0] + BEND[1] * (chapters - 2))  # of a Bezier curve
    assert leftmost > 0


def test_no_arrow_is_lost_in_a_circle_of_needs():
    from prerequisites import ancestors

    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}}
    assert ancestors(graph, "a") == {"a", "b", "c"}


def test_soon_prints_the_number_once_there_is_one_and_words_before(made):
    text = "# More\n\n{soon}`thm-holds|that it holds`, {soon}`thm-later|what comes`.\n"
    page = made("", more=text).html("book/more")
    assert 'href="learning/second.html#thm-holds">Theorem' in page
    assert "that it holds" not in page
    assert '<span class="planned">what comes</span>' in page
