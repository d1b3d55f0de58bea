"""two_layer_gradients(x, labels, W1, b1, W2, b2): (dW1, db1, dW2, db2) of a small classifier.

The loss is softmax_cross_entropy(tanh(x @ W1 + b1) @ W2 + b2, labels), a mean over the batch.
"""

import numpy as np

from companion.approximation import network
from companion.exercises import Case, Mistake, variants
from companion.losses import softmax_cross_entropy

SIGNATURE = "two_layer_gradients(x, labels, W1, b1, W2, b2)"


def reference(x, labels, W1, b1, W2, b2):
    """Return the gradients of the companion's layers."""
    net = network((W1, b1), (W2, b2), activation="tanh")
    net.backward(softmax_cross_entropy(net.forward(x, training=True), labels)[1])
    return tuple(net.grads[name] for name in ("0.W", "0.b", "2.W", "2.b"))


def _case(n, n_in, hidden, classes, seed, about):
    rng = np.random.default_rng(seed)
    params = [
        rng.normal(size=shape).round(1)
        for shape in ((n_in, hidden), (hidden,), (hidden, classes), (classes,))
    ]
    return Case((rng.normal(size=(n, n_in)).round(1), np.arange(n) % classes, *params), about=about)


CASES = [
    _case(5, 2, 3, 3, 0, "Three hidden units and three classes: a product too many may fit."),
    _case(5, 2, 4, 3, 1, "Four hidden units and three classes."),
    _case(1, 3, 2, 2, 2, "One sample."),
    Case(
        (
            np.array([[1, -1], [0, 1], [2, 1]]),
            np.array([1, 0, 1]),
            np.array([[1, 0], [-1, 1]]),
            np.array([0, -1]),
            np.array([[1, -1], [0, 2]]),
            np.array([1, 0]),
        ),
        about="All arrays hold integers; the gradients do not.",
    ),
]


@variants
def _variant(*, db1=np.sum, db2=np.sum, weights=np.transpose, slope=None, reads="a", delta=None):
    """Return gradients with some things wrong."""

    def gradients(x, labels, W1, b1, W2, b2):
        z1 = x @ W1 + b1
        a1 = np.tanh(z1)
        p_minus_y = softmax_cross_entropy(a1 @ W2 + b2, labels)[1]
        dz2 = p_minus_y * {None: 1, "sum": len(x), "mean": 1 / len(x), "minus": -1}[delta]
        da1 = dz2 @ weights(W2)
        slopes = {None: 1 - a1**2, "of z": 1 - z1**2, "none": 1, "no square": 1 - a1}
        slopes |= {"sigmoid": a1 * (1 - a1), "twice": 1 - np.tanh(a1) ** 2}
        dz1 = da1 * slopes[slope]
        dW2 = (z1 if reads == "z" else a1).T @ dz2
        return x.T @ dz1, db1(dz1, axis=0), dW2, db2(dz2, axis=0)

    return gradients


def _relu(x, labels, W1, b1, W2, b2):
    net = network((W1, b1), (W2, b2), activation="relu")
    net.backward(softmax_cross_entropy(net.forward(x, training=True), labels)[1])
    return tuple(net.grads[name] for name in ("0.W", "0.b", "2.W", "2.b"))


def _cut_off(*args):
    pairs = zip(reference(*args), args[2:], strict=True)
    return tuple(gradient.astype(parameter.dtype) for gradient, parameter in pairs)


MISTAKES = [
    Mistake(
        _variant(db2=np.mean, weights=np.positive, slope="of z"),
        "all three bugs are still there.",
    ),
    Mistake(_variant(db2=np.mean), "db2 is a mean over the samples: branches are summed, so sum."),
    Mistake(_variant(db1=np.mean), "db1 is a mean over the samples: branches are summed, so sum."),
    Mistake(
        _variant(weights=np.positive),
        "da1 needs W2 transposed: hidden unit k receives through its own weights, row k of W2.",
    ),
    Mistake(
        _variant(slope="of z"),
        "the slope of tanh is 1 - a1², with the output a1, not with the sum z1.",
    ),
    Mistake(_variant(slope="no square"), "the slope of tanh is 1 - a1²: the square is missing."),
    Mistake(
        lambda *args: (lambda g: (*g[2:], *g[:2]))(reference(*args)),
        "the results come in another order: dW1, db1, dW2, db2.",
    ),
    Mistake(_variant(slope="none"), "dz1 lacks the slope of tanh: multiply da1 by 1 - a1²."),
    Mistake(
        _variant(slope="sigmoid"),
        "a1 (1 - a1) is the slope of the sigmoid: that of tanh is 1 - a1².",
    ),
    Mistake(_variant(reads="z"), "dW2 is made with what goes into the second layer: a1, not z1."),
    Mistake(
        _variant(delta="sum"),
        "your gradients are those of the sum over the batch: dz2 has its factor 1/n already.",
    ),
    Mistake(
        _variant(delta="mean"),
        "all four are too small by the number of samples: dz2 has its factor 1/n already.",
    ),
    Mistake(
        _variant(delta="minus"),
        "the sign of all four is turned: the minus belongs to the step downhill, not to the "
        "gradient.",
    ),
    Mistake(
        _variant(slope="twice"),
        "tanh is applied twice in its slope: a1 is tanh(z1) already, and the slope is 1 - a1².",
    ),
    Mistake(_relu, "these are the gradients of a network with ReLU: this one has tanh."),
    Mistake(
        _cut_off,
        "the gradients are cut off to whole numbers: np.zeros_like(W1) holds integers if W1 does.",
    ),
]
