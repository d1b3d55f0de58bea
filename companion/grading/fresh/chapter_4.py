"""Fresh exercises of chapter 4, softmax and cross-entropy."""

from fractions import Fraction

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import listed


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

    return Fresh("softmax_with_temperature", "tempered_softmax(x)", text, solution, cases, rng=rng)


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
(a) The exponentials are {listed(numbers)}, their sum is {total}: the probabilities are {listed(p)}. (b) The same: each exponential is $e^{{{shift}}}$ times as large, and so is their sum. (c) $\\ln({1 / p[truth]}) \\approx {np.log(float(1 / p[truth])):.3f}$. (d) {listed(gradient)}; the sum is 0.

Points: 1 for the probabilities; 0.5 for (b) with the reason; 0.5 for the loss; 1 for all three numbers of $p - y$."""
    return Question(text, answer)


def other_normalizers(*, rng):
    """Three ways to make probabilities of scores: which go wrong, and which ignore a shift."""
    power = ("|z_{}|", "|z_{}|^3", "z_{}^4")[k := int(rng.integers(3))]
    size = [1, 3 ** (1, 3, 4)[k]]
    c = int(rng.integers(4))
    clipped = f"\\max(z_{{}} + {c}, 0)" if c else "(z_{} - \\min_m z_m)"
    base = Fraction(str(rng.choice(["2", "3", "10", "1/2", "1/3", "1/5"])))
    raised = f"{base}^{{{{z_{{}}}}}}" if base > 1 else f"(1/{1 / base})^{{{{z_{{}}}}}}"
    kinds = {
        power: f"Never negative, but the scores $(1, -3)$ give {listed([Fraction(n, sum(size)) for n in size])}: the lower score wins. (Scores that are all 0 give 0/0.) A common shift changes the result: $(1, -3)$ and $(2, -2)$ differ.",
        clipped: (
            f"Scores $({2 - c}, {-1 - c})$ give $(1, 0)$: a lead of 3 becomes certainty, the loss is infinite if the second class was true, and a small change of its score changes nothing. Scores that are all at most {-c} give 0/0. A common shift changes the result."
            if c
            else "With two classes the lower score always gets exactly 0, however small the lead: the loss is infinite if it was true. Equal scores give 0/0. A common shift changes nothing, since the least score is shifted as well."
        ),
        raised: (
            f"Nothing goes wrong: ${base}^z = e^{{z \\ln {base}}}$, so it is the softmax at the temperature $T = 1/\\ln {base} \\approx {1 / np.log(float(base)):.2f}$. A common shift changes nothing."
            if base > 1
            else f"Positive, with the sum 1, but the lower score *always* wins: scores $(1, 0)$ give {listed([base / (base + 1), 1 / (base + 1)])}. It is the softmax of $-z \\ln {1 / base}$. A common shift changes nothing."
        ),
    }
    order = rng.permutation(list(kinds))
    asked = "; ".join(
        f"({part}) $p_j = {kind.format('j')} / \\sum_i {kind.format('i')}$"
        for part, kind in zip("abc", order, strict=True)
    )
    text = f"""\
## Exercise 4.2 with other formulas: other ways to normalize

Three proposals for probabilities of scores: {asked}. For each, find scores of two classes for which it goes wrong, and say in what way; or show that it never does, and say what it is. (d) Which of them give the same probabilities if the same number is added to all scores?"""
    answer = "\n\n".join(f"({part}) {kinds[kind]}" for part, kind in zip("abc", order, strict=True))
    answer += "\n\nPoints: 0.75 for (a), 0.75 for (b) and 0.75 for (c), each with scores or a proof; 0.75 for (d)."
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
    table = "; ".join(f"$T = {name}$: {listed(p)}" for name, p in shares.items())
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


def another_classifier(*, rng):
    """What a weight does to a ratio of probabilities, where two classes tie, and what changes."""
    animals, features = ["bear", "hare", "toad"], ["fur", "ears", "snout", "green"]
    one, two, third = (int(i) for i in rng.permutation(3))
    while True:
        W = rng.integers(-4, 7, (3, 5)) / 2
        lead = W[one] - W[two]
        equal = np.flatnonzero(lead[1:] == 0)
        if len(equal) == 1 and lead[0] and W[third, 1 + equal[0]] != W[one, 1 + equal[0]]:
            break
    other = int(rng.choice(np.flatnonzero(lead[1:])))
    step, factor = (
        float(rng.choice([0.1, 0.2, 0.3, 0.4])),
        str(rng.choice(["3", "4", "1/2", "1/3"])),
    )
    shared, added = features[int(rng.integers(4))], int(rng.integers(2, 6))
    table = "\n".join(
        f"| {name} | {' | '.join(f'{w:g}' for w in row)} |"
        for name, row in zip(animals, W, strict=True)
    )
    text = f"""\
## Exercise 4.11 with other weights: read the classifier

A classifier of three animals multiplies each column's number by the weight under it, and adds up a row to the score of a class; the first column is the constant 1.

| | 1 | fur | ears | snout | green |
|---|---|---|---|---|---|
{table}

(a) What happens to the ratio of the {animals[one]}'s probability to the {animals[two]}'s if *{features[other]}* grows by {step:g} and all else stays? Does the answer depend on the rest of the picture? (b) Write down the condition under which {animals[one]} and {animals[two]} tie. Which of the four features does not matter there, and when does it matter? (c) Somebody adds {added} to the three weights of *{shared}*, one in each row. What changes, and why? (d) Somebody multiplies all fifteen weights by {factor}. What changes? At which temperature of the old scores are the probabilities the same?"""
    rise = lead[1 + other] * step
    terms = " ".join(
        f"{'-' if w < 0 else '+'} {abs(w):g}\\,\\text{{{name}}}"
        for name, w in zip(features, lead[1:], strict=True)
        if w
    )
    answer = f"""\
(a) The weights of {features[other]} differ by {lead[1 + other]:g}, so the lead grows by {rise:.2g} and the ratio is multiplied by $e^{{{rise:.2g}}} \\approx {np.exp(rise):.3f}$, whatever the rest is. (b) ${lead[0]:g} {terms} = 0$. The feature {features[equal[0]]} has the same weight for both; it matters against the {animals[third]}, whose weight is another one. (c) Nothing: all three scores of a picture are shifted by the same number, {added} times its value of {shared}. (d) All leads are multiplied by {factor}: the answers stay, the probabilities become {"more certain" if "/" not in factor else "less certain"}, as at $T = {1 / Fraction(factor)}$.

Points: 0.75 for (a); 1 for (b); 0.5 for (c); 0.75 for (d)."""
    return Question(text, answer)


#: Of pairs of digits, in four times twenty splits: how many splits each method won, and more.
_PAIRS = {
    (2, 3): ("5 to 11", "7 to 11", "1 to 4", "65 to 68", "98"),
    (3, 5): ("3 to 6", "7 to 12", "4 to 8", "about 63", "99"),
    (4, 9): ("1 to 7", "6 to 13", "1 to 9", "71 to 74", "more than 99"),
    (7, 9): ("7 to 10", "5 to 11", "1 to 8", "about 64", "99"),
    (3, 9): ("7 to 13", "6 to 10", "1 to 3", "67 to 71", "97"),
    (5, 9): ("6 to 10", "8 to 13", "0 to 2", "81 to 83", "98"),
    (8, 9): ("6 to 7", "1 to 8", "5 to 12", "65 to 67", "98"),
    (3, 8): ("3 to 8", "5 to 12", "5 to 7", "61 to 65", "98"),
}


def two_classifiers(*, rng):
    """The perceptron and logistic regression on two digits, split by split."""
    pair = list(_PAIRS)[rng.integers(len(_PAIRS))]
    seed = 20 * int(rng.integers(5, 50))
    better, equal, worse, wrong, right = _PAIRS[pair]
    text = f"""\
## Exercise 4.12 with other digits: perceptron or logistic regression?

Train both on **{pair[0]} against {pair[1]}**, on the same 20 splits (`data.split` with the seeds {seed} to {seed + 19}, 30 % held out). Give the perceptron up to 1000 epochs (`perceptron.train_perceptron`), logistic regression 200 steps with learning rate 0.5 from weights of zero.

(a) Report the mean number of held-out mistakes of both, and in how many of the splits logistic regression is better, equal and worse. (b) Do the same for the splits {seed + 20} to {seed + 39}. What can you conclude from 40 splits, and what not? (c) Of each split take the median confidence of logistic regression in its wrong answers, and in its right ones; report the medians of these over the first 20 splits (leave out splits without wrong answers). Does it know when it is wrong? Does the perceptron?"""
    answer = f"""\
(a), (b) The seeds {seed} to {seed + 39} are the student's own; in four times 20 other splits (seeds 100 to 139, 300 to 339) logistic regression was better in {better}, equal in {equal} and worse in {worse}: twenty splits vary that much, and only a difference that is clearly larger than this is evidence. A good answer counts wins and losses, and does not conclude from two means. (c) {wrong.capitalize()} % for the wrong answers and {right} % for the right ones; as a rule it is less sure where it is wrong, with exceptions in single splits. The perceptron states no confidence. A usual mistake is to choose a number of steps after a look at these counts.

Points: 1.5 for the counts of both methods; 1 for the second twenty; 0.5 for what follows from both; 1 for the confidences."""
    return Question(text, answer)


#: Of digits with wrong labels, by their share in %: what we found.
_WRONG_LABELS = {
    5: "2.5 to 2.9 times as high, median 2.7; accuracy falls by -0.9 to 1.8 points, median 0.2 to 0.4; confidence by 4.3 to 5.6, median 5. (b) 48 to 50 of the 50; of as many as were changed 90 to 94 %, median 92",
    20: "5.9 to 6.7 times as high, median 6.2; accuracy falls by 0 to 3.1 points, median 0.8 to 1.6; confidence by 20 to 22, median 20. (b) All 50; of as many as were changed 94 to 96 %, median 95",
    30: "7.6 to 8.5 times as high, median 8; accuracy falls by 1.1 to 4 points, median 2.3 to 2.9; confidence by 28 to 32, median 30. (b) All 50; of as many as were changed 94 to 97 %, median 95",
    40: "9 to 10 times as high, median 9.4; accuracy falls by 1.3 to 6.4 points, median 4; confidence by 38 to 40, median 39. (b) All 50; of as many as were changed 94 to 97 %, median 96",
}


def wrong_labels(*, rng):
    """What wrong labels do to loss, accuracy and confidence, and how they are found."""
    share, seed = int(rng.choice(list(_WRONG_LABELS))), 10 * int(rng.integers(10, 90))
    text = f"""\
## Exercise 4.13 with other shares: wrong labels

Give **{share} %** of the training digits (rounded) a random wrong label and train the chapter's classifier again (500 steps, rate 0.5), on the ten splits with the seeds {seed} to {seed + 9}. Draw the changes of a split with its seed plus 1000.

(a) Report, as medians and ranges, how many times as high the training loss ends as with the right labels, how many points the held-out accuracy (against true labels) falls, and how many points the mean confidence falls. (b) Sort the training samples by their loss under the labels that were trained on: how many of the 50 at the top are ones that you changed? And of as many at the top as you changed? (c) Has the classifier learned the wrong labels by heart? Say which of your numbers shows it."""
    answer = f"""\
(a) Ours are two times ten other splits (seeds 100 to 109, 200 to 209); {seed} to {seed + 9} should be much like them. The loss ends {_WRONG_LABELS[share]}. (c) No: the wrong labels keep a high loss, and held-out accuracy, which is counted against true labels, falls far less than by the share of wrong labels. (650 numbers are too few for more than a hundred arbitrary labels of such pictures; more parameters or steps may change this.) Usual mistakes: labels that are drawn anew and may be the right ones, changes in the caller's array, accuracy against changed labels.

Points: 2 for the three changes with medians and ranges; 1 for both counts of (b); 1 for (c) with a number that shows it."""
    return Question(text, answer)


#: Of scores times a factor: the best temperature, and confidence and loss before and after.
_MENDED = {
    "1/2": "The best temperature is 0.14 to 0.35, in the median 0.28 to 0.29. The cross-entropy falls in all splits, by 0.33 to 0.43. The mean confidence rises from about 63 % to 95 or 96 %, close to the accuracy of 96 %.",
    "3": "The best temperature is 0.9 to 2.1, in the median 1.7. The cross-entropy falls in 7 to 10 of ten splits, by 0.02 in the median; it may rise by as much in one. The mean confidence falls from 98 % to 95 or 96 %, close to the accuracy of 96 %.",
    "6": "The best temperature is 1.7 to 4.2, in the median 3.3 to 3.5. The cross-entropy falls in all splits, by 0.02 to 0.27, in the median 0.11 to 0.13. The mean confidence falls from 99 % to 95 or 96 %, close to the accuracy of 96 %.",
}


def mended_confidence(*, rng):
    """One temperature for scores that were multiplied by a factor."""
    factor, seed = str(rng.choice(list(_MENDED))), 10 * int(rng.integers(10, 90))
    text = f"""\
## Exercise 4.14 with other scores: mend the confidence

Train the chapter's classifier on the ten splits with the seeds {seed} to {seed + 9}, and multiply its held-out scores by **{factor}**. Split the held-out digits of each into two halves, at random with the same seed. On one half find the temperature with the least cross-entropy, among the 101 values of `np.geomspace(0.1, 10, 101)`; 1 is one of them. On the other half compare before and after: accuracy, mean confidence, cross-entropy.

(a) Report the temperatures and the three comparisons, as medians and ranges. (b) What do you expect for the temperatures if the scores are multiplied by 1 instead, and why? Measure it for one split. (c) Why must the comparison be made on the *other* half, and which of the three numbers is a check of your code? (d) Draw a reliability diagram of the other halves together, before and after, or give its numbers for five groups of confidence."""
    answer = f"""\
(a) Ours are two times ten other splits (seeds 100 to 109, 200 to 209); {seed} to {seed + 9} should be much like them. {_MENDED[factor]} Accuracy is the same before and after, which is the check. (b) The temperature undoes a common factor: {1 / Fraction(factor)} times as large, as nearly as the grid allows. (c) On the half on which the temperature was chosen, 1 is among the candidates, so the cross-entropy cannot rise, whether it helps elsewhere or not. (d) Afterwards the shares of right answers lie closer to the claimed confidence, with scatter where a group has few answers.

Points: 2 for the temperatures and the comparisons; 0.5 for (b); 0.5 for (c); 1 for (d)."""
    return Question(text, answer)
