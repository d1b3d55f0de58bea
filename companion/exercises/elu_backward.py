"""elu_backward(dout, x, alpha): the gradient with respect to x, from dout, that of ELU(x).

The results stand here as numbers: the solution is an instructor's.
"""

import numpy as np

from companion.exercises import Case

SIGNATURE = "elu_backward(dout, x, alpha)"


def use(function, dout, x, alpha):
    """Call it so that an overflow is an error and not a warning."""
    with np.errstate(over="raise"):
        return function(dout, x, alpha)


_HALF, _QUARTER = -np.log(2), -np.log(4)  # e to these powers is 1/2 and 1/4

CASES = [
    Case(
        (np.array([[1.0, 1.0, 1.0]]), np.array([[2.0, _HALF, _QUARTER]]), 1.0),
        np.array([[1.0, 0.5, 0.25]]),
        "dout is 1 everywhere, so that the slopes themselves come out.",
    ),
    Case(
        (np.array([[3.0, -2.0], [0.5, 8.0]]), np.array([[_HALF, 5.0], [0.0, _QUARTER]]), 1.0),
        np.array([[1.5, -2.0], [0.5, 2.0]]),
        "dout differs from place to place. At 0 both sides have the slope 1.",
    ),
    Case(
        (np.array([4.0, 4.0, 4.0]), np.array([_HALF, 1.0, _QUARTER]), 0.5),
        np.array([1.0, 4.0, 0.5]),
        "An alpha of 1/2, and a vector.",
    ),
    Case(
        (np.array([1.0, 1.0, 1.0, 1.0]), np.array([-2000.0, 1000.0, _HALF, 2000.0]), 2.0),
        np.array([0.0, 1.0, 1.0, 1.0]),
        "Far out the slopes are 0 and 1. An overflow counts as an error: for which of these x is "
        "an exponential needed?",
    ),
    Case(
        (np.array([[2], [1], [3]]), np.array([[3], [-1], [-2]]), 2),
        np.array([[2.0], [2 / np.e], [6 / np.e**2]]),
        "dout and x are integers; the result is not. alpha is 2.",
    ),
]

MISTAKES = []  # each would show the solution; what a case is about has to do
