"""Fresh exercises of chapter 5, gradient descent."""

from fractions import Fraction

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import listed


def sgd_epoch(*, rng):
    """One epoch of mini-batch descent: size, rate, loss, what is left over, what is returned."""
    size, rate = int(rng.integers(2, 5)), round(rng.uniform(0.02, 0.12), 3)
    mean, half, start = (bool(coin) for coin in rng.integers(2, size=3))
    rest = ("shorter", "left out", "joined")[rng.integers(3)]
    over = "mean" if mean else "sum"
    loss = f"$\\{'t' * half}frac{{1}}{{2}}(\\hat y - y)^2$" if half else "$(\\hat y - y)^2$"
    told = {
        "shorter": "samples that are left over at the end make a last, **shorter** mini-batch",
        "left out": "samples that are left over at the end are **left out**",
        "joined": "samples that are left over at the end **join the mini-batch before them**",
    }[rest]
    result = (
        "the start first, then the parameters after each step, of shape `(steps + 1, d)`"
        if start
        else "the parameters after each step, **without** the start, of shape `(steps, d)`"
    )
    text = f"""\
## Exercise 5.11: an epoch of steps

`sgd_epoch(theta, x, y, order)` is one epoch of stochastic gradient descent for the model $\\hat y = x\\boldsymbol\\theta$. `x` has shape `(n, d)`, `y` has shape `(n,)`, and `theta`, where the epoch starts, has shape `(d,)`. `order` holds the numbers 0 to $n - 1$ in the order in which the samples are taken. Cut it from its beginning into mini-batches of **{size}** samples; {told}. There are at least {size} samples.

Take one step on each mini-batch at the rate $\\eta = {rate}$, each from where the step before it led. The loss of a mini-batch is the **{over}** of {loss} over its samples. Return an array: {result}."""
    count = "len(order)" if rest == "shorter" else f"len(order) // {size} * {size}"
    rows = "order[:end]" if rest == "left out" else "order"
    factor = rate if half else 2 * rate
    first = "theta" if start else ""
    solution = f"""\
def sgd_epoch(theta, x, y, order):
    theta = np.array(theta, dtype=float)
    path, end = [{first}], {count}
    for rows in np.split({rows}, range({size}, end, {size})):
        gradient = (x[rows] @ theta - y[rows]) @ x[rows]{" / len(rows)" if mean else ""}
        theta = theta - {factor:g} * gradient
        path.append(theta)
    return np.array(path)"""

    def cases(rng):
        def case(n, d, about, far=0):
            x, y = rng.normal(0, 1.5, (n, d)).round(1), rng.normal(far, 2, n).round(1)
            return Case((rng.normal(0, 2, d).round(1), x, y, rng.permutation(n)), about=about)

        pieces, n = int(rng.integers(2, 4)), 3 * size - 1
        # Even inputs and odd targets: no error is zero.
        whole = 2 * rng.integers(-2, 3, (n, 2)) + 2 * np.eye(n, 2, dtype=int)
        integers = rng.integers(1, 4, 2), whole, 2 * rng.integers(-3, 4, n) + 1
        return [
            case(pieces * size, 2, "All mini-batches have the same size."),
            case(pieces * size + 1, 3, "One sample is left over."),
            Case((*integers, rng.permutation(n)), about="All numbers are integers."),
            case(size, 1, "A single mini-batch, a single feature."),
            case(2 * size + 1, 2, "Targets far from zero.", far=1000),
        ]

    call = "sgd_epoch(theta, x, y, order)"
    return Fresh("minibatches", call, text, solution, cases, rng=rng)


def three_steps(*, rng):
    """Three steps on a parabola, the factors of distance and loss, and three rates."""
    a, m = int(rng.integers(1, 5)), int(rng.choice([-3, -2, -1, 2, 3, 4]))
    factor = Fraction(int(rng.choice([-2, -1, 1, 2])), 3)
    away = int(rng.choice([-27, 27]))
    if rng.integers(2):
        factor, away = Fraction(int(rng.choice([-1, 1])), 2), int(rng.choice([-8, 8, 16]))
    rate = (1 - factor) / (2 * a)
    places = [m + away * factor**k for k in range(4)]
    f = f"{a if a > 1 else ''}(w {'-' if m > 0 else '+'} {abs(m)})^2"
    text = f"""\
## Exercise 5.1 with other numbers: three steps

$f(w) = {f}$, start at $w = {m + away}$, rate $\\eta = {rate}$. (a) Take three steps. (b) By which factor is the distance from the minimum multiplied in each step? And by which factor is $f$? (c) Which rate arrives in one step, and above which rate does it diverge? (d) At which other rate does the distance have the same length after each step as at this one?"""
    answer = f"""\
(a) The slope is ${2 * a}(w {"-" if m > 0 else "+"} {abs(m)})$; the places are {listed(places[1:])}. (b) The distance by $1 - {2 * a}\\eta = {factor}$; $f$ is ${a if a > 1 else ""}$ {"times " if a > 1 else ""}the square of the distance, so it is multiplied by {factor**2}. (c) In one step with $\\eta = 1/{2 * a}$; it diverges above $2/{2 * a} = {Fraction(1, a)}$. (d) At $\\eta = {(1 + factor) / (2 * a)}$ the factor is {-factor}: the same size, the other sign. A usual mistake is to take {a} for the curvature, which is {2 * a}.

Points: 0.5 for three steps; 0.5 for both factors; 0.5 for both rates of (c); 0.5 for (d)."""
    return Question(text, answer)


def own_gradient(*, rng):
    """Loss, gradient and one step of a line with two samples, for four conventions of the loss."""
    over, said = (
        (Fraction(1, 2), "the mean of the squared errors"),
        (Fraction(1, 4), "half the mean of the squared errors"),
        (Fraction(1), "the sum of the squared errors"),
        (Fraction(1, 2), "half the sum of the squared errors"),
    )[rng.integers(4)]
    rate = Fraction(1, int(rng.choice([2, 4, 5, 10])))

    def errors(w, b):
        return [w * x + b - y for x, y in zip(xs, ys, strict=True)]

    def loss(w, b):
        return over * sum(error**2 for error in errors(w, b))

    while True:
        xs = [int(x) for x in rng.choice([-2, -1, 1, 2, 3], 2, replace=False)]
        ys = [int(y) for y in rng.integers(-3, 5, 2)]
        w, b = int(rng.choice([-1, 1, 2])), int(rng.integers(-1, 2))
        first = errors(w, b)
        dw = 2 * over * sum(error * x for error, x in zip(first, xs, strict=True))
        db = 2 * over * sum(first)
        w_new, b_new = w - rate * dw, b - rate * db
        second = errors(w_new, b_new)
        printed = (xs, ys, w, b) == ([1, 2], [3, 2], 1, 0)
        small = max(map(abs, first)) <= 4 and 0 < abs(dw) <= 12 and 0 < abs(db) <= 12
        if small and 0 not in first and abs(dw) != abs(db) and not printed:
            break
    before, after = loss(w, b), loss(w_new, b_new)
    text = f"""\
## Exercise 5.2 with other numbers: a gradient of your own

The line $\\hat y = wx + b$ is at $w = {w}$, $b = {b}$, and there are two samples: $(x, y) = ({xs[0]}, {ys[0]})$ and $({xs[1]}, {ys[1]})$. The loss is **{said}**. Compute (a) the loss, (b) both partial derivatives, (c) the parameters after one step of rate {rate}, and (d) the loss there. Has it fallen? If not, what would you change?"""
    verdict = (
        "It has fallen"
        if after < before
        else "It has not fallen: the step is too long, and a lower rate is needed"
    )
    answer = f"""\
The errors are {listed(first)}. (a) {before}. (b) $\\partial L/\\partial w = {dw}$, $\\partial L/\\partial b = {db}$: {2 * over} times the sum of error times $x$, and {2 * over} times the sum of the errors. (c) $w = {w_new}$, $b = {b_new}$. (d) The errors are {listed(second)}, the loss is {after}, about {float(after):.3g}. {verdict}. Usual mistakes: another factor than the one of this loss, a step in the direction of the gradient.

Points: 0.5 for the loss; 1 for both derivatives; 0.5 for the step; 1 for the new loss and what it says. A wrong factor in (b) that is carried on is one mistake."""
    return Question(text, answer)


def four_rates(*, rng):
    """Four runs on a bowl, told apart by their rates; the fastest of all rates."""
    most, least = ((8, 2), (5, 3), (16, 4), (2, 0.5), (20, 5), (10, 6), (10, 2.5), (2.5, 1.5))[
        rng.integers(8)
    ]
    best, limit = 2 / (most + least), 2 / most
    rates = {
        "to zero, more slowly": best * rng.choice([0.2, 0.4, 0.5]),
        "to zero, fastest": best,
        "constant in the end": limit,
        "grows": limit * rng.choice([1.1, 1.2, 1.5]),
    }
    names = rng.permutation(list(rates))
    given = ", ".join(f"{rates[name]:.4g}" for name in names[:3])
    text = f"""\
## Exercise 5.3 with other numbers: which rate was it?

Four runs on the same bowl with $\\lambda_{{\\max}} = {most}$ and $\\lambda_{{\\min}} = {least}$ had the rates {given} and {rates[names[3]]:.4g}. One loss goes to zero fastest, one goes to zero more slowly, one ends up constant above zero, one grows. (a) Which is which? Give both factors for each rate. (b) What does the constant run do in the end? (c) Show that no rate at all is faster than the fastest of the four. (d) By which factor is the *loss* of the fastest multiplied in a step, once it goes evenly?"""
    rows = "; ".join(
        f"{rates[name]:.4g}: {1 - rates[name] * most:.4g} and {1 - rates[name] * least:.4g}, {name}"
        for name in names
    )
    factor = (most - least) / (most + least)
    answer = f"""\
(a) Rate: factors $1 - \\eta\\lambda_{{\\max}}$ and $1 - \\eta\\lambda_{{\\min}}$. {rows}. (b) The piece along the flat direction dies out; the piece along the steep one changes its sign in every step and keeps its length, so the run swings between two places. (c) A higher rate makes the factor of the steep piece larger in size, a lower one that of the flat piece; at {best:.4g} both are {factor:.4g} in size. (d) The loss is made of squares of the pieces: {factor**2:.4g}.

Points: 1.5 for the four runs with their factors; 0.5 for (b); 0.5 for (c); 0.5 for (d)."""
    return Question(text, answer)


def another_unit(*, rng):
    """The curvatures of a line's loss, from mean and variance of the inputs, in three units."""
    while True:
        m, k = int(rng.integers(2, 11)), Fraction(str(rng.choice(["20", "1/10", "1/4", "4", "5"])))
        variance = Fraction(str(rng.choice(["1/4", "4", "9", "1/9", "16"])))
        found = [
            (scale**2 * (m**2 + variance) + 1, scale**2 * variance) for scale in (Fraction(1), k)
        ]
        if all(trace**2 / determinant > 60 for trace, determinant in found):
            break
    (trace, determinant), (trace_k, determinant_k) = found
    text = f"""\
## Exercise 5.4 with other numbers: what a unit does to the valley

The inputs of a line $wx + b$ have the mean {m} and the variance {variance}, so the mean of their squares is ${m}^2 + {variance}$. The loss is half the mean of the squared errors. (a) Write down $H$, its trace and its determinant. (b) Show that $\\text{{trace}}^2/\\text{{determinant}} = \\kappa + 2 + 1/\\kappa$ for the condition number $\\kappa$, and give $\\kappa$ roughly. (c) All inputs are multiplied by {k}. What are trace, determinant, $\\kappa$ and the limit for the rate now, roughly? (d) What is $\\kappa$ exactly if, instead, the mean is subtracted from the inputs? (e) And if they are divided by their standard deviation after that?"""

    def kappa(trace, determinant):
        ratio = float(trace**2 / determinant) - 2
        return (ratio + np.sqrt(ratio**2 - 4)) / 2

    answer = f"""\
(a) $H$ has the entries {m**2 + variance}, {m}, {m}, 1; the trace is {trace}, the determinant {determinant} (the variance). (b) With the eigenvalues $\\lambda_1 \\ge \\lambda_2$ the quotient is $(\\lambda_1 + \\lambda_2)^2/(\\lambda_1\\lambda_2) = \\lambda_1/\\lambda_2 + 2 + \\lambda_2/\\lambda_1$. Here it is {_about(trace**2 / determinant)}, so $\\kappa$ is about {_about(kappa(trace, determinant))}. (c) Trace {trace_k}, determinant {determinant_k}, $\\kappa$ about {_about(kappa(trace_k, determinant_k))}; the greater eigenvalue is nearly the trace, so the limit is about {_about(2 / trace_k)} (it was about {_about(2 / trace)}). (d) $H$ is diagonal with {variance} and 1: $\\kappa = {max(variance, 1 / variance)}$. (e) $H$ is the unit matrix: $\\kappa = 1$. Answers for $\\kappa$ without the 2 taken off are right: it is asked for roughly.

Points: 0.5 for (a); 1 for (b); 0.75 for (c); 0.5 for (d); 0.25 for (e)."""
    return Question(text, answer)


def soonest(*, rng):
    """At which rate a path is close to the minimum soonest, from a start of its own."""
    steep, high = int(rng.choice([8, 12, 15, 25, 30, 40, 50, 60])), int(rng.integers(2, 13))
    shares = np.arange(900, 1051) / 1000
    rates = shares * 2 / (1 + steep)
    t = np.arange(2000)[:, None]
    away = np.hypot(np.abs(1 - rates) ** t, high * np.abs(1 - rates * steep) ** t)
    steps = (away > 0.001).sum(axis=0)  # each piece only shrinks
    at = 100 * shares[steps == steps.min()]
    text = f"""\
## Exercise 5.6 with other numbers: the best rate from here

Let $H$ have the eigenvalues 1 and {steep}, and start at $(1, {high})$, {high} along the steep direction. Call your function at the rates from 90 % to 105 % of $2/(1 + {steep})$, in steps of 0.1 %. (a) At which rates is the path within 0.001 of the origin soonest, and after how many steps? (b) Why not at $2/(1 + {steep})$ exactly, where both factors are equal in size? (c) From $(1, 0)$ one step is enough. At which rate, and why would you never use it?"""
    answer = f"""\
(a) After {steps.min()} steps, at {at.min():.1f} to {at.max():.1f} % of that rate. (b) There both pieces shrink equally fast, and the steep one starts at {high} times the length of the flat one; so it is the last to arrive. A rate a little lower makes its factor smaller, at little cost to the flat one. (c) At $\\eta = 1$; but any piece along the steep direction, however small, grows by a factor of {steep - 1} in each step.

Points: 1 for the rates and the number of steps; 0.5 for (b); 0.5 for (c)."""
    return Question(text, answer)


#: By the order of the species, 0 to 2, and the size of a mini-batch: the distance from the minimum
#: at the rates 0.1, 0.3, 0.5 and 0.7.
_IN_ORDER = {
    ((1, 0, 2), 6): "0.06, 0.18, 0.24, 0.25",
    ((1, 0, 2), 10): "0.04, 0.13, 0.23, 0.32",
    ((1, 0, 2), 15): "0.03, 0.10, 0.19, 0.30",
    ((0, 2, 1), 6): "0.03, 0.07, 0.09, 0.13",
    ((0, 2, 1), 10): "0.01, 0.05, 0.08, 0.09",
    ((0, 2, 1), 15): "0.01, 0.03, 0.06, 0.07",
    ((2, 0, 1), 6): "0.03, 0.07, 0.07, 0.07",
    ((2, 0, 1), 10): "0.02, 0.05, 0.08, 0.09",
    ((2, 0, 1), 15): "0.01, 0.04, 0.06, 0.08",
}
#: By the size of a mini-batch: the median distance at 0.1, 0.3 and 0.5 with shuffling.
_SHUFFLED = {6: "0.012, 0.025, 0.030", 10: "0.008, 0.022, 0.035", 15: "0.004, 0.013, 0.024"}


def order_of_samples(*, rng):
    """Descent without shuffling, for species in another order."""
    (order, batch), found = list(_IN_ORDER.items())[rng.integers(len(_IN_ORDER))]
    seed = 10 * int(rng.integers(10, 90))
    first, second, last = (("setosa", "versicolor", "virginica")[i] for i in order)
    text = f"""\
## Exercise 5.8 with other settings: the order of the samples

Train a line from $(0, 0)$ that gives the width of a petal from its standardized length, by mini-batches of **{batch}**, for 200 epochs, with half the mean of the squared errors as the loss of a mini-batch. Do it once without shuffling, with the flowers in the order **{first}, {second}, {last}** (each species as it stands in the data), and once with a new order in each epoch (seeds {seed} to {seed + 9}). Compare them at the rates 0.1, 0.2, … 0.7.

(a) Report for both kinds how far the last parameters are from the minimum, at each rate (of the shuffled runs the median). (b) Where does the run without shuffling end up, and why there? (c) Support it with a measurement: compare, at the end of this run and at the minimum, the loss of the last {batch} flowers, and the loss of all flowers."""
    answer = f"""\
(a) Without shuffling we get {found} at the rates 0.1, 0.3, 0.5 and 0.7; shuffled, the medians are about {_SHUFFLED[batch]} at 0.1, 0.3 and 0.5 (seeds 50 to 59; {seed} to {seed + 9} differ a little). The distance without shuffling grows with the rate, or levels off. (b) The last mini-batches of an epoch have the last word, and they are all {last}: the run ends where these are fitted better and all together worse. Shuffled runs end in a cloud around the minimum. (c) The loss of the last {batch} is lower than at the minimum, at all seven rates; the loss of all flowers is higher, since it is least at the minimum.

Points: 2 for the distances of both kinds; 1 for (b); 1 for both comparisons of (c)."""
    return Question(text, answer)


#: By the share of the rarer class in %: the last loss, and the share of labels that are hit.
_SPOILED = {
    20: "0.49 to 0.50 (single runs 0.43 to 0.53), and 80 % (62 to 82)",
    30: "0.62 to 0.63 (single runs 0.60 to 0.65), and 70 % (45 to 72)",
    40: "0.67 to 0.68 (single runs 0.64 to 0.71), and 60 % (40 to 65)",
}


def spoiled_shuffle(*, rng):
    """A shuffle that takes labels from their samples, with classes of unequal size."""
    share = int(rng.choice(list(_SPOILED)))
    kind, seed = int(rng.integers(3)), 10 * int(rng.integers(10, 90))
    code = (
        "x_train = rng.permutation(x_train)",
        "y_train = rng.permutation(y_train)",
        "x_train = x_train[rng.permutation(len(x_train))]\n"
        "y_train = y_train[rng.permutation(len(y_train))]",
    )[kind]
    p = share / 100
    entropy = -p * np.log(p) - (1 - p) * np.log(1 - p)
    text = f"""\
## Exercise 5.9 with other numbers: the shuffle that spoils everything

Of the samples of two classes **{share} %** belong to class 1. Somebody shuffles them like this before the training:

```python
{code}
```

(a) What is wrong? (b) Suppose that the network is too small to learn accidents by heart. At which level does its training loss end, as a number, and why? Which share of its training labels does it hit? (c) Check it: keep all training moons of class 0 and as many of class 1 as make {share} % (rounded to whole samples), shuffle them like this, and train the chapter's network for 200 epochs at rate 1 in batches of 20, ten times (seeds {seed} to {seed + 9}). Report the median and the range of the last loss and of the share of labels that are hit. (d) Write an assert, or the right shuffle and an assert, that would have caught it."""
    answer = f"""\
(a) {("Only the samples are", "Only the labels are", "Each line draws an order of its own: samples and labels are")[kind]} put into a new order, so labels and samples no longer belong together. (b) The best that is left is to give each class its share, {1 - p:g} and {p:g}: the loss is the entropy of the shares, $-{p:g} \\ln {p:g} - {1 - p:g} \\ln {1 - p:g} \\approx {entropy:.3f}$, and not $\\ln 2$. Class 0 is always more probable: {100 - share} % of the labels are hit, as many as without any training. (c) Our medians in three times ten runs (seeds 100 to 109, for the three ways to write the mistake): {_SPOILED[share]}; {seed} to {seed + 9} should be much like them. At rate 1 the last epochs still move the network, so single runs hit less. (d) One order for both: `order = rng.permutation(len(x_train))`, `x_train[order]`, `y_train[order]`. An assert on known samples, whose labels must be their own after shuffling; a comparison of the sorted labels before and after notices nothing.

Points: 0.5 for (a); 1 for the level with its reason; 1 for ten runs with their range; 0.5 for (d)."""
    return Question(text, answer)


#: Of twenty networks, by their number of hidden units: what we found.
_STARTS = {
    6: "in most runs below 0.1 after 100 epochs; 0.07 (0.05 to 0.10) after 200. (b) 0.9 (0.02 to 3.7), never below 0.01. (c) Median 20 to 21 (10 to 28), beside a length of 14",
    10: "mostly below 0.1 after 100 epochs, with up to two runs above 0.3; 0.07 (0.05 to 0.09) after 200. (b) 0.5 to 0.6 (0.02 to 3.5), never below 0.01. (c) Median 20 to 21 (13 to 28), beside a length of 15",
    12: "mostly below 0.1 after 100 epochs, with up to one run above 0.3; 0.07 (0.05 to 0.10) after 200. (b) 0.5 to 0.6 (0.00 to 4.0), below 0.01 for up to two pairs. (c) Median 20 to 21 (14 to 28), beside a length of 15",
}


def many_starts(*, rng):
    """Networks from twenty starts, and the ridges between them."""
    units, seed = int(rng.choice(list(_STARTS))), 20 * int(rng.integers(5, 50))
    text = f"""\
## Exercise 5.10 with other settings: from many starts

Train networks with **{units}** tanh units on the chapter's moons, from the {{seeds}} {seed} to {seed + 19}, for 200 epochs at rate 1 in batches of 20. (a) Report the median and the range of the training loss after 100 and after 200 epochs. (b) For all 190 pairs, walk from one network to the other on the straight line through their weights and biases, in 40 equal steps. By how much does the greatest loss on the way exceed the higher of the losses at the ends? Report median and range, and for how many pairs it is less than 0.01. (c) How far apart are two networks, as the length of the difference of all their weights and biases, beside the length of one of them? (d) The losses are much alike, the weights are not. Give a reason that needs no experiment, with the number of networks that compute the same function as one of yours."""
    text = text.replace("{seeds}", "seeds")
    answer = f"""\
(a) Ours are two times twenty other runs (seeds 100 to 119, 200 to 219); {seed} to {seed + 19} should be much like them. The loss is {_STARTS[units]}. (d) Twins: the units can be put into any order, and the signs of the weights into and out of a unit can be changed together. That makes ${units}! \\cdot 2^{{{units}}}$ networks that compute the same function; two trainings seldom find the same one of them. (With the units put into the order and signs that fit best, nearly all ridges are gone.)

Points: 1 for the losses; 1.5 for the ridges of all pairs; 0.5 for the distances; 1 for the twins with their number."""
    return Question(text, answer)


def _about(number):
    """Return three digits of a number, not as a power of ten."""
    return f"{float(f'{float(number):.3g}'):,.6f}".rstrip("0").rstrip(".")
