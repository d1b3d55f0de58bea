"""A curve that a sum of ReLU units follows."""

import altair as alt
import numpy as np

from companion.interactive.chart import SIZE, SliderChart, sliders
from companion.plots import BLUE, GREEN, INK, ORANGE


def relu_sum(x, y, nets, *, inside, many, height=(-2, 4)):
    """Return a chart of a curve and a one-layer ReLU network, with a slider for the width.

    The contribution of each hidden unit is drawn as a thin line; the network is their sum. A
    second slider leaves out the last units, until one is left. The greatest errors are written
    above.

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
    left = "max(1, datum.n - out)"  # units that are not left out
    params = sliders(
        ("many", many, 1, most, 1, "hidden units "),
        ("out", 0, 0, most - 1, 1, "leave out the last "),
    )
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
        .transform_filter(f"datum.k <= {left}")
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
        f"{left} < datum.n ? 'the first ' + {left} + ' of ' + datum.n + ' units' : "
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
        .add_params(*params)
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
