"""The charts with sliders: with any slider values they must say what the companion says."""

import copy
import json
import re
import xml.etree.ElementTree as ET

import altair as alt
import chart_words
import numpy as np
import pytest
import vl_convert
from chart_words import CHAINED
from matplotlib.path import Path
from support import walk

from companion import approximation, interactive, losses, perceptron
from companion.graph import Value
from companion.interactive.chart import SliderChart, menu, slider, tables
from companion.layers import BatchNorm
from companion.optimizers import SGD, Momentum

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


def words(svg):
    """Return the lines above the chart."""
    (title,) = (g for g in svg.iter() if "role-title-text" in g.get("class", "").split())
    (text,) = title
    return ["".join(line.itertext()) for line in text] or [text.text]


def says(function, description, svg, **values):
    """Assert that the chart says what it should; sliders without a value stand at their start."""
    start = {p["name"]: p["value"] for p in description["params"] if "bind" in p}
    chart_words.compare(words(svg), getattr(chart_words, function)(description, **start | values))


def test_the_words_above_a_chart_follow_its_sliders_and_look_up_its_table():
    chart = SliderChart(
        alt.Chart(alt.Data(values=[{}])).mark_point(),
        [
            *slider("k", "place", 2, 0, 3, 1, shows="'no. ' + k"),
            *menu("f", "kind", "square", ["square", "cube"]),
            *tables(powers={"square": [0, 1, 4, 9], "cube": [0, 1, 8, 27]}),
        ],
        says=["k_shown", "'holds ' + powers[f][k]"],
        description="A point.",
    )
    description = spec(chart)
    assert [param["bind"]["name"] for param in description["params"] if "bind" in param] == [
        "place ",
        "kind ",
    ]
    assert words(drawn(description, k=0)) == ["no. 0", "holds 0"]
    assert words(drawn(description, k=3, f="cube")) == ["no. 3", "holds 27"]


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
    says("decision_line", line, svg, w1=w[0], w2=w[1], b=b)
    assert len(marks(svg, RINGS)) == mistakes
    assert len(marks(svg, POINTS)) == len(X)


def test_decision_line_without_weights_has_no_line_and_one_answer_for_all(line):
    for b, answer in ((-1, 0), (0, 0), (1, 1)):
        svg = drawn(line, w1=0, w2=0, b=b)
        assert words(svg) == [f"mistakes: {(answer != Y).sum()} of 30"]
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


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: interactive.xor_bend(slope=2), "slope α must be a number from 0 to 1, got 2"),
        (
            lambda: interactive.softmax_bars([9, 0], names=["a", "b"]),
            "score of a must be a number from -5 to 5, got 9",
        ),
        (
            lambda: interactive.descent(lr=5, kappa=2, start=(1, 1)),
            "learning rate must be a number from 0.05 to 2.2, got 5",
        ),
        (
            lambda: interactive.descent(lr=1, kappa=2.5, start=(1, 1)),
            "condition number κ must be a whole number from 1 to 50, got 2.5",
        ),
        (
            lambda: interactive.deep_signals(deep_runs(), name="sigmoid", log_gain=0),
            "unknown activation 'sigmoid'; there are: f, g",
        ),
        (
            lambda: interactive.shifted_digit(SHOWN, [2, 0], SAID, names=("a", "b"), digit=9),
            "example must be a whole number from 1 to 2, got 9",
        ),
        (
            lambda: interactive.grid_and_random(DRAWS[0][:, :8], DRAWS[1], COUNTS),
            "a grid needs 4, 9, 16 … settings, got 8 a draw",
        ),
    ],
)
def test_a_start_beyond_its_slider_is_an_error(make, said):
    with pytest.raises(ValueError) as error:
        make()
    assert str(error.value) == said


def test_no_more_draws_can_be_shown_than_there_are():
    few = spec(interactive.grid_and_random(DRAWS[0][:5], DRAWS[1][:5], COUNTS, shown=20))
    assert chart_words.bind(few, "draw")["max"] == 5


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


@pytest.fixture(scope="module")
def bars():
    return spec(interactive.softmax_bars([1.45, 2, -1.4], names=["dog", "cat", "frog"]))


def heights(svg, description):
    """Return the heights of the bars, as shares of the chart's height."""
    pixels = [re.search(r"v(-?[\d.]+)h", mark.get("d"))[1] for mark in marks(svg, 0)]
    return np.array(pixels, dtype=float) / description["height"]


@pytest.mark.parametrize(
    ("z", "log_t"),
    [((1.45, 2, -1.4), 0), ((0, 0, 0), 0), ((5, -5, 5), -1), ((-5, -5, -4), 0.5), ((3, 1, 0), 1)],
)
def test_softmax_bars_are_the_probabilities(bars, z, log_t):
    svg = drawn(bars, z0=z[0], z1=z[1], z2=z[2], log_t=log_t)
    p = losses.softmax(z, temperature=10**log_t)
    np.testing.assert_allclose(heights(svg, bars), p, atol=1e-3)
    said = [text.text or "".join(text.itertext()) for text in marks(svg, 2)]
    assert said == [f"{100 * share:.1f}\N{NO-BREAK SPACE}%" for share in p]
    says("softmax_bars", bars, svg, z0=z[0], z1=z[1], z2=z[2], log_t=log_t)


def test_softmax_bars_ticks_stay_at_temperature_one(bars):
    low, high = (
        [tick.get("d") for tick in marks(drawn(bars, log_t=log_t), 1)] for log_t in (-1, 1)
    )
    assert low == high
    edges = np.array([re.search(r",([\d.]+)h.*v([\d.]+)h", d).groups() for d in low], dtype=float)
    p = 1 - (edges[:, 0] + edges[:, 1] / 2) / bars["height"]
    np.testing.assert_allclose(p, losses.softmax([1.45, 2, -1.4]), atol=1e-6)


@pytest.mark.parametrize(("z", "names"), [([], []), ([1, 2], ["a"]), ([0] * 5, list("abcde"))])
def test_softmax_bars_takes_one_to_four_classes(z, names):
    with pytest.raises(ValueError, match="one to four"):
        interactive.softmax_bars(z, names=names)


CURVE = np.linspace(-0.25, 1.5, 176)
KNOTS = {n: np.linspace(0, 1, n + 1) for n in range(1, 13)}
NETS = {n: approximation.interpolation(k, np.sin(7 * k)).params for n, k in KNOTS.items()}


@pytest.fixture(scope="module")
def relu_chart():
    return spec(interactive.relu_sum(CURVE, np.sin(7 * CURVE), NETS, inside=(0, 1), many=6))


def points_of(path):
    """Return the corners of a drawn line."""
    return np.array(re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", path.get("d")), dtype=float)


def in_units(pixels, chart):
    """Return chart pixels as x and y of the axes."""
    width, height = chart["width"], chart["height"]
    low, high = -2, 4
    x = CURVE[0] + pixels[:, 0] / width * (CURVE[-1] - CURVE[0])
    return x, high - pixels[:, 1] / height * (high - low)


@pytest.mark.parametrize(
    ("many", "cut", "left"),
    [(1, 1, 1), (6, 1, 6), (12, 1, 12), (12, 0.4, 5), (8, 0, 1), (6, 0.5, 4), (6, 0.48, 3)],
)
def test_relu_sum_leaves_out_the_last_units_until_one_is_left(relu_chart, many, cut, left):
    svg = drawn(relu_chart, many=many, cut=cut)
    says("relu_sum", relu_chart, svg, many=many, cut=cut)
    (total,) = marks(svg, 3)
    x, y = in_units(points_of(total), relu_chart)
    params, used = NETS[many], slice(0, left)
    wanted = np.maximum(0, np.outer(x, params["0.W"][0, used]) + params["0.b"][used])
    wanted = wanted @ params["2.W"][used, 0] + params["2.b"]
    np.testing.assert_allclose(y, wanted, atol=0.03)
    assert len(x) >= left
    thin = [g for g in svg.iter() if "layer_1_marks" in g.get("class", "").split()]
    assert sum(len(group) for group in thin) == left  # a thin line for each unit


@pytest.mark.parametrize("many", [1, 3, 12])
def test_relu_sum_tells_the_greatest_errors(relu_chart, many):
    _, said = words(drawn(relu_chart, many=many))
    said = re.fullmatch(r"greatest error: inside ([\d.]+), outside ([\d.]+)", said)
    net = approximation.interpolation(KNOTS[many], np.sin(7 * KNOTS[many]))
    error = np.abs(net.forward(CURVE[:, None])[:, 0] - np.sin(7 * CURVE))
    within = (CURVE >= 0) & (CURVE <= 1)
    assert float(said[1]) == pytest.approx(error[within].max(), rel=0.05)
    assert float(said[2]) == pytest.approx(error[~within].max(), rel=0.05)


def test_relu_sum_says_so_while_units_are_missing(relu_chart):
    for cut, said in ((0.2, "the first 2 of 6 units"), (0, "the first 1 of 6 units")):
        assert words(drawn(relu_chart, cut=cut))[0] == said
    assert words(drawn(relu_chart, many=1, cut=0))[0] == "1 unit"


def test_relu_sum_starts_where_each_slider_changes_something(relu_chart):
    start, *moved = (
        ET.tostring(drawn(relu_chart, **values), encoding="unicode")
        for values in ({}, {"many": 5}, {"many": 7}, *({"cut": cut / 50} for cut in range(50)))
    )
    assert len({start, *moved}) == 1 + len(moved)


def test_relu_sum_is_small_and_rounded(relu_chart):
    text = json.dumps(relu_chart)
    assert len(text) < 30_000
    assert not re.search(r"\d\.\d{5,}", text)


@pytest.fixture(scope="module")
def valley():
    return spec(interactive.descent(lr=1.8, kappa=20, start=(-9, 2), steps=30))


@pytest.mark.parametrize(("lr", "kappa"), [(1.8, 20), (0.5, 1), (1, 5), (2, 3), (0.05, 50)])
def test_descent_draws_the_steps_of_gradient_descent(valley, lr, kappa):
    svg = drawn(valley, lr=lr, kappa=kappa)
    theta, optimizer = {"theta": np.array([-9.0, 2.0])}, SGD(lr)
    path = [theta["theta"].copy()]
    for _ in range(30):
        optimizer.step(theta, {"theta": theta["theta"] / [kappa, 1]})
        path.append(theta["theta"].copy())

    (group,) = (g for g in svg.iter() if "concat_0_layer_2_marks" in g.get("class", "").split())
    pixels = [re.findall(r"-?[\d.]+(?:e-?\d+)?", dot.get("transform")) for dot in group]
    width, height = (valley["vconcat"][0][side] for side in ("width", "height"))
    points = np.array(pixels, float) / [width, height] * [20, -10] + [-10, 5]
    np.testing.assert_allclose(points, path, atol=1e-3)
    says("descent", valley, svg, lr=lr, kappa=kappa)


def test_descent_beyond_the_limit_leaves_the_picture_and_stays_a_number(valley):
    svg = ET.tostring(drawn(valley, lr=2.2, kappa=50), encoding="unicode")
    assert "NaN" not in svg
    assert "Infinity" not in svg


# XOR and the bend


def bend_points(svg, panel):
    """Where a panel draws the points, in data units: those of class 0, then those of class 1."""
    low, high = ((-0.25, 1.25), (-3.4, 5))[panel]
    found = []
    first = (5, 3)[panel]  # the layers of the points come after that of the grid
    for layer in (first, first + 1):
        (group,) = (
            g
            for g in svg.iter()
            if f"concat_{panel}_layer_{layer}_marks" in g.get("class", "").split()
        )
        places = [re.findall(r"-?[\d.]+(?:e-?\d+)?", mark.get("transform")) for mark in group]
        pixels = np.array(places, dtype=float)
        found.append(np.column_stack([pixels[:, 0], 290 - pixels[:, 1]]) / 290 * (high - low) + low)
    return found


@pytest.fixture(scope="module")
def bend():
    return spec(interactive.xor_bend())


@pytest.mark.parametrize(
    ("slope", "a"), [(1, 2), (0.5, 2), (0.4375, 2), (0, 2), (0, 1), (0.25, 3), (0.75, 3), (0, 3)]
)
def test_xor_bend_shows_the_hidden_places_and_whether_a_line_separates_them(bend, slope, a):
    svg = drawn(bend, slope=slope, a=a)
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    z = x @ np.array([[1 + a, -a], [-a, 1 + a]])
    h = np.where(z > 0, z, slope * z)
    for panel, places in enumerate((x, h)):
        for label, found in enumerate(bend_points(svg, panel)):
            np.testing.assert_allclose(found, places[y == label], atol=0.02)
    line = perceptron.find_line(h, y).line
    text = ET.tostring(svg, encoding="unicode")
    assert words(svg)[0] == ("no line separates" if line is None else "a line separates")
    says("xor_bend", bend, svg, slope=slope, a=a)
    assert "NaN" not in text


@pytest.mark.parametrize(("slope", "a"), [(0, 2), (0.25, 2), (0.5, 3), (0.1875, 1.5), (0.6, 3)])
def test_xor_bend_tints_the_inputs_that_lie_beyond_the_line(bend, slope, a):
    svg = drawn(bend, slope=slope, a=a)
    areas = []
    for layer in (0, 1):
        (group,) = (
            g for g in svg.iter() if f"concat_0_layer_{layer}_marks" in g.get("class", "").split()
        )
        corners = re.findall(r"(-?[\d.]+),(-?[\d.]+)", group[0].get("d"))
        areas.append(Path(np.array(corners, dtype=float)))
    points = np.random.default_rng(0).uniform(-0.2, 1.2, (400, 2))
    z = points @ np.array([[1 + a, -a], [-a, 1 + a]])
    beyond = np.where(z > 0, z, slope * z).sum(axis=1) - (3 + a - a * slope) / 2
    clear = np.abs(beyond) > 0.1
    pixels = np.column_stack([points[:, 0] + 0.25, 1.25 - points[:, 1]]) / 1.5 * 290
    inside = areas[0].contains_points(pixels) | areas[1].contains_points(pixels)
    assert np.array_equal(inside[clear], beyond[clear] > 0)


@pytest.fixture(scope="module")
def chain():
    return spec(interactive.slope_chain())


@pytest.mark.parametrize("z", [-3.5, -0.5, 0, 0.75, 2])
@pytest.mark.parametrize("name", CHAINED)
def test_slope_chain_tells_value_slope_and_what_is_left(chain, name, z):
    says("slope_chain", chain, drawn(chain, f=name, z=z, w=1.5), f=name, z=z, w=1.5)


def test_slope_chain_draws_a_point_for_each_layer_unless_nothing_is_left(chain):
    def points(**sliders):
        svg = drawn(chain, **sliders)
        (group,) = (
            g for g in svg.iter() if "concat_1_layer_1_layer_1_marks" in g.get("class", "").split()
        )
        return len(list(group))

    assert points(f="sigmoid", z=0, w=1) == 11
    assert points(f="GELU", z=-2, w=1) == 11  # a negative slope has a size, too
    assert points(f="ReLU", z=-1, w=1) == 1
    assert set(CHAINED) == set(chain["params"][0]["bind"]["options"])


def test_slope_chain_knows_its_functions():
    with pytest.raises(ValueError, match=r"unknown function 'relu'; there are: step, .*ReLU"):
        interactive.slope_chain(function="relu")


# A unit and its gradients


@pytest.fixture(scope="module")
def circuit():
    return spec(interactive.unit_circuit(w=2, x=-1, b=1))


@pytest.mark.parametrize(
    ("w", "x", "b"), [(2, -1, 1), (0, 3, -2), (-4, 4, 8), (0.5, 0, 0.3), (3, 2, -8), (-1, 0.1, 0.2)]
)
def test_unit_circuit_shows_the_values_and_gradients_of_the_graph(circuit, w, x, b):
    w_value, x_value, b_value = Value(w), Value(x), Value(b)
    product = w_value * x_value
    total = product + b_value
    a = total.sigmoid()
    loss = (a - 1) ** 2 / 2
    loss.backward()
    cards = w_value, x_value, product, b_value, total, a, loss

    def written(number):
        return f"{number:z.2f}".replace("-", "−")

    svg = drawn(circuit, w=w, x=x, b=b)
    shown = [mark.text for layer in (4, 5) for mark in marks(svg, layer)]
    assert shown == [written(v.data) for v in cards] + [written(v.grad) for v in cards]
    local = [mark.text.removeprefix("· ") for mark in marks(svg, 2)]
    slope = a.data * (1 - a.data)
    assert local == [written(v) for v in (x, w, 1, 1, slope, a.data - 1)]

    says("unit_circuit", circuit, svg, w=w, x=x, b=b)


def test_unit_circuit_draws_thick_what_carries_much_gradient(circuit):
    def widths(**sliders):
        return [float(m.get("stroke-width")) for m in marks(drawn(circuit, **sliders), 0)]

    saturated, open_ = widths(w=1, x=1, b=-8), widths(w=1, x=1, b=-1)
    assert max(saturated[:5]) < 1.1  # wrong, and hardly anything gets through
    assert saturated[5] > 10
    assert min(open_) > 2
    assert min(widths(w=4, x=0, b=0)) == 1  # nothing for w


def test_unit_circuit_may_be_asked_for_another_target():
    svg = drawn(spec(interactive.unit_circuit(w=0, x=0, b=0, target=0.5)))
    assert [mark.text for mark in marks(svg, 5)] == ["0.00"] * 6 + ["1.00"]


# Deep signals


def deep_runs():
    """Sizes of three layers that multiply by the gain, for two names and five gains."""
    runs = {}
    for name, factor in (("f", 1.0), ("g", 0.5)):
        for log_gain in np.arange(-2, 3) / 2:
            forward = (factor * 2**log_gain) ** np.array([1.0, 2, 3])
            last = np.concatenate([np.full(30, 0.0), np.full(10, 1.0), np.full(60, 99.0)])
            runs[name, log_gain] = (forward, 7 * forward[::-1], last)
    return runs


@pytest.fixture(scope="module")
def signals():
    return spec(interactive.deep_signals(deep_runs(), name="f", log_gain=0))


@pytest.mark.parametrize(("f", "log_gain"), [("f", 0), ("g", 1), ("g", -1), ("f", 0.5)])
def test_deep_signals_draws_the_sizes_of_the_gain_that_is_set(signals, f, log_gain):
    svg = drawn(signals, f=f, log_gain=log_gain)
    forward, backward, _ = deep_runs()[f, log_gain]
    height, width = (signals["vconcat"][0][side] for side in ("height", "width"))
    for layer, wanted in ((1, forward), (2, backward / backward[-1])):
        name = f"concat_0_layer_{layer}_layer_1_marks"
        (group,) = (g for g in svg.iter() if name in g.get("class", "").split())
        places = [re.findall(r"-?[\d.]+(?:e-?\d+)?", mark.get("transform")) for mark in group]
        pixels = np.array(places, dtype=float)
        np.testing.assert_allclose(pixels[:, 0], np.linspace(0, width, 3), atol=0.1)
        np.testing.assert_allclose(10 ** (6 - 12 * pixels[:, 1] / height), wanted, rtol=0.02)
    says("deep_signals", signals, svg, f=f, log_gain=log_gain)


def test_deep_signals_counts_what_lies_beyond_in_the_outermost_bins(signals):
    shares = signals["data"]["values"][0]["n"]
    assert len(shares) == 41
    assert {i: share for i, share in enumerate(shares) if share} == {20: 30, 30: 10, 40: 60}


def test_deep_signals_keeps_sizes_beyond_the_picture_at_its_edge():
    runs = {("f", k): (np.array([1, 0.0]), np.array([1e9, 1]), np.zeros(4)) for k in (0, 1)}
    text = ET.tostring(drawn(spec(interactive.deep_signals(runs, name="f", log_gain=0))))
    assert b"NaN" not in text
    assert b"Infinity" not in text


# A normalized batch


@pytest.mark.parametrize(("width", "shown"), [(420, range(1, 11)), (170, range(1, 11, 2))])
def test_labels_of_an_axis_keep_apart_in_a_narrow_chart(width, shown):
    runs = {("f", gain): (np.ones(10), np.ones(10), np.zeros(4)) for gain in (-1, 0, 1)}
    narrow = copy.deepcopy(spec(interactive.deep_signals(runs, name="f", log_gain=0)))
    narrow["vconcat"][0]["width"] = width
    labels = next(g for g in drawn(narrow).iter() if "role-axis-label" in g.get("class", ""))
    seen = [text.text for text in labels if float(text.get("opacity", 1)) > 0]
    assert seen == [str(layer) for layer in shown]


@pytest.fixture(scope="module")
def normalized():
    return spec(interactive.normalized_batch([-1, -0.5, 0, 0.25, 1]))


@pytest.mark.parametrize(
    ("shift", "stretch", "move"), [(2, 2, 0), (0, 1, 0), (-4, 0.25, 0), (1, 3, 2), (0, 1, -6)]
)
def test_normalized_batch_draws_what_the_layer_gives(normalized, shift, stretch, move):
    svg = drawn(normalized, shift=shift, stretch=stretch, move=move)
    x = stretch * np.array([-1, -0.5, 0, 0.25, 1]) + shift
    x[-1] += move
    y = BatchNorm(1).forward(x[:, None], training=True)[:, 0]
    places = [re.findall(r"-?[\d.]+", mark.get("transform")) for mark in marks(svg, 2)]
    across = sorted((float(place[0]) / normalized["width"] - 0.5) * 16 for place in places)
    np.testing.assert_allclose(across, sorted(y), atol=0.01)
    says("normalized_batch", normalized, svg, shift=shift, stretch=stretch, move=move)


STRENGTHS = [1e-4, 1e-2, 1]
PLACES = np.linspace(-1, 1, 21)


def penalized(x, y, lam):
    powers = np.vander(x, 4, increasing=True)
    return np.linalg.solve(powers.T @ powers / len(x) + lam * np.eye(4), powers.T @ y / len(x))


@pytest.fixture(scope="module")
def drawn_points():
    x = np.random.default_rng(0).uniform(-1, 1, (2, 8))
    return x, np.sin(np.pi * x) + 0.2 * np.random.default_rng(1).normal(size=x.shape)


@pytest.fixture(scope="module")
def held_back(drawn_points):
    fits = [[penalized(a, b, lam) for lam in STRENGTHS] for a, b in zip(*drawn_points, strict=True)]
    truth = np.sin(np.pi * PLACES)
    return spec(interactive.penalized_fits(*drawn_points, fits, STRENGTHS, truth=truth, start=1))


@pytest.mark.parametrize(("sample", "lam"), [(1, 0), (1, 1), (2, 1), (2, 2)])
def test_penalized_fits_draws_the_fit_and_tells_its_errors(held_back, drawn_points, sample, lam):
    svg = drawn(held_back, sample=sample, lam=lam)
    x, y = (values[sample - 1] for values in drawn_points)
    w = penalized(x, y, STRENGTHS[lam])
    (fit,) = marks(svg, 1)
    pixels = points_of(fit)
    at = pixels[:, 0] / held_back["width"] * 2 - 1
    drawn_y = 2.2 - pixels[:, 1] / held_back["height"] * 4.4
    np.testing.assert_allclose(drawn_y, np.polyval(w[::-1], at), atol=0.03)
    assert len(marks(svg, 2)) == 8
    says("penalized_fits", held_back, svg, sample=sample, lam=lam)


def test_penalized_fits_is_small_and_rounded(held_back):
    text = json.dumps(held_back)
    assert len(text) < 30_000
    assert not re.search(r"\d\.\d{5,}", text)


RAVINE = np.array([0.05, 1.0])
RATES, MOMENTA = (0.1, 1.0), (0, 0.5, 0.9)


def momentum_walk(lr, mu):
    return walk(Momentum(lr, mu), lambda x: RAVINE * x, (-8, 1), 10)


@pytest.fixture(scope="module")
def ravine():
    walks = [[momentum_walk(lr, mu) for mu in MOMENTA] for lr in RATES]
    return spec(interactive.ravine_walk(walks, RATES, MOMENTA, curvatures=RAVINE, lr=1, mu=0))


@pytest.mark.parametrize(("lr", "mu"), [(0, 0), (1, 0), (1, 1), (0, 2)])
def test_ravine_walk_draws_the_walk_and_tells_the_loss_at_its_end(ravine, lr, mu):
    svg = drawn(ravine, lr=lr, mu=mu)
    path = momentum_walk(RATES[lr], MOMENTA[mu])
    (line,) = marks(svg, 1)
    width, height = 8 * 1.15, 1 * 2.5
    wanted_x = (path[:, 0] + width) / (2 * width) * ravine["width"]
    wanted_y = (height - path[:, 1]) / (2 * height) * ravine["height"]
    pixels = points_of(line)
    np.testing.assert_allclose(pixels, np.column_stack([wanted_x, wanted_y]), atol=0.3)
    wanted = chart_words.ravine_walk(ravine, lr, mu, RAVINE)
    chart_words.compare(words(svg), wanted)


DRAWS = np.random.default_rng(0).random((40, 9, 2)), np.random.default_rng(1).random((40, 2))
COUNTS = (0, 0.5, 1)  # how much the second direction matters


@pytest.fixture(scope="module")
def samples():
    return spec(interactive.grid_and_random(*DRAWS, COUNTS, shown=3))


@pytest.mark.parametrize(("weight", "draw"), [(0, 1), (0, 3), (0.5, 1), (1, 2)])
def test_grid_and_random_draws_the_settings_and_tells_how_near_they_come(samples, weight, draw):
    svg = drawn(samples, weight=weight, draw=draw)
    third = [1 / 6, 1 / 2, 5 / 6]
    grid = np.array([(a, b) for a in third for b in third])

    def nearest(points, best):
        a, b = (points - best).T
        return np.hypot(a, weight * b).min()

    pairs = [
        (nearest(grid, best), nearest(points, best)) for points, best in zip(*DRAWS, strict=True)
    ]
    near, share = words(svg)
    said = re.fullmatch(r"nearest to the best: grid ([\d.]+), random ([\d.]+)", near)
    assert [float(number) for number in said.groups()] == pytest.approx(pairs[draw - 1], abs=6e-3)
    won = round(100 * np.mean([b < a for a, b in pairs]))
    percent = f"{won}\N{NO-BREAK SPACE}%"
    assert share == f"second direction × {weight}: random nearer in {percent} of draws"
    assert [len(marks(svg, layer)) for layer in range(5)] == [9, 9, 9, 9, 1]
    at = [re.findall(r"translate\(([\d.]+),([\d.]+)", p.get("transform"))[0] for p in marks(svg, 2)]
    x, y = np.array(at, dtype=float).T / [[samples["width"]], [samples["height"]]]
    np.testing.assert_allclose(np.column_stack([x, 1 - 1.2 * y]), DRAWS[0][draw - 1], atol=1e-3)


def test_grid_and_random_is_small_and_rounded(samples):
    text = json.dumps(samples)
    assert len(text) < 30_000
    assert not re.search(r"\d\.\d{5,}", text)


SHOWN = np.random.default_rng(3).random((2, 4, 4)).round(4)
SAID = np.random.default_rng(4).dirichlet(np.ones(3), size=(2, 2, 5, 5)).round(3)


@pytest.fixture(scope="module")
def moved_digit():
    return spec(interactive.shifted_digit(SHOWN, [2, 0], SAID, names=("one", "other")))


def concat_marks(svg, panel):
    (group,) = (g for g in svg.iter() if f"concat_{panel}_marks" in g.get("class", "").split())
    return list(group)


@pytest.mark.parametrize(
    ("digit", "down", "right"), [(1, 0, 0), (1, 1, 0), (2, 0, -2), (2, -1, 2), (1, 2, 2)]
)
def test_shifted_digit_draws_the_moved_image_and_what_the_networks_say(
    moved_digit, digit, down, right
):
    svg = drawn(moved_digit, digit=digit, down=down, right=right)
    wide = np.pad(SHOWN[digit - 1], 2)
    wanted = wide[2 - down : 6 - down, 2 - right : 6 - right]
    grey = [re.findall(r"\d+", square.get("fill"))[0] for square in concat_marks(svg, 0)]
    np.testing.assert_allclose(1 - np.array(grey, dtype=float) / 255, wanted.ravel(), atol=0.01)

    said = SAID[:, digit - 1, down + 2, right + 2]
    width = moved_digit["hconcat"][1]["width"]
    bars = [re.search(r"h(-?[\d.]+)", bar.get("d"))[1] for bar in concat_marks(svg, 1)]
    np.testing.assert_allclose(np.array(bars, float) / width, said.ravel(), atol=0.002)
    says("shifted_digit", moved_digit, svg, digit=digit, down=down, right=right)


def test_shifted_digit_is_small_and_rounded(moved_digit):
    text = json.dumps(moved_digit)
    assert len(text) < 30_000
    assert not re.search(r"\d\.\d{5,}", text)
