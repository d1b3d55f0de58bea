"""bce_with_logits(z, y): the mean of log(1 + exp(z)) - y z, and its gradient (σ(z) - y) / n."""

from functools import partial

import numpy as np

from companion import losses
from companion.activations import sigmoid, softplus
from companion.exercises import Case, Mistake, variants

SIGNATURE = "bce_with_logits(z, y)"

reference = losses.bce_with_logits

CASES = [
    Case((np.array([0.55, -3.0, 1.0, 0.0]), np.array([1, 1, 0, 0]))),
    Case(
        (np.array([2, -1, 0]), np.array([0, 1, 1])),
        about="Logits are integers: np.zeros_like(z) would cut fractions off.",
    ),
    Case((np.array([1000.0, -1000.0]), np.array([1, 0])), about="Certain, and right: loss 0."),
    Case(
        (np.array([1000.0, -1e4, 2.0]), np.array([0, 1, 1])),
        about="Certain, and wrong: the loss is as large as the logit.",
    ),
]


def _clipped(z, y, p, small):
    p = np.clip(p, small, 1 - small)
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


@variants
def _variant(
    *,
    loss=lambda z, y, p: softplus(z) - y * z,
    over=np.mean,
    loss_sign=1,
    by_n=True,
    sign=1,
    y_in_gradient=1,
    swapped=False,
    slope=lambda z, p: 1,
    answer=lambda z, p: p,
):
    """Return loss and gradient with something wrong."""

    def bce(z, y):
        z, y = np.asarray(z, float), np.asarray(y)
        y = 1 - y if swapped else y
        p = sigmoid(z)
        with np.errstate(all="ignore"):
            each = loss(z, y, p)
        gradient = sign * (answer(z, p) - y_in_gradient * y) * slope(z, p)
        return loss_sign * over(each), gradient / (len(z) if by_n else 1)

    return bce


_WRONG = [
    (
        {"swapped": True},
        "the classes are exchanged: z is the score of class 1, so a large z is right for y = 1.",
    ),
    ({"y_in_gradient": 0}, "your gradient is σ(z) / n: take y off before you divide."),
    ({"answer": lambda z, p: z}, "z itself stands in your gradient: it is σ(z) - y."),
    ({"sign": -1}, "the gradient has the wrong sign: it is σ(z) - y."),
    ({"loss_sign": -1}, "the loss has the wrong sign: it is log(1 + exp(z)) - y z, never below 0."),
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
        {"slope": lambda z, p: p * (1 - p)},
        "your gradient has the factor σ(1 - σ), as that of the squared error: cross-entropy "
        "cancels it.",
    ),
]
_FROM_Z = "compute the loss from z itself, as log(1 + exp(z)) - y z."


def _kept_away(small):
    return (
        {"loss": partial(_clipped, small=small)},
        f"keeping σ(z) {small:g} away from 0 and 1 hides how wrong a confident mistake is: "
        f"{_FROM_Z}",
    )


_UNSTABLE = [
    (
        {"loss": lambda z, y, p: np.log(1 + np.exp(z)) - y * z},
        "exp(1000) overflows: log(1 + exp(z)) is log-sum-exp of z and 0; take the greater of the "
        "two out first.",
    ),
    (
        {"loss": lambda z, y, p: -y * np.log(p) - (1 - y) * np.log(1 - p)},
        f"σ(z) was rounded to 0 or 1 before the logarithm: {_FROM_Z}",
    ),
    *map(_kept_away, (1e-8, 1e-12, 1e-15)),
]

MISTAKES = [
    Mistake(
        lambda z, y: reference(z, y)[::-1],
        "the loss comes first and then the gradient: yours stand the other way round.",
    ),
    Mistake(
        _variant(loss=lambda z, y, p: softplus(z)),
        "the loss is the same for both labels: the term - y z is missing.",
    ),
    Mistake(
        _variant(loss=lambda z, y, p: softplus(z) + y * z),
        "y z is taken off, not added: log(1 + exp(z)) - y z.",
    ),
    Mistake(
        _variant(loss=lambda z, y, p: softplus(-np.abs(z)) - y * z),
        "log(1 + exp(-|z|)) is log(1 + exp(z)) for z < 0 alone: for z > 0, z itself comes on top.",
    ),
    *(Mistake(_variant(**wrong), advice) for wrong, advice in [*_WRONG, *_UNSTABLE]),
]
