"""leaky_std(fan_in, alpha): the deviation of weights that keeps the squares under leaky ReLU."""

import numpy as np

from companion.exercises import Case, Mistake

SIGNATURE = "leaky_std(fan_in, alpha)"


def reference(fan_in, alpha):
    """Return √(2 / ((1 + α²) fan_in))."""
    return np.sqrt(2 / ((1 + alpha**2) * fan_in))


CASES = [
    Case((50, 0.0), about="With α = 0 it is ReLU, and the rule He's: √(2 / 50) = 0.2."),
    Case((16, 1.0), about="With α = 1 nothing is bent: √(1 / 16) = 0.25."),
    Case((100, 0.5)),
    Case((8, 2), about="The slope may be an integer, and larger than 1."),
    Case((10, -1.0), about="With α = -1 it is |z|, and no square is lost."),
]

MISTAKES = [
    Mistake(
        lambda fan_in, alpha: 2 / ((1 + alpha**2) * fan_in),
        "this is the variance; asked for is the deviation, its root.",
    ),
    Mistake(
        lambda fan_in, alpha: np.sqrt(2 / ((1 + alpha) * fan_in)),
        "squares are kept, so α must be squared.",
    ),
    Mistake(
        lambda fan_in, alpha: np.sqrt(2 / fan_in),
        "this is He's rule for ReLU; a leaky ReLU keeps α² of the squares on the left.",
    ),
    Mistake(
        lambda fan_in, alpha: np.sqrt((1 + alpha**2) / (2 * fan_in)),
        "upside down: (1 + α²) / 2 is what is left of the squares, so divide by it.",
    ),
    Mistake(
        lambda fan_in, alpha: np.sqrt(2 / (1 + alpha**2)),
        "this is the gain; divide it by the root of fan_in.",
    ),
    Mistake(
        lambda fan_in, alpha: np.sqrt(2 / (1 + alpha**2)) / fan_in,
        "the gain is right; divide it by the *root* of fan_in.",
    ),
    Mistake(
        lambda fan_in, alpha: np.sqrt(2 / (1 + alpha**2) * fan_in),
        "/ (1 + α²) * fan_in multiplies by fan_in: put brackets around the product.",
    ),
    Mistake(
        lambda fan_in, alpha: np.sqrt(2 / (1 + alpha**2 * fan_in)),
        "1 + α² * fan_in multiplies only α² by fan_in: put brackets around 1 + α².",
    ),
    Mistake(
        lambda fan_in, alpha: np.sqrt(1 / ((1 + alpha**2) * fan_in)),
        "this is 1 / ((1 + α²) fan_in): half of the sums lie on each side of 0, so the halves of 1 "
        "and of α² are kept, and there is a 2 above the line.",
    ),
]
