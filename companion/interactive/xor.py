"""XOR before and after a hidden layer."""

import altair as alt

from companion.interactive.chart import SliderChart, slider
from companion.plots import CLASS_COLORS, GREEN, INK, ORANGE, PURPLE


def xor_bend(*, slope=1.0, reach=2.0):
    """Return a chart of XOR before and after a hidden layer of two units, with two sliders.

    The units are f((1 + a) x₁ - a x₂) and f((1 + a) x₂ - a x₁), where f(z) is z above 0 and α z
    below. A line separates the four points after them exactly if a (1 - α) > 1; it is drawn then,
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
    params = [
        *slider("slope", "slope α", slope, 0, 1, 1 / 16, shows="format(slope, '~')"),
        *slider("a", "reach a", reach, 0, 3, 1 / 16, shows="format(a, '~')"),
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
    outputs = alt.layer(
        line.mark_area(**tint).encode(x="h1:Q", y="h2:Q", y2="far:Q"),
        line.mark_line(**edge).encode(x="h1:Q", y="h2:Q"),
        *panel("h1", "h2", [-3.4, 5], ("h₁", "h₂")),
    )
    size = {"width": 290, "height": 290}
    return SliderChart(
        alt.vconcat(inputs.properties(**size), outputs.properties(**size)),
        params,
        says=[
            f"{separates} ? 'a line separates' : 'no line separates'",
            "'(1, 0) is taken to (' + format(1 + a, '~f') + ', ' + format(-slope * a, '~f') + ')'",
        ],
        description=(
            "Above: a square grid with the four points of XOR at its corners. Below: where "
            "two hidden units take grid and points, and whether a line separates them there. "
            "Sliders change the bend of the units and how far apart they take the two points "
            "of class 1. Without a bend the grid stays a parallelogram, and no line separates."
        ),
    )
