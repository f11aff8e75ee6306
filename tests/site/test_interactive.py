"""Figures that move: by keys, by hand and by finger, with the library's numbers."""

import re
from functools import cache
from urllib.parse import urlsplit

import numpy as np
import pytest
from built import DESKTOP, PHONE, SITE, wait_for
from thorough import some

from mmdl import approx, neurons
from mmdl.optim import GD, iterates

NAMES = ("staircase", "descent", "perceptron")
SOME = some(NAMES, NAMES[:1])
ALONE = """(selector) => {
  const figure = document.querySelector(selector);
  for (const node of document.querySelectorAll("article *"))
    if (!node.contains(figure) && !figure.contains(node)) node.remove();
  return document.documentElement.outerHTML;
}"""
NUMBER = re.compile(r"−?\d+(?:\.\d+)?")


class Moving:
    """One interactive figure on its page."""

    def __init__(self, page, name) -> None:
        self.page = page
        self.figure = page.locator(f"figure.figure-{name}")
        wait_for(page, f"!!document.querySelector('figure.figure-{name}.ready .axes')")
        self.figure.scroll_into_view_if_needed()

    def __getitem__(self, name):
        return self.figure.locator(f"[name={name}]")

    def set(self, name, value) -> None:
        """Move a slider as a hand does; the browser tells the page."""
        script = (
            "(n, v) => { n.value = v; n.dispatchEvent(new Event('input', BUBBLES)); }"
        )
        script = script.replace("BUBBLES", "{ bubbles: true }")
        self[name].evaluate(script, str(value))

    def says(self) -> str:
        """The line of numbers, after the next picture."""
        frame = "new Promise((go) => requestAnimationFrame(() => setTimeout(go)))"
        self.page.evaluate(frame)
        return self.figure.locator(".numbers").inner_text()

    def numbers(self) -> list[float]:
        return [float(x.replace("−", "-")) for x in NUMBER.findall(self.says())]


@pytest.fixture(scope="module")
def alone(browser, site, page_with):
    """Each figure's page without what stands around the figure: it opens at once."""

    @cache
    def cut(name):
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto((site / page_with(f'class="figure-{name}')).as_uri())
        html = page.evaluate(ALONE, f"figure.figure-{name}")
        context.close()
        return f"<!doctype html>{html}"

    return cut


@pytest.fixture
def moving(visit, page_with, alone):
    def open_figure(name, **options):
        page = visit(page_with(f'class="figure-{name}'), html=alone(name), **options)
        return Moving(page, name)

    return open_figure


def wave(x):
    return 4 * x**2 + np.cos(4 * np.pi * x)


@pytest.mark.parametrize("name", SOME)
def test_it_moves_on_a_phone_from_a_folder_without_complaint(visit, page_with, name):
    where = page_with(f'class="figure-{name}')
    page = visit(where, folder=True, size=PHONE, dark=True)
    figure = Moving(page, name)
    assert figure.numbers()
    assert page.said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    controls = figure.figure.locator(":is(input, select, button, summary):visible")
    heights = controls.evaluate_all(
        "all => all.map((x) => x.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 44


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", SOME)
def test_its_place_is_kept_until_the_script_draws(moving, visit, alone, name, size):
    figure = moving(name, size=size)
    drawn = figure.figure.bounding_box()["height"]
    silent = re.sub(r"<script[^>]*interactive/[^>]*></script>", "", alone(name))
    assert silent != alone(name)
    page = visit(urlsplit(figure.page.url).path[1:], size=size, html=silent)
    waiting = page.locator(f"figure.figure-{name}").bounding_box()["height"]
    assert drawn == pytest.approx(waiting, abs=2)


@pytest.mark.parametrize("name", SOME)
def test_without_scripts_there_is_a_picture_and_no_control(
    browser, site, page_with, name
):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / page_with(f'class="figure-{name}')).as_uri())
    figure = page.locator(f"figure.figure-{name}")
    assert figure.locator("img").is_visible()
    assert figure.locator("img").get_attribute("alt")
    assert figure.locator("figcaption").is_visible()
    assert not figure.locator("input").first.is_visible()
    context.close()


@pytest.mark.parametrize("name", SOME)
def test_every_control_has_a_name_and_sliders_say_their_value(moving, name):
    figure = moving(name)
    for control in figure.figure.locator("input, select").all():
        label = control.evaluate("node => node.labels[0].firstElementChild.textContent")
        assert label.strip()
    values = figure.figure.locator("input").evaluate_all(
        "all => all.map((x) => x.getAttribute('aria-valuetext'))"
    )
    assert all(values)


def test_pages_without_such_a_figure_load_none_of_its_scripts(site):
    text = (site / "book/welcome.html").read_text("utf-8")
    assert "interactive/" not in text


def test_a_page_loads_only_its_own_scripts(site, page_with):
    text = (site / page_with('class="figure-descent')).read_text("utf-8")
    found = re.findall(r"interactive/(\w+)\.js", text)
    assert found == ["kit", "descent"]
    assert (SITE / "_static/interactive/kit.js").is_file()


def test_what_moved_is_spoken_when_the_hand_rests(moving):
    figure = moving("staircase")
    voice = figure.figure.get_by_role("status")
    assert voice.inner_text() == ""
    figure["K"].focus()
    figure.page.keyboard.press("ArrowRight")
    wait_for(
        figure.page, "!!document.querySelector('.figure-staircase .voice').textContent"
    )
    assert voice.text_content() == figure.says()


def test_staircase_says_the_librarys_error_and_bound(moving):
    figure = moving("staircase")
    figure["eta"].select_option("0.001")
    figure["K"].focus()
    figure.page.keyboard.press("Home")
    for _ in range(4):
        figure.page.keyboard.press("ArrowRight")
    figure["least"].press("Enter")
    x = np.linspace(0, 1, 2001)
    g = approx.staircase(wave, (0.0, 1.0), 5, eta=1e-3)
    modulus = approx.modulus_of_continuity(wave, (0.0, 1.0), 0.2)
    bound = approx.staircase_bound(modulus, 5, 1e-3)
    assert "guarantees" in figure.says()
    error = np.abs(wave(x) - g(x)).max()
    assert figure.numbers()[0] == pytest.approx(error, rel=6e-3)
    assert f"= {bound:.3g}." in figure.says()


def test_bound_of_the_staircase_breaks_where_its_steps_are_not_steep(moving):
    figure = moving("staircase")
    figure["f"].select_option("corner")
    assert "guarantees" in figure.says()
    assert figure.figure.locator(".line.thick").count() == 0
    figure.set("s", 0.9)
    assert "(H5) fails" in figure.says()
    assert "broken" in figure.says()
    assert figure.figure.locator(".line.thick").count() > 0
    figure["least"].click()
    assert "guarantees" in figure.says()


@pytest.mark.parametrize(("share", "verdict"), [(1.9, "converges"), (2.06, "diverges")])
def test_descent_says_the_librarys_distance_and_the_predicted_factor(
    moving, share, verdict
):
    figure = moving("descent")
    figure.set("tau", share)
    scales = np.array([1.0, 20.0])
    path = iterates(GD(lr=share / 20), lambda w: scales * w, [10.0, 1.0], 50)
    factor = np.abs(1 - share / 20 * scales).max()
    predicted, _, _, last, *_ = figure.numbers()
    assert predicted == pytest.approx(factor, rel=1e-3)
    assert last == pytest.approx(np.linalg.norm(path[-1]), rel=6e-3)
    assert verdict in figure.says()


def test_descent_finds_best_step_and_cliff_and_is_taken_by_hand(moving):
    figure = moving("descent")
    figure["best"].click()
    assert figure.numbers()[0] == pytest.approx(19 / 21, abs=1e-4)
    figure["cliff"].click()
    assert "changes its sign for ever" in figure.says()
    picture = figure.figure.locator("svg.factor")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    figure.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 40)
    assert "converges, from every start" in figure.says()
    figure["tau"].focus()
    figure.page.keyboard.press("End")
    assert "it diverges" in figure.says()
    figure["from"].select_option("10 0")
    assert "on the flat axis, it converges" in figure.says()


def test_perceptron_counts_the_librarys_updates_against_the_bound(moving):
    figure = moving("perceptron")
    data = figure.page.evaluate("bookFigure.perceptron.marginPoints(24, 0.1)")
    fit = neurons.perceptron(data["X"], data["s"])
    count = sum(fit.mistakes)
    R = np.linalg.norm(data["X"], axis=1).max()
    assert figure.says().startswith(f"{count} updates; at most")
    assert f"= {(R / 0.1) ** 2:.3g}." in figure.says()
    figure.set("k", 0)
    assert "every point counts as wrong" in figure.says()
    figure["next"].click()
    figure["next"].press("Space")
    assert "After update 2," in figure.says()


def test_perceptron_loses_its_bound_when_a_point_is_dragged_across(moving):
    figure = moving("perceptron")
    before = figure.says()
    hit = figure.figure.locator("circle.hit").nth(2)
    box = figure.figure.locator("svg.points").bounding_box()
    at = hit.evaluate("node => [node.cx.baseVal.value, node.cy.baseVal.value]")
    mouse = figure.page.mouse
    mouse.move(box["x"] + at[0], box["y"] + at[1])
    mouse.down()
    mouse.move(box["x"] + 180, box["y"] + 260, steps=3)
    mouse.up()
    assert "(H2) fails" in figure.says()
    figure["fresh"].click()
    assert "at most" in figure.says()
    assert figure.says() != before


def test_a_point_moves_by_keys_too(moving):
    figure = moving("perceptron")
    figure.figure.locator("summary").press("Enter")
    figure["point"].select_option("2")
    figure["across"].focus()
    before = float(figure["across"].input_value())
    figure.page.keyboard.press("ArrowRight")
    figure.says()
    assert float(figure["across"].input_value()) > before
    assert figure["across"].get_attribute("aria-valuetext")
