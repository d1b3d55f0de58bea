"""Fresh exercises of chapter 7, activation functions."""

from fractions import Fraction
from math import log

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import joined, listed, plain


def bend_backward(*, rng):
    """The backward pass of a straight line on one side of 0, an exponential on the other."""
    slope, height, speed = (round(rng.uniform(0.6, 1.8), 2) for _ in range(3))
    left, bent = (
        bool(i) for i in rng.integers(2, size=2)
    )  # the line is there; 0 belongs to it not
    line, curve = ("<", ">") if left else (">", "<")
    formula = f"(1 - e^{{-{speed}x}})" if left else f"(e^{{{speed}x}} - 1)"
    text = f"""\
## Exercise 7.14: backward through another bend

An activation function is a straight line on one side of 0 and a curve on the other: $f(x) = {slope}\\,x$ where $x {line} 0$, $f(x) = {height}\\,{formula}$ where $x {curve} 0$, and $f(0) = 0$. `bend_backward(dout, x)`: `dout` is the gradient of a loss with respect to $f(x)$; it and `x` are arrays of the same shape, whichever that is. Return the gradient with respect to `x`, in this shape. Where $x = 0$, take the slope that the {"curve" if bent else "line"} has there. Inputs of $\\pm 10^4$ must come through, and integers may give fractions."""
    power = "-np.maximum(x, 0)" if left else "np.minimum(x, 0)"
    solution = f"""\
def bend_backward(dout, x):
    x = np.asarray(x, dtype=float)
    curve = {height} * {speed} * np.exp({speed} * {power})
    return dout * np.where(x {line}{"" if bent else "="} 0, {slope}, curve)"""

    def cases(rng):
        def both(*shape):
            signs = rng.permuted(np.resize([1, -1], shape), axis=-1)
            return (signs * rng.uniform(0.2, 1.5, shape)).round(2)

        corner = both(2, 4)
        corner[1, rng.integers(1, 4)] = 0
        far = rng.integers(2000, 9000, 2) * [1, -1]
        integers = rng.permutation([-3, -2, -1, 1, 2, 3])[:, None]
        return [
            Case((np.ones(4), both(4)), about="dout is 1 everywhere."),
            Case((both(2, 4), corner), about="A batch; one input is 0."),
            Case((rng.integers(1, 6, (6, 1)), integers), about="dout and x hold integers."),
            Case((both(4), np.append(both(2), far)), about="Far out, on either side."),
            Case((both(2, 1, 2), both(2, 1, 2)), about="Three axes."),
        ]

    return Fresh("elu_backward", "bend_backward(dout, x)", text, solution, cases, rng=rng)


def exact_values(*, rng):
    """Four functions and their derivatives at the logarithm of a number, and at minus that."""
    n, c = int(rng.choice([2, 4, 5, 6, 7, 8, 9])), int(rng.integers(2, 10))
    alpha = Fraction(int(rng.integers(2, 10)), 10)
    sigmoid, tanh = Fraction(n, n + 1), Fraction(n * n - 1, n * n + 1)
    text = f"""\
## Exercise 7.1 with other numbers: exact values

Compute $\\sigma$, $\\tanh$, leaky ReLU ($\\alpha = {float(alpha)}$) and ELU ($\\alpha = {c}$), with their derivatives, (a) at $z = \\ln {n}$ and (b) at $z = -\\ln {n}$. Write fractions, and leave $\\ln {n}$ as it is where it appears. (c) Which of the four derivatives are the same at both places, and why?"""
    answer = f"""\
(a) $\\sigma$: {sigmoid}, {sigmoid * (1 - sigmoid)}; tanh: {tanh}, {1 - tanh**2}; leaky: $\\ln {n}$, 1; ELU: $\\ln {n}$, 1. (b) $\\sigma$: {1 - sigmoid}, {sigmoid * (1 - sigmoid)}; tanh: {-tanh}, {1 - tanh**2}; leaky: $-{float(alpha)} \\ln {n}$, {float(alpha)}; ELU: {c * (Fraction(1, n) - 1)}, {Fraction(c, n)}. (c) Those of $\\sigma$ and tanh: $\\sigma'(-z) = \\sigma(-z)\\,(1 - \\sigma(-z)) = (1 - \\sigma(z))\\,\\sigma(z)$, and $\\tanh^2$ is even.

Points: 1 for the values; 1 for the derivatives; 1 for (c) with the reason."""
    return Question(text, answer)


def zigzag(*, rng):
    """Two steps of a linear unit whose activations are positive, and one step of the batch."""
    p, q = [(3, 1), (1, 3), (3, 2), (4, 1), (1, 4), (5, 1), (4, 2), (2, 4)][rng.integers(8)]
    target, part = int(rng.choice([-3, -2, -1, 1, 2, 3])), int(rng.choice([2, 4, 8, 10]))
    first, second, rate = (p, q), (q, p), Fraction(1, part)
    one = [rate * target * a for a in first]
    miss = sum(w * a for w, a in zip(one, second, strict=True)) + target
    step = [-rate * miss * a for a in second]
    two = [w + s for w, s in zip(one, step, strict=True)]
    goal = Fraction(target, p - q)
    batch, half = rate * Fraction(target * (p - q), 2), Fraction(p - q, 2)
    text = f"""\
## Exercise 7.5 with other numbers: zigzag

A linear unit $\\hat y = w_1 a_1 + w_2 a_2$ without bias starts at $\\mathbf w = (0, 0)$. There are two samples, $\\mathbf a = {first}$ with target ${target}$ and $\\mathbf a = {second}$ with target ${-target}$; the loss is half the squared error, the rate is $1/{part}$. (a) Take one step on the first sample, then one on the second. Give both steps, and $\\mathbf w$ after each. (b) For which $\\mathbf w$ are both predictions right? Why can no step on a single sample point there from $(0, 0)$? (c) Where does the first step lead if the gradient is the mean over both samples? (d) Now subtract {plain(Fraction(p + q, 2))} from all activations, their mean. In which direction does each single step point now, from $(0, 0)$?"""
    answer = f"""\
(a) The first step is {listed(one)}, and that is $\\mathbf w$ as well. There the second sample has the error {miss}; its step is {listed(step)}, and leads to {listed(two)}. (b) $({goal}, {-goal})$: the two numbers have different signs. A step on one sample is a multiple of $\\mathbf a$, whose numbers are both positive. (c) To $({batch}, {-batch})$, straight towards the goal. (d) The activations become $({half}, {-half})$ and $({-half}, {half})$: both steps are multiples of $({np.sign(goal)}, {-np.sign(goal)})$, straight towards the goal.

Points: 1 for the two steps; 0.5 for (b); 0.5 for (c); 1 for (d)."""
    return Question(text, answer)


def how_deep(*, rng):
    """How many layers leave less than a bound of a gradient, and which factors keep it."""
    base, power = int(rng.choice([3, 5, 6, 7])), int(rng.choice([3, 4, 5, 9]))
    slow = Fraction(int(rng.choice([60, 70, 80, 95])), 100)
    layers, band = int(rng.choice([20, 30, 50, 200])), int(rng.choice([3, 4, 5, 10]))
    n = int(rng.integers(2, 7))

    def least(of_square):  # the number of layers whose factor has this square
        return next(k for k in range(2000) if of_square**k * 10 ** (2 * power) < 1)

    square = Fraction(1, base * base)
    counts = [least(square), least(Fraction(1, base)), least(slow**2)]
    width = log(band) / layers
    needed = Fraction((n + 1) ** 2, n)
    text = f"""\
## Exercise 7.6 with other numbers: how deep can you go?

Each layer multiplies the gradient by a factor $q$. (a) After how many layers is less than $10^{{-{power}}}$ left, for $q = 1/{base}$, $\\sqrt{{1/{base}}}$ and ${float(slow)}$? (b) Which factors leave between $1/{band}$ and {band} times the gradient after {layers} layers? Give the interval, and say about how many percent from 1 it reaches. (c) In a chain of single sigmoid units all pre-activations are $\\ln {n}$. Which weight makes the factor 1? What is left after ten layers if the weight is half as large?"""
    answer = f"""\
(a) {counts[0]}, {counts[1]} (twice as many before rounding) and {counts[2]} layers: the least $k$ with $q^k < 10^{{-{power}}}$, that is $k > {power} \\ln 10/(-\\ln q)$. (b) From ${band}^{{-1/{layers}}} \\approx {band ** (-1 / layers):.3f}$ to ${band}^{{1/{layers}}} \\approx {band ** (1 / layers):.3f}$; $\\ln {band}/{layers}$ is about {100 * width:.2g} percent. (c) $\\sigma(\\ln {n}) = {Fraction(n, n + 1)}$, so $\\sigma' = {1 / needed}$ and the weight is {needed}. With half of it the factor is ½: $2^{{-10}} = 1/1024$ is left.

Points: 1 for (a); 0.5 for (b); 0.5 for (c)."""
    return Question(text, answer)


_DOUBTFUL = {
    "$f(z) = z^3$": "$z^3$: a bend, but the slope $3z^2$ is 0 at 0 and grows far out: five layers make $10^{243}$ of 10. Both signs. Cheap. Only polynomials come out of it.",
    "$f(z) = \\max(0, z)^2$": "$\\max(0, z)^2$: a bend; the slope $2z$ grows with $z$, and five layers make $10^{32}$ of 10; it is 0 for $z \\le 0$, so that units can die. Never negative. Cheap.",
    "$f(z) = \\arctan z$": "$\\arctan z$: like tanh. Slope $1/(1 + z^2)$, 1 at 0 alone; it saturates, but slowly. Both signs, centred; 10 becomes 0.6. It costs about as much as an exponential. It would do.",
    "$f(z) = z/(1 + \\lvert z\\rvert)$": "$z/(1 + |z|)$: like tanh. Slope $1/(1 + |z|)^2$, 1 at 0 alone; it saturates, but slowly. Both signs, centred; 10 becomes 0.2. Cheap, without an exponential. It would do.",
    "$f(z) = \\cos z$": "$\\cos z$: nonlinear, but the slope is 0 at 0, where the pre-activations lie; $z$ and $-z$ cannot be told apart, nor can far inputs and near ones. Values near 1 for small $z$: not centred; never above 1. It costs about as much as an exponential.",
    "$f(z) = e^z$": "$e^z$: nonlinear. The slope grows without limit on the right (10 overflows in the second layer) and vanishes on the left. Never negative. It costs what an exponential costs.",
    "$f(z) = \\min(z, 1)$": "$\\min(z, 1)$: a bend; slope 1 below 1 and 0 above, so that units can die on the right, as those of ReLU do on the left. Both signs, not bounded below; 10 becomes 1. Cheap. It would do.",
    "$f(z) = \\max(z, 3z)$": "$\\max(z, 3z)$: a bend; slopes 1 and 3, so that no unit dies, but gradients and signals grow (10 becomes 2430), unless smaller weights make up for it. Both signs, a mean above 0. Cheap.",
}
_USELESS = {
    "$f(z) = \\max(z, z - 3)$": "$z$, since $z > z - 3$",
    "$f(z) = \\max(0, z) - \\max(0, -z)$": "$z$ on either side of 0",
    "$f(z) = \\max(z, 2z) + \\min(z, 2z)$": "$3z$: the greater and the less of two numbers add up to both",
    "$f(z) = -\\max(-z, 1 - z)$": "$z - 1$, since $1 - z > -z$",
    "$f(z) = \\ln(e^{2z})$": "$2z$",
}


def would_it_do(*, rng):
    """Judge three functions of many, and find the one without a bend."""
    doubtful = [str(name) for name in rng.permutation(list(_DOUBTFUL))[:3]]
    useless = str(rng.choice(list(_USELESS)))
    order = [str(name) for name in rng.permutation([*doubtful, useless])]
    text = f"""\
## Exercise 7.9 with other functions: would it do?

Judge each of these as an activation function for hidden layers by the four things of *The gallery*: {"; ".join(order)}. One of them is useless. Which, and why? For each other one: where is the slope 0 or far from 1, which signs does it take, what becomes of values of size 10 after five layers, and what does it cost?"""
    verdicts = "\n\n".join(_DOUBTFUL[name] for name in order if name in _DOUBTFUL)
    answer = f"""\
{verdicts}

Useless: {useless}. It is {_USELESS[useless]}, a straight line: no bend.

Points: 2.25 for the three functions, a third each, of which half for the slope; 0.75 for the useless one with the reason."""
    return Question(text, answer)


#: What can be at the output: (what is asked for, the answer), by kind.
_OUTPUTS = {
    "any sign": (
        ["the temperature tomorrow at noon, in °C", "by how much a price changes within a day", "how far a clock is fast or slow, in seconds"],
        "linear, with squared error, on standardized targets",
    ),
    "above 0": (
        ["how many hours a battery lasts", "the weight of a parcel", "how long a visitor stays in a museum"],
        "softplus or an exponential with squared error, or a linear output for the logarithm",
    ),
    "yes or no": (
        ["whether a message is spam", "whether a customer comes back", "whether a bolt holds"],
        "one logit, sigmoid, binary cross-entropy",
    ),
    "one of several": (
        ["in which of the 12 months a photograph was taken", "which of 7 keys a melody is in", "which of 40 languages a page is written in"],
        "as many logits, softmax, cross-entropy",
    ),
    "several of several": (
        ["which of 14 allergens a dish contains", "which of 40 birds are heard in a recording", "which of 9 instruments play"],
        "as many logits, a sigmoid and a binary cross-entropy for each",
    ),
    "a share": (
        ["which share of the sky is covered by clouds", "how grey a pixel is, from 0 to 1", "which part of its way a drop has come, from 0 to 1"],
        "a sigmoid with squared error or with cross-entropy, or a linear output that is clipped to [0, 1] afterwards",
    ),
}  # fmt: skip


def at_the_output(*, rng):
    """Activation and loss of six outputs, one of each kind."""
    kinds = [str(kind) for kind in rng.permutation(list(_OUTPUTS))]
    asked = {kind: str(rng.choice(_OUTPUTS[kind][0])) for kind in kinds}
    letter = dict(zip(kinds, "abcdef", strict=True))
    text = f"""\
## Exercise 7.10 with other outputs

Which activation, and which loss, at the output for: {"; ".join(f"({letter[kind]}) {asked[kind]}" for kind in kinds)}? In which of the six cases would a ReLU at the output be tempting, and what could go wrong? Somebody takes a softmax for ({letter["several of several"]}). What can that network never say?"""
    answer = f"""\
{". ".join(f"({letter[kind]}) {_OUTPUTS[kind][1]}" for kind in kinds)}. A ReLU is tempting in ({letter["above 0"]}), and perhaps in ({letter["a share"]}): if its pre-activation is negative for all samples, the output is 0, its gradient is zero, and the whole network is dead. With a softmax in ({letter["several of several"]}) the numbers add up to 1: two of them can never both be near 1, nor can all be near 0.

Points: 2 for the six cases, in equal parts; 0.5 for ReLU; 0.5 for the softmax."""
    return Question(text, answer)


#: What we measured for 6 to 9 layers, by the factor of the weights: factor per layer, mean of σ′,
#: training loss after ten epochs.
_SCALED = {
    3: ("0.5", "0.16", "1.6 to 2.3, the most with 8 and 9 layers"),
    5: ("0.65 to 0.7", "0.10", "0.5 to 1.5"),
    7: ("0.75 to 0.85", "0.08", "0.5 to 1.1"),
    9: ("0.85 to 0.95", "0.06", "0.7 to 1.4"),
    12: ("1 to 1.1", "0.05", "1 to 1.8"),
}


def save_the_sigmoid(*, rng):
    """A sigmoid network of some depth whose weights are multiplied at the start."""
    hidden, seed = int(rng.integers(6, 10)), int(rng.integers(10, 1000))
    scales = sorted(int(s) for s in rng.choice(list(_SCALED), 3, replace=False))
    text = f"""\
## Exercise 7.11 with other numbers: save the sigmoid

Take `deep("sigmoid", seed, {hidden})` with the seeds {seed}, {seed + 1} and {seed + 2}, and multiply all its parameters at the start by {joined(scales)}; for comparison leave them as they are. (a) Measure, before training, the factor per layer: the length of the gradient at the first hidden layer divided by that at the last, to the power 1/{hidden - 1}. (b) Measure the mean of $\\sigma'(z)$ over all hidden layers and the digits `x_train[:200]`. (c) Train on `x_train` for ten epochs at the rate 0.1, and give the training loss of the tenth. Report the median and the range over the seeds for each of the four. (d) Why is the factor not multiplied by as much as the weights? Use (b). (e) Name one other change that keeps the sigmoid in the network and should help, and say why."""
    rows = "; ".join(
        f"× {s}: factor {_SCALED[s][0]}, $\\sigma'$ about {_SCALED[s][1]}, loss {_SCALED[s][2]}"
        for s in scales
    )
    answer = f"""\
Measured with 6 to 9 layers, and with other seeds than {seed} to {seed + 2}: as they are: factor 0.23, $\\sigma'$ about 0.23, loss 2.3, that of a guess; {rows}. (d) The factor is about the weights' size times that of $\\sigma'$. Larger weights make larger $z$, more units saturate, and $\\sigma'$ falls: the product rises more slowly than the weights. A factor nearer to 1 is not all: with most units saturated the loss is higher again. (e) For example: subtract ½ from the outputs, so that they are centred; fewer layers; batch normalization; an optimizer that divides each gradient by its own size.

Points: 1 for (a) and (b); 1 for (c), half of it without ranges; 0.5 for (d); 0.5 for (e)."""
    return Question(text, answer)


def other_inks(*, rng):
    """Dead units with inputs that are moved, stretched and centred."""
    shift, factor = float(rng.choice([0.2, 0.3, 0.4])), float(rng.choice([1.5, 2, 3]))
    rate, seed = float(rng.choice([1.1, 1.2])), int(rng.integers(10, 1000))
    about = {0.2: 6, 0.3: 5, 0.4: 6, 1.5: 24, 2: 42, 3: 94}
    text = f"""\
## Exercise 7.12 with other inputs: ink or paper

The network `deep("relu", seed, 1)` has one hidden layer of 50 units. It is trained for three epochs at the rate {rate}. Its inputs are `pixels`, `pixels - {shift}`, `{factor:g} * pixels`, and `pixels` minus the mean of each pixel over the training digits. (a) For each of the four give the mean of $\\mathbf x\\cdot\\mathbf x' + 1$ over all pairs of training digits, and predict in which order the numbers of dying units will be. (b) For the seeds {seed} to {seed + 4} count the hidden units that are dead before the first step, and those that die later; report the range of each. (c) Was it the sign of the inputs, their size or their mean? For each of the three say what your numbers show, and name the two rows that show it."""
    answer = f"""\
(a) About 11, {about[shift]}, {about[factor]} and 1: so most should die with `{factor:g} * pixels`, then with `pixels`, then with `pixels - {shift}`, and fewest with centred pixels. The prediction counts, not its success. (b) Measured with other seeds than {seed} to {seed + 4}, of 50 units: 0 to 2 dead at the start; later died with `pixels` 15 to 40, with `pixels - {shift}` 0 to 5, with `{factor:g} * pixels` 40 to 50, with centred pixels none. (c) The mean counts most: `pixels` and centred pixels have the same differences between digits, and none dies of the second; a number taken off all pixels takes a part of the mean away (`pixels - {shift}`). Size counts as well and acts like a higher rate (`{factor:g} * pixels` against `pixels`). The sign cannot be told from the mean by these four: both inputs with two signs have a smaller mean, too.

Points: 1 for the four means with a prediction; 1 for the counts, with ranges and with those at the start apart; 1 for (c) with its rows."""
    return Question(text, answer)


#: What we found: the best of the rates 0.01, 0.03, 0.1, 0.3 and 1, the losses, the percentages.
_RACED = {
    "tanh": "LeCun, rate 0.3, losses 0.08 to 0.09, 93 to 96 % of the new digits",
    "elu": "LeCun, rate 0.3, losses 0.07 to 0.12, 93 to 96 % of the new digits",
    "selu": "LeCun, rate 0.1, losses 0.09 to 0.10, 93 to 96 % of the new digits",
    "leaky_relu": "He, rate 0.3, losses 0.09 to 0.15, 94 to 96 % of the new digits",
    "gelu": "He, rate 0.3, losses 0.07 to 0.13, 95 to 98 % of the new digits",
    "softplus": "LeCun, rate 0.3, losses 0.4 to 0.8, 83 to 91 % of the new digits",
}


def fair_race(*, rng):
    """Two functions, compared on seeds that their rates were not chosen on."""
    one, other = (str(name) for name in rng.permutation(list(_RACED))[:2])
    seed = int(rng.integers(10, 1000))
    text = f"""\
## Exercise 7.13 with other functions: a fair race

Compare `"{one}"` with `"{other}"` in networks `deep(name, seed, 4, init=…)`, so that nobody who prefers either of them can complain. Three epochs of training; the seeds {seed} to {seed + 4} are for the comparison, and for nothing before it. (a) Write down beforehand: the initialization for each and why it fits, how the rate of each is chosen and on which seeds, what you measure, and what you would call a difference. (b) Run it once, and report both results seed by seed. (c) Write the one sentence that your numbers bear."""
    found = "; ".join(f"`{name}`: {_RACED[name]}" for name in (one, other))
    answer = f"""\
A good plan gives each function the initialization made for it, chooses the rate of each from one grid on other seeds (the best not at its end), and compares seed by seed, since equal seeds share the order of the digits. We chose from the rates 0.01, 0.03, 0.1, 0.3 and 1 by the median training loss of the third epoch on the seeds 100 to 102, and found on 20 to 24: {found}. The sentence must name the setting (digits, four hidden layers, three epochs, rates from this grid), and must not call a difference what is smaller than the spread over the seeds. A comparison at one rate for both is a comparison of that rate.

Points: 1 for the plan; 1 for the results seed by seed; 1 for a sentence that names its setting and says no more than the numbers."""
    return Question(text, answer)
