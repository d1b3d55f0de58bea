"""standardize_fold(x, train, validation): both parts of x, scaled by the training part alone.

Mean and standard deviation of each feature are those of the rows `train`; a deviation of 0 counts
as 1.
"""

import numpy as np

from companion.exercises import Case, Mistake, variants

SIGNATURE = "standardize_fold(x, train, validation)"


@variants
def _variant(
    *, known=lambda x, train, validation: x[train], held=None, axis=0, ddof=0,
    guard=lambda std: np.where(std == 0, 1, std), shift=True, scale=True, square=False
):  # fmt: skip
    """Return a scaling with something wrong."""

    def numbers(rows):
        mean = rows.mean(axis=axis)
        std = rows.std(axis=axis, ddof=ddof) ** (2 if square else 1)
        return mean if shift else 0, guard(std) if scale else 1

    def scaled(x, train, validation):
        mean, std = numbers(known(x, train, validation))
        other = numbers(held(x, train, validation)) if held else (mean, std)
        with np.errstate(divide="ignore", invalid="ignore"):  # without a guard
            return (x[train] - mean) / std, (x[validation] - other[0]) / other[1]

    return scaled


reference = _variant()
reference.__doc__ = "Return x[train] and x[validation] by mean and deviation of x[train]."
_X = np.array([[1.0, 10], [2, 30], [4, 20], [5, 60], [8, 50], [6, 0]])

CASES = [
    Case(
        (_X, np.array([0, 1, 2, 3]), np.array([4, 5])),
        about="Four samples to train on, two to validate on.",
    ),
    Case(
        (_X, np.array([5, 3, 1]), np.array([0, 4, 2])),
        about="The rows come in the order of the indices.",
    ),
    Case(
        (np.array([[1, 4], [2, 4], [6, 4], [3, 7]]), np.array([2, 0, 1]), np.array([3])),
        about="x holds integers. The second feature is the same in all of train: its deviation "
        "of 0 counts as 1.",
    ),
    Case(
        (np.random.default_rng(0).normal(3, 2, (9, 3)).round(2), np.arange(6), np.arange(6, 9)),
        about="Nine samples, three features.",
    ),
]


def _all(x, train, validation):
    return x


def _other(x, train, validation):
    return x[validation]


MISTAKES = [
    Mistake(
        _variant(known=_all),
        "mean and deviation are those of all rows: the validation samples leak into the scale. "
        "Take those of x[train].",
    ),
    Mistake(
        _variant(held=_other),
        "the validation rows are scaled by their own mean and deviation: use those of x[train], "
        "so that a number means the same in both parts.",
    ),
    Mistake(
        _variant(known=_other),
        "mean and deviation are those of x[validation]: take those of x[train].",
    ),
    Mistake(
        _variant(axis=None),
        "one mean and one deviation are taken for all features: each has its own, axis=0.",
    ),
    Mistake(_variant(ddof=1), "the variance is divided by n - 1 here: np.std divides by n."),
    Mistake(_variant(shift=False), "the mean is not subtracted."),
    Mistake(_variant(scale=False), "the differences are not divided by the deviation."),
    Mistake(_variant(square=True), "this divides by the variance: its root is asked for."),
    Mistake(
        _variant(guard=lambda std: std),
        "a feature that is the same in all of train has the deviation 0: divide by 1 there.",
    ),
    Mistake(
        _variant(guard=lambda std: std + 1e-8),
        "a small number is added to every deviation: only a deviation of 0 counts as 1.",
    ),
    Mistake(
        _variant(guard=lambda std: np.maximum(std, 1e-8)),
        "a small number takes the place of a deviation of 0: it counts as 1.",
    ),
    Mistake(
        lambda x, train, validation: reference(x, train, validation)[::-1],
        "the training part comes first: yours stand the other way round.",
    ),
]
