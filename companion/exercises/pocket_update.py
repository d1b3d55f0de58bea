"""pocket_update(w, b, best_w, best_b, x, y, i, lr): one step of the pocket algorithm.

The perceptron rule sees sample i of (x, y); then the new (w, b) goes into the pocket, as
(best_w, best_b), if it makes fewer mistakes on all samples than what is there. Returned are
(w, b, best_w, best_b). The results stand here as numbers: the solution is an instructor's.
"""

import numpy as np

from companion.exercises import Case

SIGNATURE = "pocket_update(w, b, best_w, best_b, x, y, i, lr)"

_X = np.array([[2.0, 0.0], [0.0, 2.0], [-2.0, 0.0], [0.0, -2.0], [1.0, 1.0]])
_Y = np.array([1, 1, 0, 0, 0])


def _case(w, b, pocket, i, lr, expected, about):
    return Case((np.array(w), b, np.array(pocket[0]), pocket[1], _X, _Y, i, lr), expected, about)


CASES = [
    _case(
        [0.0, 1.0], -0.5, ([0.0, 1.0], -0.5), 0, 0.5,
        ([1.0, 1.0], 0.0, [1.0, 1.0], 0.0),
        "The step makes the line better than the one in the pocket.",
    ),
    _case(
        [1.0, 1.0], 0.0, ([1.0, 1.0], -0.5), 4, 1.0,
        ([0.0, 0.0], -1.0, [1.0, 1.0], -0.5),
        "The step makes the line worse than the one in the pocket, which must stay.",
    ),
    _case(
        [0.0, 0.0], 0.0, ([0.0, 0.0], 0.0), 0, 1.0,
        ([2.0, 0.0], 1.0, [0.0, 0.0], 0.0),
        "The new line makes as many mistakes as the one in the pocket: a tie changes nothing.",
    ),
    _case(
        [2, 1], -1, ([-1, 0], 0), 1, 0.5,
        ([2.0, 1.0], -1.0, [2.0, 1.0], -1.0),
        "The answer was right, so the line stays; it is better than the one in the pocket, though.",
    ),
    _case(
        [-1.0, 0.0], 0.0, ([1.0, 1.0], -0.5), 0, 0.5,
        ([0.0, 0.0], 0.5, [1.0, 1.0], -0.5),
        "The step makes the line better, but not better than the one in the pocket.",
    ),
    Case(
        (
            np.array([0, 0, 0]), 0, np.array([-1, 1, -1]), 0,
            np.array([[1, -1, 2], [1, 2, -2], [0, 2, 1]]), np.array([1, 0, 1]), 2, 0.5,
        ),
        (np.array([0.0, 1.0, 0.5]), 0.5, np.array([0.0, 1.0, 0.5]), 0.5),
        "Three samples with three features, all integers, and the new weights are not: "
        "np.zeros_like(w) would cut their fractions off.",
    ),
]  # fmt: skip

MISTAKES = []  # each would show the solution; what a case is about has to do
