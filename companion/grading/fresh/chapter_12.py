"""Fresh exercises of chapter 12, hyperparameter search."""

from fractions import Fraction
from math import ceil, log, sqrt

import numpy as np

from companion.exercises import Case
from companion.grading.fresh import Fresh, Question
from companion.grading.fresh._writing import block


def winner(*, rng):
    """The end of a random search: what was drawn, what it scored, and the best of it."""
    low, high = (float(f"{10 ** rng.uniform(*ends):.2g}") for ends in ((-4, -2), (0, 1.5)))
    over, name = [("mean", "mean"), ("median", "median"), ("worst", "")][rng.integers(3)]
    up, last, falls, value_first = (bool(n) for n in rng.integers(2, size=4))
    name = name or ("min" if up else "max")
    better, which = ("Higher", "last") if up else ("Lower", "last")
    which = which if last else "first"
    ends = (
        f"0 stands for {high} and 1 for {low}" if falls else f"0 stands for {low} and 1 for {high}"
    )
    results = ("score", "rate") if value_first else ("rate", "score")
    text = f"""\
## Exercise 12.12: the winner of a search

`winner(u, scores)`: a random search has drawn a learning rate for each of $n$ settings. `u` has shape `(n,)` and holds numbers from 0 to 1: {ends}, and between them the *logarithm* of the rate changes evenly with `u`. `scores` has shape `(n,)`, or `(n, m)` for $m$ splits of the data; then the score of a setting is the **{over}** of its $m$ scores. {better} is better. A setting of which a score is NaN never wins, and not all settings have one. Of equal scores the **{which}** one in the list wins. Return `({results[0]}, {results[1]})`, in this order: the winner's {results[0]}, and its {results[1]}. Both arrays may hold integers."""
    place = {
        (True, False): "np.argmax(found)",
        (False, False): "np.argmin(found)",
        (True, True): "len(found) - 1 - np.argmax(found[::-1])",
        (False, True): "len(found) - 1 - np.argmin(found[::-1])",
    }[up, last]
    start, factor = (high, f"({low} / {high})") if falls else (low, f"({high} / {low})")
    solution = f"""\
def winner(u, scores):
    if scores.ndim == 2:
        scores = np.{name}(scores, axis=1)
    found = np.where(np.isnan(scores), {"-np.inf" if up else "np.inf"}, scores)
    best = {place}
    rate, score = {start} * {factor} ** u[best], scores[best]
    return {results[0]}, {results[1]}"""

    def cases(rng):
        n, m = int(rng.integers(4, 6)), int(rng.integers(3, 5))

        def drawn(size=n):
            return rng.choice(np.arange(5, 96), size, replace=False) / 100

        several, gaps = _distinct(rng, n, m), _distinct(rng, n, m)
        order = rng.permutation(n)
        gaps[order[0], rng.integers(m)] = np.nan
        gaps[order[1], rng.integers(m)] = np.nan
        equal = rng.permutation([0.25, 0.25, 0.5, 0.75, 0.75])
        some = _distinct(rng, n + 1, 1)[:, 0]
        some[[some.argmax(), some.argmin()]] = np.nan
        whole = rng.permutation(9)[:4] + 20
        return [
            Case((drawn(), _distinct(rng, n, 1)[:, 0]), about="One score for each setting."),
            Case((drawn(), several), about="Several splits."),
            Case((drawn(5), equal), about="Equal scores."),
            Case((drawn(n + 1), some), about="Some scores are NaN."),
            Case((drawn(), gaps), about="Several splits, and NaN in some of them."),
            Case((drawn(), -1000 - _distinct(rng, n, 1)[:, 0]), about="Scores far below 0."),
            Case((drawn(), np.argsort(rng.random((n, 3)), axis=0) * [1, 3, 9] - 30),
                 about="Several splits, and scores that are integers."),
            Case((np.array([0, 1, 0, 1]), whole), about="All numbers are integers."),
        ]  # fmt: skip

    return Fresh("random_search", "winner(u, scores)", text, solution, cases, rng=rng)


def _distinct(rng, n, m):
    """Return scores of n settings whose means, medians, and extremes over m splits differ."""
    while True:
        scores = rng.uniform(60, 95, (n, m)).round(1)
        of = [f(scores, axis=1) for f in (np.mean, np.median, np.min, np.max)]
        if all(np.diff(np.sort(one)).min() > 0.05 for one in of):
            return scores


def exponents_by_hand(*, rng):
    """Shares of decades, and what wrong calls draw."""
    low, high = int(rng.choice([-6, -5, -4, -3])), int(rng.choice([0, 2, 3]))
    a = int(rng.integers(low + 1, high - 1))
    b = int(rng.integers(a + 1, high))
    share = Fraction(b - a, high - low)
    even = (10.0**b - 10.0**a) / (10.0**high - 10.0**low)
    wrong, drawn = [
        (f"np.exp(rng.uniform({low}, {high}))",
         f"from $e^{{{low}}} \\approx {np.exp(low):.3g}$ to $e^{{{high}}} \\approx {np.exp(high):.3g}$: the exponents are of ten, the base is $e$"),
        (f"10 ** rng.uniform(np.log({_power(low)}), np.log({_power(high)}))",
         f"from $10^{{{low * log(10):.1f}}}$ to $10^{{{high * log(10):.1f}}}$: natural logarithms, but the base is ten"),
    ][rng.integers(2)]  # fmt: skip
    text = f"""\
## Exercise 12.1 with other numbers: exponents

A program draws the rate as `10 ** rng.uniform({low}, {high})`. (a) With which probability does a rate lie between {_power(a)} and {_power(b)}? (b) And if the rate itself is drawn uniformly between the same two ends? (c) What is the median of the rates in (a), and in (b)? (d) A colleague writes `{wrong}` and wants the rates of (a). Between which numbers do the colleague's rates lie, and why?"""
    answer = f"""\
(a) {b - a} of {high - low} decades: {share}. (b) $({_power(b)} - {_power(a)})/({_power(high)} - {_power(low)})$, about {even:.2g}. (c) $10^{{{_number((low + high) / 2)}}}$, about {10 ** ((low + high) / 2):.2g}, against about {(10.0**low + 10.0**high) / 2:.3g}. (d) {drawn[0].upper()}{drawn[1:]}.

Points: 0.5 for (a); 0.5 for (b); 1 for (c); 1 for (d), half of it without the reason."""
    return Question(text, answer)


def folds_by_hand(*, rng):
    """Sizes of folds, and what searches cost."""
    folds = int(rng.choice([3, 6, 7, 8]))
    n = folds * int(rng.integers(3, 8)) + int(rng.integers(1, folds))
    settings, inner, epochs, outer = (
        int(rng.choice(a)) for a in ([12, 15, 25, 40], [3, 4, 10], [20, 50], [3, 5, 6])
    )
    many = outer * inner * int(rng.choice([10, 20, 30]))
    more, size = n % folds, n // folds
    text = f"""\
## Exercise 12.2 with other numbers: what cross-validation costs

(a) {n} samples in {folds} folds whose sizes differ by one at most: how large are the folds, and on how many samples is each network trained? (b) A search tries {settings} settings with {inner}-fold cross-validation and {epochs} epochs each. Then the best setting is trained once more on all samples, for as many epochs. How many training runs and how many epochs are that in all? (c) How many runs does nested cross-validation of this search take, with {outer} outer folds? (d) There are {many} samples. On how many is a network trained in the inner folds of (c), and on how many the best setting of an outer fold?"""
    rest = many - many // outer
    answer = f"""\
(a) {more} folds of {size + 1} and {folds - more} of {size}; training on {n - size - 1} and on {n - size}. (b) ${settings} \\cdot {inner} + 1 = {settings * inner + 1}$ runs, {(settings * inner + 1) * epochs} epochs. (c) In each of {outer} outer folds the whole search and one run of its best setting: ${outer} \\cdot {settings * inner + 1} = {outer * (settings * inner + 1)}$. (d) The outer fold leaves {rest} of {many}; the inner ones {rest - rest // inner} of these. The best setting is trained on {rest}.

Points: 1 for (a); 0.5 for (b); 0.5 for (c); 1 for (d)."""
    return Question(text, answer)


def draws_by_hand(*, rng):
    """How many draws it takes, and what a grid wastes."""
    percent, sure = int(rng.choice([2, 5, 20])), int(rng.choice([80, 90, 99]))
    draws, of = int(rng.choice([10, 15, 20, 30])), int(rng.choice([4, 10, 25]))
    values, directions = int(rng.choice([2, 4, 5])), int(rng.choice([3, 4]))
    needed, twice = (log(1 - sure / 100) / log(1 - share / 100) for share in (percent, percent / 2))
    text = f"""\
## Exercise 12.3 with other numbers: how many draws

(a) How many random settings are needed so that, with a probability of at least {sure} %, one of them is among the best {percent} % of the box? (b) Somebody has drawn {draws}. With which probability is one of them among the best {of} %? (c) A grid has {values} values of each of {directions} hyperparameters. How many settings is that? Only one of the hyperparameters matters: how many values of this one does the grid try, and how many does random search with the same budget? (d) The box is made twice as wide in one direction, on the side where all settings are bad. What share of the new box are the settings that were the best {percent} % of the old one, and how many draws does it take now to find one of these as surely as in (a)?"""
    answer = f"""\
(a) All $n$ miss with probability $(1 - {percent / 100:g})^n$: $n \\ge \\ln {(100 - sure) / 100:g}/\\ln {1 - percent / 100:g} \\approx {needed:.2f}$, so {ceil(needed - 1e-9)}. (b) $1 - {1 - of / 100:g}^{{{draws}}} \\approx {1 - (1 - of / 100) ** draws:.2f}$. (c) ${values}^{directions} = {values**directions}$ settings; {values} values against {values**directions}. (d) They are {percent / 2:g} % of the new box: $n \\ge {twice:.2f}$, so {ceil(twice - 1e-9)} draws, about twice as many.

Points: 1 for (a); 0.5 for (b); 1 for (c); 0.5 for (d)."""
    return Question(text, answer)


def luck_by_hand(*, rng):
    """How good the best of many guesses looks."""
    classes, root = [(2, 5), (5, 4), (10, 3)][rng.integers(3)]  # root: 10 times the deviation
    people, about = [(7, 2), (8, 2), (80, 3), (90, 3), (2500, 4), (3000, 4)][rng.integers(6)]
    labels = int(rng.choice([100, 1600, 2500] if classes == 2 else [100, 400, 1600, 2500]))
    chance, error = 100 / classes, 10 * root / sqrt(labels)
    far = about * error
    wanted = [0.5, 0.25, 0.1][rng.integers(3)]
    text = f"""\
## Exercise 12.4 with other numbers: the luck of the best

{people} models guess {labels} labels of {classes} equally frequent classes; none knows anything. (a) What is the standard error of one model's accuracy, in points, and between which two accuracies do most models lie (mean ± 2 standard errors)? (b) What is the most that the best of them can have on average? ($\\sqrt{{2\\ln {people}}}$ is about {about}.) (c) The best is scored on {labels} other labels. What is to be expected? (d) How many labels would it take so that the bound of (b) lies {wanted:g} points above chance?"""
    answer = f"""\
(a) $\\sqrt{{a(1 - a)/{labels}}}$ with $a = 1/{classes}$, in points {_number(error)}; from {_number(chance - 2 * error)} to {_number(chance + 2 * error)} %. (b) About ${_number(chance)} + {about} \\cdot {_number(error)} = {_number(chance + far)}$ %. (c) {_number(chance)} %: the labels that chose it say nothing about the others. (d) The bound's lead goes with $1/\\sqrt m$: {labels} times $({_number(far)}/{wanted:g})^2$, about {round(labels * (far / wanted) ** 2)}.

Points: 1 for (a); 0.5 for (b); 0.5 for (c); 1 for (d)."""
    return Question(text, answer)


def leaks_by_hand(*, rng):
    """Six procedures, two or three of them honest."""
    honest = [
        ("Choose the number of epochs by validation data of each fold, repeat it for all outer folds, and report the mean over the outer folds, which nothing has looked at.",
         "the outer folds took part in no choice"),
        ("Choose among 30 settings by 5-fold cross-validation on 1000 samples, train the best on all of them, and report its accuracy on 300 samples that were set aside at the start.",
         "the 300 were used once, after all choices"),
        ("Split recordings by speaker, so that no speaker is in two parts; standardize all parts by the training part; report the test part once.",
         "neither a speaker nor a mean crosses over"),
        ("Split first, fill missing values of all parts by the medians of the training part, choose on validation, report the test part once.",
         "only the training part decides what is filled in"),
    ]  # fmt: skip
    leaking = [
        ("Compute on all samples which 50 pixels differ most between the classes, keep these, then cross-validate one fixed setting.",
         "labels of the held-out samples took part in choosing the pixels; choose them in each fold anew"),
        ("Remove the samples that a first network, trained on all of them, gets wrong (they must be mislabelled); then split and report the test part.",
         "the test part was cleaned by its own labels; split first, and leave the test part as it is"),
        ("Train for 200 epochs, report the test accuracy of the epoch at which it is highest.",
         "the test samples picked the epoch; let validation samples do it"),
        ("Repeat the same random split with ten seeds, and report the seed with the best test accuracy.",
         "the best of ten: the test parts picked the seed; report the mean of all ten"),
        ("Cut videos into images, and put every tenth image into the test part, the others into the training part.",
         "nearly equal images of one video stand in both parts; split by video"),
        ("Fill missing values by the medians of all samples, cut folds, cross-validate one fixed setting.",
         "the held-out samples take part in the medians; take the medians of the training folds"),
        ("Predict tomorrow's demand; shuffle all days of three years, and hold out a fifth of them.",
         "the days around a held-out day are known; hold out the last days"),
    ]  # fmt: skip
    n = int(rng.choice([2, 3]))
    pool = [(*honest[i], True) for i in rng.permutation(4)[:n]]
    pool += [(*leaking[i], False) for i in rng.permutation(7)[: 6 - n]]
    pool = [pool[i] for i in rng.permutation(6)]
    stated = " ".join(f"({letter}) {one[0]}" for letter, one in zip("abcdef", pool, strict=True))
    found = [letter for letter, one in zip("abcdef", pool, strict=True) if one[2]]
    text = f"""\
## Exercise 12.5 with other procedures: find the leak

Some of these procedures are honest, the others leak. Which are which? For each that leaks, say what took part that should not have, and how to mend it. {stated}"""
    reasons = " ".join(
        f"({letter}) {'Honest' if one[2] else 'Leaks'}: {one[1]}."
        for letter, one in zip("abcdef", pool, strict=True)
    )
    answer = f"""\
Honest: {", ".join(f"({letter})" for letter in found)}. {reasons}

Points: 3 for all six with reasons, the same share for each, half of a share without the reason."""
    return Question(text, answer)


def many_or_long(*, rng):
    """Four divisions of a budget, on other splits."""
    splits = block(20, 190, 10, rng=rng)
    text = f"""\
## Exercise 12.10 with other splits: many settings or many epochs

Run your `fresh_accuracy` for 32, 16, 8 and 4 settings on the splits {splits}, the number of the split being the seed of everything, as before. (a) Report the median, the least and the greatest of the ten fresh accuracies, for each division. (b) Compare the divisions split by split: on how many of the ten splits is 8 better than 32, and on how many better than 4? (c) Which division would you take, and which statements do ten splits not allow? (d) What goes wrong at either end? Name for each end a number of yours that shows it, or an experiment that would. (e) The chapter has the splits 0 to 9. What is the same here, and what is not?"""
    answer = f"""\
Our numbers are from the splits 20 to 29, 40 to 49, 60 to 69 and 80 to 89; those of {splits} differ. (a) Medians: 32 settings 89 to 91 %, 16 settings 92 to 93, 8 settings 93 to 93.5, 4 settings 90 to 94; the least of 8 and of 4 can be very low (60 to 90 and 25 to 70 %), that of 32 is 83 to 86. (b) 8 beats 32 on nearly all splits; against 4 it wins on about half. (c) 8 or 16. Between 8 and 4 the median decides nothing; 4 can fail badly. (d) With 5 epochs even the best setting is undertrained: trained for longer, the same winner gets better. With 4 settings there may be no good one among them: the least accuracy shows it. (e) The order of 32, 16 and 8 is the same; the single percentages, and how bad the worst split is, are not.

Points: 1 for (a) with ranges; 0.5 for (b); 1 for (c); 1 for (d); 0.5 for (e)."""
    return Question(text, answer)


def the_best_epoch(*, rng):
    """How far the best epoch leads, on other splits."""
    splits, epochs = block(20, 190, 10, rng=rng), int(rng.choice([40, 80, 100]))
    text = f"""\
## Exercise 12.11 with other numbers: the best epoch is a choice, too

Run your `lead_of_the_best_epoch` for {epochs} epochs on the splits {splits}. (a) Report the median, the least and the greatest of the lead in validation, and the same for the fresh digits. (b) Why can the lead in validation never be below 0, whatever is trained, and that on the fresh digits can? (c) On the 100 validation digits, how many digits is the lead of the median split? Compare with the standard error of an accuracy of 95 % on 100 digits. (d) Somebody reports the validation accuracy of the best epoch as the accuracy of the network. What is wrong, and what would you report?"""
    answer = f"""\
Our numbers are from other splits than {splits}. (a) In validation about 1 point, from 0 to 3; on the fresh digits about 0 to -1, from -4 to 1.3. (b) The best of many is at least the last one. The fresh digits chose nothing: there the last epoch can be better, and mostly is, since it is trained longer. (c) One digit is one point; the standard error is $\\sqrt{{0.95 \\cdot 0.05/100}}$, about 2.2 points: the lead is less than that. (d) It is the greatest of {epochs} numbers, chosen by the same digits on which it is reported: too good. Report the accuracy on digits that took no part in the choice.

Points: 1 for (a) with ranges; 0.5 for (b); 0.5 for (c); 1 for (d)."""
    return Question(text, answer)


def _power(exponent):
    """Write a power of ten."""
    return str(10**exponent) if exponent >= 0 else f"{10.0**exponent:.{-exponent}f}"


def _number(number):
    return f"{number:.4g}"
