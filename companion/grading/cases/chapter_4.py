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


def softmax_with_temperature(*, rng):
    """Temperatures from the smallest to very large ones."""
    k = rng.integers(3, 6)
    far, tiny = rng.uniform(800, 2000), 10 ** rng.uniform(-25, -15)
    a, b, c = rng.permutation(np.arange(1, 9))[:3]
    # Of these rows, each has another greatest score, two do not have it first, and two share it.
    ties = rng.permutation([[-a - 9, -a, -a], [b, 20 + b, b], [c - 40, c - 50, c - 40]])
    return [
        Case((rng.normal(size=k), 1.0), about="A temperature of 1."),
        Case((rng.normal(size=k), rng.uniform(1.5, 5)), about="A temperature above 1."),
        Case((rng.normal(size=k), rng.uniform(0.2, 0.8)), about="A temperature below 1."),
        Case((rng.normal(size=(2, k)), int(rng.integers(2, 6))), about="A batch."),
        Case((ties, rng.uniform(1e-3, 5e-3)), about="Integers, and a small temperature."),
        Case((rng.permutation([-far, far, far]), 1.0), about="Large scores."),
        Case(
            (tiny * rng.normal(size=k), tiny * rng.uniform(0.5, 2)),
            about="A temperature as small as the differences between the scores.",
        ),
        Case((rng.normal(0, 3, k), 10 ** rng.uniform(11, 13)), about="A very large temperature."),
        Case(
            (
                rng.permutation(rng.integers([91, 95, 99], [95, 99, 105])) * 1.0,
                rng.uniform(1e-307, 4e-307),
            ),
            about="A temperature close to the smallest numbers.",
        ),
    ]


def _softmax_with_temperature(x, temperature):
    x = np.asarray(x, dtype=float)
    with np.errstate(over="ignore"):
        e = np.exp((x - x.max(axis=-1, keepdims=True)) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


#: The right answers to the exercises whose solution is not printed.
KEYS = {"softmax_with_temperature": _softmax_with_temperature}
