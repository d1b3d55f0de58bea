"""gate(name): (w, b) with which one neuron answers as the gate AND, OR, NAND or NOR does."""

import numpy as np

from companion.exercises import Case, Mistake
from companion.perceptron import GATE_INPUTS, TRUTH_TABLES, score

SIGNATURE = "gate(name)"

TABLES = {**TRUTH_TABLES, "NOR": 1 - TRUTH_TABLES["OR"]}

CASES = [Case((name,)) for name in TABLES]


def judge(args, result):
    """Return what is wrong with the neuron, or None: many weights are right."""
    try:
        w, b = result
    except (TypeError, ValueError):
        return "expected two results: w with two numbers, and b."
    if np.shape(w) != (2,) or np.shape(b) != ():
        return f"expected w of shape (2,) and a number b, got {np.shape(w)} and {np.shape(b)}."
    answers = score(GATE_INPUTS, w, b) > 0
    for x, wanted, got in zip(GATE_INPUTS, TABLES[args[0]], answers, strict=True):
        if got != wanted:
            z = score(x, w, b)
            return f"for the input ({x[0]}, {x[1]}) w · x + b is {z:g}, but {args[0]} is {wanted}."
    return None


MISTAKES = [
    Mistake(
        lambda name: (np.array([1.0, 1.0]), {"AND": -2, "OR": -1}.get(name, 2)),
        "a sum that lies on the boundary, w · x + b = 0, gives 0: put the threshold between sums.",
    ),
]
