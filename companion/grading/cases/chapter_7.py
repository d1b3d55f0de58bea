"""Hidden cases of chapter 7, activation functions."""

import numpy as np

from companion.exercises import Case


def leaky_relu(*, rng):
    """Both signs, integers, a single number, and slopes of all sizes."""
    integers = rng.integers(1, 10, (2, 3))
    integers[1, rng.integers(3)] *= -1
    integers[0, rng.integers(1, 3)] = 0
    return [
        Case((_both_signs(rng, 4, zero=True), rng.uniform(0.1, 0.4)), about="A plain array."),
        Case((integers, rng.uniform(0.2, 0.8)), about="A matrix of integers."),
        Case((-int(rng.integers(2, 10)), rng.uniform(0.1, 0.4)), about="A single whole number."),
        Case((_both_signs(rng, 3), rng.uniform(1.5, 4)), about="An alpha above 1."),
        Case((_both_signs(rng, 3), -rng.uniform(0.5, 2)), about="An alpha below 0."),
        Case((_both_signs(rng, 3), 0), about="An alpha of 0."),
    ]


def silu(*, rng):
    """Both signs, integers, a single number, and numbers far out."""
    far = rng.uniform(800, 5000, 2)
    return [
        Case((_both_signs(rng, 4, zero=True),), about="A plain array."),
        Case((_integers(rng, (2, 3)),), about="A matrix of integers."),
        Case((-int(rng.integers(2, 6)),), about="A single whole number."),
        Case((rng.permutation(far * [-1, 1]),), about="Far out, where an overflow is an error."),
    ]


def layer_factor(*, rng):
    """Layers of one and of several units, integers, ReLU, and weights of zero."""
    n, n_in, n_out = rng.permutation([2, 3, 5]) + rng.integers(2)
    k = rng.integers(2, 4)
    return [
        Case(
            (rng.uniform(1, 5, (1, 1)), rng.uniform(1, 5, (1, 1)), rng.uniform(0.1, 0.9, (1, 1))),
            about="One unit a layer.",
        ),
        Case(
            (rng.normal(0, 3, (k, k)), rng.normal(0, 2, (k, k)), np.ones((k, k))),
            about="All slopes are 1.",
        ),
        Case(
            (
                rng.normal(0, 1, (2, 2)),
                _integers(rng, (2, 2)),
                rng.permuted(np.eye(2, dtype=int), axis=1),
            ),
            about="ReLU: slopes of 0 and 1, and integers.",
        ),
        Case(
            (
                rng.normal(size=(n, n_out)),
                rng.normal(size=(n_in, n_out)),
                rng.uniform(0.1, 1, (n, n_in)),
            ),
            about="Layers of different width.",
        ),
        Case(
            (_integers(rng, (2, 2)), _integers(rng, (3, 2)), rng.uniform(0.1, 0.9, (2, 3))),
            about="dz and W hold integers; the slopes do not.",
        ),
        Case(
            (rng.normal(size=(n, n_out)), np.zeros((n_in, n_out)), rng.uniform(0, 1, (n, n_in))),
            about="Weights of zero.",
        ),
    ]


def count_dead(*, rng):
    """Units that are closed for all samples, for nearly all, and for some."""
    nearly = _units(rng, 3, dead=2, alive=2)
    nearly[nearly > 0] = rng.uniform(1, 5) * 1e-9
    zeros = np.where(_units(rng, 3, dead=3, alive=2) > 0, rng.uniform(1, 3), 0)
    n = int(rng.integers(3, 6))
    return [
        Case((_units(rng, n + 2, dead=2, alive=n),), about="Some units are dead."),
        Case((nearly,), about="Open for one sample, and only a little."),
        Case((zeros,), about="Pre-activations of exactly 0."),
        Case(
            (np.sign(_units(rng, 2, dead=3, alive=2)).astype(int) * rng.integers(1, 4),),
            about="Integers, and fewer samples than units.",
        ),
        Case((-rng.uniform(0.5, 3, (n, n + 2)),), about="All are dead."),
        Case((rng.uniform(0.5, 3, (n, n + 1)),), about="None is dead."),
        Case((_units(rng, 2, dead=2, alive=3),), about="All means are negative."),
    ]


def _both_signs(rng, shape, zero=False):
    """Return numbers of either sign, none of them near 0; a 0 at the end, if it is asked for."""
    signs = np.resize([1, -1], shape)
    numbers = rng.permuted(signs, axis=-1) * rng.uniform(0.2, 3, shape)
    return np.append(numbers, 0) if zero else numbers


def _integers(rng, shape):
    """Return integers of either sign, of which the first is positive."""
    return np.resize([1, -1], shape) * rng.integers(1, 6, shape)


def _units(rng, n, dead, alive):
    """Return pre-activations of units: those that are alive are open for one of n samples."""
    z = -rng.uniform(1.5, 4, (n, dead + alive))
    z[rng.integers(n, size=alive), np.arange(alive)] = rng.uniform(0.2, 1, alive)
    return rng.permuted(z, axis=0)[:, rng.permutation(dead + alive)]
