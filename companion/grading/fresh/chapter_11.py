"""Fresh exercises of chapter 11, regularization."""

from fractions import Fraction
from itertools import product

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import block, decimal


def shrink(*, rng):
    """Weights moved towards zero, from either side by another distance, and scaled."""
    above, below = (
        round(rng.uniform(*ends), 2) for ends in rng.permutation([(0.2, 0.6), (0.7, 1.2)])
    )
    factor, scaled_first, bias = round(rng.uniform(0.6, 0.95), 2), *rng.integers(2, size=2).tolist()
    where, rows = ("first", "w[0]") if bias == 0 else ("last", "w[-1]")
    order = [
        f"multiply it by {factor}",
        f"move it towards zero, a positive one by {above}, a negative one by {below}, and stop at zero",
    ]
    one, other = order if scaled_first else order[::-1]
    text = f"""\
## Exercise 11.16: weights that shrink

`shrink(w)`: `w` is an array of shape `(n,)` or `(n, k)`, with $n \\ge 2$. Return an array of the same shape. With each weight do two things, in this order: {one}; then {other}. The {where} number of an array of shape `(n,)`, and the {where} row of one of shape `(n, k)`, `{rows}`, are biases: they stay as they are. `w` may hold integers, and is not changed."""
    move = f"np.maximum(new - {above}, 0) + np.minimum(new + {below}, 0)"
    steps = [f"    new = {factor} * new", f"    new = {move}"]
    solution = "\n".join([
        "def shrink(w):",
        "    new = np.array(w, dtype=float)",
        *(steps if scaled_first else steps[::-1]),
        f"    new{rows[1:]} = {rows}",
        "    return new",
    ])  # fmt: skip

    def cases(rng):
        k = int(rng.integers(2, 4))

        def large(*shape):
            return (rng.choice([-1, 1], shape) * rng.uniform(2.1, 4, shape)).round(1)

        def small(*shape):
            return (rng.choice([-1, 1], shape) * rng.uniform(0.05, 0.3, shape)).round(2)

        sizes = [*rng.uniform(2, 4, 2).round(1), *rng.uniform(0.1, 1.2, 2).round(1)]
        rows = np.vstack([large(1, k), small(1, k), large(1, k), 3 * small(1, k)])
        return [
            Case((_between(large(2), rng.permutation(sizes) * [1, -1, 1, -1]),),
                 about="Weights of either sign."),
            Case((_between(large(2), rng.permutation([*small(3), *large(1)])),),
                 about="Most weights are small."),
            Case((rows.round(2),), about="A matrix, with rows of several sizes."),
            Case((_between(large(2), small(2)),), about="Small numbers between large ones."),
            Case((rng.choice([-1, 1], (3, k)) * rng.integers(2, 9, (3, k)),),
                 about="The weights are integers."),
            Case((np.array([0, 0, *rng.permutation([3, 0, -4]), 0, 0]) * rng.integers(1, 5),),
                 about="Some integers are 0, the biases among them."),
        ]  # fmt: skip

    return Fresh("soft_threshold", "shrink(w)", text, solution, cases, rng=rng)


def penalties_by_hand(*, rng):
    """A step along the gradient of L2, and two along that of L1."""
    rates = ["0.1", "0.2", "0.4", "0.25"]
    eta = Fraction(rates[rng.integers(4)])
    lam = Fraction(str(rng.choice(["0.5", "1"] if eta > Fraction(1, 5) else ["0.5", "1", "2"])))
    pull = eta * lam
    signs = rng.choice([-1, 1], 3).tolist()
    sizes = [
        pull * 10 * int(rng.integers(1, 4)),
        pull * int(rng.choice([2, 3, 4])),
        pull * Fraction(str(rng.choice(["0.2", "0.4", "0.7"]))),
    ]
    order = rng.permutation(3).tolist()
    w = [signs[i] * sizes[i] for i in order]
    one = [n - pull * _sign(n) for n in w]
    two = [n - pull * _sign(n) for n in one]
    at_zero = [n for n in w if abs(n) == 2 * pull]
    text = f"""\
## Exercise 11.1 with other numbers: a step of each penalty

The weights are $w = {_list(w)}$, and the loss itself is flat there: its gradient is 0. The rate is $\\eta = {decimal(eta)}$, and $\\lambda = {decimal(lam)}$. (a) Take one step along the gradient of the penalty $\\frac{{\\lambda}}{{2}}\\sum w^2$. (b) From the same start, take two steps along that of $\\lambda\\sum\\lvert w\\rvert$; the derivative of $\\lvert w\\rvert$ at 0 counts as 0. (c) Which weights are at zero after (b), and which one will never be, however many steps there are? (d) From the same start, take one step along the gradient of $\\lambda\\sum w^2$, without the factor $\\frac12$."""
    answer = f"""\
(a) Each weight times $1 - \\eta\\lambda = {decimal(1 - pull)}$: ${_list([n * (1 - pull) for n in w])}$. (b) Each weight moves by $\\eta\\lambda = {decimal(pull)}$: ${_list(one)}$, then ${_list(two)}$. (c) {f"At zero: the weight that began at {_list(at_zero)[1:-1]}, two steps away" if at_zero else "None after two steps"}. The weight that began at {decimal(w[order.index(2)])} never is: it is less than a step from zero, jumps over it, and comes back. (d) Each weight times $1 - 2\\eta\\lambda = {decimal(1 - 2 * pull)}$: ${_list([n * (1 - 2 * pull) for n in w])}$.

Points: 0.5 for (a); 1 for both steps of (b); 1 for (c) with the reason; 0.5 for (d)."""
    return Question(text, answer)


def masks_by_hand(*, rng):
    """All masks of two inputs, which are not equally likely, and what follows them."""
    m, keeps = int(rng.choice([3, 4, 5])), bool(rng.integers(2))
    keep = Fraction(m - 1, m) if keeps else Fraction(1, m)
    a, b = sorted(int(n) * (m - 1) for n in rng.choice(np.arange(1, 8), 2, replace=False))
    kept = list(product((0, 1), repeat=2))
    chance = [keep ** sum(k) * (1 - keep) ** (2 - sum(k)) for k in kept]
    outputs = [(Fraction(a * k) / keep, Fraction(b * n) / keep) for k, n in kept]
    z = [u - v for u, v in outputs]
    mean = sum(p * max(n, 0) for p, n in zip(chance, z, strict=True))
    text = f"""\
## Exercise 11.2 with other numbers: four masks

Two inputs, $x = ({a}, {b})$, go through dropout with $p = {1 - keep}$, the probability that an input is set to 0; what is kept is divided by $1 - p$. (a) Write down the four outputs that can occur, each with its probability. (b) What is the mean of the outputs? (c) A unit that computes $z = x_1 - x_2$ follows, and then a ReLU. What is the mean of $z$ and that of the ReLU's output, and what are both without dropout? (d) Somebody forgets the division: what is kept stays as it is. By what must the inputs be multiplied at inference then, so that their mean is right?"""
    table = "; ".join(
        f"$({_number(u)}, {_number(v)})$ with {p}"
        for (u, v), p in zip(outputs, chance, strict=True)
    )
    answer = f"""\
(a) {table}. (b) $({a}, {b})$: the probabilities count; the plain mean of the four is right only for $p = \\frac12$. (c) $z$: {a - b} in the mean, and {a - b} without dropout. ReLU: {mean} in the mean, and 0 without dropout; an average can change places with what is linear, and not with the ReLU. (d) By $1 - p = {keep}$.

Points: 1 for the outputs with their probabilities; 0.5 for (b); 1 for the four numbers of (c); 0.5 for (d)."""
    return Question(text, answer)


def decay_by_hand(*, rng):
    """What is left of a weight under L2 alone, and how long L1 takes."""
    eta, lam = (
        Fraction(str(rng.choice(n))) for n in (["0.2", "0.4", "0.5"], ["0.01", "0.02", "0.005"])
    )
    steps, times = int(rng.choice([50, 200, 300, 500])), int(rng.choice([2, 4, 5, 10]))
    start = Fraction(str(rng.choice(["0.2", "0.4", "0.8", "1.2"])))
    pull = eta * lam
    left, half = float(1 - pull) ** steps, np.log(0.5) / np.log(float(1 - pull))
    text = f"""\
## Exercise 11.3 with other numbers: what is left

The penalty $\\frac{{\\lambda}}{{2}}\\sum w^2$ acts alone, with $\\lambda = {decimal(lam)}$ and the rate $\\eta = {decimal(eta)}$. (a) About what share of a weight is left after {steps} steps? A power of $e$ will do. (b) After about how many steps is half of it left? (c) The rate is made {times} times as small. How many steps leave the same share as in (a)? (d) How many steps does the penalty $\\lambda\\sum\\lvert w\\rvert$ take, with the first numbers, to bring a weight from {decimal(start)} to zero? And one from {decimal(2 * start)}? Compare with the penalty on squares: how many steps does that take to halve each of the two?"""
    answer = f"""\
(a) $(1 - \\eta\\lambda)^{{{steps}}}$ with $\\eta\\lambda = {decimal(pull)}$: about $e^{{-{decimal(pull * steps)}}} \\approx {np.exp(-float(pull * steps)):.3f}$ (exactly {left:.3f}). (b) $\\ln 2/(\\eta\\lambda)$, about {half:.0f}. (c) What counts is $\\eta\\lambda$ times the number of steps: {steps * times}. (d) Steps of {decimal(pull)}: {_number(start / pull)} and {_number(2 * start / pull)}, twice as many. L2 halves both in the same number of steps, that of (b).

Points: 1 for (a); 0.5 for (b); 0.5 for (c); 1 for (d), half of it without the comparison."""
    return Question(text, answer)


def thresholds_by_hand(*, rng):
    """Soft-thresholding, and what L2 does in its place."""
    t = Fraction(str(rng.choice(["0.25", "0.5", "1", "0.6"])))
    signs = rng.choice([-1, 1], 3).tolist()
    sizes = [
        t * int(rng.choice([4, 5, 6, 8])),
        t * Fraction(str(rng.choice(["1.2", "1.4", "1.6"]))),
        t * Fraction(str(rng.choice(["0.2", "0.4", "0.8"]))),
    ]
    order = rng.permutation(3).tolist()
    u = [signs[i] * sizes[i] for i in order]
    soft = [_sign(n) * max(abs(n) - t, 0) for n in u]
    small = abs(u[order.index(2)])
    text = f"""\
## Exercise 11.4 with other numbers: soft-thresholding

The step on the loss has led to $u = {_list(u)}$. (a) Apply soft-thresholding with $\\eta\\lambda = {decimal(t)}$. (b) Apply L2 instead, which takes each weight to $u/(1 + \\eta\\lambda)$. As a fraction, by what is each weight multiplied? How many weights become zero? (c) What is the derivative of $\\frac12(w - {decimal(small)})^2 + {decimal(t)}\\,\\lvert w\\rvert$ a little to the left and a little to the right of 0? What do the two signs say? (d) From which $\\eta\\lambda$ on does soft-thresholding set exactly two of the three weights to zero, and from which on all three?"""
    ordered = sorted(sizes)
    answer = f"""\
(a) ${_list(soft)}$. (b) By {1 / (1 + t)}; none. (c) $-{decimal(small)} - {decimal(t)} = {decimal(-small - t)}$ on the left, $-{decimal(small)} + {decimal(t)} = {decimal(t - small)}$ on the right: the function falls up to 0 and rises from there, so its minimum is exactly at 0. (d) Two from {decimal(ordered[1])} on, the second smallest size (and until below {decimal(ordered[2])}), all three from {decimal(ordered[2])} on. Usual mistakes: a small weight jumps over zero; the sign is lost.

Points: 1 for (a); 0.5 for (b); 1 for (c); 0.5 for (d)."""
    return Question(text, answer)


def remedies_by_hand(*, rng):
    """Six networks, what is the matter with each, and what to try."""
    low, high, epoch = rng.uniform(0.3, 0.45), rng.uniform(0.7, 0.95), int(rng.integers(15, 45))
    slow, flat, gap = rng.uniform(0.8, 1.2), rng.uniform(1.7, 2), rng.uniform(0.18, 0.3)
    lam, p = rng.choice(["0.1", "0.2", "0.3"]), rng.choice(["0.4", "0.5", "0.6"])
    fine, leak = rng.uniform(0.05, 0.09), rng.uniform(0.02, 0.04)
    networks = [
        (0.01, high, f"the validation loss was lowest, {low:.2f}, after epoch {epoch} of {5 * epoch}",
         "overfits: keep the weights of that epoch; then more data, shifted copies, a penalty or dropout"),
        (slow, slow + 0.02, "both still fall in the last of 12 epochs",
         "is not ready: train longer, perhaps at a higher rate; more regularization would be wrong"),
        (flat, flat + 0.01, f"both constant for the last 40 of 90 epochs; L2 with $\\lambda = {lam}$",
         "underfits, since the penalty keeps it from fitting: lower $\\lambda$, by powers of ten; more regularization would be wrong"),
        (gap, gap - 0.09, f"both nearly constant; dropout with $p = {p}$",
         "is healthy: the training loss is measured with dropout at work; measure both in inference mode"),
        (fine, fine + 0.02, "for digits of other writers, with thicker strokes, 1.70",
         "is fine on digits like those it was trained on: training and validation data must hold the other kind, or copies that look like it"),
        (leak, leak, f"the digits were copied with shifts and then split; on new digits the loss is {high - 0.1:.2f}",
         "overfits, and the validation loss does not show it, since copies of one digit lie in both parts: split first, copy the training part alone"),
    ]  # fmt: skip
    order = rng.permutation(6).tolist()
    rows = "\n".join(
        f"| {letter} | {networks[i][0]:.2f} | {networks[i][1]:.2f} | {networks[i][2]} |"
        for letter, i in zip("ABCDEF", order, strict=True)
    )
    text = f"""\
## Exercise 11.5 with other numbers: which remedy?

Six networks (the numbers are made up). The losses are cross-entropies at the end of training, without penalties; the training loss is the one that is recorded in training.

| | training loss | validation loss | what else is known |
|---|---|---|---|
{rows}

For each: what is the matter, if anything, and what would you try first? For which would more regularization be wrong?"""
    answer = "\n\n".join(
        f"**{letter}** {networks[i][3]}." for letter, i in zip("ABCDEF", order, strict=True)
    )
    answer += "\n\nPoints: 3 for the six, each with the remedy, the same share for each; 1 for the two that more regularization would hurt."
    return Question(text, answer)


def lam_on_the_wrong_data(*, rng):
    """A penalty chosen on training data, with another number of them."""
    n, seeds = int(rng.choice([50, 150, 200, 400])), block(20, 95, rng=rng)
    lam, shares, lost = {
        50: ("0.1", "32 and 74 %", "about 43 points, from 34 to 55 for single seeds"),
        150: ("0.01", "84 and 89 %", "about 4 to 6 points, from 3 to 7.5 for single seeds"),
        200: ("0.01", "87 and 90 %", "about 2.5 to 4 points, from 1.5 to 4.5 for single seeds"),
        400: ("0.01", "90.5 and 91.5 %", "1 to 2 points, from 0.1 to 2.5 for single seeds"),
    }[n]
    text = f"""\
## Exercise 11.12 with other numbers: λ chosen on the wrong data

Run your `two_choices` with {n} digits for training, for the seeds {seeds}. Report (a) which $\\lambda$ is chosen for each seed on the training data, and which on the validation data; (b) the median, the least and the greatest of the points that the wrong choice costs on the test digits. (c) Why must the first choice be the one that it is, for any data? (d) The chapter has 100 and 1000 digits. What do your numbers and those say together, and why is it so?"""
    answer = f"""\
Our numbers are from the seeds 20 to 24 and 40 to 44; those of {seeds} differ a little. (a) On the training data the least of the list, 0.000001, for all seeds; on the validation data {lam}, now and then a neighbour. (b) {shares} of the test digits are right, so the wrong choice costs {lost}. (c) The more the penalty counts, the more training error is accepted for shorter weights: the training error never falls as $\\lambda$ grows. (d) The more training data, the smaller the cost (and the best $\\lambda$): with 64 weights for each output and few digits there is more noise that can be fitted; with many, little is left to gain.

Points: 0.5 for (a); 1 for (b) with the range; 0.5 for (c); 1 for (d)."""
    return Question(text, answer)


def dropout_at_test(*, rng):
    """The cost of dropout that is not switched off, at another probability."""
    p, seeds = str(rng.choice(["0.3", "0.4", "0.6", "0.7"])), block(20, 95, rng=rng)
    cost = {
        "0.3": "2.3 to 3 points (1.6 to 4.7 for single seeds)",
        "0.4": "3.5 to 4 points (2.4 to 5.6 for single seeds)",
        "0.6": "7 to 8 points (6 to 9.6 for single seeds)",
        "0.7": "11 to 12 points (10 to 14 for single seeds)",
    }[p]
    text = f"""\
## Exercise 11.13 with other numbers: dropout that is not switched off

Before you run anything: the chapter has numbers for other probabilities. What do you expect for $p = {p}$, with a single pass and with the mean of 20 passes in training mode? Then run your `cost_of_forgetting` for the seeds {seeds}. Report (a) what you expected; (b) the median, the least and the greatest cost in points, for 1 pass and for 20. (c) Some of the costs for 20 passes are below 0. What does that mean, and does it show that the mean of many masks is better than a network without dropout at inference? (d) How would you notice the mistake on digits without labels?"""
    answer = f"""\
Our numbers are from the seeds 20 to 24 and 40 to 44; those of {seeds} differ a little. (a) Anything that lies between its neighbours in the chapter. (b) 1 pass: {cost}. 20 passes: 0 to 0.6 points, from -0.9 to 1.1 for single seeds. (c) The mean of 20 passes has more test digits right in that run, a few of 1197. The sign changes from seed to seed and the median is not below 0: it shows nothing of the kind. The mean of many masks is about as good, at 20 times the price. (d) Ask for the same digits twice: in training mode the answers differ.

Points: 0.5 for an expectation with its reason; 1 for (b) with ranges; 1 for (c); 0.5 for (d)."""
    return Question(text, answer)


def digits_moved_both_ways(*, rng):
    """Test digits that are moved in two directions at once."""
    down, right = ((1, 1), (2, 1), (1, 2))[rng.integers(3)]
    seeds = block(20, 95, rng=rng)
    found = {
        (1, 1): "about 19, 85 and 84 %",
        (2, 1): "about 8, 19 and 83 %",
        (1, 2): "about 10, 28 and 84 %",
    }[down, right]
    text = f"""\
## Exercise 11.14 with other numbers: digits moved both ways

Train the networks of `after_shifts` for $k = 0$, 1 and 2, about 2000 steps each, for the seeds {seeds}, but test them on other digits: the test digits moved by {down} pixel{"s" if down > 1 else ""} up or down *and* by {right} pixel{"s" if right > 1 else ""} to the left or right. Take the mean over the four combinations. Report (a) the median, the least and the greatest percentage, for each $k$, and beside it the median for the test digits as they are. (b) For which $k$ did the training hold copies that are moved in this way, and is that what decides? (c) Somebody knows only that the new digits are "not centred so well". What would you ask before you choose $k$, and what does a $k$ that is too large cost?"""
    answer = f"""\
Our numbers are from the seeds 20 to 24 and 60 to 64; those of {seeds} differ by a few points. (a) For $k = 0$, 1 and 2: {found}; as they are about 90, 89 and 84 %. (b) For $k = {max(down, right)}$ and above: with such copies most digits are read, without them hardly more than by guessing (10 %) or a part of them. (c) How far they lie off, in which directions, and how many of them: a sample of them is best, as validation data. Too large a $k$ costs points on centred digits, about five here, since the same network and the same steps must learn more.

Points: 1 for (a) with ranges; 1 for (b); 1 for (c)."""
    return Question(text, answer)


def what_to_drop(*, rng):
    """Dropped inputs and dropped units, at another probability."""
    p, seeds = str(rng.choice(["0.2", "0.3", "0.4"])), block(20, 95, rng=rng)
    found = {
        "0.2": "hidden units 0.1 to 0.3 (-0.6 to 1.3), inputs -1 to 0 (-1.9 to 1.8), own masks -0.3 (-1.2 to 0.8)",
        "0.3": "hidden units 0 to 0.3 (-0.7 to 0.8), inputs -0.8 to -0.3 (-3.8 to 0.8), own masks -0.4 to -0.2 (-1.4 to 0.7)",
        "0.4": "hidden units -0.2 (-1.2 to 0.7), inputs -2.8 to -1.1 (-5.4 to 1.2), own masks -1.1 to -0.1 (-1.3 to 1.3)",
    }[p]
    text = f"""\
## Exercise 11.15 with other numbers: what to drop

Run your `gain_of_dropping` at $p = {p}$ for the seeds {seeds}, for "hidden", "inputs" and "own". Report (a) the median, the least and the greatest of the points gained or lost, for each. (b) What do you suspect as the cause of the difference between hidden units and inputs, and what does "own" leave as it was, and what does it remove? (c) What do your numbers say about the cause? Say also for which statements the five seeds do not suffice. (d) The chapter has $p = 0.5$. Is the loss by dropped inputs smaller or greater here, and is that what your cause would predict?"""
    answer = f"""\
Our numbers are from the seeds 20 to 24 and 40 to 44; those of {seeds} differ. (a) In points, median and range: {found}. (b) A dropped input is missing for all hidden units at once; a dropped hidden unit leaves others that saw the whole picture. "own" leaves the noise in each sum $z_j$ as it was, and removes that all units miss the same pixels. (c) With own masks less is lost than with common ones, so that a part of the loss comes from the common mask; how great a part is not to be told from five seeds where single ones have either sign. (d) Smaller than at 0.5: fewer pixels are missing at once, as the cause predicts.

Points: 1 for (a) with ranges; 1 for (b); 0.5 for (c), which needs a word on the spread; 0.5 for (d)."""
    return Question(text, answer)


def counting_zeros(*, rng):
    """How many weights are exactly zero, by soft-thresholding and by the gradient of L1."""
    lam, seeds = str(rng.choice(["0.0005", "0.002", "0.004", "0.006"])), block(20, 95, rng=rng)
    zeros, right = {
        "0.0005": ("1000 (930 to 1050)", "90 to 91 %"),
        "0.002": ("3800 (3600 to 4000)", "88.5 to 90.5 %"),
        "0.004": ("5400 to 5600 (5400 to 5900)", "88 to 89 %"),
        "0.006": ("6200 to 6300 (6100 to 6550)", "86.5 to 88 %"),
    }[lam]
    text = f"""\
## Exercise 11.16 with other numbers: counting zeros

Run your `exact_zeros` at $\\lambda = {lam}$ for the seeds {seeds}. Report (a) the median, the least and the greatest number of weights that are exactly zero, and, of the same networks, the percentage of the test digits that are right. (b) Train the same networks with the gradient of L1 instead: without soft-thresholding, with `before_step=penalize(L1({lam}))` (`penalize` is in `companion.callbacks`, `L1` in `companion.regularizers`). Report the same numbers. (c) Explain the difference between the numbers of zeros, and the agreement of the percentages. (d) Why are the zeros of (a) worth something, and what would you have to do with the weights of (b) to get the same?"""
    answer = f"""\
Our numbers are from the seeds 20 to 24 and 60 to 64; those of {seeds} differ a little. (a) About {zeros} of 7400; {right} in the median. (b) No zero at all; the percentages agree to half a point. (c) A step along the gradient has the fixed length $\\eta\\lambda$ and jumps over zero; soft-thresholding stops there. The weights that hop around zero are at most about $\\eta\\lambda$ in size, and do next to nothing. (d) Weights that are zero need not be stored or multiplied; one sees what the network does not use. With (b) one would have to choose a limit below which a weight counts as zero, and test that this changes nothing.

Points: 1 for (a) with ranges; 1 for (b); 1 for (c); 1 for (d)."""
    return Question(text, answer)


def _between(ends, middle):
    """Return numbers with the two ends around them."""
    first, last = ends
    return np.array([first, *middle, last])


def _sign(number):
    return (number > 0) - (number < 0)


def _number(number):
    """Write a fraction in the shortest way."""
    return decimal(number) if 10**4 % Fraction(number).denominator == 0 else str(number)


def _list(numbers):
    return f"({', '.join(map(decimal, numbers))})"
