"""affine_forward(x, w, b): the output x w + b of a dense layer, for a batch."""

import numpy as np

from companion.activations import relu, sigmoid
from companion.approximation import network
from companion.exercises import Case, Mistake, variants

SIGNATURE = "affine_forward(x, w, b)"


def reference(x, w, b):
    """Return the output of the companion's layer with these weights."""
    return network((w, b)).forward(x)


CASES = [
    Case(
        (
            np.array([[1.0, -2.0, 0.5], [0.0, 1.0, 2.0], [3.0, 1.0, -1.0]]),
            np.array([[2.0, 0.0, 1.0], [1.0, -1.0, 0.0], [4.0, 2.0, -3.0]]),
            np.array([0.25, -1.0, 2.0]),
        ),
        about="Three samples, three inputs, three units.",
    ),
    Case(
        (
            np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0]]),
            np.array([[1.0, 0.0, 2.0, -1.0], [0.0, 1.0, -1.0, 1.0], [0.5, 0.0, 1.0, 0.0]]),
            np.array([0.0, 10.0, 20.0, 30.0]),
        ),
        about="Two samples, three inputs, four units.",
    ),
    Case(
        (np.array([[2, -1, 3]]), np.array([[1, -1], [2, 0], [1, 1]]), np.array([-1, -4])),
        about="One sample, all integers.",
    ),
    Case(
        (np.arange(10.0).reshape(5, 2), np.array([[1.0], [-2.0]]), np.array([0.5])),
        about="A single unit: the result is a column.",
    ),
    Case(
        (
            np.array([[1, 2], [-3, 0], [0, 1]]),
            np.array([[0.5, 1.0], [0.25, -1.5]]),
            np.array([0.0, 0.25]),
        ),
        about="The samples are integers and the weights are not: np.zeros_like(x) would cut "
        "fractions off.",
    ),
]


@variants
def _variant(*, product=np.matmul, bias=lambda b: b, activation=lambda z: z):
    """Return a layer with something wrong."""
    return lambda x, w, b: activation(product(x, w) + bias(np.asarray(b)))


_WRONG = [
    (
        {"product": np.multiply},
        "x * w multiplies entry by entry: the matrix product is x @ w.",
    ),
    (
        {"product": lambda x, w: x @ w.T},
        "w needs no transpose: a unit is a column of w, and the inner lengths of x and w agree.",
    ),
    (
        {"product": lambda x, w: w @ x},
        "the product stands in the wrong order: samples are rows, so x comes first.",
    ),
    ({"bias": lambda b: 0}, "b is missing: each unit adds its bias to the sum."),
    (
        {"bias": lambda b: np.reshape(b, (-1, 1))},
        "b is added to each row instead of each column: with the shape (n_out,), as it comes, "
        "broadcasting does the right thing.",
    ),
    ({"bias": np.sum}, "each unit adds its own bias, not the sum of all biases."),
    ({"activation": relu}, "no activation is asked for: leave out the ReLU."),
    ({"activation": sigmoid}, "no activation is asked for: leave out the sigmoid."),
]

MISTAKES = [
    Mistake(
        lambda x, w, b: w.T @ x.T + np.reshape(b, (-1, 1)),
        "this is the layer for samples as columns: your result is the transpose of ours.",
    ),
    *(Mistake(_variant(**wrong), advice) for wrong, advice in _WRONG),
]
