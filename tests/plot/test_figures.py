"""The plots that chapters share: what they show, and how a notebook shows them."""

import io
import json
import os

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")
plt = pytest.importorskip("matplotlib.pyplot")

from test_plot import FIGURES as CHAPTER_2  # noqa: E402

from mmdl import Tensor, data, plot, stats  # noqa: E402 - after the backend is chosen
from mmdl.errors import ShapeError  # noqa: E402
from mmdl.plot.curves import _spaced  # noqa: E402
from mmdl.plot.style import COLOURS, DASHES, looks  # noqa: E402
from mmdl.train import History  # noqa: E402

K = np.arange(1, 40)
RNG = np.random.default_rng(0)
BLOBS = data.blobs(60, rng=RNG)
WALK = [[2.0, 1.0], [1.0, 0.5], [0.0, 0.1]]
FIGURES = {
    "strip": lambda: plot.strip(K, 1 / K, 1 / K + 0.1, 0.2),
    "descent": lambda: plot.descent(20, 0.09, steps=5),
    "squeeze": lambda: plot.squeeze(0.1),
    "lines": lambda: plot.lines(K, {"a": 1 / K, "b": 0.9**K}, xlabel="k", logy=True),
    "lines, one": lambda: plot.lines(None, 1 / K, size="half"),
    "compare": lambda: plot.compare(K, 2 / K, 1 / K, logx=True, logy=True),
    "compare, two": lambda: plot.compare(K, {"a": 2 / K, "b": K}, {"b": K, "a": 1 / K}),
    "fit": lambda: plot.fit(K[:, None], np.sqrt(K), {"line": lambda t: t[:, 0]}),
    "loss_curves": lambda: plot.loss_curves([1.0, 0.5, 0.2]),
    "histogram": lambda: plot.histogram(RNG.normal(size=(20, 5)), density=np.cosh),
    "histogram, two": lambda: plot.histogram({"a": K, "b": 2 * K}, bins=7),
    "bars": lambda: plot.bars(
        {"a": 1.0, "b": 2.0}, errors={"b": 1, "a": 0}, reference=1
    ),
    "scatter": lambda: plot.scatter(BLOBS.X, BLOBS.y, names=BLOBS.target_names),
    "decision_regions": lambda: plot.decision_regions(
        lambda x: x @ A, BLOBS.X, BLOBS.y
    ),
    "contours": lambda: plot.contours(
        lambda a, b: a**2 + b**4, xlim=(-3, 3), ylim=(-2, 2), path={"w": WALK}, log=True
    ),
    "heatmap": lambda: plot.heatmap(RNG.normal(size=(3, 4)), label="weight"),
    "network_diagram": lambda: plot.network_diagram([784, 3, 10]),
    "roc": lambda: plot.roc({"score": stats.roc_curve([0, 1, 0, 1], K[:4])}),
    "separations": lambda: plot.separations(
        np.column_stack([np.ones(60), BLOBS.X]),
        {"three": BLOBS.y},
        {"three": [-1.0, 1.0, 1.0]},
    ),
    "training_compute": lambda: plot.training_compute(
        data.timeline(), ours={"digits": 1e9}
    ),
    "graph": lambda: plot.graph(
        {"$x$": (0, 0), "$y$": (2, 1)},
        [("$x$", "$y$", "2")],
        above={"$x$": "1.0"},
        below={"$y$": "2.0"},
    ),
}
A = np.array([[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]])


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def test_every_plot_is_drawn():
    elsewhere = {"axes", "images", *CHAPTER_2}  # the first two have sizes of their own
    drawn = {name.split(",")[0] for name in FIGURES}
    assert {name for name in plot.__all__ if name.islower()} == drawn | elsewhere


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_in_the_house_style_and_leave_the_readers_alone(name):
    before = dict(plt.rcParams)
    figure = FIGURES[name]()
    figure.canvas.draw()
    assert dict(plt.rcParams) == before
    assert tuple(figure.get_size_inches()) in {(6.0, 3.6), (3.4, 2.8)}
    assert figure.get_facecolor() == (1.0, 1.0, 1.0, 1.0)
    words = figure.findobj(lambda artist: hasattr(artist, "get_fontsize"))
    sizes = [word.get_fontsize() for word in words if word.get_text()]
    # A power of ten writes its exponent smaller; that is the formula's business.
    assert min(sizes, default=9) >= 9


@pytest.mark.parametrize("name", ["compare, two", "decision_regions"])
def test_the_same_figure_makes_the_same_svg(name):
    pictures = set()
    for _ in range(2):
        figure, stream = FIGURES[name](), io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
        pictures.add(stream.getvalue())
    assert len(pictures) == 1


def test_lines_differ_in_colour_and_dash():
    figure = plot.lines(K, {str(i): i * K for i in range(7)})
    seen = {
        (line.get_color(), str(line.get_linestyle())) for line in figure.axes[0].lines
    }
    assert len(seen) >= 6
    pairs = [pair[:2] for pair, _ in zip(looks(), range(25), strict=False)]
    assert len(set(pairs)) == 25
    assert pairs[0] == (COLOURS[0], DASHES[0])


def test_labels_scales_and_limits_are_passed_on():
    ax = plot.lines(K, K, xlabel="step", ylabel="loss", logx=True, ylim=(1, 9)).axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "loss")
    assert (ax.get_xscale(), ax.get_yscale(), ax.get_ylim()) == (
        "log",
        "linear",
        (1, 9),
    )


def test_compare_draws_the_prediction_as_line_and_the_measurement_as_markers():
    line, marks = plot.compare(K, 2 / K, 1 / K).axes[0].lines
    assert (line.get_linestyle(), line.get_marker()) == ("-", "None")
    assert (marks.get_linestyle(), marks.get_marker()) == ("None", "o")
    np.testing.assert_array_equal(line.get_ydata(), 2 / K)
    assert set(marks.get_ydata()) <= set(1 / K)
    labels = plot.compare(K, K, K, labels=("bound", "seen")).axes[0].get_legend().texts
    assert [text.get_text() for text in labels] == ["bound", "seen"]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("n", [1, 25, 26, 1000])
def test_markers_reach_from_end_to_end(n, log):
    some = _spaced(n, log=log)
    assert some[0] == 0
    assert some[-1] == n - 1
    assert len(some) <= 25
    assert np.all(np.diff(some) > 0)


def test_a_curve_is_called_with_points_shaped_like_the_data():
    shapes = []

    def curve(points):
        shapes.append(points.shape)
        return np.zeros(len(points))

    plot.fit(K, K, curve)
    plot.fit(K[:, None], K, curve)
    assert shapes == [(400,), (400, 1)]


def test_loss_curves_take_what_training_returns():
    history = History({"loss": [2.0, 1.0], "val_loss": [2.5, 1.5]})
    ax = plot.loss_curves(history).axes[0]
    names = [text.get_text() for text in ax.get_legend().texts]
    assert names == ["training", "validation"]
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [1, 2])


def test_a_histogram_is_a_density():
    values = RNG.normal(size=500)
    (stairs,) = plot.histogram(values, bins=20).axes[0].patches
    heights, edges, _ = stairs.get_data()
    np.testing.assert_allclose(np.sum(heights * np.diff(edges)), 1)


@pytest.mark.parametrize(
    "predict",
    [
        lambda x: x[:, 0] > 0,
        lambda x: (x[:, 0] > 0).astype(int),
        lambda x: 1 / (1 + np.exp(-x[:, 0])),
        lambda x: 1 / (1 + np.exp(-x[:, :1])),
        lambda x: np.column_stack([-x[:, 0], x[:, 0]]),
        lambda x: Tensor(np.column_stack([-x[:, 0], x[:, 0]])),
    ],
)
def test_all_ways_to_decide_give_the_same_regions(predict):
    X, y = np.array([[-1.0, 0.0], [1.0, 1.0]]), np.array([0, 1])
    figure = plot.decision_regions(predict, X, y)
    border = figure.axes[0].collections[1].get_paths()[0].vertices
    np.testing.assert_allclose(border[:, 0], 0, atol=0.02)


def test_a_walk_is_drawn_from_its_ring_to_its_dot():
    ax = plot.contours(lambda a, b: a + b, xlim=(0, 3), ylim=(0, 3), path=WALK).axes[0]
    walk, start, end = ax.lines
    np.testing.assert_array_equal(walk.get_xydata(), WALK)
    np.testing.assert_array_equal(start.get_xydata(), WALK[:1])
    np.testing.assert_array_equal(end.get_xydata(), WALK[-1:])


def test_a_signed_matrix_is_centred_at_zero():
    (picture,) = plot.heatmap([[-1.0, 3.0]]).axes[0].images
    assert picture.get_clim() == (-3.0, 3.0)
    (picture,) = plot.heatmap([[1.0, 3.0]], extent=(0, 1, -1, 1)).axes[0].images
    assert picture.get_clim() == (1.0, 3.0)
    assert tuple(picture.get_extent()) == (0, 1, -1, 1)


def test_images_of_all_layouts_are_the_same():
    some = data.digits()[:3]
    shown = [
        [ax.images[0].get_array() for ax in plot.images(X).axes]
        for X in (some.X, some.images, some.images[:, 0])
    ]
    for others in shown[1:]:
        np.testing.assert_array_equal(others, shown[0])
    colours = plot.images(RNG.uniform(size=(2, 3, 4, 5))).axes[0].images[0]
    assert colours.get_array().shape == (4, 5, 3)
    rows = plot.images(some.X, ["a", "b", "c"], columns=2).axes
    assert [ax.get_xlabel() for ax in rows] == ["a", "b", "c"]


def test_a_wide_layer_is_drawn_with_dots():
    figure = plot.network_diagram([9, 2])
    circles = figure.axes[0].patches
    assert len(circles) == 7 + 2
    assert "9" in [text.get_text() for text in figure.axes[0].texts]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: plot.lines(K, K[1:]),
            r"lines: expected a line of as many values as x",
        ),
        (
            lambda: plot.compare(K, K, K[:, None]),
            r"compare: expected a line of as many",
        ),
        (lambda: plot.fit(K, K[1:], np.sin), r"fit: expected as many x as y, received"),
        (lambda: plot.scatter(K), r"scatter: expected points of shape \(N, 2\)"),
        (lambda: plot.heatmap(K), r"heatmap: expected a matrix, received \(39,\)"),
        (lambda: plot.images(K), r"images: expected shape .*write X\[None\]"),
        (lambda: plot.network_diagram([3]), r"network_diagram: expected two widths or"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
    assert issubclass(ShapeError, ValueError)


def test_settings_that_act_while_drawing_are_the_books_too():
    figure = plot.lines(K, K)
    with plt.rc_context({"xtick.labelsize": 30, "svg.hashsalt": None}):
        # Far more ticks than at first: new ones are made while drawing.
        figure.axes[0].set_xticks(np.linspace(0, 40, 21))
        figure.canvas.draw()
        sizes = {text.get_fontsize() for text in figure.axes[0].get_xticklabels()}
    assert sizes == {9.0}


CELLS = {
    "value": "plot.lines(None, [1, 2])",
    "semicolon": "plot.lines(None, [1, 2]);",
    "assigned": "figure = plot.lines(None, [1, 2])",
    "two": "plot.lines(None, [1, 2])\nplot.bars({'a': 1})",
}


@pytest.fixture(scope="module")
def outputs():
    """How many pictures each cell leaves in a notebook."""
    nbclient = pytest.importorskip("nbclient", reason="nbclient not installed")
    nbformat = pytest.importorskip("nbformat", reason="nbformat not installed")
    sources = ["from mmdl import plot", *CELLS.values()]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    # the notebook chooses its backend; the tests' own must not reach it
    env = {k: v for k, v in os.environ.items() if k != "MPLBACKEND"}
    nbclient.NotebookClient(notebook, kernel_name="python3").execute(env=env)
    return {
        name: sum("image/png" in output.get("data", {}) for output in cell["outputs"])
        for name, cell in zip(CELLS, notebook.cells[1:], strict=True)
    }


@pytest.mark.parametrize("name", CELLS)
def test_a_notebook_shows_every_figure_once(outputs, name):
    assert outputs[name] == (2 if name == "two" else 1), json.dumps(outputs)
