"""sigmoid_backward(dout, x): ∂L/∂x of a = σ(x), from upstream dout; x is what went in."""

import numpy as np

from companion.activations import sigmoid, sigmoid_derivative
from companion.exercises import Case, Mistake

SIGNATURE = "sigmoid_backward(dout, x)"


def reference(dout, x):
    """Return upstream times local."""
    return dout * sigmoid_derivative(x)


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
        about="Far out the slope is 0, and exp must not overflow.",
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
        _variant(sigmoid, upstream=False),
        "this is the forward pass: multiply dout by the slope of the sigmoid.",
    ),
    Mistake(
        lambda dout, x: x * sigmoid_derivative(dout),
        "dout and x have changed places: dout, what comes from upstream, is the first argument.",
    ),
    Mistake(
        _variant(lambda x: x * (1 - x)),
        "you treat x as the output: x is what went in, so compute σ(x) first.",
    ),
    Mistake(
        _variant(sigmoid_derivative, upstream=False),
        "this is the local derivative: multiply it by what comes from upstream.",
    ),
    Mistake(
        _variant(sigmoid), "you multiply by the output σ(x): the slope, σ(x) (1 - σ(x)), is wanted."
    ),
    Mistake(
        _variant(lambda x: 1 - sigmoid(x)),
        "the slope is σ(x) (1 - σ(x)): one of the two factors is missing.",
    ),
    Mistake(
        _variant(lambda x: sigmoid(x) * (1 - x)),
        "the second factor is 1 - σ(x), not 1 - x.",
    ),
    Mistake(
        _variant(lambda x: sigmoid_derivative(sigmoid(x))),
        "the sigmoid is applied twice: the slope at x is s (1 - s) with s = σ(x).",
    ),
    Mistake(
        _variant(lambda x: 1 - sigmoid(x) ** 2),
        "1 - a² is the slope of tanh: that of the sigmoid is a (1 - a).",
    ),
    Mistake(
        _variant(lambda x: np.exp(x) / (1 + np.exp(x)) ** 2),
        "right for moderate x, but for large ones infinity is divided by infinity: compute σ(x) "
        "in a form that does not overflow, then σ(x) (1 - σ(x)).",
    ),
    Mistake(
        _variant(lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
        "right for moderate x, but far below 0 infinity is divided by infinity: compute σ(x) "
        "once, then σ(x) (1 - σ(x)).",
    ),
]
