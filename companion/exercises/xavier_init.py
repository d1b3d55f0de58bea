"""xavier_init(fan_in, fan_out, rng): normal weights with variance 2 / (fan_in + fan_out)."""

from copy import deepcopy

import numpy as np

from companion import initializers
from companion.exercises import Mistake, _draws
from companion.exercises._draws import normal, wrong_draw

SIGNATURE = "xavier_init(fan_in, fan_out, rng)"
CASES = _draws.CASES


def judge(args, result):
    """Return what is wrong with the weights, or None."""
    fan_in, fan_out, rng = deepcopy(args)
    return wrong_draw(result, initializers.xavier_normal(fan_in, fan_out, rng=rng))


def _uniform(fan_in, fan_out, rng):
    c = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-c, c, (fan_in, fan_out))


MISTAKES = [
    Mistake(
        normal(lambda a, b: 2 / (a + b)),
        "rng.normal asks for the deviation, and this is the variance: take the root.",
    ),
    Mistake(
        normal(lambda a, b: 1),
        "the weights have the deviation 1, whatever the shape: they are not scaled yet.",
    ),
    Mistake(
        normal(lambda a, b: np.sqrt(2) / (a + b)),
        "the root belongs over all of 2 / (fan_in + fan_out), not over the 2 alone.",
    ),
    Mistake(
        normal(lambda a, b: np.sqrt(2 / a + b)),
        "2 / fan_in + fan_out divides by fan_in alone: put brackets around the sum.",
    ),
    Mistake(
        normal(lambda a, b: np.sqrt(1 / a)),
        "this is the variance 1 / fan_in, LeCun's; here it is 2 / (fan_in + fan_out).",
    ),
    Mistake(
        normal(lambda a, b: np.sqrt(2 / a)),
        "this is the variance 2 / fan_in, He's; here it is 2 / (fan_in + fan_out).",
    ),
    Mistake(
        normal(lambda a, b: np.sqrt(1 / (a + b))),
        "this is the variance 1 / (fan_in + fan_out): it is one over the *mean* of the two, so "
        "there is a 2 above the line.",
    ),
    Mistake(
        lambda fan_in, fan_out, rng: rng.normal(
            0, np.sqrt(2 / (fan_in + fan_out)), (fan_out, fan_in)
        ),
        "rows and columns are exchanged: one column for each unit, so (fan_in, fan_out).",
    ),
    Mistake(
        lambda fan_in, fan_out, rng: (
            rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_out, fan_in)).T
        ),
        "the right numbers in another order: ask for (fan_in, fan_out) and transpose nothing.",
    ),
    Mistake(
        _uniform,
        "variance and shape are right, but these are drawn evenly; here they are to be normal.",
    ),
]
