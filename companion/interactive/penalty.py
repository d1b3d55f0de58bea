"""A polynomial that a penalty holds back."""

import altair as alt
import numpy as np

from companion.interactive.chart import SIZE, SliderChart, slider, tables
from companion.plots import BLUE, INK, ORANGE


def penalized_fits(x, y, coefficients, lams, *, truth, start):
    """Return a chart of polynomials through points, with sliders for the penalty and the points.

    Above stand the mean squared errors of the polynomial on its points and to the true curve.

    Parameters
    ----------
    x, y : array_like, shape (s, n)
        The points of s training sets, x between -1 and 1.
    coefficients : array_like, shape (s, m, d)
        For each set and each strength of the penalty the coefficients of 1, x, x² …
    lams : sequence of m floats
        The strengths, from weak to strong.
    truth : array_like, shape (k,)
        The true curve at k places, evenly spread from -1 to 1.
    start : int
        The place in `lams` of the strength that is set at first.

    Returns
    -------
    SliderChart
    """
    x, y, w = (np.asarray(a, dtype=float) for a in (x, y, coefficients))
    grid = np.linspace(-1, 1, len(truth))
    fitted = np.einsum("smd,snd->smn", w, x[..., None] ** np.arange(w.shape[2]))
    curves = w @ (grid[:, None] ** np.arange(w.shape[2])).T
    on_points = ((fitted - y[:, None]) ** 2).mean(axis=2)
    to_truth = ((curves - np.asarray(truth)) ** 2).mean(axis=2)
    params = [
        *slider("lam", "strength λ", start, 0, len(lams) - 1, 1, shows="strengths[lam]"),
        *slider("sample", "training set", 1, 1, len(x), 1),
    ]
    params += tables(
        w=w.round(4).tolist(),
        on_points=on_points.round(3).tolist(),
        to_truth=to_truth.round(3).tolist(),
        strengths=[f"{one:.2g}" for one in lams],
    )
    across = alt.X("x:Q", scale=alt.Scale(domain=[-1, 1], nice=False), title="x")
    up = alt.Y("y:Q", scale=alt.Scale(domain=[-2.2, 2.2], nice=False), title="y")

    rows = [{"x": a, "y": b} for a, b in zip(grid.round(4), np.round(truth, 4), strict=True)]
    true_curve = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(color=INK, strokeDash=[5, 4], strokeWidth=1.3)
        .encode(across, up, order="x:Q")
    )
    terms = " + ".join(
        f"w[sample - 1][lam][{power}] * pow(datum.x, {power})" for power in range(w.shape[2])
    )
    fit = (
        alt.Chart(alt.sequence(0, 201, as_="i"))
        .transform_calculate(x="datum.i / 100 - 1")
        .transform_calculate(y=terms)
        .mark_line(color=BLUE, strokeWidth=2, clip=True)
        .encode(across, up, order="x:Q")
    )
    points = [
        {"x": float(a), "y": float(b), "set": number}
        for number, (xs, ys) in enumerate(zip(x.round(4), y.round(4), strict=True), 1)
        for a, b in zip(xs, ys, strict=True)
    ]
    dots = (
        alt.Chart(alt.Data(values=points))
        .transform_filter("datum.set == sample")
        .mark_circle(color=ORANGE, size=60, opacity=1, clip=True)
        .encode(across, up)
    )
    return SliderChart(
        alt.layer(true_curve, fit, dots).properties(width=SIZE, height=300),
        params,
        says=[
            "'λ = ' + lam_shown",
            "'error on its points ' + format(on_points[sample - 1][lam], '.3f')"
            " + ', to the true curve ' + format(to_truth[sample - 1][lam], '.3f')",
        ],
        description=(
            f"{x.shape[1]} orange points about a dashed curve, and the blue polynomial of "
            f"degree {w.shape[2] - 1} that fits them under a penalty on its coefficients. "
            "Sliders change the strength of the penalty and draw other points. A weak penalty "
            "lets the polynomial swing from point to point, a strong one makes it flat. Above "
            "stand its errors on the points and to the dashed curve."
        ),
    )
