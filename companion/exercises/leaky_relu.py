"""leaky_relu(x, alpha): x where x > 0, else alpha x, for numbers and arrays of any shape."""

import numpy as np

from companion import activations
from companion.exercises import Case, Mistake

SIGNATURE = "leaky_relu(x, alpha)"

reference = activations.leaky_relu

CASES = [
    Case((np.array([-2.0, -0.5, 0.0, 0.5, 3.0]), 0.25)),
    Case((np.array([[1, 0], [-3, 7]]), 0.5), about="The input is a matrix of integers."),
    Case((-3, 0.125), about="The input is a single whole number."),
    Case((np.array([-8.0, 8.0]), 2.0), about="An alpha above 1 bends the other way."),
    Case((np.array([-8.0, 8.0]), -1.0), about="With alpha = -1 it is the absolute value."),
    Case((np.array([-1.0, 4.0]), 0), about="With alpha = 0 it is ReLU."),
]

MISTAKES = [
    Mistake(
        lambda x, alpha: alpha * np.asarray(x),
        "this is alpha · x everywhere, a straight line: only below zero is x multiplied.",
    ),
    Mistake(
        lambda x, alpha: np.maximum(np.asarray(x), alpha * np.asarray(x)),
        "right for alpha from 0 to 1; beyond, the greater of the two is the wrong one. Decide by "
        "the sign of x.",
    ),
    Mistake(
        lambda x, alpha: np.where(np.asarray(x) > 0, 1.0, alpha),
        "these are the slopes: the values are wanted.",
    ),
    Mistake(
        lambda x, alpha: np.where(np.asarray(x) > 0, alpha * np.asarray(x), x),
        "the wrong side leaks: x stays as it is where it is above 0.",
    ),
    Mistake(
        lambda x, alpha: np.where(np.asarray(x) > 0, x, alpha),
        "below zero you return alpha itself: it is multiplied by x.",
    ),
    Mistake(
        lambda x, alpha: np.where(np.asarray(x) > 0, x, -alpha * np.asarray(x)),
        "below zero the sign is turned: alpha x is negative there for a positive alpha.",
    ),
    Mistake(
        lambda x, alpha: np.maximum(0, np.asarray(x)),
        "this is ReLU: below zero alpha x is left.",
    ),
    Mistake(
        lambda x, alpha: np.where(np.asarray(x) > 0, x, 0.01 * np.asarray(x)),
        "alpha is an argument, and need not be 0.01.",
    ),
    Mistake(
        lambda x, alpha: reference(x, alpha).astype(np.asarray(x).dtype),
        "the values are cut off to whole numbers: an array like x, by np.zeros_like(x) or as a "
        "copy, holds integers if x does.",
    ),
    Mistake(
        lambda x, alpha: np.vectorize(lambda number: number if number > 0 else alpha * number)(x),
        "np.vectorize gives all its results the type of the first one, here an integer: make x "
        "float first.",
    ),
]
