"""confusion_matrix(y_true, y_pred, k): counts, with the true class as row, the answer as column.

Both arguments are integers from 0 to k - 1, shape (n,); the result has shape (k, k).
"""

import numpy as np

from companion.exercises import Case, Mistake

SIGNATURE = "confusion_matrix(y_true, y_pred, k)"


def reference(y_true, y_pred, k):
    """Return the counts."""
    table = np.zeros((k, k), dtype=int)
    np.add.at(table, (y_true, y_pred), 1)
    return table


_TRUE = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2])
_PRED = np.array([0, 1, 1, 1, 2, 2, 2, 0, 2])

CASES = [
    Case(
        (np.array([0, 0, 1, 2]), np.array([0, 1, 2, 0]), 3),
        about="Four samples, four different pairs: each adds 1 in the row of its true class.",
    ),
    Case((_TRUE, _PRED, 3), about="The pair (0, 1) occurs twice: both have to be counted."),
    Case((np.array([1, 0, 1, 1]), np.array([0, 0, 1, 0]), 2), about="Two classes."),
    Case(
        (np.array([0, 3, 3, 1]), np.array([3, 3, 0, 1]), 5),
        about="Classes 2 and 4 do not occur; their rows and columns are zeros.",
    ),
    Case((np.arange(4), np.arange(4), 4), about="Every answer is right."),
    Case((np.zeros(6, dtype=int), np.full(6, 2), 3), about="One pair, six times."),
    Case((np.array([], dtype=int), np.array([], dtype=int), 2), about="No samples: all zeros."),
]


def _once(y_true, y_pred, k):
    table = np.zeros((k, k), dtype=int)
    table[y_true, y_pred] += 1
    return table


def _shares(axis, least=1):
    """Return shares of the rows or columns; where one is empty, 0, or NaN if `least` is 0."""

    def shares(y_true, y_pred, k):
        table = reference(y_true, y_pred, k)
        return table / np.maximum(table.sum(axis=axis, keepdims=True), least)

    return shares


def _that_occur(y_true, y_pred, k):
    there = np.union1d(y_true, y_pred)
    return reference(y_true, y_pred, k)[np.ix_(there, there)]


def _ten(y_true, y_pred, k):
    return reference(y_true, y_pred, 10)


def _from_one(y_true, y_pred, k):
    table = reference(y_true, y_pred, k)
    table[0], table[:, 0] = 0, 0
    return table


def _classes_from_one(y_true, y_pred, k):
    return np.pad(reference(y_true, y_pred, k)[1:, 1:], (0, 1))


MISTAKES = [
    Mistake(
        lambda *args: reference(*args).T,
        "rows and columns are exchanged: the row is the true class, the column the answer.",
    ),
    Mistake(
        _once,
        "a pair that occurs more than once is counted once: table[i, j] += 1 with arrays adds one "
        "for all equal pairs together. Use a loop, or np.add.at.",
    ),
    Mistake(
        lambda *args: np.tile(reference(*args).sum(axis=0), (args[2], 1)),
        "all rows are the same: [[0] * k] * k is one list, k times. Make each row anew, or take "
        "np.zeros((k, k), int).",
    ),
    Mistake(
        _shares(axis=1),
        "these are shares of each row: counts are asked for.",
    ),
    Mistake(
        _shares(axis=1, least=0),
        "these are shares of each row, and 0/0 where a class does not occur: counts are asked for.",
    ),
    Mistake(
        _shares(axis=0),
        "these are shares of each column: counts are asked for.",
    ),
    Mistake(
        _shares(axis=0, least=0),
        "these are shares of each column, and 0/0 where a class is never the answer: counts are "
        "asked for.",
    ),
    Mistake(
        _shares(axis=None),
        "these are shares of all samples: counts are asked for.",
    ),
    Mistake(
        _shares(axis=None, least=0),
        "these are shares of all samples, and 0/0 where there are none: counts are asked for.",
    ),
    Mistake(
        lambda *args: reference(*args) + 1,
        "every count is one too many: start from np.zeros, since nothing is counted yet.",
    ),
    Mistake(
        _ten,
        "your table has ten rows and ten columns for every k: its shape is (k, k).",
    ),
    Mistake(
        _from_one,
        "row 0 and column 0 stay empty: the classes are 0 to k - 1, so a range over them starts "
        "at 0.",
    ),
    Mistake(
        _classes_from_one,
        "class 1 stands in row 0: the classes are 0 to k - 1, not 1 to k.",
    ),
    Mistake(
        lambda y_true, y_pred, k: reference(y_true[1:], y_pred[1:], k),
        "the first sample is not counted: a range over the samples starts at 0.",
    ),
    Mistake(
        _that_occur,
        "classes that do not occur have no row in your table: its shape is (k, k).",
    ),
    Mistake(
        lambda *args: reference(*args) * (1 - np.eye(args[2], dtype=int)),
        "the right answers are missing: they are counted on the diagonal.",
    ),
    Mistake(
        lambda *args: np.diag(np.diag(reference(*args))),
        "only the right answers are counted: each wrong one belongs into the row of its truth.",
    ),
]
