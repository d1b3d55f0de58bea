"""silu(x): the value x σ(x) and its slope, for numbers and arrays of any shape."""

import numpy as np

from companion import activations
from companion.exercises import Case, Mistake

SIGNATURE = "silu(x)"


def reference(x):
    """Return (value, slope)."""
    x = np.asarray(x, dtype=float)
    share = activations.sigmoid(x)
    return x * share, share + x * activations.sigmoid_derivative(x)


def use(function, x):
    """Call it so that an overflow is an error and not a warning."""
    with np.errstate(over="raise"):
        return function(x)


CASES = [
    Case((np.array([-2.0, -0.5, 0.0, 0.5, 3.0]),)),
    Case((np.array([[1, 0], [-4, 7]]),), about="The input is a matrix of integers."),
    Case((-3,), about="The input is a single whole number."),
    Case(
        (np.array([-1000.0, 1000.0]),),
        about="Far out, values are 0 and x, slopes 0 and 1. An overflow counts as an error: which "
        "powers of e can overflow, and which cannot?",
    ),
]


def _with(value, slope):
    """Return both results from x and s = σ(x)."""

    def silu(x):
        x = np.asarray(x, dtype=float)
        s = activations.sigmoid(x)
        return value(x, s), slope(x, s)

    return silu


def _cut_off(x):
    return tuple(part.astype(np.asarray(x).dtype) for part in reference(x))


def _value(x, s):
    return x * s


MISTAKES = [
    Mistake(
        _with(_value, lambda x, s: x * s * (1 - s)),
        "the slope lacks a term: the product rule gives 1 · σ + x · σ'.",
    ),
    Mistake(
        _with(_value, lambda x, s: s),
        "the slope lacks a term: in the product rule σ has a derivative, too.",
    ),
    Mistake(
        _with(_value, lambda x, s: s * (1 - s)),
        "this is σ': the slope of x σ(x) follows from the product rule.",
    ),
    Mistake(
        _with(_value, lambda x, s: s + s * (1 - s)),
        "the second term of the product rule is x · σ', not σ'.",
    ),
    Mistake(
        _with(_value, lambda x, s: s - x * s * (1 - s)),
        "the second term of the slope has the wrong sign.",
    ),
    Mistake(
        _with(lambda x, s: s, lambda x, s: s * (1 - s)),
        "this is the sigmoid with its slope: silu is x times it.",
    ),
    Mistake(
        lambda x: (activations.gelu(x), activations.gelu_derivative(x)),
        "this is GELU: here the share is σ(x) and not Φ(x).",
    ),
    Mistake(
        _with(lambda x, s: s + x * s * (1 - s), _value),
        "the two results are in the wrong order: first the value, then the slope.",
    ),
    Mistake(
        _cut_off,
        "value and slope are cut off to whole numbers: np.zeros_like(x) holds integers if x does.",
    ),
]
