"""The circuit of one unit, forward and backward."""

import altair as alt

from companion.interactive.chart import SIZE, SliderChart, slider
from companion.plots import BLUE, INK, ORANGE


def unit_circuit(*, w, x, b, target=1):
    """Return a chart of the circuit of one sigmoid unit and its loss, with three sliders.

    The circuit is L = ½ (a - target)² with a = σ(w x + b). Each card holds a value and, below it,
    the derivative of L by it; each arrow carries its local derivative, and is the thicker, the more
    gradient goes back along it. A line of text compares what the gradient of w promises with what
    adding 0.1 to w does.

    Parameters
    ----------
    w, x, b : float
        Weight, input and bias at the start, from -4 to 4, b from -8 to 8.
    target : float
        What the unit should say, from 0 to 1.

    Returns
    -------
    SliderChart
    """
    params = [
        *slider("w", "weight w", w, -4, 4, 0.1),
        *slider("x", "input x", x, -4, 4, 0.1),
        *slider("b", "bias b", b, -8, 8, 0.2),
    ]
    a = "(1 / (1 + exp(-(w * x + b))))"
    error, slope = f"({a} - {float(target)})", f"({a} * (1 - {a}))"
    z_grad = f"({error} * {slope})"
    cards = [  # label, place, value, gradient
        ("w", 0, 0, "w", f"{z_grad} * x"),
        ("x", 0, 2, "x", f"{z_grad} * w"),
        ("×", 1, 1, "w * x", z_grad),
        ("b", 1, 3, "b", z_grad),
        ("+", 2, 2, "w * x + b", z_grad),
        ("σ", 3, 2, a, error),
        ("loss", 4, 2, f"{error} * {error} / 2", "1"),
    ]
    arrows = [  # from which card to which, the local derivative, and where it is written
        (0, 2, "x", 0.76, 0.2),
        (1, 2, "w", 0.76, 1.8),
        (2, 4, "1", 1.76, 1.2),
        (3, 4, "1", 1.76, 2.8),
        (4, 5, slope, 2.5, 1.35),
        (5, 6, error, 3.5, 1.35),
    ]

    def listed(expressions):  # the expression of this row of the data
        return f"[{', '.join(expressions)}][datum.i]"

    def number(expression):  # two decimals, and no minus before zero
        return f"format(round(100 * {expression}) / 100 + 0, '.2f')"

    half, reach = 0.33, 0.48  # of a card: half its width and height, in places
    rows = [{"i": i, "label": c[0], "x": c[1], "y": c[2]} for i, c in enumerate(cards)]
    ways = [
        {
            "i": i,
            "x": cards[start][1] + half,
            "y": cards[start][2],
            "x2": cards[end][1] - half,
            "y2": cards[end][2],
            "at_x": at_x,
            "at_y": at_y,
        }
        for i, (start, end, _, at_x, at_y) in enumerate(arrows)
    ]

    def scaled(pixels):  # letters shrink with the cards where the page is narrow
        return alt.expr(f"{pixels} * width / {SIZE}")

    wide = alt.Scale(domain=[-0.5, 4.5], nice=False)
    high = alt.Scale(domain=[3.55, -0.55], nice=False)  # rows are counted from above
    across = alt.X("x:Q", scale=wide, axis=None)
    down = alt.Y("y:Q", scale=high, axis=None)

    flows = alt.Chart(alt.Data(values=ways)).transform_calculate(
        local=listed([arrow[2] for arrow in arrows]),
        upstream=listed([cards[arrow[1]][4] for arrow in arrows]),
    )
    lines = (
        flows.transform_calculate(width="min(14, 1 + 14 * abs(datum.local * datum.upstream))")
        .mark_rule(color=ORANGE, opacity=0.55)
        .encode(
            across, down, x2="x2:Q", y2="y2:Q", strokeWidth=alt.StrokeWidth("width:Q", scale=None)
        )
    )
    factors = (
        flows.transform_calculate(text=f"'· ' + {number('datum.local')}")
        .mark_text(fontSize=scaled(14), color=INK)
        .encode(
            alt.X("at_x:Q", scale=wide, axis=None),
            alt.Y("at_y:Q", scale=high, axis=None),
            text="text:N",
        )
    )
    shown = alt.Chart(alt.Data(values=rows)).transform_calculate(
        value=number(listed([c[3] for c in cards])),
        gradient=number(listed([c[4] for c in cards])),
        left=f"datum.x - {half}",
        right=f"datum.x + {half}",
        top=f"datum.y - {reach}",
        bottom=f"datum.y + {reach}",
    )
    boxes = shown.mark_rect(fill="white", stroke=INK, cornerRadius=5).encode(
        alt.X("left:Q", scale=wide, axis=None),
        alt.Y("top:Q", scale=high, axis=None),
        x2="right:Q",
        y2="bottom:Q",
    )
    texts = [
        shown.mark_text(dy=scaled(dy), fontSize=scaled(15), fontWeight=weight, color=color).encode(
            across, down, text=f"{field}:N"
        )
        for field, dy, color, weight in (
            ("label", -19, INK, "bold"),
            ("value", 1, BLUE, "normal"),
            ("gradient", 20, ORANGE, "normal"),
        )
    ]
    meanings = (("value", BLUE), ("gradient", ORANGE), ("· local derivative", INK))
    legend = [
        alt.Chart(alt.Data(values=[{"text": text}]))
        .mark_text(align="right", fontSize=scaled(15), color=color)
        .encode(x=alt.value("width"), y=alt.value(16 + 20 * line), text="text:N")
        for line, (text, color) in enumerate(meanings)
    ]
    nudged = f"(1 / (1 + exp(-((w + 0.1) * x + b))) - {float(target)})"
    loss, (w_grad, x_grad, b_grad) = cards[6][3], (cards[i][4] for i in (0, 1, 3))
    return SliderChart(
        alt.layer(lines, boxes, factors, *texts, *legend)
        .properties(width=SIZE, height=300)
        .configure_view(strokeWidth=0),
        params,
        says=[
            f"'output ' + format({a}, '.3f') + ', loss ' + format({loss}, '.4f')",
            f"'gradients: w ' + {number(w_grad)} + ', x ' + {number(x_grad)}"
            f" + ', b ' + {number(b_grad)}",
            f"'add 0.1 to w: loss ' + format({nudged} * {nudged} / 2 - {loss}, '+.4f')"
            f" + '; 0.1 times the gradient is ' + format(0.1 * {w_grad}, '+.4f')",
        ],
        description=(
            "A circuit of seven cards: w and x lead to a product, the product and b to a sum, "
            "the sum to a sigmoid, and that to the loss, half the squared distance from "
            f"{target:g}. Each card shows its value and its gradient, each arrow its local "
            "derivative. Sliders change w, x and b; a gradient is always that of the next card "
            "times the number between."
        ),
    )
