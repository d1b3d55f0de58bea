"""affine_forward(x, w, b): the output x w + b of a dense layer, for a batch."""

import numpy as np

from companion.activations import relu, sigmoid
from companion.approximation import network
from companion.exercises import Case, Mistake

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


def _layer(product, bias=lambda b: b):
    return lambda x, w, b: product(x, w) + bias(np.asarray(b))


#: What is wrong with the product, and what with the bias: a student may do both.
_PRODUCT = [
    (
        lambda x, w: x * w,
        "x * w multiplies entry by entry: the matrix product is x @ w.",
    ),
    (
        lambda x, w: x @ w.T,
        "w needs no transpose: a unit is a column of w, and the inner lengths of x and w agree.",
    ),
    (
        lambda x, w: w @ x,
        "the product stands in the wrong order: samples are rows, so x comes first.",
    ),
]
_BIAS = [
    (lambda b: 0, "the product is right, but b is missing.", "b is missing."),
    (
        lambda b: np.reshape(b, (-1, 1)),
        "b is added to each row instead of each column: with the shape (n_out,), as it comes, "
        "broadcasting does the right thing.",
        "b, as it comes, is added to every row; it needs no new shape.",
    ),
    (
        np.sum,
        "each unit adds its own bias, not the sum of all biases.",
        "each unit adds its own bias.",
    ),
]

MISTAKES = [
    *(Mistake(_layer(product), advice) for product, advice in _PRODUCT),
    Mistake(
        lambda x, w, b: w.T @ x.T + np.reshape(b, (-1, 1)),
        "this is the layer for samples as columns: your result is the transpose of ours.",
    ),
    *(Mistake(_layer(np.matmul, bias), advice) for bias, advice, _ in _BIAS),
    Mistake(lambda x, w, b: relu(x @ w + b), "no activation is asked for: leave out the ReLU."),
    Mistake(
        lambda x, w, b: sigmoid(x @ w + b), "no activation is asked for: leave out the sigmoid."
    ),
    *(
        Mistake(_layer(product, bias), f"{advice} And then: {more}")
        for product, advice in _PRODUCT
        for bias, _, more in _BIAS
    ),
]
