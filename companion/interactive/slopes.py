"""What a chain of layers leaves of a gradient."""

import altair as alt

from companion.interactive.chart import SIZE, SliderChart, menu, slider
from companion.plots import BLUE, INK, ORANGE

#: What the browser computes for each activation function and its derivative at z.
_BENDS = {
    "step": ("({z} > 0 ? 1 : 0)", "0"),
    "sigmoid": ("1 / (1 + exp(-{z}))", "exp(-abs({z})) / pow(1 + exp(-abs({z})), 2)"),
    "tanh": (
        "1 - 2 / (1 + exp(2 * {z}))",
        "4 * exp(-abs(2 * {z})) / pow(1 + exp(-abs(2 * {z})), 2)",
    ),
    "ReLU": ("max(0, {z})", "({z} > 0 ? 1 : 0)"),
    "leaky ReLU, α = 0.01": ("max(0.01 * {z}, {z})", "({z} > 0 ? 1 : 0.01)"),
    "ELU": ("({z} > 0 ? {z} : exp({z}) - 1)", "({z} > 0 ? 1 : exp({z}))"),
    "SELU": (
        "1.0507 * ({z} > 0 ? {z} : 1.67326 * (exp({z}) - 1))",
        "1.0507 * ({z} > 0 ? 1 : 1.67326 * exp({z}))",
    ),
    "GELU": (
        "{z} * cumulativeNormal({z}, 0, 1)",
        "(cumulativeNormal({z}, 0, 1) + {z} * densityNormal({z}, 0, 1))",
    ),
    "softplus": ("log(1 + exp({z}))", "1 / (1 + exp(-{z}))"),
}


def slope_chain(*, function="sigmoid", z=0.0, w=1.0, layers=10):
    """Return a chart of what a gradient keeps on its way through layers of one unit each.

    Above stand an activation function and its derivative with a marker at z; below, how much of a
    gradient is left after 1, 2, … layers that all multiply it by f'(z) and by the weight w.

    Parameters
    ----------
    function : str
        Its name in the list at the start, such as ``"sigmoid"`` or ``"ReLU"``.
    z : float
        The pre-activation at the start; the slider runs from -6 to 6.
    w : float
        The weight at the start; the slider runs from 0 to 6.
    layers : int

    Returns
    -------
    SliderChart
    """
    params = [
        *menu("f", "function", function, _BENDS),
        *slider("z", "input z", z, -6, 6, 0.1),
        *slider("w", "weight", w, 0, 6, 0.05),
    ]

    def choose(part, at):
        """Return the expression of the chosen function (part 0) or its derivative (part 1)."""
        said = "0"
        for name, pair in _BENDS.items():
            said = f"f == '{name}' ? {pair[part].format(z=at)} : {said}"
        return f"({said})"

    x = alt.X("x:Q", scale=alt.Scale(domain=[-6, 6], nice=False), title="z")
    y = alt.Y("y:Q", scale=alt.Scale(domain=[-2, 4], nice=False), title=None)
    curves = []
    for part, color in ((0, BLUE), (1, ORANGE)):
        line = alt.Chart(alt.sequence(-6, 6.01, 0.05, as_="x"))
        line = line.transform_calculate(y=choose(part, "datum.x"))
        curves.append(line.mark_line(color=color, strokeWidth=2.5, clip=True).encode(x, y))
        dot = alt.Chart(alt.sequence(1, as_="i"))
        dot = dot.transform_calculate(x="z", y=choose(part, "z"))
        dot = dot.mark_point(filled=True, size=130, color=color, opacity=1, clip=True)
        curves.append(dot.encode(x, y))
    here = alt.Chart(alt.sequence(1, as_="i")).transform_calculate(x="z")
    upright = here.mark_rule(color=INK, strokeDash=[4, 4]).encode(x="x:Q")
    names = [
        alt.Chart(alt.Data(values=[{"text": text}]))
        .mark_text(align="left", fontSize=14, fontWeight="bold", color=color)
        .encode(x=alt.value(8), y=alt.value(14 + 18 * line), text="text:N")
        for line, (text, color) in enumerate((("function", BLUE), ("slope", ORANGE)))
    ]

    factor = f"({choose(1, 'z')} * w)"
    left = (
        alt.Chart(alt.sequence(0, layers + 1, as_="n"))
        .transform_calculate(share=f"pow(abs({factor}), datum.n)")
        .transform_filter("datum.share > 0")
        .mark_line(
            color=ORANGE, strokeWidth=2, clip=True, point=alt.OverlayMarkDef(size=60, color=ORANGE)
        )
        .encode(
            alt.X(
                "n:Q",
                scale=alt.Scale(domain=[0, layers], nice=False),
                axis=alt.Axis(tickCount=layers, grid=False, format="d"),
                title="layers on the way back",
            ),
            alt.Y(
                "share:Q",
                scale=alt.Scale(type="log", domain=[1e-10, 1e4], clamp=True),
                axis=alt.Axis(values=[1e-9, 1e-6, 1e-3, 1, 1e3], format="~g"),
                title="what is left, in size",
            ),
        )
    )
    one = (
        alt.Chart(alt.Data(values=[{"y": 1}]))
        .mark_rule(color=INK, strokeDash=[4, 4])
        .encode(alt.Y("y:Q", scale=alt.Scale(type="log", domain=[1e-10, 1e4], clamp=True)))
    )
    above = alt.layer(upright, *curves, *names).properties(width=SIZE, height=220)
    below = alt.layer(one, left).properties(width=SIZE, height=170)
    return SliderChart(
        alt.vconcat(above, below),
        params,
        says=[
            f"'value ' + format({choose(0, 'z')}, '.3f')"
            f" + ', slope ' + format({choose(1, 'z')}, '.3f')",
            f"'slope × weight = ' + format({factor}, '.3f')"
            f" + ', after {layers} layers: ' + format(pow({factor}, {layers}), '.1e')",
        ],
        description=(
            "Above: an activation function, blue, and its derivative, orange, with a dot on "
            "each at z. Below: what is left of a gradient after up to "
            f"{layers} layers that each multiply it by the slope and by a weight, on a "
            "logarithmic scale. A list chooses the function, sliders change z and the weight. "
            f"At the start: {function}, z = {z:g}, weight {w:g}."
        ),
    )
