"""mistake_bound(x, y, w, b): (R/γ)² for samples x, labels y and a line (w, b) that separates."""

import numpy as np

from companion import perceptron
from companion.exercises import Case, Mistake, variants
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
            np.array([[1, 2, 2], [0, 0, 2], [-2, -2, 0]]),
            np.array([1, 1, 0]),
            np.array([1, 1, 2]),
            -1,
        ),
        about="Three features; the sample that is nearest has label 1. All come as integers, and "
        "lengths and margins are none: np.zeros_like(x) would cut their fractions off.",
    ),
]


@variants
def _variant(
    *,
    augment=True,
    axis=1,
    far=np.max,
    signs=lambda y: 2 * y - 1,
    least=np.min,
    unit="both",
    power=2,
):
    """Return a bound with something wrong."""

    def bound(x, y, w, b):
        x, w, y = np.asarray(x, float), np.asarray(w, float), np.asarray(y)
        length = {"both": np.linalg.norm([*w, b]), "w": np.linalg.norm(w), "none": 1}[unit]
        gamma = least(signs(y) * (x @ w + b)) / length
        augmented = np.column_stack([x, np.ones(len(x))]) if augment else x
        radius = far(np.linalg.norm(augmented, axis=axis))
        with np.errstate(divide="ignore"):
            return (radius / gamma) ** power

    return bound


_WRONG = [
    (
        {"augment": False},
        "R is the greatest length of x̃ = (x, 1), the sample with its constant 1.",
    ),
    (
        {"axis": 0},
        "R is the greatest length of a sample, and a sample is a row: yours are the lengths of "
        "the columns.",
    ),
    (
        {"far": np.linalg.norm},
        "R is the greatest length of a single sample, yours is that of the whole table: take one "
        "length for each row, then the greatest.",
    ),
    ({"far": np.mean}, "R is the greatest length of a sample, not the mean of the lengths."),
    (
        {"signs": lambda y: 1},
        "a sample with label 0 has its sum below 0: its margin is -(w · x + b), with s = -1.",
    ),
    (
        {"unit": "none"},
        "γ must not change when (w, b) is doubled: divide by the length of (w, b).",
    ),
    (
        {"unit": "w"},
        "γ is the margin of a unit vector (w, b): divide by the length of both together, b too.",
    ),
    ({"least": np.max}, "γ is the least margin over the samples, not the greatest."),
    ({"least": np.mean}, "γ is the least margin over the samples, not their mean."),
    ({"power": 1}, "the bound is the square of R/γ."),
    ({"power": -2}, "R/γ is upside down: R stands above, γ below."),
]

MISTAKES = [
    Mistake(
        _variant(signs=lambda y: y),
        "the labels 0 and 1 are not yet the signs -1 and 1: with y in the place of s every sample "
        "with label 0 has a margin of 0.",
    ),
    *(Mistake(_variant(**wrong), advice) for wrong, advice in _WRONG),
]
