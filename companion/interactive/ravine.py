"""A walk down a ravine, with momentum."""

import altair as alt
import numpy as np

from companion.interactive.chart import SIZE, SliderChart, slider, tables
from companion.plots import BLUE, ORANGE


def ravine_walk(paths, lrs, mus, *, curvatures, lr, mu):
    """Return a chart of walks down a ravine, with sliders for the rate and the momentum.

    The ravine is ½ (c₁ x² + c₂ y²). Above the picture stands its height at the end of the walk.

    Parameters
    ----------
    paths : array_like, shape (r, m, n, 2)
        For each rate and each momentum the n points of a walk.
    lrs, mus : sequence of r and of m floats
        The rates and the momenta.
    curvatures : tuple of two floats
        c₁ and c₂.
    lr, mu : int
        The places in `lrs` and `mus` at the start.

    Returns
    -------
    SliderChart
    """
    paths, (along, across) = np.asarray(paths, dtype=float), curvatures
    ends = (paths[:, :, -1] ** 2 @ [along, across]) / 2
    params = [
        *slider("lr", "learning rate", lr, 0, len(lrs) - 1, 1, shows="rates[lr]"),
        *slider("mu", "momentum", mu, 0, len(mus) - 1, 1, shows="momenta[mu]"),
    ]
    params += tables(
        walks=np.clip(paths, -99, 99).round(2).tolist(),
        ends=[[f"{end:.2g}" for end in row] for row in ends],
        rates=[f"{one:g}" for one in lrs],
        momenta=[f"{one:g}" for one in mus],
    )
    width, height = np.abs(paths[0, 0, 0]) * [1.15, 2.5]  # the start, with room about it
    x = alt.X("x:Q", scale=alt.Scale(domain=[-width, width], nice=False), title="along the ravine")
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-height, height], nice=False), title="across it")

    angle = np.linspace(0, 2 * np.pi, 61)
    rings = [
        {"x": round(a, 3), "y": round(b, 3), "ring": ring, "i": i}
        for ring in range(6)
        for i, (a, b) in enumerate(
            zip(
                1.7 ** (ring - 2) / np.sqrt(along) * np.cos(angle),
                1.7 ** (ring - 2) / np.sqrt(across) * np.sin(angle),
                strict=True,
            )
        )
    ]
    contours = (
        alt.Chart(alt.Data(values=rings))
        .mark_line(color="#B9B5AC", strokeWidth=1, clip=True)
        .encode(x, y, detail="ring:N", order="i:Q")
    )
    walk = alt.Chart(alt.sequence(0, paths.shape[2], as_="t")).transform_calculate(
        x="walks[lr][mu][datum.t][0]", y="walks[lr][mu][datum.t][1]"
    )
    line = walk.mark_line(color=BLUE, strokeWidth=1.3, clip=True).encode(x, y, order="t:Q")
    dots = walk.mark_circle(color=BLUE, size=28, opacity=1, clip=True).encode(x, y)
    goal = (
        alt.Chart(alt.Data(values=[{"x": 0, "y": 0}]))
        .mark_point(shape="cross", angle=45, size=110, filled=True, color=ORANGE, opacity=1)
        .encode(x, y)
    )
    return SliderChart(
        alt.layer(contours, line, dots, goal).properties(width=SIZE, height=220),
        params,
        says=[
            "'rate ' + lr_shown + ', momentum ' + mu_shown",
            f"'loss after {paths.shape[2] - 1} steps: ' + ends[lr][mu]",
        ],
        description=(
            "Contour lines of a long ravine, and the path of gradient descent with momentum "
            f"from its left side to the minimum in the middle, {paths.shape[2] - 1} steps. "
            "Sliders change the learning rate and the momentum. Without momentum the path "
            "creeps along the ravine, or jumps from side to side if the rate is high; with "
            "momentum it gets to the middle, and with too much it swings past it and back."
        ),
    )
