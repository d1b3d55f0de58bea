"""Hidden cases of chapter 4, softmax and cross-entropy."""

import numpy as np

from companion.exercises import Case


def softmax(*, rng):
    """One sample, batches, integers, and scores that overflow."""
    k = rng.integers(3, 6)
    far = rng.uniform(800, 5000)
    return [
        Case((rng.normal(0, 2, k),), about="One sample."),
        Case((rng.normal(0, 2, (rng.integers(2, 4), k)),), about="A batch."),
        Case((rng.integers(-3, 4, (3, 3)),), about="A square batch of integers."),
        Case((rng.normal(0, 5, (3, 1)),), about="A single class."),
        Case((rng.normal(far, 1, (2, k)),), about="Large scores."),
        Case((rng.permutation([far, 0.0, *rng.normal(size=2)]),), about="One score far above."),
        Case((rng.normal(-far, 1, k),), about="All scores far below 0."),
        Case(
            (rng.normal(size=(3, 3)) + far * rng.permutation([-1, 0, 1])[:, None],),
            about="Rows of very different size.",
        ),
    ]


def softmax_with_temperature(*, rng):
    """Temperatures from the smallest to very large ones."""
    return []


def _softmax_with_temperature(x, temperature):
    x = np.asarray(x, dtype=float)
    with np.errstate(over="ignore"):
        e = np.exp((x - x.max(axis=-1, keepdims=True)) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


#: The right answers to the exercises whose solution is not printed.
KEYS = {"softmax_with_temperature": _softmax_with_temperature}
