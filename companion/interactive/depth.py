"""Signals and gradients in a deep network."""

import altair as alt
import numpy as np

from companion.interactive.chart import SIZE, SliderChart, menu, slider, tables
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
    first, last = gains[0], gains[-1]
    step = gains[1] - first
    here = "format(pow(2, log_gain), '.2f')"
    params = [
        *slider("log_gain", "gain", log_gain, first, last, step, shows=here),
        *menu("f", "activation", name, names),
        *tables(
            signal={kind: [row["a"][-1] for row in rows if row["f"] == kind] for kind in names},
            gradient={kind: [row["d"][0] for row in rows if row["f"] == kind] for kind in names},
        ),
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
    color = alt.Scale(domain=["activations", "gradients"], range=[BLUE, ORANGE])
    legend = alt.Legend(title=None, orient="top", labelFontSize=13)
    lines = []
    for key, kind in (("a", "activations"), ("d", "gradients")):
        line = (
            shown.transform_calculate(l=f"sequence(1, {layers + 1})")
            .transform_flatten(["l", key])
            .transform_calculate(size=f"max(datum.{key}, 1e-9)", kind=f"'{kind}'")
            .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=45))
        )
        lines.append(line.encode(across, size, alt.Color("kind:N", scale=color, legend=legend)))
    level = (
        alt.Chart(alt.Data(values=[{"size": 1}]))
        .mark_rule(color=INK, strokeDash=[4, 4])
        .encode(y=size)
    )
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
    above = alt.layer(level, *lines).properties(width=SIZE, height=220)
    place = f"[f][round((log_gain - {first}) / {step})]"
    return SliderChart(
        alt.vconcat(above, bars.properties(width=SIZE, height=110), data=alt.Data(values=rows)),
        params,
        says=[
            "f + ', gain ' + log_gain_shown",
            f"'activations, layer {layers}: ' + format(signal{place}, '.2~g')",
            f"'gradients, layer 1 / layer {layers}: ' + format(gradient{place}, '.2~g')",
        ],
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


def _shares(values):
    """Return which share of the values lies in each of 41 bins about -2, -1.9 … 2, in percent.

    What lies beyond is counted in the outermost bins.
    """
    values = np.clip(np.ravel(values), -2.04, 2.04)
    counts, _ = np.histogram(values, np.linspace(-2.05, 2.05, 42))
    return (100 * counts / len(values)).round(1).tolist()
