"""Hidden cases of chapter 4, softmax and cross-entropy."""

import numpy as np

from companion.exercises import Case


def sigmoid(*, rng):
    """Numbers and arrays, integers, and numbers so far out that exp overflows."""
    far = rng.uniform([800, 5000], [2000, 20000])
    return [
        Case((rng.permutation([0.0, *rng.normal(0, 2, 5)]),), about="Moderate numbers."),
        Case((rng.integers(-7, 8, (2, 3)),), about="A matrix of integers."),
        Case((rng.uniform(0.1, 3),), about="A single number."),
        Case((int(rng.integers(-9, -3)),), about="A single whole number."),
        Case((rng.normal(0, 2, (2, 1, 3)),), about="Three axes."),
        Case((far[0] * np.array([-1, 1]),), about="Far out."),
        Case((far[1] * np.array([1, -1]),), about="Farther out."),
    ]


def softmax(*, rng):
    """One sample, batches, integers, and scores that overflow."""
    k = rng.integers(3, 6)
    far = rng.uniform(1200, 5000)
    lead = rng.normal(size=4)
    lead[rng.integers(1, 4)] = far
    return [
        Case((rng.normal(0, 2, k),), about="One sample."),
        Case((rng.normal(0, 2, (rng.integers(2, 4), k)),), about="A batch."),
        Case((rng.integers(-3, 4, (3, 3)),), about="A square batch of integers."),
        Case((rng.normal(0, 5, (3, 1)),), about="A single class."),
        Case((rng.normal(far, 1, (2, k)),), about="Large scores."),
        Case((lead,), about="One score far above."),
        Case((rng.normal(-far, 1, k),), about="All scores far below 0."),
        Case(
            (rng.normal(size=(3, 3)) + far * rng.permutation([-1, 0, 1])[:, None],),
            about="Rows of very different size.",
        ),
    ]


def cross_entropy(*, rng):
    """Labels of both kinds, probabilities of 0 and near the clip, and integers."""
    k = rng.integers(3, 5)
    labels = rng.permutation([*range(k), 0, 1])
    probs = rng.dirichlet(np.full(k, 3), len(labels))
    small, tiny = rng.uniform([2e-12, 1e-14], [9e-12, 5e-13])
    near = np.array([[small, 1 - small], [1 - tiny, tiny]])
    # Who is sure is wrong in the first sample and right in the others.
    sure = rng.permutation(k)
    truth = sure.copy()
    truth[0] = (truth[0] + 1) % k
    return [
        Case((probs, labels), about="Labels as integers."),
        Case((probs, np.eye(k)[labels]), about="Labels one-hot."),
        Case(
            (rng.dirichlet(np.full(k, 3), k), np.eye(k, dtype=int)[rng.permutation(k)]),
            about="As many samples as classes; labels are one-hot, as integers.",
        ),
        Case((np.eye(k)[sure], truth), about="A truth got the probability 0."),
        Case((near, np.array([0, 1])), about="Probabilities on both sides of the clip."),
        Case((np.eye(k, dtype=int)[sure], truth), about="Probabilities are integers."),
        Case(
            (np.eye(k, dtype=int)[sure], np.eye(k, dtype=int)[truth]),
            about="Probabilities and labels are integers.",
        ),
    ]


def softmax_cross_entropy(*, rng):
    """Labels of both kinds, integers, and logits that overflow."""
    k = rng.integers(3, 5)
    labels = rng.permutation([*range(k), 0, 1])
    logits = rng.normal(0, 2, (len(labels), k))
    far, farther = rng.uniform([1000, 5000], [1500, 20000])
    leads = np.array([rng.permutation([far, 0.8 * far, 0.0]), np.full(3, -farther)])
    one, other = rng.permutation(4)[:2]
    return [
        Case((logits, labels), about="Labels as integers."),
        Case((logits, np.eye(k)[labels]), about="Labels one-hot."),
        Case(
            (rng.integers(-3, 4, (k, k)), rng.permutation(k)),
            about="As many samples as classes; logits are integers.",
        ),
        Case(
            (rng.integers(-3, 4, (2, k)), np.eye(k, dtype=int)[rng.permutation(k)[:2]]),
            about="Logits and one-hot labels are integers.",
        ),
        Case((leads, np.array([leads[0].argmax(), rng.integers(3)])), about="Large logits."),
        Case((2 * far * np.eye(4)[[one]], np.array([other])), about="Wrong by a large lead."),
    ]


def bce_with_logits(*, rng):
    """Both labels, integers, and logits that are certain, right or wrong."""
    far, farther = rng.uniform([800, 5000], [2000, 20000])
    y = rng.permutation([0, 0, 1, 1, 1])
    return [
        Case((rng.normal(0, 2, 5), y), about="Both classes."),
        Case((rng.integers(-4, 5, 4), rng.permutation([0, 1, 0, 1])), about="Integers."),
        Case((np.array([-far, farther]), np.array([0, 1])), about="Certain, and right."),
        Case(
            (np.array([-farther, far, rng.normal()]), np.array([1, 0, rng.integers(2)])),
            about="Certain, and wrong.",
        ),
    ]
