"""relu_backward(dout, x): ∂L/∂x of a = relu(x), from upstream dout; the slope at 0 is 0."""

import numpy as np

from companion.activations import relu, relu_derivative
from companion.exercises import Case, Mistake

SIGNATURE = "relu_backward(dout, x)"


def reference(dout, x):
    """Return upstream times local."""
    return dout * relu_derivative(x)


CASES = [
    Case(
        (
            np.array([[1.0, -2.0, 3.0], [-4.0, 0.5, 2.0]]),
            np.array([[2.0, 0.5, -1.0], [3.0, -2.0, -0.25]]),
        )
    ),
    Case(
        (np.array([1.0, -1.0, 2.0]), np.array([0.0, 0.0, -0.0])),
        about="At 0 the slope is 0, by convention.",
    ),
    Case(
        (np.array([-0.5, 2.5, 3.0]), np.array([-1, 1, 4])),
        about="x holds integers, and the gradient does not.",
    ),
    Case((np.array([3, -2, 5]), np.array([1, -1, 4])), about="dout and x are integers."),
    Case(
        (np.array([[[0.5, 2.0]], [[-1.5, 0.0]]]), np.array([[[-1.0, 1.0]], [[0.25, 2.0]]])),
        about="The input has three axes.",
    ),
]

MISTAKES = [
    Mistake(
        lambda dout, x: relu(dout),
        "the gate is the sign of x, not of dout: negative gradients pass where x > 0.",
    ),
    Mistake(
        lambda dout, x: dout * (x >= 0), "look at x = 0: this book's ReLU has the slope 0 there."
    ),
    Mistake(
        lambda dout, x: dout * np.heaviside(x, 0.5),
        "look at x = 0: ½ would be a convention, too, but this book's ReLU has the slope 0 there.",
    ),
    Mistake(
        lambda dout, x: dout * x > 0,
        "dout * x > 0 compares the product, and gives True and False: put brackets around x > 0.",
    ),
    Mistake(
        lambda dout, x: (x > 0) * 1.0,
        "this is the local derivative: multiply it by what comes from upstream.",
    ),
    Mistake(
        lambda dout, x: dout * relu(x),
        "you multiply by the output of the ReLU: its slope, 1 or 0, is wanted.",
    ),
    Mistake(
        lambda dout, x: relu(x), "this is the forward pass: multiply dout by the slope of the ReLU."
    ),
    Mistake(
        lambda dout, x: dout * (x < 0), "the gate is the wrong way round: it is open where x > 0."
    ),
    Mistake(
        lambda dout, x: dout * np.sign(x),
        "where x < 0 the sign of the gradient is turned: nothing may pass there.",
    ),
    Mistake(
        lambda dout, x: relu(dout * x),
        "relu(dout · x) is something else: the slope of the ReLU at x, times dout.",
    ),
    Mistake(
        lambda dout, x: x * (dout > 0),
        "dout and x have changed places: dout, what comes from upstream, is the first argument.",
    ),
    Mistake(
        lambda dout, x: dout,
        "the gradient passes everywhere: where x < 0 the ReLU is flat, and nothing passes.",
    ),
    Mistake(
        lambda dout, x: reference(dout, x).astype(x.dtype),
        "the gradient is cut off to whole numbers: np.zeros_like(x) holds integers if x does.",
    ),
    Mistake(
        np.vectorize(lambda d, number: d if number > 0 else 0),
        "np.vectorize gives all its results the type of the first one, and the 0 for a closed unit "
        "is an integer: write 0.0.",
    ),
]
