"""bump(x, left, right, ramp): 0, up to 1 over a ramp, 1, and down again, from four ReLUs."""

import numpy as np

from companion.activations import relu, step
from companion.exercises import Case, Mistake, variants

SIGNATURE = "bump(x, left, right, ramp)"


@variants
def _variant(*, signs=(1, -1, -1, 1), scaled=True, unit=relu, shift=0):
    """Return a bump, with something wrong if there is a keyword."""

    def bump(x, left, right, ramp):
        x = np.asarray(x)
        corners = (left, left + ramp, right - ramp, right)
        inward = (-shift, -shift, shift, shift)
        total = sum(
            sign * unit(x - corner - ramp * move)
            for sign, corner, move in zip(signs, corners, inward, strict=True)
        )
        return total / ramp if scaled else total

    return bump


def reference(x, left, right, ramp):
    """Return the bump as the sum of four ReLUs."""
    return _variant()(x, left, right, ramp)


CASES = [
    Case(
        (np.array([-1.0, 0.0, 0.25, 0.5, 1.0, 2.0, 2.5, 2.75, 3.0, 10.0]), 0.0, 3.0, 0.5),
        about="Before, on and after the bump.",
    ),
    Case((np.linspace(-2, 2, 9).reshape(3, 3), -1.5, 1.0, 1.0), about="An array of shape (3, 3)."),
    Case((0.75, 0.0, 2.0, 1.0), about="A single number, on the way up to the tip of a hat."),
    Case(
        (np.array([0, 1, 2, 3, 4, 5, 6]), 1, 5, 2),
        about="All numbers are integers, and the heights are not: np.zeros_like(x) would cut "
        "fractions off.",
    ),
]

_WRONG = [
    (
        {"signs": (1, -1, 0, 0)},
        "it climbs and stays up: two more ReLUs have to bring it down again.",
    ),
    (
        {"signs": (1, -1, -1, 0)},
        "it falls on below 0 for ever: the last corner, at right, has to stop the fall.",
    ),
    (
        {"signs": (1, 0, 0, -1)},
        "it climbs from left to right without a stop: the corners between them are missing.",
    ),
    (
        {"signs": (1, -1, 1, -1)},
        "the slopes at the right have the wrong sign: first down, then level.",
    ),
    (
        {"signs": (-1, 1, 1, -1)},
        "it is upside down: the first ReLU has a positive weight, and the bump is a hill.",
    ),
    (
        {"shift": 1},
        "the ramps lie outside: from left to left + ramp it climbs, and at right it is down again.",
    ),
    (
        {"scaled": False},
        "the bump is as high as the ramp is wide: the slope of the ramps has to be 1 / ramp.",
    ),
]

MISTAKES = [
    Mistake(
        _variant(unit=step, scaled=False, signs=(1, 0, 0, -1)),
        "this is a block of two steps; the bump has ramps.",
    ),
    *(Mistake(_variant(**wrong), advice) for wrong, advice in _WRONG),
]
