"""relu_xor_weights(): (W1, b1, W2, b2) with which relu(x W1 + b1) W2 + b2 is exactly XOR."""

import numpy as np

from companion.exercises import Case, Mistake
from companion.exercises._networks import not_a_network, wrong_relu_answer
from companion.perceptron import GATE_INPUTS

SIGNATURE = "relu_xor_weights()"

CASES = [Case(())]


def judge(args, result):
    """Return what is wrong with the network, or None: many weights are right."""
    return not_a_network(result, 2, 2) or wrong_relu_answer(
        result, GATE_INPUTS, [0, 1, 1, 0], "XOR"
    )


def _network(W1, b1, W2, b2):
    return lambda: tuple(np.array(part, dtype=float) for part in (W1, b1, W2, b2))


MISTAKES = [
    Mistake(
        _network([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [-1.5]),
        "these are the weights for the step; a ReLU hands on its sum, so the output must be 0 or 1 "
        "by itself, without a threshold at the end.",
    ),
    Mistake(
        _network([[1, 1], [1, 1]], [0, -1], [[1], [-1]], [0]),
        "from s = 1 on the output stays level instead of going down: the second unit has to turn "
        "the slope from +1 to -1, so its weight must be twice as strong.",
    ),
]
