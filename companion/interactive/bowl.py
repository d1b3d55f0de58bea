"""Gradient descent in a bowl."""

import altair as alt

from companion.interactive.chart import SIZE, SliderChart, slider
from companion.plots import BLUE, ORANGE


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
    params = [
        *slider("lr", "learning rate", lr, 0.05, 2.2, 0.05),
        *slider("kappa", "condition number κ", kappa, 1, 50, 1),
    ]
    width, height = (10, 5)  # half the piece of the plane that is shown
    x = alt.X("x:Q", scale=alt.Scale(domain=[-width, width], nice=False), title="along the valley")
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-height, height], nice=False), title="across it")

    # A contour line is an ellipse: its points at 61 angles, for each of some heights.
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
    above = alt.layer(heights, line, dots, goal).properties(width=SIZE, height=220)
    below = losses.properties(width=SIZE, height=160)
    end = [
        f"pow({float(place)} * pow(1 - lr / {c}, {steps}), 2) / {c}"
        for place, c in zip(start, ("kappa", "1"), strict=True)
    ]
    return SliderChart(
        alt.vconcat(above, below),
        params,
        says=[
            "'factor a step: along ' + format(1 - lr / kappa, '.2f')"
            " + ', across ' + format(1 - lr, '.2f')",
            f"'loss after {steps} steps: ' + format(({' + '.join(end)}) / 2, '.2~g')",
        ],
        description=(
            "Above: contour lines of a long valley and the path of gradient descent, from "
            f"{tuple(start)} to the minimum in the middle. Below: the loss after each of "
            f"{steps} steps, on a logarithmic scale. Sliders change the learning rate and the "
            "condition number, which is how long the valley is."
        ),
    )
