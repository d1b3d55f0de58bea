"""mistake_bound(x, y, w, b): (R/γ)² for samples x, labels y and a line (w, b) that separates."""

import numpy as np

from companion import perceptron
from companion.exercises import Case, Mistake
from companion.perceptron import GATE_INPUTS, TRUTH_TABLES

SIGNATURE = "mistake_bound(x, y, w, b)"

reference = perceptron.mistake_bound

CASES = [
    Case((GATE_INPUTS, TRUTH_TABLES["AND"], np.array([1.0, 1.0]), -1.5)),
    Case((GATE_INPUTS, TRUTH_TABLES["NAND"], np.array([-2.0, -2.0]), 3.0)),
    Case(
        (
            np.array([[3.0, 4.0], [-1.0, -2.0], [0.0, -3.0]]),
            np.array([1, 0, 0]),
            np.array([2.0, 1.0]),
            0.5,
        )
    ),
    Case(
        (
            np.array([[1, 2, 2], [0, 0, 1], [-2, -1, 0]]),
            np.array([1, 1, 0]),
            np.array([1, 1, 2]),
            -1,
        ),
        about="Three features; the sample that is nearest has label 1.",
    ),
]


def _bound(
    x, y, w, b, *, augment=True, unit="both", squared=True, signed=True, least=np.min, far=np.max
):
    """Return the bound with one thing wrong."""
    x, w, signs = np.asarray(x, float), np.asarray(w, float), 2 * np.asarray(y) - 1
    length = {"both": np.linalg.norm([*w, b]), "w": np.linalg.norm(w), "none": 1}[unit]
    gamma = least((signs if signed else 1) * (x @ w + b)) / length
    radius = far(np.linalg.norm(np.column_stack([x, np.ones(len(x))]) if augment else x, axis=1))
    return (radius / gamma) ** (2 if squared else 1)


MISTAKES = [
    Mistake(
        lambda *args: _bound(*args, augment=False),
        "R is the greatest length of x̃ = (x, 1), the sample with its constant 1.",
    ),
    Mistake(
        lambda *args: _bound(*args, unit="w"),
        "γ is the margin of a unit vector (w, b): divide by the length of both together, b too.",
    ),
    Mistake(
        lambda *args: _bound(*args, unit="none"),
        "γ must not change when (w, b) is doubled: divide by the length of (w, b).",
    ),
    Mistake(
        lambda *args: _bound(*args, signed=False),
        "a sample with label 0 has its sum below 0: its margin is -(w · x + b), with s = -1.",
    ),
    Mistake(
        lambda *args: _bound(*args, far=lambda lengths: np.linalg.norm(lengths)),
        "R is the greatest length of a single sample, yours is that of the whole table: take one "
        "length for each row, then the greatest.",
    ),
    Mistake(lambda *args: _bound(*args, squared=False), "the bound is the square of R/γ."),
    Mistake(
        lambda *args: _bound(*args, least=np.mean),
        "γ is the least margin over the samples, not their mean.",
    ),
]
