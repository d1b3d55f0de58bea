"""expected_calibration_error(probs, labels, bins): the mean gap of confidence and accuracy.

The confidence of a row is its greatest probability; group b of `bins` has those above (b - 1)/bins
and up to b/bins. The result is Σ (size of the group / n) · |share of right answers - mean
confidence|. The results stand here as numbers: the solution is an instructor's.
"""

import numpy as np

from companion.exercises import Case

SIGNATURE = "expected_calibration_error(probs, labels, bins)"

_FOUR = np.array([[0.75, 0.25], [0.375, 0.625], [0.75, 0.25], [0.0625, 0.9375]])

CASES = [
    Case((_FOUR, np.array([0, 1, 1, 1]), 1), 0.015625, "One group: mean confidence 0.765625."),
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

MISTAKES = []  # each would show the solution; what a case is about has to do
