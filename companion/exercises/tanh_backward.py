"""tanh_backward(dout, x): ∂L/∂x of a = tanh(x), from upstream dout; x is what went in."""

import numpy as np

from companion.activations import sigmoid_derivative, tanh_derivative
from companion.exercises import Mistake, _slopes
from companion.exercises._slopes import CUT_OFF, backward, cut_off

SIGNATURE = "tanh_backward(dout, x)"
CASES = _slopes.CASES


def reference(dout, x):
    """Return upstream times local."""
    return dout * tanh_derivative(x)


def _quotient(x):
    up, down = np.exp(x), np.exp(-x)
    return 1 - ((up - down) / (up + down)) ** 2


MISTAKES = [
    Mistake(
        backward(np.tanh, upstream=False),
        "this is the forward pass: multiply dout by the slope of tanh.",
    ),
    Mistake(
        lambda dout, x: x * tanh_derivative(dout),
        "dout and x have changed places: dout, what comes from upstream, is the first argument.",
    ),
    Mistake(
        backward(lambda x: (1 - np.tanh(x)) ** 2),
        "the square belongs to tanh alone: 1 - tanh², not (1 - tanh)².",
    ),
    Mistake(
        backward(lambda x: 1 - x**2),
        "you treat x as the output: x is what went in, so compute tanh(x) first.",
    ),
    Mistake(
        backward(tanh_derivative, upstream=False),
        "this is the local derivative: multiply it by what comes from upstream.",
    ),
    Mistake(backward(lambda x: 1 - np.tanh(x)), "the slope is 1 - tanh²: the square is missing."),
    Mistake(
        backward(lambda x: np.tanh(x) * (1 - np.tanh(x))),
        "a (1 - a) is the slope of the sigmoid: that of tanh is 1 - a².",
    ),
    Mistake(backward(np.tanh), "you multiply by the output tanh(x): the slope is 1 - tanh²."),
    Mistake(
        backward(lambda x: 1 - np.tanh(np.tanh(x)) ** 2),
        "tanh is applied twice: the slope at x is 1 - a² with a = tanh(x).",
    ),
    Mistake(
        backward(sigmoid_derivative),
        "this is the slope of the sigmoid: tanh is steeper, with the slope 1 at 0.",
    ),
    Mistake(
        backward(lambda x: 1 - np.tanh(x**2)),
        "the square stands inside tanh: square the output.",
    ),
    Mistake(
        backward(lambda x: -tanh_derivative(x)),
        "the sign is turned: tanh rises everywhere, so its slope is above 0.",
    ),
    Mistake(
        lambda dout, x: dout * 1 - np.tanh(x) ** 2,
        "dout * 1 - tanh² subtracts from dout: put brackets around 1 - tanh².",
    ),
    Mistake(
        backward(_quotient),
        "right for moderate x, but far out infinity is divided by infinity: np.tanh does not "
        "overflow.",
    ),
    Mistake(cut_off(tanh_derivative), CUT_OFF),
]
