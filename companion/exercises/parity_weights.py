"""parity_weights(): (W1, b1, W2, b2) of a network of step units for the parity of three inputs."""

from itertools import product

import numpy as np

from companion.exercises import Case, Mistake
from companion.exercises._networks import not_a_network, wrong_step_answer

SIGNATURE = "parity_weights()"

CASES = [Case(())]

INPUTS = np.array(list(product((0, 1), repeat=3)))


def judge(args, result):
    """Return what is wrong with the network, or None: many are right, with hidden units at will."""
    return not_a_network(result, 3) or wrong_step_answer(
        result, INPUTS, INPUTS.sum(axis=1) % 2, "the parity"
    )


MISTAKES = [
    Mistake(
        lambda: (np.ones((3, 3)), np.array([-0.5, -1.5, -2.5]), np.ones((3, 1)), np.array([-0.5])),
        "the hidden units count well (at least 1, 2, 3), but with these output weights every unit "
        "speaks for 1: a second switch has to turn the light off again.",
    ),
]
