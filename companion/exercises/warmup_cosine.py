"""warmup_cosine(step, steps, warm, lr): the rate of a step, which rises and falls along a cosine.

With steps counted from 0: lr (step + 1)/warm in the first `warm` steps; after them
lr/2 (1 + cos(π p)) with p = (step - warm)/(steps - warm), from 0 at `warm` to 1 at `steps`.
"""

import math

from companion.exercises import Case, Mistake, variants

SIGNATURE = "warmup_cosine(step, steps, warm, lr)"


@variants
def _variant(
    *,
    rise=lambda step, warm: (step + 1) / max(warm, 1),
    rises=lambda step, warm: step < warm,
    passed=lambda step, steps, warm: (step - warm) / (steps - warm),
    fall=lambda p: (1 + math.cos(math.pi * p)) / 2,
    scaled=lambda rate, lr: lr * rate,
):
    """Return a schedule with something wrong."""

    def schedule(step, steps, warm, lr):
        rate = rise(step, warm) if rises(step, warm) else fall(passed(step, steps, warm))
        return scaled(rate, lr)

    return schedule


reference = _variant()
reference.__doc__ = "Return the rate of a step, counted from 0."

CASES = [
    Case((0, 100, 10, 0.2), about="The first step."),
    Case((6, 100, 10, 0.2), about="On the way up."),
    Case((9, 100, 10, 0.2), about="The last step of the warm-up has the full rate."),
    Case((10, 100, 10, 0.2), about="The cosine starts at the full rate."),
    Case((40, 100, 10, 0.2), about="A third of the way down."),
    Case((55, 100, 10, 0.2), about="Half of the way down."),
    Case((99, 100, 10, 0.2), about="The last step."),
    Case((100, 100, 10, 0.2), about="Where the cosine ends, at 0."),
    Case((2, 8, 5, 3), about="On the way up, with integers."),
    Case((7, 8, 5, 3), about="On the way down, with integers."),
    Case((0, 6, 0, 0.5), about="warm = 0: the cosine alone, from its start."),
    Case((4, 6, 0, 0.5), about="warm = 0: the cosine alone."),
    Case((0, 6, 1, 0.5), about="warm = 1: the first step has the full rate."),
]


def _product(step, steps, warm, lr):
    return lr * min((step + 1) / max(warm, 1), 1) * (1 + math.cos(math.pi * step / steps)) / 2


MISTAKES = [
    Mistake(
        _variant(rise=lambda step, warm: step / warm),
        "the rise starts at 0, and the first step does nothing: step 0 has the rate lr/warm.",
    ),
    Mistake(
        _variant(rise=lambda step, warm: (step + 1) / (warm + 1)),
        "the rise is too slow: step warm - 1 has the full rate, so divide by warm.",
    ),
    Mistake(
        _variant(rise=lambda step, warm: step / max(warm - 1, 1)),
        "the rise goes from 0 to lr: it goes from lr/warm to lr, (step + 1)/warm.",
    ),
    Mistake(
        _variant(rise=lambda step, warm: (step + 1) // warm),
        "// is whole division: write /.",
    ),
    Mistake(
        _variant(rise=lambda step, warm: 1),
        "the warm-up is missing: the first `warm` steps rise from lr/warm to lr.",
    ),
    Mistake(
        _variant(rise=lambda step, warm: (1 - math.cos(math.pi * (step + 1) / warm)) / 2),
        "the rise follows a cosine: it is linear, lr (step + 1)/warm.",
    ),
    Mistake(
        _variant(rises=lambda step, warm: step <= warm),
        "the rise goes one step too far, above lr: only the steps below `warm` belong to it.",
    ),
    Mistake(
        _variant(passed=lambda step, steps, warm: step / steps),
        "the cosine starts at step 0: it starts after the warm-up, with step - warm.",
    ),
    Mistake(
        _variant(passed=lambda step, steps, warm: (step - warm) / steps),
        "the cosine does not reach 0 at `steps`: it has steps - warm steps for its way.",
    ),
    Mistake(
        _variant(passed=lambda step, steps, warm: step / (steps - warm)),
        "the cosine is `warm` steps ahead: it starts after the warm-up, with step - warm.",
    ),
    Mistake(
        _variant(passed=lambda step, steps, warm: (step + 1 - warm) / (steps - warm)),
        "the cosine is one step ahead: it has the full rate at step `warm`, and 0 at `steps`.",
    ),
    Mistake(
        _variant(passed=lambda step, steps, warm: (step - warm) / max(steps - warm - 1, 1)),
        "the cosine is at 0 one step too early: it gets there at `steps`.",
    ),
    Mistake(
        _variant(passed=lambda step, steps, warm: (step - warm) // (steps - warm)),
        "// is whole division: write / for the share of the way that has passed.",
    ),
    Mistake(
        _variant(fall=lambda p: (1 + math.cos(2 * math.pi * p)) / 2),
        "this is a whole wave, that rises again: half of one ends at cos(π).",
    ),
    Mistake(
        _variant(fall=lambda p: math.cos(math.pi * p / 2)),
        "this is a quarter of a wave, which is steepest at its end: take (1 + cos(π p))/2.",
    ),
    Mistake(
        _variant(fall=lambda p: math.cos(math.pi * p)),
        "the cosine runs from 1 to -1, and a rate below 0 goes uphill: take (1 + cos(π p))/2.",
    ),
    Mistake(
        _variant(fall=lambda p: 1 + math.cos(math.pi * p)),
        "the fall starts at 2 lr: the factor ½ is missing.",
    ),
    Mistake(
        _variant(fall=lambda p: (1 - math.cos(math.pi * p)) / 2),
        "the rate rises after the warm-up: it falls with (1 + cos(π p))/2.",
    ),
    Mistake(
        _variant(fall=lambda p: (1 + math.cos(180 * p)) / 2),
        "math.cos takes radians: half a turn is π, not 180.",
    ),
    Mistake(
        _variant(fall=lambda p: 1 - p),
        "the rate falls along a straight line: it falls along half a cosine.",
    ),
    Mistake(
        _variant(fall=lambda p: 1),
        "after the warm-up the rate stays at lr: it falls along half a cosine.",
    ),
    Mistake(_variant(scaled=lambda rate, lr: rate), "the rate lr is missing."),
    Mistake(
        _product,
        "you multiply the rise with a cosine over all steps: here the cosine starts where the "
        "rise ends.",
    ),
    Mistake(
        lambda step, steps, warm, lr: lr * (step + 1) / warm if step < warm else None,
        "nothing comes back after the warm-up: there the rate falls along half a cosine.",
    ),
]
