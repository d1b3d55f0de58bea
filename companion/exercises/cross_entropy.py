"""cross_entropy(probs, labels): the mean of -log p of the truth, probabilities clipped at 1e-12."""

import numpy as np

from companion import losses
from companion.exercises import Case, Mistake

SIGNATURE = "cross_entropy(probs, labels)"


def reference(probs, labels):
    """Return the loss alone; the companion's function returns its gradient as well."""
    return losses.cross_entropy(probs, labels)[0]


_PROBS = np.array([[0.25, 0.5, 0.25], [0.125, 0.125, 0.75], [0.5, 0.25, 0.25], [0.1, 0.7, 0.2]])

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
    Case((np.array([[0, 1], [1, 0]]), np.array([1, 0])), about="Integers, and certainly right."),
]


def _variant(*, log=np.log, sign=-1, over=np.mean, all_cells=False, clip="at 1e-12"):
    """Return a cross-entropy with one or two things wrong."""

    def cross_entropy(probs, labels):
        probs, labels = np.asarray(probs, float), np.asarray(labels)
        hot = labels if labels.ndim == 2 else np.eye(probs.shape[1])[labels]
        true = probs[np.arange(len(probs)), hot.argmax(axis=1)]
        with np.errstate(all="ignore"):
            each = {
                "at 1e-12": lambda: log(np.maximum(true, 1e-12)),
                "at 1e-15": lambda: log(np.maximum(true, 1e-15)),
                "at 1e-8": lambda: log(np.maximum(true, 1e-8)),
                "at 1e-7": lambda: log(np.maximum(true, 1e-7)),
                "added": lambda: log(true + 1e-12),
                "none": lambda: log(true),
                "none, one-hot": lambda: (hot * log(probs)).sum(axis=1),
            }[clip]()
        return sign * over(each) / (probs.shape[1] if all_cells else 1)

    return cross_entropy


def _both_sides(probs, labels):
    hot = np.asarray(labels) if np.ndim(labels) == 2 else np.eye(np.shape(probs)[1])[labels]
    p, q = np.maximum(probs, 1e-12), np.maximum(1 - np.asarray(probs), 1e-12)
    return -(hot * np.log(p) + (1 - hot) * np.log(q)).sum(axis=1).mean()


_WRONG = [
    ({"over": np.sum}, "this is the sum over the batch: the mean is wanted."),
    (
        {"all_cells": True},
        "you average over all n · k cells: sum over the classes, then take the mean over the n "
        "samples.",
    ),
    ({"sign": 1}, "the sign is wrong: logarithms of numbers below 1 are negative."),
    ({"log": np.log2}, "this is the logarithm to base 2: the book uses the natural one."),
    ({"log": np.log10}, "this is the logarithm to base 10: the book uses the natural one."),
]
_CLIP = [
    (
        {"clip": "none"},
        "a truth with probability 0 makes the loss infinite: count probabilities below 1e-12 as "
        "1e-12.",
    ),
    (
        {"clip": "none, one-hot"},
        "0 · log 0 is nan, also where the 0 is in the labels: clip the probabilities at 1e-12 "
        "before the logarithm.",
    ),
    (
        {"clip": "added"},
        "adding 1e-12 changes every probability, and makes certainty cost less than 0: take the "
        "greater of p and 1e-12.",
    ),
    ({"clip": "at 1e-15"}, "clip at 1e-12, not at 1e-15."),
    ({"clip": "at 1e-8"}, "clip at 1e-12, not at 1e-8."),
    ({"clip": "at 1e-7"}, "clip at 1e-12, not at 1e-7."),
]


def _whole_columns(probs, labels):
    labels = np.argmax(labels, axis=1) if np.ndim(labels) == 2 else np.asarray(labels)
    return -np.log(np.maximum(np.asarray(probs, float)[:, labels], 1e-12)).mean()


MISTAKES = [
    *(Mistake(_variant(**wrong), advice) for wrong, advice in [*_WRONG, *_CLIP]),
    *(
        Mistake(_variant(**wrong, **clip), f"{advice} And then: {more}")
        for wrong, advice in _WRONG
        for clip, more in _CLIP
        if clip != {"clip": "added"}
    ),
    Mistake(
        _whole_columns,
        "probs[:, labels] takes whole columns, each sample with every label: a row number has to "
        "stand beside each label.",
    ),
    Mistake(
        _both_sides,
        "you also charge for the classes that are not the truth: the binary formula, with its "
        "1 - p, is for a single output. Here only the truth's -log p counts.",
    ),
    Mistake(
        lambda probs, labels: losses.squared_error(
            np.asarray(probs, float),
            labels if np.ndim(labels) == 2 else np.eye(np.shape(probs)[1])[labels],
        )[0],
        "this is the squared error: take minus the logarithm of the truth's probability.",
    ),
]
