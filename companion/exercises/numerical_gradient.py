"""numerical_gradient(f, x, h): the central differences of a function, for every entry of x."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from companion import gradient_check
from companion.exercises import Case, Mistake, variants

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

# Nearly all values are short in binary, so that every right order of operations gives the same
# result; those of the fifth case are not, so that whoever adds and subtracts h in x leaves traces.
CASES = [
    Case((_SQUARES, np.array([1.0, -2.0]), 0.5)),
    Case((_CUBES, np.array([2.0]), 0.5), about="For x³ the central difference is 3x² + h²."),
    Case((_MIXED, np.array([2.0, -1.0]), 0.25), about="Only one entry of x moves at a time."),
    Case((_WEIGHTED, np.ones((2, 3)), 0.125), about="x is a matrix, and so is its gradient."),
    Case(
        (_SQUARES, np.array([100.1, -0.3]), 0.01),
        about="h is small beside x: this takes the digits of double precision.",
    ),
    Case((_SQUARES, np.array([3, -1]), 0.25), about="x holds integers; x + h does not."),
    Case((_CUBES, np.array([2, 1]), 0.25), about="x holds integers; its gradient does not."),
    Case((_WEIGHTED, np.ones((2, 1, 2)), 0.125), about="x has three axes."),
]


@variants
def _variant(*, above=1, below=1, width=2, times_h=False, step="one entry", copy=float, kept=float):
    """Return differences with one thing wrong; a type of None is that of x."""

    def gradient(f, x, h):
        result = np.zeros(x.shape, dtype=kept or x.dtype)
        x = np.array(x, dtype=copy)
        moved = np.zeros_like(x)
        divisor = width / h if times_h else width * h
        for i in np.ndindex(x.shape):
            if step == "one entry":
                moved = np.zeros_like(x)
            moved[... if step == "all" else i] = h
            result[i] = (f(x + above * moved) - f(x - below * moved)) / divisor
        return result

    return gradient


def _whole_rows(f, x, h):
    x = np.array(x, dtype=float)
    result = np.zeros(x.shape)
    for i in range(len(x)):
        row = np.zeros(x.shape)
        row[i] = h
        result[i] = (f(x + row) - f(x - row)) / (2 * h)
    return result


def _cut_off(f, x, h):
    result = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[i] += h
        below[i] -= h
        result[i] = (f(above) - f(below)) / (2 * h)
    return result


MISTAKES = [
    Mistake(
        _variant(below=0, width=1),
        "this is the one-sided difference (f(x + h) - f(x)) / h: go to both sides.",
    ),
    Mistake(
        _variant(above=0, width=1),
        "this is the one-sided difference (f(x) - f(x - h)) / h: go to both sides.",
    ),
    Mistake(
        _variant(below=0),
        "this is a one-sided difference over 2h: take f(x - h) in place of f(x).",
    ),
    Mistake(_variant(width=1), "twice too large: the two points are 2h apart, not h."),
    Mistake(_variant(times_h=True), "/ 2 * h multiplies by h: put brackets around 2 * h."),
    Mistake(_variant(width=0.5), "four times too large: h / 2 is not 2h; mind the brackets."),
    Mistake(_variant(above=-1, below=-1), "the sign is turned: f(x + h) comes first."),
    Mistake(
        lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
        "x + h moves all entries at once, and one number comes back: step by h in one entry, leave "
        "the others, and do so for each entry.",
    ),
    Mistake(
        _variant(step="all"),
        "all entries of x move together: step by h in one entry and leave the others.",
    ),
    Mistake(
        _variant(step="piles up"),
        "an entry that was moved stays moved when the next one's turn comes: it has to be put back "
        "first.",
    ),
    Mistake(
        _whole_rows,
        "in a matrix, x[i] is a whole row, and all of it moves: np.ndindex(x.shape) lists the "
        "single entries.",
    ),
    Mistake(
        _variant(copy=None),
        "integers in, integers out: a step of h is cut off to 0. Make a float copy of x.",
    ),
    Mistake(
        _cut_off,
        "a copy of integers holds integers, so x + h is cut off to one. Make a float copy of x.",
    ),
    Mistake(
        _variant(kept=None),
        "the gradient is cut off to whole numbers: np.zeros_like of integers holds integers.",
    ),
]
