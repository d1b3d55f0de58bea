"""step(x): 1 where x is above 0, else 0; numbers and arrays of any shape."""

import numpy as np

from companion import activations
from companion.exercises import Case, Mistake

SIGNATURE = "step(x)"

reference = activations.step

CASES = [
    Case((np.array([-2.0, -0.5, 0.0, 0.5, 3.0]),)),
    Case((np.array([[1, 0], [-4, 7]]),), about="The input is a matrix of integers."),
    Case((2.5,), about="The input is a single number."),
    Case((0,), about="The input is a single whole number."),
    Case((-3,), about="The input is a single whole number."),
    Case((np.array([[[-1.0, 2.0]], [[0.0, 0.5]]]),), about="The input has three axes."),
    Case((np.array([]),), about="The input is an empty array."),
    Case((np.array([-1e300, 1e-300, 1e300]),), about="These are very large and very small."),
]

MISTAKES = [
    Mistake(
        lambda x: 1.0 if np.asarray(x).any() and np.asarray(x).max() > 0 else 0.0,
        "one number came out for a whole array: decide for each element by itself.",
    ),
    Mistake(
        lambda x: np.where(np.asarray(x) > 0, 0.0, 1.0),
        "the two sides are exchanged: numbers above 0 must give 1.",
    ),
    Mistake(
        lambda x: np.maximum(x, 0),
        "numbers above 0 come out as they went in: that is ReLU. The step answers 1 there.",
    ),
    Mistake(
        lambda x: np.sign(x),
        "negative numbers give -1 and should give 0: that is the sign, not the step.",
    ),
    Mistake(
        lambda x: np.where(np.asarray(x) > 0, 1, -1),
        "numbers that are not above 0 give -1 and should give 0: the answers are 0 and 1 here.",
    ),
    Mistake(
        lambda x: np.where(np.asarray(x) >= 1, 1.0, 0.0),
        "a number between 0 and 1 is above 0, too: compare x with 0, as it comes.",
    ),
    Mistake(
        lambda x: np.where(np.asarray(x) >= 0, 1.0, 0.0),
        "look at x = 0: the unit fires only above its threshold, so 0 must give 0.",
    ),
    Mistake(
        lambda x: np.heaviside(x, 0.5),
        "the answer is 1/2 at x = 0: the unit fires only above its threshold, so 0 must give 0.",
    ),
]
