"""Fresh exercises of chapter 6, backpropagation."""

from fractions import Fraction

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import listed, matrix


def leaky_clip_backward(*, rng):
    """Back through a function of three straight pieces: two slopes, two corners, and their side."""
    low, high = (int(n) / 4 for n in rng.integers([-9, 1], [0, 10]))
    below, above = (round(slope, 2) for slope in rng.uniform(0.05, 0.45, 2))
    below *= rng.choice([-1, 1])
    side, at_low, at_high = (
        ("the one from the left", below, 1),
        ("the one from the right", 1, above),
        ("the one from outside", below, above),
        ("the mean of those on both sides", (below + 1) / 2, (1 + above) / 2),
    )[rng.integers(4)]
    text = f"""\
## Exercise 6.14: leaks on both sides

A continuous function $f$ has the slope 1 between ${low:g}$ and ${high:g}$, the slope ${below:g}$ below ${low:g}$, and the slope ${above:g}$ above ${high:g}$. `leaky_clip_backward(dout, x)` returns the derivative of the loss with respect to `x`: `x` is what went into $f$, entry by entry, and `dout` what arrives from upstream, both of the same shape, whatever it is. Where `x` is exactly ${low:g}$ or ${high:g}$, take as its slope **{side}**. Infinite `x` must work as well."""
    solution = f"""\
def leaky_clip_backward(dout, x):
    slope = np.select(
        [x < {low:g}, x == {low:g}, x < {high:g}, x == {high:g}],
        [{below:g}, {at_low:g}, 1, {at_high:g}],
        {above:g},
    )
    return dout * slope"""

    def cases(rng):
        def places(*shape):
            """Return numbers on all three pieces, beginning with both leaks."""
            n = int(np.prod(shape))
            far = [low - rng.uniform(0.1, 3), high + rng.uniform(0.1, 3)]
            x = np.array([*far, *rng.uniform(low - 2, high + 2, n - 2)]).round(2)
            return rng.permutation(x).reshape(shape)

        def upstream(*shape):
            return (rng.uniform(0.5, 4, shape) * rng.choice([-1, 1], shape)).round(1)

        k = int(rng.integers(4, 6))
        whole = rng.permutation([-4, 4, *rng.integers(-3, 4, k)])
        corners = rng.permutation([low, high, low - 1, high + 1])
        return [
            Case((upstream(2, 3), places(2, 3)), about="A matrix."),
            Case((upstream(4), corners), about="At the corners."),
            Case((rng.integers(1, 6, k + 2), whole), about="Both are integers."),
            Case((upstream(2, 2, 2), places(2, 2, 2)), about="Three axes."),
            Case((upstream(3), np.array([-np.inf, high + 0.5, np.inf])), about="Far out."),
        ]

    call = "leaky_clip_backward(dout, x)"
    return Fresh("leaky_relu_backward", call, text, solution, cases, rng=rng)


def another_circuit(*, rng):
    """Values and gradients of a circuit in which one input is used twice."""
    forms = {
        "(x\\,y + z) \\cdot z": (lambda x, y, z: x * y, lambda p, x, y, z: p + z, "z"),
        "(x + y\\,z) \\cdot y": (lambda x, y, z: y * z, lambda p, x, y, z: x + p, "y"),
        "(x\\,y + y) \\cdot z": (lambda x, y, z: x * y, lambda p, x, y, z: p + y, "z"),
        "(y\\,z - x) \\cdot z": (lambda x, y, z: y * z, lambda p, x, y, z: p - x, "z"),
        "(x\\,z - y) \\cdot x": (lambda x, y, z: x * z, lambda p, x, y, z: p - y, "x"),
    }
    form = list(forms)[rng.integers(len(forms))]
    product, bracket, last = forms[form]
    while True:
        numbers = rng.choice([-4, -3, -2, 2, 3, 4, 5], 3, replace=False).tolist()
        values = dict(zip("xyz", numbers, strict=True))
        p, at = product(**values), values[last]
        q = bracket(p, **values)

        def f(values):
            return bracket(product(**values), **values) * values[last]

        # Of a polynomial of degree 2 in each input these differences are exact.
        slopes = {
            name: (f(values | {name: n + 1}) - f(values | {name: n - 1})) // 2
            for name, n in values.items()
        }
        if 0 not in (q, *slopes.values()):
            break
    twice = next(name for name in "xyz" if form.count(name) == 2)
    given = ", ".join(f"${name} = {n}$" for name, n in zip("xyz", numbers, strict=True))
    text = f"""\
## Exercise 6.1 with other numbers: a circuit

$f = {form}$ at {given}. (a) Compute all values on the way forward. (b) Compute the gradient of $f$ with respect to every value on the way and to the three inputs, from the right to the left; write down what each operation hands to each of its inputs. (c) Check $\\partial f/\\partial {twice}$ against the derivative of the formula."""
    answer = f"""\
(a) The inner product is {p}, the bracket {q}, $f = {f(values)}$. (b) $f$ gets 1. The outer product hands {at} to the bracket and {q} to ${last}$. The bracket hands its gradient {at} on, with the sign of each part; the inner product gets {at} and swaps its factors. In all $\\partial f/\\partial x = {slopes["x"]}$, $\\partial f/\\partial y = {slopes["y"]}$, $\\partial f/\\partial z = {slopes["z"]}$. (c) ${twice}$ is used twice, and its two gradients are summed: {slopes[twice]}, as by the formula. A usual mistake is to keep one of the two.

Points: 0.5 for the values; 2 for the gradients, half of it if the two uses of one input are not summed; 0.5 for the check."""
    return Question(text, answer)


def one_of_two(*, rng):
    """Gradients through a maximum or a minimum, at two places that take different ways."""
    most = bool(rng.integers(2))
    name = "max" if most else "min"
    while True:
        a, y = int(rng.integers(3, 6)), int(rng.choice([-3, -2, 2, 3, 4]))
        b = int(rng.integers(1, 10))
        xs = [int(x) for x in rng.choice(np.arange(-3, 6), 2, replace=False)]
        sides = [a * x + b > y * y for x in xs]
        ties = any(a * x + b in (y * y, 3 * y * y, -3 * y * y) for x in xs)
        if sides[0] != sides[1] and not ties:
            break
    found = []
    for x in xs:
        straight = (a * x + b > y * y) == most
        inner = a * x + b if straight else y * y
        dx, dy = (a * y, inner) if straight else (0, inner + y * 2 * y)
        found.append((inner, inner * y, dx, dy, straight))
    text = f"""\
## Exercise 6.2 with other numbers: the {"larger" if most else "smaller"} one

$L = \\{name}({a}x + {b},\\; y^2)\\cdot y$. (a) Find $L$, $\\partial L/\\partial x$ and $\\partial L/\\partial y$ at $x = {xs[0]}$, $y = {y}$, by going back through the circuit. (b) The same at $x = {xs[1]}$, $y = {y}$. (c) At one of the two places a small step against the gradient leaves $x$ as it is. Which one, and why? (d) At the other one $y$ is changed. Is the change smaller or larger than it would be if $y^2$ were chosen?"""
    rows = " ".join(
        f"({part}) {f'${a}x + {b}$' if straight else '$y^2$'} is chosen: {inner}; "
        f"$L = {loss}$, $\\partial L/\\partial x = {dx}$, $\\partial L/\\partial y = {dy}$."
        for part, (inner, loss, dx, dy, straight) in zip("ab", found, strict=True)
    )
    stuck = xs[[straight for *_, straight in found].index(False)]
    dy = next(dy for *_, dy, straight in found if straight)
    other = 3 * y * y
    answer = f"""\
{rows} (c) At $x = {stuck}$: the {name} passes the gradient on to $y^2$ alone, and $x$ gets 0. (d) There $\\partial L/\\partial y$ is what the outer product hands to $y$, {dy}, and with $y^2$ it would be $3y^2 = {other}$: the change is {"smaller" if abs(dy) < abs(other) else "larger"} in size. A usual mistake is to hand the gradient to both inputs of the {name}, or to forget that $y$ is used outside as well.

Points: 1 for the place at which the straight part is chosen; 1 for the other one; 0.5 for (c); 0.5 for (d)."""
    return Question(text, answer)


def one_step_of_a_unit(*, rng):
    """Gradients and a step of a sigmoid unit at 0, for two conventions of the loss."""
    half = bool(rng.integers(2))
    target, rate = int(rng.integers(2)), int(rng.choice([2, 4, 8]))
    w, x = Fraction(int(rng.choice([-3, -2, 2, 3]))), Fraction(int(rng.choice([-2, -1, 1, 2])), 2)
    b = -w * x
    a = Fraction(1, 2)
    da = (1 if half else 2) * (a - target)
    dz = da * a * (1 - a)
    dw, db, dx = dz * x, dz, dz * w
    w_new, b_new = w - rate * dw, b - rate * db
    z_new = w_new * x + b_new
    loss = "\\tfrac12(a - t)^2" if half else "(a - t)^2"
    text = f"""\
## Exercise 6.3 with other numbers: one unit, one step

A unit with $w = {w}$, $b = {b}$ reads $x = {x}$ and answers $a = \\sigma(wx + b)$. It should answer $t = {target}$; the loss is ${loss}$. (a) Compute the derivatives of the loss with respect to $a$, to the pre-activation, and to $w$, $b$ and $x$. (b) Take a step on $w$ and $b$ with the learning rate {rate}. (c) Is the new answer closer to {target}? Give the new pre-activation. (d) By which factor would the derivative with respect to the pre-activation be larger or smaller with the cross-entropy in place of this loss?"""
    answer = f"""\
(a) The pre-activation is 0, so $a = 1/2$ and the slope of the sigmoid is 1/4. With respect to $a$: {da}; to the pre-activation: {dz}; to $w$: {dw}; to $b$: {db}; to $x$: {dx}. (b) $w = {w_new}$, $b = {b_new}$. (c) The new pre-activation is {z_new}, {"above" if z_new > 0 else "below"} 0, so the answer is {"above" if z_new > 0 else "below"} 1/2: closer to {target}. (d) With the cross-entropy it is $a - t = {a - target}$: {abs((a - target) / dz)} times as large. Usual mistakes: the slope of the sigmoid left out, {"a factor 2 too many" if half else "the factor 2 of the square left out"}.

Points: 1.5 for the five derivatives; 0.5 for the step; 0.5 for (c); 0.5 for (d)."""
    return Question(text, answer)


def another_batch(*, rng):
    """A batch through a ReLU layer and back, with a unit that is closed for all samples."""
    while True:
        x = rng.integers(-2, 4, (2, 2))
        W, b = rng.integers(-2, 3, (2, 3)), rng.integers(-1, 2, 3)
        z, da = x @ W + b, rng.permutation(np.arange(-3, 6))[:6].reshape(2, 3)
        gate = z > 0
        dz = da * gate
        open_ = gate.sum(axis=0)
        mixed = sorted(open_) == [0, 1, 2] and (z == 0).sum() == 1 and abs(z).max() < 9
        if (
            mixed
            and b.any()
            and 0 not in x
            and 0 not in da
            and np.linalg.det(x)
            and np.abs(W).sum(0).min() > 1
        ):
            break
    closed = int(np.argmin(open_))
    text = f"""\
## Exercise 6.9 with other numbers: a batch through a ReLU layer

$a = \\operatorname{{relu}}(xW + b)$ with

$$
x = {matrix(x)},\\quad W = {matrix(W)},\\quad b = {listed(b)},\\quad da = {matrix(da)} .
$$

At 0 the slope of the ReLU is 0. Compute (a) $z$ and $dz$, (b) $dW$ and $db$, (c) $dx$. (d) Which weights will a step not change, and why? (e) $da$ belongs to a loss that is the *sum* over the two samples. Which of your results change, and how, if it is the mean?"""
    answer = f"""\
(a) $z = {matrix(z)}$, $dz = {matrix(dz)}$. (b) $dW = x^\\top dz = {matrix(x.T @ dz)}$, $db = {listed(dz.sum(axis=0))}$. (c) $dx = dz\\,W^\\top = {matrix(dz @ W.T)}$. (d) Those of unit {closed + 1}, the column {closed + 1} of $W$: it is closed for both samples. (e) $da$ is halved, and with it $dz$, $dW$, $db$ and $dx$; $z$ and the answer to (d) are the same. Usual mistakes: the gate taken from the sign of $da$, or open at $z = 0$.

Points: 1 for $z$ and $dz$; 1.5 for both results of (b); 0.5 for the matrix of (c); 0.5 for (d); 0.5 for (e)."""
    return Question(text, answer)


#: Lines of the gradients of two layers, and what may stand there in their place.
_LINES = {
    "a1 = np.tanh(x @ W1 + b1)": ["a1 = np.tanh(x @ W1) + b1"],
    "dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)[1]": [
        "dz2 = softmax_cross_entropy(a1 @ W2 + b2, labels)[1] / len(x)"
    ],
    "dW2 = a1.T @ dz2": ["dW2 = dz2.T @ a1", "dW2 = (x @ W1 + b1).T @ dz2"],
    "db2 = dz2.sum(axis=0)": ["db2 = dz2.sum(axis=1)", "db2 = dz2[0]"],
    "dz1 = dz2 @ W2.T * (1 - a1**2)": [
        "dz1 = dz2 @ W2.T * (1 - a1)",
        "dz1 = dz2 @ W2.T * (1 - np.tanh(a1)**2)",
    ],
    "dW1 = x.T @ dz1": ["dW1 = x.T @ (dz2 @ W2.T)"],
    "db1 = dz1.sum(axis=0)": ["db1 = dz1.mean(axis=0)", "db1 = (dz2 @ W2.T).sum(axis=0)"],
}


def other_bugs(*, rng):
    """Three bugs in the gradients of two layers: what each spoils, and what shapes show."""
    places = sorted(rng.choice(len(_LINES), 3, replace=False))
    right = list(_LINES)
    wrong = {i: str(rng.choice(_LINES[right[i]])) for i in places}
    code = "\n    ".join(wrong.get(i, line) for i, line in enumerate(right))
    text = f"""\
## Exercise 6.11 with other bugs

The lines below run without an error for three samples, three hidden units and three classes, and three of them are wrong. The loss is the same as before.

```python
def two_layer_gradients(x, labels, W1, b1, W2, b2):
    {code}
    return dW1, db1, dW2, db2
```

For each of the three: (a) give the right line, (b) say which of the four results it spoils if it is the only bug, (c) say whether six samples, four hidden units and three classes would show it, by an error or by the shape of a result."""
    rows, (same, other) = [], (_arrays(3, 3, rng=rng), _arrays(6, 4, rng=rng))
    for i, line in wrong.items():
        alone = [line if j == i else one for j, one in enumerate(right)]
        spoiled = [
            name
            for name, good, bad in zip(
                ("dW1", "db1", "dW2", "db2"), _run(right, same), _run(alone, same), strict=True
            )
            if not np.allclose(good, bad)
        ]
        shapes = [[np.shape(part) for part in _run(lines, other)] for lines in (right, alone)]
        seen = "no shape shows it" if shapes[0] == shapes[1] else "its shape shows it"
        rows.append(f"`{line}` should be `{right[i]}`; it spoils {', '.join(spoiled)}; {seen}.")
    answer = "\n\n".join(rows)
    answer += (
        "\n\nPoints: 1 for the three right lines; 1.5 for what each spoils; 0.5 for the shapes."
    )
    return Question(text, answer)


def _arrays(n, hidden, *, rng):
    """Return data and parameters of two layers, for three classes."""
    shapes = {"W1": (2, hidden), "b1": (hidden,), "W2": (hidden, 3), "b2": (3,), "x": (n, 2)}
    arrays = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return arrays | {"labels": np.arange(n) % 3}


def _run(lines, arrays):
    """Run lines of the gradients, and return the four results."""

    def softmax_cross_entropy(scores, labels):
        e = np.exp(scores)
        gradient = e / e.sum(axis=1, keepdims=True) - np.eye(3)[labels]
        return None, gradient / len(scores)  # the loss itself is not used

    space = arrays | {"np": np, "softmax_cross_entropy": softmax_cross_entropy}
    exec("\n".join(lines), space)
    return [space[name] for name in ("dW1", "db1", "dW2", "db2")]


#: Of networks with two and three hidden units: how many of three times 100 learn XOR; and after a
#: change of the weights or the rate, with how many are gained and lost.
_LEARN = {2: "46 to 48", 3: "85 to 93"}
_WEIGHTS = {
    (2, 0.2): "80 to 86 (33 to 42 gained, 1 or 2 lost)",
    (2, 0.4): "66 to 74 (19 to 29 gained, 0 or 1 lost)",
    (2, 0.5): "57 to 64 (11 to 20 gained, 0 to 2 lost)",
    (2, 2): "31 to 38 (0 to 2 gained, 10 to 18 lost)",
    (2, 3): "23 to 33 (0 to 3 gained, 16 to 25 lost)",
    (2, 5): "22 to 30 (0 to 4 gained, 20 to 27 lost)",
    (3, 0.2): "98 to 100 (7 to 13 gained, none lost)",
    (3, 0.4): "95 to 100 (6 to 10 gained, none lost)",
    (3, 0.5): "94 to 100 (4 to 9 gained, none lost)",
    (3, 2): "74 to 80 (none gained, 11 to 17 lost)",
    (3, 3): "69 to 71 (0 or 1 gained, 17 to 23 lost)",
    (3, 5): "55 to 63 (1 gained, 30 to 36 lost)",
}
_RATES = {
    (2, 0.1): "43 to 46 (none gained, 1 to 4 lost)",
    (2, 0.2): "44 to 47 (none gained, 0 to 3 lost)",
    (2, 2): "41 to 45 (0 or 1 gained, 2 to 6 lost)",
    (2, 3): "42 to 44 (0 to 3 gained, 4 to 7 lost)",
    (3, 0.1): "83 to 90 (none gained, 2 to 5 lost)",
    (3, 0.2): "83 to 90 (none gained, 2 or 3 lost)",
    (3, 2): "87 to 93 (0 to 3 gained, 0 or 1 lost)",
    (3, 3): "88 to 95 (0 to 4 gained, 1 to 3 lost)",
}


def stuck_runs(*, rng):
    """What two changes do to networks that learn XOR or get stuck."""
    units = int(rng.integers(2, 4))
    small, large = float(rng.choice([0.2, 0.4, 0.5])), int(rng.choice([2, 3, 5]))
    seed, rate = 100 * int(rng.integers(2, 20)), float(rng.choice([0.1, 0.2, 2.0, 3.0]))
    text = f"""\
## Exercise 6.12 with other settings: stuck, and how to get out

Take the lab's networks with **{units}** tanh units, and the 100 seeds from {seed} to {seed + 99}; otherwise its settings (rate 0.5, 3000 steps, initial weights of standard deviation 1; a run has learned XOR if its loss is below 0.05 in the end). Count how many learn it. Then change one thing at a time: (a) all initial weights times {small:g}; (b) all initial weights times {large}; (c) the rate {rate:g}. The same seeds each time.

Report for each change the number that learn it, how many runs it has gained and how many it has lost. Which changes are more than luck? Say how you judge it. What happens in (a) and (b), in your view, and which measurement could refute it?"""
    answer = f"""\
Ours are three times 100 other starts (seeds 200 to 499); {seed} to {seed + 99} should be much like them. As they are {_LEARN[units]} learn it. (a) {_WEIGHTS[units, small]}. (b) {_WEIGHTS[units, large]}. (c) {_RATES[units, rate]}. What counts are the runs that changed, in each direction: if a change did nothing but mix them, as many would be gained as lost, each like the throw of a coin; of ten changed runs, nine or ten in one direction are hardly luck. A comparison of two counts alone has a standard deviation of 5 for each near one half. The lab's explanation fits: small weights keep the units away from the flat part of tanh, large ones start them there. The size of $1 - a^2$ at the start, or the share of units whose slope is small, in runs that are gained and lost would show it or refute it.

Points: 1 for the four counts; 1 for gained and lost runs of each change; 1 for a judgement from both directions; 1 for an explanation and a measurement that could refute it."""
    return Question(text, answer)


#: By the hidden units and the size of the change: of the digits that were read correctly, how many
#: percent are misread after a change along the gradient.
_MISREAD = {
    (16, 0.1): "19 to 31",
    (24, 0.1): "18 to 28",
    (48, 0.1): "18 to 29",
    (16, 0.15): "37 to 51",
    (24, 0.15): "38 to 50",
    (48, 0.15): "44 to 52",
    (16, 0.25): "68 to 81",
    (24, 0.25): "77 to 83",
    (48, 0.25): "84 to 92",
    (16, 0.3): "78 to 88",
    (24, 0.3): "86 to 93",
    (48, 0.3): "94 to 98",
}


def changed_images(*, rng):
    """How many digits are misread after a change along the gradient, and after a random one."""
    (units, size), found = list(_MISREAD.items())[rng.integers(len(_MISREAD))]
    seed = 5 * int(rng.integers(20, 180))
    text = f"""\
## Exercise 6.13 with other settings: the gradient with respect to the pixels

Train the digit reader of the lab with one hidden layer of **{units}** units, for 30 epochs at the rate 0.8, on the five splits with the seeds {seed} to {seed + 4}. For each held-out image compute the derivative of its loss with respect to the pixels. Then move the image along it, in the direction in which the loss grows, by a step whose length is **{size:g}** times the length of the image, and cut the pixels off at 0 and 1. Do the same with a random direction and the same length.

(a) Of the held-out digits that were read correctly, how many percent are misread after each of the two changes? Report the five splits. (b) Of those that are misread, give the median of the network's confidence in its answer before and after. (c) Somebody computes the derivative of the *mean* loss of all held-out images. Does that change the direction of the step for an image?"""
    answer = f"""\
(a) Ours are two times ten other splits (seeds 200 to 209, 300 to 309); {seed} to {seed + 4} should be much like them. Along the gradient {found} % are misread; after a random change of this length at most 5 %. (b) Medians of 96 to 100 % before; after, in the wrong digit, 73 to 85 % at the length 0.1, 84 to 93 % at 0.15, and 93 to 99 % at 0.25 and 0.3: the network is sure of most of its wrong answers. (c) No: each image's own loss is the only part of the mean that depends on its pixels; the factor $1/n$ goes when the step gets its length. Usual mistakes: the derivative of the first layer's input multiplied by $1 - x^2$, a step of one length for all images, a percentage of all digits and not of those read correctly.

Points: 2.5 for both percentages on five splits; 0.5 for (b); 1 for (c)."""
    return Question(text, answer)
