"""leaky_relu_backward(dout, x, alpha): ∂L/∂x of the function that is x above 0 and alpha x below.

The results stand here as numbers: the solution is an instructor's.
"""

import numpy as np

from companion.exercises import Case

SIGNATURE = "leaky_relu_backward(dout, x, alpha)"

CASES = [
    Case(
        (np.array([[1.0, -2.0], [4.0, 8.0]]), np.array([[3.0, 0.5], [-1.0, -0.25]]), 0.25),
        np.array([[1.0, -2.0], [1.0, 2.0]]),
        "Positive x in the first row, negative in the second.",
    ),
    Case(
        (np.array([2.0, -6.0]), np.array([0.0, -0.0]), 0.5),
        np.array([1.0, -3.0]),
        "At 0 the slope is the one from the left.",
    ),
    Case(
        (np.array([3.0, -1.0, 2.0]), np.array([-2.0, 1.0, -5.0]), 0.0),
        np.array([0.0, -1.0, 0.0]),
        "With alpha = 0 it is the ReLU.",
    ),
    Case(
        (np.array([2, 4, -8]), np.array([3, -1, -2]), 0.125),
        np.array([2.0, 0.5, -1.0]),
        "dout and x are integers; the result is not.",
    ),
    Case(
        (np.array([1.0, 1.0, -1.0]), np.array([-3.0, 2.0, -1.0]), 2.0),
        np.array([2.0, 1.0, -2.0]),
        "alpha may be above 1, so a maximum of two slopes is not enough.",
    ),
    Case(
        (np.array([[[1.0, 4.0]], [[-1.0, 2.0]]]), np.array([[[-1.0, 3.0]], [[5.0, -2.0]]]), -0.5),
        np.array([[[-0.5, 4.0]], [[-1.0, -1.0]]]),
        "Three axes, and a slope below 0.",
    ),
]
MISTAKES = []  # each would show the solution; what a case is about has to do
