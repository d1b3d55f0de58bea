"""layernorm_forward(x, gamma, beta, eps): each row to mean 0 and variance 1, then scale and shift.

The results stand here as numbers: the solution is an instructor's.
"""

import numpy as np

from companion.exercises import Case

SIGNATURE = "layernorm_forward(x, gamma, beta, eps)"

CASES = [
    Case(
        (np.array([[1.0, 3.0], [10.0, 30.0]]), np.ones(2), np.zeros(2), 1e-12),
        np.array([[-1.0, 1.0], [-1.0, 1.0]]),
        "Two samples, two features; each row by itself.",
    ),
    Case(
        (np.array([[4.0, 8, 2, 6, 5]]), np.ones(5), np.zeros(5), 1e-12),
        np.array([[-0.5, 1.5, -1.5, 0.5, 0]]),
        "A single sample.",
    ),
    Case(
        (np.array([[4.0, 8, 2, 6, 5]] * 2), np.array([2.0, 1, 2, -4, 3]), np.arange(5.0), 1e-12),
        np.array([[-1.0, 2.5, -1, 1, 4]] * 2),
        "gamma and beta differ from feature to feature.",
    ),
    Case(
        (np.array([[0.0, 6.0], [5.0, 5.0]]), np.ones(2), np.zeros(2), 16.0),
        np.array([[-0.6, 0.6], [0.0, 0.0]]),
        "A large eps, which stands inside the root; and a row of equal numbers.",
    ),
    Case(
        (
            np.array([[1, 5, 3, 3], [2, 2, 2, 10]]),
            np.array([1, 1, 1, 1]),
            np.array([0, 0, 0, 1]),
            2,
        ),
        np.array([[-1.0, 1, 0, 1], [-2 / 14**0.5, -2 / 14**0.5, -2 / 14**0.5, 6 / 14**0.5 + 1]]),
        "All arrays hold integers; the results do not.",
    ),
]

MISTAKES = []  # each would show the solution; what a case is about has to do
