"""momentum_step(w, g, v, lr, mu): (w, v) after one step of momentum, v ← μ v - η g, then w ← w + v.

lr is the rate η and mu is μ, the share of the velocity that is kept.
"""

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "momentum_step(w, g, v, lr, mu)"


def _of_old_and_new(v, g, lr, mu):
    return mu * v - lr * g


@variants
def _variant(*, velocity=_of_old_and_new, move=lambda w, g, v, new, lr, mu: w + new):
    """Return a step with something wrong."""

    def step(w, g, v, lr, mu):
        new = velocity(v, g, lr, mu)
        return move(w, g, v, new, lr, mu), new

    return step


reference = _variant()
reference.__doc__ = "Return w and v after the step."

CASES = [
    Case((np.array([2.0, -1.0]), np.array([4.0, 0.5]), np.zeros(2), 0.1, 0.9), about="At rest."),
    Case(
        (np.array([1.5, -1.0]), np.array([2.0, -0.5]), np.array([-0.4, 0.25]), 0.1, 0.9),
        about="With a velocity from the steps before.",
    ),
    Case(
        (
            np.array([[1.0, 2.0, -0.5], [0.0, -3.0, 4.0]]),
            np.array([[0.5, -2.0, 1.0], [3.0, 0.0, -1.0]]),
            np.array([[-1.0, 0.5, 0.0], [2.0, 0.25, -0.5]]),
            0.25,
            0.5,
        ),
        about="A matrix of weights.",
    ),
    Case(
        (np.array([1.0, 2.0]), np.zeros(2), np.array([0.5, -0.25]), 0.1, 0.9),
        about="The gradient is 0: the weights keep moving, and slow down.",
    ),
    Case(
        (np.array([1.0, 2.0]), np.array([3.0, -1.0]), np.array([0.5, -0.25]), 0.1, 0),
        about="μ = 0: the step of SGD.",
    ),
    Case(
        (np.array([3, -1]), np.array([1, -2]), np.array([2, 5]), 0.25, 0.5),
        about="All arrays hold integers, the results do not.",
    ),
    Case(
        (np.array(4.0), np.array(-2.0), np.array(1.0), 0.5, 0.75),
        about="A single weight, of shape ().",
    ),
]


def _cut_off(w, g, v, lr, mu):
    return tuple(part.astype(w.dtype) for part in reference(w, g, v, lr, mu))


MISTAKES = [
    Mistake(
        _variant(velocity=lambda v, g, lr, mu: mu * v + lr * g),
        "the gradient gets into the velocity with the wrong sign: v ← μ v - η g points downhill.",
    ),
    Mistake(
        lambda w, g, v, lr, mu: (w - (mu * v + lr * g), mu * v + lr * g),
        "your velocity points uphill, and you subtract it: here v ← μ v - η g, and it is added.",
    ),
    Mistake(
        _variant(move=lambda w, g, v, new, lr, mu: w - new),
        "the velocity is subtracted from w: it already points downhill, so add it.",
    ),
    Mistake(
        lambda w, g, v, lr, mu: (w - lr * (mu * v + g), mu * v + g),
        "your v is a sum of gradients, and the rate comes in with the step: here the rate stands "
        "in the velocity, v ← μ v - η g, and w ← w + v.",
    ),
    Mistake(
        _variant(velocity=lambda v, g, lr, mu: mu * (v - lr * g)),
        "μ multiplies the new gradient, too: only the old velocity is multiplied by it.",
    ),
    Mistake(
        _variant(velocity=lambda v, g, lr, mu: mu * v - lr * (1 - mu) * g),
        "the gradient is multiplied by 1 - μ, as in a running mean: here it counts in full.",
    ),
    Mistake(
        _variant(velocity=lambda v, g, lr, mu: (1 - mu) * v - lr * g),
        "the old velocity is multiplied by 1 - μ: μ is the share that is kept.",
    ),
    Mistake(
        _variant(velocity=lambda v, g, lr, mu: v - lr * g),
        "nothing is lost of the old velocity: multiply it by μ.",
    ),
    Mistake(
        _variant(velocity=lambda v, g, lr, mu: -lr * g),
        "the old velocity has no effect: v ← μ v - η g.",
    ),
    Mistake(
        _variant(velocity=lambda v, g, lr, mu: lr * (mu * v - g)),
        "the rate multiplies the old velocity, too: it is for the gradient alone.",
    ),
    Mistake(
        _variant(velocity=lambda v, g, lr, mu: mu * v - g),
        "the rate is missing: v ← μ v - η g.",
    ),
    Mistake(
        _variant(move=lambda w, g, v, new, lr, mu: w + v),
        "w moves by the old velocity: compute the new one first, and move by that.",
    ),
    Mistake(
        _variant(move=lambda w, g, v, new, lr, mu: w - lr * g),
        "w moves by - η g alone: it moves by the new velocity.",
    ),
    Mistake(
        _variant(move=lambda w, g, v, new, lr, mu: w + lr * new),
        "the rate comes in twice: it stands in the velocity already.",
    ),
    Mistake(
        _variant(move=lambda w, g, v, new, lr, mu: w + new - lr * g),
        "w moves by v, and by - η g once more: that stands in v already.",
    ),
    Mistake(
        _variant(move=lambda w, g, v, new, lr, mu: w + mu * new - lr * g),
        "this looks ahead, as Nesterov's rule does: here w ← w + v.",
    ),
    Mistake(
        _variant(move=lambda w, g, v, new, lr, mu: w),
        "w stays where it was: it moves by the new velocity.",
    ),
    Mistake(
        lambda w, g, v, lr, mu: (reference(w, g, v, lr, mu)[0], v),
        "the old velocity comes back: the next step needs the new one.",
    ),
    Mistake(
        lambda w, g, v, lr, mu: reference(w, g, v, lr, mu)[::-1],
        "w comes first and then v: yours stand the other way round.",
    ),
    Mistake(
        lambda w, g, v, lr, mu: reference(w, g, v, lr, mu)[0],
        "return two results, w and v: the next step needs the velocity.",
    ),
    Mistake(
        _cut_off,
        "the results are cut off to whole numbers: np.zeros_like(w) holds integers if w does.",
    ),
]
