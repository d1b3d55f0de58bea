"""Hidden cases of chapter 6, backpropagation."""

import numpy as np

from companion.exercises import Case
from companion.exercises.Value import (
    _after_another,
    _case,
    _early_and_late,
    _late_and_early,
    _neuron,
)


def affine_backward(*, rng):
    """Square layers and others, a single sample, a single unit, and integers."""
    k, n = rng.integers(3, 5), rng.integers(5, 8)
    return [
        Case(
            (rng.normal(size=(k, k)), rng.normal(size=(k, k)), rng.normal(size=(k, k))),
            about="As many samples as inputs and units.",
        ),
        Case(
            (rng.normal(size=(n, 2)), rng.normal(size=(n, 3)), rng.normal(size=(3, 2))),
            about="Samples, inputs and units of different numbers.",
        ),
        Case(
            (rng.normal(size=(1, 2)), _whole(rng, 1, k), _whole(rng, k, 2)),
            about="One sample; x and w hold integers.",
        ),
        Case(
            (rng.normal(size=(n, 1)), rng.normal(size=(n, 2)), rng.normal(size=(2, 1))),
            about="A single unit.",
        ),
    ]


def _whole(rng, *shape):
    """Return integers, but not 0."""
    return rng.integers(1, 5, shape) * rng.choice([-1, 1], shape)


def _signed(rng, *shape):
    """Return two arrays without 0 in which all four pairs of signs meet."""
    n = np.prod(shape)
    signs = rng.permutation(np.resize([[1, 1], [1, -1], [-1, 1], [-1, -1]], (n, 2)))
    numbers = signs * rng.uniform(0.2, 4, (n, 2))
    return numbers[:, 0].reshape(shape), numbers[:, 1].reshape(shape)


def relu_backward(*, rng):
    """Both signs in dout and x, zeros, integers, and three axes."""
    k = rng.integers(4, 7)
    whole = rng.permutation([*_whole(rng, k - 2), -2, 3])
    dout, x = _signed(rng, 2, 2, 2)
    x[0, 0, 0] = 0
    return [
        Case(_signed(rng, 2, 3), about="All pairs of signs."),
        Case((rng.normal(size=k), rng.choice([0.0, -0.0], k)), about="At 0."),
        Case((rng.normal(size=k), np.array([-1, *whole[1:-1], 2])), about="x holds integers."),
        Case((_whole(rng, k), whole), about="dout and x are integers."),
        Case((dout, x), about="Three axes."),
    ]


def sigmoid_backward(*, rng):
    """Moderate numbers, integers, numbers far out, and a single one."""
    return _slopes(rng)


def tanh_backward(*, rng):
    """Moderate numbers, integers, numbers far out, and a single one."""
    return _slopes(rng)


def _slopes(rng):
    dout, x = _signed(rng, 2, 3)
    far = rng.uniform(800, 2000, 2) * [1, -1]
    return [
        Case((dout, x / 2), about="All pairs of signs."),
        Case((_whole(rng, 3), rng.permutation([1, -1, rng.choice([-2, 0, 2])])), about="Integers."),
        Case((_whole(rng, 3) / 2, rng.permutation([*far, rng.uniform(0.2, 1)])), about="Far out."),
        Case((rng.uniform(1.5, 3), -rng.uniform(0.2, 2)), about="A single number."),
    ]


def Value(*, rng):
    """Sums, products and ReLUs; values that are used more than once; backward more than once."""

    def draw(names):
        """Return a number for each name, above 0."""
        return dict(zip(names, rng.uniform(1.2, 4, len(names)).round(2).tolist(), strict=True))

    below, above = -rng.uniform(0.2, 4), rng.uniform(0.2, 4)
    whole = dict(zip("xyz", rng.integers([2, 2, -3], [6, 6, 0]).tolist(), strict=True))
    return [
        _case("x + y", lambda x, y: x + y, "A sum.", **draw("xy")),
        _case("x * y", lambda x, y: x * y, "A product.", **draw("x") | {"y": below}),
        _case("(x + y) * z", lambda x, y, z: (x + y) * z, "A sum in a product.", **draw("xyz")),
        _case("x.relu()", lambda x: x.relu(), "A ReLU above 0.", x=above),
        _case("x.relu()", lambda x: x.relu(), "A ReLU below 0.", x=below),
        _case("x.relu() + y", lambda x, y: x.relu() + y, "A ReLU at 0.", x=0.0, y=below),
        _case("x.relu() * y", lambda x, y: x.relu() * y, "A gate.", x=above, y=below),
        _case("x + x", lambda x: x + x, "A value that is used twice.", **draw("x")),
        _case("x * x * x", lambda x: x * x * x, "A value that is used three times.", **draw("x")),
        _case("q * q + q with q = x * x", _early_and_late, "Used early and late.", **draw("x")),
        _case("q + q * q with q = x * x", _late_and_early, "Used late and early.", **draw("x")),
        _case("(x * y + z).relu() * y", _neuron, "A neuron.", **draw("xyz")),
        _case("(x * y + z).relu() * y", _neuron, "A neuron of integers.", **whole),
        _case("x * x + y", lambda x, y: x * x + y, "backward() twice.", backward=2, **draw("xy")),
        _case(
            "x * x after (x + x).backward()", _after_another, "Two results of a value.", **draw("x")
        ),
    ]


def two_layer_gradients(*, rng):
    """Hidden layers as wide as the output and wider, one sample, and integers."""
    k = rng.integers(3, 5)
    return [
        _classifier(rng, 6, 2, k, k, about="As many hidden units as classes."),
        _classifier(rng, 7, 2, k + 1, k, about="More hidden units than classes."),
        _classifier(rng, 1, 3, 2, k, about="One sample."),
        _classifier(rng, 4, 2, 2, 2, whole=True, about="All arrays hold integers."),
    ]


def _classifier(rng, n, n_in, hidden, classes, *, about, whole=False):
    """Return data and parameters, with as many samples of each class as can be."""

    def draw(*shape):
        return (
            rng.integers(1, 3, shape) * rng.choice([-1, 1], shape)
            if whole
            else rng.normal(size=shape)
        )

    labels = rng.permutation(np.arange(n) % classes)
    params = draw(n_in, hidden), draw(hidden), draw(hidden, classes), draw(classes)
    return Case((draw(n, n_in), labels, *params), about=about)
