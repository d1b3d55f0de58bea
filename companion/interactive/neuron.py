"""A neuron's decision line in the plane."""

import altair as alt
import numpy as np

from companion.interactive.chart import SIZE, SliderChart, slider
from companion.plots import CLASS_COLORS, INK, ORANGE

SCORE = "(w1 * {x1} + w2 * {x2} + b)"  # what the browser computes for a point


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
    params = [
        *slider("w1", "weight w₁", w[0], -steepest, steepest, steepest / 60),
        *slider("w2", "weight w₂", w[1], -steepest, steepest, steepest / 60),
        *slider("b", "bias b", b, -steepest, steepest, steepest / 60),
    ]
    scale = alt.Scale(domain=extent, nice=False)
    across = alt.X("x1:Q", scale=scale, title=labels[0], axis=alt.Axis(grid=False))
    up = alt.Y("x2:Q", scale=scale, title=labels[1], axis=alt.Axis(grid=False))

    samples = [{"x1": a, "x2": c, "y": int(label)} for (a, c), label in zip(x, y, strict=True)]
    scored = alt.Chart(alt.Data(values=samples)).transform_calculate(
        wrong=f"({SCORE.format(x1='datum.x1', x2='datum.x2')} > 0) != (datum.y == 1)"
    )
    marks = scored.mark_point(filled=True, size=90, opacity=1).encode(
        across,
        up,
        alt.Color("y:N", scale=alt.Scale(domain=[0, 1], range=list(CLASS_COLORS[:2])), legend=None),
        alt.Shape("y:N", scale=alt.Scale(domain=[0, 1], range=["circle", "triangle"]), legend=None),
    )
    rings = (
        scored.transform_filter("datum.wrong")
        .mark_point(shape="circle", size=320, color=INK, strokeWidth=2.5, opacity=1)
        .encode(across, up)
    )
    wrong = " + ".join(
        f"({SCORE.format(**sample)} {'<=' if sample['y'] else '>'} 0)" for sample in samples
    )
    return SliderChart(
        alt.layer(_tinted_side(extent), _line(), marks, rings).properties(width=SIZE, height=SIZE),
        params,
        says=[f"'mistakes: ' + ({wrong}) + ' of {len(x)}'"],
        description=(
            f"{len(x)} points of two classes in the plane, a straight line with the side of "
            "class 1 tinted, wrong points ringed and counted. Sliders change the two "
            "weights, which turn the line, and the bias, which shifts it."
        ),
    )


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
