"""A digit that is moved by whole pixels, and what two networks say of it."""

import altair as alt
import numpy as np

from companion.interactive.chart import SliderChart, percent, slider, tables
from companion.plots import BLUE, ORANGE


def shifted_digit(images, labels, probs, *, names, digit=1, down=0, right=0):
    """Return a chart of a digit and two networks' probabilities, with sliders to move the digit.

    Parameters
    ----------
    images : array_like, shape (n, side, side)
        Grey values from 0 to 1, as they are before they are moved.
    labels : sequence of n integers
        What the digits are.
    probs : array_like, shape (2, n, m, m, k)
        Of two networks, for each digit, moved down and to the right by -(m // 2) up to m // 2
        pixels, the probability of each of k classes.
    names : sequence of two str
        What the networks are called.
    digit, down, right : int
        What is shown at first: the digit, counted from 1, and its place.

    Returns
    -------
    SliderChart
    """
    images, probs = np.asarray(images, dtype=float), np.asarray(probs, dtype=float)
    n, side = images.shape[:2]
    far, k = probs.shape[2] // 2, probs.shape[4]
    looked_up = {
        "img": images.reshape(n, -1).round(4).tolist(),
        "p": probs.round(3).tolist(),
        "truth": [int(label) for label in labels],
        "names": list(names),
    }
    row, column = f"floor(datum.i / {side}) - down", f"datum.i % {side} - right"
    inside = f"{row} >= 0 && {row} < {side} && {column} >= 0 && {column} < {side}"
    squares = (
        alt.Chart(alt.sequence(0, side**2, as_="i"))
        .transform_calculate(row=f"floor(datum.i / {side})", column=f"datum.i % {side}")
        .transform_calculate(ink=f"{inside} ? img[digit - 1][({row}) * {side} + {column}] : 0")
        .mark_rect()
        .encode(
            alt.X("column:O", axis=None, scale=alt.Scale(padding=0)),
            alt.Y("row:O", axis=None, scale=alt.Scale(padding=0)),
            alt.Color(
                "ink:Q",
                scale=alt.Scale(domain=[0, 1], range=["white", "black"], interpolate="rgb"),
                legend=None,
            ),
        )
        .properties(width=160, height=160)
    )
    here = f"digit - 1][down + {far}][right + {far}]"
    bars = (
        alt.Chart(alt.sequence(0, 2 * k, as_="i"))
        .transform_calculate(answer=f"datum.i % {k}", net=f"names[floor(datum.i / {k})]")
        .transform_calculate(share=f"p[floor(datum.i / {k})][{here}[datum.answer]")
        .mark_bar()
        .encode(
            alt.X(
                "share:Q",
                scale=alt.Scale(domain=[0, 1], nice=False),
                title="probability",
                axis=alt.Axis(values=[0, 0.5, 1]),
            ),
            alt.Y("answer:O", title=None, axis=alt.Axis(labelFontSize=13)),
            alt.YOffset("net:N", sort=list(names)),
            alt.Color(
                "net:N",
                scale=alt.Scale(domain=list(names), range=[ORANGE, BLUE]),
                legend=alt.Legend(title=None, orient="top", columns=1, labelFontSize=13),
            ),
        )
        .properties(width=190, height=220)
    )
    answers = []
    for i in (0, 1):
        shares = ", ".join(f"p[{i}][{here}[{c}]" for c in range(k))
        answers.append(
            f"names[{i}] + ': ' + indexof(p[{i}][{here}, max({shares}))"
            f" + ' (' + {percent(f'max({shares})')} + ')'"
        )
    return SliderChart(
        alt.hconcat(squares, bars, spacing=20).resolve_scale(color="independent"),
        [
            *slider("down", "pixels down", down, -far, far, 1),
            *slider("right", "pixels to the right", right, -far, far, 1),
            *slider("digit", "example", digit, 1, n, 1),
            *tables(**looked_up),
        ],
        says=["'true digit ' + truth[digit - 1]", *answers],
        description=(
            f"A handwritten digit of {side} times {side} grey squares, and beside it two bars "
            f"for each of the {k} possible answers: the probabilities that two networks give, "
            f"{names[0]} in orange and {names[1]} in blue. Sliders move the digit down and to "
            "the right by whole pixels, and take other digits. Above stand the true digit and "
            "each network's answer with its probability."
        ),
    )
