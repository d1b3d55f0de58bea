"""bce_with_logits(z, y): the mean of log(1 + exp(z)) - y z, and its gradient (σ(z) - y) / n."""

import numpy as np

from companion import losses
from companion.activations import sigmoid, softplus
from companion.exercises import Case, Mistake

SIGNATURE = "bce_with_logits(z, y)"

reference = losses.bce_with_logits

CASES = [
    Case((np.array([0.55, -3.0, 1.0, 0.0]), np.array([1, 1, 0, 0]))),
    Case((np.array([2, -1, 0]), np.array([0, 1, 1])), about="Logits are integers."),
    Case((np.array([1000.0, -1000.0]), np.array([1, 0])), about="Certain, and right: loss 0."),
    Case(
        (np.array([1000.0, -1e4, 2.0]), np.array([0, 1, 1])),
        about="Certain, and wrong: the loss is as large as the logit.",
    ),
]


def _variant(*, log="stable", over=np.mean, by_n=True, sign=1, swapped=False, factor=False):
    """Return loss and gradient with one or two things wrong."""

    def bce(z, y):
        z, y = np.asarray(z, float), np.asarray(y)
        y = 1 - y if swapped else y
        p = sigmoid(z)
        with np.errstate(all="ignore"):
            each = {
                "stable": lambda: softplus(z) - y * z,
                "naive": lambda: np.log(1 + np.exp(z)) - y * z,
                "of p": lambda: -y * np.log(p) - (1 - y) * np.log(1 - p),
                "clipped": lambda: -np.log(np.maximum(np.where(y == 1, p, 1 - p), 1e-12)),
            }[log]()
        gradient = sign * (p - y) * (p * (1 - p) if factor else 1)
        return over(each), gradient / (len(z) if by_n else 1)

    return bce


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
    ({"sign": -1}, "the gradient has the wrong sign: it is σ(z) - y."),
    (
        {"factor": True},
        "your gradient has the factor σ(1 - σ), as that of the squared error: cross-entropy "
        "cancels it.",
    ),
    (
        {"swapped": True},
        "the classes are exchanged: z is the score of class 1, so a large z is right for y = 1.",
    ),
]
_UNSTABLE = [
    (
        {"log": "naive"},
        "right for moderate z, but exp(1000) overflows: log(1 + exp(z)) is log-sum-exp of z and "
        "0; take the greater of the two out first.",
    ),
    (
        {"log": "of p"},
        "σ(z) was rounded to 0 or 1 before the logarithm: compute the loss from z itself, as "
        "log(1 + exp(z)) - y z.",
    ),
    (
        {"log": "clipped"},
        "clipping hides how wrong a confident mistake is: with z at hand there is no need to "
        "clip; compute log(1 + exp(z)) - y z.",
    ),
]

MISTAKES = [
    *(Mistake(_variant(**wrong), advice) for wrong, advice in [*_WRONG, *_UNSTABLE]),
    *(
        Mistake(_variant(**wrong, **unstable), f"{advice} And then: {more}")
        for wrong, advice in _WRONG
        for unstable, more in _UNSTABLE
    ),
]
