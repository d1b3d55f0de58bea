"""perceptron_update(w, b, x, y, lr): (w, b) after the learning rule has seen one sample."""

import numpy as np

from companion import perceptron
from companion.exercises import Case, Mistake

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
        about="Weights and sample are integers; the new weights need not be.",
    ),
]


def _variant(
    *, fires=lambda z: z > 0, sign=1, use_lr=True, bias=True, by_answer=False, heeds_b=True
):
    """Return an update with one thing wrong."""

    def update(w, b, x, y, lr):
        answer = float(fires(np.dot(w, x) + (b if heeds_b else 0)))
        change = sign * (lr if use_lr else 1) * ((y - answer) if not by_answer else (2 * y - 1))
        return w + change * x, b + change if bias else b

    return update


MISTAKES = [
    Mistake(
        _variant(sign=-1),
        "the step goes the wrong way: a missed 1 must move w towards x. Look at the sign of y - ŷ.",
    ),
    Mistake(_variant(bias=False), "w moves but b stays: the bias learns too, by lr (y - ŷ)."),
    Mistake(_variant(use_lr=False), "the learning rate lr has no effect on your step."),
    Mistake(
        _variant(fires=lambda z: z >= 0),
        "look at w · x + b = 0: this book's step answers 0 there, so a sample of class 1 is "
        "missed and one of class 0 is right.",
    ),
    Mistake(
        _variant(by_answer=True),
        "your weights move even where the answer was right: then y - ŷ is 0 and nothing changes.",
    ),
    Mistake(
        _variant(fires=lambda z: z),
        "y is compared with the weighted sum itself: compare it with the decision ŷ, 0 or 1.",
    ),
    Mistake(
        _variant(heeds_b=False),
        "the decision behind your step leaves out b: ŷ = step(w · x + b).",
    ),
]
