"""Signals and gradients in a deep network."""

import altair as alt
import numpy as np

from companion.interactive.chart import SIZE, SliderChart
from companion.plots import BLUE, INK, ORANGE


def deep_signals(runs, *, name, log_gain):
    """Return a chart of how large signals and gradients are in a deep network, with a slider.

    Above, the size of the activations of each layer and that of the gradients, relative to the
    last layer's; below, how the activations of the last layer are distributed. The slider is the
    gain, the factor on 1/√n_in in the deviation of the weights; a menu changes the activation
    function.

    Parameters
    ----------
    runs : dict of tuple to tuple
        For each pair (name of the activation, log₂ of the gain) the sizes of the activations, the
        sizes of the gradients, both of shape (layers,), and the activations of the last layer, an
        array of any shape. All names have the same gains, evenly spaced.
    name : str
        Which activation is shown at the start.
    log_gain : float
        log₂ of the gain at the start.

    Returns
    -------
    SliderChart
    """
    gains = sorted({gain for _, gain in runs})
    names = list(dict.fromkeys(kind for kind, _ in runs))
    rows = [
        {
            "f": kind,
            "g": float(gain),
            "a": [float(f"{size:.3g}") for size in forward],
            "d": [float(f"{size:.3g}") for size in np.divide(backward, backward[-1])],
            "n": _shares(last),
        }
        for (kind, gain), (forward, backward, last) in runs.items()
    ]
    params = [
        alt.param(
            name="log_gain",
            value=float(log_gain),
            bind=alt.binding_range(
                min=gains[0], max=gains[-1], step=gains[1] - gains[0], name="log₂ of the gain "
            ),
        ),
        alt.param(name="f", value=name, bind=alt.binding_select(options=names, name="activation ")),
    ]
    shown = alt.Chart().transform_filter("datum.f == f && datum.g == log_gain")
    layers = len(rows[0]["a"])
    across = alt.X(
        "l:Q",
        scale=alt.Scale(domain=[1, layers], nice=False),
        axis=alt.Axis(tickCount=layers, grid=False, format="d"),
        title="layer",
    )
    size = alt.Y(
        "size:Q",
        scale=alt.Scale(type="log", domain=[1e-6, 1e6], clamp=True),
        axis=alt.Axis(values=[1e-6, 1e-3, 1, 1e3, 1e6], format="~e"),
        title="size",
    )
    lines = []
    for key, color in (("a", BLUE), ("d", ORANGE)):
        line = (
            shown.transform_calculate(l=f"sequence(1, {layers + 1})")
            .transform_flatten(["l", key])
            .transform_calculate(size=f"max(datum.{key}, 1e-9)")
        )
        lines.append(
            line.mark_line(
                color=color, strokeWidth=2.5, point=alt.OverlayMarkDef(size=45, color=color)
            ).encode(across, size)
        )
    level = (
        alt.Chart(alt.Data(values=[{"size": 1}]))
        .mark_rule(color=INK, strokeDash=[4, 4])
        .encode(y=size)
    )
    words = (
        ("'gain ' + format(pow(2, log_gain), '.2f')", INK, -48),
        (f"'activations, layer {layers}: ' + format(datum.a[{layers - 1}], '.2~g')", BLUE, -30),
        (f"'gradients, layer 1 / layer {layers}: ' + format(datum.d[0], '.2~g')", ORANGE, -12),
    )
    texts = [
        shown.transform_calculate(text=text)
        .mark_text(align="left", fontSize=14, fontWeight="bold", color=color)
        .encode(x=alt.value(0), y=alt.value(height), text="text:N")
        for text, color, height in words
    ]
    bars = (
        shown.transform_calculate(at="sequence(-20, 21)")
        .transform_flatten(["at", "n"])
        .transform_calculate(low="datum.at / 10 - 0.05", high="datum.at / 10 + 0.05", base="0")
        .mark_bar(color=BLUE, orient="vertical")
        .encode(
            alt.X(
                "low:Q",
                scale=alt.Scale(domain=[-2.05, 2.05], nice=False),
                axis=alt.Axis(values=[-2, -1, 0, 1, 2], grid=False),
                title=f"activations of layer {layers}",
            ),
            alt.Y("n:Q", axis=None, title=None),
            x2="high:Q",
            y2="base:Q",
        )
    )
    above = alt.layer(level, *lines, *texts).properties(width=SIZE, height=220)
    return SliderChart(
        alt.vconcat(above, bars.properties(width=SIZE, height=110), data=alt.Data(values=rows))
        .add_params(*params)
        .properties(
            description=(
                f"Above: the size of the activations in {layers} layers, blue, and of the "
                "gradients, orange, on a logarithmic scale. Below: a histogram of the last "
                "layer's activations. A slider changes the gain, a menu offers "
                f"{', '.join(names)}. "
                "At the right gain both lines run level; below it they fall towards zero, in the "
                "directions in which signal and gradient travel, and above it they grow unless "
                "the activation function holds the signal."
            ),
        )
    )


def _shares(values):
    """Return which share of the values lies in each of 41 bins about -2, -1.9 … 2, in percent.

    What lies beyond is counted in the outermost bins.
    """
    values = np.clip(np.ravel(values), -2.04, 2.04)
    counts, _ = np.histogram(values, np.linspace(-2.05, 2.05, 42))
    return (100 * counts / len(values)).round(1).tolist()
