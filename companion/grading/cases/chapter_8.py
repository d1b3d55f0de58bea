"""Hidden cases of chapter 8, weight initialization."""

import numpy as np

from companion.activations import identity, relu, tanh
from companion.exercises import Case


def xavier_init(*, rng):
    """Layers that widen, narrow, and stay as wide, and a single unit."""
    return _layers(rng)


def he_init(*, rng):
    """Layers that widen, narrow, and stay as wide, and a single unit."""
    return _layers(rng)


def leaky_std(*, rng):
    """ReLU, no bend, a slope between them, a whole number, and one below 0."""
    first, *more = rng.integers(60, 300, 5).tolist()
    return [
        Case((first, 0.0), about="A slope of 0."),
        Case((more[0], 1.0), about="A slope of 1."),
        Case((more[1], rng.uniform(0.2, 0.8)), about="A slope between 0 and 1."),
        Case((more[2], int(rng.integers(2, 6))), about="The slope is an integer above 1."),
        Case((more[3], -rng.uniform(0.3, 0.9)), about="A slope below 0."),
    ]


def signal_sizes(*, rng):
    """A linear layer, several layers, widths that change, integers, and no layer at all."""
    n, d = rng.integers(3, 6, 2)
    x = rng.normal(0, 2, (n, d))
    wider, narrower = rng.normal(size=(d, d + 2)), rng.normal(size=(d + 2, d - 1))
    signs = rng.permutation([1, -1])  # relu lets one of two units through
    return [
        Case((x, [rng.normal(size=(d, d))], identity), about="One linear layer."),
        Case((np.abs(x), list(rng.normal(0.3, 1, (2, d, d))), relu), about="Two layers of ReLU."),
        Case((x, [wider, narrower, rng.normal(size=(d - 1, 3))], tanh), about="Widths change."),
        Case(
            (rng.integers(1, 6, (1, 2)), [signs * rng.integers(1, 5, (2, 2))], relu),
            about="All are integers; the size is not.",
        ),
        Case((rng.normal(size=(n, d)), [], relu), about="No layer."),
    ]


def _layers(rng):
    small, large = rng.integers(32, 40), rng.integers(45, 60)
    return [
        Case((int(small), int(large), _generator(rng)), about="The layer widens."),
        Case((int(large), int(small), _generator(rng)), about="The layer narrows."),
        Case((int(small), int(small), _generator(rng)), about="A square layer."),
        Case((int(rng.integers(2, 6)), 1, _generator(rng)), about="One unit."),
    ]


def _generator(rng):
    return np.random.default_rng(rng.integers(2**32))
