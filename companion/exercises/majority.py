"""majority(): (w, b) with which one neuron of three inputs answers 1 if at least two are 1."""

from itertools import product

import numpy as np

from companion.exercises import Case, Mistake
from companion.exercises._answers import not_a_neuron
from companion.exercises._networks import TIE
from companion.perceptron import score

SIGNATURE = "majority()"

CASES = [Case(())]


def judge(args, result):
    """Return what is wrong with the neuron, or None: many weights are right."""
    if problem := not_a_neuron(result, 3):
        return problem
    w, b = np.asarray(result[0], float), float(result[1])
    for x in product((0, 1), repeat=3):
        z = score(x, w, b)
        if (z > 0) != (sum(x) >= 2):
            problem = f"for the input {x} w · x + b is {z:g}, but {sum(x)} of 3 say 1."
            return f"{problem} {TIE}" if z == 0 else problem
    return None


MISTAKES = [
    Mistake(
        lambda: (np.ones(3), -2.0),
        "with two ones the sum is 2 and w · x + b is exactly 0, which gives 0: put the threshold "
        "between 1 and 2.",
    ),
    Mistake(lambda: (np.ones(3), -2.5), "this neuron wants all three: it is an AND."),
    Mistake(lambda: (np.ones(3), -0.5), "this neuron is content with a single 1: it is an OR."),
]
