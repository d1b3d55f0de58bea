"""Settings on a grid and at random, and how near they come to the best one."""

import altair as alt
import numpy as np

from companion.interactive.chart import SIZE, SliderChart, slider, tables
from companion.plots import BLUE, INK, ORANGE


def grid_and_random(settings, best, weights, *, draw=1, shown=20):
    """Return a chart of a grid and of random settings in a unit square, with two sliders.

    One slider sets how much a distance in the second direction matters, the other takes another
    draw. Below the square stand the places of all settings in the first direction. Above stands how
    near the nearest setting of either kind comes to the best one, and in how many of the draws the
    random ones come nearer.

    Parameters
    ----------
    settings : array_like, shape (draws, n, 2)
        Random settings between 0 and 1; n is a square number, and the grid has as many.
    best : array_like, shape (draws, 2)
        The best setting of each draw.
    weights : sequence of float
        What the slider can set, in equal steps: 0, if the second direction does not matter, to 1.
    draw : int
        The one that is shown at first, counted from 1.
    shown : int
        How many of the draws the slider leads to.

    Returns
    -------
    SliderChart
    """
    settings, best = (np.asarray(a, dtype=float) for a in (settings, best))
    side = round(settings.shape[1] ** 0.5)
    if side**2 != settings.shape[1]:
        raise ValueError(f"a grid needs 4, 9, 16 … settings, got {settings.shape[1]} a draw")
    shown = min(shown, len(settings))
    middles = (np.arange(side) + 0.5) / side
    grid = np.array([[a, b] for a in middles for b in middles])
    stretch = np.array([[1, w] for w in weights])[:, None, None]  # of the two directions

    def nearest(points):  # for each weight and draw
        away = (points - best[:, None]) * stretch
        return np.sqrt((away**2).sum(axis=3)).min(axis=2)

    of_grid, of_random = nearest(grid[None]), nearest(settings)
    won = (100 * (of_random < of_grid).mean(axis=1)).round().astype(int)
    weights = [round(float(w), 6) for w in weights]
    step = round(weights[1] - weights[0], 6)
    params = [
        *slider("weight", "second direction ×", weights[0], weights[0], weights[-1], step),
        *slider("draw", "draw", draw, 1, shown, 1),
    ]
    params += tables(
        of_grid=of_grid[:, :shown].round(2).tolist(),
        of_random=of_random[:, :shown].round(2).tolist(),
        won=won.tolist(),
    )
    rows = [{"a": a, "b": b, "kind": "grid"} for a, b in grid.round(4).tolist()]
    first = zip(*(a[:shown].round(4).tolist() for a in (settings, best)), strict=True)
    for number, (points, at) in enumerate(first, 1):
        rows += [{"a": a, "b": b, "kind": "random", "draw": number} for a, b in points]
        rows.append({"a": at[0], "b": at[1], "kind": "best", "draw": number})
    across = alt.X(
        "a:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        title="first direction",
        axis=alt.Axis(values=[0, 0.5, 1]),
    )
    up = alt.Y(
        "b:Q",
        scale=alt.Scale(domain=[-0.2, 1], nice=False),
        title="second direction",
        axis=alt.Axis(values=[0, 0.5, 1], grid=False),
    )
    of_draw = alt.Chart().transform_filter("!isValid(datum.draw) || datum.draw == draw")

    def only(kind):
        return of_draw.transform_filter(f"datum.kind == '{kind}'")

    marks = []
    for kind, color, shape, low in (
        ("grid", BLUE, "circle", -0.1),
        ("random", ORANGE, "triangle-up", -0.2),
    ):
        marks.append(
            only(kind)
            .mark_point(filled=True, size=80, opacity=1, shape=shape, color=color)
            .encode(across, up)
        )
        marks.append(
            only(kind)
            .transform_calculate(low=f"{low}", high=f"{low + 0.08:.2f}")
            .mark_rule(color=color, strokeWidth=2)
            .encode(across, alt.Y("low:Q"), y2="high:Q")
        )
    marks.append(
        only("best")
        .mark_point(shape="cross", filled=True, size=150, color=INK, angle=45, opacity=1)
        .encode(across, up)
    )
    row = f"round((weight - {weights[0]}) / {step})"
    return SliderChart(
        alt.layer(*marks, data=alt.Data(values=rows)).properties(width=SIZE, height=SIZE),
        params,
        says=[
            f"'nearest to the best: grid ' + format(of_grid[{row}][draw - 1], '.2f')"
            f" + ', random ' + format(of_random[{row}][draw - 1], '.2f')",
            f"'second direction × ' + weight + ': random nearer in ' + won[{row}]"
            " + '\N{NO-BREAK SPACE}% of draws'",
        ],
        description=(
            f"A unit square with {len(grid)} blue dots on a grid, {len(grid)} orange triangles "
            "at random, and a cross at the best setting. Ticks below show their places in the "
            f"first direction: {side} of the grid, {len(grid)} of the random settings. "
            "Sliders set how much the second direction matters, and take another draw. The "
            "less it matters, the more often the random settings come nearer to the cross."
        ),
    )
