"""signal_sizes(x, weights, f): the root mean square of the activations behind each layer."""

import numpy as np

from companion.activations import identity, relu, tanh
from companion.exercises import Case, Mistake

SIGNATURE = "signal_sizes(x, weights, f)"


def reference(x, weights, f):
    """Return an array with one size for each layer."""
    return _sizes(x, weights, f)


def _sizes(x, weights, f, *, measure=lambda a: np.sqrt(np.mean(a**2)), first=0, before=False):
    sizes, a = [], np.asarray(x)
    if first:
        sizes.append(measure(a))
    for W in weights:
        z = a @ W
        a = f(z)
        sizes.append(measure(z if before else a))
    return np.array(sizes)


_X = np.array([[1.0, 2.0], [-2.0, 1.0], [0.0, -1.0]])
_SQUARE = np.array([[1.0, 1.0], [-1.0, 1.0]])
_WIDER = np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 0.0]])

CASES = [
    Case((_X, [_SQUARE], identity), about="One linear layer."),
    Case(
        (_X, [_SQUARE, _SQUARE], relu),
        about="The second layer reads what the first hands on.",
    ),
    Case((_X, [_WIDER, _WIDER.T, _SQUARE], tanh), about="The widths change."),
    Case(
        (np.array([[1, -2]]), [np.array([[3, 0], [1, 2]])], relu),
        about="All are integers; the size is not.",
    ),
    Case((_X, [], relu), about="No layer, no size: an empty array."),
]


def _never_bent(x, weights, f):
    sizes, z = [], np.asarray(x)
    for W in weights:
        z = z @ W
        sizes.append(np.sqrt(np.mean(f(z) ** 2)))
    return np.array(sizes)


def _last_alone(x, weights, f):
    a = np.asarray(x)
    for W in weights:
        a = f(a @ W)
    return np.sqrt(np.mean(a**2))


def _last_is_linear(x, weights, f):
    sizes = _sizes(x, weights, f)
    if weights:
        sizes[-1] = _sizes(x, weights, f, before=True)[-1]
    return sizes


MISTAKES = [
    Mistake(
        _last_alone,
        "this is the size after the last layer alone: one number for each layer is asked for, so "
        "collect them in the loop.",
    ),
    Mistake(
        lambda x, weights, f: np.array([np.sqrt(np.mean(f(x @ W) ** 2)) for W in weights]),
        "every layer reads the input x: it is to read what the layer before hands on.",
    ),
    Mistake(
        _last_is_linear,
        "the last layer has no f in yours: here every layer has one.",
    ),
    Mistake(
        lambda x, weights, f: _sizes(
            x, weights, f, measure=lambda a: np.linalg.norm(a) / np.sqrt(len(a))
        ),
        "you divide by the number of samples: the mean is over all numbers of the batch, samples "
        "times units.",
    ),
    Mistake(
        lambda x, weights, f: _sizes(x, weights, f, measure=np.std),
        "this is the deviation. Behind a ReLU the mean is not 0, and the root mean square is "
        "something else.",
    ),
    Mistake(
        lambda x, weights, f: _sizes(x, weights, f, measure=lambda a: np.mean(a**2)),
        "these are the mean squares: take the root.",
    ),
    Mistake(
        lambda x, weights, f: _sizes(x, weights, f, measure=lambda a: np.mean(np.abs(a))),
        "this is the mean of the absolute values; square first, then mean, then root.",
    ),
    Mistake(
        lambda x, weights, f: _sizes(x, weights, f, measure=np.linalg.norm),
        "this is the length, the root of the *sum* of the squares; take their mean.",
    ),
    Mistake(
        lambda x, weights, f: _sizes(x, weights, f, before=True),
        "this is the size of the sums z; measure behind the activation function.",
    ),
    Mistake(
        _never_bent,
        "f is measured, but the next layer is given z; it is to read the activations f(z).",
    ),
    Mistake(
        lambda x, weights, f: _sizes(x, weights, f, first=1),
        "the input's own size is not asked for: one number for each layer.",
    ),
]
