"""Figures with sliders. They work in JupyterLab and, without Python, in the pages of the book.

Each function takes arrays and returns a `SliderChart`: a Vega-Lite description, plain JSON, that
the browser draws and redraws by itself.
"""

import sys

import altair as alt
import numpy as np

from companion.plots import BLUE, CLASS_COLORS, GREEN, INK, ORANGE, PURPLE

SIZE = 420  # of a chart, in pixels
NARROW = 300  # of two charts in one picture, which a page scales as a whole
SCORE = "(w1 * datum.x1 + w2 * datum.x2 + b)"  # what the browser computes for a point


class SliderChart:
    """An Altair chart that shows itself as a plain Vega-Lite description.

    Parameters
    ----------
    chart : altair chart
        With a `description`, which is read out where the picture cannot be seen.
    """

    #: JupyterLab draws this name and none of a later version.
    mime_type = "application/vnd.vegalite.v5+json"

    def __init__(self, chart):
        self.chart = chart

    def _repr_mimebundle_(self, include=None, exclude=None):
        spec = _plain(self.chart.to_dict())
        bundle = {self.mime_type: spec, "text/plain": spec["description"]}
        if "google.colab" in sys.modules:  # draws only HTML
            bundle["text/html"] = self.chart.to_html()
        return bundle


def _plain(value):
    """Write whole numbers as integers, as a browser does when it saves a notebook."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def decision_line(x, y, *, w, b, extent, steepest=3, labels=("x₁", "x₂")):
    """Return a chart of a neuron's decision line with sliders for w₁, w₂ and b.

    The side of class 1 is tinted, points on the wrong side are ringed, and their number is
    shown.

    Parameters
    ----------
    x : array_like, shape (n, 2)
        Samples.
    y : array_like of int, shape (n,)
        Labels, 0 or 1.
    w : sequence of two floats
        Weights at the start.
    b : float
        Bias at the start.
    extent : tuple of two floats
        The least and the greatest value on both axes.
    steepest : float
        The sliders run from -steepest to steepest.
    labels : tuple of two str
        What the axes show.

    Returns
    -------
    SliderChart
    """
    x, y = np.asarray(x, dtype=float).round(4), np.asarray(y)
    sliders = [
        _slider(name, label, value, steepest)
        for name, label, value in (("w1", "w₁", w[0]), ("w2", "w₂", w[1]), ("b", "b", b))
    ]
    scale = alt.Scale(domain=extent, nice=False)
    across = alt.X("x1:Q", scale=scale, title=labels[0], axis=alt.Axis(grid=False))
    up = alt.Y("x2:Q", scale=scale, title=labels[1], axis=alt.Axis(grid=False))

    samples = [{"x1": a, "x2": c, "y": int(label)} for (a, c), label in zip(x, y, strict=True)]
    scored = alt.Chart(alt.Data(values=samples)).transform_calculate(
        wrong=f"({SCORE} > 0) == (datum.y == 1) ? 0 : 1"
    )
    marks = scored.mark_point(filled=True, size=90, opacity=1).encode(
        across,
        up,
        alt.Color("y:N", scale=alt.Scale(domain=[0, 1], range=list(CLASS_COLORS[:2])), legend=None),
        alt.Shape("y:N", scale=alt.Scale(domain=[0, 1], range=["circle", "triangle"]), legend=None),
    )
    rings = (
        scored.transform_filter("datum.wrong == 1")
        .mark_point(shape="circle", size=320, color=INK, strokeWidth=2.5, opacity=1)
        .encode(across, up)
    )
    count = (
        scored.transform_aggregate(mistakes="sum(wrong)")
        .transform_calculate(text="'mistakes: ' + datum.mistakes")
        .mark_text(align="left", fontSize=17, fontWeight="bold", color=INK)
        .encode(x=alt.value(10), y=alt.value(16), text="text:N")
    )
    return SliderChart(
        alt.layer(_tinted_side(extent), _line(), marks, rings, count)
        .add_params(*sliders)
        .properties(
            width=SIZE,
            height=SIZE,
            description=(
                f"{len(x)} points of two classes in the plane, a straight line with the side of "
                "class 1 tinted, wrong points ringed and counted. Sliders change the two "
                "weights, which turn the line, and the bias, which shifts it."
            ),
        )
    )


def softmax_bars(z, *, names, highest=5):
    """Return a chart of softmax probabilities with sliders for the scores and the temperature.

    A bar for each class, with its probability above it; a tick where it would be at T = 1.

    Parameters
    ----------
    z : sequence of float, shape (k,)
        Scores at the start, for at most four classes.
    names : sequence of str, length k
        Of the classes.
    highest : float
        The sliders of the scores run from -highest to highest.

    Returns
    -------
    SliderChart
    """
    if len(z) != len(names) or not 1 <= len(z) <= len(CLASS_COLORS):
        raise ValueError(f"z and names must have one to four entries each, got {z} and {names}")
    sliders = [
        alt.param(
            name=f"z{i}",
            value=float(score),
            bind=alt.binding_range(min=-highest, max=highest, step=0.05, name=f"score of {name} "),
        )
        for i, (score, name) in enumerate(zip(z, names, strict=True))
    ]
    sliders.append(
        alt.param(
            name="log_t",
            value=0,
            bind=alt.binding_range(min=-1, max=1, step=0.02, name="log₁₀ of T "),
        )
    )
    scores = ", ".join(f"z{i}" for i in range(len(z)))
    across = alt.X("class:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelFontSize=15))
    scale = alt.Scale(domain=[0, 1], nice=False)
    color = alt.Scale(domain=list(names), range=list(CLASS_COLORS[: len(z)]))

    classes = [{"class": name, "i": i} for i, name in enumerate(names)]
    shares = (
        alt.Chart(alt.Data(values=classes))
        .transform_calculate(above=f"[{scores}][datum.i] - max({scores})")  # exp cannot overflow
        .transform_calculate(e="exp(datum.above / pow(10, log_t))", e_1="exp(datum.above)")
        .transform_joinaggregate(total="sum(e)", total_1="sum(e_1)")
        .transform_calculate(p="datum.e / datum.total", p_1="datum.e_1 / datum.total_1")
        .transform_calculate(text="format(datum.p, '.1%')", top="max(datum.p, datum.p_1)")
    )
    bars = shares.mark_bar(width=alt.RelativeBandSize(0.7)).encode(
        across,
        alt.Y("p:Q", scale=scale, title="probability", axis=alt.Axis(tickCount=4)),
        alt.Color("class:N", scale=color, legend=None),
    )
    ticks = (
        shares.transform_calculate(low="datum.p_1 - 0.003", high="datum.p_1 + 0.003")
        .mark_bar(width=alt.RelativeBandSize(0.95), color=INK)
        .encode(across, alt.Y("low:Q", scale=scale), y2="high:Q")
    )
    numbers = shares.mark_text(dy=-12, fontSize=15, fontWeight="bold", color=INK).encode(
        across, alt.Y("top:Q", scale=scale), text="text:N"
    )
    temperature = (
        alt.Chart(alt.Data(values=[{}]))
        .transform_calculate(text="'T = ' + format(pow(10, log_t), '.2f')")
        .mark_text(align="left", fontSize=17, fontWeight="bold", color=INK)
        .encode(x=alt.value(8), y=alt.value(-14), text="text:N")
    )
    return SliderChart(
        alt.layer(bars, ticks, numbers, temperature)
        .add_params(*sliders)
        .properties(
            width=SIZE,
            height=300,
            description=(
                f"A bar for the softmax probability of each of {', '.join(names)}, with its "
                "number above it and a tick where it stands at temperature 1. Sliders change the "
                "scores, which trade probability between the bars, and the temperature, which "
                "evens the bars out or leaves one of them."
            ),
        )
    )


def relu_sum(x, y, nets, *, inside, many, height=(-2, 4)):
    """Return a chart of a curve and a one-layer ReLU network, with a slider for the width.

    The contribution of each hidden unit is drawn as a thin line; the network is their sum. A
    second slider adds up only the first units. The greatest errors are written above.

    Parameters
    ----------
    x : array_like, shape (m,)
        In increasing order, from the left edge of the chart to the right one.
    y : array_like, shape (m,)
        The curve.
    nets : dict of int to dict
        For each width n from 1 on the parameters of a network with one input and one output:
        ``"0.W"`` (1, n) without a zero, ``"0.b"`` (n,), ``"2.W"`` (n, 1) and ``"2.b"`` (1,).
    inside : tuple of two floats
        The ends of the interval on which the network is meant to follow the curve.
    many : int
        At the start.
    height : tuple of two floats
        The ends of the vertical axis.

    Returns
    -------
    SliderChart
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    most = max(nets)
    rows = [_relu_row(x, y, n, params, inside) for n, params in sorted(nets.items())]
    sliders = [
        alt.param(
            name=name, value=value, bind=alt.binding_range(min=1, max=most, step=1, name=text)
        )
        for name, value, text in (
            ("many", many, "hidden units "),
            ("first", most, "add the first "),
        )
    ]
    ends = [float(x[0]), float(x[-1])]
    across = alt.X(
        "x:Q", scale=alt.Scale(domain=ends, nice=False), title="x", axis=alt.Axis(grid=False)
    )
    up_scale = alt.Scale(domain=list(height), nice=False)
    up = alt.Y("y:Q", scale=up_scale, title=None, axis=alt.Axis(grid=False))

    interval = (
        alt.Chart(alt.Data(values=[{"x": inside[0], "to": inside[1]}]))
        .mark_rect(color=INK, opacity=0.07)
        .encode(x="x:Q", x2="to:Q")
    )
    units = (
        alt.Chart()
        .transform_filter("datum.n == many")
        .transform_flatten(["w", "b", "v"])
        .transform_window(k="row_number()")
        .transform_filter("datum.k <= first")
    )
    contribution = "datum.v * max(0, datum.w * datum.x + datum.b)"
    thin = (
        units.transform_calculate(x=f"[{ends[0]}, -datum.b / datum.w, {ends[1]}]")
        .transform_flatten(["x"])
        .transform_calculate(y=contribution)
        .mark_line(color=GREEN, strokeWidth=1, opacity=0.6, clip=True)
        .encode(across, up, detail="k:Q")
    )
    points = [
        {"x": a, "y": c} for a, c in zip(x.round(4).tolist(), y.round(4).tolist(), strict=True)
    ]
    curve = (
        alt.Chart(alt.Data(values=points))
        .mark_line(color=BLUE, strokeWidth=5, opacity=0.45, clip=True)
        .encode(across, up)
    )
    total = (
        units.transform_flatten(["at"], ["x"])
        .transform_calculate(part=contribution)
        .transform_aggregate(total="sum(part)", groupby=["x", "c"])
        .transform_calculate(y="datum.total + datum.c")
        .mark_line(color=ORANGE, strokeWidth=2, clip=True)
        .encode(across, up)
    )
    words = (
        "first < datum.n ? 'the first ' + first + ' of ' + datum.n + ' units' : "
        "datum.n + (datum.n == 1 ? ' unit' : ' units') + ', greatest error:\\ninside '"
        " + datum.inside + ', outside ' + datum.outside"
    )
    said = (  # in two lines, so that it stays narrower than the chart on a phone
        alt.Chart()
        .transform_filter("datum.n == many")
        .transform_calculate(text=words)
        .mark_text(align="left", fontSize=14, fontWeight="bold", color=INK, lineBreak="\n")
        .encode(x=alt.value(0), y=alt.value(-28), text="text:N")
    )
    return SliderChart(
        alt.layer(interval, thin, curve, total, said, data=alt.Data(values=rows))
        .add_params(*sliders)
        .properties(
            width=SIZE,
            height=300,
            description=(
                f"A curve, wide and blue, and over it the output of a network with up to {most} "
                "ReLU units, orange; thin green lines show what each unit adds. With more units "
                "the network follows the curve ever closer on the tinted interval. Right of it, "
                "it goes on straight and leaves the curve."
            ),
        )
    )


def _relu_row(x, y, n, params, inside):
    """Return what the browser needs of one network, its greatest errors included."""
    (w,), b, v, (c,) = (params[key] for key in ("0.W", "0.b", "2.W", "2.b"))
    output = np.maximum(0, np.outer(x, w) + b) @ v[:, 0] + c
    within = (x >= inside[0]) & (x <= inside[1])
    error = np.abs(output - y)
    corners = -b / w
    seen = corners[(corners > x[0]) & (corners < x[-1])]
    return {
        "n": n,
        "w": w.round(4).tolist(),
        "b": b.round(4).tolist(),
        "v": v[:, 0].round(4).tolist(),
        "c": round(float(c), 4),
        "at": np.unique(np.concatenate([seen, x[[0, -1]]]).round(4)).tolist(),
        "inside": f"{error[within].max():.2g}",
        "outside": f"{error[~within].max():.2g}",
    }


def xor_bend(*, slope=1.0, reach=2.0):
    """Return a chart of XOR before and after a hidden layer of two units, with two sliders.

    The units are f((1 + a) x₁ - a x₂) and f((1 + a) x₂ - a x₁), where f(z) is z above 0 and α z
    below. A line separates the four points behind them exactly if a (1 - α) > 1; it is drawn then,
    and in the plane of the inputs the region that it cuts out.

    Parameters
    ----------
    slope : float
        α at the start, from 0 (ReLU) to 1 (no bend).
    reach : float
        a at the start, from 0 to 3.

    Returns
    -------
    SliderChart
    """
    sliders = [
        alt.param(
            name=name,
            value=float(value),
            bind=alt.binding_range(min=0, max=most, step=1 / 16, name=label),
        )
        for name, value, most, label in (
            ("slope", slope, 1, "slope α "),
            ("a", reach, 3, "reach a "),
        )
    ]
    # Everything is drawn twice, at (x1, x2) and at (h1, h2).
    hidden = {
        "h1": "max(datum.z1, slope * datum.z1)",
        "h2": "max(datum.z2, slope * datum.z2)",
    }
    z = {
        "z1": "(1 + a) * datum.x1 - a * datum.x2",
        "z2": "(1 + a) * datum.x2 - a * datum.x1",
    }
    separates = "a * (1 - slope) > 1"
    cut = "((3 + a - a * slope) / 2)"  # halfway between the nearest 0 and the two 1s

    def panel(first, second, extent, titles):
        scale = alt.Scale(domain=extent, nice=False)
        axis = alt.Axis(grid=False, tickCount=4)
        across = alt.X(f"{first}:Q", scale=scale, title=titles[0], axis=axis)
        up = alt.Y(f"{second}:Q", scale=scale, title=titles[1], axis=axis)
        grid = (
            alt.Chart(alt.sequence(0, 2 * 9 * 33, as_="i"))
            .transform_calculate(
                line="floor(datum.i / 33)", at="floor(datum.i / 66) / 8", along="datum.i % 33 / 32"
            )
            .transform_calculate(
                x1="datum.line % 2 ? datum.along : datum.at",
                x2="datum.line % 2 ? datum.at : datum.along",
                way="datum.line % 2",
            )
            .transform_calculate(**z)
            .transform_calculate(**hidden)
            .mark_line(strokeWidth=1, opacity=0.7)
            .encode(
                across,
                up,
                alt.Color(
                    "way:N", scale=alt.Scale(domain=[0, 1], range=[GREEN, PURPLE]), legend=None
                ),
                detail="line:N",
                order="i:Q",
            )
        )
        corners = [{"x1": i, "x2": j, "y": i ^ j} for i in (0, 1) for j in (0, 1)]
        points = (
            alt.Chart(alt.Data(values=corners))
            .transform_calculate(name="'(' + datum.x1 + ', ' + datum.x2 + ')'")
            .transform_calculate(**z)
            .transform_calculate(**hidden)
        )
        marks = [
            points.transform_filter(f"datum.y == {label}")
            .mark_point(filled=True, size=130, opacity=1, shape=shape, color=CLASS_COLORS[label])
            .encode(across, up)
            for label, shape in ((0, "circle"), (1, "triangle"))
        ]
        names = points.mark_text(dy=-14, fontSize=13, color=INK).encode(across, up, text="name:N")
        return grid, *marks, names

    across = alt.X("x1:Q")
    # s(x) = h1 + h2 is the greatest of four linear functions p x1 + q x2, so s > c on four
    # half-planes together: above the lowest line with q > 0, and below the highest with q < 0.
    outside = alt.Chart(alt.sequence(-0.25, 1.2501, 1 / 64, as_="x1")).transform_filter(separates)
    middle = "(slope + a * slope - a)"
    flat = f"(abs({middle}) < 0.000001 ? -0.000001 : {middle})"
    wide = "(1 + a - a * slope)"
    outside = outside.transform_calculate(
        over=f"min({cut} - datum.x1, ({cut} - {middle} * datum.x1) / {wide}, "
        f"slope > 0 ? {cut} / slope - datum.x1 : 9, "
        f"{flat} > 0 ? ({cut} - {wide} * datum.x1) / {flat} : 9)",
        under=f"{flat} < 0 ? ({cut} - {wide} * datum.x1) / {flat} : -9",
    ).transform_calculate(over="max(datum.over, datum.under)")
    tint = {"color": ORANGE, "opacity": 0.14, "clip": True}
    above = outside.transform_calculate(end="9").mark_area(**tint)
    below = outside.transform_calculate(end="-9").mark_area(**tint)
    edge = {"color": INK, "strokeWidth": 2.5, "clip": True}
    inputs = alt.layer(
        above.encode(across, y="over:Q", y2="end:Q"),
        below.encode(across, y="under:Q", y2="end:Q"),
        outside.mark_line(**edge).encode(across, y="over:Q"),
        outside.mark_line(**edge).encode(across, y="under:Q"),
        *panel("x1", "x2", [-0.25, 1.25], ("x₁", "x₂")),
    )
    ends = alt.Chart(alt.Data(values=[{"h1": -4}, {"h1": 6}])).transform_filter(separates)
    line = ends.transform_calculate(h2=f"{cut} - datum.h1", far="6")
    said = (
        alt.Chart(alt.sequence(1, as_="i"))
        .transform_calculate(text=f"{separates} ? 'a line separates' : 'no line separates'")
        .mark_text(align="left", fontSize=17, fontWeight="bold", color=INK)
        .encode(x=alt.value(8), y=alt.value(278), text="text:N")
    )
    outputs = alt.layer(
        line.mark_area(**tint).encode(x="h1:Q", y="h2:Q", y2="far:Q"),
        line.mark_line(**edge).encode(x="h1:Q", y="h2:Q"),
        *panel("h1", "h2", [-3.4, 5], ("h₁", "h₂")),
        said,
    )
    size = {"width": 290, "height": 290}
    return SliderChart(
        alt.vconcat(inputs.properties(**size), outputs.properties(**size))
        .add_params(*sliders)
        .properties(
            description=(
                "Above: a square grid with the four points of XOR at its corners. Below: where "
                "two hidden units take grid and points, and whether a line separates them there. "
                "Sliders change the bend of the units and how far apart they take the two points "
                "of class 1. Without a bend the grid stays a parallelogram, and no line separates."
            ),
        )
    )


def _slider(name, label, value, limit):
    bind = alt.binding_range(min=-limit, max=limit, step=limit / 60, name=f"{label} ")
    return alt.param(name=name, value=float(value), bind=bind)


def _tinted_side(extent):
    """Fill from the line to the top where w₂ > 0, to the bottom where w₂ < 0."""
    return (
        alt.Chart(alt.Data(values=[{"x1": end} for end in extent]))
        .transform_filter("w1 != 0 || w2 != 0 || b > 0")
        # A line that stands upright has no height above x₁: lean it by a hair.
        .transform_calculate(lean="w2 == 0 ? 0.001 : w2")
        .transform_calculate(
            x2="-(w1 * datum.x1 + b) / datum.lean",
            far=f"datum.lean > 0 ? {extent[1]} : {extent[0]}",
        )
        .mark_area(color=ORANGE, opacity=0.14, clip=True)
        .encode(x="x1:Q", y="x2:Q", y2="far:Q")
    )


def _line():
    """Draw the line through its point nearest to the origin, far beyond the edges both ways."""
    foot_1, foot_2 = "-b * w1 / (w1 * w1 + w2 * w2)", "-b * w2 / (w1 * w1 + w2 * w2)"
    along_1, along_2 = "20 * w2 / sqrt(w1 * w1 + w2 * w2)", "20 * w1 / sqrt(w1 * w1 + w2 * w2)"
    return (
        alt.Chart(alt.sequence(1, as_="i"))
        .transform_filter("w1 != 0 || w2 != 0")
        .transform_calculate(
            x1=f"{foot_1} - {along_1}",
            x2=f"{foot_2} + {along_2}",
            x1_end=f"{foot_1} + {along_1}",
            x2_end=f"{foot_2} - {along_2}",
        )
        .mark_rule(color=INK, strokeWidth=2.5, clip=True)
        .encode(x="x1:Q", y="x2:Q", x2="x1_end:Q", y2="x2_end:Q")
    )


def descent(*, lr, kappa, start, steps=60):
    """Return a chart of gradient descent in a bowl, with sliders for rate and condition number.

    The bowl is ½ (x² / κ + y²): curvature 1 across, 1/κ along. Above stands the path, below it the
    loss after each step.

    Parameters
    ----------
    lr : float
        Learning rate at the start; the slider runs from 0.05 to 2.2.
    kappa : float
        Condition number at the start; the slider runs from 1 to 50.
    start : tuple of two floats
        Where the path begins.
    steps : int

    Returns
    -------
    SliderChart
    """
    sliders = [
        alt.param(name=name, value=value, bind=alt.binding_range(min=a, max=b, step=s, name=label))
        for name, value, a, b, s, label in (
            ("lr", lr, 0.05, 2.2, 0.05, "rate "),
            ("kappa", kappa, 1, 50, 1, "κ "),
        )
    ]
    width, height = (10, 5)  # half the piece of the plane that is shown
    x = alt.X("x:Q", scale=alt.Scale(domain=[-width, width], nice=False), title="along the valley")
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-height, height], nice=False), title="across it")

    # A height line is an ellipse: its points at 61 angles, for each of some heights.
    heights = (
        alt.Chart(alt.sequence(0, 61 * 9, as_="i"))
        .transform_calculate(
            ring="floor(datum.i / 61)",
            angle="2 * PI * (datum.i % 61) / 60",
        )
        .transform_calculate(
            x="pow(1.6, datum.ring - 2) * sqrt(kappa) * cos(datum.angle)",
            y="pow(1.6, datum.ring - 2) * sin(datum.angle)",
        )
        .mark_line(color="#B9B5AC", strokeWidth=1, clip=True)
        .encode(x, y, detail="ring:N", order="i:Q")
    )
    path = alt.Chart(alt.sequence(0, steps + 1, as_="t")).transform_calculate(
        x=f"{float(start[0])} * pow(1 - lr / kappa, datum.t)",
        y=f"{float(start[1])} * pow(1 - lr, datum.t)",
    )
    line = path.mark_line(color=BLUE, strokeWidth=1.3, clip=True).encode(x, y, order="t:Q")
    dots = path.mark_circle(color=BLUE, size=28, opacity=1, clip=True).encode(x, y)
    goal = (
        alt.Chart(alt.Data(values=[{"x": 0, "y": 0}]))
        .mark_point(shape="cross", angle=45, size=110, filled=True, color=ORANGE, opacity=1)
        .encode(x, y)
    )
    factors = (
        alt.Chart(alt.sequence(1, as_="i"))
        .transform_calculate(
            text="'factor a step: along ' + format(1 - lr / kappa, '.2f')"
            " + ', across ' + format(1 - lr, '.2f')"
        )
        .mark_text(align="left", fontSize=14, fontWeight="bold", color=INK)
        .encode(x=alt.value(8), y=alt.value(14), text="text:N")
    )
    losses = (
        path.transform_calculate(loss="(datum.x * datum.x / kappa + datum.y * datum.y) / 2")
        .mark_line(
            color=BLUE, strokeWidth=2, clip=True, point=alt.OverlayMarkDef(size=18, color=BLUE)
        )
        .encode(
            alt.X("t:Q", scale=alt.Scale(domain=[0, steps], nice=False), title="steps"),
            alt.Y(
                "loss:Q",
                scale=alt.Scale(type="log", domain=[1e-6, 1e3], clamp=True),
                axis=alt.Axis(values=[1e-6, 1e-3, 1, 1e3], format="~g"),
                title="loss",
            ),
        )
    )
    above = alt.layer(heights, line, dots, goal, factors).properties(width=NARROW, height=190)
    return SliderChart(
        alt.vconcat(above, losses.properties(width=NARROW, height=140))
        .add_params(*sliders)
        .properties(
            description=(
                "Above: height lines of a long valley and the path of gradient descent, from "
                f"{tuple(start)} to the lowest place in the middle. Below: the loss after each of "
                f"{steps} steps, on a logarithmic scale. Sliders change the learning rate and the "
                "condition number, which is how long the valley is."
            ),
        )
    )


def normalized_batch(x, *, shift=2.0, stretch=2.0):
    """Return a chart of one feature of a batch before and after normalization, with three sliders.

    Above stand the inputs, stretch · x + shift; below, what is left of them after the mean has been
    subtracted and the result divided by the deviation. Two sliders shift and stretch the batch, the
    third moves its last sample alone.

    Parameters
    ----------
    x : array_like, shape (n,)
        The values of the feature, within about -2 and 2, not all equal.
    shift : float
        At the start; the slider runs from -4 to 4.
    stretch : float
        At the start; the slider runs from 0.25 to 4.

    Returns
    -------
    SliderChart
    """
    x = np.asarray(x, dtype=float).round(4)
    sliders = [
        alt.param(name=name, value=value, bind=alt.binding_range(min=a, max=b, step=s, name=label))
        for name, value, a, b, s, label in (
            ("shift", float(shift), -4, 4, 0.1, "shift "),
            ("stretch", float(stretch), 0.25, 4, 0.05, "stretch "),
            ("move", 0.0, -6, 6, 0.1, "last sample alone "),
        )
    ]
    across = {"scale": alt.Scale(domain=[-8, 8], nice=False), "title": None}
    axis = alt.Axis(values=list(range(-8, 9, 2)), gridColor="#DDD9D0")
    up = alt.Scale(domain=[-0.25, 1.25], nice=False)
    rows = [{"i": i, "v": v, "last": i == len(x) - 1} for i, v in enumerate(x.tolist())]
    batch = (
        alt.Chart()
        .transform_calculate(x="stretch * datum.v + shift + (datum.last ? move : 0)")
        .transform_joinaggregate(mean="mean(x)", deviation="stdevp(x)")
        .transform_calculate(
            normed="(datum.x - datum.mean) / sqrt(pow(datum.deviation, 2) + 1e-5)",
            top="1",
            bottom="0",
        )
    )
    color = alt.Color(
        "last:N", scale=alt.Scale(domain=[False, True], range=[BLUE, ORANGE]), legend=None
    )
    threads = batch.mark_rule(opacity=0.45, strokeWidth=1.3, clip=True).encode(
        alt.X("x:Q", axis=axis, **across),
        alt.Y("top:Q", scale=up, axis=None),
        color,
        x2="normed:Q",
        y2="bottom:Q",
    )
    dots = [
        batch.mark_point(filled=True, size=110, opacity=0.85, clip=True).encode(
            alt.X(f"{where}:Q", axis=axis, **across), alt.Y(f"{row}:Q", scale=up, axis=None), color
        )
        for where, row in (("x", "top"), ("normed", "bottom"))
    ]
    said = [
        batch.transform_aggregate(
            **{f"m_{field}": f"mean({field})", f"d_{field}": f"stdevp({field})"}
        )
        .transform_calculate(
            text=f"'{name}: mean ' + format(round(100 * datum.m_{field}) / 100 + 0, '.2f')"
            f" + ', deviation ' + format(datum.d_{field}, '.2f')"
        )
        .mark_text(align="left", fontSize=15, fontWeight="bold", color=INK)
        .encode(x=alt.value(6), y=alt.value(height), text="text:N")
        for name, field, height in (("inputs", "x", 14), ("normalized", "normed", 246))
    ]
    return SliderChart(
        alt.layer(threads, *dots, *said, data=alt.Data(values=rows))
        .add_params(*sliders)
        .properties(
            width=SIZE,
            height=260,
            description=(
                f"Two rows of {len(x)} dots over one axis: the inputs of a batch above, the "
                "normalized values below, joined by threads, with mean and deviation in numbers. "
                "Sliders shift and stretch the inputs, and the lower row stays where it is. A "
                "third slider moves the last sample, orange, and then all dots below move."
            ),
        )
    )


#: What the browser computes for each activation function and its derivative at z.
_BENDS = {
    "step": ("({z} > 0 ? 1 : 0)", "0"),
    "sigmoid": ("1 / (1 + exp(-{z}))", "exp(-abs({z})) / pow(1 + exp(-abs({z})), 2)"),
    "tanh": (
        "1 - 2 / (1 + exp(2 * {z}))",
        "4 * exp(-abs(2 * {z})) / pow(1 + exp(-abs(2 * {z})), 2)",
    ),
    "ReLU": ("max(0, {z})", "({z} > 0 ? 1 : 0)"),
    "leaky ReLU, α = 0.01": ("max(0.01 * {z}, {z})", "({z} > 0 ? 1 : 0.01)"),
    "ELU": ("({z} > 0 ? {z} : exp({z}) - 1)", "({z} > 0 ? 1 : exp({z}))"),
    "SELU": (
        "1.0507 * ({z} > 0 ? {z} : 1.67326 * (exp({z}) - 1))",
        "1.0507 * ({z} > 0 ? 1 : 1.67326 * exp({z}))",
    ),
    "GELU": (
        "{z} * cumulativeNormal({z}, 0, 1)",
        "(cumulativeNormal({z}, 0, 1) + {z} * densityNormal({z}, 0, 1))",
    ),
    "softplus": ("log(1 + exp({z}))", "1 / (1 + exp(-{z}))"),
}


def slope_chain(*, function="sigmoid", z=0.0, w=1.0, layers=10):
    """Return a chart of what a gradient keeps on its way through layers of one unit each.

    Above stand an activation function and its derivative with a marker at z; below, how much of a
    gradient is left after 1, 2, … layers that all multiply it by f'(z) and by the weight w.

    Parameters
    ----------
    function : str
        Its name in the list at the start, such as ``"sigmoid"`` or ``"ReLU"``.
    z : float
        The pre-activation at the start; the slider runs from -6 to 6.
    w : float
        The weight at the start; the slider runs from 0 to 6.
    layers : int

    Returns
    -------
    SliderChart
    """
    if function not in _BENDS:
        raise ValueError(f"unknown function {function!r}; there are: {', '.join(_BENDS)}")
    picks = [
        alt.param(
            name="f",
            value=function,
            bind=alt.binding_select(options=list(_BENDS), name="function "),
        ),
        alt.param(name="z", value=z, bind=alt.binding_range(min=-6, max=6, step=0.1, name="z ")),
        alt.param(
            name="w", value=w, bind=alt.binding_range(min=0, max=6, step=0.05, name="weight ")
        ),
    ]

    def choose(part, at):
        """Return the expression of the chosen function (part 0) or its derivative (part 1)."""
        said = "0"
        for name, pair in _BENDS.items():
            said = f"f == '{name}' ? {pair[part].format(z=at)} : {said}"
        return f"({said})"

    x = alt.X("x:Q", scale=alt.Scale(domain=[-6, 6], nice=False), title="z")
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-2, 4], nice=False), title=None)
    curves = []
    for part, color in ((0, BLUE), (1, ORANGE)):
        line = alt.Chart(alt.sequence(-6, 6.01, 0.05, as_="x"))
        line = line.transform_calculate(y=choose(part, "datum.x"))
        curves.append(line.mark_line(color=color, strokeWidth=2.5, clip=True).encode(x, y))
        dot = alt.Chart(alt.sequence(1, as_="i"))
        dot = dot.transform_calculate(x="z", y=choose(part, "z"))
        dot = dot.mark_point(filled=True, size=130, color=color, opacity=1, clip=True)
        curves.append(dot.encode(x, y))
    here = alt.Chart(alt.sequence(1, as_="i")).transform_calculate(x="z")
    upright = here.mark_rule(color=INK, strokeDash=[4, 4]).encode(x="x:Q")
    said = [
        alt.Chart(alt.sequence(1, as_="i"))
        .transform_calculate(text=f"'{word} ' + format({choose(part, 'z')}, '.3f')")
        .mark_text(align="left", fontSize=16, fontWeight="bold", color=color)
        .encode(x=alt.value(8), y=alt.value(14 + 20 * part), text="text:N")
        for part, word, color in ((0, "value", BLUE), (1, "slope", ORANGE))
    ]

    factor = f"({choose(1, 'z')} * w)"
    left = (
        alt.Chart(alt.sequence(0, layers + 1, as_="n"))
        .transform_calculate(share=f"pow(abs({factor}), datum.n)")
        .transform_filter("datum.share > 0")
        .mark_line(
            color=ORANGE, strokeWidth=2, clip=True, point=alt.OverlayMarkDef(size=60, color=ORANGE)
        )
        .encode(
            alt.X(
                "n:Q",
                scale=alt.Scale(domain=[0, layers], nice=False),
                axis=alt.Axis(tickCount=layers, grid=False, format="d"),
                title="layers on the way back",
            ),
            alt.Y(
                "share:Q",
                scale=alt.Scale(type="log", domain=[1e-10, 1e4], clamp=True),
                axis=alt.Axis(values=[1e-9, 1e-6, 1e-3, 1, 1e3], format="~g"),
                title="what is left, in size",
            ),
        )
    )
    one = (
        alt.Chart(alt.Data(values=[{"y": 1}]))
        .mark_rule(color=INK, strokeDash=[4, 4])
        .encode(alt.Y("y:Q", scale=alt.Scale(type="log", domain=[1e-10, 1e4], clamp=True)))
    )
    words = (
        f"'slope × weight = ' + format({factor}, '.3f')",
        f"'after {layers} layers: ' + format(pow({factor}, {layers}), '.1e')",
    )
    told = [
        alt.Chart(alt.sequence(1, as_="i"))
        .transform_calculate(text=text)
        .mark_text(align="left", fontSize=16, fontWeight="bold", color=INK)
        .encode(x=alt.value(8), y=alt.value(134 + 20 * row), text="text:N")
        for row, text in enumerate(words)
    ]
    above = alt.layer(upright, *curves, *said).properties(width=SIZE, height=220)
    below = alt.layer(one, left, *told).properties(width=SIZE, height=170)
    return SliderChart(
        alt.vconcat(above, below)
        .add_params(*picks)
        .properties(
            description=(
                "Above: an activation function, blue, and its derivative, orange, with a dot on "
                "each at z. Below: what is left of a gradient after up to "
                f"{layers} layers that each multiply it by the slope and by a weight, on a "
                "logarithmic scale. A list chooses the function, sliders change z and the weight. "
                f"At the start: {function}, z = {z:g}, weight {w:g}."
            ),
        )
    )


def deep_signals(runs, *, name, log_gain):
    """Return a chart of how large signals and gradients are in a deep network, with a slider.

    Above, the size of the activations of each layer and that of the gradients, relative to the
    last layer's; below, how the activations of the last layer are distributed. The slider is the
    gain, the factor on 1/√n_in in the deviation of the weights; a menu changes the activation
    function.

    Parameters
    ----------
    runs : dict of tuple to tuple
        For each pair (name of the activation, log₂ of the gain) the sizes of the activations, the
        sizes of the gradients, both of shape (layers,), and the activations of the last layer, an
        array of any shape. All names have the same gains, evenly spaced.
    name : str
        Which activation is shown at the start.
    log_gain : float
        log₂ of the gain at the start.

    Returns
    -------
    SliderChart
    """
    gains = sorted({gain for _, gain in runs})
    names = list(dict.fromkeys(kind for kind, _ in runs))
    rows = [
        {
            "f": kind,
            "g": float(gain),
            "a": [float(f"{size:.3g}") for size in forward],
            "d": [float(f"{size:.3g}") for size in np.divide(backward, backward[-1])],
            "n": _shares(last),
        }
        for (kind, gain), (forward, backward, last) in runs.items()
    ]
    params = [
        alt.param(
            name="log_gain",
            value=float(log_gain),
            bind=alt.binding_range(
                min=gains[0], max=gains[-1], step=gains[1] - gains[0], name="log₂ of the gain "
            ),
        ),
        alt.param(name="f", value=name, bind=alt.binding_select(options=names, name="activation ")),
    ]
    shown = alt.Chart().transform_filter("datum.f == f && datum.g == log_gain")
    layers = len(rows[0]["a"])
    across = alt.X(
        "l:Q",
        scale=alt.Scale(domain=[1, layers], nice=False),
        axis=alt.Axis(tickCount=layers, grid=False, format="d"),
        title="layer",
    )
    size = alt.Y(
        "size:Q",
        scale=alt.Scale(type="log", domain=[1e-6, 1e6], clamp=True),
        axis=alt.Axis(values=[1e-6, 1e-3, 1, 1e3, 1e6], format="~e"),
        title="size",
    )
    lines = []
    for key, color in (("a", BLUE), ("d", ORANGE)):
        line = (
            shown.transform_calculate(l=f"sequence(1, {layers + 1})")
            .transform_flatten(["l", key])
            .transform_calculate(size=f"max(datum.{key}, 1e-9)")
        )
        lines.append(
            line.mark_line(
                color=color, strokeWidth=2.5, point=alt.OverlayMarkDef(size=45, color=color)
            ).encode(across, size)
        )
    level = (
        alt.Chart(alt.Data(values=[{"size": 1}]))
        .mark_rule(color=INK, strokeDash=[4, 4])
        .encode(y=size)
    )
    words = (
        ("'gain ' + format(pow(2, log_gain), '.2f')", INK, -48),
        (f"'activations, layer {layers}: ' + format(datum.a[{layers - 1}], '.2~g')", BLUE, -30),
        (f"'gradients, layer 1 / layer {layers}: ' + format(datum.d[0], '.2~g')", ORANGE, -12),
    )
    texts = [
        shown.transform_calculate(text=text)
        .mark_text(align="left", fontSize=14, fontWeight="bold", color=color)
        .encode(x=alt.value(0), y=alt.value(height), text="text:N")
        for text, color, height in words
    ]
    bars = (
        shown.transform_calculate(at="sequence(-20, 21)")
        .transform_flatten(["at", "n"])
        .transform_calculate(low="datum.at / 10 - 0.05", high="datum.at / 10 + 0.05", base="0")
        .mark_bar(color=BLUE, orient="vertical")
        .encode(
            alt.X(
                "low:Q",
                scale=alt.Scale(domain=[-2.05, 2.05], nice=False),
                axis=alt.Axis(values=[-2, -1, 0, 1, 2], grid=False),
                title=f"activations of layer {layers}",
            ),
            alt.Y("n:Q", axis=None, title=None),
            x2="high:Q",
            y2="base:Q",
        )
    )
    above = alt.layer(level, *lines, *texts).properties(width=SIZE, height=220)
    return SliderChart(
        alt.vconcat(above, bars.properties(width=SIZE, height=110), data=alt.Data(values=rows))
        .add_params(*params)
        .properties(
            description=(
                f"Above: the size of the activations in {layers} layers, blue, and of the "
                "gradients, orange, on a logarithmic scale. Below: a histogram of the last "
                "layer's activations. A slider changes the gain, a menu offers "
                f"{', '.join(names)}. "
                "At the right gain both lines run level; below it they fall towards zero, in the "
                "directions in which signal and gradient travel, and above it they grow unless "
                "the activation function holds the signal."
            ),
        )
    )


def _shares(values):
    """Return which share of the values lies in each of 41 bins about -2, -1.9 … 2, in percent.

    What lies beyond is counted in the outermost bins.
    """
    values = np.clip(np.ravel(values), -2.04, 2.04)
    counts, _ = np.histogram(values, np.linspace(-2.05, 2.05, 42))
    return (100 * counts / len(values)).round(1).tolist()


def unit_circuit(*, w, x, b, target=1):
    """Return a chart of the circuit of one sigmoid unit and its loss, with three sliders.

    The circuit is L = ½ (a - target)² with a = σ(w x + b). Each card holds a value and, below it,
    the derivative of L by it; each arrow carries its local derivative, and is the thicker, the more
    gradient goes back along it. A line of text compares what the gradient of w promises with what
    adding 0.1 to w does.

    Parameters
    ----------
    w, x, b : float
        Weight, input and bias at the start, from -4 to 4, b from -8 to 8.
    target : float
        What the unit should say, from 0 to 1.

    Returns
    -------
    SliderChart
    """
    sliders = [
        alt.param(
            name=name,
            value=float(value),
            bind=alt.binding_range(min=-most, max=most, step=most / 40, name=f"{name} "),
        )
        for name, value, most in (("w", w, 4), ("x", x, 4), ("b", b, 8))
    ]
    a = "(1 / (1 + exp(-(w * x + b))))"
    error, slope = f"({a} - {float(target)})", f"({a} * (1 - {a}))"
    z_grad = f"({error} * {slope})"
    cards = [  # label, place, value, gradient
        ("w", 0, 0, "w", f"{z_grad} * x"),
        ("x", 0, 2, "x", f"{z_grad} * w"),
        ("×", 1, 1, "w * x", z_grad),
        ("b", 1, 3, "b", z_grad),
        ("+", 2, 2, "w * x + b", z_grad),
        ("σ", 3, 2, a, error),
        ("loss", 4, 2, f"{error} * {error} / 2", "1"),
    ]
    arrows = [  # from which card to which, the local derivative, and where it is written
        (0, 2, "x", 0.76, 0.2),
        (1, 2, "w", 0.76, 1.8),
        (2, 4, "1", 1.76, 1.2),
        (3, 4, "1", 1.76, 2.8),
        (4, 5, slope, 2.5, 1.35),
        (5, 6, error, 3.5, 1.35),
    ]

    def listed(expressions):  # the expression of this row of the data
        return f"[{', '.join(expressions)}][datum.i]"

    def number(expression):  # two decimals, and no minus before zero
        return f"format(round(100 * {expression}) / 100 + 0, '.2f')"

    half, reach = 0.33, 0.48  # of a card: half its width and height, in places
    rows = [{"i": i, "label": c[0], "x": c[1], "y": c[2]} for i, c in enumerate(cards)]
    ways = [
        {
            "i": i,
            "x": cards[start][1] + half,
            "y": cards[start][2],
            "x2": cards[end][1] - half,
            "y2": cards[end][2],
            "at_x": at_x,
            "at_y": at_y,
        }
        for i, (start, end, _, at_x, at_y) in enumerate(arrows)
    ]

    def scaled(pixels):  # letters shrink with the cards where the page is narrow
        return alt.expr(f"{pixels} * width / {SIZE}")

    wide = alt.Scale(domain=[-0.5, 4.5], nice=False)
    high = alt.Scale(domain=[3.55, -0.55], nice=False)  # rows are counted from above
    across = alt.X("x:Q", scale=wide, axis=None)
    down = alt.Y("y:Q", scale=high, axis=None)

    flows = alt.Chart(alt.Data(values=ways)).transform_calculate(
        local=listed([arrow[2] for arrow in arrows]),
        upstream=listed([cards[arrow[1]][4] for arrow in arrows]),
    )
    lines = (
        flows.transform_calculate(width="min(14, 1 + 14 * abs(datum.local * datum.upstream))")
        .mark_rule(color=ORANGE, opacity=0.55)
        .encode(
            across, down, x2="x2:Q", y2="y2:Q", strokeWidth=alt.StrokeWidth("width:Q", scale=None)
        )
    )
    factors = (
        flows.transform_calculate(text=f"'· ' + {number('datum.local')}")
        .mark_text(fontSize=scaled(14), color=INK)
        .encode(
            alt.X("at_x:Q", scale=wide, axis=None),
            alt.Y("at_y:Q", scale=high, axis=None),
            text="text:N",
        )
    )
    shown = alt.Chart(alt.Data(values=rows)).transform_calculate(
        value=number(listed([c[3] for c in cards])),
        gradient=number(listed([c[4] for c in cards])),
        left=f"datum.x - {half}",
        right=f"datum.x + {half}",
        top=f"datum.y - {reach}",
        bottom=f"datum.y + {reach}",
    )
    boxes = shown.mark_rect(fill="white", stroke=INK, cornerRadius=5).encode(
        alt.X("left:Q", scale=wide, axis=None),
        alt.Y("top:Q", scale=high, axis=None),
        x2="right:Q",
        y2="bottom:Q",
    )
    texts = [
        shown.mark_text(dy=scaled(dy), fontSize=scaled(15), fontWeight=weight, color=color).encode(
            across, down, text=f"{field}:N"
        )
        for field, dy, color, weight in (
            ("label", -19, INK, "bold"),
            ("value", 1, BLUE, "normal"),
            ("gradient", 20, ORANGE, "normal"),
        )
    ]
    meanings = (("value", BLUE), ("gradient", ORANGE), ("· local derivative", INK))
    legend = [
        alt.Chart(alt.Data(values=[{"text": text}]))
        .mark_text(align="right", fontSize=scaled(15), color=color)
        .encode(x=alt.value("width"), y=alt.value(16 + 20 * line), text="text:N")
        for line, (text, color) in enumerate(meanings)
    ]
    nudged = f"(1 / (1 + exp(-((w + 0.1) * x + b))) - {float(target)})"
    said = (
        alt.Chart(alt.sequence(1, as_="i"))
        .transform_calculate(
            promised=f"format(0.1 * {cards[0][4]}, '+.4f')",
            real=f"format({nudged} * {nudged} / 2 - {cards[6][3]}, '+.4f')",
        )
        .transform_calculate(
            text="'add 0.1 to w: the loss changes by ' + datum.real"
            " + '\\n0.1 times the gradient of w is ' + datum.promised"
        )
        .mark_text(align="left", fontSize=13, fontWeight="bold", color=INK, lineBreak="\n")
        .encode(x=alt.value(0), y=alt.value(-30), text="text:N")
    )
    return SliderChart(
        alt.layer(lines, boxes, factors, *texts, *legend, said)
        .add_params(*sliders)
        .properties(
            width=SIZE,
            height=300,
            description=(
                "A circuit of seven cards: w and x lead to a product, the product and b to a sum, "
                f"the sum to a sigmoid, and that to the loss of not being {target:g}. Each card "
                "shows its value and its gradient, each arrow its local derivative. Sliders change "
                "w, x and b; a gradient is always that of the next card times the number between."
            ),
        )
        .configure_view(strokeWidth=0)
    )
