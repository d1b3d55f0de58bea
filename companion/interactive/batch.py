"""One feature of a batch before and after normalization."""

import altair as alt
import numpy as np

from companion.interactive.chart import SIZE, SliderChart, slider
from companion.plots import BLUE, ORANGE


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
    params = [
        *slider("shift", "shift of the inputs", shift, -4, 4, 0.1),
        *slider("stretch", "stretch of the inputs", stretch, 0.25, 4, 0.05),
        *slider("move", "last sample alone", 0, -6, 6, 0.1),
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
    # For the words the same once more, sample by sample.
    inputs = [f"(stretch * {v} + shift)" for v in x.tolist()]
    inputs[-1] = f"({inputs[-1]} + move)"
    normed = [f"({one} - mean) / sqrt(variance + 1e-5)" for one in inputs]
    params += [
        alt.param(name="mean", expr=_mean(inputs)),
        alt.param(name="variance", expr=_mean(f"pow({one} - mean, 2)" for one in inputs)),
        alt.param(name="mean_after", expr=_mean(normed)),
        alt.param(
            name="variance_after", expr=_mean(f"pow({one} - mean_after, 2)" for one in normed)
        ),
    ]
    return SliderChart(
        alt.layer(threads, *dots, data=alt.Data(values=rows)).properties(width=SIZE, height=260),
        params,
        says=[
            f"'{name}: mean ' + format(round(100 * mean{after}) / 100 + 0, '.2f')"
            f" + ', deviation ' + format(sqrt(variance{after}), '.2f')"
            for name, after in (("inputs", ""), ("normalized", "_after"))
        ],
        description=(
            f"Two rows of {len(x)} dots over one axis: the inputs of a batch above, the "
            "normalized values below, joined by threads, with mean and deviation in numbers. "
            "Sliders shift and stretch the inputs, and the lower row stays where it is. A "
            "third slider moves the last sample, orange, and then all dots below move."
        ),
    )


def _mean(expressions):
    parts = list(expressions)
    return f"({' + '.join(parts)}) / {len(parts)}"
