"""Are these the weights that a generator should have drawn? For exercises that draw at random.

Everybody's weights are the same if they come from the same generator in one call; if they are not,
shape, mean and deviation tell what is wrong.
"""

import numpy as np

from companion.exercises import Case
from companion.exercises._answers import near, part_problem, real

CASES = [
    Case((100, 300, np.random.default_rng(10))),
    Case((300, 100, np.random.default_rng(11)), about="The layer narrows."),
    Case((64, 64, np.random.default_rng(12)), about="A square layer."),
    Case((3, 1, np.random.default_rng(13)), about="One unit: the shape is (3, 1)."),
]


def normal(deviation):
    """Return an initializer that draws with a deviation, a function of fan-in and fan-out."""
    return lambda fan_in, fan_out, rng: rng.normal(0, deviation(fan_in, fan_out), (fan_in, fan_out))


def wrong_draw(result, right):
    """Return what is wrong with drawn weights, or None; `right` holds the right ones."""
    if isinstance(result, tuple):
        return f"expected the weights alone, one array, got {len(result)} results."
    if problem := part_problem("", result, right.shape):
        return problem
    if near(right, result):
        return None
    weights = real(result).astype(float)
    if not np.isfinite(weights).all():
        return "all weights must be finite."
    if not weights.any():
        return "all weights are 0: // is whole division, and an array of integers holds integers."
    deviation, wanted = np.std(weights), np.std(right)
    many = weights.size >= 1000  # enough to tell a wrong deviation from chance
    if many and abs(np.mean(weights)) > 0.1 * deviation:
        return f"the mean of the weights is {np.mean(weights):.3g}, and should be 0."
    if many and not 0.97 < deviation / wanted < 1.03:
        return (
            f"the deviation of the weights is {deviation:.3g}, but should be {wanted:.3g}: "
            f"{deviation / wanted:.3g} times as large."
        )
    return (
        "these are not the weights that this generator gives in one call of rng.normal with the "
        "mean 0, the right deviation and the right shape. Draw from rng, all at once."
    )
