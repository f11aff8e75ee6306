"""Figures: the house style, and what each plot must show."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")

from mmdl import plot  # noqa: E402 - after the backend is chosen

K = np.arange(20)
FIGURES = {
    "convergence": lambda: plot.convergence({"a": 0.5**K, "b": 0.2**K}, {"a": 0.6**K}),
    "intervals": lambda: plot.intervals(["age", "bmi"], [1.0, 2.0], [0.5, 0.1]),
    "bias_variance": lambda: plot.bias_variance(
        [0.1, 1.0], [[0, 2], [1, 1]], points=([0.1], [2.0]), reference=2.1
    ),
    "paths": lambda: plot.paths([0.1, 1.0], np.ones((2, 7)), list("abcdefg")),
    "projection": plot.projection,
    "valley": plot.valley,
    "slips": lambda: plot.slips([1, 2, 3, 4], [1, 4, 9, 16], {3: 10.0, 1: 8.0}),
}


@pytest.fixture(params=FIGURES)
def figure(request):
    before = dict(plt.rcParams)
    figure = FIGURES[request.param]()
    assert dict(plt.rcParams) == before  # the reader's settings are left alone
    figure.canvas.draw()
    yield figure
    plt.close(figure)


def test_figures_have_one_of_the_two_sizes_and_a_white_ground(figure):
    assert tuple(figure.get_size_inches()) in {(6.0, 3.6), (3.4, 2.8)}
    assert figure.get_facecolor() == (1.0, 1.0, 1.0, 1.0)


def test_type_is_at_least_nine_points(figure):
    texts = [t for t in figure.findobj(mpl.text.Text) if t.get_text()]
    assert texts
    assert min(t.get_fontsize() for t in texts) >= 9


def test_no_title_inside_and_every_axis_says_its_quantity(figure):
    for ax in figure.axes:
        assert not ax.get_title()
        assert ax.get_xlabel() or not ax.axison


def test_named_lines_differ_by_more_than_colour(figure):
    for ax in figure.axes:
        handles, _ = ax.get_legend_handles_labels()
        looks = [(h.get_linestyle(), h.get_marker()) for h in handles]
        assert len(set(looks)) == len(looks)


def test_labels_of_paths_do_not_overlap():
    figure = plot.paths([0.1, 1.0], np.array([[3, 3, 3.1, -5], [1, 1, 1, 1]]), "abcd")
    heights = sorted(text.xyann[1] for text in figure.axes[0].texts)
    assert np.min(np.diff(heights)) > 0.5
    plt.close(figure)


def test_settings_that_a_backend_makes_while_drawing_stay():
    @plot.style.styled
    def draw():
        plt.ion()

    assert not plt.isinteractive()
    draw()
    assert plt.isinteractive()
    plt.ioff()
