"""Scores, temperature, and the probabilities that softmax makes of them."""

import altair as alt

from companion.interactive.chart import SIZE, SliderChart, percent, slider
from companion.plots import CLASS_COLORS, INK


def softmax_bars(z, *, names, highest=5):
    """Return a chart of softmax probabilities with sliders for the scores and the temperature.

    A bar for each class, with its probability above it; a tick where it would be at T = 1.

    Parameters
    ----------
    z : sequence of float, shape (k,)
        Scores at the start, for at most four classes.
    names : sequence of str, length k
        Of the classes.
    highest : float
        The sliders of the scores run from -highest to highest.

    Returns
    -------
    SliderChart
    """
    if len(z) != len(names) or not 1 <= len(z) <= len(CLASS_COLORS):
        raise ValueError(f"z and names must have one to four entries each, got {z} and {names}")
    params = []
    for i, (score, name) in enumerate(zip(z, names, strict=True)):
        params += slider(f"z{i}", f"score of {name}", score, -highest, highest, 0.05)
    params += slider("log_t", "temperature", 0, -1, 1, 0.02, shows="format(pow(10, log_t), '.2f')")
    scores = ", ".join(f"z{i}" for i in range(len(z)))
    across = alt.X("class:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelFontSize=15))
    scale = alt.Scale(domain=[0, 1], nice=False)
    color = alt.Scale(domain=list(names), range=list(CLASS_COLORS[: len(z)]))

    classes = [{"class": name, "i": i} for i, name in enumerate(names)]
    shares = (
        alt.Chart(alt.Data(values=classes))
        .transform_calculate(above=f"[{scores}][datum.i] - max({scores})")  # exp cannot overflow
        .transform_calculate(e="exp(datum.above / pow(10, log_t))", e_1="exp(datum.above)")
        .transform_joinaggregate(total="sum(e)", total_1="sum(e_1)")
        .transform_calculate(p="datum.e / datum.total", p_1="datum.e_1 / datum.total_1")
        .transform_calculate(text=percent("datum.p", 1), top="max(datum.p, datum.p_1)")
    )
    bars = shares.mark_bar(width=alt.RelativeBandSize(0.7)).encode(
        across,
        alt.Y("p:Q", scale=scale, title="probability", axis=alt.Axis(tickCount=4)),
        alt.Color("class:N", scale=color, legend=None),
    )
    ticks = (
        shares.transform_calculate(low="datum.p_1 - 0.003", high="datum.p_1 + 0.003")
        .mark_bar(width=alt.RelativeBandSize(0.95), color=INK)
        .encode(across, alt.Y("low:Q", scale=scale), y2="high:Q")
    )
    numbers = shares.mark_text(dy=-12, fontSize=15, fontWeight="bold", color=INK).encode(
        across, alt.Y("top:Q", scale=scale), text="text:N"
    )
    powers = [f"exp((z{i} - max({scores})) / pow(10, log_t))" for i in range(len(z))]
    total = " + ".join(powers)
    said = " + ', ' + ".join(
        f"'{name} ' + {percent(f'{power} / ({total})', 1)}"
        for name, power in zip(names, powers, strict=True)
    )
    return SliderChart(
        alt.layer(bars, ticks, numbers).properties(width=SIZE, height=300),
        params,
        says=["'T = ' + log_t_shown", said],
        description=(
            f"A bar for the softmax probability of each of {', '.join(names)}, with its "
            "number above it and a tick where it stands at temperature 1. Sliders change the "
            "scores, which trade probability between the bars, and the temperature, which "
            "evens the bars out or leaves one of them."
        ),
    )
