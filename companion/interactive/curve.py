"""A curve that a sum of ReLU units follows."""

import altair as alt
import numpy as np

from companion.interactive.chart import SIZE, SliderChart, slider, tables
from companion.plots import BLUE, GREEN, INK, ORANGE


def relu_sum(x, y, nets, *, inside, many, height=(-2, 4)):
    """Return a chart of a curve and a one-layer ReLU network, with a slider for the width.

    The contribution of each hidden unit is drawn as a thin line; the network is their sum. A
    second slider moves a line from right to left, and the units whose corners lie right of it are
    left out, until one is left. The greatest errors are written above.

    Parameters
    ----------
    x : array_like, shape (m,)
        In increasing order, from the left edge of the chart to the right one.
    y : array_like, shape (m,)
        The curve.
    nets : dict of int to dict
        For each width n from 1 on the parameters of a network with one input and one output:
        ``"0.W"`` (1, n) without a zero, ``"0.b"`` (n,), ``"2.W"`` (n, 1) and ``"2.b"`` (1,). The
        corners of its units stand in increasing order.
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
    most, (low, high) = max(nets), inside
    cuts = np.linspace(low, high, 51)
    rows, kept, errors = [], [], []
    for n, net in sorted(nets.items()):
        corners = -net["0.b"] / net["0.W"][0]
        rows.append(_row(x, n, net, corners))
        kept.append([max(1, int((corners <= cut + 1e-9).sum())) for cut in cuts])
        errors.append([_errors(x, y, net, first, inside) for first in range(1, n + 1)])
    params = [
        *slider("many", "hidden units", many, 1, most, 1),
        *slider("cut", "corners up to", high, low, high, round(cuts[1] - cuts[0], 6)),
        *tables(kept=kept, errors=errors),
    ]
    place = f"round(50 * (cut - {low}) / {high - low})"
    params.append(alt.param(name="first", expr=f"kept[many - 1][{place}]"))
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
    limit = (
        alt.Chart(alt.sequence(1, as_="i"))
        .transform_calculate(x="cut")
        .mark_rule(color=INK, strokeDash=[4, 4])
        .encode(x="x:Q")
    )
    error = "errors[many - 1][first - 1]"
    return SliderChart(
        alt.layer(interval, thin, curve, total, limit, data=alt.Data(values=rows)).properties(
            width=SIZE, height=300
        ),
        params,
        says=[
            "(first < many ? 'the first ' + first + ' of ' : '')"
            " + many + (many == 1 ? ' unit' : ' units')",
            f"'greatest error: inside ' + {error}[0] + ', outside ' + {error}[1]",
        ],
        description=(
            f"A curve, wide and blue, and over it the output of a network with up to {most} "
            "ReLU units, orange; thin green lines show what each unit adds. With more units "
            "the network follows the curve ever closer on the tinted interval. Right of it, "
            "it goes on straight and leaves the curve. A second slider moves a dashed line to the "
            "left, and leaves out the units whose corners lie right of it."
        ),
    )


def _row(x, n, net, corners):
    """Return what the browser needs to draw one network."""
    seen = corners[(corners > x[0]) & (corners < x[-1])]
    return {
        "n": n,
        "w": net["0.W"][0].round(4).tolist(),
        "b": net["0.b"].round(4).tolist(),
        "v": net["2.W"][:, 0].round(4).tolist(),
        "c": round(float(net["2.b"][0]), 4),
        "at": np.unique(np.concatenate([seen, x[[0, -1]]]).round(4)).tolist(),
    }


def _errors(x, y, net, first, inside):
    """Return the greatest errors of the first units, inside and outside, in words."""
    (w,), b, v, c = (net[key] for key in ("0.W", "0.b", "2.W", "2.b"))
    units = np.maximum(0, np.outer(x, w[:first]) + b[:first])
    error = np.abs(units @ v[:first, 0] + c - y)
    within = (x >= inside[0]) & (x <= inside[1])
    return [f"{error[part].max():.2g}" for part in (within, ~within)]
