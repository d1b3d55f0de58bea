"""perceptron_update(w, b, x, y, lr): (w, b) after the learning rule has seen one sample."""

import numpy as np

from companion import perceptron
from companion.exercises import Case, Mistake, variants

SIGNATURE = "perceptron_update(w, b, x, y, lr)"

reference = perceptron.perceptron_update

CASES = [
    Case(
        (np.array([0.5, -1.0]), 0.25, np.array([2.0, 0.5]), 1, 0.1),
        about="The answer was right: nothing may change.",
    ),
    Case((np.array([0.5, -1.0]), 0.25, np.array([2.0, 3.0]), 1, 0.1), about="A missed 1."),
    Case((np.array([0.5, 1.0]), -0.25, np.array([2.0, 3.0]), 0, 0.5), about="A false 1."),
    Case(
        (np.zeros(3), 0.0, np.array([1.0, -2.0, 0.5]), 1, 1.0),
        about="w · x + b is exactly 0, which counts as the answer 0.",
    ),
    Case(
        (np.zeros(3), 0.0, np.array([1.0, -2.0, 0.5]), 0, 1.0),
        about="w · x + b is exactly 0, which counts as the answer 0.",
    ),
    Case(
        (np.array([1.0, 1.0]), 2.0, np.array([1.0, -2.0]), 0, 0.25),
        about="Without b the sum would be below 0; with it, it is above.",
    ),
    Case(
        (np.array([0.5, -1.0, 2.0]), -1.0, np.array([1.0, 1.0, 1.0]), 0, 0.5),
        about="A false 1, and only with all three features; b is added once.",
    ),
    Case(
        (np.array([1, -1]), 0, np.array([1, 3]), 1, 0.5),
        about="Weights and sample are integers, and the new weights are not: np.zeros_like(w) "
        "would cut their fractions off.",
    ),
]


@variants
def _variant(
    *,
    fires=lambda z: z > 0,
    heeds_b=True,
    error=lambda y, answer: y - answer,
    rate_of_w=lambda lr: lr,
    rate_of_b=lambda lr: lr,
    w_moves_by=lambda x: x,
    b_moves_by=lambda x: 1,
):
    """Return an update with something wrong."""

    def update(w, b, x, y, lr):
        wrong = error(y, float(fires(np.dot(w, x) + (b if heeds_b else 0))))
        return (
            w + rate_of_w(lr) * wrong * w_moves_by(x),
            b + rate_of_b(lr) * wrong * b_moves_by(x),
        )

    return update


def _decides_twice(w, b, x, y, lr):
    new_w = w + lr * (y - (np.dot(w, x) + b > 0)) * x
    return new_w, b + lr * (y - (np.dot(new_w, x) + b > 0))


_WRONG = [
    (
        {"error": lambda y, answer: answer - y},
        "the step goes the wrong way: a missed 1 must move w towards x. Look at the sign of y - ŷ.",
    ),
    ({"b_moves_by": lambda x: 0}, "w moves but b stays: the bias learns too, by lr (y - ŷ)."),
    (
        {"w_moves_by": lambda x: 1},
        "all weights move by the same amount: each moves by its own input, lr (y - ŷ) x.",
    ),
    (
        {"rate_of_w": lambda lr: 1, "rate_of_b": lambda lr: 1},
        "the learning rate lr has no effect on your step.",
    ),
    ({"rate_of_b": lambda lr: 1}, "b moves by y - ŷ: the learning rate lr is for the bias, too."),
    ({"b_moves_by": lambda x: -1}, "b goes the wrong way: it moves by + lr (y - ŷ), as w does."),
    (
        {"b_moves_by": lambda x: np.sum(x)},
        "b moves by lr (y - ŷ) alone: it is a weight whose input is always 1.",
    ),
    (
        {"heeds_b": False},
        "the decision behind your step leaves out b: ŷ = step(w · x + b).",
    ),
    (
        {"fires": lambda z: z},
        "y is compared with the weighted sum itself: compare it with the decision ŷ, 0 or 1.",
    ),
    (
        {"fires": lambda z: z >= 0},
        "look at w · x + b = 0: this book's step answers 0 there, so a sample of class 1 is "
        "missed and one of class 0 is right.",
    ),
]

MISTAKES = [
    Mistake(
        lambda *args: _variant()(*args)[::-1],
        "w comes first and then b: yours stand the other way round.",
    ),
    *(Mistake(_variant(**wrong), advice) for wrong, advice in _WRONG),
    Mistake(
        _variant(error=lambda y, answer: 2 * y - 1),
        "your weights move even where the answer was right: then y - ŷ is 0 and nothing changes.",
    ),
    Mistake(
        _variant(error=lambda y, answer: y * (1 - answer)),
        "a false 1 changes nothing in yours: there y - ŷ is -1, and the step goes away from x. "
        "(Labels are 0 and 1 here, not -1 and 1.)",
    ),
    Mistake(
        _decides_twice,
        "w and b move by one decision, the one before the step: yours decides again, with the new "
        "weights, before b moves.",
    ),
]
