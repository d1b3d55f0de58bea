"""What the exercises on a smooth activation's backward pass share: cases, and ways to go wrong."""

import numpy as np

from companion.exercises import Case

CASES = [
    Case(
        (
            np.array([[1.0, -2.0, 3.0], [-4.0, 0.5, 2.0]]),
            np.array([[2.0, 0.5, -1.0], [3.0, -2.0, 0.0]]),
        )
    ),
    Case(
        (np.array([3, -2, 8]), np.array([1, -1, 0])),
        about="dout and x are integers; the result is not.",
    ),
    Case(
        (np.array([1.0, -2.0, 5.0]), np.array([1000.0, -1000.0, 0.25])),
        about="Far out the slope is 0, and nothing may overflow.",
    ),
    Case((2.0, -0.5), about="The input is a single number."),
]


def backward(local, *, upstream=True):
    """Return a function that multiplies upstream by a local derivative, without warnings."""

    def function(dout, x):
        x = np.asarray(x, dtype=float)
        with np.errstate(all="ignore"):
            return (dout if upstream else 1) * local(x)

    return function


def cut_off(local):
    """Return a function whose result goes into an array of the type of x."""

    def function(dout, x):
        return backward(local)(dout, x).astype(np.asarray(x).dtype)

    return function


#: What to say to it.
CUT_OFF = (
    "the gradient is cut off to whole numbers: an array like x, as np.zeros_like(x) makes it, "
    "holds integers if x does."
)
