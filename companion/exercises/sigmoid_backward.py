"""sigmoid_backward(dout, x): ∂L/∂x of a = σ(x), from upstream dout; x is what went in."""

import numpy as np

from companion.activations import sigmoid, sigmoid_derivative
from companion.exercises import Mistake, _slopes
from companion.exercises._slopes import CUT_OFF, backward, cut_off

SIGNATURE = "sigmoid_backward(dout, x)"
CASES = _slopes.CASES


def reference(dout, x):
    """Return upstream times local."""
    return dout * sigmoid_derivative(x)


MISTAKES = [
    Mistake(
        backward(sigmoid, upstream=False),
        "this is the forward pass: multiply dout by the slope of the sigmoid.",
    ),
    Mistake(
        lambda dout, x: x * sigmoid_derivative(dout),
        "dout and x have changed places: dout, what comes from upstream, is the first argument.",
    ),
    Mistake(
        backward(lambda x: x * (1 - x)),
        "you treat x as the output: x is what went in, so compute σ(x) first.",
    ),
    Mistake(
        backward(sigmoid_derivative, upstream=False),
        "this is the local derivative: multiply it by what comes from upstream.",
    ),
    Mistake(
        backward(sigmoid), "you multiply by the output σ(x): the slope, σ(x) (1 - σ(x)), is wanted."
    ),
    Mistake(
        backward(lambda x: 1 - sigmoid(x)),
        "the slope is σ(x) (1 - σ(x)): one of the two factors is missing.",
    ),
    Mistake(
        backward(lambda x: sigmoid(x) * (1 - x)),
        "the second factor is 1 - σ(x), not 1 - x.",
    ),
    Mistake(
        backward(lambda x: sigmoid_derivative(sigmoid(x))),
        "the sigmoid is applied twice: the slope at x is s (1 - s) with s = σ(x).",
    ),
    Mistake(
        backward(lambda x: 1 - sigmoid(x) ** 2),
        "1 - a² is the slope of tanh: that of the sigmoid is a (1 - a).",
    ),
    Mistake(
        backward(lambda x: np.exp(x) / (1 + np.exp(x)) ** 2),
        "right for moderate x, but for large ones infinity is divided by infinity: compute σ(x) "
        "in a form that does not overflow, then σ(x) (1 - σ(x)).",
    ),
    Mistake(
        backward(lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
        "right for moderate x, but far below 0 infinity is divided by infinity: compute σ(x) "
        "once, then σ(x) (1 - σ(x)).",
    ),
    Mistake(
        backward(lambda x: -sigmoid_derivative(x)),
        "the sign is turned: the sigmoid rises everywhere, so its slope is above 0.",
    ),
    Mistake(cut_off(sigmoid_derivative), CUT_OFF),
]
