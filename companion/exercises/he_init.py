"""he_init(fan_in, fan_out, rng): normal weights with variance 2 / fan_in."""

from copy import deepcopy

import numpy as np

from companion import initializers
from companion.exercises import Mistake, _draws
from companion.exercises._draws import normal, wrong_draw

SIGNATURE = "he_init(fan_in, fan_out, rng)"
CASES = _draws.CASES


def judge(args, result):
    """Return what is wrong with the weights, or None."""
    fan_in, fan_out, rng = deepcopy(args)
    return wrong_draw(result, initializers.he_normal(fan_in, fan_out, rng=rng))


def _uniform(fan_in, fan_out, rng):
    c = np.sqrt(6 / fan_in)
    return rng.uniform(-c, c, (fan_in, fan_out))


MISTAKES = [
    Mistake(
        normal(lambda a, b: 2 / a),
        "rng.normal asks for the deviation, and 2 / fan_in is the variance: take the root.",
    ),
    Mistake(
        normal(lambda a, b: 1),
        "the weights have the deviation 1, whatever the shape: they are not scaled yet.",
    ),
    Mistake(
        normal(lambda a, b: np.sqrt(1 / a)),
        "this is the variance 1 / fan_in: half of the squares will be lost in each ReLU.",
    ),
    Mistake(
        normal(lambda a, b: np.sqrt(2) / a),
        "the root belongs over all of 2 / fan_in, not over the 2 alone.",
    ),
    Mistake(
        normal(lambda a, b: np.sqrt(2 / b)),
        "this is 2 / fan_out: it would keep the gradients; asked for is the fan-in.",
    ),
    Mistake(
        normal(lambda a, b: np.sqrt(2 / (a + b))),
        "this is Xavier's variance, 2 / (fan_in + fan_out); He's is 2 / fan_in.",
    ),
    Mistake(
        normal(lambda a, b: np.sqrt(4 / (a + b))),
        "this is twice Xavier's variance; He's is 2 / fan_in and does not depend on the fan-out.",
    ),
    Mistake(
        lambda fan_in, fan_out, rng: rng.normal(0, np.sqrt(2 / fan_in), (fan_out, fan_in)),
        "rows and columns are exchanged: one column for each unit, so (fan_in, fan_out).",
    ),
    Mistake(
        lambda fan_in, fan_out, rng: rng.normal(0, np.sqrt(2 / fan_in), (fan_out, fan_in)).T,
        "the right numbers in another order: ask for (fan_in, fan_out) and transpose nothing.",
    ),
    Mistake(
        _uniform,
        "variance and shape are right, but these are drawn evenly; here they are to be normal.",
    ),
]
