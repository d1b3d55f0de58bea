"""Hidden cases of chapter 13, reading handwritten digits."""

import numpy as np

from companion.exercises import Case


def confusion_matrix(*, rng):
    """Pairs that occur once and often, classes that do not occur, and no samples at all."""
    n, k = int(rng.integers(9, 14)), int(rng.integers(5, 8))
    pairs = rng.choice(9, 4, replace=False)
    often = rng.integers(0, 3, (2, n))
    often[:, -1] = often[:, 0]
    some = rng.choice(k, 3, replace=False)
    i, j = rng.choice(4, 2, replace=False)
    nobody = np.array([], dtype=int)
    return [
        Case((*np.divmod(pairs, 3), 3), about="Different pairs."),
        Case((*rng.permuted(often, axis=1), 3), about="Pairs that occur more than once."),
        Case((*rng.integers(0, 2, (2, n)), 2), about="Two classes."),
        Case((rng.choice(some, n), rng.choice(some, n), k), about="Some classes do not occur."),
        Case((np.arange(k), np.arange(k), k), about="Every answer is right."),
        Case((np.full(n, i), np.full(n, j), 4), about="One pair, again and again."),
        Case((nobody, nobody, k), about="No samples."),
    ]


def expected_calibration_error(*, rng):
    """One group and several, with gaps of either sign, edges, whole numbers, and ties."""
    low, high = rng.uniform(0.42, 0.48, 2), rng.uniform(0.6, 0.95, 5)
    edge = int(rng.integers(5, 8))
    near = edge + rng.uniform([-0.9, 0, 0, 0.1], [-0.1, 0, 0, 0.9])
    several = rng.choice([4, 5, 7, 9], 4) + rng.uniform(0.3, 0.7, 4)
    whole = rng.integers(0, 2, (2, int(rng.integers(3, 7))))
    whole[:, 0] = [0, 1]  # at least one answer is wrong
    tie = rng.uniform(0.36, 0.48)
    return [
        Case((*_answers(rng, rng.uniform(0.8, 0.98, 4), [1, 1, 0, 0], 2), 1), about="One group."),
        Case((*_answers(rng, [low[0], *high[:2]], [1, 1, 1], 3), 2),
             about="Groups of different size."),
        Case((*_answers(rng, near / 8, [1, 0, 0, 1], 2), 8), about="Confidences on an edge."),
        Case((*_answers(rng, [low[1], *high[2:]], [1, 0, 0, 0], 3), 2),
             about="Gaps of either sign."),
        Case((*_answers(rng, several / 10, [1, 0, 1, 0], 3), 10),
             about="Many groups, and most of them are empty."),
        Case((np.eye(2, dtype=int)[whole[0]], whole[1], int(rng.integers(3, 8))),
             about="Probabilities are whole numbers."),
        Case((np.tile([tie, tie, 1 - 2 * tie], (3, 1)), rng.permutation([0, 0, 1]), 2),
             about="Equal probabilities."),
    ]  # fmt: skip


def _answers(rng, confidences, right, k):
    """Return probabilities and labels with these confidences, and answers that are right or not."""
    rest = rng.uniform(0.45, 0.55, len(right))[:, None] if k == 3 else np.zeros((len(right), 0))
    shares = np.hstack([rest, 1 - rest.sum(axis=1, keepdims=True)])
    confidences = np.reshape(confidences, (-1, 1))
    answers = rng.integers(k, size=len(right))
    rows = np.hstack([confidences, (1 - confidences) * shares])
    probs = np.stack([np.roll(row, answer) for row, answer in zip(rows, answers, strict=True)])
    labels = np.where(right, answers, (answers + 1) % k)
    order = rng.permutation(len(right))
    return probs[order], labels[order]


def _expected_calibration_error(probs, labels, bins):
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    group = np.ceil(confidence * bins)
    gaps = [abs((right - confidence)[group == b].sum()) for b in np.unique(group)]
    return sum(gaps) / len(labels)


#: The right answers to the exercises whose solution is not printed.
KEYS = {"expected_calibration_error": _expected_calibration_error}
