"""Hidden cases of chapter 12, hyperparameter search."""

import math

import numpy as np

from companion.exercises import Case


def kfold_indices(*, rng):
    """Folds of equal size and not, single samples, and halves."""
    k, q = rng.integers([3, 8], [6, 12]).tolist()
    more = int(rng.integers(4, 7))
    uneven = more * int(rng.integers(5, 9)) + int(rng.integers(2, more))
    n = int(rng.integers(12, 17))
    return [
        Case((k * q, k, _generator(rng)), about="Folds of equal size."),
        Case((uneven, more, _generator(rng)), about="Folds that differ by one."),
        Case((n, n, _generator(rng)), about="As many folds as samples."),
        Case((2 * n + 1, 2, _generator(rng)), about="Two folds."),
    ]


def log_uniform(*, rng):
    """Ends that are powers of ten and not, integers, equal ends, and a single number."""
    low, high = rng.uniform([0.001, 0.2], [0.009, 0.9]).tolist()
    tenth = 10.0 ** -rng.integers(3, 6)
    whole, same = int(rng.integers(1, 4)), rng.uniform(3, 9)
    size = int(rng.integers(6, 10))
    return [
        Case((tenth, 1.0, size, _generator(rng)), about="The ends are powers of ten."),
        Case((low, high, size - 1, _generator(rng)), about="The ends are no powers of ten."),
        Case((whole, whole * 500, size, _generator(rng)), about="The ends are integers."),
        Case((same, same, size - 2, _generator(rng)), about="Both ends are the same number."),
        Case((low, whole, 1, _generator(rng)), about="One number."),
    ]


def successive_halving(*, rng):
    """Even and odd numbers of settings, orders that change, NaN, equal scores, and one setting."""
    share, crossing, loss = rng.uniform([0.05, 4.5, 1000], [0.15, 5.5, 3000])

    def rates(rate, epochs):
        """A low rate needs many epochs, a high one diverges."""
        return math.nan if rate > 2 else 1 - math.exp(-rate * epochs) - share * rate

    def minus_a_loss(rate, epochs):
        return math.nan if rate > 2 else -loss * (1 + rate) - 1000 / epochs

    def crossed(setting, epochs):
        """Settings below 0 start well, those above 0 end well."""
        return setting * (epochs - crossing)

    def flat(setting, epochs):
        return float(share)

    low = (rng.choice(np.arange(1, 40), 16, replace=False) / 40).tolist()
    high = rng.uniform(2.2, 4, 5).tolist()
    signed = (rng.choice(np.arange(1, 20), 8, replace=False) / 8 * np.resize([1, -1], 8)).tolist()
    seven = rng.permutation(low[4:9] + high[:2]).tolist()
    least, *between, most = sorted(low[:5])
    equal = [between[1], *rng.permutation([least, between[0], between[2], most]).tolist()]
    return [
        Case((rates, low[:4], 1), about="Four settings."),
        Case((rates, seven, 2), about="Seven settings, of which two diverge."),
        Case((crossed, rng.permutation(signed[:5]).tolist(), 3),
             about="The order changes with the epochs."),
        Case((rates, [high[2], *low[9:12]], 2), about="NaN comes first."),
        Case((minus_a_loss, [*high[3:], *low[12:14]], 2), about="All scores are far below 0."),
        Case((flat, equal, int(rng.integers(2, 6))), about="Equal scores."),
        Case((flat, [{"lr": rate} for rate in low[:2]], int(rng.integers(1, 4))),
             about="Equal scores, and settings that have no order."),
        Case((rates, low[14:15], int(rng.integers(2, 9))), about="A single setting."),
        Case((crossed, signed[5:], 8), about="Three settings."),
    ]  # fmt: skip


def standardize_fold(*, rng):
    """Rows in order and not, integers, a feature that is the same in all of train."""
    x = rng.normal([3, 30], [2, 15], (6, 2))
    order = rng.permutation(6)
    more = rng.normal(3, 2, (9, 3)) * rng.uniform(1, 9, 3)
    integers = np.column_stack([rng.permutation(9)[:4], np.full(4, rng.integers(1, 9))])
    *train, last = rng.permutation(4).tolist()
    integers[last, 1] += rng.integers(1, 5)
    return [
        Case((x, np.arange(4), np.arange(4, 6)), about="Rows in order."),
        Case((x, order[:3], order[3:]), about="Rows in the order of the indices."),
        Case((integers[:, rng.permutation(2)], np.array(train), np.array([last])),
             about="Integers, and a feature that is the same in all of train."),
        Case((more, np.arange(3, 9), np.arange(3)), about="Nine samples, three features."),
    ]  # fmt: skip


def _generator(rng):
    return np.random.default_rng(rng.integers(2**32))
