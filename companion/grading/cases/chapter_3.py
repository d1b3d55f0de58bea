"""Hidden cases of chapter 3, forward propagation."""

import numpy as np

from companion.exercises import Case


def affine_forward(*, rng):
    """Square layers and others, a single sample, a single unit, and integers."""
    k, n = rng.integers(2, 5), rng.integers(5, 8)
    return [
        Case(
            (rng.normal(size=(k, k)), rng.normal(size=(k, k)), rng.normal(size=k)),
            about="As many samples as inputs and units.",
        ),
        Case(
            (rng.normal(size=(2, 3)), rng.normal(size=(3, n)), rng.normal(size=n)),
            about="Samples, inputs and units of different numbers.",
        ),
        Case((_whole(rng, 1, 3), _whole(rng, 3, k), _whole(rng, k)), about="One sample, integers."),
        Case(
            (rng.normal(size=(n, 2)), rng.normal(size=(2, 1)), rng.normal(size=1)),
            about="A single unit.",
        ),
        Case(
            (_whole(rng, 3, k), rng.normal(size=(k, k)), rng.normal(size=k)),
            about="Samples of integers, weights of fractions.",
        ),
    ]


def _whole(rng, *shape):
    """Return integers, but not 0."""
    return rng.integers(1, 5, shape) * rng.choice([-1, 1], shape)


def count_parameters(*, rng):
    """Networks of several depths."""
    hidden, depth = rng.integers([17, 3], [30, 7]).tolist()
    return [
        Case((rng.integers([10, 4, 1], [20, 9, 3]).tolist(),), about="One hidden layer."),
        Case((rng.integers([10, 12, 4, 2], [12, 30, 10, 4]).tolist(),), about="Two hidden layers."),
        Case((rng.integers([20, 3], [90, 11]).tolist(),), about="No hidden layer."),
        Case((rng.integers(2, 7, 4).tolist(),), about="Narrow layers."),
        Case(([1, *depth * [hidden], 1],), about="A deep network."),
    ]


def bump(*, rng):
    """Numbers all over a bump, a matrix, a single number, and integers."""
    left, top, ramp = rng.uniform([0.5, 1, 0.2], [2, 3, 0.8])
    right = left + top + 2 * ramp
    inner = rng.uniform(0.2, 0.8, 4) * ramp
    # Before, at the corners, on the ramps, on top, and after.
    x = [left - 1, left, left + ramp, right - ramp, right, left + top / 2 + ramp, right + 9]
    x += [*left + inner[:2], *right - inner[2:]]
    start, first, whole = -rng.uniform(1, 2), *rng.integers([1, 2], [4, 5]).tolist()
    last = first + 2 * whole + int(rng.integers(3))
    return [
        Case((rng.permutation(x), left, right, ramp), about="Before, on and after the bump."),
        Case(
            (start + rng.uniform(-1, 5, (3, 4)), start, start + 4, rng.uniform(1.1, 1.9)),
            about="A matrix.",
        ),
        Case((left + inner[0], left, left + 2 * ramp, ramp), about="A single number."),
        Case((np.arange(first - 1, last + 2), first, last, whole), about="All are integers."),
    ]
