"""count_parameters(sizes): the weights and biases of a dense network with these layer widths."""

from itertools import pairwise
from math import prod

from companion.exercises import Case, Mistake

SIGNATURE = "count_parameters(sizes)"


def _pairs(sizes):
    return list(pairwise(sizes))


def reference(sizes):
    """Return the number of parameters; the first width is that of the input."""
    return sum((n_in + 1) * n_out for n_in, n_out in _pairs(sizes))


CASES = [
    Case(([8, 9, 1],), about="The houses of the chapter."),
    Case(([6, 10, 5, 2],)),
    Case(([20, 10],), about="No hidden layer."),
    Case(([2, 3, 2, 1],)),
    Case(([1, 16, 16, 16, 16, 1],)),
]

MISTAKES = [
    Mistake(prod, "weights stand between neighbouring layers only: add the layers up, one by one."),
    Mistake(
        lambda sizes: sum(sizes),
        "these are the units: count what each of them has, a weight for each of its inputs and a "
        "bias.",
    ),
    Mistake(
        lambda sizes: sum(sizes[1:]),
        "these are the biases; each unit has a weight for each of its inputs, too.",
    ),
    Mistake(
        lambda sizes: sum(a * b for a, b in _pairs(sizes)),
        "these are the weights; each unit has a bias, too.",
    ),
    Mistake(
        lambda sizes: reference(sizes[:-1]),
        "the last layer is missing: the output units have weights and biases as well.",
    ),
    Mistake(
        lambda sizes: reference(sizes[1:]),
        "the first layer is missing: its weights stand between the input and the first units.",
    ),
    Mistake(
        lambda sizes: sum(a * b for a, b in _pairs(sizes)) + sum(sizes),
        "the inputs are numbers and no units: they have no bias.",
    ),
    Mistake(
        lambda sizes: sum(a * b + 1 for a, b in _pairs(sizes)),
        "a layer has a bias for each of its units, not one for all.",
    ),
    Mistake(
        lambda sizes: sum(a * (b + 1) for a, b in _pairs(sizes)),
        "look at which side has the bias: one for each unit of the layer, not for each input.",
    ),
    Mistake(
        lambda sizes: sum(a * b for a, b in _pairs(sizes)) + sum(sizes[1:-1]),
        "the hidden units have their biases, and the output units have none: they need them, too.",
    ),
]
