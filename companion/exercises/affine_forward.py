"""affine_forward(x, w, b): the output x w + b of a dense layer, for a batch."""

import numpy as np

from companion.activations import relu
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
]

MISTAKES = [
    Mistake(lambda x, w, b: x @ w, "the product is right, but b is missing."),
    Mistake(
        lambda x, w, b: x @ w.T + b,
        "w needs no transpose: a unit is a column of w, and the inner lengths of x and w agree.",
    ),
    Mistake(
        lambda x, w, b: w @ x + b,
        "the product stands in the wrong order: samples are rows, so x comes first.",
    ),
    Mistake(
        lambda x, w, b: w.T @ x.T + np.reshape(b, (-1, 1)),
        "this is the layer for samples as columns: your result is the transpose of ours.",
    ),
    Mistake(
        lambda x, w, b: x @ w + np.reshape(b, (-1, 1)),
        "b is added to each row instead of each column: with the shape (n_out,), as it comes, "
        "broadcasting does the right thing.",
    ),
    Mistake(
        lambda x, w, b: x @ w + np.sum(b), "each unit adds its own bias, not the sum of all biases."
    ),
    Mistake(lambda x, w, b: relu(x @ w + b), "no activation is asked for: leave out the ReLU."),
]
