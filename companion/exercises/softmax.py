"""softmax(x): exp(x) / Σ exp(x) over the last axis, for one sample (k,) or a batch (n, k)."""

import numpy as np

from companion import losses
from companion.exercises import Case, Mistake

SIGNATURE = "softmax(x)"

reference = losses.softmax

CASES = [
    Case((np.array([1.45, 2.0, -1.4]),), about="One sample, shape (3,)."),
    Case(
        (np.array([[0.5, -1.0, 2.0], [3.0, 3.0, 0.0]]),),
        about="A batch, shape (2, 3): each row has a sum of its own.",
    ),
    Case((np.array([[1, 2, 3], [0, 0, 0], [-1, 4, -1]]),), about="A square batch of integers."),
    Case((np.array([[7.0], [-2.0]]),), about="A single class: it gets everything."),
    Case((np.array([3000.0, 2999.0, 0.0]),), about="Large scores: exp(3000) overflows."),
    Case(
        (np.array([[-1e4, -1e4], [1e4, 1e4 - 1]]),),
        about="Rows of very different size: each needs a shift of its own.",
    ),
]


def _variant(axis=-1, shift="row"):
    """Return a softmax with one or two things wrong."""

    def softmax(x):
        x = np.asarray(x, dtype=float)
        over = None if axis is None else (0 if x.ndim == 2 and axis == 0 else -1)
        shifts = {
            "row": lambda: np.max(x, axis=over, keepdims=True),
            "all": lambda: np.max(x),
            "mean": lambda: np.mean(x, axis=over, keepdims=True),
            "none": lambda: 0.0,
        }
        with np.errstate(all="ignore"):
            e = np.exp(x - shifts[shift]())
            return e / e.sum(axis=over, keepdims=True)

    return softmax


def _exponentials(x):
    with np.errstate(over="ignore"):
        return np.exp(x)


_AXIS_ALL = "all numbers of the batch sum to 1, but each row should: sum over the last axis alone"
_AXIS_0 = "your columns sum to 1, but the rows should: a row is a sample, so sum over the last axis"
_SHIFT = "take each row's greatest score off before exp, so that no exponential overflows"

MISTAKES = [
    Mistake(_variant(shift="none"), f"right for small scores, but not for large ones: {_SHIFT}."),
    Mistake(
        _variant(shift="all"),
        "you take the greatest score of the whole batch off; a row far below it then vanishes, "
        "0/0. Each row needs its own greatest score.",
    ),
    Mistake(
        _variant(shift="mean"),
        "you take the mean of the scores off, and what is left can still be large: take the "
        "greatest one.",
    ),
    Mistake(_variant(axis=None, shift="row"), f"{_AXIS_ALL}."),
    Mistake(_variant(axis=None, shift="none"), f"{_AXIS_ALL}. And then, {_SHIFT}."),
    Mistake(_variant(axis=0, shift="row"), f"{_AXIS_0}."),
    Mistake(_variant(axis=0, shift="none"), f"{_AXIS_0}. And then, {_SHIFT}."),
    Mistake(_exponentials, "these are the exponentials: divide each row by its sum."),
    Mistake(
        lambda x: x / np.sum(x, axis=-1, keepdims=True),
        "the scores themselves are divided by their sum: exponentiate first, or negative scores "
        "give negative probabilities.",
    ),
    Mistake(losses.log_softmax, "these are the logarithms of the probabilities."),
    Mistake(
        lambda x: (x == np.max(x, axis=-1, keepdims=True)) * 1.0,
        "the winner takes all: that is the limit of temperature 0, not softmax.",
    ),
]
