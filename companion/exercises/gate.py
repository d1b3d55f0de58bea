"""gate(name): (w, b) with which one neuron answers as the gate AND, OR, NAND or NOR does."""

import numpy as np

from companion.exercises import Case
from companion.exercises._answers import not_a_neuron
from companion.exercises._networks import TIE
from companion.perceptron import GATE_INPUTS, TRUTH_TABLES, score

SIGNATURE = "gate(name)"

TABLES = {**TRUTH_TABLES, "NOR": 1 - TRUTH_TABLES["OR"]}

CASES = [Case((name,)) for name in TABLES]


def judge(args, result):
    """Return what is wrong with the neuron, or None: many weights are right."""
    if problem := not_a_neuron(result, 2):
        return problem
    w, b = np.asarray(result[0], float), float(result[1])
    answers = score(GATE_INPUTS, w, b) > 0
    for x, wanted, got in zip(GATE_INPUTS, TABLES[args[0]], answers, strict=True):
        if got != wanted:
            z = score(x, w, b)
            problem = (
                f"for the input ({x[0]}, {x[1]}) w · x + b is {z:g}, but {args[0]} is {wanted}."
            )
            return f"{problem} {TIE}" if z == 0 else problem
    return None


MISTAKES = []  # the judge says what is wrong with each neuron
