"""Fresh exercises of chapter 4, softmax and cross-entropy."""

from fractions import Fraction

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question


def tempered_softmax(*, rng):
    """A softmax at a fixed temperature, over the first or the last axis."""
    low, high = ((0.25, 0.7), (1.4, 4))[rng.integers(2)]
    temperature, axis = round(rng.uniform(low, high), 2), -int(rng.integers(2))
    over, shape, samples = {
        0: ("first", "(k, n)", "columns"),
        -1: ("last", "(n, k)", "rows"),
    }[axis]
    text = f"""\
## Exercise 4.15: a softmax at a temperature of its own

`tempered_softmax(x)` returns the softmax of $x/T$ at the temperature $T = {temperature}$, in the shape of `x`. It runs over the **{over}** axis: `x` is one sample of shape `(k,)`, or a batch of shape `{shape}`, samples as {samples}. Scores of $\\pm 10^4$ must come through."""
    solution = f"""\
def tempered_softmax(x):
    z = np.asarray(x, dtype=float) / {temperature}
    e = np.exp(z - z.max(axis={axis}, keepdims=True))
    return e / e.sum(axis={axis}, keepdims=True)"""

    def cases(rng):
        k, far = rng.integers(3, 6), rng.integers(2000, 9000)
        batches = [
            rng.normal(0, 2, (2, k)).round(1),
            rng.permutation(9).reshape(3, 3) - 4,
            rng.permutation(6).reshape(2, 3) - [[far], [0]],
        ]
        of_two, square, far_below = (x if axis else x.T for x in batches)
        return [
            Case((rng.normal(0, 2, k).round(1),), about="One sample."),
            Case((of_two,), about="A batch of two samples."),
            Case((square,), about="A square batch of integers."),
            Case((far + rng.permutation(4),), about="Large scores."),
            Case((far_below,), about="One sample of a batch has scores far below 0."),
        ]

    return Fresh("softmax_with_temperature", "tempered_softmax(x)", text, solution, cases, rng)


def no_calculator(*, rng):
    """Probabilities, loss and gradient of three scores that are logarithms."""
    numbers = [1, *(int(n) for n in rng.permutation([3, 4, 6, 7, 9])[:2])]
    truth, shift = int(rng.integers(3)), int(rng.integers(3, 20))
    total = sum(numbers)
    p = [Fraction(n, total) for n in numbers]
    gradient = [share - (i == truth) for i, share in enumerate(p)]
    scores = ", ".join("$0$" if n == 1 else f"$\\ln {n}$" for n in numbers)
    which = ("first", "second", "third")[truth]
    text = f"""\
## Exercise 4.1 with other numbers: no calculator

Three classes have the scores {scores}, in this order. (a) What are their probabilities, as fractions? (b) What are they if {shift} is added to each score, and why? (c) How great is the loss, as a logarithm, if the {which} class is the true one? (d) What is $p - y$ then, and what is its sum?"""
    answer = f"""\
(a) The exponentials are {_list(numbers)}, their sum is {total}: the probabilities are {_list(p)}. (b) The same: each exponential is $e^{{{shift}}}$ times as large, and so is their sum. (c) $\\ln({1 / p[truth]}) \\approx {np.log(float(1 / p[truth])):.3f}$. (d) {_list(gradient)}; the sum is 0.

Points: 1 for the probabilities; 0.5 for (b) with the reason; 0.5 for the loss; 1 for all three numbers of $p - y$."""
    return Question(text, answer)


def hot_and_cold(*, rng):
    """Probabilities at three temperatures, of scores that are logarithms of squares."""
    roots = [int(n) for n in rng.permutation([1, *rng.permutation([2, 4, 5, 6, 7])[:2]])]
    trails, leads = int(np.argmin(roots)), int(np.argmax(roots))
    shares = {
        name: [Fraction(n**power, sum(m**power for m in roots)) for n in roots]
        for name, power in (("1", 2), ("2", 1), ("1/2", 4))
    }
    scores = ", ".join("$0$" if n == 1 else f"$\\ln {n * n}$" for n in roots)
    text = f"""\
## Exercise 4.3 with other numbers: hot and cold

The scores are {scores}, in this order. (a) What are the probabilities at $T = 1$, at $T = 2$ and at $T = 1/2$, as fractions? (b) At which of the three temperatures is the loss smallest if the class with the greatest score is the true one? (c) And if the class with the least score is? Compare the probabilities."""
    table = "; ".join(f"$T = {name}$: {_list(p)}" for name, p in shares.items())
    best = ", ".join(str(shares[name][leads]) for name in ("1/2", "1", "2"))
    worst = ", ".join(str(shares[name][trails]) for name in ("2", "1", "1/2"))
    answer = f"""\
(a) {table}. (b) At $T = 1/2$: the greatest of {best}. (c) At $T = 2$: the greatest of {worst}.

Points: 1.5 for the probabilities at three temperatures; 0.75 for (b) and 0.75 for (c), each with the numbers compared."""
    return Question(text, answer)


def first_losses(*, rng):
    """Diagnoses of five first losses, for a number of classes and a size of the batch."""
    classes, batch = int(rng.choice([5, 8, 20, 50])), int(rng.choice([16, 25, 64, 100]))
    even = np.log(classes)
    healthy = f"{even + 0.01:.2f}"
    losses = [f"{even * batch:.1f}", "27.63", "`nan`", f"{even:.2f}, which stays there", healthy]
    asked = [
        f"{losses[0]} is {batch} $\\cdot \\ln {classes}$: is the loss summed, not averaged?",
        "27.63 is the clip, $-\\ln 10^{-12}$: every truth got probability 0. Are `probs` zeros, "
        "do labels point to the wrong column, are rows and columns exchanged?",
        "`nan`: is there a `log` of a softmax, or an `exp` without the max trick?",
        f"{even:.2f} that stays: is the step applied, is the rate 0, do labels belong to samples?",
        f"{healthy} need not worry: it is close to $\\ln {classes}$.",
    ]
    order = [int(i) for i in rng.permutation(5)]
    text = f"""\
## Exercise 4.10 with other numbers: a doctor of losses

Five networks have {classes} classes, batches of {batch} samples and random weights; probabilities below $10^{{-12}}$ count as $10^{{-12}}$. Their first losses are {"; ".join(losses[i] for i in order)}. Which of them is as it should be, and what would you ask the owner of each other one? Say how you know the number."""
    answer = "\n\n".join(asked[i] for i in order)
    answer += "\n\nPoints: 1 for the one that need not worry; 2 for the others, half of it if no reasons are given."
    return Question(text, answer)


def _list(numbers):
    return f"({', '.join(map(str, numbers))})"
