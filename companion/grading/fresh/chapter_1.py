"""Fresh exercises of chapter 1, the perceptron."""

from fractions import Fraction
from itertools import count

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question


def costly_pocket(*, rng):
    """A step of the pocket algorithm for which the two kinds of mistakes cost differently."""
    lr = round(rng.uniform(0.15, 0.95), 2)
    cost = float(rng.choice([n for n in range(17, 40) if n % 8])) / 8  # exact: a tie is a tie
    dear, at_zero, takes_ties, mean, pocket_first = (int(n) for n in rng.integers(2, size=5))
    kinds = ["a missed 1 (label 1, answer 0)", "a false 1 (label 0, answer 1)"]
    over = "mean over all `n` samples" if mean else "sum over all `n` samples"
    better = "costs no more than" if takes_ties else "costs less than"
    lines = ("best_w, best_b, w, b", "w, b, best_w, best_b")[1 - pocket_first]
    text = f"""\
## Exercise 1.14: a pocket with two costs

`costly_pocket(w, b, best_w, best_b, x, y, i)` does one step of a pocket algorithm for which the two kinds of mistakes do not count alike: {kinds[dear]} costs **{cost}**, and {kinds[1 - dear]} costs **1**. A right answer costs 0. The cost of a line is the **{over}**: `x` has shape `(n, d)`, and `y` holds the labels, 0 or 1, in shape `(n,)`. A neuron whose weighted sum is exactly 0 answers **{at_zero}** here.

1. Apply the perceptron rule with the rate $\\eta = {lr}$ to `(w, b)`, with sample `i`, which counts from 0.
2. Whether or not that changed anything: if the new `(w, b)` **{better}** `(best_w, best_b)`, it becomes the new `(best_w, best_b)`.

`w` and `best_w` have shape `(d,)`, `b` and `best_b` are numbers, and all numbers may be integers. Return `({lines}, cost)`; `cost` is what the new `(best_w, best_b)` costs."""
    above = ">=" if at_zero else ">"
    costs = f"{cost} * missed + false" if dear == 0 else f"missed + {cost} * false"
    total = f"({costs}) / len(y)" if mean else costs
    solution = f"""\
def costly_pocket(w, b, best_w, best_b, x, y, i):
    def cost(w, b):
        answers = x @ w + b {above} 0
        missed, false = np.sum((y == 1) & ~answers), np.sum((y == 0) & answers)
        return {total}

    answer = 1 if x[i] @ w + b {above} 0 else 0
    w, b = w + {lr} * (y[i] - answer) * x[i], b + {lr} * (y[i] - answer)
    if cost(w, b) {"<=" if takes_ties else "<"} cost(best_w, best_b):
        best_w, best_b = w, b
    return {lines}, cost(best_w, best_b)"""

    def mistakes(z, y):
        answers = z >= 0 if at_zero else z > 0
        missed, false = np.sum((y == 1) & ~answers), np.sum((y == 0) & answers)
        return np.array([missed, false][:: -1 if dear else 1])  # the dear ones first

    def case(rng, about, fits, d=2, whole=False, zero=False, lured=False):
        """Draw until it fits; no sum is close to 0, but those that are 0 on purpose."""
        unit = 1 if whole else 0.5
        while True:
            w, best_w = rng.integers(-4, 5, (2, d)) * unit
            b, best_b = (rng.integers(-4, 5, 2) * unit).tolist()
            x, y = rng.integers(-6, 7, (7, d)) * unit, rng.integers(2, size=7)
            i, j = (int(k) for k in rng.integers(7, size=2))
            if zero:
                b, best_b = float(-w @ x[i]), float(-best_w @ x[j])
            z, best_z = x @ w + b, x @ best_w + best_b
            step = lr * (y[i] - ((z[i] >= 0) if at_zero else (z[i] > 0)))
            new_z = z + step * (x @ x[i] + 1)
            new, best = mistakes(new_z, y), mistakes(best_z, y)
            clear = np.abs(new_z).min() > 0.02 and (z[i] == 0) == zero
            clear &= (np.count_nonzero(best_z == 0) == 1) == zero and np.any(best_w)
            kept = min(new, best, key=lambda m: cost * m[0] + m[1])
            lures = (new_z[i] > 0) == y[i] != (best_z[i] > 0)  # better on this sample
            marks = (step != 0, new, best, cost * (new - best)[0] + (new - best)[1])
            if clear and kept.all() and fits(*marks) and (not lured or lures):
                return Case((w, b, best_w, best_b, x, y, i), about=about)

    def cases(rng):
        return [
            case(
                rng,
                "The rule makes the line cheaper than the one in the pocket.",
                lambda step, new, best, more: step and more < 0,
            ),
            case(
                rng,
                "The new line costs more than the one in the pocket.",
                lambda step, new, best, more: step and more > 0,
                lured=True,
            ),
            case(
                rng,
                "The new line costs as much as the one in the pocket.",
                lambda step, new, best, more: step and (new == best).all(),
            ),
            case(
                rng,
                "The answer was right, and the line is cheaper than the one in the pocket.",
                lambda step, new, best, more: not step and more < 0,
            ),
            case(
                rng,
                "The line with fewer mistakes costs more.",
                lambda step, new, best, more: step and more * (new - best).sum() < 0,
            ),
            case(
                rng,
                "The sum of the sample is exactly 0, and so is one in the pocket.",
                lambda step, new, best, more: step and more < 0,
                zero=True,
            ),
            case(
                rng,
                "Three features, all integers.",
                lambda step, new, best, more: step and more < 0,
                d=3,
                whole=True,
            ),
        ]

    signature = "costly_pocket(w, b, best_w, best_b, x, y, i)"
    return Fresh("pocket_update", signature, text, solution, cases, rng=rng)


def one_neuron(*, rng):
    """Sums, answers, distances and shapes of a neuron with two inputs."""
    w, length = [((3, 4), 5), ((5, 12), 13), ((6, 8), 10)][rng.integers(3)]
    w = rng.permutation(w) * rng.choice([-1, 1], 2)
    while True:
        b = int(rng.choice([-7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7]))
        points = rng.integers(-4, 6, (3, 2))
        z = points @ w + b
        if (
            sorted(np.sign(z)) == [-1, 0, 1]
            and np.abs(z).max() <= 3 * length
            and points.any(1).all()
        ):
            break
    n, d = int(rng.integers(20, 90)), int(rng.integers(4, 10))
    cut = [Fraction(-b, int(part)) for part in w]
    text = f"""\
## Exercise 1.1 with other numbers: one neuron, three points

A neuron has $\\mathbf{{w}} = {_point(w)}$ and $b = {b}$; the points are {_points(points)}, in this order. (a) Compute the three weighted sums and the answers. (b) How far is each point from the boundary, and on which side? (c) Where does the boundary cross the $x_1$ axis, and where the $x_2$ axis? (d) A second neuron has the weights $-\\mathbf{{w}}$ and the bias $-b$. What does it answer to the three points? (e) A third neuron reads samples with {d} features. What are the three shapes in `x @ w + b` for a batch of {n} samples: of `x`, of `w` and of the result?"""
    distances = [
        "on the boundary, at distance 0"
        if total == 0
        else f"{Fraction(abs(int(total)), length)} on the side of {int(total > 0)}"
        for total in z
    ]
    answer = f"""\
(a) The sums are {_list(z)}, the answers {_list((z > 0).astype(int))}; a sum of exactly 0 gives the answer 0. (b) $\\lVert\\mathbf w\\rVert = {length}$. The points are {"; ".join(distances)}. (c) At $({cut[0]}, 0)$ and at $(0, {cut[1]})$. (d) All sums change their sign: {_list((z < 0).astype(int))}. The point on the boundary gets 0 from both. (e) $({n}, {d})$, $({d},)$ and $({n},)$.

Points: 0.75 for the sums and answers; 0.75 for the distances with their sides; 0.5 for the two crossings; 0.5 for the second neuron; 0.5 for the shapes."""
    return Question(text, answer)


def gates_of_three(*, rng):
    """All biases with which weights of 1 and -1 make a gate of three inputs."""
    signs = [p for p in np.ndindex(2, 2, 2) if 0 < sum(p) < 3]
    both, any_of, two_of = (signs[i] for i in rng.permutation(len(signs))[:3])

    def said(pattern, word):
        names = [f"{'' if p else 'not '}$x_{i}$" for i, p in enumerate(pattern, 1)]
        return f"{names[0]}, {names[1]} {word} {names[2]}"

    text = f"""\
## Exercise 1.2 with other numbers: gates with a twist

Three neurons have three inputs each, which are 0 or 1. The first answers 1 only if all of these hold: {said(both, "and")}. The second answers 1 if at least one of these holds: {said(any_of, "or")}. The third answers 1 if at least two of these hold: {said(two_of, "and")}. All weights are 1 or $-1$. (a) Find the weights of the three neurons. (b) For each neuron, find **all** values of $b$ with which it answers right to all eight inputs: between which two numbers may $b$ lie, and may it be equal to one of them?"""
    ends = [sum(both), sum(any_of) - 2, sum(two_of) - 1]  # the sum must be above minus the bias
    rows = [
        f"$\\mathbf w = {_point([1 if p else -1 for p in pattern])}$, ${-greatest} < b \\le {1 - greatest}$"
        for pattern, greatest in zip((both, any_of, two_of), ends, strict=True)
    ]
    answer = f"""\
In this order: {"; ".join(rows)}. An input that has to be 0 gets the weight $-1$. The sum of the weights of the inputs that are 1 is a whole number; the least one that must pass plus $b$ must be above 0, and the next smaller one plus $b$ must not. The upper end belongs to it, since a sum of exactly 0 gives the answer 0. A usual mistake is a bias that would be right for weights of 1 alone.

Points: 0.5 for the weights; 1.5 for the three intervals, half of that part if the ends are missing or wrong."""
    return Question(text, answer)


def three_samples(*, rng):
    """The perceptron rule on three samples with one feature, and the bound of its last line."""
    while True:
        x = [int(n) for n in rng.permutation(np.arange(-3, 5))[:3]]
        y = [int(v > sorted(x)[rng.integers(2)]) for v in x]
        if rng.integers(2):
            y = [1 - v for v in y]
        rows, w, b, epochs = _learn(x, y)
        least = min((2 * label - 1) * (w * v + b) for v, label in zip(x, y, strict=True))
        if 4 <= len(rows) <= 6 and epochs <= 5 and least > 0 and set(y) == {0, 1}:
            break
    rate, longest = int(rng.choice([2, 3, 4, 5])), max(v * v + 1 for v in x)
    bound = Fraction(longest * (w * w + b * b), least * least)
    text = f"""\
## Exercise 1.4 with other numbers: be the perceptron

Three samples with one feature: $x = {x[0]}, {x[1]}, {x[2]}$ with the labels ${y[0]}, {y[1]}, {y[2]}$. Start at $w = 0$, $b = 0$ with $\\eta = 1$ and go through them in this order, again and again, until an epoch passes without a mistake. (a) Write down a table of the mistakes, with the epoch, $x$, $y$, the sum, the answer and the new $(w, b)$. (b) How many mistakes are there, and where is the boundary at the end? (c) Which bound $(R/\\gamma)^2$ on the number of mistakes does the line at the end give? Write it as a whole number or a fraction. (d) Where does $(w, b)$ end if the rate is $\\eta = {rate}$, and after how many mistakes?"""
    table = "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)
    answer = f"""\
| epoch | $x$ | $y$ | sum | answer | new $(w, b)$ |
|:-:|:-:|:-:|:-:|:-:|:-:|
{table}

(b) {len(rows)} mistakes; epoch {epochs} has none. The boundary is $x = {Fraction(-b, w)}$. (c) $R^2 = {longest}$, the greatest $x^2 + 1$. The least $s\\,(wx + b)$ is {least}, so $\\gamma^2 = {least**2}/({abs(w)}^2 + {abs(b)}^2) = {Fraction(least**2, w * w + b * b)}$, and the bound is ${bound}$. A usual mistake is to forget the 1 in $(x, 1)$ or the $b$ in $\\lVert(w, b)\\rVert$. (d) At $({rate * w}, {rate * b})$, after the same {len(rows)} mistakes: from a start at 0 the rate multiplies all sums.

Points: 1.5 for the table; 0.5 for the number and the boundary; 0.75 for the bound; 0.25 for the other rate."""
    return Question(text, answer)


def hard_partners(*, rng):
    """Which digits are hard to tell from a given one, in two groups of ten splits."""
    digit = int(rng.integers(10))
    first, second = (int(n) for n in 1000 + 10 * rng.permutation(400)[:2])
    text = f"""\
## Exercise 1.11 with another digit: which digits are hard?

A neuron has to tell the digit {digit} from another digit. For each of the nine other digits, and for each seed from {first} to {first + 9}: take the two digits from `data.digits`, split them with `data.split(x, y, held_out=0.3, rng=np.random.default_rng(seed))`, train with `perceptron.train_perceptron(x_train, y_train)`, and count the mistakes on the held-out scans. Then do all of it once more with the seeds from {second} to {second + 9}.

(a) Report for each of the nine pairs and for both groups of seeds: the sum of the mistakes over the ten splits, the least and the greatest number in one split. (b) Which pairs are hardest, and which part of your ranking would you rely on? Compare the two groups. (c) Look at the scans of the hardest pair that go wrong, or at the 64 weights as an image. Name one possible reason, and an experiment that would test it."""
    found = ", ".join(
        f"{low} to {high} against {other}" for other, (low, high) in PARTNERS[digit].items()
    )
    answer = f"""\
With other seeds than {first} to {first + 9} and {second} to {second + 9}, five groups of ten splits, the hardest partners of {digit} made these sums of mistakes: {found}; one split had up to 8. Other groups may leave these ranges by a few mistakes. A good answer gives all nine pairs with a spread, and says that places which change from one group to the other, or differ by a few mistakes, are luck: mostly a clearly hardest pair (1 against 8 is one) and the easy ones stay. The reason is a guess until it is tested: the neuron compares pixels, not strokes, so pairs that ink the same pixels are hard. A test would be to blank the pixels in question, or to measure how much the mean images overlap for all nine pairs.

Points: 1.5 for the table of both groups; 1 for the comparison; 0.5 for a reason with a test of it."""
    return Question(text, answer)


#: Each digit's hardest partners: the least and the greatest sum of mistakes in ten splits.
PARTNERS = {
    0: {4: (3, 12), 6: (3, 10), 7: (2, 9)},
    1: {8: (33, 43), 9: (10, 23), 4: (6, 18)},
    2: {3: (9, 16), 8: (3, 9), 1: (5, 8)},
    3: {9: (10, 21), 8: (10, 16), 5: (9, 17)},
    4: {8: (6, 26), 7: (8, 13), 1: (6, 18)},
    5: {9: (12, 22), 8: (11, 25), 3: (9, 17)},
    6: {1: (7, 14), 4: (6, 13), 8: (4, 10)},
    7: {9: (9, 23), 8: (9, 18), 4: (8, 13)},
    8: {1: (33, 43), 9: (18, 26), 5: (11, 25)},
    9: {8: (18, 26), 1: (10, 23), 5: (12, 22)},
}
#: Pairs of digits, and in how many of thirty splits the averaged line was better, equal and worse,
#: from the least to the most in five groups of thirty splits.
PAIRS = {
    (1, 9): ("4 to 13", "13 to 19", "4 to 7"),
    (2, 3): ("4 to 10", "17 to 23", "1 to 3"),
    (3, 5): ("3 to 11", "15 to 24", "2 to 5"),
    (3, 8): ("8 to 13", "13 to 16", "2 to 9"),
    (3, 9): ("5 to 17", "10 to 19", "2 to 6"),
    (5, 8): ("5 to 12", "15 to 21", "3 to 4"),
    (5, 9): ("7 to 11", "16 to 20", "1 to 3"),
    (7, 8): ("7 to 18", "12 to 19", "0 to 6"),
    (7, 9): ("7 to 11", "15 to 19", "1 to 6"),
    (8, 9): ("10 to 15", "10 to 17", "3 to 6"),
}


def sorted_scans(*, rng):
    """Whether sorted samples take more updates and epochs than shuffled ones, for other digits."""
    pair = list(PAIRS)[rng.integers(len(PAIRS))]
    seed, first = int(rng.integers(1000, 9000)), int(rng.integers(1000, 9000))
    text = f"""\
## Exercise 1.12 with other digits: does the order matter?

Take the digits {pair[0]} and {pair[1]}, and split them once with `data.split(x, y, held_out=0.3, rng=np.random.default_rng({seed}))`. Train with `perceptron.train_perceptron(…, epochs=1000)`, once on the training scans sorted by class (`order = np.argsort(y_train, kind="stable")`), and 50 times with a shuffled order, with `rng=np.random.default_rng(seed)` for the seeds from {first} to {first + 49}.

(a) Report three numbers of the sorted order: updates, epochs, and mistakes on the held-out scans. Report the least, the median and the greatest of each for the shuffled orders. (b) For ones and eights the sorted order took more updates than any shuffled one. Does that hold here? What does hold? (c) Why do both orders have the same bound $(R/\\gamma)^2$, and what does that say about the bound?"""
    answer = f"""\
We have not run this pair, {pair[0]} against {pair[1]}, on the split of seed {seed}, but fifteen pairs of digits on three other splits each. The sorted order took 0.6 to 2 times as many updates as the median of the shuffled ones, and in 37 of the 45 it was within their range. It always took more epochs: 2 to 8 times the median, and more than each of 20 shuffled runs. The held-out mistakes of both are alike, 0 to 8 of some 108 scans. So what is said of ones and eights holds for the epochs and not, in general, for the updates; one split cannot show more than that. (c) $R$ and $\\gamma$ belong to the set of samples, whatever their order. So the bound holds for the worst order, and cannot tell a good one from a bad one.

Points: 1.5 for the three numbers of both, with the spread; 1 for an answer to (b) that fits them; 0.5 for the bound."""
    return Question(text, answer)


def averaged_line(*, rng):
    """The mean of all lines against the last one, on the same splits."""
    pair, first = list(PAIRS)[rng.integers(len(PAIRS))], int(rng.integers(1000, 9000))
    text = f"""\
## Exercise 1.13 with other digits: keep them all

Take the digits {pair[0]} and {pair[1]}, and split them with `data.split(x, y, held_out=0.3, rng=np.random.default_rng(seed))` for the thirty seeds from {first} to {first + 29}. Train by the perceptron rule with rate 1 from a start at zero, the samples in the order in which `data.split` gives them, until an epoch passes without a mistake, at most 100 epochs. Add the current $(\\mathbf w, b)$ to a running sum after **every** sample, right or wrong: that sum, divided by the number of samples seen, is the averaged line.

(a) In how many of the thirty splits does the averaged line make fewer mistakes than the last one on the held-out scans, in how many as many, in how many more? (b) Report the same for the first ten, the next ten and the last ten splits. Could you have said from ten splits which line is better? (c) Why is it not necessary to divide the running sum?"""
    better, equal, worse = PAIRS[pair]
    answer = f"""\
For the digits {pair[0]} and {pair[1]} and other seeds than {first} to {first + 29}, five groups of thirty splits, the averaged line was better in {better} splits of a group, equal in {equal} and worse in {worse}; another group may leave these ranges a little. Groups of ten vary much more, and some show the opposite. A good answer compares split by split, gives all three counts, and claims no more than they show: ten splits are few, since most of them are ties. (c) A line keeps its answers when $(\\mathbf w, b)$ is multiplied by a number above 0. A usual mistake is to add the line after mistakes only, or to compare means of different splits.

Points: 2 for the loop with the running sum and its three counts; 0.5 for the groups of ten; 0.5 for (c)."""
    return Question(text, answer)


def _learn(x, y):
    """Return the mistakes of the perceptron rule as rows of a table, w, b and the epochs."""
    w, b, rows = 0, 0, []
    for epoch in count(1):
        before = len(rows)
        for one, label in zip(x, y, strict=True):
            z = w * one + b
            if (answer := int(z > 0)) != label:
                w, b = w + (label - answer) * one, b + label - answer
                rows.append((epoch, one, label, z, answer, f"$({w}, {b})$"))
        if len(rows) == before or epoch == 9:
            return rows, w, b, epoch


def _point(numbers):
    return f"({', '.join(str(int(n)) for n in numbers)})"


def _points(points):
    first, second, third = (f"${_point(p)}$" for p in points)
    return f"{first}, {second} and {third}"


def _list(numbers):
    return ", ".join(str(int(n)) for n in numbers)
