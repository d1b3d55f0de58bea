"""Softmax and cross-entropy: answers to the exercises of chapter 4."""

import math

import numpy as np

# sigmoid(x)


def sigma(x):
    return np.exp(-np.logaddexp(0, -np.asarray(x, float)))


def sigmoid_with_zeros_like(x):
    out = np.zeros_like(x)
    for i in np.ndindex(np.shape(x)):
        out[i] = sigma(np.asarray(x)[i])
    return out


def sigmoid_by_masks(x):
    x = np.asarray(x)
    out = np.empty_like(x)
    out[x >= 0] = 1 / (1 + np.exp(-x[x >= 0]))
    out[x < 0] = np.exp(x[x < 0]) / (1 + np.exp(x[x < 0]))
    return out


def sigmoid_cuts_x_off(x):
    x = np.asarray(x)
    x[x > 500] = 500
    x[x < -500] = -500
    return 1 / (1 + np.exp(-x))


def sigmoid_negates_x(x):
    x = np.asarray(x)
    np.negative(x, out=x)
    return 1 / (1 + np.exp(x))


def sigmoid_of_one_number(x):
    return 1 / (1 + math.exp(-x))


def sigmoid_of_one_axis(x):
    return [sigmoid_of_one_number(max(value, -700)) for value in x]


def sigmoid_remembers(x, out=[]):  # noqa: B006
    out.extend(np.ravel(sigma(x)))
    return np.reshape(out[: np.size(x)], np.shape(x))


def sigmoid_prints(x):
    print(sigma(x))


def sigmoid_recursively(x):
    """As nested lists."""
    if np.ndim(x):
        return [sigmoid_recursively(part) for part in x]
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


# softmax(x)


def shifted(shift):
    """A softmax that takes something off first."""

    def softmax(x):
        e = np.exp(x - shift(x))
        return e / e.sum(axis=-1, keepdims=True)

    return softmax


def stable(x):
    return shifted(lambda x: np.max(x, axis=-1, keepdims=True))(x)


def softmax_in_place(x):
    x -= x.max(axis=-1, keepdims=True)
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def softmax_row_by_row_in_place(x):
    rows = x if x.ndim == 2 else x[None]
    for row in rows:
        row[:] = row - row.max()
    e = np.exp(rows)
    return (e / e.sum(axis=1, keepdims=True)).reshape(x.shape)


def softmax_with_zeros_like(x):
    out = np.zeros_like(x)
    if x.ndim == 1:
        out[:] = stable(x)
    else:
        for i in range(len(x)):
            out[i] = stable(x[i])
    return out


def softmax_without_keepdims(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1)


def softmax_of_batches(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_over(axis, shift=True):
    def softmax(x):
        e = np.exp(x - np.max(x) if shift else x)
        return e / e.sum(axis=axis if x.ndim == 2 else None, keepdims=True)

    return softmax


def softmax_cuts_scores_off(x):
    e = np.exp(np.clip(x, -700, 700))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_of_shares(x):
    e = np.exp(x / np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_shifts_the_numerator(x):
    return np.exp(x - x.max(axis=-1, keepdims=True)) / np.exp(x).sum(axis=-1, keepdims=True)


def softmax_hides_nan(x):
    e = np.exp(x)
    return np.nan_to_num(e / e.sum(axis=-1, keepdims=True))


def softmax_of_math(x):
    e = [math.exp(value - max(x)) for value in x]
    return [value / sum(e) for value in e]


def softmax_remembers(x, top=[]):  # noqa: B006
    top.append(np.max(x))
    e = np.exp(x - top[0])
    return e / e.sum(axis=-1, keepdims=True)


def softmax_skips_the_last(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e[..., :-1].sum(axis=-1, keepdims=True)


def softmax_as_a_sigmoid(x):
    """Each against the others: σ(x - log-sum-exp of the others)."""
    x = np.asarray(x, float)
    differences = x[..., None, :] - x[..., :, None]
    with np.errstate(over="ignore"):
        return 1 / np.exp(differences).sum(axis=-1)


def softmax_with_loops(x):
    if np.ndim(x) == 2:
        return [softmax_with_loops(row) for row in x]
    top = max(x)
    e = [math.exp(value - top) for value in x]
    return [value / math.fsum(e) for value in e]


# cross_entropy(probs, labels)


def integers(labels):
    return labels.argmax(axis=1) if labels.ndim == 2 else labels


def true_ones(probs, labels):
    return probs[np.arange(len(probs)), integers(labels)]


def of_truth(cost):
    """A loss that is made of the probabilities of the truth."""
    return lambda probs, labels: cost(true_ones(probs, labels))


def entropy_sets_small_ones(probs, labels):
    probs[probs < 1e-12] = 1e-12
    return -np.log(true_ones(probs, labels)).mean()


def entropy_sets_small_ones_in_a_copy(probs, labels):
    probs = probs.copy()
    probs[probs < 1e-12] = 1e-12
    return -np.log(true_ones(probs, labels)).mean()


def entropy_adds_in_place(probs, labels):
    probs += 1e-12
    return -np.log(true_ones(probs, labels)).mean()


def entropy_of_integers_only(probs, labels):
    return -np.log(np.maximum(probs[np.arange(len(labels)), labels], 1e-12)).mean()


def entropy_of_one_hot_only(probs, labels):
    return -(labels * np.log(np.maximum(probs, 1e-12))).sum(axis=1).mean()


def entropy_guesses_the_kind(probs, labels):
    """Labels without a number above 1 are taken for one-hot."""
    if labels.max() <= 1:
        labels = labels.argmax(axis=-1)
    return -np.log(np.maximum(probs[np.arange(len(probs)), labels], 1e-12)).mean()


def one_hot(labels, k):
    return np.eye(k)[labels] if labels.ndim == 1 else labels


def entropy_of_cells(probs, labels):
    return -np.mean(one_hot(labels, probs.shape[1]) * np.log(np.maximum(probs, 1e-12)))


def entropy_of_all_logs(probs, labels):
    return -(one_hot(labels, probs.shape[1]) * np.log(probs)).sum(axis=1).mean()


def entropy_of_both_sides(probs, labels):
    y, p = one_hot(labels, probs.shape[1]), np.clip(probs, 1e-12, 1 - 1e-12)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(axis=1).mean()


def entropy_of_columns(probs, labels):
    return -np.log(np.maximum(probs[:, integers(labels)], 1e-12)).mean()


def entropy_counts_from_1(probs, labels):
    labels = integers(labels) - 1
    return -np.log(np.maximum(probs[np.arange(len(probs)), labels], 1e-12)).mean()


def entropy_of_the_winner(probs, labels):
    return -np.log(np.max(probs, axis=1)).mean()


def entropy_of_the_predictions(probs, labels):
    p = np.maximum(probs, 1e-12)
    return -(p * np.log(p)).sum(axis=1).mean()


def entropy_squared(probs, labels):
    return ((probs - one_hot(labels, probs.shape[1])) ** 2).sum(axis=1).mean() / 2


def entropy_like_the_labels(probs, labels):
    labels = integers(labels)
    costs = np.zeros_like(labels)
    for i in range(len(labels)):
        costs[i] = -np.log(max(probs[i, labels[i]], 1e-12))
    return costs.mean()


def entropy_takes_softmax_first(probs, labels):
    return -np.log(np.maximum(true_ones(stable(probs), labels), 1e-12)).mean()


def entropy_skips_the_last(probs, labels):
    labels = integers(labels)
    costs = [-np.log(max(probs[i, labels[i]], 1e-12)) for i in range(len(labels) - 1)]
    return sum(costs) / len(labels)


def entropy_appends(probs, labels, costs=[]):  # noqa: B006
    costs.extend(-np.log(np.maximum(true_ones(probs, labels), 1e-12)))
    return np.mean(costs)


def entropy_clips_the_loss(probs, labels):
    return min(of_truth(lambda p: -np.log(p).mean())(probs, labels), -np.log(1e-12))


def entropy_with_loops(probs, labels):
    total = 0.0
    for row, label in zip(probs.tolist(), labels.tolist(), strict=True):
        total -= math.log(max(row[label.index(1) if isinstance(label, list) else label], 1e-12))
    return total / len(probs)


def entropy_of_matrices(probs, labels):
    """All pairs of samples in one product; the trace is wanted."""
    logs = np.log(np.clip(probs, 1e-12, 1))
    return -np.trace(logs @ one_hot(labels, probs.shape[1]).T) / len(probs)


def entropy_clipped_on_both_sides(probs, labels):
    y = one_hot(labels, probs.shape[1])
    return -np.einsum("nk,nk", y, np.log(np.clip(probs, 1e-12, 1 - 1e-15))) / len(y)


# softmax_cross_entropy(logits, labels)


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def loss_and_gradient(
    logits, labels, *, log_p=log_softmax, over=np.mean, gradient=lambda p, y: (p - y) / len(p)
):
    y, logs = one_hot(labels, logits.shape[1]), log_p(logits)
    return -over((y * logs).sum(axis=1)), gradient(np.exp(log_softmax(logits)), y)


def fused(**wrong):
    return lambda logits, labels: loss_and_gradient(logits, labels, **wrong)


def by_probabilities(softmax, log=np.log):
    """The loss by the logarithm of rounded probabilities."""

    def softmax_cross_entropy(logits, labels):
        p = softmax(logits)
        loss = -log(true_ones(p, labels)).mean()
        return loss, (p - one_hot(labels, logits.shape[1])) / len(p)

    return softmax_cross_entropy


def fused_in_place(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    return loss_and_gradient(logits, labels)


def fused_changes_labels(logits, labels):
    loss, gradient = loss_and_gradient(logits, labels)
    if labels.ndim == 2:
        labels -= labels
    return loss, gradient


def fused_with_zeros_like(logits, labels):
    loss, p_minus_y = loss_and_gradient(logits, labels)
    gradient = np.zeros_like(logits)
    for i in range(len(logits)):
        gradient[i] = p_minus_y[i]
    return loss, gradient


def fused_whole_columns(logits, labels):
    labels, logs = integers(labels), log_softmax(logits)
    gradient = np.exp(logs)
    gradient[:, labels] -= 1
    return -logs[:, labels].mean(), gradient / len(logits)


def fused_counts_from_1(logits, labels):
    labels, logs = integers(labels) - 1, log_softmax(logits)
    gradient, rows = np.exp(logs), np.arange(len(logits))
    gradient[rows, labels] -= 1
    return -logs[rows, labels].mean(), gradient / len(logits)


def fused_of_integers_only(logits, labels):
    logs, rows = log_softmax(logits), np.arange(len(logits))
    gradient = np.exp(logs)
    gradient[rows, labels] -= 1
    return -logs[rows, labels].mean(), gradient / len(logits)


def fused_by_p(logits, labels):
    loss, _ = loss_and_gradient(logits, labels)
    p = np.exp(log_softmax(logits))
    with np.errstate(divide="ignore", invalid="ignore"):
        return loss, -one_hot(labels, logits.shape[1]) / p / len(p)


def fused_through_the_jacobian(logits, labels):
    """The long way round, with a division by p at the truth."""
    loss, _ = loss_and_gradient(logits, labels)
    p, y = np.exp(log_softmax(logits)), one_hot(labels, logits.shape[1])
    dp = -y / p / len(p)
    return loss, p * (dp - (dp * p).sum(axis=1, keepdims=True))


def fused_accumulates(logits, labels, total=[0.0]):  # noqa: B006
    loss, gradient = loss_and_gradient(logits, labels)
    total[0] += loss
    return total[0], gradient


def fused_with_loops(logits, labels):
    """As lists."""
    loss, gradient, n = 0.0, [], len(logits)
    for row, label in zip(logits.tolist(), integers(labels).tolist(), strict=True):
        top = max(row)
        log_sum = top + math.log(sum(math.exp(z - top) for z in row))
        loss += (log_sum - row[label]) / n
        gradient.append([(math.exp(z - log_sum) - (j == label)) / n for j, z in enumerate(row)])
    return [loss, gradient]


def fused_by_logaddexp(logits, labels):
    logs = logits - np.logaddexp.reduce(logits.astype(float), axis=1)[:, None]
    y = one_hot(labels, logits.shape[1])
    return -np.vdot(y, logs) / len(y), np.exp(logs) / len(y) - y / len(y)


# bce_with_logits(z, y)


def binary(*, loss=lambda z, y: np.logaddexp(0, z) - y * z, over=np.mean, gradient=None):
    """A binary cross-entropy with one thing replaced."""

    def bce(z, y):
        return over(loss(z, y)), gradient(z, y) if gradient else (sigma(z) - y) / len(z)

    return bce


def bce_of_p(clip=None):
    def loss(z, y):
        p = sigma(z) if clip is None else np.clip(sigma(z), clip, 1 - clip)
        return -(y * np.log(p) + (1 - y) * np.log(1 - p))

    return binary(loss=loss)


def bce_in_place(z, y):
    z[z > 700] = 700
    return binary()(z, y)


def bce_changes_labels(z, y):
    y *= -1
    return (np.logaddexp(0, z) + y * z).mean(), (sigma(z) + y) / len(z)


def bce_with_zeros_like(z, y):
    gradient = np.zeros_like(z)
    for i in range(len(z)):
        gradient[i] = (sigma(z[i]) - y[i]) / len(z)
    return binary()(z, y)[0], gradient


def bce_of_one_sample(z, y):
    if z > 0:
        return z - y * z + np.log1p(np.exp(-z)), sigma(z) - y
    return np.log1p(np.exp(z)) - y * z, sigma(z) - y


def bce_appends(z, y, costs=[]):  # noqa: B006
    costs.extend(np.logaddexp(0, z) - y * z)
    return np.mean(costs), (sigma(z) - y) / len(z)


def bce_by_maximum(z, y):
    toward = np.where(y, z, -1.0 * z)
    loss = np.maximum(-toward, 0) + np.log1p(np.exp(-np.abs(z)))
    return np.average(loss), (0.5 * np.tanh(z / 2) + 0.5 - y) / z.size


def bce_with_loops(z, y):
    """As lists."""
    losses, gradient = [], []
    for score, label in zip(z.tolist(), y.tolist(), strict=True):
        e = math.exp(-abs(score))
        losses.append(max(score, 0) - label * score + math.log1p(e))
        gradient.append(((1 if score > 0 else e) / (1 + e) - label) / len(z))
    return [sum(losses) / len(losses), gradient]


# softmax_with_temperature(x, temperature)


def tempered(z):
    """A softmax of what a function makes of x and the temperature."""
    return lambda x, temperature: stable(z(np.asarray(x, float), temperature))


def warm(x, temperature, axis=-1, shift=np.max):
    e = np.exp((x - shift(x, axis=axis, keepdims=True)) / temperature)
    return e / e.sum(axis=axis, keepdims=True)


def warm_shifts_later(x, temperature):
    z = x / temperature
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def warm_without_a_shift(x, temperature):
    e = np.exp(x / temperature)
    return e / e.sum(axis=-1, keepdims=True)


def warm_in_place(x, temperature):
    x -= x.max(axis=-1, keepdims=True)
    return warm(x, temperature)


def warm_with_zeros_like(x, temperature):
    out = np.zeros_like(x)
    out[...] = warm(x, temperature)
    return out


def warm_afterwards(x, temperature):
    p = stable(x) / temperature
    return p / p.sum(axis=-1, keepdims=True)


def warm_shifts_by_the_first(x, temperature):
    e = np.exp((x - x[..., :1]) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


def warm_of_sizes(x, temperature):
    e = np.exp((x - np.abs(x).max(axis=-1, keepdims=True)) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


def warm_of_the_batch(x, temperature):
    e = np.exp((x - np.max(x)) / temperature)
    return e / e.sum(axis=-1, keepdims=True)


def warm_remembers(x, temperature, temperatures=[]):  # noqa: B006
    temperatures.append(temperature)
    return warm(x, temperatures[0])


def warm_with_a_floor(x, temperature):
    return warm(x, max(temperature, 1e-2))


def warm_by_powers(x, temperature):
    """A power of the plain probabilities, which must not be rounded to 0."""
    x = np.asarray(x, float)
    top = x.max(axis=-1, keepdims=True)
    with np.errstate(over="ignore"):
        powers = np.float64(np.e) ** ((x - top) / temperature)
    return powers / np.einsum("...k->...", powers)[..., None]


def warm_with_loops(x, temperature):
    if np.ndim(x) == 2:
        return [warm_with_loops(row, temperature) for row in x.tolist()]
    top = max(x)
    e = [math.exp((value - top) / temperature) for value in map(float, x)]
    return [value / sum(e) for value in e]


WRONG = {
    "sigmoid": {
        "rises the wrong way": (lambda x: 1 / (1 + np.exp(x)), "falls where it should rise"),
        "the branches exchanged": (
            lambda x: np.where(x > np.float64(0), np.exp(-np.abs(x)), 1) / (1 + np.exp(-np.abs(x))),
            "the numerator is 1 for x > 0",
        ),
        "the numerator forgotten": (lambda x: 1 / (1 + np.exp(-np.abs(x))), "x and -x"),
        "no brackets": (lambda x: 1 / 1 + np.exp(-np.asarray(x, float)), "brackets"),
        "one minus": (lambda x: 1 / (1 - np.exp(-np.asarray(x, float))), "never 0"),
        "infinity by infinity": (
            lambda x: np.exp(np.asarray(x, float)) / (1 + np.exp(np.asarray(x, float))),
            "right for moderate x",
        ),
        "tanh": (lambda x: np.tanh(x), "runs from -1 to 1"),
        "tanh, raised": lambda x: (np.tanh(x) + 1) / 2,
        "the step": (lambda x: np.asarray(x) > 0, "this is the step"),
        "the derivative": (lambda x: sigma(x) * (1 - sigma(x)), "the derivative"),
        "softmax": (
            lambda x: np.exp(np.asarray(x, float)) / np.sum(np.exp(np.asarray(x, float))),
            "influence each other",
        ),
        "cut off too early": lambda x: 1 / (1 + np.exp(-np.clip(x, -10, 10))),
        "rounded": lambda x: np.round(sigma(x), 4),
        "base 2": lambda x: 1 / (1 + 2.0 ** (-np.asarray(x, float))),
        "fractions cut off": (sigmoid_with_zeros_like, "zeros_like"),
        "masks in whole numbers": (sigmoid_by_masks, "zeros_like"),
        "cuts x off": (sigmoid_cuts_x_off, "changed its input"),
        "negates x": (sigmoid_negates_x, "changed its input"),
        "math.exp": (sigmoid_of_one_number, "those of np"),
        "one axis": sigmoid_of_one_axis,
        "a mutable default": sigmoid_remembers,
        "prints": (sigmoid_prints, "is a return missing?"),
    },
    "softmax": {
        "all numbers": (
            lambda x: np.exp(x - np.max(x)) / np.exp(x - np.max(x)).sum(),
            "all numbers of the batch sum to 1",
        ),
        "all numbers, no shift": (
            lambda x: np.exp(x) / np.exp(x).sum(),
            "And then, take each row's greatest",
        ),
        "columns": (softmax_over(0), "your columns sum to 1"),
        "columns, no shift": (softmax_over(0, shift=False), "And then, take each row's greatest"),
        "no shift": (lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True), "do not come through"),
        "minus the least": (
            shifted(lambda x: np.min(x, axis=-1, keepdims=True)),
            "it looks like the least",
        ),
        "minus the mean": (
            shifted(lambda x: np.mean(x, axis=-1, keepdims=True)),
            "it looks like the mean",
        ),
        "minus the median": (
            shifted(lambda x: np.median(x, axis=-1, keepdims=True)),
            "or one in the middle",
        ),
        "minus the first": (shifted(lambda x: x[..., :1]), "it looks like the first"),
        "minus the greatest of all": (shifted(np.max), "its own greatest score"),
        "minus the greatest size": (
            shifted(lambda x: np.abs(x).max(axis=-1, keepdims=True)),
            "the greatest |x|",
        ),
        "minus the greatest of each column": shifted(lambda x: np.max(x, axis=0)),
        "plus the greatest": shifted(lambda x: -np.max(x, axis=-1, keepdims=True)),
        "cut off": (softmax_cuts_scores_off, "makes them equal"),
        "by the greatest": (softmax_of_shares, "divided by the greatest"),
        "shifts the numerator": (softmax_shifts_the_numerator, "in the numerator alone"),
        "hides nan": softmax_hides_nan,
        "the least wins": (lambda x: stable(-x), "without a minus"),
        "the least wins, no shift": (
            lambda x: np.exp(-x) / np.exp(-x).sum(axis=-1, keepdims=True),
            "without a minus. And then",
        ),
        "no exponential": (lambda x: x / x.sum(axis=-1, keepdims=True), "exponentiate first"),
        "exponentials": (lambda x: np.exp(x), "divide each row by its sum"),
        "logarithms": (lambda x: np.log(stable(x)), "the logarithms"),
        "a sigmoid": (lambda x: sigma(x), "that is the sigmoid"),
        "the winner": lambda x: np.eye(x.shape[-1])[x.argmax(axis=-1)],
        "the last left out": softmax_skips_the_last,
        "in place": (softmax_in_place, "changed its input"),
        "in place, row by row": (softmax_row_by_row_in_place, "changed its input"),
        "fractions cut off": (softmax_with_zeros_like, "zeros_like"),
        "no keepdims": (softmax_without_keepdims, "keepdims=True"),
        "batches only": (softmax_of_batches, "One sample, shape (3,)"),
        "one sample only": (softmax_of_math, "A batch, shape (2, 3)"),
        "a mutable default": softmax_remembers,
        "no return": (lambda x: None, "is a return missing?"),
    },
    "cross_entropy": {
        "the sum": (of_truth(lambda p: -np.log(np.maximum(p, 1e-12)).sum()), "the mean is wanted"),
        "all cells": (entropy_of_cells, "all n · k cells"),
        "the sign": (of_truth(lambda p: np.log(np.maximum(p, 1e-12)).mean()), "the sign is wrong"),
        "base 2": (of_truth(lambda p: -np.log2(np.maximum(p, 1e-12)).mean()), "to base 2"),
        "base 10": (of_truth(lambda p: -np.log10(np.maximum(p, 1e-12)).mean()), "to base 10"),
        "no logarithm": (of_truth(lambda p: -p.mean()), "the logarithm is missing"),
        "the complement": of_truth(lambda p: (1 - p).mean()),
        "the logarithm of the mean": of_truth(lambda p: -np.log(max(p.mean(), 1e-12))),
        "not clipped": (of_truth(lambda p: -np.log(p).mean()), "makes the loss infinite"),
        "not clipped, one-hot": (entropy_of_all_logs, "0 · log 0"),
        "not clipped, the sum": (
            of_truth(lambda p: -np.log(p).sum()),
            "a truth with probability 0",
        ),
        "clipped at 1e-8": (of_truth(lambda p: -np.log(np.maximum(p, 1e-8)).mean()), "not at"),
        "clipped at 1e-15": (of_truth(lambda p: -np.log(np.maximum(p, 1e-15)).mean()), "not at"),
        "1e-12 added": (of_truth(lambda p: -np.log(p + 1e-12).mean()), "adding 1e-12"),
        "1e-9 added": (of_truth(lambda p: -np.log(p + 1e-9).mean()), "adding 1e-09"),
        "the loss clipped": entropy_clips_the_loss,
        "each": (of_truth(lambda p: -np.log(np.maximum(p, 1e-12))), "expected shape ()"),
        "sets small ones": (entropy_sets_small_ones, "changed its input"),
        "sets small ones in a copy": (entropy_sets_small_ones_in_a_copy, "cannot hold 1e-12"),
        "adds in place": (entropy_adds_in_place, "changed its input"),
        "integers only": (entropy_of_integers_only, "one-hot, shape (4, 3)"),
        "one-hot only": (entropy_of_one_hot_only, "Labels are integers"),
        "guesses the kind of labels": entropy_guesses_the_kind,
        "both sides": (entropy_of_both_sides, "also charge"),
        "columns": (entropy_of_columns, "whole columns"),
        "counted from 1": entropy_counts_from_1,
        "the winner": (entropy_of_the_winner, "whether it is the greatest or not"),
        "the entropy of the predictions": (entropy_of_the_predictions, "no effect"),
        "squared": (entropy_squared, "the squared error"),
        "fractions cut off": (entropy_like_the_labels, "zeros_like(labels)"),
        "softmax once more": entropy_takes_softmax_first,
        "the last left out": entropy_skips_the_last,
        "a mutable default": entropy_appends,
    },
    "softmax_cross_entropy": {
        "gradient of the sum": (fused(gradient=lambda p, y: p - y), "has a factor 1/n"),
        "loss of the sum": (fused(over=np.sum), "the loss returned is the sum"),
        "both of the sum": (fused(over=np.sum, gradient=lambda p, y: p - y), "sum over the batch"),
        "all cells": (
            lambda logits, labels: tuple(
                part / logits.shape[1] for part in loss_and_gradient(logits, labels)
            ),
            "all n · k cells",
        ),
        "the sign of the gradient": (
            fused(gradient=lambda p, y: (y - p) / len(p)),
            "the gradient has the wrong sign",
        ),
        "the sign of the loss": (
            fused(over=lambda costs: -np.mean(costs)),
            "the loss has the wrong sign",
        ),
        "no y": (fused(gradient=lambda p, y: p / len(p)), "take 1 off at the truth"),
        "gradient first": (
            lambda logits, labels: loss_and_gradient(logits, labels)[::-1],
            "the loss comes first",
        ),
        "no shift": (
            by_probabilities(lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)),
            "exp overflows",
        ),
        "minus the mean": (
            by_probabilities(shifted(lambda z: z.mean(axis=1, keepdims=True))),
            "is not the greatest logit",
        ),
        "minus the greatest of all": (by_probabilities(shifted(np.max)), "a row far below"),
        "logarithms of p": (by_probabilities(stable), "log 0"),
        "clipped": (
            by_probabilities(stable, lambda p: np.log(np.maximum(p, 1e-12))),
            "hides how wrong",
        ),
        "1e-12 added": (
            by_probabilities(stable, lambda p: np.log(p + 1e-12)),
            "hides how wrong",
        ),
        "clipped, gradient of the sum": (
            lambda logits, labels: (
                by_probabilities(stable, lambda p: np.log(np.maximum(p, 1e-12)))(logits, labels)[0],
                stable(logits) - one_hot(labels, logits.shape[1]),
            ),
            "raising p",
        ),
        "gradient by p": fused_by_p,
        "through the Jacobian": fused_through_the_jacobian,
        "columns": (fused_whole_columns, "whole columns"),
        "counted from 1": fused_counts_from_1,
        "integers only": (fused_of_integers_only, "one-hot, shape (4, 3)"),
        "in place": (fused_in_place, "changed its input"),
        "changes labels": (fused_changes_labels, "changed its input"),
        "fractions cut off": (fused_with_zeros_like, "zeros_like"),
        "a mutable default": fused_accumulates,
        "the loss alone": (
            lambda logits, labels: loss_and_gradient(logits, labels)[0],
            "2 results",
        ),
        "losses of samples": (fused(over=np.array), "expected shape ()"),
    },
    "bce_with_logits": {
        "gradient of the sum": (binary(gradient=lambda z, y: sigma(z) - y), "has a factor 1/n"),
        "loss of the sum": (binary(over=np.sum), "the loss returned is the sum"),
        "both of the sum": (
            binary(over=np.sum, gradient=lambda z, y: sigma(z) - y),
            "sum over the batch",
        ),
        "the sign of the gradient": (
            binary(gradient=lambda z, y: (y - sigma(z)) / len(z)),
            "the gradient has the wrong sign",
        ),
        "the sign of the loss": (
            binary(loss=lambda z, y: y * z - np.logaddexp(0, z)),
            "the loss has the wrong sign",
        ),
        "no y in the gradient": (binary(gradient=lambda z, y: sigma(z) / len(z)), "take y off"),
        "no y in the loss": (binary(loss=lambda z, y: np.logaddexp(0, z)), "- y z is missing"),
        "y z added": (binary(loss=lambda z, y: np.logaddexp(0, z) + y * z), "taken off"),
        "z instead of its sigmoid": (
            binary(gradient=lambda z, y: (z - y) / len(z)),
            "z itself stands",
        ),
        "exchanged": (
            lambda z, y: binary()(z, 1 - y),
            "the classes are exchanged",
        ),
        "the factor of squared error": (
            binary(gradient=lambda z, y: (sigma(z) - y) * sigma(z) * (1 - sigma(z)) / len(z)),
            "cross-entropy cancels it",
        ),
        "overflow": (
            binary(loss=lambda z, y: np.log(1 + np.exp(z)) - y * z),
            "exp(1000) overflows",
        ),
        "logarithms of p": (bce_of_p(), "rounded to 0 or 1"),
        "clipped": (bce_of_p(1e-12), "hides how wrong"),
        "half of it": (
            binary(loss=lambda z, y: np.log1p(np.exp(-np.abs(z))) - y * z),
            "for z < 0 alone",
        ),
        "logits cut off": binary(
            loss=lambda z, y: np.log1p(np.exp(np.clip(z, -500, 500))) - y * np.clip(z, -500, 500)
        ),
        "base 2": binary(loss=lambda z, y: np.logaddexp2(0, z) - y * z),
        "labels -1 and 1": binary(
            loss=lambda z, y: np.logaddexp(0, -y * z),
            gradient=lambda z, y: -y * sigma(-y * z) / len(z),
        ),
        "gradient first": (lambda z, y: binary()(z, y)[::-1], "the loss comes first"),
        "in place": (bce_in_place, "changed its input"),
        "changes labels": (bce_changes_labels, "changed its input"),
        "fractions cut off": (bce_with_zeros_like, "zeros_like"),
        "one sample": (bce_of_one_sample, "np.where"),
        "a mutable default": bce_appends,
        "losses of samples": (binary(over=np.array), "expected shape ()"),
    },
    "softmax_with_temperature": {
        "no temperature": (lambda x, temperature: stable(x), "A temperature of 2"),
        "times the temperature": (tempered(lambda x, t: x * t), "A temperature of 2"),
        "the root of it": tempered(lambda x, t: x / np.sqrt(t)),
        "divided afterwards": (warm_afterwards, "A temperature of 2"),
        "probabilities divided": (
            lambda x, temperature: stable(x) / temperature,
            "A temperature of 2",
        ),
        "the shift is not divided": lambda x, temperature: np.exp(
            x / temperature - np.max(x, axis=-1, keepdims=True)
        ),
        "no shift": warm_without_a_shift,
        "shifted later": (warm_shifts_later, "x / temperature is infinite"),
        "minus the least": lambda x, temperature: warm(x, temperature, shift=np.min),
        "minus the mean": lambda x, temperature: warm(x, temperature, shift=np.mean),
        "minus the first": warm_shifts_by_the_first,
        "minus the greatest size": warm_of_sizes,
        "minus the greatest of the batch": warm_of_the_batch,
        "columns": lambda x, temperature: warm(x, temperature, axis=0),
        "batches only": lambda x, temperature: warm(x, temperature, axis=1),
        "all numbers": lambda x, temperature: warm(x, temperature, axis=None),
        "a floor": (warm_with_a_floor, "as small as the differences"),
        "a little more": lambda x, temperature: warm(x, temperature + 1e-8),
        "whole numbers": lambda x, temperature: warm(x, max(int(temperature), 1)),
        "in place": (warm_in_place, "changed its input"),
        "fractions cut off": (warm_with_zeros_like, "zeros_like"),
        "a mutable default": warm_remembers,
        "the winner": lambda x, temperature: (x == np.max(x, axis=-1, keepdims=True)) * 1.0,
        "no return": (lambda x, temperature: None, "is a return missing?"),
    },
}

RIGHT = {
    "sigmoid": {
        "by tanh": lambda x: 0.5 + 0.5 * np.tanh(np.asarray(x) / 2),
        "by recursion, as lists": sigmoid_recursively,
        "by logarithms": sigma,
        "cut off far out": lambda x: 1 / (1 + np.exp(-np.clip(x, -500, 500))),
    },
    "softmax": {
        "loops, as lists": softmax_with_loops,
        "by differences": softmax_as_a_sigmoid,
        "by logaddexp": lambda x: np.exp(x - np.logaddexp.reduce(x * 1.0, axis=-1)[..., None]),
        "transposed": lambda x: (np.exp(x.T - x.T.max(0)) / np.exp(x.T - x.T.max(0)).sum(0)).T,
    },
    "cross_entropy": {
        "loops": entropy_with_loops,
        "a product of matrices": entropy_of_matrices,
        "clipped on both sides": entropy_clipped_on_both_sides,
    },
    "softmax_cross_entropy": {
        "loops, as lists": fused_with_loops,
        "by logaddexp": fused_by_logaddexp,
    },
    "bce_with_logits": {
        "by maximum and tanh": bce_by_maximum,
        "loops, as lists": bce_with_loops,
    },
    "softmax_with_temperature": {
        "by powers": warm_by_powers,
        "loops, as lists": warm_with_loops,
    },
}


# tempered_softmax(x): T = 2.19, over the last axis

T = 2.19


def tempered_without_a_shift(x):
    with np.errstate(all="ignore"):
        e = np.exp(np.asarray(x, float) / T)
        return e / e.sum(axis=-1, keepdims=True)


def tempered_in_place(x):
    x -= x.max(axis=-1, keepdims=True)
    return warm(x, T)


def tempered_of_the_batch(x):
    with np.errstate(all="ignore"):
        e = np.exp((x - np.max(x)) / T)
        return e / e.sum(axis=-1, keepdims=True)


FRESH_WRONG = {
    "tempered_softmax": {
        "no temperature": lambda x: warm(x, 1),
        "times the temperature": lambda x: warm(x, 1 / T),
        "another temperature": lambda x: warm(x, 2.2),
        "over the first axis": lambda x: warm(x, T, axis=0),
        "over everything": lambda x: stable(np.ravel(x) / T).reshape(np.shape(x)),
        "divided afterwards": lambda x: warm_afterwards(x, T),
        "no shift": tempered_without_a_shift,
        "one shift for the batch": tempered_of_the_batch,
        "in place": tempered_in_place,
        "cut off": lambda x: warm_with_zeros_like(x, T),
        "logarithms": lambda x: np.log(warm(x, T)),
    },
}
FRESH_RIGHT = {
    "tempered_softmax": {
        "shifted first": lambda x: warm(x, T),
        "by powers": lambda x: warm_by_powers(x, T),
        "as lists": lambda x: warm_with_loops(x, T),
    },
}
