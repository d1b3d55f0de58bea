"""One feature of a batch before and after normalization."""

import altair as alt
import numpy as np

from companion.interactive.chart import SIZE, SliderChart, sliders
from companion.plots import BLUE, INK, ORANGE


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
    params = sliders(
        ("shift", float(shift), -4, 4, 0.1, "shift "),
        ("stretch", float(stretch), 0.25, 4, 0.05, "stretch "),
        ("move", 0.0, -6, 6, 0.1, "last sample alone "),
    )
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
        .add_params(*params)
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
