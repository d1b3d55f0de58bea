"""softmax_with_temperature(x, temperature): the softmax of x / temperature over the last axis.

x has shape (k,) or (n, k), the temperature is above 0. The results stand here as numbers: the
solution is an instructor's.
"""

import numpy as np

from companion.exercises import Case

SIGNATURE = "softmax_with_temperature(x, temperature)"

_LOGS = np.log([1.0, 4.0, 9.0])

CASES = [
    Case((_LOGS, 1.0), np.array([1, 4, 9]) / 14, "At temperature 1 it is the plain softmax."),
    Case((_LOGS, 2.0), np.array([1, 2, 3]) / 6, "A temperature of 2 evens the chances out."),
    Case((_LOGS, 0.5), np.array([1, 16, 81]) / 98, "A temperature below 1 sharpens."),
    Case(
        (np.log([[1.0, 4.0, 9.0], [16.0, 16.0, 4.0]]), 2),
        np.array([[1 / 6, 2 / 6, 3 / 6], [0.4, 0.4, 0.2]]),
        "A batch, shape (2, 3): each row has a sum of its own.",
    ),
    Case(
        (np.array([[0, 0, 0], [-5, -3, -3], [7, 0, 7]]), 1e-3),
        np.array([[1 / 3, 1 / 3, 1 / 3], [0.0, 0.5, 0.5], [0.5, 0.0, 0.5]]),
        "A square batch of integers at a small temperature: those who lead share everything, and "
        "np.zeros_like(x) would cut their shares off.",
    ),
    Case(
        (np.array([-1000.0, 1000.0, 1000.0]), 1.0),
        np.array([0.0, 0.5, 0.5]),
        "The scores are large.",
    ),
    Case(
        (1e-20 * _LOGS, 1e-20),
        np.array([1, 4, 9]) / 14,
        "The temperature is as small as the differences between the scores.",
    ),
    Case(
        (np.array([3.0, 1.0, -2.0, 0.0]), 1e12),
        np.array([0.25, 0.25, 0.25, 0.25]),
        "A very large temperature makes all classes equally likely.",
    ),
    Case(
        (np.array([95.0, 100.0, 99.0]), 1e-307),
        np.array([0.0, 1.0, 0.0]),
        "The temperature is so small that x / temperature is infinite.",
    ),
]

MISTAKES = []  # each would show the solution; what a case is about has to do
