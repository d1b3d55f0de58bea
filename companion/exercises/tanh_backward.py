"""tanh_backward(dout, x): ∂L/∂x of a = tanh(x), from upstream dout; x is what went in."""

import numpy as np

from companion.activations import sigmoid_derivative, tanh_derivative
from companion.exercises import Case, Mistake

SIGNATURE = "tanh_backward(dout, x)"


def reference(dout, x):
    """Return upstream times local."""
    return dout * tanh_derivative(x)


CASES = [
    Case(
        (
            np.array([[1.0, -2.0, 3.0], [-4.0, 0.5, 2.0]]),
            np.array([[2.0, 0.5, -1.0], [3.0, -2.0, 0.0]]),
        )
    ),
    Case((np.array([3, -2, 8]), np.array([1, -1, 0])), about="dout and x are integers."),
    Case(
        (np.array([1.0, -2.0, 5.0]), np.array([1000.0, -1000.0, 0.25])),
        about="Far out the slope is 0.",
    ),
    Case((2.0, -0.5), about="The input is a single number."),
]


def _variant(local, *, upstream=True):
    """Return upstream times another local derivative, without warnings."""

    def backward(dout, x):
        x = np.asarray(x, dtype=float)
        with np.errstate(all="ignore"):
            return (dout if upstream else 1) * local(x)

    return backward


MISTAKES = [
    Mistake(
        _variant(np.tanh, upstream=False),
        "this is the forward pass: multiply dout by the slope of tanh.",
    ),
    Mistake(
        lambda dout, x: x * tanh_derivative(dout),
        "dout and x have changed places: dout, what comes from upstream, is the first argument.",
    ),
    Mistake(
        _variant(lambda x: (1 - np.tanh(x)) ** 2),
        "the square belongs to tanh alone: 1 - tanh², not (1 - tanh)².",
    ),
    Mistake(
        _variant(lambda x: 1 - x**2),
        "you treat x as the output: x is what went in, so compute tanh(x) first.",
    ),
    Mistake(
        _variant(tanh_derivative, upstream=False),
        "this is the local derivative: multiply it by what comes from upstream.",
    ),
    Mistake(_variant(lambda x: 1 - np.tanh(x)), "the slope is 1 - tanh²: the square is missing."),
    Mistake(
        _variant(lambda x: np.tanh(x) * (1 - np.tanh(x))),
        "a (1 - a) is the slope of the sigmoid: that of tanh is 1 - a².",
    ),
    Mistake(_variant(np.tanh), "you multiply by the output tanh(x): the slope is 1 - tanh²."),
    Mistake(
        _variant(lambda x: 1 - np.tanh(np.tanh(x)) ** 2),
        "tanh is applied twice: the slope at x is 1 - a² with a = tanh(x).",
    ),
    Mistake(
        _variant(sigmoid_derivative),
        "this is the slope of the sigmoid: tanh is steeper, with the slope 1 at 0.",
    ),
    Mistake(
        _variant(lambda x: 1 - np.tanh(x**2)),
        "the square stands inside tanh: square the output.",
    ),
]
