"""Hidden cases of chapter 9, batch normalization."""

import numpy as np

from companion.exercises import Case


def batchnorm_forward(*, rng):
    """Training and inference, one sample, a large eps, and integers."""
    x = rng.normal([5, 90, 0.002], [2, 30, 0.001], (int(rng.integers(4, 7)), 3))
    rest = _scales(rng, 3), rng.normal(0, 2, 3), rng.normal(x.mean(axis=0)), rng.uniform(1, 4, 3)
    momentum = rng.uniform(0.8, 0.95)
    integers = rng.integers(1, 4, (4, 2))
    return [
        Case((x, *rest, momentum, 1e-5, True), about="Training."),
        Case((rng.permutation(x), *rest, momentum, 1e-5, False), about="Inference."),
        Case((x[-1:], *rest, momentum, 1e-5, False), about="Inference for one sample."),
        Case(
            (x[:3] * 3, *rest, rng.uniform(0.6, 0.8), rng.uniform(0.3, 1), True),
            about="Training, with as many samples as features, and a large eps.",
        ),
        Case(
            (_integers(rng, 3, 2), *integers, rng.uniform(0.3, 0.7), 1e-3, True),
            about="All arrays hold integers.",
        ),
    ]


def batchnorm_backward(*, rng):
    """One feature and several, a large eps, and integers."""
    n = int(rng.integers(4, 7))
    x, dout = rng.normal(3, 2, (n, 3)), rng.normal(0.5, 2, (n, 3))
    one = np.eye(n)[rng.integers(n)][:, None]
    return [
        Case((one, rng.normal(4, 2, (n, 1)), np.array([1.0]), 1e-12), about="One feature."),
        Case((dout, x, _scales(rng, 3), 1e-5), about="Several features."),
        Case(
            (dout[:3], x[:3], _scales(rng, 3), rng.uniform(0.3, 1)),
            about="As many samples as features, and a large eps.",
        ),
        Case(
            (_integers(rng, 3, 2), _integers(rng, 3, 2), rng.integers(1, 4, 2), 1),
            about="All arrays hold integers.",
        ),
    ]


def fold_batchnorm(*, rng):
    """A square layer and another, a large eps, and integers."""
    b, beta, mean = rng.normal(0, 2, (3, 3))
    rest = b, _scales(rng, 3), beta, mean, rng.uniform(0.3, 6, 3)
    var = rng.choice([1, 2, 4, 5, 6], 1)  # with an eps of 1 the root is irrational
    return [
        Case((rng.normal(0, 2, (3, 3)), *rest, rng.uniform(0.5, 2)), about="A large eps."),
        Case((rng.normal(0, 2, (2, 3)), *rest, 1e-5), about="Two inputs, three units."),
        Case(
            (
                rng.integers(1, 5, (1, 1)),
                rng.integers(4, 8, 1),
                rng.integers(1, 5, 1),
                rng.integers(1, 5, 1),
                rng.integers(1, 4, 1),
                var,
                1,
            ),
            about="One unit, and all arrays hold integers.",
        ),
    ]


def _scales(rng, d):
    """Return scales of either sign, none of them near 0 or 1."""
    return rng.permutation(np.resize([1, -1], d)) * rng.uniform(1.3, 3, d)


def _integers(rng, n, d):
    """Return a column of different integers for each feature."""
    return np.column_stack([rng.permutation(10)[:n] for _ in range(d)])
