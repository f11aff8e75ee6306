"""Drawings of two classes: separating lines and ROC polygons."""

import numpy as np
import pytest

pytest.importorskip("matplotlib.pyplot")

from mmdl import plot, stats
from mmdl.errors import DataError, ShapeError

X = np.array([[1.0, 0.0, 1.0], [1.0, 2.0, 0.0], [1.0, 1.0, 3.0], [1.0, 3.0, 2.0]])
Y = [0, 1, 0, 1]


def test_the_line_drawn_is_where_the_score_vanishes():
    w = stats.separating_direction(X, Y)
    (ax,) = plot.separations(X, {"two": Y}, {"two": w}).axes
    line = ax.lines[-1].get_xydata()
    np.testing.assert_allclose(stats.add_intercept(line) @ w, 0, atol=1e-12)


def test_without_a_line_only_the_points_are_drawn():
    (ax,) = plot.separations(X, {"two": Y}, {"two": None}).axes
    drawn = [line.get_xydata().tolist() for line in ax.lines]
    assert drawn == [X[[0, 2], 1:].tolist(), X[[1, 3], 1:].tolist()]


def test_the_polygon_goes_from_corner_to_corner():
    (ax,) = plot.roc({"score": stats.roc_curve(Y, [0.1, 0.4, 0.4, 0.8])}).axes
    polygon = ax.lines[-1].get_xydata()
    np.testing.assert_array_equal(polygon[[0, -1]], [[0, 0], [1, 1]])


def test_what_cannot_be_drawn_is_named():
    with pytest.raises(ShapeError, match=r"separations: expected X of shape \(N, 3\)"):
        plot.separations(X[:, 1:], {"two": Y}, {"two": None})
    with pytest.raises(DataError, match="roc: expected at least one curve"):
        plot.roc({})
