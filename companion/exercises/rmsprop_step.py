"""rmsprop_step(w, g, s, lr, rho, eps): (w, s) after one step of RMSProp.

The results stand here as numbers: the solution is an instructor's.
"""

import numpy as np

from companion.exercises import Case

SIGNATURE = "rmsprop_step(w, g, s, lr, rho, eps)"

CASES = [
    Case(
        (np.array([2.0, -1.0]), np.array([4.0, -1.0]), np.zeros(2), 0.5, 0.75, 0),
        (np.array([1.0, 0.0]), np.array([4.0, 0.25])),
        "The first step: the root of 1 - ρ is ½, so both weights move by twice the rate.",
    ),
    Case(
        (np.array([1.0, -0.5]), np.array([5.0, -1.0]), np.array([13.0, 5.0]), 0.25, 0.75, 0),
        (np.array([0.6875, -0.375]), np.array([16.0, 4.0])),
        "With a mean from the steps before.",
    ),
    Case(
        (
            np.array([[1.0, 0.0], [-2.0, 0.5]]),
            np.array([[7.0, -3.0], [1.0, 5.0]]),
            np.array([[1.0, 41.0], [1.0, 7.0]]),
            0.5, 0.5, 3.0,
        ),
        (
            np.array([[0.5625, 0.1875], [-2.125, 1 / 7]]),
            np.array([[25.0, 25.0], [1.0, 16.0]]),
        ),
        "A matrix of weights; ε is 3, so that one sees where it is added.",
    ),
    Case(
        (np.array([1.0, 2.0]), np.array([0.0, 0.0]), np.array([0.0, 16.0]), 0.1, 0.25, 1e-8),
        (np.array([1.0, 2.0]), np.array([0.0, 4.0])),
        "The gradient is 0: the weights stay, and the mean of the squares falls.",
    ),
    Case(
        (np.array([3, -1]), np.array([1, -4]), np.array([7, 2]), 1, 0.5, 1),
        (np.array([8 / 3, 0.0]), np.array([4.0, 9.0])),
        "All arrays hold integers, the new weights do not.",
    ),
    Case(
        (np.array([1.5]), np.array([1.0]), np.array([6]), 1, 0.25, 0.5),
        (np.array([1.0]), np.array([2.25])),
        "s holds integers, and the new s does not.",
    ),
]  # fmt: skip

MISTAKES = []  # each would show the solution; what a case is about has to do
