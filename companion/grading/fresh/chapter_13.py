"""Fresh exercises of chapter 13, reading handwritten digits."""

from fractions import Fraction
from math import log, sqrt

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import block, decimal


def calibration_gap(*, rng):
    """How far confidence and accuracy are apart, at a temperature."""
    low, high = ((0.5, 0.8), (1.3, 2.5))[rng.integers(2)]
    temperature, bins = round(rng.uniform(low, high), 2), int(rng.integers(3, 8))
    columns, last, kind = bool(rng.integers(2)), bool(rng.integers(2)), int(rng.integers(3))
    shape, samples = ("(k, n)", "columns") if columns else ("(n, k)", "rows")
    result = (
        "the mean of the gaps, in which each group counts with its number of samples",
        "the greatest of the gaps",
        "the root of the mean of the squared gaps, in which each group counts with its number of samples",
    )[kind]
    text = f"""\
## Exercise 13.8: a calibration error of its own

`calibration_gap(scores, labels)`: `scores` has shape `{shape}`, $n$ samples as {samples}, and `labels` holds $n$ integers from 0 to $k - 1$. The probabilities of a sample are the softmax of its scores divided by the temperature $T = {temperature}$. The answer is the class with the greatest score, of equal ones the **{"last" if last else "first"}**; its probability is the confidence. Group $b$ of the groups 1 to {bins} holds the samples with a confidence above $(b - 1)/{bins}$ and up to $b/{bins}$. (No confidence is so close to an edge between two groups that rounding decides.) The gap of a group that has samples is |share of right answers − mean confidence|. Return one number, {result}. The scores may be integers, and scores of $\\pm 10^4$ must come through."""
    answers = "x.shape[1] - 1 - x[:, ::-1].argmax(axis=1)" if last else "x.argmax(axis=1)"
    value = (
        "sum(sizes * gaps) / len(labels)",
        "max(gaps)",
        "np.sqrt(sum(sizes * gaps**2) / len(labels))",
    )[kind]
    solution = f"""\
def calibration_gap(scores, labels):
    x = np.asarray({"scores.T" if columns else "scores"}, dtype=float) / {temperature}
    e = np.exp(x - x.max(axis=1, keepdims=True))
    confidence = e.max(axis=1) / e.sum(axis=1)
    right = {answers} == labels
    group = np.ceil({bins} * confidence)
    inside = [group == b for b in np.unique(group)]
    sizes = np.array([one.sum() for one in inside])
    gaps = np.array([abs(right[one].mean() - confidence[one].mean()) for one in inside])
    return {value}"""

    def safe(x):
        """Whether no confidence is near an edge between two groups."""
        z = np.asarray(x, float) / temperature
        e = np.exp(z - z.max(axis=1, keepdims=True))
        off = bins * e.max(axis=1) / e.sum(axis=1)
        return ((np.abs(off - off.round()) > 1e-3) | (off.round() == bins)).all()

    def cases(rng):
        def batch(draw, wrong, more=()):
            """Return scores without a tie, `more` below them, and labels of which some are wrong."""
            while True:
                x = np.vstack([draw(), *more]) if more else draw()
                top = np.sort(x[: len(x) - len(more)], axis=1)
                if safe(top) and (top[:, -1] > top[:, -2] + 0.05).all():
                    break
            labels = x.argmax(axis=1)
            off = rng.choice(len(labels) - len(more), wrong, replace=False)
            labels[off] = (labels[off] + 1) % x.shape[1]
            return x, labels

        def normal(n, k, spread=2):
            return lambda: rng.normal(0, spread, (n, k)).round(1)

        k, far = int(rng.integers(3, 5)), int(rng.integers(2000, 9000))
        high = rng.permutation([[far, far - 1, *[-far] * (k - 2)]], axis=1)
        large, wrong = batch(normal(1, k), 0, [high])
        wrong[1] = high.argmin()
        ties = np.array([[a, *[0] * (k - 2), a] for a in rng.permutation([1, 2])])
        ties += rng.integers(-9, 10, (2, 1))
        one = rng.choice([0, k - 1])  # both answers are right, or both are wrong
        found = [
            (*batch(normal(7, k), 3), "Seven samples."),
            (*batch(normal(12, k), 4), "Twelve samples."),
            (*batch(lambda: rng.integers(-4, 5, (6, k)), 2), "The scores are integers."),
            (*batch(normal(3, 3), 1), "As many samples as classes."),
            (ties, np.array([one, one]), "Equal scores."),
            (large, wrong, "Large scores."),
        ]
        return [Case((x.T if columns else x, y), about=about) for x, y, about in found]

    return Fresh(
        "expected_calibration_error",
        "calibration_gap(scores, labels)",
        text,
        solution,
        cases,
        rng=rng,
    )


def confusion_by_hand(*, rng):
    """Recall and precision, and what a more careful classifier can change."""
    sizes = [int(n) for n in rng.permutation([20, 40, 50, 100, 200])[:3]]
    table = np.zeros((3, 3), int)
    for i, size in enumerate(sizes):
        off = [int(n) for n in rng.permutation([size // 20, size // 10, size // 5])[:2]]
        table[i] = np.insert(off, i, size - sum(off))
    answers_as_rows, one = bool(rng.integers(2)), int(rng.integers(3))
    name, others = "ABC"[one], [n for n in "ABC" if n != "ABC"[one]]
    shown = table.T if answers_as_rows else table
    rows = "\n".join(
        f"| **{n}** | {' | '.join(map(str, row))} |" for n, row in zip("ABC", shown, strict=True)
    )
    hits, said = np.diag(table), table.sum(axis=0)
    recalls = [Fraction(int(h), n) for h, n in zip(hits, sizes, strict=True)]
    precision = Fraction(int(hits[one]), int(said[one]))
    text = f"""\
## Exercise 13.1 with other numbers: reading a confusion matrix

{"Rows are the answers, columns the truth" if answers_as_rows else "Rows are the truth, columns the answers"}, for three classes A, B and C:

| | A | B | C |
|---|---|---|---|
{rows}

(a) What is the accuracy? (b) What is the recall of each class, and the precision of {name}? (c) What would the accuracy be if each class counted the same? (d) The classifier becomes more careful with {name}: some samples that it called {name} are now called {others[0]} or {others[1]}, and all other answers stay. Which of these cannot fall, which cannot rise, which can do either: the recall of A, of B and of C, the precision of {name}, the accuracy? Give a reason for each."""
    answer = f"""\
(a) {hits.sum()} of {sum(sizes)}, {_percent(Fraction(int(hits.sum()), sum(sizes)))}. (b) Recall: {", ".join(f"{n} {_percent(r)}" for n, r in zip("ABC", recalls, strict=True))}. Precision of {name}: {hits[one]}/{said[one]}, {_percent(precision)}. (c) The mean recall, {_percent(sum(recalls) / 3)}. (d) The recall of {name} cannot rise: no {name} is newly found. The recalls of {others[0]} and {others[1]} cannot fall: nothing called so before is called anything else now. The precision of {name} can do either: it rises if those taken away were no {name}, and falls if they were. The accuracy can do either as well: it falls for each {name} that was taken away, and rises for each other that is now called by its own name. A usual mistake exchanges rows and columns, and with them recall and precision.

Points: 0.5 for (a); 1 for (b); 0.5 for (c); 1 for (d)."""
    return Question(text, answer)


def losses_by_hand(*, rng):
    """Losses of networks that know nothing, are too sure, or apply softmax twice."""
    while True:
        k, right = int(rng.choice([3, 4, 5, 6, 8, 20])), Fraction(int(rng.choice([8, 12, 15])), 20)
        sure = Fraction(int(rng.choice([14, 16, 17, 18, 19])), 20)
        rest = (1 - sure) / (k - 1)
        loss = -float(right) * log(sure) - float(1 - right) * log(rest)
        if abs(loss - log(k)) > 0.1:
            break
    honest = -float(right) * log(right) - float(1 - right) * log((1 - right) / (k - 1))
    text = f"""\
## Exercise 13.2 with other numbers: losses that tell something

There are {k} equally frequent classes. What is the mean cross-entropy, as an expression with logarithms and rounded to two decimals, (a) if all logits are equal; (b) if the network always gives {decimal(sure)} to one class and shares the rest equally, that class is right in {decimal(right)} of the cases, and otherwise any of the others is, equally often? (c) The accuracy stays as in (b). Which probability should the network give to its answer so that the loss is lowest, and what is the loss then? Is the network of (b) better or worse than one that knows nothing? (d) Softmax is applied twice by mistake: what is the lowest loss that is possible, and what the highest?"""
    verdict = "worse" if loss > log(k) else "better"
    answer = f"""\
(a) $\\ln {k} \\approx {log(k):.2f}$. (b) $-{decimal(right)}\\ln {decimal(sure)} - {decimal(1 - right)}\\ln\\frac{{{decimal(1 - sure)}}}{{{k - 1}}} \\approx {loss:.2f}$. (c) {decimal(right)}, its share of right answers: $\\approx {honest:.2f}$. The network of (b) is {verdict} than one that knows nothing, $\\ln {k} \\approx {log(k):.2f}$. (d) The second softmax gets probabilities. At best the truth has 1, the others 0: $\\ln(1 + {k - 1}/e) \\approx {log(1 + (k - 1) / np.e):.2f}$. At worst another has 1: $\\ln(e + {k - 1}) \\approx {log(np.e + k - 1):.2f}$.

Points: 0.5 for (a); 0.5 for (b); 1 for (c); 1 for (d)."""
    return Question(text, answer)


def errors_by_hand(*, rng):
    """Standard errors of accuracies, on different test sets and on the same."""
    a, root = [(Fraction(9, 10), 3), (Fraction(8, 10), 4), (Fraction(1, 2), 5)][rng.integers(3)]
    n = int(rng.choice([100, 400, 900, 1600, 2500]))
    goal = Fraction(str(rng.choice(["0.2", "0.25", "0.5"])))
    error = 10 * root / sqrt(n)
    gap = int(rng.choice([2, 3, 4, 6, 8]))
    lead, total = [(10, 16), (15, 25), (5, 25), (7, 49), (21, 49), (10, 64), (24, 64), (10, 100), (30, 100)][rng.integers(9)]  # fmt: skip
    first, second = (total + lead) // 2, (total - lead) // 2
    times, apart = gap / (sqrt(2) * error), lead / sqrt(total)
    text = f"""\
## Exercise 13.3 with other numbers: how many digits?

A classifier is right about {_percent(a)} of digits. (a) What is the standard error of its accuracy on {n} of them, in points? (b) How many digits does it take to bring it down to {decimal(goal)} points? (c) Two such classifiers are {gap} points apart on two *different* test sets of {n}. How many standard errors of the difference is that, and do the data tell which is better (take 2 standard errors as the limit)? (d) Two others are compared on the *same* digits: {first} digits are right only with the first, {second} only with the second. How far is the difference of the two counts from 0, in its standard deviations, $\\sqrt{{{first} + {second}}}$? Do these data tell? Why do the digits not count on which both are right or both are wrong?"""
    answer = f"""\
(a) $\\sqrt{{{decimal(a)} \\cdot {decimal(1 - a)}/{n}}}$, {error:.3g} points. (b) {n} times $({error:.3g}/{decimal(goal)})^2$: {int(a * (1 - a) / (goal / 100) ** 2)}. (c) Variances add: {sqrt(2) * error:.3g} points, so {times:.2g} of them; {_tell(times)}. (d) {lead}/{decimal(sqrt(total))}, about {apart:.2g}; {_tell(apart)}. A digit on which both do the same adds 0 to the difference.

Points: 0.5 for (a); 0.5 for (b); 1 for (c); 1 for (d)."""
    return Question(text, answer)


def bugs_for_ten_samples(*, rng):
    """Bugs that a fit to ten samples finds, and others that it does not."""
    found = [
        ("all inputs are 0, in training and afterwards", "about 2 (only the last layer's biases learn: the shares of the ten labels)"),
        ("the ten samples are ten times the first image, with their ten labels", "about 1.9 (one image cannot have ten labels: the shares of the labels are the best answer)"),
        ("all weights of the first layer are 0 at the start", "about 2 (the pre-activations are 0, no unit is active, and no gradient comes through)"),
        ("the two arrays of weights are never updated, the biases are", "about 1.5 (biases alone separate ten images only in part)"),
        ("the last layer, weights and biases, goes uphill; the first one downhill", "3 or more"),
    ]  # fmt: skip
    passed = [
        ("all labels are moved by one, modulo 10", "0.0002 (ten samples with wrong labels can be learned as well)"),
        ("all weights of the last layer are 0 at the start", "0.00003 (they get a gradient at once; the first layer gets one a step later)"),
        ("the last layer, weights and biases, is never updated", "0.005 to 0.01 (the first layer learns enough)"),
        ("the two arrays of biases are never updated", "0.0002"),
        ("the gradients are summed over the batch instead of averaged", "0.0002 (Adam divides by their size)"),
        ("all gradients are divided by 1000", "0.0002 (Adam divides by their size)"),
    ]  # fmt: skip
    chosen = [(*found[i], True) for i in rng.permutation(5)[:2]]
    chosen += [(*passed[i], False) for i in rng.permutation(6)[:2]]
    chosen = [chosen[i] for i in rng.permutation(4)]
    seeds = block(105, 190, rng=rng)
    stated = "; ".join(f"({letter}) {one[0]}" for letter, one in zip("abcd", chosen, strict=True))
    text = f"""\
## Exercise 13.5 with other bugs: what ten samples can find

The network without dropout, 100 steps of Adam at the rate 0.01 on the first ten training digits of a split. Four bugs: {stated}. (1) Predict for each whether the loss on the ten samples still goes below 0.05, with a reason, before you run anything. (2) Then try each for the seeds {seeds}; report the median, the least and the greatest loss. The loss is measured on what the network was trained on. (3) For each that the ten samples do not find: which other check of the chapter would find it, or why does it do no harm?"""
    results = " ".join(
        f"({letter}) {'Found' if one[2] else 'Not found'}: {one[1]}."
        for letter, one in zip("abcd", chosen, strict=True)
    )
    answer = f"""\
Medians of seeds from 120 to 124 and 140 to 144; those of {seeds} differ a little. {results} For what is not found: wrong labels show in the validation accuracy; a layer that never changes shows if one compares the parameters before and after; a factor on all gradients does no harm under Adam, and shows in the gradient check; weights of 0 in the last layer are a legal start.

Points: 1 for predictions with reasons, right or wrong; 1 for the losses with ranges; 1 for the other checks."""
    return Question(text, answer)


def mended_otherwise(*, rng):
    """The stuck network, with other biases in the place of zeros."""
    low, high = int(rng.choice([-4, -3])), int(rng.choice([-1, 1, 2]))
    hidden, seeds = int(rng.choice([32, 64])), block(105, 190, rng=rng)
    active, right = {
        -1: (
            "about half (45 to 60 %, single seeds up to 80 %)",
            "96 to 98 % in the median, single seeds lower",
        ),
        1: ("all", "96.5 to 98 %"),
        2: ("all", "96 to 97.5 %"),
    }[high]
    text = f"""\
## Exercise 13.6 with other numbers: mended otherwise

Somebody has found the fault and mends it, but with another value in the place of yours. (a) Say what the fault is, and by which checks you found it: what did the loss at the start, `check_gradients` and the ten samples say? (b) Take `stuck(seed, {hidden})` for the seeds {seeds}, and set all that was wrong to {low}; then, with new networks, to {high}. Report for both the share of the hidden units that are active for at least one training digit, before the training, and the validation accuracy after `train` with 420 steps at the rate 0.01 (median, least, greatest). (c) Explain both results. (d) Why does `check_gradients` not complain of the stuck network?"""
    answer = f"""\
Our numbers are from the seeds 120 to 124 and 140 to 144; those of {seeds} differ a little. (a) The biases of the first layer are at -12: every ReLU is off. The loss at the start is exactly $\\ln 10$, the gradients agree, ten samples are not learned. (b) {low}: no unit is active, or hardly one; 10 %, as before. {high}: {active} of the units are active; {right}. (c) The pre-activations without bias have a spread of about 1, so that {low} still switches off nearly all units for all digits, and no gradient comes through; {f"with {high} many are off, and the others suffice" if high < 0 else f"with {high} most units are on for most digits, and the training sorts them out"}. (d) The gradients are right: they are 0 where the loss does not depend on a parameter. It checks whether the backward pass fits the forward pass, not whether a network can learn.

Points: 1 for (a); 1 for (b) with ranges; 0.5 for (c); 0.5 for (d)."""
    return Question(text, answer)


def an_honest_report(*, rng):
    """A report on splits that nobody has opened."""
    seeds, budget = block(20, 90, rng=rng), int(rng.choice([30, 40, 60]))
    text = f"""\
## Exercise 13.7 with other splits: better, and honestly

Your budget is {budget} networks on the splits 100 to 104. Compare the chapter's network (`ensemble(seed, 1, 3150)` is one of it) with at least one idea: an ensemble, or another of yours. (a) Before you train anything, write down what you will try, which number decides, and what you will report. (b) Report for each candidate the mean accuracy and the mean cross-entropy on the splits 100 to 104, on how many of the five splits it is ahead, and how many networks you have trained in all. (c) Open the splits {seeds} once, for the candidate that your rule has chosen and for the chapter's network. Report the accuracy of both on each split, the mean, and the difference in digits. (d) What may you say about the difference, and what not? Which part of your rule would you have liked to change after (c), and why must you not?"""
    answer = f"""\
What counts is that the rule was there first and was followed; a candidate that loses is as good an answer. Five networks of 2100 steps on the splits 100 to 104: together 98.8 % and 0.045, the chapter's network 99.1 % and 0.039. On 20 to 24 and on 40 to 44 we have measured three networks of 1050 steps: together 98.0 and 98.2 %, alone 97.6 and 98.0 % in the mean, {seeds} not opened. Each of these splits holds 450 digits out of the same 1797 as all others: differences of a few digits in 2250 answers decide nothing. Usual faults: the rule is written after the runs; the splits {seeds} choose among several candidates; the budget is not counted; the mean without its five numbers.

Points: 1 for a rule that decides, written first; 1 for (b) with the budget; 1 for (c); 1 for a conclusion that the numbers carry."""
    return Question(text, answer)


def _tell(times):
    return "they tell" if times > 2 else "they do not tell"


def _percent(share):
    return f"{float(100 * share):.3g} %"
