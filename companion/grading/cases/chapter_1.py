"""Hidden cases of chapter 1, the perceptron."""

import numpy as np

from companion.exercises import Case
from companion.perceptron import GATE_INPUTS, TRUTH_TABLES


def step(*, rng):
    """Numbers on both sides of the threshold and on it, of every size and shape."""
    big, bigger, tiny = 10.0 ** (rng.uniform(250, 305, 3) * [1, 1, -1])
    return [
        Case((_around_0(rng, 6),), about="Numbers on both sides."),
        Case((rng.permutation([-7, -1, 0, 0, 1, 6]).reshape(2, 3),), about="A matrix of integers."),
        Case((rng.uniform(0.1, 6),), about="A single number."),
        Case((0,), about="A single number at the threshold."),
        Case((int(rng.integers(-20, -3)),), about="A single whole number."),
        Case((_around_0(rng, 8).reshape(2, 2, 2),), about="Three axes."),
        Case((np.array([]),), about="An empty array."),
        Case((rng.permutation([-big, tiny, bigger]),), about="Very large and very small numbers."),
    ]


def _around_0(rng, n):
    """Return numbers below 0, the number 0, numbers from there to 1, and numbers above."""
    sides = [-rng.uniform(0.1, 4), 0.0, rng.uniform(0.1, 0.9), rng.uniform(1.1, 4)]
    return rng.permutation([*sides, *rng.uniform(0.1, 4, n - 4)])


def perceptron_update(*, rng):
    """Right and wrong answers, sums of exactly 0, and integers."""
    w, x = _quarters(rng, 2), _quarters(rng, 2)
    against = -np.abs(w) * np.sign(x)  # every weight pulls the sum below 0
    three, size = _quarters(rng, 3), rng.uniform(0.5, 2)
    whole, odd = rng.integers(-3, 4, 2), 2 * rng.integers(-3, 3, 2) + 1
    rates = rng.uniform(0.1, 0.9, 7)
    return [
        Case((*_neuron(rng, 2, 0.75), 1, rates[0]), about="A right answer."),
        Case((*_neuron(rng, 2, -0.5), 1, rates[1]), about="A missed 1."),
        Case((*_neuron(rng, 2, 0.5), 0, rates[2]), about="A false 1."),
        Case((*_neuron(rng, 3, 0), 1, rates[3]), about="A sum of exactly 0, and class 1."),
        Case((*_neuron(rng, 3, 0), 0, rates[4]), about="A sum of exactly 0, and class 0."),
        Case((against, 0.5 - against @ x, x, 0, rates[5]), about="A false 1 because of b."),
        Case(
            (np.array([1, -2, 4]) * size / three, -2.5 * size, three, 0, rates[6]),
            about="A false 1 that takes all three features.",
        ),
        Case(
            (whole, int(-2 - whole @ odd), odd, 1, rng.choice([0.25, 0.5])),
            about="Integers in, fractions out.",
        ),
    ]


def _quarters(rng, *shape, unit=0.25):
    """Return quarters, but not 0: what is computed with a few of them is exact."""
    return rng.integers(1, 9, shape) * rng.choice([-1, 1], shape) * unit


def _neuron(rng, d, z):
    """Return w, b and x whose weighted sum is z."""
    w, x = _quarters(rng, d), _quarters(rng, d)
    return w, z - w @ x, x


def gate(*, rng):
    """The four gates: there are no others to ask for."""
    return [Case((name,), about=f"{name}.") for name in ("AND", "OR", "NAND", "NOR")]


def majority(*, rng):
    """The one case that there is: nothing is handed in."""
    return [Case((), about="Three inputs.")]


def mistake_bound(*, rng):
    """Gates, points in the plane, and integers with three features."""
    w, (far, near) = _slanted(rng), rng.uniform([6, 1], [9, 2])
    # The first point is the longest; the last, of class 0, is the nearest.
    margins = np.array([*rng.uniform(2, 4, 3) * [1, -1, 1], -near])
    along, b = [far, *rng.uniform(-2, 2, 3)], rng.uniform(0.2, 1)
    x = np.outer(along, [-w[1], w[0]]) / np.linalg.norm(w)
    x += np.outer(margins - b, w) / (w @ w)
    return [
        Case((GATE_INPUTS, *_separated(rng, rng.choice(["AND", "OR"]), 1)), about="A gate."),
        Case(
            (GATE_INPUTS, *_separated(rng, rng.choice(["AND", "OR"]), -1)), about="A gate negated."
        ),
        Case((x, np.array([1, 0, 1, 0]), w, b), about="Points in the plane."),
        Case(_whole_points(rng), about="Three features, all integers."),
    ]


def _slanted(rng):
    return rng.uniform(1, 1.5, 2)


def _separated(rng, name, sign):
    """Return the labels of a gate, or of its negation, and a line well between them."""
    w = _slanted(rng)
    least, most = (w.max(), w.sum()) if name == "AND" else (0, w.min())
    y = TRUTH_TABLES[name]
    return y if sign > 0 else 1 - y, sign * w, -sign * (least + most) / 2


def _whole_points(rng):
    """Return integers x, y, w, b; the sample that is nearest has label 1."""
    sums = np.array([rng.integers(2, 4), *rng.integers(5, 9, 3) * [1, -1, -1]])
    x, w, b = rng.integers(-3, 4, (4, 3)), rng.choice([-2, -1, 1, 2], 3), int(rng.integers(1, 4))
    w[2] = 1
    x[:, 2] = sums - b - x[:, :2] @ w[:2]
    order = rng.permutation(4)
    return x[order], (sums[order] > 0).astype(int), w, b
