"""Fresh exercises of chapter 3, forward propagation."""

from fractions import Fraction
from itertools import pairwise
from math import ceil, sqrt

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import listed, matrix


def bent_forward(*, rng):
    """A network of any depth whose layers are single arrays, with an activation of its own."""
    unit, bend = round(rng.uniform(2, 9), 2), round(rng.uniform(0.1, 0.6), 2)
    columns, first, floor = (bool(n) for n in rng.integers(2, size=3))
    f = (
        f"$f(z) = z$ for $z > -{bend}$, else $-{bend}$"
        if floor
        else f"$f(z) = z$ for $z > 0$, else ${bend}\\,z$"
    )
    place = "first" if first else "last"
    if columns:
        how = f"Samples are **columns**: `x` has shape `(n_in, n)`. Each layer is one array of shape `(n_out, n_in + 1)`; its **{place} column** holds the biases, the other columns hold the weights, in the order of the inputs. The result has shape `(n_out, n)`."
    else:
        how = f"Samples are **rows**: `x` has shape `(n, n_in)`. Each layer is one array of shape `(n_in + 1, n_out)`; its **{place} row** holds the biases, the other rows hold the weights, in the order of the inputs. The result has shape `(n, n_out)`."
    text = f"""\
## Exercise 3.13: any depth, in another layout

`bent_forward(x, layers)` returns the output of a network for a batch `x`. `layers` is a list of one or more arrays, one for each layer from the first to the last. {how} All arrays may hold integers.

First, all inputs are divided by **{unit}**. Then the layers follow. After each layer except the last stands the activation function {f}; after the last there is none."""
    place = "0" if first else "-1"
    rest = "1:" if first else ":-1"
    weights, biases = (
        (f"A[:, {rest}]", f"A[:, [{place}]]") if columns else (f"A[{rest}]", f"A[{place}]")
    )
    product = f"{weights} @ x" if columns else f"x @ {weights}"
    bent = f"np.maximum(z, -{bend})" if floor else f"np.where(z > 0, z, {bend} * z)"
    solution = f"""\
def bent_forward(x, layers):
    x = x / {unit}
    for number, A in enumerate(layers, start=1):
        z = {product} + {biases}
        x = z if number == len(layers) else {bent}
    return x"""

    def case(rng, n, widths, about, whole=(False, False), twice=False):
        """Draw until units of every hidden layer bend some of the samples and not all."""

        def draw(whole, *shape):
            numbers = rng.integers(1, 5, shape) * rng.choice([-1, 1], shape)
            return numbers if whole else rng.normal(0, 1, shape).round(1) + 0.0  # no -0.0

        while True:
            x = draw(whole[0], n, widths[0]) * (1 if whole[0] else 5)
            layers = [draw(whole[1], n_in + 1, n_out) for n_in, n_out in pairwise(widths)]
            if twice:
                layers[-1] = layers[-2].copy()
            if _bends(x / unit, layers, place, -bend if floor else 0):
                if columns:
                    x, layers = x.T.copy(), [A.T.copy() for A in layers]
                return Case((x, layers), about=about)

    def cases(rng):
        return [
            case(rng, 1, [2, 3, 2, 1], "Three layers, one sample."),
            case(rng, 3, [2, 3, 2], "Two layers, several samples."),
            case(rng, 3, [2, 3], "A single layer."),
            case(rng, 4, [2, 3, 3, 3], "All integers; a layer stands twice.", (True, True), True),
            case(rng, 4, [3, 2, 1], "Samples of integers, weights of fractions.", (True, False)),
        ]

    return Fresh("mlp_forward", "bent_forward(x, layers)", text, solution, cases, rng=rng)


def _bends(x, layers, place, corner):
    """Whether each hidden layer has sums on both sides of the corner, and an output is below it."""
    place = int(place) % 2
    for number, A in enumerate(layers, start=1):
        b, W = (A[0], A[1:]) if place == 0 else (A[-1], A[:-1])
        z = x @ W + b
        if number == len(layers):
            return z.min() < corner - 0.1
        if np.abs(z - corner).min() < 0.05 or z.min() > corner or z.max() < corner:
            return False
        x = np.maximum(z, corner)
    return True


def one_layer(*, rng):
    """One layer by hand, with rows and with columns, and the shapes of a batch."""
    while True:
        x, W = rng.integers(-3, 4, 3), rng.integers(-3, 4, (3, 3))
        b = rng.integers(-4, 5, 3)
        z = x @ W + b
        turned = W @ x + b
        if x.all() and b.all() and 1 <= (z < 0).sum() <= 2 and z.all() and not set(z) & set(turned):
            if np.count_nonzero(W) >= 7:
                break
    n = int(rng.integers(20, 90))
    a = np.maximum(z, 0)
    units = "; ".join(
        f"unit {j + 1} has the weights {_row(W[:, j])} and the bias ${b[j]}$" for j in range(3)
    )
    text = f"""\
## Exercise 3.1 with other numbers: one layer, both ways

Three units read $x = {_plain(x)}$: {units}. (a) Write down $W$ and $b$ of the row convention, with their shapes. (b) Compute $z$ and $\\operatorname{{relu}}(z)$. (c) Somebody puts the weights of the units into the rows of $W$ and still computes $xW + b$. NumPy raises no error. What comes out for $z$? (d) Which shapes do the input, the weights, the biases and the result have for a batch of {n} samples, with rows, and with columns? (e) Then a second layer with 5 units follows. Which shapes do its weights and biases have, in both conventions?"""
    answer = f"""\
(a) $W = {_matrix(W)}$, $(3, 3)$: a unit is a column; $b = {_plain(b)}$, $(3,)$. (b) $z = {_plain(z)}$, $\\operatorname{{relu}}(z) = {_plain(a)}$. (c) ${_plain(turned)}$: a square $W$ hides the wrong layout. (d) Rows: $({n}, 3)$, $(3, 3)$, $(3,)$, result $({n}, 3)$. Columns: $(3, {n})$, $(3, 3)$, $(3, 1)$, result $(3, {n})$. (e) Rows: $(3, 5)$ and $(5,)$. Columns: $(5, 3)$ and $(5, 1)$.

Points: 0.5 for (a); 0.75 for (b); 0.5 for (c); 0.75 for (d); 0.5 for (e)."""
    return Question(text, answer)


def three_layers(*, rng):
    """The output of a small network for two samples, with all sums, and its parameters."""
    sizes = [2, 2, 3, 1] if rng.integers(2) else [3, 2, 2, 1]
    while True:
        x = rng.integers(-2, 4, (2, sizes[0]))
        layers = [(rng.integers(-2, 4, s), rng.integers(-2, 3, s[1])) for s in pairwise(sizes)]
        rows, signal = [], x
        for W, b in layers:
            z = signal @ W + b
            rows.append(z)
            signal = np.maximum(z, 0)
        hidden, output = rows[:2], rows[2][:, 0]
        good = all(z.min() < 0 < z.max() and (z > 0).any(axis=1).all() for z in hidden)
        good &= (
            np.abs(np.concatenate([z.ravel() for z in rows])).max() < 20
            and output.min() < 0 < output.max()
        )
        good &= all(np.count_nonzero(W == 0) <= 1 for W, _ in layers)
        if good and (x[0] != x[1]).any() and output[0] != output[1] and x.any(axis=1).all():
            break
    shape = r" \to ".join(map(str, sizes))
    count = sum((p + 1) * q for p, q in pairwise(sizes))
    said = ", ".join(
        f"$W^{{[{i}]}} = {_matrix(W)}$, $b^{{[{i}]}} = {_plain(b)}$"
        for i, (W, b) in enumerate(layers, 1)
    )
    text = f"""\
## Exercise 3.2 with other numbers: three layers

A network ${shape}$ with ReLU after the first two layers has {said}. (a) Compute its output for $x = {_plain(x[0])}$ and for $x = {_plain(x[1])}$, with every $z^{{[l]}}$ and $a^{{[l]}}$ on the way. (b) How many parameters are there? (c) Which outputs would it have with a ReLU after the last layer as well, and what is lost? (d) How many numbers does the array $a^{{[1]}}$ hold for a batch of 40 samples, and how many parameters does the network have then?"""
    ways = []
    for i in range(2):
        steps = [
            f"$z^{{[{k}]}} = {_plain(z[i])}$, $a^{{[{k}]}} = {_plain(np.maximum(z[i], 0))}$"
            for k, z in enumerate(hidden, 1)
        ]
        ways.append(f"For ${_plain(x[i])}$: {'; '.join(steps)}; output ${output[i]}$.")
    answer = f"""\
(a) {" ".join(ways)} (b) {count}. (c) {" and ".join(str(max(0, v)) for v in output)}: an output below 0 becomes 0, whatever it is. (d) $40 \\cdot {sizes[1]} = {40 * sizes[1]}$ numbers; still {count} parameters, which do not depend on the batch. A usual mistake is to go on with the sums, without silencing those below 0.

Points: 2 for the two outputs with their way; 0.25 for (b); 0.5 for (c); 0.25 for (d)."""
    return Question(text, answer)


def shape_bugs(*, rng):
    """What four wrong lines do with shapes that are drawn."""
    n, d, m = (int(k) for k in rng.permutation(np.arange(5, 13))[:3])
    n *= 3
    lines = [
        (
            "`z = x @ W + b.reshape(-1, 1)`",
            f"Raises: `({n}, {m})` and `({m}, 1)` have {n} against {m}. For a batch of {m} it runs, and adds a bias to each sample, not to each unit. For a batch of 1 it runs, too, with the shape `({m}, {m})`. Meant: `x @ W + b`.",
        ),
        (
            "`z = x @ W.T + b`",
            f"Raises: the inner lengths are {d} and {m}, whatever the batch is. Meant: `x @ W + b`.",
        ),
        (
            "`error = np.mean((x @ W @ v - y) ** 2)`",
            f"Runs for every batch: `x @ W @ v` has the shape `({n}, 1)`, minus `y` it is `({n}, {n})`; for a batch of 1 alone it is right. The mean is over all pairs of a prediction and a target. Meant: `(x @ W @ v)[:, 0] - y`.",
        ),
        (
            "`x_standard = (x - x.mean(axis=1)) / x.std(axis=0)`",
            f"Raises: `({n}, {d})` and `({n},)` have {d} against {n}. For a batch of {d} it runs, and takes the means of the samples off the features; for a batch of 1 as well, where it divides by 0. Meant: `x.mean(axis=0)`.",
        ),
        (
            "`z = W.T @ x.T + b`",
            f"Raises: `({m}, {n})` and `({m},)` have {n} against {m}. For a batch of {m} it runs, and adds a bias to each sample; for a batch of 1 it runs, with the shape `({m}, {m})`. Meant: `x @ W + b`, or `W.T @ x.T + b[:, None]` with columns.",
        ),
    ]
    chosen = [lines[2], *(lines[i] for i in rng.permutation([0, 1, 3, 4])[:2])]
    chosen = [chosen[i] for i in rng.permutation(3)]
    said = "\n".join(f"{k}. {line}" for k, (line, _) in enumerate(chosen, 1))
    found = "\n".join(f"{k}. {what}" for k, (_, what) in enumerate(chosen, 1))
    text = f"""\
## Exercise 3.5 with other numbers: three bugs

`x` has the shape `({n}, {d})`, `W` `({d}, {m})`, `b` `({m},)`, `v` `({m}, 1)` and the targets `y` `({n},)`. For each line: does it raise an error, and which two lengths do not fit? If not, what does it compute? For which other sizes of the batch, if any, does it behave otherwise (run where it raised an error, or be right where it was wrong)? Then mend it.

{said}"""
    return Question(
        text,
        f"""\
{found}

Points: 1 for the first line; 1 for the second; 1 for the third; half of it each without the other sizes of the batch, or if it is not mended.""",
    )


def line_with_corners(*, rng):
    """A network that joins points by straight lines, and what it says elsewhere."""
    while True:
        x = np.cumsum([int(rng.integers(-2, 2)), *rng.integers(1, 4, 4)])
        y = np.array([int(v) for v in rng.integers(-3, 6, 5)])
        slopes = [Fraction(int(q), int(p)) for p, q in zip(np.diff(x), np.diff(y), strict=True)]
        whole = all(s.denominator == 1 for s in slopes)
        if whole and all(p != q for p, q in pairwise(slopes)) and slopes[0] and slopes[-1]:
            break
    changes = [int(slopes[0]), *(int(q - p) for p, q in pairwise(slopes))]
    points = ", ".join(f"({p}, {q})" for p, q in zip(x, y, strict=True))
    far, near = int(x[-1] + rng.integers(2, 6)), int(x[0] - rng.integers(1, 4))
    value = int(y[-1] + slopes[-1] * (far - int(x[-1])))
    height, a = int(rng.integers(2, 6)), int(rng.integers(-3, 3))
    left, right = (int(n) for n in rng.permutation([1, 2, 4])[:2])
    hat = [
        Fraction(height, left),
        -Fraction(height, left) - Fraction(height, right),
        Fraction(height, right),
    ]
    text = f"""\
## Exercise 3.7 with other numbers: a hat from three

(a) Find three ReLU units and their output weights for the hat with the corners $({a}, 0)$, $({a + left}, {height})$ and $({a + left + right}, 0)$ that is 0 everywhere else. (b) Write the line through ${points}$ as a network with one hidden layer: $W^{{[1]}}$, $b^{{[1]}}$, $W^{{[2]}}$ and $b^{{[2]}}$. (c) What does it say at $x = {far}$ and at $x = {near}$? (d) Which unit must be added, with which output weight, so that it stays at ${y[-1]}$ to the right of the last point?"""
    answer = f"""\
(a) {hat[0]}, {hat[1]} and {hat[2]} are the output weights of $\\operatorname{{relu}}(x - c)$ with the corners $c = {a}, {a + left}, {a + left + right}$. The slope at the end must go back to 0, which is a corner, too. (b) The slopes are {", ".join(map(str, slopes))}, so $W^{{[1]}} = (1, 1, 1, 1)$, $b^{{[1]}} = {_plain(-x[:-1])}$, $W^{{[2]}} = {_plain(changes)}^\\top$, the first slope and the changes of slope, and $b^{{[2]}} = {y[0]}$. (c) {value}, straight on with slope {slopes[-1]}, and {y[0]}, since no unit is on. (d) $\\operatorname{{relu}}(x - {x[-1]})$ with the output weight {-slopes[-1]}, which takes the slope back to 0. A usual mistake is to take the slopes, not their changes, as output weights.

Points: 1 for the hat; 1 for the network; 0.5 for the two values; 0.5 for the unit that is added."""
    return Question(text, answer.replace("(x - -", "(x + "))


def enough_pieces(*, rng):
    """How many steps and bends a curve needs, by the bounds, for two curves."""
    k, c = int(rng.choice([3, 4, 5, 6, 8, 9, 10, 11, 12])), int(rng.integers(2, 7))
    eps = Fraction(1, int(rng.choice([200, 400, 500, 2000])))
    power = int(rng.choice([3, 4]))
    F = f"{c}\\sin {k}x"
    steps, bends = ceil(c * k / (2 * eps)), _root(Fraction(c * k * k, 8) / eps)
    steps2, bends2 = ceil(power / (2 * eps)), _root(Fraction(power * (power - 1), 8) / eps)
    text = f"""\
## Exercise 3.8 with other numbers: how many units?

(a) You want to follow $F(x) = {F}$ on $[0, 1]$ to within {float(eps):g}. How many pieces do the two bounds ask for, with steps and with bends? (b) And how many for $F(x) = x^{power}$? (c) With bends, one tenth of the error takes how many times as many pieces? And with steps? (d) Why do the bounds say nothing about $F(x) = \\sqrt[{power}]{{x}}$ on $[0, 1]$?"""
    answer = f"""\
(a) $\\max\\lvert F'\\rvert = {c * k}$, at $x = 0$, and $\\max\\lvert F''\\rvert = {c * k * k}$, where the sine is 1. Steps: $N \\ge {c * k}/(2 \\cdot {float(eps):g})$, so {steps}. Bends: $N^2 \\ge {c * k * k}/(8 \\cdot {float(eps):g}) = {float(Fraction(c * k * k, 8) / eps):g}$, so {bends}. (b) $\\max\\lvert F'\\rvert = {power}$ and $\\max\\lvert F''\\rvert = {power * (power - 1)}$, both at the right end: {steps2} and {bends2}. (c) $\\sqrt{{10}} \\approx 3.2$ times with bends, ten times with steps. (d) Slope and second derivative grow without limit towards 0, so the maxima do not exist. The networks still come close, more slowly. A usual mistake is to forget the square of {k} in $F''$, or to round down.

Points: 1 for (a); 1 for (b); 0.5 for (c); 0.5 for (d)."""
    return Question(text, answer)


def _root(square):
    """Return the least whole number whose square is at least this."""
    n = int(sqrt(square)) - 1
    while n * n < square:
        n += 1
    return n


def planted_bugs(*, rng):
    """Which bugs NumPy finds, which asserts on shapes, for which batches."""
    d, m = (int(k) for k in rng.permutation([4, 5, 6, 7, 10, 11, 12, 13, 14, 15])[:2])
    many = int(rng.choice([200, 300, 500, 1000]))
    text = f"""\
## Exercise 3.10 with other numbers: the shape detective

Write a forward pass for ${d} \\to {m} \\to 1$ with ReLU in the hidden layer, from which `predict(x)` comes out with the shape `(n, 1)`, and an `assert` on the shape behind every line. Then plant these four bugs, one at a time:

1. `x.T` in the place of `x` in the first line;
2. the hidden bias as a column, `b1.reshape(-1, 1)`;
3. targets of shape `(n,)` in `np.mean((predict(x) - y) ** 2)`, with an `assert` on the shape of the difference;
4. the ReLU after the output instead of in the hidden layer.

Try each bug with batches of 1, {d}, {m} and {many} random samples. (a) Report a table, bugs down, batches across: does NumPy raise an error, does an assert find it, or neither? (b) Which bug is found by neither for any batch, and what finds it? (c) Which batch would you test with, and why?"""
    answer = f"""\
| bug | 1 | {d} | {m} | {many} |
|:-:|:-:|:-:|:-:|:-:|
| 1 | NumPy | neither | NumPy | NumPy |
| 2 | assert | NumPy | neither | NumPy |
| 3 | neither, and right | assert | assert | assert |
| 4 | neither | neither | neither | neither |

Bug 1: `x.T` has the shape $({d}, n)$ and passes the product for $n = {d}$ alone. Bug 2: $(n, {m})$ plus $({m}, 1)$ is $({m}, {m})$ for $n = 1$, keeps its shape for $n = {m}$, where each sample gets a bias, and does not fit else. Bug 3 makes $(n, n)$ of $(n, 1)$ and $(n,)$, for $n = 1$ the right shape $(1, 1)$ and the right number. (b) Bug 4 changes no shape; only a number computed by hand finds it, or an output below 0 that should be there. Bugs 1 and 2 escape both for one size of the batch each. (c) One whose size is none of 1, {d} and {m}, so that lengths are all different; with one number computed by hand besides.

Points: 2 for the table; 0.5 for (b); 0.5 for (c)."""
    return Question(text, answer)


def cross_in_the_plane(*, rng):
    """A cross from step units, and the number of units of a surface of blocks."""
    (l1, l2), width = rng.integers(-4, 3, 2).tolist(), rng.integers(1, 5, 2).tolist()
    r1, r2 = l1 + width[0], l2 + width[1]
    n, m = (int(k) for k in rng.permutation([4, 5, 6, 8, 10, 12, 15, 20])[:2])
    k = int(rng.choice([5, 6, 8, 10]))
    text = f"""\
## Exercise 3.11 with another shape: a cross in the plane

(a) With two inputs, find step units for a cross: 1 if ${l1} < x_1 \\le {r1}$ **or** ${l2} < x_2 \\le {r2}$ (or both), and 0 elsewhere. Use two hidden layers, four units in the first and one in the second: write down $W^{{[1]}}$, $b^{{[1]}}$, $W^{{[2]}}$ and $b^{{[2]}}$. (b) Now the answer is to be 1 where exactly **one** of the two conditions holds. Show that with these four units in the first layer a single unit in the second cannot do that, whatever its weights and its bias are. How can it be done with two units in the second layer and an output unit? (c) The unit square is cut into ${n} \\times {m}$ blocks, {n} along $x_1$ and {m} along $x_2$, each with a height of its own, by units as in the chapter's exercise. How many units do the two hidden layers take together? (d) How many with 3 inputs and {k} pieces along each?"""
    answer = f"""\
(a) $W^{{[1]}} = {_matrix([[1, 1, 0, 0], [0, 0, 1, 1]])}$, $b^{{[1]}} = {_plain([-l1, -r1, -l2, -r2])}$, $W^{{[2]}} = (1, -1, 1, -1)^\\top$, $b^{{[2]}} = -1/2$ (anything above $-1$, up to 0). Each difference is 1 inside its strip and 0 outside, so the sum is 1 or 2 in the cross and 0 elsewhere: OR in the place of AND. (b) Look at $x_1 \\le {r1}$ and $x_2 \\le {r2}$, where $h_2 = h_4 = 0$: there the unit sees $h_1$ and $h_3$ alone, and would have to be their XOR, which no unit is. Two units with the weights of (a) and the biases $-1/2$ and $-3/2$ are OR and AND of the conditions; an output unit $\\operatorname{{step}}(\\text{{OR}} - \\text{{AND}} - 1/2)$ is 1 where exactly one holds. (c) ${n + 1} + {m + 1} + {n} \\cdot {m} = {n + m + 2 + n * m}$. (d) $3 \\cdot {k + 1} + {k}^3 = {3 * (k + 1) + k**3}$. A usual mistake is to count four units in the first layer for each block: neighbours share their jumps.

Points: 1 for (a); 1 for (b); 0.5 for (c); 0.5 for (d)."""
    return Question(text, answer)


def crowded_corners(*, rng):
    """How fast the error falls for a power of x, with even and with crowded points."""
    p = float(rng.choice([0.4, 0.45, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8]))
    low = 3 if p < 0.5 and rng.integers(2) else 2
    high = ceil(2.2 / p) + int(rng.integers(2)) * (p > 0.5)
    least = int(rng.choice([3, 4, 5, 6, 7]))
    N = [least * 2**k for k in range(1, 6)]
    text = f"""\
## Exercise 3.12 with other numbers: corners where they are needed

On $[0, 1]$, let ReLU networks follow $F(x) = x^{{{p}}}$ with $N = {", ".join(map(str, N))}$ pieces, with points at $k/N$, at $(k/N)^{{{low}}}$ and at $(k/N)^{{{high}}}$. `approximation.interpolation(x, y)` makes the network. Measure the greatest error on the grid `np.linspace(0, 1, 20001) ** 6`. (a) Report the errors as a table. (b) By which power of $N$ does each of the three fall: fit a line to $\\ln(\\text{{error}})$ against $\\ln N$, and report its slope. (c) In which piece is the error greatest, with each of the three? (d) On the first piece $[0, h]$ the error is proportional to $h^{{{p}}}$, and in the rest of the interval it falls like $N^{{-2}}$, if the points are crowded enough. Explain the three slopes with that. Which exponent in the place of {low} is the least with which you expect the slope $-2$?"""
    share = p ** (p / (1 - p)) * (1 - p)  # the greatest of s^p - s
    first, second = ([share * n ** (-p * q) for n in (N[0], N[-1])] for q in (1, low))
    answer = f"""\
(a) With $N = {N[0]}$ and ${N[-1]}$: {first[0]:.3g} and {first[1]:.3g} with points at $k/N$, {second[0]:.3g} and {second[1]:.3g} at $(k/N)^{low}$. (b) About $-{p}$, $-{p * low:g}$ and $-2$ (from $-1.96$ to $-2$ in our runs). (c) In the first piece with the first two; in the last one with the exponent {high}. (d) The first piece has the width $h = N^{{-q}}$ with $q = 1, {low}, {high}$, so its error falls like $N^{{-{p} q}}$: powers of {p}, {p * low:g} and {p * high:g}. The slower of this and $N^{{-2}}$ is seen: $\\min({p}\\,q, 2)$. The least exponent is $2/{p} = {2 / p:.3g}$. A usual mistake is a grid that is too coarse near 0: then the error of the crowded points is not seen.

Points: 1 for the table; 0.5 for the three slopes; 0.5 for the places; 1 for (d), half of it for the exponent."""
    return Question(text, answer)


def _plain(numbers):
    return listed(numbers, "{:.0f}".format)


def _row(numbers):
    return f"${_plain(numbers)}$"


def _matrix(rows):
    return matrix(rows, "{:.0f}".format)
