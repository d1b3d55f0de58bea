"""kfold_indices(n, k, rng): a list of k pairs of index arrays, (train, validation).

There are many ways to share out the samples, and all are right. So an answer is judged by what the
folds hold. For that the function is called three times in each case: with the generator, with
another that was in the same state, and with one of another state.
"""

from copy import deepcopy

import numpy as np

from companion.exercises import Case, Mistake
from companion.exercises._answers import real, shown

SIGNATURE = "kfold_indices(n, k, rng)"

CASES = [
    Case((30, 3, np.random.default_rng(0)), about="Three folds of ten."),
    Case((32, 5, np.random.default_rng(1)), about="32 = 7 + 7 + 6 + 6 + 6."),
    Case((24, 24, np.random.default_rng(2)), about="As many folds as samples."),
    Case((41, 2, np.random.default_rng(3)), about="Two folds, of 21 and 20."),
]


def use(function, *args):
    """Return what comes back with a generator, with its twin, and with another."""
    n, k, rng = args
    twin = deepcopy(rng)
    return [function(n, k, one) for one in (rng, twin, np.random.default_rng(99))]


def judge(args, results):
    """Return what is wrong with the folds, or None."""
    n, k, _ = args
    for pairs in results:
        if problem := _list_problem(pairs, k) or _fold_problem(n, pairs):
            return problem
    first, twin, other = ([np.asarray(held) for _, held in pairs] for pairs in results)
    if (np.diff(np.concatenate(first)) > 0).all():
        return "the samples are not shuffled: sorted labels would leave one class alone in a fold."
    if not all(map(np.array_equal, first, twin)):
        return "the same generator in the same state gives other folds: draw from the rng alone."
    if all(map(np.array_equal, first, other)):
        return "another generator gives the same folds: shuffle with the rng that is handed in."
    return None


def _list_problem(pairs, k):
    if not isinstance(pairs, list | tuple):
        return f"expected a list of {k} pairs, got {shown(pairs)}."
    if len(pairs) != k:
        return f"expected a list of {k} pairs, one for each fold, got {len(pairs)}."
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return f"each fold is a pair, (train, validation); got {shown(pair)}."
        for name, part in zip(("train", "validation"), pair, strict=True):
            if _holds_folds(part):
                return f"{name} is a list of folds: join them with np.concatenate."
            indices = real(part)
            if indices is None or indices.ndim != 1 or indices.dtype.kind != "i":
                return f"train and validation are arrays of whole numbers, got {shown(part)}."
    return None


def _holds_folds(part):
    return isinstance(part, list | tuple) and any(
        isinstance(fold, list | tuple | np.ndarray) for fold in part
    )


def _fold_problem(n, pairs):
    known, held = ([np.asarray(part) for part in parts] for parts in zip(*pairs, strict=True))
    every = np.concatenate(held)
    if len(every) and (every.min() < 0 or every.max() >= n):
        return f"the indices run from 0 to {n - 1}; yours from {every.min()} to {every.max()}."
    counts = np.bincount(every, minlength=n)
    if (counts == len(pairs) - 1).all() and len(pairs) > 2:
        return "train and validation are exchanged: the fold that is held out comes second."
    if counts.max() > 1:
        return "a sample is held out more than once: cut one shuffled order into folds."
    if counts.min() == 0:
        return f"{(counts == 0).sum()} samples are never held out: each one is, exactly once."
    sizes = [len(part) for part in held]
    if max(sizes) - min(sizes) > 1:
        return f"the folds have the sizes {shown(sizes)}: they may differ by one at most."
    for rows, part in zip(known, held, strict=True):
        if np.isin(rows, part).any():
            return "samples that are held out are trained on, too."
        if len(rows) != n - len(part) or len(np.unique(rows)) != len(rows):
            return "train has to hold every sample that is not held out, once."
        if rows.min() < 0 or rows.max() >= n:
            return f"the indices run from 0 to {n - 1}; some of train lie outside."
    return None


def _made(cut=np.array_split, shuffle=True, pair=lambda rest, part: (np.concatenate(rest), part)):
    """Return a function that makes folds with something wrong."""

    def folds(n, k, rng):
        parts = cut(rng.permutation(n) if shuffle else np.arange(n), k)
        pairs = []
        for i in range(len(parts)):
            pairs.append(pair(parts[:i] + parts[i + 1 :], parts[i]))
        return pairs

    return folds


MISTAKES = [
    Mistake(
        _made(pair=lambda rest, part: (rest, part)),
        "train is a list of folds: join them with np.concatenate.",
    ),
    Mistake(
        _made(shuffle=False),
        "the samples are not shuffled: sorted labels would leave one class alone in a fold.",
    ),
    Mistake(
        _made(pair=lambda rest, part: (np.concatenate([*rest, part]), part)),
        "samples that are held out are trained on, too.",
    ),
    Mistake(
        _made(cut=lambda order, k: [order[i::k] for i in range(k - 1)] + [order[:0]]),
        "10 samples are never held out: each one is, exactly once.",
    ),
]
