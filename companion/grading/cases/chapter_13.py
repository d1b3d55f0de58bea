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
