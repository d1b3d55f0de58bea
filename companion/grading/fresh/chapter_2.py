"""Fresh exercises of chapter 2, XOR and the hidden layer."""

from fractions import Fraction
from math import gcd

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import listed, matrix

#: What a neuron with two inputs says, its weights and its bias.
NEURONS = {
    "$x_1$ and $x_2$": (1, 1, -1.5),
    "$x_1$ or $x_2$": (1, 1, -0.5),
    "not both of $x_1$ and $x_2$": (-1, -1, 1.5),
    "neither $x_1$ nor $x_2$": (-1, -1, 0.5),
    "$x_1$ and not $x_2$": (1, -1, -0.5),
    "$x_2$ and not $x_1$": (-1, 1, -0.5),
    "$x_1$ or not $x_2$": (1, -1, 0.5),
    "$x_2$ or not $x_1$": (-1, 1, 0.5),
    "$x_1$": (1, 0, -0.5),
    "$x_2$": (0, 1, -0.5),
    "not $x_1$": (-1, 0, 0.5),
    "not $x_2$": (0, -1, 0.5),
}
INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def pattern_network(*, rng):
    """The recipe for any table, with sums of its own, for patterns that may leave inputs open."""
    size, v = rng.uniform(1.2, 3.6, 2).round(2).tolist()
    margin, rest = (rng.uniform(0.2, 0.8, 2) * [size, v]).round(2).tolist()
    fits, on = (int(n) for n in rng.integers(2, size=2))  # the answer, and that of the hidden unit
    if not fits:
        v, rest = -v, -rest
    v = v if on else -v
    text = f"""\
## Exercise 2.13: a network for a list of patterns

`pattern_network(patterns)` returns `(W1, b1, W2, b2)` of shapes `(d, m)`, `(m,)`, `(m, 1)` and `(1,)`. `patterns` has shape `(m, d)`, and each of its rows is a pattern: 1 stands for an input that must be 1, 0 for one that must be 0, and $-1$ for one that may be either. They may be integers or decimal numbers, and each row holds at least one 0 or 1. To an input of $d$ zeros and ones, `step(step(x @ W1 + b1) @ W2 + b2)` answers **{fits}** if it fits one pattern, and **{1 - fits}** if it fits none; no input fits two.

- Hidden unit $k$ belongs to pattern $k$. It answers **{on}** to the inputs that fit, and **{1 - on}** to all others. Each of its weights is **{size}**, **-{size}** or 0, and it is 0 where the pattern leaves the input open. Its weighted sum is exactly **{margin if on else -margin}** for the inputs that fit.
- The output unit weighs each hidden unit with **{v}**, and its weighted sum is exactly **{-rest}** for an input that fits none of the patterns."""
    sign = "" if on else "-"
    bias = f"{-rest}" if on else f"{-rest} - {v} * m".replace("- -", "+ ")
    solution = f"""\
def pattern_network(patterns):
    m = len(patterns)
    W1 = {sign}{size} * ((patterns == 1) * 1.0 - (patterns == 0)).T
    b1 = {sign}({margin} - {size} * (patterns == 1).sum(axis=1))
    return W1, b1, np.full((m, 1), {v}), np.array([{bias}])"""

    def disjoint(rng, m, d, open_inputs):
        """Draw patterns of which no two fit the same input: they differ in an input of both."""
        while True:
            rows = rng.integers(0, 2, (m, d))
            rows[rng.permuted(np.tile(np.arange(d) < open_inputs, (m, 1)), axis=1)] = -1
            pairs = [(p, q) for i, p in enumerate(rows) for q in rows[:i]]
            if all(((p != q) & (p >= 0) & (q >= 0)).any() for p, q in pairs):
                return rows

    def cases(rng):
        return [
            Case((disjoint(rng, 4, 4, 0),), about="Four rows of a table."),
            Case((disjoint(rng, 3, 4, 1),), about="Each pattern leaves one input open."),
            Case((disjoint(rng, 1, 7, 3),), about="A single pattern."),
            Case((disjoint(rng, 3, 5, 2) * 1.0,), about="Patterns of decimal numbers."),
            Case((disjoint(rng, 5, 3, 0),), about="More patterns than inputs."),
        ]

    return Fresh("xnor_weights", "pattern_network(patterns)", text, solution, cases, rng=rng)


def read_two_units(*, rng):
    """Hidden representation and answers of a network with two step units."""
    units = list(NEURONS)[:8]
    hard = bool(rng.integers(2))
    while True:
        names = [units[i] for i in rng.choice(8, 3)]
        W = np.array([NEURONS[name] for name in names], dtype=float)
        W *= rng.choice([1, 2, 3], 3)[:, None]
        W1, b1, W2, b2 = W[:2, :2].T, W[:2, 2], W[2, :2], W[2, 2]
        h = (INPUTS @ W1 + b1 > 0).astype(int)
        y = (h @ W2 + b2 > 0).astype(int)
        apart = [tuple(row) for row in h.tolist()]
        table = y.tolist()
        printed = {"$x_1$ and not $x_2$", "$x_2$ and not $x_1$"} == set(names[:2])
        no_line = table in ([0, 1, 1, 0], [1, 0, 0, 1])
        if len(set(apart)) == 3 and 0 < sum(y) < 4 and no_line == hard and not printed:
            break
    i, j = next((i, j) for i in range(4) for j in range(i + 1, 4) if apart[i] == apart[j])
    text = f"""\
## Exercise 2.1 with other numbers: read a network

A network has $W^{{[1]}} = {_matrix(W1)}$, $b^{{[1]}} = {_row(b1)}$, $W^{{[2]}} = {_matrix(W2[:, None])}$, $b^{{[2]}} = ({b2:g})$ and step units. (a) Compute the hidden representation and the answer for the inputs $(0, 0)$, $(0, 1)$, $(1, 0)$ and $(1, 1)$. (b) What does each of the two hidden units say in words? (c) Which two inputs does the hidden layer bring to the same place, and what can the network no longer do with them? (d) Could a single neuron that sees $x_1$ and $x_2$ give these four answers? Give its weights and bias, or say why not."""
    found = [name for name, (p, q, r) in NEURONS.items() if table == _table(p, q, r)]
    one = (
        f"Yes: the answers are those of {found[0]}, for instance with the weights {_row(NEURONS[found[0]][:2])} and the bias {NEURONS[found[0]][2]:g}"
        if found
        else f"No: this is {'XOR' if table[1] else 'XNOR'}, whose ones lie on one diagonal and whose zeros on the other, so that both have the middle $(1/2, 1/2)$ in common"
    )
    answer = f"""\
(a) In this order the hidden representations are {", ".join(map(str, apart))} and the answers {", ".join(map(str, table))}. (b) The first unit says "{names[0]}", the second "{names[1]}". (c) ${_row(INPUTS[i])}$ and ${_row(INPUTS[j])}$ both land on {apart[i]}; no output unit can answer them differently. (d) {one}. A usual mistake is to read the weights of a unit from a row of $W^{{[1]}}$; they stand in a column.

Points: 1 for (a); 0.5 for the words; 0.5 for (c); 1 for (d), with weights that work or the reason."""
    return Question(text, answer)


def three_on_a_line(*, rng):
    """A certificate that three samples with one feature are not separable."""
    while True:
        a, b, c = sorted(int(n) for n in rng.permutation(np.arange(-6, 8))[:3])
        if b - a != c - b and c - a <= 8:
            break
    ones = int(rng.integers(2))  # whether the ones are outside
    labels = [ones, 1 - ones, ones]
    common = gcd(c - b, b - a)
    lam = [(c - b) // common, (c - a) // common, (b - a) // common]
    rows = [((2 * y - 1) * x, 2 * y - 1) for x, y in zip((a, b, c), labels, strict=True)]
    share = [Fraction(c - b, c - a), Fraction(b - a, c - a)]
    text = f"""\
## Exercise 2.2 with other numbers: another certificate

Three samples with one feature: $x = {a}, {b}, {c}$ with the labels ${labels[0]}, {labels[1]}, {labels[2]}$. (a) Write the three demands $s\\,(wx + b) \\ge 1$, with $s = 1$ for label 1 and $s = -1$ for label 0, as rows of coefficients of $(w, b)$. (b) Find multipliers, whole numbers above 0 and as small as possible, with which the rows add up to $(0, 0)$. (c) What do the three demands say together? (d) Write the sample in the middle as a weighted mean of the two others, and say how its weights are related to the multipliers."""
    answer = f"""\
(a) {", ".join(map(str, rows))}. (b) In this order {lam[0]}, {lam[1]}, {lam[2]}. (c) The right sides add up to {sum(lam)}: the demands say $0 \\ge {sum(lam)}$. (d) ${b} = {share[0]} \\cdot ({a}) + {share[1]} \\cdot ({c})$. The weights are the multipliers of the two outer samples, divided by that of the middle one, {lam[1]}. A usual mistake is to give the greater weight to the sample that is further away.

Points: 0.5 for the rows; 1 for the multipliers; 0.5 for (c); 1 for the mean and its relation to the multipliers."""
    return Question(text, answer)


def bend_for_xor(*, rng):
    """For which bends and which weights a line separates the hidden points of XOR."""
    a = Fraction(int(rng.choice([3, 5, 7, 8, 10, 12])), 2)
    alpha = Fraction(*[(1, 10), (1, 5), (1, 4)][rng.integers(3)])
    other = Fraction(*[(1, 20), (3, 10), (2, 5), (1, 2), (3, 5), (3, 4), (9, 10)][rng.integers(7)])
    total = 1 + a * (1 - alpha)
    text = f"""\
## Exercise 2.7 with other numbers: enough bend

Take the two hidden units of the section *How much bend does it take?*: $h_1 = f_\\alpha((1 + a)\\,x_1 - a\\,x_2)$ and $h_2 = f_\\alpha((1 + a)\\,x_2 - a\\,x_1)$, with the leaky ReLU $f_\\alpha$. (a) Let $a = {a}$ and $\\alpha = {alpha}$. Where do the four inputs land? (b) For which numbers $t$ does an output unit $\\operatorname{{step}}(h_1 + h_2 - t)$ then answer as XOR does? Mind the ends of the interval. (c) Let $a = {a}$. For which $\\alpha$ from 0 to 1 does a line separate? (d) Let $\\alpha = {other}$. For which $a > 0$ does a line separate?"""
    answer = f"""\
(a) $(0, 0)$ stays; $(1, 0)$ lands on $({1 + a}, {-alpha * a})$ and $(0, 1)$ on $({-alpha * a}, {1 + a})$; $(1, 1)$ stays. (b) The sums of the ones are ${1 + a} - {alpha * a} = {total}$, those of the zeros 0 and 2: $2 \\le t < {total}$. The lower end belongs to it, since a sum of exactly 0 gives 0. (c) $a\\,(1 - \\alpha) > 1$, so $\\alpha < {1 - 1 / a}$. (d) $a > {1 / (1 - other)}$. A usual mistake is to forget $\\alpha$ for the sum that is below 0.

Points: 1 for the four places; 1 for the interval with its ends; 0.5 for (c); 0.5 for (d)."""
    return Question(text, answer)


def other_bends(*, rng):
    """XNOR with a square or an absolute value, and an affine activation that collapses."""
    slope, shift = int(rng.choice([-3, -2, 2, 3, 4])), int(rng.choice([-4, -2, -1, 2, 3, 5]))
    while True:
        W1, b1, W2 = rng.integers(-3, 4, (2, 2)), rng.integers(-3, 4, 2), rng.integers(-2, 3, 2)
        if W1.all() and b1.all() and W2.all() and (W1 @ W2).all():
            break
    b2 = int(rng.integers(1, 5))
    w, b = slope * W1 @ W2, int((slope * b1 + shift) @ W2) + b2
    outputs = INPUTS @ w + b
    inner = f"{slope}z {'+' if shift > 0 else '-'} {abs(shift)}"
    text = f"""\
## Exercise 2.9 with other numbers: other bends

(a) Let the activation function be the square, $f(z) = z^2$. Find a network with a **single** hidden unit whose output is exactly XNOR: 1 if the two inputs agree, else 0. (b) Do the same with $f(z) = \\lvert z\\rvert$. (c) Let $f(z) = {inner}$, and $W^{{[1]}} = {_matrix(W1)}$, $b^{{[1]}} = {_row(b1)}$, $W^{{[2]}} = {_matrix(W2[:, None])}$, $b^{{[2]}} = ({b2})$, with no activation at the end. Find the one layer $xW + b$ that computes the same, and its output for the four inputs. (d) Why can no network with this $f$, however many hidden units it has, have XNOR as its output?"""
    answer = f"""\
(a) $(x_1 + x_2 - 1)^2$: the weights are $(1, 1)$, the bias $-1$, and the output passes it on. $1 - (x_1 - x_2)^2$ does it, too. (b) $\\lvert x_1 + x_2 - 1\\rvert$, or $1 - \\lvert x_1 - x_2\\rvert$. (c) $W = {slope}\\,W^{{[1]}}W^{{[2]}} = {_matrix(w[:, None])}$ and $b = ({slope}\\,b^{{[1]}} + ({shift}, {shift}))\\,W^{{[2]}} + {b2} = {b}$; the outputs for $(0, 0)$, $(0, 1)$, $(1, 0)$, $(1, 1)$ are {", ".join(map(str, outputs.tolist()))}. A usual mistake is to forget {shift} in the bias. (d) It is affine, whatever its width, so its outputs at the ends of both diagonals have the same sum, here {outputs[0] + outputs[3]} = {outputs[1] + outputs[2]}; XNOR would need $1 + 1 = 0 + 0$.

Points: 0.5 for the square; 0.5 for the absolute value; 1 for the layer and its outputs; 1 for the reason."""
    return Question(text, answer)


def more_lines(*, rng):
    """Regions of lines through one point and parallel ones, and a network without biases."""
    n, m = int(rng.integers(4, 10)), int(rng.integers(2, 6))
    point = rng.choice([-3, -2, -1, 1, 2, 3], 2)
    value = round(rng.uniform(0.5, 4), 1) * int(rng.choice([-1, 1]))
    factor = int(rng.choice([2, 3, 4, 5]))
    regions, most = 2 * n + m * (n + 1), 1 + (n + m) + (n + m) * (n + m - 1) // 2
    text = f"""\
## Exercise 2.10 with other numbers: lines through one point, and more

A hidden layer has {n + m} ReLU units with two inputs. {n} of them have no bias, so that their lines pass through the origin; no two of these lines coincide. The other {m} have one and the same weights and different biases, none of them 0; their lines are parallel to none of the {n}. (a) Into how many regions do the first {n} lines cut the plane? (b) Into how many do all {n + m} lines cut it? Give the reason, not only the number. (c) How many would {n + m} lines make at most? (d) Another network has one hidden layer of ReLU units and no biases at all, output included. For the input ${_row(point)}$ its output is {value:g}. What can you say about its outputs for ${_row(factor * point)}$, for $(0, 0)$ and for ${_row(-point)}$?"""
    answer = f"""\
(a) {2 * n}: on a way around the origin each line is crossed twice. (b) {regions}. Each of the parallel lines crosses the {n} lines in {n} different points, since these meet at the origin alone, and is cut into {n + 1} pieces; each piece splits a region in two. The parallel lines do not meet each other: ${2 * n} + {m} \\cdot {n + 1}$. (c) $1 + {n + m} + {(n + m) * (n + m - 1) // 2} = {most}$. (d) {factor * value:g}, since $f(cx) = c f(x)$ for $c > 0$; 0; and for ${_row(-point)}$ nothing, since $c$ would be below 0: the units that are on there may be others. A usual mistake is {-value:g}.

Points: 0.5 for (a); 1 for (b) with the reason; 0.5 for (c); 1 for the three parts of (d)."""
    return Question(text, answer)


def folded_parity(*, rng):
    """The parity of many switches by folding, with noise on the inputs."""
    d = int(rng.choice([4, 16, 32]))
    loud = list(NOISE[d])[rng.integers(3)]
    quiet = round(0.5 / d * rng.uniform(0.4, 0.95), 2 if d == 4 else 3)
    many, seed, layers = (
        int(rng.choice([64, 128, 256, 512])),
        int(rng.integers(1000, 9000)),
        d.bit_length() - 1,
    )
    text = f"""\
## Exercise 2.11 with other numbers: parity by folding

The parity of {d} switches is 1 if the number $k$ of switches that are up is odd. (a) Compute it from $k/{d}$ by folding with the tent $t(x) = 2\\operatorname{{relu}}(x) - 4\\operatorname{{relu}}(x - 1/2)$. How many layers of two ReLU units does it take? Check it for all $k$ from 0 to {d}. (b) How many hidden units does it take for {many} switches: by folding, with one layer that counts as in exercise 2.8, and by the recipe for any table? (c) The inputs are not exactly 0 and 1, but off by random numbers, drawn evenly from $-r$ to $r$; the answer is 1 if the output is above ½. For $r = {quiet}$ and for $r = {loud}$: draw 10,000 inputs of {d} switches, each up or down with the same chance, with `np.random.default_rng(seed)` for the seeds from {seed} to {seed + 4}, and report the percentage of wrong answers, the least and the greatest of the five, and how far the output is off at most. (d) Up to which $r$ can no answer be wrong, whatever the noise is? Give the reason."""
    answer = f"""\
(a) {layers} layers, {2 * layers} units: $t$ folded {layers} times is 0 at even multiples of $1/{d}$ and 1 at odd ones. (b) {2 * (many.bit_length() - 1)}, {many} and $2^{{{many - 1}}}$. (c) For $r = {quiet}$ none is wrong, and the output is off by less than {d * quiet:g}. For $r = {loud}$ we got {NOISE[d][loud]} % with other seeds, and the output was off by 0.7 to 1. (d) The errors add up in $k$, and a shift of $k$ by $e$ shifts the output by $\\lvert e\\rvert$, up to 1. $k$ is off by at most ${d}\\,r$, so no answer can be wrong as long as ${d}\\,r < 1/2$, that is $r < 1/{2 * d} = {0.5 / d:g}$. Beyond that answers may be wrong, but seldom are at first: the errors of the switches mostly cancel. A usual mistake is to take the greatest error that was seen for the greatest that can be.

Points: 1 for the network and its check; 0.5 for the three numbers of (b); 1 for the percentages; 0.5 for the bound with its reason."""
    return Question(text, answer)


#: Wrong answers in percent, from 20 seeds: for each number of switches, by the noise.
NOISE = {
    4: {0.2: "2.1 to 2.9", 0.25: "7.4 to 8.3", 0.3: "14 to 15"},
    16: {0.1: "2.6 to 3.2", 0.12: "6.6 to 7.7", 0.15: "14 to 16"},
    32: {0.06: "0.8 to 1.2", 0.08: "5.2 to 5.8", 0.1: "12 to 13"},
}


def layer_for_ink(*, rng):
    """Whether a random hidden layer helps with zeros and ones by their two features."""
    first = int(rng.integers(1000, 9000))
    widths = sorted(int(n) for n in rng.permutation([48, 64, 96, 128, 160, 192, 224, 256, 320])[:4])
    m = int(rng.choice([64, 128, 256]))
    text = f"""\
## Exercise 2.12 with other draws: a hidden layer for ink

The cell below computes the two features of all 360 zeros and ones, ink in the centre and ink at the sides, and defines `random_layer`. (a) Put `step(ink @ V + c)` with `V, c = random_layer(ink, m, rng)` in front, for m = {", ".join(map(str, widths))} units and `rng = np.random.default_rng(seed)` for the ten seeds from {first} to {first + 9}. For each width, report in how many of the ten draws `perceptron.find_line` finds a line. (b) For the same ten seeds, split the samples into halves with `data.split(ink, y, held_out=0.5, rng=np.random.default_rng(seed))`. Train two classifiers on one half: a single neuron, the best line of `train_perceptron(…, epochs=100).path` on this half; and a random layer of {m} units, drawn with `random_layer(x_train, {m}, np.random.default_rng(seed))`, with a neuron behind it that is trained with `epochs=50`. Report the mistakes of both on the other half, as ten pairs, and in how many splits the layer was better, equal and worse. (c) Is the hidden layer worth it here? Use both results."""
    found = ", ".join(f"{LINES[width]} with {width} units" for width in widths)
    better, worse = {
        64: ("0 to 3", "5 to 8"),
        128: ("1 to 4", "3 to 7"),
        256: ("2 to 4", "3 to 5"),
    }[m]
    answer = f"""\
(a) In four other groups of ten draws a line was found in {found}. (b) With {m} units and other seeds than {first} to {first + 9}, four groups of ten splits: the layer was better in {better}, worse in {worse}, equal in the others; both make some 4 to 8 mistakes of 180 on average. (c) No. With enough units every sample that it was trained on can be answered right, but on the other half that gains nothing: the scans that are left are not told apart by two numbers. A richer model does not help if the features do not hold more. A usual mistake is to conclude from (a) alone, or from the means without the pairs.

Points: 1 for the table of (a); 1 for the ten pairs with their counts; 1 for a conclusion that uses both."""
    return Question(text, answer)


#: In how many of ten draws a line was found, in four groups of ten draws.
LINES = {
    48: "none",
    64: "0 to 1",
    96: "0 to 2",
    128: "1 to 7",
    160: "5 to 7",
    192: "5 to 9",
    224: "8 to 10",
    256: "7 to 10",
    320: "9 to 10",
}


def _table(p, q, r):
    return (INPUTS @ [p, q] + r > 0).astype(int).tolist()


def _row(numbers):
    return listed(numbers, "{:g}".format)


def _matrix(rows):
    return matrix(rows, "{:g}".format)
