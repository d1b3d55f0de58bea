"""What the words above each chart must say, by the companion, wherever its sliders stand.

`tests/test_interactive.py` asks it of charts drawn without a browser, `tests/test_site_charts.py`
of those in the pages, whose sliders are moved by key.
"""

import re

import numpy as np
from support import walk

from companion.activations import ACTIVATIONS
from companion.graph import Value
from companion.layers import BatchNorm
from companion.losses import softmax
from companion.optimizers import SGD, Momentum
from companion.perceptron import find_line, predict

NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")


#: The data of these charts are stored with four digits, the words were computed before: how far
#: the words may be off for that.
ROUNDED = {"relu_sum": 0.03, "penalized_fits": 0.02}


def compare(shown, wanted, relative=0.0):
    """Assert that lines say what they should, to the digits that are shown.

    Parameters
    ----------
    shown : list of str
    wanted : list of tuple
        For each line its text, with # for each number, and the numbers.
    relative : float
        By how much a number may be off besides.
    """
    lines = [line.replace("\N{MINUS SIGN}", "-") for line in shown]
    assert [NUMBER.sub("#", line) for line in lines] == [text for text, *_ in wanted]
    for line, (_, *numbers) in zip(lines, wanted, strict=True):
        for text, number in zip(NUMBER.findall(line), numbers, strict=True):
            digits, _, power = text.partition("e")
            unit = 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))
            allowed = 0.51 * unit + relative * abs(number)
            assert abs(float(text) - number) <= allowed + 1e-12, (line, number)


def rows(spec, *fields):
    """Return the first rows of data in the chart that have these fields."""
    if isinstance(spec, dict):
        values = spec.get("values")
        if isinstance(values, list) and values and isinstance(values[0], dict):
            return values if set(fields) <= set(values[0]) else None
    parts = spec.values() if isinstance(spec, dict) else spec if isinstance(spec, list) else ()
    return next((found for part in parts if (found := rows(part, *fields))), None)


def columns(table, *fields):
    return (np.array([row[field] for row in table]) for field in fields)


def table(spec, name):
    return next(param["value"] for param in spec["params"] if param["name"] == name)


def bind(spec, name):
    return next(param["bind"] for param in spec["params"] if param["name"] == name)


def decision_line(spec, w1, w2, b):
    x1, x2, y = columns(rows(spec, "x1", "x2", "y"), "x1", "x2", "y")
    wrong = predict(np.column_stack([x1, x2]), [w1, w2], b) != y
    return [("mistakes: # of #", wrong.sum(), len(y))]


def xor_bend(spec, slope, a):
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    z = x @ np.array([[1 + a, -a], [-a, 1 + a]])
    h = np.where(z > 0, z, slope * z)
    said = "no" if find_line(h, y).line is None else "a"
    return [(f"{said} line separates",), ("(#, #) is taken to (#, #)", 1, 0, *h[2])]


def relu_sum(spec, many, cut):
    net = next(row for row in rows(spec, "n") if row["n"] == many)
    w, b, v = (np.array(net[key]) for key in "wbv")
    first = max(1, int((-b / w <= cut + 1e-4).sum()))
    x, y = columns(rows(spec, "x", "y"), "x", "y")
    error = np.abs(np.maximum(0, np.outer(x, w) + b)[:, :first] @ v[:first] + net["c"] - y)
    inside = (x >= bind(spec, "cut")["min"]) & (x <= bind(spec, "cut")["max"])
    units = "# unit" if many == 1 else "# units"
    return [
        (units, many) if first == many else (f"the first # of {units}", first, many),
        ("greatest error: inside #, outside #", error[inside].max(), error[~inside].max()),
    ]


def softmax_bars(spec, log_t, **z):
    p = softmax(list(z.values()), temperature=10**log_t)
    names = [bind(spec, name)["name"].removeprefix("score of ").strip() for name in z]
    said = ", ".join(f"{name} #\N{NO-BREAK SPACE}%" for name in names)
    return [("T = #", 10**log_t), (said, *(100 * p))]


def descent(spec, lr, kappa):
    start = [float(n) for n in NUMBER.findall(spec["description"].partition("from (")[2])[:2]]
    steps = int(re.search(r"after each of (\d+) steps", spec["description"])[1])
    curvatures = np.array([1 / kappa, 1])
    end = walk(SGD(lr), lambda x: curvatures * x, start, steps)[-1]
    factors = 1 - lr * curvatures
    return [
        ("factor a step: along #, across #", *factors),
        ("loss after # steps: #", steps, curvatures @ end**2 / 2),
    ]


def unit_circuit(spec, w, x, b):
    def loss(w):
        return ((w * x_value + b_value).sigmoid() - 1) ** 2 / 2

    w_value, x_value, b_value = Value(w), Value(x), Value(b)
    here = loss(w_value)
    here.backward()
    output = (w_value * x_value + b_value).sigmoid().data
    change = loss(Value(w + 0.1)).data - here.data
    return [
        ("output #, loss #", output, here.data),
        ("gradients: w #, x #, b #", w_value.grad, x_value.grad, b_value.grad),
        ("add # to w: loss #; # times the gradient is #", 0.1, change, 0.1, 0.1 * w_value.grad),
    ]


CHAINED = {
    "step": "step",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "ReLU": "relu",
    "leaky ReLU, α = 0.01": "leaky_relu",
    "ELU": "elu",
    "SELU": "selu",
    "GELU": "gelu",
    "softplus": "softplus",
}


def slope_chain(spec, f, z, w):
    function, derivative = ACTIVATIONS[CHAINED[f]]
    factor = float(derivative(z)) * w
    return [
        ("value #, slope #", float(function(z)), float(derivative(z))),
        ("slope × weight = #, after # layers: #", factor, 10, factor**10),
    ]


def deep_signals(spec, f, log_gain):
    row = next(row for row in rows(spec, "g") if (row["f"], row["g"]) == (f, log_gain))
    layers = len(row["a"])
    return [
        (f"{f}, gain #", 2**log_gain),
        ("activations, layer #: #", layers, row["a"][-1]),
        ("gradients, layer # / layer #: #", 1, layers, row["d"][0]),
    ]


def normalized_batch(spec, shift, stretch, move):
    x = stretch * np.array([row["v"] for row in rows(spec, "v")]) + shift
    x[-1] += move
    y = BatchNorm(1).forward(x[:, None], training=True)
    return [
        ("inputs: mean #, deviation #", x.mean(), x.std()),
        ("normalized: mean #, deviation #", y.mean(), y.std()),
    ]


def ravine_walk(spec, lr, mu, curvatures=(0.02, 1.0)):
    rate, momentum = (
        float(table(spec, key)[int(i)]) for key, i in (("rates", lr), ("momenta", mu))
    )
    walks = table(spec, "walks")
    curvatures, steps = np.array(curvatures), len(walks[0][0]) - 1
    end = walk(Momentum(rate, momentum), lambda x: curvatures * x, walks[0][0][0], steps)[-1]
    return [
        ("rate #, momentum #", rate, momentum),
        ("loss after # steps: #", steps, curvatures @ end**2 / 2),
    ]


def penalized_fits(spec, lam, sample):
    strength = float(table(spec, "strengths")[int(lam)])
    x, y = columns([row for row in rows(spec, "set") if row["set"] == sample], "x", "y")
    at, truth = columns(rows(spec, "x", "y"), "x", "y")
    powers = np.arange(len(table(spec, "w")[0][0]))
    A = x[:, None] ** powers
    w = np.linalg.solve(A.T @ A / len(x) + strength * np.eye(len(powers)), A.T @ y / len(x))
    return [
        ("λ = #", strength),
        (
            "error on its points #, to the true curve #",
            ((A @ w - y) ** 2).mean(),
            ((at[:, None] ** powers @ w - truth) ** 2).mean(),
        ),
    ]


def grid_and_random(spec, weight, draw):
    settings = rows(spec, "kind")
    (best,) = (row for row in settings if row["kind"] == "best" and row["draw"] == draw)
    near = [
        min(
            np.hypot(row["a"] - best["a"], weight * (row["b"] - best["b"]))
            for row in settings
            if row["kind"] == kind and row.get("draw", draw) == draw
        )
        for kind in ("grid", "random")
    ]
    slider = bind(spec, "weight")
    won = table(spec, "won")[round((weight - slider["min"]) / slider["step"])]
    return [
        ("nearest to the best: grid #, random #", *near),
        ("second direction × #: random nearer in #\N{NO-BREAK SPACE}% of draws", weight, won),
    ]


def shifted_digit(spec, down, right, digit):
    far = bind(spec, "down")["max"]
    place = (int(digit) - 1, int(down) + far, int(right) + far)
    answers = []
    for name, p in zip(table(spec, "names"), np.array(table(spec, "p")), strict=True):
        answers.append(
            (f"{name}: # (#\N{NO-BREAK SPACE}%)", p[place].argmax(), 100 * p[place].max())
        )
    return [("true digit #", table(spec, "truth")[int(digit) - 1]), *answers]
