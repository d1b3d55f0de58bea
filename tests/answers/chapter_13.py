"""Reading handwritten digits: answers to the exercises of chapter 13."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np

# confusion_matrix(y_true, y_pred, k)


def answers_as_rows(y_true, y_pred, k):
    table = np.zeros((k, k), dtype=int)
    for true, answer in zip(y_true, y_pred, strict=True):
        table[answer, true] += 1
    return table


def adds_to_pairs_at_once(y_true, y_pred, k):
    table = np.zeros((k, k), dtype=int)
    table[y_true, y_pred] = table[y_true, y_pred] + 1
    return table


def one_row_for_all(y_true, y_pred, k):
    table = [[0] * k] * k
    for true, answer in zip(y_true, y_pred, strict=True):
        table[true][answer] += 1
    return table


def shares_of_the_truth(y_true, y_pred, k):
    table = by_loop(y_true, y_pred, k)
    return table / np.maximum(table.sum(axis=1), 1)[:, None]


def shares_of_the_answers(y_true, y_pred, k):
    table = by_loop(y_true, y_pred, k)
    return table / np.maximum(table.sum(axis=0), 1)


def shares_of_all(y_true, y_pred, k):
    return by_loop(y_true, y_pred, k) / max(len(y_true), 1)


def divided_by_its_rows(y_true, y_pred, k):
    table = by_loop(y_true, y_pred, k)
    return table / table.sum(axis=1, keepdims=True)


def divided_by_its_columns(y_true, y_pred, k):
    table = by_loop(y_true, y_pred, k)
    return table / table.sum(axis=0)


def divided_by_its_sum(y_true, y_pred, k):
    table = by_loop(y_true, y_pred, k)
    return table / table.sum()


def starts_from_ones(y_true, y_pred, k):
    table = np.ones((k, k))
    for true, answer in zip(y_true, y_pred, strict=True):
        table[true, answer] += 1
    return table


def ten_by_ten(y_true, y_pred, k):
    table = np.zeros((10, 10))
    for true, answer in zip(y_true, y_pred, strict=True):
        table[true, answer] += 1
    return table


def classes_without_the_first(y_true, y_pred, k):
    table = np.zeros((k, k))
    for i in range(1, k):
        for j in range(1, k):
            table[i, j] = np.sum((y_true == i) & (y_pred == j))
    return table


def classes_from_one(y_true, y_pred, k):
    table = np.zeros((k, k))
    for i in range(1, k + 1):
        for j in range(1, k + 1):
            table[i - 1, j - 1] = np.sum((y_true == i) & (y_pred == j))
    return table


def samples_without_the_first(y_true, y_pred, k):
    table = np.zeros((k, k))
    for i in range(1, len(y_true)):
        table[y_true[i], y_pred[i]] += 1
    return table


def only_classes_that_occur(y_true, y_pred, k):
    classes = sorted({*y_true.tolist(), *y_pred.tolist()})
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in classes] for i in classes])


def only_mistakes(y_true, y_pred, k):
    wrong = y_true != y_pred
    return by_loop(y_true[wrong], y_pred[wrong], k)


def only_hits(y_true, y_pred, k):
    right = y_true == y_pred
    return by_loop(y_true[right], y_pred[right], k)


def one_class_short(y_true, y_pred, k):
    return by_loop(y_true, y_pred, k)[:-1, :-1]


def share_of_hits(y_true, y_pred, k):
    return np.mean(y_true == y_pred)


def by_loop(y_true, y_pred, k):
    table = np.zeros((k, k), dtype=int)
    for true, answer in zip(y_true, y_pred, strict=True):
        table[true, answer] += 1
    return table


def by_bincount(y_true, y_pred, k):
    return np.bincount(k * y_true + y_pred, minlength=k * k).reshape(k, k)


def by_products(y_true, y_pred, k):
    return np.eye(k)[y_true].T @ np.eye(k)[y_pred]


def counted_pairs(y_true, y_pred, k):
    pairs = Counter(zip(y_true.tolist(), y_pred.tolist(), strict=True))
    return [[pairs[i, j] for j in range(k)] for i in range(k)]


# expected_calibration_error(probs, labels, bins)


def grouped(probs, labels, bins, weigh=True, gap=abs, up_to=True, first=0.0):
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    edges, total, groups = np.linspace(first, 1, bins + 1), 0, 0
    for low, high in pairwise(edges):
        if up_to:
            here = (confidence > low) & (confidence <= high)
        else:
            here = (confidence >= low) & (confidence < high)
        if here.any():
            groups += 1
            size = here.mean() if weigh else 1
            total += size * gap(right[here].mean() - confidence[here].mean())
    return total if weigh else total / groups


def groups_not_weighted(probs, labels, bins):
    return grouped(probs, labels, bins, weigh=False)


def signs_cancel(probs, labels, bins):
    return grouped(probs, labels, bins, gap=lambda gap: gap)


def squared_gaps(probs, labels, bins):
    return grouped(probs, labels, bins, gap=lambda gap: gap**2)


def the_other_edge(probs, labels, bins):
    return grouped(probs, labels, bins, up_to=False)


def groups_from_one_half(probs, labels, bins):
    return grouped(probs, labels, bins, first=0.5)


def one_group(probs, labels, bins):
    return grouped(probs, labels, 1)


def the_largest_gap(probs, labels, bins):
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    group = np.ceil(confidence * bins)
    return max(
        abs(right[group == b].mean() - confidence[group == b].mean()) for b in np.unique(group)
    )


def gaps_of_single_answers(probs, labels, bins):
    return np.mean(np.abs((probs.argmax(axis=1) == labels) - probs.max(axis=1)))


def probability_of_the_truth(probs, labels, bins):
    confidence, right = probs[np.arange(len(labels)), labels], probs.argmax(axis=1) == labels
    group = np.ceil(confidence * bins)
    return sum(abs((right - confidence)[group == b].sum()) for b in np.unique(group)) / len(labels)


def the_last_of_equals(probs, labels, bins):
    confidence = probs.max(axis=1)
    right = probs.shape[1] - 1 - probs[:, ::-1].argmax(axis=1) == labels
    group = np.ceil(confidence * bins)
    return sum(abs((right - confidence)[group == b].sum()) for b in np.unique(group)) / len(labels)


def any_of_equals(probs, labels, bins):
    confidence, right = (
        probs.max(axis=1),
        probs[np.arange(len(labels)), labels] == probs.max(axis=1),
    )
    group = np.ceil(confidence * bins)
    return sum(abs((right - confidence)[group == b].sum()) for b in np.unique(group)) / len(labels)


def with_a_small_number(probs, labels, bins):
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    group, total = np.ceil(confidence * bins), 0
    for b in range(1, bins + 1):
        here = group == b
        size = here.sum() + 1e-8
        total += here.mean() * abs(right[here].sum() / size - confidence[here].sum() / size)
    return total


def divided_by_all_groups(probs, labels, bins):
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    group = np.ceil(confidence * bins)
    gaps = [abs((right - confidence)[group == b].mean()) for b in np.unique(group)]
    return sum(gaps) / bins


def groups_of_equal_size(probs, labels, bins):
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    groups = np.array_split(np.argsort(confidence), bins)
    return sum(abs((right - confidence)[rows].sum()) for rows in groups) / len(labels)


def not_divided_by_n(probs, labels, bins):
    return grouped(probs, labels, bins) * len(labels)


def surer_than_right(probs, labels, bins):
    return grouped(probs, labels, bins, gap=lambda gap: -gap)


def absolute_value_at_the_end(probs, labels, bins):
    return abs(signs_cancel(probs, labels, bins))


def in_percent(probs, labels, bins):
    return 100 * grouped(probs, labels, bins)


def sums_of_groups(probs, labels, bins):
    confidence, right = probs.max(axis=1), probs.argmax(axis=1) == labels
    group = np.ceil(confidence * bins).astype(int)
    return np.abs(np.bincount(group, right - confidence)).sum() / len(labels)


def answer_by_answer(probs, labels, bins):
    gaps = {}
    for row, label in zip(probs.tolist(), labels.tolist(), strict=True):
        group = next(b for b in range(1, bins + 1) if max(row) <= b / bins)
        gaps[group] = gaps.get(group, 0) + (row.index(max(row)) == label) - max(row)
    return sum(map(abs, gaps.values())) / len(labels)


WRONG = {
    "confusion_matrix": {
        "answers as rows": (answers_as_rows, "rows and columns are exchanged"),
        "equal pairs are added once": (adds_to_pairs_at_once, "counted once"),
        "one row for all": (one_row_for_all, "all rows are the same"),
        "shares of the truth": (shares_of_the_truth, "shares of each row"),
        "shares of the answers": (shares_of_the_answers, "shares of each column"),
        "shares of all": (shares_of_all, "shares of all samples"),
        "divided by the sums of its rows": (divided_by_its_rows, "row, and 0/0"),
        "divided by the sums of its columns": (divided_by_its_columns, "column, and 0/0"),
        "divided by its sum": (divided_by_its_sum, "all samples, and 0/0"),
        "starts from ones": (starts_from_ones, "one too many"),
        "ten by ten": (ten_by_ten, "ten rows"),
        "classes without the first": (classes_without_the_first, "row 0 and column 0"),
        "classes from one on": (classes_from_one, "class 1 stands in row 0"),
        "samples without the first": (samples_without_the_first, "first sample"),
        "only classes that occur": (only_classes_that_occur, "expected shape (5, 5)"),
        "only mistakes": (only_mistakes, "diagonal"),
        "only hits": (only_hits, "only the right answers"),
        "one class short": one_class_short,
        "the accuracy": share_of_hits,
    },
    "expected_calibration_error": {
        "groups are not weighted": (groups_not_weighted, "all groups count the same"),
        "signs cancel": (signs_cancel, "opposite sign cancel: take"),
        "signs cancel, confidence first": (surer_than_right, "plus for too sure"),
        "the absolute value at the end": (absolute_value_at_the_end, "after the sum"),
        "squared gaps": (squared_gaps, "squared"),
        "an edge belongs to the group above": (the_other_edge, "above 0.5 and up to 0.75"),
        "groups start at one half": groups_from_one_half,
        "any of equals": (any_of_equals, "the first is the answer"),
        "a small number is added": (with_a_small_number, "a small number that is added"),
        "one group": (one_group, "one group"),
        "the largest gap": (the_largest_gap, "greatest gap"),
        "divided by the number of groups": (divided_by_all_groups, "divided by the number"),
        "groups of equal size": (groups_of_equal_size, "of equal size"),
        "not divided by n": (not_divided_by_n, "divide by n"),
        "each answer is a group": (gaps_of_single_answers, "single rows"),
        "probability of the truth": (probability_of_the_truth, "mean confidence 0.765625"),
        "the last of equal ones": (the_last_of_equals, "the first is the answer"),
        "in percent": (in_percent, "in percent"),
    },
}

RIGHT = {
    "confusion_matrix": {
        "a loop": by_loop,
        "bincount": by_bincount,
        "a product of one-hot matrices": by_products,
        "counted pairs, as lists": counted_pairs,
    },
    "expected_calibration_error": {
        "groups by their edges": grouped,
        "sums of the groups": sums_of_groups,
        "answer by answer": answer_by_answer,
    },
}


# calibration_gap(scores, labels): T = 0.78, 4 groups, samples as rows, the first of equal scores,
# the greatest gap


def calibrated(scores, labels, temperature=0.78, bins=4, last=False, over=max, shift=np.max):
    x = np.asarray(scores, float) / temperature
    with np.errstate(all="ignore"):
        p = np.exp(x - shift(x, axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True)
    k = x.shape[1]
    answer = k - 1 - x[:, ::-1].argmax(axis=1) if last else x.argmax(axis=1)
    off, group = (answer == labels) - p.max(axis=1), np.ceil(p.max(axis=1) * bins)
    gaps = [(off[group == b].mean(), (group == b).sum()) for b in set(group)]
    return over([abs(gap) for gap, _ in gaps]) if over in (max, min) else over(gaps)


def weighted(gaps):
    return sum(abs(gap) * n for gap, n in gaps) / sum(n for _, n in gaps)


def root_mean_square(gaps):
    return np.sqrt(sum(gap**2 * n for gap, n in gaps) / sum(n for _, n in gaps))


def calibrated_in_place(scores, labels):
    scores -= scores.max(axis=1, keepdims=True)
    return calibrated(scores, labels)


def calibrated_in_integers(scores, labels):
    x = np.zeros_like(scores)
    x[...] = scores / 0.78
    return calibrated(x, labels, 1)


def calibrated_row_by_row(scores, labels):
    groups = {}
    for row, label in zip(scores.tolist(), labels.tolist(), strict=True):
        top = max(row)
        c = 1 / math.fsum(math.exp((z - top) / 0.78) for z in row)
        b = sum(c > edge for edge in (0.25, 0.5, 0.75))
        groups.setdefault(b, []).append((row.index(top) == label) - c)
    return max(abs(sum(one)) / len(one) for one in groups.values())


def calibrated_by_sums(scores, labels):
    x = (scores - scores.max(axis=1, keepdims=True)) / 0.78
    c = 1 / np.exp(x).sum(axis=1)
    group = np.digitize(c, [0.25, 0.5, 0.75], right=True)
    off = np.bincount(group, (x.argmax(axis=1) == labels) - c, minlength=4)
    return np.max(np.abs(off) / np.maximum(np.bincount(group, minlength=4), 1))


FRESH_WRONG = {
    "calibration_gap": {
        "no temperature": lambda s, y: calibrated(s, y, 1),
        "times the temperature": lambda s, y: calibrated(s, y, 1 / 0.78),
        "another temperature": lambda s, y: calibrated(s, y, 0.8),
        "ten groups": lambda s, y: calibrated(s, y, bins=10),
        "one group": lambda s, y: calibrated(s, y, bins=1),
        "samples as columns": lambda s, y: calibrated(s.T, y),
        "the last of equals": lambda s, y: calibrated(s, y, last=True),
        "weighted": lambda s, y: calibrated(s, y, over=weighted),
        "root of squares": lambda s, y: calibrated(s, y, over=root_mean_square),
        "the least": lambda s, y: calibrated(s, y, over=min),
        "signs": lambda s, y: calibrated(s, y, over=lambda gaps: max(gap for gap, _ in gaps)),
        "no shift": lambda s, y: calibrated(s, y, shift=lambda x, **_: 0),
        "in place": calibrated_in_place,
        "cut off": calibrated_in_integers,
        "in percent": lambda s, y: 100 * calibrated(s, y),
    },
}
FRESH_RIGHT = {
    "calibration_gap": {
        "by groups": calibrated,
        "row by row": calibrated_row_by_row,
        "by sums": calibrated_by_sums,
    },
}
