"""signal_sizes(x, weights, f): the root mean square of the activations after each layer."""

import numpy as np

from companion.activations import identity, relu, tanh
from companion.exercises import Case, Mistake, variants

SIGNATURE = "signal_sizes(x, weights, f)"


@variants
def _variant(*, measure=lambda a: np.sqrt(np.mean(a**2)), measured="a", reads="a", kept="layers"):
    """Return sizes of a signal, with some things wrong."""

    def sizes(x, weights, f):
        a = np.asarray(x)
        found = [measure(a)] if kept == "input, layers" else []
        for number, W in enumerate(weights, start=1):
            z = a @ W
            a = f(z)
            bent = measured == "a" or (measured == "z in the last" and number < len(weights))
            found.append(measure(a if bent else z))
            a = {"a": a, "z": z, "x": np.asarray(x)}[reads]
        return found[-1] if kept == "last" and found else np.array(found)

    return sizes


reference = _variant()
reference.__doc__ = "Return an array with one size for each layer."

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


MISTAKES = [
    Mistake(
        _variant(kept="last"),
        "this is the size after the last layer alone: one number for each layer is asked for, so "
        "collect them in the loop.",
    ),
    Mistake(
        _variant(kept="input, layers"),
        "the input's own size is not asked for: one number for each layer.",
    ),
    Mistake(
        _variant(reads="x"),
        "every layer reads the input x: it is to read what the layer before hands on.",
    ),
    Mistake(
        _variant(reads="z"),
        "f is measured, but the next layer is given z; it is to read the activations f(z).",
    ),
    Mistake(
        _variant(measured="z"),
        "this is the size of the sums z; measure after the activation function.",
    ),
    Mistake(
        _variant(measured="z in the last"),
        "the last layer has no f in yours: here every layer has one.",
    ),
    Mistake(
        _variant(measure=lambda a: np.mean(a**2)),
        "these are the mean squares: take the root.",
    ),
    Mistake(
        _variant(measure=np.std),
        "this is the deviation. After a ReLU the mean is not 0, and the root mean square is "
        "something else.",
    ),
    Mistake(
        _variant(measure=lambda a: np.mean(np.abs(a))),
        "this is the mean of the absolute values; square first, then mean, then root.",
    ),
    Mistake(
        _variant(measure=np.linalg.norm),
        "this is the length, the root of the *sum* of the squares; take their mean.",
    ),
    Mistake(
        _variant(measure=lambda a: np.linalg.norm(a) / np.sqrt(len(a))),
        "you divide by the number of samples: the mean is over all numbers of the batch, samples "
        "times units.",
    ),
]
