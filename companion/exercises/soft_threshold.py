"""soft_threshold(w, lam): each weight moved by λ towards zero, and stopped there.

The results stand here as numbers: the solution is an instructor's.
"""

import numpy as np

from companion.exercises import Case

SIGNATURE = "soft_threshold(w, lam)"

CASES = [
    Case(
        (np.array([4.0, -2.0, 0.25, -0.75]), 1.0),
        np.array([3.0, -1.0, 0.0, 0.0]),
        "Weights of both signs, large and small.",
    ),
    Case(
        (np.array([[1.5, -0.5, 0.0], [-0.25, 2.0, -3.5]]), 0.5),
        np.array([[1.0, 0.0, 0.0], [0.0, 1.5, -3.0]]),
        "A matrix; a weight of exactly λ in size becomes 0.",
    ),
    Case((np.array([0.5, -1.5, 0.0]), 0.0), np.array([0.5, -1.5, 0.0]), "λ = 0 moves nothing."),
    Case((np.array([2.0, -3.0, 1.0]), 10.0), np.zeros(3), "λ is larger than every weight."),
    Case(
        (np.array([3, -1, 0, -2]), 0.75),
        np.array([2.25, -0.25, 0.0, -1.25]),
        "The weights are integers, the results are not.",
    ),
]

MISTAKES = []  # each would show the solution; what a case is about has to do
