"""affine_backward(dout, x, w): (dx, dw, db) of a dense layer y = x w + b, from upstream dout."""

import numpy as np

from companion.approximation import network
from companion.exercises import Case, Mistake, variants

SIGNATURE = "affine_backward(dout, x, w)"


def reference(dout, x, w):
    """Return what the companion's layer hands back, and its gradients."""
    (layer,) = network((w, np.zeros(np.shape(w)[1]))).layers
    layer.forward(x, training=True)
    dx = layer.backward(dout)
    return dx, layer.grads["W"], layer.grads["b"]


CASES = [
    Case(
        (
            np.array([[1.0, 2.0, -1.0], [0.0, 1.0, 0.5], [3.0, -2.0, 1.0]]),
            np.array([[2.0, 0.0, 1.0], [1.0, -1.0, 0.0], [0.5, 2.0, -3.0]]),
            np.array([[1.0, 4.0, 0.0], [-2.0, 1.0, 3.0], [0.0, 1.0, -1.0]]),
        ),
        about="Three samples, three inputs, three units: all products exist, one is right.",
    ),
    Case(
        (
            np.array([[1.0, 0.5], [2.0, -1.0], [0.0, 1.0], [-1.0, 3.0]]),
            np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -1.0], [2.0, 0.0, 1.5], [1.0, -1.0, 0.0]]),
            np.array([[1.0, -1.0], [0.0, 2.0], [2.0, 0.5]]),
        ),
        about="Four samples, three inputs, two units.",
    ),
    Case(
        (np.array([[0.5, -1.0]]), np.array([[1, 0, 3]]), np.array([[1, -1], [2, 0], [1, 1]])),
        about="One sample; x and w hold integers, and dx and dw do not.",
    ),
    Case(
        (np.array([[1.0], [0.5], [-2.0]]), np.arange(6.0).reshape(3, 2), np.array([[2.0], [-1.0]])),
        about="A single unit: w is a column, and db has one entry.",
    ),
]


@variants
def _variant(
    *,
    dx=lambda d, x, w: d @ w.T,
    dw=lambda d, x, w: x.T @ d,
    db=lambda d, x, w: d.sum(axis=0),
    order=(0, 1, 2),
):
    """Return a backward pass with one thing wrong."""

    def backward(dout, x, w):
        results = [part(dout, x, w) for part in (dx, dw, db)]
        return tuple(results[place] for place in order)

    return backward


def _cut_off(like, gradient):
    """Return a gradient in an array of the type of what it belongs to."""
    return lambda d, x, w: gradient(d, x, w).astype({"x": x, "w": w}[like].dtype)


_NO_SUM = (
    "db still has a row for each sample: b is added to every row, so what the rows bring is summed."
)
_MEAN = (
    "take the sum over the batch, not the mean: the loss has divided by the number of samples "
    "already, and that is in dout."
)

MISTAKES = [
    Mistake(
        _variant(dx=lambda d, x, w: d @ w),
        "dx needs w transposed: what unit j hands back to input k is weighted by w[k, j].",
    ),
    Mistake(
        _variant(dw=lambda d, x, w: x @ d),
        "dw needs x transposed: the samples are summed away, so they stand inside the product.",
    ),
    Mistake(
        _variant(dx=lambda d, x, w: d @ w, dw=lambda d, x, w: x @ d),
        "no transpose anywhere: dx and dw must have the shapes of x and w, also where x and w are "
        "not square.",
    ),
    Mistake(
        _variant(dw=lambda d, x, w: d.T @ x),
        "your dw is the transpose of the right one: x comes first.",
    ),
    Mistake(
        _variant(dx=lambda d, x, w: w @ d.T),
        "your dx is the transpose of the right one: dout comes first.",
    ),
    Mistake(_variant(db=lambda d, x, w: d), _NO_SUM),
    Mistake(
        _variant(db=lambda d, x, w: d.sum(axis=0, keepdims=True)),
        "db has the right numbers but the shape (1, n_out): b has the shape (n_out,), so leave "
        "out keepdims.",
    ),
    Mistake(
        _variant(db=lambda d, x, w: d.sum(axis=1)),
        "db is summed over the units: sum over the samples, axis 0.",
    ),
    Mistake(
        _variant(db=lambda d, x, w: d.sum()),
        "db is one number for all units: each unit has its own b, so sum over the samples only.",
    ),
    Mistake(_variant(db=lambda d, x, w: d.mean(axis=0)), f"db: {_MEAN}"),
    Mistake(_variant(dw=lambda d, x, w: x.T @ d / len(x)), f"dw: {_MEAN}"),
    Mistake(
        _variant(dw=lambda d, x, w: x.T @ d / len(x), db=lambda d, x, w: d.mean(axis=0)),
        f"dw and db: {_MEAN}",
    ),
    Mistake(
        _variant(dw=lambda d, x, w: (x @ w).T @ d),
        "dw is made with the output of the layer: a weight multiplies its input x, and that is "
        "its local derivative.",
    ),
    Mistake(
        _variant(order=(1, 0, 2)),
        "the results come in the order dw, dx, db: dx comes first.",
    ),
    Mistake(
        _variant(order=(1, 2, 0)),
        "the results come in the order dw, db, dx: dx comes first.",
    ),
    Mistake(
        lambda d, x, w: tuple(-gradient for gradient in reference(d, x, w)),
        "the sign of all three is turned: the minus belongs to the step downhill, not to the "
        "gradient.",
    ),
    Mistake(
        lambda d, x, w: reference(np.ones(d.shape), x, w),
        "dout is missing: these are the gradients for an upstream of 1 everywhere.",
    ),
    Mistake(
        _variant(db=lambda d, x, w: np.ones(w.shape[1])),
        "db is 1: this is the local derivative, and dout has to be multiplied in and summed.",
    ),
    Mistake(
        _variant(dx=_cut_off("x", lambda d, x, w: d @ w.T)),
        "dx is cut off to whole numbers: np.zeros_like(x) holds integers if x does.",
    ),
    Mistake(
        _variant(dw=_cut_off("w", lambda d, x, w: x.T @ d)),
        "dw is cut off to whole numbers: np.zeros_like(w) holds integers if w does.",
    ),
]
