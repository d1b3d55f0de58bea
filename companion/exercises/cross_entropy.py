"""cross_entropy(probs, labels): the mean of -log p of the truth, probabilities clipped at 1e-12."""

from functools import partial

import numpy as np

from companion import losses
from companion.exercises import Case, Mistake, variants

SIGNATURE = "cross_entropy(probs, labels)"


def reference(probs, labels):
    """Return the loss alone; the companion's function returns its gradient as well."""
    return losses.cross_entropy(probs, labels)[0]


_PROBS = np.array([[0.25, 0.5, 0.25], [0.125, 0.125, 0.75], [0.5, 0.25, 0.25], [0.1, 0.7, 0.2]])

_SURE = np.array([[0, 1, 0], [1, 0, 0]])

CASES = [
    Case((_PROBS, np.array([1, 2, 1, 0])), about="Labels are integers, shape (4,)."),
    Case((_PROBS, np.eye(3)[[1, 2, 1, 0]]), about="Labels are one-hot, shape (4, 3)."),
    Case(
        (np.eye(3) * 0.7 + 0.1, np.eye(3, dtype=int)[[2, 0, 1]]),
        about="Labels are one-hot integers, and there are as many samples as classes.",
    ),
    Case(
        (np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0, 0])),
        about="The first truth got probability 0, which counts as 1e-12.",
    ),
    Case(
        (np.array([[2e-12, 1 - 2e-12], [1 - 1e-13, 1e-13]]), np.array([0, 1])),
        about="A probability of 2e-12 stays as it is, one of 1e-13 counts as 1e-12.",
    ),
    Case(
        (_SURE, np.array([0, 0])),
        about="Probabilities are integers, and the first truth got 0: a copy of integers cannot "
        "hold 1e-12.",
    ),
    Case(
        (_SURE, np.eye(3, dtype=int)[[0, 0]]),
        about="Probabilities and one-hot labels are integers, and the first truth got 0.",
    ),
]


def _one_hot(labels, k):
    return labels if np.ndim(labels) == 2 else np.eye(k)[labels]


#: What the exercise asks for; a mistake puts something else in its place.
_clip = partial(np.maximum, 1e-12)


@variants
def _variant(
    *,
    log=np.log,
    sign=-1,
    over=np.mean,
    all_cells=False,
    clip=_clip,
    all_logs=False,
):
    """Return a cross-entropy with something wrong."""

    def cross_entropy(probs, labels):
        p = clip(np.asarray(probs, float))
        hot = _one_hot(labels, p.shape[1])
        true = np.arange(len(p)), hot.argmax(axis=1)
        with np.errstate(all="ignore"):
            each = (hot * log(p)).sum(axis=1) if all_logs else log(p[true])
        return sign * over(each) / (p.shape[1] if all_cells else 1)

    return cross_entropy


def _both_sides(probs, labels):
    hot = _one_hot(labels, np.shape(probs)[1])
    p = np.clip(probs, 1e-12, 1 - 1e-12)
    return -(hot * np.log(p) + (1 - hot) * np.log(1 - p)).sum(axis=1).mean()


def _entropy(probs, labels):
    p = np.maximum(probs, 1e-12)
    return -(p * np.log(p)).sum(axis=1).mean()


def _whole_columns(probs, labels):
    labels = np.argmax(labels, axis=1) if np.ndim(labels) == 2 else np.asarray(labels)
    return -np.log(np.maximum(np.asarray(probs, float)[:, labels], 1e-12)).mean()


def _from_1(probs, labels):
    probs = np.asarray(probs, float)
    labels = np.argmax(labels, axis=1) if np.ndim(labels) == 2 else labels - 1
    return -np.log(np.maximum(probs[np.arange(len(probs)), labels], 1e-12)).mean()


def _in_whole_numbers(probs, labels):
    hot = _one_hot(labels, np.shape(probs)[1])
    true = np.maximum(np.asarray(probs, float)[hot.astype(bool)], 1e-12)
    return -np.trunc(np.log(true)).mean()


_WRONG = [
    ({"log": lambda p: p}, "the logarithm is missing: a sample costs -log p of the truth."),
    ({"sign": 1}, "the sign is wrong: logarithms of numbers below 1 are negative."),
    ({"over": np.sum}, "this is the sum over the batch: the mean is wanted."),
    (
        {"all_cells": True},
        "you average over all n · k cells: sum over the classes, then take the mean over the n "
        "samples.",
    ),
    ({"log": np.log2}, "this is the logarithm to base 2: the book uses the natural one."),
    ({"log": np.log10}, "this is the logarithm to base 10: the book uses the natural one."),
    (
        {"clip": np.positive},
        "a truth with probability 0 makes the loss infinite: count probabilities below 1e-12 as "
        "1e-12.",
    ),
    (
        {"clip": np.positive, "all_logs": True},
        "0 · log 0 is nan, also where the 0 is in the labels: clip the probabilities at 1e-12 "
        "before the logarithm.",
    ),
    *(
        (
            {"clip": partial(np.add, small)},
            f"adding {small:g} changes every probability: take the greater of p and 1e-12.",
        )
        for small in (1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
    ),
    *(
        ({"clip": partial(np.maximum, small)}, f"clip at 1e-12, not at {small:g}.")
        for small in (1e-7, 1e-8, 1e-10, 1e-15)
    ),
]

MISTAKES = [
    Mistake(
        lambda probs, labels: losses.squared_error(
            np.asarray(probs, float), _one_hot(labels, np.shape(probs)[1])
        )[0],
        "this is the squared error: take minus the logarithm of the truth's probability.",
    ),
    Mistake(
        _entropy,
        "the labels have no effect: this is the entropy of the predictions. Only the probability "
        "of the truth counts.",
    ),
    Mistake(
        lambda probs, labels: -np.log(np.max(probs, axis=1)).mean(),
        "this is the logarithm of the greatest probability in each row: that of the truth counts, "
        "whether it is the greatest or not.",
    ),
    Mistake(
        _both_sides,
        "you also charge for the classes that are not the truth: the binary formula, with its "
        "1 - p, is for a single output. Here only the truth's -log p counts.",
    ),
    Mistake(
        _whole_columns,
        "probs[:, labels] takes whole columns, each sample with every label: a row number has to "
        "stand beside each label.",
    ),
    Mistake(_from_1, "the classes are counted from 0: label 0 belongs to the first column."),
    Mistake(
        _in_whole_numbers,
        "the fractions are cut off: an array like the labels, np.zeros_like(labels), holds whole "
        "numbers.",
    ),
    *(Mistake(_variant(**wrong), advice) for wrong, advice in _WRONG),
]
