"""softmax_cross_entropy(logits, labels): the mean loss, and its gradient (p - y) / n by logits."""

import numpy as np

from companion import losses
from companion.exercises import Case, Mistake, variants

SIGNATURE = "softmax_cross_entropy(logits, labels)"

reference = losses.softmax_cross_entropy

_LOGITS = np.array([[1.45, 2.0, -1.4], [0.0, -1.0, 3.0], [0.5, 0.5, 0.5], [2.0, -2.0, 0.0]])

CASES = [
    Case((_LOGITS, np.array([0, 2, 1, 1])), about="Labels are integers, shape (4,)."),
    Case((_LOGITS, np.eye(3)[[0, 2, 1, 1]]), about="Labels are one-hot, shape (4, 3)."),
    Case(
        (np.array([[1, 0, 2], [0, 3, 0], [2, 2, 2]]), np.array([2, 0, 1])),
        about="Logits are integers, and there are as many samples as classes: "
        "np.zeros_like(logits) would cut fractions off.",
    ),
    Case(
        (np.array([[0, 2, -1], [3, 0, 0]]), np.eye(3, dtype=int)[[1, 2]]),
        about="Logits and one-hot labels are integers.",
    ),
    Case(
        (np.array([[800.0, 1000.0, 0.0], [-1e4, -1e4, -1e4]]), np.array([1, 0])),
        about="Large logits: exp(1000) overflows, and 0 · log 0 is no number.",
    ),
    Case(
        (np.array([[0.0, 0.0, 1000.0, 0.0]]), np.array([0])),
        about="Wrong by a lead of 1000: the loss is 1000.",
    ),
]


def _greatest(z):
    return z.max(axis=1, keepdims=True)


def _mean(z):
    return z.mean(axis=1, keepdims=True)


@variants
def _variant(
    *,
    shift=_greatest,
    log_of_p=False,
    clip=0.0,
    over=np.mean,
    loss_sign=-1,
    all_cells=False,
    by_n=True,
    sign=1,
    y=True,
):
    """Return loss and gradient with something wrong."""

    def softmax_cross_entropy(logits, labels):
        z, labels = np.asarray(logits, float), np.asarray(labels)
        hot = labels if labels.ndim == 2 else np.eye(z.shape[1])[labels]
        true = np.arange(len(z)), hot.argmax(axis=1)
        with np.errstate(all="ignore"):
            e = np.exp(z - shift(z))
            p = e / e.sum(axis=1, keepdims=True)
            log_p = np.log(np.maximum(p, clip)) if log_of_p else losses.log_softmax(z)
        loss, gradient = loss_sign * over(log_p[true]), sign * (p - (hot if y else 0))
        gradient = gradient / (len(z) if by_n else 1)
        return (loss / z.shape[1], gradient / z.shape[1]) if all_cells else (loss, gradient)

    return softmax_cross_entropy


_WRONG = [
    ({"y": False}, "your gradient is p / n: take 1 off at the truth."),
    (
        {"sign": -1},
        "the gradient has the wrong sign: it is p - y, and a step of learning goes against it.",
    ),
    ({"loss_sign": 1}, "the loss has the wrong sign: it is minus the logarithm of p."),
    (
        {"by_n": False},
        "the loss is a mean over n samples, so its gradient has a factor 1/n, too.",
    ),
    (
        {"over": np.sum},
        "the loss returned is the sum over the batch: the mean is wanted.",
    ),
    (
        {"over": np.sum, "by_n": False},
        "loss and gradient are those of the sum over the batch: the mean is wanted.",
    ),
    (
        {"all_cells": True},
        "you average over all n · k cells: sum over the classes, then take the mean over the n "
        "samples.",
    ),
]
_LOG = "compute log p from the logits, as z minus log-sum-exp."


def _raised(small):
    return (
        {"log_of_p": True, "clip": small},
        f"raising p to {small:g} hides how wrong a confident mistake is "
        f"({-np.log(small):.2f} instead of 1000): with logits there is no need to; {_LOG}",
    )


_UNSTABLE = [
    (
        {"log_of_p": True, "shift": np.zeros_like},
        f"exp overflows for large logits: take each row's greatest logit off first, and {_LOG}",
    ),
    (
        {"log_of_p": True, "shift": _mean},
        "what you take off is not the greatest logit: one far above it still overflows. Take each "
        f"row's greatest logit off, and {_LOG}",
    ),
    (
        {"log_of_p": True, "shift": np.max},
        "a row far below the greatest logit of the whole batch vanishes, 0/0: each row needs its "
        f"own greatest logit, and then {_LOG}",
    ),
    (
        {"log_of_p": True},
        f"a confident mistake gives the truth a p that is rounded to 0, and log 0: {_LOG}",
    ),
    *map(_raised, (1e-8, 1e-12, 1e-15)),
]


def _integers(labels):
    return np.argmax(labels, axis=1) if np.ndim(labels) == 2 else np.asarray(labels)


def _whole_columns(*, in_gradient):
    """Return loss and gradient with every label looked up in every row."""

    def softmax_cross_entropy(logits, labels):
        z, labels = np.asarray(logits, float), _integers(labels)
        gradient = losses.softmax(z)
        gradient[slice(None) if in_gradient else np.arange(len(z)), labels] -= 1
        return -losses.log_softmax(z)[:, labels].mean(), gradient / len(z)

    return softmax_cross_entropy


def _by_p(logits, labels):
    """Return the loss, and its gradient by the probabilities."""
    return losses.cross_entropy(losses.softmax(logits), labels)


_COLUMNS = (
    "[:, labels] takes whole columns, each sample with every label: a row number has to stand "
    "beside each label."
)

MISTAKES = [
    Mistake(
        lambda logits, labels: reference(logits, labels)[::-1],
        "the loss comes first and then the gradient: yours stand the other way round.",
    ),
    Mistake(_whole_columns(in_gradient=True), _COLUMNS),
    Mistake(_whole_columns(in_gradient=False), f"in the loss, {_COLUMNS}"),
    Mistake(
        lambda logits, labels: (reference(logits, labels)[0], _by_p(logits, labels)[1]),
        "your gradient is the derivative with respect to the probabilities, -1/p at the truth: "
        "that with respect to the logits is p - y.",
    ),
    *(Mistake(_variant(**wrong), advice) for wrong, advice in [*_WRONG, *_UNSTABLE]),
]
