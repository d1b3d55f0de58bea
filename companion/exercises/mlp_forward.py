"""mlp_forward(x, params): the output of dense layers with a ReLU between each two.

params is a list of (W, b), one pair for each layer. The results stand here as numbers: the solution
is an instructor's.
"""

import numpy as np

from companion.exercises import Case

SIGNATURE = "mlp_forward(x, params)"

_FIRST = (np.array([[1.0, -1.0, 2.0], [1.0, 1.0, -1.0]]), np.array([0.0, -2.0, 1.0]))
_SECOND = (np.array([[1.0, -1.0], [2.0, 1.0], [-1.0, 1.0]]), np.array([0.0, 1.0]))
_THIRD = (np.array([[2.0], [-1.0]]), np.array([-1.0]))

CASES = [
    Case(
        (np.array([[1.0, 2.0]]), [_FIRST, _SECOND, _THIRD]),
        np.array([[3.0]]),
        "The network that the chapter draws.",
    ),
    Case(
        (np.array([[1.0, 2.0], [-2.0, 0.0], [0.0, 0.0]]), [_FIRST, _SECOND]),
        np.array([[2.0, -1.0], [0.0, 1.0], [-1.0, 2.0]]),
        "Three samples; an output below 0 has to stay.",
    ),
    Case(
        (np.array([[1.0, -1.0], [0.0, 3.0]]), [_FIRST]),
        np.array([[0.0, -4.0, 4.0], [3.0, 1.0, -2.0]]),
        "A single layer: there is nothing between layers, and no ReLU at the end.",
    ),
    Case(
        (np.array([[2], [-3]]), [(np.array([[1, -1]]), np.array([0, 1]))] + 2 * [
            (np.array([[1, -2], [2, 1]]), np.array([-1, 0]))
        ]),
        np.array([[0, -2], [14, -10]]),
        "Integers; the same layer stands twice.",
    ),
    Case(
        (np.array([[2], [-3]]), [
            (np.array([[0.5, -1.0]]), np.array([0.5, 0.0])),
            (np.array([[1.0, 0.5], [0.25, -1.0]]), np.array([0.0, -1.0])),
        ]),
        np.array([[1.5, -0.25], [0.75, -4.0]]),
        "The samples are integers and the weights are not: np.zeros_like(x) would cut fractions "
        "off.",
    ),
]  # fmt: skip

MISTAKES = []  # each would show the solution; what a case is about has to do
