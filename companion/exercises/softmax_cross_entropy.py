"""softmax_cross_entropy(logits, labels): the mean loss, and its gradient (p - y) / n by logits."""

import numpy as np

from companion import losses
from companion.exercises import Case, Mistake

SIGNATURE = "softmax_cross_entropy(logits, labels)"

reference = losses.softmax_cross_entropy

_LOGITS = np.array([[1.45, 2.0, -1.4], [0.0, -1.0, 3.0], [0.5, 0.5, 0.5], [2.0, -2.0, 0.0]])

CASES = [
    Case((_LOGITS, np.array([0, 2, 1, 1])), about="Labels are integers, shape (4,)."),
    Case((_LOGITS, np.eye(3)[[0, 2, 1, 1]]), about="Labels are one-hot, shape (4, 3)."),
    Case(
        (np.array([[1, 0, 2], [0, 3, 0], [2, 2, 2]]), np.array([2, 0, 1])),
        about="Logits are integers, and there are as many samples as classes.",
    ),
    Case(
        (np.array([[800.0, 1000.0, 0.0], [-1e4, -1e4, -1e4]]), np.array([1, 0])),
        about="Large logits: exp(1000) overflows, and 0 · log 0 is no number.",
    ),
    Case(
        (np.array([[0.0, 1000.0]]), np.array([0])),
        about="Wrong by a lead of 1000: the loss is 1000.",
    ),
]


def _variant(*, log="stable", over=np.mean, by_n=True, sign=1, y=True):
    """Return loss and gradient with one or two things wrong."""

    def softmax_cross_entropy(logits, labels):
        z, labels = np.asarray(logits, float), np.asarray(labels)
        hot = labels if labels.ndim == 2 else np.eye(z.shape[1])[labels]
        true = np.arange(len(z)), hot.argmax(axis=1)
        with np.errstate(all="ignore"):
            e = np.exp(z - (0 if log == "no shift" else z.max(axis=1, keepdims=True)))
            p = e / e.sum(axis=1, keepdims=True)
            each = {
                "stable": lambda: losses.log_softmax(z)[true],
                "no shift": lambda: np.log(p[true]),
                "of p": lambda: np.log(p[true]),
                "clipped": lambda: np.log(np.maximum(p[true], 1e-12)),
            }[log]()
        gradient = sign * (p - (hot if y else 0))
        return -over(each), gradient / (len(z) if by_n else 1)

    return softmax_cross_entropy


_WRONG = [
    (
        {"by_n": False},
        "the loss is a mean over n samples, so its gradient has a factor 1/n, too.",
    ),
    (
        {"over": np.sum},
        "the gradient is that of the mean, but the loss returned is the sum over the batch.",
    ),
    (
        {"over": np.sum, "by_n": False},
        "loss and gradient are those of the sum over the batch: the mean is wanted.",
    ),
    (
        {"sign": -1},
        "the gradient has the wrong sign: it is p - y, and a step of learning goes against it.",
    ),
    ({"y": False}, "your gradient is p / n: take 1 off at the truth."),
]
_LOG = "compute log p from the logits, as z minus log-sum-exp."
_UNSTABLE = [
    (
        {"log": "no shift"},
        "right for small logits, but exp overflows for large ones: take each row's greatest "
        f"logit off first, and {_LOG}",
    ),
    (
        {"log": "of p"},
        f"a confident mistake gives the truth a p that is rounded to 0, and log 0: {_LOG}",
    ),
    (
        {"log": "clipped"},
        "clipping hides how wrong a confident mistake is (27.63 instead of 1000): with logits "
        f"there is no need to clip; {_LOG}",
    ),
]


def _whole_columns(*, in_gradient):
    """Return loss and gradient with every label looked up in every row."""

    def softmax_cross_entropy(logits, labels):
        z = np.asarray(logits, float)
        labels = np.argmax(labels, axis=1) if np.ndim(labels) == 2 else np.asarray(labels)
        gradient = losses.softmax(z)
        gradient[slice(None) if in_gradient else np.arange(len(z)), labels] -= 1
        return -losses.log_softmax(z)[:, labels].mean(), gradient / len(z)

    return softmax_cross_entropy


_COLUMNS = (
    "[:, labels] takes whole columns, each sample with every label: a row number has to stand "
    "beside each label."
)

MISTAKES = [
    Mistake(_whole_columns(in_gradient=True), _COLUMNS),
    Mistake(
        _whole_columns(in_gradient=False), f"the gradient is right, the loss is not: {_COLUMNS}"
    ),
    *(Mistake(_variant(**wrong), advice) for wrong, advice in [*_WRONG, *_UNSTABLE]),
    *(
        Mistake(_variant(**wrong, **unstable), f"{advice} And then: {more}")
        for wrong, advice in _WRONG
        for unstable, more in _UNSTABLE
    ),
]
