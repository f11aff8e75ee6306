"""The scripts of the interactive figures compute what the library computes."""

import gzip
import json

import numpy as np
import pytest
from conftest import ROOT

pytest.importorskip("quickjs", reason="no JavaScript engine")
pytest.importorskip("matplotlib.pyplot")

import quickjs

from mmdl import approx, neurons
from mmdl.optim import GD, iterates
from mmdl.plot.stills import margin_points, updates

SCRIPTS = ROOT / "book/_static/interactive"
NAMES = ("staircase", "descent", "perceptron")
X = np.linspace(0, 1, 2001)
FUNCTIONS = {
    "wave": lambda x: 4 * x**2 + np.cos(4 * np.pi * x),
    "root": np.sqrt,
    "corner": lambda x: np.abs(x - 0.5),
    "jump": lambda x: np.where(x < 0.3, 0.0, 1.0),
}


@pytest.fixture(scope="module")
def js():
    """Evaluate an expression after the figures' scripts have been read."""
    context = quickjs.Context()
    context.eval("globalThis.document = { querySelectorAll: () => [] }")
    for name in ("kit", *NAMES):
        context.eval((SCRIPTS / f"{name}.js").read_text("utf-8"))
    return lambda code: json.loads(context.eval(f"JSON.stringify({code})"))


def test_every_script_is_small():
    sizes = {p.name: len(gzip.compress(p.read_bytes())) for p in SCRIPTS.glob("*.js")}
    assert set(sizes) == {"kit.js", *(f"{name}.js" for name in NAMES)}
    assert max(sizes.values()) <= 6000, sizes


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(
    ("K", "eta", "share"), [(1, 0.1, 1), (7, 0.01, 0.2), (40, 0.001, 3)]
)
def test_staircase_error_and_bound_are_the_librarys(js, name, K, eta, share):
    f = FUNCTIONS[name]
    s = share * 2 * approx.settling_point(eta) * K
    found = js(f"bookFigure.staircase.measure('{name}', {K}, {eta}, {s!r})")
    g = approx.staircase(f, (0.0, 1.0), K, eta=eta, settle=s / (2 * K))
    modulus = approx.modulus_of_continuity(f, (0.0, 1.0), 1 / K)
    bound = approx.staircase_bound(modulus, K, eta)
    np.testing.assert_allclose([row[2] for row in found["rows"]], g(X), atol=1e-9)
    assert found["error"] == pytest.approx(np.abs(f(X) - g(X)).max(), abs=1e-9)
    assert found["bound"] == pytest.approx(bound, rel=1e-12)
    assert found["steep"] is (share >= 1)
    assert share < 1 or found["error"] <= found["bound"]


@pytest.mark.parametrize(("kappa", "share"), [(1, 1.5), (20, 1.9), (20, 2.1), (100, 2)])
def test_descent_walks_as_the_library_does(js, kappa, share):
    tau, scales = share / kappa, np.array([1.0, kappa])
    path = iterates(GD(lr=tau), lambda w: scales * w, [10.0, 1.0], 50)
    there = f"{kappa}, {tau!r}"
    found = np.array(js(f"bookFigure.descent.iterates({there}, [10, 1])"))
    np.testing.assert_allclose(found, path, rtol=1e-9, atol=1e-12)
    factor = np.abs(np.linalg.eigvalsh(np.eye(2) - tau * np.diag(scales))).max()
    assert js(f"bookFigure.descent.rate({there})") == pytest.approx(factor)
    lengths = np.linalg.norm(path, axis=1)
    measured = f"bookFigure.descent.measuredRate({lengths.tolist()})"
    assert js(measured) == pytest.approx((lengths[50] / lengths[25]) ** (1 / 25))


@pytest.mark.parametrize("kappa", [1, 3, 100])
def test_best_step_and_cliff_are_those_of_the_theorem(js, kappa):
    best, cliff = js(
        f"[bookFigure.descent.bestStep({kappa}), bookFigure.descent.cliff({kappa})]"
    )
    rate = "bookFigure.descent.rate"
    assert js(f"{rate}({kappa}, {best!r})") == pytest.approx((kappa - 1) / (kappa + 1))
    assert js(f"{rate}({kappa}, {cliff!r})") == pytest.approx(1)


@pytest.mark.parametrize("seed", [1, 7, 24])
@pytest.mark.parametrize("gamma", [0.02, 0.1, 0.4])
def test_points_have_their_margin_and_are_those_on_paper(js, seed, gamma):
    data = js(f"bookFigure.perceptron.marginPoints({seed}, {gamma})")
    points, s, u = margin_points(seed, gamma)
    np.testing.assert_allclose(data["X"], points, atol=1e-12)
    assert data["s"] == s.tolist()
    assert (s * (points @ u)).min() == pytest.approx(gamma)
    best = js(f"bookFigure.perceptron.bestMargin({points.tolist()}, {s.tolist()})")
    assert best["gamma"] == pytest.approx(gamma)
    np.testing.assert_allclose(best["u"], u, atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_best_margin_is_the_greatest_over_all_directions(js, seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(8, 2)) + np.array([2.0, 0.5 * seed])
    s = rng.choice([-1, 1], 8)
    if seed < 3:
        s = np.ones(8, int)
    angle = np.linspace(0, 2 * np.pi, 20_001)
    directions = np.array([np.cos(angle), np.sin(angle)])
    greatest = ((s[:, None] * points) @ directions).min(axis=0).max()
    found = js(f"bookFigure.perceptron.bestMargin({points.tolist()}, {s.tolist()})")
    if greatest > 0:
        assert found["gamma"] == pytest.approx(greatest, abs=2e-3)
        assert found["gamma"] >= greatest - 1e-9
    else:
        assert found["gamma"] <= 0


@pytest.mark.parametrize("gamma", [0.02, 0.1])
def test_perceptron_in_turn_makes_the_librarys_mistakes(js, gamma):
    points, s, _ = margin_points(24, gamma)
    fit = neurons.perceptron(points, s)
    run = js(f"bookFigure.perceptron.perceptron({points.tolist()}, {s.tolist()})")
    assert run["converged"]
    assert len(run["updates"]) - 1 == sum(fit.mistakes) == len(updates(points, s)) - 1
    np.testing.assert_allclose(run["updates"][-1]["w"], fit.coef, atol=1e-12)


@pytest.mark.parametrize("order", ["turn", "random", "least", "most"])
def test_updates_keep_to_novikoffs_bound_in_every_order(js, order):
    for seed in (2, 6, 24):
        points, s, u = margin_points(seed, 0.02)
        there = f"{points.tolist()}, {s.tolist()}, '{order}'"
        run = js(f"bookFigure.perceptron.perceptron({there})")
        R = js(f"bookFigure.perceptron.radius({points.tolist()})")
        weights = np.array([update["w"] for update in run["updates"]])
        k = np.arange(len(weights))
        assert run["converged"]
        assert k[-1] <= (R / 0.02) ** 2
        assert (weights @ u >= 0.02 * k - 1e-9).all()
        assert (np.linalg.norm(weights, axis=1) <= R * np.sqrt(k) + 1e-9).all()


def test_without_a_margin_the_perceptron_is_stopped_and_says_so(js):
    square = "[[1, 1], [-1, -1], [1, -1], [-1, 1]], [1, 1, -1, -1]"
    assert js(f"bookFigure.perceptron.bestMargin({square}).gamma") <= 0
    run = js(f"bookFigure.perceptron.perceptron({square}, 'turn', 50)")
    assert not run["converged"]
    assert len(run["updates"]) == 51


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-2, "−2"),
        (0.09524, "0.0952"),
        (2010.4, "2010"),
        (1e-4, "10⁻⁴"),
        (123456, "1.23·10⁵"),
        (-3.2e-7, "−3.2·10⁻⁷"),
    ],
)
def test_numbers_are_written_as_in_print(js, value, text):
    assert js(f"bookFigure.number({value})") == text


def test_an_unknown_figure_is_named(book):
    text = "# First\n\n:::{interactive} stair\n:name: fig-a\n\nCaption.\n:::\n"
    built = book({"learning/first": text}, parser="myst_nb", more=["interactive"])
    assert "expected one of descent, perceptron, staircase, received stair" in (
        built.warnings
    )
