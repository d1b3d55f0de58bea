"""xor_weights(): (W1, b1, W2, b2) with which two hidden step units and one at the end give XOR."""

import numpy as np

from companion.exercises import Case, Mistake
from companion.exercises._networks import not_a_network, wrong_step_answer
from companion.perceptron import GATE_INPUTS

SIGNATURE = "xor_weights()"

CASES = [Case(())]


def judge(args, result):
    """Return what is wrong with the network, or None: many weights are right."""
    return not_a_network(result, 2, 2) or wrong_step_answer(
        result, GATE_INPUTS, [0, 1, 1, 0], "XOR"
    )


def _network(W1, b1, W2, b2):
    return lambda: tuple(np.array(part, dtype=float) for part in (W1, b1, W2, b2))


MISTAKES = [
    Mistake(
        _network([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [1]], [-0.5]),
        "with OR and AND as hidden units and no negative weight anywhere, raising an input can "
        "never lower the answer, and from (0, 1) to (1, 1) it must: AND has to speak against.",
    ),
    Mistake(
        _network([[1, -1], [1, -1]], [-0.5, 1.5], [[1], [1]], [-0.5]),
        "OR and NAND are right as hidden units, but the output unit is content with one of them "
        "(it is an OR): it has to want both.",
    ),
]
