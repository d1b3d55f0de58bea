"""expected_calibration_error(probs, labels, bins): the mean gap of confidence and accuracy.

The confidence of a row is its greatest probability; group b of `bins` has those above (b - 1)/bins
and up to b/bins. The result is Σ (size of the group / n) · |share of right answers - mean
confidence|. The results stand here as numbers, those of usual mistakes, too: the solution is an
instructor's.
"""

import numpy as np

from companion.exercises import Case, Mistake
from companion.exercises._answers import unchanged

SIGNATURE = "expected_calibration_error(probs, labels, bins)"

_FOUR = np.array([[0.75, 0.25], [0.375, 0.625], [0.75, 0.25], [0.0625, 0.9375]])

CASES = [
    Case(
        (_FOUR, np.array([0, 1, 1, 1]), 1),
        0.015625,
        "One group: share right 0.75, mean confidence 0.765625; the gap has no sign.",
    ),
    Case(
        (np.array([[0.4375, 0.3125, 0.25], [0.625, 0.25, 0.125], [0.875, 0.0625, 0.0625]]),
         np.array([0, 1, 0]), 2),
        0.3541666666666667,
        "No confidence on an edge: groups of one and of two rows, and each counts by its size.",
    ),
    Case(
        (_FOUR, np.array([0, 1, 1, 1]), 4),
        0.046875,
        "Confidences of 0.75 belong to the group above 0.5 and up to 0.75.",
    ),
    Case(
        (_FOUR, np.array([1, 0, 0, 0]), 4),
        0.515625,
        "The gap counts with either sign, and each group by its size.",
    ),
    Case(
        (np.array([[0.25, 0.5, 0.25], [0.125, 0.125, 0.75], [0.5, 0.375, 0.125]]),
         np.array([1, 2, 2]), 10),
        0.08333333333333333,
        "Three classes; in the group of 0.5 one of two is right. Most groups are empty.",
    ),
    Case(
        (np.array([[0, 1], [1, 0], [0, 1]]), np.array([1, 0, 0]), 5),
        0.3333333333333333,
        "Probabilities are whole numbers; a confidence of 1 belongs to the last group.",
    ),
    Case(
        (np.array([[0.375, 0.375, 0.25]] * 3), np.array([0, 1, 0]), 2),
        0.2916666666666667,
        "Of equal probabilities the first is the answer: two of three are right.",
    ),
]  # fmt: skip


def _gives(*results):
    """Return a function that gives these results, one a case; a formula would show the solution."""

    def by_case(*args):
        pairs = zip(CASES, results, strict=True)
        return next(result for case, result in pairs if unchanged(case.args, args))

    return by_case


_SIGNED = -1 / 64, 1 / 48, -1 / 64, -33 / 64, 1 / 12, -1 / 3, 7 / 24

MISTAKES = [
    Mistake(
        _gives(1 / 64, 13 / 32, 5 / 96, 21 / 32, 1 / 8, 1 / 3, 7 / 24),
        "all groups count the same: weigh the gap of each by its share of the rows.",
    ),
    Mistake(
        _gives(1 / 64, 9 / 16, 1 / 16, 15 / 16, 1 / 4, 1 / 3, 7 / 24),
        "this is the greatest gap: the sum over all groups is asked for, each gap weighted by the "
        "group's share of the rows.",
    ),
    Mistake(
        _gives(1 / 64, 13 / 32, 5 / 192, 21 / 64, 1 / 40, 1 / 15, 7 / 48),
        "the sum is divided by the number of groups: weigh each gap by the group's share of the "
        "rows instead.",
    ),
    Mistake(
        _gives(1 / 64, 1 / 48, 1 / 64, 33 / 64, 1 / 12, 1 / 3, 7 / 24),
        "this is the gap of all rows together, as if they were one group, or the absolute value is "
        "taken after the sum: take it of each group's gap.",
    ),
    Mistake(
        _gives(23 / 64, 7 / 16, 23 / 64, 41 / 64, 5 / 12, 1 / 3, 13 / 24),
        "this is the mean of the gaps of single rows: in a group, take the share of right answers "
        "and the mean confidence first, and then their difference.",
    ),
    Mistake(
        _gives(1 / 64, 1 / 16, 23 / 64, 41 / 64, 5 / 12, 1 / 3, 7 / 24),
        "these groups are of equal size: group b has the confidences above (b - 1)/bins and up to "
        "b/bins, however many they are.",
    ),
    Mistake(
        _gives(*(100 * case.expected for case in CASES)),
        "this is in percent: a number from 0 to 1 is asked for.",
    ),
    Mistake(
        _gives(*(len(case.args[1]) * case.expected for case in CASES)),
        "the gaps are weighted by how many rows a group has: divide by n, so that the weights sum "
        "to 1.",
    ),
    Mistake(
        _gives(1 / 4096, 113 / 768, 7 / 3072, 333 / 1024, 1 / 48, 1 / 9, 49 / 576),
        "the gaps are squared: their absolute values are asked for.",
    ),
    Mistake(
        _gives(*_SIGNED),
        "gaps of opposite sign cancel: take the absolute value in each group, before the sum.",
    ),
    Mistake(
        _gives(*(-gap for gap in _SIGNED)),
        "gaps of opposite sign cancel, with plus for too sure: take the absolute value in each "
        "group, before the sum.",
    ),
]
