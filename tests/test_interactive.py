"""The charts with sliders: with any slider values they must say what the companion says."""

import copy
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import vl_convert
from matplotlib.path import Path

from companion import interactive, perceptron

RNG = np.random.default_rng(0)
X = RNG.uniform(-1, 1, (30, 2)).round(2)
Y = (X @ [1, -1] > 0.2).astype(int)


def spec(chart):
    bundle = chart._repr_mimebundle_()
    assert bundle["text/plain"] == bundle[chart.mime_type]["description"]
    return bundle[chart.mime_type]


def drawn(description, **sliders):
    """Return the chart as SVG, after the sliders have been moved."""
    moved = copy.deepcopy(description)
    params = {param["name"]: param for param in moved["params"]}
    for name, value in sliders.items():
        params[name]["value"] = value
    return ET.fromstring(vl_convert.vegalite_to_svg(moved))


def marks(svg, layer):
    """Return the drawn marks of one layer of the chart."""
    (group,) = (g for g in svg.iter() if f"layer_{layer}_marks" in g.get("class", "").split())
    return list(group)


def count(svg):
    """Return the number of mistakes that the chart shows in words."""
    return int(re.search(r"mistakes: (\d+)", ET.tostring(svg, encoding="unicode"))[1])


TINT, LINE, POINTS, RINGS = range(4)  # the layers, from below


@pytest.fixture(scope="module")
def line():
    return spec(interactive.decision_line(X, Y, w=(1, 1), b=-0.5, extent=(-1, 1)))


@pytest.mark.parametrize(
    ("w", "b"), [((1, 1), -0.5), ((1, -1), -0.2), ((-1, 1), 0.2), ((0, 1), 0), ((1, 0), 0.25)]
)
def test_decision_line_counts_and_rings_the_neurons_mistakes(line, w, b):
    mistakes = int((perceptron.predict(X, w, b) != Y).sum())
    svg = drawn(line, w1=w[0], w2=w[1], b=b)
    assert count(svg) == mistakes
    assert len(marks(svg, RINGS)) == mistakes
    assert len(marks(svg, POINTS)) == len(X)


def test_decision_line_without_weights_has_no_line_and_one_answer_for_all(line):
    for b, answer in ((-1, 0), (0, 0), (1, 1)):
        svg = drawn(line, w1=0, w2=0, b=b)
        assert count(svg) == (answer != Y).sum()
        assert not marks(svg, LINE)
        assert "NaN" not in ET.tostring(svg, encoding="unicode")


def segment(svg):
    """Return the ends of the drawn line in the chart's own pixels."""
    (line,) = marks(svg, LINE)
    start = np.array(re.findall(r"-?[\d.]+(?:e-?\d+)?", line.get("transform")), dtype=float)
    return np.array([start, np.add(start, [float(line.get("x2")), float(line.get("y2"))])])


@pytest.mark.parametrize(("w", "b"), [((1, -1), -0.2), ((3, 1), 1), ((1, 0), 0.5), ((0, -2), 1)])
def test_decision_line_draws_the_boundary(line, w, b):
    pixels = segment(drawn(line, w1=w[0], w2=w[1], b=b))
    size = line["width"]
    ends = np.column_stack([2 * pixels[:, 0] / size - 1, 1 - 2 * pixels[:, 1] / size])
    np.testing.assert_allclose(perceptron.score(ends, w, b), 0, atol=1e-2)
    assert np.linalg.norm(ends[0] - ends[1]) > 4  # from beyond one edge to beyond the other


@pytest.mark.parametrize(
    ("w", "b"),
    [((1, -1), -0.2), ((1, 1), 0.3), ((3, 1), 1), ((2, 0), 0.5), ((-2, 0), 0.5), ((0, 1), 3)],
)
def test_decision_line_tints_the_side_of_class_1(line, w, b):
    (tint,) = marks(drawn(line, w1=w[0], w2=w[1], b=b), TINT)
    corners = np.array(re.findall(r"(-?[\d.]+),(-?[\d.]+)", tint.get("d")), dtype=float)
    points = np.random.default_rng(1).uniform(-1, 1, (300, 2))
    points = points[np.abs(perceptron.signed_distance(points, w, b)) > 0.02]
    pixels = (points * [1, -1] + 1) / 2 * line["width"]
    inside = Path(corners).contains_points(pixels)
    assert np.array_equal(inside, perceptron.predict(points, w, b) == 1)


def test_the_description_is_the_same_json_every_time():
    texts = {
        json.dumps(spec(interactive.decision_line(X, Y, w=(1, 1), b=0, extent=(0, 1))))
        for _ in range(2)
    }
    assert len(texts) == 1
    assert json.loads(texts.pop())["description"].startswith("30 points of two classes")


def test_html_is_added_where_nothing_else_is_drawn(monkeypatch):
    chart = interactive.decision_line(X, Y, w=(1, 1), b=0, extent=(0, 1))
    assert "text/html" not in chart._repr_mimebundle_()
    monkeypatch.setitem(__import__("sys").modules, "google.colab", None)
    assert "text/html" in chart._repr_mimebundle_()


def test_the_samples_are_not_changed():
    x, y = X.copy(), Y.copy()
    interactive.decision_line(x, y, w=(1, 1), b=0, extent=(0, 1))
    assert np.array_equal(x, X)
    assert np.array_equal(y, Y)
