"""numerical_gradient(f, x, h): the central differences of a function, for every entry of x."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from companion import gradient_check
from companion.exercises import Case, Mistake

SIGNATURE = "numerical_gradient(f, x, h)"

reference = gradient_check.numerical_gradient


@dataclass(frozen=True)
class _Function:
    """A function that shows its formula."""

    formula: str
    value: Callable

    def __call__(self, x):
        return self.value(x)

    def __repr__(self):
        return self.formula


_SQUARES = _Function("Σ x²", lambda x: (x**2).sum())
_CUBES = _Function("Σ x³", lambda x: (x**3).sum())
_MIXED = _Function("x₀ x₁ + 3 x₁", lambda x: x[0] * x[1] + 3 * x[1])
_WEIGHTED = _Function("Σ i xᵢ", lambda x: (np.arange(x.size).reshape(x.shape) * x).sum())

# All values are short in binary, so that every right order of operations gives the same result.
CASES = [
    Case((_SQUARES, np.array([1.0, -2.0]), 0.5)),
    Case((_CUBES, np.array([2.0]), 0.5), about="For x³ the central difference is 3x² + h²."),
    Case((_MIXED, np.array([2.0, -1.0]), 0.25), about="Only one entry of x moves at a time."),
    Case((_WEIGHTED, np.ones((2, 3)), 0.125), about="x is a matrix, and so is its gradient."),
    Case((_SQUARES, np.array([3, -1]), 0.25), about="x holds integers; x + h does not."),
    Case((_CUBES, np.array([2, 1]), 0.25), about="x holds integers; its gradient does not."),
]


def _variant(
    *, above=1, below=1, width=2, one_at_a_time=True, dtype=float, kept=None, times_h=False
):
    """Return differences with one thing wrong."""

    def gradient(f, x, h):
        x = np.array(x, dtype=dtype)
        result = np.zeros_like(x, dtype=kept)
        x, divisor = (x.astype(float) if kept else x), width / h if times_h else width * h
        for i in np.ndindex(x.shape):
            step = np.zeros_like(x) if one_at_a_time else np.full_like(x, h)
            step[i] = h
            result[i] = (f(x + above * step) - f(x - below * step)) / divisor
        return result

    return gradient


MISTAKES = [
    Mistake(
        _variant(below=0, width=1),
        "this is the one-sided difference (f(x + h) - f(x)) / h: go to both sides.",
    ),
    Mistake(
        _variant(above=0, width=1),
        "this is the one-sided difference (f(x) - f(x - h)) / h: go to both sides.",
    ),
    Mistake(_variant(width=1), "twice too large: the two points are 2h apart, not h."),
    Mistake(_variant(times_h=True), "/ 2 * h multiplies by h: put brackets around 2 * h."),
    Mistake(_variant(width=0.5), "four times too large: h / 2 is not 2h; mind the brackets."),
    Mistake(_variant(above=-1, below=-1), "the sign is turned: f(x + h) comes first."),
    Mistake(
        _variant(one_at_a_time=False),
        "all entries of x move together: step by h in one entry and leave the others.",
    ),
    Mistake(
        _variant(dtype=None),
        "integers in, integers out: x + h is cut off to a whole number. Make a float copy of x.",
    ),
    Mistake(
        _variant(kept=int),
        "the gradient is cut off to whole numbers: np.zeros_like of integers holds integers.",
    ),
]
