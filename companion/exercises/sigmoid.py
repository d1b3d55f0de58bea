"""sigmoid(x): 1 / (1 + exp(-x)) for numbers and arrays of any shape."""

import numpy as np

from companion import activations
from companion.exercises import Case, Mistake

SIGNATURE = "sigmoid(x)"

reference = activations.sigmoid

CASES = [
    Case((np.array([-2.0, -0.5, 0.0, 0.5, 3.0]),)),
    Case(
        (np.array([[1, 0], [-4, 7]]),),
        about="The input is a matrix of integers: np.zeros_like(x) would cut fractions off.",
    ),
    Case((0.25,), about="The input is a single number."),
    Case((-3,), about="The input is a single whole number."),
    Case((np.array([[[-1.0, 2.0]], [[0.0, 0.5]]]),), about="The input has three axes."),
    Case((np.array([-1000.0, 1000.0]),), about="Far out the answers are 0 and 1."),
    Case((np.array([-1e4, 1e4]),), about="Far out the answers are 0 and 1."),
]


def _array(f):
    """Return f of an array of floats, without warnings."""

    def quiet(x):
        with np.errstate(all="ignore"):
            return f(np.asarray(x, dtype=float))

    return quiet


MISTAKES = [
    Mistake(
        _array(lambda x: np.exp(x) / np.exp(x).sum()),
        "the numbers of the array influence each other: that is softmax. The sigmoid treats each "
        "number by itself.",
    ),
    Mistake(
        _array(lambda x: (x > 0) * 1.0),
        "this is the step: the sigmoid gives numbers between 0 and 1, and 1/2 at 0.",
    ),
    Mistake(
        _array(np.tanh),
        "this is tanh, which runs from -1 to 1: the sigmoid runs from 0 to 1.",
    ),
    Mistake(
        _array(activations.sigmoid_derivative),
        "this is the derivative σ(1 - σ): the function itself is wanted.",
    ),
    Mistake(
        _array(lambda x: 1 / 1 + np.exp(-x)),
        "1 / 1 + e is (1 / 1) + e: the denominator needs brackets.",
    ),
    Mistake(
        _array(lambda x: 1 / (1 - np.exp(-x))),
        "the denominator is 1 plus the exponential, which is never 0.",
    ),
    Mistake(
        _array(lambda x: activations.sigmoid(-x)),
        "this falls where it should rise, it is σ(-x): the exponent is minus x. (With exp(-|x|): "
        "the numerator is 1 for x > 0, and the exponential else.)",
    ),
    Mistake(
        _array(lambda x: activations.sigmoid(np.abs(x))),
        "x and -x give the same: with exp(-|x|) the numerator is 1 for x > 0 alone, and the "
        "exponential else.",
    ),
    Mistake(
        _array(lambda x: np.exp(x) / (1 + np.exp(x))),
        "right for moderate x, but for large ones infinity is divided by infinity: use "
        "1 / (1 + exp(-x)), or compute only exp(-|x|).",
    ),
]
