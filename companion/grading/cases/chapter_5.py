"""Hidden cases of chapter 5, gradient descent."""

import numpy as np

from companion.exercises import Case
from companion.exercises.numerical_gradient import _Function


def numerical_gradient(*, rng):
    """Several functions, at numbers that are short in binary but in one case."""
    c = int(rng.integers(2, 5))
    squares = _Function("c Σ x²", lambda x: c * (x**2).sum())
    cubes = _Function("c Σ x³", lambda x: c * (x**3).sum())
    mixed = _Function("x₀ x₁ + c x₁", lambda x: x[0] * x[1] + c * x[1])
    weights = rng.integers(1, 9, 6)
    weighted = _Function("Σ wᵢ xᵢ", lambda x: (weights.reshape(x.shape) * x).sum())
    return [
        Case((squares, _quarters(rng, 3), 0.5), about="Squares."),
        Case((cubes, _quarters(rng, 2), 0.5), about="Cubes: with h² in the difference."),
        Case((mixed, _quarters(rng, 2), 0.25), about="A product of two entries."),
        Case((weighted, _quarters(rng, 2, 3), 0.125), about="A matrix."),
        Case((squares, *_traces(rng)), about="h is small beside x."),
        Case((squares, rng.integers(-4, 5, 3), 0.25), about="Integers, squared."),
        Case((cubes, rng.integers(-4, 5, 3), 0.25), about="Integers, cubed."),
        Case((weighted, _quarters(rng, 3, 1, 2), 0.125), about="Three axes."),
    ]


def _quarters(rng, *shape):
    """Return quarters, but not 0: what is computed with a few of them is exact."""
    return rng.integers(1, 13, shape) * rng.choice([-0.25, 0.25], shape)


def _traces(rng):
    """Return x and h with which adding and subtracting h does not lead back to x."""
    while True:
        x, h = rng.uniform([90, -0.9], [110, -0.5]), rng.uniform(0.01, 0.02)
        if np.all(x + h - 2 * h + h != x):
            return x, h


def quadratic_descent(*, rng):
    """Bowls along the axes and aslant, steps that are too long, no step, and integers."""
    a, b, c = rng.uniform([1.5, 0.4, 1.5], [3, 1.2, 3])
    steep = rng.uniform(0.5, 2)
    return [
        Case(
            (np.diag(rng.uniform(0.5, 2, 2)), rng.normal(0, 3, 2), rng.uniform(0.1, 0.4), 3),
            about="A bowl along the axes.",
        ),
        Case(
            (np.array([[a, b], [b, c]]), rng.uniform(1, 3, 2), rng.uniform(0.1, 0.2), 4),
            about="A bowl aslant.",
        ),
        Case(
            (np.array([[steep]]), rng.uniform(1, 3, 1), rng.uniform(2.5, 3.5) / steep, 4),
            about="It diverges, and may.",
        ),
        Case(
            (np.diag(rng.uniform(0.5, 2, 3)), rng.normal(0, 3, 3), rng.uniform(0.1, 0.4), 0),
            about="No step.",
        ),
        Case(
            (np.diag(rng.integers(1, 4, 2)), 2 * rng.integers(1, 6, 2) + 1, 0.25, 3),
            about="Integers.",
        ),
    ]


def best_rate(*, rng):
    """Bowls along the axes and aslant, with three curvatures, round, and of integers."""
    least, most = rng.uniform([0.5, 4], [2, 8])
    middle = least + rng.choice([0.2, 0.8]) * (most - least)
    # The one between the extremes stands at an end.
    three = [middle, *rng.permutation([least, most])]
    a, b, c = rng.uniform([2, 0.5, 2], [4, 1.5, 4])
    return [
        Case((np.diag(rng.uniform([0.5, 4], [2, 8])),), about="A bowl along the axes."),
        Case((np.array([[a, b], [b, c]]),), about="A bowl aslant."),
        Case((np.diag(three[:: rng.choice([-1, 1])]),), about="Three curvatures."),
        Case((rng.uniform(0.5, 4) * np.eye(rng.integers(2, 5)),), about="A round bowl."),
        Case((np.diag(rng.permutation(rng.integers([1, 4], [4, 12]))),), about="Integers."),
    ]
